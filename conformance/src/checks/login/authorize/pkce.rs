//! Challenges: which are taken, and that none is taken for something else.

use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::{
    check::{Check, Effects, Need, Run},
    checks::device::Device,
    expect,
    relying_party::{AuthorizationRequest, Kind, Pkce},
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "login.authorize.challenge-as-in-the-sample",
        title: "The sample's `SHA256` over hexadecimal text is accepted and then holds, or is refused",
        cites: &["authorize-pkce-documented-method"],
        effects: Effects::Reads,
        needs: &[Need::PublicLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(as_in_the_sample(target))),
    },
    Check {
        id: "login.authorize.no-code-without-a-challenge",
        title: "A public client without a challenge gets no code, also for somebody who is signed in",
        cites: &["authorize-pkce-needed"],
        effects: Effects::Reads,
        needs: &[Need::PublicLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(no_code_without(target))),
    },
    Check {
        id: "login.authorize.challenge-is-never-plain",
        title: "A challenge is never compared as it stands: not as `plain`, and not without a method",
        cites: &["authorize-pkce-plain-refused"],
        effects: Effects::Reads,
        needs: &[Need::PublicLoginClient, Need::User],
        run: Run::Function(|target| Box::pin(never_plain(target))),
    },
    Check {
        id: "login.authorize.challenge-of-another-hash",
        title: "Methods that nobody knows are refused with `invalid_request`, near misses of `S256` included",
        cites: &["authorize-pkce-method-unknown"],
        effects: Effects::Reads,
        needs: &[Need::PublicLoginClient],
        run: Run::Function(|target| Box::pin(another_hash(target))),
    },
];

async fn as_in_the_sample(target: &Target) -> Outcome {
    let mut device = Device::signed_in_as(target, Kind::Public).await?;
    let request = device.request().with_pkce(Pkce::documented_sha256());
    let redirect = device.browser.authorize(&request).await?;
    if redirect.error().is_some() {
        return Ok(target.reading("pkce-documented-sha256", "refused")?);
    }
    let code = redirect.redirect()?.code()?;
    target
        .exchange(&device.client, &request, &code)
        .await
        .during("verifier of the sample's challenge")?;
    target.reading("pkce-documented-sha256", "accepted")?;
    // Taken, it has to hold: neither another verifier nor the hexadecimal text itself opens it.
    let pkce = Pkce::documented_sha256();
    let digest = Sha256::digest(pkce.verifier.expose());
    let hex: String = digest.iter().map(|byte| format!("{byte:02X}")).collect();
    for wrong in [Pkce::s256().verifier.expose(), &hex, &pkce.challenge] {
        let request = device.request().with_pkce(pkce.clone());
        let code = device.passed(&request).await?.code()?;
        must_not_open(&device, &request, code.expose(), wrong).await?;
    }
    Ok(())
}

async fn no_code_without(target: &Target) -> Outcome {
    let mut device = Device::signed_in_as(target, Kind::Public).await?;
    let request = device.request();
    for (what, request) in [
        (
            "neither challenge nor method",
            request.clone().without_pkce(),
        ),
        ("a method alone", request.clone().without("code_challenge")),
        ("an empty challenge", request.with("code_challenge", "")),
    ] {
        device.refused(&request).await.during(what)?;
    }
    Ok(())
}

async fn never_plain(target: &Target) -> Outcome {
    let mut device = Device::signed_in_as(target, Kind::Public).await?;
    let plain = device.request().with_pkce(Pkce::plain());
    device.refused(&plain).await.during("plain")?;
    // Without a method RFC 7636 means `plain` (section 4.3); a target may refuse, or take it for a digest.
    let request = plain.without("code_challenge_method");
    let landed = device.browser.authorize(&request).await?;
    if landed.error().is_some() {
        return Ok(());
    }
    let code = landed.redirect()?.code()?;
    let verifier = request.verifier().map_or("", |verifier| verifier.expose());
    must_not_open(&device, &request, code.expose(), verifier).await
}

async fn another_hash(target: &Target) -> Outcome {
    let mut device = Device::new(target, target.login_client(Kind::Public)?).await?;
    for method in [
        "S512",
        "s256",
        "S256 ",
        "SHA-256",
        "none",
        "PLAIN",
        "S256,plain",
    ] {
        let request = device.request().with("code_challenge_method", method);
        device
            .refused_with(&request, &["invalid_request"])
            .await
            .during(&format!("method `{method}`"))?;
    }
    Ok(())
}

/// Requires that a code is not exchanged for a verifier.
async fn must_not_open(
    device: &Device<'_>,
    request: &AuthorizationRequest,
    code: &str,
    verifier: &str,
) -> Result<(), NotPassed> {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", request.redirect_uri()),
        ("code_verifier", verifier),
    ];
    let answer = device.target.request_tokens(&device.client, &form).await?;
    if answer.status() == 200 {
        let expected = json!("no tokens for a verifier that is not the challenge's");
        return Err(Mismatch::new("exchange", [expected], json!("tokens")).into());
    }
    expect::oauth_error(&answer, &[400], &["invalid_grant", "invalid_request"])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::*;

    #[test]
    fn the_challenge_of_the_sample_is_one_of_ours() {
        // The documented sample decodes to a digest in upper-case hexadecimal digits.
        let sample = "RTg4QjMyRUJCNzdBRTQ1MkM2NTAzRTVDOEQ5OTg3QjIwMjVBNTcxQTU5RTJFNDYwMzJBQjYxRkM4NjQ0QzdBNw";
        let hex = URL_SAFE_NO_PAD.decode(sample).expect("base64url");
        let ours = URL_SAFE_NO_PAD
            .decode(Pkce::documented_sha256().challenge)
            .expect("base64url");
        let is_digest = |text: &[u8]| {
            text.len() == 64
                && text
                    .iter()
                    .all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'))
        };
        assert!(is_digest(&hex) && is_digest(&ours));
    }
}
