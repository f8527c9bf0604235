//! What the body of a subscription says.

use serde_json::{Map, Value};

use super::endpoint;
use crate::deliveries::Reach;
use crate::extract::{Member, MemberError, Members};
use crate::store::{EventType, Terms};
use crate::webhooks::Filter;

/// Characters that a title has.
const TITLE: std::ops::RangeInclusive<usize> = 2..=200;

/// What can be chosen; nothing else may stand in a body.
const MEMBERS: [&str; 5] = ["title", "endpoint", "events", "enabled", "filter"];

/// Refuses members that nobody can choose: those that are only read, and those that are unknown.
pub(super) fn check_names(members: &Members<'_>) -> Result<(), MemberError> {
    match members.each().find(|(name, _)| !MEMBERS.contains(name)) {
        Some((_, member)) => Err(member.bad_value("extra fields not permitted")),
        None => Ok(()),
    }
}

/// Reads a whole subscription. Whether its title is free and its host is public is seen afterwards.
pub(super) fn read(members: &Members<'_>, reach: Reach) -> Result<Terms, MemberError> {
    check_names(members)?;
    let title = title(members.required("title")?)?;
    let endpoint = endpoint(members.required("endpoint")?, reach)?;
    let events = members
        .required("events")?
        .list()?
        .into_iter()
        .map(event_type)
        .collect::<Result<_, _>>()?;
    let enabled = members
        .optional("enabled")
        .map_or(Ok(true), Member::boolean)?;
    let filter = members.optional("filter").map(filter).transpose()?;
    Ok(Terms {
        title,
        endpoint,
        events,
        enabled,
        filter,
    })
}

/// Reads what becomes of a subscription by a patch (RFC 7396): what the patch does not mention stays.
pub(super) fn patched(
    present: Value,
    patch: &Map<String, Value>,
    reach: Reach,
) -> Result<Terms, MemberError> {
    let patch = Value::Object(patch.clone());
    check_names(&Members::of(&patch)?)?;
    let mut next = present;
    json_patch::merge(&mut next, &patch);
    read(&Members::of(&next)?, reach)
}

fn title(member: Member<'_>) -> Result<String, MemberError> {
    let Some(text) = member.as_text() else {
        return member.text();
    };
    let length = text.chars().count();
    let (least, most) = (TITLE.start(), TITLE.end());
    if length < *least {
        return Err(member.bad_value(format!("ensure this value has at least {least} characters")));
    }
    if length > *most {
        return Err(member.bad_value(format!("ensure this value has at most {most} characters")));
    }
    Ok(text.to_owned())
}

fn endpoint(member: Member<'_>, reach: Reach) -> Result<String, MemberError> {
    let Some(text) = member.as_text() else {
        return member.text();
    };
    match endpoint::problem(text, reach) {
        Some(problem) => Err(member.bad_value(problem)),
        None => Ok(text.to_owned()),
    }
}

fn event_type(member: Member<'_>) -> Result<EventType, MemberError> {
    let found = member.as_text().and_then(EventType::parse);
    found.ok_or_else(|| {
        let names = EventType::ALL.map(|known| format!("'{}'", known.name()));
        member.bad_value(format!(
            "value is not a valid enumeration member; permitted: {}",
            names.join(", ")
        ))
    })
}

fn filter(member: Member<'_>) -> Result<Filter, MemberError> {
    Filter::read(member.value()).map_err(|problem| member.bad_value(problem))
}
