//! Forms, pair by pair.

/// The pairs of a form, each of which may be changed, left out or repeated.
#[derive(Debug, Clone, Default)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Makes a form.
    pub(super) fn new(pairs: &[(&str, &str)]) -> Self {
        pairs.iter().fold(Self::default(), |form, (name, value)| {
            form.again(name, *value)
        })
    }

    /// Sets a value; whatever was there under this name is gone.
    #[must_use]
    pub(super) fn with(self, name: &str, value: impl Into<String>) -> Self {
        self.without(name).again(name, value)
    }

    /// Adds a pair, be it a second one of this name.
    #[must_use]
    pub(super) fn again(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.push((name.to_owned(), value.into()));
        self
    }

    /// Leaves a name out.
    #[must_use]
    pub(super) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(given, _)| given != name);
        self
    }

    /// Returns the pairs in their order.
    pub(super) fn pairs(&self) -> Vec<(&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }
}
