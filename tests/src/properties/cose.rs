use coset::iana::{EnumI64, WithPrivateRange};
use coset::{CborSerializable, CoseEncrypt, CoseError, CoseSign1, RegisteredLabelWithPrivate, TaggedCborSerializable};
use suitpack_core::cbor::Reader;
use suitpack_core::cose::{Encrypt, Key, Sign1};

use super::assert_copies;

/// A COSE object: what is accepted is written as it was read, and coset reads the same fields. What coset
/// refuses for numbers that its tables do not have, or for headers that we read past, is in docs/differences.md.
pub fn cose(data: &[u8]) {
    let mut reader = Reader::new(data);
    if let Ok(signature) = Sign1::read(&mut reader)
        && reader.end().is_ok()
    {
        assert_copies(data);
        assert_sign1(data, &signature);
    }
    let mut reader = Reader::new(data);
    if let Ok(encrypt) = Encrypt::read(&mut reader)
        && reader.end().is_ok()
    {
        assert_copies(data);
        assert_eq!(encrypt.encoded(), data);
        assert_encrypt(data, &encrypt);
    }
    let mut reader = Reader::new(data);
    if let Ok(key) = Key::read_public(&mut reader)
        && reader.end().is_ok()
    {
        assert_copies(data);
        assert_key(data, key);
    }
}

fn assert_sign1(data: &[u8], signature: &Sign1<'_>) {
    let Some(theirs) = registered(CoseSign1::from_slice(data)) else { return };
    assert_eq!(theirs.signature, signature.signature());
    assert_eq!(theirs.payload, None);
    assert_eq!(number(&theirs.protected.header.alg), Some(signature.header().algorithm()));
    let kid = [&theirs.protected.header.key_id, &theirs.unprotected.key_id].into_iter().find(|kid| !kid.is_empty());
    assert_eq!(kid.map_or(&[][..], Vec::as_slice), signature.header().kid().unwrap_or_default());
    let mut buffer = [0; 1024];
    let ours = signature.signed_bytes(b"payload", &mut buffer).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(ours, theirs.tbs_detached_data(b"payload", b""), "another Sig_structure");
}

fn assert_encrypt(data: &[u8], encrypt: &Encrypt<'_>) {
    let Some(theirs) = registered(CoseEncrypt::from_tagged_slice(data)) else { return };
    let algorithm = number(&theirs.protected.header.alg).or_else(|| number(&theirs.unprotected.alg));
    assert_eq!(algorithm, Some(encrypt.algorithm().code()));
    assert_eq!(theirs.unprotected.iv, encrypt.iv());
    assert_eq!(theirs.ciphertext, None);
    assert_eq!(theirs.recipients.len(), encrypt.recipients().count());
    for (theirs, ours) in theirs.recipients.iter().zip(encrypt.recipients()) {
        let algorithm = number(&theirs.protected.header.alg).or_else(|| number(&theirs.unprotected.alg));
        assert_eq!(algorithm, Some(ours.algorithm().code()));
        assert_eq!(theirs.ciphertext.as_deref(), Some(ours.encrypted_key()));
    }
}

fn assert_key(data: &[u8], key: Key<'_>) {
    let Some(theirs) = registered(coset::CoseKey::from_slice(data)) else { return };
    let (curve, x) = match key {
        Key::Ec2 { curve, x, .. } | Key::Okp { curve, x } => (curve, x),
        _ => return,
    };
    let value = |label: i64| theirs.params.iter().find(|(at, _)| *at == coset::Label::Int(label)).map(|(_, value)| value.clone());
    assert_eq!(value(-1), Some(curve.into()));
    assert_eq!(value(-2), Some(x.to_vec().into()));
}

/// What coset read; nothing where a number is in none of its tables (docs/differences.md: unregistered), or a header that means
/// nothing here has a value of another type than its own (read-past).
fn registered<T>(read: coset::Result<T>) -> Option<T> {
    match read {
        Ok(read) => Some(read),
        Err(CoseError::UnregisteredIanaValue | CoseError::UnregisteredIanaNonPrivateValue) => None,
        Err(CoseError::UnexpectedItem(..) | CoseError::OutOfRangeIntegerValue) => None,
        // A tag 2 or 3 with more than 128 bits (bignum).
        Err(CoseError::DecodeFailed(ciborium::de::Error::Semantic(..))) => None,
        Err(error) => panic!("coset refuses: {error:?}"),
    }
}

fn number<T: EnumI64 + WithPrivateRange>(algorithm: &Option<RegisteredLabelWithPrivate<T>>) -> Option<i64> {
    match algorithm {
        Some(RegisteredLabelWithPrivate::Assigned(assigned)) => Some(assigned.to_i64()),
        Some(RegisteredLabelWithPrivate::PrivateUse(number)) => Some(*number),
        _ => None,
    }
}
