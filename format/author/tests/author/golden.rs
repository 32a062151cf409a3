use crate::bench::{Bench, image, key, sha_256};

/// A recipe that uses nearly everything.
const RECIPE: &str = include_str!("golden.toml");

fn golden(algorithm: i64) -> String {
    let bench = Bench::new();
    for (name, length, seed) in [("boot.bin", 40_000, 1), ("a.bin", 700_001, 2), ("b.bin", 700_002, 3), ("radio.bin", 3_000_003, 4)]
    {
        bench.image(name, &image(length, seed));
    }
    let made = bench.build(RECIPE, &[&key(algorithm)]);
    // What the reader's side makes of it.
    suitpack_core::Envelope::parse(&made.package).unwrap().manifest_unauthenticated(suitpack_core::Profile::Strict).unwrap();
    let whole: Vec<u8> =
        [made.package.as_slice()].into_iter().chain(made.beside.values().map(Vec::as_slice)).flatten().copied().collect();
    sha_256(&whole).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_package_signed_with_ed25519_has_the_bytes_it_always_had() {
    assert_eq!(golden(-19), "e3096c7ab3523a83dc20e52d3830716d576e7718b638167b6bd8b6489b9e2e41");
}

#[test]
fn a_package_signed_with_esp256_has_the_bytes_it_always_had() {
    assert_eq!(golden(-9), "5c625a00d8c9956b65f5e25b39fa8834f8c8b7c678d303b2fbc5fac2163dce83");
}
