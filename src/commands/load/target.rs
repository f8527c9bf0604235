//! The flags that say which target is loaded: the same description as that of `check`.

use std::path::{Path, PathBuf};

use conformance::{description::Usable, http::tls, plan::Mode};
use loadtest::{
    secret::Secret,
    target::{Client, Listener, Roots, Target, User},
};

use crate::commands::check;
use crate::exit::{Exit, Failure};

/// Which target, and whether it may be loaded.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Target")]
pub(crate) struct TargetArgs {
    /// Address of the target; credentials are in the same variables as those of `check`.
    #[arg(long, value_name = "BASE", requires = "customer")]
    url: Option<String>,

    /// The customer: the first segment of every path.
    #[arg(long, value_name = "ID", requires = "url")]
    customer: Option<String>,

    /// Description of the target, with everything in it.
    #[arg(long, value_name = "FILE.toml", conflicts_with = "url")]
    target: Option<PathBuf>,

    /// Requests a second at most, 0.01 to 100000.
    #[arg(long, value_name = "N", value_parser = check::target::rate, allow_negative_numbers = true)]
    rate: Option<f64>,

    /// Says that a target off this machine is yours to load; once for each description, remembered beside it.
    #[arg(long)]
    i_own_this_target: bool,

    #[command(flatten)]
    listener: check::ListenerArgs,
}

impl TargetArgs {
    /// Tells whether the flags name a target at all.
    pub(super) fn names_one(&self) -> bool {
        self.url.is_some() || self.target.is_some()
    }

    /// Returns the file that describes the target, if one does.
    pub(super) fn file(&self) -> Option<&Path> {
        self.target.as_deref()
    }

    /// Tells whether the user says that the target is theirs.
    pub(super) fn owns(&self) -> bool {
        self.i_own_this_target
    }

    /// Returns the words that tell a worker which target is meant; its rate is another one.
    pub(super) fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        for (flag, value) in [("--url", &self.url), ("--customer", &self.customer)] {
            if let Some(value) = value {
                words.extend([flag.to_owned(), value.clone()]);
            }
        }
        if let Some(file) = &self.target {
            words.extend(described(file));
        }
        if self.i_own_this_target {
            words.push("--i-own-this-target".to_owned());
        }
        words
    }

    /// Looks up everything that the flags and the file say; nothing is sent for it.
    pub(super) fn usable(&self) -> Result<Target, Failure> {
        let args = check::TargetArgs::of(
            self.url.clone(),
            self.customer.clone(),
            self.target.clone(),
            self.rate,
            self.listener.clone(),
        );
        loaded(args.usable()?)
    }

    /// Looks up everything that a file says, with the rate of the flags.
    pub(super) fn of_file(&self, file: &Path) -> Result<Target, Failure> {
        let listener = self.listener.clone();
        let args = check::TargetArgs::of(None, None, Some(file.to_owned()), self.rate, listener);
        loaded(args.usable()?)
    }
}

/// Returns the words that tell a worker of a description.
pub(super) fn described(file: &Path) -> [String; 2] {
    ["--target".to_owned(), file.display().to_string()]
}

/// Turns what the judge needs into what a load needs.
fn loaded(usable: Usable) -> Result<Target, Failure> {
    let settings = usable.settings;
    let Some(customer) = settings.customer else {
        return Err(Failure::new(
            Exit::TargetUnusable,
            miette::miette!("the target is not usable: `customer`: a load needs one"),
        ));
    };
    let secret = |secret: &conformance::secret::Secret| Secret::new(secret.expose());
    let configuration = settings.configuration_client.as_ref().map(|client| Client {
        id: client.id.clone(),
        secret: Some(secret(&client.secret)),
        redirect_uri: String::new(),
    });
    let login = settings.login.described().map(|client| Client {
        id: client.id.clone(),
        secret: client.secret.as_ref().map(secret),
        redirect_uri: client.redirect_uri.clone(),
    });
    let user = settings.login.user.as_ref().map(|user| User {
        name: user.name.clone(),
        password: secret(&user.password),
    });
    Ok(Target {
        configuration,
        login,
        user,
        may_write: usable.mode != Mode::ReadOnly,
        control: settings.control,
        // The other one is any free port of this machine, which needs no saying.
        listener: settings
            .listener
            .filter(|place| place.is_wanted)
            .map(|place| Listener {
                bind: place.bind,
                url: place.url,
            }),
        roots: match settings.roots {
            tls::Roots::None => Roots::None,
            tls::Roots::System => Roots::System,
            tls::Roots::These(certificates) => Roots::These(certificates),
        },
        rate: settings.limits.rate,
        connect: settings.limits.connect,
        exchange: settings.limits.exchange,
        body: settings.limits.body,
        ..Target::at(settings.url, customer)
    })
}
