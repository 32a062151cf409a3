//! What a bounded reader of statements takes (spec/upgradability.md). Larger promises belong on a web page.

/// Bytes of a statement.
pub const STATEMENT: usize = 4096;

/// Items within items, tags included. The model needs all six; extensions get no more.
pub const NESTING: usize = 6;

/// Delivery channels: a product has a handful of ways to be updated.
pub const CHANNELS: u64 = 8;

/// Support horizons: regions, and components that end early.
pub const HORIZONS: u64 = 8;

/// Components of a product as a buyer sees it.
pub const COMPONENTS: u64 = 32;

/// Vulnerabilities named by one release.
pub const VULNERABILITIES: u64 = 64;

/// Languages of the consumer text.
pub const TEXTS: u64 = 32;

/// Items of any other list.
pub const ITEMS: u64 = 32;

/// Bits of a set. Those without a name are for later versions.
pub const BITS: u32 = 16;

/// Octets of a text.
pub const TEXT: u64 = 1024;

/// Octets of a URI.
pub const URI: u64 = 256;
