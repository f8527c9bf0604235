//! The browser: cookies by the rules, redirects one at a time, nothing to the redirect URI.

use conformance::{
    browser::{Authorized, Channel},
    http::Request,
    relying_party::AuthorizationRequest,
    target::Target,
};

use super::{
    peer,
    site::{REDIRECT_URI, Site, page, redirect},
};

async fn request(target: &Target) -> AuthorizationRequest {
    let client = target.any_login_client().expect("described");
    let endpoints = target.endpoints().await.expect("documented");
    target.authorization_request(&client, &endpoints)
}

/// Asks for a code at a site that answers with one `Location`.
async fn landed(location: &'static str) -> Authorized {
    let site = Site::start(move |_, path, _| {
        if path.starts_with("login/authorize") {
            redirect(location, "")
        } else {
            page("<title>elsewhere</title>")
        }
    })
    .await;
    let target = site.target(&site.description());
    let request = request(&target).await;
    let landed = target.browser().authorize(&request).await.expect("an end");
    let asked = site.asked();
    assert!(
        !asked
            .iter()
            .any(|request| request.starts_with("GET /cb?") || request.starts_with("GET /cb ")),
        "{asked:#?}"
    );
    landed
}

#[tokio::test]
async fn the_redirect_uri_is_recognised_and_never_visited() {
    for (location, channel, code) in [
        (
            "https://app.example.test/cb?code=a%20b&state=c",
            Channel::Query,
            Some("a b"),
        ),
        (
            "https://app.example.test/cb#code=x&code=y",
            Channel::Fragment,
            Some("x"),
        ),
        (
            "https://app.example.test/cb?a=b#code=x",
            Channel::Fragment,
            Some("x"),
        ),
        ("https://app.example.test/cb", Channel::Query, None),
        ("https://app.example.test/cb?", Channel::Query, None),
    ] {
        let redirect = landed(location)
            .await
            .redirect()
            .expect("at the redirect URI");
        assert_eq!(
            (redirect.channel, redirect.parameter("code")),
            (channel, code),
            "{location}"
        );
        assert_eq!(redirect.location, location);
    }
    let page = landed("/cbx?code=a")
        .await
        .page()
        .expect("not the redirect URI");
    assert_eq!(page.title().as_deref(), Some("elsewhere"));
}

#[tokio::test]
async fn a_form_for_the_redirect_uri_is_the_redirect() {
    let html = format!(
        "<body onload=submit()><form method=post action={REDIRECT_URI}><input type=hidden name=code value=&#34;x&amp;y><input type=hidden name=state value=s></form>"
    );
    let site = Site::start(move |_, _, _| page(&html)).await;
    let target = site.target(&site.description());
    let request = request(&target).await;
    let landed = target
        .browser()
        .authorize_by_form(&request)
        .await
        .expect("an end");
    let redirect = landed.redirect().expect("at the redirect URI");
    assert_eq!(redirect.channel, Channel::FormPost);
    assert_eq!(redirect.parameter("code"), Some("\"x&y"));
    assert!(
        site.asked_with("POST ")
            .contains("code_challenge_method=S256")
    );
}

#[tokio::test]
async fn cookies_go_where_they_belong_and_end_when_they_end() {
    let site = Site::start(|_, path, _| match path {
        "/set" => redirect(
            "/deep/page",
            "set-cookie: all=1; Path=/\r\nset-cookie: deep=2; Path=/deep\r\n\
             set-cookie: gone=4; Path=/; Max-Age=0\r\nset-cookie: old=5; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT\r\n\
             set-cookie: foreign=6; Path=/; Domain=example.test\r\nset-cookie: all=7; Path=/; HttpOnly\r\nset-cookie: \r\nset-cookie: =8\r\n",
        ),
        "/clear" => redirect("/", "set-cookie: all=; Path=/; Max-Age=0\r\n"),
        _ => page(""),
    })
    .await;
    let target = site.target(&site.description());
    let mut browser = target.browser();
    browser.get("/set").await.expect("an answer");
    browser.get("/deep/page").await.expect("an answer");
    let head = site.asked_with("GET /deep/page");
    assert!(head.contains("all=7") && head.contains("deep=2"), "{head}");
    for other in ["gone=", "old=", "foreign=", "=8"] {
        assert!(!head.contains(other), "{other}: {head}");
    }
    browser.get("/elsewhere").await.expect("an answer");
    assert!(
        site.asked_with("GET /elsewhere")
            .contains("cookie: all=7\r\n")
    );
    assert_eq!(browser.jar().lines("all").len(), 2);
    browser.get("/clear").await.expect("an answer");
    browser.get("/after").await.expect("an answer");
    assert!(!site.asked_with("GET /after").contains("cookie:"));
    let mut other = target.browser();
    other.get("/other").await.expect("an answer");
    assert!(!site.asked_with("GET /other").contains("cookie:"));
}

#[tokio::test]
async fn a_method_is_kept_where_a_redirect_says_so() {
    let site = Site::start(|method, path, _| match (method, path) {
        ("POST", "/303") => peer::Reply::Bytes(
            b"HTTP/1.1 303 X\r\nlocation: /next\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                .to_vec(),
        ),
        ("POST", "/307") => peer::Reply::Bytes(
            b"HTTP/1.1 307 X\r\nlocation: /next\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                .to_vec(),
        ),
        _ => page(""),
    })
    .await;
    let target = site.target(&site.description());
    for (path, method) in [("/303", "GET"), ("/307", "POST")] {
        let post = Request::post(path).form(&[("a", "b")]);
        target
            .browser()
            .go(post, REDIRECT_URI)
            .await
            .expect("an end");
        let last = site.asked_with(" /next ");
        assert!(last.starts_with(method), "{path}: {last}");
        assert_eq!(last.ends_with("a=b"), method == "POST", "{path}: {last}");
    }
}
