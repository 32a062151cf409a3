use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Place, Summed};

/// What is in a component.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holding {
    /// The index of the active slot.
    pub active: usize,
    /// Its version, if the manifest that brought it names one.
    pub version: Option<Vec<i64>>,
    /// Of the envelope of a dependency the SHA-256 of all its bytes, in hexadecimal; the digest that is signed is of its manifest only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub envelope: Option<String>,
    /// The version of the image that is fallen back to, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Vec<i64>>,
    /// The manifest that wrote it last, as it is named in the state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The dependencies, as they are named in the state, that brought it or validated it, run by somebody who may speak for it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub needed: BTreeSet<String>,
    /// What has to be true of a manifest without a name that is to write it.
    #[serde(default, skip_serializing_if = "Floors::is_none")]
    pub floors: Floors,
}

/// What was in a component before something was decided that is not done yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Before {
    /// Where.
    pub place: Place,
    /// Its bytes.
    pub content: Summed,
    /// Its version, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Vec<i64>>,
    /// As in [`Holding`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub envelope: Option<String>,
    /// As in [`Holding`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// Floors by who signed: however high one is, it does not shut the others out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Floors {
    /// For those who may speak for everything.
    #[serde(default, skip_serializing_if = "Floor::is_none")]
    pub all: Floor,
    /// For those who may speak for some components only.
    #[serde(default, skip_serializing_if = "Floor::is_none")]
    pub some: Floor,
}

/// What a component has seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Floor {
    /// The highest sequence number of manifests without a name that wrote it.
    pub number: u64,
    /// Whether one with a name did, since it was given up last.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub named: bool,
}

impl Floors {
    pub(crate) fn raise(&mut self, other: &Self) {
        self.all.raise(other.all);
        self.some.raise(other.some);
    }

    /// The component was given up: its numbers stay.
    pub(crate) const fn give_up(&mut self) {
        (self.all.named, self.some.named) = (false, false);
    }

    const fn is_none(&self) -> bool {
        self.all.is_none() && self.some.is_none()
    }
}

impl Floor {
    pub(crate) fn raise(&mut self, other: Self) {
        *self = Self { number: self.number.max(other.number), named: self.named || other.named };
    }

    const fn is_none(&self) -> bool {
        self.number == 0 && !self.named
    }
}
