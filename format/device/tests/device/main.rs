//! A host as a device: what is on the media, and what is remembered, after each procedure.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod access;
mod attacks;
mod dependencies;
mod encrypted;
mod files;
mod hostile;
mod installing;
mod layouts;
mod overview;
mod read_only;
mod reporting;
mod sharing;
mod standing;
mod stopping;
mod support;
