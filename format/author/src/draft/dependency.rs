//! What the sequences do with another manifest: the template of `[[depends-on]]`.

use std::fs::File;
use std::io::{Read, Seek};

use suitpack_core::registry::{command, manifest as section, parameter};
use suitpack_core::{Envelope, Profile, Refusal, Trust, limits};
use suitpack_crypto::Sha2;

use crate::encode;
use crate::error::{BuildError, ImageFault};
use crate::payload::Image;
use crate::program::{Argument, Command, Digest, Sequence, Sequences};
use crate::recipe::{DependsOn, Recipe};

/// What the head of a package says that another one needs to know.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    /// The digest that its signatures cover.
    algorithm: i64,
    digest: Vec<u8>,
    signed: bool,
    /// The sequences it has, by their keys.
    sections: Vec<i64>,
}

impl Head {
    /// Reads the head of an open package and leaves the file at its start.
    pub(crate) fn read(image: &Image) -> Result<Self, BuildError> {
        let unreadable = |error| image.fault(ImageFault::Unreadable(error));
        let mut file: &File = image.file();
        let mut bytes = Vec::new();
        file.take(encode::wide(limits::HEAD)).read_to_end(&mut bytes).map_err(unreadable)?;
        file.rewind().map_err(unreadable)?;
        let read = || {
            let (envelope, _) = Envelope::parse_head(&bytes)?;
            let authentication = envelope.authentication()?;
            let manifest = envelope.manifest_unauthenticated(Profile::Strict)?;
            let sections = manifest.keys().filter(|key| SECTIONS.contains(key)).collect();
            Ok((authentication, envelope.manifest_bytes(), sections))
        };
        let (authentication, manifest, sections) = read().map_err(|error| image.fault(ImageFault::NotAPackage(error)))?;
        // Whoever names a manifest by its digest computes it: what the package says of itself may be wrong.
        let trust = Trust { digester: &Sha2, anchors: &[], profile: Profile::Strict };
        trust.digest(&authentication, manifest).map_err(|refusal| match refusal {
            Refusal::DigestUnsupported(algorithm) => image.fault(ImageFault::DigestUnsupported(algorithm)),
            _ => image.fault(ImageFault::DigestMismatch),
        })?;
        let digest = authentication.digest();
        Ok(Self { algorithm: digest.algorithm(), digest: digest.bytes().to_vec(), signed: !authentication.is_empty(), sections })
    }

    /// Whether anybody signed it.
    pub(super) const fn is_signed(&self) -> bool {
        self.signed
    }

    /// Adds what the component at `index`, which holds the envelope, needs to each sequence.
    pub(super) fn add(&self, recipe: &Recipe, depends_on: &DependsOn, index: u64, sequences: &mut Sequences) {
        let here = || Sequence::default().component(index);
        let spot = &depends_on.spot;
        let digest = Argument::Digest(Digest::Given { algorithm: self.algorithm, bytes: self.digest.clone() });
        sequences.shared.append(here().overriding([(parameter::IMAGE_DIGEST, digest)]).by(DEPENDENCY, spot));
        let uri = recipe.payloads.get(depends_on.payload).map(|payload| Argument::text(&payload.carriage.uri()));
        let checked = |sequence: Sequence| sequence.reported(command::CONDITION_DEPENDENCY_INTEGRITY);
        // TD §5.6.5: what another manifest brought and runs too is not to be written again.
        let there = || Sequence::default().reported(command::CONDITION_IMAGE_MATCH);
        let fetched = Sequence::default().reported(command::DIRECTIVE_FETCH).then(there());
        let either = Command::TryEach(vec![there(), fetched], false);
        let mut resolution = checked(here().overriding(uri.map(|uri| (parameter::URI, uri))).command(either));
        if self.sections.contains(&section::DEPENDENCY_RESOLUTION) {
            resolution = resolution.reported(command::DIRECTIVE_PROCESS_DEPENDENCY);
        }
        sequences.append(section::DEPENDENCY_RESOLUTION, resolution.by(DEPENDENCY, spot));
        for key in self.sections.iter().filter(|key| **key != section::DEPENDENCY_RESOLUTION) {
            let process = checked(here()).reported(command::DIRECTIVE_PROCESS_DEPENDENCY);
            sequences.append(*key, process.by(DEPENDENCY, spot));
        }
    }
}

/// The sequences of the update and of the invocation procedure (draft-ietf-suit-trust-domains §5.3).
const SECTIONS: [i64; 7] = [
    section::DEPENDENCY_RESOLUTION,
    section::PAYLOAD_FETCH,
    section::CANDIDATE_VERIFICATION,
    section::INSTALL,
    section::VALIDATE,
    section::LOAD,
    section::INVOKE,
];

/// The requirement of spec/recipe.md.
const DEPENDENCY: u16 = 45;
