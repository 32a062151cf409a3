//! Encrypted payloads: written for some, read by them and by nobody else.

use std::io;

use suitpack_author::{BuildError, Options, RecipientFault, Secrets};
use suitpack_core::cose::{Content, Distribution, Encrypt};
use suitpack_core::manifest::Section;
use suitpack_core::manifest::command::{Command, Directive};
use suitpack_core::manifest::parameter::Parameter;
use suitpack_core::{Envelope, Profile};
use suitpack_crypto::keyfile::{self, KeyError};
use suitpack_crypto::{DecryptionKey, Seed, Unopened};

use crate::bench::{Bench, Made, image, key, sha_256, small};

/// A symmetric COSE_Key with a name.
fn kek(length: u8, name: &[u8]) -> Vec<u8> {
    let secret = vec![length ^ 0x55; usize::from(length)];
    let head = if length < 24 { vec![0x40 | length] } else { vec![0x58, length] };
    [&[0xa3, 1, 4, 2, 0x40 | u8::try_from(name.len()).unwrap()], name, &[0x20], &head, &secret].concat()
}

/// A bench with the keys of four devices.
fn bench() -> Bench {
    let bench = Bench::new();
    bench.image("one.cosekey", &kek(16, b"one"));
    bench.image("two.cosekey", &kek(32, b"two"));
    bench.image("pub.pem", keyfile::to_spki_pem(&key(-9).public_key()).unwrap().as_bytes());
    bench
}

fn device(bench: &Bench, name: &str) -> DecryptionKey {
    match name {
        "pub.pem" => keyfile::decryption_key(keyfile::to_pkcs8_pem(&key(-9)).unwrap().as_bytes(), None).unwrap(),
        name => keyfile::decryption_key(&std::fs::read(bench.path(name)).unwrap(), None).unwrap(),
    }
}

fn seeded(bench: &Bench, recipe: &str, seed: u8) -> Made {
    let secrets = Some(Secrets::Derived(Seed::from_bytes(&[seed; 32]).unwrap()));
    bench.try_build(&bench.recipe(recipe).unwrap(), &[], Options { secrets, ..Options::default() }).unwrap()
}

/// The commands of suit-install that set parameters or do something, in words of the test.
fn install(package: &[u8]) -> Vec<(Option<Vec<u8>>, Option<Directive>)> {
    let envelope = Envelope::parse(package).unwrap();
    let manifest = envelope.manifest_unauthenticated(Profile::Strict).unwrap();
    let sequence = manifest.sequence(Section::Install, envelope.member(20)).unwrap().unwrap();
    let step = |command| match command {
        Command::OverrideParameters(mut parameters) => {
            let info = parameters.find_map(|parameter| match parameter {
                Parameter::EncryptionInfo(info) => Some(info.encoded().to_vec()),
                _ => None,
            });
            Some((info, None))
        }
        Command::Directive(directive, _) => Some((None, Some(directive))),
        _ => None,
    };
    sequence.filter_map(step).collect()
}

fn info(package: &[u8]) -> Vec<u8> {
    install(package).into_iter().find_map(|(info, _)| info).unwrap()
}

fn read(encoded: &[u8]) -> Encrypt<'_> {
    Encrypt::read(&mut suitpack_core::cbor::Reader::new(encoded)).unwrap()
}

fn payload(package: &[u8], name: &str) -> Vec<u8> {
    let envelope = Envelope::parse(package).unwrap();
    envelope.payloads().find(|(key, _)| *key == name).unwrap().1.to_vec()
}

fn decrypted(encoded: &[u8], ciphertext: &[u8], key: &DecryptionKey) -> Result<Vec<u8>, Unopened> {
    let info = read(encoded);
    let content = key.content_key(&info)?;
    let (text, tag) = ciphertext.split_at(ciphertext.len() - content.algorithm().tag_length());
    let mut stream = content.decrypt(&info, ciphertext.len() as u64).unwrap();
    let mut buffer = text.to_vec();
    stream.apply(&mut buffer).unwrap();
    stream.open(tag).unwrap();
    Ok(buffer)
}

#[test]
fn every_algorithm_is_read_by_its_recipients_and_by_nobody_else() {
    let bench = bench();
    let plain = image(100_000, 1);
    let stranger = keyfile::decryption_key(&kek(16, b"stranger"), None).unwrap();
    for (name, code) in [
        ("a128gcm", 1),
        ("a192gcm", 2),
        ("a256gcm", 3),
        ("chacha20-poly1305", 24),
        ("a128ctr", -65534),
        ("a192ctr", -65533),
        ("a256ctr", -65532),
    ] {
        let recipe =
            small(&format!("encrypt-for = [\"one.cosekey\", {{ key = \"pub.pem\" }}, \"two.cosekey\"]\nencryption = \"{name}\""));
        let made = seeded(&bench, &recipe, 1);
        let (encoded, ciphertext) = (info(&made.package), payload(&made.package, "#app"));
        let algorithm = Content::new(code).unwrap();
        assert_eq!(read(&encoded).algorithm(), algorithm);
        assert_eq!(ciphertext.len(), plain.len() + algorithm.tag_length());
        assert_ne!(ciphertext[..plain.len()], plain);
        for key in ["one.cosekey", "two.cosekey", "pub.pem"] {
            assert_eq!(decrypted(&encoded, &ciphertext, &device(&bench, key)).unwrap(), plain, "{name} {key}");
        }
        let ways: Vec<_> = read(&encoded).recipients().map(|recipient| recipient.algorithm()).collect();
        assert_eq!(ways, [Distribution::A128Kw, Distribution::EcdhEsA128Kw, Distribution::A256Kw]);
        // The stranger's key has the bytes of the first one, and another name.
        assert!(decrypted(&encoded, &ciphertext, &stranger).is_ok());
        let stranger = keyfile::decryption_key(&kek(24, b"stranger"), None).unwrap();
        assert_eq!(decrypted(&encoded, &ciphertext, &stranger), Err(Unopened::NotForThisKey));
        let built = &made.built.payloads[0];
        assert_eq!((built.encryption, built.image_size), (Some((code, 3)), 100_000));
        assert_eq!((built.carried_digest, built.image_digest), (sha_256(&ciphertext), sha_256(&plain)));
    }
}

// SUIT-68
#[test]
fn ciphertext_and_plaintext_are_both_bound_and_only_the_install_decrypts() {
    let bench = bench();
    for (compression, directive) in [("none", Directive::Copy), ("zstd", Directive::Transform)] {
        let recipe =
            small("encrypt-for = [\"one.cosekey\"]").replace("compression = \"none\"", &format!("compression = \"{compression}\""));
        let made = seeded(&bench, &recipe, 1);
        let steps = install(&made.package);
        assert_eq!(steps.iter().filter_map(|(_, directive)| *directive).collect::<Vec<_>>(), [directive]);
        assert!(steps[0].0.is_some(), "it is set just before");
        let envelope = Envelope::parse(&made.package).unwrap();
        let manifest = envelope.manifest_unauthenticated(Profile::Strict).unwrap();
        let fetch: Vec<_> = manifest.sequence(Section::PayloadFetch, None).unwrap().unwrap().collect();
        let set = fetch
            .iter()
            .find_map(|command| if let Command::OverrideParameters(parameters) = command { Some(*parameters) } else { None });
        let set: Vec<Parameter<'_>> = set.unwrap().collect();
        let ciphertext = payload(&made.package, "#app");
        assert!(set.iter().all(|parameter| !matches!(parameter, Parameter::EncryptionInfo(_))), "a fetch does not decrypt");
        let digest = |parameter: &Parameter<'_>| matches!(parameter, Parameter::ImageDigest(digest) if digest.bytes() == sha_256(&ciphertext));
        assert!(set.iter().any(digest), "what is fetched is judged as carried");
        // Compressed first, encrypted second: what is decrypted is what a decoder takes.
        let plain = decrypted(&info(&made.package), &ciphertext, &device(&bench, "one.cosekey")).unwrap();
        assert_eq!(plain.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]), compression == "zstd");
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_gives_others() {
    let bench = bench();
    let recipe = small("encrypt-for = [\"one.cosekey\", \"pub.pem\"]");
    let made = |seed| seeded(&bench, &recipe, seed).package;
    assert_eq!(made(1), made(1));
    assert_ne!(info(&made(1)), info(&made(2)));
    assert_ne!(payload(&made(1), "#app"), payload(&made(2), "#app"));
}

// SUIT-68
#[test]
fn no_two_payloads_share_a_key_or_an_iv() {
    // Negative list 143.
    let bench = bench();
    bench.image("other.bin", &image(100_000, 2));
    let more = |image: &str, encryption: &str| {
        format!(
            "\n[[component]]\nid = [\"{image}-{encryption}\"]\nimage = \"{image}\"\ncompression = \"none\"\nencrypt-for = [\"one.cosekey\"]\nencryption = \"{encryption}\""
        )
    };
    let recipe = small(
        &[
            "encrypt-for = [\"one.cosekey\"]",
            &more("other.bin", "a128gcm"),
            &more("app.bin", "a128ctr"),
            &more("other.bin", "a128ctr"),
        ]
        .concat(),
    );
    for secrets in 0..2 {
        let made = if secrets == 0 { seeded(&bench, &recipe, 1) } else { fresh(&bench, &recipe).unwrap() };
        let infos: Vec<_> = install(&made.package).into_iter().filter_map(|(info, _)| info).collect();
        assert_eq!(infos.len(), 4);
        for (at, one) in infos.iter().enumerate() {
            for other in &infos[..at] {
                let wrapped = |info: &[u8]| read(info).recipients().next().unwrap().encrypted_key().to_vec();
                assert_ne!(wrapped(one), wrapped(other));
                assert_ne!(read(one).iv()[..12], read(other).iv()[..12]);
            }
        }
    }
}

/// Builds with numbers that only look random.
fn fresh(bench: &Bench, recipe: &str) -> Result<Made, BuildError> {
    let mut next = 0_u64;
    let mut fill = |secret: &mut [u8]| {
        next += 1;
        secret.copy_from_slice(&image(secret.len(), next));
        Ok(())
    };
    let secrets = Some(Secrets::Fresh(&mut fill));
    bench.try_build(&bench.recipe(recipe).unwrap(), &[], Options { secrets, ..Options::default() })
}

#[test]
fn without_secrets_nothing_is_encrypted() {
    let bench = bench();
    let recipe = bench.recipe(&small("encrypt-for = [\"one.cosekey\"]")).unwrap();
    assert!(matches!(bench.try_build(&recipe, &[], Options::default()), Err(BuildError::Entropy(_))));
    let mut fill = |_: &mut [u8]| Err(io::ErrorKind::Other.into());
    let secrets = Some(Secrets::Fresh(&mut fill));
    assert!(matches!(bench.try_build(&recipe, &[], Options { secrets, ..Options::default() }), Err(BuildError::Entropy(_))));
}

#[test]
fn a_large_payload_is_encrypted_in_pieces() {
    let bench = bench();
    let plain = image(700_001, 3);
    bench.image("app.bin", &plain);
    let made = seeded(&bench, &small("encrypt-for = [\"one.cosekey\"]\nencryption = \"a256ctr\""), 1);
    assert_eq!(decrypted(&info(&made.package), &payload(&made.package, "#app"), &device(&bench, "one.cosekey")).unwrap(), plain);
}

#[test]
fn every_slot_has_an_info_of_its_own() {
    let bench = bench();
    bench.image("b.bin", &image(50_000, 4));
    let recipe = small("encrypt-for = [\"one.cosekey\"]").replace("image = \"app.bin\"", "a-b = [\"app.bin\", \"b.bin\"]");
    let made = seeded(&bench, &recipe, 1);
    let envelope = Envelope::parse(&made.package).unwrap();
    let manifest = envelope.manifest_unauthenticated(Profile::Strict).unwrap();
    let mut infos = Vec::new();
    for command in manifest.sequence(Section::Install, None).unwrap().unwrap() {
        let Command::TryEach(arms) = command else { continue };
        for parameters in
            arms.flatten().filter_map(|command| if let Command::OverrideParameters(set) = command { Some(set) } else { None })
        {
            infos.extend(
                parameters.filter_map(
                    |set| {
                        if let Parameter::EncryptionInfo(info) = set { Some(info.encoded().to_vec()) } else { None }
                    },
                ),
            );
        }
    }
    let key = device(&bench, "one.cosekey");
    let opened: Vec<_> = infos
        .iter()
        .zip(["#app.0", "#app.1"])
        .map(|(info, name)| decrypted(info, &payload(&made.package, name), &key).unwrap())
        .collect();
    assert_eq!(opened, [image(100_000, 1), image(50_000, 4)]);
}

#[test]
fn keys_that_cannot_be_encrypted_for_are_refused() {
    let bench = bench();
    bench.image("same.cosekey", &kek(24, b"one"));
    bench.image("odd.cosekey", &kek(20, b"odd"));
    bench.image("ed.pem", keyfile::to_spki_pem(&key(-19).public_key()).unwrap().as_bytes());
    bench.image("private.pem", keyfile::to_pkcs8_pem(&key(-9)).unwrap().as_bytes());
    let fault = |keys: &str| match fresh(&bench, &small(&format!("encrypt-for = {keys}"))) {
        Err(BuildError::Recipient { fault, .. }) => fault,
        other => panic!("{:?}", other.map(|made| made.built)),
    };
    assert!(matches!(fault("[\"one.cosekey\", \"same.cosekey\"]"), RecipientFault::SameName));
    assert!(matches!(fault("[\"odd.cosekey\"]"), RecipientFault::Key(KeyError::Length(20))));
    assert!(matches!(fault("[\"ed.pem\"]"), RecipientFault::Key(KeyError::NotForEncryption)));
    assert!(matches!(fault("[\"private.pem\"]"), RecipientFault::Key(KeyError::PrivateKey)));
    assert!(matches!(fault("[\"nowhere\"]"), RecipientFault::Unreadable(_)));
}

#[test]
fn recipes_that_make_no_sense_are_refused() {
    let bench = bench();
    let said = |more: &str| bench.recipe(&small(more)).unwrap_err().to_string();
    assert!(said("encrypt-for = []").contains("encrypt-for"));
    assert!(said("encryption = \"a128gcm\"").contains("`encrypt-for`"));
    assert!(said("encrypt-for = [\"one.cosekey\"]\nencryption = \"aes\"").contains("no algorithm"));
    assert!(said("encrypt-for = [\"one.cosekey\", \"one.cosekey\"]").contains("twice"));
    assert!(said("encrypt-for = [\"one.cosekey\"]\ninstall = \"streamed\"").contains("encrypt-for"));
    assert!(said("encrypt-for = [{ file = \"one.cosekey\" }]").contains("key"));
    let many: Vec<_> = (0..17).map(|at| format!("\"{at}\"")).collect();
    assert!(said(&format!("encrypt-for = [{}]", many.join(", "))).contains("more than 16"));
}

#[test]
fn what_is_too_large_for_its_algorithm_is_refused_before_it_is_read() {
    let bench = bench();
    // A hole: no disk is taken, and reading it would take a while.
    let file = std::fs::File::create(bench.path("app.bin")).unwrap();
    file.set_len(1 << 36).unwrap();
    let mut read = 0;
    let mut progress = |bytes| read = bytes;
    let recipe = bench.recipe(&small("encrypt-for = [\"one.cosekey\"]")).unwrap();
    let secrets = Some(Secrets::Derived(Seed::from_bytes(&[1; 32]).unwrap()));
    let options = Options { secrets, progress: Some(&mut progress), ..Options::default() };
    assert!(matches!(bench.try_build(&recipe, &[], options), Err(BuildError::TooLargeToEncrypt { .. })));
    assert_eq!(read, 0);
}
