//! Laws that hold for every list of scopes, path, method and reading.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use scope_lang::{
    Behaviour, Decision, Form, Method, Readings, Reason, Resource, Scope, ScopeSet, naive,
};

/// Few names, so that scopes and paths meet; some with a common start, and of lengths on both
/// sides of eight bytes.
const NAMES: [&str; 8] = [
    "config",
    "clients",
    "clientsX",
    "a",
    "secret",
    "loginPolicies",
    "Config",
    "webhooks",
];

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => select(&NAMES[..]).prop_map(str::to_owned),
        1 => "[a-zA-Z0-9._~:%-]{1,40}",
    ]
}

fn resource() -> impl Strategy<Value = Resource> {
    (vec(name(), 0..=5), any::<bool>()).prop_map(|(mut segments, wildcard)| {
        if wildcard || segments.is_empty() {
            segments.push("**".to_owned());
        }
        segments
            .join("/")
            .parse()
            .expect("names and a last wildcard")
    })
}

fn scope_that(behaviours: &'static [Behaviour]) -> impl Strategy<Value = Scope> {
    (select(behaviours), resource())
        .prop_map(|(behaviour, resource)| Scope::new(behaviour, resource))
}

fn scope() -> impl Strategy<Value = Scope> {
    scope_that(&Behaviour::ALL)
}

fn scopes() -> impl Strategy<Value = Vec<Scope>> {
    prop_oneof![3 => vec(scope(), 0..=5), 1 => vec(scope(), 0..=40)]
}

/// A path that the server could be asked for, or one with an empty segment somewhere.
fn path() -> impl Strategy<Value = String> {
    let segment = prop_oneof![20 => name(), 1 => Just(String::new())];
    vec(segment, 0..=5).prop_map(|segments| segments.join("/"))
}

fn method() -> impl Strategy<Value = Method> {
    select(&Method::ALL[..])
}

fn readings() -> impl Strategy<Value = Readings> {
    select(Readings::all().collect::<Vec<_>>())
}

/// Scopes, readings, and a request that tends to be about one of the scopes.
#[derive(Clone, Debug)]
struct Case {
    scopes: Vec<Scope>,
    readings: Readings,
    method: Method,
    path: String,
}

fn case() -> impl Strategy<Value = Case> {
    let below =
        prop_oneof![3 => Just(String::new()), 1 => path().prop_map(|path| format!("/{path}"))];
    (
        scopes(),
        readings(),
        method(),
        path(),
        any::<Option<Index>>(),
        below,
    )
        .prop_map(|(scopes, readings, method, path, about, below)| {
            let about = about
                .filter(|_| !scopes.is_empty())
                .map(|index| index.get(&scopes));
            let path = about.map_or(path, |scope| {
                format!("{}{below}", scope.resource().prefix())
            });
            Case {
                scopes,
                readings,
                method,
                path,
            }
        })
}

impl Case {
    fn set(&self) -> ScopeSet {
        ScopeSet::compile(&self.scopes, self.readings)
    }

    fn with(&self, scope: Scope) -> Self {
        let mut scopes = self.scopes.clone();
        scopes.push(scope);
        Self {
            scopes,
            ..self.clone()
        }
    }

    fn is_allowed(&self) -> bool {
        self.set().decide(self.method, &self.path).allowed()
    }
}

/// What must be the same whatever the order of the list: all of it, but for which of several items
/// is named as the one that opens their list.
fn essence(decision: Decision<'_>) -> (Reason, Option<Scope>) {
    let by = decision
        .by()
        .filter(|_| decision.reason() != Reason::ItemOpensList);
    (decision.reason(), by.cloned())
}

fn config() -> ProptestConfig {
    // A failure prints its case; files of seeds are not kept.
    ProptestConfig {
        cases: 1000,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_printed_scope_reads_back(scope in scope()) {
        prop_assert_eq!(scope.to_string().parse(), Ok(scope));
    }

    #[test]
    fn a_text_that_reads_as_a_scope_prints_as_it_was(text in "[*+.:/a-c \\\\é-]{0,8}") {
        match text.parse::<Scope>() {
            Ok(scope) => prop_assert_eq!(scope.to_string(), text),
            Err(error) => prop_assert!(text.is_char_boundary(error.at()), "{}: {}", text, error),
        }
    }

    #[test]
    fn compiled_decides_as_naive_under_every_reading(
        scopes in scopes(), path in path(), method in method(),
    ) {
        for readings in Readings::all() {
            let expected = naive::decide(&scopes, readings, method, &path);
            for form in [Form::Flat, Form::Table] {
                let set = ScopeSet::compile_as(form, &scopes, readings);
                prop_assert_eq!(set.decide(method, &path), expected, "{:?} {:?}", form, readings);
            }
        }
    }

    #[test]
    fn compiled_decides_as_naive_about_paths_that_scopes_name(case in case()) {
        let Case { scopes, readings, method, path } = &case;
        let expected = naive::decide(scopes, *readings, *method, path);
        for form in [Form::Flat, Form::Table] {
            let set = ScopeSet::compile_as(form, scopes, *readings);
            prop_assert_eq!(set.decide(*method, path), expected, "{:?}", form);
        }
    }

    #[test]
    fn a_deny_only_takes_away(case in case(), deny in scope_that(&[Behaviour::Deny])) {
        if case.with(deny).is_allowed() {
            prop_assert!(case.is_allowed());
        }
    }

    #[test]
    fn a_deny_is_final_where_it_covers(case in case(), deny in scope_that(&[Behaviour::Deny])) {
        if naive::covers(deny.resource(), case.readings, &case.path) {
            prop_assert!(!case.with(deny).is_allowed());
        }
    }

    #[test]
    fn order_never_matters(
        (case, shuffled) in case().prop_flat_map(|case| {
            let shuffled = Just(case.scopes.clone()).prop_shuffle();
            (Just(case), shuffled)
        }),
    ) {
        let one = case.set();
        let other = ScopeSet::compile(&shuffled, case.readings);
        prop_assert_eq!(
            essence(one.decide(case.method, &case.path)),
            essence(other.decide(case.method, &case.path))
        );
    }

    #[test]
    fn saying_it_twice_changes_nothing(case in case()) {
        let twice: Vec<Scope> = case.scopes.iter().chain(&case.scopes).cloned().collect();
        let (once, twice) = (case.set(), ScopeSet::compile(&twice, case.readings));
        prop_assert_eq!(
            twice.decide(case.method, &case.path),
            once.decide(case.method, &case.path)
        );
    }

    /// The one exception is in the documented table: mutate wins over read, and cannot GET.
    #[test]
    fn an_added_allow_takes_away_only_as_the_table_says(
        case in case(),
        added in scope_that(&[Behaviour::Full, Behaviour::Mutate, Behaviour::Read]),
    ) {
        let more = case.with(added.clone());
        if case.is_allowed() && !more.is_allowed() {
            prop_assert_eq!(added.behaviour(), Behaviour::Mutate);
            prop_assert_eq!(case.method, Method::Get);
            prop_assert!(!case.readings.plus_with_read);
            let before = case.set();
            let by = before.decide(case.method, &case.path).by().map(Scope::behaviour);
            prop_assert_eq!(by, Some(Behaviour::Read));
        }
    }

    #[test]
    fn the_explanation_states_the_decision(case in case()) {
        let set = case.set();
        let decision = set.decide(case.method, &case.path);
        let explanation = set.explain(case.method, &case.path);
        prop_assert_eq!(explanation.allowed, decision.allowed());
        prop_assert_eq!(explanation.reason, decision.reason());
        prop_assert_eq!(explanation.by.as_ref(), decision.by());
        let only_covering_decides = decision.reason() != Reason::ItemOpensList;
        match decision.by() {
            Some(by) => {
                let text = explanation.to_string();
                prop_assert!(text.contains(&format!("`{by}`")), "{}", text);
                prop_assert!(!only_covering_decides || explanation.covered_by.contains(by));
            }
            None => prop_assert!(explanation.covered_by.is_empty()),
        }
    }
}
