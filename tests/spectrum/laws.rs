//! Laws that hold for all parameters: symmetries, the equation itself, other solvers, closed forms.

use num_complex::Complex64;
use resolvent::number::{Magnitude, Ring};
use resolvent::spectrum::branches;

use super::*;

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// The coefficients of the quartic in m (docs/mathematics.md, 'The curve') at z, the constant first.
fn quartic(parameters: &Parameters, z: &ComplexBall) -> [ComplexBall; 5] {
    let (theta1, theta2) = parameters.exact.clone().expect("exact parameters");
    let (phi, psi) = (&parameters.phi, &parameters.psi);
    let delta = Rational::from(&theta1 - &theta2);
    let difference = Rational::from(phi - psi);
    let number = |value: Rational| z.rational(&value);
    let square = |value: &Rational| Rational::from(value * value);
    let c4 = number(square(phi) * &theta2 * &delta).times(z).times(z);
    let c3 = number(Rational::from(phi * &theta2) * 2 * &difference * &delta)
        .plus(&number(Rational::from(phi * psi) * &theta2).times(z))
        .times(z);
    let linear = Rational::from(phi * psi) * 2 * &theta2 - square(psi) * &theta2 - Rational::from(phi * &theta1) * square(psi);
    let c2 = number(Rational::from(&theta2 * &delta) * square(&difference)).plus(&number(linear).times(z));
    let constant = Rational::from(psi * &difference) * &theta1 - Rational::from(&difference * &theta2);
    let c1 = number(-(constant * psi)).minus(&number(square(psi) * psi).times(z));
    let c0 = number(-(square(psi) * psi));
    [c0, c1, c2, c3, c4]
}

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn signs_and_quartic((parameters, (re, im)) in (any_law(), upper_point())) {
        let m = m_at(&parameters, &re, &im, 15);
        let z = Argument::Exact(re.clone(), im.clone()).ball(m.bits());
        prop_assert!(m.im.is_positive(), "Im m");
        prop_assert!((&z * &m).im.is_positive(), "Im z m");
        let c = quartic(&parameters, &z);
        let residual = c.iter().rev().fold(z.integer(0), |sum, a| &(&sum * &m) + a);
        prop_assert!(residual.re.contains_zero() && residual.im.contains_zero(), "residual of the quartic");
        let size = c.iter().rev().fold(Magnitude::ZERO, |sum, a| sum.times(m.magnitude()).plus(a.magnitude()));
        prop_assert!(residual.magnitude() < size.shifted(-40), "the residual ball says something");
    }

    #[test]
    fn twice_the_bits_overlap((parameters, (re, im)) in (any_law(), upper_point())) {
        let z = Argument::Exact(re.clone(), im);
        let coarse = stieltjes(&parameters, &z, 100);
        let fine = stieltjes(&parameters, &z, 200);
        if let (Ok(coarse), Ok(fine)) = (coarse, fine) {
            prop_assert!(coarse.overlaps(&fine));
        }
        let blurred = stieltjes(&inexact(&parameters, 100), &z, 100);
        let exact = stieltjes(&parameters, &z, 200);
        if let (Ok(blurred), Ok(exact)) = (blurred, exact) {
            prop_assert!(blurred.overlaps(&exact));
        }
        let x = re.abs();
        if let (Ok(coarse), Ok(fine)) = (density(&inexact(&parameters, 100), &x, 100), density(&parameters, &x, 200)) {
            prop_assert!(coarse.overlaps(&fine));
        }
        if let (Ok(coarse), Ok(fine)) = (cdf(&inexact(&parameters, 100), &x, 100), cdf(&parameters, &x, 200)) {
            prop_assert!(coarse.overlaps(&fine));
        }
    }

    #[test]
    fn duality_of_neurons_and_samples((parameters, (re, im)) in (any_law(), upper_point())) {
        let gamma = parameters.gamma();
        let (theta1, theta2) = parameters.exact.clone().expect("exact");
        let dual = law_of(parameters.psi.clone(), parameters.phi.clone(), theta1, theta2);
        let m = m_at(&parameters, &re, &im, 15);
        let scaled = |value: &Rational| Rational::from(value / &gamma);
        let m_dual = m_at(&dual, &scaled(&re), &scaled(&im), 15);
        let z = Argument::Exact(re.clone(), im.clone()).ball(m.bits());
        let companion = &(&m.rational(&gamma) * &m) - &(&m.rational(&(1 - gamma.clone())) / &z);
        let expected = &m.rational(&gamma) * &companion;
        prop_assert!(m_dual.overlaps(&expected));
    }

    #[test]
    fn scaling((parameters, (re, im), k) in (any_law(), upper_point(), 1e-3..1e3f64)) {
        let k = from_double(k);
        let (theta1, theta2) = parameters.exact.clone().expect("exact");
        let scaled = law_of(parameters.phi.clone(), parameters.psi.clone(), theta1 * &k, theta2 * &k);
        let m = m_at(&parameters, &re, &im, 15);
        let m_scaled = m_at(&scaled, &Rational::from(&re * &k), &Rational::from(&im * &k), 15);
        prop_assert!((&m_scaled * &m.rational(&k)).overlaps(&m));
    }

    #[test]
    fn one_admissible_branch((parameters, (re, im)) in (any_law(), upper_point())) {
        let z = Argument::Exact(re.clone(), im.clone());
        let found = certain(10, |bits| branches(&parameters, &z, bits), |found| found.iter().map(|b| b.m.im.clone()).collect());
        prop_assert_eq!(found.len(), 4);
        for branch in &found {
            let signs = branch.signs;
            prop_assert_eq!(signs.q && signs.w, branch.admissible);
            prop_assert_eq!(signs.m && signs.zm, branch.admissible);
            prop_assert!(!branch.admissible || (signs.companion && signs.z_companion));
        }
        let m = m_at(&parameters, &re, &im, 10);
        prop_assert!(found.iter().any(|branch| branch.admissible && branch.m.overlaps(&m)));
        let product = found.iter().fold(m.integer(1), |product, branch| &product * &branch.m);
        let c = quartic(&parameters, &z.ball(m.bits()));
        prop_assert!((&product * &c[4]).overlaps(&c[0]), "Vieta: the four are all the roots");
    }

    #[test]
    fn two_or_four_edges(parameters in any_law()) {
        let bulks = edges_at(&parameters, 15);
        prop_assert!(bulks.len() == 1 || bulks.len() == 2);
        prop_assert!(bulks.len() == 1 || (parameters.psi < 1 && parameters.phi < 1), "two bulks need n₀ < n₁ and n₀ < m");
        for edge in bulks.iter().flatten() {
            prop_assert!(edge.position.is_exact_zero() || edge.position.is_positive());
        }
    }

    #[test]
    fn zero_density_outside_and_positive_inside((parameters, share) in (any_law(), 0.01..0.99f64)) {
        let bulks = edges_at(&parameters, 15);
        for [low, high] in &bulks {
            let between = low.position.mid().to_f64() * (1.0 - share) + high.position.mid().to_f64() * share;
            prop_assert!(density_at(&parameters, &from_double(between), 5).is_positive());
        }
        if let [[_, low], [high, _]] = &bulks[..] {
            let between = low.position.mid().to_f64() * (1.0 - share) + high.position.mid().to_f64() * share;
            prop_assert!(density_at(&parameters, &from_double(between), 5).is_exact_zero());
        }
        let beyond = bulks[bulks.len() - 1][1].position.mid().to_f64() * (1.0 + share);
        prop_assert!(density_at(&parameters, &from_double(beyond), 5).is_exact_zero());
    }

    #[test]
    fn the_half_plane_iteration_agrees((parameters, x, y) in (moderate_law(), -2.0..2.0f64, 0.2..2.0f64)) {
        let top = edges_at(&parameters, 15).last().map_or(1.0, |bulk| bulk[1].position.to_f64());
        let z = Complex64::new(x * top, y * top);
        let expected = half_plane(&parameters, z);
        let m = m_at(&parameters, &from_double(z.re), &from_double(z.im), 15).to_c64();
        prop_assert!((m - expected).norm() < 1e-9 * m.norm(), "{} {}", m, expected);
    }

    #[test]
    fn quantile_inverts_the_distribution((parameters, p) in (any_law(), 0.001..0.999f64)) {
        let p = from_double(p);
        let x = quantile_at(&parameters, &p, 20);
        if x.is_exact_zero() {
            prop_assert!(resolvent::spectrum::atom(&parameters) >= p);
        } else {
            let ends = [x.low(), x.high()].map(|end| end.to_rational().expect("finite"));
            let slack = |shift: i32| Rational::from(1) + Rational::from((shift, 1_000_000_000));
            let [below, above] = [(&ends[0] * slack(-1)), (&ends[1] * slack(1))];
            prop_assert!(!(&cdf_at(&parameters, &below, 3) - &Ball::rational(&p, 400)).is_positive());
            prop_assert!(!(&cdf_at(&parameters, &above, 3) - &Ball::rational(&p, 400)).is_negative());
        }
    }
}

/// m(z) by the map w ↦ z − γ w (w G_H(w) − 1), a self-map of the upper half plane with one attracting fixed point.
fn half_plane(parameters: &Parameters, z: Complex64) -> Complex64 {
    let (theta1, theta2) = parameters.exact.as_ref().map(|(a, b)| (a.to_f64(), b.to_f64())).expect("exact parameters");
    let (gamma, c, delta) = (parameters.gamma().to_f64(), theta2 / parameters.psi.to_f64(), theta1 - theta2);
    let population = |w: Complex64| {
        let (a, b) = ((w - delta) * c, w - delta + c - theta2);
        let root = (b * b - 4.0 * a).sqrt();
        [2.0 / (b + root), 2.0 / (b - root)].into_iter().min_by(|p, q| p.im.total_cmp(&q.im)).expect("two roots")
    };
    let mut w = z + Complex64::i();
    for _ in 0..20_000 {
        let next = 0.5 * (w + z - gamma * w * (w * population(w) - 1.0));
        let change = (next - w).norm();
        w = next;
        if change < 1e-15 * w.norm() {
            break;
        }
    }
    -w * population(w) / z
}

#[test]
fn moments_agree_with_picard_series() {
    for (phi, psi, theta1, theta2) in [
        ("1", "1", "1", "1/2"),
        ("7/3", "5/2", "11/7", "2/3"),
        ("1/20", "1/4", "1", "9/10"),
        ("2", "3", "5", "0"),
        ("1/2", "1/3", "2", "2"),
    ] {
        let parameters = law(phi, psi, theta1, theta2);
        let exact = exact_moments(&parameters, 8);
        assert_eq!(exact, picard(&parameters, 8), "{phi} {psi} {theta1} {theta2}");
    }
}

/// Moments from u = 1 + δ Q + θ₂ Q/(1 − c Q), Q = x u U, by iteration on series in x = 1/z; E λᵏ is the coefficient of xᵏ in u.
fn picard(parameters: &Parameters, count: usize) -> Vec<Rational> {
    use resolvent::number::Series;
    let (theta1, theta2) = parameters.exact.clone().expect("exact parameters");
    let one = Rational::from(1);
    let constant = |value: &Rational| Series::constant(value, count + 1);
    let x = Series::variable(&one, count + 1);
    let (delta, c) = (constant(&Rational::from(&theta1 - &theta2)), constant(&Rational::from(&theta2 / &parameters.psi)));
    let (unit, gamma, theta2) = (constant(&one), constant(&parameters.gamma()), constant(&theta2));
    let mut u = unit.clone();
    for _ in 0..=count {
        let companion = unit.plus(&gamma.times(&u.minus(&unit)));
        let q = x.times(&u).times(&companion);
        u = unit.plus(&delta.times(&q)).plus(&theta2.times(&q).over(&unit.minus(&c.times(&q))));
    }
    u.coefficients[1..].to_vec()
}

/// The discriminant of a₀ + a₁ x + … + a₄ x⁴.
fn discriminant([e, d, c, b, a]: &[ComplexBall; 5]) -> Ball {
    let [a, b, c, d, e] = [a, b, c, d, e].map(|value| value.re.clone());
    let n = |k: i64| Ball::integer(k, a.bits());
    let invariant_i = &(&n(12) * &(&a * &e)) - &(&n(3) * &(&b * &d)) + c.square();
    let invariant_j = n(72) * (&(&a * &c) * &e) + n(9) * (&(&b * &c) * &d)
        - n(27) * (&a * &d.square())
        - n(27) * (&e * &b.square())
        - n(2) * c.power(3);
    (n(4) * invariant_i.power(3) - invariant_j.square()) / n(27)
}

#[test]
fn edges_are_roots_of_the_discriminant() {
    for (phi, psi, theta2) in [
        ("1/2", "3/4", "2/5"),
        ("1/20", "1/4", "9/10"),
        ("1/10", "1/20", "19/20"),
        ("25", "50", "4/5"),
        ("1/2", "2", "1/1000000"),
    ] {
        let parameters = law(phi, psi, "1", theta2);
        for edge in edges_at(&parameters, 60).iter().flatten() {
            let at = |x: &Ball| discriminant(&quartic(&parameters, &ComplexBall::real(x.clone())));
            let inside = edge.position.times_rational(&Rational::from((1_000_001, 1_000_000)));
            let zero = at(&edge.position);
            assert!(zero.contains_zero(), "{phi} {psi} {theta2}");
            assert!(
                zero.magnitude() < at(&inside).least_magnitude().shifted(-60),
                "the discriminant is certainly smaller at the edge"
            );
        }
    }
}

#[test]
fn marchenko_pastur() {
    for (phi, psi, theta1) in [("1", "2", "1"), ("3", "1/7", "5/3"), ("1000", "1001", "2")] {
        let parameters = law(phi, psi, theta1, "0");
        let bits = 200;
        let gamma = Ball::rational(&parameters.gamma(), bits);
        let (theta, root, one) = (Ball::rational(&rational(theta1), bits), gamma.sqrt(), Ball::integer(1, bits));
        let ends = [&theta * &(&one - &root).square(), &theta * &(&one + &root).square()];
        let bulks = edges_at(&parameters, 30);
        assert!(near(&bulks[0][0].position, &ends[0], 30) && near(&bulks[0][1].position, &ends[1], 30));
        for share in [0.1, 0.5, 0.9] {
            let x = from_double(ends[0].to_f64() * (1.0 - share) + ends[1].to_f64() * share);
            let ball = Ball::rational(&x, bits);
            let numerator = ((&ends[1] - &ball) * (&ball - &ends[0])).sqrt();
            let expected = &numerator / &(&(&Ball::pi(bits) * &gamma).shifted(1) * &(&theta * &ball));
            assert!(near(&density_at(&parameters, &x, 30), &expected, 30), "{phi} {psi}");
        }
    }
}

#[test]
fn fuss_catalan() {
    let parameters = law("1", "1", "1", "1");
    let bulks = edges_at(&parameters, 40);
    assert!(bulks[0][0].position.is_exact_zero() && bulks[0][0].exponent == Rational::from((-2, 3)));
    assert!(bulks[0][1].position.contains(&Rational::from((27, 4))));
    let exact = exact_moments(&parameters, 6);
    assert_eq!(exact, [1, 3, 12, 55, 273, 1428], "binom(3k, k)/(2k + 1)");
    // Penson and Życzkowski, Phys. Rev. E 83 (2011) 061118
    for x in [0.01f64, 0.5, 2.0, 6.0] {
        let a = 27.0 + 3.0 * (81.0 - 12.0 * x).sqrt();
        let cube = 2f64.cbrt();
        let expected = cube * 3f64.sqrt() / (12.0 * std::f64::consts::PI) * (cube * a.powf(2.0 / 3.0) - 6.0 * x.cbrt())
            / (x.powf(2.0 / 3.0) * a.cbrt());
        let value = density_at(&parameters, &from_double(x), 20).to_f64();
        assert!((value - expected).abs() < 1e-13 * expected, "{x}: {value} {expected}");
    }
}

#[test]
fn masses_are_exact_in_gaps() {
    let parameters = law("1/10", "1/20", "1", "19/20");
    let at = |x: &str| cdf(&parameters, &rational(x), 100).expect("a gap");
    assert!(at("0").contains(&rational("1/2")) && at("0.001").contains(&rational("1/2")));
    assert!(at("2").contains(&rational("19/20")));
    assert!(at("40").contains(&rational("1")));
    assert!(quantile_at(&parameters, &rational("0.95"), 30).to_f64() < 0.2707);
    assert!(quantile_at(&parameters, &rational("0.3"), 30).is_exact_zero());
}
