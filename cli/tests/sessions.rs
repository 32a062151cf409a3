//! What the program says: every session under `tests/cli` and in the README, word for word.

#[test]
fn every_session_goes_as_it_is_written_down() {
    trycmd::TestCases::new()
        .env("NO_COLOR", "1")
        .case("../tests/cli/*.toml")
        .case("../tests/cli/*.trycmd")
        .case("../README.md");
}
