//! The inputs that the working group makes its examples of, as recipes: the manifests have to be the examples', byte for byte.

use std::fs;
use std::path::Path;

use suitpack_core::Envelope;

use crate::bench::Bench;

#[test]
fn the_examples_of_the_manifest_draft_can_be_written_as_recipes() {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/peer-vectors/ietf/manifest");
    if !vectors.exists() {
        eprintln!("skipped: the IETF examples are not beside the project");
        return;
    }
    let bench = Bench::new();
    for (number, file) in FILES.iter().enumerate() {
        let recipe =
            fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/author/ietf/example{number}.toml")))
                .unwrap();
        assert_eq!(crate::schema::objections(&recipe), [""; 0], "example {number}");
        let made = bench.build(&recipe, &[]);
        let example = fs::read(vectors.join(file)).unwrap();
        let (ours, theirs) = (Envelope::parse(&made.package).unwrap(), Envelope::parse(&example).unwrap());
        assert_eq!(ours.manifest_bytes().encoded(), theirs.manifest_bytes().encoded(), "example {number}");
        assert_eq!(ours.authentication().unwrap().payload(), theirs.authentication().unwrap().payload(), "example {number}");
        let severed =
            |envelope: &Envelope<'_>| envelope.members().map(|(key, body)| (key, body.encoded().to_vec())).collect::<Vec<_>>();
        assert_eq!(severed(&ours), severed(&theirs), "example {number}");
    }
}

#[test]
fn an_example_whose_severed_members_are_gone_can_be_written_too() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/author/ietf/example2.toml")).unwrap();
    let bench = Bench::new();
    let whole = bench.build(&text, &[]);
    let whole = Envelope::parse(&whole.package).unwrap();
    // The digests that the example prints.
    let withheld = "[envelope.withheld]\nsuit-install = \"sha-256:cfa90c5c58595e7f5119a72f803fd0370b3e6abbec6315cd38f63135281bc498\"\nsuit-text = \"sha-256:302196d452bce5e8bfeaf71e395645ede6d365e63507a081379721eeecf00007\"\n";
    let (before, after) = text.split_once("[envelope]\n").unwrap();
    let (_, after) = after.split_once("[sequence]\n").unwrap();
    let (shared, after) = after.split_once("suit-install").unwrap();
    let (validate, _) = after.split_once("[text.en-US]").unwrap();
    let validate = validate.split_once("suit-validate").unwrap().1;
    let short = bench.build(&format!("{before}{withheld}[sequence]\n{shared}suit-validate{validate}"), &[]);
    let short = Envelope::parse(&short.package).unwrap();
    assert_eq!(short.manifest_bytes().encoded(), whole.manifest_bytes().encoded());
    assert_eq!(short.members().count(), 0);
}

const FILES: [&str; 6] = [
    "manifest-ex0-unsigned.suit",
    "manifest-ex1-unsigned.suit",
    "manifest-ex2-signed-full.suit",
    "manifest-ex3-unsigned.suit",
    "manifest-ex4-unsigned.suit",
    "manifest-ex5-unsigned.suit",
];
