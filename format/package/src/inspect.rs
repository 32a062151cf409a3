//! Everything a package says, whether anybody vouches for it or not.

mod manifest;
mod recipe;

use std::io::Read;

use serde::Serialize;
use suitpack_core::manifest::Member;
use suitpack_core::{Digest, Envelope, Judgement, Manifest, Trust};
use suitpack_crypto::Sha2;

pub use manifest::{CoswidView, DependencyView, IdView, ManifestView, MemberView, MudView, PrivateView, SectionView, TextView};

pub use recipe::{ExplicitRecipe, NoRecipe, Unsigned, explicit_recipe};

pub use manifest::version_text;

use crate::claims::{Claim, claims};
use crate::promise::{Promise, promise};
use crate::reader::{Package, ReadError};
use crate::request::Request;
use crate::skew::{Skew, skew};
use crate::verify::{algorithm_name, member_name};

/// What a package says. All text comes from the package and is hostile until it is sanitised.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct Inspection {
    /// `suitpack-inspect/1`
    pub schema: &'static str,
    /// Whether an anchor vouches for the manifest.
    pub authenticated: bool,
    /// Why not, where anchors were given.
    pub refusal: Option<String>,
    /// Whether tag 107 stands first.
    pub tagged: bool,
    /// Bytes before the first payload.
    pub head_size: u64,
    /// The digest that is signed.
    pub digest: DigestView,
    /// The blocks that vouch for it.
    pub signatures: Vec<SignatureView>,
    /// The manifest, unless it cannot be read.
    pub manifest: Option<ManifestView>,
    /// Why the manifest cannot be read.
    pub manifest_error: Option<String>,
    /// Members of the envelope that no digest in the manifest binds.
    pub unbound_members: Vec<String>,
    /// What the maker promises about updates.
    pub upgradability: Option<Promise>,
    /// The payloads carried.
    pub payloads: Vec<PayloadView>,
    /// Traces of older drafts. They explain what is refused; nothing is read in the old way.
    pub older_drafts: Vec<Skew>,
}

/// A digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DigestView {
    /// Name of the algorithm.
    pub algorithm: String,
    /// The bytes in hex.
    pub bytes: String,
}

/// An authentication block.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct SignatureView {
    /// What kind of COSE object it is: `COSE_Sign1`, `COSE_Sign`, `COSE_Mac0` or `COSE_Mac`.
    pub kind: &'static str,
    /// Name of the algorithm.
    pub algorithm: String,
    /// The key id in hex.
    pub kid: Option<String>,
    /// `verified`, `wrong`, `unknown-signer`, `not-admitted` or `not-understood`.
    pub judgement: &'static str,
}

/// An integrated payload.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct PayloadView {
    /// Its key in the envelope.
    pub name: String,
    /// Bytes as carried.
    pub size: u64,
}

/// Reads a whole package and tells what it says; payloads are passed over, not checked.
///
/// # Errors
/// If the envelope cannot be read.
pub fn inspect<R: Read>(input: R, request: &Request) -> Result<Inspection, ReadError> {
    let mut package = Package::open(input)?;
    let head_size = package.head().len() as u64;
    let older_drafts = skew(package.head());
    let (envelope, payloads) = package.parts()?;
    let mut inspection = head(&envelope, head_size, request)?;
    inspection.older_drafts = older_drafts;
    while let Some((name, size)) = payloads.next_payload()? {
        inspection.payloads.push(PayloadView { name, size });
    }
    Ok(inspection)
}

/// Tells what the head of a package says.
pub(crate) fn head(envelope: &Envelope<'_>, head_size: u64, request: &Request) -> Result<Inspection, ReadError> {
    let authentication = envelope.authentication().map_err(ReadError::Malformed)?;
    let anchors = request.believed();
    let trust = Trust { digester: &Sha2, anchors: &anchors, profile: request.profile };
    let opened = envelope.authenticate(&trust);
    let signatures = claims(&authentication, &trust).into_iter().map(signature).collect();
    let manifest = envelope.manifest_unauthenticated(request.profile);
    Ok(Inspection {
        schema: "suitpack-inspect/1",
        authenticated: opened.is_ok(),
        refusal: opened.err().filter(|_| !anchors.is_empty()).map(|refusal| refusal.to_string()),
        tagged: envelope.is_tagged(),
        head_size,
        digest: DigestView::of(authentication.digest()),
        signatures,
        upgradability: manifest.as_ref().ok().map(|manifest| promise(envelope, manifest)),
        manifest_error: manifest.as_ref().err().map(ToString::to_string),
        unbound_members: manifest.as_ref().map(|manifest| unbound(envelope, manifest)).unwrap_or_default(),
        manifest: manifest.ok().map(|manifest| ManifestView::of(envelope, &manifest)),
        payloads: Vec::new(),
        older_drafts: Vec::new(),
    })
}

fn signature(claim: Claim) -> SignatureView {
    let judgement = match claim.judgement {
        Judgement::Verified { .. } => "verified",
        Judgement::Wrong { .. } => "wrong",
        Judgement::Untrusted => "unknown-signer",
        Judgement::NotAdmitted { .. } => "not-admitted",
        Judgement::NotUnderstood => "not-understood",
    };
    SignatureView { kind: claim.object, algorithm: claim.algorithm, kid: claim.kid.as_deref().map(hex), judgement }
}

fn unbound(envelope: &Envelope<'_>, manifest: &Manifest<'_>) -> Vec<String> {
    let members = envelope.members().filter(|(key, _)| !matches!(manifest.member(*key), Member::Severed(_)));
    members.map(|(key, _)| member_name(key)).collect()
}

impl DigestView {
    fn of(digest: Digest<'_>) -> Self {
        Self { algorithm: algorithm_name(digest.algorithm()), bytes: hex(digest.bytes()) }
    }
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
