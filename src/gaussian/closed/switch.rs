//! Where a function of the closed class is positive, negative or zero: the switches of abs, sign, step, max, min, piecewise.
//!
//! Roots are found where they are certainly all found: polynomials that split into rational and quadratic factors (also in
//! x²), such a polynomial times a positive factor, differences of two exponentials, and erf. The signs between them are then
//! decided at rational points. Anything else is left to the caller (`None`).

use std::cmp::Ordering;

use rug::{Integer, Rational};

use super::exact::Exact;
use super::partition::{Partition, Pieces};
use super::sum::{Cdf, Shape, Sum};
use crate::number::Polynomial;

/// Largest leading or constant coefficient whose divisors are tried as rational roots.
const LARGEST_TRIED: u32 = 1_000_000;

/// The sign of `function` on each interval of a partition.
pub(super) fn signs(function: &Pieces) -> Option<Partition<Ordering>> {
    let mut joint = Partition::uniform(Ordering::Equal);
    let parts = function.values.iter().map(signs_of_sum).collect::<Option<Vec<_>>>()?;
    for (index, part) in parts.iter().enumerate() {
        let chosen = Partition { breaks: function.breaks.clone(), values: (0..=function.breaks.len()).collect() };
        let local = chosen.zip(part, |at, sign| Some(if *at == index { *sign } else { Ordering::Equal }))?;
        joint = joint.zip(&local, |a, b| Some(if a.is_eq() { *b } else { *a }))?;
    }
    Some(joint)
}

fn signs_of_sum(sum: &Sum) -> Option<Partition<Ordering>> {
    if sum.is_zero() {
        return Some(Partition::uniform(Ordering::Equal));
    }
    let breaks = sorted(roots(sum)?)?;
    let values = samples(&breaks)?.into_iter().map(|point| sum.at(&point.into()).sign()).collect::<Option<_>>()?;
    Some(Partition { breaks, values })
}

fn sorted(mut points: Vec<Exact>) -> Option<Vec<Exact>> {
    let mut ordered: Vec<Exact> = Vec::new();
    while let Some(point) = points.pop() {
        let mut place = 0;
        while place < ordered.len() && ordered[place].compare(&point)?.is_lt() {
            place += 1;
        }
        if ordered.get(place) != Some(&point) {
            ordered.insert(place, point);
        }
    }
    Some(ordered)
}

/// A rational point inside each interval between the sorted `breaks`.
fn samples(breaks: &[Exact]) -> Option<Vec<Rational>> {
    if breaks.is_empty() {
        return Some(vec![Rational::new()]);
    }
    let balls: Vec<_> = breaks.iter().map(|point| point.enclose(512)).collect();
    let bound = |float: rug::Float| float.to_rational();
    let mut points = vec![bound(balls.first()?.low())? - 1u32];
    for pair in balls.windows(2) {
        if !pair[0].compare(&pair[1])?.is_lt() {
            return None;
        }
        points.push((bound(pair[0].high())? + bound(pair[1].low())?) / 2u32);
    }
    points.push(bound(balls.last()?.high())? + 1u32);
    Some(points)
}

/// All real roots of a sum that is not zero.
fn roots(sum: &Sum) -> Option<Vec<Exact>> {
    if let Some((shape, polynomial)) = sum.lone() {
        let real: Vec<Exact> = polynomial.iter().map(|c| c.real().cloned()).collect::<Option<_>>()?;
        return shape.beta.real().and_then(|_| polynomial_roots(&real));
    }
    let terms: Vec<_> = sum.terms().collect();
    let [(one, p), (two, q)] = terms.as_slice() else {
        return None;
    };
    let ([p], [q]) = (p.as_slice(), q.as_slice()) else {
        return None;
    };
    let (p, q) = (p.real()?, q.real()?);
    if **one == Shape::default() && two.alpha.is_zero() && two.beta.is_zero() {
        return cdf_level(&two.cdfs, &-&(p * &q.inverse()?));
    }
    crossing(one, p, two, q)
}

/// The roots of p e^a + q e^b: where b − a = ln(−p/q).
fn crossing(one: &Shape, p: &Exact, two: &Shape, q: &Exact) -> Option<Vec<Exact>> {
    if !one.cdfs.is_empty() || !two.cdfs.is_empty() {
        return None;
    }
    let slope = two.beta.real()? - one.beta.real()?;
    let ratio = -&(p * &q.inverse()?);
    if ratio.sign()?.is_lt() {
        return Some(Vec::new());
    }
    let level = ratio.logarithm()?;
    polynomial_roots(&[-&level, slope, &two.alpha - &one.alpha])
}

/// Where Φ(ax + b) takes the value `level`: nowhere outside (0, 1), at −b/a for 1/2.
fn cdf_level(cdfs: &[Cdf], level: &Exact) -> Option<Vec<Exact>> {
    let [cdf] = cdfs else { return None };
    if level.sign()?.is_le() || level.compare(&Exact::one())?.is_ge() {
        return Some(Vec::new());
    }
    if *level != Exact::one().halved() {
        return None;
    }
    polynomial_roots(&[cdf.offset.clone(), cdf.slope.clone()])
}

fn polynomial_roots(coefficients: &[Exact]) -> Option<Vec<Exact>> {
    let degree = coefficients.iter().rposition(|c| !c.is_zero())?;
    let lowest = coefficients.iter().position(|c| !c.is_zero())?;
    let mut roots = if lowest > 0 { vec![Exact::zero()] } else { Vec::new() };
    roots.extend(nonzero_roots(&coefficients[lowest..=degree])?);
    Some(roots)
}

/// The roots of a polynomial with first and last coefficient not zero.
fn nonzero_roots(p: &[Exact]) -> Option<Vec<Exact>> {
    match p {
        [_] => return Some(Vec::new()),
        [c, b] => return Some(vec![-&(c * &b.inverse()?)]),
        [c, b, a] => return quadratic_roots(a, b, c),
        _ => {}
    }
    if p.iter().skip(1).step_by(2).all(Exact::is_zero) {
        let squares: Vec<Exact> = p.iter().step_by(2).cloned().collect();
        let mut roots = Vec::new();
        for square in nonzero_roots(&squares)? {
            if square.sign()?.is_gt() {
                let root = square.sqrt()?;
                roots.push(-&root);
                roots.push(root);
            }
        }
        return Some(roots);
    }
    let rational = Polynomial::new(p.iter().map(Exact::as_rational).collect::<Option<_>>()?);
    let root = rational_root(&rational)?;
    let mut roots = vec![Exact::from(root.clone())];
    let (rest, _) = rational.divide(&Polynomial::new(vec![-root, Rational::from(1)]));
    roots.extend(nonzero_roots(&rest.coefficients.into_iter().map(Exact::from).collect::<Vec<_>>())?);
    Some(roots)
}

fn quadratic_roots(a: &Exact, b: &Exact, c: &Exact) -> Option<Vec<Exact>> {
    let discriminant = &(b * b) - &(a * c).scaled(&Rational::from(4));
    if discriminant.sign()?.is_lt() {
        return Some(Vec::new());
    }
    let root = discriminant.sqrt()?;
    let half = a.inverse()?.halved();
    Some(vec![&(&-b - &root) * &half, &(&root - b) * &half])
}

/// A rational root p/q: p divides the constant and q the leading coefficient of the integer polynomial.
fn rational_root(p: &Polynomial<Rational>) -> Option<Rational> {
    let common = p.coefficients.iter().fold(Integer::from(1), |lcm, c| lcm.lcm(c.denom()));
    let integer = |c: &Rational| Rational::from(c * &common).numer().clone();
    let first = integer(p.coefficients.first()?).abs().to_u32().filter(|n| *n <= LARGEST_TRIED)?;
    let last = integer(p.coefficients.last()?).abs().to_u32().filter(|n| *n <= LARGEST_TRIED)?;
    for q in divisors(last) {
        for numerator in divisors(first) {
            let candidate = Rational::from((numerator, q));
            for candidate in [Rational::from(-&candidate), candidate] {
                if p.evaluate(&candidate).is_zero() {
                    return Some(candidate);
                }
            }
        }
    }
    None
}

fn divisors(n: u32) -> Vec<u32> {
    (1..=n).take_while(|d| d * d <= n).filter(|d| n.is_multiple_of(*d)).flat_map(|d| [d, n / d]).collect()
}
