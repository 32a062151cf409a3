//! Random promises from the table itself, and the table against the CDDL.

use std::collections::BTreeMap;

use crate::support::{encoded, json, words};
use serde_json::{Map, Value};
use suitpack_upgradability::schema::{Field, Kind, STATEMENT};
use suitpack_upgradability::{Date, Floor, Statement, describe};

/// A small generator of numbers: what fails once fails again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn text(&mut self, least: u64, most: u64) -> String {
        let chars = ['a', 'Z', '7', ' ', '-', '"', '\\', ';', '\n', '\u{1}', '\u{202e}', 'ß'];
        let length = (least + self.below(12)).min(most.max(least));
        let mut text = String::new();
        while u64::try_from(text.len()).unwrap() < length {
            text.push(chars[usize::try_from(self.below(12)).unwrap()]);
        }
        while u64::try_from(text.len()).unwrap() > most {
            text.pop();
        }
        text
    }

    fn value(&mut self, kind: &Kind) -> Value {
        match kind {
            Kind::Uint => self.below(1 << 40).into(),
            Kind::UintOrNull if self.below(3) == 0 => "unlimited".into(),
            Kind::UintOrNull => self.below(1000).into(),
            Kind::Int => (i64::try_from(self.below(100)).unwrap() - 50).into(),
            Kind::Bool => (self.below(2) == 0).into(),
            Kind::DateOrUnknown if self.below(4) == 0 => "not-decided".into(),
            Kind::Date | Kind::DateOrUnknown => {
                Date::from_days(i64::try_from(self.below(60_000)).unwrap()).unwrap().to_string().into()
            }
            Kind::Text(least, most) => self.text(*least, *most).into(),
            Kind::Uri => self.text(0, 256).into(),
            Kind::Digest => format!("sha-256:{:064x}", self.below(1 << 60)).into(),
            Kind::Bytes(length) => format!("{:0width$x}", self.below(1 << 60), width = length * 2).into(),
            Kind::Code(codes) | Kind::CodeOrMap(codes, _) if codes.closed || self.below(5) > 0 => {
                codes.names[usize::try_from(self.below(codes.names.len().try_into().unwrap())).unwrap()].1.into()
            }
            Kind::Code(_) | Kind::CodeOrMap(..) => format!("code-{}", 100 + self.below(1000)).into(),
            Kind::Bits(names) => {
                let named = names.iter().filter(|_| self.below(2) == 0).map(|name| Value::from(*name));
                named.chain([Value::from("bit-9")]).collect()
            }
            Kind::List(of, most) => (0..=self.below((*most).min(3))).map(|_| self.value(of)).collect(),
            Kind::Map(fields) => self.table(fields),
            Kind::Tuple(fields) => self.table(fields),
            Kind::IntsOrFalse if self.below(3) == 0 => false.into(),
            Kind::IntsOrFalse => Value::from(vec![self.below(9)]),
            Kind::Vulnerability if self.below(3) == 0 => "GHSA-1234".into(),
            Kind::Vulnerability => format!("CVE-{}-{:04}", 1999 + self.below(40), self.below(100_000)).into(),
            Kind::UintOrText if self.below(2) == 0 => "NTIA-2017".into(),
            Kind::UintOrText => self.below(20).into(),
            Kind::ComponentId => Value::from(vec![format!("hex:{:02x}", self.below(256))]),
            // Words have no extensions, so `crit` has nothing to name.
            Kind::ExtensionKey => unreachable!("`crit` is left out"),
        }
    }

    fn table(&mut self, fields: &[Field]) -> Value {
        let mut table = Map::new();
        for field in fields {
            let wanted = field.required || (field.name != "crit" && self.below(3) == 0);
            if wanted && field.name != "version" {
                table.insert(field.name.into(), self.value(&field.kind));
            }
        }
        table.into()
    }
}

#[test]
fn what_was_written_from_words_reads_as_the_same_words() {
    let mut dice = Dice(0x5eed_0bad_cafe_f00d);
    let mut read = 0;
    for round in 0..1500 {
        let source = dice.table(STATEMENT);
        let bytes = encoded(&source);
        if bytes.len() > suitpack_upgradability::limits::STATEMENT {
            continue;
        }
        let projection = json(&bytes);
        assert_eq!(projection["version"], 1);
        let back = words(&projection, "");
        assert_eq!(encoded(&back), bytes, "round {round}: {source}");
        for (name, value) in source.as_object().unwrap() {
            if !["claims", "capability", "release"].contains(&name.as_str()) {
                assert_eq!(&back[name], value, "round {round}");
            }
        }
        let statement = Statement::parse(&bytes).unwrap();
        let mut lines = String::new();
        describe(&statement, &mut lines).unwrap();
        assert!(lines.len() < 64 * bytes.len() + 1024 && projection.to_string().len() < 64 * bytes.len() + 1024, "round {round}");
        assert_eq!(Floor::of(&statement).seq, statement.seq());
        read += 1;
    }
    assert!(read > 1000, "{read} promises were short enough to be read");
}

/// Maps of the model by their first field's place, each with its entries.
fn maps<'f>(fields: &'f [Field], name: &str, found: &mut BTreeMap<String, &'f [Field]>) {
    found.insert(name.to_owned(), fields);
    for field in fields {
        let mut kind = &field.kind;
        while let Kind::List(of, _) = kind {
            kind = of;
        }
        if let Kind::Map(inner) | Kind::CodeOrMap(_, inner) = kind {
            maps(inner, field.name, found);
        }
    }
}

#[test]
fn the_table_has_the_keys_and_names_of_the_cddl() {
    let cddl = include_str!("../../../../spec/cddl/upgradability.cddl");
    // The CDDL calls its maps by what one of them is.
    let calls = [
        ("capability-map", "capability"),
        ("component", "components"),
        ("channel", "channels"),
        ("horizon", "horizons"),
        ("notification", "notify"),
        ("after-end", "after-end"),
        ("update-security", "security"),
        ("product", "product"),
        ("release", "release"),
        ("contact", "contact"),
        ("previous", "previous"),
        ("regime-claim", "claims"),
        ("text-block", "text"),
        ("reference", "sbom"),
    ];
    let mut tables = BTreeMap::new();
    maps(STATEMENT, "", &mut tables);
    for (rule, name) in calls {
        let body = cddl.split_once(&format!("\n{rule} = {{\n")).unwrap_or_else(|| panic!("no map {rule}")).1;
        let body = body.split_once("\n}").unwrap().0;
        let entries: Vec<(u64, String, bool)> = body
            .lines()
            .map(|line| {
                let (key, rest) = line.trim_start().trim_start_matches("? ").split_once(" => ").unwrap();
                let comment = rest.split_once("; ").unwrap().1;
                let name = comment.split(':').next().unwrap();
                (key.parse().unwrap(), name.to_owned(), !line.trim_start().starts_with('?'))
            })
            .collect();
        let known: Vec<_> = tables[name].iter().map(|field| (field.key, field.name.to_owned(), field.required)).collect();
        assert_eq!(known, entries, "{rule}");
    }
    for field in STATEMENT {
        assert!(cddl.contains(&format!("\nup-{} = {}\n", field.name, field.key)), "{}", field.name);
        let optional = if field.required { "\n  up-" } else { "\n  ? up-" };
        assert!(cddl.contains(&format!("{optional}{} => ", field.name)), "{}", field.name);
    }
}
