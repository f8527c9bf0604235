//! Reading HTML, and not for ever: the parser looks at every open element for many a new one.

use scraper::Html;

/// The largest number of tags that are read; a page to sign in with has a few hundred.
const MOST: usize = 3_000;

/// Parses a page, or the beginning of one that has more tags than any honest one.
pub(super) fn parse(text: &str) -> Html {
    Html::parse_document(beginning(text))
}

fn beginning(text: &str) -> &str {
    let bytes = text.as_bytes();
    let is_tag = |at: &usize| bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic);
    let tags = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'<');
    match tags.map(|(at, _)| at).filter(is_tag).nth(MOST) {
        Some(end) => &text[..end],
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_without_end_has_a_beginning() {
        let short = "<p>1 < 2</p>".repeat(MOST);
        assert_eq!(beginning(&short), short);
        let long = "<p>é".repeat(MOST + 10);
        assert_eq!(beginning(&long).matches("<p>").count(), MOST);
    }
}
