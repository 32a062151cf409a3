//! Writes a package: each payload once, behind a head whose length is predicted.

mod check;
mod head;
mod layout;

use core::num::NonZeroUsize;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use suitpack_core::crypto::Sign;
use suitpack_core::limits;

use crate::draft::{Draft, Facts, Head, Measure, Measures, Plan};
use crate::encode::{self, Items};
use crate::encrypt::{Lock, Packed, Secrets};
use crate::error::{BuildError, ImageFault};
use crate::payload::{Image, Packer};
use crate::recipe::{Carriage, Compression, Coswid, Payload, Recipe};

/// Where a package goes.
pub enum Output<'o> {
    /// A file, empty and open for reading and writing. It becomes the package.
    File(&'o mut File),
    /// Anything else. The package is put together in a temporary file first.
    Stream(&'o mut dyn Write),
}

impl core::fmt::Debug for Output<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::File(_) => "File",
            Self::Stream(_) => "Stream",
        })
    }
}

/// How a package is built. Nothing here changes its bytes but the secrets of encrypted payloads.
#[derive(Default)]
pub struct Options<'o> {
    /// Threads that compress; by default as many as the machine has cores.
    pub workers: Option<NonZeroUsize>,
    /// Where the temporary file for [`Output::Stream`] is made; by default where the system keeps such files.
    pub scratch: Option<PathBuf>,
    /// Told the bytes of images read so far.
    pub progress: Option<&'o mut dyn FnMut(u64)>,
    /// Where the keys of encrypted payloads come from; a recipe with such payloads cannot be built without.
    pub secrets: Option<Secrets<'o>>,
}

impl core::fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Options").field("workers", &self.workers).field("scratch", &self.scratch).finish_non_exhaustive()
    }
}

/// What was built.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Built {
    /// Bytes of the package.
    pub size: u64,
    /// The SHA-256 that the signatures cover: of the encoded manifest.
    pub manifest_digest: [u8; 32],
    /// The payloads: first the integrated ones in the order of the package, then the detached ones.
    pub payloads: Vec<BuiltPayload>,
    /// What a careful author would not leave so.
    pub warnings: Vec<String>,
}

/// A payload of a package that was built.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BuiltPayload {
    /// The value of suit-parameter-uri; an integrated payload's begins with `#`.
    pub uri: String,
    /// The file beside the package, for a detached payload.
    pub file: Option<String>,
    /// Bytes of the image as installed.
    pub image_size: u64,
    /// The image's SHA-256.
    pub image_digest: [u8; 32],
    /// Bytes as carried.
    pub carried_size: u64,
    /// The SHA-256 of the bytes as carried.
    pub carried_digest: [u8; 32],
    /// The COSE algorithm it is encrypted with, and the number of those who can read it.
    pub encryption: Option<(i64, usize)>,
}

/// Builds the package a recipe describes and signs it with each of `signers`.
///
/// `detached` is given the name of each detached payload and makes the file, empty and open for reading and writing, that is to stand
/// beside the package. Same recipe, same images, same keys: same bytes, on every machine.
///
/// # Errors
/// If an image, a key or a file cannot be used. What was written by then is no package.
pub fn build(
    recipe: &Recipe,
    output: Output<'_>,
    signers: &[&dyn Sign],
    detached: &mut dyn FnMut(&str) -> io::Result<File>,
    options: Options<'_>,
) -> Result<Built, BuildError> {
    let open = |path: &PathBuf| Image::open(recipe.base.join(path));
    let images = recipe.payloads.iter().map(|payload| open(&payload.image)).collect::<Result<Vec<_>, _>>()?;
    let plan = Plan::of(recipe, &mut |index| images.get(index).map(Head::read).transpose())?;
    let files = recipe.files.iter().map(|path| measure(&open(path)?)).collect::<Result<Vec<_>, _>>()?;
    let coswid = match &recipe.coswid {
        Some(Coswid::File(path)) => Some(coswid(&open(path)?)?),
        Some(Coswid::Bytes(bytes)) => Some(bytes.clone()),
        None => None,
    };
    let lock = |payload: &Payload| payload.encryption.as_ref().map(|encryption| Lock::open(encryption, &recipe.base)).transpose();
    let locks = recipe.payloads.iter().map(lock).collect::<Result<Vec<_>, _>>()?;
    for ((image, payload), lock) in images.iter().zip(&recipe.payloads).zip(&locks) {
        // What is compressed may still fit; what is not is known now.
        if let (Compression::None, Some(lock)) = (payload.compression, lock) {
            lock.holds(image.size(), image.path())?;
        }
    }
    let infos = locks.iter().map(|lock| lock.as_ref().map_or_else(Vec::new, Lock::predict)).collect();
    let predicted =
        images.iter().zip(&recipe.payloads).zip(&locks).map(|((image, payload), lock)| predict(image, payload, lock.as_ref()));
    let facts = predicted.collect();
    let (scratch, mut options) = (options.scratch.clone(), options);
    let secrets = options.secrets.take();
    let mut work =
        Work { recipe, plan, signers, facts, files, infos, locks, secrets, coswid, packer: Packer::new(options), images };
    head::check(signers)?;
    match output {
        Output::File(file) => work.package(file, detached),
        Output::Stream(stream) => {
            let mut file = scratch.map_or_else(tempfile::tempfile, tempfile::tempfile_in).map_err(BuildError::Write)?;
            let built = work.package(&mut file, detached)?;
            let copied = file.rewind().and_then(|()| io::copy(&mut file, stream)).and_then(|_| stream.flush());
            copied.map(|()| built).map_err(BuildError::Write)
        }
    }
}

/// A package being written.
struct Work<'w, 'o> {
    recipe: &'w Recipe,
    plan: Plan,
    signers: &'w [&'w dyn Sign],
    images: Vec<Image>,
    /// Predicted, and known once the payload is written.
    facts: Vec<Facts>,
    files: Vec<Measure>,
    /// The same of the encryption infos.
    infos: Vec<Vec<u8>>,
    locks: Vec<Option<Lock>>,
    secrets: Option<Secrets<'o>>,
    coswid: Option<Vec<u8>>,
    packer: Packer<'o>,
}

impl Work<'_, '_> {
    fn package(&mut self, file: &mut File, detached: &mut dyn FnMut(&str) -> io::Result<File>) -> Result<Built, BuildError> {
        let (mut order, mut beside) = (Vec::new(), Vec::new());
        for (index, payload) in self.recipe.payloads.iter().enumerate() {
            match &payload.carriage {
                // RFC 8949 §4.2.1: the keys in bytewise order of their encodings.
                Carriage::Integrated(uri) => order.push((encode::text(uri), index)),
                Carriage::Detached { file, .. } => beside.push((file, index)),
            }
        }
        order.sort_unstable();
        let predicted = head::predict(&self.draft(), self.recipe.envelope.tagged, order.len(), self.signers);
        let first = order.first().map_or(&[][..], |(key, _)| key);
        // Before anything is written: the digests are not right yet, all else is.
        check::accepted(&predicted, first, &self.plan, &self.measures())?;
        for (name, index) in &beside {
            let fault = |error| BuildError::Detached { name: (*name).clone(), error };
            self.pack(*index, &mut detached(name).map_err(fault)?, &fault)?;
        }
        let start = encode::wide(predicted.len());
        let mut end = start;
        for (key, index) in &order {
            end = self.integrate(file, end, key, *index)?;
        }
        let draft = self.draft();
        let head = head::sign(&draft, self.recipe.envelope.tagged, order.len(), self.signers)?;
        check::accepted(&head, first, &self.plan, &self.measures())?;
        let size = layout::prepend(file, &head, start, end).map_err(BuildError::Write)?;
        let payloads = order.iter().map(|(_, index)| *index).chain(beside.iter().map(|(_, index)| *index));
        Ok(Built {
            size,
            manifest_digest: head::manifest_digest(&draft),
            payloads: payloads
                .filter_map(|index| Some(BuiltPayload::new(self.recipe.payloads.get(index)?, self.facts.get(index)?)))
                .collect(),
            warnings: self.recipe.warnings.iter().chain(&self.plan.warnings).cloned().collect(),
        })
    }

    fn draft(&self) -> Draft {
        Draft::new(self.recipe, &self.plan, &self.measures(), self.coswid.as_deref())
    }

    fn measures(&self) -> Measures<'_> {
        Measures { payloads: &self.facts, files: &self.files, infos: &self.infos }
    }

    /// Writes an integrated payload behind `at` and gives the offset of its end.
    fn integrate(&mut self, file: &mut File, at: u64, key: &[u8], index: usize) -> Result<u64, BuildError> {
        let header = |facts: Option<&Facts>| Items::new().raw(key).bytes_header(facts.map_or(0, |facts| facts.carried.size)).done();
        let predicted = at.saturating_add(encode::wide(header(self.facts.get(index)).len()));
        file.seek(SeekFrom::Start(predicted)).map_err(BuildError::Write)?;
        let size = self.pack(index, file, &BuildError::Write)?;
        layout::precede(file, at, &header(self.facts.get(index)), predicted, size).map_err(BuildError::Write)
    }

    /// Writes a payload and learns what there is to know of it; the result is its size.
    fn pack(&mut self, index: usize, file: &mut File, fault: &dyn Fn(io::Error) -> BuildError) -> Result<u64, BuildError> {
        let (Some(image), Some(payload), Some(facts)) =
            (self.images.get(index), self.recipe.payloads.get(index), self.facts.get_mut(index))
        else {
            return Ok(0);
        };
        let start = file.stream_position().map_err(fault)?;
        *facts = self.packer.pack(image, payload.compression, file, fault)?;
        if let (Some(Some(lock)), Some(info)) = (self.locks.get(index), self.infos.get_mut(index)) {
            let none = || BuildError::Entropy(io::ErrorKind::Unsupported.into());
            let packed = Packed { file, start, plain: facts.carried, fault, path: image.path() };
            (facts.carried, *info) = lock.seal(packed, self.secrets.as_mut().ok_or_else(none)?)?;
        }
        Ok(facts.carried.size)
    }
}

impl BuiltPayload {
    fn new(payload: &Payload, facts: &Facts) -> Self {
        Self {
            uri: payload.carriage.uri(),
            file: match &payload.carriage {
                Carriage::Integrated(_) => None,
                Carriage::Detached { file, .. } => Some(file.clone()),
            },
            image_size: facts.image.size,
            image_digest: facts.image.digest,
            carried_size: facts.carried.size,
            carried_digest: facts.carried.digest,
            encryption: payload.encryption.as_ref().map(|encryption| (encryption.algorithm.code(), encryption.keys.len())),
        }
    }
}

/// The sizes a payload will probably have. Only the widths of their encodings matter, so half is a good guess for what is compressed.
fn predict(image: &Image, payload: &Payload, lock: Option<&Lock>) -> Facts {
    let size = image.size();
    let carried = match payload.compression {
        Compression::None => size,
        Compression::Zstd { .. } => size / 2,
    };
    let measure = |size| Measure { size, ..Measure::default() };
    Facts { image: measure(size), carried: measure(carried.saturating_add(lock.map_or(0, Lock::growth))) }
}

/// Size and digest of a file that is not carried.
fn measure(image: &Image) -> Result<Measure, BuildError> {
    let fault = |error| image.fault(ImageFault::Unreadable(error));
    let mut stream = suitpack_crypto::Sha256Stream::new();
    let mut buffer = vec![0; CHUNK];
    let (mut file, mut size) = (image.file(), 0_u64);
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => {
                stream.update(buffer.get(..read).unwrap_or_default());
                size = size.saturating_add(encode::wide(read));
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(fault(error)),
        }
    }
    image.unchanged()?;
    Ok(Measure { digest: stream.finish(), size })
}

/// The tag in a file.
fn coswid(image: &Image) -> Result<Vec<u8>, BuildError> {
    let bytes = whole(image)?;
    let tag = suitpack_core::manifest::Coswid::parse(suitpack_core::cbor::Reader::new(&bytes));
    match tag {
        Ok(_) => Ok(bytes),
        Err(error) => Err(image.fault(ImageFault::NotACoswid(error))),
    }
}

/// All bytes of a file that becomes part of the head.
fn whole(image: &Image) -> Result<Vec<u8>, BuildError> {
    let fault = |error| image.fault(ImageFault::Unreadable(error));
    let mut bytes = Vec::new();
    let read = image.file().take(encode::wide(limits::HEAD).saturating_add(1)).read_to_end(&mut bytes).map_err(fault)?;
    if read > limits::HEAD { Err(BuildError::HeadTooLong { length: read }) } else { image.unchanged().map(|()| bytes) }
}

/// Large enough that the system calls do not count.
const CHUNK: usize = 256 * 1024;
