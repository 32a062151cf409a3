//! The host's files and its exit status, as a debugger lends them (Arm's semihosting): one instruction, no crate.

use core::arch::asm;
use core::ffi::CStr;

/// An open file of the host.
pub(crate) struct File(u32);

#[derive(Clone, Copy)]
pub(crate) enum Access {
    Read = 1,
    Write = 5,
}

impl File {
    pub(crate) fn open(name: &CStr, access: Access) -> Option<Self> {
        let handle = call(0x01, &[name.as_ptr() as u32, access as u32, name.count_bytes() as u32]);
        (handle != u32::MAX).then_some(Self(handle))
    }

    /// Fills the buffer, or says that there is not as much.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> bool {
        self.read_some(buffer) == buffer.len()
    }

    /// Reads what there is, at most as much as fits.
    pub(crate) fn read_some(&mut self, buffer: &mut [u8]) -> usize {
        let missing = call(0x06, &[self.0, buffer.as_mut_ptr() as u32, buffer.len() as u32]);
        buffer.len().saturating_sub(missing as usize)
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> bool {
        bytes.is_empty() || call(0x05, &[self.0, bytes.as_ptr() as u32, bytes.len() as u32]) == 0
    }
}

impl Drop for File {
    fn drop(&mut self) {
        call(0x02, &[self.0]);
    }
}

/// Ends the run with an exit status.
pub(crate) fn exit(code: u32) -> ! {
    loop {
        // ADP_Stopped_ApplicationExit
        call(0x20, &[0x2_0026, code]);
    }
}

fn call(operation: u32, arguments: &[u32]) -> u32 {
    let result;
    // SAFETY: the debugger reads the arguments and what they point to, which the callers above own, and answers in r0.
    unsafe { asm!("bkpt 0xab", inlateout("r0") operation => result, in("r1") arguments.as_ptr(), options(nostack)) };
    result
}
