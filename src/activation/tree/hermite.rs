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

/// The integer coefficients of He_k, constant term first: He_{k+1} = x He_k − k He_{k−1}.
#[must_use]
pub fn hermite_coefficients(k: u32) -> Vec<Integer> {
    let (mut before, mut now) = (Vec::new(), vec![Integer::from(1)]);
    for j in 0..k {
        let mut next = vec![Integer::new()];
        next.extend(now.iter().cloned());
        for (target, value) in next.iter_mut().zip(&before) {
            *target -= Integer::from(value * j);
        }
        before = std::mem::replace(&mut now, next);
    }
    now
}
