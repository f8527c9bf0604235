//! What holds of every page: headers, cookies, languages.

use reference_server::settings::Settings;

use crate::browser::{Browser, SESSION_COOKIE, at, login};
use crate::caller::{CONFIDENTIAL_CLIENT, CUSTOMER, NOBODY, PUBLIC_CLIENT, Server};

/// Returns the paths of all pages.
fn pages() -> Vec<String> {
    vec![
        login(&[]),
        at("auth-ui/register", &[]),
        format!("auth-ui/profile?client_id={PUBLIC_CLIENT}"),
        format!("auth-ui/logout?client_id={PUBLIC_CLIENT}"),
        "auth-ui/nothing".to_owned(),
        login(&[("client_id", NOBODY)]),
        at("login/authorize", &[("client_id", NOBODY)]),
        "login/end_session".to_owned(),
        format!("/{NOBODY}/auth-ui/login"),
    ]
}

#[tokio::test]
async fn no_page_is_framed_cached_sniffed_or_told_on() {
    let server = Server::new();
    let browser = Browser::new(&server);
    browser.sign_in().await;
    for path in pages() {
        let page = browser.get(&path).await;
        assert_eq!(
            page.header("content-type"),
            Some("text/html; charset=utf-8"),
            "{path}"
        );
        assert_eq!(page.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(
            page.header("referrer-policy"),
            Some("no-referrer"),
            "{path}"
        );
        assert_eq!(
            page.header("x-content-type-options"),
            Some("nosniff"),
            "{path}"
        );
        assert_eq!(page.header("x-frame-options"), Some("DENY"), "{path}");
        let policy = page.header("content-security-policy").expect("a policy");
        for part in [
            "default-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "style-src 'sha256-",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(
            !policy.contains("unsafe") && !policy.contains("script-src"),
            "{path}: {policy}"
        );
        assert!(
            !page.html.contains("style=") && !page.html.contains("<script"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn forms_lead_here_unless_somebody_goes_on_to_a_client() {
    let server = Server::new();
    let browser = Browser::new(&server);
    browser.sign_in().await;
    let profile = format!("auth-ui/profile?client_id={CONFIDENTIAL_CLIENT}");
    for (path, forms) in [
        (login(&[]), None),
        (at("auth-ui/register", &[]), None),
        (profile, Some("form-action 'self'")),
        (login(&[("client_id", NOBODY)]), Some("form-action 'none'")),
    ] {
        let page = browser.get(&path).await;
        let policy = page.header("content-security-policy").expect("a policy");
        let found = policy
            .split("; ")
            .find(|part| part.starts_with("form-action"));
        assert_eq!(found, forms, "{path}: {policy}");
    }
}

#[tokio::test]
async fn cookies_are_out_of_reach_of_scripts_and_other_sites() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let flags = format!("; Path=/{CUSTOMER}; HttpOnly; SameSite=Lax");
    let page = browser.get(&login(&[])).await;
    let cookies: Vec<_> = page.set_cookies().collect();
    let token = page.token();
    assert_eq!(cookies, [format!("_csrf_token={token}{flags}")]);
    // It stays the same as long as the browser has it.
    let again = browser.get(&login(&[])).await;
    assert_eq!((again.set_cookies().count(), again.token()), (0, token));

    let page = browser.sign_in().await;
    let cookie = browser.cookie(SESSION_COOKIE).expect("a session");
    assert_eq!(
        page.set_cookies().collect::<Vec<_>>(),
        [format!("{SESSION_COOKIE}={cookie}{flags}")]
    );
    assert_eq!(cookie.len(), 64, "nothing but chance");
}

#[tokio::test]
async fn cookies_are_secure_where_the_server_is() {
    let server = Server::with(Settings {
        public_url: "https://id.example.com".parse().expect("a public URL"),
        ..Settings::default()
    });
    let browser = Browser::new(&server);
    let page = browser.get(&login(&[])).await;
    assert!(
        page.set_cookies()
            .all(|cookie| cookie.ends_with("; Secure"))
    );
    let page = browser.sign_in().await;
    assert!(
        page.set_cookies()
            .all(|cookie| cookie.ends_with("; Secure"))
    );
    assert_eq!(page.set_cookies().count(), 1);
}

#[tokio::test]
async fn pages_speak_the_first_language_that_they_know() {
    let server = Server::new();
    let browser = Browser::new(&server);
    for (locales, tag, heading) in [
        ("", "en", "Sign in"),
        ("de-AT", "de", "Anmelden"),
        ("tlh fr-CA de", "fr", "Se connecter"),
        ("x ja", "ja", "サインイン"),
        ("\"><script>", "en", "Sign in"),
        ("sv", "en", "Sign in"),
    ] {
        let page = browser.get(&login(&[("ui_locales", locales)])).await;
        page.says(200, &format!("<html lang=\"{tag}\">"));
        page.says(200, &format!("<h1>{heading}</h1>"));
    }
    let page = browser.get("auth-ui/logout?ui_locales=de").await;
    page.says(400, "<h1>Ungültige Anfrage</h1>");
}

#[tokio::test]
async fn a_page_takes_the_methods_it_knows() {
    let server = Server::new();
    let browser = Browser::new(&server);
    let page = browser.post("auth-ui/logout", &[]).await;
    page.refused(405, "Bad request", "invalid_request");
    assert_eq!(page.header("allow"), Some("GET,HEAD"));
    let page = browser.get("auth-ui/nothing/at/all").await;
    page.refused(404, "Page not found", "not_found");
}
