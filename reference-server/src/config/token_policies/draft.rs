//! What the body of a token policy says.

use crate::extract::{Member, MemberError, Members};
use crate::settings::Readings;
use crate::store::{TokenPolicy, TokenPolicyTerms};

/// Reads a whole token policy; `title` is the only member that has to be there. Other members are ignored.
pub(super) fn read(
    members: &Members<'_>,
    readings: &Readings,
) -> Result<TokenPolicyTerms, MemberError> {
    let seconds = |name, range, default| {
        members
            .optional(name)
            .map_or(Ok(default), |member: Member<'_>| {
                member.seconds(&range, readings.lifetime_as_text)
            })
    };
    Ok(TokenPolicyTerms {
        title: members.required("title")?.filled_text()?,
        access_token_lifetime: seconds(
            "accessTokenLifetime",
            TokenPolicy::ACCESS_LIFETIMES,
            TokenPolicy::ACCESS_LIFETIME,
        )?,
        refresh_token_lifetime: seconds(
            "refreshTokenLifetime",
            TokenPolicy::REFRESH_LIFETIMES,
            TokenPolicy::REFRESH_LIFETIME,
        )?,
        allowed_scopes: match members.optional("allowedScopes") {
            Some(scopes) => scopes.texts()?,
            None => TokenPolicy::USER_SCOPES.map(str::to_owned).to_vec(),
        },
        use_access_jwt: members
            .optional("useAccessJWT")
            .map_or(Ok(false), Member::boolean)?,
    })
}
