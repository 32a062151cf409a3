use crate::bench::{Bench, image, key, sha_256};

/// A recipe that uses nearly everything.
const RECIPE: &str = include_str!("golden.toml");

fn golden(algorithm: i64) -> String {
    let bench = Bench::new();
    for (name, length, seed) in [("boot.bin", 40_000, 1), ("a.bin", 700_001, 2), ("b.bin", 700_002, 3), ("radio.bin", 3_000_003, 4)] {
        bench.image(name, &image(length, seed));
    }
    let made = bench.build(RECIPE, &[&key(algorithm)]);
    // What the reader's side makes of it.
    suitpack_core::Envelope::parse(&made.package).unwrap().manifest_unauthenticated().unwrap();
    let whole: Vec<u8> = [made.package.as_slice()].into_iter().chain(made.beside.values().map(Vec::as_slice)).flatten().copied().collect();
    sha_256(&whole).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_package_signed_with_ed25519_has_the_bytes_it_always_had() {
    assert_eq!(golden(-19), "2980c8f5d82597b604ccc4b2b9b8c18e70df8f40943db97ed4b9d3dc5ca8252f");
}

#[test]
fn a_package_signed_with_esp256_has_the_bytes_it_always_had() {
    assert_eq!(golden(-9), "0ae230f86e685b84036d7cfd7824b504347fd54b81244d52903d8d5f6895ea8d");
}
