//! Every root of the equation at one z, with the signs that tell the Stieltjes transform from the others.
//!
//! "Im m > 0" alone admits up to three of the four roots. Exactly one root has Im m > 0 and Im z m > 0, and exactly one has
//! Im q < 0 and Im w > 0; they are the same (docs/mathematics.md, 'Which root'). On the real axis outside the support the
//! physical root is the real one with z′(q) < 0 and w′(q) < 0.

use std::cmp::Ordering;

use super::parameters::{Normal, Parameters};
use super::shape::Shape;
use super::sheet::Place;
use crate::number::{Ball, ComplexBall, enclose_roots};
use crate::spectrum::{Argument, LawError};

/// One root of the equation.
#[derive(Clone, Debug)]
pub struct Branch {
    /// Its point on the curve, in units of 1/θ₁.
    pub q: ComplexBall,
    /// The candidate for m(z).
    pub m: ComplexBall,
    /// The signs it has.
    pub signs: Signs,
    /// Whether it is the Stieltjes transform (in the support: its limit from above).
    pub admissible: bool,
}

/// The signs of a root, for z in the closed upper half plane (a z below it is reflected first).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signs {
    /// Im q < 0.
    pub q: bool,
    /// Im w > 0.
    pub w: bool,
    /// Im m > 0.
    pub m: bool,
    /// Im z m > 0.
    pub zm: bool,
    /// Im m̃ > 0, of the companion law.
    pub companion: bool,
    /// Im z m̃ > 0.
    pub z_companion: bool,
}

/// All roots at z ≠ 0, as many as the degree of the equation (4, 3 for linear f, 2 for θ₂ = 0); a multiple one, as at an edge, is
/// listed as often, and is admissible once.
///
/// # Errors
/// [`LawError::AtZero`] for z = 0, [`LawError::MoreBits`] when the roots or a sign are not separated.
pub fn branches(parameters: &Parameters, z: &Argument, bits: u32) -> Result<Vec<Branch>, LawError> {
    let orders = z.orders(&parameters.theta1);
    let mut normal = parameters.normal(bits, orders)?;
    if let Some(closeness) = normal.exact_scaled(z.rational()).and_then(|x| normal.closeness(&x)) {
        normal = parameters.normal(bits, orders + closeness)?;
    }
    let value = z.ball(normal.bits);
    if value.re.is_exact_zero() && value.im.is_exact_zero() {
        return Err(LawError::AtZero);
    }
    if parameters.shape == Shape::Null {
        return null_branch(&value);
    }
    let below = value.im_sign().ok_or(LawError::MoreBits)? == Ordering::Less;
    let upper = normal.scaled_down(&if below { value.conj() } else { value });
    let real = upper.im.is_exact_zero();
    let roots = enclose_roots(&normal.equation_in_q(&upper), normal.bits);
    // at an edge there is a multiple root, which no precision separates
    let exact = normal.exact_scaled(z.rational()).filter(|_| real && roots.is_none());
    let roots = roots.or_else(|| normal.exact_roots(&exact?)).ok_or(LawError::MoreBits)?;
    let mut found = roots.iter().map(|q| branch(&normal, &upper, q)).collect::<Option<Vec<_>>>().ok_or(LawError::MoreBits)?;
    if real {
        let (Place::Outside(physical) | Place::Inside(physical) | Place::Edge(physical)) =
            normal.place(&upper.re, normal.exact_scaled(z.rational()).as_ref())?;
        let chosen = roots.iter().position(|q| q.overlaps(&physical));
        for (k, branch) in found.iter_mut().enumerate() {
            branch.admissible = chosen == Some(k);
        }
    }
    if found.iter().filter(|branch| branch.admissible).count() != 1 {
        return Err(LawError::MoreBits);
    }
    for branch in found.iter_mut().filter(|_| below) {
        (branch.q, branch.m) = (branch.q.conj(), branch.m.conj());
    }
    Ok(found)
}

/// One root with its signs, admissible by those of q and w.
fn branch(normal: &Normal, z: &ComplexBall, q: &ComplexBall) -> Option<Branch> {
    let curve = normal.complex_curve();
    let m = curve.m(q);
    let (u, companion_u, w) = (curve.u(q), curve.companion_u(q), curve.w(q));
    // z m = −u and z m̃ = −U
    let companion = -&(&companion_u / z);
    let has = |part: &Ball, wanted: Ordering| part.sign().map(|sign| sign == wanted);
    let signs = Signs {
        q: has(&q.im, Ordering::Less)?,
        w: has(&w.im, Ordering::Greater)?,
        m: has(&m.im, Ordering::Greater)?,
        zm: has(&u.im, Ordering::Less)?,
        companion: has(&companion.im, Ordering::Greater)?,
        z_companion: has(&companion_u.im, Ordering::Less)?,
    };
    let scaled = |value: &ComplexBall| ComplexBall { re: &value.re / &normal.theta1, im: &value.im / &normal.theta1 };
    Some(Branch { q: scaled(q), m: scaled(&m), signs, admissible: signs.q && signs.w })
}

/// f = 0: the one root −1/z.
fn null_branch(z: &ComplexBall) -> Result<Vec<Branch>, LawError> {
    let q = z.inverse();
    let upper = q.im.sign().ok_or(LawError::MoreBits)?;
    let inside = upper != Ordering::Equal;
    let signs = Signs { q: inside, w: inside, m: inside, zm: false, companion: inside, z_companion: false };
    Ok(vec![Branch { m: -&q, q, signs, admissible: true }])
}
