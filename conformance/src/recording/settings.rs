//! What a run knew of its target, for behind the seal.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    browser::recipe::{Recipe, Step},
    http::{client::Limits, proxy::Proxies, tls::Roots},
    listener::Place,
    plan::Mode,
    recording::Tape,
    relying_party::{Kind, Login, LoginClient, User, login::HandedCode},
    secret::{Credentials, Secret},
    target::{self, Bounds},
};

/// The settings of a session, with everything secret in them.
#[derive(Serialize, Deserialize)]
pub(super) struct Settings {
    url: String,
    customer: Option<String>,
    issuer: String,
    origins: Vec<String>,
    configuration_client: Option<(String, String)>,
    public: Option<Client>,
    confidential: Option<Client>,
    user: Option<(String, String)>,
    steps: Vec<Filled>,
    cookie: Option<String>,
    code: Option<(String, Option<String>)>,
    pinned: BTreeMap<String, String>,
    seed: u64,
    /// Whether checks could let time pass.
    has_time: bool,
    /// Whether notifications arrived at the judge.
    #[serde(default)]
    has_listener: bool,
    /// Whether users could be made and removed.
    #[serde(default)]
    has_control: bool,
    /// What the target promised to take.
    #[serde(default)]
    bounds: Bounds,
    /// The key of what nobody may guess.
    pub(super) chance: [u8; 32],
}

#[derive(Serialize, Deserialize)]
struct Client {
    id: String,
    secret: Option<String>,
    redirect_uri: String,
    post_logout_redirect_uri: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Filled {
    form: String,
    fields: BTreeMap<String, String>,
    submit: Option<String>,
}

impl Settings {
    pub(super) fn new(settings: &target::Settings, chance: [u8; 32]) -> Self {
        let login = &settings.login;
        let client = settings.configuration_client.as_ref();
        let exposed = |secret: &Secret| secret.expose().to_owned();
        Self {
            url: settings.url.clone(),
            customer: settings.customer.clone(),
            issuer: settings.issuer.clone(),
            origins: settings.origins.clone(),
            configuration_client: client.map(|client| (client.id.clone(), exposed(&client.secret))),
            public: login.public.as_ref().map(Client::new),
            confidential: login.confidential.as_ref().map(Client::new),
            user: login
                .user
                .as_ref()
                .map(|user| (user.name.clone(), exposed(&user.password))),
            steps: login
                .recipe
                .steps
                .iter()
                .cloned()
                .map(Filled::new)
                .collect(),
            cookie: login.cookie.as_ref().map(exposed),
            code: login
                .code
                .as_ref()
                .map(|handed| (exposed(&handed.code), handed.verifier.as_ref().map(exposed))),
            has_time: settings.offer().time,
            has_listener: settings.offer().listener,
            has_control: settings.offer().control,
            bounds: settings.bounds,
            pinned: settings.pinned.clone(),
            seed: settings.seed,
            chance,
        }
    }

    /// Returns the settings of a session that plays `tape`, with other answers pinned where `pinned` says so.
    pub(super) fn unpack(self, tape: Tape) -> target::Settings {
        let login = Login {
            public: self.public.map(|client| client.unpack(Kind::Public)),
            confidential: self
                .confidential
                .map(|client| client.unpack(Kind::Confidential)),
            user: self.user.map(|(name, password)| User {
                name,
                password: Secret::new(password),
            }),
            recipe: Recipe {
                steps: self.steps.into_iter().map(Filled::unpack).collect(),
            },
            cookie: self.cookie.map(Secret::new),
            code: self.code.map(|(code, verifier)| HandedCode {
                code: Secret::new(code),
                verifier: verifier.map(Secret::new),
            }),
        };
        target::Settings {
            url: self.url,
            customer: self.customer,
            issuer: self.issuer,
            // Nothing goes over the wire, so nothing has to be held back from it.
            mode: Mode::Full,
            origins: self.origins,
            login,
            configuration_client: self
                .configuration_client
                .map(|(id, secret)| Credentials::new(id, secret)),
            roots: Roots::None,
            proxies: Proxies::default(),
            limits: Limits::default(),
            control: self.has_control.then(|| "http://127.0.0.1".to_owned()),
            listener: self.has_listener.then(Place::on_loopback),
            is_slow: self.has_time,
            bounds: self.bounds,
            pinned: self.pinned,
            seed: self.seed,
            // Whatever is drawn comes from the recording.
            is_repeatable: false,
            tape,
        }
    }
}

impl Client {
    fn new(client: &LoginClient) -> Self {
        let secret = client.secret.as_ref();
        Self {
            id: client.id.clone(),
            secret: secret.map(|secret| secret.expose().to_owned()),
            redirect_uri: client.redirect_uri.clone(),
            post_logout_redirect_uri: client.post_logout_redirect_uri.clone(),
        }
    }

    fn unpack(self, kind: Kind) -> LoginClient {
        LoginClient {
            kind,
            id: self.id,
            secret: self.secret.map(Secret::new),
            redirect_uri: self.redirect_uri,
            post_logout_redirect_uri: self.post_logout_redirect_uri,
        }
    }
}

impl Filled {
    fn new(step: Step) -> Self {
        Self {
            form: step.form,
            fields: step.fields,
            submit: step.submit,
        }
    }

    fn unpack(self) -> Step {
        Step {
            form: self.form,
            fields: self.fields,
            submit: self.submit,
        }
    }
}
