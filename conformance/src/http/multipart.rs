//! `multipart/form-data` bodies (RFC 7578).

use bytes::Bytes;

/// Encodes pairs and returns the `Content-Type` with its boundary, and the body.
pub(super) fn encode(pairs: &[(String, String)]) -> (Option<String>, Bytes) {
    let boundary = boundary(pairs);
    let mut body = String::new();
    for (name, value) in pairs {
        body.push_str(&format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{value}\r\n",
            escape(name)
        ));
    }
    body.push_str(&format!("--{boundary}--\r\n"));
    (
        Some(format!("multipart/form-data; boundary={boundary}")),
        Bytes::from(body),
    )
}

/// Returns a boundary that occurs in no value.
fn boundary(pairs: &[(String, String)]) -> String {
    let mut boundary = "proofhouse-boundary".to_owned();
    while pairs.iter().any(|(_, value)| value.contains(&boundary)) {
        boundary.push('x');
    }
    boundary
}

/// Escapes what would end a quoted parameter, as RFC 7578 section 2 and browsers do.
fn escape(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_boundary_occurs_in_no_value() {
        let pairs = vec![("a".to_owned(), "--proofhouse-boundary--".to_owned())];
        let (content_type, body) = encode(&pairs);
        assert_eq!(
            content_type.as_deref(),
            Some("multipart/form-data; boundary=proofhouse-boundaryx")
        );
        let text = std::str::from_utf8(&body).expect("text in, text out");
        insta::assert_snapshot!(text.replace('\r', ""), @r#"
        --proofhouse-boundaryx
        Content-Disposition: form-data; name="a"

        --proofhouse-boundary--
        --proofhouse-boundaryx--
        "#);
    }

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        let pairs = vec![("a\"\r\nX: y".to_owned(), String::new())];
        let (_, body) = encode(&pairs);
        let text = String::from_utf8_lossy(&body);
        assert!(text.contains("name=\"a%22%0D%0AX: y\""), "{text}");
    }
}
