//! A hosted page with a form for a name and a password: it is asked for, filled in and sent, and what comes of it are tokens.

use url::Url;

use super::{browser::Browser, code::Asking};
use crate::{
    target::User,
    visit::{Missed, Visit},
    wallet::Grant,
    wire::Request,
};

/// The names of the requests to a page.
pub(super) struct HostedPage {
    /// The page itself.
    pub(super) page: &'static str,
    /// The form on it.
    pub(super) form: &'static str,
}

impl HostedPage {
    /// Goes through the page that is there, as that user, and on to the tokens.
    pub(super) async fn pass(
        &self,
        visit: &mut Visit<'_>,
        asking: Asking,
        mut browser: Browser,
        (page, user): (&Url, &User),
    ) -> Result<Grant, Missed> {
        let load = visit.load();
        let request = browser.dress(Request::get(page.as_str()));
        let filled = visit
            .send(self.page, request, |answer| {
                browser.fill(answer, page, user, &load.target.url)
            })
            .await?;
        let request = browser.submit(filled, page);
        let landed = visit
            .send(self.form, request, |answer| {
                browser.landing(answer, &load.target.url)
            })
            .await?;
        asking.finish(visit, &mut browser, landed, self.form).await
    }
}
