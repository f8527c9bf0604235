//! The parameters of a query or a form.

use std::fmt;

/// The parameters of a query or a form, in their order. There is a bound on how many there may be, and how long each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Parameters {
    /// All names and values, one behind the other.
    text: String,
    /// Where each name ends, and the value behind it.
    ends: Vec<(usize, usize)>,
}

/// Says what is wrong with the parameters as a whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ParameterError {
    #[error("more than {} parameters", Parameters::MOST)]
    TooMany,
    #[error("{0} is longer than {longest} bytes", longest = Parameters::LONGEST)]
    TooLong(Name),
    #[error("{0} is repeated")]
    Repeated(Name),
}

/// The name of a parameter, as far as a description may repeat it (RFC 6749, 4.1.2.1, has printable ASCII only).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name(String);

impl Parameters {
    /// Most parameters there may be.
    pub(crate) const MOST: usize = 32;
    /// Most bytes of one value, and of one name.
    pub(crate) const LONGEST: usize = 8 * 1024;

    /// Reads what is urlencoded.
    ///
    /// A parameter that stands there more than once is no error yet: who asks decides where to say so.
    pub(crate) fn parse(encoded: &[u8]) -> Result<Self, ParameterError> {
        let mut parameters = Self {
            text: String::with_capacity(encoded.len()),
            ends: Vec::new(),
        };
        for (name, value) in form_urlencoded::parse(encoded) {
            parameters.add(&name, &value)?;
        }
        Ok(parameters)
    }

    /// Adds a parameter behind the others.
    pub(super) fn add(&mut self, name: &str, value: &str) -> Result<(), ParameterError> {
        if self.ends.len() == Self::MOST {
            return Err(ParameterError::TooMany);
        }
        if name.len() > Self::LONGEST || value.len() > Self::LONGEST {
            return Err(ParameterError::TooLong(Name(name.to_owned())));
        }
        self.text.push_str(name);
        let end = self.text.len();
        self.text.push_str(value);
        self.ends.push((end, self.text.len()));
        Ok(())
    }

    /// Returns names and values in their order.
    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut start = 0;
        self.ends.iter().map(move |&(name, value)| {
            let pair = (&self.text[start..name], &self.text[name..value]);
            start = value;
            pair
        })
    }

    /// Returns the value of a parameter. One without a value counts as left out (RFC 6749, 3.1).
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.pairs().find(|(known, _)| *known == name)?;
        (!value.is_empty()).then_some(value)
    }

    /// Returns the value of a parameter that stands there once at the most.
    pub(crate) fn once(&self, name: &str) -> Result<Option<&str>, ParameterError> {
        let times = self.pairs().filter(|(known, _)| *known == name).count();
        if times > 1 {
            return Err(ParameterError::Repeated(Name(name.to_owned())));
        }
        Ok(self.get(name))
    }

    /// Refuses parameters of which one, known or not, stands there more than once (RFC 6749, 3.1).
    pub(crate) fn each_once(&self) -> Result<(), ParameterError> {
        self.pairs()
            .try_for_each(|(name, _)| self.once(name).map(drop))
    }

    /// Returns whether a parameter stands there, be it without a value.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.pairs().any(|(known, _)| known == name)
    }

    /// Returns the other parameters.
    pub(crate) fn without(&self, name: &str) -> Self {
        let mut others = Self::default();
        for (known, value) in self.pairs().filter(|(known, _)| *known != name) {
            others
                .add(known, value)
                .expect("they were within the bounds here, too");
        }
        others
    }

    /// Returns the parameters as a query, without the question mark.
    pub(crate) fn query(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(self.pairs())
            .finish()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_printable = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
        if self.0.len() <= 40 && !self.0.is_empty() && self.0.bytes().all(is_printable) {
            f.write_str(&self.0)
        } else {
            f.write_str("a parameter")
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_parameter_without_a_value_counts_as_left_out() {
        let parameters = Parameters::parse(b"state=&scope=openid+email&x").expect("parameters");
        assert_eq!(parameters.get("state"), None);
        assert_eq!(parameters.get("x"), None);
        assert_eq!(parameters.get("scope"), Some("openid email"));
        assert_eq!(parameters.query(), "state=&scope=openid+email&x=");
    }

    #[test]
    fn a_repetition_is_found_by_who_asks() {
        let parameters = Parameters::parse(b"state=1&scope=openid&state=").expect("parameters");
        assert_eq!(parameters.once("scope"), Ok(Some("openid")));
        for refused in [parameters.once("state").map(drop), parameters.each_once()] {
            assert_eq!(
                refused.map_err(|error| error.to_string()),
                Err("state is repeated".to_owned())
            );
        }
        let unprintable = Parameters::parse(b"%0d%0a=1&%0d%0a=2").expect("parameters");
        assert_eq!(
            unprintable.each_once().map_err(|error| error.to_string()),
            Err("a parameter is repeated".to_owned())
        );
    }

    #[test]
    fn number_and_length_are_bounded() {
        let many = |count: usize| (0..count).map(|n| format!("p{n}=1&")).collect::<String>();
        assert!(Parameters::parse(many(Parameters::MOST).as_bytes()).is_ok());
        assert_eq!(
            Parameters::parse(many(Parameters::MOST + 1).as_bytes()),
            Err(ParameterError::TooMany)
        );
        let long = |length: usize| format!("state={}", "x".repeat(length));
        assert!(Parameters::parse(long(Parameters::LONGEST).as_bytes()).is_ok());
        let refused = Parameters::parse(long(Parameters::LONGEST + 1).as_bytes());
        assert_eq!(
            refused.map_err(|error| error.to_string()),
            Err("state is longer than 8192 bytes".to_owned())
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_query_says_the_same(encoded in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(parameters) = Parameters::parse(&encoded) {
                let query = parameters.query();
                prop_assert!(query.bytes().all(|byte| byte.is_ascii_graphic()));
                prop_assert_eq!(Parameters::parse(query.as_bytes()), Ok(parameters));
            }
        }
    }
}
