//! The key set.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::{
    check::{Check, Effects, Run},
    expect,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "oidc.keys.form-of-the-set",
        title: "The key set is an object with an array of keys, each with its type and parameters",
        cites: &["oidc-keys-form"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(form_of_the_set(target))),
    },
    Check {
        id: "oidc.keys.nothing-private",
        title: "The key set holds no private and no symmetric key",
        cites: &["oidc-keys-public"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(nothing_private(target))),
    },
    Check {
        id: "oidc.keys.large-enough",
        title: "RSA keys have at least 2048 bits",
        cites: &["oidc-keys-large-enough"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(large_enough(target))),
    },
    Check {
        id: "oidc.keys.mixed-uses-are-told",
        title: "Where keys for signatures and encryption are mixed, every key says its use",
        cites: &["oidc-keys-use"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(mixed_uses_are_told(target))),
    },
    Check {
        id: "oidc.keys.distinct-ids",
        title: "Keys have ids, and no two of a kind the same",
        cites: &["oidc-keys-distinct-ids"],
        effects: Effects::Reads,
        needs: &[],
        run: Run::Function(|target| Box::pin(distinct_ids(target))),
    },
];

/// Members that only the owner of a key may know (RFC 7518, sections 6.2.2, 6.3.2 and 6.4.1).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

async fn keys(target: &Target) -> Result<Vec<Value>, NotPassed> {
    let set = target.jwks().await?;
    Ok(set.document["keys"].as_array().cloned().unwrap_or_default())
}

async fn form_of_the_set(target: &Target) -> Outcome {
    let keys = keys(target).await?;
    if keys.is_empty() {
        return Err(Mismatch::new("number of keys", [json!("at least 1")], json!(0)).into());
    }
    for (place, key) in keys.iter().enumerate() {
        let action = format!("key {place}");
        let kind = expect::text(key, "/kty").during(&action)?;
        let parameters: &[&str] = match kind {
            "RSA" => &["n", "e"],
            "EC" => &["crv", "x", "y"],
            "OKP" => &["crv", "x"],
            // A type that nobody here knows must be ignored (RFC 7517, section 5).
            _ => &[],
        };
        for parameter in parameters {
            expect::text(key, &format!("/{parameter}")).during(&action)?;
        }
    }
    Ok(())
}

async fn nothing_private(target: &Target) -> Outcome {
    for (place, key) in keys(target).await?.iter().enumerate() {
        let private: Vec<&str> = PRIVATE
            .into_iter()
            .filter(|member| key.get(member).is_some())
            .collect();
        expect::equal(
            &format!("private members of key {place}"),
            &json!([]),
            &json!(private),
        )?;
        if key["kty"] == "oct" {
            let expected = [json!("RSA"), json!("EC"), json!("OKP")];
            return Err(
                Mismatch::new(format!("kty of key {place}"), expected, json!("oct")).into(),
            );
        }
    }
    Ok(())
}

async fn large_enough(target: &Target) -> Outcome {
    for (place, key) in keys(target).await?.iter().enumerate() {
        if key["kty"] == "RSA" {
            let modulus = expect::text(key, "/n").during(&format!("key {place}"))?;
            let bits = bits(modulus);
            if bits < 2048 {
                let what = format!("bits of key {place}");
                return Err(Mismatch::new(what, [json!("at least 2048")], json!(bits)).into());
            }
        }
    }
    Ok(())
}

async fn mixed_uses_are_told(target: &Target) -> Outcome {
    let keys = keys(target).await?;
    let uses: BTreeSet<&str> = keys.iter().filter_map(|key| key["use"].as_str()).collect();
    let silent = keys.iter().filter(|key| key.get("use").is_none()).count();
    if uses.contains("enc") {
        expect::equal("keys without a use", &json!(0), &json!(silent))?;
    }
    Ok(())
}

async fn distinct_ids(target: &Target) -> Outcome {
    let mut seen = BTreeSet::new();
    for (place, key) in keys(target).await?.iter().enumerate() {
        let id = expect::text(key, "/kid").during(&format!("key {place}"))?;
        if !seen.insert((key["kty"].to_string(), id.to_owned())) {
            let what = format!("kid of key {place}");
            return Err(Mismatch::new(what, [json!("an id of its own")], json!(id)).into());
        }
    }
    Ok(())
}

/// Returns how many bits a number in base64url has; 0 for what is none.
fn bits(number: &str) -> usize {
    let bytes = URL_SAFE_NO_PAD.decode(number).unwrap_or_default();
    let significant: &[u8] = match bytes.iter().position(|byte| *byte != 0) {
        Some(first) => &bytes[first..],
        None => return 0,
    };
    significant.len() * 8 - significant[0].leading_zeros() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_zeros_are_no_bits() {
        assert_eq!(bits("AQAB"), 17);
        assert_eq!(bits("AAEAAQ"), 17);
        assert_eq!(bits("gA"), 8);
        assert_eq!(bits(""), 0);
        assert_eq!(bits("not base64!"), 0);
    }
}
