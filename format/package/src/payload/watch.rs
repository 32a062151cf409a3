//! Digests of what goes by.

use std::io::{self, Read, Write};

use suitpack_core::registry::algorithm;
use suitpack_crypto::Sha2Stream;

use crate::bindings::Expected;

/// Digests of one stream, one for each algorithm that is asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums(Vec<(i64, Sha2Stream)>);

impl Sums {
    /// Those that tell whether these expectations hold.
    ///
    /// # Errors
    /// The algorithm that is not supported.
    pub(super) fn of<'e>(expected: impl IntoIterator<Item = &'e Expected>) -> Result<Self, i64> {
        let mut sums = Self::default();
        for Expected { algorithm, .. } in expected {
            if !sums.0.iter().any(|(known, _)| known == algorithm) {
                sums.0.push((*algorithm, Sha2Stream::new(*algorithm).ok_or(*algorithm)?));
            }
        }
        Ok(sums)
    }

    /// The same where somebody else computes SHA-256.
    pub(super) fn beside_sha256(mut self) -> Self {
        self.0.retain(|(known, _)| *known != algorithm::SHA_256);
        self
    }

    fn update(&mut self, bytes: &[u8]) {
        for (_, stream) in &mut self.0 {
            stream.update(bytes);
        }
    }

    /// Whether what went by has the digest.
    pub(super) fn matches(&self, expected: &Expected) -> bool {
        let found = self.0.iter().find(|(known, _)| *known == expected.algorithm);
        found.is_some_and(|(_, stream)| stream.clone().matches(&expected.digest))
    }
}

/// A reader whose bytes are summed up and may be copied.
pub(super) struct Watch<'t, R> {
    pub(super) input: R,
    pub(super) sums: Sums,
    pub(super) copy: Option<&'t mut (dyn Write + Send)>,
}

impl<R: Read> Read for Watch<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.input.read(buffer)?;
        let bytes = buffer.get(..got).unwrap_or_default();
        self.sums.update(bytes);
        if let Some(copy) = &mut self.copy {
            copy.write_all(bytes)?;
        }
        Ok(got)
    }
}

/// A writer whose bytes are summed up.
pub(super) struct Summed<'t> {
    pub(super) output: &'t mut (dyn Write + Send),
    pub(super) sums: Sums,
}

impl Write for Summed<'_> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.output.write(buffer)?;
        self.sums.update(buffer.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}
