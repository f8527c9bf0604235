//! A workflow against a target. The engine says what to send and judges what came; the wire is ours.

use std::time::Duration;

use http::Method;
use roas_arazzo::v1_1::criterion::Criterion;
use roas_arazzo_executor::{
    ExecutionError, ExecutionReport, HttpRequest, HttpResponse, Options, Performed, Progress, Run,
};
use serde::de::IgnoredAny;
use serde_json::{Map, Value, json};

use super::{Scenario, inputs};
use crate::{
    contract,
    http::{Answer, Body, Request},
    mask,
    target::{Target, reset},
    verdict::{Broken, Mismatch, NotPassed, Outcome},
};

/// The longest pause that a scenario may ask for between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

impl Scenario {
    /// Plays the workflow against a target.
    ///
    /// # Errors
    ///
    /// A mismatch when a step's criteria do not hold; broken when nothing came back or the workflow cannot be played.
    pub(crate) async fn play(&self, target: &Target) -> Outcome {
        let options = self.options(target).await?;
        let mut run = Run::start(self.description, &options).map_err(|error| unplayable(&error))?;
        let mut answers = Vec::new();
        loop {
            match run.advance().map_err(|error| unplayable(&error))? {
                Progress::Send(request) => {
                    let asked = format!("{} {}", request.method, request.url);
                    let answer = send(target, convert(target, &request)?).await?;
                    let supplied = run.supply(respond(&answer));
                    supplied.map_err(|error| undecided(&asked, &answer, error))?;
                    answers.push(answer);
                }
                Progress::Wait(pause) => tokio::time::sleep(pause.min(LONGEST_PAUSE)).await,
                Progress::Done(report) => return self.judge(&report, &answers),
            }
        }
    }

    async fn options(&self, target: &Target) -> Result<Options, NotPassed> {
        let source = self
            .description
            .source_descriptions
            .first()
            .ok_or_else(|| Broken::Scenario("it names no source description".to_owned()))?;
        Ok(Options::new()
            .workflow(self.workflow.as_str())
            .inputs(inputs::of(target).await?)
            .source(&source.name, &source.url, contract::outline().clone())
            .base_url(&source.name, target.session().client.base()))
    }
}

/// Sends what a step asks for. The contract knows one method to reset a secret; a target may take the other one.
async fn send(target: &Target, request: Request) -> Result<Answer, NotPassed> {
    let nobody = target.anonymous();
    if reset::is_reset(&request) {
        let (_, answer) = target.send_reset(&nobody, request).await?;
        return Ok(answer);
    }
    nobody.send(request).await
}

/// Turns what the engine wants sent into a request of ours: same path, same headers, and the body in its media type.
fn convert(target: &Target, request: &HttpRequest) -> Result<Request, Broken> {
    let unsendable = |reason: &str| Broken::Unsendable {
        request: format!("`{} {}`", request.method, request.url),
        reason: reason.to_owned(),
    };
    let method = Method::from_bytes(request.method.as_bytes())
        .map_err(|_| unsendable("the method is not one"))?;
    let path = request
        .url
        .strip_prefix(target.session().client.base())
        .ok_or_else(|| unsendable("it leads away from the target"))?;
    let mut converted = Request::new(method, path);
    for (name, value) in &request.headers {
        if !name.eq_ignore_ascii_case("content-type") {
            converted = converted.header(name, value);
        }
    }
    if let Some(bytes) = &request.body {
        let content_type = request.header("content-type").unwrap_or_default();
        converted.body = encode(content_type, bytes);
    }
    Ok(converted)
}

/// Returns the body in its media type: the engine hands over every object as JSON.
fn encode(content_type: &str, bytes: &[u8]) -> Body {
    let raw = || Body::Raw {
        content_type: content_type.to_owned(),
        bytes: bytes.to_vec().into(),
    };
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else {
        return raw();
    };
    match (content_type, value) {
        ("application/x-www-form-urlencoded", Value::Object(fields)) => Body::Form(pairs(fields)),
        ("multipart/form-data", Value::Object(fields)) => Body::Multipart(pairs(fields)),
        ("application/json", value) => Body::Json(value),
        _ => raw(),
    }
}

/// Returns the fields of a form; an array is a field that repeats.
fn pairs(fields: Map<String, Value>) -> Vec<(String, String)> {
    let text = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    let mut pairs = Vec::new();
    for (name, value) in fields {
        match value {
            Value::Array(items) => {
                pairs.extend(items.into_iter().map(|item| (name.clone(), text(item))));
            }
            single => pairs.push((name, text(single))),
        }
    }
    pairs
}

/// Hands an answer to the engine. It reads JSON alone, so a page becomes the text that other engines take it for.
fn respond(answer: &Answer) -> HttpResponse {
    let mut response = HttpResponse::default();
    response.status = answer.status();
    let body = answer.bytes();
    let is_json = serde_json::from_slice::<IgnoredAny>(body).is_ok();
    response.body = if is_json || body.is_empty() {
        body.to_vec()
    } else {
        json!(answer.text()).to_string().into_bytes()
    };
    response.headers = answer
        .headers
        .iter()
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.to_string(), value)
        })
        .collect();
    response
}

impl Scenario {
    /// Turns the end of a run into an outcome: the first step that did not hold, with the criteria, the clauses that they
    /// violate, and what was seen.
    fn judge(&self, report: &ExecutionReport, answers: &[Answer]) -> Outcome {
        if report.is_success() {
            return Ok(());
        }
        let mut answers = answers.iter();
        for record in &report.steps {
            let answer = match record.performed {
                Performed::Request { .. } => answers.next(),
                _ => None,
            };
            let Some(answer) = answer.filter(|_| !record.passed) else {
                continue;
            };
            let is_failing =
                |at: usize| matches!(record.criteria.get(at), Some(criterion) if !criterion.passed);
            let criteria = self
                .step(&record.workflow_id, &record.step_id)
                .map_or(&[][..], |step| &step.success_criteria);
            let failed: Vec<String> = criteria
                .iter()
                .enumerate()
                .filter(|(at, _)| is_failing(*at))
                .map(|(_, criterion)| written(criterion))
                .collect();
            let what = format!("step `{}` of `{}`", record.step_id, record.workflow_id);
            let actual = seen(&failed, answer);
            let violated = self.violated(&record.workflow_id, &record.step_id, is_failing);
            return Err(Mismatch::new(what, [json!(failed.join(" && "))], actual)
                .violating(violated)
                .into());
        }
        let what = format!("workflow `{}`", report.workflow_id);
        Err(Mismatch::new(
            what,
            [json!("succeeded")],
            json!(report.outcome.to_string()),
        )
        .into())
    }
}

/// Returns a criterion as text: a pattern or a path with what it is held against.
fn written(criterion: &Criterion) -> String {
    match &criterion.context {
        Some(context) => format!("{context} ~ {}", criterion.condition),
        None => criterion.condition.clone(),
    }
}

/// Returns what the conditions looked at, by expression. A member whose name says that it is secret is masked already here,
/// where the name is known.
fn seen(conditions: &[String], answer: &Answer) -> Value {
    let body = serde_json::from_slice::<Value>(answer.bytes()).ok();
    let mut seen = Map::new();
    seen.insert("$statusCode".to_owned(), json!(answer.status()));
    for condition in conditions {
        for expression in expressions(condition) {
            let value = if let Some(place) = expression.strip_prefix("$response.body#") {
                let value = body.as_ref().and_then(|body| body.pointer(place));
                value.map(|value| member(place, value))
            } else if let Some(name) = expression.strip_prefix("$response.header.") {
                answer
                    .header(name)
                    .map(|value| json!(mask::header(name, value)))
            } else if expression == "$response.body" {
                Some(body.clone().unwrap_or_else(|| json!(beginning(answer))))
            } else {
                continue;
            };
            seen.insert(expression.to_owned(), value.unwrap_or(json!("absent")));
        }
    }
    Value::Object(seen)
}

/// Returns the beginning of a body as text: enough to recognise it by.
fn beginning(answer: &Answer) -> String {
    answer.text().chars().take(500).collect()
}

/// Returns the member at a place, masked as it would be within its object.
fn member(place: &str, value: &Value) -> Value {
    let name = place.rsplit('/').next().unwrap_or_default();
    mask::json_members(&json!({ name: value }))[name].take()
}

/// Returns the runtime expressions in a condition.
fn expressions(condition: &str) -> impl Iterator<Item = &str> {
    condition
        .split(|character: char| character.is_whitespace() || "()!=<>&|{}".contains(character))
        .filter(|word| word.starts_with('$'))
}

/// Turns an answer on which the engine could not decide into a mismatch, and a file that cannot be played into what it is.
fn undecided(asked: &str, answer: &Answer, error: ExecutionError) -> NotPassed {
    match error {
        ExecutionError::Expression(_)
        | ExecutionError::Select(_)
        | ExecutionError::Criterion(_) => {
            let actual = json!({ "status": answer.status(), "body": beginning(answer) });
            Mismatch::new(
                format!("answer to {asked}"),
                [json!(error.to_string())],
                actual,
            )
            .into()
        }
        other => unplayable(&other),
    }
}

fn unplayable(error: &ExecutionError) -> NotPassed {
    Broken::Scenario(error.to_string()).into()
}
