//! Commands: conditions and directives.

use crate::cbor::{Kind, Reader};
use crate::error::{Error, ErrorKind};
use crate::limits;
use crate::manifest::component::ComponentIndex;
#[cfg(feature = "update-management")]
use crate::manifest::multiple::{CopyParams, OverrideMultiple};
use crate::manifest::parameter::Parameters;
use crate::manifest::sequence::{Scope, Sequence};
use crate::registry::command as key;

/// One command with its argument.
///
/// draft-ietf-suit-manifest §8.4.9, §8.4.10
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Command<'a> {
    /// Something to be found true.
    Condition(Condition, ReportingPolicy),
    /// Something to be done to the current component.
    Directive(Directive, ReportingPolicy),
    /// Which components the following commands apply to.
    SetComponentIndex(ComponentIndex<'a>),
    /// Sequences of which the first that succeeds counts.
    TryEach(TryEach<'a>),
    /// A sequence within the sequence.
    RunSequence(Sequence<'a>),
    /// Values for parameters that have none yet (draft-ietf-suit-trust-domains §5.6.1).
    SetParameters(Parameters<'a>),
    /// New values for parameters.
    OverrideParameters(Parameters<'a>),
    /// New values for parameters of several components (draft-ietf-suit-update-management §5.7).
    #[cfg(feature = "update-management")]
    OverrideMultiple(OverrideMultiple<'a>),
    /// Parameters taken over from other components (draft-ietf-suit-update-management §5.8).
    #[cfg(feature = "update-management")]
    CopyParams(CopyParams<'a>),
}

/// Conditions of draft-ietf-suit-manifest §8.4.9, draft-ietf-suit-trust-domains §5.6 and draft-ietf-suit-update-management §5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Condition {
    /// The vendor is the one named.
    VendorIdentifier,
    /// The class is the one named.
    ClassIdentifier,
    /// The image has the digest, and the size where one is set.
    ImageMatch,
    /// The component is in the slot.
    ComponentSlot,
    /// The component's content is the one given.
    CheckContent,
    /// Never true.
    Abort,
    /// The device is the one named.
    DeviceIdentifier,
    /// The time is before the one given.
    UseBefore,
    /// The image has another digest.
    ImageNotMatch,
    /// The battery holds at least as much as given.
    MinimumBattery,
    /// The application allows an update of the priority given.
    UpdateAuthorized,
    /// The component's version is as given.
    Version,
    /// The manifest in the component is the one whose digest is given, and is authentic.
    DependencyIntegrity,
    /// The component is a dependency of this manifest.
    IsDependency,
}

/// Directives that act on a component: of draft-ietf-suit-manifest §8.4.10, draft-ietf-suit-trust-domains §5.6,
/// draft-ietf-suit-update-management §5.6, and ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Directive {
    /// Writes suit-parameter-content.
    Write,
    /// Fetches from suit-parameter-uri.
    Fetch,
    /// Copies from suit-parameter-source-component.
    Copy,
    /// Starts the component.
    Invoke,
    /// Exchanges the component with suit-parameter-source-component.
    Swap,
    /// Decodes as suit-parameter-transform says (spec/transform.md).
    Transform,
    /// Runs the same section of the manifest in the component.
    ProcessDependency,
    /// Waits for the events of suit-parameter-wait-info.
    Wait,
    /// Gives up the component, and uninstalls it if nobody else uses it.
    Unlink,
}

impl Condition {
    /// The condition with a number.
    #[must_use]
    pub const fn find(code: i64) -> Option<Self> {
        Some(match code {
            key::CONDITION_VENDOR_IDENTIFIER => Self::VendorIdentifier,
            key::CONDITION_CLASS_IDENTIFIER => Self::ClassIdentifier,
            key::CONDITION_IMAGE_MATCH => Self::ImageMatch,
            #[cfg(feature = "update-management")]
            key::CONDITION_USE_BEFORE => Self::UseBefore,
            key::CONDITION_COMPONENT_SLOT => Self::ComponentSlot,
            key::CONDITION_CHECK_CONTENT => Self::CheckContent,
            #[cfg(feature = "trust-domains")]
            key::CONDITION_DEPENDENCY_INTEGRITY => Self::DependencyIntegrity,
            #[cfg(feature = "trust-domains")]
            key::CONDITION_IS_DEPENDENCY => Self::IsDependency,
            key::CONDITION_ABORT => Self::Abort,
            key::CONDITION_DEVICE_IDENTIFIER => Self::DeviceIdentifier,
            #[cfg(feature = "update-management")]
            key::CONDITION_IMAGE_NOT_MATCH => Self::ImageNotMatch,
            #[cfg(feature = "update-management")]
            key::CONDITION_MINIMUM_BATTERY => Self::MinimumBattery,
            #[cfg(feature = "update-management")]
            key::CONDITION_UPDATE_AUTHORIZED => Self::UpdateAuthorized,
            #[cfg(feature = "update-management")]
            key::CONDITION_VERSION => Self::Version,
            _ => return None,
        })
    }

    /// The number on the wire.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::VendorIdentifier => key::CONDITION_VENDOR_IDENTIFIER,
            Self::ClassIdentifier => key::CONDITION_CLASS_IDENTIFIER,
            Self::ImageMatch => key::CONDITION_IMAGE_MATCH,
            Self::UseBefore => key::CONDITION_USE_BEFORE,
            Self::ComponentSlot => key::CONDITION_COMPONENT_SLOT,
            Self::CheckContent => key::CONDITION_CHECK_CONTENT,
            Self::DependencyIntegrity => key::CONDITION_DEPENDENCY_INTEGRITY,
            Self::IsDependency => key::CONDITION_IS_DEPENDENCY,
            Self::Abort => key::CONDITION_ABORT,
            Self::DeviceIdentifier => key::CONDITION_DEVICE_IDENTIFIER,
            Self::ImageNotMatch => key::CONDITION_IMAGE_NOT_MATCH,
            Self::MinimumBattery => key::CONDITION_MINIMUM_BATTERY,
            Self::UpdateAuthorized => key::CONDITION_UPDATE_AUTHORIZED,
            Self::Version => key::CONDITION_VERSION,
        }
    }
}

impl Directive {
    /// The directive with a number; none if it takes something else than a reporting policy.
    #[must_use]
    pub const fn find(code: i64) -> Option<Self> {
        Some(match code {
            key::DIRECTIVE_WRITE => Self::Write,
            key::DIRECTIVE_FETCH => Self::Fetch,
            key::DIRECTIVE_COPY => Self::Copy,
            key::DIRECTIVE_INVOKE => Self::Invoke,
            key::DIRECTIVE_SWAP => Self::Swap,
            #[cfg(feature = "transform")]
            key::DIRECTIVE_TRANSFORM => Self::Transform,
            #[cfg(feature = "trust-domains")]
            key::DIRECTIVE_PROCESS_DEPENDENCY => Self::ProcessDependency,
            #[cfg(feature = "update-management")]
            key::DIRECTIVE_WAIT => Self::Wait,
            #[cfg(feature = "trust-domains")]
            key::DIRECTIVE_UNLINK => Self::Unlink,
            _ => return None,
        })
    }

    /// The number on the wire.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::Write => key::DIRECTIVE_WRITE,
            Self::Fetch => key::DIRECTIVE_FETCH,
            Self::Copy => key::DIRECTIVE_COPY,
            Self::Invoke => key::DIRECTIVE_INVOKE,
            Self::Swap => key::DIRECTIVE_SWAP,
            Self::Transform => key::DIRECTIVE_TRANSFORM,
            Self::ProcessDependency => key::DIRECTIVE_PROCESS_DEPENDENCY,
            Self::Wait => key::DIRECTIVE_WAIT,
            Self::Unlink => key::DIRECTIVE_UNLINK,
        }
    }
}

/// When a command's result is put on record: bits 0 and 1 on success and failure, bits 2 and 3 with system information (§8.4.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportingPolicy(pub u8);

impl<'a> Command<'a> {
    /// Whether it says which components the following commands apply to.
    #[must_use]
    pub const fn sets_component_index(&self) -> bool {
        match self {
            Self::SetComponentIndex(_) => true,
            #[cfg(feature = "update-management")]
            Self::OverrideMultiple(_) => true,
            _ => false,
        }
    }

    pub(super) fn read(reader: &mut Reader<'a>, scope: Scope) -> Result<Self, Error> {
        let start = *reader;
        let code = reader.label()?;
        if code == 0 {
            return Err(start.error(ErrorKind::LabelZero));
        }
        if let Some(condition) = Condition::find(code) {
            return policy(reader).map(|policy| Self::Condition(condition, policy));
        }
        if let Some(directive) = Directive::find(code) {
            // SUIT-18: the shared sequence has no side effects (§5.3.2).
            if scope.shared {
                return Err(start.error(ErrorKind::NotAllowedHere));
            }
            return policy(reader).map(|policy| Self::Directive(directive, policy));
        }
        Ok(match code {
            key::DIRECTIVE_SET_COMPONENT_INDEX => Self::SetComponentIndex(ComponentIndex::read(reader, scope.components)?),
            #[cfg(feature = "trust-domains")]
            key::DIRECTIVE_SET_PARAMETERS => Self::SetParameters(Parameters::read(reader, scope.shared)?),
            key::DIRECTIVE_OVERRIDE_PARAMETERS => Self::OverrideParameters(Parameters::read(reader, scope.shared)?),
            #[cfg(feature = "update-management")]
            key::DIRECTIVE_OVERRIDE_MULTIPLE => Self::OverrideMultiple(OverrideMultiple::read(reader, scope)?),
            #[cfg(feature = "update-management")]
            key::DIRECTIVE_COPY_PARAMS => Self::CopyParams(CopyParams::read(reader, scope)?),
            key::DIRECTIVE_TRY_EACH => Self::TryEach(TryEach::read(reader, scope)?),
            key::DIRECTIVE_RUN_SEQUENCE => Self::RunSequence(Sequence::read(reader, scope.nested(&start)?)?),
            // SUIT-11, SUIT-15, SUIT-27
            _ => return Err(start.error(ErrorKind::UnknownCommand)),
        })
    }
}

/// The arms of suit-directive-try-each.
///
/// ```cddl
/// SUIT_Directive_Try_Each_Argument = [ 2* bstr .cbor SUIT_Command_Sequence, ? nil ]
/// ```
/// draft-ietf-suit-manifest §8.4.10.2
#[derive(Clone, Copy, Debug)]
pub struct TryEach<'a> {
    reader: Reader<'a>,
    left: u8,
    scope: Scope,
    otherwise_succeed: bool,
}

impl<'a> TryEach<'a> {
    fn read(reader: &mut Reader<'a>, scope: Scope) -> Result<Self, Error> {
        let start = *reader;
        let scope = scope.nested(&start)?;
        let items = reader.array()?;
        if items > limits::TRY_EACH_ARMS {
            return Err(start.error(ErrorKind::LimitExceeded));
        }
        let mut arms = Self { reader: *reader, left: 0, scope, otherwise_succeed: false };
        for item in 1..=items {
            if reader.peek()? == Kind::Null {
                if item != items {
                    return Err(reader.error(ErrorKind::UnexpectedType));
                }
                reader.null()?;
                arms.otherwise_succeed = true;
            } else {
                Sequence::read(reader, scope)?;
                arms.left = arms.left.saturating_add(1);
            }
        }
        if arms.left < 2 { Err(start.error(ErrorKind::EmptyArray)) } else { Ok(arms) }
    }

    /// Whether the command succeeds when no arm does: a nil stands behind the arms.
    #[must_use]
    pub const fn otherwise_succeed(&self) -> bool {
        self.otherwise_succeed
    }
}

impl<'a> Iterator for TryEach<'a> {
    type Item = Sequence<'a>;

    fn next(&mut self) -> Option<Sequence<'a>> {
        self.left = self.left.checked_sub(1)?;
        Sequence::read_view(&mut self.reader, self.scope).ok()
    }
}

fn policy(reader: &mut Reader<'_>) -> Result<ReportingPolicy, Error> {
    let start = *reader;
    match reader.count(Kind::Uint)? {
        bits @ 0..=15 => Ok(ReportingPolicy(u8::try_from(bits).unwrap_or(15))),
        _ => Err(start.error(ErrorKind::ValueOutOfRange)),
    }
}
