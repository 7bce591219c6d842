//! What this machine can do at best on one core, measured: fused multiply-adds, memory, long products, random bits.

use std::hint::black_box;

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rug::Float;

use crate::table::least_of_batch;

/// Independent accumulators, enough to hide the latency of a fused multiply-add (tuned; 8 to 24 vectors give the same).
const VECTORS: usize = 12;
/// Lanes of the widest vectors.
const LANES: usize = 8;
const ROUNDS: u32 = 200_000;

/// Greatest rate of double-precision fused multiply-adds on one core, in 10⁹ operations a second, two for each.
pub fn peak_gflops() -> f64 {
    let seconds = least_of_batch(1, || {
        black_box(multiply_adds(black_box(0.999_999), black_box(1e-9)));
    });
    2.0 * (VECTORS * LANES) as f64 * f64::from(ROUNDS) / seconds / 1e9
}

fn multiply_adds(factor: f64, summand: f64) -> f64 {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") {
            // SAFETY: the processor has the features the function is compiled for.
            return unsafe { multiply_adds_avx512(factor, summand) };
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            // SAFETY: as above.
            return unsafe { multiply_adds_avx2(factor, summand) };
        }
    }
    multiply_adds_by(factor, summand, |a, b, c| a * b + c)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,fma")]
fn multiply_adds_avx512(factor: f64, summand: f64) -> f64 {
    multiply_adds_by(factor, summand, f64::mul_add)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn multiply_adds_avx2(factor: f64, summand: f64) -> f64 {
    multiply_adds_by(factor, summand, f64::mul_add)
}

#[inline(always)]
fn multiply_adds_by(factor: f64, summand: f64, step: impl Fn(f64, f64, f64) -> f64) -> f64 {
    let mut sums = [[1.0; LANES]; VECTORS];
    for _ in 0..ROUNDS {
        for sum in sums.as_flattened_mut() {
            *sum = step(*sum, factor, summand);
        }
    }
    sums.as_flattened().iter().sum()
}

/// Least seconds to read and write again a double in main memory, on one core.
pub fn rewrite_seconds() -> f64 {
    let mut values = vec![1.0_f64; 4 << 20];
    let seconds = least_of_batch(1, || {
        values.iter_mut().for_each(|value| *value *= 0.5);
        black_box(&mut values);
    });
    seconds / values.len() as f64
}

/// Least seconds of a random double's 8 bytes from the generator of the witness.
pub fn random_seconds() -> f64 {
    let mut stream = ChaCha8Rng::seed_from_u64(1);
    let mut bytes = vec![0_u8; 1 << 16];
    let seconds = least_of_batch(100, || {
        stream.fill_bytes(&mut bytes);
        black_box(&mut bytes);
    });
    seconds * 8.0 / bytes.len() as f64
}

/// Seconds of one product of two numbers of so many bits.
pub fn product_seconds(bits: u32) -> f64 {
    let (a, b) = (Float::with_val(bits, 2).sqrt(), Float::with_val(bits, 3).sqrt());
    let mut product = Float::new(bits);
    least_of_batch(2000, || {
        rug::Assign::assign(&mut product, black_box(&a) * black_box(&b));
        black_box(&mut product);
    })
}

/// Seconds of one product by a word and one addition to a sum, of numbers of so many bits.
pub fn step_seconds(bits: u32) -> f64 {
    let (a, mut product, mut sum) = (Float::with_val(bits, 3).sqrt(), Float::new(bits), Float::with_val(bits + 40, 2).sqrt());
    least_of_batch(2000, || {
        rug::Assign::assign(&mut product, black_box(&a) * black_box(3u64));
        sum += &product;
        black_box(&mut sum);
    })
}
