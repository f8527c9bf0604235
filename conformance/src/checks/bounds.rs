//! Bounds that the target itself promises: as much is taken, and one more is refused.

use serde_json::{Value, json};

use crate::{
    check::{Check, Effects, Need, Run},
    checks::device::Device,
    expect,
    http::{Answer, Request},
    target::{Target, caller::token_request},
    verdict::{During as _, NotPassed, Outcome, Skip},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "config.bounds.bytes-of-a-body",
        title: "A body of as many bytes as the target promises is read, and one more byte is too much",
        cites: &["bound-body"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Bounds],
        run: Run::Function(|target| Box::pin(bytes_of_a_body(target))),
    },
    Check {
        id: "config.bounds.levels-of-json",
        title: "JSON of as many levels as the target promises is read, and one more is too much; what stands side by side or in a text is no level",
        cites: &["bound-json"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Bounds],
        run: Run::Function(|target| Box::pin(levels_of_json(target))),
    },
    Check {
        id: "config.bounds.bytes-of-a-parameter",
        title: "A parameter with a name or value of as many bytes as the target promises is read, and one more byte is too much",
        cites: &["bound-parameter"],
        effects: Effects::Reads,
        needs: &[Need::ConfigurationClient, Need::Bounds],
        run: Run::Function(|target| Box::pin(bytes_of_a_parameter(target))),
    },
    Check {
        id: "login.bounds.what-is-remembered",
        title: "A nonce or a resource of as many bytes as the target promises is remembered, and one more byte is too much",
        cites: &["bound-remembered"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::Bounds],
        run: Run::Function(|target| Box::pin(what_is_remembered(target))),
    },
];

const COLLECTION: &str = "config/tokenPolicies";

fn promised(bound: Option<usize>) -> Result<usize, NotPassed> {
    bound.ok_or_else(|| Skip::because("the target promises nothing of this kind").into())
}

async fn bytes_of_a_body(target: &Target) -> Outcome {
    let most = promised(target.bounds().body_bytes)?;
    let text = json!({ "title": target.name("policy") }).to_string();
    for size in [most - 1, most, most + 1, 2 * most] {
        // Space around a value means nothing (RFC 8259, section 2).
        let space = " ".repeat(size.saturating_sub(text.len()));
        let action = format!("a body of {size} bytes");
        match send(target, format!("{text}{space}")).await {
            Ok(answer) if size > most => drop(expect::status(&answer, &[413]).during(&action)?),
            // Whoever announces too much may be hung up on before all of it is sent.
            Err(NotPassed::Broken(_)) if size > most => {}
            answer => drop(expect::status(&answer?, TAKEN).during(&action)?),
        }
    }
    Ok(())
}

const TAKEN: &[u16] = &[200, 201];
const REFUSED: &[u16] = &[400, 413, 422];

async fn send(target: &Target, body: String) -> Result<Answer, NotPassed> {
    // Whoever is told that it is too much closes the connection: no other check is to be sent along it.
    let request = Request::post(COLLECTION)
        .header("connection", "close")
        .raw("application/json", body);
    target.administrator().send(request).await
}

async fn levels_of_json(target: &Target) -> Outcome {
    let most = promised(target.bounds().json_levels)?;
    let title = target.name("policy");
    // The object itself is one.
    let with = |value: Value| json!({ "title": title, "ofNobody": value }).to_string();
    for (body, statuses, action) in [
        (with(arrays(most - 1)), TAKEN, "as many arrays as promised"),
        (with(arrays(most)), REFUSED, "one array more"),
        (
            with(objects(most - 1)),
            TAKEN,
            "as many objects as promised",
        ),
        (with(objects(most)), REFUSED, "one object more"),
        (with(arrays(2 * most)), REFUSED, "twice as many"),
        (
            with(Value::Array(vec![arrays(1); 2 * most])),
            TAKEN,
            "arrays side by side",
        ),
        (
            with(json!(["\"\\[{".repeat(most)])),
            TAKEN,
            "brackets in a text",
        ),
        (
            with(json!(["]}\"".repeat(most), arrays(most)])),
            REFUSED,
            "too many behind closing brackets in a text",
        ),
    ] {
        let answer = send(target, body).await?;
        expect::status(&answer, statuses).during(action)?;
    }
    Ok(())
}

/// Returns that many arrays, one in the other.
fn arrays(levels: usize) -> Value {
    (1..levels).fold(json!([]), |inner, _| json!([inner]))
}

/// Returns that many objects, one in the other.
fn objects(levels: usize) -> Value {
    (1..levels).fold(json!({}), |inner, _| json!({ "in": inner }))
}

async fn bytes_of_a_parameter(target: &Target) -> Outcome {
    let most = promised(target.bounds().parameter_bytes)?;
    let client = target.configuration_client()?;
    for (size, statuses) in [
        (most - 1, &[200]),
        (most, &[200]),
        (most + 1, &[400]),
        (2 * most, &[400]),
    ] {
        let long = "x".repeat(size);
        for (name, value) in [("of-nobody", long.as_str()), (&long, "1")] {
            let request = token_request(client, "").form(&[
                ("grant_type", "client_credentials"),
                ("scope", "*:**"),
                (name, value),
            ]);
            let answer = target.anonymous().send(request).await?;
            expect::status(&answer, statuses).during(&format!(
                "a name of {} bytes with a value of {}",
                name.len(),
                value.len()
            ))?;
        }
    }
    Ok(())
}

async fn what_is_remembered(target: &Target) -> Outcome {
    let most = promised(target.bounds().remembered_bytes)?;
    let mut device = Device::of_anybody(target).await?;
    for size in [most - 1, most, most + 1, 2 * most] {
        for (name, value, code) in [
            ("nonce", "n".repeat(size), "invalid_request"),
            ("resource", address(size), "invalid_target"),
        ] {
            let request = device.request().with(name, value);
            let action = format!("a {name} of {size} bytes");
            if size > most {
                device
                    .refused_with(&request, &[code])
                    .await
                    .during(&action)?;
            } else {
                device.must_ask(&request).await.during(&action)?;
            }
        }
    }
    Ok(())
}

/// Returns an address of that many bytes, or of the fewest that one has.
fn address(size: usize) -> String {
    let start = "https://api.example.test/";
    let rest = size.saturating_sub(start.len());
    format!("{start}{}", "x".repeat(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_counted_with_the_outermost() {
        assert_eq!(arrays(1).to_string(), "[]");
        assert_eq!(arrays(3).to_string(), "[[[]]]");
        assert_eq!(objects(2).to_string(), "{\"in\":{}}");
    }
}
