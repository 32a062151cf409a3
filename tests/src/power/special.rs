//! Scenarios that are special: more than one component, things that went wrong before, and packages that must not be installed.

use suitpack_processor::Procedure;

use super::oracle::digest;
use super::scenario::{Geometry, Maker, SLOT, Scenario, Wanted, image_of, package};
use super::scenarios::{GEOMETRIES, app, first, lengths, lines};

pub(super) fn all() -> Vec<Scenario> {
    let [(_, flash), (_, disk), (_, zeros), ..] = GEOMETRIES;
    let mut all = vec![
        lengths("a shorter image over a longer one, single", "single", disk, (3900, 300), (1, 2)),
        lengths("a shorter image over a longer one, a-b", "a-b", disk, (3900, 300), (1, 2)),
        lengths("a shorter image over a longer one, swap", "swap", flash, (3900, 300), (1, 2)),
        lengths("a longer image over a shorter one, swap", "swap", disk, (300, 3900), (1, 2)),
        lengths("a longer image over a shorter one, fallback", "fallback", zeros, (300, 3900), (1, 2)),
        lengths("an image that fills its slot", "single", flash, (SLOT, SLOT), (1, 2)),
        lengths("the same sequence number again", "a-b", zeros, (1200, 1300), (7, 7)),
        lengths("a sequence number of 64 bits", "single", disk, (1200, 1300), (1, u64::MAX >> 1)),
        first("the first one, a-b", "a-b", disk, &image_of(1, 900)),
        first("the first one, single", "single", flash, &image_of(1, 900)),
        first("the first one, fallback", "fallback", disk, &image_of(1, 900)),
        first("the first one on an empty device, a-b", "a-b", flash, &[]),
        first("the first one on an empty device, swap", "swap", disk, &[]),
        many("two components, a-b", &["a-b", "a-b"], flash, disk),
        many("two components, single", &["single", "single"], disk, disk),
        many("three components on media of their own", &["a-b", "single", "fallback"], disk, zeros),
        many("four components, swapped and not", &["swap", "a-b", "swap", "single"], flash, disk),
        dependency("a dependency, a-b", "a-b", flash),
        dependency("a dependency, single", "single", disk),
        shared("a dependency that another one runs already, a-b", "a-b", flash),
        shared("a dependency that another one runs already, single", "single", disk),
        uninstall("uninstalled, a-b", "a-b", disk),
        uninstall("uninstalled, single", "single", flash),
        rotten("a rotten image is repaired, a-b", "a-b", disk),
        rotten("a rotten image is repaired, single", "single", flash),
        rotten("a rotten image is repaired, swap", "swap", zeros),
        again("it is there already", "a-b", disk),
        slots("an image for each slot", flash),
        refused("an image too large for its slot, a-b", "a-b", disk, (2, SLOT + 1)),
        refused("an image too large for its slot, single", "single", disk, (2, SLOT + 1)),
        refused("a lower sequence number", "a-b", disk, (0, 500)),
        worn("a worn block in the slot to be written, a-b", "a-b", disk, "app:0"),
        worn("a worn block in the slot to be written, swap", "swap", flash, "app:1"),
        worn("a worn block in the staging area, single", "single", disk, "app:staging"),
    ];
    for (layout, share, geometry) in [("a-b", 40, flash), ("single", 30, disk), ("swap", 60, zeros), ("fallback", 50, disk)] {
        let mut scenario =
            lengths(&format!("interrupted at {share} percent before, {layout}"), layout, geometry, (1500, 2500), (3, 4));
        scenario.interrupted = Some(share);
        all.push(scenario);
    }
    all
}

/// Components that have to change together.
fn many(name: &str, layouts: &[&str], one: Geometry, other: Geometry) -> Scenario {
    let mut maker = Maker::new(one);
    let (mut files, mut lines) = (vec![], String::new());
    for (index, layout) in layouts.iter().enumerate() {
        maker.geometry(if index % 2 == 0 { one } else { other });
        let id = format!("c{index}");
        let [factory, old, new] = [20, 30, 40].map(|seed| image_of(seed + index as u64, 500 + 200 * index));
        maker.component(&[&id], layout, &factory);
        maker.images(&id, &old, &new);
        files.push((format!("{id}.bin"), old, new));
        lines +=
            &format!("\n[[component]]\nid = [\"{id}\"]\nimage = \"{id}.bin\"\ninstall = \"streamed\"\ncompression = \"none\"\n");
    }
    maker.sequences(&[1], &[2]);
    let old: Vec<(&str, &[u8])> = files.iter().map(|(name, old, _)| (name.as_str(), old.as_slice())).collect();
    let new: Vec<(&str, &[u8])> = files.iter().map(|(name, _, new)| (name.as_str(), new.as_slice())).collect();
    let (before, package) = (package(1, &lines, &old), package(2, &lines, &new));
    maker.scenario(name, vec![before], package)
}

/// A package that brings another one, which brings an image.
fn dependency(name: &str, layout: &str, geometry: Geometry) -> Scenario {
    let mut maker = Maker::new(geometry);
    let (old, new) = (image_of(2, 800), image_of(3, 900));
    app(&mut maker, layout, "streamed", &image_of(1, 700));
    maker.component(&["radio"], "working", &[]);
    maker.images("app", &old, &new);
    maker.sequences(&[1, 11], &[2, 12]);
    let both = |sequence: u64, image: &[u8]| {
        let inner = package(sequence + 10, &lines(layout, "streamed"), &[("app.bin", image)]);
        package(sequence, "\n[[depends-on]]\nid = [\"radio\"]\npackage = \"radio.suit\"\n", &[("radio.suit", &inner)])
    };
    let (before, package) = (both(1, &old), both(2, &new));
    maker.scenario(name, vec![before], package)
}

/// A package that brings what another one brought before.
fn shared(name: &str, layout: &str, geometry: Geometry) -> Scenario {
    let mut maker = Maker::new(geometry);
    let library = image_of(2, 800);
    app(&mut maker, layout, "streamed", &image_of(1, 700));
    maker.component(&["radio"], "working", &[]);
    maker.images("app", &library, &library);
    for (id, [old, new]) in [("one", [4, 4]), ("two", [5, 6])] {
        maker.component(&[id], "a-b", &image_of(5, 500));
        maker.images(id, &image_of(old, 500), &image_of(new, 500));
    }
    maker.sequences(&[1, 11], &[1, 2, 11]);
    let inner = package(11, &lines(layout, "streamed"), &[("app.bin", &library)]);
    let root = |sequence, id: &str, image| {
        let lines = format!(
            "component-id = [\"root\", \"{id}\"]\n[[component]]\nid = [\"{id}\"]\nimage = \"image.bin\"\ninstall = \"streamed\"\n\
             [[depends-on]]\nid = [\"radio\"]\npackage = \"radio.suit\"\n"
        );
        package(sequence, &lines, &[("radio.suit", &inner), ("image.bin", &image_of(image, 500))])
    };
    maker.scenario(name, vec![root(1, "one", 4)], root(2, "two", 6))
}

/// A package whose image is given up again.
fn uninstall(name: &str, layout: &str, geometry: Geometry) -> Scenario {
    let mut maker = Maker::new(geometry);
    let old = image_of(2, 1500);
    app(&mut maker, layout, "streamed", &image_of(1, 700));
    maker.law.old.contents.entry("app".to_owned()).or_default().insert(Some(digest(&old)));
    maker.law.new.contents.entry("app".to_owned()).or_default().insert(None);
    maker.sequences(&[1], &[1]);
    let unlink =
        "\n[sequence]\nsuit-uninstall = [\n  { suit-directive-set-component-index = 0 },\n  { suit-directive-unlink = 15 },\n]\n";
    let package = package(1, &(lines(layout, "streamed") + unlink), &[("app.bin", &old)]);
    let mut scenario = maker.scenario(name, vec![package.clone()], package);
    scenario.procedure = Procedure::Uninstall;
    scenario.wanted = Wanted::Completed;
    scenario
}

/// What was installed has rotten since.
fn rotten(name: &str, layout: &str, geometry: Geometry) -> Scenario {
    let mut maker = Maker::new(geometry);
    let image = image_of(2, 1500);
    let mut rotten = image.clone();
    rotten[1000] ^= 0x10;
    app(&mut maker, layout, "streamed", &image_of(1, 700));
    maker.images("app", &rotten, &image);
    maker.sequences(&[1], &[1]);
    let package = package(1, &lines(layout, "streamed"), &[("app.bin", &image)]);
    let mut scenario = maker.scenario(name, vec![package.clone()], package);
    let slot = if layout == "a-b" { "app:1" } else { "app:0" };
    scenario.rot = vec![(slot.to_owned(), 1000)];
    scenario
}

/// Nothing is to be done.
fn again(name: &str, layout: &str, geometry: Geometry) -> Scenario {
    let mut scenario = lengths(name, layout, geometry, (800, 900), (1, 2));
    scenario.before.push(scenario.package.clone());
    scenario.law.old = scenario.law.new.clone();
    scenario
}

/// Which image is right depends on where it goes.
fn slots(name: &str, geometry: Geometry) -> Scenario {
    let mut maker = Maker::new(geometry);
    let files = [(2, "a.bin"), (3, "b.bin"), (4, "a.bin"), (5, "b.bin")].map(|(seed, name)| (name, image_of(seed, 1100)));
    maker.component(&["app"], "a-b", &image_of(1, 700));
    let [old_a, old_b, new_a, new_b] = &files;
    maker.images("app", &old_b.1, &new_a.1);
    maker.sequences(&[1], &[2]);
    let lines = "\n[[component]]\nid = [\"app\"]\na-b = [\"a.bin\", \"b.bin\"]\ninstall = \"streamed\"\n";
    let build =
        |sequence, a: &(&'static str, Vec<u8>), b: &(&'static str, Vec<u8>)| package(sequence, lines, &[(a.0, &a.1), (b.0, &b.1)]);
    let (before, package) = (build(1, old_a, old_b), build(2, new_a, new_b));
    maker.scenario(name, vec![before], package)
}

/// It must not be installed, however it is interrupted.
fn refused(name: &str, layout: &str, geometry: Geometry, (sequence, length): (u64, usize)) -> Scenario {
    let mut scenario = lengths(name, layout, geometry, (800, length), (1, sequence));
    scenario.law.new = scenario.law.old.clone();
    scenario.wanted = Wanted::Refused;
    scenario
}

/// What is to be written cannot be: the device goes on with what it has.
fn worn(name: &str, layout: &str, geometry: Geometry, place: &str) -> Scenario {
    let mut scenario = refused(name, layout, geometry, (2, 1300));
    scenario.worn = Some((place.to_owned(), 1000));
    scenario
}
