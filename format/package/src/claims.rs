//! Who says what in the authentication wrapper: each signature and tag, with what the anchors say of it.

use suitpack_core::cose::Header;
use suitpack_core::{Authentication, Block, Judgement, Trust};

use crate::verify::{algorithm_name, short_hex};

/// One party's word.
pub(crate) struct Claim {
    /// The COSE object it stands in.
    pub(crate) object: &'static str,
    pub(crate) algorithm: String,
    pub(crate) kid: Option<Vec<u8>>,
    pub(crate) judgement: Judgement,
}

impl Claim {
    fn of(object: &'static str, header: Header<'_>, note: &str, judgement: Judgement) -> Self {
        let algorithm = format!("{}{note}", algorithm_name(header.algorithm()));
        Self { object, algorithm, kid: header.kid().map(<[u8]>::to_vec), judgement }
    }

    /// Key id and algorithm in words.
    pub(crate) fn words(&self) -> String {
        let kid = self.kid.as_ref().map_or_else(|| String::from("no key id"), |kid| format!("kid {}", short_hex(kid)));
        format!("{kid}, {}", self.algorithm)
    }
}

/// Every signature and tag in order; those of a COSE_Sign one by one.
pub(crate) fn claims(authentication: &Authentication<'_>, trust: &Trust<'_>) -> Vec<Claim> {
    let payload = authentication.payload();
    let mut claims = Vec::new();
    for block in authentication.blocks() {
        let judgement = trust.judge(&block, payload);
        match block {
            Block::Sign1(sign) => claims.push(Claim::of("COSE_Sign1", sign.header(), "", judgement)),
            Block::Mac0(mac) => claims.push(Claim::of("COSE_Mac0", mac.header(), "", judgement)),
            Block::Mac(mac) => claims.push(Claim::of("COSE_Mac", mac.header(), " in a COSE_Mac, not judged", judgement)),
            Block::Sign(sign) => {
                let each = sign.signatures();
                claims.extend(
                    each.map(|one| Claim::of("COSE_Sign", one.header(), " in a COSE_Sign", trust.judge_signature(&one, payload))),
                );
            }
        }
    }
    claims
}
