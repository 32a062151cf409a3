#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| suitpack_tests::properties::report(data));
