//! Faults of the key set.

use base64::Engine;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use http::Method;
use http::header::CACHE_CONTROL;
use serde_json::{Map, Value, json};

use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};

pub(super) const FAULTS: &[Fault] = &[
    of(
        "private-exponent-is-shown",
        "The key set shows the private exponent of a key",
        Act::Answer(|_, asked, answer| {
            each(asked, answer, |key| {
                key.insert("d".to_owned(), json!("AQAB"));
            });
        }),
    ),
    of(
        "symmetric-key-is-shown",
        "The key set holds a symmetric key beside the others",
        Act::Answer(|_, asked, answer| {
            all(asked, answer, |keys| {
                keys.push(json!({ "kty": "oct", "kid": "shared", "use": "sig", "alg": "HS256", "k": "AQAB" }));
            });
        }),
    ),
    of(
        "previous-key-is-gone",
        "The key set holds two keys instead of three",
        Act::Answer(|_, asked, answer| all(asked, answer, |keys| drop(keys.remove(0)))),
    ),
    of(
        "signing-key-is-not-published",
        "The key that signs is not in the key set",
        Act::Answer(|_, asked, answer| all(asked, answer, |keys| drop(keys.remove(1)))),
    ),
    of(
        "key-ids-are-swapped",
        "The keys of the set stand under the ids of each other",
        Act::Answer(|_, asked, answer| {
            all(asked, answer, |keys| {
                let mut ids: Vec<Value> = keys.iter().map(|key| key["kid"].clone()).collect();
                ids.rotate_left(1);
                for (key, id) in keys.iter_mut().zip(ids) {
                    key["kid"] = id;
                }
            });
        }),
    ),
    of(
        "key-ids-are-all-the-same",
        "All keys of the set have the same id",
        Act::Answer(|_, asked, answer| {
            all(asked, answer, |keys| {
                let id = keys[0]["kid"].clone();
                keys.iter_mut().for_each(|key| key["kid"] = id.clone());
            });
        }),
    ),
    of(
        "keys-have-no-ids",
        "The keys of the set have no id",
        Act::Answer(|_, asked, answer| {
            each(asked, answer, |key| {
                key.remove("kid");
            });
        }),
    ),
    of(
        "keys-have-no-type",
        "The keys of the set do not say what type they are of",
        Act::Answer(|_, asked, answer| {
            each(asked, answer, |key| {
                key.remove("kty");
            });
        }),
    ),
    of(
        "keys-are-for-encryption",
        "The keys that sign are said to be for encryption",
        Act::Answer(|_, asked, answer| {
            each(asked, answer, |key| {
                key.insert("use".to_owned(), json!("enc"));
            });
        }),
    ),
    of(
        "uses-are-mixed-and-untold",
        "A key for encryption stands among keys that do not say their use",
        Act::Answer(|_, asked, answer| {
            all(asked, answer, |keys| {
                keys[0]["use"] = json!("enc");
                for key in keys.iter_mut().skip(1).filter_map(Value::as_object_mut) {
                    key.remove("use");
                }
            });
        }),
    ),
    of(
        "algorithm-is-rs512",
        "The keys of the set are said to be for RS512",
        Act::Answer(|_, asked, answer| {
            each(asked, answer, |key| {
                key.insert("alg".to_owned(), json!("RS512"));
            });
        }),
    ),
    of(
        "exponent-is-three",
        "The public exponent of every key is said to be 3",
        Act::Answer(|_, asked, answer| {
            each(asked, answer, |key| {
                key.insert("e".to_owned(), json!("Aw"));
            });
        }),
    ),
    of(
        "moduli-have-1024-bits",
        "The keys of the set have 1024 bits",
        Act::Answer(|_, asked, answer| {
            modulus(asked, answer, |bytes| URL_SAFE_NO_PAD.encode(&bytes[..128]));
        }),
    ),
    of(
        "moduli-begin-with-a-zero",
        "The modulus of every key begins with the zero that marks a number as positive",
        Act::Answer(|_, asked, answer| {
            modulus(asked, answer, |bytes| {
                URL_SAFE_NO_PAD.encode([&[0], bytes].concat())
            });
        }),
    ),
    of(
        "moduli-are-padded",
        "The modulus of every key is written with padding",
        Act::Answer(|_, asked, answer| modulus(asked, answer, |bytes| URL_SAFE.encode(bytes))),
    ),
    of(
        "key-is-there-twice",
        "One key stands in the set twice, under two ids",
        Act::Answer(|_, asked, answer| {
            all(asked, answer, |keys| {
                keys[2]["n"] = keys[0]["n"].clone();
            });
        }),
    ),
    of(
        "keys-are-a-map",
        "The key set maps ids to keys instead of listing them",
        Act::Answer(|_, asked, answer| {
            if !is_set(asked) {
                return;
            }
            answer.edit(|set| {
                let keys = set["keys"].as_array().cloned().unwrap_or_default();
                let named = keys
                    .into_iter()
                    .filter_map(|key| Some((key["kid"].as_str()?.to_owned(), key)));
                set["keys"] = named.collect::<Map<_, _>>().into();
            });
        }),
    ),
    of(
        "keys-change-at-every-look",
        "The keys are made anew whenever somebody looks at them",
        Act::Around(|app, asked, behind| {
            Box::pin(async move {
                let customer = asked.customer().filter(|_| is_set(&asked));
                if let Some(customer) = customer.and_then(|id| app.store().customer(id)) {
                    // Without another key the present ones stay, and the fault does nothing.
                    let _made = app.signer().rotate(customer.keys()).await;
                }
                behind.ask(asked).await
            })
        }),
    ),
    of(
        "keys-are-kept-for-a-year",
        "Keys may be kept for a year, beside being never stored",
        Act::Answer(|_, asked, answer| {
            if is_set(asked) {
                answer.set_header(CACHE_CONTROL, "no-store, max-age=31536000");
            }
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "keys",
        title,
        act,
    }
}

fn is_set(asked: &Asked) -> bool {
    asked.is(&Method::GET, "login/jwk")
}

/// Changes the list of keys; there are three.
fn all(asked: &Asked, answer: &mut Answer, change: impl FnOnce(&mut Vec<Value>)) {
    if is_set(asked) {
        answer.edit_members(|set| {
            if let Some(Value::Array(keys)) = set.get_mut("keys").filter(|keys| keys[2].is_object())
            {
                change(keys);
            }
        });
    }
}

fn each(asked: &Asked, answer: &mut Answer, change: impl Fn(&mut Map<String, Value>)) {
    all(asked, answer, |keys| {
        keys.iter_mut()
            .filter_map(Value::as_object_mut)
            .for_each(change);
    });
}

fn modulus(asked: &Asked, answer: &mut Answer, write: impl Fn(&[u8]) -> String) {
    each(asked, answer, |key| {
        let written = key["n"]
            .as_str()
            .and_then(|n| URL_SAFE_NO_PAD.decode(n).ok());
        if let Some(bytes) = written {
            key.insert("n".to_owned(), write(&bytes).into());
        }
    });
}
