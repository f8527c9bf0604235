//! Keeps web pages out: a browser on this machine reaches the loopback interface, whatever page it shows.

use std::net::IpAddr;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};

use super::error::ControlError;

/// Answers only what no page can ask.
pub(super) async fn keep_out(request: Request, next: Next) -> Response {
    match problem(request.headers()) {
        Some(problem) => ControlError::FromPage(problem).into_response(),
        None => next.run(request).await,
    }
}

fn problem(headers: &HeaderMap) -> Option<&'static str> {
    // Every browser sends it with whatever a page writes.
    if headers.contains_key(header::ORIGIN) {
        return Some("the header `Origin` is sent by them");
    }
    // Sent with what a page only reads; somebody who types the address is of no site.
    if headers
        .get("sec-fetch-site")
        .is_some_and(|site| site != "none")
    {
        return Some("the header `Sec-Fetch-Site` says that one asks");
    }
    // A page's own name may be made to lead here; to such a page the answer would be its own.
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    if !host.is_some_and(is_of_no_site) {
        return Some("the header `Host` must be an IP address or `localhost`");
    }
    None
}

/// Tells whether a host, with or without a port, is an address or this machine's own name.
fn is_of_no_site(host: &str) -> bool {
    if let Some(rest) = host.strip_prefix('[') {
        let Some((address, port)) = rest.split_once(']') else {
            return false;
        };
        let is_address = matches!(address.parse(), Ok(IpAddr::V6(_)));
        return is_address && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
    }
    let (name, port) = match host.split_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (host, None),
    };
    let is_address = matches!(name.parse(), Ok(IpAddr::V4(_)));
    (is_address || name.eq_ignore_ascii_case("localhost")) && port.is_none_or(is_port)
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_an_address_or_this_machine() {
        for host in [
            "127.0.0.1",
            "127.0.0.1:9401",
            "[::1]",
            "[::1]:9401",
            "localhost",
            "LOCALHOST:9401",
        ] {
            assert!(is_of_no_site(host), "{host}");
        }
        for host in [
            "",
            "a.example",
            "a.example:9401",
            "localhost.a.example",
            "127.0.0.1.a.example",
            "127.0.0.1:",
            "127.0.0.1:9401x",
            "127.0.0.1:+80",
            "::1",
            "[::1",
            "[::1]x",
            "[a.example]",
            "[127.0.0.1]",
            "localhost@a.example",
            "127.0.0.1:1:2",
        ] {
            assert!(!is_of_no_site(host), "{host}");
        }
    }
}
