//! What the promise says about a day, a region, a channel.

use crate::date::Date;
use crate::floor::Floor;
use crate::schema::Updatable;
use crate::statement::{Horizon, Statement};

/// Until when support is guaranteed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guarantee {
    /// Until the end of this day.
    Until(Date),
    /// It cannot be told.
    Unclear(Unclear),
}

/// Why it cannot be told until when support is guaranteed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unclear {
    /// The maker says it is not decided.
    NotDecided,
    /// Nothing is said of it, or not for this region.
    NotStated,
    /// Only a period is given that counts from a day of each unit.
    PeriodOnly,
    /// The statement has critical extensions that this version does not know.
    NotUnderstood,
    /// The product cannot be updated; what support means then is not said by a date.
    NotUpdatable,
}

impl core::fmt::Display for Unclear {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::NotDecided => "the maker says that the end of support is not decided yet",
            Self::NotStated => "the maker states no end of support",
            Self::PeriodOnly => "the maker states only a minimum period, which counts from a day of each unit",
            Self::NotUnderstood => "the statement has critical extensions that are not understood",
            Self::NotUpdatable => "the product cannot be updated",
        })
    }
}

/// Whether support is guaranteed on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// It is, until this day.
    Guaranteed(Date),
    /// It ended on this day.
    Ended(Date),
    /// It cannot be told.
    Unclear(Unclear),
}

/// Whether a channel has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelAnswer {
    /// One has exactly this name.
    Present,
    /// Channels have names, and none has this one.
    Another,
    /// No channel has a name.
    Nameless,
}

impl Guarantee {
    /// What it says of a day.
    #[must_use]
    pub fn on(self, day: Date) -> Support {
        match self {
            Self::Until(end) if day <= end => Support::Guaranteed(end),
            Self::Until(end) => Support::Ended(end),
            Self::Unclear(why) => Support::Unclear(why),
        }
    }
}

impl Floor {
    /// Until when support is guaranteed in every region.
    #[must_use]
    pub fn guarantee(&self) -> Guarantee {
        match self.guaranteed_until {
            Some(date) => Guarantee::Until(date),
            None if self.updatable == Updatable::No => Guarantee::Unclear(Unclear::NotUpdatable),
            None => Guarantee::Unclear(Unclear::NotStated),
        }
    }
}

impl Statement<'_> {
    /// Until when support is guaranteed in a region: of the horizons without scope those that name it most closely count (the
    /// subdivision, the country, the European Union, everywhere), and of several the earliest.
    #[must_use]
    pub fn guaranteed_in(&self, region: &str) -> Guarantee {
        if !self.is_understood() {
            return Guarantee::Unclear(Unclear::NotUnderstood);
        }
        let closest = self.whole().map(|horizon| closeness(&horizon, region)).max().unwrap_or(0);
        if closest == 0 {
            return Guarantee::Unclear(Unclear::NotStated);
        }
        earliest(self.whole().filter(|horizon| closeness(horizon, region) == closest))
    }

    /// Until when support is guaranteed in every region that the maker names.
    #[must_use]
    pub fn guaranteed_everywhere(&self) -> Guarantee {
        if !self.is_understood() {
            return Guarantee::Unclear(Unclear::NotUnderstood);
        }
        earliest(self.whole())
    }

    /// Whether a delivery channel has exactly this name.
    #[must_use]
    pub fn channel_named(&self, name: &str) -> ChannelAnswer {
        let mut answer = ChannelAnswer::Nameless;
        for known in self.channels().filter_map(|channel| channel.name()) {
            if known == name {
                return ChannelAnswer::Present;
            }
            answer = ChannelAnswer::Another;
        }
        answer
    }

    /// The horizons of the whole product.
    fn whole(&self) -> impl Iterator<Item = Horizon<'_>> {
        self.horizons().filter(|horizon| !horizon.has_scope())
    }
}

/// The earliest of several horizons; one that has no date leaves the minimum open.
fn earliest<'a>(horizons: impl Iterator<Item = Horizon<'a>>) -> Guarantee {
    let mut found = None;
    for horizon in horizons {
        match horizon.guaranteed_until() {
            Some(Some(date)) => found = Some(found.map_or(date, |earlier: Date| earlier.min(date))),
            Some(None) => return Guarantee::Unclear(Unclear::NotDecided),
            None if horizon.minimum_period().is_some() => return Guarantee::Unclear(Unclear::PeriodOnly),
            None => return Guarantee::Unclear(Unclear::NotStated),
        }
    }
    found.map_or(Guarantee::Unclear(Unclear::NotStated), Guarantee::Until)
}

/// How closely a horizon names a region: 4 itself, 3 its country, 2 the European Union, 1 everywhere, 0 not at all.
fn closeness(horizon: &Horizon<'_>, region: &str) -> u8 {
    let country = region.split('-').next().unwrap_or(region);
    let mut regions = horizon.regions().peekable();
    if regions.peek().is_none() {
        return 1;
    }
    let rank = |named: &str| {
        // Everywhere is no place that one horizon could name more closely than another.
        if named == "*" {
            1
        } else if named == region {
            4
        } else if named == country {
            3
        } else if named == "EU" && EUROPEAN_UNION.contains(&country) {
            2
        } else {
            0
        }
    };
    regions.map(rank).max().unwrap_or(0)
}

/// ISO 3166-1 codes of the member states on 2026-11-24. Greece is GR there.
const EUROPEAN_UNION: [&str; 27] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL",
    "PL", "PT", "RO", "SE", "SI", "SK",
];
