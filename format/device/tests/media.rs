//! Files and block devices as media, and media that are only looked at.
#![cfg(unix)]
#![allow(clippy::print_stderr, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use suitpack_device::{Description, FileMedium, Location, Medium, OpenError, Place, Shadow};

fn device(folder: &Path, slots: &str) -> Description {
    let text = format!(
        "[device]\nstate = {{ file = \"state.bin\" }}\n[[component]]\nid = [\"app\"]\nlayout = \"a-b\"\nslots = [{slots}]\n"
    );
    Description::parse(&text, folder).unwrap()
}

const TWO: &str = "{ file = \"a\", size = 10000 }, { file = \"b\", size = 10000 }";

fn place(name: &str) -> Place {
    Place(name.to_owned())
}

fn unfit(description: &Description) -> String {
    match description.open() {
        Err(OpenError::Unfit(path, words)) => format!("{} {words}", path.file_name().unwrap().to_str().unwrap()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn files_are_made_and_one_process_has_them() {
    let folder = tempfile::tempdir().unwrap();
    let device = device(folder.path(), TWO);
    let media = device.open().unwrap();
    assert_eq!(media.keys().map(|place| place.0.as_str()).collect::<Vec<_>>(), ["app:0", "app:1", "state"]);
    assert!(["state.bin", "a", "b"].iter().all(|name| folder.path().join(name).is_file()));
    assert!(matches!(device.open(), Err(OpenError::Busy(_))));
    assert!(matches!(device.shadow(), Err(OpenError::Busy(_))));
    drop(media);
    let (one, other) = (device.shadow().unwrap(), device.shadow().unwrap());
    assert!(matches!(device.open(), Err(OpenError::Busy(_))));
    drop((one, other));
    device.open().unwrap();
}

#[test]
fn a_file_of_somebody_else_is_not_taken_for_a_blank_state() {
    let folder = tempfile::tempdir().unwrap();
    let device = device(folder.path(), TWO);
    for notes in [&b"precious notes"[..], b"x"] {
        fs::write(folder.path().join("state.bin"), notes).unwrap();
        assert_eq!(unfit(&device), "state.bin holds something that is no state of a device");
        assert!(device.shadow().is_err());
        assert_eq!(fs::read(folder.path().join("state.bin")).unwrap(), notes);
    }
}

#[test]
fn a_shadow_makes_no_file_and_changes_none() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a"), [7; 5000]).unwrap();
    let mut media = device(folder.path(), TWO).shadow().unwrap();
    for name in ["app:0", "app:1", "state"] {
        let medium = media.get_mut(&place(name)).unwrap();
        medium.write(100, &[1; 4500]).unwrap();
        medium.sync().unwrap();
        medium.cut(10).unwrap();
    }
    let mut read = [0; 6000];
    media.get_mut(&place("app:0")).unwrap().read(0, &mut read).unwrap();
    assert!(read[..100] == [7; 100] && read[100..4600] == [1; 4500] && read[4600..5000] == [7; 400] && read[5000..] == [0; 1000]);
    assert_eq!(fs::read(folder.path().join("a")).unwrap(), [7; 5000]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_shadow_reads_as_a_plain_copy_would() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("base");
    let mut model: Vec<u8> = (0..20_001_u32).map(|at| (at % 251) as u8).collect();
    fs::write(&path, &model).unwrap();
    let location = Location { path, device: false, offset: 0, size: 20_001, content: None };
    let base = FileMedium::look(&location).unwrap().unwrap();
    let mut shadow = Shadow::over(Some(Box::new(base)), 20_001).unwrap();
    let mut state = 1_u64;
    let mut random = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % below
    };
    for round in 0..300_usize {
        let at = random(20_001);
        let length = random((20_001 - at).min(9000) + 1);
        let bytes = vec![round as u8; length];
        shadow.write(at as u64, &bytes).unwrap();
        model[at..at + length].copy_from_slice(&bytes);
        let mut read = vec![0; 20_001];
        shadow.read(0, &mut read).unwrap();
        assert!(read == model, "round {round}");
    }
    assert!(shadow.write(20_001, &[0]).is_err() && shadow.read(20_000, &mut [0; 2]).is_err());
}

#[test]
fn what_is_not_as_described_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("image"), [1; 20]).unwrap();
    let slot = |name: &str, size: u64| {
        device(folder.path(), &format!("{{ file = \"a\", size = 10 }}, {{ file = \"{name}\", size = {size} }}"))
    };
    symlink(at("image"), at("link")).unwrap();
    fs::create_dir(at("folder")).unwrap();
    fs::hard_link(at("image"), at("twin")).unwrap();
    assert_eq!(unfit(&slot("link", 20)), "link is a symbolic link, which is never followed; name the file it leads to");
    assert_eq!(unfit(&slot("folder", 20)), "folder is a folder");
    assert_eq!(unfit(&slot("image", 19)), "image has 20 bytes; the description has room for 19");
    let twins = device(folder.path(), "{ file = \"image\", size = 20 }, { file = \"twin\", offset = 19, size = 20 }");
    assert!(unfit(&twins).starts_with("twin overlaps a place in `"));
    let file = device(folder.path(), "{ file = \"a\", size = 10 }, { device = \"image\", size = 20 }");
    assert_eq!(unfit(&file), "image is not a block device; a file is described by `file`");
    let missing = device(folder.path(), "{ file = \"a\", size = 10 }, { device = \"sdz\", size = 20 }");
    assert!(matches!(missing.open(), Err(OpenError::Io(..))));
    assert!(!at("sdz").exists());
    assert_eq!(fs::read(at("image")).unwrap(), [1; 20]);
}

/// Whether a file whose mode says so cannot be written. Whoever may do everything writes it all the same, and then nothing is shown.
fn modes_count(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o444)).unwrap();
    let counts = fs::File::options().write(true).open(path).is_err();
    if !counts {
        eprintln!("modes of files mean nothing to this user; read-only file systems are tried with the command line");
    }
    counts
}

#[test]
fn a_file_that_cannot_be_written_is_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a"), b"old").unwrap();
    let counts = modes_count(&folder.path().join("a"));
    let mut media = device(folder.path(), TWO).open().unwrap();
    let mut read = [0; 3];
    media.get_mut(&place("app:0")).unwrap().read(0, &mut read).unwrap();
    assert_eq!(
        (&read, media[&place("app:0")].writable().is_err(), media[&place("app:1")].writable().is_ok()),
        (b"old", counts, true)
    );
    // The state is written by everybody.
    drop(media);
    if modes_count(&folder.path().join("state.bin")) {
        assert!(matches!(device(folder.path(), TWO).open(), Err(OpenError::Io(path, _)) if path.ends_with("state.bin")));
    }
}

#[test]
fn a_fallback_is_opened_for_reading_only() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("safe"), b"safe").unwrap();
    let text = "[device]\nstate = { file = \"state.bin\" }\n[[component]]\nid = [\"app\"]\nlayout = \"fallback\"\n\
        slot = { file = \"a\", size = 100 }\nfallback = { file = \"safe\", size = 100 }\n";
    let mut media = Description::parse(text, folder.path()).unwrap().open().unwrap();
    assert!(media.get_mut(&place("app:1")).unwrap().write(0, b"x").is_err());
    assert!(media.get_mut(&place("app:0")).unwrap().write(0, b"x").is_ok());
    assert_eq!(fs::read(folder.path().join("safe")).unwrap(), b"safe");
}

#[test]
fn a_file_ends_where_its_content_does_unless_others_share_it() {
    let folder = tempfile::tempdir().unwrap();
    let shared = device(folder.path(), "{ file = \"flash\", size = 100 }, { file = \"flash\", offset = 100, size = 100 }");
    let mut media = shared.open().unwrap();
    media.get_mut(&place("app:1")).unwrap().write(0, &[2; 50]).unwrap();
    media.get_mut(&place("app:0")).unwrap().cut(10).unwrap();
    assert_eq!(fs::metadata(folder.path().join("flash")).unwrap().len(), 150);
    drop(media);
    let mut media = device(folder.path(), TWO).open().unwrap();
    let slot = media.get_mut(&place("app:0")).unwrap();
    slot.write(0, &[3; 100]).unwrap();
    slot.cut(10).unwrap();
    assert_eq!(fs::read(folder.path().join("a")).unwrap(), [3; 10]);
}
