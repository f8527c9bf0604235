//! What holds for any request whatsoever.

use std::sync::LazyLock;

use proptest::prelude::*;
use url::Url;

use crate::browser::{Browser, CALLBACK, encoded};
use crate::caller::{CONFIDENTIAL_CLIENT, PUBLIC_CLIENT, Server};

static RUNTIME: LazyLock<tokio::runtime::Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
});

const NAMES: [&str; 16] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "nonce",
    "prompt",
    "max_age",
    "claims",
    "response_mode",
    "code_challenge",
    "code_challenge_method",
    "resource",
    "request",
    "ui_locales",
    "login_hint",
];

const VALUES: [&str; 24] = [
    "",
    CONFIDENTIAL_CLIENT,
    PUBLIC_CLIENT,
    CALLBACK,
    "https://evil.example/",
    "http://localhost:8080/callback/../x",
    "//evil.example",
    "code",
    "token",
    "none",
    "code id_token",
    "openid",
    "openid email",
    "email",
    "login",
    "create",
    "form_post",
    "fragment",
    "query",
    "S256",
    "0",
    "{}",
    "a\r\nLocation: https://evil.example/",
    "\u{0}\u{7f}\u{1F600}",
];

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => proptest::sample::select(&VALUES[..]).prop_map(str::to_owned),
        1 => ".{0,40}",
    ]
}

fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
    let pair = (
        proptest::sample::select(&NAMES[..]).prop_map(str::to_owned),
        value(),
    );
    proptest::collection::vec(pair, 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]

    /// Nobody is sent to a place that the client has not registered, and no header is made up.
    #[test]
    fn nobody_is_sent_elsewhere(mut pairs in pairs(), is_good in any::<bool>(), signed_in in any::<bool>()) {
        if is_good {
            pairs.retain(|(name, _)| !matches!(name.as_str(), "client_id" | "redirect_uri"));
            pairs.push(("client_id".to_owned(), CONFIDENTIAL_CLIENT.to_owned()));
            pairs.push(("redirect_uri".to_owned(), CALLBACK.to_owned()));
        }
        let query: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let page = RUNTIME.block_on(async {
            let server = Server::new();
            let browser = Browser::new(&server);
            if signed_in {
                browser.sign_in().await;
            }
            browser.get(&format!("login/authorize?{}", encoded(&query))).await
        });
        prop_assert!(matches!(page.status.as_u16(), 200 | 302 | 400), "{:?}", page);
        prop_assert_eq!(page.headers.get_all("location").iter().count(), usize::from(page.status == 302));
        if let Some(location) = page.header("location") {
            let url = Url::parse(location).expect("a URL");
            let place = (url.host_str(), url.port(), url.path());
            let pages = "/01000000-0000-3000-9000-000000000000/auth-ui";
            let is_ours = place.0 == Some("127.0.0.1") && place.1 == Some(9400) && place.2.starts_with(pages);
            prop_assert!(place == (Some("localhost"), Some(8080), "/callback") || is_ours, "{}", location);
        }
        if page.status == 200 {
            let form = format!("<form method=\"post\" action=\"{CALLBACK}\"");
            prop_assert!(page.html.contains(&form), "{}", page.html);
        }
    }

    /// What is no list of parameters at all is answered, too.
    #[test]
    fn any_query_has_an_answer(query in "[A-Za-z0-9&=%+;,./?:@!$'()*_~-]{0,200}") {
        let page = RUNTIME.block_on(async {
            let server = Server::new();
            let browser = Browser::new(&server);
            browser.get(&format!("login/authorize?{query}")).await
        });
        prop_assert_eq!(page.status, 400);
        prop_assert_eq!(page.header("location"), None);
    }
}
