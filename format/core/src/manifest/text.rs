//! suit-text: what a manifest says to people. A recipient never acts on it.

use crate::cbor::{Key, MapReader, Reader};
use crate::error::{Error, ErrorKind};
use crate::manifest::component::ComponentId;

/// Texts in one or more languages.
///
/// ```cddl
/// SUIT_Text_Map = { + tag38-ltag => SUIT_Text_LMap }
/// SUIT_Text_LMap = { * int => tstr, * [* bstr] => { * int => tstr } }
/// ```
/// draft-ietf-suit-manifest §8.4.4
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    reader: Reader<'a>,
    map: MapReader<'a>,
}

/// One text.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The BCP 47 tag of its language.
    pub language: &'a str,
    /// The component it speaks of; the whole manifest if none.
    pub component: Option<ComponentId<'a>>,
    /// The label of the element.
    pub label: i64,
    /// The text as carried: hostile until it is sanitised.
    pub value: &'a str,
}

impl<'a> Text<'a> {
    /// Reads the content of the member's byte string.
    ///
    /// # Errors
    /// If it breaks the CDDL.
    pub fn parse(mut reader: Reader<'a>) -> Result<Self, Error> {
        let map = reader.filled_map()?;
        let text = Self { reader, map };
        let end = text.walk(|_| ())?;
        end.end()?;
        Ok(text)
    }

    /// Hands every text to `each`, in order.
    // SUIT-64
    pub fn for_each(&self, each: impl FnMut(Entry<'a>)) {
        let walked = self.walk(each);
        debug_assert!(walked.is_ok(), "read whole before");
    }

    fn walk(mut self, mut each: impl FnMut(Entry<'a>)) -> Result<Reader<'a>, Error> {
        let reader = &mut self.reader;
        loop {
            let at = *reader;
            let Some(key) = self.map.next_key(reader)? else { break };
            let Key::Text(language) = key else { return Err(at.error(ErrorKind::UnexpectedType)) };
            if !is_language_tag(language) {
                return Err(at.error(ErrorKind::ValueOutOfRange));
            }
            let mut texts = reader.map()?;
            loop {
                let at = *reader;
                let Some(key) = texts.next_key(reader)? else { break };
                match key {
                    Key::Int(0) => return Err(at.error(ErrorKind::LabelZero)),
                    Key::Int(label) => each(Entry { language, component: None, label, value: reader.text()? }),
                    Key::Text(_) => return Err(at.error(ErrorKind::UnexpectedType)),
                    Key::Other(_) => {
                        let component = Some(ComponentId::read(&mut at.clone())?);
                        let mut texts = reader.map()?;
                        loop {
                            let at = *reader;
                            let Some(key) = texts.next_key(reader)? else { break };
                            let Key::Int(label) = key else { return Err(at.error(ErrorKind::UnexpectedType)) };
                            if label == 0 {
                                return Err(at.error(ErrorKind::LabelZero));
                            }
                            each(Entry { language, component, label, value: reader.text()? });
                        }
                    }
                }
            }
        }
        Ok(self.reader)
    }
}

/// RFC 9290 appendix A: letters, then letters and digits, in parts of one to eight joined by hyphens.
fn is_language_tag(tag: &str) -> bool {
    let mut letters = true;
    // Of the bytes, for the search of a str for a char is one that could panic.
    tag.as_bytes().split(|byte| *byte == b'-').all(|part| {
        let first = core::mem::replace(&mut letters, false);
        let fits = |byte: &u8| if first { byte.is_ascii_alphabetic() } else { byte.is_ascii_alphanumeric() };
        (1..=8).contains(&part.len()) && part.iter().all(fits)
    })
}
