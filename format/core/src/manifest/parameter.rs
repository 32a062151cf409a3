//! Parameters: what the commands of a sequence work with.

use crate::cbor::{Key, Kind, MapReader, Reader};
use crate::digest::Digest;
use crate::error::{Error, ErrorKind};
use crate::limits;
use crate::manifest::transform::Transform;
use crate::registry::{self, parameter as key, tag};

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
    Transform(Transform<'a>),
    /// A parameter of the drafts that this version reads past.
    NotUnderstood(i64),
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
        let map = reader.map()?;
        if map.remaining() == 0 {
            return Err(start.error(ErrorKind::EmptyArray));
        }
        let parameters = Self { reader: *reader, map };
        let mut walk = parameters;
        while let Some(parameter) = walk.read_next()? {
            // §8.4.8.16 keeps custom parameters out of the shared sequence, and so does spec/transform.md.
            if shared && matches!(parameter, Parameter::Transform(_)) {
                return Err(start.error(ErrorKind::NotAllowedHere));
            }
        }
        *reader = walk.reader;
        Ok(parameters)
    }

    fn read_next(&mut self) -> Result<Option<Parameter<'a>>, Error> {
        let at = self.reader;
        match self.map.next_key(&mut self.reader)? {
            None => Ok(None),
            Some(Key::Int(code)) => read_value(&mut self.reader, code).map(Some),
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
                if reader.tag()? != tag::PEN {
                    return Err(start.error(ErrorKind::UnexpectedType));
                }
                reader.bytes()?
            }
            _ => uuid(reader)?,
        }),
        key::CLASS_IDENTIFIER => Parameter::ClassIdentifier(uuid(reader)?),
        key::DEVICE_IDENTIFIER => Parameter::DeviceIdentifier(uuid(reader)?),
        key::IMAGE_DIGEST => {
            let mut inner = reader.nested()?;
            let digest = Digest::read(&mut inner)?;
            inner.end()?;
            Parameter::ImageDigest(digest)
        }
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
        key::TRANSFORM => Parameter::Transform(Transform::parse(reader.nested()?)?),
        _ if registry::find(key::LABELS, code).is_some() => {
            reader.skip()?;
            Parameter::NotUnderstood(code)
        }
        _ => return Err(start.error(ErrorKind::UnknownParameter)),
    })
}

fn uuid<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Error> {
    let start = *reader;
    let bytes = reader.bytes()?;
    if bytes.len() == 16 { Ok(bytes) } else { Err(start.error(ErrorKind::ValueOutOfRange)) }
}
