//! Bulks that touch exactly: one component, with a point inside where the density vanishes like a cube root; and curves of stacks in
//! words, equal laws, and dense populations, each by a closed form.

use proptest::prelude::*;
use resolvent::spectrum::{Coefficient, LawError, Sampled, Share, Stack, StackLayer};
use rug::Rational;
use serde_json::Value;

#[path = "common/asking.rs"]
mod asking;

use asking::{answer, asked, complaint, number};

/// Two atoms A < B, weights and γ for which dz/dλ has a double zero at λ, (λ − A)/(B − λ) = p: the weights are as p³ B² to A², and
/// 1/γ = Σ w x²/(λ − x)².
struct Touching {
    atoms: [Rational; 2],
    weights: [Rational; 2],
    gamma: Rational,
    /// z(λ).
    place: Rational,
}

fn touching(atoms: [Rational; 2], p: &Rational) -> Touching {
    let [a, b] = &atoms;
    let square = |x: &Rational| Rational::from(x * x);
    let lambda = Rational::from(a + Rational::from(p * b)) / Rational::from(1 + p);
    let raw = [square(p) * p * square(b), square(a)];
    let total = Rational::from(&raw[0] + &raw[1]);
    let weights = raw.map(|weight| weight / &total);
    let term = |x: &Rational, w: &Rational| Rational::from(w * square(x)) / square(&Rational::from(&lambda - x));
    let gamma = (term(a, &weights[0]) + term(b, &weights[1])).recip();
    let part = |x: &Rational, w: &Rational| Rational::from(w * x) / Rational::from(&lambda - x);
    let sum = part(a, &weights[0]) + part(b, &weights[1]);
    let place = Rational::from(&lambda * Rational::from(1 + Rational::from(&gamma * &sum)));
    Touching { atoms, weights, gamma, place }
}

fn covariance(case: &Touching, gamma: &Rational) -> String {
    let Touching { atoms: [a, b], weights: [v, w], .. } = case;
    format!("covariance([[{a}, {v}], [{b}, {w}]], gamma = {gamma})")
}

fn bulks(model: &str) -> usize {
    answer(&format!("edges({model})")).as_array().map_or(0, Vec::len)
}

fn ratio(low: u32, high: u32) -> impl Strategy<Value = Rational> {
    (low..high, 1u32..6).prop_map(Rational::from)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Every query answers; F is the mass of the lower atom there; the density falls by 10 where the distance does by 1000; and a
    /// slightly smaller γ parts the bulks.
    #[test]
    fn touching_bulks_are_one(a in ratio(1, 9), more in ratio(1, 30), p in ratio(1, 7)) {
        let case = touching([a.clone(), Rational::from(&a + &more)], &p);
        let model = covariance(&case, &case.gamma);
        let (place, below) = (&case.place, &case.weights[0]);
        prop_assert_eq!(bulks(&model), 1, "{}", model);
        let found = asked(&format!("[cdf({model}, {place}), quantile({model}, {below}), density({model}, {place})]"), 15);
        let values: Vec<f64> = found["value"].as_array().expect("a list").iter().map(number).collect();
        prop_assert!((values[0] - below.to_f64()).abs() < 1e-14, "{}: {}", model, found);
        prop_assert!((values[1] - place.to_f64()).abs() < 1e-13 * place.to_f64(), "{}: {}", model, found);
        prop_assert_eq!(values[2], 0.0, "{}: {}", model, found);
        for sign in ["-", "+"] {
            let at = |order: u32| number(&answer(&format!("density({model}, ({place})*(1 {sign} 1/10^{order}))")));
            let fall = at(12) / at(15);
            prop_assert!((fall - 10.0).abs() < 0.03, "{}: {}", model, fall);
            let near = [6, 7].map(at);
            prop_assert!(near[0] / near[1] > 2.0 && near[0] / near[1] < 2.3, "{}: {:?}", model, near);
        }
        // what lies beside the touching point, across it
        let across = answer(&format!("cdf({model}, ({place})*(1 + 1/10^6)) - cdf({model}, ({place})*(1 - 1/10^6))"));
        prop_assert!(number(&across) > 0.0, "{}", model);
        for order in [6u32, 40] {
            let factor = Rational::from(rug::Integer::from(rug::Integer::u_pow_u(10, order))).recip();
            let parted = covariance(&case, &Rational::from(&case.gamma * Rational::from(1 - &factor)));
            let joined = covariance(&case, &Rational::from(&case.gamma * Rational::from(1 + &factor)));
            prop_assert_eq!(bulks(&parted), 2, "{} parted by 10^-{}", model, order);
            prop_assert_eq!(bulks(&joined), 1, "{} joined by 10^-{}", model, order);
        }
        let between = Rational::from(&a + Rational::from(&more / 2u32));
        let spike = answer(&format!("spikes({}, spikes = [{between}]))[0]", &model[..model.len() - 1]));
        prop_assert_eq!(&spike["survives"], false, "{}", spike);
    }
}

/// The atoms 1 and 4 with weights 2/3 and 1/3, γ = 1/2: the double zero is at λ = 2, s = −1/2, where z = 2.
#[test]
fn the_law_that_touches_at_two() {
    let model = "covariance([[1, 2/3], [4, 1/3]], gamma = 1/2)";
    let found = answer(&format!("spectrum({model})"));
    assert_eq!(found["masses"], serde_json::json!([1]));
    assert_eq!(answer(&format!("compare({model}, {model})"))["equal"], true);
    assert_eq!(answer(&format!("check({model}, n = 120, trials = 4)"))["verdict"], "agree");
    let zero = "covariance([[0, 1/4], [1, 1/2], [4, 1/4]], gamma = 2/3)";
    assert_eq!(number(&answer(&format!("density({zero}, 2)"))), 0.0);
    assert_eq!(bulks(zero), 1);
}

/// A layer over two atoms whose bulks touch there: A = x + ω with ω = (1 − b²)/b² = the mean of A less 1; and a layer above it.
#[test]
fn layers_touch_too() {
    let case = touching([Rational::from((3, 2)), Rational::from(3)], &Rational::from((1, 2)));
    let mean: Rational = case.atoms.iter().zip(&case.weights).fold(Rational::new(), |sum, (x, w)| sum + Rational::from(x * w));
    let [a, b] = case.atoms.clone().map(|x| x + 1u32 - &mean);
    let (share, [v, w]) = (mean.clone().recip(), &case.weights);
    let population = format!("population = [[{a}, {v}], [{b}, {w}]]");
    let model = format!("kernel(b2 = {share}, gamma = [{}], {population})", case.gamma);
    assert_eq!(bulks(&model), 1);
    let place = Rational::from(&case.place * &share);
    assert_eq!(number(&answer(&format!("density({model}, {place})"))), 0.0);
    let deeper = format!("kernel(b2 = [{share}, 1/2], gamma = [{}, 1/100], {population})", case.gamma);
    assert_eq!(answer(&format!("spectrum({deeper})"))["layers"].as_array().map(Vec::len), Some(3));
    let parted = format!("kernel(b2 = {share}, gamma = [{}], {population})", case.gamma.clone() * Rational::from((999, 1000)));
    assert_eq!(bulks(&parted), 2);
}

/// Where two bulks touch both ends of the gap between them are the point: a spike there has no way to go, one beside it has.
#[test]
fn a_touching_point_is_both_thresholds() {
    let spike = |value: &str| answer(&format!("spikes(covariance([[1, 9/10], [3, 1/10]], gamma = 5/9, spikes = [{value}]))[0]"));
    // 1 = 5/9 (9/10 · 1/(λ − 1)² + 1/10 · 9/(λ − 3)²) at λ = 2
    let there = spike("2");
    assert_eq!((&there["threshold"], &there["survives"]), (&serde_json::json!([2, 2]), &serde_json::json!(false)), "{there}");
    assert_eq!(number(&there["margin"]), 0.0);
    for beside in ["19/10", "21/10"] {
        let found = spike(beside);
        assert_eq!(found["threshold"], there["threshold"], "{beside}");
        assert!(number(&found["margin"]) < 0.0, "{beside}: {found}");
    }
}

/// The same numbers without the knowledge that they are rational: what is not decided is said, with the place.
#[test]
fn what_may_touch_is_said() {
    let bits = 200;
    let inexact = |value: u32| Coefficient { exact: None, ..Coefficient::rational(value.into(), bits) };
    let share = Share { slope: inexact(1), offset: Some(Coefficient::rational(Rational::new(), bits)) };
    let atom = |value: u32, weight: (u32, u32)| [Rational::from(value), Rational::from(weight)];
    let layers = vec![StackLayer { share, gamma: Rational::from((1, 2)) }];
    let stack = Stack { population: vec![atom(1, (2, 3)), atom(4, (1, 3))], gamma: Rational::new(), layers };
    match Sampled::new(&stack, bits) {
        Err(LawError::MayTouch { level: 1, place, .. }) => {
            assert!((place.parse::<f64>().expect("a number") - 2.0).abs() < 1e-9, "{place}");
        }
        other => panic!("{:?}", other.map(|law| law.bulks(1).len())),
    }
}

/// Statements with the names that an equation's steps need, and then a value.
fn with_steps(model: &str, parameter: &str, asked: &str) -> Value {
    let equation = answer(&format!("equation({model})"));
    let mut statements = vec![format!("{} = {parameter}", equation["curve"]["parameter"].as_str().expect("a name"))];
    for constant in equation["constants"].as_array().into_iter().flatten() {
        statements.push(format!("{} = {}", constant["name"].as_str().expect("a name"), constant["value"]));
    }
    statements.extend(equation["steps"].as_array().expect("steps").iter().map(|step| step.as_str().expect("a step").to_owned()));
    let text = |field: &str| equation["curve"][field].as_str().expect("a text").to_owned();
    statements.push(asked.replace("$z", &format!("({})", text("z"))).replace("$m", &format!("({})", text("m"))));
    answer(&statements.join("; "))
}

/// Points of the curve lie on it: m of the law at z(t) is m(t), far outside the support, by the steps and multiplied out.
#[test]
fn curves_of_stacks_go_through_their_points() {
    for (model, top, degree) in [
        ("kernel(b2 = [1/2, 3/4], gamma = [1, 1/2, 1/3])", 2, Some(8)),
        ("kernel(b2 = [1/2, 1], gamma = [1, 1/2, 1/3])", 2, Some(6)),
        ("kernel(x, gamma = [1, 1/2, 1/3, 1/4])", 3, Some(5)),
        ("kernel(tanh(x), gamma = [3, 1/2, 1/3])", 2, Some(8)),
        ("kernel([tanh(x), relu(x)], gamma = [1/2, 2, 1/3])", 2, Some(8)),
        ("kernel(b2 = 1/3, gamma = [1/2], population = [[1/2, 1/2], [3/2, 1/2]])", 1, Some(3)),
        ("covariance([[1, 1/2], [4, 1/4], [0, 1/4]], gamma = 2)", 0, Some(3)),
        ("covariance(spectrum(kernel(x, gamma = [1/2, 1/3])), gamma = 2)", 2, Some(4)),
    ] {
        for parameter in ["9", "100", "-50"] {
            let values = with_steps(model, parameter, &format!("[stieltjes({model}, $z) - $m, z{top} - $z, r{top} + $m, $m]"));
            let values: Vec<f64> = values.as_array().expect("a list").iter().map(number).collect();
            assert!(
                values[..3].iter().all(|value| value.abs() < 1e-12 * values[3].abs().max(1.0)),
                "{model} at {parameter}: {values:?}"
            );
        }
        let found = answer(&format!("equation({model}).curve.degree"));
        assert_eq!(found.as_u64(), degree, "{model}");
    }
    let refused = complaint("equation(covariance(powerlaw(2, 1/2, 8), gamma = 1/2))");
    assert!(refused.contains("exact population"), "{refused}");
}

/// Laws that are one, typed differently, and laws whose means agree.
#[test]
fn equal_laws_are_told() {
    for (a, b, equal) in [
        ("covariance(mp(1/2), gamma = 1/3)", "covariance(mp(1/3), gamma = 1/2)", Some(true)),
        ("covariance(mp(1/2), gamma = 1/3)", "kernel(x, gamma = [1/2, 1/3])", Some(true)),
        ("kernel(x, gamma = [1/3], population = mp(1/2))", "kernel(x, gamma = [1/2, 1/3])", Some(true)),
        ("kernel(tanh(x), gamma = [1/3], population = mp(1/2))", "kernel(tanh(x), gamma = [1/2, 1/3])", Some(true)),
        ("covariance([[2, 1]], gamma = 1/3)", "features(sqrt(2)*He(2, x)/sqrt(2), phi = 1/5, psi = 3/5)", Some(true)),
        ("covariance(mp(1/2), gamma = 1/3)", "covariance(mp(1/2), gamma = 1/4)", Some(false)),
        ("kernel(tanh(x), gamma = [1/2, 1/3])", "kernel(tanh(x), gamma = [1/3, 1/2])", Some(false)),
        ("kernel([x, tanh(x)], gamma = [1/2, 1/3, 1/4])", "kernel([x, tanh(x)], gamma = [1/3, 1/2, 1/4])", Some(true)),
        ("covariance([1], gamma = 1/3)", "features(x, phi = 1/4, psi = 1/5)", Some(false)),
    ] {
        let found = answer(&format!("compare({a}, {b})"));
        assert_eq!(found["equal"].as_bool(), equal, "{a}, {b}: {found}");
    }
}

/// The density ∝ x^(−2) on [l, h]: with κ = γ l h/(h − l) the edges are at (λ − l)(λ − h) = κ (h − l), at
/// z = λ + κ ln(h (λ − l)/(l (λ − h))).
#[test]
fn edges_beyond_a_dense_population() {
    for (low, high, gamma, allowed) in
        [(0.5, 100.0, 0.5, 1e-7), (0.5, 8.0, 0.5, 1e-9), (0.5, 8.0, 0.02, 1e-7), (0.5, 8.0, 0.001, 1e-5)]
    {
        let kappa = gamma * low * high / (high - low);
        let root = |sign: f64| 0.5 * (low + high) + sign * (0.25f64 * (high - low) * (high - low) + kappa * (high - low)).sqrt();
        let edge = |lambda: f64| lambda + kappa * (high * (lambda - low) / (low * (lambda - high))).ln();
        let wanted = [edge(root(-1.0)), edge(root(1.0))];
        let found = answer(&format!("edges(covariance(powerlaw(2, {low:?}, {high:?}), gamma = {gamma:?}))"));
        assert_eq!(found.as_array().map(Vec::len), Some(1), "{gamma}: {found}");
        for (index, wanted) in wanted.into_iter().enumerate() {
            let found = number(&found[0][index]);
            assert!((found - wanted).abs() < allowed * wanted, "{gamma}: {found} and {wanted}");
        }
    }
    let refused = complaint("edges(covariance(powerlaw(2, 1/2, 8), gamma = 1/10^5))");
    assert!(refused.contains("more than the bound"), "{refused}");
}

/// E λ = ∫ x^(1 − a)/∫ x^(−a) and E λ² = E x² + γ (E x)², whatever the number of atoms that stand for the density.
#[test]
fn moments_of_power_laws() {
    for (a, low, high) in
        [(-1.0f64, 0.25f64, 4.0f64), (-2.0, 0.25, 4.0), (0.0, 1.0, 3.0), (0.5, 0.5, 40.0), (3.0, 0.5, 8.0), (-1.0, 0.5, 9.0)]
    {
        let integral = |power: f64| match power + 1.0 {
            0.0 => (high / low).ln(),
            up => (high.powf(up) - low.powf(up)) / up,
        };
        let [mean, square] = [1.0 - a, 2.0 - a].map(|power| integral(power) / integral(-a));
        for gamma in [0.05f64, 0.11, 0.3, 0.5, 0.77, 1.0, 3.0] {
            let model = format!("covariance(powerlaw({a:?}, {low:?}, {high:?}), gamma = {gamma:?})");
            let found = answer(&format!("moments({model}, count = 2)"));
            for (found, wanted) in found.as_array().expect("a list").iter().zip([mean, square + gamma * mean * mean]) {
                assert!((number(found) - wanted).abs() < 1e-9 * wanted, "{model}: {found} and {wanted}");
            }
        }
    }
}
