//! Which manifest may take the place of which.

/// Whether a manifest with the sequence number `offered` may be run where one with the number `stored` was accepted before
/// (draft-ietf-suit-manifest §8.4.2). It is held against this before any command runs, and so is each dependency against its own.
///
/// The same number again is admitted: an update that was interrupted is repeated, and an invocation runs what is installed. The
/// number does not roll over.
///
/// ```
/// use suitpack_processor::rollback::admits;
/// assert!(!admits(7, 6));
/// assert!(admits(7, 7) && admits(7, u64::MAX));
/// ```
// SUIT-9
#[must_use]
pub const fn admits(stored: u64, offered: u64) -> bool {
    offered >= stored
}
