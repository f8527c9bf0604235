//! Files of events that were given up.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};

use crate::{
    chance,
    check::{Check, Effects, Need, Run},
    checks::webhooks::{ground::administrator, told::Told},
    expect,
    http::{Answer, Request},
    listener::Reply,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "webhooks.exports.start",
        title: "An export is started, shown and listed",
        cites: &[
            "hooks-export-start",
            "hooks-export-check",
            "hooks-export-list",
        ],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(start(target))),
    },
    Check {
        id: "webhooks.exports.start-status",
        title: "The start of an export is answered with one of the listed statuses",
        cites: &["hooks-export-start-status"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(start_status(target))),
    },
    Check {
        id: "webhooks.exports.one-at-a-time",
        title: "While an export is running no other can be started",
        cites: &["hooks-export-one-at-a-time"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(one_at_a_time(target))),
    },
    Check {
        id: "webhooks.exports.unknown",
        title: "An export that does not exist is answered 404",
        cites: &["hooks-export-check"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(unknown(target))),
    },
    Check {
        id: "webhooks.exports.cancel",
        title: "A canceled export writes nothing, and its events can be exported later",
        cites: &["hooks-export-cancel"],
        effects: Effects::Creates,
        needs: &[
            Need::ConfigurationClient,
            Need::Listener,
            Need::Time { seconds: 30 },
        ],
        run: Run::Function(|target| Box::pin(cancel(target))),
    },
    Check {
        id: "webhooks.exports.download",
        title: "A completed export links to a file with one failed event a line, as often as wanted",
        cites: &[
            "hooks-export-download",
            "hooks-export-link",
            "hooks-export-failed-only",
        ],
        effects: Effects::Creates,
        needs: &[
            Need::ConfigurationClient,
            Need::Listener,
            Need::Time { seconds: 30 },
        ],
        run: Run::Function(|target| Box::pin(download(target))),
    },
    Check {
        id: "webhooks.exports.media-type",
        title: "The file is newline-delimited JSON by its media type",
        cites: &["hooks-export-media-type"],
        effects: Effects::Creates,
        needs: &[
            Need::ConfigurationClient,
            Need::Listener,
            Need::Time { seconds: 30 },
        ],
        run: Run::Function(|target| Box::pin(media_type(target))),
    },
    Check {
        id: "webhooks.exports.once",
        title: "An event is exported once, and the summary says so",
        cites: &["hooks-export-once"],
        effects: Effects::Creates,
        needs: &[
            Need::ConfigurationClient,
            Need::Listener,
            Need::Time { seconds: 90000 },
        ],
        run: Run::Function(|target| Box::pin(once(target))),
    },
    Check {
        id: "webhooks.exports.retention",
        title: "Exports are kept for seven days",
        cites: &["hooks-export-retention"],
        effects: Effects::Creates,
        needs: &[
            Need::ConfigurationClient,
            Need::Listener,
            Need::Time { seconds: 605000 },
        ],
        run: Run::Function(|target| Box::pin(retention(target))),
    },
    Check {
        id: "webhooks.exports.alias",
        title: "The earlier path leads to the same exports",
        cites: &["hooks-export-alias"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient, Need::Listener],
        run: Run::Function(|target| Box::pin(alias(target))),
    },
];

/// How often a job is looked at before it is late, and how long it may take by the clock of the target.
const LOOKS: u32 = 10;
const STEP: f64 = 2.0;

async fn send(
    told: &Told<'_>,
    target: &Target,
    method: Method,
    rest: &str,
) -> Result<Answer, NotPassed> {
    let request = Request::new(method, told.below(rest));
    administrator(target).await?.send(request).await
}

/// Starts an export, and returns it.
async fn begin(told: &Told<'_>) -> Result<Value, NotPassed> {
    let answer = told.post("exports").await?;
    expect::status(&answer, &[202, 201, 200]).during("starting an export")?;
    let job = answer.json().during("starting an export")?;
    expect::text(&job, "/id").during("starting an export")?;
    Ok(job)
}

fn id(job: &Value) -> &str {
    job["id"].as_str().unwrap_or_default()
}

/// Returns an export as it is shown.
async fn look(told: &Told<'_>, job: &Value) -> Result<Value, NotPassed> {
    let answer = told.get(&format!("exports/{}", id(job))).await?;
    expect::status(&answer, &[200]).during("GET of the export")?;
    Ok(answer.json()?)
}

/// Waits until an export is no longer running, and returns it.
async fn done(told: &Told<'_>, target: &Target, job: &Value) -> Result<Value, NotPassed> {
    for _ in 0..LOOKS {
        let job = look(told, job).await?;
        if job["state"] != "processing" {
            return Ok(job);
        }
        target.pass(STEP).await?;
        if target.session().tape.player().is_none() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    let expected = json!("an end within 20 s");
    Err(Mismatch::new("export", [expected], json!("processing")).into())
}

/// Follows the link of a completed export, and returns the ids of the events in its file.
async fn file(
    told: &Told<'_>,
    target: &Target,
    job: &Value,
) -> Result<(Vec<Value>, Answer), NotPassed> {
    let job = done(told, target, job).await?;
    let link = expect::text(&job, "/_links/download/href").during("a completed export")?;
    let answer = administrator(target).await?.get(link).await?;
    expect::status(&answer, &[200]).during("the file")?;
    let text = answer.text();
    let mut ids = Vec::new();
    for line in text.lines() {
        let event: Value = serde_json::from_str(line).unwrap_or_default();
        expect::present(&event, "/id").during("a line of the file")?;
        ids.push(event["id"].clone());
    }
    ids.sort_by_key(Value::to_string);
    Ok((ids, answer))
}

fn sorted(events: &[&Value]) -> Value {
    let mut ids: Vec<Value> = events.iter().map(|event| event["id"].clone()).collect();
    ids.sort_by_key(Value::to_string);
    json!(ids)
}

async fn start(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    told.failure().await?;
    let list = told.get("exports").await?.json()?;
    expect::member(&list, "/total", &json!(0)).during("before")?;
    let job = begin(&told).await?;
    for member in ["/createdAt", "/updatedAt", "/state"] {
        expect::text(&job, member)?;
    }
    let own = format!("/{}/{}", target.customer(), told.below("exports"));
    expect::member(
        &job,
        "/_links/self/href",
        &json!(format!("{own}/{}", id(&job))),
    )?;
    expect::member(&look(&told, &job).await?, "/id", &job["id"])?;
    let list = told.get("exports").await?.json()?;
    expect::member(&list, "/total", &json!(1))?;
    expect::member(&list, "/_links/self/href", &json!(own))?;
    Ok(expect::member(
        &list,
        "/_embedded/exports/0/id",
        &job["id"],
    )?)
}

async fn start_status(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    told.failure().await?;
    let answer = told.post("exports").await?;
    expect::status(&answer, &[202, 201])?;
    Ok(())
}

async fn one_at_a_time(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    told.failure().await?;
    let job = begin(&told).await?;
    let second = told.post("exports").await?;
    // The first one may be through already.
    if second.status() != 409 && look(&told, &job).await?["state"] == "processing" {
        expect::status(&second, &[409])?;
    }
    if second.status() == 409 {
        expect::text(&second.json()?, "/errors")?;
    }
    Ok(())
}

async fn unknown(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    let other = Told::of(
        target,
        json!({ "title": target.name("other"), "events": [] }),
    )
    .await?;
    told.failure().await?;
    let job = begin(&told).await?;
    for (told, id) in [
        (&told, chance::id().to_string()),
        (&other, id(&job).to_owned()),
    ] {
        for (method, rest) in [
            (Method::GET, ""),
            (Method::DELETE, ""),
            (Method::GET, "/download"),
        ] {
            let answer = send(told, target, method.clone(), &format!("exports/{id}{rest}")).await?;
            expect::status(&answer, &[404]).during(&format!("{method} of {rest}"))?;
        }
    }
    Ok(())
}

async fn cancel(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    let failed = told.failure().await?;
    let job = begin(&told).await?;
    let answer = send(
        &told,
        target,
        Method::DELETE,
        &format!("exports/{}", id(&job)),
    )
    .await?;
    expect::status(&answer, &[200]).during("DELETE of the export")?;
    expect::member(&answer.json()?, "/state", &json!("canceled"))?;
    target.pass(10.0 * STEP).await?;
    expect::member(&look(&told, &job).await?, "/state", &json!("canceled")).during("later")?;
    let none = told.get(&format!("exports/{}/download", id(&job))).await?;
    expect::status(&none, &[404, 409]).during("the file of a canceled export")?;
    let next = begin(&told).await?;
    let (ids, _) = file(&told, target, &next).await?;
    Ok(expect::equal(
        "events of the next export",
        &sorted(&[&failed]),
        &json!(ids),
    )?)
}

async fn download(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    told.notification().await?;
    let failed = [told.failure().await?, told.failure().await?];
    told.hook.answer(&[Reply::Status(500)]);
    told.notification().await?;
    let job = begin(&told).await?;
    let (ids, first) = file(&told, target, &job).await?;
    expect::equal(
        "events of the file",
        &sorted(&[&failed[0], &failed[1]]),
        &json!(ids),
    )?;
    let (_, second) = file(&told, target, &job).await?;
    Ok(expect::equal(
        "the file once more",
        &json!(first.text()),
        &json!(second.text()),
    )?)
}

async fn media_type(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    told.failure().await?;
    let job = begin(&told).await?;
    let (_, answer) = file(&told, target, &job).await?;
    Ok(expect::media_type(&answer, "application/x-ndjson")?)
}

async fn once(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    let first = told.failure().await?;
    let job = begin(&told).await?;
    let (ids, _) = file(&told, target, &job).await?;
    expect::equal(
        "events of the first export",
        &sorted(&[&first]),
        &json!(ids),
    )?;
    // One page wants a day between two exports.
    target.pass(86_400.0 + 600.0).await?;
    let second = told.failure().await?;
    let summary = told.get("summary").await?.json()?;
    expect::member(&summary, "/failed", &json!(2)).during("summary")?;
    expect::member(&summary, "/exportable", &json!(1)).during("summary")?;
    let job = begin(&told).await?;
    let (ids, _) = file(&told, target, &job).await?;
    Ok(expect::equal(
        "events of the second export",
        &sorted(&[&second]),
        &json!(ids),
    )?)
}

async fn retention(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    told.failure().await?;
    let job = begin(&told).await?;
    done(&told, target, &job).await?;
    target.pass(7.0 * 86_400.0 - 600.0).await?;
    look(&told, &job)
        .await
        .during("before seven days are over")?;
    target.pass(1_200.0).await?;
    let list = told.get("exports").await?.json()?;
    expect::member(&list, "/_embedded/exports", &json!([])).during("after seven days")?;
    let answer = told.get(&format!("exports/{}", id(&job))).await?;
    expect::status(&answer, &[404]).during("after seven days")?;
    Ok(())
}

async fn alias(target: &Target) -> Outcome {
    let told = Told::of_tests(target).await?;
    told.failure().await?;
    let answer = told.post("events/exports").await?;
    expect::status(&answer, &[202, 201, 200]).during("starting an export")?;
    let job = answer.json()?;
    expect::member(&look(&told, &job).await?, "/id", &job["id"])?;
    let list = told.get("events/exports").await?.json()?;
    expect::member(&list, "/_embedded/exports/0/id", &job["id"])?;
    let shown = told.get(&format!("events/exports/{}", id(&job))).await?;
    expect::status(&shown, &[200])?;
    Ok(expect::member(&shown.json()?, "/id", &job["id"])?)
}
