//! Files that appear under their name whole or not at all.

use core::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::{Builder, NamedTempFile};

use crate::failure::{Code, Failure};

/// How an output comes into being.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Policy {
    /// Replaces what is there.
    pub(crate) force: bool,
    /// Does not wait for the disk.
    pub(crate) no_sync: bool,
    /// There is no way to replace what is there.
    pub(crate) keep: bool,
    /// Readable by its owner only.
    pub(crate) private: bool,
}

/// A file that is being written under another name in the folder where it will stand. Dropped, it vanishes.
#[derive(Debug)]
pub(crate) struct Pending {
    file: Option<NamedTempFile>,
    path: PathBuf,
    policy: Policy,
}

impl Pending {
    /// Refuses what could not be committed later, so that no work is lost.
    pub(crate) fn create(path: &Path, policy: Policy) -> Result<Self, Failure> {
        check(path, policy)?;
        let folder = folder(path);
        let mut builder = Builder::new();
        builder.prefix(".suitpack-").suffix(".partial");
        permit(&mut builder, policy);
        // An interrupt waits until the file is on the list of those to remove.
        let mut list = list();
        let file = builder.tempfile_in(folder).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Failure::new(Code::IO, format!("the folder `{}` does not exist", folder.display())),
            _ => Failure::io(format!("cannot write in the folder `{}`", folder.display()), &named(&error)),
        })?;
        list.insert(file.path().to_owned());
        COMMITTED.store(false, Ordering::SeqCst);
        drop(list);
        Ok(Self { file: Some(file), path: path.to_owned(), policy })
    }

    pub(crate) fn file(&mut self) -> Result<&mut File, Failure> {
        self.file
            .as_mut()
            .map(NamedTempFile::as_file_mut)
            .ok_or_else(|| Failure::new(Code::BUG, "an output was used after it was done"))
    }

    /// Gives the file its name. Either everything is there or nothing is.
    pub(crate) fn commit(self) -> Result<(), Failure> {
        commit(vec![self])
    }

    fn sync(&self) -> Result<(), Failure> {
        match &self.file {
            Some(file) if !self.policy.no_sync => file.as_file().sync_all().map_err(|error| self.failed(&error)),
            _ => Ok(()),
        }
    }

    fn rename(&mut self, list: &mut BTreeSet<PathBuf>) -> Result<(), Failure> {
        let Some(file) = self.file.take() else { return Ok(()) };
        let temporary = file.path().to_owned();
        let result = if self.policy.force { file.persist(&self.path) } else { file.persist_noclobber(&self.path) };
        list.remove(&temporary);
        match result {
            Ok(_) => Ok(()),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Err(exists(&self.path, self.policy)),
            Err(error) => Err(self.failed(&error.error)),
        }
    }

    fn failed(&self, error: &io::Error) -> Failure {
        Failure::io(format!("cannot write `{}`", self.path.display()), error)
    }
}

/// Gives files their names, all or none: everything that may take time or fail comes before the first name.
pub(crate) fn commit(mut files: Vec<Pending>) -> Result<(), Failure> {
    files.iter().try_for_each(|file| check(&file.path, file.policy))?;
    files.iter().try_for_each(Pending::sync)?;
    // An interrupt waits until all of them are there, and comes too late then.
    let mut list = list();
    for at in 0..files.len() {
        let Some(result) = files.get_mut(at).map(|file| file.rename(&mut list)) else { break };
        if let Err(failure) = result {
            // What replaced something cannot be taken back; what is new can.
            for done in files.iter().take(at).filter(|file| !file.policy.force) {
                let _ = fs::remove_file(&done.path);
            }
            drop(list);
            return Err(failure);
        }
    }
    COMMITTED.store(true, Ordering::SeqCst);
    drop(list);
    for file in files.iter().filter(|file| !file.policy.no_sync) {
        if let Ok(folder) = File::open(folder(&file.path)) {
            // Not every file system can; the file itself is safe.
            let _ = folder.sync_all();
        }
    }
    Ok(())
}

/// Whether the work is done: its outputs have their names, and an interrupt would only hide that. Ask while nothing can be committed.
pub(crate) fn is_committed() -> bool {
    COMMITTED.load(Ordering::SeqCst)
}

/// What an interrupt does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Interrupts {
    /// It ends the process at once.
    End,
    /// Whoever works is told, and ends by itself; a second one ends the process.
    AreTold,
    /// It waits for the end: something was decided and is to be finished.
    Wait,
}

impl Interrupts {
    /// From here on it is like this.
    pub(crate) fn set(self) {
        HANDLED.store(self as u8, Ordering::SeqCst);
    }

    fn now() -> Self {
        [Self::AreTold, Self::Wait].into_iter().find(|it| *it as u8 == HANDLED.load(Ordering::SeqCst)).unwrap_or(Self::End)
    }
}

/// Takes an interrupt, and says whether the process is to end now.
pub(crate) fn interrupt() -> bool {
    match Interrupts::now() {
        Interrupts::End => true,
        Interrupts::AreTold => INTERRUPTED.swap(true, Ordering::SeqCst),
        Interrupts::Wait => false,
    }
}

/// Whether whoever works was told to end.
pub(crate) fn is_interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

static HANDLED: AtomicU8 = AtomicU8::new(Interrupts::End as u8);
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Set by a commit, until another output is begun.
static COMMITTED: AtomicBool = AtomicBool::new(false);

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            let mut list = list();
            list.remove(file.path());
            // Closing it removes it.
            let _ = file.close();
        }
    }
}

/// Removes every unfinished file; nothing can be committed any more while the result lives. For interrupts and bugs.
pub(crate) fn discard_all() -> impl Sized {
    let list = list();
    for path in &*list {
        let _ = fs::remove_file(path);
    }
    list
}

fn list() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Refuses names that must not be written to.
fn check(path: &Path, policy: Policy) -> Result<(), Failure> {
    let name = path.display();
    let Ok(found) = fs::symlink_metadata(path) else { return Ok(()) };
    if found.is_file() {
        return if policy.force { Ok(()) } else { Err(exists(path, policy)) };
    }
    let (kind, hint) = if found.is_symlink() {
        ("a symbolic link, which is never followed", "name the file it leads to")
    } else if found.is_dir() {
        ("a folder", "name a file in it")
    } else {
        ("no plain file", "use `-o -` to write to standard output")
    };
    Err(Failure::usage(format!("the output `{name}` is {kind}")).hint(hint))
}

fn exists(path: &Path, policy: Policy) -> Failure {
    let hint = if policy.keep {
        "it is never replaced; choose another name, or move it away first"
    } else {
        "pass `--force` to replace it"
    };
    Failure::usage(format!("the output `{}` exists", path.display())).hint(hint)
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// The error without the temporary name, which would tell nobody anything.
fn named(error: &io::Error) -> io::Error {
    error.kind().into()
}

#[cfg(unix)]
fn permit(builder: &mut Builder<'_, '_>, policy: Policy) {
    use std::os::unix::fs::PermissionsExt;
    // Without this only the owner could read it. The umask takes from it.
    if !policy.private {
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
}

#[cfg(not(unix))]
const fn permit(_: &mut Builder<'_, '_>, _: Policy) {}

static UNFINISHED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
