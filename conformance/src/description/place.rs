//! Where a target is.

use super::{
    file::Description,
    problem::{Kind, Problem},
};
use crate::{listener, plan::is_loopback};

/// Where a target is: a customer of a deployment, or an issuer of any make.
#[derive(Debug)]
pub(super) struct Place {
    /// Scheme, host and port, without a trailing slash.
    pub(super) url: String,
    /// The first segment of every path, unless an issuer alone is described.
    pub(super) customer: Option<String>,
    /// The issuer.
    pub(super) issuer: String,
}

/// Finds out where the target is, and reports what is wrong with what the description says of it.
pub(super) fn find(description: &Description, problems: &mut Vec<Problem>) -> Option<Place> {
    if let Some(text) = &description.issuer {
        if description.url.is_some() || description.customer.is_some() {
            let kind = Kind::Twice("issuer".to_owned(), "url`, `customer".to_owned());
            problems.push(Problem::new("issuer", kind));
            return None;
        }
        if description.configuration_client.is_some() {
            let kind = Kind::NeedsCustomer;
            problems.push(Problem::new("configuration-client", kind));
        }
        return keep(problems, issuer(text));
    }
    let url = keep(problems, url(description));
    let customer = keep(problems, customer(description));
    let (url, customer) = (url?, customer?);
    Some(Place {
        issuer: format!("{url}/{customer}/login"),
        url,
        customer: Some(customer),
    })
}

/// Returns the further places of the target, each as an origin.
pub(super) fn origins(description: &Description, problems: &mut Vec<Problem>) -> Vec<String> {
    let origins = description.origins.iter().map(|text| bare("origins", text));
    origins
        .filter_map(|origin| keep(problems, origin))
        .collect()
}

/// Returns the address of the control API. Whoever reaches it owns the target, so nothing is sent there in clear.
pub(super) fn control(description: &Description, problems: &mut Vec<Problem>) -> Option<String> {
    let control = description.control.as_ref()?;
    let field = "control.url";
    let Some(text) = &control.url else {
        let kind = Kind::Missing("say where the control API answers");
        problems.push(Problem::new(field, kind));
        return None;
    };
    let url = keep(problems, bare(field, text))?;
    if url.starts_with("https:") || is_loopback(&url) {
        return Some(url);
    }
    problems.push(Problem::new(field, Kind::InClear(url)));
    None
}

/// Returns where notifications arrive: where the description says, or on this machine when the target is on it as well.
pub(super) fn listener(
    description: &Description,
    target: Option<&str>,
    problems: &mut Vec<Problem>,
) -> Option<listener::Place> {
    let on_loopback = listener::Place::on_loopback();
    let Some(described) = &description.listener else {
        return target.is_some_and(is_loopback).then_some(on_loopback);
    };
    let bind = match &described.bind {
        None => on_loopback.bind,
        Some(text) => keep(
            problems,
            text.parse()
                .map_err(|_| Problem::new("listener.bind", Kind::NotASocket(text.clone()))),
        )?,
    };
    let url = match &described.url {
        None => None,
        Some(text) => Some(keep(problems, bare("listener.url", text))?),
    };
    Some(listener::Place {
        bind,
        url,
        is_wanted: true,
    })
}

fn keep<T>(problems: &mut Vec<Problem>, result: Result<T, Problem>) -> Option<T> {
    result.map_err(|problem| problems.push(problem)).ok()
}

fn issuer(text: &str) -> Result<Place, Problem> {
    let parsed = address("issuer", text)?;
    let is_plain = parsed.username().is_empty()
        && parsed.password().is_none()
        && parsed.query().is_none()
        && parsed.fragment().is_none();
    if !is_plain {
        // Not the text itself: a password may stand in it.
        let shown = format!("{}{}", parsed.host_str().unwrap_or_default(), parsed.path());
        return Err(Problem::new("issuer", Kind::NotAnIssuer(shown)));
    }
    Ok(Place {
        url: parsed.origin().ascii_serialization(),
        customer: None,
        issuer: text.to_owned(),
    })
}

fn url(description: &Description) -> Result<String, Problem> {
    match &description.url {
        Some(text) => bare("url", text),
        None => {
            let kind = Kind::Missing("say where the target answers");
            Err(Problem::new("url", kind))
        }
    }
}

/// Returns an address that ends after host and port.
fn bare(field: &str, text: &str) -> Result<String, Problem> {
    let parsed = address(field, text)?;
    let is_bare = parsed.username().is_empty()
        && parsed.password().is_none()
        && matches!(parsed.path(), "" | "/")
        && parsed.query().is_none()
        && parsed.fragment().is_none();
    if !is_bare {
        // Not the text itself: a password may stand in it.
        let shown = format!("{}{}", parsed.host_str().unwrap_or_default(), parsed.path());
        return Err(Problem::new(field, Kind::TooMuchAddress(shown)));
    }
    Ok(parsed.as_str().trim_end_matches('/').to_owned())
}

fn address(field: &str, text: &str) -> Result<url::Url, Problem> {
    let parsed = url::Url::parse(text)
        .map_err(|_| Problem::new(field, Kind::NotAnAddress(text.to_owned())))?;
    if !matches!(parsed.scheme(), "http" | "https") {
        let kind = Kind::Scheme(parsed.scheme().to_owned());
        return Err(Problem::new(field, kind));
    }
    Ok(parsed)
}

fn customer(description: &Description) -> Result<String, Problem> {
    let text = description.customer.as_deref().ok_or_else(|| {
        Problem::new(
            "customer",
            Kind::Missing("it is the first segment of every path"),
        )
    })?;
    match uuid::Uuid::try_parse(text) {
        // Only the hyphenated form stands in paths.
        Ok(id) if id.hyphenated().to_string() == text.to_ascii_lowercase() => Ok(text.to_owned()),
        _ => Err(Problem::new("customer", Kind::NotAUuid(text.to_owned()))),
    }
}
