//! Forms of a page, and what a browser would send for them.

use scraper::{ElementRef, Html, Selector};
use url::Url;

use super::html::parse;
use crate::http::{Body, Request};

/// The largest number of fields of a form that are read.
const MOST_FIELDS: usize = 500;

/// The largest number of forms of a page that are read.
const MOST_FORMS: usize = 50;

/// A form as a browser would send it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Where it is sent to, as a whole address where it is one of HTTP.
    pub action: String,
    /// Whether it is sent by POST.
    pub is_post: bool,
    /// Whether it is sent as `multipart/form-data`.
    pub is_multipart: bool,
    /// Its fields in their order, buttons left out.
    pub fields: Vec<Field>,
    /// Its submit buttons in their order.
    pub buttons: Vec<Button>,
}

/// A field with what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub value: String,
    /// The type in lower case: `text`, `password`, `hidden`, `checkbox`, `select`, ...
    pub kind: String,
}

/// A submit button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// Its name, if it sends anything.
    pub name: Option<String>,
    /// What it sends.
    pub value: String,
    /// Where it sends the form instead of the form's own action.
    pub action: Option<String>,
}

impl Field {
    /// Tells whether people write into it, and not a password.
    pub fn is_text(&self) -> bool {
        matches!(
            self.kind.as_str(),
            "text" | "email" | "tel" | "search" | "url" | "number"
        )
    }

    /// Tells whether people write a password into it.
    pub fn is_password(&self) -> bool {
        self.kind == "password"
    }
}

impl Form {
    /// Puts something into a field; one that the page does not have is added, as a script would.
    pub fn fill(&mut self, name: &str, value: &str) {
        match self.fields.iter_mut().find(|field| field.name == name) {
            Some(field) => value.clone_into(&mut field.value),
            None => self.fields.push(Field {
                name: name.to_owned(),
                value: value.to_owned(),
                kind: "hidden".to_owned(),
            }),
        }
    }

    /// Returns the value of a field.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|field| field.name == name)
            .map(|field| field.value.as_str())
    }

    /// Returns the request that a browser sends when a button is pressed, or when there is none.
    pub fn submit(&self, button: Option<&Button>) -> Request {
        let mut pairs: Vec<(String, String)> = self
            .fields
            .iter()
            .map(|field| (field.name.clone(), field.value.clone()))
            .collect();
        if let Some(button) = button
            && let Some(name) = &button.name
        {
            pairs.push((name.clone(), button.value.clone()));
        }
        let action = button
            .and_then(|button| button.action.as_ref())
            .unwrap_or(&self.action);
        if self.is_post {
            let mut request = Request::post(action);
            request.is_form_of_a_page = true;
            request.body = if self.is_multipart {
                Body::Multipart(pairs)
            } else {
                Body::Form(pairs)
            };
            return match Url::parse(action) {
                // As browsers do; a target may refuse a form that comes from elsewhere by it.
                Ok(url) => request.header("origin", url.origin().ascii_serialization()),
                Err(_) => request,
            };
        }
        // A GET replaces the query of its action.
        let action = action.split(['?', '#']).next().unwrap_or(action);
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&pairs)
            .finish();
        Request::get(format!("{action}?{query}"))
    }

    /// Returns the form in words, without anything that is in it.
    pub(super) fn outline(&self) -> String {
        let names: Vec<String> = self
            .fields
            .iter()
            .take(20)
            .map(|field| format!("`{}` ({})", field.name, field.kind))
            .collect();
        let fields = if names.is_empty() {
            "no fields".to_owned()
        } else {
            names.join(", ")
        };
        format!("a form with {fields} and {} buttons", self.buttons.len())
    }
}

/// Returns the forms of a page in their order.
pub(crate) fn read(html: &str, page: &str) -> Vec<Form> {
    let document = parse(html);
    let Ok(all) = Selector::parse("form") else {
        return Vec::new();
    };
    document
        .select(&all)
        .take(MOST_FORMS)
        .map(|form| form_of(&document, form, page))
        .collect()
}

/// Returns the first form that a selector finds.
pub(super) fn find(html: &str, page: &str, selector: &str) -> Option<Form> {
    let document = parse(html);
    let selector = Selector::parse(selector).ok()?;
    let form = document
        .select(&selector)
        .find(|element| element.value().name() == "form")?;
    Some(form_of(&document, form, page))
}

/// Returns the first submit button that a selector finds within a form.
pub(super) fn button(html: &str, page: &str, form: &str, selector: &str) -> Option<Button> {
    let document = parse(html);
    let (form, selector) = (Selector::parse(form).ok()?, Selector::parse(selector).ok()?);
    let form = document.select(&form).next()?;
    let element = form.select(&selector).next()?;
    Some(button_of(element, &base(&document, page)))
}

fn form_of(document: &Html, form: ElementRef<'_>, page: &str) -> Form {
    let base = base(document, page);
    let attribute = |name: &str| form.attr(name).unwrap_or_default().trim();
    let mut read = Form {
        action: match attribute("action") {
            "" => page.split('#').next().unwrap_or(page).to_owned(),
            action => resolve(action, &base),
        },
        is_post: attribute("method").eq_ignore_ascii_case("post"),
        is_multipart: attribute("enctype").eq_ignore_ascii_case("multipart/form-data"),
        fields: Vec::new(),
        buttons: Vec::new(),
    };
    let id = form.attr("id");
    let Ok(controls) = Selector::parse("input, button, select, textarea") else {
        return read;
    };
    let is_inside =
        |control: &ElementRef<'_>| control.ancestors().any(|ancestor| ancestor == *form);
    let belongs = |control: &ElementRef<'_>| match control.attr("form") {
        Some(named) => Some(named) == id,
        None => is_inside(control),
    };
    for control in document.select(&controls).filter(belongs) {
        if read.fields.len() + read.buttons.len() >= MOST_FIELDS {
            break;
        }
        if control.attr("disabled").is_none() {
            add(&mut read, control, &base);
        }
    }
    read
}

fn add(form: &mut Form, control: ElementRef<'_>, base: &str) {
    let element = control.value().name();
    let kind = control
        .attr("type")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let field = |kind: &str, value: String| {
        let name = control.attr("name").filter(|name| !name.is_empty())?;
        Some(Field {
            name: name.to_owned(),
            value,
            kind: kind.to_owned(),
        })
    };
    let attribute = |name: &str, default: &str| control.attr(name).unwrap_or(default).to_owned();
    let added = match (element, kind.as_str()) {
        ("button", "" | "submit") | ("input", "submit" | "image") => {
            form.buttons.push(button_of(control, base));
            None
        }
        ("button", _) | ("input", "button" | "reset" | "file") => None,
        ("input", "checkbox" | "radio") if control.attr("checked").is_none() => None,
        ("input", "checkbox" | "radio") => field(&kind, attribute("value", "on")),
        ("input", "") => field("text", attribute("value", "")),
        ("input", kind) => field(kind, attribute("value", "")),
        ("textarea", _) => field("textarea", control.text().collect()),
        _ => selected(control).and_then(|value| field("select", value)),
    };
    form.fields.extend(added);
}

/// Returns the value of the option that is selected, else of the first one.
fn selected(select: ElementRef<'_>) -> Option<String> {
    let options = Selector::parse("option").ok()?;
    let mut options = select.select(&options);
    let first = options.clone().next();
    let option = options
        .find(|option| option.attr("selected").is_some())
        .or(first)?;
    let text = || option.text().collect::<String>().trim().to_owned();
    Some(option.attr("value").map_or_else(text, str::to_owned))
}

fn button_of(control: ElementRef<'_>, base: &str) -> Button {
    Button {
        name: control
            .attr("name")
            .filter(|name| !name.is_empty())
            .map(str::to_owned),
        value: control.attr("value").unwrap_or_default().to_owned(),
        action: control
            .attr("formaction")
            .filter(|action| !action.trim().is_empty())
            .map(|action| resolve(action.trim(), base)),
    }
}

/// Returns what relative addresses of a page are relative to.
fn base(document: &Html, page: &str) -> String {
    let base = Selector::parse("base[href]").ok();
    let href = base.and_then(|base| document.select(&base).next()?.attr("href"));
    match href {
        Some(href) => resolve(href.trim(), page),
        None => page.to_owned(),
    }
}

fn resolve(link: &str, base: &str) -> String {
    match Url::parse(base).and_then(|base| base.join(link)) {
        // An address of its own is left as it is written: it may be a redirect URI, which means what it says.
        Ok(_) if Url::parse(link).is_ok() => link.to_owned(),
        Ok(url) => url.into(),
        Err(_) => link.to_owned(),
    }
}
