//! The pages of a long list of subscriptions.

use serde_json::{Value, json};

use crate::{
    check::{Check, Effects, Need, Run},
    checks::webhooks::ground::{listed, subscribe},
    expect,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome, Skip},
};

pub(in crate::checks) const CHECKS: &[Check] = &[Check {
    id: "webhooks.subscriptions.pages",
    title: "The pages of a long list lead to each other, and have every subscription once",
    cites: &["hooks-list-pages"],
    effects: Effects::Creates,
    needs: &[
        Need::ConfigurationClient,
        // So many are made for a test only, and beside no other check, whose subscriptions would move the pages.
        Need::Control,
        Need::Time { seconds: 1 },
    ],
    run: Run::Function(|target| Box::pin(pages(target))),
}];

/// More than two pages of the documented servers.
const MANY: usize = 201;

/// A page: the ids on it, and where it leads.
struct Page {
    ids: Vec<Value>,
    links: Value,
}

impl Page {
    async fn read(target: &Target, query: &str) -> Result<Self, NotPassed> {
        let (items, list) = listed(target, query).await?;
        Ok(Self {
            ids: items.iter().map(|item| item["id"].clone()).collect(),
            links: list["_links"].clone(),
        })
    }

    /// Returns the query of a link, if there is one.
    fn link(&self, relation: &str) -> Option<String> {
        let href = self.links[relation]["href"].as_str()?;
        href.split_once('?').map(|(_, query)| format!("?{query}"))
    }
}

async fn pages(target: &Target) -> Outcome {
    for number in 0..MANY {
        let title = target.name(&format!("of-many-{number}"));
        subscribe(target, json!({ "title": title, "events": [] })).await?;
    }
    let whole = Page::read(target, "").await?;
    let first = Page::read(target, "?page=1").await?;
    if first.ids.len() == whole.ids.len() {
        return Err(Skip::because("the target shows as many on one page").into());
    }
    let (forth, last) = walk(target, "?page=1", "next").await?;
    expect::equal(
        "the subscriptions page by page",
        &json!(whole.ids),
        &json!(forth),
    )?;
    let (back, end) = walk(target, &last, "prev").await?;
    let mut back = back;
    back.sort_by_key(Value::to_string);
    let mut all = whole.ids.clone();
    all.sort_by_key(Value::to_string);
    expect::equal(
        "the subscriptions page by page, backwards",
        &json!(all),
        &json!(back),
    )?;
    expect::equal(
        "the page in front of which there is none",
        &json!("?page=1"),
        &json!(end),
    )?;
    for (page, place) in [(&whole, "the whole list"), (&first, "the first page")] {
        expect::equal(
            "link to the first page",
            &json!("?page=1"),
            &json!(page.link("first")),
        )
        .during(place)?;
        expect::equal(
            "link to the last page",
            &json!(last),
            &json!(page.link("last")),
        )
        .during(place)?;
    }
    Ok(())
}

/// Follows a relation from page to page, and returns what was on them and the last of them.
async fn walk(
    target: &Target,
    start: &str,
    relation: &str,
) -> Result<(Vec<Value>, String), NotPassed> {
    let mut place = start.to_owned();
    let mut ids = Vec::new();
    for _ in 0..=MANY {
        let page = Page::read(target, &place).await?;
        let own = page.link("self");
        expect::equal("link of a page to itself", &json!(place), &json!(own)).during(&place)?;
        ids.extend(page.ids.iter().cloned());
        match page.link(relation) {
            Some(next) => place = next,
            None => return Ok((ids, place)),
        }
    }
    let expected = [json!("an end")];
    let actual = json!(format!("more than {MANY} pages"));
    Err(Mismatch::new(format!("links to {relation}"), expected, actual).into())
}
