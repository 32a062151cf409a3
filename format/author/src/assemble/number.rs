//! Numbers and the heads of items.

/// A head or a floating-point number, encoded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    bytes: [u8; 9],
    length: usize,
}

/// How long an encoding is to be (RFC 8949 §8.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Indicator {
    /// The shortest.
    None,
    /// `_0` to `_3`: 1, 2, 4 or 8 bytes behind the initial one.
    Width(u8),
    /// `_`
    Indefinite,
}

/// What a word is as a number.
#[derive(Clone, Copy, Debug)]
pub(super) enum Number {
    /// Major type and argument.
    Integer(u8, u64),
    Float(f64),
}

impl Head {
    /// Encodes a head; none if the argument does not fit the width asked for.
    pub(super) fn new(major: u8, argument: u64, indicator: Indicator) -> Option<Self> {
        let (info, width) = match (indicator, argument) {
            (Indicator::Width(width), _) => (width.checked_add(24)?, 1_usize << width.min(3)),
            (_, 0..=23) => (u8::try_from(argument).ok()?, 0),
            (_, 24..=0xff) => (24, 1),
            (_, 0x100..=0xffff) => (25, 2),
            (_, 0x1_0000..=0xffff_ffff) => (26, 4),
            _ => (27, 8),
        };
        Self::with(major << 5 | info, argument, width)
    }

    /// Encodes a floating-point number exactly; none if the width asked for does not hold it.
    pub(super) fn float(value: f64, indicator: Indicator) -> Option<Self> {
        let narrow = single(value);
        let (half, single) = (narrow.and_then(half), narrow.map(f32::to_bits));
        let encoded = [
            half.and_then(|bits| Self::with(0xf9, u64::from(bits), 2)),
            single.and_then(|bits| Self::with(0xfa, u64::from(bits), 4)),
            Self::with(0xfb, if value.is_nan() { 0x7ff8_0000_0000_0000 } else { value.to_bits() }, 8),
        ];
        match indicator {
            Indicator::None => encoded.into_iter().flatten().next(),
            Indicator::Width(width) => encoded.get(usize::from(width).checked_sub(1)?).copied().flatten(),
            Indicator::Indefinite => None,
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    fn with(first: u8, argument: u64, width: usize) -> Option<Self> {
        let argument = argument.to_be_bytes();
        let (zeros, used) = argument.split_at_checked(argument.len().checked_sub(width)?)?;
        if zeros.iter().any(|byte| *byte != 0) && width > 0 {
            return None;
        }
        let mut bytes = [0; 9];
        for (to, from) in bytes.iter_mut().zip([first].iter().chain(used)) {
            *to = *from;
        }
        Some(Self { bytes, length: width.checked_add(1)? })
    }
}

impl Number {
    /// Reads a number; none if it is not one or fits no 64 bits.
    pub(super) fn parse(word: &str) -> Option<Self> {
        let (negative, digits) = match word.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, word.strip_prefix('+').unwrap_or(word)),
        };
        let radix = match digits.get(..2) {
            Some("0x" | "0X") => 16,
            Some("0o" | "0O") => 8,
            Some("0b" | "0B") => 2,
            _ => 10,
        };
        let whole = if radix == 10 { digits } else { digits.get(2..)? };
        if digits == "Infinity" || (radix == 10 && digits.contains(['.', 'e', 'E'])) {
            // The language's own reader takes words such as `inf` too.
            let fits = digits == "Infinity" || digits.starts_with(|char: char| char.is_ascii_digit());
            let value: f64 = digits.parse().ok().filter(|_| fits)?;
            return Some(Self::Float(if negative { -value } else { value }));
        }
        if !whole.starts_with(|char: char| char.is_ascii_alphanumeric()) {
            return None;
        }
        let value = u128::from_str_radix(whole, radix).ok()?;
        match (negative, value) {
            // -0 is 0: integers have no sign of their own.
            (true, 1..) => Some(Self::Integer(1, u64::try_from(value.checked_sub(1)?).ok()?)),
            _ => Some(Self::Integer(0, u64::try_from(value).ok()?)),
        }
    }
}

/// The same number in single precision, if it is the same.
#[allow(clippy::cast_possible_truncation)]
fn single(value: f64) -> Option<f32> {
    let narrow = value as f32;
    (value.is_nan() || f64::from(narrow).to_bits() == value.to_bits()).then_some(narrow)
}

/// The bits of the same number in half precision, if it is the same.
fn half(value: f32) -> Option<u16> {
    let bits = value.to_bits();
    let sign = u16::try_from(bits >> 16 & 0x8000).ok()?;
    let (exponent, fraction) = (i32::try_from(bits >> 23 & 0xff).ok()?.checked_sub(127)?, bits & 0x7f_ffff);
    let size = match exponent {
        128 if fraction != 0 => Some(0x7e00),
        128 => Some(0x7c00),
        -127 if fraction == 0 => Some(0),
        -14..=15 if fraction & 0x1fff == 0 => Some((exponent.checked_add(15)?.unsigned_abs() << 10) | fraction >> 13),
        // Subnormal: the leading one becomes visible and everything moves right.
        -24..=-15 => {
            let shift = exponent.checked_add(1)?.unsigned_abs();
            let whole = fraction | 0x80_0000;
            (whole.trailing_zeros() >= shift).then(|| whole >> shift)
        }
        _ => None,
    };
    // NaN has no sign that the notation could give it.
    let sign = if value.is_nan() { 0 } else { sign };
    u16::try_from(size?).ok().map(|size| size | sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8949 appendix A.
    #[test]
    fn floating_point_numbers_take_the_shortest_exact_form() {
        let cases = [
            ("0.0", "f90000"),
            ("-0.0", "f98000"),
            ("1.0", "f93c00"),
            ("1.1", "fb3ff199999999999a"),
            ("1.5", "f93e00"),
            ("65504.0", "f97bff"),
            ("100000.0", "fa47c35000"),
            ("3.4028234663852886e+38", "fa7f7fffff"),
            ("1.0e+300", "fb7e37e43c8800759c"),
            ("5.960464477539063e-8", "f90001"),
            ("0.00006103515625", "f90400"),
            ("-4.0", "f9c400"),
            ("-4.1", "fbc010666666666666"),
            ("Infinity", "f97c00"),
            ("-Infinity", "f9fc00"),
        ];
        for (text, hex) in cases {
            let Some(Number::Float(value)) = Number::parse(text) else { panic!("{text}") };
            let head = Head::float(value, Indicator::None).unwrap();
            let encoded: String = head.bytes().iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(encoded, hex, "{text}");
        }
    }

    #[test]
    fn widths_that_do_not_hold_a_number_are_refused() {
        assert!(Head::new(0, 256, Indicator::Width(0)).is_none());
        assert!(Head::float(1.1, Indicator::Width(2)).is_none());
        assert!(Head::float(1e-300, Indicator::Width(1)).is_none());
        assert_eq!(Head::new(0, 1, Indicator::Width(3)).unwrap().bytes(), [0x1b, 0, 0, 0, 0, 0, 0, 0, 1]);
    }

    #[test]
    fn what_fits_no_64_bits_is_no_integer() {
        assert!(matches!(Number::parse("18446744073709551615"), Some(Number::Integer(0, u64::MAX))));
        assert!(matches!(Number::parse("-18446744073709551616"), Some(Number::Integer(1, u64::MAX))));
        for word in ["18446744073709551616", "-18446744073709551617", "0x", "--1", "1x", "inf", ".5", "", "-"] {
            assert!(Number::parse(word).is_none(), "{word}");
        }
    }
}
