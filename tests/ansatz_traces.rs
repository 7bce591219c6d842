//! The traces of the feature ansatz against their closed forms, in exact arithmetic and in doubles.

use proptest::prelude::*;
use resolvent::learning::alignment::Network;
use rug::Rational;

fn rationals<const N: usize>(values: [(i64, i64); N]) -> [Rational; N] {
    values.map(Rational::from)
}

fn network(slope: Rational, rest: Rational, ratios: [Rational; 2], labels: [Rational; 4]) -> [Rational; 3] {
    let one = || Rational::from(1);
    let [n_over_d, n_over_k] = ratios;
    let (covariance, readout) = (std::array::from_fn(|_| one()), std::array::from_fn(|_| one()));
    Network { slope, rest, n_over_d, n_over_k, labels, covariance, readout }.traces()
}

/// Σ of products, written out.
fn sum(terms: &[(i64, &[&Rational])]) -> Rational {
    terms.iter().fold(Rational::new(), |sum, (factor, factors)| {
        sum + factors.iter().fold(Rational::from(*factor), |product, next| product * *next)
    })
}

fn positive() -> impl Strategy<Value = Rational> {
    prop_oneof![Just((1, 1)), Just((1, 1000)), Just((1000, 1)), (1i64..60, 1i64..60)].prop_map(Rational::from)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Theory D 3.4: Σ = 1, |a| = 1, f quadratic, symmetric labels with fourth moment q, p = d/n and w = d/k.
    #[test]
    fn quadratic_networks_have_closed_forms(p in positive(), w in positive(), q in positive()) {
        let q = q + 1u32;
        let n_over_d = p.clone().recip();
        let n_over_k = Rational::from(&w / &p);
        let labels = [Rational::new(), Rational::from(1), Rational::new(), q.clone()];
        let found = network(Rational::from(1), Rational::new(), [n_over_d, n_over_k], labels);
        let (q, p, w) = (&q, &p, &w);
        let one = sum(&[(1, &[q, p]), (1, &[w]), (2, &[])]);
        let two = sum(&[(1, &[q, p, p]), (1, &[q, p, w]), (1, &[q, p]), (2, &[p, w]), (3, &[p]), (1, &[w, w]), (4, &[w]), (2, &[])]);
        let three = sum(&[
            (1, &[q, p, p, p]), (2, &[q, p, p, w]), (2, &[q, p, p]), (1, &[q, p, w, w]), (2, &[q, p, w]), (1, &[q, p]),
            (4, &[p, p, w]), (5, &[p, p]), (5, &[p, w, w]), (16, &[p, w]), (7, &[p]), (1, &[w, w, w]), (7, &[w, w]), (8, &[w]), (2, &[]),
        ]);
        let units = [p.clone(), Rational::from(p * p), Rational::from(p * p) * p];
        for ((found, wanted), unit) in found.iter().zip([one, two, three]).zip(units) {
            prop_assert_eq!(Rational::from(found * &unit), wanted);
        }
    }

    /// Theory D 3.4: infinite width, b₁ = 1, b_*² = b.
    #[test]
    fn wide_networks_have_closed_forms(p in positive(), b in positive(), q in positive()) {
        let q = q + 1u32;
        let labels = [Rational::new(), Rational::from(1), Rational::new(), q.clone()];
        let found = network(Rational::from(1), b.clone(), [p.clone().recip(), Rational::new()], labels);
        let c = Rational::from(&b + 1u32);
        let (q, p, b, c) = (&q, &p, &b, &c);
        let one = sum(&[(1, &[c, c, q, p]), (1, &[b, b]), (2, &[b]), (2, &[])]);
        let inner = sum(&[(1, &[b, b, b]), (3, &[b, b]), (5, &[b]), (3, &[])]);
        let two = sum(&[(1, &[q, p, p, c, c, c]), (1, &[q, p, c]), (1, &[p, &inner]), (1, &[b]), (2, &[])]);
        let square = sum(&[(1, &[b, b, b, b]), (4, &[b, b, b]), (10, &[b, b]), (12, &[b]), (5, &[])]);
        let linear = sum(&[(2, &[b, b]), (8, &[b]), (7, &[])]);
        let three = sum(&[
            (1, &[q, p, p, p, c, c, c, c]), (2, &[q, p, p, c, c]), (1, &[q, p]), (1, &[p, p, &square]), (1, &[p, &linear]), (2, &[]),
        ]);
        let units = [p.clone(), Rational::from(p * p), Rational::from(p * p) * p];
        for ((found, wanted), unit) in found.iter().zip([one, two, three]).zip(units) {
            prop_assert_eq!(Rational::from(found * &unit), wanted);
        }
    }

    /// Theory D 3.4: only He_m, m ≥ 3, at finite width.
    #[test]
    fn higher_networks_have_closed_forms(p in positive(), w in positive(), q in positive()) {
        let q = q + 1u32;
        let labels = [Rational::new(), Rational::from(1), Rational::new(), q.clone()];
        let found = network(Rational::new(), Rational::from(1), [p.clone().recip(), Rational::from(&w / &p)], labels);
        let (q, p, w) = (&q, &p, &w);
        let one = sum(&[(1, &[q, p]), (1, &[w]), (1, &[])]);
        let two = sum(&[(1, &[q, p, p]), (1, &[q, p, w]), (2, &[p, w]), (1, &[p]), (1, &[w, w]), (1, &[w])]);
        let inner = sum(&[(1, &[q, p, p]), (1, &[q, p, w]), (4, &[p, w]), (1, &[p]), (1, &[w, w]), (1, &[w])]);
        let three = Rational::from(p + w) * inner;
        let units = [p.clone(), Rational::from(p * p), Rational::from(p * p) * p];
        for ((found, wanted), unit) in found.iter().zip([one, two, three]).zip(units) {
            prop_assert_eq!(Rational::from(found * &unit), wanted);
        }
    }

    /// r → s r, f → s f and a → s a change the traces by powers of s alone.
    #[test]
    fn traces_are_homogeneous(s in positive(), g in positive(), h in positive(), rest in positive()) {
        use rug::ops::Pow;
        let power = |exponent: i32| Rational::from((&s).pow(exponent));
        let labels = rationals([(1, 2), (2, 1), (1, 3), (9, 1)]);
        let covariance = rationals([(1, 1), (3, 2), (3, 1), (7, 1), (18, 1), (48, 1)]);
        let readout = rationals([(1, 1), (3, 1), (15, 1), (105, 1)]);
        let plain = Network { slope: Rational::from(1), rest, n_over_d: g, n_over_k: h, labels, covariance, readout };
        let scaled = |what: &str| {
            let mut network = plain.clone();
            match what {
                "labels" => (0..4).for_each(|k| network.labels[k] *= power(k as i32 + 1)),
                "readout" => (0..4).for_each(|k| network.readout[k] *= power(2 * (k as i32 + 1))),
                _ => (network.slope, network.rest) = (power(2), Rational::from(&network.rest * power(2))),
            }
            network.traces()
        };
        let known = plain.traces();
        for (what, powers) in [("labels", [4, 4, 4]), ("readout", [4, 6, 8]), ("activation", [4, 6, 8])] {
            for ((found, known), exponent) in scaled(what).iter().zip(&known).zip(powers) {
                prop_assert_eq!(found.clone(), Rational::from(known * power(exponent)), "{}", what);
            }
        }
    }

    /// Doubles follow exact arithmetic.
    #[test]
    fn doubles_follow_exact_arithmetic(p in positive(), w in positive(), rest in positive()) {
        let labels = rationals([(1, 2), (2, 1), (1, 3), (9, 1)]);
        let covariance = rationals([(1, 1), (3, 2), (3, 1), (7, 1), (18, 1), (48, 1)]);
        let readout = rationals([(1, 1), (3, 1), (15, 1), (105, 1)]);
        let exact = Network { slope: Rational::from(1), rest, n_over_d: p, n_over_k: w, labels, covariance, readout };
        let doubles = |list: &[Rational]| list.iter().map(Rational::to_f64).collect::<Vec<f64>>();
        let network = Network {
            slope: 1.0,
            rest: exact.rest.to_f64(),
            n_over_d: exact.n_over_d.to_f64(),
            n_over_k: exact.n_over_k.to_f64(),
            labels: doubles(&exact.labels).try_into().expect("four"),
            covariance: doubles(&exact.covariance).try_into().expect("six"),
            readout: doubles(&exact.readout).try_into().expect("four"),
        };
        for (double, wanted) in network.traces().iter().zip(exact.traces()) {
            prop_assert!((double / wanted.to_f64() - 1.0).abs() < 1e-11, "{double} {wanted}");
        }
    }
}
