//! The rank that drawn matrices must have, as whole numbers: what a perturbation of finite rank and weights rounded to whole numbers
//! change about the zeros of a law (docs/mathematics.md, 'The check').
//!
//! Almost surely a matrix G with r or more dimensions of its own rows has rank min(N, r), N its rows. The population of n eigenvalues has
//! its spikes first, and (n − s)(1 − ν{0}) of the others are not 0, up to rounding to one of the two whole numbers beside.

use rug::Rational;

/// The least and the most rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ranks {
    least: usize,
    most: usize,
}

impl Ranks {
    /// One that is known.
    pub fn known(rank: usize) -> Self {
        Self { least: rank, most: rank }
    }

    /// Of n eigenvalues, these spikes and the others drawn from a law with this mass at 0.
    pub fn of_population(n: usize, spikes: &[Rational], zero: &Rational) -> Self {
        let alive = spikes.iter().filter(|spike| !spike.is_zero()).count();
        let rest = Rational::from(1 - zero) * Rational::from(n.saturating_sub(spikes.len()));
        let whole = |value: Rational| value.numer().to_usize().unwrap_or(0);
        Self { least: alive + whole(rest.clone().floor()), most: alive + whole(rest.ceil()) }
    }

    /// After the last of its directions are taken off.
    pub fn without(self, directions: usize, n: usize) -> Self {
        self.sampled(n.saturating_sub(directions))
    }

    /// Of a sample with so many rows.
    pub fn sampled(self, rows: usize) -> Self {
        Self { least: self.least.min(rows), most: self.most.min(rows) }
    }

    /// The zeros among n eigenvalues.
    fn zeros(self, n: usize) -> [usize; 2] {
        [n - self.most.min(n), n - self.least.min(n)]
    }

    /// The same; none where there are as many as this mass at 0 says.
    pub fn zeros_beside(self, n: usize, atom: &Rational) -> Option<[usize; 2]> {
        let zeros = self.zeros(n);
        let own = Rational::from(atom * Rational::from(n));
        zeros.iter().any(|count| own != *count).then_some(zeros)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spikes_stand_in_the_place_of_others() {
        let half = Rational::from((1, 2));
        let spike = |value: i32| Rational::from(value);
        // 599 others, of which 299 or 300 are not 0
        let one = Ranks::of_population(600, &[spike(8)], &half);
        assert_eq!(one.zeros(600), [299, 300]);
        assert_eq!(one.sampled(100).zeros(600), [500, 500]);
        assert_eq!(Ranks::of_population(600, &[spike(8), spike(0)], &half).zeros(600), [300, 300]);
        assert_eq!(Ranks::of_population(251, &[], &half).zeros(251), [125, 126]);
        assert_eq!(Ranks::of_population(300, &[spike(0)], &Rational::new()).zeros(300), [1, 1]);
        assert_eq!(Ranks::known(400).without(2, 300).zeros(300), [2, 2]);
        assert_eq!(one.zeros_beside(600, &half), Some([299, 300]));
        assert_eq!(Ranks::of_population(600, &[], &half).zeros_beside(600, &half), None);
    }
}
