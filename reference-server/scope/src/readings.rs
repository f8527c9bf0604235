//! The points of the scope language that the documentation leaves open.

use thiserror::Error;

/// Holds an answer to each question that the documentation leaves open or answers twice.
///
/// The default is the documented answer, or the one inferred from seed 001.
///
/// ```
/// use scope_lang::Readings;
///
/// let mut readings = Readings::default();
/// assert!(readings.plus_creates && !readings.plus_with_read);
/// readings.answer("plus-with-read", "yes")?;
/// assert!(readings.plus_with_read);
/// # Ok::<(), scope_lang::ReadingError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Readings {
    /// `plus-with-read`: may a resource under both `+` and `.` be read? By default no: mutate wins.
    pub plus_with_read: bool,
    /// `bare-config`: does a resource of one segment without `**` cover what is below it? By
    /// default it covers only itself.
    pub bare_config_covers_below: bool,
    /// `item-scope-lists`: does a full or read scope on an item allow GET on its collection? By
    /// default no.
    pub item_scope_lists: bool,
    /// `plus-creates`: does `+` allow POST on a collection? By default yes.
    pub plus_creates: bool,
    /// `plus-resets-secret`: does `+` allow POST on a secret? By default yes.
    pub plus_resets_secret: bool,
}

impl Default for Readings {
    fn default() -> Self {
        Self {
            plus_with_read: false,
            bare_config_covers_below: false,
            item_scope_lists: false,
            plus_creates: true,
            plus_resets_secret: true,
        }
    }
}

/// One question: its id, what to write for `false` and for `true`, and the answer's place.
struct Question {
    id: &'static str,
    answers: [&'static str; 2],
    place: fn(&mut Readings) -> &mut bool,
}

const QUESTIONS: [Question; 5] = [
    Question {
        id: "plus-with-read",
        answers: ["no", "yes"],
        place: |r| &mut r.plus_with_read,
    },
    Question {
        id: "bare-config",
        answers: ["nothing-below", "everything-below"],
        place: |r| &mut r.bare_config_covers_below,
    },
    Question {
        id: "item-scope-lists",
        answers: ["no", "yes"],
        place: |r| &mut r.item_scope_lists,
    },
    Question {
        id: "plus-creates",
        answers: ["no", "yes"],
        place: |r| &mut r.plus_creates,
    },
    Question {
        id: "plus-resets-secret",
        answers: ["no", "yes"],
        place: |r| &mut r.plus_resets_secret,
    },
];

impl Readings {
    /// Sets the answer to one question, by the id and the answer that people write.
    ///
    /// # Errors
    ///
    /// Refuses an id that is not a question of the scope language, and an answer that is not one
    /// of the two listed for it; the readings stay as they were.
    pub fn answer(&mut self, id: &str, answer: &str) -> Result<(), ReadingError> {
        let question = QUESTIONS.iter().find(|question| question.id == id);
        let question = question.ok_or_else(|| ReadingError::Id { id: id.to_owned() })?;
        let [no, yes] = question.answers;
        let holds = match answer {
            _ if answer == no => false,
            _ if answer == yes => true,
            _ => {
                let (id, answer) = (question.id, answer.to_owned());
                return Err(ReadingError::Answer {
                    id,
                    answer,
                    answers: question.answers,
                });
            }
        };
        *(question.place)(self) = holds;
        Ok(())
    }

    /// Gives each question's id and its answer, as people write them.
    #[must_use]
    pub fn answers(mut self) -> [(&'static str, &'static str); 5] {
        QUESTIONS.map(
            |Question {
                 id,
                 answers: [no, yes],
                 place,
             }| { (id, if *place(&mut self) { yes } else { no }) },
        )
    }

    /// Gives every combination of answers: 32 of them.
    pub fn all() -> impl Iterator<Item = Self> {
        (0_u8..32).map(|bits| Self {
            plus_with_read: bits & 1 != 0,
            bare_config_covers_below: bits & 2 != 0,
            item_scope_lists: bits & 4 != 0,
            plus_creates: bits & 8 != 0,
            plus_resets_secret: bits & 16 != 0,
        })
    }
}

/// Says why an answer to a reading cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReadingError {
    /// No question of the scope language has this id.
    #[error(
        "`{id}` is no reading of the scope language: expected `plus-with-read`, `bare-config`, \
         `item-scope-lists`, `plus-creates` or `plus-resets-secret`"
    )]
    Id {
        /// What was written.
        id: String,
    },
    /// The question has two answers, and this is neither.
    #[error("`{answer}` is no answer to `{id}`: expected `{}` or `{}`", answers[0], answers[1])]
    Answer {
        /// The question.
        id: &'static str,
        /// What was written.
        answer: String,
        /// What could have been written.
        answers: [&'static str; 2],
    },
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn answers_read_back_under_every_combination() {
        assert_eq!(Readings::all().collect::<HashSet<_>>().len(), 32);
        for readings in Readings::all() {
            let mut again = Readings::default();
            for (id, answer) in readings.answers() {
                again
                    .answer(id, answer)
                    .expect("an answer that was just printed");
            }
            assert_eq!(again, readings);
        }
    }

    #[test]
    fn what_is_not_listed_is_refused_by_name() {
        let mut readings = Readings::default();
        let error = readings
            .answer("rejected-token", "401")
            .expect_err("not of this language");
        assert!(
            error
                .to_string()
                .starts_with("`rejected-token` is no reading")
        );
        let error = readings
            .answer("bare-config", "yes")
            .expect_err("not an answer to this");
        let text = "`yes` is no answer to `bare-config`: expected `nothing-below` or \
                    `everything-below`";
        assert_eq!(error.to_string(), text);
        assert_eq!(readings, Readings::default());
    }
}
