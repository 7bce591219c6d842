//! The edges of the support: critical values of z(q) that pass the true-edge test of Silverstein and Choi.
//!
//! All complex roots of the critical polynomial (degree 5, or 3, 2, 1 after exact reductions; docs/mathematics.md, 'Edges,
//! bulks, mass at 0') are enclosed in disjoint rectangles, so none is missed. A real root is an edge when s² > θ₂ c q² there;
//! the others (negative, or over z = 0) are spurious. A hard edge at 0 is decided by the tie rule on exact ratios, never by a
//! polynomial.

use std::cmp::Ordering;

use rug::Rational;

use super::exact::{hard_edge, zero_of_u};
use super::parameters::{Normal, Parameters};
use super::shape::Shape;
use super::sheet::{enclose_rational_roots, square_free};
use crate::number::{Ball, ComplexBall, Polynomial, approximate_roots, centers, enclose_near, enclose_roots};
use crate::spectrum::LawError;

/// One end of a bulk.
#[derive(Clone, Debug)]
pub struct Edge {
    /// Where it is; exactly zero for a hard edge.
    pub position: Ball,
    /// The density behaves like |x − position|^exponent: 1/2 at a soft edge, −1/2 or −2/3 at a hard one.
    pub exponent: Rational,
    /// Its point q on the curve; none where that point is infinite.
    pub q: Option<Ball>,
}

/// The bulks [lower edge, upper edge] of the support, from the lowest, without the atom at 0.
///
/// Two bulks that touch in a point count as one.
///
/// # Errors
/// [`LawError::MoreBits`] when the precision does not separate the critical points.
pub fn edges(parameters: &Parameters, bits: u32) -> Result<Vec<[Edge; 2]>, LawError> {
    if parameters.shape == Shape::Null {
        return Ok(Vec::new());
    }
    let normal = parameters.normal(bits, 0.0)?;
    let mut ends: Vec<Edge> = hard_edge(parameters).into_iter().map(|exponent| at_zero(&normal, exponent)).collect();
    ends.extend(soft_edges(&normal)?);
    let mut undecided = false;
    ends.sort_by(|a, b| {
        a.position.compare(&b.position).unwrap_or_else(|| {
            undecided = true;
            Ordering::Equal
        })
    });
    if undecided || ends.len() % 2 == 1 {
        return Err(LawError::MoreBits);
    }
    let mut bulks = Vec::with_capacity(ends.len() / 2);
    let mut ends = ends.into_iter();
    while let (Some(low), Some(high)) = (ends.next(), ends.next()) {
        bulks.push([low, high]);
    }
    Ok(bulks)
}

fn at_zero(normal: &Normal, exponent: Rational) -> Edge {
    let finite = normal.gamma == 1 && (normal.shape != Shape::Linear || normal.psi != 1);
    Edge { position: Ball::zero(normal.bits), exponent, q: finite.then(|| &zero_of_u(normal) / &normal.theta1) }
}

fn soft_edges(normal: &Normal) -> Result<Vec<Edge>, LawError> {
    let curve = normal.complex_curve();
    let mut found = Vec::new();
    for q in critical_points(normal).ok_or(LawError::MoreBits)? {
        if !q.im.is_exact_zero() {
            continue;
        }
        let inner = curve.inner_sign(&q).re;
        if inner.is_negative() {
            continue;
        }
        let position = &curve.z(&q).re * &normal.theta1;
        if !inner.is_positive() || !position.is_positive() {
            return Err(LawError::MoreBits);
        }
        found.push(Edge { position, exponent: Rational::from((1, 2)), q: Some(&q.re / &normal.theta1) });
    }
    Ok(found)
}

/// Where two bulks touch, when that is known exactly: a critical point of even order.
pub(crate) fn touching_point(normal: &Normal) -> Option<Ball> {
    let polynomial = normal.exact.as_ref()?.critical(normal.shape, normal.gamma == 1).trimmed();
    let curve = normal.complex_curve();
    let inside = |q: &ComplexBall| q.im.is_exact_zero() && curve.inner_sign(q).re.is_positive();
    let touch = multiple_roots(&polynomial, normal.bits)?.into_iter().find(inside)?;
    Some(&curve.z(&touch).re * &normal.theta1).filter(Ball::is_positive)
}

/// The multiple roots of a polynomial.
fn multiple_roots(polynomial: &Polynomial<Rational>, bits: u32) -> Option<Vec<ComplexBall>> {
    let multiple = square_free(&polynomial.gcd(&polynomial.derivative()));
    if multiple.degree() == 0 { None } else { enclose_rational_roots(&multiple, bits) }
}

/// The critical points of odd order.
fn critical_points(normal: &Normal) -> Option<Vec<ComplexBall>> {
    let square = normal.gamma == 1;
    let Some(exact) = &normal.exact else {
        let polynomial = normal.curve.critical(normal.shape, square).map(|a| ComplexBall::real(a.clone()));
        return enclose_roots(&polynomial, normal.bits).or_else(|| in_two_charts(normal, &polynomial));
    };
    let polynomial = exact.critical(normal.shape, square).trimmed();
    let balls = polynomial.map(|a| ComplexBall::real(Ball::rational(a, normal.bits)));
    if let Some(roots) = enclose_roots(&balls, normal.bits).or_else(|| in_two_charts(normal, &balls)) {
        return Some(roots);
    }
    let double = multiple_roots(&polynomial, normal.bits)?;
    let mut roots = enclose_rational_roots(&square_free(&polynomial), normal.bits)?;
    roots.retain(|root| !double.iter().any(|other| root.overlaps(other)));
    Some(roots)
}

/// The critical points when θ₂ is small: three lie near the pole q = 1/c, at distances s = 1 − c q of the order of √θ₂ and θ₂, and
/// are separated as roots of the same polynomial in s; the others by that in q.
fn in_two_charts(normal: &Normal, in_q: &Polynomial<ComplexBall>) -> Option<Vec<ComplexBall>> {
    if normal.shape != Shape::General {
        return None;
    }
    let bits = normal.bits;
    let curve = normal.complex_curve();
    let in_s = normal.curve.critical_near_pole(normal.gamma == 1).map(|a| ComplexBall::real(a.clone()));
    let is_near = |s: &ComplexBall| s.mid().abs().real().to_f64() <= 0.5;
    let far = approximate_roots(&centers(in_q, bits)).into_iter().filter(|q| !is_near(&curve.s(&ComplexBall::point(q))));
    let near = approximate_roots(&centers(&in_s, bits)).into_iter().filter(|s| is_near(&ComplexBall::point(s)));
    let far = enclose_near(in_q, &far.collect::<Vec<_>>())?;
    let near = enclose_near(&in_s, &near.collect::<Vec<_>>())?;
    let apart = far.iter().map(|q| curve.s(q)).all(|s| near.iter().all(|other| !s.overlaps(other)));
    let complete = apart && far.len() + near.len() == in_q.degree();
    let one = ComplexBall::real(Ball::integer(1, bits));
    let inverse_c = curve.c.inverse();
    complete.then(|| far.into_iter().chain(near.iter().map(|s| &(&one - s) * &inverse_c)).collect())
}
