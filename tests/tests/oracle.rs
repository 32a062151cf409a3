//! A reader by other people (the suit-rs project's `suit_validator`, written for manifest draft 34) agrees with ours where it claims
//! the feature. It knows no integrated payloads, no private members and no transform, so it is asked about packages without them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use core::cell::Cell;

use suit_validator::SuitError;
use suit_validator::crypto::SuitCrypto;
use suit_validator::handler::GenericStartHandler;
use suit_validator::suit_manifest::{SuitEnvelope, SuitManifest};
use suitpack_core::crypto::VerifySignature;
use suitpack_core::{Envelope, Judgement, Profile, Trust};
use suitpack_crypto::Sha2;
use suitpack_package::verify;
use suitpack_tests::Lab;

const RECIPE: &str = r#"
[manifest]
sequence-number = 23
reference-uri = "https://example.com/manifest.suit"
vendor = "example.com"
class = "thermostat"

[[component]]
id = ["app"]
image = "app.bin"
compression = "none"
install = "streamed"
uri = "https://example.com/app-23.bin"
invoke = true
"#;

/// Its digest and structure, our key: what it hands over to be verified has to be what we would have verified.
struct Key<'k>(&'k dyn VerifySignature, &'k [u8]);

impl SuitCrypto for Key<'_> {
    fn verify_cose(&self, _block: &[u8], payload: &[u8]) -> Result<(), SuitError> {
        let envelope = Envelope::parse(self.1).unwrap();
        let authentication = envelope.authentication().unwrap();
        let ours = payload == authentication.payload();
        let anchors = [self.0];
        let trust = Trust { digester: &Sha2, anchors: &anchors, profile: Profile::Strict };
        let judgement = authentication.blocks().next().map(|block| trust.judge(&block, payload));
        if ours && matches!(judgement, Some(Judgement::Verified { .. })) { Ok(()) } else { Err(SuitError::invalid_digest()) }
    }
}

/// The sequence number it reads, if it accepts.
fn other_reader(lab: &Lab, package: &[u8]) -> Option<u64> {
    let number = Cell::new(None);
    let mut handler = GenericStartHandler {
        on_envelope: |envelope: &SuitEnvelope<'_>| {
            number.set(envelope.manifest.get().ok().map(|manifest| manifest.sequence_number))
        },
        on_manifest: |_: &SuitManifest<'_>| (),
    };
    let decoded = suit_validator::suit_decode(package, &mut handler, &mut Key(&lab.key, package));
    decoded.ok().and(number.get())
}

#[test]
fn a_reader_by_other_people_accepts_what_we_make() {
    let lab = Lab::new(RECIPE, b"an image");
    assert_eq!(other_reader(&lab, &lab.package), Some(23));
}

#[test]
fn what_we_accept_of_a_changed_package_the_other_reader_accepts_too() {
    let lab = Lab::new(RECIPE, b"an image");
    let mut request = lab.request();
    request.manifest_only = true;
    let mut refused = 0;
    for bit in 0..lab.package.len() * 8 {
        let mut flipped = lab.package.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if verify(flipped.as_slice(), &request).accepts() {
            assert!(other_reader(&lab, &flipped).is_some(), "bit {bit}");
        } else {
            refused += 1;
        }
    }
    assert_eq!(refused, lab.package.len() * 8);
}
