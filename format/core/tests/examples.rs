//! The manifest draft's own examples are read whole.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, missing_docs)]

use suitpack_core::Envelope;
use suitpack_core::manifest::Section;

#[test]
fn every_example_of_the_manifest_draft_is_read_whole() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/peer-vectors/ietf/manifest");
    let Ok(files) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: the IETF examples are not beside the project");
        return;
    };
    let mut count = 0;
    for file in files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "suit")) {
        let bytes = std::fs::read(&file).unwrap();
        let envelope = Envelope::parse(&bytes).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        envelope.authentication().unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let manifest = envelope
            .manifest_unauthenticated(suitpack_core::Profile::Strict)
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let commands: usize = Section::ALL
            .into_iter()
            .filter_map(|section| manifest.sequence(section, envelope.member(section.key())).ok().flatten())
            .map(Iterator::count)
            .sum();
        assert!(commands > 0, "{}", file.display());
        count += 1;
    }
    assert_eq!(count, 22);
}
