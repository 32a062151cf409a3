//! SUIT_Authentication: the digest of the manifest and the blocks that vouch for it.

use crate::cbor::{Kind, Reader};
#[cfg(feature = "cose-sign")]
use crate::cose::Sign;
use crate::cose::{Header, Sign1};
#[cfg(feature = "cose-mac")]
use crate::cose::{Mac, Mac0};
use crate::digest::Digest;
use crate::error::{Error, ErrorKind};
use crate::limits::AUTHENTICATION_BLOCKS;
use crate::registry::tag;
use crate::wrapped::Wrapped;

/// The content of the authentication wrapper, structurally sound and not yet judged.
///
/// ```cddl
/// SUIT_Authentication = [ bstr .cbor SUIT_Digest, * bstr .cbor SUIT_Authentication_Block ]
/// SUIT_Authentication_Block /= #6.17(COSE_Mac0) / #6.18(COSE_Sign1) / #6.97(COSE_Mac) / #6.98(COSE_Sign)
/// ```
/// draft-ietf-suit-manifest §8.3
#[derive(Clone, Copy, Debug)]
pub struct Authentication<'a> {
    digest: Digest<'a>,
    payload: &'a [u8],
    blocks: Reader<'a>,
    count: usize,
}

impl<'a> Authentication<'a> {
    pub(crate) fn parse(wrapper: Wrapped<'a>) -> Result<Self, Error> {
        let mut reader = wrapper.reader();
        let start = reader;
        let blocks = reader.array()?.checked_sub(1).ok_or(start.error(ErrorKind::EmptyArray))?;
        let count = usize::try_from(blocks).ok().filter(|count| *count <= AUTHENTICATION_BLOCKS);
        let count = count.ok_or(start.error(ErrorKind::LimitExceeded))?;
        let mut element = reader.nested()?;
        let payload = element.rest();
        let digest = Digest::read(&mut element)?;
        element.end()?;
        let authentication = Self { digest, payload, blocks: reader, count };
        for position in 0..count {
            let at = reader;
            let block = Block::read(&mut reader)?;
            // SUIT-5: each block is of another algorithm or another party (§8.3).
            if block.party().is_some_and(|party| authentication.blocks().take(position).any(|before| before.party() == Some(party)))
            {
                return Err(at.error(ErrorKind::DuplicateBlock));
            }
        }
        reader.end()?;
        Ok(authentication)
    }

    /// The digest of the encoded manifest.
    #[must_use]
    pub const fn digest(&self) -> Digest<'a> {
        self.digest
    }

    /// The bytes every block signs: the encoded digest.
    #[must_use]
    pub const fn payload(&self) -> &'a [u8] {
        self.payload
    }

    /// The number of blocks.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Whether nobody signed.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The blocks in order.
    #[must_use]
    pub const fn blocks(&self) -> Blocks<'a> {
        Blocks { reader: self.blocks, left: self.count }
    }
}

/// One authentication block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block<'a> {
    /// One party's signature (tag 18).
    Sign1(Sign1<'a>),
    /// A tag under a shared key (tag 17).
    #[cfg(feature = "cose-mac")]
    Mac0(Mac0<'a>),
    /// Signatures of several parties (tag 98).
    #[cfg(feature = "cose-sign")]
    Sign(Sign<'a>),
    /// A tag under a key that is carried along (tag 97): named, never judged.
    #[cfg(feature = "cose-mac")]
    Mac(Mac<'a>),
}

impl<'a> Block<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let mut block = reader.nested()?;
        let start = block;
        if block.peek()? != Kind::Tag {
            // SUIT-4
            return Err(start.error(ErrorKind::UntaggedCose));
        }
        let parsed = match block.tag()? {
            tag::SIGN1 => Self::Sign1(Sign1::read(&mut block)?),
            #[cfg(feature = "cose-mac")]
            tag::MAC0 => Self::Mac0(Mac0::read(&mut block)?),
            #[cfg(feature = "cose-sign")]
            tag::SIGN => Self::Sign(Sign::read(&mut block)?),
            #[cfg(feature = "cose-mac")]
            tag::MAC => Self::Mac(Mac::read(&mut block)?),
            _ => return Err(start.error(ErrorKind::UnexpectedType)),
        };
        block.end()?;
        Ok(parsed)
    }

    /// Algorithm and key id of a block that one party made and put its name to.
    fn party(&self) -> Option<Header<'a>> {
        let header = match self {
            Self::Sign1(sign) => sign.header(),
            #[cfg(feature = "cose-mac")]
            Self::Mac0(mac) => mac.header(),
            #[cfg(feature = "cose-sign")]
            Self::Sign(_) => return None,
            #[cfg(feature = "cose-mac")]
            Self::Mac(_) => return None,
        };
        header.kid().is_some().then_some(header)
    }
}

/// See [`Authentication::blocks`].
#[derive(Clone, Copy, Debug)]
pub struct Blocks<'a> {
    reader: Reader<'a>,
    left: usize,
}

impl<'a> Iterator for Blocks<'a> {
    type Item = Block<'a>;

    fn next(&mut self) -> Option<Block<'a>> {
        self.left = self.left.checked_sub(1)?;
        Block::read(&mut self.reader).ok()
    }
}
