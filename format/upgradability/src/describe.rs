//! The promise in plain words.

use core::fmt::{self, Write};

use suitpack_core::cbor::{Kind as Item, Reader};

use crate::date::Date;
use crate::schema::{Codes, Field, Kind, STATEMENT, Updatable};
use crate::statement::{Horizon, Statement, date_or_unknown, field, find};

/// Writes one line for each thing a buyer asks: can it be updated, how, until when, at what cost, what comes after. What the maker
/// does not state is said to be so. Texts of the maker are written as they are: the caller sanitises the output.
///
/// # Errors
/// Those of `out`.
pub fn describe(statement: &Statement<'_>, out: &mut impl Write) -> fmt::Result {
    if !statement.is_understood() {
        return writeln!(out, "has critical extensions that are not understood: see the manufacturer");
    }
    writeln!(out, "statement: no. {}, issued {}", statement.seq(), statement.issued())?;
    if let Some(product) = statement.field(9) {
        write!(out, "product:")?;
        for key in [0, 8, 1] {
            if let Some(text) = find(product, key).and_then(|mut value| value.text().ok()) {
                write!(out, " {text}")?;
            }
        }
        writeln!(out)?;
    }
    writeln!(
        out,
        "security updates: {}",
        match statement.updatable() {
            Updatable::Yes => "yes",
            Updatable::No => "no, the product cannot be updated",
            Updatable::Partly => "for some components only",
        }
    )?;
    components(statement, out)?;
    channels(statement, out)?;
    horizons(statement, out)?;
    after_end(statement, out)?;
    if statement.field(8).is_none() {
        writeln!(out, "how updates are secured: not stated by the manufacturer")?;
    } else {
        line("how updates are secured", statement, 8, out)?;
    }
    line("this release", statement, 10, out)?;
    line("contact", statement, 11, out)?;
    line("change from the statement before", statement, 13, out)?;
    line("to be confirmed by", statement, 17, out)?;
    match statement.statement_uri() {
        Some(uri) => writeln!(out, "statement in force: {uri}"),
        None => Ok(()),
    }
}

fn components(statement: &Statement<'_>, out: &mut impl Write) -> fmt::Result {
    each(statement.field(19), |component| {
        let name = find(component, 0).and_then(|mut value| value.text().ok()).unwrap_or_default();
        let updatable = find(component, 2).and_then(|mut value| value.uint().ok()).and_then(Updatable::from_code);
        let word = match updatable {
            Some(Updatable::Yes) => "gets updates",
            Some(Updatable::Partly) => "gets updates in part",
            _ => "gets no updates",
        };
        writeln!(out, "component {name}: {word}")
    })
}

fn channels(statement: &Statement<'_>, out: &mut impl Write) -> fmt::Result {
    let Some(fields) = inner("channels") else { return Err(fmt::Error) };
    if statement.field(4).is_none() {
        return writeln!(out, "how: not stated by the manufacturer");
    }
    each(statement.field(4), |channel| {
        write!(out, "how: ")?;
        pairs(fields, channel, out)?;
        let said = |key| find(channel, key).is_some();
        if !said(5) {
            write!(out, "; cost: not stated by the manufacturer")?;
        }
        writeln!(out)
    })
}

fn horizons(statement: &Statement<'_>, out: &mut impl Write) -> fmt::Result {
    if statement.field(5).is_none() {
        return writeln!(out, "guaranteed until: not stated by the manufacturer");
    }
    for horizon in statement.horizons() {
        write!(out, "guaranteed until: ")?;
        until(horizon.guaranteed_until(), out)?;
        place(&horizon, out)?;
        writeln!(out)?;
        if let Some(end) = horizon.anticipated_end() {
            write!(out, "expected, not promised: ")?;
            until(Some(end), out)?;
            place(&horizon, out)?;
            writeln!(out)?;
        }
        if let Some(months) = horizon.minimum_period() {
            write!(out, "minimum period: {months} months for each unit")?;
            place(&horizon, out)?;
            writeln!(out)?;
        }
    }
    Ok(())
}

fn until(date: Option<Option<Date>>, out: &mut impl Write) -> fmt::Result {
    match date {
        None => write!(out, "not stated by the manufacturer"),
        Some(None) => write!(out, "not decided yet"),
        Some(Some(date)) => write!(out, "{date}"),
    }
}

fn place(horizon: &Horizon<'_>, out: &mut impl Write) -> fmt::Result {
    let mut regions = horizon.regions();
    if let Some(first) = regions.next() {
        write!(out, " in {first}")?;
        regions.try_for_each(|region| write!(out, ", {region}"))?;
    }
    if horizon.has_scope() { write!(out, ", for some components") } else { Ok(()) }
}

fn after_end(statement: &Statement<'_>, out: &mut impl Write) -> fmt::Result {
    match statement.field(7) {
        None => writeln!(out, "after the end of support: not stated by the manufacturer"),
        Some(_) => line("after the end of support", statement, 7, out),
    }
}

/// One element in a line, if it is there.
fn line(title: &str, statement: &Statement<'_>, key: u64, out: &mut impl Write) -> fmt::Result {
    let field = STATEMENT.iter().find(|field| field.key == key);
    let (Some(mut value), Some(field)) = (statement.field(key), field) else { return Ok(()) };
    write!(out, "{title}: ")?;
    words(&field.kind, &mut value, out)?;
    writeln!(out)
}

/// The entries of a map as words.
fn pairs(fields: &'static [Field], map: Reader<'_>, out: &mut impl Write) -> fmt::Result {
    let mut first = true;
    for field in fields {
        let Some(mut value) = find(map, field.key) else { continue };
        if !first {
            write!(out, "; ")?;
        }
        first = false;
        field.name.split('-').enumerate().try_for_each(|(at, word)| {
            if at > 0 {
                out.write_char(' ')?;
            }
            out.write_str(word)
        })?;
        out.write_str(": ")?;
        words(&field.kind, &mut value, out)?;
    }
    Ok(())
}

fn words(kind: &Kind, reader: &mut Reader<'_>, out: &mut impl Write) -> fmt::Result {
    let next = reader.peek().map_err(|_| fmt::Error)?;
    match kind {
        Kind::DateOrUnknown => {
            let date = date_or_unknown(*reader);
            reader.skip().map_err(|_| fmt::Error)?;
            until(date, out)
        }
        Kind::UintOrNull if next == Item::Null => {
            reader.null().map_err(|_| fmt::Error)?;
            write!(out, "unlimited")
        }
        Kind::Date => write!(out, "{}", Date::read(reader).map_err(|_| fmt::Error)?),
        Kind::Bool => write!(out, "{}", if reader.bool().map_err(|_| fmt::Error)? { "yes" } else { "no" }),
        Kind::Text(..) | Kind::Uri => write!(out, "{}", reader.text().map_err(|_| fmt::Error)?),
        Kind::CodeOrMap(_, fields) | Kind::Map(fields) if next == Item::Map => {
            let map = *reader;
            reader.skip().map_err(|_| fmt::Error)?;
            pairs(fields, map, out)
        }
        Kind::Code(codes) | Kind::CodeOrMap(codes, _) => code(codes, reader.uint().map_err(|_| fmt::Error)?, out),
        Kind::Bits(names) => {
            let bits = reader.uint().map_err(|_| fmt::Error)?;
            let mut first = true;
            for (at, name) in names.iter().enumerate() {
                let bit = u32::try_from(at).ok().and_then(|at| 1_u64.checked_shl(at)).unwrap_or(0);
                if bits & bit != 0 {
                    write!(out, "{}{name}", if first { "" } else { ", " })?;
                    first = false;
                }
            }
            Ok(())
        }
        Kind::List(of, _) => {
            let count = reader.array().map_err(|_| fmt::Error)?;
            (0..count).try_for_each(|at| {
                if at > 0 {
                    write!(out, ", ")?;
                }
                words(of, reader, out)
            })
        }
        Kind::Tuple(fields) => {
            let count = usize::try_from(reader.array().map_err(|_| fmt::Error)?).map_err(|_| fmt::Error)?;
            fields.iter().take(count).enumerate().try_for_each(|(at, field)| {
                if at > 0 {
                    write!(out, " ")?;
                }
                words(&field.kind, reader, out)
            })
        }
        Kind::Vulnerability if next == Item::Array => {
            reader.array().map_err(|_| fmt::Error)?;
            let (year, serial) = (reader.uint().map_err(|_| fmt::Error)?, reader.uint().map_err(|_| fmt::Error)?);
            write!(out, "CVE-{year}-{serial:04}")
        }
        Kind::Uint | Kind::UintOrNull => write!(out, "{}", reader.uint().map_err(|_| fmt::Error)?),
        _ => {
            let item = reader.item().map_err(|_| fmt::Error)?;
            suitpack_core::cbor::diagnostic::write(item, out)
        }
    }
}

fn code(codes: &Codes, code: u64, out: &mut impl Write) -> fmt::Result {
    match codes.name(code) {
        Some(name) => out.write_str(name),
        None => write!(out, "other (code {code})"),
    }
}

/// The fields of the maps in a list of the statement.
fn inner(name: &str) -> Option<&'static [Field]> {
    match field(STATEMENT, name)?.kind {
        Kind::List(Kind::Map(fields), _) => Some(fields),
        _ => None,
    }
}

fn each<'a>(list: Option<Reader<'a>>, mut show: impl FnMut(Reader<'a>) -> fmt::Result) -> fmt::Result {
    let Some(mut reader) = list else { return Ok(()) };
    let count = reader.array().map_err(|_| fmt::Error)?;
    (0..count).try_for_each(|_| {
        let item = reader;
        reader.skip().map_err(|_| fmt::Error)?;
        show(item)
    })
}
