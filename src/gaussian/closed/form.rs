//! The closed form of a function: exact Hermite coefficients and moments under Z ~ N(0, 1).
//!
//! H_k = E f(Z) He_k(Z) with probabilists' Hermite polynomials; Parseval reads E f² = Σ H_k²/k!. Derivatives are weak:
//! E f′ = H_1 and E f″ = H_2, jumps and kinks included.

use std::cell::RefCell;
use std::collections::BTreeSet;

use rug::{Integer, Rational};

use super::complex::{Complex, Real};
use super::exact::Exact;
use super::normalise;
use super::partition::{Interval, Pieces};
use super::recursion::{Failure, Recursion};
use super::sum::{Polynomial, Shape, Sum, product};
use super::values::Values;
use crate::activation::{Function, Parity, Primitive, hermite_coefficients};
use crate::number::Ball;

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

/// A term on one interval: E[p(Z) g(Z) He_k(Z)] by the recursion of g.
#[derive(Clone, Debug)]
struct Term {
    recursion: Recursion,
    polynomial: Polynomial,
    /// Whether the conjugate term is left out, and twice the real part taken.
    paired: bool,
}

/// The mean of a term does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the Gaussian mean of the term `{term}` diverges; use a function that grows more slowly than exp(x^2/2)")]
pub struct Divergence {
    /// The term of the function, as text.
    pub term: String,
}

/// A moment of a non-negative function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Its value.
    Finite(Exact),
    /// The integral diverges.
    Infinite,
}

/// Why pieces have no expectation in the ring.
enum Obstacle {
    Divergent(Divergence),
    NotClosed,
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
        let mean = |product: Pieces| if is_long(&product, 0) { None } else { expectation(&product).ok() };
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

impl Term {
    /// The contribution to H_0 … H_order.
    fn coefficients<T: Real>(&self, order: usize, lift: &impl Fn(&Exact) -> T) -> Vec<T> {
        let degree = self.polynomial.len() - 1;
        let moments = self.recursion.moments(order + degree + 1, lift);
        let values = if order == 0 || (order + 1) * filled(&self.polynomial) <= degree {
            (0..=order).map(|k| self.in_basis(k, &moments, lift)).collect()
        } else {
            self.by_horner(order, &moments, lift)
        };
        let real = |value: Complex<T>| if self.paired { value.re.scaled(2) } else { value.re };
        values.into_iter().map(real).collect()
    }

    /// E p He_k g, with p He_k in the basis of the He_j.
    fn in_basis<T: Real>(&self, k: usize, moments: &[Complex<T>], lift: &impl Fn(&Exact) -> T) -> Complex<T> {
        let hermite: Polynomial =
            hermite_coefficients(k as u32).into_iter().map(|c| Exact::from(Rational::from(c)).into()).collect();
        let mut sum = Complex { re: lift(&Exact::zero()), im: lift(&Exact::zero()) };
        for (moment, factor) in moments.iter().zip(in_hermite_basis(&product(&self.polynomial, &hermite))) {
            if !factor.is_zero() {
                sum.add_product(moment, &Complex { re: lift(&factor.re), im: lift(&factor.im) });
            }
        }
        sum
    }

    /// Horner's rule in the multiplication by x, H_k(x f) = H_{k+1}(f) + k H_{k−1}(f).
    fn by_horner<T: Real>(&self, order: usize, moments: &[Complex<T>], lift: &impl Fn(&Exact) -> T) -> Vec<Complex<T>> {
        let zero = Complex { re: lift(&Exact::zero()), im: lift(&Exact::zero()) };
        let mut sum: Vec<Complex<T>> = Vec::new();
        for (power, coefficient) in self.polynomial.iter().enumerate().rev() {
            let multiplied = (0..sum.len().saturating_sub(1)).map(|k| match k {
                0 => sum[1].clone(),
                k => sum[k + 1].plus(&sum[k - 1].scaled(k as i64)),
            });
            let mut next: Vec<Complex<T>> = multiplied.collect();
            if !coefficient.is_zero() {
                let coefficient = Complex { re: lift(&coefficient.re), im: lift(&coefficient.im) };
                next.resize_with(order + power + 1, || zero.clone());
                next.iter_mut().zip(moments).for_each(|(sum, moment)| sum.add_product(moment, &coefficient));
            }
            sum = next;
        }
        sum
    }
}

/// How many coefficients are not zero.
fn filled(polynomial: &Polynomial) -> usize {
    polynomial.iter().filter(|coefficient| !coefficient.is_zero()).count()
}

/// c_k with p = Σ c_k He_k, by x^n = Σ_i n!/(2^i i! (n − 2i)!) He_{n−2i}.
fn in_hermite_basis(polynomial: &Polynomial) -> Polynomial {
    let mut basis: Polynomial = vec![Complex::default(); polynomial.len()];
    for (n, coefficient) in polynomial.iter().enumerate().filter(|(_, coefficient)| !coefficient.is_zero()) {
        let mut count = Integer::from(1);
        for i in 0..=n / 2 {
            let factor = Exact::from(Rational::from(&count));
            basis[n - 2 * i] = basis[n - 2 * i].plus(&coefficient.stretched(&factor));
            count *= (n - 2 * i) as u64 * (n - 2 * i).saturating_sub(1) as u64;
            count /= 2 * (i as u64 + 1);
        }
    }
    basis
}

/// Values at `bits` bits, each monomial computed once.
fn remembered(bits: u32) -> impl Fn(&Exact) -> Ball {
    let values = RefCell::new(Values::new(bits));
    move |constant| values.borrow_mut().of(constant)
}

/// Largest exponent that may meet its like in a difference e^a (1 − Φ(c)): each costs 1.44 bits.
const STEEP: f64 = 6000.0;

/// Whether E f² holds differences of exponentials beyond e^[`STEEP`]: with κ = 1/2 − 2α, ∫ e^{−κx² + 2βx} over an interval that
/// is d away from its mode β/κ is about e^{−κd²} of what it is over the line, and the exact form is a difference of the two.
fn is_steep(pieces: &Pieces) -> bool {
    let double = |value: &Exact| value.as_rational().map_or_else(|| value.enclose(53).to_f64(), |value| value.to_f64());
    pieces.intervals().any(|((left, right), sum)| {
        let (left, right) = (left.map_or(f64::NEG_INFINITY, double), right.map_or(f64::INFINITY, double));
        sum.terms().any(|(shape, _)| {
            let (alpha, beta) = (double(&shape.alpha), double(&shape.beta.re));
            let kappa = 0.5 - 2.0 * alpha;
            if kappa <= 0.0 || (alpha == 0.0 && beta == 0.0) {
                return false;
            }
            let mode = beta / kappa;
            let apart = (left - mode).max(mode - right).max(0.0);
            // e^{βx} − e^{βx} Φ(ax + b)
            let plain = Shape { cdfs: Vec::new(), ..shape.clone() };
            let halved = !shape.cdfs.is_empty() && sum.terms().any(|(other, _)| *other == plain);
            kappa * apart * apart > STEEP || (halved && kappa * mode * mode > STEEP)
        })
    })
}

/// The terms of the expectation, with shapes common to all intervals taken over the whole line.
fn terms(pieces: &Pieces) -> Result<Vec<Term>, Obstacle> {
    let mut terms = Vec::new();
    let mut divergence = None;
    for (interval, sum) in pieces.parts() {
        for (shape, polynomial) in sum.terms() {
            let mirror = shape.conj();
            if mirror < *shape {
                continue;
            }
            match Recursion::new(shape, interval) {
                Ok(recursion) => {
                    terms.push(Term { recursion, polynomial: polynomial.clone(), paired: mirror != *shape });
                }
                Err(Failure::NotClosed) => return Err(Obstacle::NotClosed),
                Err(Failure::Divergent) => {
                    divergence.get_or_insert_with(|| Divergence { term: written(shape) });
                }
            }
        }
    }
    divergence.map_or(Ok(terms), |divergence| Err(Obstacle::Divergent(divergence)))
}

/// The exponential of a shape, as text.
fn written(shape: &Shape) -> String {
    let x = Function::x();
    let exponent = [(&shape.alpha, x.powi(2)), (&shape.beta.re, x)]
        .into_iter()
        .filter(|(coefficient, _)| !coefficient.is_zero())
        .map(|(coefficient, power)| coefficient.function().map(|coefficient| coefficient * power))
        .reduce(|a, b| Some(a? + b?))
        .flatten();
    exponent.map_or_else(|| "exp(…)".to_owned(), |exponent| exponent.apply(Primitive::Exp).to_string())
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

fn expectation(pieces: &Pieces) -> Result<Exact, Obstacle> {
    Ok(total(&terms(pieces)?))
}

fn total(terms: &[Term]) -> Exact {
    terms.iter().fold(Exact::zero(), |sum, term| term.coefficients(0, &Exact::clone).iter().fold(sum, |sum, value| &sum + value))
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

/// More powers of transcendental constants than that are not written down (tuned: 0.1 s of work, some thousand digits).
const MOST_POWERS: f64 = 100.0;

/// Nor numbers with more bits than that, by the size of the constants to the power of the degree (tuned likewise).
const MOST_HEIGHT: usize = 3000;

/// Nor what takes more products of coefficients with moments than that (tuned likewise).
const MOST_PRODUCTS: usize = 10_000;

/// Whether the expectation of He_k f, k ≤ `order`, would hold more than [`MOST_POWERS`] or larger numbers than [`MOST_HEIGHT`], as a
/// polynomial of degree d in n constants, or take more than [`MOST_PRODUCTS`].
fn is_long(pieces: &Pieces, order: usize) -> bool {
    // what is common to all intervals has no ends
    are_long(pieces.intervals(), order) && are_long(pieces.parts().iter().map(|(interval, sum)| (*interval, sum)), order)
}

fn are_long<'a>(parts: impl Iterator<Item = (Interval<'a>, &'a Sum)>, order: usize) -> bool {
    let mut products = 0;
    let mut terms = parts.flat_map(|(interval, sum)| sum.terms().map(move |(shape, polynomial)| (interval, shape, polynomial)));
    terms.any(|(interval, shape, polynomial)| {
        let transcendental: BTreeSet<_> = constants(interval, shape).flat_map(Exact::transcendental).collect();
        let degree = order + polynomial.len();
        let height: u32 = constants(interval, shape).map(Exact::height).sum();
        products += filled(polynomial) * degree;
        products > MOST_PRODUCTS
            || degree * height as usize > MOST_HEIGHT
            || (!transcendental.is_empty() && (degree as f64).powi(transcendental.len() as i32) > MOST_POWERS)
    })
}

/// What the moments of a shape on an interval are polynomials in.
fn constants<'a>((left, right): Interval<'a>, shape: &'a Shape) -> impl Iterator<Item = &'a Exact> {
    let rates = [&shape.alpha, &shape.beta.re, &shape.beta.im];
    let cdfs = shape.cdfs.iter().flat_map(|cdf| [&cdf.slope, &cdf.offset]);
    left.into_iter().chain(right).chain(rates).chain(cdfs)
}
