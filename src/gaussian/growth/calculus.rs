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

use super::bounds::{Growth, Outcome, Side, Unbounded, bounded, far_sign, negated, product, sum};
use super::half_line;
use super::passage::{either, exponential, linear, logarithm};
use super::polynomial::{polynomial, vanishing_exponential};
use super::rates::{Rate, Real, within};
use super::switches::{Line, arc, error_function, softplus, switch, wave};
use crate::activation::{Condition, Evaluator, Function, Node, Primitive, switches};
use crate::gaussian::polynomials::Polynomials;
use crate::number::{Ball, Interval};

/// Whether a real function shows by its form that it is nowhere negative.
fn is_non_negative(f: &Function) -> bool {
    use Primitive as P;
    match f.node() {
        Node::Power(_, n) => n.integer().is_none_or(|n| n % 2 == 0),
        Node::Apply(P::Exp | P::Cosh | P::Sqrt | P::Abs | P::Sigmoid | P::Softplus | P::NormalCdf | P::Erfc | P::Acos, _) => true,
        _ => false,
    }
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

/// f far out on a side: the choices taken that are decided there.
#[must_use]
pub fn branch(f: &Function, side: Side) -> Function {
    Calculus::new(side, 0.0).branch(f)
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
    polynomials: RefCell<Polynomials>,
    /// The signs that are shown by form.
    pub(super) signs: RefCell<HashMap<Function, Option<f64>>>,
    /// The signs kept far out, and from where on.
    kept: RefCell<HashMap<Function, Option<(f64, f64)>>>,
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
            kept: RefCell::default(),
        }
    }

    /// From where on u has no zero.
    fn without_zero(&self, u: &Function) -> Option<f64> {
        let lower = self.of(u).ok().and_then(|growth| growth.lower).filter(|lower| lower.a.is_finite()).map(|lower| lower.from);
        let sign = self.sign(u).map(|(_, from)| from);
        lower.into_iter().chain(sign).reduce(f64::min)
    }

    /// Whether a factor is exactly 0 far out, and from where on.
    fn vanishing_factor(&self, f: &Function) -> Option<f64> {
        match f.node() {
            Node::Multiply(a, b) => self.vanishing_factor(a).or_else(|| self.vanishing_factor(b)),
            Node::Negate(a) | Node::Divide(a, _) => self.vanishing_factor(a),
            _ => self.taken(f).filter(|(taken, _)| taken.is_zero()).map(|(_, from)| from),
        }
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
        let known = self.polynomials.borrow_mut().of(f);
        if let Some(known) = known {
            return Ok(polynomial(&known.coefficients, self.side, self.height));
        }
        match f.node() {
            Node::Add(a, b) => Ok(sum(&self.of(a)?, &self.of(b)?)),
            Node::Subtract(a, b) => Ok(sum(&self.of(a)?, &negated(&self.of(b)?))),
            Node::Negate(a) => Ok(negated(&self.of(a)?)),
            Node::Multiply(a, b) => match (self.of(a), self.of(b)) {
                (Ok(of_a), Ok(of_b)) => Ok(product(a, b, &of_a, &of_b)),
                (of_a, of_b) => match self.vanishing_factor(f) {
                    Some(from) => Ok(bounded(0.0).starting(from)),
                    None => Ok(product(a, b, &of_a?, &of_b?)),
                },
            },
            Node::Divide(a, b) => {
                let reciprocal = b.as_rational().filter(|b| **b != 0).map(|b| Function::rational(b.clone().recip()));
                Ok(product(a, reciprocal.as_ref().unwrap_or(&Function::x()), &self.of(a)?, &self.inverse(b)?))
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
        let real = Real::between(interval.low, interval.high);
        Ok(Growth { upper: Rate::constant(interval.magnitude().max(1e-300).ln()), lower, real: Some(real) })
    }

    fn exponential(&self, u: &Function, inner: &Growth, whole: &Function) -> Outcome {
        let known = self.polynomials.borrow_mut().of(u);
        let falling = known.and_then(|known| vanishing_exponential(&known.coefficients, self.side, self.height));
        if let Some(growth) = falling.or_else(|| self.vanishing(u, inner)) {
            return Ok(growth);
        }
        match exponential(inner, whole) {
            Ok(growth) if growth.upper.ceiling().is_some() => Ok(growth),
            Ok(growth) if let Some(upper) = growth.upper.falling() => Ok(Growth { real: within(&upper), upper, ..growth }),
            outcome => self
                .far_values(u)
                .and_then(half_line::most_exp)
                .map_or(outcome, |upper| Ok(Growth { real: within(&upper), upper, lower: None })),
        }
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
    pub(super) fn sign(&self, u: &Function) -> Option<(f64, f64)> {
        if let Some(known) = self.kept.borrow().get(u) {
            return *known;
        }
        let sign = self.found_sign(u);
        self.kept.borrow_mut().insert(u.clone(), sign);
        sign
    }

    fn found_sign(&self, u: &Function) -> Option<(f64, f64)> {
        let near = |(_, from): &(f64, f64)| *from <= self.patience;
        let structural = self.of(u).ok().and_then(|growth| far_sign(&growth)).filter(near);
        let by_values = self.far_values(u).and_then(half_line::sign);
        let shown = structural.into_iter().chain(by_values).min_by(|a, b| a.1.total_cmp(&b.1));
        // the sign of a number that tends to 0 is of use on the line alone
        shown.or_else(|| self.small_sign(u).filter(near).filter(|_| self.height == 0.0))
    }

    /// The same by the largest term.
    fn small_sign(&self, u: &Function) -> Option<(f64, f64)> {
        self.dominant_sign(u).or_else(|| {
            let (form, start) = self.far_form(u)?;
            let constant = || form.as_rational().map(|value| (f64::from(value.cmp0() as i8), 1.0));
            let (sign, from) = constant().filter(|(sign, _)| *sign != 0.0).or_else(|| self.dominant_sign(&form))?;
            Some((sign, from.max(start)))
        })
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
        let square = if *exponent == 2 { self.line(a).map(|line| line.square(self.side, self.height)) } else { None };
        let real = square.or_else(|| within(&upper));
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
                let sum = sum(&plus, &minus);
                let half = -std::f64::consts::LN_2;
                Ok(Growth { upper: sum.upper.plus(half), lower: sum.lower.map(|l| l.plus(half)), real: sum.real })
            }
            P::Sin | P::Cos => wave(self.line(u).map(|line| line.steepest()), &inner, self.height, whole),
            // |tan z| ≤ tan|z| for |z| < π/2
            P::Tan if inner.upper.ceiling().is_some_and(|size| size < 1.57) => {
                let size = inner.upper.ceiling().unwrap_or(1.57).tan() * (1.0 + 1e-9);
                Ok(bounded(size).starting(inner.upper.from))
            }
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
            P::Sigmoid | P::Tanh => Ok(switch(primitive, &inner, self.height)),
            P::Atan | P::Asin | P::Acos => arc(primitive, &inner, self.height, whole),
            P::Erf | P::Erfc | P::NormalCdf => error_function(primitive, self.line(u), &inner, (self.side, self.height), whole),
            P::Softplus => Ok(softplus(&inner, self.height)),
            P::Sqrt => self.power(u, &Function::rational(Rational::from((1, 2))), whole),
            P::Log => logarithm(&self.bounded_below(u, self.off_the_cut(inner, whole)?), whole),
        }
    }

    /// u = s x + t, the constants enclosed where they are not rational.
    fn line(&self, u: &Function) -> Option<Line> {
        let rational = self.polynomials.borrow_mut().affine(u);
        match rational {
            Some((slope, intercept)) => {
                let intercept = intercept.to_f64();
                Some(Line { slope: [slope.clone(), slope], intercept: [intercept; 2] })
            }
            None => Line::of(u),
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
}
