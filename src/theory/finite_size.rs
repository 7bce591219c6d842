//! What a check must know of a simulated matrix before it holds a deviation against the theory: whether zeros of that size are
//! those of the law, whether its size is one of which the law is a limit, whether biases fall slowly.
//!
//! The part of f of degree k ≥ 2, of energy θ_k, is a product of matrices over the N_k = C(n₀ + k − 1, k) monomials of degree k;
//! to the law it is noise, and the next term is that of the product, R(q) = Σ_k θ_k/(1 − q θ_k n₁/N_k) in place of δ + θ₂/(1 − c q).
//! So errors are a series in θ_k max(n₁, m)/(θ₁ N_k). With g the part of f that is not affine and κ = E g⁴/(E g²)², the squared norm
//! of a row of m values has a relative variance of about κ/m, in which errors are a series too; and on the sphere of a row of exact
//! norm pre-activations are Gaussian up to a series in 2/n₀, and for skewed entries in their third cumulant, that of w x over √n₀. The sum of all of these is the ratio of the series, [`ratio`]: each
//! term is about as many times the one before, and each halving of n doubles it. A check can take first terms off while the ratio
//! is below one at the smaller of its two main sizes.
//!
//! A polynomial of degree p has rank N_p + N_(p−1) at most where the columns of X have one norm.

use std::f64::consts::{FRAC_PI_2, PI};

use rug::Rational;

use super::error::TheoryError;
use super::network::{Network, NetworkLayer};
use super::prediction::MOMENTS;
use super::work::Work;
use crate::activation::{Function, Program};
use crate::compare::rounded_up;
use crate::gaussian::{Biased, Data, Moment};
use crate::model::{Bias, Features};

/// Bits of what only sets an allowance.
const FEW_BITS: u32 = 64;
/// The average of vᵏ over the rows that are drawn may have this relative variance.
const RARE: f64 = 0.1;
/// Where the variances of the entries of a layer have a larger relative variance than this, its law is not in sight (tuned on
/// polynomials of degree two and three).
const TOO_UNEVEN: f64 = 0.3;
/// Rows have at least so many times c values where their norms make no outlier.
const ROW_FACTOR: f64 = 6.0;
/// So few single values that make an outlier are expected where none is.
const RARE_VALUES: f64 = 0.01;
/// By what factor r is lowered for the difference quotient that stands for ℓ.
const LOWER: (u32, u32) = (225, 256);
/// A share of the variance that is rounding.
const ROUNDING: f64 = 1e-12;
/// The highest degree whose dimensions are looked at; at n₀ ≥ 8 those of the next have n₀⁵/120.
const DEGREES: usize = 4;

/// Dimensions n1, n0, m of features.
pub type Dimensions = [usize; 3];

/// Why zeros are not counted at these dimensions, where f is a polynomial of degree two or more, to double precision, whose matrix
/// has less than the rank `wanted` that the law says.
#[must_use]
pub fn uncounted(f: &Function, tau: f64, [n1, n0, m]: Dimensions, wanted: usize) -> Option<String> {
    let degree = Doubles::new(f, tau, 0.0).degree().filter(|degree| *degree >= 2)?;
    let rank = |n0: f64| monomials(n0, degree) + monomials(n0, degree - 1);
    let (n0, wanted, n) = (n0 as f64, wanted as f64, n1.max(n0).max(m) as f64);
    if rank(n0) >= wanted {
        return None;
    }
    // both sizes grow with n
    let mut factor = 1.0;
    while rank(n0 * factor) < wanted * factor {
        factor *= 1.01;
    }
    let [rank, n] = [format!("{}", rank(n0).floor()), rounded_up(n * factor)];
    Some(format!("f is a polynomial, and with this n0 its matrix has rank {rank} at most: take n at least {n}"))
}

/// C(d + p − 1, p), also for d that is no whole number.
fn monomials(d: f64, degree: usize) -> f64 {
    (0..degree).map(|k| (d + k as f64) / (k as f64 + 1.0)).product()
}

/// The ratio of the series of errors of the bulk at these dimensions, for symmetric entries and rows (or columns) with biases of this
/// standard deviation.
#[must_use]
pub fn ratio(f: &Function, scales: [f64; 2], dimensions: Dimensions) -> f64 {
    terms(&rows(f, scales), 0.0, dimensions).iter().map(|term| term.size).sum()
}

/// The ratio where it makes a series that falls more slowly than one in which halving a size doubles what is left, as is allowed for
/// where nothing is known.
pub(super) fn if_slow(ratio: f64) -> Option<f64> {
    (ratio > 0.5).then_some(ratio)
}

/// Of what is not affine in f(τZ), g: the shares of the degrees 2, 3 and 4, and d ln/d ln τ² of E g², which is E (Z² − 1)g²/2 E g²; none
/// where nothing is.
pub(super) fn rest(f: &Function, tau: f64) -> Option<([f64; 3], f64)> {
    let here = Doubles::new(f, tau, 0.0);
    let variance = here.rest(2);
    let slope = here.average(|x, value| (x * x - 1.0) * (value - here.mean - here.slope * x).powi(2));
    let shares = || [2, 3, 4].map(|degree| here.energy(degree) / variance);
    (variance > ROUNDING * here.variance).then(|| (shares(), slope / (2.0 * variance)))
}

/// The relative variance of f(τZ)², c = E f⁴/(E f²)² − 1 of f less its mean, and d ln/d ln τ² of its second moment, which is
/// E (Z² − 1)f²/2 E f².
pub(super) fn of_norms(f: &Function, tau: f64) -> [f64; 2] {
    let here = Doubles::new(f, tau, 0.0);
    let deviation = here.variance.sqrt();
    let square = |value: f64| ((value - here.mean) / deviation).powi(2);
    [here.average(|_, value| square(value).powi(2)) - 1.0, here.average(|x, value| (x * x - 1.0) * square(value)) / 2.0]
}

/// Of labels g, f less its mean: E g³ z, E g⁴ and E g² h_k, h_k = He_k/√k!, for k up to `most`.
pub(super) fn of_labels(f: &Function, most: usize) -> ([f64; 2], Vec<f64>) {
    let here = Doubles::new(f, 1.0, 0.0);
    let centred = |value: f64| value - here.mean;
    let mut root = 1.0;
    let mut square = |k: usize| {
        root *= (k.max(1) as f64).sqrt();
        here.average(|x, value| centred(value).powi(2) * hermite(k, x)) / root
    };
    let cubic = here.average(|x, value| centred(value).powi(3) * x);
    let fourth = here.average(|_, value| centred(value).powi(4));
    ([cubic, fourth], (0..=most).map(&mut square).collect())
}

/// Why matrices of these numbers of rows and columns, of values of f(τZ), may have outliers by rare values alone, at this n.
///
/// The squared norm of a row or column has the relative variance c/width, c as in [`of_norms`], and thresholds are of order one; at
/// [`ROW_FACTOR`] c = width a deviation of 0.41 is one standard deviation. A single value y, a perturbation of rank one, makes an outlier of white
/// noise of variance v where y² > v √(rows · columns) (Benaych-Georges and Nadakuditi, 2012), and hardly sooner beside a linear part: no more
/// than [`RARE_VALUES`] of these are to be expected.
pub(super) fn rare_values(f: &Function, tau: f64, [rows, columns]: [usize; 2], n: usize) -> Option<String> {
    let [spread, _] = of_norms(f, tau);
    let here = Doubles::new(f, tau, 0.0);
    let [width, entries] = [rows.min(columns) as f64, rows as f64 * columns as f64];
    let share = |factor: f64| {
        let height = factor * entries.sqrt() * here.variance;
        let single = here.average(|_, value| f64::from(u8::from((value - here.mean).powi(2) > height)));
        (ROW_FACTOR * spread / (factor * width)).max(single * factor * factor * entries / RARE_VALUES)
    };
    if share(1.0) <= 1.0 {
        return None;
    }
    let mut factor = 1.0;
    while share(factor) > 1.0 && factor < 1e9 {
        factor *= 1.01;
    }
    // the smallest of three sizes must pass too
    let enough = 4.0 * n as f64 * factor;
    let mend = if enough < 1e9 { format!(": take n at least {}", rounded_up(enough)) } else { String::new() };
    Some(format!("values of f that are rarer than those drawn in a row may make an outlier of their own{mend}"))
}

/// Weights and f at a few biases, as good as a reservation needs.
fn rows(f: &Function, [tau, sigma_b]: [f64; 2]) -> Vec<(f64, Doubles)> {
    if sigma_b == 0.0 {
        return vec![(1.0, Doubles::new(f, tau, 0.0))];
    }
    let at = |b: i32| {
        let b = f64::from(b);
        ((-0.5 * b * b).exp() / (2.0 * PI).sqrt(), Doubles::new(f, tau, sigma_b * b))
    };
    (-4..=4).map(at).collect()
}

/// Why the bulk cannot be judged at these dimensions, where its law is not in sight; half of them are simulated too.
/// `skewness` is the third cumulant of a product of two entries of variance one.
#[must_use]
pub fn undecided(f: &Function, scales: [f64; 2], skewness: f64, dimensions: Dimensions) -> Option<String> {
    let terms = terms(&rows(f, scales), skewness, dimensions);
    let ratio = |factor: f64| terms.iter().map(|term| term.size * factor.powf(-term.power)).sum::<f64>();
    let worst = terms.iter().max_by(|a, b| a.size.total_cmp(&b.size)).filter(|_| ratio(1.0) > 1.0)?;
    let mut factor = 1.0;
    while ratio(factor) > 1.0 && factor < 1e9 {
        factor *= 1.01;
    }
    let n = dimensions.into_iter().max().unwrap_or(0) as f64;
    let mend = if factor < 1e9 { format!(": take n at least {}", rounded_up(2.0 * n * factor)) } else { String::new() };
    Some(format!("{}{mend}", worst.reason))
}

/// A part of the ratio, how it falls with the size, and what it says where it is large.
struct Term {
    size: f64,
    power: f64,
    reason: String,
}

/// The parts for rows of these weights.
fn terms(rows: &[(f64, Doubles)], skewness: f64, [n1, n0, m]: Dimensions) -> Vec<Term> {
    let mean = |of: &dyn Fn(&Doubles) -> f64| rows.iter().map(|(weight, row)| weight * of(row)).sum::<f64>();
    let variance = mean(&|row| row.variance);
    let rest = mean(&|row| row.rest(2));
    let kurtosis = if rest > ROUNDING * variance { mean(&|row| row.rest(4)) / rest.powi(2) } else { 0.0 };
    let crowding = |degree: usize| Term {
        size: mean(&|row| row.energy(degree)) / variance * n1.max(m) as f64 / monomials(n0 as f64, degree),
        power: degree as f64 - 1.0,
        reason: format!("n0 is so small that the part of f of degree {degree} is not yet noise"),
    };
    let rarity = Term {
        size: kurtosis / n1.min(m) as f64,
        power: 1.0,
        reason: "values of f that are rarer than those drawn in a row decide its norm".to_owned(),
    };
    let sphere = Term { size: 2.0 / n0 as f64, power: 1.0, reason: "n0 is too small".to_owned() };
    let skewed = Term {
        size: skewness.abs() / (n0 as f64).sqrt(),
        power: 0.5,
        reason: "n0 is so small that the pre-activations of skewed entries are not yet normal".to_owned(),
    };
    (2..=DEGREES).map(crowding).chain([rarity, sphere, skewed]).collect()
}

/// f in double precision at nodes x = ±exp(π/2 sinh t): its integrals set reservations and no number.
struct Doubles {
    /// x, f(τx + b), and the weight of the normal density.
    nodes: Vec<[f64; 3]>,
    mean: f64,
    slope: f64,
    variance: f64,
}

impl Doubles {
    fn new(f: &Function, tau: f64, bias: f64) -> Self {
        let nodes = nodes();
        let mut values: Vec<f64> = nodes.iter().map(|(x, _)| tau * x + bias).collect();
        Program::new(f).apply(&mut values);
        let nodes = nodes.iter().zip(&values).map(|((x, weight), value)| [*x, *value, *weight]);
        let nodes = nodes.filter(|[_, value, _]| value.is_finite()).collect();
        let mut found = Self { nodes, mean: 0.0, slope: 0.0, variance: 0.0 };
        found.mean = found.average(|_, f| f);
        found.slope = found.average(|x, f| x * f);
        let mean = found.mean;
        found.variance = found.average(|_, f| (f - mean).powi(2));
        found
    }

    fn average(&self, of: impl Fn(f64, f64) -> f64) -> f64 {
        self.nodes.iter().map(|[x, f, weight]| weight * of(*x, *f)).filter(|term| !term.is_nan()).sum()
    }

    /// E gᵏ, g what is not affine.
    fn rest(&self, power: i32) -> f64 {
        self.average(|x, f| (f - self.mean - self.slope * x).powi(power))
    }

    /// The energy of the part of this degree.
    fn energy(&self, degree: usize) -> f64 {
        let factorial: f64 = (1..=degree).map(|k| k as f64).product();
        self.average(|x, f| (f - self.mean) * hermite(degree, x)).powi(2) / factorial
    }

    /// The degree up to which f has its whole variance, if it is at most 6.
    fn degree(&self) -> Option<usize> {
        let mut left = 1.0;
        (1..=6).find(|degree| {
            left -= self.energy(*degree) / self.variance;
            left.abs() < ROUNDING
        })
    }
}

/// He_k(x).
fn hermite(degree: usize, x: f64) -> f64 {
    let step = |(before, last): (f64, f64), k: usize| (last, x * last - k as f64 * before);
    (0..degree).fold((0.0, 1.0), step).1
}

/// Points x and their weights under the normal density.
fn nodes() -> Vec<(f64, f64)> {
    const STEP: f64 = 1.0 / 256.0;
    let node = |index: i32| {
        let t = STEP * f64::from(index);
        let x = (FRAC_PI_2 * t.sinh()).exp();
        let weight = STEP * FRAC_PI_2 * t.cosh() * x * (-0.5 * x * x).exp() / (2.0 * PI).sqrt();
        [(x, weight), (-x, weight)]
    };
    (-1500..=512).flat_map(node).filter(|(_, weight)| *weight > 0.0).collect()
}

/// Why layer `depth` of a network with so many samples cannot be judged: the norms of the columns of the layer below.
///
/// With ℓ = d ln Var f(√r τZ)/d ln r the squared norms of the columns of a layer have the relative variance t_l = ℓ_l² t_{l−1} +
/// c_l/d_l, c_l = E f⁴/(E f²)² − 1, from t_0 = 0 on, and those of the entries of the next one ℓ² t_l. Where one of these is not
/// finite nothing is known.
///
/// # Errors
/// As the Gaussian data.
pub fn uneven(work: &Work, network: &Network, depth: usize, samples: usize) -> Result<Option<String>, TheoryError> {
    let n = samples as f64;
    let (mut columns, mut found) = (0.0, 0.0);
    for layer in network.layers[..depth].iter().take(if depth > 1 { depth } else { 0 }) {
        let [l, spread] = response(work, layer)?;
        found = l * l * columns;
        columns = found + spread * layer.gamma.to_f64() / n;
    }
    if found <= TOO_UNEVEN {
        return Ok(None);
    }
    // infinite, or not a number: nothing is known
    let reason = "the norms of the columns of the layer below are too uneven for f";
    let mend = 2.0 * n * found / TOO_UNEVEN;
    Ok(Some(if mend.is_finite() { format!("{reason}: take n at least {}", rounded_up(mend)) } else { reason.to_owned() }))
}

/// ℓ from two variances; a function that is constant responds to nothing.
fn sensitivity(at_one: f64, lowered: f64) -> f64 {
    if at_one == 0.0 && lowered == 0.0 {
        return 0.0;
    }
    (at_one / lowered).ln() / (f64::from(LOWER.1) / f64::from(LOWER.0)).ln()
}

/// ℓ and c of a layer.
fn response(work: &Work, layer: &NetworkLayer) -> Result<[f64; 2], TheoryError> {
    let job = work.job;
    let (f, [tau2, s2]) = (layer.biased.function(), layer.biased.variances());
    let lowered = Biased::new(f, &(Function::rational(LOWER) * tau2.clone()), s2, job)?.variance(FEW_BITS, job)?;
    let l = sensitivity(layer.biased.variance(FEW_BITS, job)?.ball.to_f64(), lowered.ball.to_f64());
    let total = layer.biased.total();
    let square = Data::new(&(total.clone() * total.clone()), &Rational::from(1), job)?.moments(FEW_BITS, job)?;
    let mean = square.mean.ball.to_f64();
    let spread = match square.variance.clone()? {
        Moment::Finite(_) if mean == 0.0 => 0.0,
        Moment::Finite(variance) => variance.ball.to_f64() / mean.powi(2),
        Moment::Infinite => f64::INFINITY,
    };
    Ok([l, spread])
}

/// The first order k at which E vᵏ is decided by biases rarer than the `rows` that are drawn.
///
/// # Errors
/// As the Gaussian data.
pub fn rare_moment(work: &Work, network: &Network, depth: usize, rows: f64) -> Result<usize, TheoryError> {
    let values = network.layers[depth - 1].variances(work)?;
    let mean = |power: i32| values.iter().map(|[weight, v]| weight * v.powi(power)).sum::<f64>();
    let common = |order: &usize| {
        let k = *order as i32;
        mean(2 * k) / mean(k).powi(2) - 1.0 <= RARE * rows
    };
    Ok((1..=MOMENTS).take_while(common).count() + 1)
}

/// Whether biases fall like n^(−1/2) only: both factors skewed, or a function that jumps of a pre-activation on a lattice.
///
/// # Errors
/// As the Gaussian data.
pub fn is_slow(work: &Work, model: &Features, f: &Function) -> Result<bool, TheoryError> {
    let skewed = [&model.entries_w, &model.entries_x].iter().all(|law| !law.skewness.is_zero());
    Ok(skewed || jumps_on_a_lattice(work, model, f)?)
}

/// Whether f jumps of a pre-activation on a lattice. With n₀ factors ±1 the parity of the points of the lattice is Π_k w_k x_k, of rank one,
/// and by it a jump has a coefficient of the order of the probability of a point, n₀^(−1/2): an outlier that does not vanish.
///
/// # Errors
/// As the Gaussian data.
pub fn jumps_on_a_lattice(work: &Work, model: &Features, f: &Function) -> Result<bool, TheoryError> {
    let laws = [&model.entries_w, &model.entries_x];
    let on_a_lattice = laws.into_iter().all(crate::model::Entries::on_two_points);
    Ok(on_a_lattice && (!model.has_bias() || model.bias == Bias::Averaged) && jumps(work, f, &model.tau())?)
}

/// Whether f jumps.
///
/// # Errors
/// As the Gaussian data.
pub fn jumps(work: &Work, f: &Function, tau: &Function) -> Result<bool, TheoryError> {
    let moments = work.gaussian(f, tau)?.moments(FEW_BITS, work.job)?;
    Ok(matches!(moments.derivative_energy.clone()?, Moment::Infinite))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::lower::read;

    /// x³ has variance 15 and c = 10395/225 − 1: P(|Z|³ > √(15 n)) n² is 0.7 at n = 1000, while 6 c < n, and nothing at n = 10^5.
    #[test]
    fn single_values_make_outliers_of_cubes() {
        let f = read("x^3").expect("a function of x");
        assert!((of_norms(&f, 1.0)[0] - (10_395.0 / 225.0 - 1.0)).abs() < 1e-8);
        assert!(rare_values(&f, 1.0, [1000; 2], 1000).is_some() && rare_values(&f, 1.0, [100_000; 2], 100_000).is_none());
        // sign has no rare values, and x/10 those of x
        let sign = read("sign(x)").expect("a function of x");
        assert_eq!((rare_values(&sign, 1.0, [20; 2], 20), rare_values(&f, 0.1, [100_000; 2], 100_000)), (None, None));
    }

    /// E He_j He_k = k! where j = k, and E |Z|^(−1/2) = 2^(−1/4) Γ(1/4)/√π, Γ(1/4) = 3.625609908221908.
    #[test]
    fn the_nodes_integrate() {
        let nodes = nodes();
        let mean = |f: &dyn Fn(f64) -> f64| nodes.iter().map(|(x, weight)| weight * f(*x)).sum::<f64>();
        for (j, k, expected) in [(0, 0, 1.0), (2, 2, 2.0), (3, 3, 6.0), (4, 4, 24.0), (2, 4, 0.0), (1, 3, 0.0)] {
            let found = mean(&|x| hermite(j, x) * hermite(k, x));
            assert!((found - expected).abs() < 1e-10, "{j}, {k}: {found}");
        }
        let expected = 2f64.powf(-0.25) * 3.625_609_908_221_908 / PI.sqrt();
        assert!((mean(&|x| x.abs().powf(-0.5)) - expected).abs() < 1e-7);
    }

    #[test]
    fn sizes_of_which_the_law_is_no_limit() {
        let reason = |f: &str, dimensions| undecided(&read(f).expect("a function of x"), [1.0, 0.0], 0.0, dimensions);
        // P(Z > 4) = 3.17e-5 is one value in 31574, to the grid's few per cent at a jump, and rows of n/2 values must have one
        let rare = reason("step(x - 4)", [1000, 500, 1000]).expect("too rare");
        let (_, mend) = rare.split_once("decide its norm: take n at least ").expect("an n");
        assert!((60_000..=66_000).contains(&mend.parse::<u32>().expect("a number")), "{rare}");
        assert!(reason("abs(x)^(-1/3)", [1000, 500, 1000]).is_some_and(|reason| !reason.contains("take n")), "E f^4 is infinite");
        // 7/8 of the energy in 36·37/2 dimensions, against 1000 rows
        let crowded = reason("x/sqrt(7) + He(2,x)/sqrt(2)", [1000, 36, 1000]).expect("too few dimensions");
        assert!(crowded.starts_with("n0 is so small that the part of f of degree 2 is not yet noise"), "{crowded}");
        for f in ["tanh(x)", "relu(x)", "x", "sign(x)"] {
            assert_eq!(reason(f, [400, 200, 400]), None, "{f}");
        }
        // exponential entries have skewness 2, a product of two 4: the cumulant is one at n0 = 16
        let skewed = |n0| undecided(&read("tanh(x)").expect("a function of x"), [1.0, 0.0], 4.0, [400, n0, 400]);
        assert!(skewed(15).is_some_and(|reason| reason.contains("skewed")) && skewed(40).is_none());
    }

    #[test]
    fn ranks_of_polynomials() {
        let reason = |f: &str, n0| uncounted(&read(f).expect("a function of x"), 1.0, [400, n0, 400], 400);
        // 20·21/2 + 20 of 400, and 400·t rows have rank enough from 20 t + 3 ≥ 40 on
        let short = reason("x/sqrt(7) + He(2,x)/sqrt(2)", 20).expect("too few dimensions");
        assert_eq!(short, "f is a polynomial, and with this n0 its matrix has rank 230 at most: take n at least 750");
        assert_eq!(reason("x + x^2", 40), None);
        assert_eq!(reason("tanh(x)", 20), None);
        assert_eq!(reason("x + 1", 20), None, "what the law says of a linear f holds at any size");
    }
}
