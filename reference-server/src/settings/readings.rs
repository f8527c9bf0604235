//! What the server answers where the documentation contradicts itself or is silent.

use std::fmt;

use super::reading_error::ReadingError;

/// Writes the table below as types: one enum a reading, the first answer being its default, and [`Readings`] with one
/// field for each.
macro_rules! readings {
    ($(
        $(#[$about:meta])*
        $field:ident: $type:ident = $id:literal {
            $(#[$about_default:meta])* $default:ident = $default_text:literal,
            $($(#[$about_answer:meta])* $answer:ident = $text:literal,)*
        }
    )*) => {
        $(
            $(#[$about])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
            pub enum $type {
                $(#[$about_default])* #[default] $default,
                $($(#[$about_answer])* $answer,)*
            }

            impl fmt::Display for $type {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str(match self {
                        Self::$default => $default_text,
                        $(Self::$answer => $text,)*
                    })
                }
            }
        )*

        /// The answers of one server, every one the default unless set.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub struct Readings {
            $($(#[$about])* pub $field: $type,)*
        }

        impl Readings {
            /// Every reading with its answers, the default first.
            pub const TABLE: &'static [(&'static str, &'static [&'static str])] = &[
                $(($id, &[$default_text, $($text,)*]),)*
            ];

            /// Sets the answer to one reading, by the names that people write.
            ///
            /// # Errors
            ///
            /// Refuses an unknown reading and an answer that the reading does not have; nothing changes then.
            pub fn answer(&mut self, id: &str, answer: &str) -> Result<(), ReadingError> {
                match id {
                    $($id => self.$field = match answer {
                        $default_text => $type::$default,
                        $($text => $type::$answer,)*
                        other => return Err(ReadingError::Answer {
                            id: $id,
                            answer: other.to_owned(),
                            allowed: &[$default_text, $($text,)*],
                        }),
                    },)*
                    other => return Err(ReadingError::Unknown { id: other.to_owned() }),
                }
                Ok(())
            }

            /// Returns every reading with the answer that this server gives.
            pub fn pairs(&self) -> Vec<(&'static str, String)> {
                vec![$(($id, self.$field.to_string()),)*]
            }
        }
    };
}

readings! {
    /// Status for an administrative token that is unknown, malformed or expired.
    rejected_token: RejectedToken = "rejected-token" {
        /// 401, as seeds 002 and 003 say.
        Unauthorized = "401",
        /// 403, as later pages say.
        Forbidden = "403",
    }
    /// Text of a 401 for a rejected token.
    rejected_token_body: RejectedTokenBody = "rejected-token-body" {
        /// `Invalid or expired token`.
        InvalidOrExpired = "Invalid or expired token",
        /// Another text.
        Other = "other",
    }
    /// Whether `+` creates resources with POST.
    plus_creates: PlusCreates = "plus-creates" {
        /// It does.
        Yes = "yes",
        /// It does not.
        No = "no",
    }
    /// Whether `.` beside `+` on the same resource lets it be read.
    plus_with_read: PlusWithRead = "plus-with-read" {
        /// It does not: mutate wins.
        No = "no",
        /// It does: both count.
        Yes = "yes",
    }
    /// Whether `+` resets secrets.
    plus_resets_secret: PlusResetsSecret = "plus-resets-secret" {
        /// It does.
        Yes = "yes",
        /// It does not.
        No = "no",
    }
    /// What `config` without `/**` covers.
    bare_config: BareConfig = "bare-config" {
        /// Only itself.
        NothingBelow = "nothing-below",
        /// Everything below it, too.
        EverythingBelow = "everything-below",
    }
    /// Whether a scope for one item lists its collection.
    item_scope_lists: ItemScopeLists = "item-scope-lists" {
        /// It does not.
        No = "no",
        /// It does.
        Yes = "yes",
    }
    /// What a token request without `scope` gets.
    scope_absent: ScopeAbsent = "scope-absent" {
        /// A token without scopes.
        NoneGranted = "none-granted",
        /// Every scope of the token policy.
        AllAllowed = "all-allowed",
        /// The error `invalid_scope`.
        InvalidScope = "invalid_scope",
    }
    /// The member `scope` of a token answer that grants nothing.
    nothing_granted: NothingGranted = "nothing-granted" {
        /// It is the empty string.
        EmptyString = "empty-string",
        /// It is not there.
        Absent = "absent",
        /// It is `null`.
        Null = "null",
    }
    /// What GET on a client's secret does.
    secret_retrieval: SecretRetrieval = "secret-retrieval" {
        /// 405, with `Allow`.
        Refused = "refused",
        /// It shows the secret.
        Readable = "readable",
    }
    /// Whether the answer that creates a confidential client shows its secret.
    secret_at_creation: SecretAtCreation = "secret-at-creation" {
        /// It does.
        Yes = "yes",
        /// It does not.
        No = "no",
    }
    /// The method that resets a secret.
    secret_reset_method: SecretResetMethod = "secret-reset-method" {
        /// POST.
        Post = "POST",
        /// PUT.
        Put = "PUT",
    }
    /// Status of a successful POST on a collection.
    creation_status: CreationStatus = "creation-status" {
        /// 201.
        Created = "201",
        /// 200.
        Ok = "200",
    }
    /// Status of a successful DELETE.
    deletion_status: DeletionStatus = "deletion-status" {
        /// 204.
        NoContent = "204",
        /// 200.
        Ok = "200",
    }
    /// Status for a body that lacks a required member.
    missing_member_status: MissingMemberStatus = "missing-member-status" {
        /// 400.
        BadRequest = "400",
        /// 422.
        Unprocessable = "422",
    }
    /// Status for a member with an unacceptable value.
    bad_value_status: BadValueStatus = "bad-value-status" {
        /// 422.
        Unprocessable = "422",
        /// 400.
        BadRequest = "400",
    }
    /// Whether a lifetime may be sent as text.
    lifetime_as_text: LifetimeAsText = "lifetime-as-text" {
        /// It may.
        Yes = "yes",
        /// It may not.
        No = "no",
    }
    /// Status for an item that does not exist and that the token may not touch.
    foreign_item_status: ForeignItemStatus = "foreign-item-status" {
        /// 403: the scope is looked at first.
        Forbidden = "403",
        /// 404: whether there is anything is looked at first.
        NotFound = "404",
    }
    /// Form of a client's `_links.self.href`.
    client_href: ClientHref = "client-href" {
        /// `/{customerId}/config/clients/{id}`.
        CustomerFirst = "customer-first",
        /// `/config/{customerId}/clients/{id}`.
        ConfigFirst = "config-first",
    }
    /// How an authorization request is refused whose client and redirect URI are good.
    authorize_error_channel: AuthorizeErrorChannel = "authorize-error-channel" {
        /// By a redirect to the client, with the error as parameters.
        Redirect = "redirect",
        /// By a page.
        Page = "page",
    }
    /// The description that names a missing parameter of an authorization request.
    missing_parameter_text: MissingParameterText = "missing-parameter-text" {
        /// `scope_is_missing`.
        Underscores = "scope_is_missing",
        /// `scope is missing`.
        Spaces = "scope is missing",
    }
    /// Whether PKCE works as seed 004's sample has it, too: `SHA256`, with the digest as upper-case hexadecimal text.
    pkce_documented_sha256: PkceDocumentedSha256 = "pkce-documented-sha256" {
        /// It does.
        Accepted = "accepted",
        /// It does not.
        Refused = "refused",
    }
    /// The claims of the scope `email`.
    userinfo_email_names: UserinfoEmailNames = "userinfo-email-names" {
        /// All four below.
        Both = "both",
        /// `email` and `email_verified`.
        Standard = "email",
        /// `emailAddress` and `emailVerified`.
        Documented = "emailAddress",
    }
    /// What an exchanged refresh token gives.
    refresh_result: RefreshResult = "refresh-result" {
        /// An access token, the next refresh token and an ID token.
        FullSet = "full-set",
        /// An access token; the refresh token stays good.
        AccessTokenOnly = "access-token-only",
    }
    /// What becomes of a refresh token that was exchanged before.
    refresh_reuse: RefreshReuse = "refresh-reuse" {
        /// It is refused, and everything that came of it is revoked.
        Refused = "refused",
        /// It works again.
        Accepted = "accepted",
    }
    /// Whether the second use of a code revokes what the first one gave.
    code_reuse_revokes: CodeReuseRevokes = "code-reuse-revokes" {
        /// It does.
        Yes = "yes",
        /// It does not.
        No = "no",
    }
    /// Status for a client that revokes a token of another client; the token stays active.
    revoke_foreign_token: RevokeForeignToken = "revoke-foreign-token" {
        /// 400.
        BadRequest = "400",
        /// 200.
        Ok = "200",
    }
    /// Status of userinfo for an administrative token.
    userinfo_without_openid: UserinfoWithoutOpenid = "userinfo-without-openid" {
        /// 403: the scope is not enough.
        Forbidden = "403",
        /// 401: the token is none of a user.
        Unauthorized = "401",
    }
    /// What `grant_types_supported` lists.
    discovery_grants: DiscoveryGrants = "discovery-grants" {
        /// `authorization_code` and `refresh_token`.
        AsDocumented = "as-documented",
        /// `client_credentials`, too.
        WithClientCredentials = "with-client-credentials",
    }
    /// Status for a webhook subscription whose title another one has.
    subscription_title_clash: SubscriptionTitleClash = "subscription-title-clash" {
        /// 409.
        Conflict = "409",
        /// 400.
        BadRequest = "400",
    }
    /// Status of a PATCH whose body is no `application/merge-patch+json`.
    patch_media_type: PatchMediaType = "patch-media-type" {
        /// 415.
        Unsupported = "415",
        /// 400.
        BadRequest = "400",
    }
    /// The form of `aud` in a security event token.
    set_audience: SetAudience = "set-audience" {
        /// An array of one.
        Array = "array",
        /// The text itself.
        Text = "string",
    }
    /// The unit of `toe` in a security event token.
    set_time_of_event: SetTimeOfEvent = "set-time-of-event" {
        /// Seconds, as everywhere else.
        Seconds = "seconds",
        /// Milliseconds.
        Milliseconds = "milliseconds",
    }
    /// Status under a customer id that nobody has.
    unknown_customer: UnknownCustomer = "unknown-customer" {
        /// 404; there is no other answer.
        NotFound = "404",
    }
}

impl Readings {
    /// Sets one reading from `ID=ANSWER`, as it stands on a command line.
    ///
    /// # Errors
    ///
    /// Says which part is wrong, and what would be right.
    pub fn set(&mut self, assignment: &str) -> Result<(), ReadingError> {
        let (id, answer) = assignment
            .split_once('=')
            .ok_or_else(|| ReadingError::Form(assignment.to_owned()))?;
        self.answer(id, answer)
    }

    /// Returns the id of every reading.
    pub fn ids() -> impl Iterator<Item = &'static str> {
        Self::TABLE.iter().map(|(id, _)| *id)
    }

    /// Returns the answers of a reading, the default first.
    pub fn answers(id: &str) -> Option<&'static [&'static str]> {
        Self::TABLE
            .iter()
            .find(|(known, _)| *known == id)
            .map(|(_, answers)| *answers)
    }

    /// Returns the readings that concern the scope language, in its own terms.
    pub(crate) fn of_scopes(&self) -> scope_lang::Readings {
        scope_lang::Readings {
            plus_with_read: self.plus_with_read == PlusWithRead::Yes,
            bare_config_covers_below: self.bare_config == BareConfig::EverythingBelow,
            item_scope_lists: self.item_scope_lists == ItemScopeLists::Yes,
            plus_creates: self.plus_creates == PlusCreates::Yes,
            plus_resets_secret: self.plus_resets_secret == PlusResetsSecret::Yes,
        }
    }
}

#[cfg(test)]
mod tests;
