//! Single values: identifiers, versions, times.

use suitpack_core::limits;
use toml::Spanned;
use toml::value::Offset;
use uuid::Uuid;

use super::error::Fault;
use super::{Clock, Identity, shape};

/// Who the device is: written out, or derived from names as recipes do it.
pub(super) fn identity(device: &shape::Device) -> Result<Identity, Fault> {
    // draft-ietf-suit-manifest §8.4.8.2: the vendor's UUID is the namespace of its classes.
    let vendor = one_of(("vendor", &device.vendor), &device.vendor_id, |name| {
        let label = |label: &str| {
            let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-') && label.bytes().all(plain)
        };
        if name.get_ref().len() <= 253 && name.get_ref().contains('.') && name.get_ref().split('.').all(label) {
            return Ok(Uuid::new_v5(&Uuid::NAMESPACE_DNS, name.get_ref().as_bytes()));
        }
        Err(Fault::of(name.span().start, "is not a domain name in lower case")
            .suggest("write it like `example.com`, or give `vendor-id`"))
    })?;
    let class = one_of(("class", &device.class), &device.class_id, |name| {
        let namespace = vendor.as_deref().and_then(|bytes| Uuid::from_slice(bytes).ok());
        match namespace {
            Some(namespace) if !name.get_ref().is_empty() => Ok(Uuid::new_v5(&namespace, name.get_ref().as_bytes())),
            Some(_) => Err(Fault::of(name.span().start, "is empty")),
            None => Err(Fault::new(name.span().start, "`class` is derived from the vendor, which is not given")
                .suggest("give `vendor`, or write `class-id`")),
        }
    })?;
    Ok(Identity { vendor, class, device: device.device_id.as_ref().map(identifier).transpose()? })
}

type Text = Option<Spanned<String>>;

fn one_of(
    (key, name): (&str, &Text),
    id: &Text,
    derive: impl FnOnce(&Spanned<String>) -> Result<Uuid, Fault>,
) -> Result<Option<Vec<u8>>, Fault> {
    match (name, id) {
        (Some(_), Some(id)) => Err(Fault::new(id.span().start, format!("`{key}` and `{key}-id` are both given"))
            .suggest(format!("keep one; `{key}` is the name the UUID is derived from"))),
        (Some(name), None) => derive(name).map(|uuid| Some(uuid.as_bytes().to_vec())),
        (None, Some(id)) => identifier(id).map(Some),
        (None, None) => Ok(None),
    }
}

/// A UUID, or 16 bytes in hexadecimal that are none.
fn identifier(text: &Spanned<String>) -> Result<Vec<u8>, Fault> {
    let at = text.span().start;
    match text.get_ref().strip_prefix("hex:") {
        Some(digits) => hex(digits)
            .filter(|bytes| bytes.len() == 16)
            .ok_or_else(|| Fault::of(at, "is not 16 bytes in hex").suggest("write two digits for each byte: `hex:00ff…`")),
        None => Uuid::try_parse(text.get_ref())
            .map(|uuid| uuid.as_bytes().to_vec())
            .map_err(|_| Fault::of(at, "is not a UUID").suggest("write it like `fa6b4a53-d5ad-5fdf-be9d-e663e4d41ffe`")),
    }
}

/// The segments of a component identifier.
pub(super) fn id(segments: &Spanned<Vec<String>>) -> Result<Vec<Vec<u8>>, Fault> {
    let fault = |message: String| Fault::of(segments.span().start, message);
    let segment = |text: &String| match text.strip_prefix("hex:") {
        Some(digits) => {
            hex(digits).ok_or_else(|| fault(format!("has `{text}`, which is not hex")).suggest("write two digits for each byte"))
        }
        None if text.is_empty() => {
            Err(fault(String::from("has an empty segment")).suggest("a segment without bytes is written `hex:`"))
        }
        None => Ok(text.as_bytes().to_vec()),
    };
    let id: Vec<_> = segments.get_ref().iter().map(segment).collect::<Result<_, _>>()?;
    match id.len() {
        0 => Err(fault(String::from("is empty; an id has at least one segment"))),
        length if length > limits::COMPONENT_SEGMENTS => {
            Err(fault(format!("has more than {} segments", limits::COMPONENT_SEGMENTS)))
        }
        _ if id.iter().map(Vec::len).sum::<usize>() > limits::COMPONENT_BYTES => {
            Err(fault(format!("has more than {} bytes", limits::COMPONENT_BYTES)))
        }
        _ => Ok(id),
    }
}

fn hex(digits: &str) -> Option<Vec<u8>> {
    let pair = |pair: &[u8]| {
        let plain = pair.len() == 2 && pair.iter().all(u8::is_ascii_hexdigit);
        plain.then(|| u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok())?
    };
    digits.as_bytes().chunks(2).map(pair).collect()
}

/// The integers of a version (draft-ietf-suit-update-management §4.4.1), written as in a recipe.
pub(super) fn version(text: &Spanned<String>) -> Result<Vec<i64>, Fault> {
    let fault = || {
        Fault::of(text.span().start, "is not a version")
            .suggest("write numbers and points, then `-alpha`, `-beta` or `-rc` if it is one: `1.2.3-rc.1`")
    };
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<i64>().ok()).flatten().ok_or_else(fault)
    };
    let (release, pre) =
        text.get_ref().split_once('-').map_or((text.get_ref().as_str(), None), |(release, pre)| (release, Some(pre)));
    let mut numbers = release.split('.').map(number).collect::<Result<Vec<_>, _>>()?;
    if let Some(pre) = pre {
        let kinds = [("alpha", -3), ("beta", -2), ("rc", -1)];
        let found = kinds.iter().find_map(|(name, kind)| Some((*kind, pre.strip_prefix(name)?)));
        let (kind, rest) = found.ok_or_else(fault)?;
        numbers.push(kind);
        if !rest.is_empty() {
            for part in rest.strip_prefix('.').unwrap_or(rest).split('.') {
                numbers.push(number(part)?);
            }
        }
    }
    let most = usize::try_from(limits::VERSION).unwrap_or(usize::MAX);
    if numbers.len() > most { Err(fault()) } else { Ok(numbers) }
}

/// The host's time, or always the same.
pub(super) fn clock(clock: Spanned<shape::Clock>) -> Result<Clock, Fault> {
    let at = clock.span().start;
    let otherwise = "write \"system\", or a date with a time and an offset such as 2027-01-31T00:00:00Z";
    match clock.into_inner() {
        shape::Clock::Word(word) if word == "system" => Ok(Clock::System),
        shape::Clock::Word(word) => Err(Fault::new(at, format!("unknown word `{word}`")).suggest(otherwise)),
        shape::Clock::Time(time) => match (time.date, time.time, time.offset) {
            (Some(date), Some(time), Some(offset)) => {
                let minutes = match offset {
                    Offset::Z => 0,
                    Offset::Custom { minutes } => i64::from(minutes),
                };
                let days = days(i64::from(date.year), i64::from(date.month), i64::from(date.day));
                let clock = i64::from(time.hour) * 3600 + i64::from(time.minute) * 60 + i64::from(time.second.unwrap_or(0));
                let seconds = u64::try_from(days * 86_400 + clock - minutes * 60);
                seconds.map(Clock::Fixed).map_err(|_| Fault::of(at, "is before 1970"))
            }
            _ => Err(Fault::of(at, "has no time or no offset").suggest(otherwise)),
        },
    }
}

/// Days since 1970-01-01 in the Gregorian calendar. March begins the year, so that the day that may be missing is its last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    // The months from March on have 31, 30, 31, 30, 31 days, and again.
    year * 365 + leaps + (month * 153 + 2) / 5 + day - 1 - EPOCH
}

/// Days from the first of March in the year 0 to 1970-01-01.
const EPOCH: i64 = 719_468;

/// The word for a layout.
pub(super) const fn word(layout: shape::Layout) -> &'static str {
    match layout {
        shape::Layout::Alternate => "a-b",
        shape::Layout::Single => "single",
        shape::Layout::Fallback => "fallback",
        shape::Layout::Swap => "swap",
        shape::Layout::Working => "working",
    }
}

/// The candidate a misspelt word was probably meant to be.
pub(super) fn nearest<'c>(word: &str, candidates: &[&'c str]) -> Option<&'c str> {
    let word = word.to_lowercase().replace('_', "-");
    let distance = |candidate: &&'c str| (strsim::damerau_levenshtein(&word, candidate), *candidate);
    let close = |(distance, candidate): &(usize, &str)| *distance <= (candidate.len() / 3).clamp(1, 3);
    candidates.iter().map(distance).filter(close).min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}
