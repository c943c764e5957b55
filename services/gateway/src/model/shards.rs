use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::Arc,
};

/// How many parts a map has: a change copies one of them, the rest is shared with the generation before.
const COUNT: usize = 256;

/// A map in parts that generations share.
#[derive(Debug, Clone)]
pub struct Shards<K, V> {
    parts: Vec<Arc<HashMap<K, V>>>,
    hash: RandomState,
}

impl<K, V> Default for Shards<K, V> {
    fn default() -> Self {
        Self { parts: (0..COUNT).map(|_| Arc::default()).collect(), hash: RandomState::new() }
    }
}

impl<K: std::hash::Hash + Eq + Clone, V: Clone> Shards<K, V> {
    fn place(&self, key: &K) -> usize {
        usize::try_from(self.hash.hash_one(key) % COUNT as u64).unwrap_or_default()
    }

    /// What is kept under `key`.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.parts[self.place(key)].get(key)
    }

    /// Puts `value` under `key`; gives back what was there.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let place = self.place(&key);
        Arc::make_mut(&mut self.parts[place]).insert(key, value)
    }

    /// What is kept under `key`, to be changed; begins with nothing.
    pub fn entry(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        let place = self.place(&key);
        Arc::make_mut(&mut self.parts[place]).entry(key).or_default()
    }

    /// Takes away what is kept under `key`.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.get(key)?;
        let place = self.place(key);
        Arc::make_mut(&mut self.parts[place]).remove(key)
    }

    /// All of it, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.parts.iter().flat_map(|part| part.iter())
    }

    /// The parts, as a change copies them.
    pub fn parts(&self) -> impl Iterator<Item = &HashMap<K, V>> {
        self.parts.iter().map(|part| &**part)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.parts.iter().map(|part| part.len()).sum()
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.iter().all(|part| part.is_empty())
    }
}
