//! The outliers of a bulk under perturbations: which survive, and where.

use rug::Float;

use super::determinant::{Bulk, determinant};
use super::search::simple_roots;
use super::{Expansion, Origin, Perturbation};
use crate::number::Ball;
use crate::spectrum::{Curve, LawError, Parameters, edges};

/// A candidate for an outlier.
#[derive(Clone, Debug)]
pub struct Outlier {
    /// What makes it.
    pub origin: Origin,
    /// Its squared amplitude, in units of the eigenvalues; for [`Origin::Mean`] the coefficient of n₁.
    pub strength: Ball,
    /// The strength at which it would leave the upper edge alone, without the other perturbations.
    pub threshold: Ball,
    /// Whether it leaves the bulk; none when this precision does not tell it from the edge.
    pub survives: Option<bool>,
    /// Its position, when it survives; none for [`Origin::Mean`], which grows like n₁.
    pub position: Option<Ball>,
    /// The squared cosine between its singular vector and the vector that makes it, on the side of that vector (the left one
    /// for [`Origin::NormW`] and [`Origin::Skew`], the right one for [`Origin::NormX`]). For several outliers in one place it
    /// is that of their common space. None where it does not survive or perturbations meet.
    pub alignment: Option<Ball>,
}

/// Guard bits of the determinant (tuned: its coefficients are products of at most four forms).
const GUARD: u32 = 64;

/// Every candidate: those of order n first, then by position from the highest, then those that do not survive.
///
/// Where perturbations meet, roots and perturbations are matched by size: the highest outlier bears the name of the strongest.
///
/// # Errors
/// [`LawError::MoreBits`] when the precision does not isolate the roots.
pub fn outliers(
    parameters: &Parameters,
    expansion: &Expansion,
    perturbations: &[Perturbation],
    bits: u32,
) -> Result<Vec<Outlier>, LawError> {
    let bits = bits + GUARD;
    let bulks = edges(parameters, bits)?;
    let Some(top) = bulks.last().and_then(|[_, upper]| upper.q.clone()) else { return Ok(Vec::new()) };
    let psi = Ball::rational(&parameters.psi, bits);
    let curve = Curve {
        delta: &parameters.theta1 - &parameters.theta2,
        theta2: parameters.theta2.clone(),
        c: &parameters.theta2 / &psi,
        gamma: Ball::rational(&parameters.gamma(), bits),
    };
    let linear = if parameters.theta2.is_exact_zero() { Ball::zero(bits) } else { &expansion.0[1] / &psi.sqrt() };
    let bulk = Bulk { c: curve.c.clone(), linear };
    let gaps: Vec<[Ball; 2]> = bulks.windows(2).filter_map(|pair| Some([pair[1][0].q.clone()?, pair[0][1].q.clone()?])).collect();
    let mut found = Vec::new();
    for group in groups(perturbations, !bulk.linear.is_exact_zero()) {
        found.extend(of_group(&curve, &bulk, &group, &top, &gaps, bits)?);
    }
    let rank = |outlier: &Outlier| match (&outlier.position, outlier.survives) {
        (Some(position), _) => (1, -position.to_f64()),
        (None, Some(true)) => (0, 0.0),
        (None, _) => (2, -outlier.strength.to_f64()),
    };
    found.sort_by(|a, b| rank(a).0.cmp(&rank(b).0).then(rank(a).1.total_cmp(&rank(b).1)));
    Ok(found)
}

/// The perturbations in groups that meet within and not across.
fn groups(perturbations: &[Perturbation], linear: bool) -> Vec<Vec<&Perturbation>> {
    let mut groups: Vec<Vec<&Perturbation>> = Vec::new();
    for perturbation in perturbations {
        let (met, apart): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|group| group.iter().any(|other| perturbation.meets(other, linear)));
        groups = apart;
        groups.push(met.into_iter().flatten().chain([perturbation]).collect());
    }
    groups
}

fn of_group(
    curve: &Curve<Ball>,
    bulk: &Bulk,
    group: &[&Perturbation],
    top: &Ball,
    gaps: &[[Ball; 2]],
    bits: u32,
) -> Result<Vec<Outlier>, LawError> {
    let polynomial = determinant(bulk, group);
    let mut tie = false;
    let mut roots = Vec::new();
    let above = [Ball::zero(bits), top.clone()];
    for [low, high] in std::iter::once(&above).chain(gaps) {
        let mut end = high.low();
        if polynomial.evaluate(high).sign().is_none() {
            tie = true;
            end = Float::with_val(bits, &end - Float::with_val(bits, end.abs_ref()) * Float::with_val(bits, 2f64.powi(-10)));
        }
        if !low.is_exact_zero() && polynomial.evaluate(low).sign().is_none() {
            return Err(LawError::MoreBits);
        }
        roots.extend(simple_roots(&polynomial, &low.high(), &end, bits).ok_or(LawError::MoreBits)?);
    }
    let mut places = roots.iter();
    let mut candidates: Vec<&Perturbation> = group.to_vec();
    candidates.sort_by(|a, b| {
        let key = |perturbation: &Perturbation| (!perturbation.grows, -perturbation.amplitude.to_f64().abs());
        key(a).partial_cmp(&key(b)).unwrap_or(std::cmp::Ordering::Equal)
    });
    let mut found = Vec::new();
    for perturbation in &candidates {
        let q = if perturbation.grows { None } else { places.next() };
        let survives = match q {
            None if perturbation.grows => Some(true),
            None if tie => None,
            q => Some(q.is_some()),
        };
        tie &= survives.is_some();
        let alignment = q.filter(|_| group.len() == 1).map(|q| alignment(curve, perturbation, q));
        found.push(Outlier { survives, alignment, ..candidate(curve, perturbation, top, q) });
    }
    found.extend(places.map(|q| Outlier { survives: Some(true), ..candidate(curve, candidates[0], top, Some(q)) }));
    Ok(found)
}

fn candidate(curve: &Curve<Ball>, perturbation: &Perturbation, top: &Ball, q: Option<&Ball>) -> Outlier {
    let unbounded = perturbation.grows;
    let [left, right] = forms(curve, perturbation, top);
    Outlier {
        origin: perturbation.origin,
        strength: perturbation.amplitude.square(),
        threshold: if unbounded { Ball::zero(top.bits()) } else { (&(&left * &right) * top).inverse() },
        survives: None,
        position: q.map(|q| curve.z(q)),
        alignment: None,
    }
}

/// K_l/q and K_r of a perturbation's own vectors.
fn forms(curve: &Curve<Ball>, perturbation: &Perturbation, q: &Ball) -> [Ball; 2] {
    let pole = curve.s(q).inverse();
    [&perturbation.left, &perturbation.right].map(|direction| &direction.free + &(&direction.carried.square() * &pole))
}

/// The residue of aᵀ(M − z)⁻¹a at the outlier: with F = K_l K_r and 1 = s² F(q) it is −(K_l/U) z′/(s² F′) on the left, and
/// −q (K_r/u) z′/(s² F′) on the right.
fn alignment(curve: &Curve<Ball>, perturbation: &Perturbation, q: &Ball) -> Ball {
    let [left, right] = forms(curve, perturbation, q);
    let pole = curve.s(q).inverse();
    let growth = |direction: &super::Direction| &(&direction.carried.square() * &curve.c) * &pole.square();
    let slope = &(&left * &right) + &(q * &(&(&growth(&perturbation.left) * &right) + &(&left * &growth(&perturbation.right))));
    let seen = match perturbation.origin {
        Origin::NormX => &(q * &right) / &curve.u(q),
        Origin::Mean | Origin::NormW | Origin::Skew => &(q * &left) / &curve.companion_u(q),
    };
    let dz = curve.z_and_slope(q).1;
    -&(&(&seen * &dz) / &(&perturbation.amplitude.square() * &slope))
}
