//! Versions as draft-ietf-suit-update-management §4.4.1 counts them.

use suitpack_core::registry::version_comparison as key;

use super::error::RecipeError;
use super::tree::Node;

/// A version: as written, and as the integers of `suit-set-version`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) text: String,
    pub(crate) numbers: Vec<i64>,
}

impl Version {
    pub(crate) fn read(node: &Node) -> Result<Self, RecipeError> {
        let text = node.text()?;
        let numbers = parse(text).ok_or_else(|| {
            node.error("is not a version").suggest("write numbers and points, then `-alpha`, `-beta` or `-rc` if it is one: `1.2.3-rc.1`; build metadata has no place in SUIT")
        })?;
        Ok(Self { text: text.to_owned(), numbers })
    }
}

/// Numbers as they stand in an array of suit-set-version or suit-parameter-version.
pub(crate) fn numbers(node: &Node) -> Result<Vec<i64>, RecipeError> {
    let nodes = node.array()?;
    if nodes.len() > LENGTH {
        return Err(node.error(&format!("has more than {LENGTH} numbers")));
    }
    let number = |(index, node): (usize, &Node)| match node.int()? {
        number if number >= if index == 0 { 0 } else { -3 } => Ok(number),
        _ if index == 0 => Err(node.error("is negative; a version does not begin so")),
        _ => Err(node.error("means nothing; -1, -2 and -3 are release candidate, beta and alpha")),
    };
    nodes.iter().enumerate().map(number).collect()
}

/// A comparison of draft-ietf-suit-update-management §4.4 and the numbers of a version.
pub(crate) type Bound = (i64, Vec<i64>);

/// Comparisons with versions, all of which have to hold, such as `>=1.2, <2`.
pub(crate) fn bounds(node: &Node) -> Result<Vec<Bound>, RecipeError> {
    let range = |text: &str| {
        let (operator, code) = OPERATORS.iter().find(|(operator, _)| text.starts_with(operator))?;
        Some((*code, parse(text.get(operator.len()..)?.trim())?))
    };
    let fault = || {
        node.error("is not a range of versions")
            .suggest("write comparisons and commas between them: `>=1.2, <2`; the signs are > >= = <= <")
    };
    node.text()?.split(',').map(|text| range(text.trim()).ok_or_else(fault)).collect()
}

/// The numbers before the dash, then the kind of pre-release as a negative number, then its numbers.
fn parse(text: &str) -> Option<Vec<i64>> {
    let (release, pre) = text.split_once('-').map_or((text, None), |(release, pre)| (release, Some(pre)));
    let mut numbers = release.split('.').map(number).collect::<Option<Vec<_>>>()?;
    if let Some(pre) = pre {
        let (kind, rest) = PRE_RELEASES.iter().find_map(|(name, kind)| Some((kind, pre.strip_prefix(name)?)))?;
        numbers.push(*kind);
        // `rc.1` and `rc1` are both common.
        let rest = rest.strip_prefix('.').map_or_else(|| (!rest.is_empty()).then_some(rest), Some);
        if let Some(rest) = rest {
            numbers.extend(rest.split('.').map(number).collect::<Option<Vec<_>>>()?);
        }
    }
    Some(numbers)
}

fn number(text: &str) -> Option<i64> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// The longer signs first, since the shorter ones begin them.
pub(crate) const OPERATORS: [(&str, i64); 5] =
    [(">=", key::GREATER_EQUAL), ("<=", key::LESSER_EQUAL), (">", key::GREATER), ("=", key::EQUAL), ("<", key::LESSER)];

/// As many numbers as a reader keeps.
const LENGTH: usize = 16;

/// Older before newer: the numbers make them sort so.
const PRE_RELEASES: [(&str, i64); 3] = [("alpha", -3), ("beta", -2), ("rc", -1)];

#[cfg(test)]
mod tests {
    use super::parse as numbers;

    #[test]
    fn pre_releases_become_negative_numbers() {
        assert_eq!(numbers("1.2.3-rc.1"), Some(vec![1, 2, 3, -1, 1]));
        assert_eq!(numbers("1.2.3-rc1"), Some(vec![1, 2, 3, -1, 1]));
        assert_eq!(numbers("1.2-beta"), Some(vec![1, 2, -2]));
        assert_eq!(numbers("0.9-alpha.2.7"), Some(vec![0, 9, -3, 2, 7]));
        assert_eq!(numbers("2026.11"), Some(vec![2026, 11]));
    }

    #[test]
    fn what_is_not_numbers_is_refused() {
        for text in
            ["", ".", "1.", "v1.2", "1.2+build", "1.2-dev", "1.2-rc.", "1.2-rc.x", "1..2", "-rc", "99999999999999999999", "1.+2"]
        {
            assert_eq!(numbers(text), None, "{text}");
        }
    }
}
