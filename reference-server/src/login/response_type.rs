//! What an authorization request asks for: OAuth 2.0 Multiple Response Type Encoding Practices.

use crate::store::ResponseType as Part;

/// A response type: a set of parts. The empty one is `none`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ResponseType {
    code: bool,
    id_token: bool,
    token: bool,
}

impl ResponseType {
    pub(crate) const CODE: Self = Self::of(true, false, false);

    /// Every response type there is, in the order of the documentation.
    pub(crate) const ALL: [Self; 8] = [
        Self::CODE,
        Self::of(false, true, false),
        Self::of(false, false, true),
        Self::of(false, false, false),
        Self::of(true, true, false),
        Self::of(true, false, true),
        Self::of(false, true, true),
        Self::of(true, true, true),
    ];

    const fn of(code: bool, id_token: bool, token: bool) -> Self {
        Self {
            code,
            id_token,
            token,
        }
    }

    /// Reads the value of the parameter; the order of its parts does not matter (RFC 6749, 3.1.1).
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut asked: Vec<&str> = text.split(' ').collect();
        asked.sort_unstable();
        Self::ALL.into_iter().find(|each| {
            let mut parts: Vec<&str> = each.as_str().split(' ').collect();
            parts.sort_unstable();
            parts == asked
        })
    }

    pub(crate) fn as_str(self) -> &'static str {
        match (self.code, self.id_token, self.token) {
            (true, false, false) => "code",
            (false, true, false) => "id_token",
            (false, false, true) => "token",
            (false, false, false) => "none",
            (true, true, false) => "code id_token",
            (true, false, true) => "code token",
            (false, true, true) => "id_token token",
            (true, true, true) => "code id_token token",
        }
    }

    pub(crate) fn has_code(self) -> bool {
        self.code
    }

    pub(crate) fn has_id_token(self) -> bool {
        self.id_token
    }

    pub(crate) fn has_token(self) -> bool {
        self.token
    }

    /// Returns whether the authorization endpoint itself gives a token, which must not come in a query.
    pub(crate) fn is_implicit(self) -> bool {
        self.id_token || self.token
    }

    /// Returns whether a policy that lists these parts allows the type: it lists every part.
    ///
    /// `none` has no part to list. A policy that allows nothing but codes stands for the documentation that knows
    /// nothing but codes; any other allows `none` as well, which gives nothing away.
    pub(crate) fn is_allowed(self, listed: &[Part]) -> bool {
        let has = |part| listed.contains(&part);
        match self.as_str() {
            "none" => listed.iter().any(|part| *part != Part::Code),
            _ => {
                (!self.code || has(Part::Code))
                    && (!self.id_token || has(Part::IdToken))
                    && (!self.token || has(Part::Token))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_parts_does_not_matter() {
        for each in ResponseType::ALL {
            let mut parts: Vec<&str> = each.as_str().split(' ').collect();
            parts.reverse();
            assert_eq!(ResponseType::parse(&parts.join(" ")), Some(each));
        }
        for other in [
            "",
            "Code",
            "code  token",
            "code code",
            "none code",
            " code",
            "foo",
        ] {
            assert_eq!(ResponseType::parse(other), None, "`{other}`");
        }
    }

    #[test]
    fn a_policy_lists_parts() {
        let allowed = |listed: &[Part]| -> Vec<&str> {
            let types = ResponseType::ALL.into_iter();
            types
                .filter(|each| each.is_allowed(listed))
                .map(ResponseType::as_str)
                .collect()
        };
        assert_eq!(allowed(&[]), Vec::<&str>::new());
        assert_eq!(allowed(&[Part::Code]), ["code"]);
        assert_eq!(allowed(&[Part::IdToken]), ["id_token", "none"]);
        assert_eq!(
            allowed(&[Part::Code, Part::IdToken]),
            ["code", "id_token", "none", "code id_token"]
        );
        assert_eq!(allowed(&[Part::Code, Part::IdToken, Part::Token]).len(), 8);
    }
}
