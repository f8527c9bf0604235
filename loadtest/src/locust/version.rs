//! Which versions of Locust are supported: tests run against both ends.

use std::fmt;

/// The oldest that is supported.
pub const OLDEST: Version = Version(2, 20, 0);

/// The newest that is supported; its patches are, too.
pub const NEWEST: Version = Version(2, 47, 0);

/// A version: major, minor, patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u16, pub u16, pub u16);

impl Version {
    /// Reads what `locust --version` prints.
    ///
    /// ```
    /// use loadtest::locust::version::Version;
    ///
    /// let printed = "locust 2.47.0 from /somewhere/locust (Python 3.11.7)";
    /// assert_eq!(Version::printed(printed), Some(Version(2, 47, 0)));
    /// assert_eq!(Version::printed("locust"), None);
    /// ```
    pub fn printed(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        words.find(|word| *word == "locust")?;
        let mut numbers = words.next()?.split('.');
        let mut number = || -> Option<u16> {
            let digits = numbers.next()?;
            // A patch may carry more: `0.dev12`, `0rc1`.
            let end = digits.find(|letter: char| !letter.is_ascii_digit());
            digits[..end.unwrap_or(digits.len())].parse().ok()
        };
        Some(Self(number()?, number()?, number()?))
    }

    /// Tells whether it is supported.
    pub fn is_supported(self) -> bool {
        OLDEST <= self && (self.0, self.1) <= (NEWEST.0, NEWEST.1)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// Returns the command that installs one that is supported.
pub fn install() -> String {
    format!(
        "pip install 'locust>={OLDEST},<{}.{}'",
        NEWEST.0,
        NEWEST.1 + 1
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_are_supported_and_what_is_beyond_them_is_not() {
        for supported in [OLDEST, NEWEST, Version(2, 30, 0), Version(2, 47, 9)] {
            assert!(supported.is_supported(), "{supported}");
        }
        for other in [Version(2, 19, 9), Version(2, 48, 0), Version(3, 0, 0)] {
            assert!(!other.is_supported(), "{other}");
        }
        assert_eq!(install(), "pip install 'locust>=2.20.0,<2.48'");
    }

    #[test]
    fn a_version_is_read_whatever_stands_around_it() {
        let read = |text| Version::printed(text).map(|version| version.to_string());
        assert_eq!(read("locust 2.20.0"), Some("2.20.0".to_owned()));
        assert_eq!(read("locust 2.48.0.dev3 from"), Some("2.48.0".to_owned()));
        assert_eq!(
            read("warning\nlocust 2.21.1rc2\n"),
            Some("2.21.1".to_owned())
        );
        for wrong in [
            "",
            "python 3.11.7",
            "locust 2.47",
            "locust two",
            "locust 2.99999999.0",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
