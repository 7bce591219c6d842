//! Values given the bias, against closed forms, and moments of a law without an upper edge.

use resolvent::activation::{Function, lower};
use resolvent::gaussian::Biased;
use resolvent::number::Job;
use rug::Rational;

use super::{close, line};

/// φ(t) and Φ(t).
fn pair(t: f64) -> (f64, f64) {
    ((-t * t / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt(), 0.5 * libm::erfc(-t / 2.0f64.sqrt()))
}

/// h, ȧ and E f² of max(x, 0), |x|, sin(x) and e^{x/2} in closed form, with a bias much smaller and much larger than the rest.
#[test]
fn values_at_nodes_are_the_closed_forms() {
    let job = Job::unwatched();
    type Form = fn(f64, f64) -> [f64; 3];
    let forms: [(&str, Form); 4] = [
        ("max(x, 0)", |tau, b| {
            let (density, below) = pair(b / tau);
            [tau * density + b * below, tau * below, (tau * tau + b * b) * below + b * tau * density]
        }),
        ("abs(x)", |tau, b| {
            let (density, below) = pair(b / tau);
            [2.0 * tau * density + b * (2.0 * below - 1.0), tau * (2.0 * below - 1.0), tau * tau + b * b]
        }),
        ("sin(x)", |tau, b| {
            let damp = (-tau * tau / 2.0).exp();
            [damp * b.sin(), tau * damp * b.cos(), (1.0 - damp.powi(4) * (2.0 * b).cos()) / 2.0]
        }),
        ("exp(x/2)", |tau, b| {
            let mean = (b / 2.0 + tau * tau / 8.0).exp();
            [mean, tau / 2.0 * mean, (b + tau * tau / 2.0).exp()]
        }),
    ];
    for (source, form) in forms {
        for (tau2, s2) in [((9, 16), (1, 100)), ((9, 16), (1, 1)), ((1, 4), (25, 4))] {
            let f = lower::read(source).expect("a function");
            let [tau2, s2] = [tau2, s2].map(Rational::from);
            let (tau, s) = (tau2.to_f64().sqrt(), s2.to_f64().sqrt());
            let step = 0.0625;
            let nodes = Biased::new(&f, &Function::rational(tau2.clone()), &Function::rational(s2.clone()), &job)
                .expect("data")
                .nodes(step, 60, &job)
                .expect("nodes");
            // b = 0, then jδ and −jδ in turn
            for (index, node) in nodes.coarse.iter().enumerate() {
                let j = index.div_ceil(2) as f64;
                let b = s * step * if index % 2 == 1 { j } else { -j };
                let [mean, slope, square] = form(tau, b);
                close(node.variance.to_f64(), square - mean * mean, 1e-13 * (1.0 + square + mean * mean));
                close(node.slope_square.to_f64(), slope * slope, 1e-13 * (1.0 + slope * slope));
            }
        }
    }
}

/// For f = e^{x/2} the bias makes v and ȧ² log-normal: every average is a power of e.
#[test]
fn moments_of_an_exponential_keep_their_digits() {
    for s in [1.0f64, 2.0] {
        let mean = |k: f64| (k * k * s * s / 2.0).exp();
        let (v, a) = (0.5f64.exp() - 0.25f64.exp(), 0.25f64.exp() / 4.0);
        let h1 = v * mean(1.0);
        let h2 = v * v * mean(2.0) + (a * mean(1.0)).powi(2);
        let h3 = v.powi(3) * mean(3.0) + 3.0 * a * mean(1.0) * a * v * mean(2.0) + (a * mean(1.0)).powi(3);
        let expected = [h1, h2 + h1 * h1, h3 + 3.0 * h1 * h2 + h1.powi(3)];
        let found = line(&format!("moments(features(exp(x/2), phi = 1, psi = 1, sigma_b = {s}))"), 12);
        for (found, expected) in found["value"].as_array().expect("moments").iter().zip(expected) {
            close(found.as_f64().expect("a number"), expected, 2e-12 * expected);
        }
        assert!(found["value"][5].to_string().len() >= 13, "twelve digits: {}", found["value"][5]);
    }
}
