//! Which finite lists of numbers are moments of a probability law (Hamburger and Stieltjes, for lists cut at an even or odd length).
//!
//! m₁, …, m_p with m₀ = 1 are moments of a law on the line, or limits of such, exactly when the Hankel matrix (m_{i+j}) is positive
//! semi-definite, and of one on [0, ∞) when (m_{i+j+1}) is as well.

use rug::Rational;

/// Whether a law on the line may have these moments.
#[must_use]
pub fn on_the_line(moments: &[Rational]) -> bool {
    let all: Vec<Rational> = std::iter::once(Rational::from(1)).chain(moments.iter().cloned()).collect();
    is_positive(hankel(&all))
}

/// Whether a law on [0, ∞) may have these moments.
#[must_use]
pub fn on_the_half_line(moments: &[Rational]) -> bool {
    on_the_line(moments) && is_positive(hankel(moments))
}

/// (m_{i+j}), as large as the list allows.
fn hankel(moments: &[Rational]) -> Vec<Vec<Rational>> {
    let size = moments.len().div_ceil(2);
    (0..size).map(|row| moments[row..row + size].to_vec()).collect()
}

/// Whether a symmetric matrix is positive semi-definite: every pivot of the elimination is positive, or zero with a row of zeros.
fn is_positive(mut matrix: Vec<Vec<Rational>>) -> bool {
    for pivot in 0..matrix.len() {
        let row = matrix[pivot].clone();
        if row[pivot] < 0 || (row[pivot].is_zero() && row[pivot..].iter().any(|entry| !entry.is_zero())) {
            return false;
        }
        if row[pivot].is_zero() {
            continue;
        }
        for lower in matrix.iter_mut().skip(pivot + 1) {
            let factor = Rational::from(&lower[pivot] / &row[pivot]);
            for (entry, above) in lower.iter_mut().zip(&row).skip(pivot) {
                *entry -= Rational::from(&factor * above);
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rationals(values: &[(i64, i64)]) -> Vec<Rational> {
        values.iter().map(|pair| Rational::from(*pair)).collect()
    }

    fn of_atoms(atoms: &[(i64, i64)], count: i32) -> Vec<Rational> {
        use rug::ops::Pow;
        let total: i64 = atoms.iter().map(|(_, weight)| weight).sum();
        let moment = |power: i32| {
            let sum: Rational = atoms.iter().map(|(value, weight)| Rational::from(*value).pow(power) * *weight).sum();
            sum / total
        };
        (1..=count).map(moment).collect()
    }

    #[test]
    fn atoms_have_moments_and_a_negative_one_does_not_fit_the_half_line() {
        for atoms in [&[(3, 1)][..], &[(0, 1)], &[(0, 1), (2, 5)], &[(1, 1), (2, 2), (7, 3)], &[(1, 1), (2, 1), (3, 1), (5, 1)]] {
            for count in 1..=7 {
                assert!(on_the_half_line(&of_atoms(atoms, count)), "{atoms:?} {count}");
            }
        }
        let signed = of_atoms(&[(-1, 1), (2, 1), (3, 1)], 6);
        assert!(on_the_line(&signed) && !on_the_half_line(&signed));
    }

    #[test]
    fn a_moment_that_is_too_small_fits_no_law() {
        for bad in [&[(1, 1), (1, 2)][..], &[(0, 1), (1, 1), (0, 1), (1, 2)], &[(1, 1), (2, 1), (4, 1), (7, 1)]] {
            assert!(!on_the_line(&rationals(bad)), "{bad:?}");
        }
        // N(1, 1)
        assert!(on_the_line(&rationals(&[(1, 1), (2, 1), (4, 1), (10, 1)])));
    }
}
