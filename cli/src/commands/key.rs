use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};

use suitpack_core::crypto::VerifySignature;
use suitpack_core::registry::algorithm;
use suitpack_crypto::{SigningKey, keyfile};
use zeroize::Zeroizing;

use crate::args::{AlgorithmName, KeyFormat, KeyGenerateArgs, KeyPublicArgs, KeyShowArgs, KeyVerb};
use crate::failure::{Code, Failure};
use crate::files::{self, Output, Pending, Policy, any_key, is_standard, passphrase, shared_key};
use crate::terminal::Terminal;

pub(super) fn run(verb: &KeyVerb, terminal: &mut Terminal) -> Result<(), Failure> {
    match verb {
        KeyVerb::Generate(args) => generate(args, terminal),
        KeyVerb::Public(args) => public(args, terminal),
        KeyVerb::Show(args) => show(args, terminal),
    }
}

/// The name of the file for the public half: `dev.pub.pem` beside `dev.pem`.
pub(super) fn public_path(private: &Path) -> PathBuf {
    let mut name: OsString = match private.extension() {
        Some(extension) if extension == "pem" => private.with_extension("").into_os_string(),
        _ => private.as_os_str().to_owned(),
    };
    name.push(".pub.pem");
    name.into()
}

pub(super) fn generate(args: &KeyGenerateArgs, terminal: &mut Terminal) -> Result<(), Failure> {
    if is_standard(&args.output) {
        return Err(Failure::usage("a private key is not written to standard output").hint("name a file with `-o FILE`"));
    }
    if let Some(length) = shared_length(args.alg) {
        return generate_shared(args, length, terminal);
    }
    let public_path = public_path(&args.output);
    // Both are refused before either is made.
    let policy = Policy { keep: true, ..Policy::default() };
    let mut private = Pending::create(&args.output, Policy { private: true, ..policy })?;
    let mut public = Pending::create(&public_path, policy)?;
    let entropy = entropy()?;
    let key = SigningKey::generate(number(args.alg), &entropy).ok_or_else(unmakeable)?;
    let pem = match &args.passphrase_file {
        None => keyfile::to_pkcs8_pem(&key),
        Some(file) => keyfile::to_encrypted_pkcs8_pem(&key, passphrase(file)?.as_bytes(), &*self::entropy()?),
    };
    let pem = pem.map_err(|error| unmakeable().caused_by(&error))?;
    let public_pem = keyfile::to_spki_pem(&key.public_key()).map_err(|error| unmakeable().caused_by(&error))?;
    let unwritten = |path: &Path, error| Failure::io(format!("cannot write `{}`", path.display()), &error);
    private.file()?.write_all(pem.as_bytes()).map_err(|error| unwritten(&args.output, error))?;
    public.file()?.write_all(public_pem.as_bytes()).map_err(|error| unwritten(&public_path, error))?;
    // A private key without its public half can be mended, the other way round it cannot.
    files::commit(vec![private, public])?;
    terminal.note(&format!("wrote `{}`, the private key: keep it secret, and a copy of it safe", args.output.display()));
    terminal.note(&format!("wrote `{}`, the public key: give it to everybody who verifies", public_path.display()));
    terminal.note(&format!("key id {}", hex(key.thumbprint())));
    terminal.note(&format!("next: `suitpack build -k {} -o update.suit`", args.output.display()));
    Ok(())
}

/// A key that has no public half.
fn generate_shared(args: &KeyGenerateArgs, length: usize, terminal: &mut Terminal) -> Result<(), Failure> {
    if args.passphrase_file.is_some() {
        return Err(Failure::usage("a COSE_Key is not encrypted")
            .hint("leave out `--passphrase-file`; the file is readable by its owner only"));
    }
    let mut file = Pending::create(&args.output, Policy { keep: true, private: true, ..Policy::default() })?;
    let secret = entropy()?;
    let key = keyfile::to_symmetric_cose_key(number(args.alg), secret.get(..length).unwrap_or_default());
    let unwritten = |error| Failure::io(format!("cannot write `{}`", args.output.display()), &error);
    file.file()?.write_all(&key).map_err(unwritten)?;
    file.commit()?;
    let share = if matches!(args.alg, AlgorithmName::Hmac256) {
        "whoever has it can sign and check"
    } else {
        "share it with the devices that are to read payloads, and with nobody else"
    };
    terminal.note(&format!("wrote `{}`, the shared key: {share}", args.output.display()));
    Ok(())
}

/// Bytes of a key of an algorithm that has no public half.
const fn shared_length(algorithm: AlgorithmName) -> Option<usize> {
    match algorithm {
        AlgorithmName::Ed25519 | AlgorithmName::Esp256 => None,
        AlgorithmName::Hmac256 | AlgorithmName::A256kw => Some(32),
        AlgorithmName::A128kw => Some(16),
    }
}

fn public(args: &KeyPublicArgs, terminal: &mut Terminal) -> Result<(), Failure> {
    if shared_key(&args.key, &args.access)?.is_some() {
        return Err(Failure::new(Code::IO, format!("the shared key `{}` has no public half", args.key.display()))
            .hint("it is symmetric: who signs and who checks, or who encrypts and who decrypts, have the same key"));
    }
    let key = any_key(&args.key, &args.access)?.public;
    let bytes = match args.format {
        KeyFormat::Pem => keyfile::to_spki_pem(&key).map_err(|error| unmakeable().caused_by(&error))?.into_bytes(),
        KeyFormat::Cose => keyfile::to_cose_key(&key),
    };
    if is_standard(&args.output) && matches!(args.format, KeyFormat::Pem) {
        return terminal.raw(&String::from_utf8_lossy(&bytes));
    }
    let mut output = Output::create(&args.output, Policy { force: args.force, ..Policy::default() }, terminal)?;
    output.file()?.write_all(&bytes).map_err(|error| Failure::io(format!("cannot write `{}`", args.output.display()), &error))?;
    output.commit(terminal)
}

fn show(args: &KeyShowArgs, terminal: &mut Terminal) -> Result<(), Failure> {
    if let Some(shared) = shared_key(&args.key, &args.access)? {
        terminal.line("kind       shared")?;
        return terminal.line(&format!("algorithm  {shared}"));
    }
    let key = any_key(&args.key, &args.access)?;
    let public = key.public;
    let kind = if key.is_private { "private" } else { "public" };
    terminal.line(&format!("kind       {kind}"))?;
    terminal.line(&format!("algorithm  {}", algorithm_name(&public)))?;
    terminal.line(&format!("key id     {}", hex(public.thumbprint())))?;
    match public.alias() {
        None => Ok(()),
        Some(alias) => terminal.line(&format!("kid        {}", hex(alias))),
    }
}

/// The name of a key's algorithm with its COSE number.
pub(super) fn algorithm_name(key: &dyn VerifySignature) -> String {
    let number = key.algorithm();
    format!("{} ({number})", algorithm::name(number).unwrap_or("unknown"))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

const fn number(algorithm: AlgorithmName) -> i64 {
    match algorithm {
        AlgorithmName::Ed25519 => algorithm::ED25519,
        AlgorithmName::Esp256 => algorithm::ESP256,
        AlgorithmName::Hmac256 => algorithm::HMAC_256,
        AlgorithmName::A128kw => algorithm::A128KW,
        AlgorithmName::A256kw => algorithm::A256KW,
    }
}

/// Random bytes from the operating system.
fn entropy() -> Result<Zeroizing<[u8; 32]>, Failure> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *bytes).map_err(|error| Failure::new(Code::IO, "the system gives no random numbers").caused_by(&error))?;
    Ok(bytes)
}

fn unmakeable() -> Failure {
    Failure::new(Code::IO, "the key could not be made")
}
