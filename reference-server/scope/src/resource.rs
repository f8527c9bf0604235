//! The part of a scope after the colon: what it is about.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::ParseError;

/// Names what a scope is about: segments between slashes, the last of which may be `**`.
///
/// `**` alone is everything; `config/**` is `config` and all below it; a resource of two or more
/// segments is itself and all below it. Cloning shares the text.
///
/// ```
/// use scope_lang::Resource;
///
/// let resource: Resource = "config/**".parse()?;
/// assert_eq!(resource.prefix(), "config");
/// assert!(resource.has_wildcard());
/// assert_eq!(resource.segments().count(), 1, "the wildcard is not a segment");
/// # Ok::<(), scope_lang::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Resource {
    text: Arc<str>,
    prefix_len: u16,
    segments: u16,
}

impl Resource {
    /// The longest resource that can be read, in bytes: longer than any request target that a
    /// server accepts.
    pub const MAX_BYTES: usize = 65_535;

    /// Gives the resource as it is written.
    #[must_use]
    #[inline]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Gives the resource without a last `**` and the slash before it; empty for `**` alone.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.text[..usize::from(self.prefix_len)]
    }

    /// Gives the segments, without a last `**`; none for `**` alone.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.prefix()
            .split('/')
            .filter(|segment| !segment.is_empty())
    }

    /// Tells whether the last segment is `**`.
    #[must_use]
    pub fn has_wildcard(&self) -> bool {
        self.text.len() > usize::from(self.prefix_len)
    }

    /// Tells whether this is `**` alone, which is everything there is.
    #[must_use]
    pub const fn is_everything(&self) -> bool {
        self.segments == 0
    }

    /// Tells whether this is one segment without a wildcard (`config`), whose reach the
    /// documentation leaves open: reading `bare-config`.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.segments == 1 && !self.has_wildcard()
    }

    /// Tells whether this names one item of a collection: three segments.
    #[must_use]
    pub const fn is_item(&self) -> bool {
        self.segments == 3
    }

    /// Gives the length of [`prefix`](Self::prefix) in bytes.
    pub(crate) const fn prefix_len(&self) -> u16 {
        self.prefix_len
    }

    /// Gives the length in bytes of the collection's path, where this names an item.
    pub(crate) fn collection_len(&self) -> Option<u16> {
        let item = self.is_item().then(|| self.prefix())?;
        item.rfind('/').and_then(|at| u16::try_from(at).ok())
    }
}

impl FromStr for Resource {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let too_long = ParseError::Length {
            at: Self::MAX_BYTES,
        };
        let length = u16::try_from(text.len()).map_err(|_| too_long)?;
        let mut prefix_len = length;
        let mut segments = 0;
        let mut wildcard_at = None;
        let mut at = 0;
        for segment in text.split('/') {
            if let Some(at) = wildcard_at {
                return Err(ParseError::Wildcard { at });
            }
            if segment == "**" {
                wildcard_at = Some(at);
                // All but `**` and the slash before it, if there is one.
                prefix_len = length.saturating_sub(3);
            } else {
                check_name(segment).map_err(|error| error.shifted(at))?;
                segments += 1;
            }
            at += segment.len() + 1;
        }
        Ok(Self {
            text: text.into(),
            prefix_len,
            segments,
        })
    }
}

fn check_name(segment: &str) -> Result<(), ParseError> {
    if segment.is_empty() {
        return Err(ParseError::Segment { at: 0 });
    }
    // RFC 6749, 3.3: what a scope token is made of. The asterisk is ours.
    let fits = |byte: u8| matches!(byte, b'!' | b'#'..=b'[' | b']'..=b'~') && byte != b'*';
    match segment.bytes().position(|byte| !fits(byte)) {
        None => Ok(()),
        Some(at) if segment.as_bytes()[at] == b'*' => Err(ParseError::Wildcard { at }),
        Some(at) => Err(ParseError::Character { at }),
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Resource({})", self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Resource, ParseError> {
        text.parse()
    }

    #[test]
    fn shapes_are_told_apart() {
        let everything = parse("**").expect("everything");
        assert!(everything.is_everything() && everything.has_wildcard());
        assert_eq!(everything.prefix(), "");
        assert_eq!(everything.segments().count(), 0);

        let bare = parse("config").expect("bare");
        assert!(bare.is_bare() && !bare.has_wildcard() && !bare.is_everything());
        assert!(!parse("config/**").expect("below").is_bare());
        assert!(!parse("config/clients").expect("collection").is_bare());

        let item = parse("config/clients/a/**").expect("item");
        assert!(item.is_item() && item.has_wildcard());
        assert_eq!(item.prefix(), "config/clients/a");
        assert!(!parse("config/clients/**").expect("collection").is_item());
        assert!(
            !parse("config/clients/a/secret")
                .expect("sub-resource")
                .is_item()
        );
    }

    #[test]
    fn what_is_not_a_resource_is_refused_where_it_stops_fitting() {
        use ParseError::{Character, Segment, Wildcard};
        for (text, error) in [
            ("", Segment { at: 0 }),
            ("/config", Segment { at: 0 }),
            ("config/", Segment { at: 7 }),
            ("config//clients", Segment { at: 7 }),
            ("*", Wildcard { at: 0 }),
            ("***", Wildcard { at: 0 }),
            ("config/*", Wildcard { at: 7 }),
            ("config/**x", Wildcard { at: 7 }),
            ("config/**/clients", Wildcard { at: 7 }),
            ("**/", Wildcard { at: 0 }),
            ("con*fig", Wildcard { at: 3 }),
            ("x**", Wildcard { at: 1 }),
            ("config\\clients", Character { at: 6 }),
            ("config clients", Character { at: 6 }),
            ("config/\"", Character { at: 7 }),
            ("config/\u{e9}", Character { at: 7 }),
            ("config\u{7f}", Character { at: 6 }),
            ("config\0", Character { at: 6 }),
        ] {
            assert_eq!(parse(text), Err(error), "`{text}`");
        }
    }

    #[test]
    fn length_is_bounded() {
        let longest = "a".repeat(Resource::MAX_BYTES);
        assert_eq!(
            parse(&longest).expect("as long as may be").prefix().len(),
            longest.len()
        );
        let slashes = "a/".repeat(Resource::MAX_BYTES / 2) + "a";
        assert_eq!(
            parse(&slashes).expect("many segments").segments().count(),
            32_768
        );
        let longer = longest + "a";
        assert_eq!(
            parse(&longer),
            Err(ParseError::Length {
                at: Resource::MAX_BYTES
            })
        );
    }
}
