//! Who may ask at all: the bearer token in front of every operation.

use serde_json::json;

use crate::{
    check::{Check, Effects, Run},
    expect,
    http::Request,
    target::{Target, owned::Collection},
    verdict::{During as _, Outcome},
};

pub(in crate::checks) const CHECKS: &[Check] = &[Check {
    id: "config.bearer.missing-is-told-so",
    title: "A request without a bearer token is refused with the documented text",
    cites: &["bearer-missing-body", "bearer-missing-status"],
    effects: Effects::Reads,
    needs: &[],
    run: Run::Function(|target| Box::pin(missing_is_told_so(target))),
}];

/// The text that every operation below `config` answers without a token (seed 000).
const WITHOUT_TOKEN: &str = "Unable to access TBA endpoints without token!";

async fn missing_is_told_so(target: &Target) -> Outcome {
    for collection in Collection::ALL {
        let path = format!("config/{}", collection.as_str());
        let list = target.anonymous().get(&path).await?;
        expect::errors(&list, &[401], WITHOUT_TOKEN).during(&format!("GET of {path}"))?;
        let creation = Request::post(&path).json(json!({}));
        let creation = target.anonymous().send(creation).await?;
        expect::errors(&creation, &[401], WITHOUT_TOKEN).during(&format!("POST of {path}"))?;
    }
    Ok(())
}
