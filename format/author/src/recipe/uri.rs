//! URIs, as far as a recipe has to judge them.

use suitpack_core::limits;

use super::error::RecipeError;
use super::tree::Node;

/// Reads a URI: a scheme, and no character outside RFC 3986.
pub(crate) fn read(node: &Node) -> Result<String, RecipeError> {
    let text = node.text()?;
    let (scheme, rest) = text.split_once(':').unwrap_or_default();
    let scheme_ok = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
    if !scheme_ok || rest.is_empty() || !rest.bytes().all(allowed) {
        return Err(node.error("is not a URI").suggest("write it like `https://example.com/app.suit`"));
    }
    if text.len() > limits::URI {
        return Err(node.error(&format!("is longer than {} bytes", limits::URI)));
    }
    Ok(text.to_owned())
}

/// The name of the file a detached payload is written to: the last segment of the URI's path.
/// It is used as written, so that every reader finds the same file; what could mean another file somewhere is refused.
pub(crate) fn file_name(uri: &str) -> Option<&str> {
    let path = uri.split(['?', '#']).next()?;
    let (_, hierarchy) = path.split_once(':')?;
    // The authority is not part of the path.
    let path = match hierarchy.strip_prefix("//") {
        Some(rest) => rest.get(rest.find('/')?..)?,
        None => hierarchy,
    };
    let (_, name) = path.rsplit_once('/')?;
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+@=,".contains(&byte);
    let usable = (1..=255).contains(&name.len()) && !name.starts_with('.') && name.bytes().all(safe);
    usable.then_some(name)
}
