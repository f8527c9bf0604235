//! The heads of requests and of answers.

use std::{mem::MaybeUninit, ops::Range};

use bytes::{Buf as _, Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header, uri::PathAndQuery};
use httparse::{Header, ParserConfig, Status};

use super::super::{Request, Unanswered};

/// The most fields of a head.
const MOST_FIELDS: usize = 100;

/// The head of an answer.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) framing: Framing,
    /// Whether the connection takes a further request (RFC 9112, section 9.3).
    pub(super) stays: bool,
}

/// Where a body ends (RFC 9112, section 6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// After so many bytes.
    Sized(u64),
    /// After its last chunk.
    Chunked,
    /// With the connection.
    ToTheEnd,
}

/// Where a field stands within a head: its name and its value.
struct Field {
    name: Range<usize>,
    value: Range<usize>,
}

impl Field {
    fn of(field: &Header<'_>, head: &[u8]) -> Self {
        let range = |part: &[u8]| {
            let begin = part.as_ptr().addr() - head.as_ptr().addr();
            begin..begin + part.len()
        };
        Self {
            name: range(field.name.as_bytes()),
            value: range(field.value),
        }
    }
}

impl Head {
    /// Takes a head off what was read, if it is there whole.
    pub(super) fn take(read: &mut BytesMut) -> Result<Option<Self>, Unanswered> {
        let mut space = [const { MaybeUninit::uninit() }; MOST_FIELDS];
        let mut answer = httparse::Response::new(&mut []);
        let parsed = ParserConfig::default()
            .parse_response_with_uninit_headers(&mut answer, read, &mut space)
            .map_err(unreadable)?;
        let (Status::Complete(length), Some(status), Some(version)) =
            (parsed, answer.code, answer.version)
        else {
            return Ok(None);
        };
        let fields: Vec<Field> = answer
            .headers
            .iter()
            .map(|field| Field::of(field, read))
            .collect();
        let headers = headers(&read.split_to(length).freeze(), &fields)?;
        let framing = framing(status, &headers)?;
        // 1.0 closes unless it is asked not to, which it is not.
        let closes = version == 0 || says(&headers, &header::CONNECTION, "close");
        Ok(Some(Self {
            status,
            headers,
            framing,
            stays: !closes && framing != Framing::ToTheEnd,
        }))
    }
}

fn headers(head: &Bytes, fields: &[Field]) -> Result<HeaderMap, Unanswered> {
    let mut headers = HeaderMap::with_capacity(fields.len());
    for Field { name, value } in fields {
        let name = HeaderName::from_bytes(&head[name.clone()]).map_err(|_| Unanswered::Lost)?;
        let value = HeaderValue::from_maybe_shared(head.slice(value.clone()))
            .map_err(|_| Unanswered::Lost)?;
        headers.append(name, value);
    }
    Ok(headers)
}

fn framing(status: u16, headers: &HeaderMap) -> Result<Framing, Unanswered> {
    if status < 200 || matches!(status, 204 | 304) {
        return Ok(Framing::Sized(0));
    }
    let mut sizes = headers.get_all(header::CONTENT_LENGTH).iter();
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    if let Some(coding) = codings.next() {
        // With a size as well, one of them is a lie; and no other coding was asked for.
        let is_chunked = coding.as_bytes().eq_ignore_ascii_case(b"chunked");
        return match (sizes.next(), codings.next()) {
            (None, None) if is_chunked => Ok(Framing::Chunked),
            _ => Err(Unanswered::Lost),
        };
    }
    let Some(first) = sizes.next() else {
        return Ok(Framing::ToTheEnd);
    };
    if sizes.any(|other| other != first) {
        return Err(Unanswered::Lost);
    }
    let digits = first.as_bytes();
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let size = first.to_str().ok().filter(|_| is_number);
    let size = size.and_then(|digits| digits.parse().ok());
    size.map(Framing::Sized).ok_or(Unanswered::Lost)
}

/// Tells whether a field whose value is a list has this word in it.
fn says(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .any(|element| element.trim().eq_ignore_ascii_case(word))
}

/// Skips the fields that follow a last chunk, if they are there whole.
pub(super) fn skip_fields(read: &mut BytesMut) -> Result<bool, Unanswered> {
    let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
    match httparse::parse_headers(read, &mut fields) {
        Ok(Status::Complete((length, _))) => {
            read.advance(length);
            Ok(true)
        }
        Ok(Status::Partial) => Ok(false),
        Err(error) => Err(unreadable(error)),
    }
}

fn unreadable(error: httparse::Error) -> Unanswered {
    match error {
        httparse::Error::TooManyHeaders => Unanswered::TooLarge,
        _ => Unanswered::Lost,
    }
}

/// Writes the head of a request.
pub(super) fn write(
    written: &mut Vec<u8>,
    request: &Request,
    path: &PathAndQuery,
    authority: &HeaderValue,
) {
    let mut put = |parts: &[&[u8]]| {
        parts
            .iter()
            .for_each(|part| written.extend_from_slice(part));
    };
    let method = request.method.as_str().as_bytes();
    put(&[
        method,
        b" ",
        path.as_str().as_bytes(),
        b" HTTP/1.1\r\nhost: ",
    ]);
    put(&[authority.as_bytes(), b"\r\n"]);
    for (name, value) in &request.headers {
        put(&[name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"]);
    }
    // A request without a body says nothing of it where none is expected (RFC 9110, section 8.6).
    let expects_one = matches!(request.method, Method::POST | Method::PUT | Method::PATCH);
    if expects_one || !request.body.is_empty() {
        let length = request.body.len().to_string();
        put(&[b"content-length: ", length.as_bytes(), b"\r\n"]);
    }
    put(&[b"\r\n"]);
}
