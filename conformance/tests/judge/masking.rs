//! No secret of the run or of the target is in any report, in any encoding.

use std::sync::Arc;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use conformance::{
    check::Check,
    expectations::Expectations,
    http::Request,
    mask::Masks,
    plan::Mode,
    report::{Report, Write, output::FORMATS, terminal::Terminal},
    run::stop::Stop,
    secret::Credentials,
    target::Session,
    verdict::Mismatch,
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;
use serde_json::json;

use super::{
    peer::{self, Peer},
    site::{Site, redirect},
    subject,
};

proptest! {
    #[test]
    fn a_known_secret_is_masked_in_every_encoding(
        secret in r#"[a-zA-Z0-9+/=_\-\. "\\äß€:&%]{9,40}"#,
        user in "[a-z]{0,7}",
        before in "[a-z ]{0,5}",
    ) {
        let masks = Masks::default();
        masks.add(&secret);
        let masks = masks.compile();
        let basic = STANDARD.encode(format!("{user}:{secret}"));
        let quoted = serde_json::Value::from(secret.as_str()).to_string();
        let inner = &quoted[1..quoted.len() - 1];
        for form in [
            secret.clone(),
            utf8_percent_encode(&secret, NON_ALPHANUMERIC).to_string(),
            utf8_percent_encode(&secret, NON_ALPHANUMERIC).to_string().to_lowercase(),
            form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
            inner.to_owned(),
            inner.replace('/', "\\/"),
        ] {
            // Lower-casing the whole of an encoding changes the secret's own letters too: only its escapes may change.
            if form.contains(char::is_uppercase) || !secret.contains(char::is_uppercase) {
                let shown = masks.text(&format!("{before}{form}{before}"));
                prop_assert_eq!(shown, format!("{before}***{before}"));
            }
        }
        let shown = masks.text(&basic);
        prop_assert!(shown.contains("***"), "{}", shown);
        // What is left of the base64 text is the user, and at most the group that the secret shares with it.
        let left: usize = shown.split("***").map(str::len).sum();
        prop_assert!(left <= (user.len() + 1).div_ceil(3) * 4 + 4, "{} of {}", left, basic);
        let url_safe = masks.text(&URL_SAFE_NO_PAD.encode(&secret));
        prop_assert!(url_safe.contains("***"), "{}", url_safe);
    }

    #[test]
    fn what_is_not_secret_stays(text in "[a-z ]{0,40}") {
        let masks = Masks::default();
        masks.add("S3CRET-VALUE");
        prop_assert_eq!(masks.compile().text(&text), text);
    }
}

/// A canary for each way in which a secret comes into a run.
const CONFIGURED: &str = "canary/configured+secret=";
const TOKEN: &str = "canary-token-of-the-wire-0001";
const MADE: &str = "canary-secret-\"of\"-<the>&'wire'-0002";
const SENT: &str = "canary-secret-in-a-body-0003";
const CONCEALED: &str = "canary-of-no-name-0004";

const LEAKS: &[Check] = &[subject::check("x.y.leaks", |target| {
    Box::pin(async {
        target.conceal(CONCEALED);
        let client = Credentials::new("client-1", CONFIGURED);
        target
            .basic(&client)
            .send(Request::post("login/token").form(&[("client_secret", CONFIGURED)]))
            .await
            .ok();
        target.administrator().get("config/clients").await.ok();
        let body = json!({"identityStoreDetails": {"connectionDetails": {"clientSecret": SENT}}});
        target
            .administrator()
            .post("config/loginPolicies", body)
            .await
            .ok();
        let answer = target.anonymous().get("/echo").await?;
        // What shows the answer to a reading is in reports as well.
        target.reading("rejected-token", 401)?;
        Err(Mismatch::new(
            format!("echo of {CONFIGURED}"),
            [json!(TOKEN)],
            json!([answer.text(), {MADE: SENT}]),
        )
        .into())
    })
})];

fn hex(secret: &str) -> String {
    secret.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// Escapes as the template engine of the page does.
fn html(secret: &str) -> String {
    secret
        .replace('&', "&#38;")
        .replace('<', "&#60;")
        .replace('>', "&#62;")
        .replace('"', "&#34;")
        .replace('\'', "&#39;")
}

#[tokio::test]
async fn no_canary_is_in_any_report() {
    let all = [CONFIGURED, TOKEN, MADE, SENT, CONCEALED];
    let peer = Peer::start(move |method, path, _| {
        let collection = path.rsplit('/').next().unwrap_or_default();
        match (method, collection) {
            ("POST", "token") => peer::json(200, &json!({"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer", "scope": "*:**"})),
            ("POST", _) => peer::json(201, &json!({"id": "x", "secret": MADE})),
            (_, "echo") => {
                let encoded: Vec<String> = all
                    .iter()
                    .flat_map(|secret| [
                        (*secret).to_owned(),
                        STANDARD.encode(secret),
                        URL_SAFE_NO_PAD.encode(format!("xy{secret}")),
                        utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
                        hex(secret),
                        html(secret),
                        json!(secret).to_string(),
                    ])
                    .collect();
                peer::full(200, "text/plain", &encoded.join("\n"))
            }
            _ => peer::well_behaved(method, path),
        }
    })
    .await;
    let usable = subject::usable(subject::description(&peer.url()), CONFIGURED);
    let session = Arc::new(Session::new(usable.settings).expect("nothing to trust"));
    let finished = subject::judge(&session, LEAKS, &Stop::never()).await;
    let report = Report::new(&session, Mode::Full, &finished, &Expectations::default());
    let verbose = Terminal {
        is_quiet: false,
        is_verbose: true,
    };
    let formats = FORMATS.map(|format| (format.name, format.writer));
    for (name, format) in formats
        .into_iter()
        .chain([("terminal", &verbose as &dyn Write)])
    {
        let mut bytes = Vec::new();
        format
            .write(&report, &mut bytes)
            .expect("written to memory");
        let text = String::from_utf8(bytes).expect("text");
        // A badge has nothing but numbers.
        assert!(
            name == "badge" || text.contains("echo of ***"),
            "{name}: {text}"
        );
        for secret in all {
            for form in [
                secret.to_owned(),
                // Without its last group, which depends on what follows.
                STANDARD.encode(secret)[..secret.len() / 3 * 4].to_owned(),
                utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
                hex(secret),
                html(secret),
                json!(secret).to_string(),
            ] {
                assert!(!text.contains(&form), "{name}: `{form}` in {text}");
            }
        }
        assert!(!text.contains("canary"), "{name}: {text}");
        assert!(!format!("{finished:?}").is_empty());
    }
}

const PASSWORD: &str = "canary/password+0005";
const CODE: &str = "canary.code~of:a/redirect-0006";
const COOKIE: &str = "canary%2Fcookie-0007";
const FORGERY: &str = "canary&token\"of<a>form-0008";
const SID: &str = "canary-session-id-0009";
const ID_TOKEN: &str = "canary-header.canary-claims.canary-signature-0010";
const SHORT: &str = "kanary";

const SIGNS_IN: &[Check] = &[subject::check("x.y.signs-in", |target| {
    Box::pin(async {
        let client = target.any_login_client()?;
        let request = target.authorization_request(&client, &target.endpoints().await?);
        let mut browser = target.browser();
        let redirect = browser.sign_in(&request).await?;
        let code = redirect.code()?;
        let verifier = request.verifier().map_or("", |verifier| verifier.expose());
        target.exchange(&client, &request, &code).await.ok();
        let told = format!("sign-in with {} {verifier}", redirect.location);
        let seen = json!([redirect.location, verifier, {"sid": SHORT, "claims": {"sid": SID}}, SID, COOKIE, FORGERY, PASSWORD]);
        Err(Mismatch::new(told, [json!(code.expose())], seen).into())
    })
})];

#[tokio::test]
async fn nothing_of_a_sign_in_is_in_any_report() {
    let escaped = FORGERY
        .replace('&', "&amp;")
        .replace('"', "&#34;")
        .replace('<', "&lt;");
    let form = format!(
        "<form method=post action=\"?id_token_hint={SHORT}&amp;a=b\"><input type=hidden name=_csrf_token value=\"{escaped}\">\
         <input type=hidden name=csrf value=\"{SHORT}\"><input name=who><input type=password name=pw></form>"
    );
    let code: String = form_urlencoded::byte_serialize(CODE.as_bytes()).collect();
    let site = Site::start(move |method, path, _| match (method, path.split('?').next()) {
        ("POST", Some("login/token")) => peer::json(200, &json!({
            "access_token": TOKEN, "refresh_token": MADE, "id_token": ID_TOKEN, "token_type": "Bearer", "expires_in": 1, "scope": "openid"
        })),
        ("GET", Some("login/authorize")) => redirect("/form", &format!("set-cookie: s={COOKIE}; Path=/; HttpOnly\r\n")),
        ("GET", _) => super::site::page(&form),
        _ => redirect(&format!("https://app.example.test/cb?code={code}&state=s&id_token={ID_TOKEN}&logout_hint={SID}"), ""),
    })
    .await;
    let description = site.description();
    let usable = conformance::description::Usable::new(&description, Some(1), &|_| {
        Some(PASSWORD.to_owned())
    })
    .expect("a good description");
    let session = Arc::new(Session::new(usable.settings).expect("nothing to trust"));
    let mut signs_in = SIGNS_IN[0];
    signs_in.needs = &[];
    let finished = subject::judge(&session, &[signs_in], &Stop::never()).await;
    let report = Report::new(&session, Mode::Full, &finished, &Expectations::default());
    let verbose = Terminal {
        is_quiet: false,
        is_verbose: true,
    };
    let formats = FORMATS.map(|format| (format.name, format.writer));
    for (name, format) in formats
        .into_iter()
        .chain([("verbose", &verbose as &dyn Write)])
    {
        let mut bytes = Vec::new();
        format
            .write(&report, &mut bytes)
            .expect("written to memory");
        let text = String::from_utf8(bytes).expect("text");
        if matches!(name, "json" | "verbose") {
            assert!(text.contains("sign-in with "), "{text}");
        }
        assert!(!text.contains("canary"), "{text}");
        assert!(!text.contains(SHORT), "{text}");
        for secret in [PASSWORD, CODE, COOKIE, FORGERY, SID, ID_TOKEN] {
            for form in [
                STANDARD.encode(secret)[..secret.len() / 3 * 4].to_owned(),
                utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
                form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
            ] {
                assert!(!text.contains(&form), "`{form}` in {text}");
            }
        }
    }
    let shown = format!("{:?}", report.entries[0].exchanges);
    for public in ["s=***; Path=/; HttpOnly", "state=s", "code=***", "a=b"] {
        assert!(shown.contains(public), "{public}: {shown}");
    }
}
