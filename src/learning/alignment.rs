//! The correlation of the weight change with its own gradient outer product at the start of training (Beaglehole, Mitliagkas and
//! Agarwala 2024, arXiv 2402.05271; docs/mathematics.md, 'The neural feature ansatz').
//!
//! Network k^(−1/2) Σ a_j f(w_j·x), w_j ~ N(0, I/d), x ~ N(0, Σ), tr Σ/d = 1; r the residuals, H = X Xᵀ/d, R = diag(r), and with
//! b₀ = E f′ = 0 the tangent kernel is Ψ^½ C Ψ^½, Ψ = b₁² H + b_*², C = Zᵀ diag(a²) Z/k. C, R and H are free, with the cumulants
//! κ_p(C) = (n/k)^(p−1) E a^(2p) and κ_p(H) = (n/d)^(p−1) tr Σᵖ/d. With S = R H R and E = Ψ^½ S Ψ^½
//!
//! t₁ = τ(C E C E),   t₂ = τ(C E C Ψ C E),   t₃ = τ(C Ψ C E C Ψ C E),   ρ = t₂/√(t₁ t₃).
//!
//! With n → ∞ and commuting Σ and M = E r x xᵀ, E and Ψ are M² and Σ, and κ_p(C) = (d/k)^(p−1) E a^(2p).

use super::noncrossing::{cumulants, mixed_moment, moments};
use crate::number::{Polynomial, Ring};

/// What the traces of a network depend on.
#[derive(Clone, Debug)]
pub struct Network<T> {
    /// b₁² = (E f″)².
    pub slope: T,
    /// b_*² = E f′² − b₀² − b₁².
    pub rest: T,
    /// n/d.
    pub n_over_d: T,
    /// n/k of the neurons that differ; 0 is infinite width.
    pub n_over_k: T,
    /// E r, …, E r⁴.
    pub labels: [T; 4],
    /// tr Σ/d, …, tr Σ⁶/d.
    pub covariance: [T; 6],
    /// E a², E a⁴, E a⁶, E a⁸.
    pub readout: [T; 4],
}

/// A letter of the words behind the traces.
#[derive(Clone, Copy, PartialEq)]
enum Letter {
    /// E, or M².
    Gradient,
    /// Ψ, or Σ.
    Kernel,
}

use Letter::{Gradient, Kernel};

/// What stands between the letters C.
const WORDS: [&[Letter]; 3] = [&[Gradient, Gradient], &[Gradient, Kernel, Gradient], &[Kernel, Gradient, Kernel, Gradient]];

/// κ_p(C) = ratio^(p−1) E a^(2p).
fn wishart<T: Ring>(ratio: &T, moments: &[T]) -> Vec<T> {
    let mut power = ratio.integer(1);
    let scaled = |moment: &T| {
        let cumulant = power.times(moment);
        power = power.times(ratio);
        cumulant
    };
    moments.iter().map(scaled).collect()
}

/// τ(C A₁ C A₂ …) for each of the words, from the traces of words in the A.
fn traces<T: Ring>(like: &T, wishart: &[T], word: impl Fn(&[Letter]) -> T) -> [T; 3] {
    WORDS.map(|letters| {
        let of = |indices: &[usize]| word(&indices.iter().map(|index| letters[*index]).collect::<Vec<_>>());
        mixed_moment(like, letters.len(), |block| wishart[block.len() - 1].clone(), of)
    })
}

impl<T: Ring> Network<T> {
    /// The same in doubles.
    #[must_use]
    pub fn in_doubles(&self, double: impl Fn(&T) -> f64 + Copy) -> Network<f64> {
        Network {
            slope: double(&self.slope),
            rest: double(&self.rest),
            n_over_d: double(&self.n_over_d),
            n_over_k: double(&self.n_over_k),
            labels: self.labels.each_ref().map(double),
            covariance: self.covariance.each_ref().map(double),
            readout: self.readout.each_ref().map(double),
        }
    }

    /// t₁, t₂, t₃.
    #[must_use]
    pub fn traces(&self) -> [T; 3] {
        let inner = moments(&wishart(&self.n_over_d, &self.covariance));
        let labels = cumulants(&self.labels);
        traces(&self.slope, &wishart(&self.n_over_k, &self.readout), |letters| self.word(letters, &inner, &labels))
    }

    /// τ of a cyclic word of Ψ and at most two E, from the moments of H and the cumulants of R.
    fn word(&self, letters: &[Letter], inner: &[T], labels: &[T]) -> T {
        let one = Polynomial::new(vec![self.slope.integer(1)]);
        let Some(first) = letters.iter().position(|letter| *letter == Gradient) else {
            return expectation(&self.kernel(letters.len()), inner);
        };
        // beginning with an E, so that the powers of Ψ behind each E are those up to the next
        let mut powers: Vec<usize> = Vec::new();
        for place in 0..letters.len() {
            match letters[(first + place) % letters.len()] {
                Gradient => powers.push(1),
                Kernel => *powers.last_mut().unwrap_or(&mut 0) += 1,
            }
        }
        // S Ψᵃ S Ψᵇ = R H R Ψᵃ R H R Ψᵇ
        let variable = Polynomial::new(vec![self.slope.integer(0), self.slope.integer(1)]);
        let between: Vec<Polynomial<T>> = powers.iter().flat_map(|power| [variable.clone(), self.kernel(*power)]).collect();
        let moment = |block: &[usize]| {
            let product = block.iter().fold(one.clone(), |product, index| product.times(&between[*index]));
            expectation(&product, inner)
        };
        mixed_moment(&self.slope, between.len(), |block| labels[block.len() - 1].clone(), moment)
    }

    /// Ψ^power as a polynomial in H.
    fn kernel(&self, power: usize) -> Polynomial<T> {
        let one = Polynomial::new(vec![self.slope.integer(1)]);
        let kernel = Polynomial::new(vec![self.rest.clone(), self.slope.clone()]);
        (0..power).fold(one, |product, _| product.times(&kernel))
    }
}

/// The mean of a polynomial from the moments of its variable.
fn expectation<T: Ring>(polynomial: &Polynomial<T>, moments: &[T]) -> T {
    let mut terms = polynomial.coefficients.iter();
    let constant = terms.next().cloned();
    let rest = terms.zip(moments).map(|(coefficient, moment)| coefficient.times(moment));
    constant.into_iter().chain(rest).reduce(|sum, term| sum.plus(&term)).unwrap_or_else(|| moments[0].integer(0))
}

/// An atom of the joint law of commuting Σ and M.
#[derive(Clone, Debug)]
pub struct JointAtom<T> {
    /// An eigenvalue of Σ.
    pub covariance: T,
    /// The eigenvalue of M in the same direction.
    pub labels: T,
    /// The share of such directions.
    pub weight: T,
}

/// The traces of the population limit n → ∞, at d/k with the moments of the readout.
#[must_use]
pub fn population_traces<T: Ring>(atoms: &[JointAtom<T>], d_over_k: &T, readout: &[T; 4]) -> [T; 3] {
    let word = |letters: &[Letter]| {
        let term = |atom: &JointAtom<T>| {
            letters.iter().fold(atom.weight.clone(), |product, letter| match letter {
                Gradient => product.times(&atom.labels).times(&atom.labels),
                Kernel => product.times(&atom.covariance),
            })
        };
        atoms.iter().fold(d_over_k.integer(0), |sum, atom| sum.plus(&term(atom)))
    };
    traces(d_over_k, &wishart(d_over_k, readout), word)
}
