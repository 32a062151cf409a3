//! Packages taken apart and put together otherwise, and inputs that say how much of them was read.

use std::io::{self, Read};

use suitpack_core::Envelope;
use suitpack_package::{Cause, Extraction, Request, extract, verify};
use suitpack_tests::rewrite::written;

/// An envelope in parts; what attackers exchange.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) wrapper: Vec<u8>,
    pub(crate) manifest: Vec<u8>,
    pub(crate) members: Vec<(i64, Vec<u8>)>,
    pub(crate) payloads: Vec<(String, Vec<u8>)>,
}

impl Parts {
    pub(crate) fn of(package: &[u8]) -> Self {
        let envelope = Envelope::parse(package).unwrap();
        Self {
            wrapper: envelope.wrapper_bytes().content().to_vec(),
            manifest: envelope.manifest_bytes().content().to_vec(),
            members: envelope.members().map(|(label, member)| (label, member.content().to_vec())).collect(),
            payloads: envelope.payloads().map(|(name, content)| (name.to_owned(), content.to_vec())).collect(),
        }
    }

    /// The envelope again, keys in order.
    pub(crate) fn package(&self) -> Vec<u8> {
        written(|out| {
            out.tag(107)?;
            out.map(2 + self.members.len() as u64 + self.payloads.len() as u64)?;
            let mut entries = self.members.clone();
            entries.extend([(2, self.wrapper.clone()), (3, self.manifest.clone())]);
            // RFC 8949 §4.2.1: those that are not negative first.
            entries.sort_by_key(|(label, _)| (*label < 0, label.unsigned_abs()));
            for (label, content) in entries {
                out.int(label)?;
                out.bytes(&content)?;
            }
            for (name, content) in &self.payloads {
                out.text(name)?;
                out.bytes(content)?;
            }
            Ok(())
        })
    }
}

/// The cause of a refusal; none if it is accepted.
pub(crate) fn cause(package: &[u8], request: &Request) -> Option<Cause> {
    verify(package, request).cause()
}

/// What is extracted, and what is said.
pub(crate) fn extracted(package: &[u8], request: &Request, wanted: &str) -> (Extraction, Vec<u8>) {
    let mut output = vec![];
    let extraction = extract(package, request, wanted, false, &mut output);
    (extraction, output)
}

/// Counts what is read, and goes on with zeros for ever behind its end.
pub(crate) struct Endless<'a> {
    start: &'a [u8],
    pub(crate) read: u64,
}

impl<'a> Endless<'a> {
    pub(crate) const fn behind(start: &'a [u8]) -> Self {
        Self { start, read: 0 }
    }
}

impl Read for Endless<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = if self.start.is_empty() {
            buffer.fill(0);
            buffer.len()
        } else {
            self.start.read(buffer)?
        };
        self.read += got as u64;
        assert!(self.read < 64 << 20, "nobody stops reading");
        Ok(got)
    }
}

/// Bytes that are no pattern.
pub(crate) fn image(seed: u64, length: usize) -> Vec<u8> {
    let mut random = suitpack_tests::Random::new(seed);
    (0..length).map(|_| u8::try_from(random.next() >> 56).unwrap()).collect()
}
