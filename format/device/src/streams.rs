//! Bytes on their way into a component: fetched, copied, written, decrypted, decoded.

mod cipher;
mod counted;
mod sum;

use std::io::{self, Read, Write};

use suitpack_core::manifest::metadata::{Fields, FileType};
use suitpack_core::manifest::{Source as From, Transform};
use suitpack_core::report::Reason;
use suitpack_package::Cause;
use suitpack_processor::Parameters;
use suitpack_transform::{Bounds, DecodeError, WINDOW_LOG_MAX, decode};

use crate::failed::Trouble;
use crate::places::{Places, Target};
use crate::request::{Request, Source};
use crate::supply::{Payload, Supply};
use crate::watch::Watch;
use cipher::Cipher;
use counted::Counted;
pub(crate) use sum::{Sum, sha_256};

/// What streams take their bytes from, and who is told of them.
pub(crate) struct Streams<'s, 'd> {
    pub(crate) places: &'s mut Places<'d>,
    pub(crate) package: &'s mut dyn Source,
    pub(crate) request: &'s Request<'s>,
    pub(crate) watch: &'s mut dyn Watch,
    /// What the manifest calls what it brings.
    pub(crate) version: Option<Vec<i64>>,
}

impl Streams<'_, '_> {
    /// suit-directive-fetch. It does not decrypt (draft-ietf-suit-firmware-encryption §4). `signed` is how many bytes are wanted.
    // SUIT-65
    pub(crate) fn fetch(&mut self, at: usize, supply: &Supply, uri: &str, signed: Option<u64>) -> Result<(), Trouble> {
        supply.apart_from(at)?;
        let Self { places, package, request, watch, version } = self;
        let Payload { size, .. } = supply.open(uri, &mut **package, places, request.payloads)?;
        expect(size, signed)?;
        places.fill(at, size, version.clone(), |target, places| {
            let Payload { input, size } = supply.open(uri, &mut **package, places, request.payloads)?;
            let copied = copy(&mut Counted::new(input, Some(size), &mut **watch), target)?;
            expect(copied, Some(size))
        })?;
        Ok(())
    }

    /// suit-directive-copy: from another component, decrypted on the way if the target has encryption-info.
    pub(crate) fn copy(
        &mut self,
        at: usize,
        source: usize,
        parameters: &Parameters<'_>,
        signed: Option<u64>,
    ) -> Result<(), Trouble> {
        let size = self.places.read(source)?.left();
        let (judged, digest) = {
            let now = &self.places.seat(source)?.now;
            (now.judged, now.digest.clone())
        };
        let cipher = Cipher::of(parameters, self.request)?;
        if cipher.is_none() {
            expect(size, signed)?;
        }
        let Self { places, watch, version, .. } = self;
        let cap = signed.unwrap_or(size);
        let plain = cipher.is_none();
        let written = places.fill(at, cap, version.clone(), |target, places| {
            let input = Counted::new(places.read(source)?, Some(size), &mut **watch);
            match cipher {
                None => copy(&mut { input }, target).map(drop),
                Some(cipher) => cipher.run(input, size, |input, _| copy(input, target).map(drop)),
            }
        })?;
        expect(written, signed)?;
        // What was found right stays right when it is copied as it is.
        let now = &mut self.places.seat_mut(at)?.now;
        (now.judged, now.digest) = (plain && judged, digest.filter(|_| plain));
        Ok(())
    }

    /// suit-directive-write: what stands in the manifest, whatever size is signed beside it.
    pub(crate) fn write(&mut self, at: usize, content: &[u8], parameters: &Parameters<'_>) -> Result<(), Trouble> {
        let cipher = Cipher::of(parameters, self.request)?;
        let plain = cipher.is_none();
        let size = u64::try_from(content.len()).unwrap_or(u64::MAX);
        self.places.fill(at, size, self.version.clone(), |target, _| match cipher {
            None => target.write_all(content).map_err(|error| Trouble::io(&error)),
            Some(cipher) => cipher.run(content, size, |input, _| copy(input, target).map(drop)),
        })?;
        let now = &mut self.places.seat_mut(at)?.now;
        (now.judged, now.digest) = (plain, plain.then(|| sha_256(content)));
        Ok(())
    }

    /// suit-directive-transform (spec/transform.md §5).
    pub(crate) fn transform(
        &mut self,
        at: usize,
        supply: &Supply,
        source: Option<usize>,
        transform: &Transform<'_>,
        parameters: &Parameters<'_>,
    ) -> Result<(), Trouble> {
        let lacks = || Trouble::operation(Cause::Policy, "the transform lacks a parameter");
        let (image_size, uri) = (parameters.image_size.ok_or_else(lacks)?, parameters.uri.unwrap_or_default());
        let cipher = Cipher::of(parameters, self.request)?;
        let Self { places, package, request, watch, version } = self;
        let size = match transform.source {
            From::Uri => {
                supply.apart_from(at)?;
                supply.open(uri, &mut **package, places, request.payloads)?.size
            }
            From::Component => {
                // TRN-14: what can be read again is checked before a decoder sees a byte of it.
                let input = places.read(source.ok_or_else(lacks)?)?;
                let size = input.left();
                expect(size, Some(transform.input_size))?;
                Sum::over(input, &transform.input_digest)?;
                size
            }
        };
        expect(size, Some(transform.input_size))?;
        let window_log_max = request.max_window_log.unwrap_or(WINDOW_LOG_MAX);
        places.fill(at, image_size, version.clone(), |target, places| {
            let input: Box<dyn Read + '_> = match transform.source {
                From::Uri => supply.open(uri, &mut **package, places, request.payloads)?.input,
                From::Component => Box::new(places.read(source.ok_or_else(lacks)?)?),
            };
            let mut input = Sum::new(input, &transform.input_digest)?;
            let mut output = Counted::new(target, Some(image_size), &mut **watch);
            let mut run = |input: &mut dyn Read, size: u64| {
                let bounds = Bounds { input_size: size, image_size, window_log_max };
                decode(input, bounds, &mut output).map_err(|error| Trouble::io(&error))
            };
            let decoded = match cipher {
                None => run(&mut input, size),
                Some(cipher) => cipher.run(&mut input, size, run),
            };
            // TRN-16: an input that is not the signed one is what is wrong, whatever came of it.
            if !matches!(&decoded, Err(trouble) if trouble.cause == Cause::Io) {
                input.drain()?;
                input.holds()?;
            }
            match decoded?.image {
                Ok(_) => Ok(()),
                Err(error @ DecodeError::WindowTooLarge { .. }) => Err(Trouble::operation(Cause::Policy, error.to_string())),
                Err(error) => Err(Trouble::operation(Cause::NotBound, error.to_string())),
            }
        })?;
        Ok(())
    }
}

/// What is to be known of a component beside its bytes (draft-ietf-suit-update-management §4.6): places have no owners, rights or
/// times, and what cannot be kept is refused.
// SUIT-63
pub(crate) fn metadata(parameters: &Parameters<'_>) -> Result<(), Trouble> {
    let Some(metadata) = parameters.component_metadata else { return Ok(()) };
    let mut fields = metadata.fields();
    let kind = fields.file_type.take();
    if fields == Fields::default() && matches!(kind, None | Some(FileType::Regular)) {
        return Ok(());
    }
    let detail = "the device keeps no owners, rights or times of components, and they are to be set";
    Err(Trouble::new(Reason::ParameterUnsupported, Cause::Policy, detail))
}

/// Whether there are as many bytes as are signed.
fn expect(size: u64, signed: Option<u64>) -> Result<(), Trouble> {
    match signed {
        Some(signed) if signed != size => {
            Err(Trouble::operation(Cause::NotBound, format!("has {size} bytes where {signed} are wanted")))
        }
        _ => Ok(()),
    }
}

fn copy(input: &mut dyn Read, target: &mut Target<'_>) -> Result<u64, Trouble> {
    io::copy(&mut { input }, target).map_err(|error| Trouble::io(&error))
}
