//! Power cuts: a simulated device whose every write can be the last one, and a judge that reads what is left of it.
//!
//! A [`Board`] carries simulated flash and disks and counts what is done to all of them. A [`Scenario`] is a device, what is
//! installed on it and a package. A [`Campaign`] runs the package once in peace, then once for each operation and each way to
//! interrupt it; after each the device starts again and is given the same package, and that is interrupted too. The [`oracle`]
//! shares no code with the device: it reads the bytes.

mod board;
mod campaign;
mod disk;
mod exported;
mod fault;
mod flash;
pub mod oracle;
mod replay;
mod scenario;
mod scenarios;
mod snapshot;
mod special;
mod wire;

pub use board::{Board, Sabotage};
pub use campaign::{Campaign, Outcome, Point};
pub use exported::Exported;
pub use fault::{Fault, Kind};
pub use replay::Log;
pub use scenario::{Geometry, Scenario};
pub use scenarios::scenarios;
pub use snapshot::Snapshot;
