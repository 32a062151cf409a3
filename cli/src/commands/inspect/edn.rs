//! The bytes of a package in diagnostic notation, its payloads left out.

use std::io::{Cursor, Read};

use suitpack_core::{cbor, limits};
use suitpack_package::{Package, ReadError};

use super::unreadable;
use crate::failure::Failure;
use crate::terminal::{Terminal, json};

pub(super) fn print(mut input: impl Read, name: &str, terminal: &mut Terminal) -> Result<(), Failure> {
    let mut start = Vec::new();
    let read = input.by_ref().take(START).read_to_end(&mut start);
    read.map_err(|error| unreadable(name, &ReadError::Io(error)))?;
    match notation(Cursor::new(&start).chain(input)) {
        Ok(text) => terminal.raw(&text),
        Err(error) => {
            let mut text = String::new();
            // Writing into memory cannot fail.
            let _ = cbor::diagnostic::write(&start, &mut text);
            terminal.raw(&format!("{text}\n"))?;
            Err(Failure { hint: None, ..unreadable(name, &error) })
        }
    }
}

fn notation(input: impl Read) -> Result<String, ReadError> {
    let mut package = Package::open(input)?;
    let mut text = String::new();
    // A map that goes on behind the head is left open.
    let _ = cbor::diagnostic::write(package.head(), &mut text);
    let (envelope, payloads) = package.parts()?;
    let (tagged, mut left) = (envelope.is_tagged(), payloads.left());
    let open = left > 0;
    while let Some((name, size)) = payloads.next_payload()? {
        let name = serde_json::Value::String(name).to_string();
        left = left.saturating_sub(1);
        text.push_str(&format!("{}: ... / {size} bytes /{}", json(&name), if left > 0 { ", " } else { "" }));
    }
    if open {
        text.push_str(if tagged { "})" } else { "}" });
    }
    text.push('\n');
    Ok(text)
}

/// The longest head, so that whatever is wrong with it is shown.
const START: u64 = limits::HEAD as u64;
