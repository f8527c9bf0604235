//! Reading HTML, and not for ever: the parser looks at every open element for many a new one.

use scraper::{ElementRef, Html, Selector};

/// The largest number of tags that are read; a page to sign in with has a few hundred.
const MOST: usize = 3_000;

/// Parses a page, or the beginning of one that has more tags than any honest one.
pub(crate) fn parse(text: &str) -> Html {
    Html::parse_document(beginning(text))
}

/// Returns the title of a page, in one line.
pub(crate) fn title(page: &Html) -> Option<String> {
    let title = Selector::parse("title").ok()?;
    let text: String = page.select(&title).next()?.text().collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// Returns what is there to read on a page, in one line: no scripts, no styles.
pub(crate) fn visible(page: &Html) -> String {
    let Ok(body) = Selector::parse("body") else {
        return String::new();
    };
    let Some(body) = page.select(&body).next() else {
        return String::new();
    };
    let mut words: Vec<&str> = Vec::new();
    for node in body.descendants() {
        let parent = node.parent().and_then(ElementRef::wrap);
        let is_hidden = parent.is_some_and(|parent| {
            matches!(
                parent.value().name(),
                "script" | "style" | "noscript" | "template"
            )
        });
        if let Some(text) = node.value().as_text().filter(|_| !is_hidden) {
            words.extend(text.split_whitespace());
        }
    }
    words.join(" ")
}

/// Returns what the links of a page name, in their order.
pub(crate) fn links(page: &Html) -> Vec<String> {
    let Ok(links) = Selector::parse("a[href]") else {
        return Vec::new();
    };
    let links = page.select(&links).filter_map(|link| link.attr("href"));
    links.map(|link| link.trim().to_owned()).collect()
}

/// Returns what stands in the elements of this name, of those that load nothing from elsewhere.
pub(crate) fn inline(page: &Html, element: &str) -> Vec<String> {
    let Ok(elements) = Selector::parse(&format!("{element}:not([src])")) else {
        return Vec::new();
    };
    let elements = page.select(&elements);
    elements.map(|element| element.text().collect()).collect()
}

/// Tells whether a `Content-Type` is that of a page.
pub(crate) fn is_page(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or(content_type);
    let essence = essence.trim().to_ascii_lowercase();
    matches!(essence.as_str(), "text/html" | "application/xhtml+xml")
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
