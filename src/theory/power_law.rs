//! The power law on an interval as atoms, dense enough for what samples it with n/N = γ.
//!
//! Where λ(x) runs over the support of what is sampled, Im λ ≈ π γ ρ(x) x² for small γ, and atoms at distances δ stand for the density ρ
//! up to e^(−2π Im λ/δ); below e^(−2) the bulk falls apart into one for each atom. With ρ = c x^(−a) that is least uniform in
//! ds = x^(a−2) dx, where Im λ ds/dx = π γ c everywhere; over several decades and for larger γ it is better in ln x. Of the two variables
//! the one that needs fewer atoms is taken. Few of them are the nodes of a Gauss–Legendre rule; many those of the midpoint rule in
//! θ, with the place p = θ³ (10 − 15 θ + 6 θ²) of the interval, whose error is of the order of the fourth power of the step, and
//! which stand at distances like θ² at both ends, where the edges are.

use rug::{Float, Rational};

use super::error::TheoryError;
use crate::gaussian::rules::legendre;
use crate::model::PowerLaw;

/// 2π Im λ/δ that is wanted, seven digits of a density (tuned).
const WANTED: f64 = 16.0;
/// The least that is accepted of the coarser atoms, whose bulk holds together at 2 (proved for equal distances).
const LEAST: f64 = 3.0;
/// Atoms at least (tuned: at γ = 1 the laws over four decades agree to 12 digits), and at most.
const FEWEST: usize = 128;
const MOST: usize = 8192;
/// Most nodes of a Gauss–Legendre rule: its construction takes their square.
const MOST_LEGENDRE: usize = 256;
/// The greatest distance of nodes of the midpoint rule, and of Legendre's, over those of as many equal ones.
const STRETCH: f64 = 1.875;
const BITS: u32 = 64;

/// Its atoms, for what samples it with this ratio, where there is one; three quarters as many where it is to be coarse.
///
/// # Errors
/// A ratio so small that they would be too many.
pub(super) fn power_law(law: &PowerLaw, gamma: Option<&Rational>) -> Result<Vec<[Rational; 2]>, TheoryError> {
    let scale = gamma.map_or(Scale { logarithmic: true, a_unit: 0.0 }, |gamma| Scale::new(law, gamma.to_f64()));
    let wanted = (WANTED * scale.a_unit).clamp(FEWEST as f64, MOST as f64) as usize;
    let coarse = wanted * 3 / 4;
    if LEAST * scale.a_unit > coarse as f64 {
        let needed = WANTED * scale.a_unit;
        return Err(TheoryError::Refused {
            message: format!(
                "a power law would take {needed:.0} eigenvalues in its place for so small a gamma, more than the bound {MOST}"
            ),
            help: "take a larger gamma: what is sampled here is nearly the population itself".to_owned(),
        });
    }
    let count = if law.coarse { coarse } else { wanted };
    let PowerLaw { a, low, high, .. } = law;
    let number = |value: &Rational| Float::with_val(BITS, value);
    let [low, high, a] = [low, high, a].map(number);
    // in s = x^(a − 1)/(a − 1), or ln x
    let exponent = if scale.logarithmic { Float::new(BITS) } else { Float::with_val(BITS, &a - 1u32) };
    let place = |x: &Float| if exponent.is_zero() { x.clone().ln() } else { power(x, &exponent) };
    let [start, end] = [place(&low), place(&high)];
    let width = Float::with_val(BITS, &end - &start);
    let rest = Float::with_val(BITS, 1 - Float::with_val(BITS, &a + &exponent));
    let atom = |[share, weight]: [Float; 2]| {
        let s = Float::with_val(BITS, &width * &share) + &start;
        let x = if exponent.is_zero() { s.exp() } else { power(&s, &exponent.clone().recip()) };
        // ρ dx = x^(−a) (dx/ds) ds
        let weight = power(&x, &rest) * weight;
        [x, weight].map(|value| value.to_rational().unwrap_or_default())
    };
    let mut found: Vec<[Rational; 2]> = nodes(count).into_iter().map(atom).collect();
    found.sort_by(|a, b| a[0].cmp(&b[0]));
    let total = found.iter().fold(Rational::new(), |sum, [_, weight]| sum + weight);
    found.iter_mut().for_each(|[_, weight]| *weight /= &total);
    if law.unit_mean {
        let mean = found.iter().fold(Rational::new(), |sum, [value, weight]| sum + Rational::from(value * weight));
        found.iter_mut().for_each(|[value, _]| *value /= &mean);
    }
    Ok(found)
}

/// x^e by logarithms.
fn power(x: &Float, exponent: &Float) -> Float {
    (x.clone().ln() * exponent).exp()
}

/// Which variable, and how many atoms make 2π Im λ/δ = 1 in it.
struct Scale {
    logarithmic: bool,
    a_unit: f64,
}

impl Scale {
    fn new(law: &PowerLaw, gamma: f64) -> Self {
        let [a, low, high] = [&law.a, &law.low, &law.high].map(Rational::to_f64);
        // ∫ x^p dx
        let integral = |power: f64| match power + 1.0 {
            0.0 => (high / low).ln(),
            above => (high.powf(above) - low.powf(above)) / above,
        };
        let height = std::f64::consts::PI * gamma / integral(-a);
        let needed = |range: f64, height: f64| STRETCH * range / (2.0 * std::f64::consts::PI * height);
        let least = low.powf(1.0 - a).min(high.powf(1.0 - a));
        let [uniform, logarithmic] = [needed(integral(a - 2.0), height), needed((high / low).ln(), height * least)];
        let few = WANTED * logarithmic <= FEWEST as f64;
        Self {
            logarithmic: few || a == 1.0 || logarithmic <= uniform,
            a_unit: if few { logarithmic } else { uniform.min(logarithmic) },
        }
    }
}

/// [place in (0, 1), weight] of a rule.
fn nodes(count: usize) -> Vec<[Float; 2]> {
    if count <= MOST_LEGENDRE {
        let rule = legendre(count, BITS);
        let both = rule.nodes.iter().zip(&rule.weights).flat_map(|(node, weight)| {
            let half = |node: Float| Float::with_val(BITS, 1 + node) >> 1u32;
            [[half(Float::with_val(BITS, -node)), weight.clone()], [half(node.clone()), weight.clone()]]
        });
        return both.collect();
    }
    let node = |k: usize| {
        let angle = Float::with_val(BITS, 2 * k + 1) / (2 * count) as u64;
        let rest = Float::with_val(BITS, 1 - &angle);
        let inner = Float::with_val(BITS, 15 - Float::with_val(BITS, 6 * &angle));
        let inner = Float::with_val(BITS, 10 - Float::with_val(BITS, &angle * inner));
        let cube = Float::with_val(BITS, angle.square_ref()) * &angle;
        let slope = Float::with_val(BITS, &angle * &rest).square();
        [cube * inner, slope]
    };
    (0..count).map(node).collect()
}
