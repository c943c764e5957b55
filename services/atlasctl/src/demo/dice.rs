use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore as _, SeedableRng as _},
};

/// Chance that is the same on every machine: whole numbers from a generator whose output is fixed.
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The dice for one part of the demonstration: another part does not change what this one throws.
    pub fn of(part: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(0x41_544C_4153 ^ (part << 40)))
    }

    /// From 0 to one less than this.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.0.next_u64() % (limit.max(1) as u64)).unwrap_or_default()
    }

    /// From the first to the second, both included.
    pub fn between(&mut self, first: i64, last: i64) -> i64 {
        let wide = usize::try_from(last - first + 1).unwrap_or(1);
        first + i64::try_from(self.below(wide)).unwrap_or_default()
    }

    /// So many times in a hundred.
    pub fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// In another order.
    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for last in (1..all.len()).rev() {
            all.swap(last, self.below(last + 1));
        }
    }

    /// One place, by weights of which one at least is not 0.
    pub fn weighted(&mut self, cumulated: &[u64]) -> usize {
        let all = cumulated.last().copied().unwrap_or(1).max(1);
        let at = self.0.next_u64() % all;
        cumulated.partition_point(|sum| *sum <= at)
    }
}

/// The sums of weights up to each.
pub fn cumulated(weights: impl Iterator<Item = u64>) -> Vec<u64> {
    let add = |sum: &mut u64, weight| {
        *sum += weight;
        Some(*sum)
    };
    weights.scan(0, add).collect()
}
