//! What manifests are counted under.

use suitpack_core::manifest::ComponentId;

use crate::description::name;
use crate::opened::Opened;
use crate::state::hex;

/// What the state of a root manifest is kept under: its suit-manifest-component-id, if it has one. Who may not speak for everything
/// does not count with the others: a number as high as they come would shut them out.
pub(crate) fn root_key(opened: &Opened<'_>) -> String {
    match own_key(opened) {
        Some(key) => key,
        None if opened.mandate.all => String::from(NAMELESS),
        None => limited_key(opened),
    }
}

/// What a root counts under that has no name, and whose signers may speak for some components only.
pub(super) fn limited_key(opened: &Opened<'_>) -> String {
    let first = opened.manifest().common().components().next();
    format!("{NAMELESS} of {}", first.map(|id| called(&id)).unwrap_or_default())
}

/// What a manifest calls itself. Where that could be mistaken for another name, it is in hexadecimal, behind a colon.
pub(super) fn own_key(opened: &Opened<'_>) -> Option<String> {
    let segments = segments(&opened.manifest().component_id()?);
    let plain = name(&segments);
    let odd = |segment: &Vec<u8>| segment.iter().any(|byte| !(b' '..=b'~').contains(byte) || b".:".contains(byte));
    let taken = is_nameless(&plain) || segments.iter().any(odd);
    let hidden = || segments.iter().map(|segment| hex(segment)).collect::<Vec<_>>().join(".");
    Some(if taken { format!("hex:{}", hidden()) } else { plain })
}

/// What a component of a manifest is called.
pub(crate) fn called(id: &ComponentId<'_>) -> String {
    name(&segments(id))
}

fn segments(id: &ComponentId<'_>) -> Vec<Vec<u8>> {
    id.segments().map(<[u8]>::to_vec).collect()
}

/// Whether it is what roots without a name count under.
pub(super) fn is_nameless(key: &str) -> bool {
    key == NAMELESS || key.starts_with("root of ")
}

/// What a dependency is kept under: the component that holds it, and no name that a manifest can have.
pub(crate) fn dependency_key(component: &str) -> String {
    format!("{HELD}{component}")
}

/// The component that holds the dependency that is kept under this.
pub(super) fn held_in(key: &str) -> Option<&str> {
    key.strip_prefix(HELD)
}

const HELD: &str = "in:";

/// What all roots without a name count under whose signers may speak for everything.
const NAMELESS: &str = "root";
