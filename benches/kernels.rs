//! What is done once for each value: activations in double precision, the law at a point, and reading a statement.
//!
//! `x + 1` loads, adds and stores, so it is the limit of every other activation; the slice stays in the second-level cache.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use num_complex::Complex64;
use resolvent::activation::{Program, lower};
use resolvent::language::parse_statements;
use resolvent::learning::alignment::Network;
use resolvent::number::{Ball, Ring};
use resolvent::spectrum::{Law64, Parameters, Shape, edges};
use rug::Rational;

const VALUES: usize = 1 << 14;
const ACTIVATIONS: &[&str] = &[
    "x + 1",
    "relu(x)",
    "exp(x)",
    "tanh(x)",
    "sigmoid(x)",
    "softplus(x)",
    "gelu(x)",
    "silu(x)",
    "mish(x)",
    "erf(x)",
    "atan(x)",
    "sin(x)",
    "log(1+x^2)",
    "abs(tanh(x))",
];
const STATEMENTS: &[&str] =
    &["gelu(x)", "spectrum(features(tanh(x), phi = 1/2, psi = 3/4))", "f(x) = piecewise(x < -1: x^2 - 1, x > 1: log(x), 0)"];

fn main() {
    divan::main();
}

#[divan::bench(args = ACTIVATIONS)]
fn activation(bencher: Bencher, text: &str) {
    let program = Program::new(&lower::read(text).expect("the activations of this file are well formed"));
    let arguments: Vec<f64> = (0..VALUES).map(|k| -6.0 + 12.0 * k as f64 / VALUES as f64).collect();
    bencher.counter(ItemsCount::new(VALUES)).with_inputs(|| arguments.clone()).bench_refs(|values| program.apply(values));
}

/// θ₁ = 1, θ₂ = 9/10, φ = 1/2, ψ = 3/4.
fn law() -> Law64 {
    let (theta1, theta2) = (Rational::from(1), Rational::from((9, 10)));
    let parameters = Parameters {
        phi: Rational::from((1, 2)),
        psi: Rational::from((3, 4)),
        theta1: Ball::rational(&theta1, 128),
        theta2: Ball::rational(&theta2, 128),
        shape: Shape::General,
        exact: Some((theta1, theta2)),
    };
    edges(&parameters, 64).and_then(|bulks| Law64::new(&parameters, &bulks)).expect("the edges of this law are apart")
}

#[divan::bench]
fn law_tables() -> Law64 {
    law()
}

/// Points across the bulk, one after the other.
fn at_points<T>(bencher: Bencher, value: impl Fn(&Law64, f64) -> T + Sync) {
    let law = law();
    let [low, high] = law.edges()[0];
    let points: Vec<f64> = (0..1000).map(|k| low + (high - low) * (f64::from(k) + 0.5) / 1000.0).collect();
    bencher.counter(ItemsCount::new(points.len())).bench(|| {
        for x in &points {
            black_box(value(&law, *x));
        }
    });
}

#[divan::bench]
fn law_density(bencher: Bencher) {
    at_points(bencher, Law64::density);
}

#[divan::bench]
fn law_cdf(bencher: Bencher) {
    at_points(bencher, Law64::cdf);
}

#[divan::bench]
fn law_quantile(bencher: Bencher) {
    let scale = law().edges()[0][1];
    at_points(bencher, move |law, x| law.quantile(x / scale));
}

#[divan::bench]
fn law_stieltjes(bencher: Bencher) {
    at_points(bencher, |law, x| law.stieltjes(Complex64::new(x, 0.1)));
}

/// t₁, t₂, t₃ once the Gaussian data are known: |x|, n/d = 2, n/k = 3.
fn traces<T: Ring>(like: &T) -> [T; 3] {
    let list = |values: [i64; 6]| values.map(|value| like.integer(value));
    let four = |values: [i64; 4]| values.map(|value| like.integer(value));
    let [slope, rest] = [(7, 11), (4, 11)].map(|value| like.rational(&Rational::from(value)));
    let (labels, covariance, readout) = (four([0, 1, 0, 3]), list([1, 2, 5, 14, 42, 132]), four([1, 3, 15, 105]));
    Network { slope, rest, n_over_d: like.integer(2), n_over_k: like.integer(3), labels, covariance, readout }.traces()
}

#[divan::bench]
fn alignment_in_doubles() -> [f64; 3] {
    traces(black_box(&1.0))
}

#[divan::bench]
fn alignment_to_50_digits() -> [Ball; 3] {
    traces(black_box(&Ball::integer(1, 206)))
}

#[divan::bench(args = STATEMENTS)]
fn read(text: &str) -> bool {
    parse_statements(black_box(text)).iter().all(Result::is_ok)
}
