//! The scenarios: every layout with every way to bring an image, on media of many kinds, and the special ones.

use super::oracle::digest;
use super::scenario::{Geometry, KEK, Maker, Scenario, content_key, image_of, package};
use super::special;

/// All scenarios.
#[must_use]
pub fn scenarios() -> Vec<Scenario> {
    let mut all = vec![];
    let mut media = GEOMETRIES.iter().cycle();
    for layout in ["a-b", "single", "fallback", "swap", "rollback"] {
        for (way, _) in WAYS {
            for _ in 0..2 {
                let (media_name, geometry) = media.next().unwrap();
                all.push(usual(&format!("{layout}, {way}, {media_name}"), layout, way, *geometry));
            }
        }
        // So that no layout always meets the same media.
        media.next();
    }
    for (layout, (way, _)) in ["a-b", "single", "fallback", "swap", "rollback"].into_iter().zip(CIPHERS.iter().cycle()) {
        let (media_name, geometry) = media.next().unwrap();
        all.push(usual(&format!("{layout}, {way}, {media_name}"), layout, way, *geometry));
    }
    all.extend(special::all());
    all
}

/// A component with an installed image, and a package with a new one.
fn usual(name: &str, layout: &str, way: &str, geometry: Geometry) -> Scenario {
    let mut maker = Maker::new(geometry);
    let (factory, old, new) = (image_of(1, 900), image_of(2, 1700), image_of(3, 1900));
    app(&mut maker, layout, way, &factory);
    maker.images("app", &old, &new);
    maker.sequences(&[1], &[2]);
    // What there was is there to be gone back to.
    let keeps = match layout {
        "swap" | "a-b" => Some("app:1"),
        "rollback" => Some("app.old:0"),
        _ => None,
    };
    maker.law.kept.extend(keeps.map(|place| (place.to_owned(), old.clone())));
    if way.starts_with("encrypted") {
        maker.law.secrets = vec![KEK.to_vec(), content_key(1), content_key(2)];
    }
    let lines = lines(layout, way);
    let old = package(1, &lines, &[("app.bin", &old)]);
    let new = package(2, &lines, &[("app.bin", &new)]);
    maker.scenario(name, vec![old], new)
}

/// The component `app` and what bringing an image to it takes.
pub(super) fn app(maker: &mut Maker, layout: &str, way: &str, factory: &[u8]) {
    if layout == "rollback" {
        maker.component(&["app"], "single", factory);
        maker.component(&["app", "old"], "working", &[]);
    } else {
        maker.component(&["app"], layout, factory);
    }
    if staged(way) {
        maker.component(&["app", "staging"], "working", &[]);
    }
}

/// The lines of a recipe for it.
pub(super) fn lines(layout: &str, way: &str) -> String {
    let (_, keys) = WAYS.iter().chain(&CIPHERS).find(|(name, _)| *name == way).unwrap();
    let rollback = if layout == "rollback" { "rollback = [\"app\", \"old\"]\n" } else { "" };
    format!("\n[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\n{keys}\n{rollback}")
}

fn staged(way: &str) -> bool {
    !way.starts_with("streamed")
}

/// A scenario on a device whose component has the image with this length, and gets one with that.
pub(super) fn lengths(
    name: &str,
    layout: &str,
    geometry: Geometry,
    (old, new): (usize, usize),
    (from, to): (u64, u64),
) -> Scenario {
    let mut maker = Maker::new(geometry);
    let (old, new) = (image_of(5, old), image_of(6, new));
    app(&mut maker, layout, "streamed", &image_of(1, 900));
    maker.images("app", &old, &new);
    maker.sequences(&[from], &[to]);
    let lines = lines(layout, "streamed");
    let packages = [(from, &old), (to, &new)].map(|(sequence, image)| package(sequence, &lines, &[("app.bin", image)]));
    let [before, package] = packages;
    maker.scenario(name, vec![before], package)
}

/// A device on which nothing was installed but what it came with.
pub(super) fn first(name: &str, layout: &str, geometry: Geometry, factory: &[u8]) -> Scenario {
    let mut maker = Maker::new(geometry);
    let new = image_of(3, 1500);
    app(&mut maker, layout, "streamed", factory);
    maker.images("app", factory, &new);
    if factory.is_empty() {
        maker.law.old.contents.entry("app".to_owned()).or_default().insert(None);
    } else {
        assert_eq!(digest(factory).len(), 32);
    }
    maker.sequences(&[], &[1]);
    let package = package(1, &lines(layout, "streamed"), &[("app.bin", &new)]);
    maker.scenario(name, vec![], package)
}

/// Ways to bring an image, and what a recipe says of them.
const WAYS: [(&str, &str); 5] = [
    ("streamed", "install = \"streamed\"\ncompression = \"none\""),
    ("streamed and compressed", "install = \"streamed\""),
    ("staged", "compression = \"none\""),
    ("staged and compressed", ""),
    ("encrypted", "encrypt-for = [\"kek\"]\nencryption = \"a128ctr\""),
];

/// Ciphers whose tag is known only at the end.
const CIPHERS: [(&str, &str); 2] = [
    ("encrypted with A128GCM", "encrypt-for = [\"kek\"]\nencryption = \"a128gcm\""),
    ("encrypted with ChaCha20/Poly1305", "encrypt-for = [\"kek\"]\nencryption = \"chacha20-poly1305\"\ncompression = \"none\""),
];

/// Media, by what is special about them.
pub(super) const GEOMETRIES: [(&str, Geometry); 10] = [
    ("flash 512/8", Geometry::Flash { erase: 512, program: 8, erased: 0xff }),
    ("disk 512", Geometry::Disk { sector: 512 }),
    ("flash 1024/4 erased to 00", Geometry::Flash { erase: 1024, program: 4, erased: 0 }),
    ("flash 4096/16", Geometry::Flash { erase: 4096, program: 16, erased: 0xff }),
    ("disk 4096", Geometry::Disk { sector: 4096 }),
    ("flash 256/1", Geometry::Flash { erase: 256, program: 1, erased: 0xff }),
    ("flash 2048/32 erased to 00", Geometry::Flash { erase: 2048, program: 32, erased: 0 }),
    ("disk 128", Geometry::Disk { sector: 128 }),
    ("flash 512/64 erased to 00", Geometry::Flash { erase: 512, program: 64, erased: 0 }),
    ("flash 1024/2", Geometry::Flash { erase: 1024, program: 2, erased: 0xff }),
];
