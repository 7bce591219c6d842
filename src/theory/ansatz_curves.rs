//! The ansatz against samples, width and the spread of the covariance, in doubles: what a figure draws.

use super::ansatz::{AnsatzAnswers, JointAnswers};
use super::ansatz_data::readout;
use super::ansatz_prediction::InDoubles;
use super::error::TheoryError;
use crate::learning::alignment::{JointAtom, population_traces};

/// Points of a curve.
const POINTS: u32 = 80;
/// A ratio is drawn from the model's over this factor to as many times it.
const RANGE: f64 = 30.0;

/// What is varied, the rest being the model's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Varied {
    /// n/d, with n/k.
    Samples,
    /// k/d, with n/d.
    Width,
    /// s of I + s (Σ − I), from the identity to Σ; of the population limit λ̄ + s (λ − λ̄), λ̄ the mean of the eigenvalues.
    Spread,
}

/// What a model is like, as far as curves go.
#[derive(Clone, Copy, Debug)]
pub struct StartPoint {
    /// n/d; infinite for infinitely many samples.
    pub n_over_d: f64,
    /// k/d; infinite at infinite width.
    pub k_over_d: f64,
    /// tr Σ²/d − 1, or the variance of the eigenvalues in the population limit.
    pub variance: f64,
}

/// The curves of a model.
#[derive(Clone, Debug)]
pub struct AlignmentCurves {
    /// Whether they are the limit of n (1 − ρ), in regime A, in place of ρ.
    pub is_deficit: bool,
    /// Where the model stands.
    pub here: StartPoint,
    /// Its value.
    pub value: f64,
    /// What is varied, and the points.
    pub curves: Vec<(Varied, Vec<(f64, f64)>)>,
}

/// From here over the range to here times it.
fn around(here: f64) -> impl Iterator<Item = f64> {
    (0..=POINTS).map(move |index| here * RANGE.powf(2.0 * f64::from(index) / f64::from(POINTS) - 1.0))
}

fn unit_interval() -> impl Iterator<Item = f64> {
    (0..=POINTS).map(|index| f64::from(index) / f64::from(POINTS))
}

/// The moments of 1 + s (λ − 1) from those of λ.
fn contracted(moments: [f64; 6], s: f64) -> [f64; 6] {
    std::array::from_fn(|index| {
        let power = index as i32 + 1;
        let mut binomial = 1.0;
        (0..=power).fold(0.0, |sum, j| {
            let moment = if j == 0 { 1.0 } else { moments[j as usize - 1] };
            let term = binomial * (1.0 - s).powi(power - j) * s.powi(j) * moment;
            binomial *= f64::from(power - j) / f64::from(j + 1);
            sum + term
        })
    })
}

/// The curves of a network.
///
/// # Errors
/// As its covariance.
pub(super) fn of_network(answers: &AnsatzAnswers) -> Result<AlignmentCurves, TheoryError> {
    let (theory, unit) = answers.in_doubles()?;
    let network = &theory.network;
    let at = |n_over_d: f64, n_over_k: f64, s: f64| {
        let mut network = network.clone();
        (network.n_over_d, network.n_over_k) = (n_over_d, n_over_k);
        network.covariance = contracted(network.covariance, s);
        answers.value(&InDoubles { network, is_identity: true }, unit)
    };
    let [n_over_d, n_over_k, variance] = [network.n_over_d, network.n_over_k, network.covariance[1] - 1.0];
    let width = if n_over_k > 0.0 { n_over_d / n_over_k } else { n_over_d };
    let mut curves: Vec<(Varied, Vec<(f64, f64)>)> = vec![
        (Varied::Samples, around(n_over_d).map(|x| (x, at(x, n_over_k, 1.0))).collect()),
        (Varied::Width, around(width).map(|x| (x, at(n_over_d, n_over_d / x, 1.0))).collect()),
    ];
    if !theory.is_identity {
        curves.push((Varied::Spread, unit_interval().map(|s| (s, at(n_over_d, n_over_k, s))).collect()));
    }
    // all neurons, also those that are copies
    let copies = if answers.model.antisymmetric { 2.0 } else { 1.0 };
    for (_, points) in curves.iter_mut().filter(|(varied, _)| *varied == Varied::Width) {
        points.iter_mut().for_each(|(x, _)| *x *= copies);
    }
    let here = StartPoint { n_over_d, k_over_d: copies * n_over_d / n_over_k, variance };
    Ok(AlignmentCurves { is_deficit: answers.derivative.mean.is_some(), here, value: at(n_over_d, n_over_k, 1.0), curves })
}

/// The curves of the population limit.
pub(super) fn of_joint(answers: &JointAnswers) -> AlignmentCurves {
    let model = &answers.model;
    let moments = readout(&model.readout, answers.work.bits).map(|moment| moment.ball.to_f64());
    let atoms: Vec<[f64; 3]> = model.joint.iter().map(|atom| atom.each_ref().map(rug::Rational::to_f64)).collect();
    let mean = atoms.iter().map(|[lambda, _, weight]| lambda * weight).sum::<f64>();
    let variance = atoms.iter().map(|[lambda, _, weight]| weight * (lambda - mean).powi(2)).sum::<f64>();
    let at = |d_over_k: f64, s: f64| {
        let atom =
            |[lambda, mu, weight]: &[f64; 3]| JointAtom { covariance: mean + s * (lambda - mean), labels: *mu, weight: *weight };
        let [one, two, three] = population_traces(&atoms.iter().map(atom).collect::<Vec<_>>(), &d_over_k, &moments);
        two / (one * three).sqrt()
    };
    let d_over_k = model.d_over_k.to_f64();
    let width = if d_over_k > 0.0 { d_over_k.recip() } else { 1.0 };
    let mut curves: Vec<(Varied, Vec<(f64, f64)>)> =
        vec![(Varied::Width, around(width).map(|x| (x, at(x.recip(), 1.0))).collect())];
    if variance > 0.0 {
        curves.insert(0, (Varied::Spread, unit_interval().map(|s| (s, at(d_over_k, s))).collect()));
    }
    let here = StartPoint { n_over_d: f64::INFINITY, k_over_d: d_over_k.recip(), variance };
    AlignmentCurves { is_deficit: false, here, value: at(d_over_k, 1.0), curves }
}

#[cfg(test)]
mod tests {
    use super::contracted;

    /// Of the atoms 1/2 and 2 with the weights 2/3 and 1/3.
    #[test]
    fn contracted_moments_are_those_of_contracted_atoms() {
        let moments = |low: f64, high: f64| {
            std::array::from_fn(|index| {
                let power = index as i32 + 1;
                (2.0 * low.powi(power) + high.powi(power)) / 3.0
            })
        };
        for s in [0.0f64, 0.3, 1.0] {
            let found = contracted(moments(0.5, 2.0), s);
            let wanted: [f64; 6] = moments(1.0 - 0.5 * s, 1.0 + s);
            assert!(found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-13), "{s}: {found:?} {wanted:?}");
        }
    }
}
