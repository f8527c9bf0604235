//! The claims that the documentation names, from the attributes of the profile store.

use serde_json::{Map, Value};

use crate::settings::UserinfoEmailNames;
use crate::store::User;

const PROFILE: [&str; 9] = [
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "gender",
    "birthdate",
    "updated_at",
];

/// The email claims: as OpenID Connect names them, then as seed 004 does.
const EMAIL: [&str; 4] = ["email", "email_verified", "emailAddress", "emailVerified"];

/// Returns the names of the email claims that there are.
fn email(names: UserinfoEmailNames) -> &'static [&'static str] {
    match names {
        UserinfoEmailNames::Both => &EMAIL,
        UserinfoEmailNames::Standard => &EMAIL[..2],
        UserinfoEmailNames::Documented => &EMAIL[2..],
    }
}

/// Returns the claims of a scope; none for a scope that is not documented.
pub(super) fn of_scope(scope: &str, names: UserinfoEmailNames) -> &'static [&'static str] {
    match scope {
        "profile" => &PROFILE,
        "email" => email(names),
        "address" => &["address"],
        "phone" => &["phone_number", "phone_number_verified"],
        _ => &[],
    }
}

/// Returns whether the documentation names a claim.
pub(super) fn is_documented(claim: &str) -> bool {
    ["profile", "email", "address", "phone"]
        .iter()
        .any(|scope| of_scope(scope, UserinfoEmailNames::Both).contains(&claim))
}

/// Returns what a claim says about a user, or nothing: an attribute without a value makes no claim, and a name that is
/// not documented means nothing.
pub(super) fn value(user: &User, claim: &str, names: UserinfoEmailNames) -> Option<Value> {
    if EMAIL.contains(&claim) && !email(names).contains(&claim) {
        return None;
    }
    let text = |attribute: &str| user.text(attribute).map(Value::from);
    let is_set = |attribute: &str| Value::from(user.attribute(attribute).is_some());
    match claim {
        "name" => name(user),
        "family_name" => text("familyName"),
        "given_name" => text("givenName"),
        "middle_name" => text("middleName"),
        "nickname" => text("nickname"),
        "preferred_username" => text("displayName"),
        "gender" => text("gender"),
        "birthdate" => text("birthday"),
        "updated_at" => user.last_updated().map(|moment| moment.seconds().into()),
        "email" | "emailAddress" => text("email"),
        "email_verified" | "emailVerified" => text("email").map(|_| is_set("emailVerified")),
        "phone_number" => text("mobileNumber"),
        "phone_number_verified" => text("mobileNumber").map(|_| is_set("mobileNumberVerified")),
        "address" => address(user),
        _ => None,
    }
}

fn name(user: &User) -> Option<Value> {
    let parts: Vec<&str> = ["givenName", "middleName", "familyName"]
        .into_iter()
        .filter_map(|attribute| user.text(attribute))
        .collect();
    (!parts.is_empty()).then(|| parts.join(" ").into())
}

/// Makes the address claim: OpenID Connect Core, 5.1.1.
fn address(user: &User) -> Option<Value> {
    let part = |attribute: &str| user.text(&format!("primaryAddress.{attribute}"));
    let lines = |parts: &[Option<&str>], separator: &str| {
        let parts: Vec<&str> = parts.iter().copied().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(separator))
    };
    let street = lines(&[part("address1"), part("address2")], "\n");
    let place = lines(&[part("zip"), part("city"), part("stateAbbreviation")], " ");
    let formatted = lines(
        &[street.as_deref(), place.as_deref(), part("country")],
        "\n",
    );
    let members: Map<String, Value> = [
        ("formatted", formatted),
        ("street_address", street),
        ("locality", part("city").map(str::to_owned)),
        ("region", part("stateAbbreviation").map(str::to_owned)),
        ("postal_code", part("zip").map(str::to_owned)),
        ("country", part("country").map(str::to_owned)),
    ]
    .into_iter()
    .filter_map(|(name, text)| Some((name.to_owned(), text?.into())))
    .collect();
    (!members.is_empty()).then_some(Value::Object(members))
}
