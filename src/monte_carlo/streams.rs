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
    /// The vectors of signals over the samples.
    Signals,
    /// The vectors of signals over the input dimensions.
    Directions,
    /// The readout.
    Readout,
    /// The noise of labels.
    Noise,
    /// Fresh data.
    Test,
    /// The order in which samples are used.
    Order,
}

/// One replicate: all of one experiment draw from one key, each from streams of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trial<'a> {
    /// The user's seed.
    pub seed: u64,
    /// The name of the experiment. Different names give independent streams.
    pub experiment: &'a str,
    /// The number of the replicate, below 2^56.
    pub number: u64,
}

impl Trial<'_> {
    /// The stream that fills `matrix`.
    #[must_use]
    pub fn stream(self, matrix: Matrix) -> ChaCha8Rng {
        let mut key = *b"________________resolvent stream";
        key[..8].copy_from_slice(&self.seed.to_le_bytes());
        key[8..16].copy_from_slice(&fnv1a(self.experiment).to_le_bytes());
        let mut stream = ChaCha8Rng::from_seed(key);
        stream.set_stream(self.number << 8 | matrix as u64);
        stream
    }

    /// The stream that fills `matrix` of one of several layers.
    #[must_use]
    pub fn layer_stream(self, layer: usize, matrix: Matrix) -> ChaCha8Rng {
        let experiment = format!("{}, layer {layer}", self.experiment);
        Trial { seed: self.seed, experiment: &experiment, number: self.number }.stream(matrix)
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
        let first = |number, matrix| Trial { seed: 7, experiment: "features", number }.stream(matrix).next_u64();
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
            for experiment in ["n", "n/2"] {
                for number in [0, 1, 2] {
                    for matrix in [Matrix::Weights, Matrix::Data, Matrix::Bias] {
                        assert!(seen.insert(Trial { seed, experiment, number }.stream(matrix).next_u64()));
                    }
                }
            }
        }
    }
}
