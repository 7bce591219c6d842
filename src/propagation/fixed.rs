//! The fixed points of the variance map, all of them, with proof: V(q) = q.
//!
//! √q V(q) = √q q is A(t) = B(t) with A = sigma_w2 F + sigma_b2 t^{−1/2} and B = t^{−3/2}, F the transform of f² (`cells`). A fixed point is
//! stable where |V′| < 1, V′(q) = sigma_w2 E f(√q Z)² (Z² − 1)/(2q), in which no derivative of f occurs.

use std::cmp::Ordering;

use super::cells::{Balance, Cell, Deviation, cube, isolate, only, transform};
use super::enclosure::Enclosure;
use super::error::PropagationError;
use super::far::{Far, far};
use super::origin::{Origin, Zero, origin};
use super::scale::{found, scale};
use super::variance::VarianceMap;
use crate::activation::{Function, canonical};
use crate::gaussian::{Data, Exact, Quantity};
use crate::number::{Ball, Interval, Job, Magnitude};

/// Mends: where the variance grows without bound, where it does not settle, where nothing is shown next to 0, and where fixed points touch.
pub(super) const SMALLER: &str =
    "take a smaller sigma_w2, or an f that grows more slowly; depth = 10, q0 = 1 lists the layers all the same";
const LISTED: &str = "depth = 10, q0 = 1 lists the layers all the same";
const BIASED: &str = "give sigma_b2 > 0, or another sigma_w2; depth = 10, q0 = 1 lists the layers all the same";
const LARGER: &str = "take sigma_b2 = 0, or a larger one; depth = 10, q0 = 1 lists the layers all the same";
const APART: &str = "fixed points that meet part at other variances: change sigma_w2 or sigma_b2 a little; depth = 10, q0 = 1 lists the layers all the same";

/// Variances below this are smaller than the errors of the integrals that are taken.
const LEAST: f64 = 1e-16;
/// Bits of an iteration, and most layers of it.
const BITS: u32 = 100;
const MOST_LAYERS: usize = 3000;

/// A solution of V(q) = q.
#[derive(Clone, Debug)]
pub struct FixedPoint {
    /// q.
    pub q: Quantity,
    /// Where it was found, for more digits of it.
    cell: Option<Cell>,
    /// V′(q), at 0 from the right; none where it is infinite.
    pub slope: Option<Quantity>,
    /// Whether the variances of a signal that begins close enough, at 0 from above, come to it.
    pub stable: bool,
}

impl FixedPoint {
    /// √q, a constant that is found to any precision.
    pub(super) fn sigma(&self, map: &VarianceMap, job: &Job<'_>) -> Function {
        self.cell.as_ref().map_or_else(|| scale(&self.q), |cell| map.root(cell, &self.q, job))
    }
}

/// The solutions by growing q, and what V does beyond.
pub struct FixedPoints {
    /// The solutions.
    pub points: Vec<FixedPoint>,
    /// Next to 0, where it is looked at.
    clear: f64,
    far: Far,
    /// Every q is a solution.
    every: bool,
}

/// A and B from the moments of f²: the bias adds those of a constant.
fn sides<T: Enclosure>(s: &T, [zeroth, second, fourth]: &[T; 3], [w, b]: &[T; 2]) -> [[T; 3]; 2] {
    let moments = [w.times(zeroth).plus(b), w.times(second).plus(b), w.times(fourth).plus(&b.times(&s.dyadic(3.0)))];
    [transform(s, &moments), cube(s)]
}

impl Balance for VarianceMap {
    fn sides(&self, at: &Deviation, bits: u32, job: &Job<'_>) -> Result<[[Ball; 3]; 2], PropagationError> {
        let moments = self.moments((0, &self.known.square), at, bits, job)?;
        let variances = [&self.sigma_w2, &self.sigma_b2].map(|variance| Self::enclose(variance, bits));
        Ok(sides(&at.s, &moments, &variances))
    }

    fn sides_in_doubles(&self, s: f64, job: &Job<'_>) -> Result<Option<[[Interval; 3]; 2]>, PropagationError> {
        let moments = self.known.energies.in_doubles(0, Interval::point(s), job)?;
        Ok(moments.map(|moments| sides(&Interval::point(s), &moments, &self.in_doubles)))
    }

    fn is_rational(&self) -> bool {
        self.ceiling().is_finite()
    }

    fn touching(&self, low: f64, high: f64) -> String {
        if low < LEAST {
            return format!(
                "whether V(q) = q for some q between {low:.0e} and {high:.0e} cannot be decided: sigma_b2 = {} is too small beside the errors of the integrals",
                self.sigma_b2
            );
        }
        format!(
            "whether V(q) touches q between {} and {} cannot be decided: there the slope V' is 1, or very close to it",
            few_digits(low),
            few_digits(high)
        )
    }
}

impl VarianceMap {
    /// All solutions of V(q) = q, q ≥ 0.
    ///
    /// # Errors
    /// Where they are not all told apart, or where V is not known towards 0 or ∞.
    pub fn fixed_points(&self, bits: u32, job: &Job<'_>) -> Result<FixedPoints, PropagationError> {
        if let Some(slope) = &self.line {
            return self.of_line(slope, bits);
        }
        if let Some(level) = &self.level {
            let (q, slope) = (Quantity::constant(level, bits), Quantity::constant(&Function::rational(0), bits));
            let point = FixedPoint { q, cell: None, slope: Some(slope), stable: true };
            let far = Far { from: f64::INFINITY, escapes: false };
            return Ok(FixedPoints { points: vec![point], clear: 0.0, far, every: false });
        }
        let unbiased = self.sigma_b2.is_zero();
        let Origin { clear, zero } = if unbiased {
            origin(self, bits, job).map_err(|error| error.with_help(BIASED))?
        } else {
            // a bias below all doubles has 0 or less for its lower end
            let least = 0.98 * self.in_doubles[1].low.max(0.0);
            Origin { clear: least.sqrt(), zero: None }
        };
        let far = far(self, job)?;
        let mut points: Vec<FixedPoint> = zero
            .map(|Zero { slope, stable }| {
                let q = Quantity::constant(&Function::rational(0), bits);
                FixedPoint { q, cell: None, slope, stable }
            })
            .into_iter()
            .collect();
        if far.from > clear {
            let help = if clear * clear < LEAST { LARGER } else { APART };
            let cells = self.cells([clear, far.from], job).map_err(|error| error.with_help(help))?;
            for cell in cells {
                let q = Quantity { ball: cell.refined(self, None, bits, job)?, exact: None };
                let slope = self.slope(&q, || self.root(&cell, &q, job), bits, job)?;
                let above = (&slope.ball + &Ball::integer(1, bits)).sign();
                let above = above.ok_or_else(|| PropagationError::Undecided("whether V'(q*) is above -1".to_owned()))?;
                let stable = cell.falls_with_q() && above.is_gt();
                points.push(FixedPoint { q, cell: Some(cell), slope: Some(slope), stable });
            }
        }
        Ok(FixedPoints { points, clear, far, every: false })
    }

    /// The cells of all solutions between two standard deviations.
    fn cells(&self, [low, high]: [f64; 2], job: &Job<'_>) -> Result<Vec<Cell>, PropagationError> {
        /// Slopes at 0 so close to 1 with a bias so small, below which V(q) is close to q over many decades.
        const CLOSE: f64 = 0.02;
        const SMALL: f64 = 1e-3;
        let [w, b] = self.in_doubles.map(Interval::middle);
        if b > SMALL {
            return isolate(self, low, high, job);
        }
        let falling = self.known.falling(job)?;
        let is_close = (w * falling.slope - 1.0).abs() < CLOSE;
        let until = if is_close { falling.until(&self.f, job)? } else { None };
        let Some(until) = until.filter(|until| low < *until && *until < high) else { return isolate(self, low, high, job) };
        let mut cells: Vec<Cell> = only(self, [low, until], true, job)?.into_iter().collect();
        cells.extend(isolate(self, until, high, job)?);
        Ok(cells)
    }

    /// √q* of a cell to any precision, which some integrals need more of than they give.
    fn root(&self, cell: &Cell, q: &Quantity, job: &Job<'_>) -> Function {
        let (map, cell, known, steps) = (self.clone(), cell.clone(), q.ball.clone(), job.steps());
        let text = format!("sqrt(q), q = {} of {} with {}, {}", q.ball.to_f64(), self.f, self.sigma_w2, self.sigma_b2);
        found(text, move |bits| {
            if known.relative_bits() >= f64::from(bits) {
                return Some(known.sqrt());
            }
            Some(cell.refined(&map, Some(&known), bits, &Job::unwatched().within(steps)).ok()?.sqrt())
        })
    }

    /// V′(q) = sigma_w2 E f(√q Z)² (Z² − 1)/(2q).
    ///
    /// # Errors
    /// As [`Data::hermite`].
    pub(super) fn slope(
        &self,
        q: &Quantity,
        sigma: impl FnOnce() -> Function,
        bits: u32,
        job: &Job<'_>,
    ) -> Result<Quantity, PropagationError> {
        if let Some(slope) = &self.line {
            return Ok(Quantity::constant(slope, bits));
        }
        let second = match self.over_nodes(0, q, bits, job)? {
            Some([zeroth, second]) => Quantity { ball: &second - &zeroth, exact: None },
            None => Data::scaled(&self.known.square, &sigma(), job)?.hermite(2, bits, job)?.swap_remove(2),
        };
        Ok(quotient(&second.times(&self.sigma_w2), q, bits).times(&Function::rational((1, 2))))
    }

    /// V(q) = kq + sigma_b2.
    fn of_line(&self, slope: &Function, bits: u32) -> Result<FixedPoints, PropagationError> {
        let rest = canonical(&(Function::one() - slope.clone()));
        let sign = match rest.as_rational() {
            Some(value) => Some(value.cmp0()),
            None => Self::enclose(&rest, bits).sign(),
        };
        let sign = sign.ok_or_else(|| {
            PropagationError::Undecided(format!("whether sigma_w2 E f(Z)^2 is 1 cannot be decided for {:#}", self.f))
                .with_help("give sigma_w2 in another form, such as 2 in place of a limit that is 2")
        })?;
        let unbiased = self.sigma_b2.is_zero();
        let quantity = |f: &Function| Quantity::constant(f, bits);
        let point = |q: Function| {
            let q = quantity(&q);
            FixedPoint { q, cell: None, slope: Some(quantity(slope)), stable: sign.is_gt() }
        };
        let points = match (sign, unbiased) {
            (Ordering::Greater, false) => vec![point(canonical(&(self.sigma_b2.clone() / rest)))],
            (Ordering::Greater | Ordering::Less, true) => vec![point(Function::rational(0))],
            _ => Vec::new(),
        };
        let far = Far { from: f64::INFINITY, escapes: !sign.is_gt() };
        Ok(FixedPoints { points, clear: 0.0, far, every: sign.is_eq() && unbiased })
    }

    /// The fixed point that a signal comes to: the only stable one, or the one reached from the mean square q_0 of the input.
    ///
    /// # Errors
    /// No such point, or several without q_0.
    pub fn attractor(&self, q0: Option<&Function>, bits: u32, job: &Job<'_>) -> Result<FixedPoint, PropagationError> {
        self.fixed_points(bits, job)?.reached(self, q0, bits, job)
    }
}

/// a/b, exact where both are.
pub(super) fn quotient(a: &Quantity, b: &Quantity, bits: u32) -> Quantity {
    let exact = a.exact.as_ref().zip(b.exact.as_ref().and_then(Exact::inverse)).map(|(a, inverse)| a * &inverse);
    match exact {
        Some(exact) => Quantity { ball: exact.enclose(bits), exact: Some(exact) },
        None => Quantity { ball: &a.ball / &b.ball, exact: None },
    }
}

impl FixedPoints {
    /// The fixed point that a signal comes to, as [`VarianceMap::attractor`].
    ///
    /// # Errors
    /// No such point, or several without q_0.
    pub fn reached(
        &self,
        map: &VarianceMap,
        q0: Option<&Function>,
        bits: u32,
        job: &Job<'_>,
    ) -> Result<FixedPoint, PropagationError> {
        if self.every {
            let message =
                format!("every q is a fixed point of the variance here: V(q) = q for {:#} at sigma_w2 = {}", map.f, map.sigma_w2);
            let help = "give q0, the mean square of the input: then q = sigma_w2*q0 in every layer".to_owned();
            let q0 = q0.ok_or(PropagationError::Refused { message, help })?;
            let one = Quantity::constant(&Function::one(), bits);
            let q = map.first(q0, bits);
            return Ok(FixedPoint { q, cell: None, slope: Some(one), stable: true });
        }
        let stable: Vec<&FixedPoint> = self.points.iter().filter(|point| point.stable).collect();
        match (&stable[..], q0) {
            ([], None) => Err(self.unbounded(map)),
            ([only], None) => Ok((*only).clone()),
            (several, None) => {
                let list: Vec<String> = several.iter().map(|point| shown(&point.q.ball)).collect();
                let message = format!("several fixed points of the variance are stable: q = {}", list.join(", "));
                let help = "give q0, the mean square of the input, which decides where a signal goes".to_owned();
                Err(PropagationError::Refused { message, help })
            }
            (several, Some(q0)) => self.from(map, several, q0, job),
        }
    }

    /// Where every q is a solution, the one that is reached stands for them; it attracts none.
    pub(super) fn show_reached(&mut self, point: &FixedPoint) {
        if self.every {
            self.points = vec![FixedPoint { stable: false, ..point.clone() }];
        }
    }

    fn unbounded(&self, map: &VarianceMap) -> PropagationError {
        let at = format!("{:#} at sigma_w2 = {}, sigma_b2 = {}", map.f, map.sigma_w2, map.sigma_b2);
        let list: Vec<String> = self.points.iter().map(|point| shown(&point.q.ball)).collect();
        let message = match (&list[..], self.far.escapes) {
            ([], _) => format!("the variance is unbounded: V(q) > q for all q, for {at}"),
            (list, true) => format!("the variance is unbounded: no fixed point is stable (q = {}), for {at}", list.join(", ")),
            (list, false) => {
                format!("no fixed point of the variance is stable (q = {}), for {at}: q_l does not settle", list.join(", "))
            }
        };
        PropagationError::Unbounded(message).with_help(if self.far.escapes { SMALLER } else { LISTED })
    }

    /// The layers one by one, until one lies where V is a contraction around a fixed point, or next to 0, or where V > q.
    fn from(
        &self,
        map: &VarianceMap,
        stable: &[&FixedPoint],
        q0: &Function,
        job: &Job<'_>,
    ) -> Result<FixedPoint, PropagationError> {
        let mut q = map.first(q0, BITS);
        if map.line.is_some() || map.level.is_some() {
            return stable.first().map(|point| (*point).clone()).ok_or_else(|| self.unbounded(map));
        }
        let wells = stable.iter().map(|point| well(map, point, job)).collect::<Result<Vec<_>, _>>()?;
        for layer in 1..=MOST_LAYERS {
            for (point, well) in stable.iter().zip(&wells) {
                let zero = point.q.ball.is_exact_zero();
                let inside = match well {
                    Some([low, high]) => {
                        q.ball.compare(low).is_some_and(Ordering::is_gt) && q.ball.compare(high).is_some_and(Ordering::is_lt)
                    }
                    None => zero && q.ball.high().to_f64() < self.clear * self.clear,
                };
                if inside {
                    return Ok((*point).clone());
                }
            }
            if q.ball.is_exact_zero() {
                break;
            }
            if self.far.escapes && q.ball.low().to_f64() > self.far.from * self.far.from {
                let message = format!(
                    "the variance is unbounded from q0 = {q0}: q = {} in layer {layer}, and V(q) > q from there on",
                    shown(&q.ball)
                );
                let settles: Vec<String> = stable.iter().map(|point| shown(&point.q.ball)).collect();
                return Err(PropagationError::Unbounded(message).with_help(match &settles[..] {
                    [] => SMALLER.to_owned(),
                    list => format!("a smaller q0 comes to q = {}; or {SMALLER}", list.join(" or ")),
                }));
            }
            q = map.value(&q, BITS, job)?;
            q.exact = None;
        }
        Err(PropagationError::Unsettled(format!(
            "where the variance goes from q0 = {q0} is not shown: after {MOST_LAYERS} layers q = {} has no stable fixed point near it",
            shown(&q.ball)
        ))
        .with_help(LISTED))
    }
}

/// An interval around a fixed point on which |V′| < 1; none for q = 0.
fn well(map: &VarianceMap, point: &FixedPoint, job: &Job<'_>) -> Result<Option<[Ball; 2]>, PropagationError> {
    if point.q.ball.is_exact_zero() {
        return Ok(None);
    }
    let q = point.q.ball.with_bits(BITS);
    for halving in 1..16 {
        let radius = q.magnitude().shifted(-halving);
        let span = Ball::new(radius.to_float(), Magnitude::ZERO);
        let [low, high] = [&q - &span, &q + &span];
        if !low.is_positive() || high.high().to_f64() >= map.ceiling() {
            continue;
        }
        if contracts(map, [&low, &high], job)? {
            return Ok(Some([low, high]));
        }
    }
    Ok(None)
}

/// Whether |V′| < 1 between two variances: V′ = −A′ t^{5/2} − ½ A t^{3/2} with A and −A′ decreasing in t.
fn contracts(map: &VarianceMap, [low, high]: [&Ball; 2], job: &Job<'_>) -> Result<bool, PropagationError> {
    let sides = [high, low].map(|q| {
        let at = Deviation::enclosing(&q.sqrt());
        map.sides(&at, BITS, job).map(|[a, _]| a)
    });
    let [at_low_t, at_high_t] = sides;
    let (left, right) = (at_low_t?, at_high_t?);
    let power = |q: &Ball, n: u32| q.sqrt().inverse().power(n);
    let most = &-&(&left[1] * &power(low, 5)) - &(&right[0] * &power(high, 3)).shifted(-1);
    let least = &-&(&right[1] * &power(high, 5)) - &(&left[0] * &power(low, 3)).shifted(-1);
    let one = Ball::integer(1, BITS);
    Ok((&one - &most).is_positive() && (&least + &one).is_positive())
}

/// A few digits.
fn shown(ball: &Ball) -> String {
    if ball.is_exact_zero() { "0".to_owned() } else { few_digits(ball.to_f64()) }
}

/// A double > 0 to a few digits, where they are not all zeros.
pub(super) fn few_digits(value: f64) -> String {
    if (1e-4..1e9).contains(&value) { format!("{value:.6}") } else { format!("{value:.5e}") }
}
