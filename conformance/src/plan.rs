//! Which checks a run makes: chosen by id, by what they may do to the target, and by what it offers.

use std::{fmt, str::FromStr};

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::{
    check::{Check, Effects, Need},
    profile::Profile,
    verdict::Skip,
};

/// Says what a run may do to the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Nothing is created, changed or deleted.
    ReadOnly,
    /// Only what the run itself made is changed or deleted.
    OwnObjects,
    /// Everything that a check declares.
    Full,
}

impl Mode {
    /// Every mode, from the most careful on.
    pub const ALL: [Self; 3] = [Self::ReadOnly, Self::OwnObjects, Self::Full];

    /// Returns the word that users write.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "read-only",
            Self::OwnObjects => "own-objects",
            Self::Full => "full",
        }
    }

    /// Returns the mode for a target that says nothing of it: everything on loopback, else nothing but reading.
    ///
    /// ```
    /// use conformance::plan::Mode;
    ///
    /// assert_eq!(Mode::for_url("http://127.0.0.1:9400"), Mode::Full);
    /// assert_eq!(Mode::for_url("https://id.example.test"), Mode::ReadOnly);
    /// ```
    pub fn for_url(url: &str) -> Self {
        if is_loopback(url) {
            Self::Full
        } else {
            Self::ReadOnly
        }
    }

    fn permits(self, effects: Effects) -> bool {
        match self {
            Self::ReadOnly => effects == Effects::Reads,
            Self::OwnObjects => effects != Effects::Destroys,
            Self::Full => true,
        }
    }
}

/// Says what a check does, in the words of a reason.
fn told(effects: Effects) -> &'static str {
    match effects {
        Effects::Reads => "reads",
        Effects::Attempts => "sends what would change something if it were not refused",
        Effects::Creates => "creates objects",
        Effects::Destroys => "changes what it did not make",
    }
}

/// Tells whether an address is on this machine.
pub(crate) fn is_loopback(url: &str) -> bool {
    let url = url::Url::parse(url).ok();
    match url.as_ref().and_then(url::Url::host) {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Mode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|mode| mode.as_str() == text)
            .ok_or_else(|| format!("`{text}` is not one of `read-only`, `own-objects`, `full`"))
    }
}

/// Says what a target's description offers to checks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Offer {
    /// A customer of a deployment, and not an issuer alone.
    pub customer: bool,
    /// Credentials of a configuration client.
    pub configuration_client: bool,
    /// A login client without a secret.
    pub public_client: bool,
    /// A login client with a secret.
    pub confidential_client: bool,
    /// Somebody who can be signed in.
    pub user: bool,
    /// A way to let time pass: a clock that can be moved, or leave to wait.
    pub time: bool,
    /// A listener of the judge's own.
    pub listener: bool,
    /// A control API.
    pub control: bool,
    /// Bounds that the target promises.
    pub bounds: bool,
}

impl Offer {
    /// Everything that a description can offer.
    pub const EVERYTHING: Self = Self {
        customer: true,
        configuration_client: true,
        public_client: true,
        confidential_client: true,
        user: true,
        time: true,
        listener: true,
        control: true,
        bounds: true,
    };

    /// Tells whether the checks of a profile can be made at all.
    pub fn allows(&self, profile: Option<Profile>) -> bool {
        self.customer || profile == Some(Profile::Oidc)
    }

    /// Returns what a check needs and is not offered, if there is anything.
    fn lacks(&self, check: &Check) -> Option<&'static str> {
        if !self.allows(Profile::of(check.id)) {
            return Some("it needs a description with `url` and `customer`");
        }
        check.needs.iter().find_map(|need| {
            let (is_offered, told) = match need {
                Need::ConfigurationClient => (
                    self.configuration_client,
                    "it needs credentials of a configuration client",
                ),
                Need::LoginClient => (
                    self.public_client || self.confidential_client,
                    "it needs a login client: describe `clients.public` or `clients.confidential`",
                ),
                Need::PublicLoginClient => (
                    self.public_client,
                    "it needs a public login client: describe `clients.public`",
                ),
                Need::ConfidentialLoginClient => (
                    self.confidential_client,
                    "it needs a confidential login client: describe `clients.confidential`",
                ),
                Need::User | Need::UserAlone => {
                    (self.user, "it needs somebody to sign in: describe `user`")
                }
                Need::Time { .. } => (
                    self.time,
                    "it takes time: describe `control`, or let it wait with `--slow`",
                ),
                Need::Listener => (
                    self.listener,
                    "it needs a listener that the target reaches: give one with `--listener` or `--listener-url`",
                ),
                Need::Control => (self.control, "it makes and removes users: describe `control`"),
                Need::Bounds => (self.bounds, "it needs bounds that the target promises: describe `bounds`"),
                Need::Reading { .. } => return None,
            };
            (!is_offered).then_some(told)
        })
    }
}

/// Says which checks are wanted, by id. A glob's `*` reaches over dots.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    only: Option<GlobSet>,
    skip: GlobSet,
}

impl Wanted {
    /// Compiles globs; no `only` means all.
    ///
    /// # Errors
    ///
    /// When a glob is not one.
    pub fn new(only: &[String], skip: &[String]) -> Result<Self, globset::Error> {
        let only = if only.is_empty() {
            None
        } else {
            Some(set(only)?)
        };
        Ok(Self {
            only,
            skip: set(skip)?,
        })
    }

    fn takes(&self, check: &Check) -> bool {
        self.only
            .as_ref()
            .is_none_or(|only| only.is_match(check.id))
            && !self.skip.is_match(check.id)
    }
}

fn set(globs: &[String]) -> Result<GlobSet, globset::Error> {
    let mut builder = GlobSetBuilder::new();
    for glob in globs {
        builder.add(Glob::new(glob)?);
    }
    builder.build()
}

/// What a run makes, and what it leaves out with the reason.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The checks to make, in the order of their ids.
    pub checks: Vec<Check>,
    /// The checks that were wanted and cannot be made on this target.
    pub skipped: Vec<(Check, Skip)>,
}

impl Plan {
    /// Chooses among checks.
    pub fn new(
        checks: impl IntoIterator<Item = Check>,
        wanted: &Wanted,
        mode: Mode,
        offer: Offer,
    ) -> Self {
        let mut plan = Self::default();
        for check in checks.into_iter().filter(|check| wanted.takes(check)) {
            let lacks = offer.lacks(&check);
            if !mode.permits(check.effects) {
                let reason = format!("it {}; the mode is `{mode}`", told(check.effects));
                plan.skipped.push((check, Skip::because(reason)));
            } else if let Some(reason) = lacks {
                plan.skipped.push((check, Skip::because(reason)));
            } else {
                plan.checks.push(check);
            }
        }
        plan.checks.sort_by_key(|check| check.id);
        plan.skipped.sort_by_key(|(check, _)| check.id);
        plan
    }

    /// Tells whether nothing at all would be observed.
    pub fn is_empty(&self) -> bool {
        self.checks.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Run;

    const fn check(id: &'static str, effects: Effects, needs: &'static [Need]) -> Check {
        Check {
            id,
            title: "",
            cites: &[],
            effects,
            needs,
            run: Run::Function(|_| Box::pin(async { Ok(()) })),
        }
    }

    const CHECKS: [Check; 3] = [
        check(
            "a.b.creates",
            Effects::Creates,
            &[Need::ConfigurationClient],
        ),
        check("a.b.reads", Effects::Reads, &[]),
        check("a.c.destroys", Effects::Destroys, &[]),
    ];

    fn ids(plan: &Plan) -> Vec<&str> {
        plan.checks.iter().map(|check| check.id).collect()
    }

    fn plan(only: &[&str], skip: &[&str], mode: Mode, client: bool) -> Plan {
        let owned = |globs: &[&str]| {
            globs
                .iter()
                .map(|glob| (*glob).to_owned())
                .collect::<Vec<_>>()
        };
        let wanted = Wanted::new(&owned(only), &owned(skip)).expect("good globs");
        let offer = Offer {
            customer: true,
            configuration_client: client,
            ..Offer::default()
        };
        Plan::new(CHECKS, &wanted, mode, offer)
    }

    #[test]
    fn a_mode_leaves_out_what_does_more() {
        let careful = plan(&[], &[], Mode::ReadOnly, true);
        assert_eq!(ids(&careful), ["a.b.reads"]);
        assert_eq!(careful.skipped.len(), 2);
        assert_eq!(
            ids(&plan(&[], &[], Mode::OwnObjects, true)),
            ["a.b.creates", "a.b.reads"]
        );
        assert_eq!(ids(&plan(&[], &[], Mode::Full, true)).len(), 3);
    }

    #[test]
    fn what_is_not_wanted_is_not_even_skipped() {
        let one = plan(&["a.b.*"], &["*.creates"], Mode::Full, true);
        assert_eq!(ids(&one), ["a.b.reads"]);
        assert!(one.skipped.is_empty());
        assert!(plan(&["nothing*"], &[], Mode::Full, true).is_empty());
    }

    #[test]
    fn a_need_that_is_not_met_skips_with_a_reason() {
        let poor = plan(&[], &[], Mode::Full, false);
        assert_eq!(ids(&poor), ["a.b.reads", "a.c.destroys"]);
        assert_eq!(
            poor.skipped[0].1.reason,
            "it needs credentials of a configuration client"
        );
    }
}
