//! Places that can be read and not written.

use suitpack_core::report::Reason;
use suitpack_device::Done;
use suitpack_package::Cause;

use crate::support::{Bench, Lamp, image};

const SIZE: usize = 256 * 1024;

fn package(bench: &Bench, sequence: u64, new: &[u8], more: &str) -> Vec<u8> {
    bench.file("app.bin", new);
    bench.package(sequence, &format!("[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\n{more}"))
}

#[test]
fn what_nobody_writes_may_be_a_rom() {
    let (bench, new) = (Bench::new(), image(90_000, 1));
    let package = package(&bench, 1, &new, "install = \"streamed\"\n");
    for (lamp, rom) in [
        (Lamp::new().fallback("app", SIZE, &[1], &[2]), "app:1"),
        (Lamp::new().two_slots("app", SIZE, &[1]), "app:0"),
        (Lamp::new().two_slots("app", SIZE, &[1]).working("store", SIZE), "store:0"),
        (Lamp::new().two_slots("app", SIZE, &[1]), "scratch"),
    ] {
        lamp.at(rom).read_only();
        assert_eq!(lamp.update(&package), Ok(Done::Installed), "{rom}");
        assert_eq!(lamp.content("app").unwrap(), new);
    }
}

#[test]
fn what_cannot_be_written_is_found_out_before_anything_is_written() {
    let (bench, new) = (Bench::new(), image(90_000, 1));
    let package = package(&bench, 1, &new, "install = \"streamed\"\n");
    for (lamp, rom) in [
        (Lamp::new().fallback("app", SIZE, &[1], &[2]), "app:0"),
        (Lamp::new().two_slots("app", SIZE, &[1]), "app:1"),
        (Lamp::new().single("app", SIZE, &[1]), "app:0"),
        (Lamp::new().single("app", SIZE, &[1]), "app:staging"),
        (Lamp::new().swap("app", SIZE, &[1]), "app:0"),
        (Lamp::new().swap("app", SIZE, &[1]), "app:1"),
        (Lamp::new().swap("app", SIZE, &[1]), "scratch"),
    ] {
        lamp.at(rom).read_only();
        let failed = lamp.update(&package).unwrap_err();
        assert_eq!((failed.reason, failed.cause, failed.decided), (Reason::OperationFailed, Cause::Io, false), "{rom}");
        assert!(failed.detail.ends_with(&format!("{rom} is to be written and cannot be: it is a ROM")), "{failed}");
        assert!(!failed.changed, "{rom}: something was written before");
        assert_eq!((lamp.content("app").unwrap(), lamp.at("state").writes()), (vec![1], 0), "{rom}");
    }
}

#[test]
fn what_is_to_be_exchanged_with_a_rom_is_not_decided() {
    let (bench, old, new) = (Bench::new(), image(90_000, 1), image(150_000, 2));
    let package = package(&bench, 1, &new, "rollback = [\"old\"]\n");
    let lamp = Lamp::new().two_slots("app", SIZE, &old).working("app.staging", SIZE).working("old", SIZE);
    lamp.at("app:0").read_only();
    let failed = lamp.update(&package).unwrap_err();
    assert_eq!((failed.cause, failed.decided), (Cause::Io, false), "{failed}");
    assert_eq!(lamp.content("app").unwrap(), old);
}
