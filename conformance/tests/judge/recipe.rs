//! The sign-in recipe on pages of all kinds: found by itself, described, and hostile.

use conformance::{
    browser::Redirect,
    description::{Description, login},
    verdict::{Broken, NotPassed},
};

use super::{
    peer::{self, Reply},
    site::{NAME, PASSWORD, REDIRECT_URI, Site, page, redirect},
};

/// Signs in once, and returns where that ended.
async fn sign_in(site: &Site, description: &Description) -> Result<Redirect, NotPassed> {
    let target = site.target(description);
    let client = target.any_login_client()?;
    let request = target.authorization_request(&client, &target.endpoints().await?);
    target.browser().sign_in(&request).await
}

/// Serves a page for the authorization request, and sends whoever posts to `done` back to the client.
async fn one_page(html: &'static str) -> Site {
    Site::start(move |method, path, _| match path.split('?').next() {
        Some("login/authorize") => page(html),
        Some("login/done") if method == "POST" => {
            redirect(&format!("{REDIRECT_URI}?code=c0de-of-the-site&state=s"), "")
        }
        _ => peer::full(404, "text/plain", ""),
    })
    .await
}

/// Returns what nothing but the description can mend.
fn told(result: Result<Redirect, NotPassed>) -> String {
    match result {
        Err(NotPassed::Broken(Broken::Prerequisite(told))) => told,
        other => panic!("it cannot be done: {other:?}"),
    }
}

/// Returns the form that was posted, decoded.
fn posted(site: &Site) -> Vec<(String, String)> {
    let request = site.asked_with("POST ");
    let body = request.split("\r\n\r\n").nth(1).unwrap_or_default();
    form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect()
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[tokio::test]
async fn the_form_is_found_among_others() {
    let site = one_page(
        r#"<!doctype html><title>Welcome</title>
        <form action=search><input name=q type=search><button>Search</button></form>
        <form action=register method=post><input name=name><input name=mail type=email>
            <input type=password name=p1><button>Register</button></form>
        <form action=done method=POST>
            <input type=hidden name=_csrf_token value="t&amp;1"><input type=hidden name=empty>
            <label>Who <input type=email name=user value="old@example.com"></label>
            <input type=checkbox name=stay value=yes checked><input type=checkbox name=news>
            <input type=radio name=r value=a><input type=radio name=r value=b checked>
            <select name=lang><option value=en>E<option value=de selected>D</select>
            <input disabled name=off value=x><input type=password name=pass autocomplete=off>
            <input type=button name=b value=b><button name=go value=now>Sign in</button>
            <button name=cancel value=1>Cancel</button>
        </form>
        <input form=none name=outside>"#,
    )
    .await;
    let redirect = sign_in(&site, &site.description()).await.expect("a code");
    assert_eq!(redirect.parameter("code"), Some("c0de-of-the-site"));
    assert_eq!(
        posted(&site),
        [
            pair("_csrf_token", "t&1"),
            pair("empty", ""),
            pair("user", NAME),
            pair("stay", "yes"),
            pair("r", "b"),
            pair("lang", "de"),
            pair("pass", PASSWORD),
            pair("go", "now"),
        ]
    );
}

#[tokio::test]
async fn name_password_and_consent_on_pages_of_their_own() {
    let site = Site::start(|method, path, body| {
        match (method, path.split('?').next().unwrap_or_default()) {
            (_, "login/authorize") => redirect("../pages/name", "set-cookie: a=1; Path=/\r\n"),
            ("GET", "pages/name") => page(
                "<form method=post><input type=hidden name=t value=1><input name=who><input type=submit name=next value=Next></form>",
            ),
            ("POST", "pages/name") if body.contains("who=mira") => redirect("/password", ""),
            ("GET", "/password") => page(
                "<base href=/deep/er/><form action=../check method=post><input type=password name=pw></form>",
            ),
            ("POST", "/deep/check") => redirect("/consent", "set-cookie: b=2; Path=/consent\r\n"),
            ("GET", "/consent") => page(
                "<form method=post action=/granted><input type=hidden name=scope value=openid><button formaction=/granted/all name=ok>Yes</button></form>",
            ),
            ("POST", "/granted/all") => redirect(&format!("{REDIRECT_URI}?code=c0de-after-consent"), ""),
            _ => peer::full(404, "text/plain", "lost"),
        }
    })
    .await;
    let redirect = sign_in(&site, &site.description()).await.expect("a code");
    assert_eq!(redirect.parameter("code"), Some("c0de-after-consent"));
    assert!(
        site.asked_with("GET /consent").contains("cookie: a=1; b=2")
            || site.asked_with("GET /consent").contains("cookie: b=2; a=1")
    );
    assert!(!site.asked_with("POST /granted/all").contains("b=2"));
    let asked = site.asked();
    assert!(
        !asked.iter().any(|request| request.contains("GET /cb")),
        "{asked:#?}"
    );
}

#[tokio::test]
async fn a_described_recipe_is_followed_step_by_step() {
    let site = one_page(
        r#"<form action=wrong method=post><input type=password name=a><button>A</button></form>
        <form id=right action=done method=post><input name=login><input name=secret type=text>
            <button name=way value=first>1</button><button name=way value=second class=main>2</button></form>"#,
    )
    .await;
    let mut description = site.description();
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    description.sign_in.steps = vec![login::Step {
        form: Some("form#right".to_owned()),
        fields: [
            field("login", "{name}"),
            field("secret", "<{password}>"),
            field("by-script", "1"),
        ]
        .into(),
        submit: Some("button.main".to_owned()),
    }];
    sign_in(&site, &description).await.expect("a code");
    assert_eq!(
        posted(&site),
        [
            pair("login", NAME),
            pair("secret", &format!("<{PASSWORD}>")),
            pair("by-script", "1"),
            pair("way", "second"),
        ]
    );
    description.sign_in.steps[0].submit = Some("button.other".to_owned());
    let why = told(sign_in(&site, &description).await);
    assert!(
        why.contains("`sign-in.steps` 1: no button of the form is `button.other`"),
        "{why}"
    );
    description.sign_in.steps[0].form = Some("form.left".to_owned());
    let why = told(sign_in(&site, &description).await);
    assert!(why.contains("no form is `form.left`"), "{why}");
}

#[tokio::test]
async fn what_was_seen_is_told_and_what_to_describe() {
    let site = one_page("<title>\n Solve  this</title><p>riddle</p><form><input name=riddle><input name=answer></form>").await;
    let why = told(sign_in(&site, &site.description()).await);
    for part in [
        "`Solve this`",
        "`riddle` (text), `answer` (text)",
        "[[sign-in.steps]]",
        "sign-in.cookie-env",
    ] {
        assert!(why.contains(part), "{part}: {why}");
    }
    assert!(why.starts_with("sign-in: `sign-in`: "), "{why}");
    let site = one_page("").await;
    let why = told(sign_in(&site, &site.description()).await);
    assert!(
        why.contains("without a title") && why.contains("no form"),
        "{why}"
    );
}

#[tokio::test]
async fn a_password_that_is_not_taken_is_sent_once() {
    const FORM: &str =
        "<form method=post action=again><input name=u><input type=password name=p></form>";
    for (status, part) in [(200, "came again"), (401, "is refused")] {
        let site = Site::start(
            move |method, path, _| match (method, path.split('?').next()) {
                (_, Some("login/authorize")) => page(FORM),
                ("POST", Some("login/again")) => peer::full(status, "text/html", FORM),
                _ => peer::full(404, "text/plain", ""),
            },
        )
        .await;
        let why = told(sign_in(&site, &site.description()).await);
        assert!(why.contains("`user`") && why.contains(part), "{why}");
        let sent = site
            .asked()
            .iter()
            .filter(|request| request.contains("p=correct"))
            .count();
        assert_eq!(sent, 1);
    }
}

#[tokio::test]
async fn nothing_leaves_for_where_the_description_does_not_reach() {
    for html in [
        "<form method=post action=https://evil.example.test/x><input name=u><input type=password name=p></form>",
        "<base href=http://127.0.0.1:1/><form method=post action=x><input name=u><input type=password name=p></form>",
        "<form method=post><input name=u><input type=password name=p><button formaction=//evil.example.test/>x</button></form>",
        "<form method=post action=javascript:alert(1)><input name=u><input type=password name=p></form>",
    ] {
        let site = one_page(html).await;
        let result = sign_in(&site, &site.description()).await;
        assert!(result.is_err(), "{html}: {result:?}");
        let asked = site.asked();
        assert!(
            !asked.iter().any(|request| request.contains("correct")),
            "{html}: {asked:#?}"
        );
    }
    let elsewhere = Site::start(|_, _, _| page("")).await;
    let there = elsewhere.url();
    let site = Site::start(move |_, _, _| redirect(&format!("{there}/login"), "")).await;
    let result = sign_in(&site, &site.description()).await;
    let Err(NotPassed::Broken(Broken::Unsendable { reason, .. })) = &result else {
        panic!("another origin: {result:?}");
    };
    assert!(reason.contains("`origins`"), "{reason}");
    assert_eq!(elsewhere.asked().len(), 0);
    let mut description = site.description();
    description.origins = vec![elsewhere.url()];
    told(sign_in(&site, &description).await);
    assert_eq!(elsewhere.asked().len(), 1);
}

#[tokio::test]
async fn no_page_holds_the_judge_for_ever() {
    // Redirects in a circle, and a consent without an end.
    let site = Site::start(|_, path, _| redirect(&format!("/{}", path.len() % 7), "")).await;
    let why = told(sign_in(&site, &site.description()).await);
    assert!(why.contains("20 redirects in a row"), "{why}");
    let consent = "<form method=post><button>again</button></form>";
    let site = Site::start(move |_, _, _| page(consent)).await;
    let why = told(sign_in(&site, &site.description()).await);
    assert!(why.contains("10 pages, and no end"), "{why}");
    let deep = format!("{}<form method=post>", "<div>".repeat(50_000));
    let fields = "<input name=x>".repeat(20_000);
    for html in [deep, format!("<form>{fields}"), "<form>".repeat(50_000)] {
        let site = Site::start(move |_, _, _| page(&html)).await;
        sign_in(&site, &site.description())
            .await
            .expect_err("no way in");
    }
    let site = Site::start(|_, _, _| {
        Reply::Endless(
            b"HTTP/1.1 200 X\r\ncontent-type: text/html\r\n\r\n".to_vec(),
            b"<form>".repeat(1000),
        )
    })
    .await;
    let result = sign_in(&site, &site.description()).await;
    assert!(
        matches!(result, Err(NotPassed::Broken(Broken::TooLarge { .. }))),
        "{result:?}"
    );
}

#[tokio::test]
async fn a_cookie_or_a_code_is_handed_over() {
    let site = Site::start(|method, path, body| match (method, path.split('?').next()) {
        (_, Some("login/authorize")) => redirect(&format!("{REDIRECT_URI}?code=c0de-by-cookie"), ""),
        ("POST", Some("login/token")) if body.contains("code=c0de-by-hand") && body.contains("code_verifier=v3rifier") => {
            peer::json(200, &serde_json::json!({"access_token": "access-token-of-thirty-two-or-more-0001", "refresh_token": "refresh-token-of-thirty-two-or-more-001", "id_token": "header-0.claims-0.signature", "token_type": "Bearer", "expires_in": 60, "scope": "openid"}))
        }
        _ => peer::full(404, "text/plain", ""),
    })
    .await;
    let mut description = site.description();
    description.user = None;
    description.sign_in.cookie_env = Some("COOKIE".to_owned());
    let usable = |description: &Description, value: &'static str| {
        conformance::description::Usable::new(description, Some(1), &move |name| match name {
            "VERIFIER" => Some("v3rifier".to_owned()),
            _ => Some(value.to_owned()),
        })
    };
    let session = |description: &Description, value: &'static str| {
        let usable = usable(description, value).expect("a good description");
        std::sync::Arc::new(
            conformance::target::Session::new(usable.settings).expect("nothing to trust"),
        )
    };
    let target = conformance::target::Target::new(
        session(&description, "sid=abc123; theme=rye"),
        "tests.of.sites",
    );
    let client = target.any_login_client().expect("described");
    let request =
        target.authorization_request(&client, &target.endpoints().await.expect("documented"));
    target.browser().sign_in(&request).await.expect("a code");
    let head = site.asked_with("login/authorize");
    assert!(
        head.contains("sid=abc123") && head.contains("theme=rye"),
        "{head}"
    );
    let told = usable(&description, "no cookie")
        .map(drop)
        .expect_err("no pairs")[0]
        .to_string();
    assert!(
        told.starts_with("sign-in.cookie-env: is not a `Cookie` header"),
        "{told}"
    );

    description.sign_in = login::SignIn {
        code_env: Some("CODE".to_owned()),
        verifier_env: Some("VERIFIER".to_owned()),
        ..login::SignIn::default()
    };
    let target =
        conformance::target::Target::new(session(&description, "c0de-by-hand"), "tests.of.sites");
    target
        .sign_in(&client, "openid")
        .await
        .expect("tokens for the code");
    let again = target.sign_in(&client, "openid").await;
    assert!(matches!(again, Err(NotPassed::Skip(_))), "{again:?}");
    let browsed = target.browser().sign_in(&request).await;
    assert!(matches!(browsed, Err(NotPassed::Skip(_))), "{browsed:?}");
}
