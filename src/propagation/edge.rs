//! The edge of chaos: chi_1 = 1 at a fixed point of the variance, explicitly with q as parameter,
//!
//! sigma_w2(q) = 1/E f′(√q Z)², sigma_b2(q) = q − E f(√q Z)²/E f′(√q Z)².
//!
//! A given sigma_b2 = s is met where E_F/t = F + s E_F with the transforms F of f² and E_F of f′² (`cells`), t = 1/q: both sides are
//! completely monotone. All solutions have q ≥ s. Where f is bounded there are none from some Q on: √q E f′² grows with q, and E f² is bounded.
//! For odd f and s = 0 there is none with q > 0, since E f² < q E f′² for odd f that is not linear (Poincaré); the curve ends at q = 0.

use std::sync::Arc;

use super::cells::{Balance, Cell, Deviation, isolate, only, transform};
use super::correlation::{product, working};
use super::enclosure::Enclosure;
use super::error::PropagationError;
use super::far::ceiling_of_square;
use super::fixed::{few_digits, quotient};
use super::merging::Merging;
use super::nonlinearity::Nonlinearity;
use super::scale::scale;
use super::variance::VarianceMap;
use crate::activation::{Function, Parity, canonical, derivative, parity};
use crate::gaussian::{Data, Moment, Quantity};
use crate::number::{Ball, Interval, Job};

/// Bits of bounds.
const BITS: u32 = 80;
/// Bits at which it is first tried whether a slope is below 1.
const FEW_BITS: u32 = 32;
/// The mend where a point with a given sigma_b2 is not found.
const OTHER: &str = "give q, or a sigma_b2 that is a little different";
/// Most doublings of Q.
const DOUBLINGS: i32 = 60;

/// The edge of chaos of an activation.
pub struct Edge {
    pub(super) f: Function,
    pub(super) map: VarianceMap,
    /// f′².
    slope_square: Function,
    /// sigma_b2, where it is given.
    sigma_b2: Function,
}

/// A point of it.
#[derive(Clone, Debug)]
pub struct EdgePoint {
    /// The variance of the weights.
    pub sigma_w2: Quantity,
    /// The variance of the biases.
    pub sigma_b2: Quantity,
    /// The fixed point of the variance.
    pub q: Quantity,
    /// V′(q).
    pub slope: Quantity,
    /// How fast correlations merge; none at q = 0 and for affine f.
    pub merging: Option<Merging>,
}

/// A and B from the moments of f² and f′².
fn sides<T: Enclosure>(s: &T, [second, energy]: [&[T; 3]; 2], bias: &T) -> [[T; 3]; 2] {
    let (f, e) = (transform(s, second), transform(s, energy));
    let q = s.times(s);
    // E_F/t and its derivatives
    let [first, slope, curvature] = e.each_ref().map(|e| e.times(&q));
    let twice = s.dyadic(2.0);
    let second = slope.minus(&first.times(&q));
    let third = curvature.minus(&slope.times(&q).times(&twice)).plus(&first.times(&q).times(&q).times(&twice));
    [[first, second, third], std::array::from_fn(|k| f[k].plus(&bias.times(&e[k])))]
}

impl Balance for Edge {
    fn sides(&self, at: &Deviation, bits: u32, job: &Job<'_>) -> Result<[[Ball; 3]; 2], PropagationError> {
        let second = self.map.moments((0, &self.map.known.square), at, bits, job)?;
        let energy = self.map.moments((1, &self.slope_square), at, bits, job)?;
        Ok(sides(&at.s, [&second, &energy], &VarianceMap::enclose(&self.sigma_b2, bits)))
    }

    fn sides_in_doubles(&self, s: f64, job: &Job<'_>) -> Result<Option<[[Interval; 3]; 2]>, PropagationError> {
        let (energies, at) = (&self.map.known.energies, Interval::point(s));
        let both = energies.in_doubles(0, at, job)?.zip(energies.in_doubles(1, at, job)?);
        let bias = Interval::of_ball(&VarianceMap::enclose(&self.sigma_b2, BITS));
        Ok(both.map(|(second, energy)| sides(&at, [&second, &energy], &bias)))
    }

    fn is_rational(&self) -> bool {
        self.map.is_rational()
    }

    fn touching(&self, low: f64, high: f64) -> String {
        let [low, high] = [low, high].map(few_digits);
        format!("whether the edge meets sigma_b2 = {} between q = {low} and {high} cannot be decided", self.sigma_b2)
    }
}

impl Edge {
    /// Of f.
    ///
    /// # Errors
    /// A function that is not real, or that jumps.
    pub fn new(f: &Function, job: &Job<'_>) -> Result<Self, PropagationError> {
        Self::of(&Arc::new(Nonlinearity::new(f)), job)
    }

    /// The same with what was found of an activation before.
    ///
    /// # Errors
    /// As [`Edge::new`].
    pub fn of(known: &Arc<Nonlinearity>, job: &Job<'_>) -> Result<Self, PropagationError> {
        let (f, zero) = (&known.f, Function::rational(0));
        let map = VarianceMap::of(known, &Function::one(), &zero, job)?;
        let slope_square = canonical(&derivative(f)).powi(2);
        Ok(Self { f: f.clone(), map, slope_square, sigma_b2: zero })
    }

    /// The point with the variance q > 0; without merging and with few digits of the slope where they are not asked for.
    ///
    /// # Errors
    /// No such point, or whatever is not decided.
    pub fn at(&self, q: &Function, whole: bool, bits: u32, job: &Job<'_>) -> Result<EdgePoint, PropagationError> {
        let bits = working(bits);
        let quantity = Quantity::constant(q, bits);
        let mut point = self.place(&quantity, None, bits, job)?;
        if whole {
            self.complete(&mut point, bits, job)?;
        } else {
            // the slope is asked only whether it is at most 1
            point.slope = self.slope(&quantity, &point.sigma_w2, FEW_BITS, job)?;
            if is_at_most_one(&point.slope).is_none() {
                point.slope = self.slope(&quantity, &point.sigma_w2, bits, job)?;
            }
        }
        let open = |what: &str| {
            let undecided = PropagationError::Undecided(format!("{what} cannot be decided at q = {q}"));
            undecided.with_help("give another q: the edge is the same curve a little further on")
        };
        let refused = |message: String, help: &str| Err(PropagationError::Refused { message, help: help.to_owned() });
        if point.sigma_b2.ball.sign().ok_or_else(|| open("the sign of sigma_b2"))?.is_lt() {
            let value = point.sigma_b2.ball.to_f64();
            let message = format!("there is no edge of chaos at q = {q}: chi_1 = 1 needs sigma_b2 = {value:.6}, a variance");
            return refused(message, "take another q: sigma_b2(q) = q - E f(sqrt(q) Z)^2/E f'(sqrt(q) Z)^2 must not be negative");
        }
        let stable = is_at_most_one(&point.slope).ok_or_else(|| open("whether V'(q) is below 1"))?;
        if !stable {
            let value = point.slope.ball.to_f64();
            let message = format!("the fixed point q = {q} with chi_1 = 1 is not stable: V'(q) = {value:.6}");
            return refused(message, "no signal comes to such a q; take another one");
        }
        Ok(point)
    }

    /// q, sigma_w2, sigma_b2 (given or found), slope and merging.
    fn completed(
        &self,
        q: &Quantity,
        sigma_b2: Option<Quantity>,
        bits: u32,
        job: &Job<'_>,
    ) -> Result<EdgePoint, PropagationError> {
        let mut point = self.place(q, sigma_b2, bits, job)?;
        self.complete(&mut point, bits, job)?;
        Ok(point)
    }

    /// q, sigma_w2 and sigma_b2 (given or found); the slope says nothing yet.
    fn place(&self, q: &Quantity, sigma_b2: Option<Quantity>, bits: u32, job: &Job<'_>) -> Result<EdgePoint, PropagationError> {
        let [second, energy] = self.energies(q, bits, job)?;
        let sigma_w2 = quotient(&Quantity::constant(&Function::one(), bits), &energy, bits);
        let rest = product(&second, &sigma_w2, bits);
        let sigma_b2 = sigma_b2.unwrap_or_else(|| match q.exact.as_ref().zip(rest.exact.as_ref()).map(|(q, rest)| q - rest) {
            Some(exact) => Quantity { ball: exact.enclose(bits), exact: Some(exact) },
            None => Quantity { ball: &q.ball - &rest.ball, exact: None },
        });
        let slope = Quantity { ball: Ball::unknown(bits), exact: None };
        Ok(EdgePoint { sigma_w2, sigma_b2, q: q.clone(), slope, merging: None })
    }

    /// E f(√q Z)² and E f′(√q Z)².
    fn energies(&self, q: &Quantity, bits: u32, job: &Job<'_>) -> Result<[Quantity; 2], PropagationError> {
        let found = [0, 1].map(|k| self.map.over_nodes(k, q, bits, job));
        if let [Ok(Some([second])), Ok(Some([energy]))] = &found {
            return Ok([second, energy].map(|ball| Quantity { ball: ball.clone(), exact: None }));
        }
        let data = Data::scaled(&self.f, &scale(q), job)?;
        let energy = self.energy(&data, bits, job)?;
        match data.second_moment(bits, job)? {
            Moment::Finite(second) => Ok([second, energy]),
            Moment::Infinite => {
                let message = format!("E f(sqrt(q) Z)^2 of {:#} is infinite at q = {:.6}", self.f, q.ball.to_f64());
                Err(PropagationError::Unbounded(message).with_help("give a smaller q, or an f that grows more slowly"))
            }
        }
    }

    /// Slope and merging.
    fn complete(&self, point: &mut EdgePoint, bits: u32, job: &Job<'_>) -> Result<(), PropagationError> {
        point.slope = self.slope(&point.q, &point.sigma_w2, bits, job)?;
        point.merging = self.merging(&point.q, &point.sigma_w2, bits, job)?;
        Ok(())
    }

    /// V′(q).
    fn slope(&self, q: &Quantity, sigma_w2: &Quantity, bits: u32, job: &Job<'_>) -> Result<Quantity, PropagationError> {
        match &self.map.line {
            Some(_) => Ok(Quantity::constant(&Function::one(), bits)),
            // V′ for sigma_w2 = 1
            None => Ok(product(&self.map.slope(q, || scale(q), bits, job)?, sigma_w2, bits)),
        }
    }

    /// E f′(√q Z)².
    fn energy(&self, data: &Data, bits: u32, job: &Job<'_>) -> Result<Quantity, PropagationError> {
        let refused = |message: String, help: &str| Err(PropagationError::Refused { message, help: help.to_owned() });
        match data.derivative_energy(bits, job)? {
            Moment::Infinite => refused(
                format!("{:#} has no edge of chaos: E f'^2 is infinite, so that chi_1 = inf for all variances", self.f),
                "it is chaotic always; an edge needs f without jumps, and without places as steep as sqrt(abs(x)) at 0",
            ),
            Moment::Finite(energy) if energy.ball.is_exact_zero() => {
                refused(format!("{:#} has no edge of chaos: it is constant", self.f), "chi_1 = 0 for all variances")
            }
            Moment::Finite(energy) => Ok(energy),
        }
    }

    /// All points with this sigma_b2 ≥ 0, by growing q.
    ///
    /// # Errors
    /// None such, or whatever is not decided.
    pub fn with_bias(self, sigma_b2: &Function, bits: u32, job: &Job<'_>) -> Result<Vec<EdgePoint>, PropagationError> {
        let bits = working(bits);
        let edge = Self { sigma_b2: sigma_b2.clone(), ..self };
        edge.energy(&Data::scaled(&edge.f, &Function::one(), job)?, BITS, job)?;
        let refused = |message: String, help: String| Err(PropagationError::Refused { message, help });
        if edge.map.line.is_some() {
            let message = format!("the edge of chaos of {:#} is one point, sigma_b2 = 0, with every q on it", edge.f);
            return refused(message, "give q in place of sigma_b2".to_owned());
        }
        if sigma_b2.is_zero() {
            return edge.tip(bits, job).map(|point| vec![point]);
        }
        let low = 0.98 * VarianceMap::enclose(sigma_b2, BITS).low().to_f64();
        let high = edge.beyond(job)?;
        let mut found = Vec::new();
        let cells = edge.cells([low.sqrt(), high.sqrt()], job).map_err(|error| error.with_help(OTHER))?;
        for cell in cells {
            let root = cell.refined(&edge, None, bits, job).map_err(|error| error.with_help(OTHER))?;
            let q = Quantity { ball: root, exact: None };
            let point = edge.completed(&q, Some(Quantity::constant(sigma_b2, bits)), bits, job)?;
            let open = || PropagationError::Undecided("whether V'(q) is below 1 cannot be decided".to_owned()).with_help(OTHER);
            if is_at_most_one(&point.slope).ok_or_else(open)? {
                found.push(point);
            }
        }
        if found.is_empty() {
            let message = format!("the edge of chaos of {:#} does not pass sigma_b2 = {sigma_b2}", edge.f);
            return refused(message, "give q in place of sigma_b2: each q > 0 has a point of the curve chi_1 = 1".to_owned());
        }
        Ok(found)
    }

    /// The cells of all solutions between two standard deviations.
    fn cells(&self, [low, high]: [f64; 2], job: &Job<'_>) -> Result<Vec<Cell>, PropagationError> {
        /// So small a variance of biases that q E f′² and E f² are close to each other.
        const SMALL: f64 = 1e-6;
        let until = if low * low < SMALL { self.map.known.rising(job)? } else { None };
        let Some(until) = until.filter(|until| low < *until && *until < high) else { return isolate(self, low, high, job) };
        let mut cells: Vec<Cell> = only(self, [low, until], false, job)?.into_iter().collect();
        cells.extend(isolate(self, until, high, job)?);
        Ok(cells)
    }

    /// The end of the curve, q = 0 and sigma_w2 = 1/f′(0)², of odd f.
    fn tip(&self, bits: u32, job: &Job<'_>) -> Result<EdgePoint, PropagationError> {
        let slope = canonical(&derivative(&self.f).substitute(&Function::rational(0)));
        let slope = Quantity::constant(&slope, bits);
        let usable = slope.ball.is_finite() && !slope.ball.contains_zero();
        if parity(&self.f) != Parity::Odd || !usable || self.map.ceiling().is_finite() {
            job.check()?;
            return Err(PropagationError::Refused {
                message: format!(
                    "where the edge of {:#} has sigma_b2 = 0 is found for odd functions with f'(0) != 0 only",
                    self.f
                ),
                help: "give q, or sigma_b2 > 0; find(q = 1/10..10, edge_of_chaos(f, q = q).sigma_b2 == 0) looks for others"
                    .to_owned(),
            });
        }
        let one = Quantity::constant(&Function::one(), bits);
        let zero = Quantity::constant(&Function::rational(0), bits);
        let sigma_w2 = quotient(&one, &slope.square(), bits);
        Ok(EdgePoint { sigma_w2, sigma_b2: zero.clone(), q: zero, slope: one, merging: None })
    }

    /// A variance beyond which sigma_b2(q) is larger than the given one.
    fn beyond(&self, job: &Job<'_>) -> Result<f64, PropagationError> {
        let s = VarianceMap::enclose(&self.sigma_b2, BITS).high().to_f64();
        let energy = |q: f64| -> Result<f64, PropagationError> {
            let sigma = rug::Rational::from_f64(q.sqrt()).unwrap_or_default();
            Ok(match Data::new(&self.f, &sigma, job)?.derivative_energy(BITS, job)? {
                Moment::Finite(energy) => energy.ball.low().to_f64() * (1.0 - 1e-9),
                Moment::Infinite => 0.0,
            })
        };
        if let Some(most) = ceiling_of_square(&self.map, job)? {
            let first = most.least.max(2.0 * s);
            for doubling in 0..DOUBLINGS {
                let q = first * 2f64.powi(doubling);
                if most.at(q) / energy(q)? < (q - s) * (1.0 - 1e-9) {
                    return Ok(q);
                }
            }
        }
        Err(PropagationError::Refused {
            message: format!(
                "{:#} is not bounded: that all points of its edge with this sigma_b2 are found is not shown",
                self.f
            ),
            help: "give q; find(q = 1/10..10, edge_of_chaos(f, q = q).sigma_b2 == 1/20) looks for those in a range".to_owned(),
        })
    }
}

/// Whether a slope is at most 1; none where it is not decided.
fn is_at_most_one(slope: &Quantity) -> Option<bool> {
    let one = crate::gaussian::Exact::one();
    let exact = slope.exact.as_ref().and_then(|slope| slope.compare(&one));
    exact.or_else(|| slope.ball.compare(&Ball::integer(1, slope.ball.bits()))).map(std::cmp::Ordering::is_le)
}
