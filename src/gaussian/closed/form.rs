//! The closed form of a function: exact Hermite coefficients and moments under Z ~ N(0, 1).
//!
//! H_k = E f(Z) He_k(Z) with probabilists' Hermite polynomials; Parseval reads E f² = Σ H_k²/k!. Derivatives are weak:
//! E f′ = H_1 and E f″ = H_2, jumps and kinks included.

use std::cell::RefCell;

use rug::Rational;

use super::complex::Real;
use super::effort::{is_long, is_steep};
use super::exact::Exact;
use super::normalise;
use super::partition::Pieces;
use super::sum::Sum;
use super::terms::{Divergence, Obstacle, Term, terms, total};
use super::values::Values;
use crate::activation::{Function, Parity};
use crate::number::{Ball, Polynomial};

/// Up to this order, zeros that parity does not show are looked for in the exact coefficients.
const EXACT_ZERO_ORDER: usize = 64;

/// A function whose Gaussian expectations are finite sums in the ring of [`Exact`].
///
/// ```
/// use resolvent::activation::Function;
/// use resolvent::gaussian::closed::ClosedForm;
///
/// let relu = Function::x().max(&Function::rational(0));
/// let form = ClosedForm::of(&relu).expect("piecewise polynomials are closed");
/// let coefficients = form.coefficients(2).expect("of slow growth");
/// let texts: Vec<String> = coefficients.iter().map(ToString::to_string).collect();
/// assert_eq!(texts, ["1/sqrt(2*pi)", "1/2", "1/sqrt(2*pi)"]);
/// ```
#[derive(Clone, Debug)]
pub struct ClosedForm {
    pieces: Pieces,
    parity: Parity,
    terms: Result<Vec<Term>, Divergence>,
}

/// A moment of a non-negative function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moment<T = Exact> {
    /// Its value.
    Finite(T),
    /// The integral diverges.
    Infinite,
}

impl<T> Moment<T> {
    /// The moment with its value changed.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Moment<U> {
        match self {
            Self::Finite(value) => Moment::Finite(change(value)),
            Self::Infinite => Moment::Infinite,
        }
    }
}

impl ClosedForm {
    /// The closed form of `f`, or `None` when `f` is not seen to lie in the class, or is so steep that its exact values are
    /// differences of astronomically large numbers.
    #[must_use]
    pub fn of(f: &Function) -> Option<Self> {
        let pieces = normalise::pieces(f)?;
        if is_steep(&pieces) { None } else { Self::from_pieces(pieces) }
    }

    fn from_pieces(pieces: Pieces) -> Option<Self> {
        let terms = match terms(&pieces) {
            Ok(terms) => Ok(terms),
            Err(Obstacle::Divergent(divergence)) => Err(divergence),
            Err(Obstacle::NotClosed) => return None,
        };
        let parity = parity(&pieces);
        Some(Self { pieces, parity, terms })
    }

    /// x ↦ f(σx) for σ > 0.
    #[must_use]
    pub fn scaled(&self, sigma: &Exact) -> Option<Self> {
        if sigma.is_positive() { Self::from_pieces(self.pieces.rescaled(sigma)?) } else { None }
    }

    /// f′ between the breakpoints.
    #[must_use]
    pub fn derivative(&self) -> Option<Self> {
        Self::from_pieces(self.pieces.derivative()?)
    }

    /// The parity of f up to its values at the breakpoints, by comparing normal forms. The zero function counts as even.
    #[must_use]
    pub fn parity(&self) -> Parity {
        self.parity
    }

    /// The degree of f, when f is one polynomial almost everywhere (0 for constants).
    #[must_use]
    pub fn polynomial_degree(&self) -> Option<usize> {
        match self.pieces.values.as_slice() {
            [sum] => sum.polynomial_degree(),
            _ => None,
        }
    }

    /// The polynomials that f is below and above 0 almost everywhere, when their coefficients are rational.
    #[must_use]
    pub fn halves(&self) -> Option<[Polynomial<Rational>; 2]> {
        let rational = |sum: &Sum| {
            let mut coefficients = sum.polynomial()?.iter().map(Exact::as_rational).collect::<Option<Vec<_>>>()?;
            coefficients.resize_with(coefficients.len().max(1), Rational::new);
            Some(Polynomial::new(coefficients).trimmed())
        };
        match (self.pieces.breaks.as_slice(), self.pieces.values.as_slice()) {
            ([], [whole]) => rational(whole).map(|whole| [whole.clone(), whole]),
            ([place], [below, above]) if place.is_zero() => Some([rational(below)?, rational(above)?]),
            _ => None,
        }
    }

    /// The coefficients of f between each two of its [breakpoints](Self::breakpoints), where it is polynomials almost everywhere.
    #[must_use]
    pub fn polynomials(&self) -> Option<(&[Exact], Vec<Vec<Exact>>)> {
        let list = self.pieces.values.iter().map(Sum::polynomial).collect::<Option<Vec<_>>>()?;
        Some((&self.pieces.breaks, list))
    }

    /// The points between which f is one analytic formula each, increasing.
    #[must_use]
    pub fn breakpoints(&self) -> &[Exact] {
        &self.pieces.breaks
    }

    /// Where f jumps, and f(c+) − f(c−); `None` when a jump cannot be told from continuity.
    #[must_use]
    pub fn jumps(&self) -> Option<Vec<(Exact, Exact)>> {
        let mut jumps = Vec::new();
        for (point, sides) in self.pieces.breaks.iter().zip(self.pieces.values.windows(2)) {
            let jump = sides[1].minus(&sides[0]).at(point);
            if !jump.sign()?.is_eq() {
                jumps.push((point.clone(), jump));
            }
        }
        Some(jumps)
    }

    /// Whether E f(Z) exists.
    ///
    /// # Errors
    /// When the mean of a term diverges.
    pub fn exists(&self) -> Result<(), Divergence> {
        self.terms.as_ref().map(|_| ()).map_err(Clone::clone)
    }

    /// E f(Z).
    ///
    /// # Errors
    /// When the mean of a term diverges.
    pub fn expectation(&self) -> Result<Exact, Divergence> {
        Ok(self.coefficients(0)?.swap_remove(0))
    }

    /// H_0 … H_order, exactly.
    ///
    /// # Errors
    /// When the mean of a term diverges.
    pub fn coefficients(&self, order: usize) -> Result<Vec<Exact>, Divergence> {
        let mut coefficients = self.combine(order, &Exact::clone)?;
        for (k, coefficient) in coefficients.iter_mut().enumerate() {
            if self.vanishes(k) {
                *coefficient = Exact::zero();
            }
        }
        Ok(coefficients)
    }

    /// Enclosures of H_0 … H_order with `bits` certain bits each; zeros by parity, and up to order 64 all zeros that the
    /// normal form proves, are exact. A coefficient that stays unseparated from zero has the smallest radius reached.
    ///
    /// # Errors
    /// When the mean of a term diverges.
    pub fn coefficients_ball(&self, order: usize, bits: u32) -> Result<Vec<Ball>, Divergence> {
        let mut working = bits.saturating_add(64);
        let most = if order <= EXACT_ZERO_ORDER { bits.saturating_mul(16) } else { bits.saturating_mul(4) };
        let most = most.saturating_add(4096);
        let provable = order <= EXACT_ZERO_ORDER && !self.is_long(order);
        let mut zeros: Vec<bool> = (0..=order).map(|k| self.vanishes(k)).collect();
        loop {
            let mut balls = self.combine(order, &remembered(working))?;
            for (ball, _) in balls.iter_mut().zip(&zeros).filter(|(_, zero)| **zero) {
                *ball = Ball::zero(bits);
            }
            let sure = |ball: &Ball| ball.is_exact_zero() || (ball.is_finite() && ball.relative_bits() >= f64::from(bits) + 2.0);
            if balls.iter().all(sure) || working >= most {
                return Ok(balls.iter().map(|ball| ball.with_bits(bits.saturating_add(8))).collect());
            }
            if provable {
                zeros = self.coefficients(order)?.iter().map(Exact::is_zero).collect();
            }
            working = working.saturating_mul(2).min(most);
        }
    }

    /// Whether exact coefficients up to `order` would hold too many powers of constants, or too large ones, to be worth their text.
    #[must_use]
    pub fn is_long(&self, order: usize) -> bool {
        is_long(&self.pieces, order)
    }

    /// Whether H_k = 0 by parity.
    fn vanishes(&self, k: usize) -> bool {
        match self.parity {
            Parity::Even => !k.is_multiple_of(2),
            Parity::Odd => k.is_multiple_of(2),
            Parity::Neither => false,
        }
    }

    fn combine<T: Real>(&self, order: usize, lift: &impl Fn(&Exact) -> T) -> Result<Vec<T>, Divergence> {
        let terms = self.terms.as_ref().map_err(Clone::clone)?;
        let mut sum = vec![lift(&Exact::zero()); order + 1];
        for term in terms {
            for (target, value) in sum.iter_mut().zip(term.coefficients(order, lift)) {
                target.add(value);
            }
        }
        Ok(sum)
    }

    /// E f(Z)²; `None` when it leaves the ring, or is not worth its text ([`ClosedForm::is_long`]).
    #[must_use]
    pub fn second_moment(&self) -> Option<Moment> {
        mean_square(&self.pieces)
    }

    /// The same with `bits` certain bits, when it is finite and in the ring, however long.
    #[must_use]
    pub fn second_moment_ball(&self, bits: u32) -> Option<Ball> {
        enclosed_square(&self.pieces, bits)
    }

    /// E f′(Z)² of the weak derivative, infinite when f jumps; `None` as for the second moment.
    #[must_use]
    pub fn derivative_energy(&self) -> Option<Moment> {
        if !self.jumps()?.is_empty() {
            return Some(Moment::Infinite);
        }
        mean_square(&self.pieces.derivative()?)
    }

    /// E f′(Z)² of a function that is shown not to jump, as [`ClosedForm::second_moment_ball`].
    #[must_use]
    pub fn derivative_energy_ball(&self, bits: u32) -> Option<Ball> {
        if !self.jumps()?.is_empty() {
            return None;
        }
        enclosed_square(&self.pieces.derivative()?, bits)
    }

    /// E f(U) g(V) for standard normal U, V with correlation ρ, |ρ| ≤ 1; `None` when it leaves the ring.
    #[must_use]
    pub fn dual(&self, other: &Self, rho: &Exact) -> Option<Exact> {
        let mean = |product: Pieces| if is_long(&product, 0) { None } else { Some(total(&terms(&product).ok()?)) };
        let rest = (&Exact::one() - &(rho * rho)).sign()?;
        if rest.is_lt() {
            return None;
        }
        if rest.is_eq() {
            return mean(self.pieces.times(&other.pieces.rescaled(rho)?)?);
        }
        let one_way = |f: &Pieces, g: &Pieces| {
            let smooth = super::mehler::smoothed(g, rho)?;
            mean(f.map(|sum| sum.times(&smooth))?)
        };
        one_way(&self.pieces, &other.pieces).or_else(|| one_way(&other.pieces, &self.pieces))
    }
}

/// Values at `bits` bits, each monomial computed once.
fn remembered(bits: u32) -> impl Fn(&Exact) -> Ball {
    let values = RefCell::new(Values::new(bits));
    move |constant| values.borrow_mut().of(constant)
}

fn parity(pieces: &Pieces) -> Parity {
    let Some(mirror) = pieces.rescaled(&Exact::from(-1)) else {
        return Parity::Neither;
    };
    let negative = pieces.map(|sum| Some(sum.negated()));
    if mirror == *pieces {
        Parity::Even
    } else if negative.is_some_and(|negative| mirror == negative) {
        Parity::Odd
    } else {
        Parity::Neither
    }
}

fn mean_square(pieces: &Pieces) -> Option<Moment> {
    let square = pieces.times(pieces)?;
    match terms(&square) {
        Ok(_) if is_long(&square, 0) => None,
        Ok(terms) => Some(Moment::Finite(total(&terms))),
        Err(Obstacle::Divergent(_)) => Some(Moment::Infinite),
        Err(Obstacle::NotClosed) => None,
    }
}

fn enclosed_square(pieces: &Pieces, bits: u32) -> Option<Ball> {
    let square = pieces.times(pieces)?;
    let terms = Ok(terms(&square).ok()?);
    let form = ClosedForm { parity: Parity::Neither, pieces: square, terms };
    let ball = form.coefficients_ball(0, bits).ok()?.swap_remove(0);
    (ball.is_finite() && ball.relative_bits() >= f64::from(bits)).then_some(ball)
}
