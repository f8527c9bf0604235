//! The table, by the names that people write.

use super::*;

#[test]
fn every_answer_can_be_set_and_reads_back() {
    for (id, answers) in Readings::TABLE {
        assert_eq!(Readings::answers(id), Some(*answers));
        for answer in *answers {
            let mut readings = Readings::default();
            readings
                .set(&format!("{id}={answer}"))
                .expect("it is in the table");
            let (_, given) = readings
                .pairs()
                .into_iter()
                .find(|(known, _)| known == id)
                .expect("it is in the table");
            assert_eq!(given, *answer);
        }
        let default = Readings::default()
            .pairs()
            .into_iter()
            .find(|(known, _)| known == id);
        assert_eq!(
            default.map(|(_, answer)| answer).as_deref(),
            Some(answers[0])
        );
    }
}

#[test]
fn errors_say_what_would_be_right() {
    let mut readings = Readings::default();
    let said = |error: Result<(), ReadingError>| error.unwrap_err().to_string();
    assert_eq!(
        said(readings.set("rejected-token=500")),
        "`500` is no answer to `rejected-token`; allowed: 401, 403"
    );
    assert_eq!(
        said(readings.set("rejected-token")),
        "`rejected-token` is not of the form ID=ANSWER"
    );
    assert!(
        said(readings.set("x=1"))
            .starts_with("no reading is called `x`; there are: rejected-token, ")
    );
    assert_eq!(readings, Readings::default());
}
