//! What the processor takes of a small memory.

#![allow(clippy::print_stderr)]

use core::mem::size_of;

use suitpack_processor::{Effect, Parameters, Processor};

/// Bytes where an address has eight of them, as on the machine of whoever runs this; a Cortex-M, where it has four, takes little more
/// than half.
#[test]
fn a_processor_is_small() {
    let parameters = size_of::<Parameters<'_>>();
    let sizes = [size_of::<Processor<'_, 1>>(), size_of::<Processor<'_, 4>>(), size_of::<Processor<'_, 64>>()];
    let effect = size_of::<Effect<'_>>();
    eprintln!("processor for 1, 4, 64 components: {sizes:?}; parameters {parameters}, effect {effect}");
    assert!(parameters <= 512, "{parameters}");
    assert!(effect <= parameters + 16, "{effect}");
    for (size, (components, room)) in sizes.into_iter().zip([(1, 2560), (4, 4096), (64, 33 * 1024)]) {
        assert!(size <= room, "{components}: {size}");
    }
    // Each component costs its parameters and nothing else.
    assert_eq!(sizes[1] - sizes[0], 3 * parameters);
}
