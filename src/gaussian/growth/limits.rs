//! Growth of what has a limit far out: cofactors of zeros that are approached, and exponentials and switches of what tends to
//! −∞ faster than any quadratic, such as e^(−1/x²) where x = e^(−u).

use rug::Rational;

use super::bounds::{Growth, Outcome, bounded, far_sign, product};
use super::calculus::Calculus;
use super::passage::falls_below;
use super::rates::{Rate, Real, within};
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
        Ok(product(&numerator, &power, &self.of(&numerator)?, &self.inverse(&power)?))
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
            let real = Some(Real { from, ..Real::between(value.re.low, value.re.high) });
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
            Node::Add(..) | Node::Subtract(..) if self.height == 0.0 => self.dominant_sign(f).map(|(sign, _)| sign),
            _ => None,
        }
    }
}
