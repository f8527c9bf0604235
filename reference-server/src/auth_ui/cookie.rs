//! What browsers keep for us: two cookies.

use http::{HeaderMap, HeaderValue, header};

use crate::ids::Id;
use crate::settings::Settings;
use crate::store::Device;

/// The cookie by which a device is recognised.
pub(crate) const SESSION: &str = "proofhouse_session";

/// The cookie that forms have to repeat.
pub(crate) const CSRF: &str = "_csrf_token";

/// Returns the value of the session cookie that a browser sent.
pub(crate) fn device(headers: &HeaderMap) -> Option<&str> {
    value(headers, SESSION)
}

/// Returns the value of a cookie, if there is exactly one of that name.
///
/// Whoever controls a neighbouring host can add a second one (RFC 6265, 8.6); which of the two is ours cannot be told.
pub(crate) fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|field| field.to_str().ok())
        .flat_map(|field| field.split(';'))
        .filter_map(|pair| pair.trim_matches(' ').split_once('='))
        .filter(|(known, _)| *known == name)
        .map(|(_, value)| value);
    let value = values.next().filter(|value| !value.is_empty());
    value.filter(|_| values.next().is_none())
}

/// Binds a browser to a session until it is closed: the session decides when it is over.
pub(crate) fn keep_device(settings: &Settings, customer: Id, device: &Device) -> HeaderValue {
    set(settings, customer, SESSION, device.reveal(), "")
}

/// Forgets the session on a browser.
pub(crate) fn forget_device(settings: &Settings, customer: Id) -> HeaderValue {
    set(settings, customer, SESSION, "", "; Max-Age=0")
}

/// Gives a browser the token that its forms have to repeat.
pub(crate) fn keep_csrf(settings: &Settings, customer: Id, token: &str) -> HeaderValue {
    set(settings, customer, CSRF, token, "")
}

/// Scripts do not see it, other sites' requests do not carry it unless they navigate, and other customers' pages do
/// not get it.
fn set(settings: &Settings, customer: Id, name: &str, value: &str, age: &str) -> HeaderValue {
    let secure = if settings.public_url.is_secure() {
        "; Secure"
    } else {
        ""
    };
    HeaderValue::try_from(format!(
        "{name}={value}; Path=/{customer}; HttpOnly; SameSite=Lax{secure}{age}"
    ))
    .expect("names, ids and base64url are ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Ids;

    #[test]
    fn one_cookie_of_a_name_is_found_among_others() {
        for (fields, expected) in [
            (&["proofhouse_session=a1"][..], Some("a1")),
            (&["x=1; proofhouse_session=a1; y=2"], Some("a1")),
            (&["x=1", "proofhouse_session=a=1"], Some("a=1")),
            (&["proofhouse_session="], None),
            (&["proofhouse_session"], None),
            (&["Proofhouse_Session=a1"], None),
            (&["xproofhouse_session=a1"], None),
            (&["proofhouse_session=a1; proofhouse_session=a2"], None),
            (&["proofhouse_session=a1", "proofhouse_session=a1"], None),
            (&[], None),
        ] {
            let headers: HeaderMap = fields
                .iter()
                .map(|field| (header::COOKIE, HeaderValue::from_static(field)))
                .collect();
            assert_eq!(device(&headers), expected, "{fields:?}");
        }
    }

    #[test]
    fn a_cookie_is_secure_where_the_server_is() {
        let customer = Ids::seeded(1).id();
        let plain = forget_device(&Settings::default(), customer);
        let expected =
            format!("proofhouse_session=; Path=/{customer}; HttpOnly; SameSite=Lax; Max-Age=0");
        assert_eq!(plain, expected.as_str());
        let settings = Settings {
            public_url: "https://id.example.com".parse().expect("a public URL"),
            ..Settings::default()
        };
        let secure = keep_csrf(&settings, customer, "t");
        let expected = format!("_csrf_token=t; Path=/{customer}; HttpOnly; SameSite=Lax; Secure");
        assert_eq!(secure, expected.as_str());
    }
}
