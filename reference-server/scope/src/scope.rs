//! A scope: a behaviour and a resource.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::{Behaviour, ParseError, Resource};

/// Says what its bearer may do to one resource: `<behaviour>:<resource>` (seed 000).
///
/// It prints exactly as it was written. Cloning shares the text.
///
/// ```
/// use scope_lang::{Behaviour, Scope};
///
/// let scope: Scope = "*:config/tokenPolicies".parse()?;
/// assert_eq!(scope.behaviour(), Behaviour::Full);
/// assert_eq!(scope.resource().as_str(), "config/tokenPolicies");
/// assert_eq!(scope.to_string(), "*:config/tokenPolicies");
/// # Ok::<(), scope_lang::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Scope {
    behaviour: Behaviour,
    resource: Resource,
}

impl Scope {
    /// Puts a scope together from its two parts.
    #[must_use]
    pub const fn new(behaviour: Behaviour, resource: Resource) -> Self {
        Self {
            behaviour,
            resource,
        }
    }

    /// Gives what the scope lets its bearer do.
    #[must_use]
    pub const fn behaviour(&self) -> Behaviour {
        self.behaviour
    }

    /// Gives what the scope is about.
    #[must_use]
    pub const fn resource(&self) -> &Resource {
        &self.resource
    }
}

impl FromStr for Scope {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut characters = text.chars();
        let behaviour = characters.next().and_then(Behaviour::from_symbol);
        let behaviour = behaviour.ok_or(ParseError::Behaviour { at: 0 })?;
        let resource = characters
            .as_str()
            .strip_prefix(':')
            .ok_or(ParseError::Colon { at: 1 })?;
        let resource = resource
            .parse()
            .map_err(|error: ParseError| error.shifted(2))?;
        Ok(Self {
            behaviour,
            resource,
        })
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.behaviour, self.resource)
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scope({self})")
    }
}

/// Writes the scope as the string it was read from.
impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_scope_is_refused_where_it_stops_fitting() {
        use ParseError::{Behaviour, Character, Colon, Segment, Wildcard};
        for (text, error) in [
            ("", Behaviour { at: 0 }),
            ("openid", Behaviour { at: 0 }),
            (" *:config", Behaviour { at: 0 }),
            ("\u{2a2f}:config", Behaviour { at: 0 }),
            ("*", Colon { at: 1 }),
            ("*.**", Colon { at: 1 }),
            ("**.**", Colon { at: 1 }),
            ("*.:config/tokenPolicies", Colon { at: 1 }),
            ("*:", Segment { at: 2 }),
            ("*:/config", Segment { at: 2 }),
            ("*:config/*", Wildcard { at: 9 }),
            ("*:config\\loginPolicies", Character { at: 8 }),
        ] {
            assert_eq!(text.parse::<Scope>(), Err(error), "`{text}`");
        }
    }

    #[test]
    fn an_error_says_what_to_write_instead() {
        let error = "*:config/".parse::<Scope>().expect_err("a trailing slash");
        assert_eq!(error.to_string(), "expected a segment name at byte 9");
    }
}
