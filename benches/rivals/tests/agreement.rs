//! All engines give the answer of the decision table, on every row that holds by default.

use fixtures::decisions::{self, Decision};
use rivals::casbin::Casbin;
use rivals::cedar::Cedar;
use rivals::cedar_data::CedarData;
use rivals::ours::Ours;
use rivals::regorus::Regorus;
use rivals::{Answer, Engine};
use scope_lang::{Method, Scope};

const A: &str = "6d1f0b8a-7c11-4c39-9a51-00000000000a";
const B: &str = "6d1f0b8a-7c11-4c39-9a51-00000000000b";

/// The rows on which an engine does not answer as the table does.
fn disagreements<E: Engine>() -> Vec<String> {
    let rows: Vec<&Decision> = decisions::all()
        .filter(|row| row.holds_by_default())
        .collect();
    assert!(rows.len() >= 1000, "{} rows", rows.len());
    let allowed = rows.iter().filter(|row| row.allowed()).count();
    assert!(
        allowed > 100 && allowed < rows.len() - 100,
        "{allowed} rows allow"
    );
    let disagrees = |row: &&&Decision| match answer::<E>(row) {
        Ok(answer) => answer != row.allowed(),
        Err(error) => panic!("{}: {row}: {error}", E::NAME),
    };
    rows.iter()
        .filter(disagrees)
        .map(ToString::to_string)
        .collect()
}

fn answer<E: Engine>(row: &Decision) -> Answer<bool> {
    let scopes = row
        .scopes(A, B)
        .iter()
        .map(|text| text.parse())
        .collect::<Result<Vec<Scope>, _>>()?;
    let mut engine = E::new(&scopes)?;
    let method = Method::parse(row.method().as_str()).ok_or("a method of the language")?;
    let request = engine.request(method, &row.path(A, B))?;
    engine.allows(&request)
}

#[test]
fn ours_agrees() {
    assert_eq!(disagreements::<Ours>(), [""; 0]);
}

#[test]
fn cedar_agrees() {
    assert_eq!(disagreements::<Cedar>(), [""; 0]);
}

#[test]
fn cedar_over_data_agrees() {
    assert_eq!(disagreements::<CedarData>(), [""; 0]);
}

#[test]
fn casbin_agrees() {
    assert_eq!(disagreements::<Casbin>(), [""; 0]);
}

#[test]
fn regorus_agrees() {
    assert_eq!(disagreements::<Regorus>(), [""; 0]);
}
