//! Growth of what has a limit far out: switches (tanh, sigmoid, softplus, erf), cofactors of zeros that are approached, and
//! exponentials of what tends to −∞ faster than any quadratic, such as e^(−1/x²) where x = e^(−u).

use rug::Rational;

use super::growth::{Calculus, Growth, Outcome, Side, Unbounded, bounded, far_sign, small_switch};
use super::passage::falls_below;
use super::rates::{Quadratic, Rate, Real, settles, within};
use crate::activation::{Cofactor, Function, Node, Primitive};
use crate::number::{Interval, Rectangle};

impl Calculus {
    /// h(c + t)/tⁿ: near its value at c where t decays, else by its quotient.
    pub(super) fn cofactor(&self, cofactor: &Cofactor, t: &Function) -> Outcome {
        let inner = self.of(t)?;
        if let Some(near) = self.near(cofactor, &inner) {
            return Ok(near);
        }
        let power = t.powi(cofactor.order() as i32);
        let numerator = cofactor.numerator_at(t);
        Ok(self.product(&numerator, &power, &self.of(&numerator)?, &self.inverse(&power)?))
    }

    /// Bounds of a cofactor on |t| ≤ ε for the first ε that keeps it away from 0, or the last one tried: the bound of t itself.
    fn near(&self, cofactor: &Cofactor, inner: &Growth) -> Option<Growth> {
        let mut last = None;
        let most = inner.upper.ceiling().map(|size| 1.01 * size);
        for size in [0.5, 0.1, 1e-2, 1e-4, 1e-8].into_iter().chain(most) {
            let Some(from) = falls_below(&inner.upper, size) else { continue };
            let around = Interval::new(-size, size);
            let box_of = Rectangle { re: around, im: if self.height > 0.0 { around } else { Interval::ZERO } };
            let Some(value) = cofactor.over(box_of) else { continue };
            let ln = value.magnitude();
            let upper = Rate::constant(ln.high.max(1e-300).ln()).starting(from);
            let at = |c0: f64| Quadratic { c0, c1: 0.0, c2: Rational::new() };
            let real = Some(Real { low: at(value.re.low), high: at(value.re.high), from });
            if ln.low > 0.0 {
                return Some(Growth { upper, lower: Some(Rate::constant(ln.low.ln()).starting(from)), real });
            }
            last = Some(Growth { upper, lower: None, real });
        }
        last
    }

    /// exp of a real function that tends to −∞ faster than −x²: at most e^{−x²} from where it passes it.
    pub(super) fn vanishing(&self, u: &Function, inner: &Growth) -> Option<Growth> {
        let lower = inner.lower.as_ref().filter(|_| self.height == 0.0 && self.shown_sign(u) == Some(-1.0))?;
        let square = Rate { p: 2.0, ..Rate::constant(0.0) };
        let from = lower.dominates(&square, 0.0)?;
        let upper = Rate { beta: Rational::from(-1), from, ..Rate::constant(1e-9) };
        Some(Growth { real: within(&upper), upper, lower: None })
    }

    /// A switch on the real line whose argument u outgrows every multiple of x²: e^{−x²} at most where it decays.
    pub(super) fn flat(&self, primitive: Primitive, u: &Function, inner: &Growth) -> Option<Growth> {
        use Primitive as P;
        if self.height > 0.0
            || inner.real.is_some()
            || !matches!(primitive, P::Sigmoid | P::Tanh | P::Softplus | P::Erfc | P::NormalCdf)
        {
            return None;
        }
        let u = if primitive == P::Erfc { -u.clone() } else { u.clone() };
        let from = inner.lower.as_ref()?.dominates(&Rate::constant(1.0), 0.0)?.max(2.0);
        match (primitive, self.shown_sign(&u)?) {
            (P::Tanh, _) => Some(Growth { lower: Some(Rate::constant(0.3f64.ln()).starting(from)), ..bounded(1.0) }),
            // σ(−w), softplus(−w), erfc(w), Φ(−w) ≤ e^{−w} for w ≥ 2
            (_, sign) if sign < 0.0 => self.vanishing(&u, inner).map(|growth| growth.starting(from)),
            (P::Softplus, _) => None,
            _ => Some(Growth { lower: Some(Rate::constant(0.3f64.ln()).starting(from)), ..bounded(2.0) }),
        }
    }

    /// The sign of a real function far out, as far as its form shows it.
    fn shown_sign(&self, f: &Function) -> Option<f64> {
        if let Some(known) = self.signs.borrow().get(f) {
            return *known;
        }
        let sign = self.sign_of(f);
        self.signs.borrow_mut().insert(f.clone(), sign);
        sign
    }

    fn sign_of(&self, f: &Function) -> Option<f64> {
        use Primitive as P;
        if let Some((sign, _)) = self.of(f).ok().as_ref().and_then(far_sign) {
            return Some(sign);
        }
        match f.node() {
            Node::Rational(value) => Some(f64::from(value.cmp0() as i8)).filter(|sign| *sign != 0.0),
            Node::Negate(a) => self.shown_sign(a).map(|sign| -sign),
            Node::Multiply(a, b) | Node::Divide(a, b) => Some(self.shown_sign(a)? * self.shown_sign(b)?),
            Node::Power(_, n) if n.integer().is_none_or(|n| n % 2 == 0) => Some(1.0),
            Node::Power(a, _) => self.shown_sign(a),
            Node::Apply(P::Exp | P::Cosh | P::Sqrt | P::Abs | P::Sigmoid | P::Softplus | P::NormalCdf | P::Erfc, _) => Some(1.0),
            Node::Cofactor(cofactor, t) => {
                let real = self.near(cofactor, &self.of(t).ok()?)?.real?;
                if real.low.c0 > 0.0 { Some(1.0) } else { (real.high.c0 < 0.0).then_some(-1.0) }
            }
            _ => None,
        }
    }

    /// tanh and sigmoid: near their limits once |Re u| ≥ 1, and decaying like e^(−|Re u|) where sigmoid does.
    pub(super) fn switch(&self, primitive: Primitive, inner: &Growth) -> Growth {
        // |tanh| ≤ coth 1 and |sigmoid| ≤ 1/(1 − 1/e) for |Re u| ≥ 1; on the real line both are ≤ 1
        let plain = if self.height == 0.0 { bounded(1.0) } else { bounded(1.6) };
        let Some(real) = &inner.real else {
            return if self.height == 0.0 { plain } else { small_switch(primitive, inner) };
        };
        let (below, above) = (settles(&real.high, -1.0, real.from), settles(&real.low, 1.0, real.from));
        let from = below.or(above);
        let mut growth = match from {
            Some(from) => Growth { lower: Some(Rate::constant(0.3f64.ln())), ..plain }.starting(from),
            None if self.height == 0.0 => plain,
            None => small_switch(primitive, inner),
        };
        growth.real = growth.real.map(|real| self.settled(primitive, &inner.real, real));
        if primitive == Primitive::Sigmoid && below.is_some() {
            let from = from.unwrap_or(1.0);
            growth.upper = real.high.rate(real.from).plus(0.46).starting(from);
            growth.lower = Some(real.low.rate(real.from).plus(-std::f64::consts::LN_2).starting(from));
        }
        growth
    }

    /// Re tanh, Re sigmoid within 10^−8 of their limits where |Re u| ≥ 20.
    fn settled(&self, primitive: Primitive, inner: &Option<Real>, known: Real) -> Real {
        let Some(real) = inner else { return known };
        let (below, above) = (settles(&real.high, -20.0, real.from), settles(&real.low, 20.0, real.from));
        let limit = match (primitive, below, above) {
            (_, _, Some(from)) => Some((1.0, from)),
            (Primitive::Tanh, Some(from), _) => Some((-1.0, from)),
            _ => None,
        };
        let at = |c0: f64| Quadratic { c0, c1: 0.0, c2: Rational::new() };
        limit.map_or(known, |(limit, from)| Real { low: at(limit - 1e-8), high: at(limit + 1e-8), from })
    }

    /// ln(1 + e^u): |ln(1 + w)| ≤ 1 + |u| + 4, and like e^u where Re u → −∞.
    pub(super) fn softplus(&self, inner: &Growth) -> Growth {
        if let Some(real) = &inner.real
            && let Some(from) = settles(&real.high, -1.0, real.from)
        {
            let upper = real.high.rate(real.from).plus(0.5).starting(from);
            let lower = real.low.rate(real.from).plus(-std::f64::consts::LN_2).starting(from);
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
                let lower = inner.lower.as_ref().map(|lower| lower.plus(-std::f64::consts::LN_2).starting(real.from));
                Growth { upper: upper.starting(real.from), lower, real: Some(real) }
            }
            // off the real line softplus has singular points where Re u is not known to be large
            None if self.height > 0.0 => Growth { upper: Rate::constant(f64::INFINITY), lower: None, real: None },
            None => Growth { upper, lower: None, real: None },
        }
    }

    /// erfc decays like e^(−u²) where Re u → +∞; in a strip |erf u| ≤ 1 + e^{(Im u)²}|Im u| for affine u.
    pub(super) fn error_function(&self, primitive: Primitive, u: &Function, inner: &Growth, whole: &Function) -> Outcome {
        let Some((slope, intercept)) = self.polynomials.borrow_mut().affine(u) else {
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
            // on the real line |erf|, erfc, Φ are at least 1/2 beyond the unit that their argument needs to pass
            let from = (1.0 / scale + intercept.to_f64().abs()) / slope.to_f64().abs();
            let lower = (self.height == 0.0).then(|| Rate::constant(-std::f64::consts::LN_2).starting(from));
            return Ok(Growth { lower, ..bounded(size) });
        }
        // |erfc(s + iy)| ≤ erfc(s) e^{y²} ≤ e^{−s² + y²} for s ≥ 0; s = |slope|·scale·x ± intercept
        let (a, t) = (slope.clone().abs(), intercept.to_f64() * if slope.to_f64() * flip > 0.0 { 1.0 } else { -1.0 });
        let square = Rational::from(a.square_ref());
        let beta = if half { -(square / 2u32) } else { -square };
        let alpha = -2.0 * a.to_f64() * scale * scale * t;
        let from = (-t / a.to_f64()).max(1.0);
        let upper = Rate {
            a: y * y - scale * scale * t * t + 1e-9,
            p: 0.0,
            alpha: alpha + 1e-12 * alpha.abs(),
            beta: beta.clone(),
            from,
        };
        // erfc(s) ≥ 0.37 e^{−s²}/s for s ≥ 1, and s ≤ scale (a + |t|) x
        let lower = (self.height == 0.0).then(|| Rate {
            a: 0.18f64.ln() - scale * scale * t * t - (scale * (a.to_f64() + t.abs())).ln() - 1e-9,
            p: -1.0,
            alpha: alpha - 1e-12 * alpha.abs(),
            beta,
            from: ((1.0 / scale - t) / a.to_f64()).max(from),
        });
        Ok(Growth { upper, lower, real: Some(Real { from, ..Real::within((y * y).exp()) }) })
    }
}
