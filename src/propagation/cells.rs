//! All solutions of an equation A(t) = B(t), t = 1/q, on an interval, with proof, where A and B are completely monotone.
//!
//! E g(√q Z) of a function g ≥ 0 is √t times the Laplace transform ∫ g e^{−tx²/2} dx/√(2π), so that V(q) = q and the edge of chaos are
//! such equations (`fixed`, `edge`): A, −A′, A″, … are positive and decrease, whatever f is. Values at the two ends of a cell then
//! enclose A and A′ between chords and tangents on the whole cell: A is convex, A′ concave; and so for B. A cell where H = A − B keeps
//! its sign is free; where H′ does, it holds one simple root at most, and the signs at its ends tell; else it is cut. A root is refined
//! by interval Newton, |H″| ≤ A″ + B″ at the lower end of t.

use std::cmp::Ordering;

use rug::Float;

use super::enclosure::Enclosure;
use super::error::PropagationError;
use super::fixed::few_digits;
use super::scale::enclosed;
use crate::activation::Function;
use crate::number::{Ball, Interval, Job, Magnitude, Ring};

/// Bits at which cells are judged where doubles do not tell.
pub(super) const BITS: u32 = 90;
/// Bits of what doubles cannot be had for.
pub(super) const DOUBLES: u32 = 60;
/// The ends of a cell that is known to hold the only solution are so close.
const NARROW: f64 = 1.002;
/// Bits of the ends of cells, and of those of the whole interval.
const SHORT: u32 = 14;
const ENDS: u32 = 30;
/// The work for cells, of which one takes 1 where its place is had in doubles, more elsewhere: next to the tip of the edge of chaos V(q) is
/// close to q over many decades.
const MOST_WORK: usize = 200_000;
const WITHOUT_DOUBLES: usize = 333;
/// Steps of Newton's method or halvings at low precision.
const MOST_STEPS: usize = 60;
/// What A and B differ by at a root, relative to them, as a power of the lower end: q² at q³ on the edge of chaos.
const NEARLY_EQUAL: f64 = 0.7;
/// Certain bits of a root that is approached.
const APPROACHED: u32 = 40;
/// Bits beyond those that a step gives, which the next one may be given; beyond those asked of a root.
const CURVED: u32 = 40;
const GUARD: u32 = 2;
/// A root to no more than so many bits is had from doubles.
const FEW_BITS: u32 = 48;

/// An equation A = B.
pub(super) trait Balance {
    /// A and B with two derivatives in t at q = s².
    ///
    /// # Errors
    /// Where the Gaussian integrals are not had.
    fn sides(&self, s: &Deviation, bits: u32, job: &Job<'_>) -> Result<[[Ball; 3]; 2], PropagationError>;

    /// The same at a double in doubles; none where the Gaussian integrals are not had so.
    ///
    /// # Errors
    /// When the job is stopped.
    fn sides_in_doubles(&self, s: f64, job: &Job<'_>) -> Result<Option<[[Interval; 3]; 2]>, PropagationError>;

    /// Whether integrals are taken at rational standard deviations only, on which it depends whether they exist.
    fn is_rational(&self) -> bool;

    /// Why two solutions are not told apart between two variances.
    fn touching(&self, low: f64, high: f64) -> String;
}

/// A standard deviation s.
pub(super) struct Deviation {
    /// s.
    pub(super) s: Ball,
    /// Whether it is one rational number.
    is_exact: bool,
}

/// A and B at a place.
#[derive(Clone)]
pub(super) struct Place<T> {
    /// A standard deviation.
    pub(super) s: f64,
    pub(super) t: T,
    pub(super) a: [T; 3],
    pub(super) b: [T; 3],
}

/// A cell with one simple root: its ends by growing t, that is by falling q, and whether H grows with t.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    ends: [CellEnd; 2],
    rises: bool,
    /// A bound of |H″|.
    curvature: Magnitude,
    /// Bits that A and B share at its ends, where those are many.
    lost: u32,
}

/// An end of a cell.
#[derive(Clone, Debug)]
struct CellEnd {
    s: f64,
    t: f64,
    /// H, roughly.
    value: f64,
}

impl Deviation {
    /// At a dyadic number; as `rational` also where it is long.
    pub(super) fn new(s: &Float, rational: bool, bits: u32) -> Self {
        let ball = Ball::new(Float::with_val(bits.max(s.prec()), s), Magnitude::ZERO);
        Self { s: ball, is_exact: rational }
    }

    /// At a double.
    pub(super) fn double(s: f64, rational: bool, bits: u32) -> Self {
        Self { s: Ball::double(s, bits.max(f64::MANTISSA_DIGITS)), is_exact: rational || s == shortened(s, SHORT) }
    }

    /// At a standard deviation that is enclosed.
    pub(super) fn enclosing(s: &Ball) -> Self {
        Self { s: s.clone(), is_exact: false }
    }

    /// s as a constant function.
    pub(super) fn sigma(&self) -> Function {
        if self.is_exact { Function::rational(self.s.mid().to_rational().unwrap_or_default()) } else { enclosed(self.s.clone()) }
    }
}

/// A double > 0 with its first so many bits.
fn shortened(s: f64, bits: u32) -> f64 {
    let rest = f64::MANTISSA_DIGITS - bits;
    f64::from_bits(s.to_bits() >> rest << rest)
}

/// F(t) = √q E g(√q Z) with two derivatives in t, for g ≥ 0: F′ = −½ q^{3/2} E g Z² and F″ = ¼ q^{5/2} E g Z⁴ at √q Z, s = √q, from these
/// three moments.
pub(super) fn transform<T: Enclosure>(s: &T, [zeroth, second, fourth]: &[T; 3]) -> [T; 3] {
    let q = s.times(s);
    let cube = s.times(&q);
    let slope = cube.times(second).times(&s.dyadic(-0.5));
    [s.times(zeroth), slope, cube.times(&q).times(fourth).times(&s.dyadic(0.25))]
}

/// t^{−3/2} with two derivatives in t.
pub(super) fn cube<T: Enclosure>(s: &T) -> [T; 3] {
    let q = s.times(s);
    let first = s.times(&q);
    let second = first.times(&q);
    [first, second.times(&s.dyadic(-1.5)), second.times(&q).times(&s.dyadic(3.75))]
}

impl<T: Enclosure> Place<T> {
    fn new(equation: &dyn Balance, s: f64, bits: u32, job: &Job<'_>) -> Result<Self, PropagationError> {
        let [a, b] = T::sides(equation, s, bits, job)?;
        let at = T::number(s, bits);
        Ok(Self { s, t: at.times(&at).inverse(), a, b })
    }

    fn value(&self) -> T {
        self.a[0].minus(&self.b[0])
    }

    fn slope(&self) -> T {
        self.a[1].minus(&self.b[1])
    }

    fn q(&self) -> f64 {
        self.s * self.s
    }

    fn end(&self) -> CellEnd {
        CellEnd { s: self.s, t: self.t.middle(), value: self.value().middle() }
    }
}

impl Place<Ball> {
    /// Bits that A and B share.
    fn lost(&self) -> u32 {
        (self.a[0].magnitude().log2() - self.value().magnitude().log2()).max(0.0) as u32
    }

    /// At a float that may have more bits than a double.
    fn at(equation: &dyn Balance, s: &Float, bits: u32, job: &Job<'_>) -> Result<Self, PropagationError> {
        let at = Deviation::new(s, equation.is_rational(), bits);
        let [a, b] = equation.sides(&at, bits, job)?;
        Ok(Self { s: s.to_f64(), t: at.s.square().inverse(), a, b })
    }
}

/// (chord of the first) − (tangent of the second at an end) at both ends, for both tangents. The pairs are value and slope at the ends.
fn chord_over_tangent<T: Enclosure>(u: [[&T; 2]; 2], v: [[&T; 2]; 2], width: &T) -> [[T; 2]; 2] {
    let right = v[0][0].plus(&v[0][1].times(width));
    let left = v[1][0].minus(&v[1][1].times(width));
    [[u[0][0].minus(v[0][0]), u[1][0].minus(&right)], [u[0][0].minus(&left), u[1][0].minus(v[1][0])]]
}

/// The sign of u − v on a cell, both convex; none where it is not shown.
fn sign_of_convex<T: Enclosure>(u: [[&T; 2]; 2], v: [[&T; 2]; 2], width: &T) -> Option<Ordering> {
    let below = |pairs: [[T; 2]; 2]| pairs.iter().any(|pair| pair.iter().all(|value| value.high() < 0.0));
    if below(chord_over_tangent(u, v, width)) {
        Some(Ordering::Less)
    } else {
        below(chord_over_tangent(v, u, width)).then_some(Ordering::Greater)
    }
}

/// The same, both concave.
fn sign_of_concave<T: Enclosure>(u: [[&T; 2]; 2], v: [[&T; 2]; 2], width: &T) -> Option<Ordering> {
    let above = |pairs: [[T; 2]; 2]| pairs.iter().any(|pair| pair.iter().all(|value| value.low() > 0.0));
    if above(chord_over_tangent(u, v, width)) {
        Some(Ordering::Greater)
    } else {
        above(chord_over_tangent(v, u, width)).then_some(Ordering::Less)
    }
}

/// What is known of H on the cell between two places.
enum Found {
    Free,
    Root { rises: bool },
    Open,
}

/// The places by growing t.
fn judge<T: Enclosure>(ends: [&Place<T>; 2]) -> Found {
    let width = ends[1].t.minus(&ends[0].t);
    let of = |k: usize| (ends.map(|place| [&place.a[k], &place.a[k + 1]]), ends.map(|place| [&place.b[k], &place.b[k + 1]]));
    let (u, v) = of(0);
    if sign_of_convex(u, v, &width).is_some() {
        return Found::Free;
    }
    let (u, v) = of(1);
    let Some(slope) = sign_of_concave(u, v, &width) else { return Found::Open };
    match (ends[0].value().sign(), ends[1].value().sign()) {
        (Some(left), Some(right)) if left == right => Found::Free,
        (Some(left), Some(right)) if left.is_ne() && right.is_ne() => Found::Root { rises: slope.is_gt() },
        _ => Found::Open,
    }
}

/// The cells between √q = `low` and `high` that hold one root each, by growing q.
///
/// # Errors
/// [`PropagationError::Undecided`] where fixed points are too close to be told apart.
pub(super) fn isolate(equation: &dyn Balance, low: f64, high: f64, job: &Job<'_>) -> Result<Vec<Cell>, PropagationError> {
    // a lower end of 0 stands for a variance below all doubles, next to which nothing is known
    if !(low > 0.0 && high.is_finite()) {
        return Err(PropagationError::Undecided(equation.touching(low * low, high * high)));
    }
    match isolated::<Interval>(equation, [low, high], DOUBLES, job) {
        Err(error) if matches!(error.bare(), PropagationError::Undecided(_)) => {
            isolated::<Ball>(equation, [low, high], BITS, job)
        }
        found => found,
    }
}

fn isolated<T: Enclosure>(
    equation: &dyn Balance,
    [low, high]: [f64; 2],
    bits: u32,
    job: &Job<'_>,
) -> Result<Vec<Cell>, PropagationError> {
    let place = |s: f64| Place::new(equation, s, bits, job);
    let [low, high] = [shortened(low, ENDS), shortened(high * (1.0 + 2f64.powi(2 - ENDS as i32)), ENDS)];
    let mut waiting: Vec<[Place<T>; 2]> = vec![[place(high)?, place(low)?]];
    let (mut found, mut work) = (Vec::new(), 0);
    while let Some([left, right]) = waiting.pop() {
        match judge([&left, &right]) {
            Found::Free => {}
            Found::Root { rises } => {
                // |H″| ≤ A″ + B″ at the lower end of t
                let curvature = left.a[2].plus(&left.b[2]).ball().magnitude();
                found.push(Cell { ends: [left.end(), right.end()], rises, curvature, lost: 0 });
            }
            Found::Open => {
                // a place a little off the middle, so that no round number is hit again and again
                let s = shortened(left.s * (right.s / left.s).powf(0.487), SHORT);
                work += if T::is_quick(equation, s, job)? { 1 } else { WITHOUT_DOUBLES };
                if work > MOST_WORK || s >= left.s || s <= right.s {
                    return Err(PropagationError::Undecided(equation.touching(right.q(), left.q())));
                }
                let middle = place(s)?;
                waiting.push([left, middle.clone()]);
                waiting.push([middle, right]);
            }
        }
    }
    found.sort_by(|a, b| a.ends[1].s.total_cmp(&b.ends[1].s));
    Ok(found)
}

/// The cell of the only solution between two standard deviations, where H = A − B grows with t or falls with it (`rises`); none where H has
/// one sign at both. That there is no more than one the caller knows.
///
/// # Errors
/// [`PropagationError::Undecided`] where a sign is not certain.
pub(super) fn only(
    equation: &dyn Balance,
    [low, high]: [f64; 2],
    rises: bool,
    job: &Job<'_>,
) -> Result<Option<Cell>, PropagationError> {
    let [below, above] = if rises { [Ordering::Less, Ordering::Greater] } else { [Ordering::Greater, Ordering::Less] };
    let bits = BITS + (-NEARLY_EQUAL * (low * low).log2()).max(0.0) as u32;
    let at = |s: f64| -> Result<(Place<Interval>, Option<Ordering>, u32), PropagationError> {
        let place = Place::<Interval>::new(equation, s, DOUBLES, job)?;
        match place.value().sign() {
            Some(sign) => Ok((place, Some(sign), 0)),
            None => {
                let fine = Place::<Ball>::new(equation, s, bits, job)?;
                let place =
                    Place { a: fine.a.each_ref().map(Interval::of_ball), b: fine.b.each_ref().map(Interval::of_ball), ..place };
                Ok((place, fine.value().sign(), fine.lost()))
            }
        }
    };
    let open = || PropagationError::Undecided(equation.touching(low * low, high * high));
    let [mut left, mut right] = [at(shortened(high, SHORT))?, at(shortened(low, ENDS))?];
    match [left.1, right.1].map(|sign| sign.filter(|sign| sign.is_ne())) {
        [Some(left), Some(right)] if [left, right] == [below, above] => {}
        [Some(left), Some(right)] if left == right => return Ok(None),
        _ => return Err(open()),
    }
    while left.0.s > right.0.s * NARROW {
        let middle = at(shortened((left.0.s * right.0.s).sqrt(), SHORT))?;
        match middle.1 {
            Some(sign) if sign == below && middle.0.s < left.0.s => left = middle,
            Some(sign) if sign == above && middle.0.s > right.0.s => right = middle,
            _ => break,
        }
    }
    let curvature = left.0.a[2].plus(&left.0.b[2]).ball().magnitude();
    Ok(Some(Cell { ends: [left.0.end(), right.0.end()], rises, curvature, lost: left.2.max(right.2) }))
}

impl Cell {
    /// The ends in q.
    pub(super) fn range(&self) -> [f64; 2] {
        [1, 0].map(|end| self.ends[end].s.powi(2))
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
            None => {
                let place = self.approached(equation, if bits <= FEW_BITS { 1e-7 } else { 1e-13 }, job)?;
                if bits <= FEW_BITS
                    && let (Some(t), _) = self.newton(&place, DOUBLES)
                {
                    return Ok(Ring::inverse(&t).ball());
                }
                (Float::with_val(f64::MANTISSA_DIGITS, place.s), APPROACHED)
            }
        };
        let most = self.lost + if bits <= FEW_BITS { DOUBLES } else { bits + GUARD };
        let mut steps = 0;
        loop {
            let working = (2 * known + CURVED + self.lost).min(most);
            let place = Place::at(equation, &Float::with_val(working, &s), working, job)?;
            let (t, certain) = self.newton(&place, working);
            let Some(t) = t else {
                // where A and B are almost the same, doubles do not come near enough for a proof
                let Some(next) = self.nearer(&place).filter(|_| steps < MOST_STEPS) else { break };
                steps += 1;
                s = next;
                continue;
            };
            // at the last precision a step that tells nothing new is the end
            if certain >= bits || (working == most && certain <= known) {
                return Ok(t.inverse());
            }
            s = Float::with_val(most, t.sqrt().inverse().mid());
            known = certain.max(known + 1);
        }
        let [low, high] = self.range().map(few_digits);
        Err(PropagationError::Undecided(format!("the root between q = {low} and {high} is not enclosed")))
    }

    /// A step of Newton's method without proof, which stays inside.
    fn nearer(&self, place: &Place<Ball>) -> Option<Float> {
        let t = place.t.minus(&place.value().over(&place.slope())).mid().clone();
        let is_inside = t.is_finite() && t > self.ends[0].t && t < self.ends[1].t && t != *place.t.mid();
        is_inside.then(|| t.sqrt().recip())
    }

    /// t* by interval Newton, and its certain bits.
    fn newton<T: Enclosure>(&self, place: &Place<T>, bits: u32) -> (Option<T>, u32) {
        let value = place.value();
        // 1/s² of the ends
        let [left, right] = self.ends.each_ref().map(|end| {
            let s = T::number(end.s, bits);
            s.times(&s).inverse()
        });
        let slope = place.slope();
        let mut radius = value.magnitude().over(slope.least_magnitude()).shifted(1);
        for _ in 0..40 {
            let step = value.over(&slope.widened(radius.times(self.curvature)));
            let t = place.t.minus(&step);
            let reach = step.magnitude();
            if reach.is_finite() && reach <= radius {
                let inside = t.low() > left.high() && t.high() < right.low();
                let certain = t.relative_bits().min(f64::from(bits)) as u32;
                return (inside.then_some(t), certain);
            }
            radius = radius.shifted(1);
        }
        (None, 0)
    }

    /// A place from which Newton's method converges, where its step in doubles is that short if doubles come so far: by Newton's method where
    /// it stays inside, by halving else.
    fn approached(&self, equation: &dyn Balance, accuracy: f64, job: &Job<'_>) -> Result<Place<Interval>, PropagationError> {
        let [mut low, mut high] = self.ends.each_ref().map(|end| end.t);
        let start = self.ends.each_ref().map(|end| end.value);
        let mut t = (low * start[1] - high * start[0]) / (start[1] - start[0]);
        let mut before = f64::INFINITY;
        for _ in 0..MOST_STEPS {
            if !(low < t && t < high) {
                t = (low * high).sqrt();
            }
            let place = Place::<Interval>::new(equation, t.sqrt().recip(), DOUBLES, job)?;
            let (value, slope) = (place.value().middle(), place.slope().middle());
            if (value > 0.0) == self.rises {
                high = t;
            } else {
                low = t;
            }
            let step = value / slope;
            // as close as doubles come
            let close = step.abs() <= 1e-7 * t && step.abs() >= 0.5 * before;
            if close || step.abs() <= accuracy * t || (high - low) <= 1e-9 * t {
                return Ok(place);
            }
            before = step.abs();
            t -= step;
        }
        Err(PropagationError::Undecided("a root that is proved to exist is not approached".to_owned()))
    }
}
