//! How long a function takes and how deep it goes.

use core::arch::asm;
use core::ptr::{read_volatile, write_volatile};

unsafe extern "C" {
    static mut stack_bottom: u32;
}

const PAINT: u32 = 0xc5c5_c5c5;
const SYSTICK: *mut u32 = 0xe000_e010 as *mut u32;

/// Runs a function; gives its result, the ticks of SysTick and the bytes of stack it took.
#[inline(never)]
pub(crate) fn measured<T>(function: impl FnOnce() -> T) -> (T, u32, u32) {
    let top: u32;
    // SAFETY: it only reads the stack pointer.
    unsafe { asm!("mov {0}, sp", out(reg) top, options(nomem, nostack)) };
    let bottom = &raw mut stack_bottom as u32;
    // The frame of this function is above the pointer; nothing of value is below it.
    paint(bottom, top);
    // SAFETY: the registers of SysTick: reload, current value, control.
    unsafe {
        write_volatile(SYSTICK.add(1), 0xff_ffff);
        write_volatile(SYSTICK.add(2), 0);
        write_volatile(SYSTICK, 5);
    }
    let before = now();
    let result = function();
    let ticks = before.wrapping_sub(now()) & 0xff_ffff;
    (result, ticks, top - untouched(bottom, top))
}

#[inline(never)]
fn paint(bottom: u32, top: u32) {
    // What this function itself keeps on the stack is spared.
    for at in (bottom..top - 64).step_by(4) {
        // SAFETY: RAM between the variables and the stack in use.
        unsafe { write_volatile(at as *mut u32, PAINT) };
    }
}

/// The lowest address below the pointer that was written to.
#[inline(never)]
fn untouched(bottom: u32, top: u32) -> u32 {
    // SAFETY: as in `paint`.
    (bottom..top).step_by(4).find(|at| unsafe { read_volatile(*at as *const u32) } != PAINT).unwrap_or(top)
}

fn now() -> u32 {
    // SAFETY: the current value of SysTick.
    unsafe { read_volatile(SYSTICK.add(2)) }
}
