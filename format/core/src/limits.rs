//! What this reader bounds, and why. The drafts set no limits; a reader of hostile bytes needs them.

/// The drafts nest about ten items deep counting tags and byte strings apart; sixteen in one item leaves room and bounds the stack.
pub const NESTING: usize = 16;

/// The protected header of a signature holds an algorithm and a key id; the buffer for `Sig_structure` is sized by it.
pub const PROTECTED_HEADER: usize = 256;

/// Signatures on one envelope: two algorithms during a transition, a few parties. Each costs a verification.
pub const AUTHENTICATION_BLOCKS: usize = 16;

/// Signers of one COSE_Sign. Each costs a verification.
pub const SIGNERS: usize = 16;

/// Components of one manifest, staging components included. Parameters are kept for each.
pub const COMPONENTS: usize = 64;

/// Combinations of slots over all components of one manifest. A verifier follows every one.
pub const SLOT_COMBINATIONS: usize = 2048;

/// Segments of a component identifier.
pub const COMPONENT_SEGMENTS: usize = 16;

/// Bytes of all segments of a component identifier together.
pub const COMPONENT_BYTES: usize = 256;

/// Commands in one sequence. The work of a processor is bounded by commands times components.
pub const COMMANDS: u64 = 1024;

/// Try-each and run-sequence within one another; the drafts' examples need one.
pub const SEQUENCE_NESTING: usize = 4;

/// Arms of one try-each.
pub const TRY_EACH_ARMS: u64 = 64;

/// Bytes of a URI parameter, as in most servers.
pub const URI: usize = 2048;

/// Everything of an envelope before its payloads. It is held in memory.
pub const HEAD: usize = 1024 * 1024;

/// Bytes of a payload's name or a severed member's key in the envelope.
pub const PAYLOAD_KEY: usize = 2048;

/// Integrated payloads in one envelope.
pub const PAYLOADS: u64 = 256;

/// Labels in one header bucket or one COSE_Key of an encryption info, whose maps may be in any order; each is held against all before it.
pub const HEADER_LABELS: u64 = 16;

/// Recipients of one payload. Each may cost an agreement on a key.
pub const RECIPIENTS: usize = 16;

/// Bytes of one encryption info: sixteen recipients with agreed keys fit.
pub const ENCRYPTION_INFO: usize = 8192;

/// Numbers of one version, and comparisons with the version of one other device.
pub const VERSION: u64 = 16;

/// Users, groups or roles that the metadata of one component names.
pub const ACTORS: u64 = 256;

/// Dependencies within one another; the drafts' examples need one. A device holds the state of each that is running.
pub const DEPENDENCY_NESTING: usize = 4;
