//! From the reset to `main`.

use core::arch::global_asm;

use crate::semihosting::exit;

// The first words of the image are the stack and where to begin (link.x); a fault ends the run.
global_asm!(".section .vectors, \"a\"", ".word start + 1", ".word fault + 1", ".word fault + 1",);

// Variables with a value are copied to RAM, the others are cleared: in assembly, as Rust may use neither before.
global_asm!(
    ".section .text.start, \"ax\"",
    ".global start",
    ".thumb_func",
    "start:",
    "ldr r0, =bss_start",
    "ldr r1, =bss_end",
    "movs r2, #0",
    "1: cmp r0, r1",
    "bhs 2f",
    "str r2, [r0]",
    "adds r0, r0, #4",
    "b 1b",
    "2: ldr r0, =data_start",
    "ldr r1, =data_end",
    "ldr r2, =data_load",
    "3: cmp r0, r1",
    "bhs 4f",
    "ldr r3, [r2]",
    "str r3, [r0]",
    "adds r2, r2, #4",
    "adds r0, r0, #4",
    "b 3b",
    "4: bl begin",
);

#[unsafe(no_mangle)]
extern "C" fn begin() -> ! {
    // 71: the host's files are not as they should be.
    exit(crate::main().unwrap_or(71))
}

#[unsafe(no_mangle)]
extern "C" fn fault() -> ! {
    exit(102)
}
