//! κ_0 of a ridge. On the points where all penalties are positive and D_L < n the ridge increases with κ_0 from 0 to ∞: κ(1 − D/N) does,
//! because its slope is 1 − df/N and df ≤ D < N. Those points are all beyond the largest root of κ_l = 0 and D_L = n, so that there is one
//! root, and one side of it on which the function below is negative.

use rug::Rational;

use super::chain::{Chain, Rungs};
use crate::number::{Ball, Ring, Tangent};
use crate::spectrum::{LawError, crossing_between, crossing_near};

/// Steps in double precision.
const STEPS: usize = 2200;

/// What stops κ_0 from falling further as the ridge goes to 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// D_L = n: the samples are interpolated.
    Samples,
    /// The penalty of this level is 0: least squares; at level 0 nothing stops it before 0.
    Level(usize),
}

/// The chain in balls with derivatives in κ_0.
type Levels = Rungs<Tangent<Ball>>;

fn levels(chain: &Chain<Tangent<Ball>>, kappa: &Ball) -> Levels {
    let point = Tangent::variable(kappa);
    chain.rungs(&point, &point.integer(1))
}

/// The first level whose penalty is not proved to be positive.
fn lowest_open(levels: &Levels) -> Option<usize> {
    levels.penalties.iter().position(|penalty| !penalty.value.is_positive())
}

/// Whether that penalty is proved not to be positive.
fn is_beyond(levels: &Levels, level: usize) -> bool {
    let penalty = &levels.penalties[level].value;
    penalty.is_negative() || penalty.is_exact_zero()
}

fn negative(bits: u32) -> [Ball; 2] {
    [Ball::integer(-1, bits), Ball::integer(1, bits)]
}

/// κ_0 of a positive ridge.
///
/// # Errors
/// [`LawError::MoreBits`].
pub fn penalty(chain: &Chain<Ball>, ridge: &Ball, bits: u32) -> Result<Ball, LawError> {
    let tangents = chain.map(Tangent::constant);
    let factors: Vec<Ball> = chain.layers.iter().map(|layer| &(&layer.slope * &layer.width) / &layer.below).collect();
    let function = |kappa: &Ball| {
        let levels = levels(&tangents, kappa);
        if let Some(level) = lowest_open(&levels) {
            // the ridge is at most κ_l times the factors of the layers above
            let most = factors[level..].iter().fold(levels.penalties[level].value.clone(), |most, factor| &most * factor);
            if is_beyond(&levels, level) || (&most - ridge).is_negative() {
                return negative(bits);
            }
            return [Ball::unknown(bits), Ball::unknown(bits)];
        }
        let found = levels.ridge();
        [&found.value - ridge, found.slope]
    };
    root(chain, &function, ridge.to_f64(), bits)
}

/// The zero of a function of κ_0 that is negative below and positive above it, near κ_0 of this ridge in doubles if it is there.
fn root(chain: &Chain<Ball>, function: &dyn Fn(&Ball) -> [Ball; 2], ridge: f64, bits: u32) -> Result<Ball, LawError> {
    let (guess, zero) = (penalty64(&chain.map(Ball::to_f64), ridge), Ball::zero(bits));
    let near = (guess.is_normal() && guess < f64::MAX / 4.0).then(|| crossing_near(function, &zero, guess, bits));
    near.flatten().map_or_else(|| crossing_between(function, &zero, None, bits), Ok)
}

/// κ_0 as the ridge goes to 0.
///
/// # Errors
/// [`LawError::MoreBits`].
pub fn ridgeless(chain: &Chain<Ball>, binding: Binding, bits: u32) -> Result<Ball, LawError> {
    if binding == Binding::Level(0) {
        return Ok(Ball::zero(bits));
    }
    let tangents = chain.map(Tangent::constant);
    let least = match binding {
        Binding::Samples => chain.layers.len() + 1,
        Binding::Level(level) => level,
    };
    let function = |kappa: &Ball| {
        let levels = levels(&tangents, kappa);
        if let Some(level) = lowest_open(&levels).filter(|level| *level < least) {
            return if is_beyond(&levels, level) { negative(bits) } else { [Ball::unknown(bits), Ball::unknown(bits)] };
        }
        let found = match binding {
            Binding::Samples => levels.left,
            // of a linear layer κ_l is 0 where all its neurons are used, which is a simple root whatever lies below
            Binding::Level(level) if chain.layers[level - 1].rest.is_none() => {
                tangents.layers[level - 1].width.minus(&levels.freedom[level - 1])
            }
            Binding::Level(level) => levels.penalties[level].clone(),
        };
        [found.value, found.slope]
    };
    root(chain, &function, 0.0, bits)
}

/// κ_0 of a ridge ≥ 0 in double precision, by Newton's method, and bisection where it would leave what is known of the root.
#[must_use]
pub fn penalty64(chain: &Chain<f64>, ridge: f64) -> f64 {
    let tangents = chain.map(Tangent::constant);
    // the ridge at κ_0 beyond the one sought, with its slope; none where a penalty is not positive, or D_L not below n
    let at = |kappa: f64| {
        let rungs = tangents.rungs(&Tangent::variable(&kappa), &Tangent::constant(&1.0));
        let inside = rungs.penalties.iter().all(|penalty| penalty.value > 0.0) && rungs.left.value > 0.0;
        let found = rungs.ridge();
        inside.then_some([found.value - ridge, found.slope])
    };
    let is_beyond = |found: &Option<[f64; 2]>| found.is_some_and(|[value, _]| value > 0.0);
    let (mut low, mut high) = (0.0f64, 1.0f64);
    let mut found = at(high);
    while !is_beyond(&found) && high < f64::MAX / 4.0 {
        (low, high) = (high, 4.0 * high);
        found = at(high);
    }
    let mut here = high;
    for _ in 0..STEPS {
        let middle = if low < high / 4.0 { (low * high).sqrt().max(high / 1024.0) } else { f64::midpoint(low, high) };
        if middle <= low || middle >= high || high < f64::MIN_POSITIVE {
            break;
        }
        let next = found.map(|[value, slope]| here - value / slope).filter(|next| *next > low && *next < high);
        let (next, step) = next.map_or((middle, f64::INFINITY), |next| (next, (next - here).abs()));
        here = next;
        found = at(here);
        if is_beyond(&found) {
            high = here;
        } else {
            low = here;
        }
        if step <= f64::EPSILON * here {
            return if found.is_some() { here } else { high };
        }
    }
    high
}

/// The rational number of least denominator in a ball, if it is so short that the ball would hardly hold one by chance.
#[must_use]
pub fn rational_root(ball: &Ball) -> Option<Rational> {
    let value = ball.mid().to_rational()?;
    let mut rest = value.clone();
    // convergents p/q of the continued fraction
    let (mut before, mut now) = ((Rational::new(), Rational::from(1)), (Rational::from(1), Rational::new()));
    for _ in 0..ball.bits() {
        let whole = rest.clone().floor();
        let next = |a: &Rational, b: &Rational| Rational::from(&whole * a) + b;
        (before, now) = (now.clone(), (next(&now.0, &before.0), next(&now.1, &before.1)));
        let candidate = Rational::from(&now.0 / &now.1);
        if candidate.denom().significant_bits() + candidate.numer().significant_bits() > ball.bits() / 4 {
            return None;
        }
        if ball.contains(&candidate) {
            return Some(candidate);
        }
        rest -= whole;
        if rest.is_zero() {
            return None;
        }
        rest.recip_mut();
    }
    None
}
