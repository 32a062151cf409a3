//! Writing a component: to a place that is not active.

use suitpack_package::Cause;

use super::{Content, Places, Rights, Target, active, layout, medium, place};
use crate::description::Layout;
use crate::failed::Trouble;
use crate::state::Place;

impl Places<'_> {
    /// Lets `act` write the component from its beginning, at most `cap` bytes, for which there has to be room, and gives how many it
    /// wrote. What the component held can be read while this goes on only from elsewhere.
    pub(crate) fn fill(
        &mut self,
        at: usize,
        cap: u64,
        version: Option<Vec<i64>>,
        act: impl FnOnce(&mut Target<'_>, &mut Self) -> Result<(), Trouble>,
    ) -> Result<u64, Trouble> {
        let (place, room) = self.target(at)?;
        // Nothing is given up for what cannot be held.
        if cap > room {
            let detail = format!("there is room for {room} bytes only, and {cap} are to be written");
            return Err(Trouble::operation(Cause::Io, detail));
        }
        self.forget(at, &place)?;
        let mut medium =
            self.media.remove(&place).ok_or_else(|| Trouble::operation(Cause::Io, format!("there is no place `{}`", place.0)))?;
        self.written.changed = true;
        self.touched.insert(place.clone());
        let mut target = Target::new(&mut *medium, cap);
        let written = act(&mut target, self).and_then(|()| target.finish().map_err(|error| Trouble::io(&error)));
        let overflowed = target.overflowed;
        self.media.insert(place.clone(), medium);
        let written = written.map_err(|trouble| match overflowed {
            true => Trouble::operation(Cause::NotBound, format!("it is longer than the {cap} bytes that are signed")),
            false => trouble,
        })?;
        let seat = self.seat_mut(at)?;
        seat.removed = false;
        let (length, envelope, digest) = (Some(written), None, None);
        seat.now = Content { place, length, version, envelope, digest, fresh: true, judged: false, validated: false };
        Ok(written)
    }

    /// The slot a component is in: the one that is active, or with `candidate` the one that is written next.
    pub(crate) fn slot(&self, at: usize, candidate: bool) -> Result<usize, Trouble> {
        let component = self.component(at)?;
        let active = active(component, self.state);
        Ok(match &component.layout {
            Layout::Alternate(slots) if candidate => active.saturating_add(1).checked_rem(slots.len()).unwrap_or_default(),
            Layout::Alternate(_) => active,
            Layout::Fallback { .. } if !candidate => active,
            _ => 0,
        })
    }

    /// Where the component is written, and how many bytes there is room for.
    fn target(&mut self, at: usize) -> Result<(Place, u64), Trouble> {
        let refused = |detail: &str| Err(Trouble::operation(Cause::Policy, detail));
        let component = self.component(at)?;
        let candidate = self.slot(at, true)?;
        let seat = self.seat(at)?;
        let (name, home) = (seat.name.clone(), seat.home.clone());
        if seat.with.is_some() {
            return refused("it was exchanged in this procedure and cannot be written any more");
        }
        match (self.rights, &component.layout) {
            (Rights::Update, _) | (Rights::Working, Layout::Working(_)) => {}
            (Rights::Working, _) => return refused("only working components are written in this procedure"),
            _ => return refused("nothing is written in this procedure"),
        }
        let (target, others) = match &component.layout {
            Layout::Alternate(_) => (place(&name, candidate), None),
            Layout::Single { .. } => (layout::staging(&name), Some(home.clone())),
            Layout::Fallback { .. } | Layout::Working(_) => (place(&name, 0), None),
            Layout::Swap { .. } => (place(&name, 1), Some(home.clone())),
        };
        if target == home && matches!(component.layout, Layout::Alternate(_)) {
            return refused("it has one slot only, which is active");
        }
        self.writable(&target)?;
        let mut room = medium(self.media, &target)?.capacity();
        if let Some(other) = others {
            self.writable(&other)?;
            // The exchange needs room for the old content on this side.
            let old = self.state.lengths.get(&home).copied().unwrap_or_default();
            if matches!(component.layout, Layout::Swap { .. }) && (old > room || !self.media.contains_key(&Place::scratch())) {
                return refused("there is no room to exchange the old image with it, or no scratch area");
            }
            if matches!(component.layout, Layout::Swap { .. }) {
                self.writable(&Place::scratch())?;
            }
            room = room.min(medium(self.media, &other)?.capacity());
        }
        Ok((target, room))
    }

    /// Before a place is written, a record says that nothing is known of it any more: whoever looks after a power cut is not misled.
    fn forget(&mut self, at: usize, place: &Place) -> Result<(), Trouble> {
        let (component, seat) = (self.component(at)?, self.seat(at)?);
        let (mut state, mut falls_back) = (self.state.clone(), false);
        state.lengths.remove(place);
        if let Some(holding) = state.components.get_mut(&component.name()).filter(|_| *place == seat.home) {
            (holding.version, holding.envelope) = (None, None);
            if let Layout::Fallback { .. } = component.layout {
                // From here on it is the fallback that is run.
                (holding.active, holding.version) = (1, holding.fallback.clone());
                falls_back = true;
            }
        }
        // What a device begins with is told by its files as long as nothing was saved.
        if !self.store.says(&state) {
            self.save(state)?;
        }
        self.written.fell_back |= falls_back;
        self.written.lost_dependency |= self.state.users.contains_key(&component.name());
        Ok(())
    }
}
