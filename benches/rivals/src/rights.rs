//! What scopes say, as sets of prefixes.

use scope_lang::{Behaviour, Scope};

/// Holds the prefixes that scopes of one behaviour cover.
#[derive(Clone, Debug, Default)]
pub struct Rights {
    /// Prefixes that are covered with all that is below them; the empty one is everything.
    pub below: Vec<String>,
    /// Paths that are covered alone.
    pub itself: Vec<String>,
}

impl Rights {
    /// Collects what the scopes of one behaviour cover.
    ///
    /// ```
    /// use rivals::rights::Rights;
    /// use scope_lang::Behaviour;
    ///
    /// let scopes = ["*:config/**".parse()?, "*:webhooks".parse()?, ".:**".parse()?];
    /// let full = Rights::of(Behaviour::Full, &scopes);
    /// assert_eq!((full.below, full.itself), (vec!["config".into()], vec!["webhooks".into()]));
    /// assert_eq!(Rights::of(Behaviour::Read, &scopes).below, [""]);
    /// # Ok::<(), scope_lang::ParseError>(())
    /// ```
    #[must_use]
    pub fn of(behaviour: Behaviour, scopes: &[Scope]) -> Self {
        let resources = scopes
            .iter()
            .filter(|scope| scope.behaviour() == behaviour)
            .map(Scope::resource);
        let (itself, below): (Vec<_>, Vec<_>) = resources.partition(|resource| resource.is_bare());
        let prefixes = |resources: Vec<&scope_lang::Resource>| {
            resources
                .iter()
                .map(|resource| resource.prefix().to_owned())
                .collect()
        };
        Self {
            below: prefixes(below),
            itself: prefixes(itself),
        }
    }
}

/// Gives the prefixes of a path that end at a slash or at its end, the empty one first.
pub fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    let slashes = path.match_indices('/').map(|(at, _)| at);
    [0].into_iter()
        .chain(slashes)
        .chain([path.len()])
        .map(|len| &path[..len])
}
