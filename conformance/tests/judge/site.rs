//! A small provider with pages of a test's choice, for the browser and the sign-in recipe.

use std::sync::Arc;

use conformance::{
    description::{Description, Usable, login},
    target::{Session, Target},
};

use super::{
    peer::{Peer, Reply},
    subject::CUSTOMER,
};

/// The password of the user of every site.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// The name of the user of every site.
pub(crate) const NAME: &str = "mira.lind@example.com";

/// Where the client of every site is.
pub(crate) const REDIRECT_URI: &str = "https://app.example.test/cb";

/// A provider.
pub(crate) struct Site {
    peer: Peer,
}

impl Site {
    /// Starts a site; `answer` sees each request as method, path below the customer with its query, and body.
    pub(crate) async fn start(
        answer: impl Fn(&str, &str, &str) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let below = format!("/{CUSTOMER}/");
        let peer = Peer::start(move |method, path, body| {
            answer(method, path.strip_prefix(&below).unwrap_or(path), body)
        })
        .await;
        Self { peer }
    }

    pub(crate) fn url(&self) -> String {
        self.peer.url()
    }

    /// Returns every request so far, head and body.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.peer.requests()
    }

    /// Returns the last request whose body or path contains a text.
    pub(crate) fn asked_with(&self, text: &str) -> String {
        let asked = self.asked();
        let found = asked.iter().rev().find(|request| request.contains(text));
        found
            .unwrap_or_else(|| panic!("no `{text}` in {asked:#?}"))
            .clone()
    }

    /// Describes the site with a public client and a user.
    pub(crate) fn description(&self) -> Description {
        Description {
            url: Some(self.url()),
            customer: Some(CUSTOMER.to_owned()),
            clients: login::Clients {
                public: Some(login::LoginClient {
                    id: Some("c1".to_owned()),
                    redirect_uri: Some(REDIRECT_URI.to_owned()),
                    ..login::LoginClient::default()
                }),
                confidential: None,
            },
            user: Some(login::User {
                name: Some(NAME.to_owned()),
                password_env: Some("PASSWORD".to_owned()),
                ..login::User::default()
            }),
            ..Description::default()
        }
    }

    /// Opens a session on the site as it is described.
    pub(crate) fn session(&self, description: &Description) -> Arc<Session> {
        let usable = Usable::new(description, Some(1), &|_| Some(PASSWORD.to_owned()))
            .unwrap_or_else(|problems| panic!("a good description: {problems:?}"));
        Arc::new(Session::new(usable.settings).expect("nothing to trust"))
    }

    /// Returns the view of one check.
    pub(crate) fn target(&self, description: &Description) -> Target {
        Target::new(self.session(description), "tests.of.sites")
    }
}

/// Returns a page.
pub(crate) fn page(html: &str) -> Reply {
    super::peer::full(200, "text/html; charset=utf-8", html)
}

/// Returns a redirect, with further header lines.
pub(crate) fn redirect(location: &str, further: &str) -> Reply {
    let head = format!("HTTP/1.1 302 X\r\nlocation: {location}\r\n{further}");
    Reply::Bytes(format!("{head}content-length: 0\r\nconnection: close\r\n\r\n").into_bytes())
}
