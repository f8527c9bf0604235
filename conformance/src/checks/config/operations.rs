//! Every operation below `config`, for checks that go through all of them.

use http::Method;
use serde_json::json;

use crate::http::Request;

/// Method, path below the customer with `{id}` for an item, and whether a JSON body belongs to it.
pub(super) const ALL: [(Method, &str, bool); 21] = [
    (Method::GET, "config/clients", false),
    (Method::POST, "config/clients", true),
    (Method::GET, "config/clients/{id}", false),
    (Method::PUT, "config/clients/{id}", true),
    (Method::DELETE, "config/clients/{id}", false),
    (Method::GET, "config/clients/{id}/secret", false),
    (Method::POST, "config/clients/{id}/secret", false),
    (Method::GET, "config/loginPolicies", false),
    (Method::POST, "config/loginPolicies", true),
    (Method::GET, "config/loginPolicies/{id}", false),
    (Method::PUT, "config/loginPolicies/{id}", true),
    (Method::DELETE, "config/loginPolicies/{id}", false),
    (Method::GET, "config/loginPolicies/{id}/pushClaims", false),
    (Method::PUT, "config/loginPolicies/{id}/pushClaims", true),
    (
        Method::GET,
        "config/loginPolicies/{id}/allowedResponseTypes",
        false,
    ),
    (
        Method::PUT,
        "config/loginPolicies/{id}/allowedResponseTypes",
        true,
    ),
    (Method::GET, "config/tokenPolicies", false),
    (Method::POST, "config/tokenPolicies", true),
    (Method::GET, "config/tokenPolicies/{id}", false),
    (Method::PUT, "config/tokenPolicies/{id}", true),
    (Method::DELETE, "config/tokenPolicies/{id}", false),
];

/// Returns a request for each operation, about one item, with an empty object where a body belongs.
pub(super) fn requests(item: &str) -> impl Iterator<Item = Request> {
    ALL.into_iter().map(move |(method, path, has_body)| {
        let request = Request::new(method, path.replace("{id}", item));
        if has_body {
            request.json(json!({}))
        } else {
            request
        }
    })
}

/// Returns whether an answer is that of a target that has no way to read secrets (reading `secret-retrieval`).
pub(super) fn is_missing_retrieval(path: &str, status: u16) -> bool {
    path.ends_with("/secret") && status == 405
}

#[cfg(test)]
mod tests {
    use crate::contract;

    /// The contract is the longer list: it has the token endpoint as well.
    #[test]
    fn as_many_as_the_contract_has_below_config() {
        let paths = contract::outline()["paths"]
            .as_object()
            .expect("the contract has paths");
        let below: usize = paths
            .iter()
            .filter(|(path, _)| path.contains("/config/"))
            .map(|(_, item)| item.as_object().expect("a path has operations").len())
            .sum();
        assert_eq!(super::ALL.len(), below);
    }
}
