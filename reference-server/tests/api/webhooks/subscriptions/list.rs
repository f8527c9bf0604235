//! GET of all, and of a page.

use serde_json::{Value, json};

use super::super::{SUBSCRIPTIONS, local, patch, subscribed};
use crate::caller::{Asks, CUSTOMER};

fn titles(list: &Value) -> Vec<&str> {
    let items = list["_embedded"]["subscriptions"].as_array();
    let items = items.expect("it is always there");
    items
        .iter()
        .filter_map(|item| item["title"].as_str())
        .collect()
}

#[tokio::test]
async fn a_list_has_whole_subscriptions_in_the_order_in_which_they_were_made() {
    let server = local();
    let owner = server.owner().await;
    let empty = owner.get(SUBSCRIPTIONS).await.success();
    let own = format!("/{CUSTOMER}/{SUBSCRIPTIONS}");
    assert_eq!(
        empty,
        json!({ "total": 0, "_links": { "self": { "href": own } }, "_embedded": { "subscriptions": [] } })
    );
    let first = subscribed(&owner, "Z first").await;
    subscribed(&owner, "A second").await;
    patch(&owner, &first, json!({ "enabled": false }))
        .await
        .success();
    let list = owner.get(SUBSCRIPTIONS).await.success();
    assert_eq!(titles(&list), ["Z first", "A second"]);
    let shown = owner.get(&first).await.success();
    assert_eq!(list["_embedded"]["subscriptions"][0], shown);
}

#[tokio::test]
async fn pages_have_a_hundred_and_lead_to_each_other() {
    let server = local();
    let owner = server.owner().await;
    for number in 0..201 {
        subscribed(&owner, &format!("No. {number}")).await;
    }
    let all = owner.get(SUBSCRIPTIONS).await.success();
    assert_eq!((titles(&all).len(), &all["total"]), (201, &json!(201)));
    let mut next = format!("{SUBSCRIPTIONS}?page=1");
    let mut seen = Vec::new();
    loop {
        let page = owner.get(&next).await.success();
        assert_eq!(page["total"], 201);
        seen.extend(titles(&page).into_iter().map(str::to_owned));
        match page["_links"]["next"]["href"].as_str() {
            Some(href) => next = href.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, titles(&all));
    for wrong in ["0", "4", "x", ""] {
        let page = owner.get(&format!("{SUBSCRIPTIONS}?page={wrong}")).await;
        assert_eq!(titles(&page.success()), ["No. 200"], "the last page");
    }
}
