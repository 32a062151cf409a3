//! From words to a request: keys read, dates and identifiers understood, before work starts.

use std::path::Path;
use std::sync::Arc;

use suitpack_core::Profile;
use suitpack_core::crypto::VerifySignature as _;
use suitpack_crypto::Anchor;
use suitpack_package::{PayloadDir, Request};
use suitpack_upgradability::Date;
use uuid::Uuid;

use super::key::{algorithm_name, hex};
use crate::args::{CheckArgs, ProfileName, TrustArgs};
use crate::failure::{Code, Failure};
use crate::files::{anchors, decryption_key};
use crate::terminal::Terminal;

pub(super) fn request(trust: &TrustArgs, checks: &CheckArgs, terminal: &mut Terminal) -> Result<Request, Failure> {
    let mut request = Request::default();
    let believed = anchors(&trust.anchor, trust.access.allow_readable_key)?;
    for (path, key) in trust.anchor.iter().zip(&believed) {
        terminal.explain(&format!("anchor `{}`: {}, key id {}", path.display(), algorithm_name(key), hex(key.key_id())));
    }
    believe(&mut request, believed);
    for path in &trust.decryption_key {
        request.decryption.push(Arc::new(decryption_key(path, &trust.access)?));
    }
    request.profile = profile(trust.profile);
    request.max_window_log = trust.max_window;
    request.payload_dir = trust.payload_dir.as_deref().map(payload_dir).transpose()?;
    request.channel.clone_from(&checks.channel);
    request.class_id = checks.class_id.as_deref().map(|text| identifier("--class-id", text)).transpose()?;
    request.vendor_id = checks.vendor_id.as_deref().map(|text| identifier("--vendor-id", text)).transpose()?;
    request.min_sequence = checks.min_sequence;
    request.region = checks.region.as_deref().map(region).transpose()?;
    request.supported_on = checks.supported_on.as_deref().map(date).transpose()?;
    Ok(request)
}

/// A country or a part of one by its code in ISO 3166, or the European Union (UPG-19).
fn region(text: &str) -> Result<String, Failure> {
    let is_code = |text: &str| {
        let (country, part) = text.split_once('-').map_or((text, None), |(country, part)| (country, Some(part)));
        let country = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
        let letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        country && part.is_none_or(|part| matches!(part.len(), 1..=3) && letters(part))
    };
    if is_code(text) {
        return Ok(text.to_owned());
    }
    let failure = Failure::usage(format!("`{text}` after `--region` is no code of a region"));
    let upper = text.to_ascii_uppercase();
    Err(failure.hint(match is_code(&upper) {
        true => format!("write it `{upper}`"),
        false => String::from("it is `EU`, or a code of ISO 3166 such as `DE` or `DE-BY`"),
    }))
}

pub(super) fn believe(request: &mut Request, anchors: Vec<Anchor>) {
    for anchor in anchors {
        match anchor {
            Anchor::Public(key) => request.anchors.push(key),
            Anchor::Shared(key) => request.shared.push(key),
            _ => {}
        }
    }
}

pub(super) const fn profile(name: ProfileName) -> Profile {
    match name {
        ProfileName::Strict => Profile::Strict,
        ProfileName::Lenient => Profile::Lenient,
    }
}

pub(super) fn payload_dir(path: &Path) -> Result<PayloadDir, Failure> {
    if path.is_dir() {
        return Ok(PayloadDir::new(path.to_path_buf()));
    }
    Err(Failure::new(Code::IO, format!("the payload folder `{}` does not exist", path.display())))
}

fn identifier(option: &str, text: &str) -> Result<[u8; 16], Failure> {
    Uuid::parse_str(text).map(Uuid::into_bytes).map_err(|_| {
        Failure::usage(format!("`{text}` after `{option}` is not a UUID"))
            .hint("write it like 2f3b4a5c-0000-5000-8000-0123456789ab; `suitpack inspect` shows those of a package")
    })
}

fn date(text: &str) -> Result<Date, Failure> {
    Date::parse(text).ok_or_else(|| Failure::usage(format!("`{text}` is not a date")).hint("write it like 2027-01-31"))
}
