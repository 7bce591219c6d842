//! Counter-based random streams: the same bits for the same (seed, experiment, trial, matrix), whatever ran before
//! or beside.
//!
//! ChaCha with 8 rounds (Bernstein 2008) is a function of a 256-bit key, a 64-bit stream number and a counter. The key
//! is the user's seed, the hash of the experiment's name and a fixed label; the stream number is the trial and the
//! matrix. No state is shared, so threads and shards need no coordination.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Which random matrix of a trial a stream fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matrix {
    /// The weights W.
    Weights,
    /// The data X.
    Data,
    /// The bias B.
    Bias,
}

/// An experiment: all its trials draw from one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Experiment {
    /// The user's seed.
    pub seed: u64,
    /// The hash of the experiment's name.
    pub tag: u64,
}

impl Experiment {
    /// The experiment of this name under this seed. Different names give independent streams.
    #[must_use]
    pub fn new(seed: u64, name: &str) -> Self {
        Self { seed, tag: fnv1a(name) }
    }

    /// The stream that fills `matrix` in trial number `trial` (below 2^56).
    #[must_use]
    pub fn stream(self, trial: u64, matrix: Matrix) -> ChaCha8Rng {
        let mut key = *b"________________resolvent stream";
        key[..8].copy_from_slice(&self.seed.to_le_bytes());
        key[8..16].copy_from_slice(&self.tag.to_le_bytes());
        let mut stream = ChaCha8Rng::from_seed(key);
        stream.set_stream(trial << 8 | matrix as u64);
        stream
    }
}

/// The 64-bit FNV-1a hash.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;
    use std::collections::HashSet;

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv1a(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a("a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv1a("foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn first_words_are_pinned() {
        let first = |trial, matrix| Experiment::new(7, "features").stream(trial, matrix).next_u64();
        assert_eq!(first(0, Matrix::Weights), PINNED[0]);
        assert_eq!(first(0, Matrix::Data), PINNED[1]);
        assert_eq!(first(1, Matrix::Weights), PINNED[2]);
    }

    // From an independent implementation of ChaCha8 in Python.
    const PINNED: [u64; 3] = [185928804803690349, 11124612323257025480, 17066025383667908429];

    #[test]
    fn every_part_of_the_key_matters() {
        let mut seen = HashSet::new();
        for seed in [0, 1] {
            for name in ["n", "n/2"] {
                for trial in [0, 1, 2] {
                    for matrix in [Matrix::Weights, Matrix::Data, Matrix::Bias] {
                        assert!(seen.insert(Experiment::new(seed, name).stream(trial, matrix).next_u64()));
                    }
                }
            }
        }
    }
}
