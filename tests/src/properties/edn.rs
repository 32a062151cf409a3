use suitpack_author::assemble;
use suitpack_package::edn as print;

/// Diagnostic notation: of any bytes that are shown the same bytes are made again, and any text makes bytes of which that is true
/// too, or is refused with a place inside it.
pub fn edn(data: &[u8]) {
    let mut shown = vec![];
    if print(data, &mut shown).is_ok() {
        assert_eq!(bytes(&shown).as_deref(), Some(data), "{}", String::from_utf8_lossy(&shown));
    }
    if let Some(made) = bytes(data) {
        let mut again = vec![];
        if print(made.as_slice(), &mut again).is_ok() {
            assert_eq!(bytes(&again), Some(made), "{}", String::from_utf8_lossy(&again));
        }
    }
}

/// What a text makes.
fn bytes(text: &[u8]) -> Option<Vec<u8>> {
    let mut made = vec![];
    let mut assembled = match assemble(text) {
        Ok(assembled) => assembled,
        Err(error) => {
            assert!(!error.message().is_empty());
            return None;
        }
    };
    assembled.write_to(&mut made).unwrap();
    assert_eq!(made.len() as u64, assembled.len(), "another length than promised");
    Some(made)
}
