//! The HTTP methods that scopes speak about.

use std::fmt;

use serde::Serialize;

/// Names one of the five methods that a behaviour can allow (seed 000).
///
/// ```
/// use scope_lang::Method;
///
/// assert_eq!(Method::parse("PATCH"), Some(Method::Patch));
/// assert_eq!(Method::parse("patch"), None, "methods are case-sensitive (RFC 9110, 9.1)");
/// assert_eq!(Method::parse("HEAD"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Shows a list or an item.
    Get,
    /// Creates an item, or resets a secret.
    Post,
    /// Replaces an item.
    Put,
    /// Changes part of an item.
    Patch,
    /// Removes an item.
    Delete,
}

impl Method {
    /// Lists the five methods.
    pub const ALL: [Self; 5] = [Self::Get, Self::Post, Self::Put, Self::Patch, Self::Delete];

    /// Reads a method as it stands in a request line; `None` for any that no scope can allow.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == name)
    }

    /// Gives the method as it stands in a request line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for method in Method::ALL {
            assert_eq!(Method::parse(method.as_str()), Some(method));
        }
        for name in ["", "get", "GET ", "OPTIONS", "TRACE", "*"] {
            assert_eq!(Method::parse(name), None, "`{name}`");
        }
    }
}
