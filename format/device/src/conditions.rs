//! Whether conditions hold.

use std::io::Read;
use std::time::{SystemTime, UNIX_EPOCH};

use subtle::ConstantTimeEq;
use suitpack_core::manifest::WaitEvent;
use suitpack_core::manifest::command::Condition;
use suitpack_core::report::Reason;
use suitpack_package::Cause;
use suitpack_processor::Parameters;

use crate::description::{Clock, Facts, Identity};
use crate::failed::Trouble;
use crate::measured::Measured;
use crate::places::Places;
use crate::streams::Sum;

/// Who the device is and what it knows of the world.
#[derive(Clone, Copy, Debug)]
pub(crate) struct World<'d> {
    pub(crate) identity: &'d Identity,
    pub(crate) facts: &'d Facts,
}

impl World<'_> {
    /// Conditions that look at no component.
    pub(crate) fn check(&self, condition: Condition, parameters: &Parameters<'_>, measured: &mut Measured) -> Result<(), Trouble> {
        let facts = self.facts;
        let policy = |holds: bool, why: &str| if holds { Ok(()) } else { Err(Trouble::condition(Cause::Policy, why)) };
        match condition {
            // SUIT-31
            Condition::VendorIdentifier => {
                measured.vendor.clone_from(&self.identity.vendor);
                same("vendor", self.identity.vendor.as_deref(), parameters.vendor_identifier)
            }
            Condition::ClassIdentifier => {
                measured.class.clone_from(&self.identity.class);
                same("class", self.identity.class.as_deref(), parameters.class_identifier)
            }
            Condition::DeviceIdentifier => {
                measured.device.clone_from(&self.identity.device);
                same("device", self.identity.device.as_deref(), parameters.device_identifier)
            }
            // SUIT-59: without a clock nothing is before anything.
            Condition::UseBefore => {
                let now = self.now();
                measured.time = now;
                let holds = now.zip(parameters.use_before).is_some_and(|(now, end)| now < end);
                policy(holds, if now.is_some() { "its time is over" } else { "the device does not know the time" })
            }
            Condition::MinimumBattery => {
                measured.battery = facts.battery;
                let holds = facts.battery.zip(parameters.minimum_battery).is_some_and(|(is, least)| is >= least);
                policy(holds, "there is too little in the battery, or nobody knows how much")
            }
            Condition::UpdateAuthorized => {
                policy(parameters.update_priority.is_some_and(|it| self.authorizes(it)), "the user does not let it pass")
            }
            _ => policy(false, "the manifest says so"),
        }
    }

    /// Whether an event of suit-directive-wait holds now; nothing is waited for.
    // SUIT-61
    pub(crate) fn holds(&self, event: &WaitEvent<'_>) -> Result<(), Trouble> {
        let now = self.now();
        let state = |wanted: i64, is: bool| match wanted {
            0 => Some(!is),
            1 => Some(is),
            _ => None,
        };
        let holds = match *event {
            WaitEvent::Authorization(priority) => Some(self.authorizes(priority)),
            WaitEvent::Power(wanted) => state(wanted, self.facts.power),
            WaitEvent::Network(wanted) => state(wanted, self.facts.network),
            WaitEvent::Time(time) => now.map(|now| now >= time),
            WaitEvent::TimeOfDayUtc(seconds) => now.map(|now| now % DAY >= seconds),
            // 1970 began on a Thursday.
            WaitEvent::DayOfWeekUtc(day) => now.map(|now| (now / DAY).wrapping_add(4) % 7 == day),
            _ => None,
        };
        match holds {
            Some(true) => Ok(()),
            Some(false) => Err(Trouble::operation(Cause::Policy, format!("it is to wait for {event:?}, which does not hold now"))),
            None => {
                let detail = format!("it is to wait for {event:?}, which this device cannot tell");
                Err(Trouble::new(Reason::ParameterUnsupported, Cause::CouldNotTell, detail))
            }
        }
    }

    fn authorizes(&self, priority: i64) -> bool {
        self.facts.authorized.is_some_and(|least| priority <= least)
    }

    /// Seconds since 1970.
    fn now(&self) -> Option<u64> {
        match self.facts.clock {
            Clock::None => None,
            Clock::Fixed(time) => Some(time),
            Clock::System => SystemTime::now().duration_since(UNIX_EPOCH).ok().map(|since| since.as_secs()),
        }
    }
}

/// Whether the component holds the image of its parameters; all of it is read back. Gives its SHA-256, in hexadecimal.
// SUIT-28
pub(crate) fn image_matches(
    places: &mut Places<'_>,
    at: usize,
    parameters: &Parameters<'_>,
    measured: &mut Measured,
) -> Result<String, Trouble> {
    let digest = parameters.image_digest.ok_or_else(|| Trouble::condition(Cause::NotBound, "no digest is set"))?;
    let image = places.read(at).map_err(as_condition)?;
    measured.size = Some(image.left());
    if let Some(size) = parameters.image_size.filter(|size| *size != image.left()) {
        return Err(Trouble::condition(Cause::NotBound, format!("it holds {} bytes where {size} are wanted", image.left())));
    }
    let (found, sha_256) = Sum::both(image, &digest).map_err(as_condition)?;
    let same = bool::from(found.ct_eq(digest.bytes()));
    measured.digest = Some((digest.algorithm(), found));
    if same { Ok(sha_256) } else { Err(Trouble::condition(Cause::NotBound, "it does not match the signed digest")) }
}

/// Whether the component is known not to hold the image of its parameters. One that cannot be read is not known.
pub(crate) fn image_differs(
    places: &mut Places<'_>,
    at: usize,
    parameters: &Parameters<'_>,
    measured: &mut Measured,
) -> Result<(), Trouble> {
    if places.seat(at)?.now.length.is_none() {
        return Ok(());
    }
    match image_matches(places, at, parameters, measured) {
        Ok(_) => Err(Trouble::condition(Cause::Policy, "it holds the image that it is not to hold")),
        Err(trouble) if trouble.cause == Cause::NotBound => Ok(()),
        Err(trouble) => Err(trouble),
    }
}

/// Whether the component holds exactly these bytes; how far they agree does not show in the time it takes.
// SUIT-29
pub(crate) fn content_is(places: &mut Places<'_>, at: usize, content: &[u8], measured: &mut Measured) -> Result<(), Trouble> {
    let differs = || Trouble::condition(Cause::Policy, "it holds other content");
    let mut extent = places.read(at).map_err(as_condition)?;
    if extent.left() != u64::try_from(content.len()).unwrap_or(u64::MAX) {
        return Err(differs());
    }
    let mut found = vec![0; content.len()];
    extent.read_exact(&mut found).map_err(|error| as_condition(Trouble::io(&error)))?;
    let same = bool::from(found.ct_eq(content));
    measured.content = Some(found);
    if same { Ok(()) } else { Err(differs()) }
}

/// Whether the component's version is as it is to be.
// SUIT-60
pub(crate) fn version_is(
    places: &Places<'_>,
    at: usize,
    parameters: &Parameters<'_>,
    measured: &mut Measured,
) -> Result<(), Trouble> {
    let unknown = || Trouble::condition(Cause::Policy, "its version is not known");
    let version = places.seat(at)?.now.version.as_deref().ok_or_else(unknown)?;
    measured.set_version(version);
    if parameters.version.is_some_and(|wanted| wanted.admits(version)) {
        return Ok(());
    }
    let found: Vec<String> = version.iter().map(ToString::to_string).collect();
    Err(Trouble::condition(Cause::Policy, format!("its version is {}", found.join("."))))
}

fn as_condition(trouble: Trouble) -> Trouble {
    Trouble { reason: if trouble.reason == Reason::OperationFailed { Reason::ConditionFailed } else { trouble.reason }, ..trouble }
}

fn same(what: &str, own: Option<&[u8]>, wanted: Option<&[u8]>) -> Result<(), Trouble> {
    match (own, wanted) {
        (Some(own), Some(wanted)) if bool::from(own.ct_eq(wanted)) => Ok(()),
        (None, _) => Err(Trouble::condition(Cause::WrongHardware, format!("the device does not say which {what} it is"))),
        _ => Err(Trouble::condition(Cause::WrongHardware, format!("it is for another {what}"))),
    }
}

/// Seconds.
const DAY: u64 = 86_400;
