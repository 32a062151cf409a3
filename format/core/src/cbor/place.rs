/// Bytes from the start of the outermost input; nothing where nobody asks for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place(#[cfg(feature = "places")] usize);

#[cfg(feature = "places")]
impl Place {
    pub(super) const fn new(offset: usize) -> Self {
        Self(offset)
    }

    pub(super) const fn get(self) -> usize {
        self.0
    }

    pub(super) const fn advance(&mut self, bytes: usize) {
        self.0 = self.0.saturating_add(bytes);
    }
}

#[cfg(not(feature = "places"))]
impl Place {
    pub(super) const fn new(_: usize) -> Self {
        Self()
    }

    pub(super) const fn get(self) -> usize {
        0
    }

    pub(super) const fn advance(self, _: usize) {}
}
