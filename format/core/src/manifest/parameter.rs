//! Parameters: what the commands of a sequence work with.

use crate::cbor::{Counter, Kind, Label, MapReader, Reader, Sink, Writer};
#[cfg(feature = "encryption")]
use crate::cose::Encrypt;
use crate::digest::Digest;
use crate::error::{Error, ErrorKind};
use crate::limits;
#[cfg(feature = "update-management")]
use crate::manifest::metadata::ComponentMetadata;
#[cfg(feature = "transform")]
use crate::manifest::transform::Transform;
#[cfg(feature = "update-management")]
use crate::manifest::version::VersionMatch;
#[cfg(feature = "update-management")]
use crate::manifest::wait::WaitInfo;
use crate::registry::{parameter as key, tag};

/// One parameter with its value.
///
/// draft-ietf-suit-manifest §8.4.8
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Parameter<'a> {
    /// A UUID, or the content of tag 112: a private enterprise number.
    VendorIdentifier(&'a [u8]),
    /// A UUID.
    ClassIdentifier(&'a [u8]),
    /// The digest of the image in the component.
    ImageDigest(Digest<'a>),
    /// The slot the component is to be in.
    ComponentSlot(u64),
    /// Whether commands complete in order.
    StrictOrder(bool),
    /// Whether a failed condition ends the sequence only.
    SoftFailure(bool),
    /// Bytes of the image in the component.
    ImageSize(u64),
    /// Bytes to write or to compare with.
    Content(&'a [u8]),
    /// Where to fetch from.
    Uri(&'a str),
    /// Which component to copy from.
    SourceComponent(u64),
    /// What to hand to the invoked component.
    InvokeArgs(&'a [u8]),
    /// A UUID.
    DeviceIdentifier(&'a [u8]),
    /// What to hand to the fetcher.
    FetchArguments(&'a [u8]),
    /// What to make of the bytes fetched or stored.
    #[cfg(feature = "transform")]
    Transform(Transform<'a>),
    /// Seconds since 1970 (draft-ietf-suit-update-management §4.1).
    #[cfg(feature = "update-management")]
    UseBefore(u64),
    /// Milliwatt hours (draft-ietf-suit-update-management §4.2).
    #[cfg(feature = "update-management")]
    MinimumBattery(u64),
    /// The smaller, the more urgent (draft-ietf-suit-update-management §4.3).
    #[cfg(feature = "update-management")]
    UpdatePriority(i64),
    /// What the component's version is to be (draft-ietf-suit-update-management §4.4).
    #[cfg(feature = "update-management")]
    Version(VersionMatch<'a>),
    /// What to wait for (draft-ietf-suit-update-management §4.5).
    #[cfg(feature = "update-management")]
    WaitInfo(WaitInfo<'a>),
    /// What a file system is to know of the component (draft-ietf-suit-update-management §4.6).
    #[cfg(feature = "update-management")]
    ComponentMetadata(ComponentMetadata<'a>),
    /// How the component's bytes are encrypted (draft-ietf-suit-firmware-encryption §4).
    #[cfg(feature = "encryption")]
    EncryptionInfo(Encrypt<'a>),
}

impl Parameter<'_> {
    /// The number on the wire.
    #[must_use]
    pub const fn code(&self) -> i64 {
        match self {
            Self::VendorIdentifier(_) => key::VENDOR_IDENTIFIER,
            Self::ClassIdentifier(_) => key::CLASS_IDENTIFIER,
            Self::ImageDigest(_) => key::IMAGE_DIGEST,
            #[cfg(feature = "update-management")]
            Self::UseBefore(_) => key::USE_BEFORE,
            Self::ComponentSlot(_) => key::COMPONENT_SLOT,
            Self::StrictOrder(_) => key::STRICT_ORDER,
            Self::SoftFailure(_) => key::SOFT_FAILURE,
            Self::ImageSize(_) => key::IMAGE_SIZE,
            Self::Content(_) => key::CONTENT,
            #[cfg(feature = "encryption")]
            Self::EncryptionInfo(_) => key::ENCRYPTION_INFO,
            Self::Uri(_) => key::URI,
            Self::SourceComponent(_) => key::SOURCE_COMPONENT,
            Self::InvokeArgs(_) => key::INVOKE_ARGS,
            Self::DeviceIdentifier(_) => key::DEVICE_IDENTIFIER,
            Self::FetchArguments(_) => key::FETCH_ARGUMENTS,
            #[cfg(feature = "update-management")]
            Self::MinimumBattery(_) => key::MINIMUM_BATTERY,
            #[cfg(feature = "update-management")]
            Self::UpdatePriority(_) => key::UPDATE_PRIORITY,
            #[cfg(feature = "update-management")]
            Self::Version(_) => key::VERSION,
            #[cfg(feature = "update-management")]
            Self::WaitInfo(_) => key::WAIT_INFO,
            #[cfg(feature = "update-management")]
            Self::ComponentMetadata(_) => key::COMPONENT_METADATA,
            #[cfg(feature = "transform")]
            Self::Transform(_) => key::TRANSFORM,
        }
    }
}

impl Parameter<'_> {
    /// Writes the value, as it stands in a map behind the label.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn write<S: Sink>(&self, writer: &mut Writer<S>) -> Result<(), S::Error> {
        match self {
            Self::VendorIdentifier(bytes) if bytes.len() != UUID => {
                writer.tag(tag::PEN)?;
                writer.bytes(bytes)
            }
            Self::VendorIdentifier(bytes)
            | Self::ClassIdentifier(bytes)
            | Self::DeviceIdentifier(bytes)
            | Self::Content(bytes)
            | Self::InvokeArgs(bytes)
            | Self::FetchArguments(bytes) => writer.bytes(bytes),
            Self::ComponentSlot(value) | Self::ImageSize(value) | Self::SourceComponent(value) => writer.uint(*value),
            #[cfg(feature = "update-management")]
            Self::UseBefore(value) | Self::MinimumBattery(value) => writer.uint(*value),
            Self::StrictOrder(value) | Self::SoftFailure(value) => writer.bool(*value),
            #[cfg(feature = "update-management")]
            Self::UpdatePriority(value) => writer.int(*value),
            Self::Uri(uri) => writer.text(uri),
            Self::ImageDigest(digest) => wrapped(writer, digest),
            #[cfg(feature = "transform")]
            Self::Transform(transform) => wrapped(writer, transform),
            #[cfg(feature = "update-management")]
            Self::Version(wanted) => wrapped(writer, wanted),
            #[cfg(feature = "update-management")]
            Self::WaitInfo(events) => writer.bytes(events.encoded()),
            #[cfg(feature = "update-management")]
            Self::ComponentMetadata(metadata) => writer.bytes(metadata.encoded()),
            #[cfg(feature = "encryption")]
            Self::EncryptionInfo(info) => writer.bytes(info.encoded()),
        }
    }
}

/// What stands in a byte string of its own.
trait Nested {
    fn write<S: Sink>(&self, writer: &mut Writer<S>) -> Result<(), S::Error>;
}

impl Nested for Digest<'_> {
    fn write<S: Sink>(&self, writer: &mut Writer<S>) -> Result<(), S::Error> {
        self.write(writer)
    }
}

#[cfg(feature = "transform")]
impl Nested for Transform<'_> {
    fn write<S: Sink>(&self, writer: &mut Writer<S>) -> Result<(), S::Error> {
        self.write(writer)
    }
}

#[cfg(feature = "update-management")]
impl Nested for VersionMatch<'_> {
    fn write<S: Sink>(&self, writer: &mut Writer<S>) -> Result<(), S::Error> {
        self.write(writer)
    }
}

/// Writes a byte string around an item, which is counted first.
fn wrapped<S: Sink>(writer: &mut Writer<S>, item: &impl Nested) -> Result<(), S::Error> {
    let mut counter = Writer::new(Counter::default());
    let Ok(()) = Nested::write(item, &mut counter);
    writer.bytes_header(counter.into_inner().count())?;
    Nested::write(item, writer)
}

/// The parameters of one directive, in order of their labels.
#[derive(Clone, Copy, Debug)]
pub struct Parameters<'a> {
    reader: Reader<'a>,
    map: MapReader<'a>,
}

impl<'a> Parameters<'a> {
    pub(super) fn read(reader: &mut Reader<'a>, shared: bool) -> Result<Self, Error> {
        let start = *reader;
        let map = reader.filled_map()?;
        Self::read_entries(reader, map, shared, &start)
    }

    /// Reads a map that may be empty, as a report has it.
    pub(crate) fn read_any(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let start = *reader;
        let map = reader.map()?;
        Self::read_entries(reader, map, false, &start)
    }

    /// Reads what is left of a map.
    pub(crate) fn read_rest(reader: &mut Reader<'a>, map: MapReader<'a>) -> Result<Self, Error> {
        let start = *reader;
        Self::read_entries(reader, map, false, &start)
    }

    fn read_entries(reader: &mut Reader<'a>, map: MapReader<'a>, shared: bool, start: &Reader<'a>) -> Result<Self, Error> {
        let parameters = Self { reader: *reader, map };
        let mut walk = parameters;
        while let Some(parameter) = walk.read_next()? {
            // §8.4.8.16 keeps custom parameters out of the shared sequence, and so does spec/transform.md.
            if shared && parameter.code() == key::TRANSFORM {
                return Err(start.error(ErrorKind::NotAllowedHere));
            }
        }
        *reader = walk.reader;
        Ok(parameters)
    }

    fn read_next(&mut self) -> Result<Option<Parameter<'a>>, Error> {
        let at = self.reader;
        match self.map.next_label(&mut self.reader)? {
            None => Ok(None),
            Some(Label::Int(code)) => read_value(&mut self.reader, code).map(Some),
            Some(_) => Err(at.error(ErrorKind::UnexpectedType)),
        }
    }
}

impl<'a> Iterator for Parameters<'a> {
    type Item = Parameter<'a>;

    fn next(&mut self) -> Option<Parameter<'a>> {
        self.read_next().ok()?
    }
}

fn read_value<'a>(reader: &mut Reader<'a>, code: i64) -> Result<Parameter<'a>, Error> {
    let start = *reader;
    Ok(match code {
        0 => return Err(start.error(ErrorKind::LabelZero)),
        key::VENDOR_IDENTIFIER => Parameter::VendorIdentifier(match reader.peek()? {
            Kind::Tag => {
                if !reader.is_tag(tag::PEN)? {
                    return Err(start.error(ErrorKind::UnexpectedType));
                }
                pen(reader)?
            }
            _ => uuid(reader)?,
        }),
        key::CLASS_IDENTIFIER => Parameter::ClassIdentifier(uuid(reader)?),
        key::DEVICE_IDENTIFIER => Parameter::DeviceIdentifier(uuid(reader)?),
        key::IMAGE_DIGEST => Parameter::ImageDigest(whole(reader, Digest::read)?),
        key::COMPONENT_SLOT => Parameter::ComponentSlot(reader.uint()?),
        key::STRICT_ORDER => Parameter::StrictOrder(reader.bool()?),
        key::SOFT_FAILURE => Parameter::SoftFailure(reader.bool()?),
        key::IMAGE_SIZE => Parameter::ImageSize(reader.uint()?),
        key::CONTENT => Parameter::Content(reader.bytes()?),
        key::URI => {
            let uri = reader.text()?;
            if uri.len() > limits::URI {
                return Err(start.error(ErrorKind::LimitExceeded));
            }
            Parameter::Uri(uri)
        }
        key::SOURCE_COMPONENT => Parameter::SourceComponent(reader.uint()?),
        key::INVOKE_ARGS => Parameter::InvokeArgs(reader.bytes()?),
        key::FETCH_ARGUMENTS => Parameter::FetchArguments(reader.bytes()?),
        #[cfg(feature = "transform")]
        key::TRANSFORM => Parameter::Transform(Transform::parse(reader.nested()?)?),
        // SUIT-59
        #[cfg(feature = "update-management")]
        key::USE_BEFORE => Parameter::UseBefore(reader.uint()?),
        #[cfg(feature = "update-management")]
        key::MINIMUM_BATTERY => Parameter::MinimumBattery(reader.uint()?),
        #[cfg(feature = "update-management")]
        key::UPDATE_PRIORITY => Parameter::UpdatePriority(reader.int()?),
        #[cfg(feature = "update-management")]
        key::VERSION => Parameter::Version(whole(reader, VersionMatch::read)?),
        #[cfg(feature = "update-management")]
        key::WAIT_INFO => Parameter::WaitInfo(WaitInfo::parse(reader.nested()?)?),
        #[cfg(feature = "update-management")]
        key::COMPONENT_METADATA => Parameter::ComponentMetadata(ComponentMetadata::parse(reader.nested()?)?),
        #[cfg(feature = "encryption")]
        key::ENCRYPTION_INFO => Parameter::EncryptionInfo(whole(reader, Encrypt::read)?),
        // SUIT-11, SUIT-42
        _ => return Err(start.error(ErrorKind::UnknownParameter)),
    })
}

/// A relative object identifier (RFC 9090): arcs of seven bits a byte without leading zeros. It is shorter than a UUID, so that
/// neither passes for the other.
fn pen<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Error> {
    let start = *reader;
    let bytes = reader.bytes()?;
    let mut first = true;
    for byte in bytes {
        if first && *byte == 0x80 {
            return Err(start.error(ErrorKind::ValueOutOfRange));
        }
        first = byte & 0x80 == 0;
    }
    if first && (1..UUID).contains(&bytes.len()) { Ok(bytes) } else { Err(start.error(ErrorKind::ValueOutOfRange)) }
}

/// Bytes of a UUID.
const UUID: usize = 16;

/// Reads the one item a byte string holds.
fn whole<'a, T>(reader: &mut Reader<'a>, read: impl FnOnce(&mut Reader<'a>) -> Result<T, Error>) -> Result<T, Error> {
    let mut inner = reader.nested()?;
    let item = read(&mut inner)?;
    inner.end()?;
    Ok(item)
}

// SUIT-33
fn uuid<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Error> {
    let start = *reader;
    let bytes = reader.bytes()?;
    if bytes.len() == UUID { Ok(bytes) } else { Err(start.error(ErrorKind::ValueOutOfRange)) }
}
