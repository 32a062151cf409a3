//! Encrypted payloads: the draft's vectors, those of the COSE working group and of Wycheproof, and what must not open.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use suitpack_core::cbor::{Reader, SliceSink, Writer};
use suitpack_core::cose::{Content, Distribution, Encrypt};
use suitpack_crypto::keyfile::{self, KeyError};
use suitpack_crypto::{
    ContentKey, DecryptionKey, P256PublicKey, P256SigningKey, RecipientKey, SharedKey, SigningKey, Unopened, Way, WrappingKey, ecdh,
};

use crate::support::{ED25519, ESP256, SECRET, hex, keys, peer_vectors};

/// What every example of the draft decrypts to (§6.1, §6.2).
const PLAINTEXT: &[u8] = b"This is a real firmware image.";

/// The vectors of the draft: id, encryption info, ciphertext, and the recipient's key.
fn infos() -> Vec<(String, Vec<u8>, Vec<u8>, DecryptionKey)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/peer-vectors/ietf/firmware-encryption");
    let Some(index) = peer_vectors("ietf/firmware-encryption/index.json") else { return Vec::new() };
    let vectors = index["vectors"].as_array().unwrap().iter().filter(|vector| vector["recipient_key"].is_object());
    let read = |vector: &Value| {
        let content = |name: &str| fs::read(folder.join(vector[name].as_str().unwrap())).unwrap();
        let member = |name: &str| vector["recipient_key"][name].as_str();
        let kid = member("kid").unwrap().as_bytes();
        let file = match member("k") {
            Some(k) => cose_key(&[(1, &[4]), (2, &bytes(kid)), (-1, &bytes(&hex(k)))]),
            None => {
                let [x, y, d] = ["x", "y", "d"].map(|name| bytes(&hex(member(name).unwrap())));
                cose_key(&[(1, &[2]), (2, &bytes(kid)), (-1, &[1]), (-2, &x), (-3, &y), (-4, &d)])
            }
        };
        let key = keyfile::decryption_key(&file, None).unwrap();
        (vector["id"].as_str().unwrap().to_owned(), content("file"), content("payload_file"), key)
    };
    let read: Vec<_> = vectors.map(read).collect();
    assert_eq!(read.len(), 4);
    read
}

fn bytes(content: &[u8]) -> Vec<u8> {
    let mut buffer = [0; 80];
    let mut writer = Writer::new(SliceSink::new(&mut buffer));
    writer.bytes(content).unwrap();
    writer.into_inner().written().to_vec()
}

fn cose_key(members: &[(i64, &[u8])]) -> Vec<u8> {
    let mut buffer = [0; 256];
    let mut sink = SliceSink::new(&mut buffer);
    let mut writer = Writer::new(&mut sink);
    writer.map(members.len() as u64).unwrap();
    for (label, value) in members {
        writer.int(*label).unwrap();
        writer.raw(value).unwrap();
    }
    sink.written().to_vec()
}

fn info(encoded: &[u8]) -> Encrypt<'_> {
    Encrypt::read(&mut Reader::new(encoded)).unwrap()
}

/// Decrypts as a reader would.
fn opened(encoded: &[u8], ciphertext: &[u8], key: &DecryptionKey) -> Result<Vec<u8>, Unopened> {
    let info = info(encoded);
    let content = key.content_key(&info)?;
    let (text, tag) = ciphertext.split_at(ciphertext.len().saturating_sub(content.algorithm().tag_length()));
    let mut buffer = text.to_vec();
    let mut stream = content.decrypt(&info, ciphertext.len() as u64).unwrap();
    // In pieces that fit no block.
    for piece in buffer.chunks_mut(7) {
        stream.apply(piece).unwrap();
    }
    Ok(stream.open(tag).map(|()| buffer).unwrap_or_default())
}

fn shared(secret: &[u8]) -> DecryptionKey {
    DecryptionKey::Shared(SharedKey::new(WrappingKey::from_bytes(secret).unwrap()))
}

#[test]
fn the_payloads_of_the_draft_decrypt_to_their_content() {
    for (id, encoded, ciphertext, key) in infos() {
        assert_eq!(opened(&encoded, &ciphertext, &key).unwrap(), PLAINTEXT, "{id}");
    }
}

#[test]
fn the_manifests_of_the_draft_carry_infos_that_the_same_keys_open() {
    // §9.1 and §9.3: ciphertext and info stand in one override-parameters, 18 and 19.
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/peer-vectors/ietf/firmware-encryption");
    for (name, key) in [("fe-ex-aeskw-write", 0), ("fe-ex-esdh-write", 2)] {
        let infos = infos();
        let Some((_, _, ciphertext, key)) = infos.get(key) else { return };
        let package = fs::read(folder.join(format!("{name}.suit"))).unwrap();
        let at = package.windows(3).position(|window| window == [0xd8, 0x60, 0x84]).unwrap();
        let encoded = &package[at..];
        assert!(package.windows(ciphertext.len()).any(|window| window == ciphertext), "{name}");
        assert_eq!(opened(encoded, ciphertext, key).unwrap(), PLAINTEXT, "{name}");
    }
}

#[test]
fn another_key_opens_nothing() {
    // Negative list 135 and 136.
    for (id, encoded, ciphertext, _) in infos() {
        let [_, signing] = keys();
        let SigningKey::P256(stranger) = signing else { panic!("P-256") };
        let stranger = DecryptionKey::P256(stranger);
        let wrong = if id.contains("es-ecdh") { Unopened::WrongKey } else { Unopened::NotForThisKey };
        assert_eq!(opened(&encoded, &ciphertext, &stranger), Err(wrong), "{id}");
        let wrong = if id.contains("aes-kw") { Unopened::WrongKey } else { Unopened::NotForThisKey };
        assert_eq!(opened(&encoded, &ciphertext, &shared(&[0x62; 16])), Err(wrong), "{id}");
        assert_eq!(opened(&encoded, &ciphertext, &shared(&[0x61; 32])), Err(Unopened::NotForThisKey), "{id}");
    }
}

#[test]
fn a_bit_flipped_in_an_authenticated_payload_or_its_info_opens_nothing() {
    // Negative list 136 and 137.
    for (id, encoded, ciphertext, key) in infos().into_iter().filter(|(id, ..)| id.ends_with("gcm")) {
        for bit in 0..ciphertext.len() * 8 {
            let mut flipped = ciphertext.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(opened(&encoded, &flipped, &key).unwrap(), b"", "{id}");
        }
        for cut in 0..ciphertext.len() {
            assert_eq!(opened(&encoded, &ciphertext[..cut], &key).unwrap(), b"", "{id}");
        }
        let mut opens = 0;
        for bit in 0..encoded.len() * 8 {
            let mut flipped = encoded.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let mut reader = Reader::new(&flipped);
            let Ok(info) = Encrypt::read(&mut reader) else { continue };
            if key.content_key(&info).is_err() {
                continue;
            }
            // The key id of a recipient is a hint and authenticated by nothing.
            opens += usize::from(!opened(&flipped, &ciphertext, &key).unwrap().is_empty());
        }
        assert!(opens <= 6 * 8, "{id}: {opens}");
    }
}

// SUIT-67
#[test]
fn an_agreed_key_depends_on_every_part_of_its_context() {
    // Negative list 141. The values are those of the draft's vectors (§6.1.3).
    let own =
        P256SigningKey::from_bytes(&hex("60fe6dd6d85d5740a5349b6f91267eeac5ba81b8cb53ee249e4b4eb102c476b3").try_into().unwrap())
            .unwrap();
    let x = "73024f415aa51529a66ccefd88f3f62a734492ff45f6ad37fd2888e73eaf19da";
    let y = "4005b48a6fd091aa6abfe3cfbeede88b347e521d43405fdbd7d2cff0ebc21b26";
    let other = P256PublicKey::from_sec1(&hex(&format!("04{x}{y}"))).unwrap();
    let protected = hex("a101381c");
    let kek = ecdh::agree(&own, &other, Distribution::EcdhEsA128Kw, &protected, None).unwrap();
    assert_eq!(kek[..16], hex("bb63763fc3913868040a1d63cf3a72ba"));
    let context = "842283f6f6f683f6f6f683188044a101381c5753554954205061796c6f616420456e6372797074696f6e";
    let derive = |context: &str, salt: Option<&[u8]>| {
        let mut key = [0; 16];
        ecdh::derive(&own, &other, salt, &hex(context), &mut key).unwrap();
        key
    };
    assert_eq!(derive(context, None), kek[..16]);
    for (old, new) in [("8422", "8424"), ("831880", "8318c0"), ("a101381c", "a101381d"), ("53554954", "53554955")] {
        assert_ne!(derive(&context.replacen(old, new, 1), None), kek[..16], "{old}");
    }
    assert_ne!(derive(context, Some(b"salt")), kek[..16]);
    let salted = ecdh::agree(&own, &other, Distribution::EcdhEsA128Kw, &protected, Some(b"salt")).unwrap();
    assert_eq!(derive(context, Some(b"salt")), salted[..16]);
    assert!(ecdh::agree(&own, &other, Distribution::A128Kw, &protected, None).is_none());
}

// SUIT-67
#[test]
fn a_salted_recipient_is_opened_with_its_salt() {
    let Some((_, encoded, ciphertext, key)) = infos().into_iter().find(|(id, ..)| id.ends_with("es-ecdh-aes-gcm")) else { return };
    // Rebuild its recipient as an author that salts would.
    let DecryptionKey::P256(own) = &key else { panic!("P-256") };
    let SigningKey::P256(ephemeral) = SigningKey::generate(ESP256, &[9; 32]).unwrap() else { panic!("P-256") };
    let protected = hex("a101381c");
    let kek = ecdh::agree(&ephemeral, own.public_key(), Distribution::EcdhEsA128Kw, &protected, Some(b"salt")).unwrap();
    let mut wrapped = [0; 40];
    let cek = hex("15f785b5c931414411b4b71373a9c0f7");
    let length = WrappingKey::from_bytes(&kek[..16]).unwrap().wrap(&cek, &mut wrapped).unwrap();
    let point = ephemeral.public_key().as_sec1();
    let ephemeral = cose_key(&[(1, &[2]), (-1, &[1]), (-2, &bytes(&point[1..33])), (-3, &bytes(&point[33..]))]);
    let recipient =
        |salt: &[u8]| [&hex("8344a101381ca220"), &ephemeral, &[0x33][..], &bytes(salt), &bytes(&wrapped[..length])].concat();
    let head = &encoded[..encoded.windows(2).position(|pair| pair == [0x81, 0x83]).unwrap()];
    assert_eq!(opened(&[head, &[0x81], &recipient(b"salt")].concat(), &ciphertext, &key).unwrap(), PLAINTEXT);
    assert_eq!(opened(&[head, &[0x81], &recipient(b"tals")].concat(), &ciphertext, &key), Err(Unopened::WrongKey));
}

#[test]
fn a_point_off_the_curve_agrees_on_nothing() {
    // Negative list 142: invalid curve, and the compressed form of the right one.
    let Some((id, encoded, ciphertext, key)) = infos().into_iter().find(|(id, ..)| id.ends_with("es-ecdh-aes-gcm")) else { return };
    let y = encoded.windows(4).position(|window| window == hex("4005b48a")).unwrap();
    let mut off = encoded.clone();
    off[y + 31] ^= 1;
    assert_eq!(opened(&off, &ciphertext, &key), Err(Unopened::NotForThisKey), "{id}");
    let zero = [&encoded[..y - 35], &[0; 32][..], &encoded[y - 3..y], &[0; 32], &encoded[y + 32..]].concat();
    assert_eq!(zero.len(), encoded.len());
    assert_eq!(opened(&zero, &ciphertext, &key), Err(Unopened::NotForThisKey), "{id}");
    let odd = 0xf4 | (encoded[y + 31] & 1);
    let compressed = [&encoded[..y - 2], &[odd], &encoded[y + 32..]].concat();
    assert_eq!(opened(&compressed, &ciphertext, &key).unwrap(), PLAINTEXT);
    let other = [&encoded[..y - 2], &[odd ^ 1], &encoded[y + 32..]].concat();
    // The other root has the same x-coordinate, which is all that is derived from.
    assert_eq!(opened(&other, &ciphertext, &key).unwrap(), PLAINTEXT);
}

#[test]
fn the_recipient_that_is_named_is_meant_and_no_other() {
    let (secret, other) = ([7; 16], [8; 16]);
    let content = ContentKey::new(Content::A128Ctr, &[1; 16]).unwrap();
    let recipient = |secret: &[u8], kid: &[u8]| {
        let mut wrapped = [0; 40];
        let length =
            RecipientKey::Shared(SharedKey::new(WrappingKey::from_bytes(secret).unwrap())).wrap(&content, &[], None, &mut wrapped);
        let kid = if kid.is_empty() { hex("a10122") } else { [&hex("a2012204"), &bytes(kid)[..]].concat() };
        [&hex("8340")[..], &kid, &bytes(&wrapped[..length.unwrap()])].concat()
    };
    let whole = |recipients: &[Vec<u8>]| {
        let count = 0x80 + u8::try_from(recipients.len()).unwrap();
        [&hex("d8608440a20139fffd0550000102030405060708090a0b0c0d0e0ff6"), &[count][..], &recipients.concat()].concat()
    };
    let named = SharedKey::new(WrappingKey::from_bytes(&secret).unwrap()).with_alias(b"dev").unwrap();
    let named = DecryptionKey::Shared(named);
    let finds = |encoded: &[u8]| named.content_key(&info(encoded)).map(|_| ());
    assert_eq!(finds(&whole(&[recipient(&other, b""), recipient(&secret, b"")])), Ok(()));
    assert_eq!(finds(&whole(&[recipient(&other, b"x"), recipient(&secret, b"dev")])), Ok(()));
    assert_eq!(finds(&whole(&[recipient(&secret, b"x"), recipient(&other, b"dev")])), Err(Unopened::WrongKey));
    assert_eq!(finds(&whole(&[recipient(&secret, b"x")])), Ok(()), "an id of nobody known is a hint only");
}

#[test]
fn key_wrap_verdicts_are_those_of_wycheproof() {
    let Some(vectors) = peer_vectors("wycheproof/aes_wrap_test.json") else { return };
    let mut judged = 0;
    for case in cases(&vectors) {
        let field = |name: &str| hex(case[name].as_str().unwrap());
        let (Some(key), message, wrapped) = (WrappingKey::from_bytes(&field("key")), field("msg"), field("ct")) else { continue };
        let mut found = [0; 32];
        let length = key.unwrap(&wrapped, &mut found);
        let fits = (16..=32).contains(&message.len()) && message.len().is_multiple_of(8);
        let valid = case["result"] == "valid" && fits;
        assert_eq!(length.is_some_and(|length| found[..length] == message), valid, "{case}");
        assert!(valid || length.is_none(), "{case}");
        if valid {
            let mut made = [0; 40];
            let length = key.wrap(&message, &mut made).unwrap();
            assert_eq!(made[..length], wrapped, "{case}");
        }
        judged += 1;
    }
    assert!(judged > 75, "{judged}");
}

#[test]
fn agreed_secrets_are_those_of_wycheproof() {
    let Some(vectors) = peer_vectors("wycheproof/ecdh_secp256r1_ecpoint_test.json") else { return };
    let mut judged = 0;
    for case in cases(&vectors) {
        let field = |name: &str| hex(case[name].as_str().unwrap());
        let private = field("private");
        let padded =
            [vec![0; 32_usize.saturating_sub(private.len())], private[private.len().saturating_sub(32)..].to_vec()].concat();
        let own = P256SigningKey::from_bytes(&padded.try_into().unwrap()).unwrap();
        let point = P256PublicKey::from_sec1(&field("public"));
        if case["result"] == "invalid" {
            assert!(point.is_none(), "{case}");
            continue;
        }
        // The secret itself stays inside: what is derived from it is compared instead.
        let Some(point) = point else { continue };
        let mut ours = [0; 32];
        ecdh::derive(&own, &point, None, b"", &mut ours).unwrap();
        assert_eq!(ours, hkdf(&[0; 32], &field("shared"), b""), "{case}");
        judged += 1;
    }
    assert!(judged > 100, "{judged}");
}

/// HKDF (RFC 5869) of one block, made of HMAC alone.
fn hkdf(salt: &[u8; 32], secret: &[u8], context: &[u8]) -> [u8; 32] {
    use suitpack_core::crypto::Sign as _;
    let mac = |key: &[u8], message: &[u8]| {
        let mut tag = [0; 64];
        suitpack_crypto::HmacKey::from_bytes(key).unwrap().sign(message, &mut tag).unwrap();
        <[u8; 32]>::try_from(&tag[..32]).unwrap()
    };
    mac(&mac(salt, secret), &[context, &[1]].concat())
}

#[test]
fn the_wrapped_and_encrypted_objects_of_the_cose_working_group_open() {
    let mut count = 0;
    let folders = ["aes-wrap-examples/aes-wrap-128-04", "aes-wrap-examples/aes-wrap-192-04", "aes-wrap-examples/aes-wrap-256-04"];
    for name in folders {
        let Some(vector) = peer_vectors(&format!("cose-wg/{name}.json")) else { return };
        let (detached, ciphertext) = detach(&hex(vector["output"]["cbor"].as_str().unwrap()));
        let secret = base64url(vector["input"]["enveloped"]["recipients"][0]["key"]["k"].as_str().unwrap());
        assert_eq!(opened(&detached, &ciphertext, &shared(&secret)).unwrap(), b"This is the content.", "{name}");
        count += 1;
    }
    for name in ["p256-wrap-128-02", "p256-wrap-192-01", "p256-wrap-192-02", "p256-wrap-256-01"] {
        let Some(vector) = peer_vectors(&format!("cose-wg/ecdh-wrap-examples/{name}.json")) else { return };
        let (detached, ciphertext) = detach(&hex(vector["output"]["cbor"].as_str().unwrap()));
        let info = info(&detached);
        let recipient = info.recipients().next().unwrap();
        let secret = base64url(vector["input"]["enveloped"]["recipients"][0]["key"]["d"].as_str().unwrap());
        let own = P256SigningKey::from_bytes(&secret.try_into().unwrap()).unwrap();
        let point = ecdh::point(&recipient.ephemeral().unwrap()).unwrap();
        let inside = &vector["intermediates"]["recipients"][0];
        // Their context has no `other`: it is not that of SUIT, and so neither is the key.
        let mut kek = [0; 32];
        let kek = &mut kek[..recipient.algorithm().key_length()];
        ecdh::derive(&own, &point, recipient.salt(), &hex(inside["Context_hex"].as_str().unwrap()), kek).unwrap();
        assert_eq!(kek, hex(inside["KEK_hex"].as_str().unwrap()), "{name}");
        let mut cek = [0; 32];
        let length = WrappingKey::from_bytes(kek).unwrap().unwrap(recipient.encrypted_key(), &mut cek).unwrap();
        let content = ContentKey::new(info.algorithm(), &cek[..length]).unwrap();
        let (text, tag) = ciphertext.split_at(ciphertext.len() - 16);
        let mut stream = content.decrypt(&info, ciphertext.len() as u64).unwrap();
        let mut text = text.to_vec();
        stream.apply(&mut text).unwrap();
        assert_eq!((stream.open(tag), &text[..]), (Some(()), &b"This is the content."[..]), "{name}");
        assert_eq!(DecryptionKey::P256(own).content_key(&info).unwrap_err(), Unopened::WrongKey, "{name}");
        count += 1;
    }
    assert_eq!(count, 7);
}

#[test]
fn content_encryption_is_that_of_the_cose_working_group() {
    let mut opened = 0;
    for name in
        ["aes-gcm-examples/aes-gcm-02", "aes-gcm-examples/aes-gcm-03", "aes-gcm-examples/aes-gcm-04", "aes-gcm-examples/aes-gcm-05"]
    {
        let Some(vector) = peer_vectors(&format!("cose-wg/{name}.json")) else { return };
        let object = hex(vector["output"]["cbor"].as_str().unwrap());
        let (iv, ciphertext) = iv_and_ciphertext(&object);
        let Ok(iv): Result<[u8; 12], _> = iv.try_into() else { continue };
        let (text, tag) = ciphertext.split_at(ciphertext.len() - 16);
        let aad = hex(vector["intermediates"]["AAD_hex"].as_str().unwrap());
        let key = hex(vector["intermediates"]["CEK_hex"].as_str().unwrap());
        let algorithm = Content::new([1, 2, 3][key.len() / 8 - 2]).unwrap();
        let key = ContentKey::new(algorithm, &key).unwrap();
        let mut stream = key.stream_with_aad(Way::Decrypt, &aad, &iv, text.len() as u64).unwrap();
        let mut buffer = text.to_vec();
        stream.apply(&mut buffer).unwrap();
        assert_eq!(buffer, b"This is the content.", "{name}: only the tag is spoilt in some");
        assert_eq!(stream.open(tag).is_some(), vector["fail"] != true, "{name}");
        opened += 1;
    }
    assert!(opened >= 3, "{opened}");
}

#[test]
fn a_content_key_has_the_length_of_its_algorithm_and_opens_nothing_of_another() {
    for code in [1, 2, 3, 24, -65534, -65533, -65532] {
        let algorithm = Content::new(code).unwrap();
        assert!(ContentKey::new(algorithm, &[3; 33]).is_none() && ContentKey::new(algorithm, &[3; 15]).is_none());
        let key = ContentKey::new(algorithm, &[3; 32][..algorithm.key_length()]).unwrap();
        for (id, encoded, ..) in infos() {
            let info = info(&encoded);
            let started = key.decrypt(&info, 100);
            assert_eq!(started.is_ok(), info.algorithm() == algorithm, "{code} {id}");
        }
    }
}

#[test]
fn only_keys_that_may_encrypt_are_taken_for_it() {
    let [ed25519, p256] = keys();
    let public = keyfile::to_cose_key(&p256.public_key());
    assert!(matches!(keyfile::recipient_key(&public), Ok(RecipientKey::P256(_))));
    assert_eq!(keyfile::recipient_key(&keyfile::to_cose_key(&ed25519.public_key())).unwrap_err(), KeyError::NotForEncryption);
    assert_eq!(keyfile::decryption_key(&public, None).unwrap_err(), KeyError::PublicKey);
    let pem = keyfile::to_pkcs8_pem(&p256).unwrap();
    assert!(matches!(keyfile::decryption_key(pem.as_bytes(), None), Ok(DecryptionKey::P256(_))));
    assert_eq!(keyfile::recipient_key(pem.as_bytes()).unwrap_err(), KeyError::PrivateKey);
    let signing_only = keyfile::to_pkcs8_pem(&SigningKey::generate(ED25519, SECRET).unwrap()).unwrap();
    assert_eq!(keyfile::decryption_key(signing_only.as_bytes(), None).unwrap_err(), KeyError::NotForEncryption);
    // A key that says it signs is not encrypted for, and the other way round.
    let named = |alg: &[u8]| {
        let mut file = public.clone();
        file[0] += 1;
        file.splice(3..3, [&[3], alg].concat());
        file
    };
    assert_eq!(keyfile::recipient_key(&named(&[0x28])).unwrap_err(), KeyError::AlgorithmMismatch);
    assert!(keyfile::recipient_key(&named(&[0x38, 28])).is_ok());
    assert_eq!(keyfile::public_key(&named(&[0x38, 28])).unwrap_err(), KeyError::AlgorithmMismatch);
    for length in [16_usize, 24, 32] {
        let secret = bytes(&[6; 32][..length]);
        assert!(keyfile::recipient_key(&cose_key(&[(1, &[4]), (-1, &secret)])).is_ok());
        let mac = cose_key(&[(1, &[4]), (3, &[5]), (-1, &secret)]);
        assert_eq!(keyfile::decryption_key(&mac, None).unwrap_err(), KeyError::AlgorithmMismatch);
    }
    assert_eq!(keyfile::recipient_key(&cose_key(&[(1, &[4]), (-1, &bytes(&[6; 20]))])).unwrap_err(), KeyError::Length(20));
}

fn cases(vectors: &Value) -> impl Iterator<Item = &Value> {
    vectors["testGroups"].as_array().unwrap().iter().flat_map(|group| group["tests"].as_array().unwrap())
}

/// Takes the ciphertext out of a COSE_Encrypt.
fn detach(object: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut reader = Reader::new(object);
    assert_eq!((reader.tag().unwrap(), reader.array().unwrap()), (96, 4));
    let (protected, unprotected, ciphertext) = (reader.item().unwrap(), reader.item().unwrap(), reader.bytes().unwrap());
    ([&[0xd8, 0x60, 0x84][..], protected, unprotected, &[0xf6], reader.rest()].concat(), ciphertext.to_vec())
}

fn iv_and_ciphertext(object: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut reader = Reader::new(object);
    reader.tag().unwrap();
    reader.array().unwrap();
    reader.item().unwrap();
    let mut map = reader.map().unwrap();
    map.next_key(&mut reader).unwrap();
    (reader.bytes().unwrap().to_vec(), reader.bytes().unwrap().to_vec())
}

fn base64url(text: &str) -> Vec<u8> {
    let digit = |c: u8| b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".iter().position(|d| *d == c).unwrap();
    let bits: Vec<usize> = text.bytes().map(digit).flat_map(|sextet| (0..6).rev().map(move |bit| sextet >> bit & 1)).collect();
    bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |sum, bit| sum << 1 | u8::try_from(*bit).unwrap())).collect()
}
