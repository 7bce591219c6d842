//! One step.

use super::{Experiment, Gradient, Network, Optimizer};

/// What keeps the quotient of a vanishing gradient finite.
const EPSILON: f64 = 1e-8;

/// Moves all trained layers along the gradient of the loss, whose norms these are.
pub(super) fn step(experiment: &Experiment, network: &mut Network, gradient: &Gradient, norms: &[f64]) {
    for (layer, norm) in norms.iter().enumerate().take(experiment.trained_layers()) {
        network.step(layer, factor(experiment.eta, &experiment.optimizer, layer, *norm), gradient);
    }
}

/// The step over the gradient.
fn factor(eta: f64, optimizer: &Optimizer, layer: usize, norm: f64) -> f64 {
    match optimizer {
        Optimizer::GradientDescent => eta,
        Optimizer::SpeedLimited { speeds, clip } => {
            let factor = speeds[layer] / (norm + EPSILON);
            eta * if *clip { factor.min(1.0) } else { factor }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limited_step_has_its_length_and_is_clipped() {
        let limited = |clip| Optimizer::SpeedLimited { speeds: vec![1.0, 0.01], clip };
        for norm in [1e-3, 1.0, 50.0] {
            let length = |optimizer: &Optimizer, layer| factor(0.02, optimizer, layer, norm) * norm;
            assert!((length(&limited(false), 0) / 0.02 - 1.0).abs() < 1e-4);
            assert!((length(&limited(false), 1) / 0.0002 - 1.0).abs() < 1e-4);
            assert!((length(&limited(true), 0) / 0.02f64.min(0.02 * norm) - 1.0).abs() < 1e-4);
            assert_eq!(length(&Optimizer::GradientDescent, 1), 0.02 * norm);
        }
        assert_eq!(factor(0.02, &limited(false), 0, 0.0), 0.02 / 1e-8, "a vanishing gradient makes no step: it is 0 itself");
    }
}
