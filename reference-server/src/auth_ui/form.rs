//! A form as a template shows it.

use std::borrow::Cow;

use super::field::Field;
use super::locale::Strings;
use crate::extract::Parameters;

/// The fields of a form, and what is wrong with all of it.
pub(super) struct Form {
    pub(super) t: &'static Strings,
    pub(super) fields: Vec<Field>,
    /// What is wrong that no single field is to blame for.
    pub(super) problem: Option<Cow<'static, str>>,
}

impl Form {
    pub(super) fn new(t: &'static Strings, fields: Vec<Field>) -> Self {
        Self {
            t,
            fields,
            problem: None,
        }
    }

    /// Takes what a browser sent; what is wrong with it stays with the fields.
    pub(super) fn read(&mut self, form: &Parameters) {
        for field in &mut self.fields {
            field.read(form, self.t);
        }
    }

    pub(super) fn has_problems(&self) -> bool {
        self.problem.is_some() || self.wrong().next().is_some()
    }

    /// Returns the fields in which something is wrong.
    pub(super) fn wrong(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.problem.is_some())
    }

    /// Returns what stands in a field; nothing, if there is no such field.
    pub(super) fn value(&self, name: &str) -> &str {
        let field = self.fields.iter().find(|field| field.name == name);
        field.map_or("", |field| field.value.as_str())
    }

    /// Says nothing of what is wrong: nobody looked at it.
    pub(super) fn forget_problems(&mut self) {
        self.problem = None;
        for field in &mut self.fields {
            field.problem = None;
        }
    }

    /// Says what is wrong with a field.
    pub(super) fn blame(&mut self, name: &str, problem: &'static str) {
        if let Some(field) = self.fields.iter_mut().find(|field| field.name == name) {
            field.problem = Some(problem.into());
        }
    }

    /// Lets people type where it is needed first: where something is wrong, else where nothing stands.
    pub(super) fn focus(mut self) -> Self {
        let wanted = self
            .fields
            .iter()
            .position(|field| field.problem.is_some())
            .or_else(|| {
                self.fields
                    .iter()
                    .position(|field| field.shown().is_empty())
            });
        if let Some(field) = wanted.and_then(|index| self.fields.get_mut(index)) {
            field.has_focus = true;
        }
        self
    }
}
