//! Values as TOML 1.0 writes them on one line.

use serde_json::Value;

/// A value.
pub(super) fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Object(table) => {
            let entries: Vec<_> = table.iter().map(|(name, value)| format!("{} = {}", table_key(name), inline(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        // Numbers and truth values are written alike, and there are no others.
        other => other.to_string(),
    }
}

/// Text in quotes. All but printable ASCII is escaped, so that no text from a package changes what a reader sees.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => out.extend(['\\', char]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            ' '..='~' => out.push(char),
            _ => match u32::from(char) {
                unit @ 0..=0xffff => out.push_str(&format!("\\u{unit:04x}")),
                unit => out.push_str(&format!("\\U{unit:08x}")),
            },
        }
    }
    out.push('"');
    out
}

/// A key, in quotes if it needs them.
pub(super) fn table_key(name: &str) -> String {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if !name.is_empty() && name.bytes().all(bare) { name.to_owned() } else { quoted(name) }
}
