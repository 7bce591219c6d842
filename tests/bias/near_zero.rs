//! Near 0 the rows of a biased law that count have their biases in a narrow band. The values here come from a second algorithm: the
//! two scalar equations of docs/mathematics.md, 'Bias', by damped iteration above the axis on thousands of biases, continued to the
//! axis by a polynomial in Im z.

use num_complex::Complex64;
use resolvent::activation::lower::read;
use resolvent::model::{Features, Model};
use resolvent::number::first_bits;
use resolvent::theory::{self, Cache, Doubts, Work};

use super::*;

/// Places of Im z above x, in units of x, each this much below the one before.
const HEIGHT: f64 = 0.25;
const SHRINK: f64 = 1.7;
const PLACES: usize = 6;

fn normal(x: f64) -> f64 {
    (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

/// Biases of variance 1 with their weights, ȧ² and r.
struct Biases(Vec<[f64; 3]>);

impl Biases {
    /// From (v, ȧ²) as a function of the bias.
    fn new(of: impl Fn(f64) -> [f64; 2]) -> Self {
        let step = 1.0 / 1024.0;
        let node = |k: i32| {
            let b = step * f64::from(k);
            let [v, slope] = of(b);
            [step * normal(b), slope, (v - slope).max(0.0)]
        };
        Self((-7168..=7168).map(node).collect())
    }

    /// By the trapezoidal rule over the Gaussian part.
    fn of_smooth(f: impl Fn(f64) -> f64) -> Self {
        let step = 1.0 / 32.0;
        Self::new(|b| {
            let average = |g: &dyn Fn(f64, f64) -> f64| -> f64 {
                (-320..=320).map(|k| step * f64::from(k)).map(|u| step * normal(u) * g(u, f(u + b))).sum()
            };
            let mean = average(&|_, y| y);
            [average(&|_, y| (y - mean) * (y - mean)), average(&|u, y| u * y).powi(2)]
        })
    }

    /// sign(Z + b): v = (1 − m)(1 + m) with m = erf(b/√2), ȧ = 2 × the normal density at b.
    fn of_sign() -> Self {
        Self::new(|b| {
            let tails = [b, -b].map(|b| libm::erfc(b / std::f64::consts::SQRT_2));
            [tails[0] * tails[1], (2.0 * normal(b)).powi(2)]
        })
    }

    /// m(z) of features with these ratios, Im z > 0.
    fn transform(&self, [phi, psi]: [f64; 2], z: Complex64) -> Complex64 {
        let (gamma, beta, one) = (phi / psi, 1.0 / psi, Complex64::new(1.0, 0.0));
        let (mut m, mut s) = (-1.0 / z, one);
        for _ in 0..2000 {
            let w = z / (1.0 - gamma - gamma * z * m);
            let [mut q, mut with_slope] = [Complex64::new(0.0, 0.0); 2];
            for [weight, slope, rest] in &self.0 {
                let g = *weight / (w - rest - *slope * s);
                q += g;
                with_slope += *slope * g;
            }
            let (next_m, next_s) = (-w / z * q, one / (1.0 - beta * with_slope));
            let change = (next_m - m).norm() / m.norm() + (next_s - s).norm() / s.norm();
            m = 0.5 * (m + next_m);
            s = 0.5 * (s + next_s);
            if change < 1e-13 {
                break;
            }
        }
        m
    }

    /// The density at x, with the differences of three orders of the continuation.
    fn density(&self, ratios: [f64; 2], x: f64) -> [f64; 2] {
        let heights: Vec<f64> = (0..PLACES).map(|k| HEIGHT * x / SHRINK.powi(k as i32)).collect();
        let values: Vec<f64> =
            heights.iter().map(|y| self.transform(ratios, Complex64::new(x, *y)).im / std::f64::consts::PI).collect();
        let continued = |from: usize| -> f64 {
            let others = |i: usize| (from..PLACES).filter(move |j| *j != i);
            let share = |i: usize| others(i).map(|j| heights[j] / (heights[j] - heights[i])).product::<f64>();
            (from..PLACES).map(|i| share(i) * values[i]).sum()
        };
        [continued(0), (continued(0) - continued(1)).abs() + (continued(1) - continued(2)).abs()]
    }
}

/// The density from 10⁻⁸ to the bulk, printed and from the table behind figures, and the slope of the distribution function.
#[test]
fn values_near_zero_are_those_of_a_second_algorithm() {
    let tanh = Biases::of_smooth(f64::tanh);
    let cases: [(&Biases, [f64; 2], &str); 3] = [
        (&tanh, [1.0, 2.0], "features(tanh(x), phi = 1, psi = 2, sigma_b = 1)"),
        (&tanh, [0.5, 2.0], "features(tanh(x), phi = 1/2, psi = 2, sigma_b = 1)"),
        (&Biases::of_sign(), [0.25, 0.5], "features(sign(x), phi = 1/4, psi = 1/2, sigma_b = 1)"),
    ];
    for (biases, ratios, model) in cases {
        for x in [1e-8, 1e-5, 0.002, 0.004, 0.005, 0.009, 0.03] {
            let [right, doubt] = biases.density(ratios, x);
            assert!(doubt < 2e-4 * right, "the second algorithm at {x}: {right} ± {doubt}");
            let found = line(&format!("density({model}, {x:e})"), 15);
            near(&found["value"], right, doubt + 1e-6 * right);
            let h = 0.01 * x;
            let below = line(&format!("cdf({model}, [{:e}, {:e}])", x - h, x + h), 15)["value"].clone();
            let [Some(low), Some(high)] = [0, 1].map(|index| below[index].as_f64()) else {
                // less than a digit of twelve decimals
                assert!(right * x < 1e-10, "{model} at {x}: {below}");
                continue;
            };
            let slope = (high - low) / (2.0 * h);
            // F has twelve decimals, and its symmetric difference the relative error h²/6 · f″/f ~ (h/x)²
            close(slope, right, 3e-4 * right + 2e-12 / h);
        }
    }
}

/// The points of a curve on a screen near 0: the density grows there without a dip.
#[test]
fn the_table_behind_figures_has_no_dip() {
    let features =
        Features { sigma_b: Function::rational(1), ..Features::new(read("tanh(x)").expect("f"), [1.into(), 2.into()]) };
    let (job, data, doubts) = (Job::unwatched(), Cache::default(), Doubts::default());
    let work = Work { bits: first_bits(15), digits: 15, job: &job, data: &data, doubts: &doubts };
    let answers = theory::of(&Model::Features(Box::new(features)), &work).expect("answers");
    let table = answers.law().expect("a law").table().expect("a table");
    let values: Vec<f64> = (1..=200).map(|k| table.density(1e-4 * f64::from(k))).collect();
    assert!(values.windows(2).all(|pair| pair[0] < pair[1]));
    let biases = Biases::of_smooth(f64::tanh);
    for k in [1, 20, 90, 200] {
        let [right, doubt] = biases.density([1.0, 2.0], 1e-4 * f64::from(k));
        close(values[k as usize - 1], right, doubt + 1e-6 * right);
    }
}

/// Where the biases that count are rarer than any node, nothing is said: sign(x) at 10⁻³⁰ has density 1, from |b| above 11.
#[test]
fn what_no_node_sees_is_refused() {
    let model = "features(sign(x), phi = 1/4, psi = 1/2, sigma_b = 1)";
    assert!(failure(&format!("density({model}, 1e-30)")).diagnostic().message.contains("followed"));
    near(&line(&format!("density({model}, 1e-12)"), 15)["value"], 1.0, 1e-8);
}

/// The mass between two points near 0 is the integral of the density there, whose values are held against the iteration above (five
/// Gauss-Legendre panels of three nodes), and quantiles undo it.
#[test]
fn masses_and_quantiles_near_zero_are_those_of_the_density() {
    let nodes = [(-(0.6f64.sqrt()), 5.0 / 18.0), (0.0, 8.0 / 18.0), (0.6f64.sqrt(), 5.0 / 18.0)];
    for (model, low, high) in [
        ("features(tanh(x), phi = 1, psi = 2, sigma_b = 1)", 0.003, 0.005),
        ("features(sign(x), phi = 1/4, psi = 1/2, sigma_b = 1)", 0.005, 0.009),
    ] {
        let width = (high - low) / 5.0;
        let place = |k: usize| low + width * ((k / 3) as f64 + 0.5 + 0.5 * nodes[k % 3].0);
        let list = (0..15).map(|k| format!("{}", place(k))).collect::<Vec<_>>().join(", ");
        let densities = line(&format!("density({model}, [{list}])"), 12);
        let densities = densities["value"].as_array().expect("a list").iter().map(|value| value.as_f64().expect("a number"));
        let mass: f64 = densities.enumerate().map(|(k, value)| width * nodes[k % 3].1 * value).sum();
        let below = |x: f64| line(&format!("cdf({model}, {x})"), 15)["value"].as_f64().expect("a number");
        close(below(high) - below(low), mass, 1e-10);
        for p in [1e-4, 1e-3, 1e-2] {
            near(&line(&format!("m = {model}; cdf(m, quantile(m, {p}))"), 15)["value"], p, 3e-12);
        }
    }
}
