//! Matchers of the lists of the configuration APIs.

use serde_json::{Value, json};

use super::member::{exact_members, integer};
use crate::verdict::Mismatch;

/// Requires the documented form of a list: `total` and `_embedded` with the collection's array alone, and a total that
/// counts it. Returns the elements.
///
/// # Errors
///
/// When the form is another one, or the total does not count.
///
/// ```
/// use conformance::expect;
/// use serde_json::json;
///
/// let body = json!({"total": 1, "_embedded": {"clients": [{"id": "a"}]}});
/// assert_eq!(expect::list(&body, "clients")?.len(), 1);
/// assert!(expect::list(&body, "tokenPolicies").is_err());
/// # Ok::<(), conformance::verdict::Mismatch>(())
/// ```
pub fn list<'v>(body: &'v Value, collection: &str) -> Result<&'v Vec<Value>, Mismatch> {
    exact_members(body, "", &["total", "_embedded"])?;
    exact_members(body, "/_embedded", &[collection])?;
    let embedded = &body["_embedded"][collection];
    let elements = embedded.as_array().ok_or_else(|| {
        let what = format!("member /_embedded/{collection}");
        Mismatch::new(what, [json!("an array")], embedded.clone())
    })?;
    let total = integer(body, "/total")?;
    if usize::try_from(total).ok() != Some(elements.len()) {
        return Err(Mismatch::new(
            "member /total",
            [json!(elements.len())],
            json!(total),
        ));
    }
    Ok(elements)
}

/// Requires an element with this id in a list of the documented form, and returns it.
///
/// # Errors
///
/// When the form is another one, or no element has the id.
pub fn entry<'v>(body: &'v Value, collection: &str, id: &str) -> Result<&'v Value, Mismatch> {
    let elements = list(body, collection)?;
    elements
        .iter()
        .find(|element| element["id"] == id)
        .ok_or_else(|| {
            let ids: Vec<&Value> = elements
                .iter()
                .take(50)
                .map(|element| &element["id"])
                .collect();
            let what = format!("ids in /_embedded/{collection}");
            Mismatch::new(what, [json!(id)], json!(ids))
        })
}
