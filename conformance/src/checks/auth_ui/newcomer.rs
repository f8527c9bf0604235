//! Somebody who has no account yet, at the form that makes one.

use serde_json::json;

use crate::{
    browser::{Authorized, Form, Page, Redirect, Widget},
    checks::{
        account::{self, pages_are_known},
        device::Device,
    },
    http::Request,
    relying_party::AuthorizationRequest,
    target::Target,
    verdict::{Mismatch, NotPassed, Skip},
};

/// Somebody with a browser at the form for a new account.
pub(in crate::checks) struct Newcomer<'t> {
    pub(in crate::checks) device: Device<'t>,
    pub(in crate::checks) request: AuthorizationRequest,
    /// The page with the form, as it came last.
    pub(in crate::checks) page: Page,
    /// An address that nobody has.
    pub(in crate::checks) email: String,
    /// Every address that was typed, whose account has to go.
    typed: Vec<String>,
}

/// What a form for a new account asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::checks) enum Entry {
    Address,
    Password,
    GivenName,
    FamilyName,
}

/// What came of sending the form.
pub(in crate::checks) enum Sent {
    /// The browser is sent to the client, as somebody who has an account.
    Made(Redirect),
    /// The form came again.
    Again(Page),
}

impl Entry {
    /// Tells whether a field is for this.
    pub(in crate::checks) fn is_in(self, field: &Widget) -> bool {
        match self {
            Self::Address => {
                field.kind == "email" || matches!(&*field.autocomplete, "email" | "username")
            }
            Self::Password => field.kind == "password",
            Self::GivenName => field.autocomplete == "given-name",
            Self::FamilyName => field.autocomplete == "family-name",
        }
    }

    /// Returns the first field of a page for this.
    pub(in crate::checks) fn field(self, page: &Page) -> Option<Widget> {
        page.widgets().into_iter().find(|field| self.is_in(field))
    }

    /// Requires that a page has a field for this.
    pub(in crate::checks) fn shown(self, page: &Page) -> Result<Widget, Skip> {
        let reason =
            format!("the form for a new account has no field that says it is for {self:?}");
        self.field(page).ok_or_else(|| Skip::because(reason))
    }
}

impl<'t> Newcomer<'t> {
    /// Goes from the login page to the form, by the link that leads there.
    pub(in crate::checks) async fn arrive(
        target: &'t Target,
        locales: &str,
    ) -> Result<Self, NotPassed> {
        pages_are_known(target)?;
        let mut device = Device::of_anybody(target).await?;
        let request = device.request().with("ui_locales", locales);
        let request = request.scope("openid profile email");
        let login = device.must_ask(&request).await?;
        for link in login.links() {
            let landed = device
                .browser
                .go(Request::get(link), request.redirect_uri())
                .await?;
            if let Authorized::Page(page) = landed
                && form_of(&page).is_some()
            {
                return Ok(Self {
                    device,
                    request,
                    page,
                    email: account::address(target),
                    typed: Vec::new(),
                });
            }
        }
        Err(Skip::because("no link of the login page leads to a form for a new account").into())
    }

    /// Fills the form in, and sends it.
    pub(in crate::checks) async fn send(
        &mut self,
        entries: &[(Entry, &str)],
    ) -> Result<Sent, NotPassed> {
        let Some(mut form) = form_of(&self.page) else {
            return Err(no_form(&self.page).into());
        };
        for (entry, value) in entries {
            for field in self
                .page
                .widgets()
                .iter()
                .filter(|field| entry.is_in(field))
            {
                form.fill(&field.name, value);
            }
            if *entry == Entry::Address {
                self.typed.push((*value).to_owned());
            }
        }
        let sent = form.submit(form.buttons.first());
        let uri = self.request.redirect_uri();
        match self.device.browser.go(sent, uri).await? {
            Authorized::Redirect(redirect) => Ok(Sent::Made(redirect)),
            Authorized::Page(page) if form_of(&page).is_some() => {
                self.page = page.clone();
                Ok(Sent::Again(page))
            }
            Authorized::Page(page) if page.answer.status() < 400 && !page.text().is_empty() => {
                let reason = "a new account takes more than its form: another page comes";
                Err(Skip::because(reason).into())
            }
            Authorized::Page(page) => Err(no_form(&page).into()),
        }
    }

    /// Sends the form, and requires that it comes again and that nobody has an account.
    pub(in crate::checks) async fn must_be_refused(
        &mut self,
        entries: &[(Entry, &str)],
    ) -> Result<Page, NotPassed> {
        let refused = json!("the form again, and no account");
        match self.send(entries).await? {
            Sent::Made(redirect) => {
                Err(Mismatch::new("new account", [refused], redirect.shown()).into())
            }
            Sent::Again(page) => {
                for (_, email) in entries.iter().filter(|(entry, _)| *entry == Entry::Address) {
                    if self.device.target.user_of(email).await?.is_some() {
                        let made = json!("the form again, and an account");
                        return Err(Mismatch::new("new account", [refused], made).into());
                    }
                }
                Ok(page)
            }
        }
    }

    /// Sends the form, and requires that it makes an account.
    pub(in crate::checks) async fn must_be_taken(
        &mut self,
        entries: &[(Entry, &str)],
    ) -> Result<Redirect, NotPassed> {
        match self.send(entries).await? {
            Sent::Made(redirect) => {
                redirect.code()?;
                Ok(redirect)
            }
            Sent::Again(page) => {
                let fields = page.widgets();
                let wrong = fields.iter().filter(|field| field.is_invalid);
                let wrong: Vec<&str> = wrong.map(|field| field.name.as_str()).collect();
                let actual = json!({ "status": page.answer.status(), "refused": wrong });
                let expected = json!("a redirect with a code");
                Err(Mismatch::new("new account", [expected], actual).into())
            }
        }
    }

    /// Removes whatever account came to be.
    pub(in crate::checks) async fn leave(self) -> Result<(), NotPassed> {
        let target = self.device.target;
        for email in &self.typed {
            if let Some(user) = target.user_of(email).await? {
                target.remove_user(&user).await?;
            }
        }
        Ok(())
    }
}

/// Returns the form for a new account: it says that its password is a new one, or asks for more than a form to sign in with.
fn form_of(page: &Page) -> Option<Form> {
    let fields = page.widgets();
    page.forms().into_iter().find(|form| {
        let mut passwords = form.fields.iter().filter(|field| field.is_password());
        let texts = form.fields.iter().filter(|field| field.is_text()).count();
        let is_new = passwords.clone().any(|field| {
            let mut shown = fields.iter().filter(|shown| shown.name == field.name);
            shown.any(|shown| shown.autocomplete == "new-password")
        });
        passwords.next().is_some() && (is_new || texts > 1)
    })
}

fn no_form(page: &Page) -> Mismatch {
    let expected = json!("a redirect, or the form again");
    let actual = json!({ "status": page.answer.status(), "page": page.title() });
    Mismatch::new("new account", [expected], actual)
}
