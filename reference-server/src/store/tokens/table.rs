//! Records by digests.

use std::iter::Flatten;
use std::mem::{replace, take};
use std::sync::Arc;

use super::super::digest::Digest;
use super::super::grant::Grant;
use crate::clock::Moment;

/// What is kept of a token.
pub(super) struct Record {
    pub(super) digest: Digest,
    pub(super) grant: Arc<Grant>,
    pub(super) expires: Moment,
}

/// Records in one array: each stands at the place that its digest names, or at the next free one behind it.
///
/// A look goes to one place of memory and walks on from there, and what stands in the order of the digests is moved to a
/// larger table in that order, so a processor seldom waits for either. A standard map looks at two places, and has as
/// many as a power of two: up to twice what is wanted.
#[derive(Default)]
pub(super) struct Table {
    /// A quarter is free, so that walks are short.
    slots: Box<[Option<Record>]>,
    count: usize,
}

impl Table {
    pub(super) fn with_room(room: usize) -> Self {
        let slots = room.div_ceil(3) * 4;
        Self {
            slots: (0..slots).map(|_| None).collect(),
            count: 0,
        }
    }

    /// Returns how many records it takes. Whoever adds one sees to it that there is room.
    pub(super) fn room(&self) -> usize {
        self.slots.len() / 4 * 3
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn records(&self) -> Flatten<std::slice::Iter<'_, Option<Record>>> {
        self.slots.iter().flatten()
    }

    /// Empties it.
    pub(super) fn into_records(self) -> Flatten<std::vec::IntoIter<Option<Record>>> {
        self.slots.into_vec().into_iter().flatten()
    }

    pub(super) fn get(&self, digest: &Digest) -> Option<&Record> {
        let (place, true) = self.look(digest)? else {
            return None;
        };
        self.slots[place].as_ref()
    }

    /// Puts a record in; one with the same digest goes.
    pub(super) fn insert(&mut self, record: Record) {
        debug_assert!(self.count < self.room(), "there is room");
        if let Some((place, is_there)) = self.look(&record.digest) {
            self.slots[place] = Some(record);
            self.count += usize::from(!is_there);
        }
    }

    /// Takes several records in.
    pub(super) fn take(&mut self, records: &mut Vec<Record>) {
        // All places are looked at before the first one is needed: the processor fetches them side by side, instead of
        // waiting for each in turn.
        let places = records.iter().map(|record| self.place(&record.digest));
        let taken = places.filter(|place| matches!(self.slots.get(*place), Some(Some(_))));
        std::hint::black_box(taken.count());
        for record in records.drain(..) {
            self.insert(record);
        }
    }

    pub(super) fn remove(&mut self, digest: &Digest) {
        let Some((mut free, true)) = self.look(digest) else {
            return;
        };
        self.slots[free] = None;
        self.count -= 1;
        // What stands behind moves up, unless it would stand before its place: nobody who walks meets a gap too early.
        let mut at = self.after(free);
        while let Some(record) = &self.slots[at] {
            let place = self.place(&record.digest);
            let walked = self.distance(place, at);
            if walked >= self.distance(free, at) {
                self.slots[free] = take(&mut self.slots[at]);
                free = at;
            }
            at = self.after(at);
        }
    }

    /// Removes those that are not wanted.
    pub(super) fn retain(&mut self, mut is_wanted: impl FnMut(&Record) -> bool) {
        if self.records().all(&mut is_wanted) {
            return;
        }
        let next = Self::with_room(self.room());
        for record in replace(self, next).into_records() {
            if is_wanted(&record) {
                self.insert(record);
            }
        }
    }

    /// Returns a table of the same size with copies of the records.
    pub(super) fn copied(&self, mut copy: impl FnMut(&Record) -> Record) -> Self {
        let slots = self.slots.iter();
        Self {
            slots: slots.map(|slot| slot.as_ref().map(&mut copy)).collect(),
            count: self.count,
        }
    }

    /// Returns where a record stands, or where it would; `None` if the table has no slots.
    fn look(&self, digest: &Digest) -> Option<(usize, bool)> {
        let mut place = self.place(digest);
        loop {
            match self.slots.get(place)? {
                None => return Some((place, false)),
                Some(record) if record.digest == *digest => return Some((place, true)),
                Some(_) => place = self.after(place),
            }
        }
    }

    /// Returns the place that a digest names: it stands there among all places as it does among all digests.
    fn place(&self, digest: &Digest) -> usize {
        let first = digest
            .first_chunk()
            .map_or(0, |first| u64::from_be_bytes(*first));
        ((u128::from(first) * self.slots.len() as u128) >> 64) as usize
    }

    fn after(&self, place: usize) -> usize {
        if place + 1 == self.slots.len() {
            0
        } else {
            place + 1
        }
    }

    /// Returns how far it is from one place on to another.
    fn distance(&self, from: usize, to: usize) -> usize {
        if to >= from {
            to - from
        } else {
            to + self.slots.len() - from
        }
    }

    /// Returns the bytes that it takes.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.slots.len() * size_of::<Option<Record>>()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;
    use crate::clock::Clock;
    use crate::ids::Ids;

    /// Digests that want the same few places, so that walks are long and go over the end.
    fn crowded() -> impl Strategy<Value = Digest> {
        let first = prop_oneof![
            Just(0_u64),
            Just(u64::MAX),
            Just(u64::MAX / 2),
            any::<u64>()
        ];
        (first, 0..4_u8).prop_map(|(first, other)| {
            let mut digest = [other; 16];
            digest[..8].copy_from_slice(&first.to_be_bytes());
            digest
        })
    }

    proptest! {
        #[test]
        fn it_holds_what_a_map_holds(
            steps in prop::collection::vec((crowded(), any::<bool>(), 1..9_u64), 1..120),
            wanted in 1..9_u64,
        ) {
            let (ids, clock) = (Ids::seeded(1), Clock::fixed());
            let grant = Arc::new(Grant::new(ids.id(), ids.id(), "*:**", 60, scope_lang::Readings::default()));
            let at = |seconds| clock.now() + std::time::Duration::from_secs(seconds);
            let (mut table, mut model) = (Table::with_room(21), HashMap::new());
            for (digest, is_added, seconds) in &steps {
                if !is_added {
                    table.remove(digest);
                    model.remove(digest);
                } else if table.len() < table.room() {
                    let (grant, expires) = (Arc::clone(&grant), at(*seconds));
                    table.insert(Record { digest: *digest, grant, expires });
                    model.insert(*digest, expires);
                }
            }
            for table in [&table, &table.copied(|record| Record { grant: Arc::clone(&record.grant), ..*record })] {
                for (digest, ..) in &steps {
                    let found = table.get(digest).map(|record| record.expires);
                    prop_assert_eq!(found, model.get(digest).copied());
                }
                prop_assert_eq!((table.len(), table.records().count()), (model.len(), model.len()));
            }

            table.retain(|record| record.expires > at(wanted));
            model.retain(|_, expires| *expires > at(wanted));
            for (digest, ..) in &steps {
                prop_assert_eq!(table.get(digest).is_some(), model.contains_key(digest));
            }
            prop_assert_eq!(table.len(), model.len());
            prop_assert_eq!(Arc::strong_count(&grant), model.len() + 1);
        }
    }

    #[test]
    fn a_table_without_room_holds_nothing() {
        let mut table = Table::default();
        table.remove(&[0; 16]);
        assert!(table.get(&[0; 16]).is_none());
        assert_eq!((table.room(), table.bytes()), (0, 0));
    }
}
