//! The board: takes the package in the file `package` of the host, and ends with the verdict as exit status.
//!
//! `sequence` (8 bytes) is the sequence number of what is installed. Afterwards `active` is what the device would start, and
//! `measured` what it took: ticks of SysTick and bytes of stack, 4 bytes each. All numbers are big-endian.
#![no_std]
#![no_main]

#[cfg(not(feature = "harness"))]
mod anchor;
#[cfg(not(any(feature = "harness", feature = "software")))]
mod chip;
mod measure;
mod semihosting;
mod start;

use core::panic::PanicInfo;

use semihosting::{Access, File, exit};
use suitpack_cortex_m::Flash;

/// Bytes of the longest package this board takes into memory.
const PACKAGE: usize = 2048;

fn main() -> Option<u32> {
    let mut package = [0; PACKAGE];
    let mut sequence = [0; 8];
    let length = File::open(c"package", Access::Read)?.read_some(&mut package);
    let package = package.get(..length)?;
    File::open(c"sequence", Access::Read)?.read(&mut sequence).then_some(())?;
    let mut flash = Flash::new(u64::from_be_bytes(sequence));
    let (verdict, ticks, stack) = measure::measured(|| update(package, &mut flash));
    File::open(c"active", Access::Write)?.write(flash.active()).then_some(())?;
    let mut measured = File::open(c"measured", Access::Write)?;
    (measured.write(&ticks.to_be_bytes()) && measured.write(&stack.to_be_bytes())).then_some(verdict)
}

#[cfg(not(feature = "harness"))]
#[inline(never)]
fn update(package: &[u8], flash: &mut Flash) -> u32 {
    let Some(anchor) = anchor::anchor() else { return NO_ANCHOR };
    suitpack_cortex_m::update(package, flash, &anchor, &anchor::Hasher) as u32
}

/// The image without the updater: what the figures are less of.
#[cfg(feature = "harness")]
#[inline(never)]
fn update(package: &[u8], flash: &mut Flash) -> u32 {
    core::hint::black_box((package, flash));
    NO_ANCHOR
}

/// The exit status of a firmware whose own key is wrong.
const NO_ANCHOR: u32 = 70;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    exit(101)
}
