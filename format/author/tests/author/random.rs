//! Recipes by chance: whatever builds is read by a strict reader, and says the same however its tables are ordered.

use suitpack_core::manifest::Section;
use suitpack_core::{Envelope, Profile};

use crate::bench::{Bench, image};

#[test]
fn random_recipes_build_packages_that_a_strict_reader_takes() {
    let bench = Bench::new();
    bench.image("app.bin", &image(3000, 1));
    bench.image("other.bin", &image(500, 2));
    // Something to depend on, with every section.
    let all: String = SECTIONS.iter().map(|name| format!("{name} = [{{ suit-condition-abort = 0 }}]\n")).collect();
    let head = "[manifest]\nsequence-number = 1\n[[component]]\nid = [\"x\"]\n[sequence]\n";
    bench.image("dependency.suit", &bench.build(&format!("{head}{all}"), &[]).package);
    for seed in 1..=RECIPES {
        let recipe = Chance(seed).recipe();
        let text = recipe.written(&mut Chance(seed));
        let built =
            |text: &str| bench.recipe(text).map(|recipe| bench.try_build(&recipe, &[], suitpack_author::Options::default()));
        let made = match built(&text) {
            Ok(Ok(made)) => made,
            Ok(Err(error)) => panic!("seed {seed}: {error}\n{text}"),
            Err(error) => panic!("seed {seed}: {error}\n{text}"),
        };
        for name in made.beside.keys() {
            std::fs::remove_file(bench.path(&format!("out-{name}"))).unwrap();
        }
        read(&made.package).unwrap_or_else(|error| panic!("seed {seed}: {error}\n{text}"));
        // Every recipe would take the validator long.
        if seed <= 30 {
            assert_eq!(crate::schema::objections(&text), [""; 0], "seed {seed}\n{text}");
        }
        // Maps have no order; arrays do.
        let shuffled = recipe.written(&mut Chance(seed + RECIPES));
        let again = built(&shuffled).unwrap().unwrap_or_else(|error| panic!("seed {seed}: {error}\n{shuffled}"));
        for name in again.beside.keys() {
            std::fs::remove_file(bench.path(&format!("out-{name}"))).unwrap();
        }
        assert!(made.package == again.package && made.beside == again.beside, "seed {seed}\n{text}\n----\n{shuffled}");
    }
}

/// Reads everything of a package that a reader looks into before it acts.
fn read(package: &[u8]) -> Result<(), suitpack_core::Error> {
    let envelope = Envelope::parse(package)?;
    let manifest = envelope.manifest_unauthenticated(Profile::Strict)?;
    for section in Section::ALL {
        if let Ok(Some(sequence)) = manifest.sequence(section, envelope.member(section.key())) {
            assert!(sequence.count() > 0);
        }
    }
    Ok(())
}

/// A generator that every run has (xorshift).
struct Chance(u64);

/// A piece of a recipe, before its keys are put in some order.
enum Piece {
    Word(String),
    List(Vec<Piece>),
    Table(Vec<(String, Piece)>),
}

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x1234_5678_9abc_def1);
        let mut mixed = self.0;
        mixed ^= mixed >> 31;
        mixed = mixed.wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed ^ (mixed >> 29)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn one<'o>(&mut self, options: &[&'o str]) -> &'o str {
        options[self.below(options.len() as u64) as usize]
    }

    fn maybe(&mut self) -> bool {
        self.below(2) == 0
    }

    fn some(&mut self, least: u64, most: u64, mut of: impl FnMut(&mut Self, u64) -> Piece) -> Vec<Piece> {
        let count = least + self.below(most - least + 1);
        (0..count).map(|index| of(self, index)).collect()
    }

    fn recipe(&mut self) -> Piece {
        let named = 1 + self.below(4);
        let mut components: Vec<_> = (0..named).map(|n| table(vec![("id", list(vec![word(format!("\"named{n}\""))]))])).collect();
        let intents = self.below(3);
        components.extend((0..intents).map(|n| self.component(n)));
        let mut manifest = vec![("sequence-number", word(self.below(9)))];
        if intents > 0 || self.maybe() {
            manifest.extend([("vendor", word("\"example.com\"")), ("class", word("\"x\""))]);
        }
        match self.below(3) {
            0 => manifest.push(("version", word(self.one(&["\"1\"", "\"2.3.4\"", "\"1.0-rc.1\""])))),
            1 => manifest.push(("set-version", word(self.one(&["[0]", "[1, -3, 5]"])))),
            _ => {}
        }
        if self.maybe() {
            manifest.push(("component-id", word("[\"root\"]")));
            manifest.push(("private", table(vec![("-300", word("\"hex:01\"")), ("-70000", word("\"hex:820102\""))])));
        }
        let mut recipe = vec![("manifest", table(manifest)), ("component", list(components))];
        let depends = self.maybe();
        if depends {
            recipe.push(("dependency", list(vec![table(vec![("index", word(0))])])));
        }
        if self.maybe() {
            let more = vec![("id", word("[\"dep\"]")), ("package", word("\"dependency.suit\"")), ("prefix", word("[\"p\"]"))];
            recipe.push(("depends-on", list(vec![table(more)])));
        }
        // A template has to make suit-install for it.
        if intents > 0 && self.maybe() {
            let wait = table(vec![("time", word(7)), ("day-of-week-utc", word(self.below(7))), ("power", word(-2))]);
            let update =
                [("use-before", word("2031-01-01T00:00:00Z")), ("minimum-battery", word(self.below(1000))), ("wait", wait)];
            recipe.push(("update", table(update.into_iter().filter(|_| self.maybe()).collect())));
        }
        if self.maybe() {
            recipe.push(("coswid", table(vec![("hex", word("\"a30061610161620c00\""))])));
            let severed = if self.maybe() { "[\"suit-coswid\"]" } else { "[]" };
            recipe.push(("envelope", table(vec![("severed", word(severed)), ("tagged", word(self.maybe()))])));
        }
        if self.maybe() {
            let texts = table(vec![
                ("update-description", word("\"new\"")),
                ("manifest-description", word("\"a longer text that is severed, as it should be\"")),
            ]);
            recipe.push(("text", table(vec![("en", texts)])));
        }
        recipe.push(("sequence", self.sequences(named, depends, intents == 0)));
        table(recipe)
    }

    fn component(&mut self, number: u64) -> Piece {
        let mut keys = vec![("id", word(format!("[\"c{number}\", \"hex:00\"]"))), ("name", word(format!("\"c{number}\"")))];
        let streamed = self.maybe();
        keys.push(("install", word(if streamed { "\"streamed\"" } else { "\"staged\"" })));
        keys.push(("compression", word(self.one(&["\"none\"", "\"zstd\""]))));
        if self.maybe() {
            keys.retain(|(key, _)| *key != "name");
            keys.push(("slots", word(format!("[{{ slot = 0, image = \"app.bin\", name = \"c{number}a\" }}, {{ image = \"other.bin\", slot = 5, name = \"c{number}b\" }}]"))));
        } else {
            keys.push(("image", word("\"app.bin\"")));
            if self.maybe() {
                keys.push(("rollback", word(format!("[\"back\", \"{number}\"]"))));
            }
            if self.maybe() {
                keys.retain(|(key, _)| *key != "name");
                keys.push(("uri", word(format!("\"https://example.com/c{number}.bin\""))));
            }
        }
        if self.maybe() {
            keys.push(("from-versions", word(self.one(&["\">=1.2, <2\"", "\"=1\"", "\"> 0.9-beta\""]))));
        }
        keys.push(("invoke", word(self.maybe())));
        table(keys)
    }

    fn sequences(&mut self, components: u64, depends: bool, installs: bool) -> Piece {
        let mut sections = Vec::new();
        for name in SECTIONS.into_iter().chain(["suit-shared-sequence"]) {
            if self.below(4) == 0 && (installs || name != "suit-install") {
                let place = Place { components, depends, shared: name == "suit-shared-sequence", depth: 0 };
                let mut commands = vec![table(vec![("suit-directive-set-component-index", word(self.below(components)))])];
                commands.extend(self.some(1, 6, |chance, _| chance.command(place)));
                sections.push((name, list(commands)));
            }
        }
        table(sections)
    }

    fn command(&mut self, place: Place) -> Piece {
        let inner = Place { depth: place.depth + 1, ..place };
        let nested = |chance: &mut Self| list(chance.some(1, 3, |chance, _| chance.command(inner)));
        let index = |chance: &mut Self| chance.below(place.components);
        let (name, argument) = match self.below(10) {
            0 => ("suit-directive-set-component-index", word(index(self))),
            1 => ("suit-directive-set-component-index", word(if self.maybe() { "true" } else { "[0]" })),
            2 | 3 => (self.one(&["suit-directive-set-parameters", "suit-directive-override-parameters"]), self.parameters(place)),
            4 if place.depth < 3 => {
                let mut arms: Vec<_> = vec![nested(self), nested(self)];
                if self.maybe() {
                    arms.push(list(vec![]));
                }
                ("suit-directive-try-each", list(arms))
            }
            5 if place.depth < 3 => ("suit-directive-run-sequence", nested(self)),
            6 => {
                let parameters: Vec<_> = (0..place.components).map(|index| (index.to_string(), self.parameters(place))).collect();
                ("suit-directive-override-multiple", Piece::Table(parameters))
            }
            7 => {
                let labels = word("[\"suit-parameter-uri\", \"suit-parameter-image-size\"]");
                ("suit-directive-copy-params", Piece::Table(vec![(index(self).to_string(), labels)]))
            }
            8 if !place.shared => {
                let last = if place.depends { "suit-directive-process-dependency" } else { "suit-directive-unlink" };
                let directives = ["write", "fetch", "copy", "invoke", "swap", "wait"].map(|name| format!("suit-directive-{name}"));
                let mut names: Vec<_> = directives.iter().map(String::as_str).collect();
                names.push(last);
                let name = names[self.below(names.len() as u64) as usize].to_owned();
                return Piece::Table(vec![(name, word(self.below(16)))]);
            }
            _ => {
                let conditions = [
                    "suit-condition-image-match",
                    "suit-condition-abort",
                    "suit-condition-version",
                    "suit-condition-is-dependency",
                    "suit-condition-use-before",
                ];
                (self.one(&conditions), word(self.below(16)))
            }
        };
        table(vec![(name, argument)])
    }

    fn parameters(&mut self, place: Place) -> Piece {
        let sha = format!("\"sha-256:{}\"", "5a".repeat(32));
        let version = table(vec![("comparison", word("\"lesser\"")), ("numbers", word("[1, 2]"))]);
        let wait = table(vec![("suit-wait-event-time", word(7)), ("suit-wait-event-network", word(-1))]);
        let metadata = table(vec![
            ("suit-meta-creator", word("\"root\"")),
            ("suit-meta-user-permissions", table(vec![("7", word(1)), ("name", word("[0, 3]")), ("hex:00", word(0))])),
        ]);
        let mut all = vec![
            ("suit-parameter-vendor-identifier", word("\"fa6b4a53-d5ad-5fdf-be9d-e663e4d41ffe\"")),
            ("suit-parameter-image-digest", if self.maybe() { word(&sha) } else { table(vec![("file", word("\"other.bin\""))]) }),
            ("suit-parameter-image-size", word(self.next() >> self.below(60).max(1))),
            ("suit-parameter-use-before", word("2030-06-01T00:00:00.5+01:00")),
            ("suit-parameter-content", word("\"hex:00\"")),
            ("suit-parameter-uri", word("\"https://example.com/\"")),
            ("suit-parameter-source-component", word(self.below(place.components))),
            ("suit-parameter-update-priority", word(-(self.below(1 << 40) as i64))),
            ("suit-parameter-version", version),
            ("suit-parameter-wait-info", wait),
            ("suit-parameter-component-metadata", metadata),
            ("suit-parameter-strict-order", word(self.maybe())),
        ];
        if place.depth > 0 {
            all.push(("suit-parameter-soft-failure", word(self.maybe())));
        }
        if !place.shared {
            let transform =
                [("source", word("\"uri\"")), ("algorithm", word("\"zstd\"")), ("size", word(5)), ("digest", word(&sha))];
            all.push(("suit-parameter-transform", table(transform.into())));
        }
        let keep = self.below(all.len() as u64) as usize;
        table(
            all.into_iter().enumerate().filter(|(index, _)| *index == keep || self.below(4) == 0).map(|(_, entry)| entry).collect(),
        )
    }
}

#[derive(Clone, Copy)]
struct Place {
    components: u64,
    depends: bool,
    shared: bool,
    depth: u8,
}

impl Piece {
    /// The recipe as text; `chance` decides the order of keys, and whether a table has a header of its own.
    fn written(&self, chance: &mut Chance) -> String {
        let Self::Table(entries) = self else { panic!("no recipe") };
        let mut blocks: Vec<_> = entries
            .iter()
            .map(|(key, piece)| match piece {
                Self::Table(entries) if chance.maybe() => format!("[{key}]\n{}", lines(entries, chance)),
                Self::List(pieces) if chance.maybe() => {
                    let table = |piece: &Self, chance: &mut Chance| match piece {
                        Self::Table(entries) => format!("[[{key}]]\n{}", lines(entries, chance)),
                        _ => panic!("no table"),
                    };
                    pieces.iter().map(|piece| table(piece, chance)).collect()
                }
                piece => format!("{key} = {}\n", piece.value(chance)),
            })
            .collect();
        shuffle(&mut blocks, chance);
        // What has no header comes before the first that has one.
        blocks.sort_by_key(|block| block.starts_with('['));
        blocks.concat()
    }

    fn value(&self, chance: &mut Chance) -> String {
        match self {
            Self::Word(word) => word.clone(),
            Self::List(pieces) => format!("[{}]", pieces.iter().map(|piece| piece.value(chance)).collect::<Vec<_>>().join(", ")),
            Self::Table(entries) => {
                let mut pairs: Vec<_> = entries.iter().map(|(key, piece)| format!("\"{key}\" = {}", piece.value(chance))).collect();
                shuffle(&mut pairs, chance);
                format!("{{ {} }}", pairs.join(", "))
            }
        }
    }
}

fn lines(entries: &[(String, Piece)], chance: &mut Chance) -> String {
    let mut lines: Vec<_> = entries.iter().map(|(key, piece)| format!("{key} = {}\n", piece.value(chance))).collect();
    shuffle(&mut lines, chance);
    lines.concat()
}

fn shuffle<T>(items: &mut [T], chance: &mut Chance) {
    for index in (1..items.len()).rev() {
        items.swap(index, chance.below(index as u64 + 1) as usize);
    }
}

fn word(value: impl ToString) -> Piece {
    Piece::Word(value.to_string())
}

fn list(pieces: Vec<Piece>) -> Piece {
    Piece::List(pieces)
}

fn table(entries: Vec<(&str, Piece)>) -> Piece {
    Piece::Table(entries.into_iter().map(|(key, piece)| (key.to_owned(), piece)).collect())
}

const SECTIONS: [&str; 8] = [
    "suit-dependency-resolution",
    "suit-payload-fetch",
    "suit-candidate-verification",
    "suit-install",
    "suit-validate",
    "suit-load",
    "suit-invoke",
    "suit-uninstall",
];

/// Enough to meet every kind of command in every kind of place, in a second.
const RECIPES: u64 = 300;
