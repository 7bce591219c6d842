//! Exponents of a teacher g, a function of x, or of x1 … x9 (theory: Ben Arous et al. 2003.10409; Damian et al. 2403.05529; Abbe et
//! al. 2202.08658): how many samples its directions take.
//!
//! Information exponent: the least k ≥ 1 with E g He_k ≠ 0. Generative exponent: the least k with E[He_k(Z) | g(Z)] not identically 0,
//! that is the least information exponent of a function of g. From above it is bounded by powers of g, |g| and 1{g > 0}, each by one
//! Gaussian integral that is told from 0; from below by symmetry alone: for even g all odd k drop out. What is not told from 0 for the
//! functions tried is not claimed to be 0. Leap: with S the multi-indices of the Hermite coefficients of a polynomial and U the directions
//! known so far, the largest least number of unknown factors that a step needs.

use std::collections::BTreeMap;

use rug::{Integer, Rational};

use super::doubt::Doubt;
use super::error::TheoryError;
use super::work::Work;
use super::zero::is_zero;
use crate::activation::{Function, Parity, Primitive, Several};
use crate::gaussian::polynomials::polynomial;
use crate::gaussian::{Exact, GaussianError};

/// Orders that are looked at.
const FIRST_ORDER: usize = 12;
const MOST_ORDER: usize = 48;
/// Powers of g that are tried.
const MOST_POWER: i32 = 6;

/// The exponents of a teacher.
#[derive(Clone, Debug)]
pub struct Exponents {
    /// The information exponent; none where every coefficient that is looked at is zero.
    pub information: Option<usize>,
    /// Bounds of the generative exponent; none for several directions.
    pub generative: Option<Generative>,
    /// The leap.
    pub leap: Option<usize>,
}

/// Bounds of the generative exponent.
#[derive(Clone, Debug)]
pub struct Generative {
    /// From above.
    pub at_most: usize,
    /// By which function of g.
    pub by: Transformation,
    /// From below.
    pub at_least: usize,
}

/// A function of g.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transformation {
    /// A power.
    Power(i32),
    /// |g|.
    Abs,
    /// 1{g > 0}.
    Indicator,
}

/// Of a function of one variable.
///
/// # Errors
/// A function without Gaussian data.
pub fn exponents(work: &Work, g: &Function) -> Result<Exponents, TheoryError> {
    let Some(information) = information(work, g)? else {
        let reason = format!("information, generative, leap: no coefficient up to order {MOST_ORDER} is told from zero");
        work.doubt(Doubt::Undefined { fields: &["information", "generative", "leap"], reason });
        return Ok(Exponents { information: None, generative: None, leap: None });
    };
    let even = work.gaussian(g, &Function::one())?.parity() == Parity::Even;
    let at_least = if even { 2 } else { 1 };
    let (mut at_most, mut by) = (information, Transformation::Power(1));
    let tried = (2..=MOST_POWER).map(Transformation::Power).chain([Transformation::Abs, Transformation::Indicator]);
    for transformation in tried {
        if at_most == at_least {
            break;
        }
        if let Some(k) = told_from_zero(work, &transformation.of(g), at_most)? {
            (at_most, by) = (k, transformation);
        }
    }
    let generative = Some(Generative { at_most, by, at_least });
    Ok(Exponents { information: Some(information), generative, leap: Some(information) })
}

impl Transformation {
    fn of(self, g: &Function) -> Function {
        match self {
            Self::Power(j) => g.powi(j),
            Self::Abs => g.apply(Primitive::Abs),
            Self::Indicator => g.apply(Primitive::Step),
        }
    }
}

/// The least k ≥ 1 with E g He_k ≠ 0.
fn information(work: &Work, g: &Function) -> Result<Option<usize>, TheoryError> {
    let data = work.gaussian(g, &Function::one())?;
    for order in [FIRST_ORDER, MOST_ORDER] {
        for (k, value) in data.hermite(order, work.bits, work.job)?.iter().enumerate().skip(1) {
            if !is_zero(work, value, &format!("coefficient {k} of the teacher"))? {
                return Ok(Some(k));
            }
        }
    }
    Ok(None)
}

/// The least k with 1 ≤ k < `below` for which E t He_k is told from 0; a t without such integrals says nothing.
fn told_from_zero(work: &Work, t: &Function, below: usize) -> Result<Option<usize>, TheoryError> {
    let found =
        work.data.gaussian.data(t, &Function::one(), work.job).and_then(|data| data.hermite(below - 1, work.bits, work.job));
    match found {
        Ok(values) => Ok(values.iter().enumerate().skip(1).find(|(_, value)| !value.ball.contains_zero()).map(|(k, _)| k)),
        Err(GaussianError::Stopped(why)) => Err(why.into()),
        Err(_) => Ok(None),
    }
}

/// Of a polynomial in several directions.
///
/// # Errors
/// Anything else.
pub fn exponents_of_several(g: &Several) -> Result<Exponents, TheoryError> {
    let indices = multi_indices(g)?;
    let information = indices.iter().map(|alpha| alpha.values().sum()).min();
    let mut known: Vec<usize> = Vec::new();
    let mut leap = None;
    loop {
        let unknown = |alpha: &BTreeMap<usize, usize>| -> usize {
            alpha.iter().filter(|(direction, _)| !known.contains(direction)).map(|(_, k)| k).sum()
        };
        let Some(least) = indices.iter().map(unknown).filter(|count| *count > 0).min() else { break };
        let reached: Vec<usize> =
            indices.iter().filter(|alpha| unknown(alpha) == least).flat_map(|alpha| alpha.keys().copied()).collect();
        known.extend(reached);
        leap = leap.max(Some(least));
    }
    Ok(Exponents { information, generative: None, leap })
}

/// The multi-indices α ≠ 0 of the Hermite coefficients that are not zero.
fn multi_indices(g: &Several) -> Result<Vec<BTreeMap<usize, usize>>, TheoryError> {
    let refused = |part: &Function| TheoryError::Refused {
        message: format!("the leap is that of a polynomial in x1 ... x9, and {part:#} is none"),
        help: "a function of one variable has its information exponent as leap".to_owned(),
    };
    let mut sums: BTreeMap<BTreeMap<usize, usize>, Exact> = BTreeMap::new();
    for term in g.terms() {
        let constant = Exact::of_constant(&term.constant).ok_or_else(|| refused(&term.constant))?;
        let mut products = vec![(BTreeMap::new(), Rational::from(1))];
        for (direction, factor) in &term.factors {
            let series = hermite_series(&polynomial(factor).ok_or_else(|| refused(factor))?.coefficients);
            let times = |(alpha, value): &(BTreeMap<usize, usize>, Rational)| -> Vec<_> {
                let present = series.iter().enumerate().filter(|(_, c)| !c.is_zero());
                let next = present.map(|(k, c)| {
                    let mut alpha = alpha.clone();
                    if k > 0 {
                        alpha.insert(*direction, k);
                    }
                    (alpha, Rational::from(value * c))
                });
                next.collect()
            };
            products = products.iter().flat_map(times).collect();
        }
        for (alpha, value) in products {
            let sum = sums.entry(alpha).or_insert_with(Exact::zero);
            *sum = &*sum + &constant.scaled(&value);
        }
    }
    Ok(sums.into_iter().filter(|(alpha, sum)| !alpha.is_empty() && !sum.is_zero()).map(|(alpha, _)| alpha).collect())
}

/// Σ a_n xⁿ in terms of He_k, by x He_k = He_{k+1} + k He_{k−1}.
fn hermite_series(coefficients: &[Rational]) -> Vec<Rational> {
    let mut series: Vec<Rational> = Vec::new();
    for a in coefficients.iter().rev() {
        let mut next = vec![Rational::new(); series.len() + 1];
        for (k, c) in series.iter().enumerate() {
            next[k + 1] += c;
            if k > 0 {
                next[k - 1] += Rational::from(c * Integer::from(k));
            }
        }
        next[0] += a;
        series = next;
    }
    series
}
