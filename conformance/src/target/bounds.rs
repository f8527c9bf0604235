//! What a target promises to take: as much is taken, and more refused.

use serde::{Deserialize, Serialize};

/// How much a target takes, as far as it promises anything. Nothing of it is documented, so each deployment has its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// Bytes of the body of a request.
    pub body_bytes: Option<usize>,
    /// Levels of arrays and objects in a body of JSON.
    pub json_levels: Option<usize>,
    /// Bytes of the name of a parameter, and of its value.
    pub parameter_bytes: Option<usize>,
    /// Bytes of what an authorization request lets the target remember: the nonce, a resource.
    pub remembered_bytes: Option<usize>,
    /// Bytes of the URL of a listener.
    pub endpoint_bytes: Option<usize>,
    /// Bytes of a filter as JSON.
    pub filter_bytes: Option<usize>,
    /// Bytes of a pattern in a filter.
    pub pattern_bytes: Option<usize>,
}

impl Bounds {
    /// Tells whether anything is promised.
    pub fn is_any(&self) -> bool {
        *self != Self::default()
    }
}
