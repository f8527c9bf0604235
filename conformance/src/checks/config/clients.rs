//! Clients: what the server assigns, and links in particular.

use serde_json::{Value, json};

use crate::{
    check::{Check, Effects, Need, Run},
    expect,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome, Skip},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "config.clients.links-cannot-be-set",
        title: "Links sent with a new or modified client are not taken over",
        cites: &["client-links-assigned"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(links_cannot_be_set(target))),
    },
    Check {
        id: "config.clients.link-to-the-application",
        title: "A login client's link to its application client has the documented form",
        cites: &["client-application-link-form"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(link_to_the_application(target))),
    },
];

async fn login_client(target: &Target) -> Result<Value, NotPassed> {
    Ok(json!({
        "name": target.name("login-client"),
        "type": "public",
        "redirectURIs": ["https://client.example.test/callback"],
        "loginPolicy": target.make_login_policy(json!({})).await?,
        "tokenPolicy": target.make_token_policy(json!({})).await?,
    }))
}

async fn links_cannot_be_set(target: &Target) -> Outcome {
    let administrator = target.administrator();
    let mut sent = login_client(target).await?;
    let links = json!({
        "self": { "href": "/elsewhere" },
        "application_client": { "href": "/config/elsewhere/clients/elsewhere" },
    });
    let plain = target.make_client(sent.clone()).await?;
    sent["name"] = json!(target.name("linked-client"));
    sent["_links"] = links.clone();
    let linked = administrator.post("config/clients", sent.clone()).await?;
    if matches!(linked.status(), 200 | 201) {
        let linked = linked.json()?;
        own_links(&linked).during("a new client")?;
    }
    let path = format!("config/clients/{}", expect::text(&plain, "/id")?);
    let before = administrator.get(&path).await?.json()?;
    sent["name"] = before["name"].clone();
    administrator.put(&path, sent).await?;
    let after = administrator.get(&path).await?.json()?;
    Ok(expect::equal(
        "the client after a modification with other links",
        &before,
        &after,
    )?)
}

fn own_links(client: &Value) -> Result<(), Mismatch> {
    let links = expect::present(client, "/_links")?;
    if links.to_string().contains("elsewhere") {
        return Err(Mismatch::new(
            "member /_links",
            [json!("links that the server assigned")],
            links.clone(),
        ));
    }
    Ok(())
}

async fn link_to_the_application(target: &Target) -> Outcome {
    let client = target.make_client(login_client(target).await?).await?;
    if client.pointer("/_links/application_client").is_none() {
        return Err(Skip::because("the target links no application client").into());
    }
    let href = expect::text(&client, "/_links/application_client/href")?;
    Ok(of_an_application(href)?)
}

/// `/config/{applicationId}/clients/{apiClientId}`
fn of_an_application(href: &str) -> Result<(), Mismatch> {
    let segments: Vec<&str> = href.split('/').collect();
    match segments[..] {
        ["", "config", application, "clients", client]
            if !application.is_empty() && !client.is_empty() =>
        {
            Ok(())
        }
        _ => Err(Mismatch::new(
            "member /_links/application_client/href",
            [json!("/config/{applicationId}/clients/{apiClientId}")],
            json!(href),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_form_links_an_application() {
        assert!(of_an_application("/config/p7q2/clients/k3v9").is_ok());
        for wrong in [
            "/config//clients/k3v9",
            "/p7q2/config/clients/k3v9",
            "https://x/config/a/clients/b",
            "",
        ] {
            assert!(of_an_application(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_link_taken_over_is_a_mismatch() {
        assert!(own_links(&json!({"_links": {"self": {"href": "/c/config/clients/i"}}})).is_ok());
        assert!(own_links(&json!({"_links": {"self": {"href": "/elsewhere"}}})).is_err());
        assert!(own_links(&json!({})).is_err());
    }
}
