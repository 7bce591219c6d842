//! The moments of the law from those of the squared slopes: 1/z is a series in τ, and its inverse is Σ E λ^k z^−k = τ.

use rug::Rational;

use crate::number::{Ring, Series};

/// The inverse of a series a₁ q + a₂ q² + …, by Lagrange: [qⁿ] of it is [q^{n−1}] (q/a(q))ⁿ/n.
fn inverted<T: Ring>(series: &Series<T>) -> Series<T> {
    let length = series.coefficients.len();
    let zero = series.coefficients[0].integer(0);
    let mut shifted = series.coefficients[1..].to_vec();
    shifted.push(zero.clone());
    let ratio = Series { coefficients: shifted }.inverse();
    let mut coefficients = vec![zero; length];
    let mut power = ratio.clone();
    for (order, coefficient) in coefficients.iter_mut().enumerate().skip(1) {
        let share = ratio.coefficients[0].rational(&Rational::from((1, order as u32)));
        *coefficient = power.coefficients[order - 1].times(&share);
        power = power.times(&ratio);
    }
    Series { coefficients }
}

/// E λ, …, E λ^count. `groups` has E d, …, E d^count of each group of layers with r and how many they are; `scale` is σ^L/Π_{l<L} r_l.
pub(super) fn moments<T: Ring>(scale: &T, is_haar: bool, groups: &[(Vec<T>, T, u32)], count: usize) -> Vec<T> {
    let length = count + 1;
    let depth: u32 = groups.iter().map(|(_, _, layers)| layers).sum();
    let one = Series::constant(&scale.integer(1), length);
    // 1/z = τ · unit: each 1/ζ is τ/r times a unit, and all but one τ cancel
    let mut unit = Series::constant(&scale.inverse(), length);
    for (powers, ratio, layers) in groups {
        let mut coefficients = vec![scale.integer(0)];
        coefficients.extend(powers.iter().cloned());
        let inverse = inverted(&Series { coefficients });
        let mut share = scale.integer(1);
        let mut own = Vec::with_capacity(length);
        for coefficient in inverse.coefficients.iter().skip(1) {
            share = share.over(ratio);
            own.push(coefficient.times(&share));
        }
        own.push(scale.integer(0));
        let own = Series { coefficients: own };
        for _ in 0..*layers {
            unit = unit.times(&own);
        }
    }
    let next = one.plus(&Series::variable(scale, length));
    let powers = if is_haar { depth - 1 } else { 1 };
    for _ in 0..powers {
        unit = if is_haar { unit.times(&next) } else { unit.over(&next) };
    }
    let mut coefficients = unit.coefficients;
    coefficients.insert(0, scale.integer(0));
    coefficients.truncate(length);
    inverted(&Series { coefficients }).coefficients.split_off(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two square Gaussian layers with slopes 1: Fuss–Catalan numbers C(3k, k)/(2k + 1).
    #[test]
    fn fuss_catalan_numbers() {
        let one = Rational::from(1);
        let found = moments(&one, false, &[(vec![one.clone(); 4], one.clone(), 2)], 4);
        assert_eq!(found, [1, 3, 12, 55].map(Rational::from));
    }

    /// relu between orthogonal matrices: E λ² over (E λ)² is 1 + L (1/p − 1).
    #[test]
    fn the_second_moment_between_orthogonal_matrices() {
        let half = Rational::from((1, 2));
        let found = moments(&Rational::from(16), true, &[(vec![half.clone(); 3], Rational::from(1), 4)], 3);
        assert_eq!(found[..2], [1, 5].map(Rational::from));
    }
}
