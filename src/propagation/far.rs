//! What the variance map does from some q on: no fixed point there, V below q or above it, by proof.
//!
//! On each side f² ≤ αx² + β for |x| ≥ X, from the bounds of growth, from those of f(x)/x, from those of f′ on [X, ∞), from those of the
//! terms of a sum, or from its tree (`majorant`). For |x| ≤ X the density of N(0, q) is at most 1/√(2πq), and for q ≥ R = X²/2 at most e √(R/q) times that of N(0, R): what
//! f² contributes there is at most I/√q, with I = ∫ f² dx/√(2π) where f is seen to be bounded there, else e √R E f(√R Z)². So for all q ≥ Q ≥ R
//! V(q)/q ≤ sigma_w2 (ᾱ + (I/√q + β̄)/q) + sigma_b2/q, bars for means of the two sides: a bound that falls with q, so that it is
//! enough to have it below 1 at Q. With f² ≥ αx² instead, V(q)/q ≥ sigma_w2 ᾱ (1 − 0.27 (X²/q)^{3/2}), which grows. Where f² grows like
//! e^{2βx²}, q is below q_m = 1/(4β), and √q E f(√q Z)² grows with q, so that V > q from Q on if sigma_w2 √(Q/q_m) E f(√Q Z)² > q_m.

use std::sync::OnceLock;

use super::error::PropagationError;
use super::majorant::{Majorants, SHARE};
use super::nonlinearity::Nonlinearity;
use super::variance::{DOUBLES, VarianceMap};
use crate::activation::{Function, Node, Primitive, Range, affine, canonical, derivative, evaluate};
use crate::gaussian::growth::{Growth, Rate, Side, branch, growth, settled};
use crate::gaussian::{Data, Moment, Quantity};
use crate::number::{Ball, Interval, Job};

/// Where bounds of f begin.
const STARTS: [f64; 4] = [4.0, 10.0, 40.0, 1000.0];
/// Most doublings of Q, and most halvings of the distance to the q at which E f² becomes infinite.
const DOUBLINGS: i32 = 200;
const HALVINGS: i32 = 40;
/// Bits of bounds.
const BITS: u32 = 80;
/// Parts of the half of an interval on which f² is bounded.
const PARTS: i32 = 64;
/// Levels of sums and factors that are looked into.
const LEVELS: usize = 8;

/// No fixed point lies at √q ≥ `from`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Far {
    pub(super) from: f64,
    /// Whether V lies above q there: a variance that comes so far grows without bound.
    pub(super) escapes: bool,
}

/// What is known of f from each of the places X on.
#[derive(Debug, Default)]
pub(super) struct Bounds([OnceLock<From>; STARTS.len()]);

/// Bounds of f² on both sides.
#[derive(Debug)]
struct From {
    sides: [Side2; 2],
    /// I.
    inner: OnceLock<f64>,
}

/// Bounds of f² on one side from X on.
#[derive(Clone, Copy, Debug)]
struct Side2 {
    start: f64,
    /// f² ≤ αx² + β, where there are such.
    above: Option<[f64; 2]>,
    /// f² ≥ αx².
    below: f64,
}

impl Bounds {
    /// Bounds from a place on.
    fn from(known: &Nonlinearity, place: usize) -> &From {
        known.bounds.0[place].get_or_init(|| {
            let sides = [Side::Left, Side::Right].map(|side| bounds(&known.f, side, STARTS[place], LEVELS));
            From { sides, inner: OnceLock::new() }
        })
    }
}

impl From {
    /// X.
    fn start(&self) -> f64 {
        self.sides[0].start.max(self.sides[1].start)
    }

    /// R.
    fn least(&self) -> f64 {
        0.5 * self.start() * self.start()
    }

    fn inner(&self, map: &VarianceMap, job: &Job<'_>) -> Result<f64, PropagationError> {
        if let Some(known) = self.inner.get() {
            return Ok(*known);
        }
        let mut found = upper_sum(&map.f, self.start()) / std::f64::consts::TAU.sqrt() * (1.0 + 1e-9);
        if !found.is_finite() {
            let least = self.least();
            found = least.sqrt() * std::f64::consts::E * second_moment(map, least, job)? * (1.0 + 1e-9);
        }
        Ok(*self.inner.get_or_init(|| found))
    }
}

/// Far out.
///
/// # Errors
/// Where neither is shown.
pub(super) fn far(map: &VarianceMap, job: &Job<'_>) -> Result<Far, PropagationError> {
    let ceiling = map.ceiling();
    if ceiling.is_finite() {
        return towards(map, ceiling, job);
    }
    let [Interval { low: least, high: most }, Interval { high: b, .. }] = map.in_doubles;
    for place in 0..STARTS.len() {
        let known = Bounds::from(&map.known, place);
        let (sides, from) = (&known.sides, known.start());
        let below = 0.5 * (sides[0].below + sides[1].below);
        if least * below > 1.0 {
            let rest = 1.0 - 1.0 / (least * below);
            let q = from * from * (0.27 / rest).powf(2.0 / 3.0) * 1.001;
            return Ok(Far { from: q.max(1.0).sqrt(), escapes: true });
        }
        let Some((left, right)) = sides[0].above.zip(sides[1].above) else { continue };
        let [alpha, beta] = [0, 1].map(|k| 0.5 * (left[k] + right[k]));
        if most * alpha >= 1.0 {
            continue;
        }
        let square = BoundedSquare::new(map, known, [alpha, beta], job)?;
        for doubling in 0..DOUBLINGS {
            let q = square.least * 2f64.powi(doubling);
            if most * square.at(q) + b < q * (1.0 - 1e-9) {
                return Ok(Far { from: q.sqrt(), escapes: false });
            }
        }
    }
    Err(PropagationError::Unsettled(format!(
        "whether the variance of {:#} stays bounded at sigma_w2 = {} is not shown: {}",
        map.f, map.sigma_w2, "bounds of f far out do not tell whether sigma_w2 E f(sqrt(q) Z)^2/q falls below 1"
    ))
    .with_help("at a smaller sigma_w2 the bounds may tell; depth = 10, q0 = 1 lists the layers all the same"))
}

/// Towards the q at which E f² becomes infinite.
fn towards(map: &VarianceMap, ceiling: f64, job: &Job<'_>) -> Result<Far, PropagationError> {
    let w = map.in_doubles[0].low;
    for halving in 2..HALVINGS {
        let q = ceiling * (1.0 - 0.5f64.powi(halving));
        let least = (q / ceiling).sqrt() * lower_moment(map, q, job)?;
        if w * least > ceiling * (1.0 + 1e-9) {
            return Ok(Far { from: q.sqrt(), escapes: true });
        }
    }
    Err(PropagationError::Unsettled(format!(
        "what the variance of {:#} does towards q = {ceiling}, where E f(sqrt(q) Z)^2 becomes infinite, is not shown",
        map.f
    ))
    .with_help("take another sigma_w2; depth = 3, q0 = 1/10 lists layers all the same"))
}

/// A bound of ∫ f² dx over |x| ≤ `reach`; infinite where f is not seen to be bounded there.
fn upper_sum(f: &Function, reach: f64) -> f64 {
    let range = Range::of(f);
    let width = reach / f64::from(PARTS);
    let part = |k: i32| {
        let [low, high] = [k, k + 1].map(|k| reach * f64::from(k) / f64::from(PARTS));
        range.over(Interval { low, high }).square().high * width
    };
    (-PARTS..PARTS).map(part).sum::<f64>() * (1.0 + 1e-12)
}

fn moment(map: &VarianceMap, q: f64, job: &Job<'_>) -> Result<Ball, PropagationError> {
    let s = rug::Rational::from_f64(q.sqrt()).unwrap_or_default();
    let variance = Quantity { ball: Ball::rational(&s, BITS).square(), exact: None };
    if let Some([second]) = map.over_nodes(0, &variance, DOUBLES, job)? {
        return Ok(second);
    }
    match Data::new(&map.f, &s, job)?.second_moment(BITS, job)? {
        Moment::Finite(second) => Ok(second.ball),
        Moment::Infinite => Ok(Ball::unknown(BITS)),
    }
}

fn second_moment(map: &VarianceMap, q: f64, job: &Job<'_>) -> Result<f64, PropagationError> {
    let ball = moment(map, q, job)?;
    Ok(if ball.is_finite() { ball.high().to_f64() * (1.0 + 1e-9) } else { f64::INFINITY })
}

fn lower_moment(map: &VarianceMap, q: f64, job: &Job<'_>) -> Result<f64, PropagationError> {
    let ball = moment(map, q, job)?;
    Ok(if ball.is_finite() { ball.low().to_f64() * (1.0 - 1e-9) } else { 0.0 })
}

/// Bounds of f² on a side from `start` on, or from where those of growth begin; from its terms down to so many levels.
fn bounds(f: &Function, side: Side, start: f64, levels: usize) -> Side2 {
    let mirrored = |f: &Function| if side == Side::Left { f.substitute(&-Function::x()) } else { f.clone() };
    let grown = growth(f, side, 0.0).ok();
    let start = grown.as_ref().map_or(start, |growth| growth.upper.envelope().from.max(start));
    let chosen = settled(f).filter(|from| *from <= start).map(|_| branch(f, side));
    let one = mirrored(&chosen.unwrap_or_else(|| f.clone()));
    let line = Interval { low: start, high: f64::INFINITY };
    let mut found = Side2 { start, above: None, below: 0.0 };
    if let Some(growth) = &grown {
        found.above = above(growth, start);
        found.below = below(growth, start);
    }
    let mut better = |alpha: f64, beta: f64| {
        if alpha.is_finite() && beta.is_finite() && found.above.is_none_or(|known| alpha < known[0]) {
            found.above = Some([alpha, beta]);
        }
    };
    let quotient = over_x(&one).unwrap_or_else(|| one.clone() / Function::x());
    let ratio = Range::of(&canonical(&quotient)).over(line);
    better(ratio.magnitude().powi(2) * (1.0 + 1e-12), 0.0);
    let slope = Range::of(&canonical(&derivative(&one))).over(line);
    let value = evaluate(&one, &Ball::double(start, BITS));
    if value.is_finite() && grown.is_some() {
        // |f| ≤ |f(X)| + m x
        let rest = value.magnitude().to_f64().powi(2);
        better(slope.magnitude().powi(2) * (1.0 + SHARE) + 1e-12, rest * (1.0 + 1.0 / SHARE));
    }
    let mut majorants = Majorants::new(start);
    if let Some([alpha, beta]) = majorants.above(&one) {
        better(alpha, beta);
    }
    if let Some(line) = affine(&one) {
        let [slope, shift] = line.map(|value| evaluate(&value, &Ball::zero(BITS)).magnitude().to_f64().powi(2));
        better(slope * (1.0 + SHARE) + 1e-12, shift * (1.0 + 1.0 / SHARE));
    }
    if levels > 0
        && found.above.is_none_or(|[alpha, _]| alpha > 0.0)
        && let Some([alpha, beta]) = of_terms(&one, start, levels - 1)
        && found.above.is_none_or(|known| alpha < known[0])
    {
        found.above = Some([alpha, beta]);
    }
    found.below = found.below.max(ratio.least_magnitude().powi(2) * (1.0 - 1e-12)).max(majorants.below(&one));
    found
}

/// α and β for x ≥ `start` from those of the terms of a sum, or of what a constant multiplies.
fn of_terms(f: &Function, start: f64, levels: usize) -> Option<[f64; 2]> {
    let part = |f: &Function| {
        let found = bounds(f, Side::Right, start, levels);
        found.above.filter(|_| found.start <= start)
    };
    if let Node::Add(a, b) | Node::Subtract(a, b) = f.node() {
        return Some(of_sum(part(a)?, part(b)?));
    }
    let (factor, g) = multiple(f)?;
    Some(part(g)?.map(|bound| factor * factor * bound * (1.0 + 1e-12)))
}

/// |c| and g where f = cg or g/c with a constant c, or −g.
fn multiple(f: &Function) -> Option<(f64, &Function)> {
    let size = |c: &Function| evaluate(c, &Ball::zero(BITS)).abs();
    match f.node() {
        Node::Negate(g) => Some((1.0, g)),
        Node::Multiply(c, g) | Node::Multiply(g, c) if c.is_constant() => Some((size(c).magnitude().to_f64(), g)),
        Node::Divide(g, c) if c.is_constant() => Some((size(c).inverse().magnitude().to_f64(), g)),
        _ => None,
    }
}

/// α and β of a sum: (a + b)² ≤ (1 + t) a² + (1 + 1/t) b², with the t that makes α least or, where that is 0, a small share.
fn of_sum(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    let (most, least) = if a[0] >= b[0] { (a, b) } else { (b, a) };
    let t = if most[0] > 0.0 { (least[0] / most[0]).sqrt().max(SHARE) } else { 1.0 };
    [0, 1].map(|k| ((1.0 + t) * most[k] + (1.0 + 1.0 / t) * least[k]) * (1.0 + 1e-12))
}

/// f(x)/x, where x is seen to be a factor.
pub(super) fn over_x(f: &Function) -> Option<Function> {
    match f.node() {
        Node::X => Some(Function::one()),
        Node::Negate(a) => Some(-over_x(a)?),
        Node::Add(a, b) => Some(over_x(a)? + over_x(b)?),
        Node::Subtract(a, b) => Some(over_x(a)? - over_x(b)?),
        Node::Multiply(a, b) => over_x(a).map(|a| a * b.clone()).or_else(|| Some(a.clone() * over_x(b)?)),
        Node::Divide(a, b) => Some(over_x(a)? / b.clone()),
        Node::Power(a, n) => {
            let n = n.integer().filter(|n| *n >= 1)?;
            match a.node() {
                Node::Apply(Primitive::Sqrt, b) if n >= 2 => Some(over_x(b)? * a.powi(n - 2)),
                _ => Some(over_x(a)? * a.powi(n - 1)),
            }
        }
        _ => None,
    }
}

/// α and β with f² ≤ αx² + β from the bound ln|f| ≤ a + p ln x + αx + βx².
fn above(growth: &Growth, start: f64) -> Option<[f64; 2]> {
    let bound = growth.upper.envelope();
    if bound.beta > 0.0 || bound.alpha > 0.0 {
        return None;
    }
    let size = (2.0 * bound.a).exp();
    if bound.p > 0.0 && bound.beta < 0.0 {
        // x^p e^{βx²} ≤ (p/(2|β|e))^{p/2}
        let power = (bound.p / (-2.0 * bound.beta * std::f64::consts::E)).powf(bound.p);
        return Some([0.0, size * power * (1.0 + 1e-9)]).filter(|[_, beta]| beta.is_finite());
    }
    if bound.p <= 0.0 || bound.alpha < 0.0 {
        let power = if bound.p <= 0.0 {
            start.powf(2.0 * bound.p)
        } else {
            (bound.p / (-bound.alpha * std::f64::consts::E)).powf(2.0 * bound.p)
        };
        return Some([0.0, size * power * (1.0 + 1e-9)]).filter(|[_, beta]| beta.is_finite());
    }
    if bound.p > 1.0 {
        return None;
    }
    if bound.p == 1.0 {
        return Some([size * (1.0 + 1e-12), 0.0]);
    }
    // C y^p ≤ C w^p (1 − p) + C p w^{p−1} y, y = x², with the share ε = C p w^{p−1}
    let w = (size * bound.p / SHARE).powf(1.0 / (1.0 - bound.p));
    Some([SHARE, size * w.powf(bound.p) * (1.0 + 1e-9)]).filter(|[_, beta]| beta.is_finite())
}

/// α with f² ≥ αx² from the lower bound, which is rounded down.
fn below(growth: &Growth, start: f64) -> f64 {
    let Some(bound) = growth.lower.as_ref().map(Rate::envelope) else { return 0.0 };
    // x^{p−1} e^{αx + βx²} grows from X on
    let grows = bound.p >= 1.0 || (bound.p - 1.0) / start + bound.alpha >= 0.0;
    if bound.beta < 0.0 || bound.alpha < 0.0 || !grows || bound.from > start {
        return 0.0;
    }
    // the envelope is rounded up
    let a = bound.a - 4e-9 * (1.0 + bound.a.abs());
    let size = a + (bound.p - 1.0) * start.ln() + bound.alpha * start + bound.beta * start * start;
    (2.0 * size).min(200.0).exp()
}

/// A bound of E f(√q Z)² for all q from some on.
pub(super) struct BoundedSquare {
    /// R, from which on it holds.
    pub(super) least: f64,
    /// I.
    inner: f64,
    /// ᾱ and β̄.
    outer: [f64; 2],
}

impl BoundedSquare {
    fn new(map: &VarianceMap, known: &From, outer: [f64; 2], job: &Job<'_>) -> Result<Self, PropagationError> {
        Ok(Self { least: known.least(), inner: known.inner(map, job)?, outer })
    }

    /// A number above E f(√q Z)²; over q it falls.
    pub(super) fn at(&self, q: f64) -> f64 {
        self.outer[0] * q + self.outer[1] + self.inner / q.sqrt()
    }
}

/// Such a bound with α = 0; none where f is not shown to be bounded far out.
pub(super) fn ceiling_of_square(map: &VarianceMap, job: &Job<'_>) -> Result<Option<BoundedSquare>, PropagationError> {
    if map.ceiling().is_finite() {
        return Ok(None);
    }
    let known = Bounds::from(&map.known, 0);
    let Some((left, right)) =
        known.sides[0].above.zip(known.sides[1].above).filter(|(left, right)| left[0] == 0.0 && right[0] == 0.0)
    else {
        return Ok(None);
    };
    BoundedSquare::new(map, known, [0.0, 0.5 * (left[1] + right[1])], job).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::lower::read;

    /// Bounds of a sum hold at all points of its side, with slopes that are not much larger than they need be.
    #[test]
    fn squares_of_sums_are_below_their_bounds() {
        for (text, slopes) in [
            ("x*sigmoid(2*x)/2 + tanh(x)", [0.0, 0.25]),
            ("x/2 - atan(x) + 3", [0.25, 0.25]),
            ("x - 2*x*sigmoid(x)", [1.0, 1.0]),
            ("sin(x) + 1/(1 + x^2) - 2/3", [0.0, 0.0]),
            ("-(x + sin(x))/2 - pi*(x/5 + cos(x))", [1.28, 1.28]),
            // growth has a slope of √2 for the root
            ("sqrt(1 + x^2) + (x - tanh(x))/2", [3.65, 3.65]),
        ] {
            let f = read(text).expect("a function");
            for (side, (sign, slope)) in [Side::Left, Side::Right].into_iter().zip([-1.0, 1.0].into_iter().zip(slopes)) {
                let found = bounds(&f, side, 10.0, LEVELS);
                let [alpha, beta] = found.above.unwrap_or_else(|| panic!("{text}: no bound"));
                assert!(alpha <= slope * 1.05 + 0.01, "{text} {sign}: {alpha}");
                let mut x = found.start;
                while x < 1e6 {
                    let value = evaluate(&f, &Ball::double(sign * x, BITS)).to_f64();
                    assert!(value * value <= alpha * x * x + beta, "{text} at {}", sign * x);
                    x *= 1.07;
                }
            }
        }
    }
}
