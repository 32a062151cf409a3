//! Commands that name their components themselves (draft-ietf-suit-update-management §5.7, §5.8).

use crate::cbor::{Kind, Label, MapReader, Reader};
use crate::error::{Error, ErrorKind};
use crate::manifest::parameter::Parameters;
use crate::manifest::sequence::Scope;
use crate::registry::{self, parameter as key};

/// Component indices and the parameters each is given, in order of the indices.
///
/// ```cddl
/// SUIT_Override_Mult_Arg = { + uint => { + SUIT_Parameters } }
/// ```
/// Behind it the last component is the current one.
#[derive(Clone, Copy, Debug)]
pub struct OverrideMultiple<'a> {
    reader: Reader<'a>,
    map: MapReader<'a>,
    scope: Scope,
}

impl<'a> OverrideMultiple<'a> {
    pub(super) fn read(reader: &mut Reader<'a>, scope: Scope) -> Result<Self, Error> {
        let map = reader.filled_map()?;
        let multiple = Self { reader: *reader, map, scope };
        let mut walk = multiple;
        while walk.read_next()?.is_some() {}
        *reader = walk.reader;
        Ok(multiple)
    }

    fn read_next(&mut self) -> Result<Option<(u32, Parameters<'a>)>, Error> {
        let Some(index) = next_index(&mut self.reader, &mut self.map, self.scope)? else { return Ok(None) };
        Parameters::read(&mut self.reader, self.scope.shared).map(|parameters| Some((index, parameters)))
    }
}

impl<'a> Iterator for OverrideMultiple<'a> {
    type Item = (u32, Parameters<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.read_next().ok()?
    }
}

/// Component indices and the labels of the parameters taken over from each, in order of the indices.
///
/// ```cddl
/// SUIT_Directive_Copy_Params = { + uint => [ + int ] }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct CopyParams<'a> {
    reader: Reader<'a>,
    map: MapReader<'a>,
    scope: Scope,
}

impl<'a> CopyParams<'a> {
    pub(super) fn read(reader: &mut Reader<'a>, scope: Scope) -> Result<Self, Error> {
        let map = reader.filled_map()?;
        let copies = Self { reader: *reader, map, scope };
        let mut walk = copies;
        while walk.read_next()?.is_some() {}
        *reader = walk.reader;
        Ok(copies)
    }

    fn read_next(&mut self) -> Result<Option<(u32, Labels<'a>)>, Error> {
        let Some(index) = next_index(&mut self.reader, &mut self.map, self.scope)? else { return Ok(None) };
        Labels::read(&mut self.reader, self.scope).map(|labels| Some((index, labels)))
    }
}

impl<'a> Iterator for CopyParams<'a> {
    type Item = (u32, Labels<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.read_next().ok()?
    }
}

/// Labels of parameters, in order.
#[derive(Clone, Copy, Debug)]
pub struct Labels<'a> {
    reader: Reader<'a>,
    left: usize,
}

impl<'a> Labels<'a> {
    fn read(reader: &mut Reader<'a>, scope: Scope) -> Result<Self, Error> {
        let start = *reader;
        let left = reader.count(Kind::Array)?;
        if left == 0 {
            return Err(start.error(ErrorKind::EmptyArray));
        }
        let labels = Self { reader: *reader, left };
        for _ in 0..left {
            let at = *reader;
            match reader.label()? {
                0 => return Err(at.error(ErrorKind::LabelZero)),
                // SUIT-62: What may not be set in the shared sequence may not be copied there either.
                code if scope.shared && registry::is_private(code) => return Err(at.error(ErrorKind::NotAllowedHere)),
                code if !is_parameter(code) => return Err(at.error(ErrorKind::UnknownParameter)),
                _ => {}
            }
        }
        Ok(labels)
    }
}

impl Iterator for Labels<'_> {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        self.left = self.left.checked_sub(1)?;
        self.reader.int().ok()
    }
}

/// Whether there is a parameter with this label.
fn is_parameter(code: i64) -> bool {
    const SMALL: u64 = registry::bits(key::LABELS);
    code == key::TRANSFORM || u32::try_from(code).is_ok_and(|code| SMALL.checked_shr(code).unwrap_or(0) & 1 == 1)
}

fn next_index<'a>(reader: &mut Reader<'a>, map: &mut MapReader<'a>, scope: Scope) -> Result<Option<u32>, Error> {
    let at = *reader;
    let index = match map.next_label(reader)? {
        None => return Ok(None),
        Some(Label::Int(code)) => u32::try_from(code).ok(),
        Some(_) => return Err(at.error(ErrorKind::UnexpectedType)),
    };
    let index = index.filter(|index| *index < scope.components);
    index.map(Some).ok_or(at.error(ErrorKind::ComponentIndexOutOfRange))
}
