//! Where one wanted payload goes while all are checked.

use std::io::Write;

use crate::bindings::{Bindings, Use};
use crate::lookup::file_name;

/// Where one wanted payload goes while all are checked.
pub(crate) struct Tap<'t> {
    wanted: &'t str,
    pub(super) raw: bool,
    pub(super) output: &'t mut (dyn Write + Send),
    /// Set when the payload went through.
    pub(crate) written: bool,
    /// What could have been wanted.
    pub(crate) candidates: Vec<String>,
    uri: Option<String>,
}

impl<'t> Tap<'t> {
    pub(crate) fn new(wanted: &'t str, raw: bool, output: &'t mut (dyn Write + Send)) -> Self {
        Self { wanted, raw, output, written: false, candidates: Vec::new(), uri: None }
    }

    /// Whether it is this payload that is wanted.
    pub(super) fn wants(&self, uri: &str) -> bool {
        self.uri.as_deref() == Some(uri)
    }

    /// Finds out which payload is wanted: by its name, or by the component it ends up in if that takes only one.
    pub(super) fn resolve(&mut self, bindings: &Bindings, components: &[String]) {
        let uris = |wanted: &dyn Fn(&Use) -> bool| {
            let mut uris: Vec<&str> = bindings.uses.iter().filter(|used| wanted(used)).map(|used| used.uri.as_str()).collect();
            uris.dedup();
            uris
        };
        let component = |used: &Use| components.get(used.component as usize).map(String::as_str);
        let named = uris(&|used| used.uri.strip_prefix('#') == Some(self.wanted) || used.uri == self.wanted);
        let installed = uris(&|used| component(used) == Some(self.wanted));
        let filed = uris(&|used| file_name(&used.uri) == Some(self.wanted));
        let found = [named, installed, filed].into_iter().find(|uris| !uris.is_empty()).unwrap_or_default();
        if let [only] = found.as_slice() {
            self.uri = Some((*only).to_owned());
        }
        self.candidates = bindings.uses.iter().map(|used| used.uri.trim_start_matches('#').to_owned()).collect();
        self.candidates.dedup();
    }
}
