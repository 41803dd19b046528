//! Decisions by a seed: equal seeds decide equally.

/// SplitMix64.
pub struct Draw(u64);

impl Draw {
    /// The decisions about one of many things, by its number: what is decided about others changes nothing.
    pub fn of(seed: u64, number: u64) -> Self {
        let mut mixed = Self(seed);
        Self(mixed.next() ^ number.wrapping_mul(0xD6E8_FEB8_6659_FD93))
    }

    #[expect(clippy::should_implement_trait, reason = "it never ends and isn't iterated")]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From `0..bound`; `bound` must not be 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// Once in so many times.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// Evenly from `from..to`.
    pub fn between(&mut self, from: f32, to: f32) -> f32 {
        from + (to - from) * ((self.next() >> 40) as f32 / (1_u64 << 24) as f32)
    }

    /// A place in something of this length.
    pub fn place(&mut self, length: usize) -> usize {
        self.below(length.max(1) as u64) as usize
    }

    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.place(all.len())]
    }
}
