//! A chip that computes digests and keeps the anchor. In QEMU it is the host, asked through two pipes (`tests/bare-metal`); on a
//! board this is where the driver of the crypto hardware goes.

use suitpack_core::crypto::{DIGEST_MAX, Digester, VerifySignature};
use suitpack_core::registry::algorithm;

use crate::semihosting::{Access, File};

pub(crate) struct Chip;

impl Digester for Chip {
    fn digest(&self, algorithm: i64, parts: &[&[u8]], out: &mut [u8; DIGEST_MAX]) -> Option<usize> {
        let length = parts.iter().fold(0_u32, |sum, part| sum.wrapping_add(length(part)));
        let mut line = Line::open()?;
        line.ask(&[b'D', algorithm.to_be_bytes()[7]])?;
        line.ask(&length.to_be_bytes())?;
        parts.iter().try_for_each(|part| line.ask(part))?;
        let length = usize::from(line.answer()?);
        let out = out.get_mut(..length).filter(|out| !out.is_empty())?;
        line.0[1].read(out).then_some(length)
    }
}

impl VerifySignature for Chip {
    fn algorithm(&self) -> i64 {
        algorithm::ED25519
    }

    fn key_id(&self) -> &[u8] {
        &THUMBPRINT
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let answer = || {
            let mut line = Line::open()?;
            line.ask(b"V")?;
            line.ask(&length(message).to_be_bytes())?;
            line.ask(message)?;
            line.ask(&length(signature).to_be_bytes())?;
            line.ask(signature)?;
            line.answer()
        };
        answer() == Some(1)
    }
}

/// The two pipes, for one question and its answer.
struct Line([File; 2]);

impl Line {
    fn open() -> Option<Self> {
        Some(Self([File::open(c"ask", Access::Write)?, File::open(c"answer", Access::Read)?]))
    }

    fn ask(&mut self, bytes: &[u8]) -> Option<()> {
        self.0[0].write(bytes).then_some(())
    }

    fn answer(&mut self) -> Option<u8> {
        let mut byte = [0];
        self.0[1].read(&mut byte).then_some(byte[0])
    }
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

/// The COSE Key Thumbprint (RFC 9679) of the chip's key.
const THUMBPRINT: [u8; 32] = [
    0xdd, 0x2f, 0xb4, 0xe1, 0x8b, 0x5e, 0x1c, 0xe3, 0x0c, 0x46, 0x33, 0xaa, 0xa5, 0xf6, 0x81, 0xda, 0x79, 0xc3, 0xb3, 0x29, 0x98,
    0xcc, 0x5a, 0xa2, 0x1b, 0x11, 0x49, 0xc3, 0x72, 0x31, 0xa6, 0xac,
];
