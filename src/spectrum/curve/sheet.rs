//! The physical point of the curve over a given z: found approximately, then proved.
//!
//! In the upper half plane the physical q is the only one with Im q < 0 and Im w > 0 (docs/mathematics.md, 'Which root', from
//! Silverstein and Bai 1995); a real q is physical exactly when z′(q) < 0 and w′(q) < 0 (Silverstein and Choi 1995), and then
//! z is outside the support. One root that passes the test on its whole enclosure is therefore the answer, and no other root
//! need be known.

use std::cmp::Ordering;

use rug::{Complex, Rational};

use super::parameters::Normal;
use super::rational::Curve;
use crate::number::{
    Ball, ComplexBall, Polynomial, Ring, approximate_roots, enclose_root, enclose_roots, looks_real, polish_root,
};
use crate::spectrum::LawError;

/// Where a real point lies, with its q.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// Outside the closed support: q is real.
    Outside(ComplexBall),
    /// Inside the open support: Im q < 0, the limit from above.
    Inside(ComplexBall),
    /// Exactly at an edge, or where two bulks touch: q is real and double or triple.
    Edge(ComplexBall),
}

/// Least precision of the approximate roots beyond the guard bits, and the share of the asked bits they get (tuned).
const START_BITS: u32 = 64;
const START_SHARE: u32 = 4;

impl Normal {
    /// The coefficients in q of A(q) − z B(q), for z = A/B (an equation of degree 4, 3 or 2).
    pub(crate) fn equation_in_q(&self, z: &ComplexBall) -> Polynomial<ComplexBall> {
        let (a, b) = match &self.exact {
            Some(exact) => {
                let (a, b) = exact.fraction(self.shape);
                let ball = |value: &Rational| Ball::rational(value, self.bits);
                (a.trimmed().map(ball), b.map(ball))
            }
            None => self.curve.fraction(self.shape),
        };
        let complex = |value: &Ball| ComplexBall::real(value.clone());
        a.map(complex).minus(&b.map(|value| &complex(value) * z))
    }

    pub(crate) fn complex_curve(&self) -> Curve<ComplexBall> {
        self.curve.map(|value| ComplexBall::real(value.clone()))
    }

    /// A root of z(q) = z near `near`, enclosed.
    fn enclose(&self, curve: &Curve<ComplexBall>, z: &ComplexBall, near: &Complex, real: bool) -> Option<ComplexBall> {
        let function = |q: &ComplexBall| {
            let (value, slope) = curve.z_and_slope(q);
            (&value - z, slope)
        };
        enclose_root(function, near, real)
    }

    /// The coefficients of the equation at full precision, and approximations of its roots at a lower one.
    fn start(&self, z: &ComplexBall) -> (Vec<Complex>, Vec<Complex>) {
        let centers: Vec<Complex> = self.equation_in_q(z).coefficients.iter().map(ComplexBall::mid).collect();
        let low = (START_BITS + self.bits - self.asked + self.asked / START_SHARE).min(self.bits);
        let short: Vec<Complex> = centers.iter().map(|a| Complex::with_val(low, a)).collect();
        (centers, approximate_roots(&short))
    }

    /// The physical q over z, Im z > 0.
    pub(crate) fn physical(&self, z: &ComplexBall) -> Result<ComplexBall, LawError> {
        let curve = self.complex_curve();
        let (coefficients, roots) = self.start(z);
        roots.iter().find_map(|root| self.prove_upper(&curve, z, &coefficients, root)).ok_or(LawError::MoreBits)
    }

    fn prove_upper(
        &self,
        curve: &Curve<ComplexBall>,
        z: &ComplexBall,
        coefficients: &[Complex],
        root: &Complex,
    ) -> Option<ComplexBall> {
        let point = ComplexBall::point(root);
        if point.im.is_positive() || curve.w(&point).im.mid().is_sign_negative() {
            return None;
        }
        let q = self.enclose(curve, z, &polish_root(coefficients, root, self.bits), false)?;
        (q.im.is_negative() && curve.w(&q).im.is_positive()).then_some(q)
    }

    fn prove_real(
        &self,
        curve: &Curve<ComplexBall>,
        x: &ComplexBall,
        coefficients: &[Complex],
        root: &Complex,
    ) -> Option<ComplexBall> {
        if !looks_real(root) {
            return None;
        }
        let q = self.enclose(curve, x, &polish_root(coefficients, root, self.bits), true)?;
        let slope = curve.z_and_slope(&q).1.re;
        (slope.is_negative() && curve.inner_sign(&q).re.is_positive()).then_some(q)
    }

    /// The place of a real x ≠ 0. `exact` is x in the normalised scale, when rational: only then can x be at an edge.
    pub(crate) fn place(&self, x: &Ball, exact: Option<&Rational>) -> Result<Place, LawError> {
        let x = ComplexBall::real(x.clone());
        let curve = self.complex_curve();
        let (coefficients, roots) = self.start(&x);
        if let Some(q) = roots.iter().find_map(|root| self.prove_real(&curve, &x, &coefficients, root)) {
            return Ok(Place::Outside(q));
        }
        if let Some(q) = roots.iter().find_map(|root| self.prove_upper(&curve, &x, &coefficients, root)) {
            return Ok(Place::Inside(q));
        }
        match (exact, &self.exact) {
            (Some(x), Some(exact)) => self.exact_edge(exact, x).map(Place::Edge).ok_or(LawError::MoreBits),
            _ => Err(LawError::MoreBits),
        }
    }

    fn exact_equation(&self, exact: &Curve<Rational>, x: &Rational) -> Polynomial<Rational> {
        let (a, b) = exact.fraction(self.shape);
        a.minus(&b.map(|value| value.times(x))).trimmed()
    }

    /// Orders of magnitude by which roots of the equation at a rational x are closer to each other than to 0, with rational constants:
    /// half of what the discriminant a^(2n−2) Π (q_i − q_j)² lacks beside a^(2n−2) times the largest root to the power n(n − 1). None at a
    /// multiple root.
    pub(crate) fn closeness(&self, x: &Rational) -> Option<f64> {
        let equation = self.exact_equation(self.exact.as_ref()?, x);
        let n = equation.degree() as f64;
        let ln2 = |value: &Rational| f64::from(value.numer().significant_bits()) - f64::from(value.denom().significant_bits());
        let lead = ln2(&equation.coefficients[equation.degree()]);
        let size = |k: usize| (ln2(&equation.coefficients[k]) - lead) / (n - k as f64);
        let largest = (0..equation.degree()).filter(|k| !equation.coefficients[*k].is_zero()).map(size).fold(f64::MIN, f64::max);
        let resultant = equation.resultant(&equation.derivative());
        (!resultant.is_zero()).then(|| (((2.0 * n - 1.0) * lead + n * (n - 1.0) * largest - ln2(&resultant)) / 2.0).max(0.0))
    }

    /// All roots of the equation at a rational x with rational constants, each as often as its multiplicity says.
    pub(crate) fn exact_roots(&self, x: &Rational) -> Option<Vec<ComplexBall>> {
        let mut equation = self.exact_equation(self.exact.as_ref()?, x);
        let mut roots = Vec::with_capacity(equation.degree());
        while equation.degree() > 0 {
            roots.extend(enclose_rational_roots(&square_free(&equation), self.bits)?);
            equation = equation.gcd(&equation.derivative());
        }
        Some(roots)
    }

    /// The physical multiple root of the equation at a rational x with rational constants, when there is one.
    fn exact_edge(&self, exact: &Curve<Rational>, x: &Rational) -> Option<ComplexBall> {
        let equation = self.exact_equation(exact, x);
        let multiple = square_free(&equation.gcd(&equation.derivative()));
        let curve = self.complex_curve();
        enclose_rational_roots(&multiple, self.bits)?
            .into_iter()
            .find(|q| q.im.is_exact_zero() && curve.inner_sign(q).re.is_positive())
    }
}

/// The polynomial with each of its roots taken once.
pub(crate) fn square_free(polynomial: &Polynomial<Rational>) -> Polynomial<Rational> {
    polynomial.divide(&polynomial.gcd(&polynomial.derivative())).0
}

/// Disjoint enclosures of the roots of a square-free rational polynomial with a constant term.
pub(crate) fn enclose_rational_roots(polynomial: &Polynomial<Rational>, bits: u32) -> Option<Vec<ComplexBall>> {
    enclose_roots(&polynomial.map(|a| ComplexBall::real(Ball::rational(a, bits))), bits)
}

/// −q/U or −u/z, whichever is known better.
pub(crate) fn transform(curve: &Curve<ComplexBall>, q: &ComplexBall, z: &ComplexBall) -> ComplexBall {
    let direct = curve.m(q);
    let other = -&(&curve.u(q) / z);
    let radius = |m: &ComplexBall| m.re.radius().max(m.im.radius());
    match radius(&direct).partial_cmp(&radius(&other)) {
        Some(Ordering::Greater) => other,
        _ => direct,
    }
}
