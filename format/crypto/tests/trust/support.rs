//! One vector, read and authenticated.

use std::fs;
use std::path::Path;

use suitpack_core::crypto::VerifySignature;
use suitpack_core::{Envelope, ErrorKind, Profile, Refusal, Trust};
use suitpack_crypto::{Anchor, Sha2, keyfile};

/// Opens the manifest of a vector with the anchors and the profile that stand beside it; gives its sequence number.
pub(crate) fn opened(id: &str) -> Result<u64, Refusal> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-vectors/cases").join(id);
    let asked = fs::read_to_string(folder.join("case.txt")).unwrap_or_else(|error| panic!("{id}: {error}"));
    let profile = if asked.contains("profile: lenient") { Profile::Lenient } else { Profile::Strict };
    let files = fs::read_dir(folder.join("anchors")).into_iter().flatten().map(|file| file.unwrap().path());
    let keys = files.filter(|file| file.extension().is_some_and(|extension| extension == "cosekey"));
    let anchors: Vec<Anchor> = keys.map(|file| keyfile::anchor(&fs::read(file).unwrap()).unwrap()).collect();
    let anchors: Vec<&dyn VerifySignature> = anchors.iter().map(|anchor| anchor as &dyn VerifySignature).collect();
    let bytes = fs::read(folder.join("envelope.suit")).unwrap();
    let envelope = Envelope::parse(&bytes).map_err(Refusal::Unreadable)?;
    let trust = Trust { digester: &Sha2, anchors: &anchors, profile };
    envelope.authenticate(&trust).map(|manifest| manifest.get().sequence_number())
}

/// Whether the manifest of a vector is opened.
#[track_caller]
pub(crate) fn accepted(id: &str) {
    assert!(opened(id).is_ok(), "{id}: {:?}", opened(id));
}

/// What makes a vector unreadable.
#[track_caller]
pub(crate) fn unreadable(id: &str) -> ErrorKind {
    match opened(id) {
        Err(Refusal::Unreadable(error)) => error.kind(),
        other => panic!("{id}: {other:?}"),
    }
}
