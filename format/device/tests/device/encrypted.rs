//! Payloads that only some can read, and images for single slots.

use std::sync::Arc;

use suitpack_core::report::Reason;
use suitpack_crypto::{DecryptionKey, SharedKey, WrappingKey};
use suitpack_device::{Done, Place};
use suitpack_package::Cause;

use crate::support::{Bench, Lamp, image, update_from};

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
