//! What can be wrong with a description, or with the target that it describes.

use std::fmt;

/// One thing that makes a target unusable, found before the first check.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {kind}")]
pub struct Problem {
    /// The field of the description that has to change.
    pub field: String,
    /// What is wrong with it.
    pub kind: Kind,
}

impl Problem {
    /// Makes a problem of a field.
    pub fn new(field: impl Into<String>, kind: Kind) -> Self {
        Self {
            field: field.into(),
            kind,
        }
    }
}

/// The kinds of what can be wrong. No variant carries a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Kind {
    /// The description cannot be read.
    #[error("cannot read `{file}`: {reason}")]
    Unreadable {
        /// The file as the user named it.
        file: String,
        /// What the operating system said.
        reason: String,
    },
    /// The description is not TOML, has an unknown field, or a value of the wrong type.
    #[error("`{file}`{}: {reason}", Line(*.line))]
    Syntax {
        /// The file as the user named it.
        file: String,
        /// The line, from 1, when it is known.
        line: Option<usize>,
        /// What is wrong.
        reason: String,
    },
    /// A field that is required is not there.
    #[error("is missing; {0}")]
    Missing(&'static str),
    /// The address is not one.
    #[error("`{0}` is not an address such as `https://id.example.test`")]
    NotAnAddress(String),
    /// The place to listen on is none.
    #[error("`{0}` is not an IP address with a port, such as `127.0.0.1:9402`")]
    NotASocket(String),
    /// The address has a scheme that is not HTTP.
    #[error("`{0}` is neither `http` nor `https`")]
    Scheme(String),
    /// The address has more than a scheme, a host and a port.
    #[error("must end after the host and port: `{0}` has more, and paths begin with the customer")]
    TooMuchAddress(String),
    /// An issuer has more than a scheme, a host, a port and a path.
    #[error("`{0}` must have no user, query or fragment")]
    NotAnIssuer(String),
    /// An issuer of any make has no configuration API.
    #[error("needs `url` and `customer` instead of `issuer`")]
    NeedsCustomer,
    /// The control API is neither on this machine nor behind TLS.
    #[error("`{0}` is neither `https` nor on loopback: whoever listens on the way owns the target")]
    InClear(String),
    /// The customer is not a UUID.
    #[error("`{0}` is not a UUID")]
    NotAUuid(String),
    /// The mode is not one.
    #[error("{0}")]
    Mode(String),
    /// An environment variable is not set.
    #[error("the environment variable `{0}` is not set")]
    NoVariable(String),
    /// Two sources for one value.
    #[error("is given twice, as `{0}` and as `{1}`; keep one")]
    Twice(String, String),
    /// A value is empty.
    #[error("is empty")]
    Empty,
    /// A secret is so short that it cannot be kept out of the reports.
    #[error("has fewer than 4 characters, too few to be kept out of the reports")]
    TooShort,
    /// An environment variable names no proxy.
    #[error("{0}")]
    Proxy(String),
    /// The file of authorities is of no use.
    #[error("{0}")]
    Roots(String),
    /// A reading is unknown.
    #[error("`{0}` is not a reading; see `proofhouse list --readings`")]
    UnknownReading(String),
    /// An answer is not listed.
    #[error("`{answer}` is not an answer; listed: {listed}")]
    UnknownAnswer {
        /// The answer that was given.
        answer: String,
        /// The answers that are listed.
        listed: String,
    },
    /// A number is out of its range.
    #[error("`{value}` is out of range: {range}")]
    OutOfRange {
        /// The number that was given.
        value: String,
        /// What it may be.
        range: &'static str,
    },
    /// Nobody answers at the address.
    #[error("cannot be reached: {0}")]
    Unreachable(String),
    /// TLS failed.
    #[error("TLS fails: {0}{remedy}", remedy = remedy(.0))]
    Tls(String),
    /// The target answers with a redirect.
    #[error(
        "answers {status} and points to `{location}`; describe the address that answers itself"
    )]
    Redirect {
        /// The status.
        status: u16,
        /// The `Location`.
        location: String,
    },
    /// A public client has no secret.
    #[error("a public client has no secret; describe the client as `clients.confidential`")]
    SecretOfPublic,
    /// A redirect URI is none.
    #[error("`{0}` is not an absolute URI without a fragment")]
    NotARedirectUri(String),
    /// A selector is none.
    #[error("`{0}` is not a CSS selector")]
    NotASelector(String),
    /// A cookie handed over cannot be sent.
    #[error("is not a `Cookie` header: it consists of `name=value`, separated by `; `")]
    NotACookie,
    /// A code was issued to some client.
    #[error(
        "a code belongs to a client; describe it as `clients.public` or `clients.confidential`"
    )]
    CodeOfNobody,
    /// The target's discovery document is of no use.
    #[error("{0}")]
    Discovery(String),
    /// The target refuses a login client.
    #[error("the target refuses the client: {0}")]
    LoginClient(String),
    /// The user cannot be signed in.
    #[error("the user cannot be signed in: {0}")]
    SignIn(String),
    /// Something else than this API answers.
    #[error("does not speak this API: {0}")]
    NotThisApi(String),
    /// The target's answers are larger than what is read.
    #[error("is too small: {0}")]
    TooSmall(String),
    /// The customer is unknown to the target.
    #[error("the target knows no customer `{0}`")]
    UnknownCustomer(String),
    /// The target refuses the credentials.
    #[error("the target refuses the credentials: {0}")]
    Credentials(String),
    /// The credentials are good, and not good for enough.
    #[error(
        "the client may not do everything below `config`: {0}; its token policy must allow `*:**` or `*:config/**`"
    )]
    Scopes(String),
}

/// Writes a line number, if there is one.
struct Line(Option<usize>);

impl fmt::Display for Line {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(line) => write!(formatter, " line {line}"),
            None => Ok(()),
        }
    }
}

/// Returns what to do about a failure of TLS, where it is known.
fn remedy(reason: &str) -> &'static str {
    // The second: an authority of that name is trusted, and another one has signed.
    let unknown = ["UnknownIssuer", "BadSignature", "CaUsedAsEndEntity"];
    if unknown.iter().any(|word| reason.contains(word)) {
        "; name your authority with `tls.roots`"
    } else {
        ""
    }
}
