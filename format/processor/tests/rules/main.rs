//! What the drafts want of a manifest processor, rule by rule.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod dependencies;
mod drive;
mod failures;
mod nesting;
mod order;
mod parameters;
mod positions;
mod random;
mod reach;
mod report;
mod sections;
mod size;
mod support;
