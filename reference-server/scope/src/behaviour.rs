//! What a scope lets its bearer do.

use std::fmt;

use serde::Serialize;

use crate::Method;

/// Names what a scope does to the resource it covers (seeds 000 and 001).
///
/// ```
/// use scope_lang::{Behaviour, Method};
///
/// assert_eq!(Behaviour::from_symbol('+'), Some(Behaviour::Mutate));
/// assert!(Behaviour::Mutate.allows(Method::Post));
/// assert!(!Behaviour::Mutate.allows(Method::Get));
/// assert!(Behaviour::Full.overrules(Behaviour::Mutate));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Behaviour {
    /// `*`: every method.
    Full,
    /// `+`: POST and PATCH, and nothing that shows, replaces or removes.
    Mutate,
    /// `.`: GET.
    Read,
    /// `-`: nothing at all, whatever other scopes say.
    Deny,
}

impl Behaviour {
    /// Lists the four behaviours in the order of the documentation's table.
    pub const ALL: [Self; 4] = [Self::Full, Self::Mutate, Self::Read, Self::Deny];

    /// Reads the character that stands before the colon of a scope.
    #[must_use]
    pub const fn from_symbol(symbol: char) -> Option<Self> {
        match symbol {
            '*' => Some(Self::Full),
            '+' => Some(Self::Mutate),
            '.' => Some(Self::Read),
            '-' => Some(Self::Deny),
            _ => None,
        }
    }

    /// Gives the character that stands before the colon of a scope.
    #[must_use]
    pub const fn symbol(self) -> char {
        match self {
            Self::Full => '*',
            Self::Mutate => '+',
            Self::Read => '.',
            Self::Deny => '-',
        }
    }

    /// Gives the word for this behaviour: `full`, `mutate`, `read` or `deny`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Mutate => "mutate",
            Self::Read => "read",
            Self::Deny => "deny",
        }
    }

    /// Tells whether this behaviour, on its own, allows the method.
    #[must_use]
    pub const fn allows(self, method: Method) -> bool {
        match self {
            Self::Full => true,
            Self::Mutate => matches!(method, Method::Post | Method::Patch),
            Self::Read => matches!(method, Method::Get),
            Self::Deny => false,
        }
    }

    /// Tells whether this behaviour wins where both cover a resource: deny over full over mutate
    /// over read (the table of seed 001).
    #[must_use]
    pub const fn overrules(self, other: Self) -> bool {
        self.strength() > other.strength()
    }

    const fn strength(self) -> u8 {
        match self {
            Self::Deny => 3,
            Self::Full => 2,
            Self::Mutate => 1,
            Self::Read => 0,
        }
    }
}

/// Prints the symbol, as a scope does.
impl fmt::Display for Behaviour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.symbol())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_read_back() {
        for behaviour in Behaviour::ALL {
            assert_eq!(Behaviour::from_symbol(behaviour.symbol()), Some(behaviour));
        }
        assert_eq!(Behaviour::from_symbol('/'), None);
    }

    #[test]
    fn every_row_of_the_documented_table_names_its_winner() {
        use Behaviour::{Deny, Full, Mutate, Read};
        for (one, other, winner) in [
            (Full, Mutate, Full),
            (Full, Read, Full),
            (Full, Deny, Deny),
            (Mutate, Read, Mutate),
            (Mutate, Deny, Deny),
            (Read, Deny, Deny),
        ] {
            let loser = if winner == one { other } else { one };
            assert!(winner.overrules(loser), "{winner} over {loser}");
            assert!(!loser.overrules(winner), "{loser} under {winner}");
        }
    }

    #[test]
    fn methods_are_those_of_seed_000() {
        let allowed = |behaviour: Behaviour| -> Vec<&str> {
            let methods = Method::ALL.into_iter();
            methods
                .filter(|method| behaviour.allows(*method))
                .map(Method::as_str)
                .collect()
        };
        assert_eq!(
            allowed(Behaviour::Full),
            ["GET", "POST", "PUT", "PATCH", "DELETE"]
        );
        assert_eq!(allowed(Behaviour::Mutate), ["POST", "PATCH"]);
        assert_eq!(allowed(Behaviour::Read), ["GET"]);
        assert!(allowed(Behaviour::Deny).is_empty());
    }
}
