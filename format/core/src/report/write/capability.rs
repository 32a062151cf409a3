//! What a device can do.

use super::record::count;
use crate::cbor::{Sink, Writer};
use crate::registry::{Label, capability as key};

/// SUIT_Capability_Report (draft-ietf-suit-report §6). Every list in it has an element, but for those that may be left out.
#[derive(Clone, Copy, Debug)]
pub struct Capabilities<'r> {
    /// Components that are there.
    pub components: &'r [Component<'r>],
    /// Commands.
    pub commands: Labels<'r>,
    /// Parameters.
    pub parameters: Labels<'r>,
    /// COSE algorithms.
    pub algorithms: Labels<'r>,
    /// The other elements, 5 to 10, by their numbers and in order of them.
    pub others: &'r [(i64, Labels<'r>)],
    /// What is nested, by the path to it, in order of the encoded paths: shorter ones first.
    pub nested: &'r [(&'r [i64], Labels<'r>)],
}

/// A component, by its identifier.
#[derive(Clone, Copy, Debug)]
pub struct Component<'r> {
    /// The segments of its identifier.
    pub segments: &'r [&'r [u8]],
    /// Whether every component below it is supported as well.
    pub open: bool,
}

/// A list of labels.
#[derive(Clone, Copy, Debug)]
pub enum Labels<'r> {
    /// These.
    These(&'r [i64]),
    /// All of a registry.
    All(&'static [Label]),
    /// Those of a registry for which this holds.
    Of(&'static [Label], fn(&Label) -> bool),
}

impl Capabilities<'_> {
    /// Writes the map.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn write<S: Sink>(&self, writer: &mut Writer<S>) -> Result<(), S::Error> {
        let rest = self.others.len().saturating_add(self.nested.len());
        writer.map(count(rest.saturating_add(4)))?;
        writer.int(key::COMPONENT_CAPABILITIES)?;
        writer.array(count(self.components.len()))?;
        for component in self.components {
            component.write(writer)?;
        }
        let required = [
            (key::COMMAND_CAPABILITIES, self.commands),
            (key::PARAMETERS_CAPABILITIES, self.parameters),
            (key::CRYPT_ALGO_CAPABILITIES, self.algorithms),
        ];
        for (element, labels) in required.iter().chain(self.others) {
            writer.int(*element)?;
            labels.write(writer)?;
        }
        for (path, labels) in self.nested {
            Labels::These(path).write(writer)?;
            labels.write(writer)?;
        }
        Ok(())
    }
}

impl Component<'_> {
    fn write<S: Sink>(&self, writer: &mut Writer<S>) -> Result<(), S::Error> {
        writer.array(count(self.segments.len().saturating_add(usize::from(self.open))))?;
        for segment in self.segments {
            writer.bytes(segment)?;
        }
        if self.open { writer.bool(true) } else { Ok(()) }
    }
}

impl Labels<'_> {
    fn write<S: Sink>(&self, writer: &mut Writer<S>) -> Result<(), S::Error> {
        match self {
            Self::These(codes) => {
                writer.array(count(codes.len()))?;
                codes.iter().try_for_each(|code| writer.int(*code))
            }
            Self::All(labels) => write_those(labels, |_| true, writer),
            Self::Of(labels, holds) => write_those(labels, holds, writer),
        }
    }
}

fn write_those<S: Sink>(labels: &[Label], holds: impl Fn(&Label) -> bool, writer: &mut Writer<S>) -> Result<(), S::Error> {
    let those = || labels.iter().filter(|label| holds(label));
    writer.array(count(those().count()))?;
    those().try_for_each(|label| writer.int(label.code))
}
