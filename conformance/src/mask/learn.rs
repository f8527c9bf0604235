//! Learning secrets from the wire: from names that say that what they carry is secret.

use serde_json::{Value, json};

use super::{Masks, structure};
use crate::{
    browser::Page,
    http::{Answer, Body, Request},
    secret::Secret,
};

impl Masks {
    /// Remembers what a request gives away: credentials, cookies, fields, parameters.
    pub(crate) fn learn_request(&self, request: &Request) {
        for (name, value) in &request.headers {
            if let Some((_, credentials)) = value.split_once(' ')
                && name.eq_ignore_ascii_case("authorization")
            {
                self.learn_pair("token", credentials);
            }
            if name.eq_ignore_ascii_case("cookie") {
                self.learn_cookies(value);
            }
        }
        self.learn_address(&request.path);
        match &request.body {
            Body::Json(value) => self.learn(value),
            Body::Form(pairs) | Body::Multipart(pairs) => {
                for (name, value) in pairs {
                    self.learn_pair(name, value);
                }
            }
            Body::Raw { bytes, .. } => {
                if let Ok(value) = serde_json::from_slice::<Value>(bytes) {
                    self.learn(&value);
                }
            }
            Body::Empty => {}
        }
    }

    /// Remembers what an answer gives away: members, cookies, parameters of a redirect, fields of forms.
    pub(crate) fn learn_answer(&self, answer: &Answer) {
        for line in answer.header_values("set-cookie") {
            self.learn_cookies(line.split(';').next().unwrap_or_default());
        }
        if let Some(location) = answer.header("location") {
            self.learn_address(location);
        }
        if let Ok(value) = serde_json::from_slice::<Value>(answer.bytes()) {
            self.learn(&value);
            return;
        }
        let page = Page {
            url: String::new(),
            answer: answer.clone(),
        };
        if page.is_html() {
            for form in page.forms() {
                self.learn_address(&form.action);
                for field in form.fields {
                    self.learn_pair(&field.name, &field.value);
                }
            }
        }
    }

    /// Remembers every value of a `Cookie` header, however short: somebody handed it over.
    pub(crate) fn learn_cookie(&self, header: Option<&Secret>) {
        for pair in header.iter().flat_map(|header| header.expose().split(';')) {
            if let Some((_, value)) = pair.split_once('=') {
                self.add(value.trim());
            }
        }
    }

    fn learn_pair(&self, name: &str, value: &str) {
        self.learn(&json!({ name: value }));
    }

    fn learn_cookies(&self, header: &str) {
        for pair in header.split(';') {
            if let Some((_, value)) = pair.split_once('=') {
                self.learn_pair("cookie", value.trim().trim_matches('"'));
            }
        }
    }

    /// Remembers the secret parameters of an address, in its query and in its fragment.
    fn learn_address(&self, address: &str) {
        for part in address.split(['?', '#']).skip(1) {
            for (name, value) in form_urlencoded::parse(part.as_bytes()) {
                if structure::is_secret_name(&name) {
                    self.learn_pair(&name, &value);
                }
            }
        }
    }
}
