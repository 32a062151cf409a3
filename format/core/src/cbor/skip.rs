use super::map::in_order;
use super::reader::{Kind, Reader};
use crate::error::{Error, ErrorKind};
use crate::limits::NESTING;

/// A container that is being walked.
#[derive(Clone, Copy)]
struct Level<'a> {
    /// Items still to come; a map has two for each entry.
    items: usize,
    map: bool,
    previous: Option<&'a [u8]>,
    key: Reader<'a>,
}

impl<'a> Reader<'a> {
    /// Passes over one whole item and holds everything in it against the deterministic form. It does not recurse.
    ///
    /// # Errors
    /// If the item breaks a rule anywhere inside, or nests deeper than [`NESTING`].
    #[cfg_attr(target_os = "none", inline(never))]
    #[cfg_attr(not(target_os = "none"), inline)]
    pub fn skip(&mut self) -> Result<(), Error> {
        let start = *self;
        match self.skip_head()? {
            // Nearly everything that is passed over is a number or a string.
            None => Ok(()),
            Some((items, map)) => self.skip_items(Level { items, map, previous: None, key: *self }, &start),
        }
    }

    /// Passes over a number or string, or the head of a container, and then tells of its items and whether it is a map.
    #[cfg_attr(target_os = "none", inline(never))]
    #[cfg_attr(not(target_os = "none"), inline)]
    fn skip_head(&mut self) -> Result<Option<(usize, bool)>, Error> {
        let start = *self;
        let (kind, argument) = self.any_count()?;
        let (items, map) = match kind {
            Kind::Bytes => self.take(argument).map(|_| (0, false))?,
            Kind::Text => {
                let text = self.take(argument)?;
                core::str::from_utf8(text).map_err(|_| start.error(ErrorKind::Utf8))?;
                (0, false)
            }
            Kind::Array => (argument, false),
            // A map that announces more entries than bytes can follow is cut short long before so many items.
            Kind::Map => (argument.saturating_mul(2), true),
            Kind::Tag => (1, false),
            _ => (0, false),
        };
        Ok((items > 0).then_some((items, map)))
    }

    /// Passes over the items of a container whose head was at `start`.
    fn skip_items(&mut self, outermost: Level<'a>, start: &Self) -> Result<(), Error> {
        let mut levels = [outermost; NESTING];
        let mut depth = 1_usize;
        loop {
            let at = depth.checked_sub(1).and_then(|top| levels.get_mut(top));
            let level = at.ok_or(start.error(ErrorKind::NestingTooDeep))?;
            if level.map && level.items.is_multiple_of(2) {
                level.key = *self;
            }
            let start = *self;
            if let Some((items, map)) = self.skip_head()? {
                let level = levels.get_mut(depth).ok_or(start.error(ErrorKind::NestingTooDeep))?;
                *level = Level { items, map, previous: None, key: *self };
                depth = depth.saturating_add(1);
                continue;
            }
            // One item is whole: so may be the containers it ends.
            loop {
                let Some(top) = depth.checked_sub(1) else { return Ok(()) };
                let level = levels.get_mut(top).ok_or(start.error(ErrorKind::NestingTooDeep))?;
                level.items = level.items.saturating_sub(1);
                if level.map && !level.items.is_multiple_of(2) {
                    let key = level.key.up_to(self);
                    in_order(level.previous, key, &level.key)?;
                    level.previous = Some(key);
                }
                if level.items > 0 {
                    break;
                }
                depth = top;
            }
        }
    }
}
