//! Answers that exist: functions whose integrals are there although a part of them is steep, large, close to another, or
//! undefined at a point. Values by mpmath 1.4 (30 digits; quadrature split at kinks) where no other source is named.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use resolvent::activation::lower::read;
use resolvent::gaussian::{Data, Moment};
use resolvent::number::{Ball, Job};
use resolvent::session::{Failure, Session, Settings, json};
use rug::{Float, Rational};
use serde_json::Value;

fn answer(source: &str, digits: u32) -> serde_json::Value {
    let mut session = Session::new(Settings { digits, ..Settings::default() });
    match session.last(source) {
        Ok(answer) => json::answer(source, &answer),
        Err(failure) => panic!("{source}: {}", failure.diagnostic().message),
    }
}

fn value(source: &str) -> String {
    answer(source, 15)["value"].to_string()
}

fn failure(source: &str) -> Failure {
    match Session::new(Settings::default()).last(source) {
        Ok(answer) => panic!("{source} has the value {}", json::answer(source, &answer)),
        Err(failure) => failure,
    }
}

/// The value to 14 of the digits of a reference.
#[track_caller]
fn is(source: &str, reference: &str) {
    let number = |text: &str| Float::with_val(200, Float::parse(text).unwrap_or_else(|_| panic!("{source}: {text}")));
    let (found, wanted) = (number(&value(source)), number(reference));
    let off = Float::with_val(200, &found - &wanted).abs();
    let room = Float::with_val(200, wanted.abs_ref()) * 1e-14;
    assert!(off <= room, "{source} is {found}, not {wanted}");
}

/// E|Z|^s = 2^{s/2} Γ((s + 1)/2)/√π; 100! and 1000! are E He_k²; 9999!! is E Z^10000.
#[test]
fn powers_of_any_exponent() {
    is("gaussian(abs(x)^(-99/100)).mean", "79.8363570379689566475486824625");
    is("gaussian(abs(x)^(-99999999/100000000)).mean", "79788456.1265365204691398189771");
    is("gaussian(abs(2*x)^(-99/100)).mean", "40.1958314078463123483470707948");
    is("gaussian(He(100,x)^2).mean", "9.3326215443944152682e157");
    is("gaussian(He(1000,x)).second_moment", "4.02387260077093773543702433923e2567");
    is("gaussian(x^10000).mean", "4.76542745352691e17828");
    assert_eq!(value("gaussian(He(501, x)).theta2"), "0");
    assert_eq!(value("hermite(He(120, x), order = 121).information_exponent"), "120");
    assert_eq!(failure("gaussian(x^(10^10)).mean").status(), 1);
}

/// E|U|^s |V|^t = M(s) M(t) ₂F₁(−s/2, −t/2; 1/2; ρ²), also where E|U|^2s is infinite.
#[test]
fn duals_of_powers_without_a_second_moment() {
    is("dual(1/sqrt(abs(x)), 1/2)", "3.06568472174268228052062146247");
}

/// (s + 1) E|Z|^s = E|Z|^(s+2), and H_2 = E|Z|^(s+2) − E|Z|^s, as near −1 as one likes; by quadrature where it reaches.
#[test]
fn powers_obey_integration_by_parts() {
    let config = Config { cases: 60, failure_persistence: None, rng_seed: RngSeed::Fixed(10), ..Config::default() };
    let exponents = prop_oneof![
        (1..2000i64, 1..200i64).prop_map(|(p, q)| Rational::from((p, q)) - 1u32),
        (1..30u32).prop_map(|k| Rational::from((1, rug::Integer::from(rug::Integer::u_pow_u(7, k)))) - 1u32),
    ];
    proptest!(config, |(s in exponents)| {
        let of = |s: &Rational| {
            let data = Data::new(&read(&format!("abs(x)^({s})")).unwrap(), &Rational::from(1), &Job::unwatched()).unwrap();
            data.hermite(2, 160, &Job::unwatched()).unwrap()
        };
        let (low, high) = (of(&s), of(&Rational::from(&s + 2u32)));
        let stepped = low[0].ball.times_rational(&Rational::from(&s + 1u32));
        let near = |a: &Ball, b: &Ball| (a - b).contains_zero() && (a - b).magnitude().log2() < a.magnitude().log2() - 140.0;
        prop_assert!(near(&stepped, &high[0].ball), "{s}: {stepped:?} and {:?}", high[0].ball);
        let second = &high[0].ball - &low[0].ball;
        prop_assert!((&second - &low[2].ball).contains_zero(), "{s}: {second:?} and {:?}", low[2].ball);
    });
}

/// E tanh² = 0.394294490397841…, E (x − σ)² of a scaled function scales.
#[test]
fn constants_do_not_drown_what_they_are_added_to() {
    is("gaussian(10^30 + tanh(x)/10^30).theta1", "3.94294490397841174e-61");
    is("gaussian((10^20 + (7 - tanh(x)/10^10))/3 + pi).variance", "4.38104989330934638240510858271e-22");
}

/// For relu at scale σ Var = σ² (1/2 − 1/(2π)), E f′² = 1/2.
#[test]
fn any_real_constant_is_a_scale() {
    is("gaussian(relu(x), sigma = sqrt(2)).theta1", "0.681690113816209328462232473255");
    is("gaussian(relu(x), sigma = sqrt(2)).derivative_energy", "0.5");
    is("gaussian(tanh(x), sigma = pi).slope - gaussian(tanh(pi*x)).slope/pi + 1", "1");
    assert_eq!(
        value("spectrum(features(relu(x), phi = 1/2, psi = 3/4, sigma_w = sqrt(2))).edges"),
        value("spectrum(features(relu(sqrt(2)*x), phi = 1/2, psi = 3/4)).edges")
    );
    assert!(failure("gaussian(relu(x), sigma = -sqrt(2))").diagnostic().message.contains("must be positive"));
}

#[test]
fn whole_exponents_of_any_size_keep_their_parity() {
    assert_eq!(value("(-1)^(2^31)"), "1");
    assert_eq!(value("(-1)^(2^31 + 1)"), "-1");
    assert_eq!(value("f(x) = x^(10^10); f(-1)"), "1");
    assert_eq!(value("log(exp(10^10))"), "10000000000");
    for (source, part) in [("9^9^9", "9^387420489"), ("exp(10^10) + 1", "exp(10000000000)"), ("f(x) = x^(10^10); f(2)", "2^")] {
        let diagnostic = failure(source).diagnostic();
        assert_eq!(diagnostic.kind, "bound", "{source}: {}", diagnostic.message);
        assert!(diagnostic.message.contains(part), "{source}: {}", diagnostic.message);
    }
    assert_eq!(failure("log(-1)").diagnostic().kind, "undefined");
}

/// A flat sum nests one deep, however long it is: 333 (E x + E x² + E x³) = 333.
#[test]
fn a_long_sum_is_not_a_deep_one() {
    let terms: Vec<&str> = (0..999).map(|k| ["x", "x^2", "x^3"][k % 3]).collect();
    let sum = terms.join(" + ");
    assert_eq!(value(&format!("gaussian({}).mean", sum.replace("x^2", "1").replace("x^3", "x"))), "333");
}

#[test]
fn names_that_people_type() {
    is("gaussian(gelu_tanh(x)).mean", "0.282038588078788711747644095249");
    is("gaussian(hardswish(x)).mean", "0.166216700656123301824449395077");
    is("gaussian(hardsigmoid(x)).mean", "0.5");
    is("gaussian(celu(x, 2)).mean", "0.0981799498422288175954485307773");
    is("gaussian(logsigmoid(x)).mean", "-0.806059183347439784528228831504");
    is("gaussian(softplus(x, 2)).mean", "0.533857194025691641758748469818");
    for [name, meaning] in [["ln(x)", "log(x)"], ["log1p(x)", "log(1 + x)"], ["heaviside(x)", "step(x)"], ["sgn(x)", "sign(x)"]] {
        assert_eq!(value(&format!("f = {name}; f(3)")), value(&format!("f = {meaning}; f(3)")), "{name}");
    }
    assert_eq!(value("gaussian(celu(x)).mean"), value("gaussian(elu(x)).mean"));
}

/// Switches that tend to a common limit, or to 0: the larger of two close terms decides.
#[test]
fn close_switches_are_ordered_by_dominance() {
    is("gaussian(clip(tanh(x), -1, 1/2)).mean", "-0.0789625888641561769541134765475");
    is("gaussian(max(softplus(x), relu(x))).mean", "0.806059183347439784528228831504");
    is("gaussian(max(relu(x), gelu(x))).mean", "0.398942280401432677939946059934");
    is("gaussian(max(gelu(x), silu(x))).mean", "0.28209479177387814347403972578");
    is("gaussian(max(tanh(x), erf(x))).mean", "0.0260970660936465679826602672764");
    is("gaussian(max(x, softplus(x))).mean", "0.806059183347439784528228831504");
    is("gaussian(max(tanh(x)/x, 1/2)).mean", "0.825747102612243075266798244259");
}

#[test]
fn growth_is_seen_through_constants_and_choices() {
    is("gaussian(tan(tanh(x))).theta1", "0.682548685181560120912087776646");
    is("gaussian(exp(x - sqrt(2) - x^4)).mean", "0.172993941666247719407943988087");
    is("gaussian(exp(-x^3)*step(x)).mean", "0.302040480934864613102892606322");
    is("gaussian(exp(abs(x)^(3/2))).mean", "6.20315575039994006392005420711");
    is("gaussian(exp(abs(x)^(3/2))).second_moment", "2071202.60424652679201728725478");
    is("gaussian(tanh(relu(x))/x).mean", "0.410999282191054358950076016937");
}

/// 1 − E sech²(sZ) for s = 10^15.
#[test]
fn a_scale_near_zero_may_be_of_any_size() {
    is("gaussian(tanh(10^15*x)).theta1", "0.999999999999999202115439197135");
    is("gaussian(min(abs(x)^(-1/2), 10^6)).mean", "1.72007917676447826788705136904");
    is("1 - gaussian(tanh(x), sigma = 10^30).theta1", "7.97884560802865355879892119869e-31");
}

/// A number that is not decided leaves the others alone.
#[test]
fn an_undecided_energy_takes_nothing_with_it() {
    // E sin² 2Z = (1 − e^(−8))/2; that sin 2x vanishes with sin x is not seen
    let all = answer("gaussian(sin(2*x)*sign(sin(x)))", 15);
    is("gaussian(sin(2*x)*sign(sin(x))).second_moment", "0.499832268686048744104780087149");
    assert_eq!(all["value"]["parity"], "even");
    assert!(all["value"]["derivative_energy"].is_null());
    let said = |warning: &Value| warning.as_str().is_some_and(|text| text.contains("derivative_energy"));
    assert!(all["warnings"].as_array().is_some_and(|warnings| warnings.iter().any(said)), "{all}");
}

/// relu(x)/x is a step: 0 is a removable point of one branch.
#[test]
fn a_quotient_of_pieces_is_a_step() {
    for (field, value_of_step) in [("mean", "0.5"), ("second_moment", "0.5"), ("slope", "0.398942280401432677939946059934")] {
        is(&format!("gaussian(relu(x)/x).{field}"), value_of_step);
    }
    assert_eq!(value("gaussian(relu(x)/x).derivative_energy"), "\"inf\"");
    assert_eq!(value("gaussian(relu(x)/x).kinks"), "[0]");
}

/// sign(a) − sign(b) is −2 between zeros that are d = 3·10^−14/(1 − 1/25) apart, to first order in d: its dual at 1/2 is 4 d² times the
/// density of the pair there, exp(−c²/(1 + ρ))/(2π √(1 − ρ²)) with c = atanh(1/5). By the parallelogram law that of the sum follows.
#[test]
fn duals_of_switches_with_close_zeros() {
    let [a, b] = ["sign((300 + tanh(x)) - 299.8)", "sign(tanh(x) + 0.2 + 3*10^-14)"];
    let dual = |f: &str| value(&format!("dual({f}, 1/2)")).parse::<f64>().expect("a number");
    let (c, d) = (0.2f64.atanh(), 3e-14 / 0.96);
    let expected = 4.0 * d * d * (-c * c / 1.5).exp() / (2.0 * std::f64::consts::PI * 0.75f64.sqrt());
    assert!((dual(&format!("{a} - {b}")) / expected - 1.0).abs() < 1e-12);
    let sum = 2.0 * (dual(a) + dual(b)) - expected;
    assert!((dual(&format!("{a} + {b}")) - sum).abs() < 1e-13);
}

/// sqrt(2) x in relu is a factor sqrt(2): the layers of a kernel do not see where it stands.
#[test]
fn an_irrational_scale_in_a_kernel() {
    let edges = |f: &str| value(&format!("edges(kernel({f}, gamma = [1, 1, 1], normalize = false))"));
    assert_eq!(edges("relu(sqrt(2)*x)"), edges("sqrt(2)*relu(x)"));
    assert!(!edges("relu(sqrt(2)*x)").contains("null"));
}

/// What is neither shown to exist nor shown to diverge is not called divergent, and is no matter of effort.
#[test]
fn what_is_not_settled_is_said_to_be_so() {
    let (open, infinite) = (failure("gaussian(log(abs(sin(x) + sin(sqrt(2)*x)))).mean"), failure("gaussian(1/x).mean"));
    assert_eq!((open.diagnostic().kind, open.status()), ("unsettled", 1));
    assert_eq!((infinite.diagnostic().kind, infinite.status()), ("divergent", 1));
}

/// A factor that vanishes where a sign or a step jumps leaves a kink, at all of infinitely many zeros and without a doubt:
/// E cos² Z = (1 + e^(−2))/2, E (sin Z + Z cos Z)² = 1.
#[test]
fn a_factor_stills_a_jump() {
    for (f, energy) in [
        ("sin(x)*sign(sin(x))", "0.567667641618306345946999747486"),
        ("abs(sin(x))", "0.567667641618306345946999747486"),
        ("step(sin(x))*2*sin(x)", "1.13533528323661269189399949497"),
        ("x*sign(sin(x))*sin(x)", "1"),
    ] {
        let source = format!("gaussian({f}).derivative_energy");
        is(&source, energy);
        assert_eq!(answer(&source, 15)["warnings"], serde_json::json!([]), "{f}");
    }
    for jumping in ["sign(cos(x))*sin(x)", "sin(x)*sign(sin(x)) + sign(sin(x))", "step(sin(x))*sin(x + 1)"] {
        assert_eq!(value(&format!("gaussian({jumping}).derivative_energy")), "\"inf\"", "{jumping}");
    }
    let shared = "s = sign(sin(x)); gaussian(s*sin(x) + s).derivative_energy";
    assert_eq!(value(shared), "\"inf\"");
}

#[test]
fn zeros_are_zeros_by_reduction() {
    for zero in ["tanh(x) - (2*sigmoid(2*x) - 1)", "softplus(x) - softplus(-x) - x"] {
        assert_eq!(value(&format!("gaussian({zero}).second_moment")), "0", "{zero}");
        assert_eq!(value(&format!("simplify({zero})")), "0", "{zero}");
        assert!(failure(&format!("normalize({zero})")).diagnostic().message.contains("constant"), "{zero}");
    }
}

/// Laws with a bias see the growth of f, not its spelling: f(√2 x) at weights of variance 1 is f at weights of variance 2.
#[test]
fn laws_with_a_bias_at_irrational_scales() {
    for f in ["relu", "silu", "elu", "abs", "gelu"] {
        let edges = value(&format!("edges(features({f}(sqrt(2)*x), phi = 1, psi = 1, sigma_b = 1/10))"));
        assert!(!edges.contains("null"), "{f}: {edges}");
    }
    let data = |text: &str| Data::new(&read(text).unwrap(), &Rational::from(1), &Job::unwatched()).unwrap();
    assert!(matches!(data("abs(x)^(1/2)").derivative_energy(80, &Job::unwatched()), Ok(Moment::Infinite)));
}

/// Thousands of digits of what is singular or has a kink: refused in a moment, not after minutes.
#[test]
fn too_many_digits_are_an_effort() {
    for f in ["log(abs(x))", "abs(tanh(x))"] {
        let settings = Settings { digits: 2000, ..Settings::default() };
        let failure = Session::new(settings).last(&format!("gaussian({f}).mean")).expect_err("an effort error");
        assert_eq!(failure.status(), 2, "{f}");
    }
}

/// Roots of the equation next to a triple one lie at distances that are the cube root of the change: they are told apart, and soon.
#[test]
fn branches_next_to_a_triple_root() {
    let imaginary = |change: &str| -> f64 {
        let start = std::time::Instant::now();
        let model = format!("features(theta1 = 8/7, theta2 = 1/7, phi = 1/20 + {change}, psi = 1/20)");
        let list = answer(&format!("branches({model}, 128/35)"), 15)["value"].clone();
        assert!(start.elapsed().as_secs() < 10, "{change}: {:?}", start.elapsed());
        let list = list.as_array().expect("a list").clone();
        assert_eq!(list.len(), 4);
        assert_eq!(list.iter().filter(|branch| branch["admissible"] == true).count(), 1);
        list.iter().filter_map(|branch| branch["m"][1].as_f64()).fold(0.0, f64::max)
    };
    let near = imaginary("1e-99");
    for (change, shrinks) in [("1e-150", 1e-17), ("1e-300", 1e-67), ("1e-399", 1e-100)] {
        let found = imaginary(change);
        assert!((found / (near * shrinks) - 1.0).abs() < 1e-12, "{change}: {found} against {near}");
    }
    let start = std::time::Instant::now();
    answer("branches(features(theta1 = 8/7, theta2 = 1/7, phi = 1/20, psi = 1/20), 128/35 + 1e-400)", 15);
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}

/// tanh x = 1/2 where x = log(3)/2, by proof: one kink, and nothing counted as zero.
#[test]
fn values_of_inverse_functions_are_recognised() {
    for (f, kinks) in [
        ("abs(tanh(x) - 1/2) + abs(x - log(3)/2)", 1),
        ("abs(1/3 - 2*tanh(2*x)/3) + abs(4*x - log(3))", 1),
        ("abs(exp(x) - 9) + abs(x - 2*log(3))", 1),
        ("abs(sigmoid(x) - 1/4) + abs(x + log(3))", 1),
        ("abs(log(1 + x^2) - 2) + abs(1 + x^2 - exp(2))", 2),
        ("abs(tanh(x) - 2) + abs(exp(x) + 1)", 0),
    ] {
        let found = answer(&format!("gaussian({f})"), 15);
        assert!(!found["warnings"].to_string().contains("counted_as_zero"), "{f}: {found}");
        assert_eq!(found["value"]["kinks"].as_array().map(Vec::len), Some(kinks), "{f}");
    }
}

/// Label noise of variance 1/50 lies midway between none and that of variance 1/25, and so do the test errors.
#[test]
fn the_noise_may_be_irrational() {
    let test = |noise: &str| -> f64 {
        let model = format!("one_step(tanh(x), tanh(x), phi = 1/4, psi = 1/3, ridge = 1/10, noise = {noise})");
        answer(&format!("errors({model}).by_degree[0].test"), 15)["value"].as_f64().expect("a number")
    };
    let middle = f64::midpoint(test("0"), test("1/5"));
    assert!((test("sqrt(2)/10") / middle - 1.0).abs() < 1e-13);
    let position = |noise: &str| {
        let model = format!("trained(tanh(x), tanh(x), eta = 2, gamma = [5/4, 1/3], d_over_n = 1/3, noise = {noise})");
        value(&format!("spikes({model})[0].position"))
    };
    assert_eq!(position("sqrt(4)/10"), position("1/5"));
}
