//! What holds of every network: tangents, gradients and the factor of the average gradient outer product, each beside differences
//! of the network's own values, and sums written out.

use faer::{Mat, Scale};
use resolvent::monte_carlo::training::{Gradient, Network, Pass, measured};

use crate::small::{Small, all, close, close_matrices, slope};

/// Σ s_i f(x_i).
fn weighted(small: &Small, network: &Network, x: &Mat<f64>, seeds: &[f64]) -> f64 {
    let mut pass = Pass::new(network, x.nrows());
    pass.forward(network, small.both(), x.as_ref());
    pass.outputs.iter().zip(seeds).map(|(f, s)| f * s).sum()
}

/// G_l = W_lᵀ K_l W_l is the mean outer product of the gradients in x_l, by differences of the layers from l on.
#[test]
fn average_gradient_outer_product() {
    for small in all() {
        let pass = small.tangents();
        for layer in 0..small.network.weights.len() {
            let (input, tail) = (small.input(&pass, layer), small.tail(layer));
            let (n, size) = (input.nrows(), input.ncols());
            let gradient = |sample: usize, coordinate: usize| {
                slope(|h| {
                    let mut moved = Mat::from_fn(1, size, |_, j| input[(sample, j)]);
                    moved[(0, coordinate)] += h;
                    weighted(&small, &tail, &moved, &[1.0])
                })
            };
            let gradients = Mat::from_fn(n, size, gradient);
            let expected = gradients.transpose() * &gradients * Scale((n as f64).recip());
            let (_, found) = measured(&small.network, layer, &pass.slopes[layer], None).expect("converges");
            close_matrices(&found, &expected, 1e-9, &format!("{}, layer {layer}", small.name));
        }
    }
}

/// The gradient of the loss in every weight and readout, by differences.
#[test]
fn gradient_of_the_loss() {
    for small in all() {
        let mut pass = small.forward();
        let seeds = small.seeds(&pass);
        pass.backward(&small.network, &seeds);
        let mut gradient = Gradient::of(&small.network);
        pass.gradient(small.x.as_ref(), &seeds, &mut gradient);
        let loss = |network: &Network| {
            let mut pass = Pass::new(network, small.x.nrows());
            pass.forward(network, small.both(), small.x.as_ref());
            let squares = pass.outputs.iter().zip(&small.labels).map(|(f, y)| (f - y).powi(2));
            squares.sum::<f64>() / (2.0 * small.labels.len() as f64)
        };
        for (layer, found) in gradient.weights.iter().enumerate() {
            let expected = Mat::from_fn(found.nrows(), found.ncols(), |i, j| {
                slope(|h| {
                    let mut network = small.network.clone();
                    network.weights[layer][(i, j)] += h;
                    loss(&network)
                })
            });
            assert!((found - &expected).norm_max() < 1e-9, "{}, layer {layer}: {found:?} against {expected:?}", small.name);
        }
        for (index, found) in gradient.readout.iter().enumerate() {
            let expected = slope(|h| {
                let mut network = small.network.clone();
                network.readout[index] += h;
                loss(&network)
            });
            close(*found, expected, 1e-9, &small.name);
        }
    }
}

/// One step moves W_l by η QᵀRX_l/n, and W_lᵀ times that is η (1/n) Σ r_i ∇_x f x_iᵀ.
#[test]
fn weight_change() {
    let eta = 0.37;
    for mut small in all() {
        let (pass, before) = (small.tangents(), small.network.clone());
        let n = small.x.nrows();
        let residuals: Vec<f64> = small.labels.iter().zip(&pass.outputs).map(|(y, f)| y - f).collect();
        let inputs: Vec<Mat<f64>> = (0..before.weights.len()).map(|layer| small.input(&pass, layer)).collect();
        small.descend(eta);
        for (layer, x) in inputs.iter().enumerate() {
            let (q, weights) = (&pass.slopes[layer], &before.weights[layer]);
            let expected = Mat::from_fn(weights.nrows(), weights.ncols(), |j, m| {
                eta * (0..n).map(|i| residuals[i] * q[(i, j)] * x[(i, m)]).sum::<f64>() / n as f64
            });
            let name = format!("{}, layer {layer}", small.name);
            close_matrices(&small.network.moved[layer], &expected, 1e-12, &name);
            close_matrices(&small.network.weights[layer], &(weights + &expected), 1e-13, &name);
            // chain rule
            let gradients = q * weights;
            let chained = Mat::from_fn(weights.ncols(), weights.ncols(), |a, b| {
                eta * (0..n).map(|i| residuals[i] * gradients[(i, a)] * x[(i, b)]).sum::<f64>() / n as f64
            });
            close_matrices(&(weights.transpose() * &small.network.moved[layer]), &chained, 1e-11, &name);
        }
    }
}

/// The smallest and the largest eigenvalue of K on the range of W.
fn extremes(k: &Mat<f64>, weights: &Mat<f64>) -> [f64; 2] {
    let svd = weights.thin_svd().expect("converges");
    let restricted = svd.U().transpose() * k * svd.U();
    let values = restricted.self_adjoint_eigenvalues(faer::Side::Lower).expect("converges");
    [values[0], values[values.len() - 1]]
}

/// The correlations through singular values, and the bound 2√κ/(1 + κ), κ the condition number of K on the range of W or of its
/// change.
#[test]
fn singular_values_and_the_bound() {
    let mut bounded = 0;
    for mut small in all() {
        small.descend(0.2);
        let pass = small.tangents();
        for layer in 0..small.network.weights.len() {
            let q = &pass.slopes[layer];
            let (measures, g) = measured(&small.network, layer, q, None).expect("converges");
            let [weights, moved] = [&small.network.weights, &small.network.moved].map(|list| &list[layer]);
            let f = weights.transpose() * weights;
            let cosine = |a: &Mat<f64>, b: &Mat<f64>| {
                let inner = |a: &Mat<f64>, b: &Mat<f64>| (0..a.nrows()).map(|i| (a * b)[(i, i)]).sum::<f64>();
                inner(a, b) / (inner(a, a) * inner(b, b)).sqrt()
            };
            let name = format!("{}, layer {layer}", small.name);
            let nfc = measures.nfc.expect("moved");
            close(nfc, cosine(&f, &g), 1e-12, &name);
            close(measures.left_alignment[0].expect("moved"), nfc, 1e-11, &name);
            close(measures.left_alignment[1].expect("moved"), cosine(&(&f * &f), &g), 1e-11, &name);
            let k = q.transpose() * q * Scale((q.nrows() as f64).recip());
            let change = cosine(&(moved.transpose() * moved), &(moved.transpose() * &k * moved));
            close(measures.c_nfc.expect("moved"), change, 1e-10, &name);
            for (correlation, matrix) in [(nfc, weights), (change, moved)] {
                let [least, most] = extremes(&k, matrix);
                // a range of lower dimension than the rounding leaves shows an eigenvalue that is no lower bound
                if least > 1e-9 * most {
                    let bound = 2.0 * (most / least).sqrt() / (1.0 + most / least);
                    assert!(correlation >= bound - 1e-12, "{name}: {correlation} below {bound}");
                    bounded += 1;
                }
            }
        }
    }
    assert!(bounded > 40, "only {bounded} bounds were looked at");
}

/// The bound is attained: W = diag(1, √κ), K = diag(κ, 1) gives F = diag(1, κ), G = diag(κ, κ) … and the worst case has equal
/// energy in both directions.
#[test]
fn the_bound_is_attained() {
    for kappa in [1.0_f64, 4.0, 25.0] {
        // F = diag(s_i²), G = diag(s_i² k_i): equal weight in s_1⁴ k_1 and s_2⁴ k_2
        let weights = Mat::from_fn(2, 2, |i, j| if i == j { if i == 0 { kappa.powf(-0.25) } else { 1.0 } } else { 0.0 });
        let q = Mat::from_fn(2, 2, |i, j| if i == j { (2.0 * if i == 0 { kappa } else { 1.0 }).sqrt() } else { 0.0 });
        let network = Network::new(vec![weights], vec![1.0, 1.0]);
        let (measures, _) = measured(&network, 0, &q, None).expect("converges");
        close(measures.nfc.expect("not zero"), 2.0 * kappa.sqrt() / (1.0 + kappa), 1e-12, "the bound");
    }
}

/// A last layer of one neuron has a scalar K: its correlations are 1 whatever it learned.
#[test]
fn a_single_neuron_is_always_aligned() {
    for mut small in all().into_iter().filter(|small| small.network.weights.last().is_some_and(|w| w.nrows() == 1)) {
        small.descend(0.3);
        let (pass, layer) = (small.tangents(), small.network.weights.len() - 1);
        let (measures, _) = measured(&small.network, layer, &pass.slopes[layer], None).expect("converges");
        for measure in [measures.nfc, measures.c_nfc, measures.left_alignment[0], measures.left_alignment[1]] {
            close(measure.expect("moved"), 1.0, 1e-12, &small.name);
        }
    }
}

/// The shares of the parts, written out.
#[test]
fn shares_of_the_parts() {
    for mut small in all() {
        small.descend(0.25);
        let pass = small.tangents();
        for layer in 0..small.network.weights.len() {
            let q = &pass.slopes[layer];
            let k = q.transpose() * q * Scale((q.nrows() as f64).recip());
            let pair = [&small.network.initial[layer], &small.network.moved[layer]];
            let parts = |middle: &Mat<f64>| [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(i, j)| pair[i].transpose() * middle * pair[j]);
            let trace = |a: &Mat<f64>| (0..a.nrows()).map(|i| a[(i, i)]).sum::<f64>();
            let (measures, _) = measured(&small.network, layer, q, None).expect("converges");
            let (f, g) = (parts(&Mat::identity(k.nrows(), k.nrows())), parts(&k));
            for (parts, found) in [(&f, measures.weight_terms), (&g, measures.agop_terms)] {
                let whole = &(&parts[0] + &parts[1]) + &(&parts[2] + &parts[3]);
                for (part, found) in parts.iter().zip(found) {
                    close(found.expect("moved"), trace(&(part * &whole)) / trace(&(&whole * &whole)), 1e-10, &small.name);
                }
                close(found.iter().map(|share| share.expect("moved")).sum(), 1.0, 1e-12, &small.name);
            }
            let [whole_f, whole_g] = [&f, &g].map(|p| &(&p[0] + &p[1]) + &(&p[2] + &p[3]));
            let expected = trace(&(&f[3] * &g[3])) / trace(&(&whole_f * &whole_g));
            close(measures.centred_share.expect("moved"), expected, 1e-10, &small.name);
            close(measures.moved.expect("weights"), pair[1].norm_l2() / pair[0].norm_l2(), 1e-13, &small.name);
        }
    }
}
