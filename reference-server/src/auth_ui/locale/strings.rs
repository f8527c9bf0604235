//! Everything that the pages say, as one value a language: a string that is missing does not compile.

/// Everything that the pages say in one language.
pub(crate) struct Strings {
    /// The language tag.
    pub(crate) tag: &'static str,

    /// Whether people put their family name first.
    pub(crate) family_name_first: bool,

    // The sign-in page.
    pub(crate) sign_in: &'static str,
    /// Of the client.
    pub(crate) sign_in_to: Pattern,
    pub(crate) email: &'static str,
    pub(crate) password: &'static str,
    pub(crate) cancel: &'static str,
    pub(crate) no_account: &'static str,
    pub(crate) create_account: &'static str,

    // The registration page.
    pub(crate) have_account: &'static str,
    pub(crate) given_name: &'static str,
    pub(crate) family_name: &'static str,
    /// Of the least number of characters.
    pub(crate) password_hint: Pattern,
    pub(crate) optional: &'static str,

    // The profile page.
    pub(crate) profile: &'static str,
    /// Of the address.
    pub(crate) signed_in_as: Pattern,
    pub(crate) middle_name: &'static str,
    pub(crate) nickname: &'static str,
    pub(crate) display_name: &'static str,
    pub(crate) gender: &'static str,
    pub(crate) birthday: &'static str,
    pub(crate) mobile_number: &'static str,
    pub(crate) address: &'static str,
    pub(crate) street: &'static str,
    pub(crate) address_line: &'static str,
    pub(crate) city: &'static str,
    pub(crate) region: &'static str,
    pub(crate) postal_code: &'static str,
    pub(crate) country: &'static str,
    pub(crate) save: &'static str,
    pub(crate) saved: &'static str,
    pub(crate) sign_out: &'static str,

    // The sign-out page.
    pub(crate) logout_success: &'static str,
    pub(crate) logout_hint: &'static str,

    // The page that posts itself.
    pub(crate) returning: &'static str,
    pub(crate) returning_hint: &'static str,
    pub(crate) go_on: &'static str,

    // The page of errors.
    pub(crate) something_wrong: &'static str,
    pub(crate) bad_request: &'static str,
    pub(crate) not_found: &'static str,
    pub(crate) not_signed_in: &'static str,
    pub(crate) error_hint: &'static str,
    pub(crate) error_code: &'static str,
    pub(crate) error_description: &'static str,

    // What forms say of what was entered.
    pub(crate) check_input: &'static str,
    pub(crate) wrong_password: &'static str,
    pub(crate) too_many_attempts: &'static str,
    /// Of a number of minutes.
    pub(crate) try_again_in: Pattern,
    pub(crate) form_expired: &'static str,
    pub(crate) missing: &'static str,
    pub(crate) no_address: &'static str,
    pub(crate) address_taken: &'static str,
    /// Of the greatest number of characters.
    pub(crate) too_long: Pattern,
    pub(crate) no_date: &'static str,
    pub(crate) control_characters: &'static str,
    pub(crate) registration_closed: &'static str,
}

/// A string with one gap, written `{}`.
#[derive(Clone, Copy)]
pub(crate) struct Pattern(pub(super) &'static str);

impl Pattern {
    /// Returns the string with something in its gap.
    pub(crate) fn with(self, what: impl std::fmt::Display) -> String {
        self.0.replacen("{}", &what.to_string(), 1)
    }
}
