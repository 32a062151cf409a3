use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use suitpack_author::Recipe;
use suitpack_upgradability::limits;
use suitpack_upgradability::schema::{Codes, Field, Kind, STATEMENT};

use toml::de::{DeTable, DeValue};

use crate::bench::{SMALL, small};

/// The schema that editors check recipes with.
const SCHEMA: &str = include_str!("../../../../spec/recipe.schema.json");

fn schema() -> Value {
    serde_json::from_str(SCHEMA).unwrap()
}

/// The keys the schema gives the table at a pointer.
fn in_schema(pointer: &str) -> BTreeSet<String> {
    schema().pointer(pointer).unwrap().as_object().unwrap().keys().cloned().collect()
}

/// The keys the reader names when it meets one it does not know.
fn in_reader(recipe: &str) -> BTreeSet<String> {
    let error = Recipe::parse(recipe, "suitpack.toml".as_ref(), &[]).unwrap_err();
    assert!(error.message().starts_with("unknown key `zzzzzzzzzzzzzz`"), "{error}");
    error.suggestion().unwrap().strip_prefix("known keys: ").unwrap().split(", ").map(str::to_owned).collect()
}

/// A recipe as editors see it: dates are strings.
pub(crate) fn json(recipe: &str) -> Value {
    fn value(of: &DeValue<'_>) -> Value {
        match of {
            DeValue::String(text) => json!(text),
            DeValue::Integer(integer) => json!(i128::from_str_radix(integer.as_str(), integer.radix()).unwrap() as i64),
            DeValue::Float(float) => json!(float.as_str()),
            DeValue::Boolean(boolean) => json!(boolean),
            DeValue::Datetime(date) => json!(date.to_string()),
            DeValue::Array(values) => values.iter().map(|of| value(of.get_ref())).collect(),
            DeValue::Table(entries) => table(entries),
        }
    }
    fn table(entries: &DeTable<'_>) -> Value {
        Value::Object(entries.iter().map(|(key, of)| (key.get_ref().to_string(), value(of.get_ref()))).collect())
    }
    table(DeTable::parse(recipe).unwrap().get_ref())
}

/// What the schema has against a recipe.
pub(crate) fn objections(recipe: &str) -> Vec<String> {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    validator.iter_errors(&json(recipe)).map(|error| error.to_string()).collect()
}

#[test]
fn the_schema_refuses_what_it_can_see_to_be_wrong() {
    assert_eq!(objections(Recipe::TEMPLATE), [""; 0]);
    assert_eq!(objections(SMALL), [""; 0]);
    let wrong = [
        "slots = [{ slot = 0, image = \"a\" }]",
        "rollback = \"old\"",
        "[sequence]\nsuit-install = [{ suit-directive-fetch = 16 }]",
        "[sequence]\nsuit-install = [{ suit-directive-fetch = 1, suit-directive-copy = 1 }]",
        "[sequence]\nsuit-install = [{ suit-directive-override-parameters = { suit-parameter-image-digest = \"sha-256:00\" } }]",
        "[sequence]\nsuit-install = []",
        "[update.wait]\nday-of-week = 7",
        "[envelope]\nsevered = [\"suit-validate\"]",
        "[coswid]\nhex = \"a0\"\nfile = \"x\"",
    ];
    for more in wrong {
        assert_ne!(objections(&small(more)), [""; 0], "{more}");
    }
}

#[test]
fn the_schema_knows_the_keys_the_reader_knows() {
    let manifest = "/properties/manifest/properties";
    let component = "/properties/component/items/properties";
    let slots = format!("{component}/slots/items/properties");
    let language = "/properties/text/additionalProperties/properties";
    let text = format!("{language}/component/additionalProperties/properties");
    let promise = "/properties/upgradability/properties";
    assert_eq!(in_schema("/properties"), in_reader(&small("[zzzzzzzzzzzzzz]")));
    assert_eq!(in_schema(manifest), in_reader(&SMALL.replace("class", "zzzzzzzzzzzzzz = 1\nclass")));
    assert_eq!(in_schema(component), in_reader(&small("zzzzzzzzzzzzzz = 1")));
    let slot = SMALL.replace("image = \"app.bin\"", "slots = [{ slot = 0, image = \"a\", zzzzzzzzzzzzzz = 1 }]");
    assert_eq!(in_schema(&slots), in_reader(&slot));
    assert_eq!(in_schema(language), in_reader(&small("[text.en]\nzzzzzzzzzzzzzz = 1")));
    assert_eq!(in_schema(&text), in_reader(&small("[text.en.component.app]\nzzzzzzzzzzzzzz = 1")));
    assert_eq!(in_schema(promise), in_reader(&small("[upgradability]\nzzzzzzzzzzzzzz = 1")));
    assert_eq!(in_schema(&format!("{promise}/floor/properties")), in_reader(&promise_with_floor("zzzzzzzzzzzzzz = 1")));
}

#[test]
fn the_schema_knows_the_keys_of_explicit_tables() {
    let unknown = "zzzzzzzzzzzzzz = 1";
    let in_table = |table: &str| in_reader(&small(&format!("[{table}]\n{unknown}")));
    for table in ["envelope", "update", "mud", "coswid", "sequence"] {
        let given = match table {
            "mud" => {
                "[mud]\nurl = \"https://example.com/x\"\nski = \"sha-256:0000000000000000000000000000000000000000000000000000000000000000\""
            }
            "coswid" => "[coswid]\nhex = \"a30061610161620c00\"",
            table => &format!("[{table}]"),
        };
        assert_eq!(
            in_schema(&format!("/properties/{table}/properties")),
            in_reader(&small(&format!("{given}\n{unknown}"))),
            "{table}"
        );
    }
    let events = in_schema("/properties/update/properties/wait/properties");
    assert_eq!(events, in_table("update.wait"));
    let full: BTreeSet<_> = events.iter().map(|name| format!("suit-wait-event-{name}")).collect();
    assert_eq!(in_schema("/$defs/parameters/properties/suit-parameter-wait-info/properties"), full);
    let lists =
        [("dependency", "index = 0"), ("payload", "uri = \"#x\"\nfile = \"x\""), ("depends-on", "id = [\"d\"]\npackage = \"x\"")];
    for (table, given) in lists {
        assert_eq!(
            in_schema(&format!("/properties/{table}/items/properties")),
            in_reader(&small(&format!("[[{table}]]\n{given}\n{unknown}"))),
            "{table}"
        );
    }
}

#[test]
fn the_schema_knows_the_commands_and_parameters_of_the_registry() {
    use suitpack_core::registry::{Label, command, manifest, parameter};
    let names = |labels: &[Label]| labels.iter().map(|label| label.name.to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(in_schema("/$defs/command/properties"), names(command::LABELS));
    assert_eq!(in_schema("/$defs/parameters/properties"), names(parameter::LABELS));
    let schema = schema();
    let severable: BTreeSet<_> = schema["properties"]["envelope"]["properties"]["severed"]["items"]["enum"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap().to_owned())
        .collect();
    assert_eq!(severable.len(), 7);
    assert!(severable.is_subset(&names(manifest::LABELS)));
}

fn promise_with_floor(text: &str) -> String {
    small(&format!("[upgradability]\nseq = 1\nissued = 2026-11-23\ncapability = \"yes\"\n[upgradability.floor]\n{text}"))
}

#[test]
fn the_schema_of_the_promise_is_that_of_its_model() {
    let mut model = table(STATEMENT);
    // Recipes need not say the version, and may repeat the floor.
    model["required"].as_array_mut().unwrap().retain(|name| name != "version");
    model["properties"]["version"] = json!({ "const": 1 });
    let mut floor = table(&STATEMENT[1..2]);
    floor.as_object_mut().unwrap().remove("required");
    floor["properties"]["capability"] = json!({ "enum": ["no", "yes", "partly"] });
    floor["properties"]["guaranteed-until"] = kind(&Kind::DateOrUnknown);
    model["properties"]["floor"] = floor;
    let mut found = schema()["properties"]["upgradability"].clone();
    found.as_object_mut().unwrap().remove("description");
    assert!(found == model, "the schema should hold:\n{}", serde_json::to_string_pretty(&model).unwrap());
}

fn table(fields: &[Field]) -> Value {
    let properties: Map<_, _> = fields.iter().map(|field| (field.name.to_owned(), kind(&field.kind))).collect();
    let required: Vec<_> = fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    let mut table = json!({ "type": "object", "additionalProperties": false, "properties": properties });
    if !required.is_empty() {
        table["required"] = json!(required);
    }
    table
}

fn codes(codes: &Codes) -> Value {
    let names: Vec<_> = codes.names.iter().map(|(_, name)| *name).collect();
    if codes.closed {
        json!({ "enum": names })
    } else {
        json!({ "anyOf": [{ "enum": names }, { "type": "string", "pattern": "^code-[0-9]+$" }] })
    }
}

/// How a value of the model is written in a recipe.
fn kind(kind: &Kind) -> Value {
    let uint = || json!({ "type": "integer", "minimum": 0 });
    // Editors see the dates of TOML as strings.
    let date = || json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$" });
    let text = |most: u64| json!({ "type": "string", "maxLength": most });
    let list = |of: Value, most: u64| json!({ "type": "array", "minItems": 1, "maxItems": most, "items": of });
    match kind {
        Kind::Uint => uint(),
        Kind::UintOrNull => json!({ "anyOf": [uint(), { "const": "unlimited" }] }),
        Kind::Int => json!({ "type": "integer" }),
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Date => date(),
        Kind::DateOrUnknown => json!({ "anyOf": [date(), { "const": "not-decided" }] }),
        Kind::Text(least, most) => json!({ "type": "string", "minLength": least, "maxLength": most }),
        Kind::Uri => text(limits::URI),
        Kind::Digest => json!({ "type": "string", "pattern": "^sha-(256|384|512):([0-9A-Fa-f]{2})+$" }),
        Kind::Bytes(length) => json!({ "type": "string", "pattern": format!("^-*(([0-9A-Fa-f]-*){{2}}){{{length}}}$") }),
        Kind::Code(names) => codes(names),
        Kind::Bits(names) => {
            json!({ "type": "array", "minItems": 1, "items": { "anyOf": [{ "enum": names }, { "type": "string", "pattern": "^bit-[0-9]+$" }] } })
        }
        Kind::List(of, most) => list(self::kind(of), *most),
        Kind::Map(fields) | Kind::Tuple(fields) => table(fields),
        Kind::CodeOrMap(names, fields) => json!({ "anyOf": [codes(names), table(fields)] }),
        Kind::IntsOrFalse => json!({ "anyOf": [list(json!({ "type": "integer" }), limits::ITEMS), { "const": false }] }),
        Kind::Vulnerability => json!({ "type": "string", "minLength": 1, "maxLength": limits::TEXT }),
        Kind::UintOrText => json!({ "anyOf": [uint(), text(limits::TEXT)] }),
        Kind::ComponentId => json!({ "type": "array", "items": { "type": "string" } }),
        Kind::ExtensionKey => json!({ "anyOf": [{ "type": "integer" }, text(limits::URI)] }),
    }
}
