//! The probabilists' Hermite polynomials He_k, orthogonal under N(0, 1), with leading coefficient 1 and E He_k(Z)² = k!.

use rug::Integer;

use super::function::Function;

/// The probabilists' Hermite polynomial He_k as a polynomial in `argument`.
#[must_use]
pub fn hermite_polynomial(k: u32, argument: &Function) -> Function {
    let coefficients = hermite_coefficients(k);
    let terms = coefficients.iter().enumerate().rev().filter(|(_, c)| **c != 0);
    let mut sum = Function::rational(0);
    for (power, c) in terms {
        let term = Function::rational(Integer::from(c.abs_ref())) * argument.powi(power as i32);
        sum = if *c < 0 { sum - term } else { sum + term };
    }
    sum
}

/// The integer coefficients of He_k, constant term first: that of x^(k−2i) is (−1)^i k!/(2^i i! (k − 2i)!).
#[must_use]
pub fn hermite_coefficients(k: u32) -> Vec<Integer> {
    let mut coefficients = vec![Integer::new(); k as usize + 1];
    let mut coefficient = Integer::from(1);
    for i in 0..=k / 2 {
        let power = k - 2 * i;
        coefficients[power as usize].clone_from(&coefficient);
        coefficient *= -i64::from(power) * (i64::from(power) - 1);
        coefficient.div_exact_u_mut(2 * (i + 1));
    }
    coefficients
}
