//! Payloads that only some can read, and images for single slots.

use std::sync::Arc;

use suitpack_core::manifest::Section;
use suitpack_core::manifest::command::Command;
use suitpack_core::manifest::parameter::Parameter;
use suitpack_core::report::Reason;
use suitpack_core::{Envelope, Profile};
use suitpack_crypto::{DecryptionKey, SharedKey, WrappingKey};
use suitpack_device::{Done, Place};
use suitpack_package::Cause;

use crate::support::{Bench, Lamp, image, sha_256, update_from};

const SIZE: usize = 256 * 1024;

fn key(byte: u8) -> Arc<DecryptionKey> {
    Arc::new(DecryptionKey::Shared(SharedKey::new(WrappingKey::from_bytes(&[byte; 16]).unwrap())))
}

#[test]
fn an_encrypted_image_is_decrypted_and_then_decoded() {
    let (bench, new) = (Bench::new(), image(90_000, 1));
    bench.file("app.bin", &new);
    // {1: 4 (symmetric), -1: the key}
    bench.file("key.cbor", &[&[0xa2, 0x01, 0x04, 0x20, 0x50][..], &[7; 16]].concat());
    for (algorithm, compression) in [("a128gcm", "zstd"), ("a128ctr", "zstd"), ("chacha20-poly1305", "none"), ("a128ctr", "none")] {
        let body = format!(
            "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\nencrypt-for = [\"key.cbor\"]\nencryption = \"{algorithm}\"\ncompression = \"{compression}\"\n"
        );
        let package = bench.package(1, &body);
        let lamp = || Lamp::new().two_slots("app", SIZE, &[1]).working("app.staging", SIZE);
        let right = lamp();
        assert_eq!(update_from(&right, &package, None, &[key(7)]), Ok(Done::Installed), "{algorithm}");
        assert_eq!(right.content("app").unwrap(), new);
        for keys in [&[][..], &[key(8)]] {
            let wrong = lamp();
            let failed = update_from(&wrong, &package, None, keys).unwrap_err();
            assert_eq!((failed.reason, failed.cause), (Reason::OperationFailed, Cause::CouldNotTell), "{algorithm}");
            assert_eq!(wrong.content("app").unwrap(), [1]);
        }
    }
}

#[test]
fn each_slot_gets_the_image_that_is_made_for_it() {
    let (bench, a, b) = (Bench::new(), image(90_000, 1), image(80_000, 2));
    bench.file("a.bin", &a).file("b.bin", &b);
    let body = "[[component]]\nid = [\"app\"]\na-b = [\"a.bin\", \"b.bin\"]\ninvoke = true\n";
    let lamp = Lamp::new().two_slots("app", SIZE, &[1]).working("app.staging", SIZE);
    for (sequence, slot, expected) in [(1, "app:1", &b), (2, "app:0", &a), (3, "app:1", &b)] {
        let package = bench.package(sequence, body);
        assert_eq!(lamp.update(&package), Ok(Done::Installed));
        assert_eq!(lamp.start().active("app"), Some((Place(slot.into()), expected.len() as u64)));
        assert_eq!(lamp.content("app").unwrap(), *expected);
        assert_eq!(lamp.update(&package), Ok(Done::AlreadyInstalled));
    }
}

/// The encryption info of a package and its payload as carried.
fn parts(package: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let envelope = Envelope::parse(package).unwrap();
    let manifest = envelope.manifest_unauthenticated(Profile::Strict).unwrap();
    let install = manifest.sequence(Section::Install, envelope.member(20)).unwrap().unwrap();
    let sets = install.filter_map(|command| if let Command::OverrideParameters(set) = command { Some(set) } else { None });
    let info = |set| if let Parameter::EncryptionInfo(info) = set { Some(info.encoded().to_vec()) } else { None };
    (sets.flatten().find_map(info).unwrap(), envelope.payloads().next().unwrap().1.to_vec())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// How a payload gets from where it was fetched to, or from the package itself, into its component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Copied,
    Staged,
    Streamed,
}

/// A package that signs this ciphertext, whatever it is, and makes `image` of it.
fn signed(bench: &Bench, way: Way, info: &[u8], ciphertext: &[u8], image: &[u8]) -> Vec<u8> {
    bench.file("cipher.bin", ciphertext);
    let fetch = r##"
suit-payload-fetch = [
  { suit-directive-set-component-index = 1 },
  { suit-directive-override-parameters = { suit-parameter-uri = "#app", suit-parameter-image-digest = { payload = "#app" } } },
  { suit-directive-fetch = 15 },
  { suit-condition-image-match = 15 },
]
"##;
    let (fetch, source, directive) = match way {
        Way::Copied => (fetch, "source-component = 1", "copy"),
        Way::Staged => (fetch, "source-component = 1", "transform"),
        Way::Streamed => ("", "uri = \"#app\"", "transform"),
    };
    let transform = match way {
        Way::Copied => String::new(),
        Way::Staged | Way::Streamed => format!(
            ", suit-parameter-transform = {{ algorithm = \"zstd\", digest = \"sha-256:{}\", size = {}, source = \"{}\" }}",
            hex(&sha_256(ciphertext)),
            ciphertext.len(),
            if way == Way::Staged { "component" } else { "uri" },
        ),
    };
    bench.build(&format!(
        "[manifest]\nsequence-number = 7\n[[component]]\nid = [\"app\"]\n[[component]]\nid = [\"app\", \"staging\"]\n\
         [[payload]]\nuri = \"#app\"\nfile = \"cipher.bin\"\n[sequence]\n{fetch}suit-install = [\n\
         {{ suit-directive-set-component-index = 0 }},\n\
         {{ suit-directive-override-parameters = {{ suit-parameter-image-digest = \"sha-256:{}\", suit-parameter-image-size = {}, \
         suit-parameter-{source}, suit-parameter-encryption-info = \"hex:{}\"{transform} }} }},\n\
         {{ suit-directive-{directive} = 15 }},\n{{ suit-condition-image-match = 15 }},\n]\n",
        hex(&sha_256(image)),
        image.len(),
        hex(info),
    ))
}

#[test]
fn an_image_whose_tag_is_wrong_is_never_active_however_it_comes() {
    let (bench, new) = (Bench::new(), image(90_000, 1));
    bench.file("app.bin", &new).file("key.cbor", &[&[0xa2, 0x01, 0x04, 0x20, 0x50][..], &[7; 16]].concat());
    for algorithm in ["a128gcm", "a192gcm", "a256gcm", "chacha20-poly1305"] {
        for way in [Way::Copied, Way::Staged, Way::Streamed] {
            let compression = if way == Way::Copied { "none" } else { "zstd" };
            let (info, ciphertext) = parts(&bench.package(
                1,
                &format!(
                    "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\nencrypt-for = [\"key.cbor\"]\nencryption = \"{algorithm}\"\ncompression = \"{compression}\"\n"
                ),
            ));
            let lamp = || Lamp::new().two_slots("app", SIZE, &[1]).working("app.staging", SIZE);
            let right = lamp();
            assert_eq!(update_from(&right, &signed(&bench, way, &info, &ciphertext, &new), None, &[key(7)]), Ok(Done::Installed));
            assert_eq!(right.content("app").unwrap(), new, "{algorithm} {way:?}");
            let last = ciphertext.len() - 1;
            let flipped = |at: usize| {
                let mut changed = ciphertext.clone();
                changed[at] ^= 1;
                changed
            };
            // With the tag alone spoilt, the image itself is the signed one.
            let wrong = [last, last - 15, last - 16, 0].map(flipped).into_iter().chain([ciphertext[1..].to_vec(), vec![0; 15]]);
            for changed in wrong {
                let lamp = lamp();
                let failed = update_from(&lamp, &signed(&bench, way, &info, &changed, &new), None, &[key(7)]).unwrap_err();
                let said = if changed.len() < 16 { "length is wrong" } else { "tag is wrong" };
                assert_eq!(failed.cause, Cause::NotBound, "{algorithm} {way:?}: {}", failed.detail);
                assert!(failed.detail.contains(said), "{algorithm} {way:?}: {}", failed.detail);
                assert_eq!(lamp.content("app").unwrap(), [1]);
                assert!(!lamp.state().lengths.contains_key(&Place("app:1".into())), "nothing is known of what was written");
            }
        }
    }
}

#[test]
fn a_ciphertext_that_nobody_signed_is_refused_as_that_before_its_tag_is() {
    let (bench, new) = (Bench::new(), image(90_000, 1));
    bench.file("app.bin", &new).file("key.cbor", &[&[0xa2, 0x01, 0x04, 0x20, 0x50][..], &[7; 16]].concat());
    for algorithm in ["a128gcm", "chacha20-poly1305"] {
        let text = format!(
            "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\nencrypt-for = [\"key.cbor\"]\nencryption = \"{algorithm}\"\n"
        );
        let (info, ciphertext) = parts(&bench.package(1, &text));
        for way in [Way::Staged, Way::Streamed] {
            let package = signed(&bench, way, &info, &ciphertext, &new);
            let start = package.len() - ciphertext.len();
            for at in [start, start + ciphertext.len() / 2, package.len() - 17, package.len() - 1] {
                let mut changed = package.clone();
                changed[at] ^= 1;
                let lamp = Lamp::new().two_slots("app", SIZE, &[1]).working("app.staging", SIZE);
                let failed = update_from(&lamp, &changed, None, &[key(7)]).unwrap_err();
                assert_eq!(failed.cause, Cause::NotBound, "{algorithm} {way:?} {at}: {}", failed.detail);
                assert!(!failed.detail.contains("its tag"), "{algorithm} {way:?} {at}: {}", failed.detail);
                assert_eq!(lamp.content("app").unwrap(), [1]);
            }
            for length in [start, start + 15, start + 16, package.len() - 16, package.len() - 1] {
                let lamp = Lamp::new().two_slots("app", SIZE, &[1]).working("app.staging", SIZE);
                let failed = update_from(&lamp, &package[..length], None, &[key(7)]).unwrap_err();
                assert_eq!(failed.cause, Cause::Unreadable, "{algorithm} {way:?} {length}: {}", failed.detail);
                assert_eq!(lamp.content("app").unwrap(), [1]);
            }
        }
    }
}
