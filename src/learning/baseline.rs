//! Ridge regression on random features as one point of their curve.
//!
//! With the curve of features of phi = d/n, psi = d/N, θ₁ = E σ², θ₂ = c₁² at z(q) = −ridge, q < 0: u = 1 + q R and U = 1 + γ q R are
//! positive there and fall with −q, so that −z = u U/(−q) does, and the point is unique. With Q = (F Fᵀ + ridge n)⁻¹
//!
//! m₁ = lim tr Q = −q/u,   m₂ = lim (X v)ᵀ Q X v = m₁/(1 − c q),   κ = 1/u − 1,   ridge m₁ = U.
//!
//! This is the chain of penalties of one isotropic layer: κ₀ = −1/(c q) under it and κ₁ = 1/m₁ above. Above the support the same
//! functions at 0 < q < q_e carry the outliers, z(q) = s²/n.

use crate::number::{Ball, Jet, Ring};
use crate::spectrum::{Curve, LawError, crossing_between};

/// The limits at one point, each with its derivative in the ridge (the slope; curvatures mean nothing).
#[derive(Clone, Debug)]
pub struct Baseline {
    /// The point on the curve.
    pub q: Ball,
    /// −ridge, or s²/n.
    pub z: Ball,
    /// m₁.
    pub m1: Jet<Ball>,
    /// m₂.
    pub m2: Jet<Ball>,
    /// κ.
    pub kappa: Jet<Ball>,
}

impl Baseline {
    /// At a point of the curve.
    #[must_use]
    pub fn at(curve: &Curve<Ball>, q: &Ball) -> Self {
        let jets = curve.map(Jet::constant);
        let point = Jet::variable(q);
        let u = jets.u(&point);
        let one = point.integer(1);
        let m1 = point.integer(0).minus(&point.over(&u));
        let m2 = m1.over(&jets.s(&point));
        let kappa = u.inverse().minus(&one);
        let z = jets.z(&point);
        // z = −ridge
        let in_the_ridge = |jet: Jet<Ball>| Jet { slope: -&(&jet.slope / &z.slope), ..jet };
        Self { q: q.clone(), m1: in_the_ridge(m1), m2: in_the_ridge(m2), kappa: in_the_ridge(kappa), z: z.value }
    }

    /// For a positive ridge.
    ///
    /// # Errors
    /// [`LawError::MoreBits`].
    pub fn of_ridge(curve: &Curve<Ball>, ridge: &Ball, bits: u32) -> Result<Self, LawError> {
        let jets = curve.map(Jet::constant);
        let ridge = Jet::constant(ridge);
        // negative before the point at x = −q, positive beyond it, where u or U may have turned negative
        let function = |x: &Ball| {
            let x = Jet::variable(x);
            let q = x.integer(0).minus(&x);
            let [u, companion] = [jets.u(&q), jets.companion_u(&q)];
            // at a zero of u or U their product is near 0, and its enclosure decides
            if u.value.is_negative() || companion.value.is_negative() {
                return [Ball::integer(1, bits), Ball::integer(1, bits)];
            }
            let found = ridge.times(&x).minus(&u.times(&companion));
            [found.value, found.slope]
        };
        let x = crossing_between(&function, &Ball::zero(bits), None, bits)?;
        Ok(Self::at(curve, &-&x))
    }
}
