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

/// Bytes of the longest package this board takes.
const PACKAGE: usize = 2048;

unsafe extern "C" {
    /// Where in flash a package lies until it was dealt with (link.x): reading it takes no RAM.
    static mut package: [u8; PACKAGE];
}

fn main() -> Option<u32> {
    // SAFETY: nothing else refers to this part of flash. Here the debugger writes it; on your board, whatever receives packages.
    let received = unsafe { &mut *(&raw mut package) };
    let mut sequence = [0; 8];
    let length = File::open(c"package", Access::Read)?.read_some(received);
    File::open(c"sequence", Access::Read)?.read(&mut sequence).then_some(())?;
    #[cfg(feature = "report")]
    let (mut records, mut report) = ([0; REPORT], [0; REPORT]);
    let mut board = Board {
        package: received.get(..length)?,
        flash: Flash::new(u64::from_be_bytes(sequence)),
        #[cfg(feature = "report")]
        log: suitpack_cortex_m::Log::new(&mut records, &mut report),
    };
    let (verdict, ticks, stack) = measure::measured(|| board.update());
    File::open(c"active", Access::Write)?.write(board.flash.active()).then_some(())?;
    #[cfg(feature = "report")]
    File::open(c"report", Access::Write)?.write(board.log.report()).then_some(())?;
    let mut measured = File::open(c"measured", Access::Write)?;
    (measured.write(&ticks.to_be_bytes()) && measured.write(&stack.to_be_bytes())).then_some(verdict)
}

/// Bytes of the longest report, and of the records for it.
#[cfg(feature = "report")]
const REPORT: usize = 512;

struct Board<'b> {
    package: &'b [u8],
    flash: Flash,
    #[cfg(feature = "report")]
    log: suitpack_cortex_m::Log<'b>,
}

impl Board<'_> {
    #[cfg(not(feature = "harness"))]
    #[inline(never)]
    fn update(&mut self) -> u32 {
        let Some(anchor) = anchor::anchor() else { return NO_ANCHOR };
        #[cfg(not(feature = "report"))]
        let verdict = suitpack_cortex_m::update(self.package, &mut self.flash, &anchor, &anchor::Hasher);
        #[cfg(feature = "report")]
        let verdict = suitpack_cortex_m::update(self.package, &mut self.flash, &anchor, &anchor::Hasher, &mut self.log);
        verdict as u32
    }

    /// The image without the updater: what the figures are less of.
    #[cfg(feature = "harness")]
    #[inline(never)]
    fn update(&mut self) -> u32 {
        core::hint::black_box((self.package, &mut self.flash));
        NO_ANCHOR
    }
}

/// The exit status of a firmware whose own key is wrong.
const NO_ANCHOR: u32 = 70;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    exit(101)
}
