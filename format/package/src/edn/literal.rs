//! Strings and numbers in diagnostic notation.

use std::io::{self, Write};

/// Text in quotes. All but printable ASCII is escaped as in JSON, so that no text from a package changes what a reader sees.
pub(super) fn quoted(text: &str, out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"\"")?;
    for char in text.chars() {
        match char {
            '"' | '\\' => write!(out, "\\{char}")?,
            '\n' => out.write_all(b"\\n")?,
            ' '..='~' => write!(out, "{char}")?,
            _ => char.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write!(out, "\\u{unit:04x}"))?,
        }
    }
    out.write_all(b"\"")
}

/// Lower-case hex.
pub(super) fn hex(bytes: &[u8], out: &mut impl Write) -> io::Result<()> {
    let digits = b"0123456789abcdef";
    let digit = |value: u8| digits.get(usize::from(value)).copied().unwrap_or_default();
    let text: Vec<u8> = bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect();
    out.write_all(&text)
}

/// A floating-point number with the width it is encoded in, and whether the notation can say it: it has one NaN for each width.
pub(super) fn float(info: u8, bits: u64) -> Option<String> {
    let (value, nan, indicator) = match info {
        25 => (half(bits), 0x7e00, "_1"),
        26 => (f64::from(f32::from_bits(u32::try_from(bits).ok()?)), 0x7fc0_0000, "_2"),
        _ => (f64::from_bits(bits), 0x7ff8_0000_0000_0000, "_3"),
    };
    Some(match value {
        _ if value.is_nan() => (bits == nan).then(|| format!("NaN{indicator}"))?,
        f64::INFINITY => format!("Infinity{indicator}"),
        f64::NEG_INFINITY => format!("-Infinity{indicator}"),
        _ => format!("{value:?}{indicator}"),
    })
}

/// RFC 8949 appendix D: half-precision numbers are few enough to be calculated.
fn half(bits: u64) -> f64 {
    let small = |bits: u64| f64::from(u32::try_from(bits).unwrap_or_default());
    let (exponent, fraction) = (bits >> 10 & 0x1f, bits & 0x3ff);
    let size = match (exponent, fraction) {
        (0, _) => small(fraction) * 2_f64.powi(-24),
        (31, 0) => f64::INFINITY,
        (31, _) => f64::NAN,
        _ => (small(fraction) + 1024.0) * 2_f64.powi(i32::try_from(exponent).unwrap_or_default() - 25),
    };
    if bits & 0x8000 == 0 { size } else { -size }
}
