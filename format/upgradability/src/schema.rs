//! The data model as one table (spec/upgradability.md, spec/cddl/upgradability.cddl).

mod codes;
mod tables;

pub use codes::Updatable;
pub use tables::STATEMENT;

/// An entry of a map.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its key on the wire.
    pub key: u64,
    /// Its name in recipes; in JSON it is written in lowerCamelCase.
    pub name: &'static str,
    /// Whether it has to be there.
    pub required: bool,
    /// Its type.
    pub kind: Kind,
}

/// A type of the model.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// An unsigned integer.
    Uint,
    /// An unsigned integer, or null for no limit: `unlimited` in recipes.
    UintOrNull,
    /// An integer of either sign.
    Int,
    /// A yes or no.
    Bool,
    /// A day.
    Date,
    /// A day, or null for not decided yet: `not-decided` in recipes.
    DateOrUnknown,
    /// Text of so many octets at least and at most.
    Text(u64, u64),
    /// A URI.
    Uri,
    /// A digest: `sha-256:` and hex in recipes and JSON.
    Digest,
    /// Exactly so many bytes: hex in recipes and JSON.
    Bytes(usize),
    /// One of a list of codes.
    Code(&'static Codes),
    /// Bits with names.
    Bits(&'static [&'static str]),
    /// A list with one item at least.
    List(&'static Kind, u64),
    /// A map.
    Map(&'static [Field]),
    /// An array of fixed fields; those not required may be left off its end.
    Tuple(&'static [Field]),
    /// A code, or a map whose first field is that code.
    CodeOrMap(&'static Codes, &'static [Field]),
    /// A list of integers, or false for none.
    IntsOrFalse,
    /// A vulnerability: `[year, serial]` for a CVE, text for other schemes.
    Vulnerability,
    /// A number of a registry or a name.
    UintOrText,
    /// A component identifier of the manifest: hex strings in recipes and JSON.
    ComponentId,
    /// An extension's key.
    ExtensionKey,
}

/// Codes and their names.
#[derive(Debug)]
pub struct Codes {
    /// Number and name, in order.
    pub names: &'static [(u64, &'static str)],
    /// Whether other numbers are errors; else they read as `code-` and the number.
    pub closed: bool,
}

impl Codes {
    /// The name of a code.
    #[must_use]
    pub fn name(&self, code: u64) -> Option<&'static str> {
        self.names.iter().find(|(number, _)| *number == code).map(|(_, name)| *name)
    }

    /// The code with a name; `code-` and a number stands for those without, unless the list is closed.
    #[must_use]
    pub fn code(&self, name: &str) -> Option<u64> {
        let named = self.names.iter().find(|(_, known)| *known == name).map(|(code, _)| *code);
        named.or_else(|| name.strip_prefix("code-").and_then(|code| code.parse().ok()).filter(|_| !self.closed))
    }
}
