//! Authorization codes.

use std::collections::BTreeSet;

use serde_json::json;

use super::granted::{Granted, near_misses, one_winner_or_none, race};
use crate::{
    check::{Check, Effects, Need, Run},
    expect,
    relying_party::Kind,
    target::Target,
    verdict::{During as _, Mismatch, Outcome, Skip},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "oidc.codes.good-for-one-exchange",
        title: "A code that was exchanged is refused",
        cites: &["oidc-code-single-use"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(good_for_one_exchange(target))),
    },
    Check {
        id: "oidc.codes.good-for-one-of-many-at-once",
        title: "Of several that bring one code at the same time at most one gets tokens",
        cites: &["oidc-code-single-use"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(good_for_one_of_many_at_once(target))),
    },
    Check {
        id: "oidc.codes.reuse-ends-what-came-of-it",
        title: "When a code comes again, the tokens of its first exchange end",
        cites: &["oidc-code-reuse-revokes"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(reuse_ends_what_came_of_it(target))),
    },
    Check {
        id: "oidc.codes.of-the-client",
        title: "A code is worth nothing to another client",
        cites: &["oidc-code-of-client"],
        effects: Effects::Reads,
        needs: &[
            Need::PublicLoginClient,
            Need::ConfidentialLoginClient,
            Need::User,
        ],
        run: Run::Function(|target| Box::pin(of_the_client(target))),
    },
    Check {
        id: "oidc.codes.of-the-redirect-uri",
        title: "A code is worth nothing with another redirect URI, or none",
        cites: &["oidc-code-of-redirect-uri"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(of_the_redirect_uri(target))),
    },
    Check {
        id: "oidc.codes.garbled",
        title: "A garbled code is refused with `invalid_grant`",
        cites: &["oidc-code-unknown"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(garbled(target))),
    },
    Check {
        id: "oidc.codes.never-made",
        title: "A code that has the right form and was never made is refused with `invalid_grant`",
        cites: &["oidc-code-unknown"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(never_made(target))),
    },
    Check {
        id: "oidc.codes.missing",
        title: "A request without its code is refused with `invalid_request`",
        cites: &["oidc-code-missing"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(missing(target))),
    },
    Check {
        id: "oidc.codes.unguessable",
        title: "A code has room for 128 bits of chance, and no two are the same",
        cites: &["oidc-code-unguessable"],
        effects: Effects::Reads,
        needs: &[Need::LoginClient, Need::User],
        run: Run::Function(|target| Box::pin(unguessable(target))),
    },
];

async fn good_for_one_exchange(target: &Target) -> Outcome {
    let granted = Granted::to(target, target.any_login_client()?).await?;
    granted.exchange(target).await?;
    let again = granted.send(target, &granted.form()).await?;
    expect::oauth_error(&again, &[400], &["invalid_grant"]).during("second exchange")?;
    Ok(())
}

async fn good_for_one_of_many_at_once(target: &Target) -> Outcome {
    let granted = Granted::to(target, target.any_login_client()?).await?;
    let winners = race(target, &granted.client, &granted.form()).await?;
    one_winner_or_none(winners)?;
    Ok(())
}

async fn reuse_ends_what_came_of_it(target: &Target) -> Outcome {
    let granted = Granted::to(target, target.any_login_client()?).await?;
    let tokens = granted.exchange(target).await?;
    let again = granted.send(target, &granted.form()).await?;
    if again.status() == 200 {
        return Err(Skip::because("a code that comes again is not even refused").into());
    }
    let answer = target.userinfo(&tokens.access()?).await?;
    expect::status(&answer, &[401, 403]).during("userinfo with the token of the first exchange")?;
    Ok(())
}

async fn of_the_client(target: &Target) -> Outcome {
    let public = target.login_client(Kind::Public)?;
    let confidential = target.login_client(Kind::Confidential)?;
    for (owner, thief) in [(&public, &confidential), (&confidential, &public)] {
        let granted = Granted::to(target, owner.clone()).await?;
        let answer = target
            .request_tokens(thief, &granted.form().pairs())
            .await?;
        let action = format!(
            "the code of the {} client, brought by the other",
            owner.kind
        );
        expect::oauth_error(&answer, &[400], &["invalid_grant"]).during(&action)?;
    }
    Ok(())
}

async fn of_the_redirect_uri(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let others = [
        (
            "another site",
            "https://attacker.example.test/callback".to_owned(),
        ),
        ("one character more", format!("{}x", client.redirect_uri)),
        ("an empty text", String::new()),
    ];
    for (what, other) in others {
        let granted = Granted::to(target, client.clone()).await?;
        let form = granted.form().with("redirect_uri", other);
        let answer = granted.send(target, &form).await?;
        expect::oauth_error(&answer, &[400], &["invalid_grant", "invalid_request"]).during(what)?;
    }
    let granted = Granted::to(target, client).await?;
    let form = granted.form().without("redirect_uri");
    let answer = granted.send(target, &form).await?;
    expect::oauth_error(&answer, &[400], &["invalid_grant", "invalid_request"]).during("none")?;
    Ok(())
}

async fn garbled(target: &Target) -> Outcome {
    let granted = Granted::to(target, target.any_login_client()?).await?;
    for (what, garbled) in near_misses(&granted.code) {
        let form = granted.form().with("code", garbled);
        let answer = granted.send(target, &form).await?;
        expect::oauth_error(&answer, &[400], &["invalid_grant", "invalid_request"]).during(what)?;
    }
    Ok(())
}

async fn never_made(target: &Target) -> Outcome {
    let granted = Granted::to(target, target.any_login_client()?).await?;
    // The same alphabet and length, in another order: as one that has expired would look.
    let never_made: String = granted.code.expose().chars().rev().collect();
    if never_made == granted.code.expose() {
        return Err(Skip::because("the code reads the same from both ends").into());
    }
    let form = granted.form().with("code", never_made);
    let answer = granted.send(target, &form).await?;
    expect::oauth_error(&answer, &[400], &["invalid_grant"])?;
    Ok(())
}

async fn missing(target: &Target) -> Outcome {
    let granted = Granted::to(target, target.any_login_client()?).await?;
    let form = granted.form().without("code");
    let answer = granted.send(target, &form).await?;
    expect::oauth_error(&answer, &[400], &["invalid_request"])?;
    Ok(())
}

async fn unguessable(target: &Target) -> Outcome {
    let client = target.any_login_client()?;
    let request = target.authorization_request(&client, &target.endpoints().await?);
    let mut browser = target.browser();
    let mut seen = BTreeSet::new();
    for _ in 0..3 {
        let code = browser.sign_in(&request).await?.code()?;
        let room = room(code.expose());
        if room < 128 {
            let expected = [json!("room for at least 128 bits")];
            let actual = json!(format!("room for {room} bits"));
            return Err(Mismatch::new("code", expected, actual).into());
        }
        seen.insert(code.expose().to_owned());
    }
    expect::equal("different codes of three", &json!(3), &json!(seen.len()))?;
    Ok(())
}

/// Returns how many bits a text can hold at most, in the narrowest alphabet that it may come from.
fn room(text: &str) -> usize {
    let letters = text.bytes().filter(|byte| *byte != b'-').count();
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        // The logarithm of ten is a little more than 3.32.
        return text.len() * 332 / 100;
    }
    if text
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
    {
        return letters * 4;
    }
    text.len() * 6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_counted_in_the_narrowest_alphabet() {
        assert_eq!(room("0f5f5b1e-5a0c-4b0b-9a06-1c2d3e4f5a6b"), 128);
        assert_eq!(room("0f5f5b1e-5a0c-4b0b-9"), 68);
        assert_eq!(room("1234567890"), 33);
        assert_eq!(room("vjLkq0lDXnJ8a_Ixo0Q5Zg"), 132);
    }
}
