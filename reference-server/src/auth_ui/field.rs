//! The fields of a form: how they are shown, and what may stand in them.

use std::borrow::Cow;

use jiff::civil::Date;

use super::locale::Strings;
use crate::extract::Parameters;

/// Most characters of a field.
const LONGEST: usize = 254;

/// Least characters of a new password: NIST SP 800-63B, 5.1.1.2.
const SHORTEST_PASSWORD: usize = 8;

/// A field of a form.
#[derive(Debug, Clone)]
pub(super) struct Field {
    /// Its name in the form; for a profile, the path of the attribute.
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) kind: Kind,
    /// What browsers may fill in: the HTML standard's autofill field names.
    pub(super) autocomplete: &'static str,
    pub(super) is_required: bool,
    /// Whether to type here first.
    pub(super) has_focus: bool,
    pub(super) value: String,
    pub(super) problem: Option<Cow<'static, str>>,
}

/// What a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Address,
    Date,
    NewPassword,
    Number,
    Password,
    Text,
}

impl Field {
    pub(super) fn new(
        name: &'static str,
        label: &'static str,
        kind: Kind,
        autocomplete: &'static str,
    ) -> Self {
        Self {
            name,
            label,
            kind,
            autocomplete,
            is_required: false,
            has_focus: false,
            value: String::new(),
            problem: None,
        }
    }

    /// Returns the field of the address that somebody signs in with.
    pub(super) fn email(t: &Strings, email: &str) -> Self {
        Self {
            value: email.to_owned(),
            ..Self::new("email", t.email, Kind::Address, "username").required()
        }
    }

    /// Returns the fields of a person's name, in the order that a language puts them.
    pub(super) fn names(t: &Strings) -> [Self; 2] {
        let given = Self::new("givenName", t.given_name, Kind::Text, "given-name");
        let family = Self::new("familyName", t.family_name, Kind::Text, "family-name");
        if t.family_name_first {
            [family, given]
        } else {
            [given, family]
        }
    }

    pub(super) fn required(self) -> Self {
        Self {
            is_required: true,
            ..self
        }
    }

    /// Takes what a form says, and says what is wrong with it.
    pub(super) fn read(&mut self, form: &Parameters, t: &Strings) {
        let value = form.get(self.name).unwrap_or_default();
        // Nobody sees a space that was typed by mistake; in a password it may be meant.
        self.value = if self.is_secret() {
            value.to_owned()
        } else {
            value.trim().to_owned()
        };
        self.problem = self.check(t);
    }

    fn check(&self, t: &Strings) -> Option<Cow<'static, str>> {
        let value = self.value.as_str();
        if value.is_empty() {
            return self.is_required.then_some(Cow::Borrowed(t.missing));
        }
        let length = value.chars().count();
        if length > LONGEST {
            return Some(t.too_long.with(LONGEST).into());
        }
        match self.kind {
            Kind::Password => None,
            Kind::NewPassword => {
                (length < SHORTEST_PASSWORD).then(|| t.password_hint.with(SHORTEST_PASSWORD).into())
            }
            _ if value.chars().any(char::is_control) => Some(t.control_characters.into()),
            Kind::Address => (!is_address(value)).then_some(t.no_address.into()),
            Kind::Date => (!is_date(value)).then_some(t.no_date.into()),
            Kind::Number | Kind::Text => None,
        }
    }

    // What the template asks.

    pub(super) fn html_type(&self) -> &'static str {
        match self.kind {
            Kind::Address => "email",
            Kind::Date => "date",
            Kind::NewPassword | Kind::Password => "password",
            Kind::Number => "tel",
            Kind::Text => "text",
        }
    }

    /// Returns what the page shows in the field: a password never comes back.
    pub(super) fn shown(&self) -> &str {
        if self.is_secret() { "" } else { &self.value }
    }

    pub(super) fn hint(&self, t: &Strings) -> Option<String> {
        (self.kind == Kind::NewPassword).then(|| t.password_hint.with(SHORTEST_PASSWORD))
    }

    fn is_secret(&self) -> bool {
        matches!(self.kind, Kind::Password | Kind::NewPassword)
    }
}

/// Returns whether a text can be an e-mail address. Only a message could tell whether it is one.
fn is_address(text: &str) -> bool {
    !text.chars().any(char::is_whitespace)
        && text
            .rsplit_once('@')
            .is_some_and(|(name, domain)| !name.is_empty() && !domain.is_empty())
}

fn is_date(text: &str) -> bool {
    text.len() == "2000-01-01".len() && text.parse::<Date>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth_ui::locale::Locale;

    fn problem(kind: Kind, value: &str) -> Option<String> {
        let t = Locale::English.strings();
        let encoded: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
        let form = Parameters::parse(format!("field={encoded}").as_bytes()).expect("one parameter");
        let mut field = Field::new("field", "Field", kind, "off").required();
        field.read(&form, t);
        field.problem.map(Cow::into_owned)
    }

    #[test]
    fn what_is_wrong_is_said() {
        let long = "x".repeat(LONGEST + 1);
        for (kind, value, said) in [
            (Kind::Text, "  ", Some("Please fill in this field.")),
            (Kind::Text, "Mira", None),
            (Kind::Text, &long, Some("At most 254 characters, please.")),
            (
                Kind::Text,
                "a\0b",
                Some("This holds characters that cannot be kept."),
            ),
            (Kind::Address, " mira.lind@example.com ", None),
            (
                Kind::Address,
                "mira",
                Some("This is not an e-mail address."),
            ),
            (
                Kind::Address,
                "mira lind@example.com",
                Some("This is not an e-mail address."),
            ),
            (Kind::Date, "1990-02-28", None),
            (
                Kind::Date,
                "1990-02-30",
                Some("This is not a date like 1990-02-28."),
            ),
            (
                Kind::Date,
                "19900228",
                Some("This is not a date like 1990-02-28."),
            ),
            (Kind::Password, " ", None),
            (Kind::NewPassword, "1234567", Some("At least 8 characters")),
            (Kind::NewPassword, "        ", None),
        ] {
            assert_eq!(problem(kind, value).as_deref(), said, "{kind:?} `{value}`");
        }
    }
}
