use suitpack_core::crypto::{DIGEST_MAX, Digester, VerifySignature};
use suitpack_core::manifest::Section;
use suitpack_core::registry::algorithm;
use suitpack_core::{Envelope, Profile, Trust};
use suitpack_package::Facts;
use suitpack_package::bindings::bindings;
use suitpack_processor::{Effect, Outcome, Procedure, Processor, Program};

use crate::rewrite::{self, written};

/// A command sequence, behind one byte that says where it stands: what is accepted is handed out whole by the iterators, and the
/// processor comes to an end on every path that is tried.
pub fn sequence(data: &[u8]) {
    let Some((place, body)) = data.split_first() else { return };
    let package = package(*place, body);
    let envelope = Envelope::parse(&package).unwrap_or_else(|error| panic!("made by us, and refused: {error}"));
    let trust = Trust { digester: &Anything, anchors: &[&Anything], profile: Profile::Lenient };
    let Ok(manifest) = envelope.authenticate(&trust) else {
        assert!(envelope.manifest_unauthenticated(Profile::Lenient).is_err());
        return;
    };
    if let Some(shared) = manifest.get().common().shared_sequence() {
        assert_eq!(rewrite::sequence(shared), body, "something is lost");
    }
    for section in Section::ALL {
        if let Ok(Some(sequence)) = manifest.get().sequence(section, None) {
            assert_eq!(rewrite::sequence(sequence), body, "something is lost");
        }
    }
    let Ok(program) = Program::new(&manifest, |section| manifest.get().sequence(section, None)) else { return };
    for procedure in [Procedure::Update, Procedure::Invocation] {
        run(&program, procedure, body);
    }
    let _ = bindings(&program, &Facts::default());
}

/// Runs a procedure with outcomes taken from the input; it ends, whatever they are.
fn run(program: &Program<'_>, procedure: Procedure, outcomes: &[u8]) {
    let Ok(mut processor) = Processor::<4>::new(*program, procedure) else { return };
    let mut outcomes = outcomes.iter().cycle();
    let mut effect = processor.begin();
    for _ in 0..EFFECTS {
        let outcome = match effect {
            Effect::Finished | Effect::Failed(_) => return,
            _ if outcomes.next().is_some_and(|byte| byte % 8 == 0) => Outcome::Failure,
            _ => Outcome::Success,
        };
        effect = processor.resume(outcome);
    }
    panic!("no end after {EFFECTS} effects");
}

/// An envelope around a sequence. The lowest two bits are the number of components less one, the next three the section.
fn package(place: u8, body: &[u8]) -> Vec<u8> {
    let components = u64::from(place & 3) + 1;
    let shared = is_shared(place);
    let common = written(|out| {
        out.map(if shared { 2 } else { 1 })?;
        out.uint(2)?;
        out.array(components)?;
        for component in 0..components {
            out.array(1)?;
            out.bytes(&component.to_be_bytes())?;
        }
        if shared {
            out.uint(4)?;
            out.bytes(body)?;
        }
        Ok(())
    });
    let manifest = written(|out| {
        out.map(if shared { 3 } else { 4 })?;
        for value in [1, 1, 2, 0, 3] {
            out.uint(value)?;
        }
        out.bytes(&common)?;
        if !shared {
            let section = Section::ALL.get(usize::from(place >> 2 & 7)).unwrap();
            out.int(section.key())?;
            out.bytes(body)?;
        }
        Ok(())
    });
    written(|out| {
        out.tag(107)?;
        out.map(2)?;
        out.uint(2)?;
        out.bytes(WRAPPER)?;
        out.uint(3)?;
        out.bytes(&manifest)
    })
}

const fn is_shared(place: u8) -> bool {
    place & 0x80 != 0
}

/// A digest of 32 zeros, and a signature block by `Anything`.
const WRAPPER: &[u8] = &[
    0x82, 0x58, 0x24, 0x82, 0x2f, 0x58, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0x49, 0xd2, 0x84, 0x43, 0xa1, 0x01, 0x32, 0xa0, 0xf6, 0x40,
];

/// More than any manifest of the size of an input takes, and within the processor's own limit.
const EFFECTS: usize = 1 << 20;

/// Digests and vouches for anything: what is asked here is what becomes of it then.
struct Anything;

impl Digester for Anything {
    fn digest(&self, _: i64, _: &[&[u8]], out: &mut [u8; DIGEST_MAX]) -> Option<usize> {
        *out = [0; DIGEST_MAX];
        Some(32)
    }
}

impl VerifySignature for Anything {
    fn algorithm(&self) -> i64 {
        algorithm::ED25519
    }

    fn key_id(&self) -> &[u8] {
        &[]
    }

    fn verify(&self, _: &[u8], _: &[u8]) -> bool {
        true
    }
}
