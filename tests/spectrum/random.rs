//! Many random laws: the number of edges, one admissible root, mass one and the exact moments from the density.
//!
//! 200 laws by default, 10⁵ with RESOLVENT_LONG set.

use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use resolvent::spectrum::{Law64, branches, moments};

use super::*;

fn count() -> usize {
    if std::env::var_os("RESOLVENT_LONG").is_some() { 100_000 } else { 200 }
}

/// ∫ (1, x, x²) ρ over a bulk: the midpoint rule in the angle of x = low + (high − low)(1 − cos t)/2, which square roots and their
/// inverses at the ends do not disturb, refined until it settles; a bulk over several orders of magnitude is cut.
pub fn integrals(law: &Law64, [low, high]: [f64; 2]) -> [f64; 3] {
    const RATIO: f64 = 30.0;
    if low > 0.0 && high > RATIO * low {
        let (below, above) = (integrals(law, [low, RATIO * low / 2.0]), integrals(law, [RATIO * low / 2.0, high]));
        return [0, 1, 2].map(|k| below[k] + above[k]);
    }
    let rule = |points: usize| {
        let step = std::f64::consts::PI / points as f64;
        let mut sums = [0.0; 3];
        for k in 0..points {
            let t = step * (k as f64 + 0.5);
            let x = low + (high - low) * (t / 2.0).sin().powi(2);
            let weight = law.density(x) * 0.5 * (high - low) * t.sin() * step;
            (sums[0], sums[1], sums[2]) = (sums[0] + weight, sums[1] + weight * x, sums[2] + weight * x * x);
        }
        sums
    };
    let mut points = 64;
    let mut last = rule(points);
    loop {
        points *= 3;
        let next = rule(points);
        let settled = next.iter().zip(&last).all(|(a, b)| (a - b).abs() <= 3e-10 * a.abs());
        if settled || points > 200_000 {
            return next;
        }
        last = next;
    }
}

fn examine(parameters: &Parameters, z: &Argument) {
    let name = format!("{} {} {:?}", parameters.phi, parameters.psi, parameters.exact);
    let law = Law64::new(parameters).expect("tables");
    let edges = law.edges();
    assert!(edges.len() == 1 || edges.len() == 2, "{name}: two or four edges");
    let one_bulk = parameters.psi >= 1 || parameters.phi >= 1;
    assert!(!one_bulk || edges.len() == 1, "{name}: two bulks need n0 < n1 and n0 < m");
    let roots = certain(10, |bits| branches(parameters, z, bits), |_| Vec::new());
    assert_eq!(roots.iter().filter(|root| root.admissible).count(), 1, "{name}");
    let exact = moments(parameters, 2, 64).expect("moments");
    let mut sums = [law.atom(), 0.0, 0.0];
    for bulk in edges {
        for (sum, part) in sums.iter_mut().zip(integrals(&law, bulk)) {
            *sum += part;
        }
    }
    let expected = [1.0, exact.values[0].to_f64(), exact.values[1].to_f64()];
    for (k, (sum, value)) in sums.iter().zip(expected).enumerate() {
        assert!((sum - value).abs() <= 1e-9 * value, "{name}: moment {k} is {sum}, and {value} exactly");
    }
}

#[test]
fn random_laws() {
    const THREADS: usize = 2;
    let share = |seed: u8| {
        let seed = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
        let mut runner = TestRunner::new_with_rng(Config::default(), seed);
        let strategy = (moderate_law(), upper_point());
        for _ in 0..count() / THREADS {
            let (parameters, (re, im)) = strategy.new_tree(&mut runner).expect("a law").current();
            examine(&parameters, &Argument::Exact(re, im));
        }
    };
    std::thread::scope(|scope| {
        for seed in 0..THREADS {
            scope.spawn(move || share(seed as u8));
        }
    });
}

/// Extreme ratios keep every digit asked: twice the bits give an enclosure that agrees.
#[test]
fn extreme_ratios_keep_their_digits() {
    for phi in ["1e-6", "1", "1e6"] {
        for psi in ["1e-6", "1", "1e6"] {
            for theta2 in ["1e-6", "1/2", "999999/1000000"] {
                let parameters = law(phi, psi, "1", theta2);
                let (few, many) = (edges_at(&parameters, 20), edges_at(&parameters, 60));
                assert_eq!(few.len(), many.len(), "{phi} {psi} {theta2}");
                for (a, b) in few.iter().flatten().zip(many.iter().flatten()) {
                    assert!(a.position.overlaps(&b.position) && a.exponent == b.exponent, "{phi} {psi} {theta2}");
                }
                let middle = quantile_at(&parameters, &rational("999/1000"), 20);
                if middle.is_positive() {
                    let x = middle.mid().to_rational().expect("finite");
                    let p = cdf_at(&parameters, &x, 18);
                    assert!((p.to_f64() - 0.999).abs() < 1e-15, "{phi} {psi} {theta2}: {}", p.to_f64());
                }
            }
        }
    }
}
