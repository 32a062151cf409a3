use std::fs;
use std::io::Write;

use suitpack_author::{Cause, Options, Output, Recipe, build};

use crate::bench::{Bench, image, key, small};

/// The message of a build that fails.
fn fault(bench: &Bench, recipe: &str) -> (String, Cause) {
    let recipe = bench.recipe(recipe).unwrap();
    match bench.try_build(&recipe, &[], Options::default()) {
        Err(error) => (error.to_string().replace(&bench.dir.path().display().to_string(), "DIR"), error.cause()),
        Ok(_) => panic!("built"),
    }
}

#[test]
fn an_image_that_cannot_be_used_is_named_with_its_path() {
    let bench = Bench::new();
    let with = |image: &str| small("").replace("app.bin", image);
    assert_eq!(fault(&bench, &with("none.bin")), ("image `DIR/none.bin` does not exist".into(), Cause::Recipe));
    fs::create_dir(bench.path("folder")).unwrap();
    assert_eq!(fault(&bench, &with("folder")), ("image `DIR/folder` is not a regular file".into(), Cause::Recipe));
    bench.image("empty.bin", b"");
    assert_eq!(fault(&bench, &with("empty.bin")), ("image `DIR/empty.bin` is empty".into(), Cause::Recipe));
    assert_eq!(fault(&bench, &with("/dev/null")), ("image `/dev/null` is not a regular file".into(), Cause::Recipe));
}

#[test]
fn an_image_that_changes_during_the_build_is_noticed() {
    for compression in ["none", "zstd"] {
        let bench = Bench::new();
        bench.image("app.bin", &image(3_000_000, 1));
        let recipe = bench.recipe(&small("").replace("none", compression)).unwrap();
        let path = bench.path("app.bin");
        for grow in [true, false] {
            let mut change = |_read: u64| {
                if grow {
                    fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"more").unwrap();
                } else {
                    fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(100).unwrap();
                }
            };
            let options = Options { progress: Some(&mut change), ..Options::default() };
            let error = bench.try_build(&recipe, &[], options).err().unwrap();
            assert!(error.to_string().ends_with("app.bin` changed during the build"), "{error}");
            assert_eq!(error.cause(), Cause::Recipe);
        }
    }
}

#[test]
fn an_image_rewritten_in_place_during_the_build_is_noticed() {
    let bench = Bench::new();
    let recipe = bench.recipe(&small("")).unwrap();
    // File times may be no finer than a tick of the system's clock.
    std::thread::sleep(core::time::Duration::from_millis(50));
    let mut rewrite = |_read: u64| bench.image("app.bin", &image(100_000, 9));
    let options = Options { progress: Some(&mut rewrite), ..Options::default() };
    let error = bench.try_build(&recipe, &[], options).err().unwrap();
    assert!(error.to_string().ends_with("app.bin` changed during the build"), "{error}");
}

#[test]
fn a_key_given_twice_is_refused() {
    let bench = Bench::new();
    let key = key(-19);
    let recipe = bench.recipe(&small("")).unwrap();
    let error = bench.try_build(&recipe, &[&key, &key], Options::default()).err().unwrap();
    assert!(error.to_string().ends_with("is given twice"), "{error}");
}

#[test]
fn texts_that_make_a_head_no_reader_keeps_are_refused() {
    let bench = Bench::new();
    let (message, cause) = fault(&bench, &small(&format!("[text.en]\nupdate-description = \"{}\"", "x".repeat(1_050_000))));
    assert!(message.contains("readers keep 1048576"), "{message}");
    assert_eq!(cause, Cause::Recipe);
}

#[test]
fn a_pipe_gets_the_same_bytes_as_a_file() {
    let bench = Bench::new();
    let recipe = bench.recipe(&small("").replace("\"none\"", "\"zstd\"")).unwrap();
    let key = key(-9);
    let made = bench.try_build(&recipe, &[&key], Options::default()).unwrap();
    let mut piped = Vec::new();
    let scratch = Some(bench.dir.path().to_path_buf());
    let built =
        build(&recipe, Output::Stream(&mut piped), &[&key], &mut |_| unreachable!(), Options { scratch, ..Options::default() })
            .unwrap();
    assert_eq!(piped, made.package);
    assert_eq!(built, made.built);
    assert_eq!(built.size, piped.len() as u64);
}

#[test]
fn a_full_disk_is_the_storages_fault() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let bench = Bench::new();
    let recipe = bench.recipe(&small("")).unwrap();
    let error = build(&recipe, Output::Stream(&mut Full), &[], &mut |_| unreachable!(), Options::default()).unwrap_err();
    assert_eq!((error.to_string().as_str(), error.cause()), ("cannot write the package", Cause::Storage));
}

#[test]
fn a_detached_file_that_cannot_be_made_is_named() {
    let bench = Bench::new();
    let recipe = bench.recipe(&small("uri = \"https://example.com/a.bin\"")).unwrap();
    let mut file = tempfile::tempfile().unwrap();
    let mut refuse = |_: &str| Err(std::io::ErrorKind::PermissionDenied.into());
    let error = build(&recipe, Output::File(&mut file), &[], &mut refuse, Options::default()).unwrap_err();
    assert_eq!((error.to_string().as_str(), error.cause()), ("cannot write the detached payload `a.bin`", Cause::Storage));
}

#[test]
fn a_recipe_without_a_promise_builds_and_warns() {
    let bench = Bench::new();
    let made = bench.build(&small(""), &[]);
    assert_eq!(made.built.warnings, ["the recipe has no `[upgradability]`, so the package promises nothing about updates"]);
}

#[test]
fn the_template_builds_once_the_image_is_there() {
    let bench = Bench::new();
    let recipe = Recipe::parse(Recipe::TEMPLATE, &bench.path("suitpack.toml"), &[]).unwrap();
    let made = bench.try_build(&recipe, &[], Options::default()).unwrap();
    assert!(made.built.warnings.is_empty(), "{:?}", made.built.warnings);
}

#[test]
fn payloads_whose_size_was_guessed_wrong_are_moved_into_place() {
    let bench = Bench::new();
    // Compresses to almost nothing, then to almost itself: both ways past the width that half the size would have.
    bench.image("zero.bin", &vec![0; 200_000]);
    let noise: Vec<u8> =
        (0..100_000_u64).flat_map(|index| index.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes().into_iter().skip(7)).collect();
    bench.image("noise.bin", &noise);
    let recipe = small("").replace("app.bin", "zero.bin").replace("\"none\"", "\"zstd\"");
    let recipe = format!(
        "{recipe}[[component]]\nid = [\"noise\"]\nimage = \"noise.bin\"\n[[component]]\nid = [\"z\"]\nimage = \"zero.bin\"\nname = \"zz\"\n"
    );
    let made = bench.build(&recipe, &[&key(-19)]);
    let envelope = suitpack_core::Envelope::parse(&made.package).unwrap();
    let found: Vec<_> = envelope.payloads().collect();
    assert_eq!(found.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["#zz", "#app", "#noise"]);
    for ((name, content), built) in found.iter().zip(&made.built.payloads) {
        assert_eq!((*name, content.len() as u64), (built.uri.as_str(), built.carried_size));
        assert_eq!(crate::bench::sha_256(content), built.carried_digest);
    }
    assert!(found[0].1.len() < 256, "the guess was right; the test needs another image");
}

#[test]
fn workers_do_not_change_the_bytes() {
    let bench = Bench::new();
    bench.image("app.bin", &image(9_000_000, 5));
    let recipe = bench.recipe(&small("").replace("\"none\"", "\"zstd\"")).unwrap();
    let packages = [1, 2, 5].map(|workers| {
        let options = Options { workers: core::num::NonZeroUsize::new(workers), ..Options::default() };
        bench.try_build(&recipe, &[], options).unwrap().package
    });
    assert!(packages.windows(2).all(|pair| pair[0] == pair[1]));
}
