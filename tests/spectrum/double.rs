//! The double-precision path against the proved one.

use num_complex::Complex64;

use super::*;

/// ∫ f over a bulk by the double-exponential rule, which does not mind powers at the ends.
pub fn integral(low: f64, high: f64, f: impl Fn(f64) -> f64) -> f64 {
    let (step, pi) = (1.0 / 40.0, std::f64::consts::PI);
    let term = |k: i32| {
        let t = step * f64::from(k);
        let (near, far) = (1.0 / (1.0 + (-pi * t.sinh()).exp()), 1.0 / (1.0 + (pi * t.sinh()).exp()));
        f(low * far + high * near) * (high - low) * pi * t.cosh() * near * far
    };
    (-160..=160).map(term).sum::<f64>() * step
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_balls((parameters, shares) in (any_law(), prop::collection::vec(0.001..0.999f64, 6))) {
        let law = table(&inexact(&parameters, 256)).expect("tables");
        for ([low, high], share) in law.edges().into_iter().flat_map(|bulk| shares.iter().map(move |share| (bulk, *share))) {
            let x = low * (1.0 - share) + high * share;
            // the argument itself is a double: an error of one unit moves the density by this much near an edge
            let slack = 1e-10 + 1e-15 * x / (x - low).min(high - x);
            let expected = density_at(&parameters, &from_double(x), 15).to_f64();
            prop_assert!((law.density(x) - expected).abs() <= slack * expected, "density {} {} {}", x, law.density(x), expected);
            let expected = cdf_at(&parameters, &from_double(x), 15).to_f64();
            prop_assert!((law.cdf(x) - expected).abs() <= 1e-9, "cdf {} {} {}", x, law.cdf(x), expected);
        }
    }

    #[test]
    fn transform_agrees_with_balls((parameters, (re, im)) in (any_law(), upper_point())) {
        let law = table(&parameters).expect("tables");
        let z = Complex64::new(re.to_f64(), im.to_f64());
        let expected = m_at(&parameters, &re, &im, 15).to_c64();
        let value = law.stieltjes(z).expect("off the axis");
        prop_assert!((value - expected).norm() <= 1e-9 * expected.norm(), "{} {}", value, expected);
        let below = law.stieltjes(z.conj()).expect("off the axis");
        prop_assert!((below - value.conj()).norm() <= 1e-14 * value.norm());
    }

    #[test]
    fn total_mass_is_one(parameters in moderate_law()) {
        let law = table(&parameters).expect("tables");
        let mut mass = law.atom();
        for [low, high] in law.edges() {
            let (by_cdf, by_sum) = (law.cdf(high) - law.cdf(low), super::random::integrals(&law, [low, high])[0]);
            prop_assert!((by_cdf - by_sum).abs() < 1e-8, "{} {}", by_cdf, by_sum);
            mass += by_cdf;
        }
        prop_assert!((mass - 1.0).abs() < 1e-12);
    }

    #[test]
    fn quantile_inverts((parameters, p) in (any_law(), 0.001..0.999f64)) {
        let law = table(&parameters).expect("tables");
        let x = law.quantile(p).expect("a probability");
        if x > 0.0 {
            let expected = quantile_at(&parameters, &from_double(p), 15).to_f64();
            prop_assert!((law.cdf(x) - p).abs() < 1e-9 || (x - expected).abs() < 1e-9 * x, "{} {} {}", x, expected, law.cdf(x));
        } else {
            prop_assert!(p <= law.atom());
        }
    }
}

#[test]
fn the_mass_of_smooth_laws_is_one_to_twelve_digits() {
    for (phi, psi, theta2) in [
        ("1", "1", "1/2"),
        ("1/2", "3/4", "2/5"),
        ("1", "2", "0"),
        ("1", "1", "1"),
        ("1/1000", "1/10", "1/2"),
        ("25", "50", "4/5"),
    ] {
        let law = table(&law(phi, psi, "3", &format!("{}", rational(theta2) * 3))).expect("tables");
        let mass: f64 = law.edges().iter().map(|&[low, high]| integral(low, high, |x| law.density(x))).sum();
        assert!((mass + law.atom() - 1.0).abs() < 1e-12, "{phi} {psi} {theta2}: {mass}");
    }
}

#[test]
fn out_of_range_and_special_points() {
    let square = table(&law("1", "1", "1", "1/2")).expect("tables");
    assert_eq!(square.density(0.0), f64::INFINITY);
    assert_eq!(square.density(-1.0), 0.0);
    assert_eq!(square.density(5.0), 0.0);
    assert_eq!(square.quantile(1.5), None);
    assert_eq!(square.stieltjes(Complex64::new(1.0, 0.0)), Err(LawError::OnTheCut));
    let null = table(&law("1", "1", "0", "0")).expect("tables");
    assert_eq!((null.atom(), null.cdf(-1.0), null.cdf(1.0), null.density(1.0)), (1.0, 0.0, 1.0, 0.0));
}
