use coset::iana::{EnumI64, WithPrivateRange};
use coset::{
    CborSerializable, CoseEncrypt, CoseError, CoseMac, CoseMac0, CoseSign, CoseSign1, MacContext, RegisteredLabelWithPrivate,
    TaggedCborSerializable,
};
use suitpack_core::cbor::Reader;
use suitpack_core::cose::{Encrypt, Key, Mac, Mac0, Sign, Sign1};

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
    if let Ok(mac) = Mac0::read(&mut reader)
        && reader.end().is_ok()
    {
        assert_copies(data);
        assert_mac0(data, &mac);
    }
    let mut reader = Reader::new(data);
    if let Ok(sign) = Sign::read(&mut reader)
        && reader.end().is_ok()
    {
        assert_copies(data);
        assert_sign(data, &sign);
    }
    let mut reader = Reader::new(data);
    if let Ok(mac) = Mac::read(&mut reader)
        && reader.end().is_ok()
    {
        assert_copies(data);
        // Recipients are counted and not read: docs/differences.md, mac-recipients.
        if let Ok(theirs) = CoseMac::from_slice(data) {
            assert_eq!(number(&theirs.protected.header.alg), Some(mac.header().algorithm()));
            assert_eq!(theirs.recipients.len(), mac.recipients());
        }
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

fn assert_mac0(data: &[u8], mac: &Mac0<'_>) {
    let Some(theirs) = registered(CoseMac0::from_slice(data)) else { return };
    assert_eq!(theirs.tag, mac.tag());
    assert_eq!(theirs.payload, None);
    assert_eq!(number(&theirs.protected.header.alg), Some(mac.header().algorithm()));
    let mut buffer = [0; 1024];
    let ours = mac.authenticated_bytes(b"payload", &mut buffer).unwrap_or_else(|error| panic!("{error}"));
    let structure = coset::mac_structure_data(MacContext::CoseMac0, theirs.protected, b"", b"payload");
    assert_eq!(ours, structure, "another MAC_structure");
}

fn assert_sign(data: &[u8], sign: &Sign<'_>) {
    let Some(theirs) = registered(CoseSign::from_slice(data)) else { return };
    assert_eq!(theirs.payload, None);
    assert_eq!(theirs.signatures.len(), sign.signatures().count());
    // docs/differences.md: empty-protected.
    let encodes_nothing = theirs.protected.original_data.as_deref() == Some(&[0xa0]);
    for (theirs_one, ours) in theirs.signatures.iter().zip(sign.signatures()) {
        assert_eq!(theirs_one.signature, ours.signature());
        assert_eq!(number(&theirs_one.protected.header.alg), Some(ours.header().algorithm()));
        let mut buffer = [0; 2048];
        let bytes = ours.signed_bytes(b"payload", &mut buffer).unwrap_or_else(|error| panic!("{error}"));
        if !encodes_nothing {
            assert_eq!(bytes, theirs.tbs_detached_data(b"payload", b"", theirs_one), "another Sig_structure");
        }
    }
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
