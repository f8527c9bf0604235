//! ID tokens of the demo tenant, changed and signed again: its keys are public.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rustls_pki_types::{PrivatePkcs8KeyDer, pem::PemObject as _};
use serde_json::Value;

/// Changes header and claims of a token, and signs it with the key that signed it before.
pub(crate) fn forged(token: &str, change: impl FnOnce(&mut Value, &mut Value)) -> Option<String> {
    let (message, signature) = token.rsplit_once('.')?;
    let signatures = |message: &str| {
        let keys = fixtures::keys::DEMO.iter();
        keys.filter_map(|pem| signed(pem, message))
            .collect::<Vec<_>>()
    };
    // Such a signature is the same every time, which tells the key.
    let key = signatures(message)
        .iter()
        .position(|known| known == signature)?;
    let (header, claims) = message.split_once('.')?;
    let (mut header, mut claims) = (decoded(header)?, decoded(claims)?);
    change(&mut header, &mut claims);
    let encoded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", encoded(&header), encoded(&claims));
    let signature = signatures(&message).swap_remove(key);
    Some(format!("{message}.{signature}"))
}

fn decoded(part: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

fn signed(pem: &str, message: &str) -> Option<String> {
    let der = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes()).ok()?;
    let pair = RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).ok()?;
    let mut signature = vec![0; pair.public_modulus_len()];
    let message = message.as_bytes();
    pair.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        message,
        &mut signature,
    )
    .ok()?;
    Some(URL_SAFE_NO_PAD.encode(signature))
}
