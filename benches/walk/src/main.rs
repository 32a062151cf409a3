//! Reads the envelope in a file and everything in it as often as asked, and says what it met and how often it allocated.
//!
//! `walk FILE TIMES` prints `items=N allocations=N`, or `refused: …` and exits with 3. An item is an authentication block, a
//! component, an index of one in a list, a command or a parameter.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};

use suitpack_core::manifest::command::Command;
use suitpack_core::manifest::parameter::Parameters;
use suitpack_core::manifest::{ComponentIndex, Section, Sequence};
use suitpack_core::{Envelope, Error, Profile};

/// The system's allocator, with a count of how often it was asked.
struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

// SAFETY: everything is left to the system's allocator; counting changes nothing of what it promises.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, file, times] = arguments.as_slice() else {
        eprintln!("usage: walk FILE TIMES");
        return ExitCode::from(2);
    };
    let (Ok(bytes), Ok(times)) = (std::fs::read(file), times.parse::<usize>()) else {
        eprintln!("error: no such file, or no number");
        return ExitCode::from(2);
    };
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    let mut items = Ok(0);
    for _ in 0..times {
        items = walk(black_box(&bytes));
    }
    let allocations = ALLOCATIONS.load(Ordering::Relaxed) - before;
    match items {
        Ok(items) => {
            println!("items={items} allocations={allocations}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("refused: {error}");
            ExitCode::from(3)
        }
    }
}

#[inline(never)]
fn walk(bytes: &[u8]) -> Result<usize, Error> {
    let mut items = 0;
    let envelope = Envelope::parse(bytes)?;
    let authentication = envelope.authentication()?;
    black_box(authentication.digest().bytes());
    for block in authentication.blocks() {
        black_box(&block);
        items += 1;
    }
    let manifest = envelope.manifest_unauthenticated(Profile::Strict)?;
    black_box((manifest.sequence_number(), manifest.reference_uri()));
    for component in manifest.common().components() {
        for segment in component.segments() {
            black_box(segment);
        }
        items += 1;
    }
    if let Some(shared) = manifest.common().shared_sequence() {
        items += commands(shared);
    }
    for section in Section::ALL {
        if let Ok(Some(sequence)) = manifest.sequence(section, envelope.member(section.key())) {
            items += commands(sequence);
        }
    }
    Ok(items)
}

fn commands(sequence: Sequence<'_>) -> usize {
    let mut items = 0;
    for command in sequence {
        items += 1;
        match command {
            Command::SetParameters(set) | Command::OverrideParameters(set) => items += parameters(set),
            Command::OverrideMultiple(sets) => items += sets.map(|(_, set)| parameters(set)).sum::<usize>(),
            Command::CopyParams(copies) => items += copies.map(|(_, labels)| labels.count()).sum::<usize>(),
            Command::SetComponentIndex(ComponentIndex::Many(indices)) => items += indices.count(),
            Command::TryEach(arms) => items += arms.map(commands).sum::<usize>(),
            Command::RunSequence(inner) => items += commands(inner),
            other => {
                black_box(&other);
            }
        }
    }
    items
}

fn parameters(set: Parameters<'_>) -> usize {
    let mut items = 0;
    for parameter in set {
        black_box(&parameter);
        items += 1;
    }
    items
}
