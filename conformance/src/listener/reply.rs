//! What a listener answers.

/// Says what the listener answers to a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// A status, without a body.
    Status(u16),
    /// A redirect to another path of the same listener, where whoever follows it is seen.
    Redirect,
    /// An interim status and nothing after it.
    Interim,
    /// Nothing, while the connection stays open.
    Silence,
    /// What is no HTTP.
    Garbage,
    /// The end of the connection.
    Hangup,
}

impl Reply {
    /// Returns the bytes that go over the wire; `path` is that of the delivery.
    pub(super) fn bytes(self, path: &str) -> Vec<u8> {
        let text = match self {
            Self::Status(204) => "HTTP/1.1 204 No Content\r\n\r\n".to_owned(),
            Self::Status(status) => format!(
                "HTTP/1.1 {status} Answered\r\nContent-Type: text/plain\r\nX-Proofhouse: answered\r\nContent-Length: 0\r\n\r\n"
            ),
            Self::Redirect => format!(
                "HTTP/1.1 307 Elsewhere\r\nLocation: {path}/elsewhere\r\nContent-Length: 0\r\n\r\n"
            ),
            Self::Interim => {
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: none\r\nConnection: upgrade\r\n\r\n"
                    .to_owned()
            }
            Self::Garbage => "220 mail.example.test at your service\r\n".to_owned(),
            Self::Silence | Self::Hangup => String::new(),
        };
        text.into_bytes()
    }

    /// Tells whether the connection can be used again.
    pub(super) fn keeps_alive(self) -> bool {
        matches!(self, Self::Status(_) | Self::Redirect)
    }
}

#[cfg(test)]
mod tests {
    use super::Reply;

    #[test]
    fn a_redirect_leads_below_the_path() {
        let bytes = Reply::Redirect.bytes("/ab");
        let text = String::from_utf8(bytes).expect("text");
        assert!(text.contains("\r\nLocation: /ab/elsewhere\r\n"), "{text}");
    }

    #[test]
    fn only_whole_answers_keep_a_connection() {
        assert!(Reply::Status(500).keeps_alive());
        assert!(!Reply::Garbage.keeps_alive());
        assert_eq!(Reply::Silence.bytes("/ab"), b"");
    }
}
