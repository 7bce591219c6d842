//! Growth calculus: how large a function can be far out, and whether its Gaussian integrals exist at all.
//!
//! For every subexpression g and each side (Re z → +∞, Re z → −∞) a record is kept with
//! ln|g(z)| ≤ A + p ln|x| + αx + βx² for |Im z| ≤ b and |x| ≥ X, x = |Re z|, and, where it can be had, the same from below. Negative
//! α and β record decay. β is exact when it comes from the exponential of a quadratic with rational coefficients, so that
//! E f (β < 1/2) and E f² (β < 1/4) are decided and not measured. A function for which no such bound is found (e^{x³},
//! sinh(sinh(x/2))) is refused, naming the part.

use rug::Rational;

use super::poles::polynomial;
use super::tail::Envelope;
use crate::activation::{Condition, Evaluator, Function, Node, Primitive};
use crate::number::{Ball, Interval};

/// Bounds of ln|g| on one side.
#[derive(Clone, Debug)]
pub struct Growth {
    /// Upper bound.
    pub upper: Rate,
    /// Lower bound, where one is known.
    pub lower: Option<Rate>,
    /// The sign and size of Re g when it is bounded below by a multiple of x: what an exponential of g needs.
    real: Option<Real>,
}

/// a + p ln x + alpha x + beta x² for x ≥ from.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    a: f64,
    p: f64,
    alpha: f64,
    /// Exact.
    beta: Rational,
    from: f64,
}

/// Polynomial bounds low ≤ Re g ≤ high, of degree ≤ 2 in x = |Re z|.
#[derive(Clone, Debug)]
struct Real {
    low: Quadratic,
    high: Quadratic,
    from: f64,
}

/// c0 + c1 x + c2 x².
#[derive(Clone, Debug)]
struct Quadratic {
    c0: f64,
    c1: f64,
    c2: Rational,
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

type Outcome = Result<Growth, Unbounded>;

impl Rate {
    fn constant(ln_size: f64) -> Self {
        Self { a: ln_size, p: 0.0, alpha: 0.0, beta: Rational::new(), from: 1.0 }
    }

    fn times(&self, other: &Self) -> Self {
        Self {
            a: self.a + other.a,
            p: self.p + other.p,
            alpha: self.alpha + other.alpha,
            beta: Rational::from(&self.beta + &other.beta),
            from: self.from.max(other.from),
        }
    }

    fn scaled(&self, factor: &Rational) -> Self {
        let n = factor.to_f64();
        let slack = 1e-15 * (n * self.a).abs();
        Self {
            a: n * self.a + slack,
            p: n * self.p,
            alpha: n * self.alpha,
            beta: Rational::from(factor * &self.beta),
            from: self.from,
        }
    }

    fn inverse(&self) -> Self {
        Self { a: -self.a, p: -self.p, alpha: -self.alpha, beta: Rational::from(-&self.beta), from: self.from }
    }

    /// A bound of the larger of two (a sum adds ln 2): coefficient by coefficient, valid as x ≥ 1.
    fn join(&self, other: &Self) -> Self {
        let beta = (&self.beta).max(&other.beta).clone();
        Self {
            a: self.a.max(other.a),
            p: self.p.max(other.p),
            alpha: self.alpha.max(other.alpha),
            beta,
            from: self.from.max(other.from),
        }
    }

    /// A bound of |g| itself, when it does not grow.
    fn ceiling(&self) -> Option<f64> {
        (self.p <= 0.0 && self.alpha <= 0.0 && self.beta <= 0).then(|| self.a.exp()).filter(|size| size.is_finite())
    }

    fn plus(&self, ln_factor: f64) -> Self {
        Self { a: self.a + ln_factor, ..self.clone() }
    }

    fn from(&self, from: f64) -> Self {
        Self { from: self.from.max(from), ..self.clone() }
    }

    /// Whether this rate exceeds `other` by at least `gap` for all x ≥ its start, and from where on.
    fn dominates(&self, other: &Self, gap: f64) -> Option<f64> {
        let difference = |x: f64| {
            (self.a - other.a)
                + (self.p - other.p) * x.ln()
                + (self.alpha - other.alpha) * x
                + Rational::from(&self.beta - &other.beta).to_f64() * x * x
        };
        let (p, alpha, beta) = (self.p - other.p, self.alpha - other.alpha, Rational::from(&self.beta - &other.beta).to_f64());
        let start = self.from.max(other.from);
        for doubling in 0..12 {
            let x = start * 2f64.powi(doubling);
            // the derivative p/x + α + 2βx stays ≥ 0 from x on
            let rising = beta >= 0.0 && p.min(0.0) / x + alpha + 2.0 * beta * x >= 0.0;
            if rising && difference(x) >= gap {
                return Some(x);
            }
        }
        None
    }

    /// As an envelope in double precision, β rounded up.
    #[must_use]
    pub fn envelope(&self) -> Envelope {
        let beta = self.beta.to_f64();
        let beta = if Rational::from_f64(beta).is_some_and(|rounded| rounded < self.beta) { beta.next_up() } else { beta };
        let slack = 1e-9 * (1.0 + self.a.abs());
        Envelope { a: self.a + slack, p: self.p, alpha: self.alpha, beta, from: self.from.max(1.0) }
    }

    /// Whether x^{p·power} e^{α x·power} is not integrable at infinity.
    #[must_use]
    pub fn grows(&self, power: f64) -> bool {
        self.alpha > 0.0 || (self.alpha == 0.0 && self.p * power >= -1.0)
    }

    /// The coefficient of x².
    #[must_use]
    pub fn beta(&self) -> &Rational {
        &self.beta
    }
}

impl Quadratic {
    fn scaled(&self, n: f64) -> Self {
        let exact = Rational::from_f64(n).unwrap_or_default();
        Self { c0: n * self.c0, c1: n * self.c1, c2: exact * &self.c2 }
    }

    fn plus(&self, other: &Self) -> Self {
        Self { c0: self.c0 + other.c0, c1: self.c1 + other.c1, c2: Rational::from(&self.c2 + &other.c2) }
    }

    fn rate(&self, from: f64) -> Rate {
        Rate { a: self.c0 + 1e-12 * (1.0 + self.c0.abs()), p: 0.0, alpha: self.c1, beta: self.c2.clone(), from }
    }
}

impl Growth {
    /// The same bounds, claimed only from `from` on.
    fn starting(self, from: f64) -> Self {
        Self {
            upper: self.upper.from(from),
            lower: self.lower.map(|lower| lower.from(from)),
            real: self.real.map(|real| Real { from: real.from.max(from), ..real }),
        }
    }
}

fn bounded(size: f64) -> Growth {
    Growth { upper: Rate::constant(size.max(1e-300).ln()), lower: None, real: Some(Real::within(size)) }
}

impl Real {
    fn within(size: f64) -> Self {
        let at = |c0: f64| Quadratic { c0, c1: 0.0, c2: Rational::new() };
        Self { low: at(-size), high: at(size), from: 1.0 }
    }

    fn negated(&self) -> Self {
        Self { low: self.high.scaled(-1.0), high: self.low.scaled(-1.0), from: self.from }
    }

    fn plus(&self, other: &Self) -> Self {
        Self { low: self.low.plus(&other.low), high: self.high.plus(&other.high), from: self.from.max(other.from) }
    }
}

/// The growth of f on `side` in the strip |Im z| ≤ `height`.
///
/// # Errors
/// [`Unbounded`] names the part for which no bound is found.
pub fn growth(f: &Function, side: Side, height: f64) -> Outcome {
    Calculus { side, height }.of(f)
}

struct Calculus {
    side: Side,
    height: f64,
}

impl Calculus {
    fn of(&self, f: &Function) -> Outcome {
        if f.is_constant() {
            return self.constant(f);
        }
        if let Some(polynomial) = polynomial(f) {
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
            _ => Err(Unbounded { part: f.clone(), what: "has no bound" }),
        }
    }

    /// max (sign 1) or min (sign −1): the one that leads far out, or whichever.
    fn larger(&self, a: &Function, b: &Function, sign: f64) -> Outcome {
        let (ga, gb) = (self.of(a)?, self.of(b)?);
        let difference = self.of(&(a.clone() - b.clone()))?;
        match far_sign(&difference) {
            Some((order, from)) => Ok(if order == sign { starting(&ga, from) } else { starting(&gb, from) }),
            None => Ok(either(&ga, &gb)),
        }
    }

    /// The arm that is taken far out, or any of them.
    fn arm(&self, arms: &[(Condition, Function)], otherwise: &Function) -> Outcome {
        let mut known: Option<Growth> = None;
        let join = |known: Option<Growth>, next: Growth| Some(known.map_or(next.clone(), |known| either(&known, &next)));
        for (condition, value) in arms {
            let sign = self.of(&condition.difference).ok().and_then(|difference| far_sign(&difference));
            match sign {
                Some((sign, from)) if condition.relation.holds(sign.total_cmp(&0.0)) => {
                    return Ok(starting(&join(known, self.of(value)?).unwrap_or_else(|| bounded(0.0)), from));
                }
                Some(_) => {}
                None => known = join(known, self.of(value)?),
            }
        }
        Ok(join(known, self.of(otherwise)?).unwrap_or_else(|| bounded(0.0)))
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
        // for x ≥ 2 rest/lead + 1 the other terms are at most half the leading one
        let from = (2.0 * rest / lead * (1.0 + self.height).powi(degree as i32) + 1.0).max(1.0);
        let lower = Rate { a: (0.5 * lead).ln(), p: degree as f64, from, ..Rate::constant(0.0) };
        Growth { upper, lower: Some(lower), real: self.real_polynomial(coefficients) }
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
            Some(lower.plus(-std::f64::consts::LN_2).from(from))
        };
        let lower = one_sided(a, b).or_else(|| one_sided(b, a));
        let real = a.real.as_ref().zip(b.real.as_ref()).map(|(a, b)| a.plus(b));
        Ok(Growth { upper, lower, real })
    }

    fn product(&self, a: &Function, b: &Function, ga: &Growth, gb: &Growth) -> Growth {
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

    fn inverse(&self, b: &Function) -> Outcome {
        let growth = self.of(b)?;
        let Some(lower) = growth.lower else {
            return Err(Unbounded { part: b.clone(), what: "is a denominator that is not bounded away from zero" });
        };
        let upper = lower.inverse();
        let real = within(&upper);
        Ok(Growth { upper, lower: Some(growth.upper.inverse()), real })
    }

    fn power(&self, a: &Function, n: &Function, whole: &Function) -> Outcome {
        let Some(exponent) = n.as_rational() else {
            let product = n.clone() * a.apply(Primitive::Log);
            return self.apply(Primitive::Exp, &product, whole);
        };
        let base = if *exponent < 0 { self.inverse(a)? } else { self.of(a)? };
        let size = exponent.clone().abs();
        let upper = base.upper.scaled(&size);
        let real = within(&upper);
        Ok(Growth { upper, lower: base.lower.map(|lower| lower.scaled(&size)), real })
    }

    fn apply(&self, primitive: Primitive, u: &Function, whole: &Function) -> Outcome {
        use Primitive as P;
        let inner = self.of(u)?;
        match primitive {
            P::Exp => exponential(&inner, whole),
            P::Sinh | P::Cosh => {
                let (plus, minus) = (exponential(&inner, whole)?, exponential(&negated(&inner), whole)?);
                let sum = self.sum(&plus, &minus)?;
                let half = -std::f64::consts::LN_2;
                Ok(Growth { upper: sum.upper.plus(half), lower: sum.lower.map(|l| l.plus(half)), real: sum.real })
            }
            P::Sin | P::Cos => self.wave(u, &inner, whole),
            P::Tan => Err(Unbounded { part: whole.clone(), what: "has poles on the real line" }),
            P::Abs => Ok(match far_sign(&inner) {
                Some((sign, from)) => starting(&if sign > 0.0 { inner } else { negated(&inner) }, from),
                None => Growth { lower: inner.lower.clone(), ..either(&inner, &negated(&inner)) },
            }),
            P::Sign | P::Step => Ok(bounded(1.0)),
            P::Sigmoid | P::Tanh => Ok(self.switch(primitive, &inner)),
            P::Atan | P::Asin | P::Acos => Ok(bounded(8.0)),
            P::Erf | P::Erfc | P::NormalCdf => self.error_function(primitive, u, &inner, whole),
            P::Softplus => Ok(self.softplus(&inner)),
            P::Sqrt => {
                let half = Rational::from((1, 2));
                let upper = inner.upper.scaled(&half);
                let real = within(&upper);
                Ok(Growth { upper, lower: inner.lower.map(|lower| lower.scaled(&half)), real })
            }
            P::Log => logarithm(&inner, whole),
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
        match super::poles::affine(u) {
            Some((slope, _)) => Ok(bounded((slope.to_f64().abs() * self.height).cosh() * (1.0 + 1e-12))),
            None => Err(Unbounded { part: whole.clone(), what: "may grow off the real line" }),
        }
    }

    /// tanh and sigmoid: near their limits once |Re u| ≥ 1, and decaying like e^(−|Re u|) where sigmoid does.
    fn switch(&self, primitive: Primitive, inner: &Growth) -> Growth {
        // |tanh| ≤ coth 1 and |sigmoid| ≤ 1/(1 − 1/e) for |Re u| ≥ 1; on the real line both are ≤ 1
        let plain = if self.height == 0.0 { bounded(1.0) } else { bounded(1.6) };
        let Some(real) = &inner.real else {
            return if self.height == 0.0 {
                plain
            } else {
                Growth { upper: Rate::constant(f64::INFINITY), lower: None, real: None }
            };
        };
        let (below, above) = (settles(&real.high, -1.0, real.from), settles(&real.low, 1.0, real.from));
        let from = below.or(above);
        let mut growth = match from {
            Some(from) => Growth { lower: Some(Rate::constant(0.3f64.ln())), ..plain }.starting(from),
            None if self.height == 0.0 => plain,
            None => Growth { upper: Rate::constant(f64::INFINITY), lower: None, real: None },
        };
        if primitive == Primitive::Sigmoid && below.is_some() {
            let from = from.unwrap_or(1.0);
            growth.upper = real.high.rate(real.from).plus(0.46).from(from);
            growth.lower = Some(real.low.rate(real.from).plus(-std::f64::consts::LN_2).from(from));
        }
        growth
    }

    /// ln(1 + e^u): |ln(1 + w)| ≤ 1 + |u| + 4, and like e^u where Re u → −∞.
    fn softplus(&self, inner: &Growth) -> Growth {
        if let Some(real) = &inner.real
            && let Some(from) = settles(&real.high, -1.0, real.from)
        {
            let upper = real.high.rate(real.from).plus(0.5).from(from);
            let lower = real.low.rate(real.from).plus(-std::f64::consts::LN_2).from(from);
            return Growth { upper, lower: Some(lower), real: Some(Real { from, ..Real::within(1.0) }) };
        }
        let real = inner.real.as_ref().and_then(|real| {
            // Re softplus lies between Re u − 1 and Re u + 1 where Re u ≥ 1
            let from = settles(&real.low, 1.0, real.from)?;
            let shift = |q: &Quadratic, by: f64| Quadratic { c0: q.c0 + by, ..q.clone() };
            Some(Real { low: shift(&real.low, -1.0), high: shift(&real.high, 1.0), from })
        });
        let upper = inner.upper.join(&Rate::constant(0.0)).plus(6f64.ln());
        match real {
            Some(real) => {
                let lower = inner.lower.as_ref().map(|lower| lower.plus(-std::f64::consts::LN_2).from(real.from));
                Growth { upper: upper.from(real.from), lower, real: Some(real) }
            }
            // off the real line softplus has singular points where Re u is not known to be large
            None if self.height > 0.0 => Growth { upper: Rate::constant(f64::INFINITY), lower: None, real: None },
            None => Growth { upper, lower: None, real: None },
        }
    }

    /// erfc decays like e^(−u²) where Re u → +∞; in a strip |erf u| ≤ 1 + e^{(Im u)²}|Im u| for affine u.
    fn error_function(&self, primitive: Primitive, u: &Function, inner: &Growth, whole: &Function) -> Outcome {
        let Some((slope, intercept)) = super::poles::affine(u) else {
            if self.height == 0.0 {
                return Ok(bounded(2.0));
            }
            if let Some(size) = inner.upper.ceiling() {
                return Ok(bounded(2.0 + 1.13 * size * (size * size).exp()).starting(inner.upper.from));
            }
            // |Im u| is at most the slope of u times the height only for affine u
            return Err(Unbounded { part: whole.clone(), what: "may grow off the real line" });
        };
        let flip = if self.side == Side::Left { -1.0 } else { 1.0 };
        let decays = match primitive {
            Primitive::Erfc => flip * slope.to_f64() > 0.0,
            Primitive::NormalCdf => flip * slope.to_f64() < 0.0,
            _ => false,
        };
        let half = primitive == Primitive::NormalCdf;
        let scale = if half { std::f64::consts::FRAC_1_SQRT_2 } else { 1.0 };
        let y = slope.to_f64().abs() * scale * self.height;
        if !decays {
            let size = 2.0 + 1.13 * y * (y * y).exp();
            return Ok(bounded(size));
        }
        // |erfc(s + iy)| ≤ erfc(s) e^{y²} ≤ e^{−s² + y²} for s ≥ 0; s = |slope|·scale·x ± intercept
        let (a, t) = (slope.clone().abs(), intercept.to_f64() * if slope.to_f64() * flip > 0.0 { 1.0 } else { -1.0 });
        let square = Rational::from(a.square_ref());
        let beta = if half { -(square / 2u32) } else { -square };
        let alpha = -2.0 * a.to_f64() * scale * scale * t;
        let from = (-t / a.to_f64()).max(1.0);
        let upper = Rate { a: y * y - scale * scale * t * t + 1e-9, p: 0.0, alpha: alpha + 1e-12 * alpha.abs(), beta, from };
        Ok(Growth { upper, lower: None, real: Some(Real { from, ..Real::within((y * y).exp()) }) })
    }
}

/// From where on the quadratic lies beyond `level`: below −1 for a negative level, above 1 for a positive one.
fn settles(q: &Quadratic, level: f64, from: f64) -> Option<f64> {
    let sign = level.signum();
    let (c0, c1, c2) = (sign * q.c0, sign * q.c1, sign * q.c2.to_f64());
    (0..14)
        .map(|k| from.max(1.0) * 2f64.powi(k))
        .find(|&x| c2 >= 0.0 && c1 + 2.0 * c2 * x >= 0.0 && c0 + c1 * x + c2 * x * x >= level.abs())
}

/// The sign that Re g keeps far out, and from where on.
fn far_sign(g: &Growth) -> Option<(f64, f64)> {
    let real = g.real.as_ref()?;
    let right = settles(&real.low, 1.0, real.from).map(|from| (1.0, from));
    right.or_else(|| settles(&real.high, -1.0, real.from).map(|from| (-1.0, from)))
}

fn starting(g: &Growth, from: f64) -> Growth {
    g.clone().starting(from)
}

/// Re g within ± a power of x no larger than the square.
fn within(upper: &Rate) -> Option<Real> {
    if upper.alpha > 0.0 || upper.beta > 0 || upper.p > 2.0 || !upper.a.is_finite() {
        return None;
    }
    // e^{αx + βx²} ≤ 1 for non-positive rates
    let size = upper.a.exp();
    let term = |size: f64| match upper.p {
        p if p <= 0.0 => Quadratic { c0: size, c1: 0.0, c2: Rational::new() },
        p if p <= 1.0 => Quadratic { c0: 0.0, c1: size, c2: Rational::new() },
        _ => Quadratic { c0: 0.0, c1: 0.0, c2: Rational::from_f64(size).unwrap_or_default() },
    };
    size.is_finite().then(|| Real { low: term(-size), high: term(size), from: upper.from })
}

fn negated(g: &Growth) -> Growth {
    Growth { real: g.real.as_ref().map(Real::negated), ..g.clone() }
}

/// One of two functions, point by point.
fn either(a: &Growth, b: &Growth) -> Growth {
    let real = a.real.as_ref().zip(b.real.as_ref()).and_then(|(a, b)| {
        let sizes = |q: &Quadratic| [q.c0.abs(), q.c1.abs(), q.c2.to_f64().abs()];
        let all = [sizes(&a.low), sizes(&a.high), sizes(&b.low), sizes(&b.high)];
        let top = |i: usize| all.iter().map(|s| s[i]).fold(0.0, f64::max);
        let bound = |sign: f64| Some(Quadratic { c0: sign * top(0), c1: sign * top(1), c2: Rational::from_f64(sign * top(2))? });
        Some(Real { low: bound(-1.0)?, high: bound(1.0)?, from: a.from.max(b.from) })
    });
    Growth { upper: a.upper.join(&b.upper), lower: None, real }
}

fn exponential(inner: &Growth, whole: &Function) -> Outcome {
    let Some(real) = inner.real.clone().or_else(|| within(&inner.upper)) else {
        return Err(Unbounded { part: whole.clone(), what: "grows faster than every exp(c*x^2)" });
    };
    Ok(Growth {
        upper: real.high.rate(real.from),
        lower: Some(real.low.rate(real.from)),
        real: within(&real.high.rate(real.from)),
    })
}

/// |ln u| ≤ |ln|u|| + π, and |ln|u|| ≤ |A| + (|p| + |α| + |β|) x² by the two-sided rate.
fn logarithm(inner: &Growth, whole: &Function) -> Outcome {
    let Some(lower) = &inner.lower else {
        return Err(Unbounded { part: whole.clone(), what: "is the logarithm of something not bounded away from zero" });
    };
    let sizes = |rate: &Rate| [rate.a.abs() + 4.0, rate.p.abs() + rate.alpha.abs(), rate.beta.to_f64().abs()];
    let (high, low) = (sizes(&inner.upper), sizes(lower));
    let [c0, c1, c2] = std::array::from_fn(|i| high[i].max(low[i]));
    let from = inner.upper.from.max(lower.from);
    let p = if c2 > 0.0 { 2.0 } else { f64::from(u8::from(c1 > 0.0)) };
    let upper = Rate { a: (c0 + c1 + c2).ln(), p, alpha: 0.0, beta: Rational::new(), from };
    let bound = |sign: f64| Quadratic { c0: sign * c0, c1: sign * c1, c2: Rational::from_f64(sign * c2).unwrap_or_default() };
    let real = Real { low: bound(-1.0), high: bound(1.0), from };
    // ln of something that grows without bound is at least 1 far out
    let lower = lower.dominates(&Rate::constant(1.0), 0.0).map(|from| Rate::constant(0.0).from(from));
    Ok(Growth { upper, lower, real: Some(real) })
}
