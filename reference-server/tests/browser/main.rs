//! The hosted pages as people meet them: in a real browser.
//!
//! Debian's packages `chromium` and `chromium-driver` have to be installed. Without them these tests pass and say why
//! they saw nothing, unless `PROOFHOUSE_BROWSER=required`.

mod account;
mod audit;
mod browser;
mod driver;
mod keyboard;
mod screenshots;
mod sign_in;
mod site;

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;

use browser::{Browser, Look};
use driver::Driver;
use site::Site;

/// Runs a test with a site and a browser of its own, and ends both, however the test ends.
async fn visit(site: Site, look: Look, test: impl AsyncFnOnce(&Browser, &mut Site)) {
    let Some(driver) = Driver::start().await else {
        return;
    };
    let browser = Browser::open(&driver, look).await;
    let mut site = site;
    let outcome = AssertUnwindSafe(test(&browser, &mut site))
        .catch_unwind()
        .await;
    browser.close().await;
    driver.stop().await;
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}
