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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_the_documented_form_alone() {
        let good = json!({"total": 2, "_embedded": {"clients": [{"id": "a"}, {"id": "b"}]}});
        assert_eq!(list(&good, "clients").map(Vec::len), Ok(2));
        for wrong in [
            json!([]),
            json!({"total": 0}),
            json!({"total": 0, "_embedded": {}}),
            json!({"total": 0, "_embedded": {"clients": {}}}),
            json!({"total": 0, "_embedded": {"clients": [], "policies": []}}),
            json!({"total": 0, "page": 1, "_embedded": {"clients": []}}),
            json!({"total": "0", "_embedded": {"clients": []}}),
        ] {
            assert!(list(&wrong, "clients").is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_total_counts() {
        for total in [-1, 0, 2] {
            let wrong = json!({"total": total, "_embedded": {"clients": [{}]}});
            let mismatch = list(&wrong, "clients").expect_err("it does not count");
            assert_eq!(mismatch.what, "member /total");
            assert_eq!(mismatch.expected, [json!(1)]);
            assert_eq!(mismatch.actual, json!(total));
        }
    }

    #[test]
    fn an_entry_is_found_by_its_id() {
        let body = json!({"total": 2, "_embedded": {"clients": [{"id": "a"}, {"id": "b"}]}});
        assert_eq!(entry(&body, "clients", "b"), Ok(&json!({"id": "b"})));
        let mismatch = entry(&body, "clients", "c").expect_err("not there");
        assert_eq!(mismatch.what, "ids in /_embedded/clients");
        assert_eq!(mismatch.actual, json!(["a", "b"]));
        assert!(entry(&body, "policies", "b").is_err());
    }
}
