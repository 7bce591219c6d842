//! The neural feature ansatz as training begins: reference values, dualities, limits and invariances, and what is refused.

use rug::Rational;
use serde_json::Value;

#[path = "common/asking.rs"]
mod asking;
#[path = "common/decimals.rs"]
mod decimals;

use asking::{answer, asked, complaint, number};
use decimals::agrees;

fn alignment(model: &str) -> Value {
    answer(&format!("alignment({model})"))
}

fn limit(model: &str) -> f64 {
    number(&alignment(model)["limit"])
}

fn near(a: f64, b: f64, error: f64) -> bool {
    (a - b).abs() <= error * (1.0 + b.abs())
}

/// As a decimal of more digits than are compared.
fn decimal(fraction: &str) -> Value {
    let value: Rational = fraction.parse().expect("a fraction");
    let value = rug::Float::with_val(200, value);
    serde_json::from_str(&value.to_string_radix(10, Some(40))).expect("a number")
}

#[test]
fn reference_values() {
    let data: Value = serde_json::from_str(include_str!("reference/alignment.json")).expect("valid JSON");
    for case in data["cases"].as_array().expect("cases") {
        let (id, model) = (&case["id"], case["model"].as_str().expect("a model"));
        let line = asked(&format!("alignment({model})"), 26);
        let found = &line["value"];
        for field in ["limit", "deficit", "initial_nfc", "overlap"].into_iter().filter(|field| !case[field].is_null()) {
            assert!(agrees(&found[field], &case[field], 24), "{id} {field}: {} against {}", found[field], case[field]);
        }
        for (index, wanted) in case["traces"].as_array().into_iter().flatten().enumerate() {
            let wanted = decimal(wanted.as_str().expect("a fraction"));
            assert!(agrees(&found["traces"][index], &wanted, 25), "{id}: {} against {wanted}", found["traces"]);
        }
        if let Some(square) = case["squared"].as_str() {
            assert_eq!(line["exact"]["limit"], format!("sqrt({square})"), "{id}: {line}");
        }
    }
}

/// ρ² of constant labels at infinite width, theory D 3.4; reciprocal under d/n → n/d.
#[test]
fn constant_labels_have_a_closed_form() {
    for p in [0.25f64, 0.5, 1.0, 3.0] {
        let top = (p.powi(4) + 10.0 * p.powi(3) + 20.0 * p * p + 10.0 * p + 1.0).powi(2);
        let last = p.powi(4) + 14.0 * p.powi(3) + 36.0 * p * p + 14.0 * p + 1.0;
        let wanted = (top / ((1.0 + p).powi(2) * (p * p + 5.0 * p + 1.0) * last)).sqrt();
        let found = limit(&format!("ansatz(x^2, n_over_d = 1/({p}), n_over_k = 0, labels = \"constant\")"));
        assert!(near(found, wanted, 1e-14), "{p}: {found} {wanted}");
    }
}

#[test]
fn dualities() {
    let wide = |ratio: &str| format!("ansatz(x^2 - 1, n_over_d = {ratio}, n_over_k = 0, labels = \"signs\")");
    // one activation without a part in He_2 at n/d = n/k is a quadratic one at infinite width
    for ratio in ["1/3", "2", "7"] {
        let higher = format!("ansatz(He3(x)/sqrt(6), n_over_d = {ratio}, n_over_k = {ratio}, labels = \"signs\")");
        let [a, b] = [&higher, &wide(ratio)].map(|model| asked(&format!("alignment({model})"), 40)["value"].clone());
        assert_eq!([&a["regime"], &b["regime"]], ["C", "B"]);
        assert!(agrees(&a["limit"], &b["limit"], 39), "{a} {b}");
    }
    // d/n → 2 n/d, with the least value where the two meet
    for (one, other) in [("2", "1/4"), ("1/7", "7/2")] {
        assert!(near(limit(&wide(one)), limit(&wide(other)), 1e-14));
    }
    assert!(near(limit(&wide("1/sqrt(2)").replace("1/sqrt(2)", "7071/10000")), 0.9520, 1e-4));
}

#[test]
fn regimes_are_decided_by_proof() {
    let regime =
        |f: &str| alignment(&format!("ansatz({f}, n_over_d = 1, n_over_k = 1, labels = \"gaussian\")"))["regime"].clone();
    for (f, wanted) in [
        ("relu(x)", "A"),
        ("x", "A"),
        ("tanh(x)", "A"),
        ("gelu(x)", "A"),
        ("x + 1e-9*x^2", "A"),
        ("abs(x)", "B"),
        ("cosh(x/2)", "B"),
        ("x*tanh(x)", "B"),
        ("x^3 - 3*x + 1e-9*x^2", "B"),
        ("x^3 - 3*x", "C"),
        ("He4(x)", "C"),
        ("x^5 - 15*x", "C"),
        ("tanh(x) - gaussian(tanh(x)).slope*x", "C"),
    ] {
        assert_eq!(regime(f), wanted, "{f}");
    }
    // at infinite width and without a part in He_2 nothing is left to differ
    let line = asked("alignment(ansatz(He3(x), n_over_d = 2, n_over_k = 0, labels = tanh(x)))", 15);
    assert_eq!([&line["value"]["limit"], &line["value"]["gap"]], [1, 0], "{line}");
}

/// 1 − ρ keeps its digits, and more digits agree with fewer.
#[test]
fn digits_are_certain() {
    for model in [
        "ansatz(abs(x), n_over_d = 2, n_over_k = 1/3, labels = tanh(x) + 1/2, readout = \"gaussian\")",
        "ansatz(x*tanh(x), n_over_d = 1/5, n_over_k = 2, labels = x^2 - 1, covariance = [[1/2, 2/3], [2, 1/3]])",
        "ansatz(relu(x), n_over_d = 3, n_over_k = 1/2, labels = exp(x/4), initial_output = \"network\")",
        "ansatz(x^2 + He3(x)/1000, n_over_d = 1e9, n_over_k = 1e-9, labels = \"signs\")",
    ] {
        let [few, many] = [20, 50].map(|digits| asked(&format!("alignment({model})"), digits)["value"].clone());
        for field in ["limit", "gap", "deficit", "initial_nfc", "initial_nfc_scale", "overlap"] {
            assert_eq!(few[field].is_null(), many[field].is_null(), "{model} {field}");
            if !few[field].is_null() {
                assert!(agrees(&few[field], &many[field], 19), "{model} {field}: {} {}", few[field], many[field]);
            }
        }
    }
}

/// 1 − ρ is what is left of 1, and the scale before training that of its formula.
#[test]
fn parts_belong_together() {
    for model in [
        "ansatz(x^2, n_over_d = 2, n_over_k = 1/3, labels = \"signs\")",
        "ansatz(abs(x), n_over_d = 2, n_over_k = 2, labels = tanh(x))",
        "ansatz(joint = [[1, 1, 1/2], [1001/1000, 1, 1/2]], d_over_k = 0)",
    ] {
        let line = asked(&format!("a = alignment({model}); 1 - a.limit"), 20);
        assert!(agrees(&asked(&format!("alignment({model}).gap"), 20)["value"], &line["value"], 18), "{model}: {line}");
    }
    // (E f'^2/b_0^2) √(1 + d/k)
    let found = alignment("ansatz(relu(x), n_over_d = 1, n_over_k = 1/2, labels = \"signs\")");
    assert!(near(number(&found["initial_nfc_scale"]), 2.0 * 1.5f64.sqrt(), 1e-14) && found["initial_nfc"].is_null());
}

/// Infinitely many samples with E r = 1, M = Σ, are the limit of many.
#[test]
fn the_population_limit_is_reached() {
    for (width, labels) in [("0", "constant"), ("1/2", "constant"), ("3", "constant")] {
        let joint = limit(&format!("ansatz(joint = [[1/2, 1/2, 2/3], [2, 2, 1/3]], d_over_k = {width})"));
        let many = |n: &str| {
            let model = format!("{n}, n_over_k = {n}*{width}, labels = \"{labels}\", covariance = [[1/2, 2/3], [2, 1/3]]");
            limit(&format!("ansatz(x^2, n_over_d = {model})"))
        };
        let [near, far] = ["1e6", "1e4"].map(|n| (many(n) - joint).abs());
        assert!(near < 1e-4 && near < 0.02 * far, "{width}: {near} {far}");
    }
    // 1/√(1 + CV²) with weights μ⁴, and 1 for M of rank one in the limit of many directions
    let weights = [16.0 * 0.25, 1.0 * 0.75];
    let lambda = [3.0, 0.5];
    let mean = |power: i32| (0..2).map(|k| weights[k] * f64::powi(lambda[k], power)).sum::<f64>() / (weights[0] + weights[1]);
    let found = limit("ansatz(joint = [[3, -2, 1/4], [1/2, 1, 3/4]], d_over_k = 0)");
    assert!(near(found, mean(1) / mean(2).sqrt(), 1e-14));
    assert_eq!(alignment("ansatz(joint = [[3, 1, 1/4], [1/2, 0, 3/4]], d_over_k = 0)")["limit"], 1);
}

/// x + x²/2: b₀ = b₁ = 1 and b_* = 0, so that the deficit is (q ψ + w + 2) ψ/(2 V²) with V = g₁² + ψ μ₂, w = d/k.
#[test]
fn the_deficit_of_a_quadratic_network() {
    for (labels, [g, two, four]) in
        [("x", [1.0, 1.0, 3.0]), ("\"signs\"", [0.0, 1.0, 1.0]), ("x^3 - 3*x", [0.0, 6.0, 36.0 * 93.0])]
    {
        for (p, w) in [(0.5f64, 1.0f64), (2.0, 0.25)] {
            let model = format!("ansatz(x + x^2/2, n_over_d = 1/({p}), n_over_k = {w}/({p}), labels = {labels})");
            let found = alignment(&model);
            let size: f64 = g * g + p * two;
            let trace = two * two * (w + 2.0) + p * four;
            assert!(near(number(&found["deficit"]), p * trace / (2.0 * size * size), 1e-13), "{labels}: {found}");
            assert_eq!((&found["limit"], &found["gap"]), (&1.into(), &0.into()));
            if labels.starts_with('x') {
                assert!(near(number(&found["overlap"]), g * g / size, 1e-14));
            }
        }
    }
    assert_eq!(alignment("ansatz(2*x + 1, n_over_d = 1, n_over_k = 1, labels = x)")["deficit"], 0);
}

/// A residual y − f_0 is one whose labels have an independent Gaussian beside them; with pairs of opposite neurons it is y, and
/// half of the neurons differ.
#[test]
fn the_output_at_the_start() {
    let of = |more: &str| alignment(&format!("ansatz(x^2 - 1, n_over_d = 2, {more})"));
    // Var f = 2, E a² = 3
    let network = of("n_over_k = 1, labels = \"constant\", readout = [3, 9, 27, 81], initial_output = \"network\"");
    let given = of("n_over_k = 1, labels = [1, 7, 19, 145], readout = [3, 9, 27, 81]");
    assert_eq!(network["limit"], given["limit"]);
    let paired = of("n_over_k = 1, labels = \"constant\", init = \"antisymmetric\", initial_output = \"network\"");
    assert_eq!(paired["limit"], of("n_over_k = 2, labels = \"constant\"")["limit"]);
    assert!(paired["initial_nfc"].is_null());
    // in regime A the output has a direction of its own, of squared length b₀²
    let [with, without] = ["network", "none"].map(|output| {
        let model = format!("ansatz(x, n_over_d = 2, n_over_k = 1, labels = 2*x, initial_output = \"{output}\")");
        number(&alignment(&model)["overlap"])
    });
    assert!(near(without, 4.0 / (4.0 + 2.0), 1e-14) && near(with, 4.0 / (4.0 + 1.0 + 0.5 * 5.0), 1e-14), "{with} {without}");
}

/// Xᵀr at finite size, for inputs of a covariance and a teacher in general position to it: its length decides the deficit.
#[test]
fn the_gradient_points_where_it_should() {
    use rand::SeedableRng;
    use rand_distr::{Distribution, StandardNormal};
    let (d, n, draws) = (200usize, 400u32, 40u32);
    let eigenvalue = |j: usize| if 3 * j < 2 * d { 0.5f64 } else { 2.0 };
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(7);
    let mut normal = |count: usize| -> Vec<f64> { (0..count).map(|_| StandardNormal.sample(&mut random)).collect() };
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let [mut size, mut overlap] = [0.0, 0.0];
    for _ in 0..draws {
        let beta = normal(d);
        let scale = beta.iter().enumerate().map(|(j, b)| b * b * eigenvalue(j)).sum::<f64>().sqrt();
        let beta: Vec<f64> = beta.iter().map(|b| b / scale).collect();
        let mut gradient = vec![0.0; d];
        for _ in 0..n {
            let x: Vec<f64> = normal(d).iter().enumerate().map(|(j, z)| z * eigenvalue(j).sqrt()).collect();
            let z = dot(&beta, &x);
            let y = z + (z * z - 1.0) / 2.0;
            gradient.iter_mut().zip(&x).for_each(|(sum, x)| *sum += y * x / f64::from(n));
        }
        let square = dot(&gradient, &gradient);
        size += square / f64::from(draws);
        overlap += dot(&gradient, &beta).powi(2) / dot(&beta, &beta) / square / f64::from(draws);
    }
    let model = |f: &str| {
        format!("ansatz({f}, n_over_d = 2, n_over_k = 2, labels = x + (x^2 - 1)/2, covariance = [[1/2, 2/3], [2, 1/3]])")
    };
    // three standard errors of 40 draws, and 1/d
    assert!(near(number(&alignment(&model("relu(x)"))["overlap"]), overlap, 0.02), "{overlap}");
    // ψ² t₁/(2 b₀⁴ V²), b₀ = 1/2 of the one and t₁ of the other
    let deficit = number(&alignment(&model("x/2 + (x^2 - 1)/2"))["deficit"]);
    let trace = number(&alignment(&model("x^2/2"))["traces"][0]);
    let found = (trace * 0.25 / (2.0 * 0.0625 * deficit)).sqrt();
    assert!(near(found, size, 0.04), "{found} {size}");
}

/// Rotations of the directions change nothing.
#[test]
fn teachers_of_several_directions() {
    let ask = |f: &str, labels: &str| alignment(&format!("ansatz({f}, n_over_d = 2, n_over_k = 1, labels = {labels})"));
    for f in ["abs(x)", "relu(x)"] {
        for (several, one) in [
            ("(x1 + x2)/sqrt(2)", "x"),
            ("(3*x2 + 4*x7)^2/25 - 1", "x^2 - 1"),
            ("exp((x1 - x3)/4)", "exp(x/sqrt(8))"),
            ("(x1^2 - x2^2)/2 + x3", "x1*x2 + x3"),
            ("sign(x1*x2)", "\"signs\""),
            ("x4 + 1", "x + 1"),
            ("x1*x2", "[0, 1, 0, 9]"),
        ] {
            let [a, b] = [several, one].map(|labels| ask(f, labels));
            for field in ["limit", "deficit"].into_iter().filter(|field| !b[field].is_null()) {
                assert!(near(number(&a[field]), number(&b[field]), 1e-13), "{f} {several} {field}: {a} {b}");
            }
        }
    }
    assert!(ask("relu(x)", "x1 + x2^2 + x2")["overlap"].is_null());
    assert!(near(number(&ask("relu(x)", "x5")["overlap"]), 2.0 / 3.0, 1e-14));
}

#[test]
fn functions_of_several_directions_read_and_print() {
    for text in
        ["x1*x2 + tanh(x3)", "(x1 + 2*x2)^3", "-x1/x2^2 + 1", "exp(x1 - x2 + 1)*x3", "abs(x1*x2)*(if x4 > 0 then 1 else x4)"]
    {
        let shown = answer(text);
        let shown = shown.as_str().expect("a text");
        let labels = |g: &str| alignment(&format!("ansatz(abs(x), n_over_d = 2, n_over_k = 1, labels = {g})"))["limit"].clone();
        if !text.contains('/') {
            assert_eq!(labels(text), labels(shown), "{text} is shown as {shown}");
        }
        let again = answer(shown);
        assert_eq!(answer(again.as_str().expect("a text")), again, "{text}");
    }
    for (text, reason) in [
        ("tanh(x1*x2)", "does not separate"),
        ("1/(x1 + x2)", "does not separate"),
        ("x1*x", "mixes x"),
        ("tanh(x1) + x", "mixes x"),
        ("if x1 > 0 then x2 else 0", "do not separate"),
        ("x1 + x10", "not known"),
        ("gaussian(x1*x2)", "x1 … x9"),
    ] {
        assert!(complaint(text).contains(reason), "{text}: {}", complaint(text));
    }
}

#[test]
fn bad_inputs_are_refused_with_their_reason() {
    let of = |arguments: &str| format!("ansatz({arguments})");
    for (arguments, reason) in [
        ("abs(x), n_over_d = 0, n_over_k = 1, labels = \"signs\"", "n_over_d must be positive"),
        ("abs(x), n_over_d = 1, n_over_k = -1, labels = \"signs\"", "n_over_k cannot be negative"),
        ("abs(x), n_over_d = 1, d_over_n = 1, n_over_k = 1, labels = \"signs\"", "not both"),
        ("sign(x), n_over_d = 1, n_over_k = 1, labels = \"signs\"", "not square-integrable"),
        ("7, n_over_d = 1, n_over_k = 1, labels = \"signs\"", "constant"),
        ("abs(x), n_over_d = 1, n_over_k = 1, labels = 0", "all labels are 0"),
        ("abs(x), n_over_d = 1, n_over_k = 1, labels = [0, 0, 0, 0]", "all labels are 0"),
        ("abs(x), n_over_d = 1, n_over_k = 1, labels = [0, 1, 0, 1/2]", "no law has these moments"),
        ("abs(x), n_over_d = 1, n_over_k = 1, labels = [2, 1, 0, 5]", "no law has these moments"),
        ("abs(x), n_over_d = 1, n_over_k = 1, labels = [0, 1, 1, 3/2]", "no law has these moments"),
        ("abs(x), n_over_d = 1, n_over_k = 1, labels = [0, 1, 0]", "4 moments"),
        ("abs(x), n_over_d = 1, n_over_k = 1, labels = \"noise\"", "not known"),
        ("abs(x), n_over_d = 1, n_over_k = 1, labels = exp(x^2/6)", "E y^3"),
        ("abs(x), n_over_d = 1, n_over_k = 1, labels = exp(x1^2/8)*x2", "E y^"),
        ("abs(x), n_over_d = 1, n_over_k = 1", "needs labels"),
        ("abs(x), n_over_d = 1, n_over_k = 1, labels = \"signs\", covariance = [[2, 1]]", "tr Sigma/d must be 1"),
        ("abs(x), n_over_d = 1, n_over_k = 1, labels = \"signs\", covariance = [1, 1/2, 1, 1, 1, 1]", "no covariance has"),
        ("abs(x), n_over_d = 1, n_over_k = 1, labels = \"signs\", readout = [0, 0, 0, 0]", "E a^2 must be positive"),
        ("abs(x), n_over_d = 1, n_over_k = 1, labels = \"signs\", readout = [1, 1/2, 1, 1]", "no law of a"),
        ("abs(x), n_over_d = 1, n_over_k = 1, labels = \"signs\", init = \"zero\"", "one of two words"),
        ("b1_squared = -1, n_over_d = 1, n_over_k = 1, labels = \"signs\"", "cannot be negative"),
        ("b1_squared = 0, rest = 0, n_over_d = 1, n_over_k = 1, labels = \"signs\"", "constant f"),
        ("abs(x), b1_squared = 1, n_over_d = 1, n_over_k = 1, labels = \"signs\"", "not both"),
        ("b1_squared = 1, n_over_d = 1, n_over_k = 1, labels = \"signs\", initial_output = \"network\"", "Var f"),
        ("joint = [[1, 0, 1]], d_over_k = 1", "M is 0"),
        ("joint = [[-1, 1, 1]], d_over_k = 1", "cannot be negative"),
        ("joint = [[0, 1, 1/2], [1, 0, 1/2]], d_over_k = 0", "the one of M must be 0 too"),
        ("joint = [[1, 1, 1/2]], d_over_k = 1", "add up to 1/2"),
        ("abs(x), joint = [[1, 1, 1]], d_over_k = 1", "does not go with joint"),
        ("abs(x), n_over_d = 1, d_over_k = 1, labels = \"signs\"", "goes with joint"),
    ] {
        assert!(complaint(&of(arguments)).contains(reason), "{arguments}: {}", complaint(&of(arguments)));
    }
}

/// What is undefined is null with a reason, and what is uncertain says so.
#[test]
fn doubts_are_told() {
    let line = |source: &str| asked(source, 15);
    let said = |source: &str, word: &str| assert!(line(source)["warnings"].to_string().contains(word), "{}", line(source));
    let abs = "n_over_d = 1, n_over_k = 1, labels = \"signs\"";
    said(&format!("alignment(ansatz(abs(x) + x/100, {abs}))"), "small_slope");
    said(&format!("alignment(ansatz(abs(x), {abs}, initial_output = \"network\"))"), "centred");
    said(&format!("alignment(ansatz(abs(x), {abs}, init = \"antisymmetric\"))"), "initial_nfc");
    said(&format!("alignment(ansatz(abs(x), {abs}, covariance = powerlaw(2, 1/2, 8)))"), "population_scaled");
    said(&format!("alignment(ansatz(relu(x), {abs}))"), "overlap");
    let formal =
        line("alignment(ansatz(abs(x), n_over_d = 1, n_over_k = 1, labels = \"signs\", covariance = [1, 5/4, 2, 4, 8, 17]))");
    assert!(formal["value"]["limit"].is_null() && !formal["value"]["traces"].is_null(), "{formal}");
    assert!(formal["warnings"].to_string().contains("no covariance has"));
    let estimated = line(&format!("alignment(ansatz(abs(x), {abs}, covariance = powerlaw(2, 1/2, 8)))"));
    assert_eq!(estimated["value"]["certified"], false);
    assert_eq!(line(&format!("alignment(ansatz(relu(x), {abs}, covariance = mp(1/2)))"))["value"]["certified"], Value::Null);
}

/// A covariance by atoms, by its moments, by the law's name or by a list is the same.
#[test]
fn ways_to_give_a_covariance() {
    let of = |covariance: &str| {
        limit(&format!("ansatz(abs(x), n_over_d = 2, n_over_k = 1, labels = [1, 2, 3, 9], covariance = {covariance})"))
    };
    let atoms = of("[[1/2, 2/3], [2, 1/3]]");
    assert!(near(of("[1/2, 1/2, 2]"), atoms, 1e-14));
    assert!(near(of("[1, 3/2, 11/4, 43/8, 171/16, 683/32]"), atoms, 1e-14));
    // moments of Marchenko and Pastur at ratio 1/2
    assert!(near(of("mp(1/2)"), of("[1, 3/2, 11/4, 45/8, 197/16, 903/32]"), 1e-14));
}

/// E |∇g|²: reference values of one direction, Σ m g_m² of a polynomial, products, and infinite where a factor jumps.
#[test]
fn gradients_of_teachers() {
    use resolvent::activation::{Several, lower::read};
    use resolvent::number::{Job, Real, first_bits};
    use resolvent::theory::{self, Doubts, Work, gradient_energy};
    let (job, data, doubts) = (Job::unwatched(), theory::Cache::default(), Doubts::default());
    let work = Work { bits: first_bits(30), digits: 30, job: &job, data: &data, doubts: &doubts };
    let of = |direction: usize, text: &str| Several::of_direction(direction, read(text).expect("a function"));
    let energy = |g: &Several| gradient_energy(&work, g).map(|energy| energy.to_f64());
    for (text, wanted) in [
        ("(x^2 - 1)/sqrt(2)", 2.0),
        ("(x^3 - 3*x)/sqrt(6)", 3.0),
        ("relu(x)", 0.5),
        ("abs(x)", 1.0),
        ("erf(x)", 0.569_410_034_733_741_6),
        ("tanh(x)", 0.464_402_902_448_268_2),
        // g = Σ g_m h_m with g_1 = 2, g_2 = 3√2, g_3 = √6
        ("2*x + 3*(x^2 - 1) + x^3 - 3*x", 4.0 + 2.0 * 18.0 + 3.0 * 6.0),
    ] {
        assert!(near(energy(&of(1, text)).expect("finite"), wanted, 1e-14), "{text}");
    }
    // x1 x2 + x2 x3: (x2, x1 + x3, x2)
    let product = |a: usize, b: usize| of(a, "x").times(&of(b, "x")).expect("one term");
    assert!(near(energy(&product(1, 2).plus(&product(2, 3))).expect("finite"), 4.0, 1e-14));
    let exact = gradient_energy(&work, &product(1, 2)).expect("finite");
    assert!(matches!(exact, Real::Rational(two) if two == 2), "exact where it is rational");
    assert!(energy(&of(1, "sign(x)").plus(&of(2, "x"))).is_err());
}
