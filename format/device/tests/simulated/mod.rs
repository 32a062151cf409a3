//! A small medium that can lose its power, for the tests of the store and of what is redone.
#![allow(unreachable_pub, dead_code)]

use std::io;
use std::sync::{Arc, Mutex};

use suitpack_device::Medium;

/// The power of a device, and how many operations it lasts.
#[derive(Clone, Debug)]
pub struct Power(Arc<Mutex<Supply>>);

#[derive(Debug)]
struct Supply {
    done: usize,
    /// One operation that only fails.
    fails: Option<usize>,
    ends: Option<(usize, Cut)>,
}

/// What a cut does to the operation it falls into and to what was not synced before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// All that was written since the last sync is lost.
    Lost,
    /// It is there, and half of what was being written.
    Torn,
    /// The second half of what was being written is there, and nothing that was written before it.
    Reordered,
}

pub const CUTS: [Cut; 3] = [Cut::Lost, Cut::Torn, Cut::Reordered];

impl Power {
    pub fn steady() -> Self {
        Self::new(None, None)
    }

    pub fn ends(at: usize, how: Cut) -> Self {
        Self::new(None, Some((at, how)))
    }

    /// One operation fails, and those behind it do not.
    pub fn fails(at: usize) -> Self {
        Self::new(Some(at), None)
    }

    pub fn new(fails: Option<usize>, ends: Option<(usize, Cut)>) -> Self {
        Self(Arc::new(Mutex::new(Supply { done: 0, fails, ends })))
    }

    pub fn operations(&self) -> usize {
        self.0.lock().unwrap().done
    }

    /// Spends an operation; the cut is told when it falls into this one.
    fn next(&self) -> Result<(), Option<Cut>> {
        let mut supply = self.0.lock().unwrap();
        let at = supply.done;
        supply.done += 1;
        match supply.ends {
            Some((end, how)) if at == end => Err(Some(how)),
            Some((end, _)) if at > end => Err(None),
            _ if supply.fails == Some(at) => Err(None),
            _ => Ok(()),
        }
    }
}

/// What stays of a medium.
pub type Bytes = Arc<Mutex<Vec<u8>>>;

pub fn bytes(content: &[u8]) -> Bytes {
    Arc::new(Mutex::new(content.to_vec()))
}

/// A medium with a cache that is lost with the power.
#[derive(Debug)]
pub struct Simulated {
    durable: Bytes,
    cache: Vec<u8>,
    power: Power,
}

impl Simulated {
    pub fn new(durable: &Bytes, power: &Power) -> Box<Self> {
        Box::new(Self { cache: durable.lock().unwrap().clone(), durable: Arc::clone(durable), power: power.clone() })
    }
}

fn cut() -> io::Error {
    io::Error::other("no power")
}

impl Medium for Simulated {
    fn capacity(&self) -> u64 {
        self.cache.len() as u64
    }

    fn read(&mut self, at: u64, buffer: &mut [u8]) -> io::Result<()> {
        let at = usize::try_from(at).unwrap();
        buffer.copy_from_slice(self.cache.get(at..at + buffer.len()).ok_or(io::ErrorKind::InvalidInput)?);
        Ok(())
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        let at = usize::try_from(at).unwrap();
        let (middle, end) = (at + bytes.len() / 2, at + bytes.len());
        if end > self.cache.len() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        match self.power.next() {
            Ok(()) => self.cache[at..end].copy_from_slice(bytes),
            Err(Some(Cut::Torn)) => {
                self.cache[at..middle].copy_from_slice(&bytes[..middle - at]);
                self.durable.lock().unwrap().copy_from_slice(&self.cache);
                return Err(cut());
            }
            Err(Some(Cut::Reordered)) => {
                self.durable.lock().unwrap()[middle..end].copy_from_slice(&bytes[middle - at..]);
                return Err(cut());
            }
            Err(_) => return Err(cut()),
        }
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.power.next().map_err(|_| cut())?;
        self.durable.lock().unwrap().copy_from_slice(&self.cache);
        Ok(())
    }

    fn cut(&mut self, _length: u64) -> io::Result<()> {
        self.power.next().map_err(|_| cut())
    }
}
