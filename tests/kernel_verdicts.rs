//! Verdicts of `check` on kernels, covariances and trained layers: right models are not called wrong, wrong ones are seen, at the sizes and
//! ratios where a finite matrix looks least like its law.
//!
//! `RESOLVENT_LONG=1` draws 60 right models and 20 wrong ones, RESOLVENT_MODELS other numbers from RESOLVENT_FROM on.

#[path = "common/checking.rs"]
mod checking;

use checking::{check, complaint};
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use resolvent::session::{Session, Settings, json};
use serde_json::Value;

fn long() -> bool {
    std::env::var_os("RESOLVENT_LONG").is_some()
}

fn row<'a>(check: &'a Value, quantity: &str) -> &'a Value {
    let rows = check["rows"].as_array().expect("rows");
    rows.iter().find(|row| row["quantity"] == quantity).unwrap_or_else(|| panic!("no row {quantity} in {check}"))
}

fn wrong_rows(check: &Value) -> String {
    let rows = check["rows"].as_array().expect("rows").iter().filter(|row| row["verdict"] == "disagree");
    rows.map(|row| format!("\n  {row}")).collect()
}

/// min(N, rank of the population) by hand: a spike stands in the place of a zero or is one, and weights are rounded.
#[test]
fn zeros_are_counted_by_rank() {
    for (model, n, atom, zeros) in [
        ("covariance(mp(2), gamma = 1/2, spikes = [8])", 200, "atom", 99),
        ("covariance([[1, 1/2], [0, 1/2]], gamma = 1/2)", 251, "atom", 125),
        ("covariance([[1, 1/2], [0, 1/2]], gamma = 1/2)", 199, "atom", 99),
        ("covariance([[1, 1/2], [4, 1/2]], gamma = 1/2, spikes = [0])", 200, "atom", 1),
        // the rows of the sample are fewer than any of these
        ("covariance([[1, 1/2], [0, 1/2]], gamma = 4, spikes = [9])", 200, "atom", 150),
        ("kernel(x, gamma = [1/2, 1/2], signal = [-1])", 200, "layers[0].atom", 1),
        ("kernel(x, gamma = [1/2, 1/2], signal = [-1])", 200, "atom", 1),
        ("kernel(tanh(x), gamma = [1/2, 1/2], signal = [-1])", 200, "atom", 0),
        ("kernel(x, gamma = [1/2], population = [[2, 1/2], [0, 1/2]], signal = [6])", 200, "atom", 99),
    ] {
        let found = check(&format!("{model}, n = {n}, trials = 2"));
        assert_ne!(found["verdict"], "disagree", "{model}: {}", wrong_rows(&found));
        let atom = row(&found, atom);
        assert_eq!(atom["verdict"], "agree", "{model}: {atom}");
        let measured = atom["measured"]["mean"].as_f64().expect("a number") * f64::from(n);
        assert!((measured - f64::from(zeros)).abs() <= 1.0 + 1e-9, "{model}: {atom}");
    }
    assert!(complaint("covariance([[1, 1/2], [0, 1/2]], gamma = 1/2, spikes = [0]), n = 200").contains("is an atom"));
    // what the rank does not explain is still seen: tanh has no atom, a linear layer has one
    let linear = check("kernel(b2 = [1], a2_squared = [0], gamma = [2, 1/2]), activation = tanh(x), n = 200, trials = 2");
    assert_eq!(row(&linear, "atom")["verdict"], "disagree", "{linear}");
}

/// An outlier along the ones that the numbers given deny stands above the bulk, at 2.18 beside the edge at 2.09; and none is
/// claimed where the numbers are right.
#[test]
fn an_outlier_that_nothing_predicts_is_seen() {
    let f = "activation = x + 2*He(2,x)/sqrt(2)";
    let denied = check(&format!("kernel(b2 = [1/5], a2_squared = [0], gamma = [1, 1/8]), {f}"));
    assert_eq!(row(&denied, "unpredicted")["verdict"], "disagree", "{denied}");
    // along the ones, in the gap that an atom of the layer below leaves
    let deep = check("kernel(selu(x), gamma = [36/100, 371/100, 22/100]), n = 400, trials = 4");
    assert_eq!(row(&deep, "unpredicted")["verdict"], "agree", "{deep}");
    assert_ne!(row(&deep, "spikes[0].position")["verdict"], "disagree", "{deep}");
    let right = check(&format!("kernel(b2 = [1/5], a2_squared = [4/5], gamma = [1, 1/8]), {f}"));
    assert_eq!(row(&right, "unpredicted")["verdict"], "agree", "{right}");
    assert_ne!(right["verdict"], "disagree", "{}", wrong_rows(&right));
    for (model, quantity) in [
        ("features(tanh(x), phi = 1/2, psi = 3/4)", "unpredicted"),
        ("covariance([[1, 1/2], [8, 1/2]], gamma = 1/10, spikes = [20, 3])", "unpredicted"),
        ("trained(tanh(x), x, eta = 2, gamma = [1/2, 1/2], d_over_n = 1/2)", "unpredicted"),
        ("trained(tanh(x), x, eta = 2, gamma = [1/2, 1/2], d_over_n = 1/2)", "weight.unpredicted"),
    ] {
        let found = check(&format!("{model}, n = 200, trials = 4"));
        assert_eq!(row(&found, quantity)["verdict"], "agree", "{model}: {found}");
    }
}

/// Steps that are far from rank one, rows whose norms make outliers, and gaps beside components that are not seen: right models are not
/// called wrong there, and no row says that nothing stands where it did not look.
#[test]
fn what_cannot_be_told_apart_is_not_judged() {
    for (model, quantity, reason) in [
        ("trained(He(2,x), He(2,x), eta=2, gamma=[1,1], d_over_n=1), trials=8, seed=5", "weight.unpredicted", "rank one"),
        (
            "trained(x/3+He(2,x), x/3+He(2,x), eta=2, gamma=[1,2/3], d_over_n=2, noise=1/2), trials=8, seed=2",
            "spikes[2].alignment",
            "rank one",
        ),
        ("trained(exp(x), tanh(x), eta=2, gamma=[1/4,3], d_over_n=1/4), n=400, trials=4, seed=1", "unpredicted", "rarer"),
        ("kernel(exp(x/2), gamma=[1/2,1/2,5,2/3], signal=[20,3]), n=400, trials=4, seed=236", "layers[2].unpredicted", ""),
    ] {
        let found = check(model);
        assert_ne!(found["verdict"], "disagree", "{model}: {}", wrong_rows(&found));
        let row = row(&found, quantity);
        assert_eq!(row["verdict"], "inconclusive", "{model}: {row}");
        assert!(row["reason"].as_str().is_some_and(|text| text.contains(reason)), "{row}");
    }
    let gap = check("kernel(b2=[0.733], a2_squared=[0], gamma=[6,1/12]), activation=relu(x), trials=4, seed=1");
    let row = row(&gap, "unpredicted");
    assert_eq!(row["verdict"], "inconclusive", "{row}");
    assert!(row["reason"].as_str().is_some_and(|text| text.contains("between 0.4211 and 1.762")), "{row}");
}

/// Places that are wider than their sample are not judged, moments are, and a theory that is wrong is.
#[test]
fn few_inputs_hide_places_and_not_moments() {
    let n = if long() { 1000 } else { 400 };
    for model in ["softplus(x), gamma = [6, 1/20]", "relu(x), gamma = [5, 1/12]", "gelu(x), gamma = [4, 1/20]"] {
        let found = check(&format!("kernel({model}), n = {n}, trials = 4"));
        assert_eq!(found["verdict"], "agree", "{model}: {}", wrong_rows(&found));
        let places = row(&found, "kolmogorov");
        assert!(places["verdict"] != "disagree" && row(&found, "moments[1]")["verdict"] == "agree", "{places}");
    }
    // b² of relu is π/(2(π − 1)), and of softplus 0.93
    for model in [
        "kernel(b2 = [9/10*pi/(2*(pi - 1))], a2_squared = [1/(2*(pi - 1))], gamma = [6, 1/20]), activation = relu(x)",
        "kernel(b2 = [8/10], a2_squared = [0], gamma = [6, 1/20]), activation = softplus(x)",
    ] {
        let found = check(&format!("{model}, n = {n}, trials = 4"));
        assert_eq!(found["verdict"], "disagree", "{model}: {}", found["summary"]);
    }
}

/// Two outliers that both have a share of the signal and of the ones are compared vector by vector: theory 0.680 and 0.184, of which a
/// common space would have the sum.
#[test]
fn correlated_signals_are_followed_one_by_one() {
    let model = "kernel(x + 2*He(2,x)/sqrt(2), gamma = [2, 1/10], signal = [8], overlap = 1/2)";
    let found = check(&format!("{model}, n = 240, trials = 4"));
    assert_ne!(found["verdict"], "disagree", "{}", wrong_rows(&found));
    for spike in ["spikes[0]", "spikes[1]"] {
        let alignment = row(&found, &format!("{spike}.alignment"));
        let [theory, measured] =
            [&alignment["theory"], &alignment["measured"]["mean"]].map(|value| value.as_f64().expect("a number"));
        assert!((theory - measured).abs() < 0.12, "{alignment}");
    }
}

/// f that widens differences of norms, over columns of uneven norms: nothing is near its limit, and nothing is judged. Columns that are
/// brought to 1, and f that keeps differences as they are, are judged.
#[test]
fn uneven_norms_are_not_judged() {
    let cubic = |columns: &str| {
        check(&format!(
            "kernel(x + He(3,x)/3, gamma = [2/3, 1/2, 1/2], signal = [6], columns = \"{columns}\"), n = 200, trials = 2"
        ))
    };
    let uneven = cubic("unit_inputs");
    let alignment = row(&uneven, "spikes[0].alignment");
    assert!(alignment["reason"].as_str().is_some_and(|reason| reason.contains("too uneven")), "{alignment}");
    assert_ne!(uneven["verdict"], "disagree", "{}", wrong_rows(&uneven));
    let even = cubic("unit");
    assert!(!even.to_string().contains("too uneven"), "{even}");
    let relu = check("kernel(relu(x), gamma = [2/3, 1/2, 1/2], signal = [6], columns = \"raw\"), n = 200, trials = 2");
    assert!(!relu.to_string().contains("too uneven"), "{relu}");
}

/// Signals so strong that they lengthen the columns many times over.
#[test]
fn very_strong_signals_are_not_judged() {
    for seed in [0, 1] {
        let found = check(&format!("kernel(tanh(x), gamma = [1, 1/2], signal = [1000]), n = 200, trials = 4, seed = {seed}"));
        assert_ne!(found["verdict"], "disagree", "{}", wrong_rows(&found));
    }
}

/// Signals that lengthen the columns, and outliers that repel each other, at small sizes.
#[test]
fn strong_and_close_signals_are_not_called_wrong_at_small_sizes() {
    for (model, seed) in [
        ("kernel(hard_tanh(x), gamma = [1.541, 0.137, 0.425], signal = [8, 12, 8])", 18),
        ("kernel(hard_tanh(x), gamma = [5.520, 0.181], signal = [20, 8, 30])", 59),
        ("kernel(softplus(x), gamma = [0.417, 0.461, 0.206], signal = [30, 30], columns = \"unit_inputs\")", 20),
        ("kernel(relu(x), gamma = [4.627, 0.1, 1.56], signal = [20, 5, 6.5], columns = \"raw\")", 36),
        ("kernel(erf(x), gamma = [1, 1/2], signal = [8, 8, 9, 3])", 5),
    ] {
        let found = check(&format!("{model}, n = 150, seed = {seed}"));
        assert_ne!(found["verdict"], "disagree", "{model}: {}", wrong_rows(&found));
    }
    // close ones are judged by their mean, and a wrong one is seen
    let pair = "gamma = [1/2, 1/4], signal = [8, 17/2]), activation = tanh(x), n = 400";
    let at = |b2: &str| check(&format!("kernel(b2 = [{b2}], a2_squared = [0], {pair}"));
    let right = at("930474/1000000");
    let position = row(&right, "spikes[0].position");
    assert!(position["reason"].as_str().is_some_and(|reason| reason.contains("push each other apart")), "{position}");
    assert_eq!(position["verdict"], "agree", "{position}");
    assert_eq!(at("8/10")["verdict"], "disagree");
}

const FUNCTIONS: [&str; 18] = [
    "relu(x)",
    "gelu(x)",
    "tanh(x)",
    "softplus(x)",
    "erf(x)",
    "sin(x)",
    "elu(x)",
    "x",
    "exp(x/2)",
    "silu(x)",
    "leaky_relu(x, 1/10)",
    "x + 2*He(2,x)/sqrt(2)",
    "sigmoid(x)",
    "abs(x)",
    "hard_tanh(x)",
    "selu(x)",
    "cos(x) + x/3",
    "x + He(3,x)/5",
];
const POPULATIONS: [&str; 8] = [
    "mp(1/2)",
    "mp(2)",
    "[[1, 1/2], [4, 1/2]]",
    "[[1, 1/2], [0, 1/2]]",
    "[[1, 1/3], [3, 1/3], [6, 1/3]]",
    "[[0, 1/4], [1, 1/2], [3, 1/4]]",
    "powerlaw(2, 1/2, 4)",
    "[[1, 1]]",
];

const OF_MEAN_ONE: [&str; 4] = ["mp(1/2)", "mp(2)", "[[1/2, 1/2], [3/2, 1/2]]", "[[2, 1/2], [0, 1/2]]"];

/// A ratio between two numbers, evenly in its logarithm.
fn ratio(random: &mut ChaCha8Rng, low: f64, high: f64) -> String {
    format!("{:.3}", low * (high / low).powf(random.random_range(0.0..1.0)))
}

fn right_model(number: u64, sizes: &[u32]) -> String {
    let random = &mut ChaCha8Rng::seed_from_u64(number);
    let f = FUNCTIONS.choose(random).expect("a function");
    let n = sizes.choose(random).expect("a size");
    let model = match random.random_range(0..5) {
        0 => {
            let spikes = ["", ", spikes = [9]", ", spikes = [9, 12]", ", spikes = [9, 9, 20]", ", spikes = [15, 0]"];
            let (population, spikes) = (POPULATIONS.choose(random).expect("a law"), spikes.choose(random).expect("spikes"));
            format!("covariance({population}, gamma = {}{spikes})", ratio(random, 0.1, 8.0))
        }
        1 => {
            let teacher = ["x", "sin(x)", "tanh(x)", "x + He(3,x)/3"].choose(random).expect("a teacher");
            let eta = ["1/2", "1", "2", "3"].choose(random).expect("a step");
            let gamma = [(); 2].map(|()| ratio(random, 0.2, 3.0)).join(", ");
            format!("trained({f}, {teacher}, eta = {eta}, gamma = [{gamma}], d_over_n = 1/2)")
        }
        2 => {
            let population = OF_MEAN_ONE.choose(random).expect("a law");
            let signals = ["", ", signal = [9]", ", signal = [9, 12]"].choose(random).expect("signals");
            format!("kernel({f}, gamma = [{}], population = {population}{signals})", ratio(random, 0.1, 4.0))
        }
        _ => {
            let depth = random.random_range(1..4);
            let gamma: Vec<String> = (0..=depth).map(|_| ratio(random, 0.1, 8.0)).collect();
            let strengths = ["-1", "3", "5", "13/2", "8", "8", "12", "20", "30"];
            let signals: Vec<&str> = (0..random.random_range(0..4)).map(|_| *strengths.choose(random).expect("one")).collect();
            let columns = ["", "", ", columns = \"raw\"", ", columns = \"unit_inputs\""].choose(random).expect("one");
            format!("kernel({f}, gamma = [{}], signal = [{}]{columns})", gamma.join(", "), signals.join(", "))
        }
    };
    format!("check({model}, n = {n}, seed = {number})")
}

/// b² too large by a twentieth, where it may be, or too small by a tenth; b² of f in closed form.
fn wrong_model(number: u64, n: u32) -> String {
    let random = &mut ChaCha8Rng::seed_from_u64(number);
    let functions =
        [("relu(x)", "pi/(2*(pi - 1))", "1/(2*(pi - 1))"), ("sin(x)", "1/sinh(1)", "0"), ("erf(x)", "2/(3*asin(2/3))", "0")];
    let (f, b2, a2) = functions.choose(random).expect("a function");
    let gamma = [(); 2].map(|()| 0.25 * 16f64.powf(random.random_range(0.0..1.0)));
    // b² + a₂² is at most 1
    let b2 = if number.is_multiple_of(2) && *a2 == "0" { format!("({b2})*21/20") } else { format!("({b2})*9/10") };
    let [first, second] = gamma.map(|ratio| format!("{ratio:.3}"));
    let numbers = format!("b2 = [{b2}], a2_squared = [{a2}], gamma = [{first}, {second}]");
    format!("check(kernel({numbers}), activation = {f}, n = {n}, seed = {number})")
}

/// The verdict with the rows that disagree; none for a model that is refused, or too large or small to be drawn.
fn verdict(statement: &str) -> Option<(String, String)> {
    match Session::new(Settings { threads: 2, ..Settings::default() }).last(statement) {
        Ok(answer) => {
            let found = json::answer(statement, &answer)["value"].clone();
            Some((found["verdict"].as_str().expect("a verdict").to_owned(), wrong_rows(&found)))
        }
        Err(failure) => {
            let message = failure.diagnostic().message;
            let expected = ["fewer than 8", "more than the bound", "lies within", "is an atom"];
            assert!(expected.iter().any(|part| message.contains(part)), "{statement}: {message}");
            None
        }
    }
}

/// Models from the environment, otherwise so many.
fn range(many: u64, few: u64) -> std::ops::Range<u64> {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let all = if long() { number("RESOLVENT_MODELS").unwrap_or(many) } else { few };
    let from = number("RESOLVENT_FROM").unwrap_or(0);
    from..from + all
}

#[test]
fn right_models_are_not_called_wrong() {
    let sizes: &[u32] = if long() { &[150, 200, 250, 300, 333, 400, 600] } else { &[150, 151] };
    let (mut counts, mut accused) = ([0u32; 3], String::new());
    for number in range(60, 12) {
        let statement = right_model(number, sizes);
        let Some((verdict, rows)) = verdict(&statement) else { continue };
        let kind = ["agree", "inconclusive", "disagree"].iter().position(|name| *name == verdict).expect("a verdict");
        counts[kind] += 1;
        if kind == 2 {
            accused += &format!("\n{statement}{rows}");
        }
    }
    let [agree, inconclusive, disagree] = counts;
    println!("{agree} agree, {inconclusive} inconclusive, {disagree} disagree{accused}");
    assert!(disagree * 60 <= counts.iter().sum::<u32>(), "{counts:?}{accused}");
}

#[test]
fn wrong_models_are_seen() {
    let n = if long() { 1000 } else { 500 };
    let mut missed = String::new();
    let mut all = 0;
    for number in range(20, 3) {
        let statement = wrong_model(number, n);
        let Some((verdict, _)) = verdict(&statement) else { continue };
        all += 1;
        if verdict != "disagree" {
            missed += &format!("\n{statement}: {verdict}");
        }
    }
    println!("{all} wrong models, not seen: {missed}");
    assert!(missed.lines().count() * 20 <= all + 20, "{missed}");
}
