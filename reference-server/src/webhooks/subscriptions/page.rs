//! Parts of the list of subscriptions.

use std::ops::Range;

/// Subscriptions on a page.
const SIZE: usize = 100;

/// What of a list is shown, and how the rest is found.
pub(super) struct Page {
    /// The number of the page, if it is not the whole list.
    number: Option<usize>,
    last: usize,
    total: usize,
}

impl Page {
    /// Reads the parameter `page` of a query: without, everything is shown, and what is no page's number is the last's.
    pub(super) fn of(query: &str, total: usize) -> Self {
        let last = total.div_ceil(SIZE).max(1);
        let asked = form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == "page")
            .map(|(_, value)| {
                let number = value.parse().ok();
                number
                    .filter(|number| (1..=last).contains(number))
                    .unwrap_or(last)
            });
        Self {
            number: asked,
            last,
            total,
        }
    }

    /// Returns which of the subscriptions are on it.
    pub(super) fn range(&self) -> Range<usize> {
        match self.number {
            Some(number) => (number - 1) * SIZE..(number * SIZE).min(self.total),
            None => 0..self.total,
        }
    }

    /// Returns where this page and the others are. A list that is whole says where its pages are if it has several.
    pub(super) fn links(&self, list: &str) -> Vec<(&'static str, String)> {
        let page = |number: usize| format!("{list}?page={number}");
        let mut links = vec![("self", self.number.map_or_else(|| list.to_owned(), page))];
        if self.number.is_none() && self.last == 1 {
            return links;
        }
        links.push(("first", page(1)));
        links.push(("last", page(self.last)));
        if let Some(number) = self.number {
            if number > 1 {
                links.push(("prev", page(number - 1)));
            }
            if number < self.last {
                links.push(("next", page(number + 1)));
            }
        }
        links
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relations(page: &Page) -> Vec<(&'static str, String)> {
        page.links("/s")
    }

    #[test]
    fn without_a_number_everything_is_shown() {
        for (query, total) in [("", 0), ("x=1", 100), ("pages=2", 250)] {
            assert_eq!(Page::of(query, total).range(), 0..total);
        }
        assert_eq!(relations(&Page::of("", 100)), [("self", "/s".to_owned())]);
        assert_eq!(
            relations(&Page::of("", 101)),
            [
                ("self", "/s".to_owned()),
                ("first", "/s?page=1".to_owned()),
                ("last", "/s?page=2".to_owned())
            ]
        );
    }

    #[test]
    fn what_is_no_number_of_a_page_is_the_last_one() {
        for query in [
            "page=3",
            "page=0",
            "page=-1",
            "page=4",
            "page=x",
            "page=",
            "page=99999999999999999999999",
        ] {
            let page = Page::of(query, 250);
            assert_eq!(page.range(), 200..250, "{query}");
            assert_eq!(relations(&page)[0].1, "/s?page=3");
        }
        assert_eq!(Page::of("page=7", 0).range(), 0..0);
    }

    #[test]
    fn pages_lead_to_each_other() {
        let names = |query| -> Vec<&'static str> {
            relations(&Page::of(query, 250))
                .iter()
                .map(|(name, _)| *name)
                .collect()
        };
        assert_eq!(names("page=1"), ["self", "first", "last", "next"]);
        assert_eq!(names("page=2"), ["self", "first", "last", "prev", "next"]);
        assert_eq!(names("page=3"), ["self", "first", "last", "prev"]);
        assert_eq!(Page::of("page=2", 250).range(), 100..200);
    }
}
