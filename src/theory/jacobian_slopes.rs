//! The law of the squared slope f′(√q Z)² of a layer: the values that f′ takes on whole intervals, with their probabilities, and nodes of a
//! quadrature where it varies (`jacobian_nodes`). A quadrature is itself a law of slopes; two of them stand for the error. `jacobian_zeros` says how the slopes
//! come near 0.

use rug::Rational;

use super::doubt::Doubt;
use super::error::TheoryError;
use super::jacobian_nodes::too_large;
use super::jacobian_supremum::LEFT_OUT;
use super::work::Work;
use crate::activation::{BreakpointKind, Function, KinkError, Pieces, Range, canonical, constant_value, evaluate, pieces};
use crate::gaussian::growth::{Envelope, Side, branch as branch_far_out, growth, range};
use crate::gaussian::{Exact, GaussianError, Moment, Quantity};
use crate::number::{Ball, Interval, Job, Magnitude};
use crate::propagation::scale;
use crate::spectrum::{SlopeAtom, SlopeLaw};

/// Bits beyond those of the digits that are wanted.
const MORE_BITS: f64 = 14.0;
/// Bits beyond those of an attempt, for the arithmetic of the law.
const GUARD: u32 = 48;
/// A place far out.
const FAR: f64 = 1e3;
/// The power of 10 at which a slope has come to its limit.
pub(super) const FAR_OUT: u32 = 60;
/// A slope this small against the others is none.
pub(super) const NOTHING: f64 = 1e-6;
/// Powers of 2 nearby and far out, with places in between, at which slopes are compared, and how many must be known: wide enough that slopes
/// that grow like ln ln x or faster are told from those of a stretched f.
const NEAR_POWERS: std::ops::Range<i32> = -60..25;
const FAR_POWERS: std::ops::Range<i32> = 25..61;
const SHARES: [f64; 3] = [1.0, 1.37, 1.71];
const FEWEST: usize = 16;
/// Their bits.
const FAR_BITS: u32 = 192;
/// Slopes far out that are larger than those nearby by more than this grow.
const GROWING: f64 = 1.2;
/// Where places far out begin.
const BESIDE_FAR: f64 = 128.0;
/// Intervals per unit over which slopes are seen to be bounded, and the most of them.
const PARTS: f64 = 64.0;
const MOST_PARTS: f64 = 1e6;
/// Slopes in a layer whose variance is 0 are those at places this near to 0.
const BESIDE: f64 = 1e-9;

/// Fine or coarse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    Fine,
    Coarse,
}

/// How a bound of the slopes is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Evidence {
    Proved,
    /// At many places far out.
    Seen,
}

/// A number, with its exact value where that is rational.
pub(super) type Share = (Ball, Option<Rational>);

/// What slopes are made of.
struct Found {
    points: Vec<(Function, Share)>,
    nodes: Vec<[Ball; 2]>,
    alive: Share,
}

/// Where the line is cut for f(√q Z), with the slopes between.
pub(super) struct Slopes {
    pub(super) found: Pieces,
    /// Places of the cuts over √q.
    pub(super) cuts: Vec<Share>,
    /// √q, a constant.
    pub(super) sigma: Function,
    pub(super) reach: f64,
    pub(super) whole: Function,
    /// E f′(√q Z)².
    energy: Ball,
}

/// Whether the slopes of f do not depend on the scale: constant to the left and to the right of 0.
pub(super) fn is_homogeneous(f: &Function, job: &Job<'_>) -> Result<bool, TheoryError> {
    let found = match pieces(f, FAR, job) {
        Ok(found) => found,
        Err(KinkError::Stopped(why)) => return Err(why.into()),
        Err(_) => return Ok(false),
    };
    let at_zero = found.breakpoints.iter().all(|point| point.location.as_rational().is_some_and(Rational::is_zero));
    let slopes = found.derivative(job)?;
    let switches = crate::activation::has_choices(f) && crate::gaussian::growth::settled(f).is_none();
    Ok(at_zero && !switches && slopes.branches.iter().all(|branch| constant(branch).is_some()))
}

/// The constant that a branch is, as a function without x.
pub(super) fn constant(branch: &Function) -> Option<Function> {
    if branch.is_constant() {
        return Some(canonical(branch));
    }
    constant_value(branch).map(Function::rational)
}

pub(super) fn bits_of(digits: u32) -> f64 {
    f64::from(digits) * std::f64::consts::LOG2_10 + MORE_BITS
}

impl Slopes {
    /// Cuts the line.
    ///
    /// # Errors
    /// A function that jumps or whose slopes have no mean square.
    pub fn new(work: &Work, f: &Function, q: &Quantity) -> Result<Self, TheoryError> {
        let sigma = scale(q);
        let data = work.gaussian(f, &sigma)?;
        let energy = data.derivative_energy(work.bits, work.job)?;
        // Gaussian weight beyond it is below the accuracy
        let reach = (2.0 * std::f64::consts::LN_2 * bits_of(work.digits)).sqrt() + 1.0;
        let width = q.ball.to_f64().sqrt();
        let Moment::Finite(energy) = energy else { return Err(no_mean_square(f, reach * width, work.job)) };
        let cut = pieces(f, reach * width, work.job).map_err(|error| TheoryError::from(GaussianError::from(error)))?;
        let found = cut.derivative(work.job)?;
        let bits = work.bits + GUARD;
        let root = q.ball.with_bits(bits).sqrt();
        let cuts = found.breakpoints.iter().zip(found.enclosures(bits)).map(|(point, ball)| match point.location.as_rational() {
            Some(place) if place.is_zero() => (Ball::zero(bits), Some(Rational::new())),
            _ => (&ball / &root, None),
        });
        let cuts = cuts.collect();
        let whole = crate::activation::derivative(f);
        let slopes = Self { found, cuts, sigma, reach, whole, energy: energy.ball };
        slopes.refuse_unbounded(f, work)?;
        Ok(slopes)
    }

    /// What the slopes are made of: squared constants with their probabilities, nodes, and the probability that they are not 0.
    ///
    /// # Errors
    /// A layer of too large a variance for the nodes.
    fn found(&self, work: &Work, rule: Rule, bits: u32) -> Result<Found, TheoryError> {
        let mut found = Found { points: Vec::new(), nodes: Vec::new(), alive: (Ball::zero(bits), Some(Rational::new())) };
        let mut is_dead = false;
        for (index, branch) in self.found.branches.iter().enumerate() {
            let low = index.checked_sub(1).map(|before| &self.cuts[before]);
            let high = self.cuts.get(index);
            let Some(slope) = constant(branch) else {
                found.alive = plus(&found.alive, &probability(low, high, bits));
                found.nodes.extend(self.nodes(branch, [low, high], rule, bits, work)?);
                continue;
            };
            let square = canonical(&slope.powi(2));
            if square.is_zero() || evaluate(&square, &Ball::zero(bits)).is_exact_zero() {
                is_dead = true;
                continue;
            }
            let weight = probability(low, high, bits);
            found.alive = plus(&found.alive, &weight);
            let same =
                |known: &&mut (Function, Share)| known.0 == square || canonical(&(known.0.clone() - square.clone())).is_zero();
            match found.points.iter_mut().find(same) {
                Some(known) => known.1 = plus(&known.1, &weight),
                None => found.points.push((square, weight)),
            }
        }
        if !is_dead {
            found.alive = (Ball::integer(1, bits), Some(Rational::from(1)));
        }
        self.refuse_unseen(&found, work)?;
        Ok(found)
    }

    /// Slopes that nodes do not see are missing from their mean square, which is known otherwise.
    fn refuse_unseen(&self, found: &Found, work: &Work) -> Result<(), TheoryError> {
        let bits = self.energy.bits();
        let squares = found.points.iter().map(|(square, weight)| &evaluate(square, &Ball::zero(bits)) * &weight.0);
        let nodes = found.nodes.iter().map(|[value, weight]| value * weight);
        let sum = squares.chain(nodes).fold(Ball::zero(bits), |sum, term| &sum + &term);
        let missing = point(&(&sum - &self.energy)).to_f64().abs();
        let allowed = (MORE_BITS - bits_of(work.digits)).exp2();
        if found.nodes.is_empty() || missing <= allowed * self.energy.to_f64() { Ok(()) } else { Err(too_large()) }
    }

    /// The law.
    ///
    /// # Errors
    /// Slopes that are not bounded, or not told apart.
    pub fn law(&self, work: &Work, ratio: &Rational, rule: Rule) -> Result<SlopeLaw, TheoryError> {
        let bits = work.bits + GUARD;
        let Found { points, mut nodes, alive } = self.found(work, rule, bits)?;
        let zeros = self.zeros(bits);
        let supremum = if nodes.is_empty() || !points.is_empty() { None } else { self.supremum(&nodes, bits) };
        if let Some(highest) = supremum.as_ref().filter(|supremum| !supremum.radius().is_zero()) {
            let highest = highest.to_f64() * (1.0 - LEFT_OUT);
            nodes.retain(|[value, _]| value.to_f64() < highest);
        }
        if points.is_empty() && nodes.is_empty() {
            return Err(TheoryError::Refused {
                message: "f is constant almost everywhere, and its Jacobian is 0".to_owned(),
                help: "take an activation that varies".to_owned(),
            });
        }
        let point = |(square, (weight, exact)): (Function, Share)| SlopeAtom {
            value: evaluate(&square, &Ball::zero(bits)),
            exact: square.as_rational().cloned().zip(exact).map(|(value, weight)| [value, weight]),
            weight,
            is_point: true,
        };
        let mut atoms: Vec<SlopeAtom> = points.into_iter().map(point).collect();
        atoms.extend(nodes.into_iter().map(|[value, weight]| SlopeAtom { value, weight, exact: None, is_point: false }));
        atoms.sort_by(|a, b| a.value.mid().partial_cmp(b.value.mid()).unwrap_or(std::cmp::Ordering::Equal));
        let apart = |pair: &[SlopeAtom]| !(pair[0].is_point && pair[1].is_point && pair[0].value.overlaps(&pair[1].value));
        if !atoms.windows(2).all(apart) {
            return Err(TheoryError::Undecided("whether two slopes of f differ in size cannot be decided".to_owned()));
        }
        let zero_order = zeros.filter(|order| *order > 0).map(|order| 2 * order);
        Ok(SlopeLaw { ratio: ratio.clone(), atoms, alive, reaches_zero: zeros != Some(0), zero_order, supremum })
    }

    /// Slopes that are not seen to be bounded have no upper end.
    fn refuse_unbounded(&self, f: &Function, work: &Work) -> Result<(), TheoryError> {
        let is_constant = self.found.branches.iter().all(|branch| constant(branch).is_some());
        match if is_constant { Some(Evidence::Proved) } else { self.bounded(f) } {
            Some(Evidence::Proved) => Ok(()),
            Some(Evidence::Seen) => {
                work.doubt(Doubt::BoundedSlopeSeen(format!("{f:#}")));
                Ok(())
            }
            None => Err(TheoryError::Refused {
                message: "f' grows without bound, or is not seen to be bounded, and the spectrum of its Jacobian has no upper edge then: that \
                          is not covered"
                    .to_owned(),
                help: "take an activation whose slope is bounded".to_owned(),
            }),
        }
    }

    /// Whether all slopes are seen to be bounded: at once, or far out by growth and in between on intervals.
    fn bounded(&self, f: &Function) -> Option<Evidence> {
        if range(&self.whole).or_else(|| range(&canonical(&self.whole))).is_some() {
            return Some(Evidence::Proved);
        }
        let last = self.found.branches.len() - 1;
        let ends = [(Side::Left, 0), (Side::Right, last)].map(|(side, end)| self.bounded_from(f, side, end));
        let cuts = self.found.breakpoints.iter().map(|point| point.location.to_f64().abs());
        let [Some((left, of_left)), Some((right, of_right))] = ends else { return None };
        let steps = (cuts.fold(left.max(right), f64::max) * PARTS).ceil();
        let prepared = Range::of(&self.whole);
        let part = |index: i64| {
            let low = (index as f64 - steps) / PARTS;
            prepared.over(Interval { low, high: low + PARTS.recip() })
        };
        let inside = steps <= MOST_PARTS && (0..2 * steps as i64).all(|index| part(index).is_finite());
        inside.then(|| of_left.max(of_right))
    }

    /// From where on the slopes of a branch are bounded: by their own growth, or, where f grows no faster than a line, as none of many
    /// places far out has a larger slope than those nearby.
    fn bounded_from(&self, f: &Function, side: Side, end: usize) -> Option<(f64, Evidence)> {
        let slope = &self.found.branches[end];
        let rate = |g: &Function| growth(&branch_far_out(g, side), side, 0.0).ok().map(|growth| growth.upper.envelope());
        let falls = |power: f64| move |rate: &Envelope| rate.p <= power && rate.alpha <= 0.0 && rate.beta <= 0.0;
        if let Some(rate) = rate(slope).filter(falls(0.0)) {
            return Some((rate.from, Evidence::Proved));
        }
        rate(f).filter(falls(1.0))?;
        let sign = if side == Side::Left { -1.0 } else { 1.0 };
        let size = |(power, share): (i32, f64)| {
            let value = evaluate(slope, &Ball::double(sign * share * f64::from(power).exp2(), FAR_BITS));
            value.is_finite().then(|| value.mid().to_f64().abs())
        };
        let at =
            |power: i32| SHARES.iter().map(|share| size((power, *share))).try_fold(0.0, |most: f64, size| Some(most.max(size?)));
        let far: Vec<f64> = FAR_POWERS.map_while(at).collect();
        let near = NEAR_POWERS.filter_map(at).fold(0.0, f64::max);
        (far.len() >= FEWEST && far.iter().all(|size| *size <= GROWING * near)).then_some((BESIDE_FAR, Evidence::Seen))
    }
}

/// The middle of a ball: a node is what it is, and two rules tell how good it is.
pub(super) fn point(ball: &Ball) -> Ball {
    Ball::new(ball.mid().clone(), Magnitude::ZERO)
}

fn plus(a: &Share, b: &Share) -> Share {
    match (&a.1, &b.1) {
        (Some(left), Some(right)) => {
            let sum = Rational::from(left + right);
            (Ball::rational(&sum, a.0.bits()), Some(sum))
        }
        _ => (&a.0 + &b.0, None),
    }
}

/// The probability between two cuts.
fn probability(low: Option<&Share>, high: Option<&Share>, bits: u32) -> Share {
    let cdf = |cut: Option<&Share>, far: u32| match cut {
        None => (Ball::integer(i64::from(far), bits), Some(Rational::from(far))),
        Some((_, Some(place))) if place.is_zero() => {
            (Ball::rational(&Rational::from((1, 2)), bits), Some(Rational::from((1, 2))))
        }
        Some((place, _)) => (place.normal_cdf(), None),
    };
    let ((below, left), (above, right)) = (cdf(low, 0), cdf(high, 1));
    match (left, right) {
        (Some(left), Some(right)) => {
            let exact = right - left;
            (Ball::rational(&exact, bits), Some(exact))
        }
        _ => (&above - &below, None),
    }
}

/// The slopes beside 0, where the variance of a layer is 0.
pub(super) fn at_zero(work: &Work, f: &Function, ratio: &Rational) -> Result<SlopeLaw, TheoryError> {
    let bits = work.bits + GUARD;
    let found = pieces(f, 1.0, work.job).map_err(|error| TheoryError::from(GaussianError::from(error)))?;
    let slopes = found.derivative(work.job)?;
    let index = found.breakpoints.iter().filter(|point| point.location.to_f64() < -BESIDE).count();
    let kink = found.breakpoints.get(index).filter(|point| point.location.to_f64().abs() <= BESIDE);
    let branches = if kink.is_some() { vec![index, index + 1] } else { vec![index] };
    let weight = Rational::from((1, branches.len() as u32));
    let mut atoms: Vec<SlopeAtom> = Vec::new();
    let mut alive = Rational::new();
    for branch in branches {
        let value = canonical(&slopes.branches[branch].substitute(&Function::rational(0)).powi(2));
        let ball = evaluate(&value, &Ball::zero(bits));
        if !ball.is_finite() {
            return Err(TheoryError::Unsettled(format!("the slope of {f:#} at 0 is not finite")));
        }
        if value.is_zero() || ball.is_exact_zero() {
            continue;
        }
        alive += &weight;
        let exact = value.as_rational().map(|value| [value.clone(), weight.clone()]);
        match atoms.iter_mut().find(|atom| atom.value.overlaps(&ball)) {
            Some(known) => {
                let whole = Rational::from(1);
                known.weight = Ball::rational(&whole, bits);
                known.exact = known.exact.take().map(|[value, _]| [value, whole]);
            }
            None => atoms.push(SlopeAtom { value: ball, weight: Ball::rational(&weight, bits), exact, is_point: true }),
        }
    }
    if atoms.is_empty() {
        return Err(TheoryError::Refused {
            message: "the signal dies out (q = 0), and f' vanishes at 0: the Jacobian is 0 in the limit".to_owned(),
            help: "give q0, q, or a positive sigma_b2".to_owned(),
        });
    }
    atoms.sort_by(|a, b| a.value.mid().partial_cmp(b.value.mid()).unwrap_or(std::cmp::Ordering::Equal));
    let alive = (Ball::rational(&alive, bits), Some(alive));
    Ok(SlopeLaw { ratio: ratio.clone(), atoms, alive, reaches_zero: false, zero_order: None, supremum: None })
}

/// What to say of a slope without a mean square.
fn no_mean_square(f: &Function, reach: f64, job: &Job<'_>) -> TheoryError {
    let jumps = |found: &Pieces| found.breakpoints.iter().any(|point| point.kind == BreakpointKind::Jump);
    let (why, help) = match pieces(f, reach, job) {
        Err(KinkError::Stopped(why)) => return why.into(),
        Ok(found) if jumps(&found) => (
            "an activation that jumps has no Jacobian",
            "take a continuous activation, such as a steep tanh(20*x) in place of sign(x)",
        ),
        _ => ("its Jacobian has no limit", "take an activation whose slope is bounded"),
    };
    TheoryError::Refused { message: format!("E f'(sqrt(q) Z)^2 of {f:#} is infinite: {why}"), help: help.to_owned() }
}

/// Whether a variance is exactly 0.
pub(super) fn is_zero(q: &Quantity) -> bool {
    q.exact.as_ref().is_some_and(Exact::is_zero) || q.ball.is_exact_zero()
}
