//! A bar for work that takes long.

use core::time::Duration;
use std::io::{self, Read};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Progress that is shown only after half a second, and only if somebody watches.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    shows_at: Option<Instant>,
}

impl Progress {
    pub(crate) fn new(wanted: bool, what: &'static str, total: Option<u64>) -> Self {
        let target = ProgressDrawTarget::hidden();
        let bar = ProgressBar::with_draw_target(total, target).with_message(what);
        let shape =
            if total.is_some() { "{msg} {wide_bar} {binary_bytes}/{binary_total_bytes}" } else { "{msg} {spinner} {binary_bytes}" };
        if let Ok(style) = ProgressStyle::with_template(shape) {
            bar.set_style(style);
        }
        Self { bar, shows_at: wanted.then(|| Instant::now() + PATIENCE) }
    }

    pub(crate) fn at(&mut self, position: u64) {
        self.bar.set_position(position);
        self.show();
    }

    fn more(&mut self, bytes: u64) {
        self.bar.inc(bytes);
        self.show();
    }

    fn show(&mut self) {
        if self.shows_at.is_some_and(|at| at <= Instant::now()) {
            self.shows_at = None;
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A reader whose bytes are counted as progress.
#[derive(Debug)]
pub(crate) struct Counted<R> {
    inner: R,
    progress: Progress,
}

impl<R> Counted<R> {
    pub(crate) const fn new(inner: R, progress: Progress) -> Self {
        Self { inner, progress }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(buffer)?;
        self.progress.more(got as u64);
        Ok(got)
    }
}

/// Most work is done by then.
const PATIENCE: Duration = Duration::from_millis(500);
