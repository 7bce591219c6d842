//! Sums of p(x) · exp(αx² + βx) · ∏ Φ(ax + b), the functions of the closed class on one interval.
//!
//! α is real, β and the coefficients of p complex (sine and cosine are pairs of conjugate exponentials, so that the sum is
//! real), at most two factors Φ, each with slope a > 0. The constant of the exponent is part of p. The normal form is a map
//! from the shape (α, β, Φ factors) to p: an empty map is the zero function.

use std::collections::BTreeMap;

use rug::Rational;

use super::complex::Complex;
use super::exact::Exact;

/// Bounds on what a normal form may grow to; beyond them the function is left to quadrature.
const MOST_SHAPES: usize = 64;
const MOST_PRODUCTS: usize = 40_000;
/// The recursion and its numbers grow with the degree (tuned: half a second).
const MOST_DEGREE: usize = 400;
/// Products of terms of the coefficients, such as cos(1) and cos(2), that one form may take (tuned: 0.1 s).
pub(super) const MOST_TERMS: usize = 100_000;

/// Φ(slope·x + offset).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cdf {
    pub slope: Exact,
    pub offset: Exact,
}

/// exp(αx² + βx) · ∏ Φ.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shape {
    pub alpha: Exact,
    pub beta: Complex<Exact>,
    pub cdfs: Vec<Cdf>,
}

/// Coefficients of a polynomial, constant first, the last one not zero.
pub(super) type Polynomial = Vec<Complex<Exact>>;

/// A finite sum of polynomials times shapes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sum(BTreeMap<Shape, Polynomial>);

impl Shape {
    pub(super) fn conj(&self) -> Self {
        Self { beta: self.beta.conj(), ..self.clone() }
    }

    fn times(&self, other: &Self) -> Option<Self> {
        let mut cdfs: Vec<Cdf> = self.cdfs.iter().chain(&other.cdfs).cloned().collect();
        cdfs.sort();
        let product = Self { alpha: &self.alpha + &other.alpha, beta: self.beta.plus(&other.beta), cdfs };
        (product.cdfs.len() <= 2).then_some(product)
    }

    /// The shape without its factor `index`, times that factor's density φ(ax + b), and the constant e^(−b²/2)/√(2π).
    pub(super) fn density_of(&self, index: usize) -> (Self, Exact) {
        let mut cdfs = self.cdfs.clone();
        let Cdf { slope, offset } = cdfs.remove(index);
        let alpha = &self.alpha - &(&slope * &slope).halved();
        let beta = self.beta.minus(&(&slope * &offset).into());
        (Self { alpha, beta, cdfs }, offset.normal_density())
    }

    /// The value at c.
    pub(super) fn at(&self, c: &Exact) -> Complex<Exact> {
        let exponent = self.beta.stretched(c).plus(&(&self.alpha * &(c * c)).into());
        let cdfs = self.cdfs.iter().fold(Exact::one(), |product, cdf| &product * &(&(&cdf.slope * c) + &cdf.offset).normal_cdf());
        exponent.exp().stretched(&cdfs)
    }
}

impl Sum {
    /// The degree, when there is no exponential and no Φ.
    pub(super) fn polynomial_degree(&self) -> Option<usize> {
        let plain = Shape::default();
        self.0.keys().all(|shape| *shape == plain).then(|| self.0.get(&plain).map_or(0, |polynomial| polynomial.len().max(1) - 1))
    }

    pub(super) fn constant(value: Exact) -> Self {
        Self::single(Shape::default(), vec![value.into()])
    }

    pub(super) fn x() -> Self {
        Self::single(Shape::default(), vec![Exact::zero().into(), Exact::one().into()])
    }

    pub(super) fn single(shape: Shape, mut polynomial: Polynomial) -> Self {
        trim(&mut polynomial);
        Self(if polynomial.is_empty() { BTreeMap::new() } else { BTreeMap::from([(shape, polynomial)]) })
    }

    /// factor · exp(αx² + βx).
    pub(super) fn exponential(alpha: Exact, beta: Complex<Exact>, factor: Complex<Exact>) -> Self {
        Self::single(Shape { alpha, beta, cdfs: Vec::new() }, vec![factor])
    }

    /// Φ(ax + b), with the slope made positive.
    pub(super) fn cdf(slope: &Exact, offset: &Exact) -> Option<Self> {
        if slope.is_zero() {
            return Some(Self::constant(offset.normal_cdf()));
        }
        if slope.sign()?.is_lt() {
            return Some(Self::constant(Exact::one()).minus(&Self::cdf(&-slope, &-offset)?));
        }
        let cdf = Cdf { slope: slope.clone(), offset: offset.clone() };
        Some(Self::single(Shape { cdfs: vec![cdf], ..Shape::default() }, vec![Exact::one().into()]))
    }

    fn insert(&mut self, shape: &Shape, polynomial: &[Complex<Exact>]) {
        let known = self.0.entry(shape.clone()).or_default();
        for (power, coefficient) in polynomial.iter().enumerate() {
            match known.get_mut(power) {
                Some(target) => *target = target.plus(coefficient),
                None => known.push(coefficient.clone()),
            }
        }
        trim(known);
        if known.is_empty() {
            self.0.remove(shape);
        }
    }

    pub(super) fn terms(&self) -> impl Iterator<Item = (&Shape, &Polynomial)> {
        self.0.iter()
    }

    pub(super) fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// The single term, when there is one.
    pub(super) fn lone(&self) -> Option<(&Shape, &Polynomial)> {
        if self.0.len() == 1 { self.0.iter().next() } else { None }
    }

    /// The polynomial of a sum that is one.
    pub(super) fn polynomial(&self) -> Option<Vec<Exact>> {
        if self.is_zero() {
            return Some(Vec::new());
        }
        let (shape, polynomial) = self.lone().filter(|(shape, _)| **shape == Shape::default())?;
        debug_assert!(shape.cdfs.is_empty());
        polynomial.iter().map(|c| c.real().cloned()).collect()
    }

    /// The constant value of a sum that is one.
    pub(super) fn as_constant(&self) -> Option<Exact> {
        self.polynomial().filter(|p| p.len() <= 1).map(|p| p.into_iter().next().unwrap_or_default())
    }

    pub(super) fn plus(&self, other: &Self) -> Self {
        let mut sum = self.clone();
        for (shape, polynomial) in &other.0 {
            sum.insert(shape, polynomial);
        }
        sum
    }

    pub(super) fn minus(&self, other: &Self) -> Self {
        self.plus(&other.negated())
    }

    pub(super) fn negated(&self) -> Self {
        self.stretched(&Exact::from(-1))
    }

    pub(super) fn stretched(&self, factor: &Exact) -> Self {
        self.multiplied(&[factor.clone().into()])
    }

    /// The product with a polynomial.
    pub(super) fn multiplied(&self, factor: &[Complex<Exact>]) -> Self {
        let mut sum = Self::default();
        for (shape, polynomial) in &self.0 {
            sum.insert(shape, &product(polynomial, factor));
        }
        sum
    }

    /// The product, unless it leaves the class or grows beyond bounds.
    pub(super) fn times(&self, other: &Self) -> Option<Self> {
        let degree = |sum: &Self| sum.0.values().map(Vec::len).max().unwrap_or(0);
        if degree(self) + degree(other) > MOST_DEGREE
            || self.size() * other.size() > MOST_PRODUCTS
            || self.length() * other.length() > MOST_TERMS
        {
            return None;
        }
        let mut sum = Self::default();
        for (shape, p) in &self.0 {
            for (other_shape, q) in &other.0 {
                sum.insert(&shape.times(other_shape)?, &product(p, q));
            }
        }
        (sum.0.len() <= MOST_SHAPES).then_some(sum)
    }

    /// The number of coefficients other than zero.
    fn size(&self) -> usize {
        self.0.values().flatten().filter(|coefficient| !coefficient.is_zero()).count()
    }

    /// The number of terms of all coefficients.
    pub(super) fn length(&self) -> usize {
        self.0.values().flatten().map(|coefficient| coefficient.re.terms.len() + coefficient.im.terms.len()).sum()
    }

    /// 1/f for a single exponential.
    pub(super) fn inverse(&self) -> Option<Self> {
        let (shape, polynomial) = self.lone()?;
        let [factor] = polynomial.as_slice() else {
            return None;
        };
        if !shape.cdfs.is_empty() {
            return None;
        }
        Some(Self::exponential(-&shape.alpha, shape.beta.scaled(-1), factor.inverse()?))
    }

    /// e^f for a polynomial of degree at most two.
    pub(super) fn exp(&self) -> Option<Self> {
        let polynomial = self.polynomial().filter(|p| p.len() <= 3)?;
        let at = |power: usize| polynomial.get(power).cloned().unwrap_or_default();
        Some(Self::exponential(at(2), at(1).into(), at(0).exp().into()))
    }

    /// e^(if) for a polynomial of degree at most one.
    pub(super) fn wave(&self) -> Option<Self> {
        let polynomial = self.polynomial().filter(|p| p.len() <= 2)?;
        let at = |power: usize| polynomial.get(power).cloned().unwrap_or_default();
        let beta = Complex::i().stretched(&at(1));
        Some(Self::exponential(Exact::zero(), beta, Complex::i().stretched(&at(0)).exp()))
    }

    /// f·c for a complex c.
    pub(super) fn turned(&self, factor: &Complex<Exact>) -> Self {
        self.multiplied(std::slice::from_ref(factor))
    }

    /// f(cx) for c ≠ 0.
    pub(super) fn rescaled(&self, c: &Exact) -> Option<Self> {
        let mut sum = Self::default();
        for (shape, polynomial) in &self.0 {
            let mut scaled = Vec::new();
            let mut power = Exact::one();
            for coefficient in polynomial {
                scaled.push(coefficient.stretched(&power));
                power = &power * c;
            }
            let alpha = &shape.alpha * &(c * c);
            let bare = Shape { alpha, beta: shape.beta.stretched(c), cdfs: Vec::new() };
            let mut term = Self::single(bare, scaled);
            for cdf in &shape.cdfs {
                term = term.times(&Self::cdf(&(&cdf.slope * c), &cdf.offset)?)?;
            }
            sum = sum.plus(&term);
        }
        Some(sum)
    }

    pub(super) fn derivative(&self) -> Self {
        let mut sum = Self::default();
        for (shape, polynomial) in &self.0 {
            let slopes: Polynomial = polynomial.iter().enumerate().skip(1).map(|(power, c)| c.scaled(power as i64)).collect();
            sum.insert(shape, &slopes);
            let growth = [shape.beta.clone(), shape.alpha.scaled(&Rational::from(2)).into()];
            sum.insert(shape, &product(polynomial, &growth));
            for (index, cdf) in shape.cdfs.iter().enumerate() {
                let (narrow, factor) = shape.density_of(index);
                sum.insert(&narrow, &product(polynomial, &[(&factor * &cdf.slope).into()]));
            }
        }
        sum
    }

    /// The value at c.
    pub(super) fn at(&self, c: &Exact) -> Exact {
        self.0.iter().fold(Exact::zero(), |sum, (shape, polynomial)| {
            let value = polynomial
                .iter()
                .rev()
                .fold(Complex::default(), |value: Complex<Exact>, coefficient| value.stretched(c).plus(coefficient));
            &sum + &value.times(&shape.at(c)).re
        })
    }
}

fn trim(polynomial: &mut Polynomial) {
    while polynomial.last().is_some_and(Complex::is_zero) {
        polynomial.pop();
    }
}

pub(super) fn product(p: &[Complex<Exact>], q: &[Complex<Exact>]) -> Polynomial {
    let mut result = vec![Complex::default(); (p.len() + q.len()).saturating_sub(1)];
    let nonzero = |polynomial: &[Complex<Exact>]| {
        let indices = (0..polynomial.len()).filter(|index| !polynomial[*index].is_zero());
        indices.collect::<Vec<usize>>()
    };
    let others = nonzero(q);
    for i in nonzero(p) {
        for j in others.iter().copied() {
            result[i + j] = result[i + j].plus(&p[i].times(&q[j]));
        }
    }
    result
}
