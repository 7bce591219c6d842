//! The session: values, precision, names, models and their laws, failures, asked for in the query language itself.

use resolvent::activation::{Function, lower};
use resolvent::number::Job;
use resolvent::session::text::{self, Page};
use resolvent::session::{Failure, Session, Settings, Warning, json};
use rug::Rational;

fn session(digits: u32) -> Session {
    Session::new(Settings { digits, ..Settings::default() })
}

/// The JSON of the last value at so many digits.
fn value(source: &str, digits: u32) -> String {
    match session(digits).last(source) {
        Ok(answer) => json::answer(source, &answer)["value"].to_string(),
        Err(failure) => panic!("{source}: {}", failure.diagnostic().message),
    }
}

fn exact(source: &str) -> String {
    match session(15).last(source) {
        Ok(answer) => json::answer(source, &answer)["exact"].to_string(),
        Err(failure) => panic!("{source}: {}", failure.diagnostic().message),
    }
}

fn failure(source: &str) -> Failure {
    match session(15).last(source) {
        Ok(answer) => panic!("{source} has the value {}", json::answer(source, &answer)),
        Err(failure) => failure,
    }
}

/// Kind, message and help together, for "mentions" tests.
fn complaint(source: &str) -> String {
    let diagnostic = failure(source).diagnostic();
    format!("{}: {} ({})", diagnostic.kind, diagnostic.message, diagnostic.help.unwrap_or_default())
}

#[track_caller]
fn mentions(source: &str, parts: &[&str]) {
    let text = complaint(source);
    for part in parts {
        assert!(text.contains(part), "{source}: `{text}` does not mention `{part}`");
    }
}

/// Agreement of two decimal literals to within one unit of the last digit of `b`.
#[track_caller]
fn agree(a: &str, b: &str, digits: i32) {
    let read = |text: &str| -> Rational {
        lower::read(text).ok().and_then(|f| f.as_rational().cloned()).unwrap_or_else(|| panic!("{text} is no number"))
    };
    let negative = |text: &str| text.strip_prefix('-').map(str::to_owned);
    let number = |text: &str| negative(text).map_or_else(|| read(text), |positive| -read(&positive));
    let (a, b) = (number(a), number(b));
    let difference = Rational::from(&a - &b).abs();
    let unit = b.clone().abs() / Rational::from(rug::Integer::from(rug::Integer::u_pow_u(10, digits as u32 - 1)));
    assert!(difference <= unit, "{a} and {b} differ beyond {digits} digits");
}

#[test]
fn application_has_the_digits_asked_and_more_agree() {
    let long = value("f = tanh(x); f(3/2)", 60);
    // tanh(3/2) = (e³ − 1)/(e³ + 1)
    agree(&long, &value("(e^3 - 1)/(e^3 + 1)", 60), 59);
    for digits in [1, 2, 15, 30] {
        let text = value("f = tanh(x); f(3/2)", digits);
        assert_eq!(text.len(), digits as usize + 2, "{text}");
        agree(&text, &long, digits as i32);
    }
}

#[test]
fn exact_numbers_stay_exact_and_end_early() {
    assert_eq!(value("3/4", 30), "0.75");
    assert_eq!(value("0.1 + 0.2", 30), "0.3");
    assert_eq!(value("2^-3", 15), "0.125");
    assert_eq!(value("6.54e-30", 15), "6.54e-30");
    assert_eq!(exact("1/3"), "\"1/3\"");
    assert_eq!(exact("sqrt(2)/2"), "\"sqrt(2)/2\"");
    assert_eq!(value("1/3 - 1/3", 15), "0");
}

#[test]
fn cancellation_is_met_with_more_bits() {
    // 22 digits cancel
    assert_eq!(value("exp(10^-22) - 1", 15), "1.00000000000000e-22");
    assert_eq!(value("(1 + 10^-40) - 1", 15), "1e-40");
}

#[test]
fn a_zero_without_a_proof_is_said_to_be_one() {
    let answer = session(20).last("sin(pi)").expect("a value");
    assert_eq!(answer.warnings, [Warning::NotSeparatedFromZero]);
    let text = json::answer("sin(pi)", &answer)["value"].to_string();
    let exponent: u32 = text.strip_prefix("0e-").and_then(|text| text.parse().ok()).expect("0e-E");
    assert!(exponent >= 80, "{text}: four times the digits asked");
}

#[test]
fn complex_constants_follow_the_field_laws() {
    assert_eq!(value("(1 + 2*i)*(3 - i)", 15), "[5,5]");
    assert_eq!(value("(5 + 5*i)/(3 - i)", 15), "[1,2]");
    assert_eq!(value("i^2", 15), "-1");
    assert_eq!(value("(1 + i)^-2", 15), "[0,-0.5]");
    mentions("tanh(i)", &["wrong_kind", "activations are real"]);
    mentions("x + i", &["depends on x"]);
}

#[test]
fn last_is_the_last_value_printed_or_named() {
    assert_eq!(value("1 + 1; last + 1; last*last", 15), "9");
    assert_eq!(value("a = 7; last + 1", 15), "8");
    // a rule has no value
    assert_eq!(value("5; g(s) = s + 1; last", 15), "5");
    assert_eq!(value("x^2; last(3)", 15), "9");
    assert_eq!(value("[1, 2, 3]; last[2]", 15), "3");
    // a name keeps the value that it saw
    assert_eq!(value("2; a = last; 5; a", 15), "2");
    // digits asked later are found again
    let exact = value("sqrt(2)*gaussian(tanh(x)^2).mean", 40);
    assert_eq!(value("set digits = 5; sqrt(2)*gaussian(tanh(x)^2).mean; set digits = 40; last", 5), exact);
    // a statement without a value leaves it alone
    let mut session = session(15);
    session.last("3").expect("a value");
    session.last("log(0)").expect_err("undefined");
    assert_eq!(session.last("last").map(|answer| text::answer(&answer, Page::of(80))).ok(), Some("3\n".to_owned()));
    mentions("last", &["the last value", "none yet"]);
    mentions("last = 3", &["`last` is the last value and cannot be defined"]);
    // a simulation is not made again, and its doubts stay with it
    let check = "check(features(tanh(x), phi = 1, psi = 1), n = 60, trials = 2)";
    assert_eq!(value(&format!("{check}; last.rows[0].measured"), 15), value(&format!("{check}.rows[0].measured"), 15));
}

#[test]
fn a_definition_keeps_the_names_it_saw() {
    assert_eq!(value("f = x; f = f + x; f(3)", 15), "6");
    assert_eq!(value("a = 2; f = a*x; a = 5; f(1)", 15), "2");
    assert_eq!(value("a = gaussian(tanh(x)).slope; b = a; a = 0; b", 12), value("gaussian(tanh(x)).slope", 12));
}

#[test]
fn functions_of_one_and_several_arguments() {
    assert_eq!(value("g(x) = max(x, 0) - 1/2; h = g(2*x + 1); h(1)", 15), "2.5");
    assert_eq!(value("g(t) = t^2; g(3)", 15), "9");
    assert_eq!(value("h(x, a) = max(x, a*x); h(-4, 1/4)", 15), "-1");
    assert_eq!(value("h(x, a) = max(x, a*x); h(a = 1/4, x = -4)", 15), "-1");
    assert_eq!(value("s(a) = gaussian(tanh(x) - a*x).slope; s(0)", 12), value("gaussian(tanh(x)).slope", 12));
    assert_eq!(value("f = tanh; f(1)", 15), value("tanh(1)", 15));
    mentions("h(x, a) = a*x; h(1)", &["2 arguments", "1 argument", "h(x, a)"]);
    mentions("h(x, a) = b*x", &["`b` is not known"]);
}

#[test]
fn numbers_of_a_result_enter_activations() {
    assert_eq!(value("s = gaussian(relu(x)).slope; f = relu(x) - s*x; gaussian(f).slope", 15), "0");
    let text = value("s = gaussian(tanh(x)); s.slope*x", 15);
    assert_eq!(text, "\"gaussian(tanh(x)).slope*x\"");
    assert_eq!(value("f = gaussian(tanh(x)).slope*x; f(2)/2", 25), value("gaussian(tanh(x)).slope", 25));
}

#[test]
fn printed_functions_are_read_back_equal() {
    let sources = [
        "tanh(x) - 3/10*x",
        "-x^2",
        "(-x)^2",
        "2^-x",
        "x - (1 - x)",
        "x/(2/x)",
        "if x > 0 then x else exp(x) - 1",
        "piecewise(x < -1: -1, x <= 1: x, 1)",
        "max(x, min(1, -x), 0)",
        "He5(x) + gelu(x) + selu(x) + mish(x)",
        "sqrt(abs(x))*step(x - sqrt(2))",
        "(x^3)^(1/3) + pi^x",
        "-(1/3)*x + (-2)^3",
    ];
    for source in sources {
        let f = lower::read(source).unwrap_or_else(|error| panic!("{source}: {error}"));
        let again = lower::read(&f.to_string()).unwrap_or_else(|error| panic!("{source} printed {f}: {error}"));
        assert_eq!(again, f, "{source} printed {f}");
    }
}

#[test]
fn derivatives_have_one_number_in_front() {
    for (source, printed) in [("f = x^3; f''", "6*x"), ("diff(3*x^2*5)", "30*x"), ("f = (1 + x)^50; f''", "2450*(1 + x)^48")] {
        assert_eq!(value(source, 15), format!("\"{printed}\""), "{source}");
    }
}

#[test]
fn every_prelude_activation_is_its_textbook_formula() {
    let at = |name: &str, formula: &str| {
        for point in ["-3/2", "-1/10", "1/3", "8"] {
            let number = |text: &str| value(&format!("f(x) = {text}; f({point})"), 25);
            assert_eq!(number(name), number(formula), "{name} at {point}");
        }
    };
    at("leaky_relu(x, 1/10)", "(11*x + 9*abs(x))/20");
    at("softsign(x)", "if x > 0 then x/(1 + x) else x/(1 - x)");
    at("hard_tanh(x)", "(abs(x + 1) - abs(x - 1))/2");
    at("relu6(x)", "clip(x, 0, 6)");
    at("swish(x, 2)", "x/(1 + exp(-2*x))");
    at("gauss_pdf(x)", "Phi'(x)");
    at("gelu(x)", "x*erfc(-x/sqrt(2))/2");
    at("mish(x)", "x*tanh(log(1 + exp(x)))");
    at("elu(x)", "elu(x, 1)");
    at("He(4, x)", "x^4 - 6*x^2 + 3");
}

/// Whole in JSON, cut where people read.
#[test]
fn long_exact_forms_are_cut_in_text() {
    let answer = session(15).last("gaussian(relu(pi*x + 40)*x^20)").expect("a value");
    let whole = json::answer("", &answer)["value"]["exact"]["mean"].as_str().expect("an exact form").to_owned();
    let shown = text::answer(&answer, Page::of(80));
    let line = shown.lines().find(|line| line.starts_with("mean")).expect("a line");
    assert!(whole.len() > 400 && line.len() < 200, "{line}");
    assert!(line.contains(&whole[..100]) && line.contains(&format!("{} characters", whole.chars().count())), "{line}");
    let unfolded = session(15).last("gaussian(relu(pi*x + 40)*x^20); all(last)").expect("a value");
    assert!(text::answer(&unfolded, Page::of(80)).contains(&whole));
    let short = session(15).last("gaussian(elu(x))").expect("a value");
    assert!(!text::answer(&short, Page::of(80)).contains("characters"));
}

#[test]
fn relu_has_its_known_exact_moments() {
    let answer = session(15).last("gaussian(relu(x))").expect("a value");
    let exact = &json::answer("", &answer)["value"]["exact"];
    assert_eq!(exact["mean"], "1/sqrt(2*pi)");
    assert_eq!(exact["theta1"], "1/2 - 1/(2*pi)");
    assert_eq!(exact["theta2"], "1/4");
}

#[test]
fn centring_and_normalising_do_what_they_say() {
    assert_eq!(value("center(relu(x))", 15), "\"max(x, 0) - 1/sqrt(2*pi)\"");
    assert_eq!(value("gaussian(center(relu(x))).mean", 15), "0");
    agree(&value("gaussian(normalize(softplus(x))).variance", 20), "1", 19);
    mentions("normalize(3 + 0*x)", &["constant"]);
}

#[test]
fn duals_by_series_and_in_closed_form() {
    // E sign(u) sign(v) = (2/π) asin ρ
    agree(&value("dual(sign(x), 1/3)", 25), &value("2/pi*asin(1/3)", 25), 24);
    // E u tanh(v) = ρ E tanh′
    agree(&value("dual(tanh(x), x, 1/3)", 25), &value("gaussian(tanh(x)).slope/3", 25), 24);
    agree(&value("dual(tanh(x), -1)", 20), &value("-gaussian(tanh(x)).second_moment", 20), 19);
    mentions("dual(tanh(x), 2)", &["from -1 to 1"]);
}

#[test]
fn the_isotropic_law_is_marchenko_pastur() {
    let model = "m = features(theta1 = 1, theta2 = 0, phi = 1, psi = 4); ";
    // gamma = 1/4: edges (1 ∓ 1/2)²
    assert_eq!(value(&format!("{model}edges(m)[0][0]*4"), 20).trim_end_matches('0'), "1.");
    agree(&value(&format!("{model}edges(m)[0][1]"), 20), "2.25", 19);
    // density (1/(2πγx)) √((b − x)(x − a)) at x = 1
    agree(&value(&format!("{model}density(m, 1)"), 20), &value("2/pi*sqrt((9/4 - 1)*(1 - 1/4))", 20), 19);
    assert_eq!(value(&format!("{model}moments(m, count = 2)"), 15), "[1,1.25]");
    agree(&value(&format!("{model}cdf(m, quantile(m, 1/4))"), 10), "0.25", 9);
}

#[test]
fn sizes_and_ratios_give_the_same_model() {
    let by_ratios = "edges(features(tanh(x), phi = 1/2, psi = 2))";
    assert_eq!(value("edges(features(tanh(x), n0 = 2, n1 = 1, m = 4))", 20), value(by_ratios, 20));
    assert_eq!(
        value("edges(features(theta1 = 2, theta2 = 1, phi = 1, psi = 2))", 20),
        value("edges(features(eta = 2, zeta = 1, phi = 1, psi = 2))", 20)
    );
}

#[test]
fn the_mean_is_split_off_and_said() {
    let answer = session(15).last("m = features(relu(x), phi = 1/2, psi = 3/4); spectrum(m).mean_outlier").expect("a value");
    assert!(answer.warnings.iter().any(|warning| matches!(warning, Warning::MeanSplitOff(_))));
    assert_eq!(json::answer("", &answer)["exact"], "1/(2*pi)");
    assert_eq!(
        value("edges(features(relu(x), phi = 1/2, psi = 3/4))", 15),
        value("edges(features(center(relu(x)), phi = 1/2, psi = 3/4))", 15)
    );
}

#[test]
fn norm_outliers_of_a_quadratic_polynomial() {
    // docs/mathematics.md, 'Outliers of order one': l = 5.88 for W and for X; dense matrices have 8.88
    let outliers = value("spectrum(features(x/2 + 7/10*He2(x), n0 = 400, n1 = 2400, m = 2400)).outliers", 3);
    assert_eq!(outliers, "[8.81,8.81]");
    assert_eq!(value("spectrum(features(tanh(x), phi = 1, psi = 1)).outliers", 3), "[]");
}

#[test]
fn wrong_arguments_say_what_is_wanted() {
    mentions("features(tanh(x), phi = -1, psi = 2)", &["phi = n0/m must be positive", "-1"]);
    mentions("features(tanh(x), phi = 1)", &["needs psi = n0/n1"]);
    mentions("features(theta1 = 1, theta2 = 2, phi = 1, psi = 1)", &["theta2 = 2 is larger than theta1 = 1"]);
    mentions("features(theta1 = -1, theta2 = -2, phi = 1, psi = 1)", &["cannot be negative"]);
    mentions("features(tanh(x), theta1 = 1, phi = 1, psi = 1)", &["not both"]);
    mentions("features(tanh(x), phi = 1, psi = x)", &["psi must be a number, without x"]);
    mentions("features(exp(x^2/4), phi = 1, psi = 1)", &["divergent", "variance"]);
    mentions("features(tanh(x), fi = 1, psi = 1)", &["no argument `fi`", "phi"]);
    mentions("spectrum(tanh(x))", &["must be a model", "an activation"]);
    mentions("hermite(tanh(x), order = 200000)", &["whole number from 0 to 100000"]);
    mentions("moments(features(tanh(x), phi = 1, psi = 1), 4, 5)", &["at most 2 arguments"]);
    mentions("gaussian()", &["gaussian needs f"]);
    mentions("relu(x, 2, 3)", &["relu does not take 3 arguments", "relu(x)"]);
    mentions("He(1/2, x)", &["whole number"]);
}

#[test]
fn unknown_names_and_fields_have_a_suggestion() {
    mentions("taanh(x)", &["unknown_name", "did you mean tanh"]);
    mentions("gausian(x)", &["did you mean gaussian"]);
    mentions("gaussian(x).meen", &["unknown_field", "did you mean mean", "theta1"]);
    mentions("a = 3; a(2)", &["not a function", "a*("]);
    mentions("exp = 2", &["reserved"]);
    mentions("x = 2", &["reserved"]);
    mentions("[1, 2][2]", &["0 to 1"]);
    mentions("set digit = 3; 1", &["did you mean digits"]);
}

#[test]
fn what_has_no_value_is_refused() {
    mentions("1/0", &["undefined"]);
    mentions("log(-1)", &["undefined"]);
    mentions("m = features(theta1 = 1, theta2 = 1/2, phi = 1/2, psi = 3/4); stieltjes(m, 1)", &["on_the_cut", "density"]);
    let undecidable = "features(theta1 = 1, theta2 = sin(1)^2 + cos(1)^2, phi = 1, psi = 1)";
    assert_eq!(failure(undecidable).diagnostic().kind, "ill_posed");
    assert_eq!(failure(undecidable).status(), 1);
}

#[test]
fn bounds_are_named() {
    let tower = format!("f = x; {} f", "f = f*f;".repeat(20));
    mentions(&tower, &["bound"]);
    let deep = format!("f = x; {} f", "f = tanh(f);".repeat(600));
    mentions(&deep, &["bound 500"]);
    mentions("0..1 count 1000000", &["count must be a whole number from 1 to 100000"]);
    mentions("set digits = 20000; 1", &["from 1 to 10000"]);
}

#[test]
fn ranges_are_exact_and_keep_both_ends() {
    assert_eq!(value("0..1 step 1/4", 15), "[0,0.25,0.5,0.75,1]");
    assert_eq!(value("0..1 count 3", 15), "[0,0.5,1]");
    let log = value("1e-4..10 count 6 log", 15);
    assert!(log.starts_with("[0.0001,0.001,0.01,0.1,1,10]"), "{log}");
}

#[test]
fn a_simulation_runs_once_and_repeats_exactly() {
    let source = "c = check(features(tanh(x), phi = 1/2, psi = 3/4), n = 60, trials = 2); c.rows[0].measured";
    assert_eq!(value(source, 15), value(source, 15));
    let other = source.replace("trials = 2", "trials = 2, seed = 7");
    assert_ne!(value(source, 15), value(&other, 15));
}

#[test]
fn a_wrong_theory_is_found_out() {
    let source = "m = features(theta1 = 1, theta2 = 1/2, phi = 1/2, psi = 3/4); check(m, n = 100, trials = 2, activation = tanh(x)).verdict";
    let answer = session(15).last(source).expect("a value");
    assert!(answer.disagrees);
    assert_eq!(json::answer("", &answer)["value"], "disagree");
}

#[test]
fn an_interrupted_statement_fails_as_such() {
    let cancel = std::sync::atomic::AtomicBool::new(true);
    let statement = resolvent::language::parse_statements("gaussian(tanh(x))").remove(0).expect("a statement");
    let outcome = session(15).run(&statement, &Job::new(&cancel, None, &|_, _| ()));
    assert_eq!(outcome.expect_err("stopped").diagnostic().kind, "interrupted");
}

/// As at the prompt: the flag is set inside a decomposition of 4000 rows, which takes seconds.
#[test]
fn a_simulation_is_left_inside_a_stage() {
    let cancel = std::sync::atomic::AtomicBool::new(false);
    let source = "check(features(tanh(x), phi = 1, psi = 1), n = 4000, trials = 2)";
    let statement = resolvent::language::parse_statements(source).remove(0).expect("a statement");
    let waited = std::thread::scope(|scope| {
        let running = scope.spawn(|| session(15).run(&statement, &Job::new(&cancel, None, &|_, _| ())));
        std::thread::sleep(std::time::Duration::from_secs(3));
        cancel.store(true, std::sync::atomic::Ordering::Relaxed);
        let set = std::time::Instant::now();
        let outcome = running.join().expect("no panic");
        assert_eq!(outcome.expect_err("stopped").diagnostic().kind, "interrupted");
        set.elapsed().as_secs_f64()
    });
    assert!(waited < 0.5, "{waited} s");
}

#[test]
fn simplify_keeps_the_value() {
    for source in ["x + x - 0*tanh(x)", "2*(x*x)*x/4 - x^3/2 + 1", "-(x - tanh(x)) + 3*x", "x*sin(x)*x*2"] {
        let f: Function = lower::read(source).expect("a function");
        let simple = resolvent::activation::simplified(&f);
        assert!(simple.size() <= f.size(), "{source} became {simple}");
        let at = |f: &Function| value(&format!("f(x) = {f}; f(17/10) + 10"), 30);
        agree(&at(&f), &at(&simple), 29);
    }
}

#[test]
fn a_linear_energy_that_cannot_be_told_from_zero_counts_as_zero_and_is_said() {
    let source = "s = gaussian(tanh(x)).slope; f = tanh(x) - s*x; spectrum(features(f, phi = 1/2, psi = 3/4)).degree";
    let answer = session(15).last(source).expect("a value");
    assert_eq!(json::answer("", &answer)["value"].to_string(), "2");
    assert!(answer.warnings.contains(&Warning::NotSeparatedFromZero));
}

#[test]
fn the_equation_vanishes_at_the_transform() {
    let model = "m = features(theta1 = 1, theta2 = 3/10, phi = 2, psi = 1/2); ";
    let answer = session(15).last(&format!("{model}equation(m)")).expect("a value");
    let text = json::answer("", &answer)["value"]["text"].as_str().map(str::to_owned).expect("a text");
    // real z above the support, where the transform is real
    let at = text.replace('m', "s").replace('z', "20");
    let sum = value(&format!("{model}s = stieltjes(m, 20); {at} + 1"), 25);
    agree(&sum, "1", 24);
}

#[test]
fn symbolic_models_keep_their_letters() {
    let answer = session(15).last("equation(features(phi = 1)).curve.z").expect("a value");
    assert_eq!(json::answer("", &answer)["value"], "(1 + q*R)*(1 + 1/psi*q*R)/q");
    mentions("spectrum(features(phi = 1))", &["symbolic"]);
}

#[test]
fn latex_of_functions_and_exact_numbers() {
    // JSON doubles each backslash
    assert_eq!(value("latex(gaussian(relu(x)).theta1)", 15), r#""\\frac{1}{2} - \\frac{1}{2 \\pi}""#);
    assert_eq!(value("latex(-(x - 1)^2/3)", 15), r#""\\frac{-\\left(x - 1\\right)^{2}}{3}""#);
}

#[test]
fn parts_of_complex_and_simulated_numbers() {
    let model = "m = features(theta1 = 1, theta2 = 0, phi = 1, psi = 1); z = stieltjes(m, 1 + i); ";
    assert_eq!(value(&format!("{model}z.re"), 15), value(&format!("{model}z[0]"), 15));
    mentions(&format!("{model}z.real"), &["re, im"]);
}

#[test]
fn points_need_not_be_rational() {
    let model = "m = features(theta1 = 1, theta2 = 3/10, phi = 2, psi = 1/2); ";
    assert_eq!(value(&format!("{model}density(m, sqrt(4))"), 15), value(&format!("{model}density(m, 2)"), 15));
    agree(&value(&format!("{model}cdf(m, edges(m)[0][1] + 1)"), 15), "1", 15);
}
