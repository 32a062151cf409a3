//! Compresses, decodes or hashes a file, for measuring: `squeeze compress|decode|measure IN OUT [LEVEL]`.
#![allow(clippy::print_stderr, clippy::unwrap_used, clippy::indexing_slicing)]

use std::fs::File;

use suitpack_transform::{Bounds, Level, Settings, WINDOW_LOG_MAX, compress, decode, measure};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let input = File::open(&arguments[2]).unwrap();
    let size = input.metadata().unwrap().len();
    let output = File::create(&arguments[3]).unwrap();
    let level = arguments.get(4).map_or(3, |level| level.parse().unwrap());
    match arguments[1].as_str() {
        "compress" => {
            let settings = Settings { level: Level::new(level).unwrap(), workers: 2 };
            eprintln!("{:?}", compress(input, size, settings, output).unwrap());
        }
        "decode" => {
            let bounds = Bounds { input_size: size, image_size: u64::MAX - 1, window_log_max: WINDOW_LOG_MAX };
            eprintln!("{:?}", decode(input, bounds, output).unwrap());
        }
        _ => eprintln!("{:?}", measure(input, output).unwrap()),
    }
}
