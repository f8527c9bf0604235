//! Fields as people see them: what stands beside a field, and what it says of itself.

use scraper::{ElementRef, Html, Selector};

use super::html::parse;

/// The largest number of fields that are read.
const MOST: usize = 500;

/// A field that people fill in, as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Widget {
    /// Its name.
    pub name: String,
    /// The type in lower case.
    pub kind: String,
    /// What browsers may fill in (HTML standard, `autocomplete`), in lower case.
    pub autocomplete: String,
    /// What its label says, in one line.
    pub label: String,
    /// What describes it further (WAI-ARIA, `aria-describedby`), in one line.
    pub description: String,
    /// Whether browsers send no form without it.
    pub is_required: bool,
    /// Whether the page says that something is wrong with it (WAI-ARIA, `aria-invalid`).
    pub is_invalid: bool,
}

/// Returns the fields of a page that people fill in, in their order.
pub(super) fn read(html: &str) -> Vec<Widget> {
    let document = parse(html);
    let Ok(fields) = Selector::parse("input, select, textarea") else {
        return Vec::new();
    };
    let fields = document.select(&fields).take(MOST);
    let shown = fields.filter(|field| {
        let kind = field.attr("type").unwrap_or_default();
        !["hidden", "submit", "button", "reset", "image"]
            .iter()
            .any(|other| other.eq_ignore_ascii_case(kind))
    });
    shown.filter_map(|field| widget(&document, field)).collect()
}

fn widget(document: &Html, field: ElementRef<'_>) -> Option<Widget> {
    let lower = |name: &str| {
        let value = field.attr(name).unwrap_or_default();
        value.trim().to_ascii_lowercase()
    };
    let described = field.attr("aria-describedby").unwrap_or_default();
    let described = described.split_whitespace();
    let described = described.filter_map(|id| Some(words(by_id(document, id)?)));
    Some(Widget {
        name: field
            .attr("name")
            .filter(|name| !name.is_empty())?
            .to_owned(),
        kind: match lower("type").as_str() {
            "" => "text".to_owned(),
            kind => kind.to_owned(),
        },
        autocomplete: lower("autocomplete"),
        label: label(document, field),
        description: described.collect::<Vec<_>>().join(" "),
        is_required: field.attr("required").is_some() || lower("aria-required") == "true",
        is_invalid: lower("aria-invalid") == "true",
    })
}

/// Returns what labels a field: the label that names it, else the one around it, else its own word.
fn label(document: &Html, field: ElementRef<'_>) -> String {
    let labels = Selector::parse("label").ok();
    let named = labels.and_then(|labels| {
        let id = field.attr("id")?;
        let mut labels = document.select(&labels);
        labels.find(|label| label.attr("for") == Some(id))
    });
    let around = || {
        let mut around = field.ancestors().filter_map(ElementRef::wrap);
        around.find(|element| element.value().name() == "label")
    };
    match named.or_else(around) {
        Some(label) => words(label),
        None => field.attr("aria-label").unwrap_or_default().to_owned(),
    }
}

fn by_id<'d>(document: &'d Html, id: &str) -> Option<ElementRef<'d>> {
    let all = Selector::parse("[id]").ok()?;
    document
        .select(&all)
        .find(|element| element.attr("id") == Some(id))
}

fn words(element: ElementRef<'_>) -> String {
    let words = element.text().flat_map(str::split_whitespace);
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_with_what_stands_beside_them() {
        let read = read(
            "<form><input type=hidden name=t><label for=a>Name <small>(optional)</small></label><input id=a name=a autocomplete=Given-Name>\
             <label>Word<input name=b type=PASSWORD required aria-invalid=true aria-describedby='h  i'></label>\
             <p id=h>At least <b>8</b></p><p id=i>characters</p><input name=c aria-label=C aria-required=true><button name=d></form>",
        );
        let names: Vec<&str> = read.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(names, ["a", "b", "c"]);
        assert_eq!(read[0].label, "Name (optional)");
        assert_eq!(
            (&*read[0].kind, &*read[0].autocomplete),
            ("text", "given-name")
        );
        assert!(!read[0].is_required && !read[0].is_invalid);
        assert_eq!(read[1].label, "Word");
        assert_eq!(read[1].description, "At least 8 characters");
        assert_eq!(read[1].kind, "password");
        assert!(read[1].is_required && read[1].is_invalid);
        assert_eq!(read[2].label, "C");
        assert!(read[2].is_required);
    }
}
