//! The recipe as a tree in which every value knows its path and its place, so that an error can say both.

use toml::de::{DeTable, DeValue};

use super::error::{Place, RecipeError};

/// A value of the recipe.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// The dotted path, as an override would spell it.
    pub(crate) path: String,
    pub(crate) place: Place,
    pub(crate) value: Value,
    /// What an override says, letter by letter: `1.0` may be meant as text.
    pub(crate) raw: Option<String>,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(String),
    Integer(i128),
    Float,
    Boolean(bool),
    /// Year, month, day as TOML writes them.
    Date(String),
    /// Seconds since 1970: a date with a time and an offset.
    Instant(i64),
    /// A date with a time and no offset, or a time: nothing in a recipe has one.
    Time,
    Array(Vec<Node>),
    Table(Vec<Entry>),
}

/// A key with its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) place: Place,
    pub(crate) node: Node,
}

/// Parses the text of a recipe; the result is a table.
pub(crate) fn parse(text: &str) -> Result<Node, RecipeError> {
    let lines = Lines::new(text);
    let table = DeTable::parse(text).map_err(|error| {
        let message = match error.message() {
            "duplicate key" => duplicate(text, error.span()),
            message => message.replace('\n', "; "),
        };
        RecipeError::new(lines.place(error.span().map_or(text.len(), |span| span.start)), message)
    })?;
    let value = Value::Table(entries(table.get_ref(), "", &lines)?);
    Ok(Node { path: String::new(), place: Place::File { line: 1, column: 1 }, value, raw: None })
}

/// Parses the value of an override: as TOML if it is some, else as text.
pub(crate) fn parse_value(raw: &str, path: &str) -> Node {
    let value = DeValue::parse(raw)
        .ok()
        .and_then(|value| convert(value.get_ref(), path, Place::Override, &Lines::new("")).ok())
        .unwrap_or_else(|| Value::Text(raw.to_owned()));
    let mut node = Node { path: path.to_owned(), place: Place::Override, value, raw: Some(raw.to_owned()) };
    node.overridden();
    node
}

/// Where a recipe says something: the dotted path of a key and its place.
#[derive(Clone, Debug)]
pub struct Spot {
    pub(crate) path: String,
    pub(crate) place: Place,
}

impl Spot {
    /// The dotted path of the key, as an override spells it.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.path
    }

    /// Line and column, counted from 1, columns in characters; none if an override says it.
    #[must_use]
    pub const fn position(&self) -> Option<(usize, usize)> {
        match self.place {
            Place::File { line, column } => Some((line, column)),
            Place::Override => None,
        }
    }
}

impl Node {
    pub(crate) fn spot(&self) -> Spot {
        Spot { path: self.path.clone(), place: self.place }
    }

    /// A string.
    pub(crate) fn text(&self) -> Result<&str, RecipeError> {
        match (&self.value, &self.raw) {
            (Value::Text(text), _) => Ok(text),
            (Value::Array(_) | Value::Table(_), _) | (_, None) => Err(self.wrong("a string")),
            (_, Some(raw)) => Ok(raw),
        }
    }

    pub(crate) fn uint(&self) -> Result<u64, RecipeError> {
        match self.value {
            Value::Integer(value) => {
                u64::try_from(value).map_err(|_| self.error("is out of range; it must be from 0 to 18446744073709551615"))
            }
            _ => Err(self.wrong("an integer")),
        }
    }

    pub(crate) fn int(&self) -> Result<i64, RecipeError> {
        match self.value {
            Value::Integer(value) => i64::try_from(value)
                .map_err(|_| self.error("is out of range; it must be from -9223372036854775808 to 9223372036854775807")),
            _ => Err(self.wrong("an integer")),
        }
    }

    pub(crate) fn boolean(&self) -> Result<bool, RecipeError> {
        match self.value {
            Value::Boolean(value) => Ok(value),
            _ => Err(self.wrong("true or false")),
        }
    }

    /// An array with at least one element.
    pub(crate) fn array(&self) -> Result<&[Self], RecipeError> {
        match self.elements()? {
            [] => Err(self.error("is empty; it needs at least one element")),
            nodes => Ok(nodes),
        }
    }

    /// An array that may be empty.
    pub(crate) fn elements(&self) -> Result<&[Self], RecipeError> {
        match &self.value {
            Value::Array(nodes) => Ok(nodes),
            _ => Err(self.wrong("an array")),
        }
    }

    pub(crate) fn table(&self) -> Result<&[Entry], RecipeError> {
        match &self.value {
            Value::Table(entries) => Ok(entries),
            _ => Err(self.wrong("a table")),
        }
    }

    /// The value as TOML on one line, for people.
    pub(crate) fn shown(&self) -> String {
        match (&self.value, &self.raw) {
            (Value::Text(text), _) => format!("{text:?}"),
            (Value::Integer(value), _) => value.to_string(),
            (Value::Boolean(value), _) => value.to_string(),
            (Value::Date(date), _) => date.clone(),
            (Value::Instant(seconds), _) => seconds.to_string(),
            (Value::Array(nodes), _) => format!("[{}]", nodes.iter().map(Self::shown).collect::<Vec<_>>().join(", ")),
            (Value::Table(entries), _) => {
                let entries: Vec<_> =
                    entries.iter().map(|entry| format!("{} = {}", below("", &entry.key), entry.node.shown())).collect();
                format!("{{ {} }}", entries.join(", "))
            }
            (Value::Float | Value::Time, raw) => raw.clone().unwrap_or_default(),
        }
    }

    /// An error about this value, whose message begins with the path.
    pub(crate) fn error(&self, message: &str) -> RecipeError {
        RecipeError::new(self.place, format!("`{}` {message}", self.path))
    }

    /// An error about the type of this value.
    pub(crate) fn wrong(&self, wanted: &str) -> RecipeError {
        self.error(&format!("must be {wanted}, not {}", self.value.kind()))
    }

    /// Marks everything inside as coming from an override.
    fn overridden(&mut self) {
        self.place = Place::Override;
        match &mut self.value {
            Value::Array(nodes) => nodes.iter_mut().for_each(Self::overridden),
            Value::Table(entries) => entries.iter_mut().for_each(|entry| {
                entry.place = Place::Override;
                entry.node.overridden();
            }),
            _ => {}
        }
    }
}

impl Value {
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a string",
            Self::Integer(_) => "an integer",
            Self::Float => "a number with a point",
            Self::Boolean(_) => "a boolean",
            Self::Date(_) => "a date",
            Self::Instant(_) => "a date with a time",
            Self::Time => "a time",
            Self::Array(_) => "an array",
            Self::Table(_) => "a table",
        }
    }
}

/// The path of `key` below `path`, quoted where TOML needs it.
pub(crate) fn below(path: &str, key: &str) -> String {
    let bare = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let key = if bare { key.to_owned() } else { format!("{key:?}") };
    if path.is_empty() { key } else { format!("{path}.{key}") }
}

fn entries(table: &DeTable<'_>, path: &str, lines: &Lines<'_>) -> Result<Vec<Entry>, RecipeError> {
    let mut spans: Vec<_> = table.iter().collect();
    // The first fault in the file is the one to report.
    spans.sort_by_key(|(key, _)| key.span().start);
    spans
        .into_iter()
        .map(|(key, value)| {
            let path = below(path, key.get_ref());
            // A table written under its own header has the header's place.
            let place = lines.place(match value.get_ref() {
                DeValue::Table(_) => key.span().start,
                _ => value.span().start,
            });
            let value = convert(value.get_ref(), &path, place, lines)?;
            let node = Node { path, place, value, raw: None };
            Ok(Entry { key: key.get_ref().to_string(), place: lines.place(key.span().start), node })
        })
        .collect()
}

fn convert(value: &DeValue<'_>, path: &str, place: Place, lines: &Lines<'_>) -> Result<Value, RecipeError> {
    Ok(match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(integer) => Value::Integer(
            i128::from_str_radix(integer.as_str(), integer.radix())
                .map_err(|_| RecipeError::new(place, format!("`{path}` is out of range")))?,
        ),
        DeValue::Float(_) => Value::Float,
        DeValue::Boolean(value) => Value::Boolean(*value),
        DeValue::Datetime(datetime) => match (datetime.date, datetime.time, datetime.offset) {
            (Some(date), None, None) => Value::Date(format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)),
            (Some(date), Some(time), Some(offset)) => {
                let time = (time.hour, time.minute, time.second.unwrap_or(0));
                instant((date.year, date.month, date.day), time, &offset.to_string()).map_or(Value::Time, Value::Instant)
            }
            _ => Value::Time,
        },
        DeValue::Array(array) => {
            let nodes = array.iter().enumerate().map(|(index, element)| {
                let path = below(path, &index.to_string());
                let place = lines.place(element.span().start);
                let value = convert(element.get_ref(), &path, place, lines)?;
                Ok(Node { path, place, value, raw: None })
            });
            Value::Array(nodes.collect::<Result<_, RecipeError>>()?)
        }
        DeValue::Table(table) => Value::Table(entries(table, path, lines)?),
    })
}

/// Seconds since 1970; fractions of one are cut off. The offset is `Z`, or hours and minutes such as `+01:00`.
fn instant(date: (u16, u8, u8), time: (u8, u8, u8), offset: &str) -> Option<i64> {
    let days = suitpack_upgradability::Date::from_calendar(date.0, date.1, date.2)?.days();
    let minutes = match offset.split_at_checked(1)? {
        ("Z" | "z", _) => 0,
        (sign, rest) => {
            let (hours, minutes) = rest.split_once(':')?;
            let minutes = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
            if sign == "-" { -minutes } else { minutes }
        }
    };
    let seconds = i64::from(time.0) * 3600 + i64::from(time.1) * 60 + i64::from(time.2);
    Some(i64::from(days) * 86_400 + seconds - minutes * 60)
}

/// Names the key that stands twice.
fn duplicate(text: &str, span: Option<core::ops::Range<usize>>) -> String {
    let key = span.and_then(|span| text.get(span)).unwrap_or_default();
    format!("key `{}` appears twice", key.trim_matches(['"', '\'']))
}

/// Finds lines and columns.
///
/// Every value asks for its place, so what comes before is counted once and not for each.
struct Lines<'t> {
    text: &'t str,
    /// Where each line starts.
    starts: Vec<usize>,
    /// Characters before every `STRIDE` bytes.
    characters: Vec<usize>,
}

/// Bytes that are counted anew for a place.
const STRIDE: usize = 256;

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        let starts = core::iter::once(0).chain(text.match_indices('\n').map(|(newline, _)| newline + 1)).collect();
        let counts = text.as_bytes().chunks(STRIDE).scan(0, |count, chunk| {
            let before = *count;
            *count += characters(chunk);
            Some(before)
        });
        Self { text, starts, characters: counts.collect() }
    }

    fn place(&self, offset: usize) -> Place {
        let offset = offset.min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|line| self.starts.get(line)).copied().unwrap_or_default();
        Place::File { line, column: self.before(offset) - self.before(start) + 1 }
    }

    /// Characters before an offset.
    fn before(&self, offset: usize) -> usize {
        let stride = offset / STRIDE;
        let counted = self.characters.get(stride).copied();
        let (counted, from) =
            counted.map_or_else(|| (characters(self.text.as_bytes()), offset), |counted| (counted, stride * STRIDE));
        counted + characters(self.text.as_bytes().get(from..offset).unwrap_or_default())
    }
}

/// Characters that begin in these bytes of UTF-8.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}
