//! What is to be run.

use suitpack_core::manifest::{Section, Sequence};
use suitpack_core::{Authenticated, Manifest};

use crate::targets::Slots;

/// Sections in the order a recipient runs them; the shared sequence runs before each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Procedure {
    /// dependency-resolution, payload-fetch, candidate-verification, install, validate
    /// (draft-ietf-suit-manifest §5.3.3, draft-ietf-suit-trust-domains §3 and §7).
    Update,
    /// validate, load, invoke.
    Invocation,
    /// uninstall (draft-ietf-suit-trust-domains §6).
    Uninstall,
    /// One section, as a dependent runs it in its dependency (draft-ietf-suit-trust-domains §5.4).
    Dependency(Section),
}

impl Procedure {
    /// Its sections in order.
    // SUIT-20, SUIT-21, SUIT-54
    #[must_use]
    pub const fn sections(self) -> &'static [Section] {
        use Section as S;
        match self {
            Self::Update => &[S::DependencyResolution, S::PayloadFetch, S::CandidateVerification, S::Install, S::Validate],
            Self::Invocation => &[S::Validate, S::Load, S::Invoke],
            Self::Uninstall | Self::Dependency(S::Uninstall) => &[S::Uninstall],
            Self::Dependency(S::DependencyResolution) => &[S::DependencyResolution],
            Self::Dependency(S::PayloadFetch) => &[S::PayloadFetch],
            Self::Dependency(S::CandidateVerification) => &[S::CandidateVerification],
            Self::Dependency(S::Install) => &[S::Install],
            Self::Dependency(S::Validate) => &[S::Validate],
            Self::Dependency(S::Load) => &[S::Load],
            Self::Dependency(S::Invoke) => &[S::Invoke],
        }
    }
}

/// The sequences of an authenticated manifest, severed bodies included.
#[derive(Clone, Copy, Debug)]
pub struct Program<'a> {
    pub(crate) shared: Option<Sequence<'a>>,
    sections: [Option<Sequence<'a>>; Section::ALL.len()],
    /// Those the manifest lists, and dependencies that the lenient profile lets stand behind them.
    pub(crate) components: Slots,
    pub(crate) dependencies: Slots,
}

impl<'a> Program<'a> {
    /// Collects the sequences of `manifest`; `body` gives that of a section, whose digest it has checked if it was severed.
    ///
    /// # Errors
    /// Those of `body`.
    pub fn new<E>(
        manifest: &Authenticated<Manifest<'a>>,
        mut body: impl FnMut(Section) -> Result<Option<Sequence<'a>>, E>,
    ) -> Result<Self, E> {
        let common = manifest.get().common();
        let mut sections = [None; Section::ALL.len()];
        for (slot, section) in sections.iter_mut().zip(Section::ALL) {
            *slot = body(section)?;
        }
        let indices = common.dependencies().into_iter().flatten().map(|dependency| dependency.index);
        let dependencies = indices.fold(Slots::default(), Slots::with);
        let components = Slots::first(common.components().len()).union(dependencies);
        Ok(Self { shared: common.shared_sequence(), sections, components, dependencies })
    }

    /// Whether the component holds the envelope of a dependency (draft-ietf-suit-trust-domains §5.2.2): its image-digest is then
    /// that of the manifest in it.
    #[must_use]
    pub const fn is_dependency(&self, component: u32) -> bool {
        cfg!(feature = "trust-domains") && self.dependencies.contains(component)
    }

    /// The indices of the dependencies.
    pub fn dependencies(&self) -> impl Iterator<Item = u32> + use<> {
        self.dependencies
    }

    /// Whether there is such a section.
    #[must_use]
    pub fn has(&self, section: Section) -> bool {
        self.section(section).is_some()
    }

    pub(crate) fn section(&self, wanted: Section) -> Option<Sequence<'a>> {
        let found = Section::ALL.iter().zip(&self.sections).find(|(section, _)| **section == wanted);
        *found?.1
    }
}
