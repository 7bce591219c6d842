//! Outliers of order one: the published cases, the special cases of the determinant, and their alignments.

use resolvent::number::Ball;
use resolvent::session::{Session, Settings, json, warning};
use resolvent::spectrum::{Parameters, Shape, edges};
use resolvent::spikes::{Direction, Expansion, Origin, Outlier, Perturbation, outliers};
use rug::Rational;
use serde_json::Value;

const BITS: u32 = 160;

fn spikes(model: &str) -> Vec<Value> {
    let source = format!("spikes({model})");
    let answer = Session::new(Settings::default()).last(&source);
    let answer = answer.unwrap_or_else(|failure| panic!("{source}: {}", failure.diagnostic().message));
    json::answer(&source, &answer)["value"].as_array().expect("a list").clone()
}

fn complaint(model: &str) -> String {
    match Session::new(Settings::default()).last(&format!("spikes({model})")) {
        Ok(_) => panic!("{model} is accepted"),
        Err(failure) => format!("{} ({})", failure.diagnostic().message, failure.diagnostic().help.unwrap_or_default()),
    }
}

fn positions(model: &str) -> Vec<f64> {
    spikes(model).iter().filter_map(|spike| spike["position"].as_f64()).collect()
}

/// docs/mathematics.md, 'Outliers of order one': positions solved for by another program, to the digits it printed.
#[test]
fn positions_of_the_formulas() {
    let symmetric = "kurtosis_w = 1 + 64/9, kurtosis_x = 1";
    let two_point = "skewness_w = 8/3, kurtosis_w = 1 + 64/9, kurtosis_x = 1";
    let skewed_x = "skewness_x = 8/3, kurtosis_x = 1 + 64/9, kurtosis_w = 1";
    let cases: [(String, &[f64], f64); 9] = [
        ("He(2, x)/sqrt(2), n1 = 3, n0 = 1, m = 3".to_owned(), &[5.333, 5.333], 5e-4),
        ("He(2, x)/sqrt(2), n1 = 3, n0 = 1, m = 3, kurtosis_w = 1".to_owned(), &[5.333], 5e-4),
        ("He(2, x)/sqrt(2), n1 = 3, n0 = 1, m = 3, kurtosis_w = 1, kurtosis_x = 1".to_owned(), &[], 0.0),
        ("x/2 + 7/10*He(2, x), n1 = 2400, n0 = 400, m = 2400".to_owned(), &[8.81, 8.81], 5e-3),
        (format!("x/2 + 35/100*He(2, x), n1 = 1000, n0 = 333, m = 1000, {two_point}"), &[4.596], 5e-4),
        (format!("x/2 + 35/100*He(2, x), n1 = 1000, n0 = 333, m = 1000, {symmetric}"), &[3.943], 5e-4),
        (format!("x/2 + 35/100*He(2, x), n1 = 1000, n0 = 333, m = 700, {skewed_x}"), &[4.879], 5e-4),
        (
            "45/100*(x + He(2, x)), n1 = 900, n0 = 360, m = 1100, kurtosis_x = 1, skewness_w = 3096/1000, kurtosis_w = 1 + 7056/736".to_owned(),
            &[6.563],
            5e-4,
        ),
        (
            "sin(2*x), n1 = 3, n0 = 1, m = 3, skewness_w = 8/3, kurtosis_w = 1 + 64/9, skewness_x = 8/3, kurtosis_x = 1 + 64/9".to_owned(),
            &[6.00],
            5e-3,
        ),
    ];
    for (model, expected, tolerance) in cases {
        let found = positions(&format!("features({model})"));
        assert_eq!(found.len(), expected.len(), "{model}: {found:?}");
        for (position, value) in found.iter().zip(expected) {
            assert!((position - value).abs() <= tolerance, "{model}: {position} against {value}");
        }
    }
    assert!(
        positions("features(sin(2*x), n1 = 3, n0 = 1, m = 3, skewness_w = 8/3, kurtosis_w = 1 + 64/9, kurtosis_x = 1)")
            .is_empty()
    );
}

/// theta2 = 0 and symmetric entries: λ = (l + θ₁)(l + γθ₁)/l above l = θ₁√γ.
#[test]
fn isotropic_closed_form() {
    for (kurtosis, gamma) in [(3.0, 1.0 / 4.0), (9.0, 4.0), (2.0, 1.0)] {
        let found = spikes(&format!("features(He(2, x), phi = {gamma}/2, psi = 1/2, kurtosis_w = {kurtosis}, kurtosis_x = 1)"));
        // H₂ = 2, θ₁ = 2
        let strength = (kurtosis - 1.0) * 4.0 / (4.0 * 0.5);
        let (position, threshold) = ((strength + 2.0) * (strength + 2.0 * gamma) / strength, 2.0 * f64::sqrt(gamma));
        assert!((found[0]["strength"].as_f64().expect("a strength") - strength).abs() < 1e-12);
        assert!((found[0]["threshold"].as_f64().expect("a threshold") - threshold).abs() < 1e-12);
        assert_eq!(found[0]["survives"], strength > threshold);
        match found[0]["position"].as_f64() {
            Some(value) => assert!((value - position).abs() < 1e-12),
            None => assert!(strength <= threshold),
        }
    }
}

#[test]
fn a_mean_absorbs_the_norms() {
    let found = spikes("features(x/2 + 7/10*He(2, x) + 1/10, phi = 1/6, psi = 1/6)");
    let origins: Vec<&str> = found.iter().filter_map(|spike| spike["origin"].as_str()).collect();
    assert_eq!(origins, ["mean", "norm_w", "norm_x"]);
    assert_eq!((found[0]["position"].as_str(), found[0]["strength"].as_f64()), (Some("inf"), Some(0.01)));
    assert!(found[1..].iter().all(|spike| spike["survives"] == false && spike["position"].is_null()));
}

/// A mean that makes no outlier in any matrix that can be drawn leaves those of the norms where they are without it.
#[test]
fn a_negligible_mean_absorbs_nothing() {
    let without = spikes("features(x/2 + 7/10*He(2, x), phi = 1/3, psi = 1/3)");
    let source = "spikes(features(x/2 + 7/10*He(2, x) + 1e-20, phi = 1/3, psi = 1/3))";
    let answer = Session::new(Settings::default()).last(source).unwrap_or_else(|_| panic!("no answer"));
    let line = json::answer(source, &answer);
    let found = line["value"].as_array().expect("spikes");
    assert_eq!((found[0]["origin"].as_str(), found[0]["position"].as_str()), (Some("mean"), Some("inf")));
    assert_eq!(found[1..], without[..]);
    assert!(without.len() == 2 && without.iter().all(|spike| spike["survives"] == true), "{without:?}");
    assert!(line["warnings"].to_string().contains("small_mean"), "{line}");
}

/// Beside a gap between bulks that lie far apart the determinant has many digits in common; with a mean that no drawn matrix shows the
/// outliers are those of f less its mean, and with one that dominates the norms are absorbed in it.
#[test]
fn a_mean_beside_a_wide_gap() {
    for (ratio, seen) in [("1/100", false), ("1/1000", false), ("1/1000000", true)] {
        let found = spikes(&format!("attention(beta = 1, d_over_t = {ratio})"));
        let centred = spikes(&format!("features(center(exp(x - 1/2)), phi = {ratio}, psi = {ratio})"));
        assert_eq!((found[0]["origin"].as_str(), found.len(), centred.len()), (Some("mean"), 3, 2), "{found:?}");
        for (spike, alone) in found[1..].iter().zip(&centred) {
            assert_eq!(alone["survives"], true, "{alone}");
            assert_eq!(spike["survives"], seen, "{spike}");
            if seen {
                assert_eq!(spike["position"], alone["position"]);
            }
        }
    }
}

/// E (e^{30 x − 450} − 1)² = e^900 − 1 lies beyond doubles, and is where the mean leaves the bulk, whose linear part is negligible.
#[test]
fn rows_beyond_doubles_are_told() {
    let source = "spectrum(attention(beta = 30, d_over_t = 1/2))";
    let answer = Session::new(Settings::default()).last(source).unwrap_or_else(|_| panic!("no answer"));
    let warnings: Vec<String> = answer.warnings.iter().map(warning::text).collect();
    let power = 900.0 / std::f64::consts::LN_10;
    let rows = format!("from n1 = {:.1}e{} on", 10f64.powf(power.fract()), power.floor());
    assert!(warnings.iter().any(|text| text.contains(&rows)), "{rows}: {warnings:?}");
}

#[test]
fn impossible_moments_are_refused_with_the_least_kurtosis() {
    let text = complaint("features(tanh(x), phi = 1, psi = 1, kurtosis_w = 2, skewness_w = 3/2)");
    assert!(text.contains("1 + skewness^2 = 13/4") && text.contains("kurtosis_w = 13/4"), "{text}");
    assert!(complaint("features(tanh(x), phi = 1, psi = 1, kurtosis_x = 1/2)").contains("kurtosis_x = 1 "));
}

#[test]
fn a_tie_with_the_edge_is_said() {
    // l = 2·4/(4ψ) = 2 = θ₁√γ at ψ = 1, γ = 1
    let source = "spikes(features(He(2, x), phi = 1, psi = 1, kurtosis_x = 1))";
    let answer = Session::new(Settings::default()).last(source).unwrap_or_else(|_| panic!("no answer"));
    let line = json::answer(source, &answer);
    assert_eq!(line["value"][0]["survives"], false);
    assert!(line["warnings"].to_string().contains("not_separated_from_zero"));
}

fn ball(numerator: i64, denominator: i64) -> Ball {
    Ball::rational(&Rational::from((numerator, denominator)), BITS)
}

/// θ₁ = 1, θ₂ = 1/4 with positive slope, ψ = 1/3, γ = 2.
fn law() -> (Parameters, Expansion) {
    let exact = (Rational::from(1), Rational::from((1, 4)));
    let parameters = Parameters {
        phi: Rational::from((2, 3)),
        psi: Rational::from((1, 3)),
        theta1: ball(1, 1),
        theta2: ball(1, 4),
        shape: Shape::General,
        exact: Some(exact),
    };
    (parameters, Expansion([Ball::zero(BITS), ball(1, 2), Ball::zero(BITS), Ball::zero(BITS)]))
}

fn direction(label: usize, carried: (i64, i64)) -> Direction {
    let square = Rational::from((carried.0 * carried.0, carried.1 * carried.1));
    Direction { label, free: Ball::rational(&(1 - square), BITS), carried: ball(carried.0, carried.1) }
}

fn surviving(perturbations: &[Perturbation]) -> Vec<Outlier> {
    let (parameters, expansion) = law();
    let found = outliers(&parameters, &expansion, perturbations, BITS).expect("decided");
    found.into_iter().filter(|outlier| outlier.survives == Some(true)).collect()
}

fn perturbation(origin: Origin, amplitude: (i64, i64), left: Direction, right: Direction) -> Perturbation {
    Perturbation { origin, amplitude: ball(amplitude.0, amplitude.1), grows: origin == Origin::Mean, left, right }
}

/// z(q) of the law above.
fn z(q: f64) -> f64 {
    let r = 0.75 + 0.25 / (1.0 - 0.75 * q);
    (1.0 + q * r) * (1.0 + 2.0 * q * r) / q
}

/// Both vectors wholly carried: the mean adds to the linear part, √q (s + √c) = 1.
#[test]
fn a_carried_mean_adds_to_the_linear_part() {
    let one = perturbation(Origin::Skew, (1, 1), direction(0, (1, 1)), direction(1, (1, 1)));
    let found = surviving(&[one]);
    let q = (1.0 + 0.75f64.sqrt()).powi(-2);
    assert_eq!(found.len(), 1);
    assert!((found[0].position.as_ref().expect("a position").to_f64() - z(q)).abs() < 1e-12);
}

/// Two perturbations with a common right vector are one, with orthogonal left vectors: the strengths add.
#[test]
fn strengths_over_a_common_vector_add() {
    let free = |label| direction(label, (0, 1));
    let pair = [perturbation(Origin::NormW, (3, 2), free(0), free(2)), perturbation(Origin::Skew, (2, 1), free(1), free(2))];
    let found = surviving(&pair);
    assert_eq!(found.len(), 1);
    assert!((found[0].position.as_ref().expect("a position").to_f64() - z(4.0 / 25.0)).abs() < 1e-12);
}

/// Doing nothing to the law by splitting a perturbation in two of half the size.
#[test]
fn a_perturbation_may_be_split() {
    let parts = |amplitude| perturbation(Origin::NormW, amplitude, direction(0, (3, 5)), direction(1, (0, 1)));
    let (whole, halves) = (surviving(&[parts((2, 1))]), surviving(&[parts((1, 1)), parts((1, 1))]));
    let position = |found: &[Outlier]| found[0].position.as_ref().expect("a position").to_f64();
    assert_eq!((whole.len(), halves.len()), (1, 1));
    assert!((position(&whole) - position(&halves)).abs() < 1e-12);
}

/// The sign of the skewness matters only where left and right vectors see each other.
#[test]
fn two_carried_vectors_see_each_other_through_the_bulk() {
    let pair = |sign: i64| {
        surviving(&[
            perturbation(Origin::NormW, (2, 1), direction(1, (4, 5)), direction(0, (0, 1))),
            perturbation(Origin::NormX, (2, 1), direction(0, (0, 1)), direction(1, (4 * sign, 5))),
        ])
    };
    let position = |outlier: &Outlier| outlier.position.as_ref().expect("a position").to_f64();
    let (plus, minus) = (pair(1), pair(-1));
    assert_eq!((plus.len(), minus.len()), (2, 2));
    for (a, b) in plus.iter().zip(&minus) {
        assert!((position(a) - position(b)).abs() < 1e-12, "one sign alone can be turned by −1 of both vectors");
    }
    let alone = surviving(&[perturbation(Origin::NormW, (2, 1), direction(1, (4, 5)), direction(0, (0, 1)))]);
    assert!(position(&plus[0]) > position(&alone[0]) && position(&plus[1]) < position(&alone[0]), "the pair repels");
}

/// First-order perturbation of a simple singular value σ = √λ: dσ/ds = ⟨l, u⟩⟨r, v⟩.
#[test]
fn alignments_are_the_derivative_of_the_position() {
    let at = |numerator: i64, origin| {
        let found = surviving(&[perturbation(origin, (numerator, 1000), direction(0, (3, 5)), direction(1, (0, 1)))]);
        (found[0].position.as_ref().expect("a position").to_f64(), found[0].alignment.as_ref().expect("an alignment").to_f64())
    };
    let slope = (at(2001, Origin::NormW).0 - at(1999, Origin::NormW).0) / 0.002;
    let (position, left) = at(2000, Origin::NormW);
    let (_, right) = at(2000, Origin::NormX);
    assert!((slope * slope / (4.0 * position * left * right) - 1.0).abs() < 1e-5, "{slope} {left} {right}");
    assert!(left > 0.0 && left < 1.0 && right > 0.0 && right < 1.0);
}

/// With two bulks an outlier may sit in the gap: one eigenvalue of the lower bulk leaves it upwards.
#[test]
fn outliers_in_a_gap() {
    let exact = (Rational::from(1), Rational::from((9, 10)));
    let parameters = Parameters {
        phi: Rational::from((1, 20)),
        psi: Rational::from((1, 4)),
        theta1: ball(1, 1),
        theta2: ball(9, 10),
        shape: Shape::General,
        exact: Some(exact),
    };
    let free = |label| direction(label, (0, 1));
    let weak = [perturbation(Origin::NormW, (1, 2), free(0), free(1))];
    let expansion = Expansion([Ball::zero(BITS), ball(9, 10).sqrt(), Ball::zero(BITS), Ball::zero(BITS)]);
    let found = outliers(&parameters, &expansion, &weak, BITS).expect("decided");
    let bulks = edges(&parameters, BITS).expect("edges");
    let position = found[0].position.as_ref().expect("it survives").to_f64();
    assert!(bulks[0][1].position.to_f64() < position && position < bulks[1][0].position.to_f64(), "{position}");
    assert!(found[0].strength.to_f64() < found[0].threshold.to_f64(), "the threshold is that of the upper edge");
}

/// A layer with γ_1 > 1 leaves an atom at 0, and in the gap above it the ones of the next layer stand where 1 + θ m(λ) = 0, m the transform
/// of the population b² K_1 + 1 − b²: there q = λ/θ − 1.
#[test]
fn the_ones_stand_in_the_gap_that_an_atom_leaves() {
    let (slope, curvature, gammas) = (0.97, 0.016, [0.36, 3.71, 0.22]);
    let strength = curvature * (gammas[1] + slope * slope * gammas[0]);
    let transform = |place: f64| -> f64 {
        let source = format!("stieltjes(kernel(b2 = [97/100], gamma = [36/100, 371/100]), {place})");
        let answer = Session::new(Settings::default()).last(&source);
        let answer = answer.unwrap_or_else(|failure| panic!("{source}: {}", failure.diagnostic().message));
        let value = json::answer(&source, &answer)["value"].clone();
        value.as_f64().or_else(|| value[0].as_f64()).expect("a real number")
    };
    let [mut low, mut high] = [1e-3, 0.5];
    for _ in 0..45 {
        let middle = f64::midpoint(low, high);
        if 1.0 + strength * transform(middle) / slope < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    let lambda = slope * low + 1.0 - slope;
    let right = lambda * (1.0 - gammas[2] + gammas[2] * lambda / strength);
    let found = spikes("kernel(b2 = [97/100, 97/100], a2_squared = [0, 16/1000], gamma = [36/100, 371/100, 22/100])");
    let alive: Vec<&Value> = found.iter().filter(|spike| spike["survives"] == true).collect();
    assert_eq!(alive.len(), 1, "{found:?}");
    let position = alive[0]["position"].as_f64().expect("a number");
    assert!((position / right - 1.0).abs() < 1e-9, "{position} {right}");
    let alignment = alive[0]["alignment"].as_f64().expect("a number");
    assert!((0.0..1.0).contains(&alignment), "{alignment}");
}
