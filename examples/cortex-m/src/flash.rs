//! Two places for the application, one of which is active, and one where payloads wait: arrays here, erase blocks on a board.

/// The components of this device: the application, and where its payload waits.
pub(crate) const COMPONENTS: usize = 2;

/// Bytes of a slot.
pub const SLOT: usize = 1024;

/// What outlives a restart.
#[derive(Debug)]
pub struct Flash {
    sequence: u64,
    active: Slot,
    /// By component: what an update has written so far.
    candidates: [Slot; COMPONENTS],
}

#[derive(Debug)]
struct Slot {
    bytes: [u8; SLOT],
    length: usize,
}

impl Flash {
    /// A device that left the factory with no application and this sequence number.
    #[must_use]
    pub fn new(sequence: u64) -> Self {
        let empty = || Slot { bytes: [0xff; SLOT], length: 0 };
        Self { sequence, active: empty(), candidates: [empty(), empty()] }
    }

    /// The sequence number of what is active.
    #[must_use]
    pub const fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The active application.
    #[must_use]
    pub fn active(&self) -> &[u8] {
        self.active.content()
    }

    /// What an update has written so far to a component; nothing of what is active.
    pub(crate) fn candidate(&self, component: usize) -> &[u8] {
        self.candidates.get(component).map_or(&[], Slot::content)
    }

    /// Writes a component's candidate; `None` if it does not fit.
    pub(crate) fn write(&mut self, component: usize, image: &[u8]) -> Option<()> {
        self.candidates.get_mut(component)?.write(image)
    }

    /// Writes to a component what another's candidate is.
    pub(crate) fn copy(&mut self, from: usize, to: usize) -> Option<()> {
        let [first, second] = &mut self.candidates;
        match (from, to) {
            (0, 1) => second.write(first.content()),
            (1, 0) => first.write(second.content()),
            _ => None,
        }
    }

    /// Makes the candidate active. A real device writes one record here, and nothing active before it.
    pub(crate) fn commit(&mut self, sequence: u64) {
        let [application, _] = &mut self.candidates;
        core::mem::swap(&mut self.active, application);
        self.discard();
        self.sequence = sequence;
    }

    /// Forgets what an update wrote.
    pub(crate) fn discard(&mut self) {
        for slot in &mut self.candidates {
            slot.length = 0;
        }
    }
}

impl Slot {
    fn write(&mut self, image: &[u8]) -> Option<()> {
        self.bytes.get_mut(..image.len())?.copy_from_slice(image);
        self.length = image.len();
        Some(())
    }

    fn content(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}
