//! Growth calculus: how large a function can be far out, and whether its Gaussian integrals exist at all.
//!
//! For every subexpression g and each side (Re z → +∞, Re z → −∞) a record is kept with
//! ln|g(z)| ≤ A + p ln|x| + αx + βx² for |Im z| ≤ b and |x| ≥ X, x = |Re z|, and, where it can be had, the same from below. Negative
//! α and β record decay. β is exact when it comes from the exponential of a quadratic with rational coefficients, so that
//! E f (β < 1/2) and E f² (β < 1/4) are decided and not measured. Where the rules give nothing on the real line, an interval
//! evaluation over a whole half line may: 1 + g² ≥ 1, e^(−g²) ≤ 1. A function for which no such bound is found (e^{x³},
//! sinh(sinh(x/2))) is refused, naming the part.

use std::cell::RefCell;
use std::collections::HashMap;

use rug::Rational;

use super::half_line;
use super::passage::{away_from_zero, either, exponential, linear, logarithm};
use super::polynomials::Polynomials;
use super::rates::{Quadratic, Rate, Real, leading, settles, within};
use crate::activation::{Condition, Evaluator, Function, Node, Primitive, switches};
use crate::number::{Ball, Interval};

/// Bounds of ln|g| on one side.
#[derive(Clone, Debug)]
pub struct Growth {
    /// Upper bound.
    pub upper: Rate,
    /// Lower bound, where one is known.
    pub lower: Option<Rate>,
    /// The sign and size of Re g when it is bounded below by a multiple of x: what an exponential of g needs.
    pub(super) real: Option<Real>,
}

/// Which side of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Re z → −∞
    Left,
    /// Re z → +∞
    Right,
}

/// Why there is no bound.
#[derive(Clone, Debug, PartialEq)]
pub struct Unbounded {
    /// The part of the function at fault.
    pub part: Function,
    /// What it does, for a sentence.
    pub what: &'static str,
}

pub(super) type Outcome = Result<Growth, Unbounded>;

impl Growth {
    /// The bounds of a function that is nowhere negative.
    fn not_negative(self) -> Self {
        let clamp = |q: Quadratic| {
            let rises = q.c2 > 0 || (q.c2 == 0 && q.c1 > 0.0) || (q.c2 == 0 && q.c1 == 0.0 && q.c0 >= 0.0);
            if rises { q } else { Quadratic { c0: 0.0, c1: 0.0, c2: Rational::new() } }
        };
        Self { real: self.real.map(|real| Real { low: clamp(real.low), ..real }), ..self }
    }

    /// The same bounds, claimed only from `from` on.
    pub(super) fn starting(self, from: f64) -> Self {
        Self {
            upper: self.upper.starting(from),
            lower: self.lower.map(|lower| lower.starting(from)),
            real: self.real.map(|real| Real { from: real.from.max(from), ..real }),
        }
    }
}

/// Whether a real function shows by its form that it is nowhere negative.
fn is_non_negative(f: &Function) -> bool {
    use Primitive as P;
    match f.node() {
        Node::Power(_, n) => n.integer().is_none_or(|n| n % 2 == 0),
        Node::Apply(P::Exp | P::Cosh | P::Sqrt | P::Abs | P::Sigmoid | P::Softplus | P::NormalCdf | P::Erfc | P::Acos, _) => true,
        _ => false,
    }
}

pub(super) fn bounded(size: f64) -> Growth {
    Growth { upper: Rate::constant(size.max(1e-300).ln()), lower: None, real: Some(Real::within(size)) }
}

/// X such that no switch function of f has a zero on |x| > X: f is one branch on each side there. `None` when it is not shown.
#[must_use]
pub fn settled(f: &Function) -> Option<f64> {
    let switches = switches(f);
    let mut most = 0.0f64;
    for side in [Side::Left, Side::Right] {
        let calculus = Calculus::new(side, 0.0);
        for switch in &switches {
            most = most.max(calculus.without_zero(switch).filter(|from| from.is_finite())?);
        }
    }
    Some(most)
}

/// The growth of f on `side` in the strip |Im z| ≤ `height`.
///
/// # Errors
/// [`Unbounded`] names the part for which no bound is found.
pub fn growth(f: &Function, side: Side, height: f64) -> Outcome {
    Calculus::new(side, height).of(f)
}

/// Bounds on the real line that hold from nearby on, where a choice made only beyond `patience` counts as open.
///
/// # Errors
/// As [`growth`].
pub fn growth_within(f: &Function, side: Side, patience: f64) -> Outcome {
    Calculus { patience, ..Calculus::new(side, 0.0) }.of(f)
}

pub(super) struct Calculus {
    pub(super) side: Side,
    pub(super) height: f64,
    /// Signs and bounds from below that begin to hold beyond this are not used.
    patience: f64,
    /// All bounds are claimed only from here on, and are the better for it.
    start: f64,
    /// By address; the trees are kept so that no address is used twice.
    known: RefCell<HashMap<usize, (Function, Outcome)>>,
    pub(super) polynomials: RefCell<Polynomials>,
    /// The signs that are shown by form.
    pub(super) signs: RefCell<HashMap<Function, Option<f64>>>,
}

impl Calculus {
    fn new(side: Side, height: f64) -> Self {
        Self {
            side,
            height,
            patience: f64::INFINITY,
            start: 1.0,
            known: RefCell::default(),
            polynomials: RefCell::default(),
            signs: RefCell::default(),
        }
    }

    /// From where on u has no zero.
    fn without_zero(&self, u: &Function) -> Option<f64> {
        let lower = self.of(u).ok().and_then(|growth| growth.lower).filter(|lower| lower.a.is_finite()).map(|lower| lower.from);
        let sign = self.sign(u).map(|(_, from)| from);
        lower.into_iter().chain(sign).reduce(f64::min)
    }

    pub(super) fn of(&self, f: &Function) -> Outcome {
        if let Some((_, known)) = self.known.borrow().get(&f.address()) {
            return known.clone();
        }
        let growth = self.rule(f);
        let growth = if self.height == 0.0 && is_non_negative(f) { growth.map(Growth::not_negative) } else { growth };
        let growth = if self.start > 1.0 { growth.map(|growth| growth.starting(self.start)) } else { growth };
        self.known.borrow_mut().insert(f.address(), (f.clone(), growth.clone()));
        growth
    }

    fn rule(&self, f: &Function) -> Outcome {
        if f.is_constant() {
            return self.constant(f);
        }
        let polynomial = self.polynomials.borrow_mut().of(f);
        if let Some(polynomial) = polynomial {
            return Ok(self.polynomial(&polynomial.coefficients));
        }
        match f.node() {
            Node::Add(a, b) => self.sum(&self.of(a)?, &self.of(b)?),
            Node::Subtract(a, b) => self.sum(&self.of(a)?, &negated(&self.of(b)?)),
            Node::Negate(a) => Ok(negated(&self.of(a)?)),
            Node::Multiply(a, b) => Ok(self.product(a, b, &self.of(a)?, &self.of(b)?)),
            Node::Divide(a, b) => {
                let reciprocal = b.as_rational().filter(|b| **b != 0).map(|b| Function::rational(b.clone().recip()));
                Ok(self.product(a, reciprocal.as_ref().unwrap_or(&Function::x()), &self.of(a)?, &self.inverse(b)?))
            }
            Node::Power(a, n) => self.power(a, n, f),
            Node::Max(a, b) => self.larger(a, b, 1.0),
            Node::Min(a, b) => self.larger(a, b, -1.0),
            Node::Piecewise(arms, otherwise) => self.arm(arms, otherwise),
            Node::Apply(primitive, u) => self.apply(*primitive, u, f),
            Node::Cofactor(cofactor, t) => self.cofactor(cofactor, t),
            _ => Err(Unbounded { part: f.clone(), what: "has no bound" }),
        }
    }

    /// max (sign 1) or min (sign −1): the one that leads far out, or whichever.
    fn larger(&self, a: &Function, b: &Function, sign: f64) -> Outcome {
        let (ga, gb) = (self.of(a)?, self.of(b)?);
        match self.sign(&(a.clone() - b.clone())) {
            Some((order, from)) => {
                let taken = if order == sign { a } else { b };
                Ok(self.beyond(taken, from)?.starting(from))
            }
            None if self.height > 0.0 => Err(Self::kinked(&(a.clone() - b.clone()))),
            None => Ok(either(&ga, &gb)),
        }
    }

    /// The arm that is taken far out, or any of them; from where the decided conditions are decided.
    fn arm(&self, arms: &[(Condition, Function)], otherwise: &Function) -> Outcome {
        let mut known: Option<Growth> = None;
        let mut start = 1.0f64;
        let join = |known: Option<Growth>, next: Growth| Some(known.map_or(next.clone(), |known| either(&known, &next)));
        for (condition, value) in arms {
            match self.sign(&condition.difference) {
                Some((sign, from)) => {
                    start = start.max(from);
                    if condition.relation.holds(sign.total_cmp(&0.0)) {
                        return Ok(join(known, self.beyond(value, start)?).unwrap_or_else(|| bounded(0.0)).starting(start));
                    }
                }
                None if self.height > 0.0 => return Err(Self::kinked(&condition.difference)),
                None => known = join(known, self.of(value)?),
            }
        }
        Ok(join(known, self.beyond(otherwise, start)?).unwrap_or_else(|| bounded(0.0)).starting(start))
    }

    /// The growth of what holds only from `start` on.
    fn beyond(&self, f: &Function, start: f64) -> Outcome {
        const FAR: f64 = 16.0;
        if start < FAR || self.start > 1.0 {
            return self.of(f);
        }
        Self { patience: self.patience, start, ..Self::new(self.side, self.height) }.of(f)
    }

    fn constant(&self, f: &Function) -> Outcome {
        let ball = Evaluator::new(f, 80).value(&Ball::zero(80));
        if !ball.is_finite() {
            return Err(Unbounded { part: f.clone(), what: "is not a finite number" });
        }
        let interval = Interval::of_ball(&ball);
        let lower = (interval.least_magnitude() > 0.0).then(|| Rate::constant(interval.least_magnitude().ln()));
        let at = |c0: f64| Quadratic { c0, c1: 0.0, c2: Rational::new() };
        let real = Real { low: at(interval.low), high: at(interval.high), from: 1.0 };
        Ok(Growth { upper: Rate::constant(interval.magnitude().max(1e-300).ln()), lower, real: Some(real) })
    }

    /// |P(z)| between half and twice the leading term; Re P by its coefficients up to degree two.
    fn polynomial(&self, coefficients: &[Rational]) -> Growth {
        let degree = coefficients.len() - 1;
        let lead = coefficients[degree].to_f64().abs();
        if lead == 0.0 {
            return bounded(0.0);
        }
        let rest: f64 = coefficients[..degree].iter().map(|c| c.to_f64().abs()).sum();
        // |z| ≤ x (1 + height) for x ≥ 1
        let stretch = (1.0 + self.height).ln() * degree as f64;
        let upper = Rate { a: (lead + rest).max(1e-300).ln() + stretch, p: degree as f64, ..Rate::constant(0.0) };
        let Some(from) = leading(coefficients, 0.0) else {
            return Growth { upper, lower: None, real: self.real_polynomial(coefficients) };
        };
        let lower = Rate { a: (0.5 * lead).ln(), p: degree as f64, from, ..Rate::constant(0.0) };
        Growth { upper, lower: Some(lower), real: self.real_polynomial(coefficients) }
    }

    /// exp of a polynomial of degree above two that tends to −∞: at most e^{−|c| x²/2} once the leading term c xⁿ leads.
    fn decay(&self, u: &Function) -> Option<Growth> {
        let coefficients = self.polynomials.borrow_mut().of(u)?.coefficients;
        let degree = coefficients.len() - 1;
        let lead = coefficients[degree].to_f64();
        let falls = lead < 0.0 && degree > 2 && (degree % 2 == 0 || self.side == Side::Right)
            || lead > 0.0 && degree > 2 && degree % 2 == 1 && self.side == Side::Left;
        let from = leading(&coefficients, self.height)?;
        let half = Rational::from(coefficients[degree].abs_ref()) / 2u32;
        let upper = Rate { beta: -half, from, ..Rate::constant(1e-9) };
        falls.then(|| Growth { real: within(&upper), upper, lower: None })
    }

    fn exponential(&self, u: &Function, inner: &Growth, whole: &Function) -> Outcome {
        if let Some(growth) = self.decay(u).or_else(|| self.vanishing(u, inner)) {
            return Ok(growth);
        }
        match exponential(inner, whole) {
            Ok(growth) if growth.upper.ceiling().is_some() => Ok(growth),
            outcome => self
                .far_values(u)
                .and_then(half_line::most_exp)
                .map_or(outcome, |upper| Ok(Growth { real: within(&upper), upper, lower: None })),
        }
    }

    fn real_polynomial(&self, coefficients: &[Rational]) -> Option<Real> {
        if coefficients.len() > 3 {
            return None;
        }
        let at = |k: usize| coefficients.get(k).cloned().unwrap_or_default();
        let flip = if self.side == Side::Left { -1.0 } else { 1.0 };
        let (c0, c1, c2) = (at(0).to_f64(), flip * at(1).to_f64(), at(2));
        // Re z² = x² − y², 0 ≤ y² ≤ height²
        let shift = c2.to_f64() * self.height * self.height;
        let slack = 1e-12 * (1.0 + c0.abs() + shift.abs());
        let bound = |c0: f64| Quadratic { c0, c1, c2: c2.clone() };
        Some(Real { low: bound(c0 - shift.max(0.0) - slack), high: bound(c0 - shift.min(0.0) + slack), from: 1.0 })
    }

    fn sum(&self, a: &Growth, b: &Growth) -> Outcome {
        let upper = a.upper.join(&b.upper).plus(std::f64::consts::LN_2);
        let one_sided = |big: &Growth, small: &Growth| {
            let lower = big.lower.as_ref()?;
            let from = lower.dominates(&small.upper, std::f64::consts::LN_2)?;
            Some(lower.plus(-std::f64::consts::LN_2).starting(from))
        };
        let lower = one_sided(a, b).or_else(|| one_sided(b, a));
        let real = a.real.as_ref().zip(b.real.as_ref()).map(|(a, b)| a.plus(b));
        let lower = lower.or_else(|| real.as_ref().and_then(away_from_zero));
        Ok(Growth { upper, lower, real })
    }

    pub(super) fn product(&self, a: &Function, b: &Function, ga: &Growth, gb: &Growth) -> Growth {
        let lower = ga.lower.as_ref().zip(gb.lower.as_ref()).map(|(a, b)| a.times(b));
        let factor = |f: &Function, other: &Growth| {
            let value = f.as_rational()?.to_f64();
            let real = other.real.as_ref()?;
            let real = if value < 0.0 { real.negated() } else { real.clone() };
            let size = value.abs();
            Some(Real { low: real.low.scaled(size), high: real.high.scaled(size), from: real.from })
        };
        let upper = ga.upper.times(&gb.upper);
        let real = factor(a, gb).or_else(|| factor(b, ga)).or_else(|| within(&upper));
        Growth { upper, lower, real }
    }

    pub(super) fn inverse(&self, b: &Function) -> Outcome {
        let growth = self.bounded_below(b, self.of(b)?);
        let Some(lower) = growth.lower else {
            return Err(Unbounded { part: b.clone(), what: "is a denominator that is not bounded away from zero" });
        };
        let upper = lower.inverse();
        let real = within(&upper);
        Ok(Growth { upper, lower: Some(growth.upper.inverse()), real })
    }

    /// The values of u far out, when the strip is the real line alone.
    fn far_values(&self, u: &Function) -> Option<Interval> {
        (self.height == 0.0).then(|| half_line::values(u, self.side, self.start))
    }

    /// The same bounds, with a constant below if there was none.
    fn bounded_below(&self, u: &Function, growth: Growth) -> Growth {
        let near = growth.lower.clone().filter(|lower| lower.from <= self.patience);
        let lower = near.or_else(|| half_line::least(self.far_values(u)?));
        Growth { lower, ..growth }
    }

    /// The sign that u keeps far out, and from where on.
    fn sign(&self, u: &Function) -> Option<(f64, f64)> {
        let structural = self.of(u).ok().and_then(|growth| far_sign(&growth)).filter(|(_, from)| *from <= self.patience);
        structural.or_else(|| half_line::sign(self.far_values(u)?))
    }

    fn power(&self, a: &Function, n: &Function, whole: &Function) -> Outcome {
        let Some(exponent) = n.as_rational() else {
            let product = n.clone() * a.apply(Primitive::Log);
            return self.apply(Primitive::Exp, &product, whole);
        };
        let base = if *exponent < 0 { self.inverse(a)? } else { self.of(a)? };
        let base = if exponent.is_integer() { base } else { self.off_the_cut(base, whole)? };
        let size = exponent.clone().abs();
        let upper = base.upper.scaled(&size);
        let real = within(&upper);
        Ok(Growth { upper, lower: base.lower.map(|lower| lower.scaled(&size)), real })
    }

    fn apply(&self, primitive: Primitive, u: &Function, whole: &Function) -> Outcome {
        use Primitive as P;
        let inner = self.of(u)?;
        if matches!(primitive, P::Sin | P::Sinh | P::Tanh | P::Atan | P::Asin | P::Erf)
            && let Some(growth) = linear(&inner)
        {
            return Ok(growth);
        }
        if let Some(growth) = self.flat(primitive, u, &inner) {
            return Ok(growth);
        }
        match primitive {
            P::Exp => self.exponential(u, &inner, whole),
            P::Sinh | P::Cosh => {
                let (plus, minus) = (exponential(&inner, whole)?, exponential(&negated(&inner), whole)?);
                let sum = self.sum(&plus, &minus)?;
                let half = -std::f64::consts::LN_2;
                Ok(Growth { upper: sum.upper.plus(half), lower: sum.lower.map(|l| l.plus(half)), real: sum.real })
            }
            P::Sin | P::Cos => self.wave(u, &inner, whole),
            P::Tan => Err(Unbounded { part: whole.clone(), what: "has poles on the real line" }),
            P::Abs => Ok(match far_sign(&inner).filter(|(_, from)| *from <= self.patience) {
                Some((sign, from)) => (if sign > 0.0 { inner } else { negated(&inner) }).starting(from),
                None if self.height > 0.0 => return Err(Self::kinked(u)),
                None => Growth { lower: inner.lower.clone(), ..either(&inner, &negated(&inner)) },
            }),
            P::Sign | P::Step if self.height == 0.0 => Ok(bounded(1.0)),
            P::Sign | P::Step => match far_sign(&inner) {
                Some((_, from)) => Ok(bounded(1.0).starting(from)),
                None => Err(Self::kinked(u)),
            },
            P::Sigmoid | P::Tanh => Ok(self.switch(primitive, &inner)),
            P::Atan | P::Asin | P::Acos => self.arc(primitive, &inner, whole),
            P::Erf | P::Erfc | P::NormalCdf => self.error_function(primitive, u, &inner, whole),
            P::Softplus => Ok(self.softplus(&inner)),
            P::Sqrt => {
                let inner = self.off_the_cut(inner, whole)?;
                let half = Rational::from((1, 2));
                let upper = inner.upper.scaled(&half);
                let real = within(&upper);
                Ok(Growth { upper, lower: inner.lower.map(|lower| lower.scaled(&half)), real })
            }
            P::Log => logarithm(&self.bounded_below(u, self.off_the_cut(inner, whole)?), whole),
        }
    }

    /// In a strip a piecewise function is analytic far out only where its arm is decided.
    fn kinked(difference: &Function) -> Unbounded {
        Unbounded { part: difference.clone(), what: "may change its sign arbitrarily far out" }
    }

    /// In a strip, a root or a logarithm of u needs Re u > 0 far out: then it is analytic there.
    fn off_the_cut(&self, inner: Growth, whole: &Function) -> Outcome {
        if self.height == 0.0 {
            return Ok(inner);
        }
        match far_sign(&inner) {
            Some((1.0, from)) => Ok(inner.starting(from)),
            _ => Err(Unbounded { part: whole.clone(), what: "may meet its cut off the real line" }),
        }
    }

    /// |atan u| ≤ 8 where |Re u| ≥ 1 or |u| ≤ 0.9, and all three arcs where |u| ≤ 0.9; everywhere on the real line.
    fn arc(&self, primitive: Primitive, inner: &Growth, whole: &Function) -> Outcome {
        let small = inner.upper.ceiling().filter(|size| *size <= 0.9).map(|_| inner.upper.from);
        let far = far_sign(inner).filter(|_| primitive == Primitive::Atan).map(|(_, from)| from);
        match small.or(far) {
            _ if self.height == 0.0 => Ok(bounded(8.0)),
            Some(from) => Ok(bounded(8.0).starting(from)),
            None => Err(Unbounded { part: whole.clone(), what: "may meet its cut off the real line" }),
        }
    }

    /// |sin u|, |cos u| ≤ cosh(Im u): bounded on the real line; in a strip, for affine u.
    fn wave(&self, u: &Function, inner: &Growth, whole: &Function) -> Outcome {
        if self.height == 0.0 {
            return Ok(bounded(1.0));
        }
        if let Some(size) = inner.upper.ceiling() {
            return Ok(bounded(size.cosh()).starting(inner.upper.from));
        }
        match self.polynomials.borrow_mut().affine(u) {
            Some((slope, _)) => Ok(bounded((slope.to_f64().abs() * self.height).cosh() * (1.0 + 1e-12))),
            None => Err(Unbounded { part: whole.clone(), what: "may grow off the real line" }),
        }
    }
}

/// |tanh u| ≤ tan|u| for |u| < π/2, and sigmoid u = (1 + tanh(u/2))/2; no bound where u may be large.
pub(super) fn small_switch(primitive: Primitive, inner: &Growth) -> Growth {
    let factor = if primitive == Primitive::Tanh { 1.0 } else { 0.5 };
    match inner.upper.ceiling().map(|size| factor * size).filter(|size| *size < 1.57) {
        Some(size) => bounded(1.0 + size.tan()).starting(inner.upper.from),
        None => Growth { upper: Rate::constant(f64::INFINITY), lower: None, real: None },
    }
}

/// The sign that Re g keeps far out, and from where on.
pub(super) fn far_sign(g: &Growth) -> Option<(f64, f64)> {
    let real = g.real.as_ref()?;
    let right = settles(&real.low, 1.0, real.from).map(|from| (1.0, from));
    right.or_else(|| settles(&real.high, -1.0, real.from).map(|from| (-1.0, from)))
}

fn negated(g: &Growth) -> Growth {
    Growth { real: g.real.as_ref().map(Real::negated), ..g.clone() }
}
