//! Manifests from commands, and a platform that writes down what it is asked.

use core::convert::Infallible;

use suitpack_core::cbor::{Sink, Writer};
use suitpack_core::crypto::{DIGEST_MAX, Digester, VerifySignature};
use suitpack_core::limits::COMPONENTS;
use suitpack_core::registry::manifest as section;
use suitpack_core::{Authenticated, Envelope, Manifest, Profile, Trust};
use suitpack_processor::{Effect, Failure, Outcome, Procedure, Processor, Program};

pub(crate) type Bytes = Vec<u8>;

pub(crate) fn uint(value: u64) -> Bytes {
    write(|writer| writer.uint(value))
}

pub(crate) fn int(value: i64) -> Bytes {
    write(|writer| writer.int(value))
}

pub(crate) fn bytes(value: &[u8]) -> Bytes {
    write(|writer| writer.bytes(value))
}

pub(crate) fn text(value: &str) -> Bytes {
    write(|writer| writer.text(value))
}

pub(crate) fn bool(value: bool) -> Bytes {
    vec![if value { 0xf5 } else { 0xf4 }]
}

pub(crate) fn array(items: &[Bytes]) -> Bytes {
    [write(|writer| writer.array(items.len() as u64)), items.concat()].concat()
}

/// A map, its keys in order.
pub(crate) fn map(entries: &[(i64, Bytes)]) -> Bytes {
    let mut items: Vec<Bytes> = entries.iter().map(|(key, value)| [int(*key), value.clone()].concat()).collect();
    items.sort();
    [write(|writer| writer.map(entries.len() as u64)), items.concat()].concat()
}

/// A command sequence.
pub(crate) fn sequence(commands: &[(i64, Bytes)]) -> Bytes {
    array(&commands.iter().flat_map(|(code, argument)| [int(*code), argument.clone()]).collect::<Vec<_>>())
}

/// A directive or condition with a reporting policy.
pub(crate) fn plain(code: i64) -> (i64, Bytes) {
    (code, uint(15))
}

pub(crate) fn index(index: u64) -> (i64, Bytes) {
    (12, uint(index))
}

pub(crate) fn every_index() -> (i64, Bytes) {
    (12, bool(true))
}

pub(crate) fn indices(list: &[u64]) -> (i64, Bytes) {
    (12, array(&list.iter().copied().map(uint).collect::<Vec<_>>()))
}

/// suit-directive-override-parameters
pub(crate) fn replace(parameters: &[(i64, Bytes)]) -> (i64, Bytes) {
    (20, map(parameters))
}

/// suit-directive-set-parameters
pub(crate) fn set(parameters: &[(i64, Bytes)]) -> (i64, Bytes) {
    (19, map(parameters))
}

pub(crate) fn try_each(arms: &[&[(i64, Bytes)]]) -> (i64, Bytes) {
    (15, array(&arms.iter().map(|arm| bytes(&sequence(arm))).collect::<Vec<_>>()))
}

pub(crate) fn run(commands: &[(i64, Bytes)]) -> (i64, Bytes) {
    (32, bytes(&sequence(commands)))
}

pub(crate) fn uri(value: &str) -> (i64, Bytes) {
    (21, text(value))
}

/// suit-parameter-image-digest
pub(crate) fn digest(byte: u8) -> (i64, Bytes) {
    (3, bytes(&array(&[int(-16), bytes(&[byte; 32])])))
}

pub(crate) const STRICT_ORDER: i64 = 12;
pub(crate) const SOFT_FAILURE: i64 = 13;
pub(crate) const IMAGE_MATCH: i64 = 3;
pub(crate) const COMPONENT_SLOT: i64 = 5;
pub(crate) const DEPENDENCY_INTEGRITY: i64 = 7;
pub(crate) const IS_DEPENDENCY: i64 = 8;
pub(crate) const PROCESS_DEPENDENCY: i64 = 11;
pub(crate) const ABORT: i64 = 14;
pub(crate) const WRITE: i64 = 18;
pub(crate) const FETCH: i64 = 21;
pub(crate) const COPY: i64 = 22;
pub(crate) const WAIT: i64 = 29;
pub(crate) const SWAP: i64 = 31;
pub(crate) const UNLINK: i64 = 33;

/// A manifest with a number of components.
#[derive(Default)]
pub(crate) struct Draft {
    pub(crate) components: u8,
    pub(crate) dependencies: Vec<i64>,
    pub(crate) shared: Vec<(i64, Bytes)>,
    pub(crate) sections: Vec<(i64, Vec<(i64, Bytes)>)>,
}

impl Draft {
    /// One whose install section has these commands.
    pub(crate) fn install(components: u8, commands: &[(i64, Bytes)]) -> Self {
        Self { components, sections: vec![(section::INSTALL, commands.to_vec())], ..Self::default() }
    }

    /// The same, with dependencies under these indices.
    pub(crate) fn with_dependencies(components: u8, dependencies: &[i64], commands: &[(i64, Bytes)]) -> Self {
        Self { dependencies: dependencies.to_vec(), ..Self::install(components, commands) }
    }

    pub(crate) fn envelope(&self) -> Bytes {
        let mut common = vec![];
        if !self.dependencies.is_empty() {
            common.push((1, map(&self.dependencies.iter().map(|index| (*index, map(&[]))).collect::<Vec<_>>())));
        }
        common.push((2, array(&(0..self.components).map(|name| array(&[bytes(&[name])])).collect::<Vec<_>>())));
        if !self.shared.is_empty() {
            common.push((4, bytes(&sequence(&self.shared))));
        }
        let mut manifest = vec![(1, uint(1)), (2, uint(0)), (3, bytes(&map(&common)))];
        manifest.extend(self.sections.iter().map(|(key, commands)| (*key, bytes(&sequence(commands)))));
        let wrapper = array(&[
            bytes(&array(&[int(-16), bytes(&[0; 32])])),
            bytes(&[&[0xd2][..], &array(&[bytes(&map(&[(1, int(-19))])), map(&[]), vec![0xf6], bytes(&[0; 64])])].concat()),
        ]);
        map(&[(2, bytes(&wrapper)), (3, bytes(&map(&manifest)))])
    }

    /// Runs a procedure; `answer` is shown every effect, the last one too.
    pub(crate) fn follow(&self, procedure: Procedure, mut answer: impl FnMut(&Processor<'_, COMPONENTS>, &Effect<'_>) -> Outcome) {
        let envelope = self.envelope();
        let mut processor = Processor::<'_, COMPONENTS>::new(opened(&envelope), procedure).unwrap();
        let mut effect = processor.begin();
        loop {
            let outcome = answer(&processor, &effect);
            if matches!(effect, Effect::Finished | Effect::Failed(_)) {
                return;
            }
            effect = processor.resume(outcome);
        }
    }

    /// The bytes of a section or of the shared sequence, as the offsets of positions count them.
    pub(crate) fn body(&self, key: i64) -> Bytes {
        let found = self.sections.iter().find(|(other, _)| *other == key);
        sequence(found.map_or(&self.shared, |(_, commands)| commands))
    }

    /// Runs a procedure on a platform that answers as told.
    pub(crate) fn answered(&self, procedure: Procedure, answer: impl FnMut(&str) -> Outcome) -> Log {
        let envelope = self.envelope();
        let mut processor = Processor::<'_, COMPONENTS>::new(opened(&envelope), procedure).unwrap();
        follow(&mut processor, answer)
    }

    /// Runs the update procedure on a platform for which everything succeeds.
    pub(crate) fn update(&self) -> Log {
        self.answered(Procedure::Update, |_| Outcome::Success)
    }

    /// The same, but what is asked under these names fails.
    pub(crate) fn update_failing(&self, failing: &[&str]) -> Log {
        self.answered(Procedure::Update, |asked| if failing.contains(&asked) { Outcome::Failure } else { Outcome::Success })
    }

    /// Calls `then` with the authenticated manifest.
    pub(crate) fn read<T>(&self, then: impl FnOnce(Program<'_>) -> T) -> T {
        let envelope = self.envelope();
        then(opened(&envelope))
    }
}

/// What a platform was asked, in order, and how it ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Log {
    pub(crate) asked: Vec<String>,
    pub(crate) end: Result<(), Failure>,
}

impl Log {
    /// What was asked, if the procedure came to its end.
    pub(crate) fn done(&self) -> Vec<&str> {
        assert_eq!(self.end, Ok(()), "{:?}", self.asked);
        self.asked.iter().map(String::as_str).collect()
    }

    pub(crate) fn failure(&self) -> Failure {
        self.end.unwrap_err()
    }
}

pub(crate) fn follow<const N: usize>(processor: &mut Processor<'_, N>, mut answer: impl FnMut(&str) -> Outcome) -> Log {
    let mut asked = vec![];
    let mut effect = processor.begin();
    loop {
        match effect {
            Effect::Check { condition, component, parameters } => {
                asked.push(format!("{condition:?} {component}{}", shown(parameters.uri)));
            }
            Effect::Perform { directive, component, parameters } => {
                asked.push(format!("{directive:?} {component}{}", shown(parameters.uri)));
            }
            Effect::Process { section, component } => asked.push(format!("{section:?} of {component}")),
            Effect::Completed(_) | Effect::Decided { .. } => {}
            Effect::Finished => return Log { asked, end: Ok(()) },
            Effect::Failed(failure) => return Log { asked, end: Err(failure) },
            _ => panic!("an effect that nobody knows"),
        }
        let outcome = match effect {
            Effect::Completed(_) | Effect::Decided { .. } => Outcome::Success,
            _ => answer(asked.last().unwrap()),
        };
        effect = processor.resume(outcome);
    }
}

fn shown(uri: Option<&str>) -> String {
    uri.map(|uri| format!(" {uri}")).unwrap_or_default()
}

/// The program of an envelope.
pub(crate) fn opened(envelope: &[u8]) -> Program<'_> {
    program(&manifest(envelope))
}

fn program<'a>(manifest: &Authenticated<Manifest<'a>>) -> Program<'a> {
    Program::new(manifest, |section| manifest.get().sequence(section, None)).unwrap()
}

/// Who signed is no matter here.
fn manifest(envelope: &[u8]) -> Authenticated<Manifest<'_>> {
    let envelope = Envelope::parse(envelope).unwrap();
    envelope.authenticate(&Trust { digester: &Anything, anchors: &[&Anything], profile: Profile::Strict }).unwrap()
}

struct Anything;

impl Digester for Anything {
    fn digest(&self, _algorithm: i64, _parts: &[&[u8]], _out: &mut [u8; DIGEST_MAX]) -> Option<usize> {
        Some(32)
    }
}

impl VerifySignature for Anything {
    fn algorithm(&self) -> i64 {
        -19
    }

    fn key_id(&self) -> &[u8] {
        b"anything"
    }

    fn verify(&self, _message: &[u8], _signature: &[u8]) -> bool {
        true
    }
}

struct Grow(Bytes);

impl Sink for Grow {
    type Error = Infallible;

    fn push(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

fn write(then: impl FnOnce(&mut Writer<Grow>) -> Result<(), Infallible>) -> Bytes {
    let mut writer = Writer::new(Grow(vec![]));
    then(&mut writer).unwrap();
    writer.into_inner().0
}
