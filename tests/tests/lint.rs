//! What suitpack writes, its own linter has nothing to say against.
#![allow(clippy::unwrap_used, missing_docs)]

use suitpack_package::{lint, lint_against};
use suitpack_tests::{Lab, STORED, ZSTD, recipe};

fn package(component: &str) -> Vec<u8> {
    Lab::new(&recipe(component), &[7; 5000]).package
}

#[test]
fn packages_of_every_template_are_clean() {
    let staged = format!("{ZSTD}install = \"staged\"\n");
    let streamed = format!("{ZSTD}install = \"streamed\"\n");
    let slots = String::from("[[component]]\nid = [\"app\"]\na-b = [\"app.bin\", \"app.bin\"]\n");
    let rollback = format!("{ZSTD}rollback = [\"old\"]\nfrom-versions = \">=1.0\"\n");
    let invoked = format!("{ZSTD}invoke = true\n");
    let detached = format!("{ZSTD}uri = \"https://example.com/app.zst\"\n");
    let update = "use-before = 2030-01-01T00:00:00Z\nminimum-battery = 100\nauthorized = true\n[update.wait]\npower = 1\n";
    let asked = format!("{ZSTD}\n[update]\n{update}");
    let two = format!("{ZSTD}\n[[component]]\nid = [\"other\"]\nimage = \"app.bin\"\ncompression = \"none\"\n");
    for component in [ZSTD, STORED, &staged, &streamed, &slots, &rollback, &invoked, &detached, &asked, &two] {
        assert_eq!(lint(&package(component)[..]).unwrap(), [], "{component}");
    }
}

#[test]
fn a_region_whose_support_is_shortened_is_found() {
    let with = |sequence: u64, seq: u64, region: &str| {
        let horizon = format!(
            "guaranteed-until = \"2032-03-31\"\n\n[[upgradability.horizons]]\nregions = [\"DE\"]\nguaranteed-until = \"{region}\"\n"
        );
        let text = recipe(STORED).replace("guaranteed-until = \"2032-03-31\"\n", &horizon);
        let text = text.replace("sequence-number = 7", &format!("sequence-number = {sequence}"));
        let text =
            text.replace("version = \"1.2.3\"", &format!("version = \"{sequence}\"")).replace("seq = 1", &format!("seq = {seq}"));
        Lab::new(&text, &[7; 5000]).package
    };
    let (old, new) = (with(7, 1, "2036-03-31"), with(8, 2, "2034-03-31"));
    let found = lint_against(&new[..], &old[..]).unwrap();
    let said: Vec<_> = found.iter().map(|finding| (finding.rule, finding.message.as_str())).collect();
    assert_eq!(said, [("LNT-32", "support in DE was guaranteed until 2036-03-31 before, and now until 2034-03-31")]);
    assert_eq!(lint_against(&with(8, 2, "2037-03-31")[..], &old[..]).unwrap(), []);
    let same_number = lint_against(&with(8, 1, "2037-03-31")[..], &old[..]).unwrap();
    assert_eq!(same_number.iter().map(|finding| finding.rule).collect::<Vec<_>>(), ["LNT-38"]);
}
