//! What was measured to answer a condition: what a report says of it.

use suitpack_core::Digest;
use suitpack_core::cbor::{Reader, SliceSink, Writer};
use suitpack_core::manifest::VersionMatch;
use suitpack_core::manifest::parameter::Parameter;
use suitpack_core::registry::version_comparison;

/// What was measured; most conditions measure one thing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Measured {
    pub(crate) digest: Option<(i64, Vec<u8>)>,
    pub(crate) size: Option<u64>,
    pub(crate) vendor: Option<Vec<u8>>,
    pub(crate) class: Option<Vec<u8>>,
    pub(crate) device: Option<Vec<u8>>,
    pub(crate) slot: Option<u64>,
    pub(crate) content: Option<Vec<u8>>,
    pub(crate) time: Option<u64>,
    pub(crate) battery: Option<u64>,
    pub(crate) priority: Option<i64>,
    /// Encoded as a comparison with it.
    version: Option<Vec<u8>>,
}

impl Measured {
    /// A version that was found.
    pub(crate) fn set_version(&mut self, numbers: &[i64]) {
        let mut bytes = vec![0; 2 + 9 * (numbers.len() + 1)];
        let written = write(&mut bytes, numbers);
        self.version = written.map(|length| {
            bytes.truncate(length);
            bytes
        });
    }

    /// As parameters, by which a report names what was measured (draft-ietf-suit-report §3).
    pub(crate) fn parameters(&self) -> Vec<Parameter<'_>> {
        let digest = self.digest.as_ref().and_then(|(algorithm, bytes)| Digest::new(*algorithm, bytes));
        let version = self.version.as_deref().and_then(|bytes| VersionMatch::read(&mut Reader::new(bytes)).ok());
        let each = [
            self.vendor.as_deref().map(Parameter::VendorIdentifier),
            self.class.as_deref().map(Parameter::ClassIdentifier),
            self.device.as_deref().map(Parameter::DeviceIdentifier),
            digest.map(Parameter::ImageDigest),
            self.size.map(Parameter::ImageSize),
            self.slot.map(Parameter::ComponentSlot),
            self.content.as_deref().map(Parameter::Content),
            self.time.map(Parameter::UseBefore),
            self.battery.map(Parameter::MinimumBattery),
            self.priority.map(Parameter::UpdatePriority),
            version.map(Parameter::Version),
        ];
        each.into_iter().flatten().collect()
    }
}

fn write(bytes: &mut [u8], numbers: &[i64]) -> Option<usize> {
    let mut writer = Writer::new(SliceSink::new(bytes));
    writer.array(2).ok()?;
    writer.int(version_comparison::EQUAL).ok()?;
    writer.array(u64::try_from(numbers.len()).ok()?).ok()?;
    numbers.iter().try_for_each(|number| writer.int(*number)).ok()?;
    Some(writer.into_inner().len())
}
