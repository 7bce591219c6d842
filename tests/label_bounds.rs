//! Covariances weighted by labels that come near their bounds, or 0, or are odd.

use serde_json::Value;

#[path = "common/asking.rs"]
mod asking;

use asking::{answer, complaint, number};

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(number).collect()
}

fn near(a: f64, b: f64, error: f64) -> bool {
    (a - b).abs() <= error * (1.0 + b.abs())
}

/// Labels that come near their bound only far out: with many dimensions the support ends over the bound, at
/// sup ψ + E[y/(1 − y/sup)], by the test's own midpoint rule, and the density does not begin there like a square root.
#[test]
fn supports_end_over_the_bound_of_the_labels() {
    type Teacher = fn(f64) -> f64;
    let average = |f: &dyn Fn(f64) -> f64| -> f64 {
        let count = 200_000;
        let places = (0..count).map(|k| -9.0 + 18.0 * (f64::from(k) + 0.5) / f64::from(count));
        places.map(|z| f(z) * (-0.5 * z * z).exp()).sum::<f64>() * 18.0 / f64::from(count) / std::f64::consts::TAU.sqrt()
    };
    let cases: [(&str, Teacher, f64); 2] = [("atan(x)", f64::atan, 0.6565), ("atan(x^2)", |z| (z * z).atan(), 5.367)];
    let bound = std::f64::consts::FRAC_PI_2;
    for (teacher, g, threshold) in cases {
        let square = average(&|z| (g(z) / (bound - g(z))).powi(2));
        assert!(near(square, threshold, 1e-3), "{teacher}: {square}");
        for share in [0.9, 1.01, 3.0, 30.0] {
            let ratio = share * square;
            let model = format!("label_covariance({teacher}, d_over_n = {ratio})");
            let spectrum = answer(&format!("spectrum({model})"));
            let ends = numbers(spectrum["edges"].as_array().and_then(|bulks| bulks.last()).expect("a bulk"));
            let over = bound * ratio + average(&|z| g(z) / (1.0 - g(z) / bound));
            if share < 1.0 {
                // z is least where z' vanishes
                assert!(ends[1] < over && spectrum["edge_exponents"][0][1] == 0.5, "{spectrum}");
            } else {
                assert!(near(ends[1], over, 1e-10), "{spectrum} {over}");
                assert!(spectrum["edge_exponents"][0][1].is_null(), "{spectrum}");
            }
        }
    }
    assert!(complaint("edges(label_covariance(tanh(x), d_over_n = 2000))").contains("is not known"));
}

/// Labels that come near 0 and more dimensions than samples: the atom lies in the bulk, or at its end.
#[test]
fn atoms_in_a_bulk() {
    let model = "label_covariance(tanh(x), d_over_n = 3)";
    assert_eq!(answer(&format!("quantile({model}, 1/5)")), 0);
    assert!(near(number(&answer(&format!("cdf({model}, 0)"))), 5.0 / 6.0, 1e-9));
    let touching = answer("spectrum(label_covariance(sin(x)^2, d_over_n = 3))");
    assert_eq!(touching["edges"][0][0], 0, "{touching}");
    assert!(near(number(&touching["masses"][0]), 1.0 / 3.0, 1e-12), "{touching}");
    assert_eq!(answer("quantile(label_covariance(sin(x)^2, d_over_n = 3), 1/2)"), 0);
    let above = answer("edges(label_covariance(sin(x)^2 + 1/10000, d_over_n = 3))");
    assert_ne!(above[0][0], 0, "{above}");
    // as many samples that count as dimensions, but for the rounding of the probability of 0
    let balanced = answer("spectrum(label_covariance(relu(clip(x, -1, 1)), d_over_n = 1/2))");
    assert_eq!([&balanced["atom"], &balanced["edges"][0][0]], [0, 0], "{balanced}");
}

/// Odd teachers of continuous values name the candidate at the upper end, with the strength that stands in F there.
#[test]
fn candidates_of_odd_teachers() {
    for teacher in ["clip(x, -1, 1)", "tanh(x)", "sin(x)"] {
        let spikes = answer(&format!("spikes(label_covariance({teacher}, n_over_d = 4))"));
        assert_eq!(spikes.as_array().map(Vec::len), Some(1), "{spikes}");
        let [strength, threshold, margin] = ["strength", "threshold", "margin"].map(|field| number(&spikes[0][field]));
        assert!(threshold > 0.0 && near(strength / threshold - 1.0, margin, 1e-9) && margin < 0.0, "{teacher}: {spikes}");
    }
}
