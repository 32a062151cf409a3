//! The promise in plain words.

mod words;

use core::fmt::{self, Write};

use suitpack_core::cbor::Reader;

use crate::date::Date;
use crate::schema::{Field, Kind, STATEMENT, Updatable};
use crate::statement::{Horizon, Statement, find};
use words::{pairs, quoted, until, words};

/// Writes one line for each thing a buyer asks: can it be updated, how, until when, at what cost, what comes after, how updates
/// are secured, whom to ask. What the maker does not state is said to be so, and so is what is not decided. The maker's own words
/// stand on one line and, unless they are plain, in quotes, with control characters and bidirectional marks escaped.
///
/// # Errors
/// Those of `out`.
pub fn describe(statement: &Statement<'_>, out: &mut impl Write) -> fmt::Result {
    if !statement.is_understood() {
        return writeln!(out, "has critical extensions that are not understood: see the manufacturer");
    }
    writeln!(out, "statement: no. {}, issued {}", statement.seq(), statement.issued())?;
    product(statement, out)?;
    capability(statement, out)?;
    components(statement, out)?;
    channels(statement, out)?;
    if statement.field(HORIZONS).is_none() {
        writeln!(out, "guaranteed until: {NOT_STATED}")?;
    }
    statement.horizons().try_for_each(|horizon| support(statement, &horizon, out))?;
    needed("how owners are told", statement, "notify", out)?;
    needed("after the end of support", statement, "after-end", out)?;
    needed("how updates are secured", statement, "security", out)?;
    line("this release", statement, "release", out)?;
    needed("contact", statement, "contact", out)?;
    line("claim", statement, "claims", out)?;
    line("bill of materials", statement, "sbom", out)?;
    line("change from the statement before", statement, "previous", out)?;
    line("in the maker's words", statement, "text", out)?;
    line("label", statement, "label", out)?;
    line("to be confirmed by", statement, "refresh-by", out)?;
    line("statement in force", statement, "statement-uri", out)
}

fn product(statement: &Statement<'_>, out: &mut impl Write) -> fmt::Result {
    let Some(product) = statement.field(PRODUCT) else { return Ok(()) };
    out.write_str("product:")?;
    for text in PRODUCT_NAMES.iter().filter_map(|key| find(product, *key)?.text().ok()) {
        out.write_char(' ')?;
        quoted(text, out)?;
    }
    out.write_char('\n')?;
    let Some(Field { kind: Kind::Map(fields), .. }) = field("product") else { return Ok(()) };
    if fields.iter().all(|field| PRODUCT_NAMES.contains(&field.key) || find(product, field.key).is_none()) {
        return Ok(());
    }
    out.write_str("product numbers: ")?;
    pairs(fields, product, &PRODUCT_NAMES, out)?;
    out.write_char('\n')
}

fn capability(statement: &Statement<'_>, out: &mut impl Write) -> fmt::Result {
    out.write_str(match statement.updatable() {
        Updatable::Yes => "security updates: yes",
        Updatable::No => "security updates: no, the product cannot be updated",
        Updatable::Partly => "security updates: for some components only",
    })?;
    if let (Some(value), Some(Field { kind: Kind::CodeOrMap(_, fields), .. })) = (statement.field(CAPABILITY), field("capability"))
        && fields.iter().any(|field| field.key != 0 && find(value, field.key).is_some())
    {
        out.write_str("; ")?;
        pairs(fields, value, &[0], out)?;
    }
    out.write_char('\n')
}

fn components(statement: &Statement<'_>, out: &mut impl Write) -> fmt::Result {
    each(statement.field(COMPONENTS), |component| {
        let updatable = find(component, 2).and_then(|mut value| value.uint().ok()).and_then(Updatable::from_code);
        out.write_str("component ")?;
        quoted(find(component, 0).and_then(|mut value| value.text().ok()).unwrap_or_default(), out)?;
        out.write_str(match updatable {
            Some(Updatable::Yes) => ": gets updates\n",
            Some(Updatable::Partly) => ": gets updates in part\n",
            _ => ": gets no updates\n",
        })
    })
}

fn channels(statement: &Statement<'_>, out: &mut impl Write) -> fmt::Result {
    let Some(Field { kind: Kind::List(Kind::Map(fields), _), .. }) = field("channels") else { return Err(fmt::Error) };
    if statement.field(CHANNELS).is_none() {
        return writeln!(out, "how: {NOT_STATED}");
    }
    each(statement.field(CHANNELS), |channel| {
        out.write_str("how: ")?;
        pairs(fields, channel, &[CHANNEL_SCOPE], out)?;
        if find(channel, CHANNEL_COST).is_none() {
            write!(out, "; cost: {NOT_STATED}")?;
        }
        scope(statement, find(channel, CHANNEL_SCOPE), out)?;
        out.write_char('\n')
    })
}

fn support(statement: &Statement<'_>, horizon: &Horizon<'_>, out: &mut impl Write) -> fmt::Result {
    out.write_str("guaranteed until: ")?;
    end_of_line(statement, horizon, horizon.guaranteed_until(), out)?;
    if let Some(end) = horizon.anticipated_end() {
        out.write_str("expected, not promised: ")?;
        end_of_line(statement, horizon, Some(end), out)?;
    }
    if let Some(months) = horizon.minimum_period() {
        write!(out, "minimum period: {months} months for each unit")?;
        place(statement, horizon, out)?;
        out.write_char('\n')?;
    }
    let Some(Field { kind: Kind::List(Kind::Map(fields), _), .. }) = field("horizons") else { return Err(fmt::Error) };
    if fields.iter().all(|field| HORIZON_SAID.contains(&field.key) || find(horizon.map(), field.key).is_none()) {
        return Ok(());
    }
    out.write_str("terms")?;
    place(statement, horizon, out)?;
    out.write_str(": ")?;
    pairs(fields, horizon.map(), &HORIZON_SAID, out)?;
    out.write_char('\n')
}

fn end_of_line(statement: &Statement<'_>, of: &Horizon<'_>, date: Option<Option<Date>>, out: &mut impl Write) -> fmt::Result {
    until(date, out)?;
    place(statement, of, out)?;
    out.write_char('\n')
}

/// Where a horizon holds and for what.
fn place(statement: &Statement<'_>, horizon: &Horizon<'_>, out: &mut impl Write) -> fmt::Result {
    for (at, region) in horizon.regions().enumerate() {
        match (at, region) {
            (0, "*") => out.write_str(" everywhere")?,
            (0, _) => out.write_str(" in ").and_then(|()| quoted(region, out))?,
            (_, "*") => out.write_str(", everywhere")?,
            (_, _) => out.write_str(", ").and_then(|()| quoted(region, out))?,
        }
    }
    scope(statement, find(horizon.map(), HORIZON_SCOPE), out)
}

/// The components that something is for, if it is not for the whole product.
fn scope(statement: &Statement<'_>, scope: Option<Reader<'_>>, out: &mut impl Write) -> fmt::Result {
    let mut first = true;
    each(scope, |mut index| {
        let index = index.uint().map_err(|_| fmt::Error)?;
        out.write_str(if first { ", only for component " } else { ", " })?;
        first = false;
        match usize::try_from(index).ok().and_then(|index| component_name(statement, index)) {
            Some(name) => quoted(name, out),
            None => write!(out, "no. {index}"),
        }
    })
}

fn component_name<'a>(statement: &Statement<'a>, index: usize) -> Option<&'a str> {
    let mut reader = statement.field(COMPONENTS)?;
    let count = usize::try_from(reader.array().ok()?).ok()?;
    if index >= count {
        return None;
    }
    (0..index).try_for_each(|_| reader.skip()).ok()?;
    find(reader, 0)?.text().ok()
}

/// One element, or that the maker is silent about it.
fn needed(title: &str, statement: &Statement<'_>, name: &str, out: &mut impl Write) -> fmt::Result {
    match field(name).and_then(|field| statement.field(field.key)) {
        None => writeln!(out, "{title}: {NOT_STATED}"),
        Some(_) => line(title, statement, name, out),
    }
}

/// One element in a line if it is there, or a list of maps in a line each.
fn line(title: &str, statement: &Statement<'_>, name: &str, out: &mut impl Write) -> fmt::Result {
    let Some(field) = field(name) else { return Err(fmt::Error) };
    let Some(mut value) = statement.field(field.key) else { return Ok(()) };
    if let Kind::List(Kind::Map(fields), _) = field.kind {
        return each(Some(value), |map| {
            write!(out, "{title}: ")?;
            pairs(fields, map, &[], out)?;
            out.write_char('\n')
        });
    }
    write!(out, "{title}: ")?;
    words(field, &mut value, out)?;
    out.write_char('\n')
}

/// The top field with this name.
fn field(name: &str) -> Option<&'static Field> {
    STATEMENT.iter().find(|field| field.name == name)
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

const NOT_STATED: &str = "not stated by the manufacturer";
const CAPABILITY: u64 = 3;
const CHANNELS: u64 = 4;
const CHANNEL_COST: u64 = 5;
const CHANNEL_SCOPE: u64 = 13;
const HORIZONS: u64 = 5;
const HORIZON_SCOPE: u64 = 9;
/// What the lines above the terms say: guaranteed, anticipated, minimum period, regions, scope.
const HORIZON_SAID: [u64; 5] = [2, 3, 4, 8, HORIZON_SCOPE];
const PRODUCT: u64 = 9;
/// Manufacturer, brand, model.
const PRODUCT_NAMES: [u64; 3] = [0, 8, 1];
const COMPONENTS: u64 = 19;
