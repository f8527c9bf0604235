//! What is filled in to sign in: described step by step, or found by itself.

use std::collections::BTreeMap;

use super::{
    Form, Page,
    form::{self, Field},
};
use crate::{http::Request, relying_party::User};

/// How a user is signed in. Without steps, the forms are found by themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recipe {
    /// The forms to fill in, in their order.
    pub steps: Vec<Step>,
}

/// One form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// CSS selector of the form.
    pub form: String,
    /// Values of its fields, by name; `{name}` and `{password}` stand for the user's.
    pub fields: BTreeMap<String, String>,
    /// CSS selector of the button within the form; the first one without it.
    pub submit: Option<String>,
}

/// What was sent so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Progress {
    /// How many described steps are done.
    steps: usize,
    /// Whether the user's name was sent.
    name: bool,
    /// Whether the password was sent.
    password: bool,
}

impl Progress {
    /// Tells whether anything of the user was sent.
    pub(super) fn is_begun(&self) -> bool {
        self.steps > 0 || self.name || self.password
    }
}

impl Recipe {
    /// Returns what to send for a page, or says why nothing can be sent, and what to describe.
    pub(super) fn next(
        &self,
        page: &Page,
        user: &User,
        progress: &mut Progress,
    ) -> Result<Request, String> {
        if !page.is_html() {
            let media_type = page.answer.media_type().unwrap_or_default();
            return Err(format!("`{media_type}` came instead of a page"));
        }
        let request = self.request(page, user, progress)?;
        if request.is_absolute() {
            return Ok(request);
        }
        Err(format!(
            "the form leads to `{}`, which is no address of HTTP; {}",
            request.path.chars().take(100).collect::<String>(),
            seen(page)
        ))
    }

    fn request(
        &self,
        page: &Page,
        user: &User,
        progress: &mut Progress,
    ) -> Result<Request, String> {
        if self.steps.is_empty() {
            return by_itself(page, user, progress);
        }
        let Some(step) = self.steps.get(progress.steps) else {
            return Err(format!(
                "one more page came after the {} steps of `sign-in.steps`: {}",
                self.steps.len(),
                seen(page)
            ));
        };
        progress.steps += 1;
        step.request(page, user)
            .map_err(|why| format!("`sign-in.steps` {}: {why}; {}", progress.steps, seen(page)))
    }
}

impl Step {
    fn request(&self, page: &Page, user: &User) -> Result<Request, String> {
        let mut form = page
            .form(&self.form)
            .ok_or_else(|| format!("no form is `{}`", self.form))?;
        for (name, value) in &self.fields {
            let value = value
                .replace("{name}", &user.name)
                .replace("{password}", user.password.expose());
            form.fill(name, &value);
        }
        let Some(selector) = &self.submit else {
            return Ok(form.submit(form.buttons.first()));
        };
        let text = page.answer.text();
        let button = form::button(&text, &page.url, &self.form, selector)
            .ok_or_else(|| format!("no button of the form is `{selector}`"))?;
        Ok(form.submit(Some(&button)))
    }
}

/// Finds the form by itself: one with a password; one that asks for a name alone; one that asks for nothing and only wants to
/// be sent, as a consent does.
fn by_itself(page: &Page, user: &User, progress: &mut Progress) -> Result<Request, String> {
    let forms = page.forms();
    if let Some(mut form) = with_password(&forms) {
        if progress.password {
            return Err(format!(
                "the form for the password came again after `user` was sent; {}",
                seen(page)
            ));
        }
        fill(&mut form, user);
        progress.password = true;
        return Ok(form.submit(form.buttons.first()));
    }
    let texts = |form: &Form| form.fields.iter().filter(|field| field.is_text()).count();
    if let Some(form) = forms.iter().find(|form| texts(form) == 1)
        && !progress.name
    {
        let mut form = form.clone();
        let field = form.fields.iter_mut().find(|field| field.is_text());
        if let Some(field) = field {
            field.value.clone_from(&user.name);
        }
        progress.name = true;
        return Ok(form.submit(form.buttons.first()));
    }
    match forms.iter().find(|form| texts(form) == 0 && form.is_post) {
        Some(form) => Ok(form.submit(form.buttons.first())),
        None => Err(format!("no form to sign in with was found; {}", seen(page))),
    }
}

/// Returns the form with the fewest texts among those with one password: a form with more is for registering.
fn with_password(forms: &[Form]) -> Option<Form> {
    let passwords = |form: &Form| {
        form.fields
            .iter()
            .filter(|field| field.is_password())
            .count()
    };
    forms
        .iter()
        .filter(|form| passwords(form) == 1)
        .min_by_key(|form| form.fields.iter().filter(|field| field.is_text()).count())
        .cloned()
}

/// Puts the password into its field, and the name into the text before it.
fn fill(form: &mut Form, user: &User) {
    let Some(password) = form.fields.iter().position(Field::is_password) else {
        return;
    };
    let before = form.fields[..password].iter().rposition(Field::is_text);
    let name = before.or_else(|| form.fields.iter().position(Field::is_text));
    if let Some(name) = name {
        form.fields[name].value.clone_from(&user.name);
    }
    form.fields[password].value = user.password.expose().to_owned();
}

/// Says what is on a page, without anything that is in its fields.
pub(super) fn seen(page: &Page) -> String {
    let title = match page.title() {
        Some(title) => format!("`{}`", title.chars().take(100).collect::<String>()),
        None => "without a title".to_owned(),
    };
    let forms: Vec<String> = page.forms().iter().take(5).map(Form::outline).collect();
    let forms = if forms.is_empty() {
        "no form".to_owned()
    } else {
        forms.join("; ")
    };
    format!(
        "the page {title} ({}) has {forms}; describe what to fill in as `[[sign-in.steps]]`, or hand over a session as `sign-in.cookie-env`",
        page.answer.status()
    )
}
