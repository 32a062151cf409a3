//! CBOR by hand, so that it may break rules our writers keep.

/// The head of an item (RFC 8949 §3).
pub(crate) fn head(major: u8, argument: usize) -> Vec<u8> {
    match u8::try_from(argument) {
        Ok(small) if small < 24 => vec![major << 5 | small],
        Ok(byte) => vec![major << 5 | 24, byte],
        Err(_) => match u16::try_from(argument) {
            Ok(short) => [vec![major << 5 | 25], short.to_be_bytes().to_vec()].concat(),
            Err(_) => [vec![major << 5 | 26], u32::try_from(argument).unwrap().to_be_bytes().to_vec()].concat(),
        },
    }
}

pub(crate) fn int(value: i64) -> Vec<u8> {
    if value < 0 { head(1, usize::try_from(-1 - value).unwrap()) } else { head(0, usize::try_from(value).unwrap()) }
}

pub(crate) fn bytes(content: &[u8]) -> Vec<u8> {
    [head(2, content.len()), content.to_vec()].concat()
}

pub(crate) fn text(content: &str) -> Vec<u8> {
    [head(3, content.len()), content.as_bytes().to_vec()].concat()
}

pub(crate) fn array(items: &[Vec<u8>]) -> Vec<u8> {
    [head(4, items.len()), items.concat()].concat()
}

pub(crate) fn map(entries: &[(i64, Vec<u8>)]) -> Vec<u8> {
    let entries: Vec<_> = entries.iter().map(|(key, value)| [int(*key), value.clone()].concat()).collect();
    [head(5, entries.len()), entries.concat()].concat()
}

/// A command sequence in its byte string.
pub(crate) fn sequence(commands: &[(i64, Vec<u8>)]) -> Vec<u8> {
    let items: Vec<_> = commands.iter().flat_map(|(code, argument)| [int(*code), argument.clone()]).collect();
    bytes(&array(&items))
}

pub(crate) fn digest(algorithm: i64) -> Vec<u8> {
    array(&[int(algorithm), bytes(&[7; 32])])
}

/// COSE_Sign1 with this algorithm and payload, without its tag.
pub(crate) fn sign1(algorithm: i64, payload: Vec<u8>) -> Vec<u8> {
    array(&[bytes(&map(&[(1, int(algorithm))])), map(&[]), payload, bytes(&[0; 64])])
}

pub(crate) const NIL: u8 = 0xf6;

pub(crate) fn tagged(item: Vec<u8>) -> Vec<u8> {
    [vec![0xd2], item].concat()
}
