//! The readings stand in two places that may not use each other: as data for the judge, as settings of the server.

use std::collections::BTreeMap;

use reference_server::settings::Readings;

#[test]
fn the_server_can_give_every_answer_that_the_judge_accepts() {
    let data: BTreeMap<&str, Vec<&str>> = fixtures::readings::all()
        .iter()
        .map(|reading| {
            let answers = reading.answers.iter().map(String::as_str).collect();
            (reading.id.as_str(), answers)
        })
        .collect();
    let settings: BTreeMap<&str, Vec<&str>> = Readings::ids()
        .map(|id| {
            let answers = Readings::answers(id).expect("the id was just listed");
            (id, answers.to_vec())
        })
        .collect();
    assert_eq!(settings, data);
}

#[test]
fn the_server_starts_with_the_default_answers() {
    let data: BTreeMap<&str, &str> = fixtures::readings::all()
        .iter()
        .map(|reading| (reading.id.as_str(), reading.default_answer()))
        .collect();
    let defaults = Readings::default().pairs();
    let settings: BTreeMap<&str, &str> = defaults
        .iter()
        .map(|(id, answer)| (*id, answer.as_str()))
        .collect();
    assert_eq!(settings, data);
}
