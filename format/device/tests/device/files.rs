//! Components in files, which end where their images do.

use std::fs;

use suitpack_device::{Description, Device, Done};

use crate::support::{Bench, CLASS, VENDOR, image, update};

const DEVICE: &str = r#"
[[component]]
id = ["slots"]
layout = "a-b"
slots = [{ file = "slots.0", size = 400000 }, { file = "slots.1", size = 400000 }]
[[component]]
id = ["single"]
layout = "single"
slot = { file = "single.0", size = 400000 }
staging = { file = "single.staging", size = 400000 }
[[component]]
id = ["swap"]
layout = "swap"
slots = [{ file = "swap.0", size = 400000 }, { file = "swap.1", size = 400000 }]
"#;

fn described(bench: &Bench) -> Description {
    let text = format!(
        "[device]\nvendor-id = \"{VENDOR}\"\nclass-id = \"{CLASS}\"\nstate = {{ file = \"state\" }}\nscratch = {{ file = \"scratch\" }}\n{DEVICE}"
    );
    Description::parse(&text, &bench.path("")).unwrap()
}

fn install(description: &Description, package: &[u8]) {
    let mut device = Device::start(description.clone(), description.open().unwrap()).unwrap();
    assert_eq!(update(&mut device, package), Ok(Done::Installed));
}

#[test]
fn a_file_ends_where_its_image_does_even_if_that_ends_with_zeros() {
    let bench = Bench::new();
    let description = described(&bench);
    let component = |name: &str| format!("[[component]]\nid = [\"{name}\"]\nimage = \"new.bin\"\ninstall = \"streamed\"\n");
    let body: String = ["slots", "single", "swap"].map(component).concat();
    // Longer, shorter, and ending with zeros that are in no block of their own.
    for (sequence, bytes, zeros, active) in [(1, 200_000, 150_000, 1), (2, 70_000, 3, 0), (3, 100_000, 200_000, 1), (4, 1, 0, 0)] {
        let new = [image(bytes, sequence), vec![0; zeros]].concat();
        bench.file("new.bin", &new);
        let package = bench.package(sequence, &body);
        install(&description, &package);
        for file in [format!("slots.{active}").as_str(), "single.0", "swap.0"] {
            assert!(fs::read(bench.path(file)).unwrap() == new, "{file} {sequence}");
        }
    }
}

// DEV-46
#[test]
fn a_state_of_which_one_copy_has_rotted_at_its_beginning_is_one() {
    let bench = Bench::new();
    let description = described(&bench);
    bench.file("new.bin", &image(70_000, 1));
    let package = bench.package(7, "[[component]]\nid = [\"slots\"]\nimage = \"new.bin\"\ninstall = \"streamed\"\n");
    install(&description, &package);
    let whole = fs::read(bench.path("state")).unwrap();
    for bit in 0..64 {
        let mut rotten = whole.clone();
        rotten[bit / 8] ^= 1 << (bit % 8);
        bench.file("state", &rotten);
        let device = Device::start(description.clone(), description.open().unwrap()).unwrap();
        assert_eq!(device.state().manifests["root"].sequence, 7, "{bit}");
    }
    // Neither copy: then it is something else.
    let half = usize::try_from(description.state.size / 2).unwrap();
    let mut other = whole;
    (other[0], other[half]) = (b'S', b'S');
    bench.file("state", &other);
    assert!(description.open().is_err());
}
