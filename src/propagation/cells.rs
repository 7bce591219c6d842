//! All solutions of an equation A(t) = B(t), t = 1/q, on an interval, with proof, where A and B are completely monotone.
//!
//! E g(√q Z) of a function g ≥ 0 is √t times the Laplace transform ∫ g e^{−tx²/2} dx/√(2π), so that V(q) = q and the edge of chaos are
//! such equations (`fixed`, `edge`): A, −A′, A″, … are positive and decrease, whatever f is. Values at the two ends of a cell then
//! enclose A and A′ between chords and tangents on the whole cell: A is convex, A′ concave; and so for B. A cell where H = A − B keeps
//! its sign is free; where H′ does, it holds one simple root at most, and the signs at its ends tell; else it is cut. A root is refined
//! by interval Newton, |H″| ≤ A″ + B″ at the lower end of t.

use std::cmp::Ordering;

use rug::float::Round;
use rug::{Float, Rational};

use super::error::PropagationError;
use super::scale::enclosed;
use crate::activation::Function;
use crate::number::{Ball, Job, Magnitude};

/// Bits at which cells are judged: as many as doubles have, and more where these do not tell.
const BITS: [u32; 2] = [60, 90];
/// Bits of the ends of cells, and of those of the whole interval.
const SHORT: u32 = 14;
const ENDS: u32 = 30;
/// Most cells.
const MOST_CELLS: usize = 600;
/// Steps of Newton's method or halvings at low precision.
const MOST_STEPS: usize = 60;
/// Certain bits of a root that is approached.
const APPROACHED: u32 = 40;
/// Bits beyond those asked of a root.
const GUARD: u32 = 40;
/// A root to no more than so many bits is had from doubles.
const FEW_BITS: u32 = 48;

/// An equation A = B.
pub(super) trait Balance {
    /// A and B with two derivatives in t at q = s².
    ///
    /// # Errors
    /// Where the Gaussian integrals are not had.
    fn sides(&self, s: &Deviation, bits: u32, job: &Job<'_>) -> Result<[[Ball; 3]; 2], PropagationError>;

    /// Whether integrals are taken at rational standard deviations only, on which it depends whether they exist.
    fn is_rational(&self) -> bool;

    /// Why two solutions are not told apart between two variances.
    fn touching(&self, low: f64, high: f64) -> String;
}

/// A standard deviation s, a dyadic number.
pub(super) struct Deviation {
    /// s as a ball.
    pub(super) s: Ball,
    /// s as a constant function.
    pub(super) sigma: Function,
}

/// A and B at a place.
#[derive(Clone)]
pub(super) struct Place {
    s: Float,
    t: Ball,
    a: [Ball; 3],
    b: [Ball; 3],
}

/// A cell with one simple root: its ends by growing t, that is by falling q, and whether H grows with t.
#[derive(Clone)]
pub(super) struct Cell {
    ends: [Place; 2],
    rises: bool,
}

/// ball · numerator/denominator.
pub(super) fn scaled(ball: &Ball, numerator: i32, denominator: i32) -> Ball {
    ball.times_rational(&Rational::from((numerator, denominator)))
}

impl Deviation {
    fn new(s: &Float, rational: bool, bits: u32) -> Self {
        let ball = Ball::new(Float::with_val(bits.max(s.prec()), s), Magnitude::ZERO);
        let short = s.prec() <= SHORT || rational;
        let sigma = if short { Function::rational(s.to_rational().unwrap_or_default()) } else { enclosed(ball.clone()) };
        Self { s: ball, sigma }
    }

    /// At a standard deviation that is enclosed.
    pub(super) fn enclosing(s: &Ball) -> Self {
        Self { s: s.clone(), sigma: enclosed(s.clone()) }
    }

    /// F(t) = √q E g(√q Z) with two derivatives in t, for g ≥ 0: F′ = −½ q^{3/2} E g Z² and F″ = ¼ q^{5/2} E g Z⁴ at √q Z, from these
    /// three moments.
    pub(super) fn transform(&self, [zeroth, second, fourth]: &[Ball; 3]) -> [Ball; 3] {
        let s = &self.s;
        [s * zeroth, -&(&s.power(3) * second).shifted(-1), (&s.power(5) * fourth).shifted(-2)]
    }

    /// t^{−n/2} with two derivatives in t.
    pub(super) fn power(&self, n: u32) -> [Ball; 3] {
        let k = n as i32;
        let s = &self.s;
        [s.power(n), scaled(&s.power(n + 2), -k, 2), scaled(&s.power(n + 4), k * (k + 2), 4)]
    }
}

impl Place {
    fn new(equation: &dyn Balance, s: &Float, bits: u32, job: &Job<'_>) -> Result<Self, PropagationError> {
        let at = Deviation::new(s, equation.is_rational(), bits);
        let [a, b] = equation.sides(&at, bits, job)?;
        Ok(Self { s: s.clone(), t: at.s.square().inverse(), a, b })
    }

    fn value(&self) -> Ball {
        &self.a[0] - &self.b[0]
    }

    fn slope(&self) -> Ball {
        &self.a[1] - &self.b[1]
    }

    fn q(&self) -> f64 {
        self.s.to_f64().powi(2)
    }
}

fn least(a: Float, b: Float) -> Float {
    if a < b { a } else { b }
}

fn most(a: Float, b: Float) -> Float {
    if a > b { a } else { b }
}

/// A bound of (chord of the first) − (tangent of the second at an end), the larger of the values at the ends; the least over both
/// tangents. The pairs are value and slope at the ends.
fn chord_over_tangent(u: [[&Ball; 2]; 2], v: [[&Ball; 2]; 2], width: &Ball) -> Float {
    let from_left = [u[0][0] - v[0][0], u[1][0] - &(v[0][0] + &(v[0][1] * width))];
    let from_right = [u[0][0] - &(v[1][0] - &(v[1][1] * width)), u[1][0] - v[1][0]];
    let top = |pair: &[Ball; 2]| most(pair[0].high(), pair[1].high());
    least(top(&from_left), top(&from_right))
}

/// The sign of u − v on a cell, both convex; none where it is not shown.
fn sign_of(u: [[&Ball; 2]; 2], v: [[&Ball; 2]; 2], width: &Ball) -> Option<Ordering> {
    if chord_over_tangent(u, v, width) < 0 {
        Some(Ordering::Less)
    } else if chord_over_tangent(v, u, width) < 0 {
        Some(Ordering::Greater)
    } else {
        None
    }
}

/// What is known of H on the cell between two places.
enum Found {
    Free,
    Root { rises: bool },
    Open,
}

/// The places by growing t.
fn judge(ends: [&Place; 2]) -> Found {
    let width = &ends[1].t - &ends[0].t;
    let of = |k: usize| (ends.map(|place| [&place.a[k], &place.a[k + 1]]), ends.map(|place| [&place.b[k], &place.b[k + 1]]));
    let (u, v) = of(0);
    if sign_of(u, v, &width).is_some() {
        return Found::Free;
    }
    // A′ and B′ are concave: their opposites are convex
    let (u, v) = of(1);
    let Some(falls) = sign_of_opposites(u, v, &width) else { return Found::Open };
    match (ends[0].value().sign(), ends[1].value().sign()) {
        (Some(left), Some(right)) if left == right => Found::Free,
        (Some(left), Some(right)) if left.is_ne() && right.is_ne() => Found::Root { rises: falls.is_lt() },
        _ => Found::Open,
    }
}

/// The sign of v − u for concave u and v.
fn sign_of_opposites(u: [[&Ball; 2]; 2], v: [[&Ball; 2]; 2], width: &Ball) -> Option<Ordering> {
    let [u, v] = [u, v].map(|ends| ends.map(|pair| pair.map(|ball| -ball)));
    let [u, v] = [&u, &v].map(|ends| ends.each_ref().map(<[Ball; 2]>::each_ref));
    sign_of(u, v, width)
}

/// The cells between √q = `low` and `high` that hold one root each, by growing q.
///
/// # Errors
/// [`PropagationError::Undecided`] where fixed points are too close to be told apart.
pub(super) fn isolate(equation: &dyn Balance, low: f64, high: f64, job: &Job<'_>) -> Result<Vec<Cell>, PropagationError> {
    match isolated(equation, [low, high], BITS[0], job) {
        Err(PropagationError::Undecided(_)) => isolated(equation, [low, high], BITS[1], job),
        found => found,
    }
}

fn isolated(equation: &dyn Balance, [low, high]: [f64; 2], bits: u32, job: &Job<'_>) -> Result<Vec<Cell>, PropagationError> {
    let place = |s: f64, round| Place::new(equation, &Float::with_val_round(ENDS, s, round).0, bits, job);
    let mut waiting = vec![[place(high, Round::Up)?, place(low, Round::Down)?]];
    let (mut found, mut count) = (Vec::new(), 0);
    while let Some([left, right]) = waiting.pop() {
        count += 1;
        match judge([&left, &right]) {
            Found::Free => {}
            Found::Root { rises } => found.push(Cell { ends: [left, right], rises }),
            Found::Open => {
                // a place a little off the middle, so that no round number is hit again and again
                let ratio = Float::with_val(64, &right.s / &left.s).to_f64();
                let s = Float::with_val(SHORT, left.s.to_f64() * ratio.powf(0.487));
                if count > MOST_CELLS || s >= left.s || s <= right.s {
                    return Err(PropagationError::Undecided(equation.touching(right.q(), left.q())));
                }
                let middle = Place::new(equation, &s, bits, job)?;
                waiting.push([left, middle.clone()]);
                waiting.push([middle, right]);
            }
        }
    }
    found.sort_by(|a, b| a.ends[1].s.total_cmp(&b.ends[1].s));
    Ok(found)
}

impl Cell {
    /// The ends in q.
    pub(super) fn range(&self) -> [f64; 2] {
        [self.ends[1].q(), self.ends[0].q()]
    }

    /// Whether A − B grows with t, that is falls with q.
    pub(super) fn falls_with_q(&self) -> bool {
        self.rises
    }

    /// q* to about `bits` bits, from a ball that holds it where there is one.
    ///
    /// # Errors
    /// As [`Balance::sides`].
    pub(super) fn refined(
        &self,
        equation: &dyn Balance,
        start: Option<&Ball>,
        bits: u32,
        job: &Job<'_>,
    ) -> Result<Ball, PropagationError> {
        let (mut s, mut known) = match start {
            Some(q) => (q.sqrt().mid().clone(), (q.relative_bits() as u32).max(APPROACHED)),
            None => (self.approached(equation, job)?.s, APPROACHED),
        };
        let most = if bits <= FEW_BITS { BITS[0] } else { bits + GUARD };
        loop {
            let working = (2 * known + GUARD).min(most);
            let place = Place::new(equation, &Float::with_val(working, &s), working, job)?;
            let (t, certain) = self.newton(&place, working);
            let Some(t) = t else { break };
            if working == most || certain >= bits {
                return Ok(t.inverse());
            }
            s = Float::with_val(most, t.sqrt().inverse().mid());
            known = certain.max(known + 1);
        }
        let [low, high] = self.range();
        Err(PropagationError::Undecided(format!("the root between q = {low:.6} and {high:.6} is not enclosed")))
    }

    /// t* by interval Newton, and its certain bits.
    fn newton(&self, place: &Place, bits: u32) -> (Option<Ball>, u32) {
        let value = place.value();
        let [left, right] = &self.ends;
        // |H″| ≤ A″ + B″ at the lower end of t
        let curvature = (&left.a[2] + &left.b[2]).magnitude();
        let slope = place.slope();
        let mut radius = value.magnitude().over(slope.least_magnitude()).shifted(1);
        for _ in 0..40 {
            let wide = slope.widened(radius.times(curvature));
            let step = &value / &wide;
            let t = &place.t - &step;
            if step.is_finite() && step.magnitude() <= radius {
                let inside = t.compare(&left.t).is_some_and(Ordering::is_gt) && t.compare(&right.t).is_some_and(Ordering::is_lt);
                let certain = t.relative_bits().min(f64::from(bits)) as u32;
                return (inside.then_some(t), certain);
            }
            radius = radius.shifted(1);
        }
        (None, 0)
    }

    /// A place from which Newton's method converges: by Newton's method where it stays inside, by halving else.
    fn approached(&self, equation: &dyn Balance, job: &Job<'_>) -> Result<Place, PropagationError> {
        let [mut low, mut high] = self.ends.each_ref().map(|place| place.t.to_f64());
        let start = [&self.ends[0], &self.ends[1]].map(|place| place.value().to_f64());
        let mut t = (low * start[1] - high * start[0]) / (start[1] - start[0]);
        for _ in 0..MOST_STEPS {
            if !(low < t && t < high) {
                t = (low * high).sqrt();
            }
            let place = Place::new(equation, &Float::with_val(64, t.powf(-0.5)), BITS[0], job)?;
            let (value, slope) = (place.value().to_f64(), place.slope().to_f64());
            if (value > 0.0) == self.rises {
                high = t;
            } else {
                low = t;
            }
            let step = value / slope;
            if step.abs() <= 1e-7 * t || (high - low) <= 1e-9 * t {
                return Ok(place);
            }
            t -= step;
        }
        Err(PropagationError::Undecided("a root that is proved to exist is not approached".to_owned()))
    }
}
