//! The law of the squared slope f′(√q Z)² of a layer: the values that f′ takes on whole intervals, with their probabilities, and nodes of a
//! quadrature where it varies: the trapezoidal rule on the whole line where f is one smooth branch, Gauss–Legendre panels between kinks
//! otherwise. A quadrature is itself a law of slopes; two of them stand for the error.

use rug::Rational;

use super::error::TheoryError;
use super::work::Work;
use crate::activation::{Function, KinkError, Parity, Pieces, Program, canonical, constant_value, evaluate, parity, pieces};
use crate::gaussian::rules::legendre;
use crate::gaussian::{Exact, GaussianError, Quantity};
use crate::number::{Ball, Job, Magnitude};
use crate::propagation::scale;
use crate::spectrum::{SlopeAtom, SlopeLaw};

/// Bits beyond those of the digits that are wanted.
const MORE_BITS: f64 = 14.0;
/// Bits beyond those of an attempt, for the arithmetic of the law.
const GUARD: u32 = 48;
/// Distance from the line, in units of x, within which 1/(ζ − f′²) has no pole, for the step (tuned; two rules tell when it has).
const STRIP: f64 = 0.22;
/// Widest panel, in units of Z.
const PANEL: f64 = 1.0;
/// Places far out, at which slopes are seen to vanish or to grow.
const FAR: [f64; 4] = [1e3, 1e7, -1e3, -1e7];
/// The power of 10 at which a slope has come to its limit.
const FAR_OUT: u32 = 60;
/// A slope this small against the others is none.
const NOTHING: f64 = 1e-6;
/// A slope that grows by more between the far places grows without bound.
const GROWING: f64 = 1.2;
/// Slopes in a layer whose variance is 0 are those at places this near to 0.
const BESIDE: f64 = 1e-9;

/// Fine or coarse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    Fine,
    Coarse,
}

/// A number, with its exact value where that is rational.
type Share = (Ball, Option<Rational>);

/// What slopes are made of.
struct Found {
    points: Vec<(Function, Share)>,
    nodes: Vec<[Ball; 2]>,
    alive: Share,
}

/// Where the line is cut for f(√q Z), with the slopes between.
pub(super) struct Slopes {
    found: Pieces,
    /// Places of the cuts over √q.
    cuts: Vec<Share>,
    /// √q, a constant.
    sigma: Function,
    reach: f64,
    whole: Function,
}

/// Whether the slopes of f do not depend on the scale: constant to the left and to the right of 0.
pub(super) fn is_homogeneous(f: &Function, job: &Job<'_>) -> Result<bool, TheoryError> {
    let found = match pieces(f, FAR[0], job) {
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
fn constant(branch: &Function) -> Option<Function> {
    if branch.is_constant() {
        return Some(canonical(branch));
    }
    constant_value(branch).map(Function::rational)
}

fn bits_of(digits: u32) -> f64 {
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
        if matches!(energy, crate::gaussian::Moment::Infinite) {
            return Err(TheoryError::Refused {
                message: format!("E f'(sqrt(q) Z)^2 of {f:#} is infinite: an activation that jumps has no Jacobian"),
                help: "take a continuous activation, such as a steep tanh(20*x) in place of sign(x)".to_owned(),
            });
        }
        // Gaussian weight beyond it is below the accuracy
        let reach = (2.0 * std::f64::consts::LN_2 * bits_of(work.digits)).sqrt() + 1.0;
        let width = q.ball.to_f64().sqrt();
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
        Ok(Self { found, cuts, sigma, reach, whole })
    }

    /// What the slopes are made of: squared constants with their probabilities, nodes, and the probability that they are not 0.
    fn found(&self, work: &Work, rule: Rule, bits: u32) -> Found {
        let mut found = Found { points: Vec::new(), nodes: Vec::new(), alive: (Ball::zero(bits), Some(Rational::new())) };
        let (last, mut is_dead) = (self.found.branches.len() - 1, false);
        for (index, branch) in self.found.branches.iter().enumerate() {
            let low = index.checked_sub(1).map(|before| &self.cuts[before]);
            let high = self.cuts.get(index);
            let Some(slope) = constant(branch) else {
                found.alive = plus(&found.alive, &probability(low, high, bits));
                found.nodes.extend(match last {
                    0 => self.trapezoid(branch, rule, bits, work),
                    _ => self.panels(branch, [low, high], rule, bits, work),
                });
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
        found
    }

    /// The law.
    ///
    /// # Errors
    /// Slopes that are not bounded, or not told apart.
    pub fn law(&self, work: &Work, ratio: &Rational, rule: Rule) -> Result<SlopeLaw, TheoryError> {
        let bits = work.bits + GUARD;
        let Found { points, nodes, alive } = self.found(work, rule, bits);
        let largest = nodes.iter().map(|[value, _]| value.to_f64()).fold(0.0, f64::max);
        self.refuse_unbounded(largest)?;
        let reaches_zero = self.vanishes(&nodes, largest);
        let supremum = if nodes.is_empty() || !points.is_empty() { None } else { self.supremum(largest, bits) };
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
        Ok(SlopeLaw { ratio: ratio.clone(), atoms, alive, reaches_zero, supremum })
    }

    /// Slopes far out against those that count.
    fn far(&self) -> [f64; 4] {
        let mut far = FAR;
        Program::new(&self.whole).apply(&mut far);
        far.map(f64::abs)
    }

    fn refuse_unbounded(&self, largest: f64) -> Result<(), TheoryError> {
        let far = self.far();
        let grows = |near: f64, far: f64| far > GROWING * near && far * far > largest;
        if largest > 0.0 && (grows(far[0], far[1]) || grows(far[2], far[3])) {
            return Err(TheoryError::Refused {
                message: "f' grows without bound, and the spectrum of its Jacobian has no upper edge: that is not covered"
                    .to_owned(),
                help: "take an activation whose slope is bounded".to_owned(),
            });
        }
        Ok(())
    }

    /// The largest limit of the squared slope far out, where nodes do not come to it.
    fn supremum(&self, largest: f64, bits: u32) -> Option<Ball> {
        let last = self.found.branches.len() - 1;
        let limit = |branch: usize, sign: i64| {
            let place = Ball::integer(10, bits).power(FAR_OUT);
            let place = if sign < 0 { -&place } else { place };
            Some(point(&evaluate(&self.found.branches[branch], &place).square())).filter(Ball::is_finite)
        };
        let limits = [limit(0, -1), limit(last, 1)].into_iter().flatten();
        let best = limits.max_by(|a, b| a.to_f64().total_cmp(&b.to_f64()))?;
        (best.to_f64() >= largest).then_some(best)
    }

    /// Whether slopes come near 0 without being 0.
    fn vanishes(&self, nodes: &[[Ball; 2]], largest: f64) -> bool {
        if nodes.is_empty() {
            return false;
        }
        let small = |slope: f64| slope * slope <= NOTHING * NOTHING * largest;
        let varying = |index: usize| self.found.branches.get(index).is_some_and(|branch| constant(branch).is_none());
        let [last, far] = [self.found.branches.len() - 1, 0];
        let far_small = self.far();
        let out = (varying(last) && small(far_small[1])) || (varying(far) && small(far_small[3]));
        let mut values: Vec<f64> = Vec::new();
        let width = evaluate(&self.sigma, &Ball::zero(64)).to_f64();
        let steps = 4000;
        for index in 0..=steps {
            values.push(width * self.reach * (2.0 * f64::from(index) / f64::from(steps) - 1.0));
        }
        Program::new(&self.whole).apply(&mut values);
        let changes = values.windows(2).any(|pair| pair[0] * pair[1] < 0.0);
        let touches = nodes.iter().any(|[value, _]| value.to_f64() <= NOTHING * largest);
        out || changes || touches
    }

    /// Nodes on the whole line.
    fn trapezoid(&self, slope: &Function, rule: Rule, bits: u32, work: &Work) -> Vec<[Ball; 2]> {
        let width = evaluate(&self.sigma, &Ball::zero(64)).to_f64();
        let strip = STRIP / width.max(1.0);
        let coarse = 2.0 * std::f64::consts::PI * strip / (std::f64::consts::LN_2 * bits_of(work.digits));
        let (step, reach) = match rule {
            Rule::Fine => (0.8 * coarse, self.reach),
            Rule::Coarse => (coarse, 0.97 * self.reach),
        };
        // a step of few bits
        let step = (step * 4096.0).floor().max(1.0) / 4096.0;
        let step = Ball::double(step, bits);
        let sigma = evaluate(&self.sigma, &Ball::zero(bits));
        let count = (reach / step.to_f64()).ceil() as i64;
        let even = matches!(parity(slope), Parity::Even | Parity::Odd);
        let evaluator = crate::activation::Evaluator::new(slope, bits);
        let mut nodes = Vec::new();
        for index in (if even { 0 } else { -count })..=count {
            let place = &step * &Ball::integer(index, bits);
            let value = point(&evaluator.value(&(&place * &sigma)).square());
            let mut weight = &step * &place.normal_pdf();
            if even && index > 0 {
                weight = weight.shifted(1);
            }
            nodes.push([value, point(&weight)]);
        }
        nodes.retain(|[value, _]| value.is_positive());
        nodes
    }

    /// Nodes between two cuts.
    fn panels(&self, slope: &Function, [low, high]: [Option<&Share>; 2], rule: Rule, bits: u32, work: &Work) -> Vec<[Ball; 2]> {
        let sigma = evaluate(&self.sigma, &Ball::zero(bits));
        let width = sigma.to_f64().max(1.0);
        let reach = if rule == Rule::Fine { self.reach } else { 0.97 * self.reach };
        let end = |cut: Option<&Share>, far: f64| match cut {
            Some((place, _)) if place.to_f64().abs() < reach => point(place),
            Some((place, _)) => Ball::double(reach.copysign(place.to_f64()), bits),
            None => Ball::double(far, bits),
        };
        let (low, high) = (end(low, -reach), end(high, reach));
        let length = high.to_f64() - low.to_f64();
        if length <= 0.0 {
            return Vec::new();
        }
        let count = (length * width / PANEL).ceil().max(1.0);
        // nodes for poles at the distance STRIP of a panel of half the width
        let sheet = 2.0 * STRIP / PANEL;
        let rate = 2.0 * (sheet + (1.0 + sheet * sheet).sqrt()).log2();
        let order = bits_of(work.digits) / rate * if rule == Rule::Fine { 1.25 } else { 1.0 };
        let table = legendre(2 * (0.5 * order).ceil() as usize, bits);
        let evaluator = crate::activation::Evaluator::new(slope, bits);
        let half = &(&high - &low) / &Ball::double(2.0 * count, bits);
        let mut nodes = Vec::new();
        for index in 0..count as i64 {
            let centre = &low + &(&half * &Ball::integer(2 * index + 1, bits));
            for (node, weight) in table.nodes.iter().zip(&table.weights) {
                for sign in [-1, 1] {
                    let by = &half * &Ball::new(node.clone(), Magnitude::ZERO);
                    let place = if sign < 0 { &centre - &by } else { &centre + &by };
                    let value = point(&evaluator.value(&(&place * &sigma)).square());
                    let weight = &(&half * &Ball::new(weight.clone(), Magnitude::ZERO)) * &place.normal_pdf();
                    nodes.push([value, point(&weight)]);
                }
            }
        }
        nodes.retain(|[value, _]| value.is_positive());
        nodes
    }
}

/// The middle of a ball: a node is what it is, and two rules tell how good it is.
fn point(ball: &Ball) -> Ball {
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
    Ok(SlopeLaw { ratio: ratio.clone(), atoms, alive, reaches_zero: false, supremum: None })
}

/// Whether a variance is exactly 0.
pub(super) fn is_zero(q: &Quantity) -> bool {
    q.exact.as_ref().is_some_and(Exact::is_zero) || q.ball.is_exact_zero()
}
