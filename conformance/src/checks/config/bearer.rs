//! Who may ask at all: the bearer token in front of every operation.

use serde_json::json;

use super::operations;
use crate::{
    chance,
    check::{Check, Effects, Need, Run},
    expect,
    http::{Answer, Request},
    secret::Secret,
    target::{Target, session::ADMINISTRATIVE_SCOPES},
    verdict::{During as _, Mismatch, NotPassed, Outcome, Skip},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "config.bearer.every-operation-asks",
        title: "Every operation answers with the documented text when no token is sent",
        cites: &["bearer-required", "bearer-missing-body"],
        effects: Effects::Attempts,
        needs: &[],
        run: Run::Function(|target| Box::pin(every_operation_asks(target))),
    },
    Check {
        id: "config.bearer.every-operation-says-unauthorized",
        title: "Every operation answers 401 when no token is sent",
        cites: &["bearer-missing-status"],
        effects: Effects::Attempts,
        needs: &[],
        run: Run::Function(|target| Box::pin(every_operation_says_unauthorized(target))),
    },
    Check {
        id: "config.bearer.only-as-bearer",
        title: "A good token counts only behind the word Bearer in the header",
        cites: &["bearer-required"],
        effects: Effects::Reads,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(only_as_bearer(target))),
    },
    Check {
        id: "config.bearer.near-misses-are-rejected",
        title: "Whatever resembles a token without being one is rejected, always with the same status",
        cites: &["bearer-rejected-status"],
        effects: Effects::Reads,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(near_misses_are_rejected(target))),
    },
    Check {
        id: "config.bearer.rejection-has-a-text",
        title: "A rejected token is answered with a text",
        cites: &["bearer-rejected-text"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(rejection_has_a_text(target))),
    },
    Check {
        id: "config.bearer.rejection-as-forbidden",
        title: "Where a rejected token gets 403, the body is the one for 403",
        cites: &["bearer-rejected-forbidden"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(rejection_as_forbidden(target))),
    },
    Check {
        id: "config.bearer.unauthorized-has-a-challenge",
        title: "A 401 asks for a bearer token, and says that one is invalid where one was sent",
        cites: &["bearer-challenge", "bearer-challenge-error"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(unauthorized_has_a_challenge(target))),
    },
    Check {
        id: "config.bearer.holder-does-not-matter",
        title: "Two clients with the same scopes may do the same, each with what the other made",
        cites: &["bearer-holder-irrelevant"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(holder_does_not_matter(target))),
    },
];

/// The text that every operation below `config` answers without a token (seed 000).
const WITHOUT_TOKEN: &str = "Unable to access TBA endpoints without token!";

/// The text that a `401` for a rejected token has by default (reading `rejected-token-body`).
const REJECTED: &str = "Invalid or expired token";

async fn every_operation_asks(target: &Target) -> Outcome {
    for request in operations::requests(&chance::id().to_string()) {
        let path = request.path().to_owned();
        let answer = target.anonymous().send(request).await?;
        if operations::is_missing_retrieval(&path, answer.status()) {
            continue;
        }
        expect::equal("body", &json!({ "errors": WITHOUT_TOKEN }), &answer.json()?)
            .during(&path)?;
    }
    Ok(())
}

async fn every_operation_says_unauthorized(target: &Target) -> Outcome {
    for request in operations::requests(&chance::id().to_string()) {
        let path = request.path().to_owned();
        let answer = target.anonymous().send(request).await?;
        if !operations::is_missing_retrieval(&path, answer.status()) {
            expect::status(&answer, &[401]).during(&path)?;
        }
    }
    Ok(())
}

async fn only_as_bearer(target: &Target) -> Outcome {
    let client = target.configuration_client()?;
    let token = target.token(client, ADMINISTRATIVE_SCOPES).await?;
    let token = token.expose();
    let refused =
        |answer: &Answer, action: &str| expect::status(answer, &[401, 403]).during(action);
    for header in [
        token.to_owned(),
        format!("Token {token}"),
        format!("Basic {token}"),
        format!("Bearer{token}"),
    ] {
        let request = Request::get("config/tokenPolicies").header("authorization", header.as_str());
        let answer = target.anonymous().send(request).await?;
        let scheme = header
            .split(' ')
            .next()
            .filter(|word| !word.contains(token))
            .unwrap_or("no scheme");
        refused(&answer, &format!("the token behind `{scheme}`"))?;
    }
    let answer = target
        .anonymous()
        .get(format!("config/tokenPolicies?access_token={token}"))
        .await?;
    refused(&answer, "the token in the query")?;
    Ok(())
}

async fn near_misses_are_rejected(target: &Target) -> Outcome {
    let client = target.configuration_client()?;
    let token = target.token(client, ADMINISTRATIVE_SCOPES).await?;
    let token = token.expose();
    let shorter: String = token.chars().skip(1).collect();
    let near_misses = [
        ("a token never issued", unknown_token()),
        ("a token without its first character", shorter),
        ("a token with one character more", format!("{token}A")),
        ("a token in other capitals", other_capitals(token)),
        ("the id of the client", client.id.clone()),
        (
            "the secret of the client",
            client.secret.expose().to_owned(),
        ),
        ("one character", "x".to_owned()),
        (
            "what is no token in any alphabet",
            "!!! not a token !!!".to_owned(),
        ),
        ("a token of eight thousand characters", "a".repeat(8_000)),
        ("a path", "../../config/clients".to_owned()),
    ];
    for (name, near_miss) in near_misses {
        let answer = target
            .bearer(&Secret::new(near_miss))
            .get("config/tokenPolicies")
            .await?;
        // A header too large for a server never reaches what judges tokens.
        if name.contains("thousand") && matches!(answer.status(), 400 | 431) {
            continue;
        }
        expect::status(&answer, &[401, 403]).during(name)?;
        target
            .reading("rejected-token", answer.status())
            .during(name)?;
    }
    Ok(())
}

async fn rejection_has_a_text(target: &Target) -> Outcome {
    let answer = reject(target).await?;
    let text = expect::refusal(&answer, &[401, 403])?;
    if answer.status() == 401 {
        let reading = if text == REJECTED { REJECTED } else { "other" };
        target.reading("rejected-token-body", reading)?;
    }
    Ok(())
}

async fn rejection_as_forbidden(target: &Target) -> Outcome {
    let answer = reject(target).await?;
    if answer.status() == 401 {
        return Err(Skip::because("the target rejects tokens with 401").into());
    }
    Ok(expect::errors(&answer, &[403], "Forbidden")?)
}

async fn unauthorized_has_a_challenge(target: &Target) -> Outcome {
    let missing = target.anonymous().get("config/tokenPolicies").await?;
    let rejected = reject(target).await?;
    for (answer, is_invalid) in [(missing, false), (rejected, true)] {
        if answer.status() != 401 {
            continue;
        }
        let challenge = answer.header("www-authenticate").unwrap_or_default();
        challenges(challenge, is_invalid).during(if is_invalid {
            "a token that nobody issued"
        } else {
            "no token"
        })?;
    }
    Ok(())
}

/// Requires a challenge for a bearer token, with the error of a token that is not valid where one was sent, and else without.
fn challenges(challenge: &str, is_invalid: bool) -> Result<(), Mismatch> {
    let challenge = challenge.to_ascii_lowercase();
    let miss = |expected: &str, clause: &'static str| {
        let expected = [json!(expected)];
        Err(
            Mismatch::new("header WWW-Authenticate", expected, json!(challenge))
                .violating([clause]),
        )
    };
    let words: Vec<&str> = challenge.split([' ', ',']).collect();
    if !words.contains(&"bearer") {
        return miss("a challenge of the scheme Bearer", "bearer-challenge");
    }
    match (is_invalid, challenge.contains("error=")) {
        (true, _) if !challenge.contains("invalid_token") => {
            miss("the error invalid_token", "bearer-challenge-error")
        }
        (false, true) => miss("no error", "bearer-challenge-error"),
        _ => Ok(()),
    }
}

async fn reject(target: &Target) -> Result<Answer, NotPassed> {
    target
        .bearer(&Secret::new(unknown_token()))
        .get("config/tokenPolicies")
        .await
}

async fn holder_does_not_matter(target: &Target) -> Outcome {
    let scopes = &["*:config/tokenPolicies"];
    let one = target.bearer_of(scopes).await?;
    let other = target.bearer_of(scopes).await?;
    let body = json!({ "title": target.name("of-one") });
    let made = one.post("config/tokenPolicies", body).await?;
    expect::status(&made, &[200, 201]).during("making a policy")?;
    let body = made.json()?;
    let policy = format!("config/tokenPolicies/{}", expect::text(&body, "")?);
    for (caller, name) in [(&one, "its maker"), (&other, "the other client")] {
        let answer = caller.get(&policy).await?;
        expect::status(&answer, &[200]).during(&format!("GET by {name}"))?;
        let clients = caller.get("config/clients").await?;
        expect::status(&clients, &[403])
            .during(&format!("GET of what is not in scope by {name}"))?;
    }
    let answer = other.delete(&policy).await?;
    expect::status(&answer, &[200, 204]).during("DELETE by the other client")?;
    Ok(())
}

/// A token of the usual form that nobody ever issued.
fn unknown_token() -> String {
    let halves = [
        chance::id().simple().to_string(),
        chance::id().simple().to_string(),
    ];
    halves.concat()
}

fn other_capitals(token: &str) -> String {
    let flip = |letter: char| {
        if letter.is_ascii_lowercase() {
            letter.to_ascii_uppercase()
        } else {
            letter.to_ascii_lowercase()
        }
    };
    token.chars().map(flip).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_names_the_scheme_and_what_is_wrong_with_a_token() {
        assert!(challenges("Bearer", false).is_ok());
        assert!(challenges("Basic realm=\"x\", bearer realm=\"x\"", false).is_ok());
        assert!(challenges("Bearer error=\"invalid_token\"", true).is_ok());
        for (challenge, is_invalid) in [
            ("", false),
            ("Basic", false),
            ("Bearer error=\"invalid_token\"", false),
            ("Bearer", true),
            ("Bearer error=\"invalid_request\"", true),
        ] {
            assert!(challenges(challenge, is_invalid).is_err(), "{challenge}");
        }
    }
}
