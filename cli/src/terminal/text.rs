//! Text from a package is hostile: it may try to move the cursor, to turn the line around, or to fill the screen.

use core::fmt::Write as _;
use std::borrow::Cow;

/// The text with everything escaped that a terminal does not show as itself.
pub(crate) fn safe(text: &str) -> Cow<'_, str> {
    escaped(text, is_hostile, |char, out| {
        let _ = match char {
            '\n' => out.write_str("\\n"),
            '\t' => out.write_str("\\t"),
            _ => write!(out, "\\u{{{:x}}}", u32::from(char)),
        };
    })
}

/// The text if it is short, else its beginning and how much was cut.
pub(crate) fn cut(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(SHOWN) {
        None => text.into(),
        Some((at, _)) => {
            let (shown, rest) = text.split_at(at);
            format!("{shown}… ({} more characters)", rest.chars().count()).into()
        }
    }
}

/// JSON that means the same and is harmless on a terminal. Such characters stand in strings only, where they may be escaped.
pub(crate) fn json(text: &str) -> Cow<'_, str> {
    escaped(
        text,
        |char| is_hostile(char) && char != '\n',
        |char, out| {
            for unit in char.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        },
    )
}

fn escaped(text: &str, hostile: impl Fn(char) -> bool, escape: impl Fn(char, &mut String)) -> Cow<'_, str> {
    if !text.chars().any(&hostile) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        if hostile(char) { escape(char, &mut out) } else { out.push(char) }
    }
    out.into()
}

/// Control characters, and what moves, hides or turns around its neighbours (Unicode Technical Report 36, §2).
fn is_hostile(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// More of one value than this is not read on a terminal; `--json` has it all.
const SHOWN: usize = 300;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn control_and_bidirectional_characters_are_shown_escaped() {
        assert_eq!(safe("a\u{1b}[2Jb\u{202e}c\nd\u{9b}"), "a\\u{1b}[2Jb\\u{202e}c\\nd\\u{9b}");
        assert_eq!(safe("Straße 日本"), "Straße 日本");
    }

    #[test]
    fn long_text_is_cut_with_a_count() {
        let text = "ä".repeat(SHOWN + 7);
        assert!(cut(&text).ends_with("ä… (7 more characters)"));
        assert_eq!(cut("short"), "short");
    }

    #[test]
    fn json_says_the_same_after_escaping() {
        let value = serde_json::json!({ "text": "\u{202e}\u{7f}\u{e0041}\n" });
        let text = serde_json::to_string(&value).unwrap();
        assert!(json(&text).is_ascii());
        assert_eq!(serde_json::from_str::<serde_json::Value>(&json(&text)).unwrap(), value);
    }
}
