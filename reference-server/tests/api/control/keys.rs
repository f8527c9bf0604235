//! `POST /_control/customers/{customer}/keys/rotate`.

use serde_json::Value;

use super::Control;
use crate::caller::{Asks, CUSTOMER, NOBODY, Server};
use crate::relying_party::RelyingParty;

#[tokio::test]
async fn the_next_key_signs() {
    let server = Server::new();
    let control = Control::of(&server);
    let published = async || {
        let keys = server.anybody().get("login/jwk").await.success();
        let keys = keys["keys"].as_array().cloned().expect("a list");
        keys.iter()
            .map(|key| key["kid"].clone())
            .collect::<Vec<Value>>()
    };
    let before = published().await;
    let path = format!("/customers/{CUSTOMER}/keys/rotate");
    let rotated = control.send("POST", &path).await.success();
    let ids = ["previous", "current", "next"].map(|name| rotated[name].clone());
    assert_eq!(published().await, ids);
    assert_eq!(ids[..2], before[1..]);
    assert!(!before.contains(&ids[2]));
    let tokens = RelyingParty::confidential(&server).tokens(&[]).await.0;
    let id_token = tokens["id_token"].as_str().expect("a token");
    let header = jsonwebtoken::decode_header(id_token).expect("a JWT");
    assert_eq!(header.kid.as_deref(), ids[1].as_str());
}

#[tokio::test]
async fn a_customer_that_is_not_there_has_no_keys() {
    let control = Control::of(&Server::new());
    let path = format!("/customers/{NOBODY}/keys/rotate");
    control
        .send("POST", &path)
        .await
        .refused(404, "there is nothing here");
}
