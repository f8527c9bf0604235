//! A headless Chromium with an empty profile.

use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use url::{ParseError, Url};

use crate::driver::Driver;

/// How long a page may take to show something.
const PATIENCE: Duration = Duration::from_secs(20);

/// What somebody looks at the pages with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Look {
    pub(crate) is_dark: bool,
    pub(crate) is_phone: bool,
}

impl Look {
    pub(crate) const DESK: Self = Self {
        is_dark: false,
        is_phone: false,
    };
    pub(crate) const ALL: [Self; 4] = [
        Self::DESK,
        Self {
            is_dark: true,
            is_phone: false,
        },
        Self {
            is_dark: false,
            is_phone: true,
        },
        Self {
            is_dark: true,
            is_phone: true,
        },
    ];

    /// Returns the name that screenshots have it by.
    pub(crate) fn name(self) -> &'static str {
        match (self.is_phone, self.is_dark) {
            (false, false) => "desk-light",
            (false, true) => "desk-dark",
            (true, false) => "phone-light",
            (true, true) => "phone-dark",
        }
    }
}

/// A Chromium with one window.
pub(crate) struct Browser {
    client: Client,
    /// An empty folder, removed along with the browser.
    _profile: tempfile::TempDir,
}

impl Browser {
    pub(crate) async fn open(driver: &Driver, look: Look) -> Self {
        let profile = tempfile::tempdir().expect("a temporary folder");
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(profile.path(), look))
            .connect(&driver.url())
            .await
            .expect("chromedriver starts a Chromium");
        let browser = Self {
            client,
            _profile: profile,
        };
        if look.is_dark {
            let dark = json!({ "features": [{ "name": "prefers-color-scheme", "value": "dark" }] });
            browser.devtools("Emulation.setEmulatedMedia", dark).await;
        }
        browser
    }

    pub(crate) async fn close(self) {
        // A Chromium that is gone already, for example because a test went wrong, need not be closed.
        let _ = self.client.close().await;
    }

    pub(crate) async fn go_to(&self, url: &str) {
        self.client.goto(url).await.expect("the page opens");
    }

    /// Waits for an element.
    pub(crate) async fn find(&self, css: &str) -> Element {
        self.client
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::Css(css))
            .await
            .unwrap_or_else(|error| panic!("`{css}` does not show up: {error}"))
    }

    pub(crate) async fn text(&self, css: &str) -> String {
        self.find(css)
            .await
            .text()
            .await
            .expect("an element has a text")
    }

    /// Returns what stands in a field.
    pub(crate) async fn value(&self, name: &str) -> String {
        let field = self
            .find(&format!("[name='{name}']:not([type=hidden])"))
            .await;
        let value = field.prop("value").await.expect("a field has a value");
        value.unwrap_or_default()
    }

    /// Puts something else into a field.
    pub(crate) async fn fill(&self, name: &str, value: &str) {
        let field = self
            .find(&format!("[name='{name}']:not([type=hidden])"))
            .await;
        field.clear().await.expect("a field can be emptied");
        field.send_keys(value).await.expect("a field takes text");
    }

    pub(crate) async fn click(&self, css: &str) {
        self.find(css)
            .await
            .click()
            .await
            .expect("it can be clicked");
    }

    /// Clicks on what leads to another page, and waits until this one is gone: what is looked for next may be on both.
    pub(crate) async fn leave_by(&self, css: &str) {
        let element = self.find(css).await;
        element.click().await.expect("it can be clicked");
        let gone = async { while element.tag_name().await.is_ok() {} };
        tokio::time::timeout(PATIENCE, gone)
            .await
            .unwrap_or_else(|_| panic!("`{css}` leads to no other page"));
    }

    /// Types with whatever has the focus.
    pub(crate) async fn type_keys(&self, keys: &str) {
        let element = self
            .client
            .active_element()
            .await
            .expect("something has the focus");
        element.send_keys(keys).await.expect("it takes keys");
    }

    /// Runs a script in the page, and returns what it returns.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.client
            .execute(script, Vec::new())
            .await
            .expect("the script runs")
    }

    pub(crate) async fn url(&self) -> Url {
        self.client
            .current_url()
            .await
            .expect("the window has a URL")
    }

    /// Tells Chromium something that WebDriver has no word for.
    pub(crate) async fn devtools(&self, command: &'static str, parameters: Value) -> Value {
        let command = DevTools {
            command,
            parameters,
        };
        let answer: Result<Value, CmdError> = self.client.issue_cmd(command).await;
        answer.expect("Chromium knows the command")
    }

    /// Keeps a picture of the whole page as `target/screenshots/{name}.png`.
    pub(crate) async fn picture(&self, name: &str) {
        let whole = json!({ "format": "png", "captureBeyondViewport": true });
        let answer = self.devtools("Page.captureScreenshot", whole).await;
        let png = answer["data"].as_str().expect("the picture's data");
        let png = STANDARD.decode(png).expect("base64");
        let folder = screenshots();
        std::fs::create_dir_all(&folder).expect("the target folder can be written");
        std::fs::write(folder.join(format!("{name}.png")), png).expect("and so can a file in it");
    }
}

fn screenshots() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .expect("the folder lies in the target folder")
        .join("screenshots")
}

fn capabilities(profile: &Path, look: Look) -> Capabilities {
    let mut options = json!({
        "args": [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--window-size=1000,800",
            format!("--user-data-dir={}", profile.display()),
        ],
    });
    if look.is_phone {
        options["mobileEmulation"] = json!({
            "deviceMetrics": { "width": 390, "height": 844, "pixelRatio": 2.0, "touch": true },
        });
    }
    Capabilities::from_iter([("goog:chromeOptions".to_owned(), options)])
}

/// A command of the Chrome DevTools Protocol.
#[derive(Debug)]
struct DevTools {
    command: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/goog/cdp/execute"))
    }

    fn method_and_body(&self, _url: &Url) -> (http::Method, Option<String>) {
        let body = json!({ "cmd": self.command, "params": self.parameters });
        (http::Method::POST, Some(body.to_string()))
    }
}
