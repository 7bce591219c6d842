//! `find`, `minimize`, `maximize` against planted roots and closed forms.

use proptest::prelude::*;
use resolvent::session::{Session, Settings, json};
use serde_json::{Value, json as object};

fn asked(source: &str, digits: u32) -> Value {
    let answer = Session::new(Settings { digits, ..Settings::default() }).last(source);
    let answer = answer.unwrap_or_else(|failure| panic!("{source}: {failure:?}"));
    json::answer(source, &answer)
}

fn refusal(source: &str) -> (String, String) {
    let failure = Session::new(Settings::default()).last(source).expect_err(source).diagnostic();
    (failure.message, failure.help.unwrap_or_default())
}

fn numbers(answer: &Value) -> Vec<String> {
    answer["value"].as_array().expect("a list").iter().map(ToString::to_string).collect()
}

/// Rational roots come back exactly, irrational ones to all digits.
#[test]
fn roots_are_exact_where_they_are_rational() {
    let answer = asked("find(a = -3..3, (a - 1)*(3*a - 1)*(a + 2)*(a^2 - 2) == 0)", 20);
    assert_eq!(numbers(&answer), ["-2", "-1.4142135623730950488", "0.33333333333333333333", "1", "1.4142135623730950488"]);
    assert_eq!(answer["exact"], object!([null, null, "1/3", null, null]));
}

/// The root of E f′ = 0 in f = tanh(x) − a x is E tanh′.
#[test]
fn a_prescribed_slope_is_met() {
    for digits in [15, 40] {
        let found = numbers(&asked("find(a = 0..2, gaussian(tanh(x) - a*x).slope == 0)", digits));
        assert_eq!(found, [asked("gaussian(tanh(x)).slope", digits)["value"].to_string()]);
    }
}

/// With all ratios 1 a signal passes l linear layers from l + 1 on.
#[test]
fn the_threshold_of_a_signal_is_found() {
    let statement = "find(t = 3/2..8 count 14, spikes(kernel(x, gamma = [1, 1, 1], signal = [t]))[0].threshold == t)";
    let found = numbers(&asked(statement, 15));
    assert!(found.contains(&"3".to_owned()), "{found:?}");
}

/// A pole and a jump are told from a root.
#[test]
fn a_change_of_sign_is_no_root() {
    for (statement, why) in [
        ("find(a = -1..2, 1/(a - 1/7) == 0)", "grows without bound"),
        ("find(a = -1..2, 1/(a - 1/7)^3 == 0)", "grows without bound"),
        ("find(a = -1..1, (if a > 1/10 then 1 else -1) == 0)", "jumps"),
        ("find(a = 0..2, tan(a) == 0)", "grows without bound"),
    ] {
        if statement.contains("tan") {
            let answer = asked(statement, 15);
            assert_eq!(numbers(&answer), ["0"]);
            assert_eq!(answer["warnings"], object!(["sign_without_root"]));
            continue;
        }
        let (message, help) = refusal(statement);
        assert!(message.contains(why) && help.contains("no value"), "{statement}: {message}, {help}");
    }
}

#[test]
fn what_cannot_be_found_is_said() {
    for (statement, message, help) in [
        ("find(a = 0..2, gaussian(tanh(x) - a*x).theta2 == 0)", "touches 0 near a = 0.605706", "slope in place of theta2"),
        ("find(p = -3..3, (p - 1/7)^2 == 0)", "touches 0 near p = 0.142857", "square"),
        (
            "find(a = 0..1, a + 1 == 0)",
            "one sign at all points of a = 0..1; it is nearest to 0 at a = 0, where it is 1",
            "widen the range",
        ),
        ("find(a = 0..1, 0*a == 0)", "both sides are equal at every point", "none to find"),
        ("find(p = -3..3, 1/p == 0)", "grows without bound", "no value"),
        ("maximize(p = -1..1, 1/p)", "grows without bound near p = 0", "leave that place out"),
        ("find(a = 0..1, gaussian(relu(x)).theta1 == 0)", "does not depend on a", "must stand in it"),
        ("find(a = 0..1, gaussian(a*relu(x)).theta1)", "needs an equation", "== 0"),
        ("find(a = 0..1, a > 1/2)", "both sides are equal", "lhs == rhs"),
        ("find(a*x == 0)", "needs a name", "find(a = 0..2"),
        ("find(a = 0..1, b = 0..1, a + b == 1)", "varies one name", "sweep(b"),
        ("find(a = 1/2..2, check(features(a*tanh(x), phi = 1, psi = 1), n = 60).rows[0].measured == 1)", "simulated", "sweep"),
        ("find(a = 1/2..2, gaussian(a*tanh(x)) == 1)", "", ""),
        ("minimize(a = 0..1, gaussian(relu(x)).theta1)", "does not depend on a", "must stand in it"),
    ] {
        let (found, mend) = refusal(statement);
        assert!(found.contains(message), "{statement}: {found}");
        assert!(mend.contains(help), "{statement}: {mend}");
    }
}

/// Closed forms, the ends of a range, and the best linear part: min over a of E (tanh − a Z)² is at a = E tanh′.
#[test]
fn extrema_are_those_of_closed_forms() {
    let best = asked("maximize(a = 0..1, a*(1 - a)^2)", 12)["value"].clone();
    assert!(best["a"].to_string().starts_with("0.33333333333"), "{best}");
    assert_eq!(best["value"].to_string(), "0.148148148148");
    assert_eq!(best["certified"], false);
    assert_eq!(best["at_boundary"], false);
    let end = asked("maximize(a = 0..1, a^2)", 15)["value"].clone();
    assert_eq!((end["a"].to_string(), &end["at_boundary"]), ("1".to_owned(), &true.into()));
    // at a kink the value is known as well as the place
    let kink = asked("minimize(p = -1..2, abs(p - 1/3))", 15)["value"].clone();
    assert!(kink["value"].to_string().starts_with("0e-1"), "{kink}");
    assert_eq!(asked("minimize(a = 0..1, a^2)", 15)["value"]["a"].to_string(), "0");
    let best = asked("minimize(a = 0..2, gaussian(tanh(x) - a*x).second_moment)", 12)["value"]["a"].to_string();
    assert_eq!(best[..12], asked("gaussian(tanh(x)).slope", 12)["value"].to_string()[..12]);
}

/// What is estimated is found to the digits that its error leaves: the upper edge over a power law, which a closed form gives.
#[test]
fn an_estimate_is_met_within_its_error() {
    let found = asked("find(g = 1/4..1 count 9, edges(covariance(powerlaw(2, 1/2, 8), gamma = g))[0][1] == 10)", 15);
    let g: f64 = numbers(&found)[0].parse().expect("a number");
    assert!((g - 0.528974).abs() < 1e-4, "{found}");
    assert_eq!(found["certified"], false);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if std::env::var_os("RESOLVENT_LONG").is_some() { 200 } else { 24 }, ..ProptestConfig::default() })]

    /// Every planted root of a product, rational or not, and no pole; the digits are those of twice the digits.
    #[test]
    fn planted_roots_are_found(
        roots in proptest::collection::btree_set(-40i32..40, 1..5),
        pole in -40i32..40,
        irrational in 2u32..50,
        factor in prop_oneof![Just("1"), Just("exp(a)"), Just("(2 + tanh(a))"), Just("1000000"), Just("1/1000000")],
    ) {
        prop_assume!(!roots.contains(&pole));
        // 8a is a root; the points of the range are no multiples of 1/8 in general
        let product: Vec<String> = roots.iter().map(|root| format!("(8*a - ({root}))")).collect();
        let squarefree = (2..8u32).all(|k| irrational % (k * k) != 0);
        prop_assume!(squarefree);
        let statement = format!(
            "find(a = -5..5 count 1013, {factor}*{}*(64*a^2 - {irrational})/(8*a - ({pole})) == 0)", product.join("*")
        );
        let answer = asked(&statement, 15);
        let found: Vec<f64> = numbers(&answer).iter().map(|text| text.parse().expect("a number")).collect();
        let surd = f64::from(irrational).sqrt() / 8.0;
        let mut planted: Vec<f64> = roots.iter().map(|root| f64::from(*root) / 8.0).chain([surd, -surd]).collect();
        planted.sort_by(f64::total_cmp);
        prop_assert_eq!(found.len(), planted.len(), "{} {:?}", statement, found);
        for (found, planted) in found.iter().zip(&planted) {
            prop_assert!((found - planted).abs() < 1e-13, "{} {} {}", statement, found, planted);
        }
        let twice = asked(&statement, 30);
        for (few, many) in numbers(&answer).iter().zip(numbers(&twice)) {
            prop_assert!((few.parse::<f64>().expect("a number") - many.parse::<f64>().expect("a number")).abs() < 1e-14);
        }
    }
}

/// That there is no root says which points of the range have no value, and why.
#[test]
fn points_without_a_value_are_told() {
    let (message, help) = refusal("find(t = -1..1, log(t) == 5)");
    assert!(
        message.contains("33 of 65 points, between t = -1 and 0, have no value: a number in the value is undefined"),
        "{message}"
    );
    assert!(help.contains("on which both sides have a value"), "{help}");
    let (message, _) = refusal("find(t = 0..1 count 11, gaussian(tanh(x)).theta1/t == -1)");
    assert!(message.contains("1 of 11 points, t = 0, has no value"), "{message}");
    let (message, _) = refusal("find(t = -1..2, log(t + 1/2)/(t - 3/2)^2 + 1/(t - 1/3) == 0)");
    assert!(
        message.contains("grows without bound") && message.contains("points, between t = -1 and -0.53125, have no value"),
        "{message}"
    );
    let (message, _) = refusal("find(t = 1..2, log(t) == 5)");
    assert!(message.contains("at all points of t = 1..2") && !message.contains("no value"), "{message}");
}
