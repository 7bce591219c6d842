//! Signals through functions with kinks, and next to q = 0: closed forms, symmetries, conditional means of one's own, and series in q.

#[path = "common/asking.rs"]
mod asking;

use std::f64::consts::PI;

use asking::{answer, complaint, number};

#[track_caller]
fn near(found: f64, right: f64, accuracy: f64, label: &str) {
    assert!((found - right).abs() <= accuracy * right.abs(), "{label}: {found} {right}");
}

fn density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / (2.0 * PI).sqrt()
}

/// E g(U) by Gauss's rule of two points on many short panels between the places where g has a kink.
fn mean(g: impl Fn(f64) -> f64, kinks: &[f64]) -> f64 {
    let mut ends = vec![-12.0];
    ends.extend(kinks);
    ends.push(12.0);
    let mut sum = 0.0;
    for pair in ends.windows(2) {
        let count = ((pair[1] - pair[0]) / 0.005).ceil();
        let width = (pair[1] - pair[0]) / count;
        for k in 0..count as i32 {
            let middle = pair[0] + width * (f64::from(k) + 0.5);
            for node in [-0.5, 0.5].map(|side| middle + side * width / 3f64.sqrt()) {
                sum += 0.5 * width * density(node) * g(node);
            }
        }
    }
    sum
}

/// E max(N, 0) of a normal N.
fn rectified(mean: f64, deviation: f64) -> f64 {
    let t = mean / deviation;
    mean * 0.5 * libm::erfc(-t / 2f64.sqrt()) + deviation * density(t)
}

/// Variances by their closed form, correlations by the conditional mean, which is one too.
#[test]
fn clipped_lines_follow_their_closed_forms() {
    for (w, b) in [(3.0, 0.1), (1.5, 0.02), (8.0, 0.5), (1.2, 1e-6)] {
        let p = answer(&format!("propagation(hard_tanh(x), sigma_w2 = {w}, sigma_b2 = {b})"));
        let [q, chi_1, c] = ["q_star", "chi_1", "c_star"].map(|field| number(&p[field]));
        let t = 1.0 / (2.0 * q).sqrt();
        let second = q * (libm::erf(t) - 2.0 / PI.sqrt() * t * (-t * t).exp()) + libm::erfc(t);
        near(w * second + b, q, 1e-13, "V(q)");
        near(w * libm::erf(t), chi_1, 1e-13, "chi_1");
        if chi_1 > 1.0 {
            let (sigma, rest) = (q.sqrt(), (1.0 - c * c).sqrt());
            let conditional = |u: f64| {
                let (mean, deviation) = (c * sigma * u, rest * sigma);
                rectified(mean + 1.0, deviation) - rectified(mean - 1.0, deviation) - 1.0
            };
            let product = mean(|u| (sigma * u).clamp(-1.0, 1.0) * conditional(u), &[-1.0 / sigma, 1.0 / sigma]);
            near((w * product + b) / q, c, 1e-9, "R(c*)");
        } else {
            near(c, 1.0, 1e-15, "c*");
        }
    }
}

/// |f| has the variances and slopes of f, whose kink at 0 changes correlations alone; and these merge less far than those of f.
#[test]
fn absolute_values_share_their_variances() {
    for (f, even) in [("tanh(x)", "abs(tanh(x))"), ("hard_tanh(x)", "min(abs(x), 1)"), ("sin(x)", "abs(sin(x))")] {
        let [f, even] = [f, even].map(|f| answer(&format!("propagation({f}, sigma_w2 = 3, sigma_b2 = 1/10)")));
        for field in ["q_star", "slope", "chi_1"] {
            near(number(&even[field]), number(&f[field]), 1e-14, field);
        }
        assert!(number(&even["c_star"]) > number(&f["c_star"]));
    }
}

/// Scaled exponential units, whose correlations tend to a number next to 1, by the conditional mean.
#[test]
fn correlations_of_selu_tend_to_a_fixed_point_of_their_map() {
    let p = answer("propagation(selu(x), sigma_w2 = 1, sigma_b2 = 1/10)");
    let [q, c, slope] = ["q_star", "c_star", "chi_c"].map(|field| number(&p[field]));
    let (scale, alpha) = (1.050_700_987_355_480_5, 1.673_263_242_354_377_2);
    let f = |x: f64| if x > 0.0 { scale * x } else { scale * alpha * x.exp_m1() };
    let sigma = q.sqrt();
    let map = |c: f64| {
        let rest = (1.0 - c * c).sqrt() * sigma;
        // E (e^N − 1) 1{N < 0}
        let below = |mean: f64| {
            let lower = |place: f64| 0.5 * libm::erfc(place / 2f64.sqrt());
            (mean + 0.5 * rest * rest).exp() * lower(mean / rest + rest) - lower(mean / rest)
        };
        let conditional = |u: f64| scale * (rectified(c * sigma * u, rest) + alpha * below(c * sigma * u));
        (mean(|u| f(sigma * u) * conditional(u), &[0.0]) + 0.1) / q
    };
    near(map(c), c, 1e-9, "R(c*)");
    near((map(c + 1e-4) - map(c - 1e-4)) / 2e-4, slope, 1e-4, "R'(c*)");
    near(mean(|u| f(sigma * u).powi(2), &[0.0]) + 0.1, q, 1e-9, "V(q)");
}

/// tanh² = x² − 2x⁴/3 + 17x⁶/45 − 62x⁸/315 …, of which E tanh(√q Z)² = q − 2q² + 17q³/3 − 62q⁴/3 …
#[test]
fn variances_next_to_zero_follow_their_series() {
    for (w, b) in [(1.0, 1e-8), (1.0, 1e-12), (1.0, 1e-16), (1.001, 0.0), (1.000_01, 0.0), (1.000_1, 1e-12), (0.999_9, 1e-10)] {
        let q = number(&answer(&format!("propagation(tanh(x), sigma_w2 = {w}, sigma_b2 = {b}).q_star")));
        let rest = q * (w - 1.0) + b + w * q * q * (-2.0 + q * (17.0 / 3.0 - q * 62.0 / 3.0));
        // two terms balance each other, of which each has the accuracy of q; the first that is left out is 92 q⁵
        assert!(rest.abs() < 1e-9 * w * q * q + 100.0 * q.powi(5), "{w} {b}: {q} {rest}");
    }
    // odd functions with x next to 0: no fixed point but 0 at and below slope 1, even where f is x itself up to a kink
    for text in
        ["tanh(x), sigma_w2 = 1", "hard_tanh(x), sigma_w2 = 1", "relu6(x), sigma_w2 = 2", "tanh(x), sigma_w2 = 9999/10000"]
    {
        let p = answer(&format!("propagation({text}).fixed_points"));
        let q: Vec<f64> = p.as_array().into_iter().flatten().map(|row| number(&row["q"])).collect();
        assert_eq!(q, [0.0], "{text}: {p}");
    }
    // where V(q)/q tends to 1 far out, no bound tells on which side it stays
    let said = complaint("propagation(hardswish(x), sigma_w2 = 2, sigma_b2 = 1/100)");
    assert!(said.contains("stays bounded"), "{said}");
}
