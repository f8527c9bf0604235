//! Filters as they are configured; what they let through is for deliveries to show.

use serde_json::{Value, json};

use super::ground::{SUBSCRIPTIONS, administrator, draft, listed, own_titles, subscribe, view};
use crate::{
    check::{Check, Effects, Need, Run},
    expect,
    target::Target,
    verdict::{During as _, NotPassed, Outcome},
};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "webhooks.filters.kept",
        title: "A filter is shown as it was sent",
        cites: &["hooks-filter-kept"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(kept(target))),
    },
    Check {
        id: "webhooks.filters.keywords",
        title: "Every documented keyword can be used in a filter",
        cites: &["hooks-filter-keywords"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(keywords(target))),
    },
    Check {
        id: "webhooks.filters.further-keywords",
        title: "The keywords of draft 7 that look at values can be used in a filter",
        cites: &["hooks-filter-further-keywords"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(further_keywords(target))),
    },
    Check {
        id: "webhooks.filters.unsupported",
        title: "A keyword that is not supported, and what is no schema, is refused",
        cites: &["hooks-filter-unsupported"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(unsupported(target))),
    },
];

/// A filter that holds `schema` against the member `attributes` of updates.
fn about(schema: &Value) -> Value {
    json!({
        "$schema": "http://json-schema.org/draft-07/schema",
        "properties": { "entityUpdated": { "properties": { "attributes": schema } } },
    })
}

async fn kept(target: &Target) -> Outcome {
    let filter = json!({
        "$schema": "http://json-schema.org/draft-07/schema",
        "properties": {
            "entityUpdated": {
                "properties": {
                    "captureApplicationId": { "const": "proofhouse0application0id" },
                    "entityType": { "const": "user" },
                    "attributes": { "contains": { "enum": ["email", "primaryAddress.city"] } },
                },
            },
        },
        "additionalProperties": false,
    });
    let made = subscribe(target, json!({ "filter": filter })).await?;
    expect::member(&made, "/filter", &filter).during("the creation")?;
    let shown = view(target, &made).await?;
    expect::member(&shown, "/filter", &filter).during("shown later")?;
    let bare = subscribe(target, json!({ "title": target.name("without") })).await?;
    Ok(expect::absent(&bare, "/filter").during("a subscription without one")?)
}

async fn taken(target: &Target, filters: &[Value]) -> Result<(), NotPassed> {
    for (index, filter) in filters.iter().enumerate() {
        let title = target.name(&format!("filter {index}"));
        let made = subscribe(target, json!({ "title": title, "filter": filter })).await?;
        expect::member(&made, "/filter", filter)?;
    }
    Ok(())
}

async fn keywords(target: &Target) -> Outcome {
    let filters = [
        about(&json!({ "contains": { "const": "email" } })),
        about(&json!({ "contains": { "enum": ["email", "givenName"] } })),
        json!({ "properties": { "entityDeleted": { "properties": { "sub": { "const": "nobody" } }, "additionalProperties": false } } }),
        json!({ "properties": { "entityCreated": { "properties": { "x": { "exclusiveMinimum": 0, "exclusiveMaximum": 9 } } } }, "additionalProperties": false }),
        json!({}),
    ];
    taken(target, &filters).await
}

async fn further_keywords(target: &Target) -> Outcome {
    let filters = [
        about(
            &json!({ "type": "array", "minItems": 1, "maxItems": 9, "items": { "type": "string" } }),
        ),
        about(
            &json!({ "contains": { "pattern": "^primaryAddress", "minLength": 1, "maxLength": 99 } }),
        ),
        about(&json!({ "not": { "contains": { "const": "email" } } })),
        json!({ "anyOf": [{ "required": ["entityCreated"] }, { "required": ["entityDeleted"] }] }),
        json!({ "allOf": [{}], "oneOf": [{}] }),
        json!({ "properties": { "entityCreated": { "properties": { "x": { "minimum": 0, "maximum": 9 } } } } }),
    ];
    taken(target, &filters).await
}

async fn unsupported(target: &Target) -> Outcome {
    let administrator = administrator(target).await?;
    for filter in [
        about(&json!({ "const": "x", "fits": true })),
        about(&json!({ "$ref": "https://example.com/schema.json" })),
        about(&json!({ "minItems": "one" })),
        about(&json!({ "enum": "email" })),
        about(&json!({ "type": "attribute" })),
        json!({ "properties": ["entityCreated"] }),
        json!({ "$schema": "https://example.com/my-own-schema" }),
    ] {
        let body = draft(target, json!({ "filter": filter, "enabled": false })).await?;
        let answer = administrator.post(SUBSCRIPTIONS, body).await?;
        expect::status(&answer, &[400]).during(&format!("the filter {filter}"))?;
    }
    let (items, _) = listed(target, "").await?;
    let made = own_titles(target, &items);
    Ok(expect::equal(
        "subscriptions made",
        &json!([]),
        &json!(made),
    )?)
}
