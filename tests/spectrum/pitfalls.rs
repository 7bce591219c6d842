//! Mistakes that are easily made when a law is computed from its equation, one test each.

use resolvent::number::Ring;
use resolvent::spectrum::{atom, branches, hard_edge, moments};

use super::*;

#[test]
fn positive_imaginary_part_does_not_select() {
    let parameters = law("1", "1", "1", "1/2");
    let z = Argument::Exact(rational("1/2"), rational("3"));
    let found = branches(&parameters, &z, 128).expect("branches");
    let positive: Vec<_> = found.iter().filter(|branch| branch.signs.m).collect();
    assert_eq!(positive.len(), 3, "three roots have Im m > 0");
    let largest = positive.iter().max_by(|a, b| a.m.im.to_f64().total_cmp(&b.m.im.to_f64())).expect("one");
    assert!(!largest.admissible, "and the largest of them is not the transform");
}

#[test]
fn non_real_pair_left_of_zero_is_no_density() {
    let parameters = law("1/2", "3/4", "1", "2/5");
    let x = Argument::Exact(rational("-50"), Rational::new());
    let found = branches(&parameters, &x, 128).expect("branches");
    assert!(found.iter().any(|branch| branch.m.im.is_positive()), "a non-real pair");
    assert!(density(&parameters, &rational("-50"), 128).expect("a density").is_exact_zero());
    assert!(found.iter().any(|branch| branch.admissible && branch.m.im.is_exact_zero()));
}

#[test]
fn spurious_critical_values_are_no_edges() {
    let square = edges_at(&law("1", "1", "1", "1/2"), 20);
    assert_eq!(square.len(), 1);
    assert!(square[0][0].position.is_exact_zero(), "of the two critical points over 0 one is the hard edge");
    assert!((square[0][1].position.to_f64() - 4.972_829_4).abs() < 1e-7);
    assert_eq!(edges_at(&law("1/20", "1/4", "1", "9/10"), 20).len(), 2, "with both inner edges");
}

#[test]
fn extreme_ratios() {
    for (phi, psi) in [("1e-6", "1e6"), ("1e6", "1e-6"), ("1e6", "1e6"), ("1e-6", "1e-6"), ("1e-6", "1"), ("1", "1e-6")] {
        let parameters = law(phi, psi, "3/2", "1/3");
        let first = moments(&parameters, 1, 64).expect("moments")[0].ball(64).expect("a number");
        let top = edges_at(&parameters, 20).last().expect("a bulk")[1].position.to_f64();
        let far = from_double(top * 1e12);
        let m = m_at(&parameters, &far, &Rational::new(), 30).re;
        // −z m = 1 + E λ/z + …
        let ball = Ball::rational(&far, m.bits());
        let correction = &(&(-&(&ball * &m)) - &m.integer(1)) * &ball;
        assert!(near(&correction, &first, 5), "{phi} {psi}");
    }
}

#[test]
fn signs_and_orientation() {
    // n₁ = 2 m: half of the eigenvalues of the n₁ × n₁ matrix vanish, and γ = φ/ψ = n₁/m
    let parameters = law("2", "1", "1", "1/2");
    assert_eq!(atom(&parameters), rational("1/2"));
    assert_eq!(atom(&law("1", "2", "1", "1/2")), 0);
    let m = m_at(&parameters, &rational("-3"), &Rational::new(), 20);
    assert!(m.re.is_positive(), "E 1/(λ − z) is positive left of the support");
    assert!(m_at(&parameters, &rational("100"), &Rational::new(), 20).re.is_negative());
    let upper = m_at(&parameters, &rational("1"), &rational("1/3"), 20);
    let lower = m_at(&parameters, &rational("1"), &rational("-1/3"), 20);
    assert!(upper.im.is_positive() && upper.overlaps(&lower.conj()));
}

#[test]
fn atom_and_ties() {
    assert_eq!(atom(&law("1/2", "1/3", "1", "1/2")), rational("1/3"));
    assert_eq!(atom(&law("1/2", "1/3", "1", "1")), rational("2/3"), "1 − ψ enters for linear f only");
    assert_eq!(atom(&law("1/2", "1/3", "0", "0")), 1);
    let exponent = |phi, psi, theta2| hard_edge(&law(phi, psi, "1", theta2));
    assert_eq!(exponent("1/3", "1/3", "1/2"), Some(rational("-1/2")));
    assert_eq!(exponent("1/3", "1/3", "1"), None, "n₀ is the unique minimum");
    assert_eq!(exponent("1/2", "1", "1"), Some(rational("-1/2")), "n₀ = n₁ < m");
    assert_eq!(exponent("1", "1", "1"), Some(rational("-2/3")));
    assert_eq!(exponent("100000000000000000001/100000000000000000000", "1", "1/2"), None, "decided exactly");
}

#[test]
fn nearly_isotropic() {
    let at = |theta2: &str| m_at(&law("1/2", "2", "1", theta2), &rational("1"), &rational("1/10"), 30);
    let (tiny, zero) = (at("1e-200"), at("0"));
    assert!(near(&tiny.re, &zero.re, 30) && near(&tiny.im, &zero.im, 30));
    let (close, closer) = (at("1e-8"), at("1e-9"));
    let step = |m: &ComplexBall| (&m.re - &zero.re).to_f64().abs();
    assert!((step(&close) / step(&closer) - 100.0).abs() < 1.0, "quadratic in θ₂: {} {}", step(&close), step(&closer));
}

/// G_H(w) solves (w − δ) c q² − (w − δ + c − θ₂) q + 1 = 0; the principal square root takes the wrong one somewhere.
#[test]
fn the_inner_square_root_is_chosen_by_the_half_plane() {
    let parameters = law("1/2", "3/4", "1", "2/5");
    let (theta2, delta, c) = (0.4, 0.6, 0.4 / 0.75);
    let mut principal_fails = 0;
    for (re, im) in [("-2", "1/10"), ("1/10", "1/10"), ("1/2", "1/5"), ("2", "1/5"), ("6", "1/10"), ("40", "1")] {
        let z = Argument::Exact(rational(re), rational(im));
        let found = branches(&parameters, &z, 128).expect("branches");
        let q = found.iter().find(|branch| branch.admissible).expect("one").q.to_c64();
        let w = q.inv() + delta + theta2 / (1.0 - c * q);
        let (a, b) = ((w - delta) * c, w - delta + c - theta2);
        let root = (b * b - a * 4.0).sqrt();
        let both = [(b - root) / (a * 2.0), (b + root) / (a * 2.0)];
        let lower: Vec<_> = both.iter().filter(|value| value.im < 0.0).collect();
        assert_eq!(lower.len(), 1, "{re} {im}");
        assert!((lower[0] - q).norm() < 1e-12 * q.norm(), "{re} {im}");
        principal_fails += usize::from((both[0] - q).norm() > 1e-6 * q.norm());
    }
    assert!((1..6).contains(&principal_fails), "neither sign of the principal root serves: {principal_fails}");
}

#[test]
fn at_and_near_an_edge() {
    let parameters = law("1", "4", "1", "0");
    assert!(density_at(&parameters, &rational("9/4"), 30).is_exact_zero(), "a rational edge is recognised");
    assert!(density_at(&parameters, &rational("1/4"), 30).is_exact_zero());
    let cut = |x: &str| stieltjes(&parameters, &Argument::Exact(rational(x), Rational::new()), 128).err();
    assert_eq!(cut("9/4"), Some(LawError::OnTheCut));
    assert_eq!(cut("1"), Some(LawError::OnTheCut));
    assert!(cdf_at(&parameters, &rational("9/4"), 30).contains(&Rational::from(1)));
    let general = law("1/2", "3/4", "1", "2/5");
    let edge = &edges_at(&general, 60)[0][1];
    let just_below = edge.position.low().to_rational().expect("finite") - rational("1e-50");
    let distance = (&edge.position - &Ball::rational(&just_below, 400)).to_f64();
    let density = density_at(&general, &just_below, 20).to_f64();
    let quarter = density_at(&general, &(just_below.clone() - rational("3e-50")), 20).to_f64();
    assert!((quarter / density - (1.0 + 3e-50 / distance).sqrt()).abs() < 1e-9, "square root law at 1e-50 from the edge");
}

#[test]
fn mass_with_the_atom_and_hard_edges() {
    for (phi, psi, theta2) in
        [("2", "1", "1/2"), ("1", "1", "1/2"), ("1", "1", "1"), ("1/2", "1", "1"), ("1/10", "1/20", "19/20"), ("3", "2", "0")]
    {
        let parameters = law(phi, psi, "1", theta2);
        let mut mass = atom(&parameters).to_f64();
        for [low, high] in &edges_at(&parameters, 20) {
            let (a, b) = (low.position.to_f64(), high.position.to_f64());
            mass += super::double::integral(a, b, |x| density_at(&parameters, &from_double(x), 15).to_f64());
        }
        assert!((mass - 1.0).abs() < 1e-10, "{phi} {psi} {theta2}: {mass}");
    }
}

#[test]
fn hard_edge_at_infinite_q() {
    for (phi, psi) in [("1/2", "1"), ("2", "2"), ("1", "1")] {
        let parameters = law(phi, psi, "1", "1");
        let bulks = edges_at(&parameters, 20);
        assert_eq!(bulks.len(), 1, "{phi} {psi}");
        let exponent = hard_edge(&parameters);
        assert_eq!(exponent.is_some(), bulks[0][0].position.is_exact_zero(), "{phi} {psi}");
        if let Some(exponent) = exponent {
            let at = |x: &str| density_at(&parameters, &rational(x), 15).to_f64().ln();
            let slope = (at("1e-30") - at("1e-33")) / 1e3f64.ln();
            assert!((slope - exponent.to_f64()).abs() < 1e-6, "{phi} {psi}: {slope}");
            assert_eq!(density(&parameters, &Rational::new(), 64).err(), Some(LawError::HardEdge { exponent }));
        }
    }
}

/// A law with rational constants where two bulks touch, and the point x. With G = u − 1 and γ given, z′ = z″ = 0 is solved by
/// H = 1/(a + b), a = 1/u, b = γ/U, s = 2(H − G)/K, K = H ((a² + b²)/(a + b)² − 1).
fn touching_bulks() -> (Parameters, Rational) {
    let (gamma, growth) = (rational("1/10"), Rational::from(1));
    let (u, companion) = (Rational::from(1) + &growth, Rational::from(1) + Rational::from(&gamma * &growth));
    let (a, b) = (u.clone().recip(), Rational::from(&gamma / &companion));
    let sum = Rational::from(&a + &b);
    let squares = Rational::from(&a * &a) + Rational::from(&b * &b);
    let (h, k) = (sum.clone().recip(), (squares / &sum / &sum - 1u32) / &sum);
    let excess = h - &growth;
    let s = Rational::from(&excess * 2) / k;
    let y = Rational::from(1) - &s;
    let q = growth - Rational::from(&excess * &s);
    let theta2 = excess * Rational::from(&s * &s) / &y / &q;
    let psi = Rational::from(&theta2 * &q) / y;
    (law_of(Rational::from(&gamma * &psi), psi, Rational::from(1), theta2), u * companion / q)
}

#[test]
fn bulks_that_touch_are_one() {
    let (parameters, touch) = touching_bulks();
    let bulks = edges_at(&parameters, 30);
    assert_eq!(bulks.len(), 1, "a critical point of even order is not an edge");
    assert!(bulks[0][0].position.to_f64() < touch.to_f64() && touch.to_f64() < bulks[0][1].position.to_f64());
    assert!(density_at(&parameters, &touch, 30).is_exact_zero());
    assert!(cdf_at(&parameters, &touch, 30).contains(&(Rational::from(1) - &parameters.psi)), "the masses are already exact");
    let beside = |distance: &str| density_at(&parameters, &(touch.clone() + rational(distance)), 15).to_f64().ln();
    let slope = (beside("1e-20") - beside("1e-23")) / 1e3f64.ln();
    assert!((slope - 1.0 / 3.0).abs() < 1e-6, "a cube root: {slope}");
    let count = |factor: &str| {
        let (theta1, theta2) = parameters.exact.clone().expect("exact");
        edges_at(&law_of(parameters.phi.clone(), parameters.psi.clone(), theta1, theta2 * rational(factor)), 20).len()
    };
    assert_eq!((count("0.999999"), count("1.000001")), (1, 2), "a little more signal opens the gap");
}

/// θ = (8/7, 1/7) at φ = ψ = 1/20: two bulks that touch at 128/35, where q is a triple root and F = 1 − ψ.
#[test]
fn the_point_where_bulks_touch_is_exact() {
    let parameters = law("1/20", "1/20", "8/7", "1/7");
    let bulks = edges_at(&parameters, 20);
    assert_eq!(bulks.len(), 1);
    let place = quantile(&parameters, &bulks, &rational("19/20"), 200).expect("a quantile");
    assert!((&place - &Ball::rational(&rational("128/35"), 260)).magnitude().to_f64() < 1e-50);
    let found = branches(&parameters, &Argument::from(&rational("128/35")), 128).expect("branches");
    assert_eq!(found.len(), 4);
    let admissible: Vec<_> = found.iter().filter(|branch| branch.admissible).collect();
    assert_eq!(admissible.len(), 1);
    let equal = found.iter().filter(|branch| branch.q.overlaps(&admissible[0].q)).count();
    assert_eq!(equal, 3, "a triple root");
    // beside it F − 19/20 ~ ±|x − 128/35|^(4/3)
    let beside = |gap: &str| {
        let found = quantile(&parameters, &bulks, &(rational("19/20") - rational(gap)), 200).expect("a quantile");
        (&Ball::rational(&rational("128/35"), 260) - &found).to_f64()
    };
    assert!((beside("1e-12") / beside("1e-16") / 1e3 - 1.0).abs() < 0.01);
    // a hair off it the ends are separated, and the upper one is 121/16 to as many digits
    let off = law("1/20", "1/20", "8/7", "1/7");
    let off = Parameters { phi: off.phi + rational("1e-400"), ..off };
    let bulks = edges_at(&off, 50);
    assert_eq!(bulks.len(), 1);
    assert!((&bulks[0][1].position - &Ball::rational(&rational("121/16"), 300)).magnitude().to_f64() < 1e-50);
    assert!(bulks[0][0].position.is_positive());
}

/// As θ₂ → 0 the law becomes that of Marchenko and Pastur, with edges θ₁ (1 ± √γ)², whether θ₂ is known exactly or not.
#[test]
fn a_linear_part_of_any_size() {
    for (phi, psi) in [("1/2", "1/3"), ("3", "1/3"), ("1/2", "5"), ("1/1000", "1/3"), ("300", "1000")] {
        for theta2 in ["1e-30", "1e-91", "1e-171", "1e-300"] {
            let exact = law(phi, psi, "1", theta2);
            let rounded = inexact(&exact, 150);
            let root = (rational(phi) / rational(psi)).to_f64().sqrt();
            for parameters in [&exact, &rounded] {
                let bulks = edges_at(parameters, 20);
                assert_eq!(bulks.len(), 1, "{phi} {psi} {theta2}");
                for (end, right) in bulks[0].iter().zip([(1.0 - root).powi(2), (1.0 + root).powi(2)]) {
                    assert!((end.position.to_f64() - right).abs() < 1e-13 * right, "{phi} {psi} {theta2}");
                }
            }
        }
    }
}

/// Newton's method reaches any number of digits from the first search: the quantile of 9/10 to 600 digits and its probability.
#[test]
fn quantiles_to_many_digits() {
    let parameters = law("1/2", "3/4", "1", "2/5");
    let bulks = edges_at(&parameters, 620);
    for p in ["9/10", "1/100", "999/1000"] {
        let x = quantile(&parameters, &bulks, &rational(p), 2000).expect("a quantile");
        assert!(x.radius().log2() < -1980.0);
        let below = cdf(&parameters, x, 2000).expect("a value");
        assert!((&below - &Ball::rational(&rational(p), 2100)).magnitude().log2() < -1960.0);
    }
}
