//! The token of a notification: its header, and the claims that every one has.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    check::{Check, Effects, Need, Run},
    checks::webhooks::told::{Told, verified},
    expect,
    relying_party::Verified,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "webhooks.tokens.signature",
        title: "A token is signed with RS256 by the key of the JWK set that it names",
        cites: &["hooks-token-signature"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(signature(target))),
    },
    Check {
        id: "webhooks.tokens.type",
        title: "A token says in its header that it is a security event token",
        cites: &["hooks-token-type"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(kind(target))),
    },
    Check {
        id: "webhooks.tokens.jku",
        title: "A token names the JWK set of the customer",
        cites: &["hooks-token-jku"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(jku(target))),
    },
    Check {
        id: "webhooks.tokens.issuer",
        title: "The issuer is the customer's webhooks",
        cites: &["hooks-token-issuer"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(issuer(target))),
    },
    Check {
        id: "webhooks.tokens.times",
        title: "A token is issued now, about an event of now",
        cites: &["hooks-token-times", "hooks-token-event-time"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(times(target))),
    },
    Check {
        id: "webhooks.tokens.event-time-unit",
        title: "The time of the event has one of the listed units",
        cites: &["hooks-token-event-time-unit"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(event_time_unit(target))),
    },
    Check {
        id: "webhooks.tokens.audience",
        title: "The audience is the endpoint and nobody else",
        cites: &["hooks-token-audience"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(audience(target))),
    },
    Check {
        id: "webhooks.tokens.audience-form",
        title: "The audience has one of the listed forms",
        cites: &["hooks-token-audience-form"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(audience_form(target))),
    },
    Check {
        id: "webhooks.tokens.jti",
        title: "Each notification has an id of its own, which is not that of its event",
        cites: &["hooks-token-jti"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(jti(target))),
    },
    Check {
        id: "webhooks.tokens.one-event",
        title: "A token tells of one event",
        cites: &["hooks-token-one-event"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(one_event(target))),
    },
    Check {
        id: "webhooks.tokens.no-exp",
        title: "A token does not expire",
        cites: &["hooks-token-no-exp"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(no_exp(target))),
    },
    Check {
        id: "webhooks.tokens.of-a-test",
        title: "A test notification has the event `test` with an id, and the documented claims without a transaction",
        cites: &["hooks-test", "hooks-test-claims"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(of_a_test(target))),
    },
];

/// How far two clocks may be apart, in seconds.
const LEEWAY: i64 = 60;

async fn token(target: &Target) -> Result<(Told<'_>, Verified), NotPassed> {
    let told = Told::of_tests(target).await?;
    let delivery = told.notification().await?;
    let verified = verified(target, &delivery).await?;
    Ok((told, verified))
}

async fn signature(target: &Target) -> Outcome {
    let (_, token) = token(target).await?;
    expect::member(&token.header, "/alg", &json!("RS256")).during("header")?;
    expect::text(&token.header, "/kid").during("header")?;
    Ok(())
}

async fn kind(target: &Target) -> Outcome {
    let (_, token) = token(target).await?;
    expect::member(&token.header, "/typ", &json!("secevent+jwt")).during("header")?;
    Ok(expect::member(&token.header, "/alg", &json!("RS256")).during("header")?)
}

async fn jku(target: &Target) -> Outcome {
    let (_, token) = token(target).await?;
    let jku = expect::text(&token.header, "/jku").during("header")?;
    let path = format!("/{}/login/jwk", target.customer());
    let is_of_the_customer = jku.ends_with(&path) && jku.contains("://");
    let what = format!("`jku` is an address that ends with `{path}`");
    Ok(expect::equal(
        &what,
        &json!(true),
        &json!(is_of_the_customer),
    )?)
}

async fn issuer(target: &Target) -> Outcome {
    let (_, token) = token(target).await?;
    let issuer = expect::text(&token.claims, "/iss")?;
    let path = format!("/{}/webhooks", target.customer());
    let is_of_the_customer = issuer.ends_with(&path) && issuer.contains("://");
    let what = format!("`iss` is an address that ends with `{path}`");
    Ok(expect::equal(
        &what,
        &json!(true),
        &json!(is_of_the_customer),
    )?)
}

fn near(name: &str, time: i64, now: i64) -> Result<(), Mismatch> {
    if (time - now).abs() <= LEEWAY {
        return Ok(());
    }
    let expected = json!(format!("{now} or near it"));
    Err(Mismatch::new(
        format!("member /{name}"),
        [expected],
        json!(time),
    ))
}

/// Returns the time of an event in seconds, and the unit that it came in.
fn event_time(claims: &Value) -> Result<(i64, &'static str), Mismatch> {
    let time = expect::integer(claims, "/toe")?;
    // In seconds this is the year 5138.
    match time > 99_999_999_999 {
        true => Ok((time / 1000, "milliseconds")),
        false => Ok((time, "seconds")),
    }
}

async fn times(target: &Target) -> Outcome {
    let (_, token) = token(target).await?;
    let now = target.now().await.as_second();
    near("iat", expect::integer(&token.claims, "/iat")?, now)?;
    near("toe", event_time(&token.claims)?.0, now)?;
    Ok(())
}

async fn event_time_unit(target: &Target) -> Outcome {
    let (_, token) = token(target).await?;
    let (_, unit) = event_time(&token.claims)?;
    Ok(target.reading("set-time-of-event", unit)?)
}

async fn audience(target: &Target) -> Outcome {
    let (told, token) = token(target).await?;
    let endpoint = told.hook.url();
    let audience = expect::present(&token.claims, "/aud")?;
    let forms = [json!([endpoint]), json!(endpoint)];
    Ok(expect::one_of("member /aud", &forms, audience)?)
}

async fn audience_form(target: &Target) -> Outcome {
    let (_, token) = token(target).await?;
    let form = match expect::present(&token.claims, "/aud")? {
        Value::Array(_) => "array",
        Value::String(_) => "string",
        other => {
            let expected = [json!("an array"), json!("a text")];
            return Err(Mismatch::new("member /aud", expected, other.clone()).into());
        }
    };
    Ok(target.reading("set-audience", form)?)
}

async fn jti(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    let mut seen = Vec::new();
    for _ in 0..2 {
        let delivery = told.notification().await?;
        let claims = verified(target, &delivery).await?.claims;
        for place in ["/jti", "/events/test/id"] {
            let id = expect::text(&claims, place)?.to_owned();
            if Uuid::try_parse(&id).is_err() || seen.contains(&id) {
                let expected = json!("a UUID that was not there before");
                return Err(Mismatch::new(format!("member {place}"), [expected], json!(id)).into());
            }
            seen.push(id);
        }
    }
    Ok(())
}

async fn one_event(target: &Target) -> Outcome {
    let (_, token) = token(target).await?;
    let events = expect::present(&token.claims, "/events")?.as_object();
    let names: Vec<&String> = events.into_iter().flat_map(serde_json::Map::keys).collect();
    Ok(expect::equal(
        "members of the claim events",
        &json!(["test"]),
        &json!(names),
    )?)
}

async fn no_exp(target: &Target) -> Outcome {
    let (_, token) = token(target).await?;
    Ok(expect::absent(&token.claims, "/exp")?)
}

async fn of_a_test(target: &Target) -> Outcome {
    let (_, token) = token(target).await?;
    expect::exact_members(
        &token.claims,
        "",
        &["aud", "events", "iat", "iss", "jti", "toe"],
    )?;
    expect::exact_members(&token.claims, "/events", &["test"])?;
    expect::exact_members(&token.claims, "/events/test", &["id"])?;
    let id = expect::text(&token.claims, "/events/test/id")?;
    let is_uuid = Uuid::try_parse(id).is_ok();
    Ok(expect::equal(
        "the id is a UUID",
        &json!(true),
        &json!(is_uuid),
    )?)
}
