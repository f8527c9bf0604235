//! Requests, for the lane and others.

const PATH: &str = "/01000000-0000-3000-9000-000000000000/login/token";
const FORM: &str = "grant_type=client_credentials&scope=*%3A**";
const TYPE: &str = "Content-Type: application/x-www-form-urlencoded\r\n";
/// The client, and the secret, of the demo tenant's configuration client.
const BASIC: &str = "Authorization: Basic NmQxZjBiOGEtN2MxMS00YzM5LTlhNTEtMDAwMDAwMDAwMDAxOmRlbW8tY29uZmlndXJhdGlvbi1zZWNyZXQ=\r\n";
/// The same, with a hyphen of the id in another spelling.
const ENCODED: &str = "Authorization: Basic NmQxZjBiOGElMkQ3YzExLTRjMzktOWE1MS0wMDAwMDAwMDAwMDE6ZGVtby1jb25maWd1cmF0aW9uLXNlY3JldA==\r\n";
const ID: &str = "6d1f0b8a-7c11-4c39-9a51-000000000001";

fn post(target: &str, fields: &str, form: &str) -> String {
    let length = form.len();
    format!("POST {target} HTTP/1.1\r\nHost: x\r\n{fields}Content-Length: {length}\r\n\r\n{form}")
}

/// A token for a login client, up to the last digit of its id.
const LOGIN_CLIENT: &str =
    "grant_type=client_credentials&client_id=6d1f0b8a-7c11-4c39-9a51-00000000000";

/// A request that is for the lane.
pub(super) fn plain() -> String {
    post(PATH, &format!("{BASIC}{TYPE}"), FORM)
}

/// Requests that are for the lane.
pub(super) fn eligible() -> Vec<String> {
    let typed = |fields: &str, form: &str| post(PATH, &format!("{TYPE}{fields}"), form);
    let secret = "client_secret=demo-configuration-secret";
    vec![
        plain(),
        typed("", &format!("{FORM}&client_id={ID}&{secret}")),
        typed(
            "Authorization: Bearer x\r\n",
            &format!("client_id={ID}&{FORM}&{secret}"),
        ),
        typed(BASIC, "grant_type=client_credentials"),
        typed(
            BASIC,
            "scope=profiles:read+*:**+*:**&grant_type=client%5fcredentials&state=",
        ),
        typed(
            BASIC,
            "scope=nothing&grant_type=client_credentials&x&y=%ff&",
        ),
        typed(
            &format!("{BASIC}Accept: */*\r\nUser-Agent: \u{e9}\r\nX: \t y \r\nOrigin: null\r\n"),
            FORM,
        ),
        plain().replace("urlencoded", "urlencoded ; charset=UTF-8"),
        plain()
            .replace("Content-", "CONTENT-")
            .replace("Authorization: Basic", "authorization:bAsIc"),
        plain().replace(BASIC, ENCODED),
        plain().replace("Host: x", "Host: x\r\nConnection: Keep-Alive"),
        plain().replace("Content-Length: ", "Content-Length: 00"),
        plain().replace("\r\n", "\n"),
        format!("\r\n{}", plain()),
    ]
}

/// Requests that are not, each for a reason of its own.
pub(super) fn others() -> Vec<String> {
    let with = |from: &str, to: &str| {
        let request = plain().replacen(from, to, 1);
        assert_ne!(request, plain(), "`{from}` stands in it");
        request
    };
    let also = |field: &str| with("Host: x\r\n", &format!("Host: x\r\n{field}\r\n"));
    let form = |form: &str| post(PATH, &format!("{BASIC}{TYPE}"), form);
    let chunked = format!("{:x}\r\n{FORM}\r\n0\r\n\r\n", FORM.len());
    let many = |count| "x: y\r\n".repeat(count);
    vec![
        String::new(),
        with("HTTP/1.1", "HTTP/1.0"),
        with("HTTP/1.1", "HTTP/1.2"),
        with("HTTP/1.1", "HTTP/1.0\r\nConnection: keep-alive"),
        with("POST", "post"),
        with("POST", "GET"),
        with("POST", "OPTIONS"),
        with("POST", "HEAD"),
        with("Host: x\r\n", ""),
        with("Host: x\r\n", "Host : x\r\n"),
        also("Host: y"),
        also("Content-Length: 7"),
        also(&format!("Content-Length: {}", FORM.len())),
        also("Content-Type: application/x-www-form-urlencoded"),
        also("Authorization: Bearer x"),
        also("Connection: close"),
        also("Connection: keep-alive, te"),
        also("Connection: upgrade\r\nUpgrade: websocket"),
        also("Upgrade: h2c"),
        also("Expect: 100-continue"),
        also("Expect: something"),
        also("TE: trailers"),
        also("Trailer: x"),
        also("Content-Encoding: gzip"),
        also("Transfer-Encoding: identity"),
        also("X: \u{0}"),
        also("X"),
        also(many(22).trim_end()),
        also(many(70).trim_end()),
        also(&format!("X: {}", "y".repeat(5_000))),
        also(&format!("X: {}", "y".repeat(20_000))),
        with("Content-Length: 42", "Content-Length: 41"),
        with("Content-Length: 42", "Content-Length: 43"),
        with("Content-Length: 42", "Content-Length: +42"),
        with("Content-Length: 42", "Content-Length: 4 2"),
        with("Content-Length: 42", "Content-Length: 42,42"),
        with("Content-Length: 42", "Content-Length:"),
        with("Content-Length: 42", "Content-Length: 99999999999999999999"),
        with("Content-Length: 42\r\n", ""),
        with(
            &format!("Content-Length: 42\r\n\r\n{FORM}"),
            &format!("Transfer-Encoding: chunked\r\n\r\n{chunked}"),
        ),
        with(TYPE, ""),
        with("x-www-form-urlencoded", "json"),
        with("urlencoded", "urlencoded; charset=\u{e9}"),
        with("x-www-form-urlencoded", "x-www-form-urlencoded, text/plain"),
        with(BASIC, ""),
        with(BASIC, "Authorization: Basic \u{e9}\r\n"),
        with(BASIC, "Authorization: Basic\r\n"),
        with(BASIC, "Authorization: Basic ====\r\n"),
        with(BASIC, "Authorization: Basic eDp5\r\n"),
        with("ZXQ=", "ZXU="),
        with("ZXQ=", "ZXR="),
        with("NmQxZjBi", "NmQxZjBj"),
        with(
            "/01000000-0000-3000-9000-000000000000/",
            "/01000000-0000-3000-9000-000000000001/",
        ),
        with("/login", "/%6cogin"),
        with("/login", "//login"),
        with("/login", "/x/../login"),
        with("/login", "/login/login"),
        with("/token", "/token/"),
        with("/token", "/token?"),
        with("/token", "/token?scope=x"),
        with("/token", "/tokens"),
        with("/token", "/token/revoke"),
        with("/token HTTP", "/token#x HTTP"),
        with(PATH, "/sessions/login/token"),
        with("POST /", "POST http://x/"),
        with("POST /", "POST  /"),
        also("Tenant-ID: 01000000-0000-3000-9000-000000000000").replace(PATH, "/sessions"),
        form(""),
        form("grant_type=client_credentials&scope=x&scope=y"),
        form("grant_type=client_credentials&x=1&%78=2"),
        form("grant_type=client_credentials&client_secret=x"),
        form(&format!("grant_type=client_credentials&client_id={ID}x")),
        form("grant_type="),
        form("grant_type=password"),
        form("grant_type=authorization_code&code=x&redirect_uri=y"),
        form("grant_type=refresh_token&refresh_token=x"),
        form(&format!(
            "grant_type=client_credentials&{}",
            "x".repeat(9_000)
        )),
        form(&format!(
            "grant_type=client_credentials&x={}",
            "x".repeat(70_000)
        )),
        form(&(0..40).fold(FORM.to_owned(), |form, n| format!("{form}&p{n}=1"))),
        // Signed, which takes its time.
        post(
            PATH,
            TYPE,
            &format!("{LOGIN_CLIENT}3&client_secret=demo-confidential-secret"),
        ),
        // A public client.
        post(PATH, TYPE, &format!("{LOGIN_CLIENT}2")),
        plain() + "\r\n",
        plain() + &plain(),
        plain()[..plain().len() - 1].to_owned(),
        plain()[..100].to_owned(),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
        "\u{16}\u{3}\u{1}".to_owned(),
    ]
}
