//! Faults of the page on which people see and change what is known of them.

use http::Method;
use http::header::{CONTENT_SECURITY_POLICY, LOCATION};

use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "profile",
        title,
        act,
    }
}

/// Some fields of the form.
const FIELDS: [&str; 4] = ["givenName", "familyName", "birthday", "mobileNumber"];

pub(super) const FAULTS: &[Fault] = &[
    of(
        "changed-addresses-are-lost",
        "The profile keeps no change of a postal address",
        Act::Request(|_, asked| {
            if is_change(asked) {
                asked.edit_form(|pairs| pairs.retain(|(name, _)| !name.contains("Address.")));
            }
        }),
    ),
    of(
        "saved-is-not-said",
        "The profile does not say that a change was kept",
        Act::Answer(|_, asked, answer| {
            let location = answer.headers.get(LOCATION).map(|value| value.to_str());
            if let Some(Ok(location)) = location.filter(|_| is_change(asked)) {
                let plain = location.replace("&saved=yes", "");
                answer.set_header(LOCATION, &plain);
            }
        }),
    ),
    of(
        "left-out-fields-are-emptied",
        "What a form of the profile leaves out is deleted",
        Act::Request(|_, asked| {
            if is_change(asked) {
                let missing = FIELDS.map(|name| (name, asked.form(name).is_none()));
                for (name, _) in missing.iter().filter(|(_, is_missing)| *is_missing) {
                    asked.set_form(name, "");
                }
            }
        }),
    ),
    of(
        "impossible-birthdays-are-passed-over",
        "A birthday that is no day is not refused",
        Act::Request(|_, asked| {
            let is_day = asked
                .form("birthday")
                .is_none_or(|day| day.is_empty() || day.parse::<jiff::civil::Date>().is_ok());
            if is_change(asked) && !is_day {
                asked.without_form("birthday");
            }
        }),
    ),
    of(
        "forms-may-lead-anywhere",
        "The policy of the profile does not say where its forms may lead",
        Act::Answer(|_, asked, answer| {
            let policy = answer.headers.get(CONTENT_SECURITY_POLICY);
            let policy = policy.and_then(|policy| policy.to_str().ok());
            if let Some(policy) = policy.filter(|_| asked.is_on("auth-ui/profile")) {
                let open = policy.replace("; form-action 'self'", "");
                answer.set_header(CONTENT_SECURITY_POLICY, &open);
            }
        }),
    ),
];

fn is_change(asked: &Asked) -> bool {
    asked.is(&Method::POST, "auth-ui/profile")
}
