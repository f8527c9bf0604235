//! Pages, as a check reads them.

use url::Url;

use super::{Authorized, Form, Redirect, Widget, form, html, widget};
use crate::http::Answer;

/// An answer that a browser shows.
#[derive(Debug, Clone)]
pub struct Page {
    /// Where it was asked for.
    pub url: String,
    /// The answer.
    pub answer: Answer,
}

impl Page {
    /// Returns the title, in one line.
    pub fn title(&self) -> Option<String> {
        html::title(&html::parse(&self.answer.text()))
    }

    /// Returns the language that the page says it is in.
    pub fn language(&self) -> Option<String> {
        let html = html::parse(&self.answer.text());
        let language = html.root_element().attr("lang")?.trim();
        (!language.is_empty()).then(|| language.to_owned())
    }

    /// Returns what is there to read, in one line: no scripts, no styles.
    pub fn text(&self) -> String {
        html::visible(&html::parse(&self.answer.text()))
    }

    /// Returns the forms in their order.
    pub fn forms(&self) -> Vec<Form> {
        form::read(&self.answer.text(), &self.url)
    }

    /// Returns the form that a CSS selector finds; `None` when there is none or the selector is none.
    pub fn form(&self, selector: &str) -> Option<Form> {
        form::find(&self.answer.text(), &self.url, selector)
    }

    /// Returns the fields that people fill in, in their order.
    pub fn widgets(&self) -> Vec<Widget> {
        widget::read(&self.answer.text())
    }

    /// Returns where the links of the page lead, in their order.
    pub(crate) fn links(&self) -> Vec<String> {
        let links = html::links(&html::parse(&self.answer.text()));
        links.iter().filter_map(|link| self.resolve(link)).collect()
    }

    /// Returns what stands in the elements of this name.
    pub(crate) fn inline(&self, element: &str) -> Vec<String> {
        html::inline(&html::parse(&self.answer.text()), element)
    }

    /// Tells whether the page is HTML.
    pub fn is_html(&self) -> bool {
        self.answer
            .header("content-type")
            .is_some_and(html::is_page)
    }

    /// Returns a word of OAuth such as `invalid_client` that the page shows, or that its JSON body has as `error`: the first one
    /// of these that stands there as a whole word.
    pub fn error(&self, known: &[&str]) -> Option<String> {
        if let Ok(body) = self.answer.json() {
            return Some(body["error"].as_str()?.to_owned());
        }
        let text = self.text();
        let is_word = |word: &str| {
            text.split(|character: char| !(character.is_ascii_alphanumeric() || character == '_'))
                .any(|part| part == word)
        };
        known
            .iter()
            .find(|word| is_word(word))
            .map(|word| (*word).to_owned())
    }

    /// Returns where a link of the page leads.
    pub(super) fn resolve(&self, link: &str) -> Option<String> {
        let url = Url::parse(&self.url).ok()?.join(link).ok()?;
        matches!(url.scheme(), "http" | "https").then(|| url.into())
    }

    /// Tells whether the page is the end of an authorization request: a form that posts to the redirect URI (OAuth 2.0 Form
    /// Post Response Mode, section 2) is the redirect itself.
    pub(super) fn landed(self, redirect_uri: &str) -> Authorized {
        let forms = if self.is_html() {
            self.forms()
        } else {
            Vec::new()
        };
        match forms.iter().find(|form| form.action == redirect_uri) {
            Some(form) => Authorized::Redirect(Redirect::posted(form, &self.answer)),
            None => Authorized::Page(self),
        }
    }
}
