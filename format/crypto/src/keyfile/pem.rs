use std::string::ToString as _;
use std::vec::Vec;

use pkcs8::der::pem::{Decoder, Error};
use zeroize::Zeroizing;

use super::error::KeyError;

/// A PEM block: its label and what was in it.
pub(super) struct Block<'f> {
    pub(super) label: &'f str,
    pub(super) der: Zeroizing<Vec<u8>>,
}

/// Finds the one key among the PEM blocks of a file; `None` if there are no blocks at all.
///
/// `openssl ecparam -genkey` puts the curve before the key in a block of its own, which says nothing that the key does not.
pub(super) fn block(file: &[u8]) -> Result<Option<Block<'_>>, KeyError> {
    let mut found = None;
    let mut seen = false;
    let mut rest = file;
    while let Some(start) = position(rest, BEGIN) {
        seen = true;
        let (_, from) = rest.split_at(start);
        let (one, after) = cut(from).ok_or(KeyError::Malformed("PEM"))?;
        rest = after;
        if one.starts_with(PARAMETERS) {
            continue;
        }
        if found.replace(one).is_some() {
            return Err(KeyError::SeveralKeys);
        }
    }
    match found {
        Some(one) => decode(one).map(Some),
        None if seen => Err(KeyError::NotAKeyFile),
        None => Ok(None),
    }
}

fn decode(one: &[u8]) -> Result<Block<'_>, KeyError> {
    let refused = |error| match error {
        Error::HeaderDisallowed => KeyError::UnsupportedForm("PEM with headers".to_string()),
        _ => KeyError::Malformed("PEM"),
    };
    // RFC 1421 headers (`Proc-Type: 4,ENCRYPTED`) are older than PKCS#8; base64 has no colon.
    if one.contains(&b':') {
        return Err(refused(Error::HeaderDisallowed));
    }
    let mut decoder = Decoder::new_detect_wrap(one).map_err(refused)?;
    let mut der = Zeroizing::new(Vec::with_capacity(one.len()));
    decoder.decode_to_end(&mut der).map_err(refused)?;
    Ok(Block { label: decoder.type_label(), der })
}

/// Cuts a block off the start: up to the end of the line that begins with `-----END `.
fn cut(from: &[u8]) -> Option<(&[u8], &[u8])> {
    let (_, after_begin) = from.split_at_checked(BEGIN.len())?;
    let end = position(after_begin, END)?.checked_add(END.len())?;
    let (_, label) = after_begin.split_at_checked(end)?;
    let end = end.checked_add(position(label, DASHES)?)?.checked_add(DASHES.len())?;
    from.split_at_checked(end.checked_add(BEGIN.len())?)
}

fn position(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";
const PARAMETERS: &[u8] = b"-----BEGIN EC PARAMETERS-----";
