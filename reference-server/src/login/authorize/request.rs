//! An authorization request that keeps the rules.

use std::time::Duration;

use url::Url;

use super::error::{AuthorizeError, Refusal, RefusalCode};
use super::prompt::Prompt;
use super::reply::{Reply, ResponseMode};
use crate::app::App;
use crate::auth_ui::locale::Locale;
use crate::clock::Moment;
use crate::error::PageError;
use crate::extract::Parameters;
use crate::ids::Id;
use crate::login::claims_request::ClaimsRequest;
use crate::login::demands::Demands;
use crate::login::discovery::issuer;
use crate::login::pkce::Challenge;
use crate::login::response_type::ResponseType;
use crate::profiles::oidc::claims;
use crate::settings::{AuthorizeErrorChannel, MissingParameterText, Settings};
use crate::store::{Client, Customer, LoginClient, Session};

/// Most bytes of a parameter that is kept along with a code, of which there may be many.
const LONGEST_KEPT: usize = 1024;

/// An authorization request of a client that exists, with a redirect URI that is registered and parameters that make
/// sense together. Whether the user is signed in is another question.
#[derive(Debug, Clone)]
pub(crate) struct AuthorizationRequest {
    pub(super) from: LoginClient,
    pub(super) reply: Reply,
    pub(super) response_type: ResponseType,
    /// The granted scopes, sorted.
    pub(super) scope: String,
    pub(super) challenge: Option<Challenge>,
    pub(super) nonce: Option<String>,
    pub(super) claims: ClaimsRequest,
    pub(super) resource: Option<String>,
    prompt: Prompt,
    max_age: Option<Duration>,
    demands: Demands,
    parameters: Parameters,
}

impl AuthorizationRequest {
    /// Checks the parameters, in this order: the client; its redirect URI; what may stand there once only, and what is
    /// not supported; the response type and mode; the scope; PKCE; everything else.
    ///
    /// Until client and redirect URI are known to belong together, a refusal is a page: the server sends nobody to a
    /// place that it was only told of (RFC 6749, 4.1.2.1).
    pub(crate) fn check(
        app: &App,
        customer: &Customer,
        parameters: &Parameters,
    ) -> Result<Self, AuthorizeError> {
        let locale = Locale::of(parameters.get("ui_locales"));
        let in_locale = |error: PageError| error.in_locale(locale);
        let from = client(customer, parameters).map_err(in_locale)?;
        let redirect_uri = redirect_uri(&from.client, parameters).map_err(in_locale)?;
        let response_type = parameters
            .get("response_type")
            .and_then(ResponseType::parse);
        let reply = Reply {
            redirect_uri,
            mode: error_mode(response_type, parameters),
            state: parameters.get("state").map(str::to_owned),
            locale,
        };
        let settings = app.settings();
        let check = Check {
            from: &from,
            parameters,
            settings,
            customer: customer.id(),
        };
        match check.rest(response_type) {
            Ok(rest) => Ok(Self {
                response_type: rest.response_type,
                scope: rest.scope,
                challenge: rest.challenge,
                nonce: parameters.get("nonce").map(str::to_owned),
                claims: rest.claims,
                resource: rest.resource,
                prompt: rest.prompt,
                max_age: rest.max_age,
                demands: rest.demands,
                parameters: parameters.clone(),
                from,
                reply,
            }),
            Err(refusal) => Err(match settings.readings.authorize_error_channel {
                AuthorizeErrorChannel::Redirect => AuthorizeError::Reply(Box::new(reply), refusal),
                AuthorizeErrorChannel::Page => AuthorizeError::Page(in_locale(refusal.into())),
            }),
        }
    }

    /// Returns the request's own parameters as a query, without the question mark.
    pub(crate) fn query(&self) -> String {
        self.parameters.query()
    }

    pub(crate) fn client(&self) -> &Client {
        &self.from.client
    }

    pub(crate) fn prompt(&self) -> Prompt {
        self.prompt
    }

    pub(crate) fn login_hint(&self) -> Option<&str> {
        self.parameters.get("login_hint")
    }

    pub(crate) fn redirect_uri(&self) -> &str {
        &self.reply.redirect_uri
    }

    /// Returns whether a session saves the user from signing in.
    pub(super) fn is_content_with(&self, session: &Session, now: Moment) -> bool {
        let is_recent = |most: Duration| !most.is_zero() && session.auth_time + most >= now;
        !self.prompt.wants_the_user()
            && self.max_age.is_none_or(is_recent)
            && self.is_about(session)
    }

    /// Returns whether the request may be answered for the user of a session at all.
    pub(super) fn is_about(&self, session: &Session) -> bool {
        self.demands.are_met_by(session.user, session.acr)
    }
}

/// Finds the client: one of this customer that signs users in.
fn client(customer: &Customer, parameters: &Parameters) -> Result<LoginClient, PageError> {
    let id = parameters.once("client_id").map_err(PageError::from)?;
    id.and_then(Id::parse)
        .and_then(|id| customer.login_client(id))
        .ok_or_else(|| PageError::new("invalid_client", "invalid client_id"))
}

/// Takes the redirect URI that is, byte by byte, one of the client's.
fn redirect_uri(client: &Client, parameters: &Parameters) -> Result<String, PageError> {
    let uri = parameters.once("redirect_uri").map_err(PageError::from)?;
    uri.filter(|uri| client.redirect_uris.iter().any(|known| known == uri))
        .map(str::to_owned)
        .ok_or_else(|| PageError::new("invalid_redirect_uri", "invalid redirect_uri"))
}

/// Returns where the parameters of a refusal stand: where the request wants its answer, unless it must not.
fn error_mode(response_type: Option<ResponseType>, parameters: &Parameters) -> ResponseMode {
    let is_implicit = response_type.is_some_and(ResponseType::is_implicit);
    match parameters
        .get("response_mode")
        .and_then(ResponseMode::parse)
    {
        Some(ResponseMode::Query) if is_implicit => ResponseMode::Fragment,
        Some(mode) => mode,
        None if is_implicit => ResponseMode::Fragment,
        None => ResponseMode::Query,
    }
}

/// The checks after which a refusal may travel to the client.
struct Check<'a> {
    from: &'a LoginClient,
    parameters: &'a Parameters,
    settings: &'a Settings,
    customer: Id,
}

struct Rest {
    response_type: ResponseType,
    scope: String,
    challenge: Option<Challenge>,
    claims: ClaimsRequest,
    resource: Option<String>,
    prompt: Prompt,
    max_age: Option<Duration>,
    demands: Demands,
}

impl Check<'_> {
    fn rest(&self, response_type: Option<ResponseType>) -> Result<Rest, Refusal> {
        self.parameters
            .each_once()
            .map_err(|error| Refusal::invalid(error.to_string()))?;
        self.nothing_unsupported()?;
        let response_type = self.response_type(response_type)?;
        let scope = self.scope(response_type)?;
        let challenge = self.challenge(response_type)?;
        self.nonce(response_type)?;
        Ok(Rest {
            response_type,
            scope,
            challenge,
            prompt: self.read("prompt", Prompt::read)?.unwrap_or_default(),
            max_age: self.max_age()?,
            claims: self
                .read("claims", ClaimsRequest::read)?
                .unwrap_or_default()
                .only(|claim| claims::exists(claim, &self.from.login_policy)),
            demands: self.read("claims", Demands::read)?.unwrap_or_default(),
            resource: self.resource()?,
        })
    }

    /// Request objects: OpenID Connect Core, 6.
    fn nothing_unsupported(&self) -> Result<(), Refusal> {
        for (name, code) in [
            ("request", RefusalCode::RequestNotSupported),
            ("request_uri", RefusalCode::RequestUriNotSupported),
        ] {
            if self.parameters.get(name).is_some() {
                return Err(Refusal::new(code, format!("{name} is not supported")));
            }
        }
        Ok(())
    }

    fn response_type(&self, parsed: Option<ResponseType>) -> Result<ResponseType, Refusal> {
        self.required("response_type")?;
        let allowed = &self.from.login_policy.allowed_response_types;
        let response_type = parsed
            .filter(|each| each.is_allowed(allowed))
            .ok_or_else(|| {
                let issuer = issuer(&self.settings.public_url, self.customer);
                let at = format!("{issuer}/.well-known/openid-configuration");
                Refusal::new(
                    RefusalCode::UnsupportedResponseType,
                    format!("response_type is none of the client's; see {at}"),
                )
            })?;
        let mode = self.parameters.get("response_mode");
        match mode.map(ResponseMode::parse) {
            Some(None) => Err(Refusal::invalid(
                "response_mode takes query, fragment and form_post",
            )),
            Some(Some(ResponseMode::Query)) if response_type.is_implicit() => Err(
                Refusal::invalid("response_mode query is not for a response_type with a token"),
            ),
            _ => Ok(response_type),
        }
    }

    /// Grants what the token policy lists, sorted. Administrative scopes are none that a user could grant, so a
    /// policy that lists them does not matter here.
    fn scope(&self, response_type: ResponseType) -> Result<String, Refusal> {
        let asked = self.required("scope")?;
        if !asked.split(' ').any(|scope| scope == "openid") {
            return Err(Refusal::invalid("scope must include 'openid'"));
        }
        let granted = self.from.token_policy.grant_to_user(asked.split(' '));
        let has_openid = granted.split(' ').any(|scope| scope == "openid");
        if response_type.has_id_token() && !has_openid {
            return Err(Refusal::new(
                RefusalCode::InvalidScope,
                "the client's token policy does not allow openid",
            ));
        }
        Ok(granted)
    }

    fn challenge(&self, response_type: ResponseType) -> Result<Option<Challenge>, Refusal> {
        let is_public = self.from.client.secret.is_none();
        let has_method = self.parameters.get("code_challenge_method").is_some();
        let is_needed = has_method || (is_public && response_type.has_code());
        let Some(challenge) = self.parameters.get("code_challenge") else {
            return match is_needed {
                true => Err(self.missing("code_challenge")),
                false => Ok(None),
            };
        };
        let method = self.required("code_challenge_method")?;
        Challenge::read(
            challenge,
            method,
            self.settings.readings.pkce_documented_sha256,
        )
        .map(Some)
        .map_err(|error| Refusal::invalid(error.to_string()))
    }

    fn nonce(&self, response_type: ResponseType) -> Result<(), Refusal> {
        if response_type.has_id_token() {
            self.required("nonce")?;
        }
        match self.parameters.get("nonce") {
            Some(nonce) if nonce.len() > LONGEST_KEPT => Err(Refusal::invalid(format!(
                "nonce is longer than {LONGEST_KEPT} bytes"
            ))),
            _ => Ok(()),
        }
    }

    fn max_age(&self) -> Result<Option<Duration>, Refusal> {
        self.read("max_age", |text| {
            let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
            let seconds = is_number.then(|| text.parse().unwrap_or(u64::MAX));
            seconds
                .map(Duration::from_secs)
                .ok_or("max_age is no whole number of seconds")
        })
    }

    /// Resource indicators: RFC 8707, 2.
    fn resource(&self) -> Result<Option<String>, Refusal> {
        let Some(resource) = self.parameters.get("resource") else {
            return Ok(None);
        };
        if resource.len() > LONGEST_KEPT {
            return Err(Refusal::new(
                RefusalCode::InvalidTarget,
                format!("resource is longer than {LONGEST_KEPT} bytes"),
            ));
        }
        let is_absolute = Url::parse(resource).is_ok_and(|url| url.fragment().is_none());
        match is_absolute && resource.bytes().all(|byte| byte.is_ascii_graphic()) {
            true => Ok(Some(resource.to_owned())),
            false => Err(Refusal::new(
                RefusalCode::InvalidTarget,
                "resource is no absolute URI without a fragment",
            )),
        }
    }

    fn read<T, E: ToString>(
        &self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Refusal> {
        self.parameters
            .get(name)
            .map(read)
            .transpose()
            .map_err(|error| Refusal::invalid(error.to_string()))
    }

    fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.parameters.get(name).ok_or_else(|| self.missing(name))
    }

    fn missing(&self, name: &str) -> Refusal {
        Refusal::invalid(match self.settings.readings.missing_parameter_text {
            MissingParameterText::Underscores => format!("{name}_is_missing"),
            MissingParameterText::Spaces => format!("{name} is missing"),
        })
    }
}
