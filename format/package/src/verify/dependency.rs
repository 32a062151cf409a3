//! Packages within packages, or beside them: what a manifest depends upon (draft-ietf-suit-trust-domains §5).

use std::io::Read;

use suitpack_core::manifest::ComponentId;
use suitpack_core::{Digest, Manifest};
use suitpack_crypto::Sha2;
use suitpack_processor::Procedure;

use super::sequences::{Run, hardware_of_dependency, sequences};
use super::{algorithm_name, authenticate, members, rollback, told};
use crate::bindings::Expected;
use crate::explore::{Leg, Visit};
use crate::payload::check_payloads;
use crate::promise;
use crate::reader::Package;
use crate::report::{Cause, Outcome, Report};
use crate::request::Request;

/// How far packages are nested.
#[derive(Debug, Default)]
pub(crate) struct Nest {
    depth: usize,
    opened: usize,
}

/// A manifest that depends on others.
pub(crate) struct Dependent<'c, 'a> {
    pub(crate) manifest: &'c Manifest<'a>,
    /// When its dependencies are run.
    pub(crate) journeys: &'c [(String, Vec<Visit<'a>>)],
    /// What is asked of it, and of them.
    pub(crate) request: &'c Request,
}

type Refused = (Outcome, String);

impl<'a> Dependent<'_, 'a> {
    /// Opens the envelope of a dependency, which goes into one of `components`, and judges it as a package of its own: under its
    /// own name in the report, by the same keys. Its manifest has to be the one that `expected` names.
    ///
    /// Manifests cannot depend on one another in a circle, for each holds the digest of the next; chains and numbers are bounded.
    // SUIT-28, SUIT-50
    pub(crate) fn check(
        &self,
        uri: &str,
        input: &mut (dyn Read + Send),
        expected: &[Expected],
        components: impl Iterator<Item = u32>,
        nest: &mut Nest,
        report: &mut Report,
    ) -> Result<String, Refused> {
        let request = self.request;
        if nest.depth >= DEPTH || nest.opened >= DEPENDENCIES {
            return Err((
                Outcome::Failed(Cause::Policy),
                String::from("dependencies are nested too deeply, or there are too many"),
            ));
        }
        let refused = |error| {
            let (cause, detail) = told(&error);
            (Outcome::Failed(cause), format!("is no package that could be a dependency: {detail}"))
        };
        let mut package = Package::open(input).map_err(refused)?;
        let (envelope, payloads) = package.parts().map_err(refused)?;
        for expected in expected {
            let digest = Digest::new(expected.algorithm, &expected.digest);
            match digest.and_then(|digest| digest.matches(&Sha2, &[envelope.manifest_bytes().encoded()])) {
                Some(true) => {}
                Some(false) => {
                    return Err((
                        Outcome::Failed(Cause::NotBound),
                        String::from("holds another manifest than the signed digest names"),
                    ));
                }
                None => return Err((Outcome::NotPossible, format!("{} is not supported", algorithm_name(expected.algorithm)))),
            }
        }
        nest.depth += 1;
        nest.opened += 1;
        let mut inner = Report::default();
        if let Some(manifest) = authenticate(&envelope, request, &mut inner) {
            // The number that is asked for is that of the package; that of a dependency is bound by its digest.
            rollback(&manifest, &Request { min_sequence: None, ..request.clone() }, &mut inner);
            let program = members(&envelope, &manifest, request, &mut inner);
            let prefixes = self.prefixes(components);
            let runs = self.runs(uri, &prefixes, manifest.get());
            let found = program.as_ref().and_then(|program| sequences(program, &runs, true, request, &mut inner));
            check_payloads(payloads, found.as_ref(), &manifest, request, nest, &mut None, &mut inner);
            if prefixes.iter().all(|prefix| prefix.is_none()) {
                hardware_of_dependency(program.as_ref(), &runs, request, &mut inner);
            }
            promise::check_within(&envelope, &manifest, &mut inner);
        }
        nest.depth -= 1;
        report.append(&format!("dependency {uri}: "), inner);
        Ok(String::from("holds the manifest that the signed digest names"))
    }

    /// What stands before the identifiers of the dependency's components. In the examples of the drafts, whose dependencies have
    /// indices behind the components, it is the dependency's own identifier; the lenient profile takes it so.
    fn prefixes(&self, components: impl Iterator<Item = u32>) -> Vec<Option<ComponentId<'a>>> {
        let common = self.manifest.common();
        let of = |component| common.dependencies().into_iter().flatten().find(|it| it.index == component);
        let listed = |index: u32| usize::try_from(index).is_ok_and(|index| index < common.components().len());
        components.filter_map(of).map(|dependency| dependency.prefix.filter(|_| listed(dependency.index))).collect()
    }

    /// The sections that are run of a dependency, each with what is set then for the components both manifests name. One that is
    /// never run is looked at as it would run alone.
    fn runs<'l>(&self, uri: &str, prefixes: &[Option<ComponentId<'_>>], manifest: &Manifest<'_>) -> Vec<Run<'l>>
    where
        'a: 'l,
    {
        let prefix = prefixes.first().copied().flatten();
        let mut runs: Vec<Run<'l>> = Vec::new();
        for (_, visits) in self.journeys.iter().filter(|(from, _)| from == uri) {
            let mut procedure = 0;
            let legs = visits.iter().map(|visit| {
                let fresh = visit.procedure != procedure;
                procedure = visit.procedure;
                let named = |index: u32| self.manifest.common().components().nth(usize::try_from(index).ok()?);
                let shared = visit.set.iter().flat_map(|(index, parameters)| {
                    let name = named(*index);
                    let own = (0..).zip(manifest.common().components());
                    let same = own.filter(move |(_, id)| name.is_some_and(|name| stands_for(&name, prefix.as_ref(), id)));
                    same.map(|(own, _)| (own, *parameters)).collect::<Vec<_>>()
                });
                Leg { procedure: Procedure::Dependency(visit.section), fresh, inherited: shared.collect() }
            });
            let run = Run { legs: legs.collect(), sections: visits.iter().map(|visit| visit.section).collect() };
            if !runs.contains(&run) {
                runs.push(run);
            }
        }
        if runs.is_empty() { vec![Run { sections: vec![], ..Run::alone() }] } else { runs }
    }
}

/// Whether the component of a dependent is the one of its dependency, behind the prefix if there is one.
fn stands_for(dependent: &ComponentId<'_>, prefix: Option<&ComponentId<'_>>, dependency: &ComponentId<'_>) -> bool {
    let before = prefix.into_iter().flat_map(ComponentId::segments);
    dependent.segments().eq(before.chain(dependency.segments()))
}

/// The drafts' examples nest once.
const DEPTH: usize = 4;

/// As many as a manifest can name; each costs a signature.
const DEPENDENCIES: usize = 64;
