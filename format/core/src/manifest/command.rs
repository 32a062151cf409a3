//! Commands: conditions and directives.

use crate::cbor::{Kind, Reader};
use crate::error::{Error, ErrorKind};
use crate::limits;
use crate::manifest::component::ComponentIndex;
use crate::manifest::parameter::Parameters;
use crate::manifest::sequence::{Scope, Sequence};
use crate::registry::{self, command as key};

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
    /// New values for parameters.
    OverrideParameters(Parameters<'a>),
    /// A command of the drafts that this version does not process. A recipient refuses it when it comes to it.
    NotUnderstood(i64),
}

/// Conditions of draft-ietf-suit-manifest §8.4.9.
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
}

/// Directives of draft-ietf-suit-manifest §8.4.10 that act on a component, and ours.
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
}

/// When a command's result is put on record: bits 0 and 1 on success and failure, bits 2 and 3 with system information (§8.4.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportingPolicy(pub u8);

impl<'a> Command<'a> {
    pub(super) fn read(reader: &mut Reader<'a>, scope: Scope) -> Result<Self, Error> {
        let start = *reader;
        let code = reader.int()?;
        let condition = match code {
            0 => return Err(start.error(ErrorKind::LabelZero)),
            key::CONDITION_VENDOR_IDENTIFIER => Some(Condition::VendorIdentifier),
            key::CONDITION_CLASS_IDENTIFIER => Some(Condition::ClassIdentifier),
            key::CONDITION_IMAGE_MATCH => Some(Condition::ImageMatch),
            key::CONDITION_COMPONENT_SLOT => Some(Condition::ComponentSlot),
            key::CONDITION_CHECK_CONTENT => Some(Condition::CheckContent),
            key::CONDITION_ABORT => Some(Condition::Abort),
            key::CONDITION_DEVICE_IDENTIFIER => Some(Condition::DeviceIdentifier),
            _ => None,
        };
        if let Some(condition) = condition {
            return policy(reader).map(|policy| Self::Condition(condition, policy));
        }
        let directive = match code {
            key::DIRECTIVE_WRITE => Some(Directive::Write),
            key::DIRECTIVE_FETCH => Some(Directive::Fetch),
            key::DIRECTIVE_COPY => Some(Directive::Copy),
            key::DIRECTIVE_INVOKE => Some(Directive::Invoke),
            key::DIRECTIVE_SWAP => Some(Directive::Swap),
            key::DIRECTIVE_TRANSFORM => Some(Directive::Transform),
            _ => None,
        };
        if let Some(directive) = directive {
            // §5.3.2: the shared sequence has no side effects.
            if scope.shared {
                return Err(start.error(ErrorKind::NotAllowedHere));
            }
            return policy(reader).map(|policy| Self::Directive(directive, policy));
        }
        Ok(match code {
            key::DIRECTIVE_SET_COMPONENT_INDEX => Self::SetComponentIndex(ComponentIndex::read(reader, scope.components)?),
            key::DIRECTIVE_OVERRIDE_PARAMETERS => Self::OverrideParameters(Parameters::read(reader, scope.shared)?),
            key::DIRECTIVE_TRY_EACH => Self::TryEach(TryEach::read(reader, scope)?),
            key::DIRECTIVE_RUN_SEQUENCE => Self::RunSequence(Sequence::read(reader, scope.nested(&start)?)?),
            _ if registry::find(key::LABELS, code).is_some() => {
                reader.skip()?;
                Self::NotUnderstood(code)
            }
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
    left: u64,
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
    match reader.uint()? {
        bits @ 0..=15 => Ok(ReportingPolicy(u8::try_from(bits).unwrap_or(15))),
        _ => Err(start.error(ErrorKind::ValueOutOfRange)),
    }
}
