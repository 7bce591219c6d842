//! The equations on the curve, symbolically: the quartic for q over z and the quintic of its critical points.
//!
//! With R = δ + θ₂/(1 − c q), δ = θ₁ − θ₂, c = θ₂/ψ, γ = φ/ψ, the curve z = (1 + q R)(1 + γ q R)/q times ψ³ (1 − c q)² q is a
//! quartic in q, linear in z, and z′(q) = −E(q)/(ψ q² (ψ − θ₂ q)³) with E of degree 5. For θ₂ = 0 both lose a factor ψ²
//! and are quadratic.

use super::symbolic::{Expression, Variable};
use crate::number::Ring;

/// Coefficients of the equation for q, the constant first.
pub(super) fn quartic(phi: &Expression, psi: &Expression, theta1: &Expression, theta2: &Expression) -> Vec<Expression> {
    let (z, delta, ratios) = (Expression::variable(Variable::Z), theta1.minus(theta2), phi.plus(psi));
    let product = phi.times(psi);
    let mixed = theta1.times(theta2).scaled(2).minus(&theta2.power(2));
    let a4 = phi.times(&theta2.power(2)).times(&delta.power(2));
    let bracket = product.times(theta1).scaled(2).minus(&ratios.times(theta2)).times(&delta).plus(&psi.times(theta2).times(&z));
    let a3 = theta2.times(&bracket).scaled(-1);
    let energies = product.times(&theta1.power(2)).minus(&ratios.times(&mixed)).plus(&theta2.power(2));
    let a2 = psi.times(&energies.plus(&psi.times(theta2).times(&z).scaled(2)));
    let a1 = psi.power(2).times(&ratios.times(theta1).minus(&psi.times(&z)).minus(&theta2.scaled(2)));
    reduced(psi, theta2, vec![psi.power(3), a1, a2, a3, a4], 2)
}

/// Coefficients of the polynomial of the critical points, the constant first.
pub(super) fn critical(phi: &Expression, psi: &Expression, theta1: &Expression, theta2: &Expression) -> Vec<Expression> {
    let (delta, ratios, product) = (theta1.minus(theta2), phi.plus(psi), phi.times(psi));
    let square = theta2.power(2);
    let e5 = phi.times(&theta2.power(3)).times(&delta.power(2));
    let e4 = product.times(&square).times(&delta.power(2)).scaled(-3);
    let slopes = product.times(theta1).times(&theta1.scaled(3).minus(&theta2.scaled(4)));
    let e3 = psi.times(theta2).times(&slopes.plus(&ratios.times(&square)).minus(&square));
    let energies = product.times(&theta1.power(2)).plus(&ratios.times(&square)).minus(&square.scaled(3));
    let e2 = psi.power(2).times(&energies).scaled(-1);
    let e1 = psi.power(3).times(theta2).scaled(-3);
    reduced(psi, theta2, vec![psi.power(4), e1, e2, e3, e4, e5], 3)
}

/// Without θ₂ a power of ψ is common to all coefficients.
fn reduced(psi: &Expression, theta2: &Expression, coefficients: Vec<Expression>, power: usize) -> Vec<Expression> {
    if !theta2.is_zero() {
        return coefficients;
    }
    let factor = psi.power(power).inverse();
    coefficients.iter().map(|coefficient| coefficient.times(&factor)).collect()
}
