//! A plain request.

use std::borrow::Cow;
use std::mem::MaybeUninit;

use httparse::{Header, Status};

use crate::extract::{AuthorizationField, Form};
use crate::path;
use crate::settings::Limits;

/// A whole `POST` of an urlencoded form, alone, and with nothing about it that anybody has to think about: it means the same
/// to whoever reads HTTP.
pub(super) struct PlainRequest<'a> {
    /// In plain spelling, without a query.
    pub(super) path: &'a str,
    pub(super) authorization: AuthorizationField<'a>,
    pub(super) body: &'a [u8],
}

/// Most header fields of a plain request.
const MOST_FIELDS: usize = 24;

/// Fields that change how a request is read, or what becomes of its connection.
const NOT_PLAIN: [&str; 7] = [
    "connection",
    "transfer-encoding",
    "content-encoding",
    "expect",
    "upgrade",
    "trailer",
    "te",
];

impl<'a> PlainRequest<'a> {
    /// Reads what has arrived; `None` if that is not a plain request from its first byte to its last.
    pub(super) fn read(bytes: &'a [u8], limits: &Limits) -> Option<Self> {
        let mut space = [const { MaybeUninit::uninit() }; MOST_FIELDS];
        let mut head = httparse::Request::new(&mut []);
        let Ok(Status::Complete(length)) = head.parse_with_uninit_headers(bytes, &mut space) else {
            return None;
        };
        let body = &bytes[length..];
        let is_within = length <= limits.head_bytes
            && head.headers.len() <= limits.head_fields
            && body.len() <= limits.body_bytes;
        if !is_within || head.version != Some(1) || head.method != Some("POST") {
            return None;
        }
        let path = head.path?;
        let Some(Cow::Borrowed(_)) = path::plain(path) else {
            return None;
        };
        let fields = Fields::of(head.headers)?;
        let is_plain = fields.host.is_some()
            && fields.length.and_then(number) == Some(body.len())
            && fields.content_type.is_some_and(Form::is_urlencoded);
        is_plain.then_some(Self {
            path,
            authorization: fields
                .authorization
                .map_or(AuthorizationField::Absent, AuthorizationField::One),
            body,
        })
    }
}

/// The fields that make a difference. None of them stands there twice.
#[derive(Default)]
struct Fields<'a> {
    host: Option<&'a str>,
    length: Option<&'a str>,
    content_type: Option<&'a str>,
    authorization: Option<&'a str>,
}

impl<'a> Fields<'a> {
    fn of(fields: &[Header<'a>]) -> Option<Self> {
        let mut found = Self::default();
        for field in fields {
            let is = |name: &str| field.name.eq_ignore_ascii_case(name);
            let place = if is("host") {
                &mut found.host
            } else if is("content-length") {
                &mut found.length
            } else if is("content-type") {
                &mut found.content_type
            } else if is("authorization") {
                &mut found.authorization
            } else if is("connection") && field.value.eq_ignore_ascii_case(b"keep-alive") {
                // What HTTP/1.1 does anyway, and many clients ask for.
                continue;
            } else if NOT_PLAIN.into_iter().any(is) {
                return None;
            } else {
                continue;
            };
            if place.replace(visible(field.value)?).is_some() {
                return None;
            }
        }
        Some(found)
    }
}

/// Returns a value of visible ASCII.
fn visible(value: &[u8]) -> Option<&str> {
    let is_visible = |byte: &u8| matches!(byte, b' '..=b'~' | b'\t');
    let text = std::str::from_utf8(value).ok();
    text.filter(|_| value.iter().all(is_visible))
}

/// Reads digits.
fn number(text: &str) -> Option<usize> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}
