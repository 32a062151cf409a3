//! The tables of a description as they are written; nothing is understood yet.

use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub(super) device: Device,
    #[serde(default)]
    pub(super) component: Vec<Spanned<Component>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Device {
    pub(super) vendor: Option<Spanned<String>>,
    pub(super) vendor_id: Option<Spanned<String>>,
    pub(super) class: Option<Spanned<String>>,
    pub(super) class_id: Option<Spanned<String>>,
    pub(super) device_id: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) anchors: Vec<Spanned<Anchor>>,
    #[serde(default)]
    pub(super) decryption_keys: Vec<PathBuf>,
    pub(super) state: Spanned<Area>,
    pub(super) scratch: Option<Spanned<Area>>,
    pub(super) clock: Option<Spanned<Clock>>,
    pub(super) battery: Option<u64>,
    pub(super) authorized_priority: Option<i64>,
    #[serde(default)]
    pub(super) power: bool,
    #[serde(default)]
    pub(super) network: bool,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "must be a path, or a table with `file` and `components`, an array of ids")]
pub(super) enum Anchor {
    Path(PathBuf),
    Limited(Limited),
}

/// A key that may speak for some components only.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limited {
    pub(super) file: PathBuf,
    pub(super) components: Vec<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "must be \"system\", or a date with a time and an offset such as 2027-01-31T00:00:00Z")]
pub(super) enum Clock {
    Word(String),
    Time(Datetime),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Component {
    pub(super) id: Spanned<Vec<String>>,
    pub(super) layout: Spanned<Layout>,
    pub(super) version: Option<Spanned<String>>,
    pub(super) slot: Option<Spanned<Slot>>,
    pub(super) slots: Option<Spanned<Vec<Spanned<Slot>>>>,
    pub(super) staging: Option<Spanned<Area>>,
    pub(super) fallback: Option<Spanned<Slot>>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub(super) enum Layout {
    #[serde(rename = "a-b")]
    Alternate,
    #[serde(rename = "single")]
    Single,
    #[serde(rename = "fallback")]
    Fallback,
    #[serde(rename = "swap")]
    Swap,
    #[serde(rename = "working")]
    Working,
}

/// A range that may hold an image before anything is installed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Slot {
    pub(super) file: Option<Spanned<PathBuf>>,
    pub(super) device: Option<Spanned<PathBuf>>,
    #[serde(default)]
    pub(super) offset: u64,
    pub(super) size: Option<Spanned<u64>>,
    pub(super) content: Option<Spanned<u64>>,
}

/// A range that holds nothing of its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Area {
    pub(super) file: Option<Spanned<PathBuf>>,
    pub(super) device: Option<Spanned<PathBuf>>,
    #[serde(default)]
    pub(super) offset: u64,
    pub(super) size: Option<Spanned<u64>>,
}

impl From<Area> for Slot {
    fn from(area: Area) -> Self {
        let Area { file, device, offset, size } = area;
        Self { file, device, offset, size, content: None }
    }
}
