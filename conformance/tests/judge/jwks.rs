//! What is wrong with a token is found: an unknown key, a foreign one, no signature, a claim that is not the client's.

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_SHA256},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use conformance::{
    relying_party::{
        Jwks, Verified, half_hash,
        id_token::{Awaited, hash_of},
    },
    secret::Secret,
};
use jiff::Timestamp;
use serde_json::{Value, json};

/// A key of somebody.
struct Signer {
    key: KeyPair,
    kid: &'static str,
}

impl Signer {
    fn new(kid: &'static str) -> Self {
        let key = KeyPair::generate(KeySize::Rsa2048).expect("a key");
        Self { key, kid }
    }

    fn jwk(&self) -> Value {
        let public = self.key.public_key();
        let modulus = public.modulus().big_endian_without_leading_zero();
        let exponent = public.exponent().big_endian_without_leading_zero();
        json!({
            "use": "sig", "kty": "RSA", "kid": self.kid, "alg": "RS256",
            "n": URL_SAFE_NO_PAD.encode(modulus), "e": URL_SAFE_NO_PAD.encode(exponent),
        })
    }

    fn sign(&self, header: &Value, claims: &Value) -> Secret {
        let message = format!("{}.{}", encoded(header), encoded(claims));
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                message.as_bytes(),
                &mut signature,
            )
            .expect("a signature");
        Secret::new(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    fn header(&self) -> Value {
        json!({"alg": "RS256", "kid": self.kid, "typ": "JWT"})
    }
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn claims() -> Value {
    let now = Timestamp::now().as_second();
    json!({
        "iss": "https://id.example.test", "sub": "u1", "aud": ["c1"], "azp": "c1",
        "iat": now, "exp": now + 3600, "nonce": "n1",
    })
}

fn set(signers: &[&Signer]) -> Jwks {
    let keys: Vec<Value> = signers.iter().map(|signer| signer.jwk()).collect();
    Jwks::new(json!({ "keys": keys })).expect("a set")
}

/// Says what was looked at when a token was refused.
fn what(keys: &Jwks, token: &Secret) -> String {
    keys.verify(token)
        .map_or_else(|mismatch| mismatch.what, |_| "nothing".to_owned())
}

#[test]
fn only_the_key_that_the_header_names_verifies() {
    let (one, two) = (Signer::new("one"), Signer::new("two"));
    let keys = set(&[&one, &two]);
    let good = two.sign(&two.header(), &claims());
    assert_eq!(what(&keys, &good), "nothing");
    // Signed by one, and named as the other's.
    assert_eq!(
        what(&keys, &one.sign(&two.header(), &claims())),
        "signature"
    );
    // An unknown kid, although the key is one of the set.
    let unknown = two.sign(&json!({"alg": "RS256", "kid": "three"}), &claims());
    assert_eq!(what(&keys, &unknown), "kid of the header");
    // A foreign key that calls itself like one of the set.
    let foreign = Signer::new("two");
    assert_eq!(
        what(&keys, &foreign.sign(&two.header(), &claims())),
        "signature"
    );
    // Without a kid the key must be the only one.
    let nameless = two.sign(&json!({"alg": "RS256"}), &claims());
    assert_eq!(what(&keys, &nameless), "kid of the header");
    assert_eq!(what(&set(&[&two]), &nameless), "nothing");
}

#[test]
fn nobody_can_sign_with_what_is_public() {
    let signer = Signer::new("one");
    let keys = set(&[&signer]);
    let message = |alg: &str| {
        let header = json!({"alg": alg, "kid": "one"});
        format!("{}.{}", encoded(&header), encoded(&claims()))
    };
    for alg in ["none", "None", "NONE", "HS256", "hs256", "", "RS1"] {
        for signature in ["", "AAAA"] {
            let token = Secret::new(format!("{}.{signature}", message(alg)));
            assert_eq!(what(&keys, &token), "alg of the header", "{alg}");
        }
    }
    // A good algorithm that is not the key's own.
    let other = Secret::new(format!("{}.AAAA", message("PS256")));
    assert_eq!(what(&keys, &other), "key of the header's kid");
    let other = Secret::new(format!("{}.AAAA", message("ES256")));
    assert_eq!(what(&keys, &other), "key of the header's kid");
}

#[test]
fn what_is_no_token_is_told() {
    let signer = Signer::new("one");
    let keys = set(&[&signer]);
    let good = signer.sign(&signer.header(), &claims());
    let changed = good.expose().replacen("eyJ", "eyK", 1);
    for text in [
        "",
        "a",
        "a.b",
        "..",
        "a.b.c.d",
        &changed,
        &"x.".repeat(10_000),
    ] {
        assert_eq!(what(&keys, &Secret::new(text)), "token", "{text:.20}");
    }
    let cut = &good.expose()[..good.expose().len() - 8];
    assert_eq!(what(&keys, &Secret::new(cut)), "signature");
    let other = encoded(&json!({"sub": "somebody else"}));
    let parts: Vec<&str> = good.expose().split('.').collect();
    let swapped = format!("{}.{other}.{}", parts[0], parts[2]);
    assert_eq!(what(&keys, &Secret::new(swapped)), "signature");
}

#[test]
fn a_set_of_nonsense_verifies_nothing() {
    let signer = Signer::new("one");
    let token = signer.sign(&signer.header(), &claims());
    assert!(Jwks::new(json!({})).is_err());
    assert!(Jwks::new(json!({"keys": {}})).is_err());
    for (key, told) in [
        (json!("text"), "kid of the header"),
        (json!({"kid": "one"}), "key of the header's kid"),
        (
            json!({"kid": "one", "kty": "RSA", "n": "!", "e": "?"}),
            "key of the header's kid",
        ),
        (
            json!({"kid": "one", "kty": "oct", "k": "AAAA"}),
            "key of the header's kid",
        ),
        (
            json!({"kid": "one", "kty": "RSA", "n": "", "e": ""}),
            "signature",
        ),
    ] {
        let keys = Jwks::new(json!({ "keys": [key] })).expect("a set");
        assert_eq!(what(&keys, &token), told, "{key}");
    }
    let mut twice = signer.jwk();
    twice["use"] = json!("enc");
    let keys = Jwks::new(json!({ "keys": [twice] })).expect("a set");
    assert_eq!(what(&keys, &token), "key of the header's kid");
}

#[test]
fn every_claim_is_held_against_what_the_client_knows() {
    let awaited = Awaited {
        issuer: "https://id.example.test",
        client: "c1",
        nonce: Some("n1"),
        now: Timestamp::now(),
    };
    assert_eq!(awaited.check(&claims()), Ok(()));
    let mut single = claims();
    single["aud"] = json!("c1");
    assert_eq!(awaited.check(&single), Ok(()));
    let now = awaited.now.as_second();
    for (member, wrong) in [
        ("iss", json!("https://id.example.test/")),
        ("iss", Value::Null),
        ("sub", json!(1)),
        ("aud", json!(["c2"])),
        ("aud", json!([])),
        ("aud", json!({"c1": 1})),
        ("azp", json!("c2")),
        ("exp", json!(now - 61)),
        ("exp", json!("soon")),
        ("exp", json!(0.5)),
        ("iat", json!(now + 3600)),
        ("iat", Value::Null),
        ("nonce", json!("n2")),
        ("nonce", Value::Null),
    ] {
        let mut changed = claims();
        changed[member] = wrong.clone();
        let mismatch = awaited.check(&changed).expect_err(member);
        assert_eq!(
            mismatch.what,
            format!("ID token: member /{member}"),
            "{wrong}"
        );
    }
}

#[test]
fn a_hash_of_another_token_is_caught() {
    let token = |claims: Value| Verified {
        header: json!({"alg": "RS256"}),
        claims,
    };
    let good = token(json!({"at_hash": half_hash("RS256", "access").expect("known")}));
    assert_eq!(hash_of(&good, "at_hash", "access", false), Ok(()));
    assert!(hash_of(&good, "at_hash", "another", false).is_err());
    assert!(hash_of(&good, "at_hash", "another", true).is_err());
    assert!(hash_of(&good, "c_hash", "code", false).is_err());
    assert_eq!(hash_of(&good, "c_hash", "code", true), Ok(()));
    let whole = token(json!({"at_hash": "77QmUPtjPfzWtF2AnpK9RQAA"}));
    let access = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
    assert!(hash_of(&whole, "at_hash", access, false).is_err());
    assert_eq!(half_hash("RS384", "x").map(|hash| hash.len()), Some(32));
    assert_eq!(half_hash("EdDSA", "x").map(|hash| hash.len()), Some(43));
    assert_eq!(half_hash("none", "x"), None);
}
