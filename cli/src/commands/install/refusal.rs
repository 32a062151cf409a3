//! Why a procedure did not end well, and what can be done about it.

use suitpack_core::report::Reason;
use suitpack_device::store::StoreError;
use suitpack_device::{Failed, StartError};
use suitpack_package::Cause;

use super::words::section;
use crate::failure::{Code, Failure};
use crate::terminal::cut;

pub(super) fn refused(name: &str, failed: &Failed, dry: bool) -> Failure {
    let verdict = match failed.cause {
        _ if failed.decided => format!("`{name}` counts as installed, and not everything that was decided could be done"),
        Cause::CouldNotTell => format!("cannot tell about `{name}`"),
        Cause::Io => format!("`{name}` could not be installed"),
        Cause::Interrupted => format!("`{name}` is not installed"),
        _ => format!("`{name}` is refused"),
    };
    let mut failure = Failure::new(Code::of(failed.cause), format!("{verdict}: {}", cut(&failed.detail)));
    if let Some((path, position)) = &failed.at {
        let part = if position.shared { "the shared sequence" } else { section(position.section) };
        let whose: String = path.iter().map(|index| format!("dependency {index}, ")).collect();
        failure = failure.detail(format!("at: {whose}{part}, byte {}, component {}", position.offset, position.component));
    }
    failure = failure.detail(match (dry, failed.decided, failed.changed) {
        (true, ..) => "nothing was written",
        (_, true, _) if failed.cause == Cause::NotBound => {
            "what is left cannot be done: it can be put back, or is given up with the next package"
        }
        (_, true, _) => "what is left is done by `suitpack device recover`, or whoever uses the device next",
        _ if failed.fell_back => "an image was written over, and its fallback is active; nothing else that is active changed",
        _ if failed.lost_dependency => {
            "a dependency was written over; what runs it does not run until it is installed again, and nothing else that is active changed"
        }
        (_, _, true) => "only places that are not active were written; what ran before runs still",
        (_, _, false) => "nothing of it was written",
    });
    match hint(name, failed) {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

fn hint(name: &str, failed: &Failed) -> Option<String> {
    let text = &failed.detail;
    Some(match failed.cause {
        Cause::Unreadable => format!("`suitpack inspect --edn {name}` shows it as far as it can be read"),
        Cause::NotAuthentic => format!("`suitpack verify {name}` says more"),
        Cause::NotTrusted if failed.reason == Reason::ComponentUnauthorised => {
            String::from("its signer is trusted for other components only; see `anchors` in the description")
        }
        Cause::NotTrusted => {
            format!(
                "pass the signer's public key with `-a`, or name it in the description; `suitpack verify {name}` shows who signed what"
            )
        }
        Cause::NotBound if failed.reason == Reason::ConditionFailed && !failed.changed => {
            String::from("what the device holds is not what was signed; install it again")
        }
        Cause::NotBound if text.contains("is not as it was installed") => {
            String::from("it has rotted on the device; install it again")
        }
        Cause::NotBound if failed.decided => String::from("look at the medium, and install it again"),
        Cause::NotBound => String::from("this is not what was signed; get it again from whoever made it"),
        Cause::WrongHardware => format!("`suitpack inspect {name}` shows for which devices it is"),
        Cause::CouldNotTell if text.contains("encrypted") => {
            String::from("pass the key with `--decryption-key`, or name it in the description")
        }
        Cause::CouldNotTell if text.ends_with("is not in the payload folder") => {
            String::from("put it there; a payload is looked up by the last part of its URI")
        }
        Cause::CouldNotTell => String::from("name the folder of the payloads with `--payload-dir`"),
        Cause::Interrupted => String::from("run the same again; what is there already is not written twice"),
        Cause::Io => String::from("once that is mended, run the same again; what is there already is not written twice"),
        Cause::Policy if text.contains("has no name") || text.contains("this one has none") => {
            String::from("give it a `component-id` of its own, and keep that in every release")
        }
        Cause::Policy if text.contains("others depend on what it holds") => {
            String::from("a newer release of what depends on it brings this one; `suitpack device show` names those")
        }
        Cause::Policy if text.contains("sequence number") && text.contains(" of ") => {
            String::from("an older image goes out under a higher number, and so does what brings it as a dependency")
        }
        Cause::Policy if text.contains("sequence number") => String::from(
            "an older image goes out under a higher number; manifests without a `component-id` share one count of them",
        ),
        _ => return None,
    })
}

pub(in crate::commands) fn not_started(error: &StartError) -> Failure {
    let failure = Failure::io("the device does not start", error);
    let StartError::Store(error) = error else {
        return failure.hint("name its own state, or say who it is as the state has it");
    };
    match error {
        StoreError::Damaged => failure.hint(
            "what was installed is not known any more; with a blank state the device begins anew, and lets older packages in again",
        ),
        StoreError::Foreign => failure.hint("use the version of suitpack that wrote it"),
        _ => failure,
    }
}

/// What was decided before cannot be finished, or not all of it.
pub(in crate::commands) fn unfinished(error: &StartError) -> Failure {
    let code = if matches!(error, StartError::Changed(_)) { Code::NOT_BOUND } else { Code::IO };
    Failure::new(code, error.to_string())
        .detail("what depends on it is not finished, and nothing was written over for that")
        .hint("put back what was there, or install the package again")
}
