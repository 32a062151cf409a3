//! Opens SUIT packages of any size in constant memory, and checks every byte of them.
//!
//! [`verify`] lists every check as passed, failed, not asked or not possible; [`extract`] does the same and hands one payload out;
//! [`inspect`] tells what a package says whether or not anybody vouches for it.

mod believe;
pub mod bindings;
mod cipher;
mod claims;
mod commands;
mod diff;
mod edn;
mod explore;
mod inspect;
mod lint;
mod lookup;
mod name;
mod payload;
mod promise;
mod reader;
mod replay;
mod report;
mod request;
mod skew;
mod verify;

pub use cipher::{Decrypting, Undecrypted};
pub use commands::{Chosen, CommandView, CopyView, MultipleView, ParameterView};
pub use diff::{Change, Diff, Difference, Parted, diff};
pub use edn::{EdnError, edn};
pub use explore::Facts;
pub use inspect::{
    CoswidView, DependencyView, DigestView, ExplicitRecipe, IdView, Inspection, ManifestView, MemberView, MudView, NoRecipe,
    PayloadView, PrivateView, SectionView, SignatureView, TextView, Unsigned, explicit_recipe, inspect, version_text,
};
pub use lint::{Finding, RULES, Rule, Severity, lint, lint_against};
pub use lookup::{Missing, PayloadDir, file_name};
pub use name::component_name;
pub use payload::{Mismatch, Written, mismatch};
pub use promise::{FloorView, Promise};
pub use reader::{Package, Payloads, ReadError, Start};
pub use replay::{
    CapabilitiesView, CapabilityView, ComponentState, EntryView, Holding, Reading, RecordView, ReportCheck, ReportRequest,
    ReportView, ResultView, SectionRef, SignerView, check_report, show_report,
};
pub use report::{Cause, Check, Outcome, Report};
pub use request::Request;
pub use skew::{Skew, skew};
pub use suitpack_processor::Procedure;
pub use verify::{Extraction, extract, verify};
