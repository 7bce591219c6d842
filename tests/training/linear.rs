//! Balanced deep linear networks, in which weights and gradients are aligned exactly: F_1 = G_1^(1/L) for L layers, the readout
//! counted, as long as W_l W_lᵀ = W_(l+1)ᵀ W_(l+1), which gradient flow keeps.

use faer::Mat;
use resolvent::monte_carlo::training::{Network, measured};

use crate::small::{Small, close, drawn, gaussian};

fn unit(size: usize, number: u64) -> Vec<f64> {
    let vector = gaussian(size, 1, number).col_as_slice(0).to_vec();
    let norm = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
    vector.iter().map(|x| x / norm).collect()
}

/// All matrices of rank one, of norm s, and each ending where the next begins.
fn balanced(widths: &[usize], size: f64) -> Small {
    let mut small = drawn(4, widths, 12, "x", 77);
    let mut before = unit(4, 500);
    let mut weights = Vec::new();
    for (layer, &width) in widths.iter().enumerate() {
        let after = unit(width, 501 + layer as u64);
        weights.push(Mat::from_fn(width, before.len(), |i, j| size * after[i] * before[j]));
        before = after;
    }
    small.network = Network::new(weights, before.iter().map(|x| size * x).collect());
    small
}

/// ‖F^L − G‖/‖G‖ after training for so long in steps of eta.
fn residual(widths: &[usize], eta: f64, time: f64) -> f64 {
    let mut small = balanced(widths, 0.8);
    for _ in 0..(time / eta).round() as usize {
        small.descend(eta);
    }
    let pass = small.tangents();
    let (measures, g) = measured(&small.network, 0, &pass.slopes[0], None).expect("converges");
    for (name, measure) in [("nfc", measures.nfc), ("alpha = 1/2", measures.left_alignment[1])] {
        // both of rank one, in the same direction
        close(measure.expect("a gradient"), 1.0, 1e-9, name);
    }
    let weights = &small.network.weights[0];
    let f = weights.transpose() * weights;
    let power = (0..widths.len()).fold(f.clone(), |power, _| &power * &f);
    (&power - &g).norm_l2() / g.norm_l2()
}

/// Exact where nothing has moved; after that off by the error of the steps, which halves with them.
#[test]
fn balanced_networks_stay_balanced() {
    for widths in [&[3][..], &[3, 5], &[2, 4, 3]] {
        assert!(residual(widths, 0.01, 0.0) < 1e-13, "{widths:?} at the start");
        let [coarse, fine] = [0.02, 0.01].map(|eta| residual(widths, eta, 1.0));
        assert!(coarse < 0.2 && (fine / coarse - 0.5).abs() < 0.1, "{widths:?}: {coarse} and {fine}");
    }
}
