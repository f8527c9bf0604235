//! What master and worker tell each other: `[type, data, node id]` in MessagePack.

use rmpv::Value;

/// How deep values may lie in each other.
const DEEPEST: usize = 32;

/// The longest type of a message.
const LONGEST_KIND: usize = 100;

/// A message.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Its type, for example `spawn`.
    pub kind: String,
    /// What it says.
    pub data: Value,
    /// The worker that it is from or for.
    pub node: String,
}

/// Says why bytes are no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a message of Locust: {0}")]
pub struct Unreadable(&'static str);

impl Message {
    /// Makes one.
    pub fn new(kind: &str, data: Value, node: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            data,
            node: node.to_owned(),
        }
    }

    /// Writes it.
    ///
    /// ```
    /// use loadtest::locust::message::Message;
    ///
    /// let message = Message::new("heartbeat", rmpv::Value::Nil, "worker-1");
    /// assert_eq!(Message::read(&message.bytes()), Ok(message));
    /// ```
    pub fn bytes(&self) -> Vec<u8> {
        let whole = Value::Array(vec![
            self.kind.as_str().into(),
            self.data.clone(),
            self.node.as_str().into(),
        ]);
        let mut bytes = Vec::new();
        // Memory takes every byte.
        let _ = rmpv::encode::write_value(&mut bytes, &whole);
        bytes
    }

    /// Reads one.
    ///
    /// # Errors
    ///
    /// When the bytes are not MessagePack, are followed by others, or are not a triple of a text, a value and a text.
    pub fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        let mut rest = bytes;
        let whole = rmpv::decode::read_value_with_max_depth(&mut rest, DEEPEST)
            .map_err(|_| Unreadable("no MessagePack"))?;
        if !rest.is_empty() {
            return Err(Unreadable("more than one value"));
        }
        let Value::Array(parts) = whole else {
            return Err(Unreadable("no array"));
        };
        let Ok([kind, data, node]) = <[Value; 3]>::try_from(parts) else {
            return Err(Unreadable("not three parts"));
        };
        let kind = match kind.as_str() {
            Some(kind) if kind.len() <= LONGEST_KIND => kind.to_owned(),
            _ => return Err(Unreadable("its type is no text, or too long")),
        };
        // A master of Locust repeats the id of the worker; whoever leaves it out means the same.
        let node = node.as_str().unwrap_or_default().to_owned();
        Ok(Self { kind, data, node })
    }
}

/// Makes a map of names and values.
pub fn map<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    let pair = |(name, value): (&str, Value)| (name.into(), value);
    Value::Map(pairs.into_iter().map(pair).collect())
}

/// Returns a value of a map by its name.
pub fn field<'a>(data: &'a Value, name: &str) -> Option<&'a Value> {
    let map = data.as_map()?;
    let found = map.iter().find(|(key, _)| key.as_str() == Some(name))?;
    Some(&found.1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_message_is_refused_with_the_reason() {
        let bytes = |value: Value| {
            let mut bytes = Vec::new();
            rmpv::encode::write_value(&mut bytes, &value).expect("memory takes every byte");
            bytes
        };
        let refused = |bytes: &[u8]| match Message::read(bytes) {
            Ok(read) => panic!("{read:?}"),
            Err(unreadable) => unreadable.0,
        };
        assert_eq!(refused(&[]), "no MessagePack");
        // A byte that stands for nothing is taken for nothing.
        assert_eq!(refused(&[0xc1]), "no array");
        // An array that says that it has four thousand million parts.
        assert_eq!(refused(&[0xdd, 0xff, 0xff, 0xff, 0xff]), "no MessagePack");
        assert_eq!(refused(&[0x91; 10_000]), "no MessagePack");
        assert_eq!(refused(&bytes("ack".into())), "no array");
        assert_eq!(
            refused(&bytes(Value::Array(vec!["ack".into()]))),
            "not three parts"
        );
        let triple = |kind: Value| bytes(Value::Array(vec![kind, Value::Nil, "me".into()]));
        assert_eq!(
            refused(&triple(1.into())),
            "its type is no text, or too long"
        );
        let long = "a".repeat(LONGEST_KIND + 1);
        assert_eq!(
            refused(&triple(long.into())),
            "its type is no text, or too long"
        );
        let mut two = triple("ack".into());
        two.push(0xc0);
        assert_eq!(refused(&two), "more than one value");
    }

    #[test]
    fn a_field_is_found_by_its_name_in_a_map_alone() {
        let data = map([("index", 3.into()), ("host", Value::Nil)]);
        assert_eq!(field(&data, "index").and_then(Value::as_u64), Some(3));
        assert_eq!(field(&data, "none"), None);
        assert_eq!(field(&Value::Nil, "index"), None);
    }

    proptest! {
        #[test]
        fn reading_ends_whatever_comes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(message) = Message::read(&bytes) {
                prop_assert_eq!(Message::read(&message.bytes()).map(|again| again.kind), Ok(message.kind));
            }
        }
    }
}
