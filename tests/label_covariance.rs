//! Covariances weighted by labels: reference values, the models that they are in special cases, their own equation, and free cumulants.

use resolvent::learning::noncrossing::moments;
use rug::Rational;
use serde_json::Value;

#[path = "common/asking.rs"]
mod asking;
#[path = "common/decimals.rs"]
mod decimals;

use asking::{answer, asked, complaint, number};
use decimals::agrees;

const MEDIAN: &str = "0.67448975019608174320222701454130718538690442";

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(number).collect()
}

fn near(a: f64, b: f64, error: f64) -> bool {
    (a - b).abs() <= error * (1.0 + b.abs())
}

/// Theory D 6 at d/n = 1/4.
#[test]
fn reference_values() {
    let model = format!("label_covariance(sign(abs(x) - {MEDIAN}), d_over_n = 1/4)");
    let spikes = asked(&format!("spikes({model})"), 26)["value"].clone();
    let edges = asked(&format!("edges({model})"), 26)["value"].clone();
    let top = edges.as_array().and_then(|list| list.last()).expect("a bulk");
    let decimal = |text: &str| Value::String(text.to_owned());
    assert!(agrees(&top[1], &decimal("1.100917368760402919038416"), 24), "{edges}");
    let spike = &spikes[0];
    assert_eq!(spike["survives"], true);
    assert!(agrees(&spike["position"], &decimal("1.216518290808001659277584"), 24), "{spikes}");
    assert!(agrees(&spike["alignment"], &decimal("0.5485648419845214562441828"), 24), "{spikes}");
    // with as many dimensions as samples the teacher is not seen
    let wide = answer(&format!("spikes(label_covariance(sign(abs(x) - {MEDIAN}), d_over_n = 1))"));
    assert!(wide.as_array().expect("a list").iter().all(|spike| spike["survives"] == false), "{wide}");
}

/// Labels 1 make a sample covariance.
#[test]
fn constant_labels_make_a_sample_covariance() {
    for ratio in ["1/3", "1", "5/2"] {
        let of = |query: &str, more: &str| {
            let models = [format!("label_covariance(1, d_over_n = {ratio})"), format!("covariance([[1, 1]], gamma = {ratio})")];
            models.map(|model| asked(&format!("{query}({model}{more})"), 20)["value"].clone())
        };
        for (query, more) in [
            ("edges", ""),
            ("atom", ""),
            ("moments", ""),
            ("density", ", 1/2"),
            ("cdf", ", 3/2"),
            ("quantile", ", 4/5"),
            ("cdf", ", -1"),
            ("stieltjes", ", 7"),
            ("stieltjes", ", -1/2"),
        ] {
            let [a, b] = of(query, more);
            let list = |value: &Value| match value.as_array() {
                Some(list) => list.clone(),
                None => vec![value.clone()],
            };
            let flat: Vec<Vec<Value>> = [&a, &b].map(|value| list(value).iter().flat_map(list).collect()).to_vec();
            assert_eq!(flat[0].len(), flat[1].len(), "{query}");
            for (a, b) in flat[0].iter().zip(&flat[1]) {
                assert!(agrees(a, b, 18), "{ratio} {query}{more}: {a} {b}");
            }
        }
        let [a, b] = of("spectrum", "");
        assert_eq!([&a["edge_exponents"], &a["masses"]], [&b["edge_exponents"], &b["masses"]]);
    }
}

/// Labels 0 and 1 pick samples, of which the teacher's direction has another variance: a spiked sample covariance.
#[test]
fn labels_that_pick_samples_make_a_spiked_covariance() {
    let set = "w = gaussian(step(abs(x) - 3/2)).mean; v = gaussian(x^2*step(abs(x) - 3/2)).mean/w";
    let digits = |name: &str| asked(&format!("{set}; {name}"), 40)["value"].to_string();
    let (share, variance) = (digits("w"), digits("v"));
    let spike = asked("spikes(label_covariance(step(abs(x) - 3/2), d_over_n = 1/50))", 20)["value"][0].clone();
    let model = format!("covariance([[1, 1]], gamma = 1/50/{share}, spikes = [{variance}])");
    let other = asked(&format!("spikes({model})"), 25)["value"][0].clone();
    assert!(agrees(&spike["alignment"], &other["alignment"], 17), "{spike} {other}");
    let scaled = asked(&format!("spikes({model})[0].position*{share}"), 25)["value"].clone();
    assert!(agrees(&spike["position"], &scaled, 17), "{spike} {scaled}");
    assert_eq!(spike["survives"], true);
    // more dimensions than samples that count
    let atom = asked("atom(label_covariance(step(abs(x) - 3/2), d_over_n = 1/4))", 20)["value"].clone();
    assert!(near(number(&atom), 1.0 - 4.0 * share.parse::<f64>().expect("a number"), 1e-14), "{atom}");
}

/// With few samples each value of the labels has a bulk of its own, and with many there is one, around E y.
#[test]
fn values_part_when_samples_are_few() {
    for teacher in [
        "if x > 0 then 1 else 20",
        "if x > 1 then 1 else 20",
        "if x > 2 then 30 else -1",
        "if x > 1 then 2 else if x > 0 then 0 else -1/9",
    ] {
        for (ratio, bulks) in [("1/10000", 1), ("1000", 2)] {
            let found = answer(&format!("edges(label_covariance({teacher}, d_over_n = {ratio}))"));
            let count = found.as_array().map_or(0, Vec::len);
            assert_eq!(count, bulks, "{teacher} {ratio}: {found}");
        }
    }
}

/// z = 1/m + E[y/(1 − ψ m y)] for m = E 1/(z − λ), off the axis and on it.
#[test]
fn transforms_solve_their_equation() {
    for (teacher, atoms, ratio) in [
        ("sign(x) - 1/2", vec![(-1.5, 0.5), (0.5, 0.5)], 0.3),
        ("if x > 0 then 2 else 0", vec![(2.0, 0.5)], 0.8),
        ("3*sign(x)", vec![(-3.0, 0.5), (3.0, 0.5)], 2.0),
    ] {
        for z in [[0.4, 0.1], [-0.3, 1e-3], [2.0, 0.5], [20.0, 0.0], [-20.0, 0.0]] {
            let point = if z[1] == 0.0 { format!("{}", z[0]) } else { format!("{} + {}*i", z[0], z[1]) };
            let found = answer(&format!("stieltjes(label_covariance({teacher}, d_over_n = {ratio}), {point})"));
            let m = match found.as_array() {
                Some(parts) => -num_complex::Complex64::new(number(&parts[0]), number(&parts[1])),
                None => num_complex::Complex64::new(-number(&found), 0.0),
            };
            let sum = m.inv() + atoms.iter().map(|(y, w)| w * y / (1.0 - ratio * y * m)).sum::<num_complex::Complex64>();
            assert!((sum - num_complex::Complex64::new(z[0], z[1])).norm() < 1e-9, "{teacher} {point}: {sum}");
        }
    }
}

/// Free cumulants ψ^(p−1) E yᵖ.
#[test]
fn moments_follow_free_cumulants() {
    let found = asked("moments(label_covariance(2*sign(x) - 1/3, d_over_n = 2/5), count = 6)", 15);
    let psi = Rational::from((2, 5));
    use rug::ops::Pow;
    let cumulant = |power: u32| {
        let mean = [(5, 3), (-7, 3)].map(|value| Rational::from(value).pow(power as i32)).iter().sum::<Rational>() / 2u32;
        mean * Rational::from((&psi).pow(power - 1))
    };
    let free: Vec<Rational> = (1..=6).map(cumulant).collect();
    for (found, wanted) in numbers(&found["value"]).iter().zip(moments(&free)) {
        assert!(near(*found, wanted.to_f64(), 1e-14), "{found} {wanted}");
    }
}

/// Of two signs: masses, distribution function, density and quantiles belong together, and −y mirrors everything.
#[test]
fn laws_of_both_signs() {
    for (teacher, ratio) in
        [("sign(x) + 1/3", "1/20"), ("sign(x) + 1/3", "3/2"), ("if x > 1 then 3 else if x > 0 then 0 else -1", "1/3")]
    {
        let of = |query: &str| answer(&query.replace('M', &format!("label_covariance({teacher}, d_over_n = {ratio})")));
        let mirrored = |query: &str| answer(&query.replace('M', &format!("label_covariance(-({teacher}), d_over_n = {ratio})")));
        let spectrum = of("spectrum(M)");
        let masses: f64 = numbers(&spectrum["masses"]).iter().sum();
        assert!(near(masses + number(&spectrum["atom"]), 1.0, 1e-13), "{spectrum}");
        let mut below = 0.0;
        let bulks: Vec<Vec<f64>> = spectrum["edges"].as_array().expect("bulks").iter().map(numbers).collect();
        for (ends, mass) in bulks.iter().zip(numbers(&spectrum["masses"])) {
            if ends[0] > 0.0 {
                below +=
                    if ends == bulks.iter().find(|ends| ends[0] > 0.0).expect("one") { number(&spectrum["atom"]) } else { 0.0 };
            }
            let inside = |share: f64| ends[0] + share * (ends[1] - ends[0]);
            let cdf = |x: f64| number(&of(&format!("cdf(M, {x:.17})")));
            assert!(near(cdf(ends[0] - 1e-6), below, 1e-12) && near(cdf(ends[1] + 1e-6), below + mass, 1e-12), "{spectrum}");
            let (x, h) = (inside(0.4), 1e-5);
            let density = number(&of(&format!("density(M, {x:.17})")));
            assert!(near((cdf(x + h) - cdf(x - h)) / (2.0 * h), density, 1e-6), "{teacher} {x}");
            let p = cdf(x);
            assert!(near(number(&of(&format!("quantile(M, {p:.17})"))), x, 1e-9));
            assert!(near(number(&mirrored(&format!("density(M, -({x:.17}))"))), density, 1e-12));
            below += mass;
        }
        let edges: Vec<f64> = bulks.concat();
        let mut other: Vec<f64> = mirrored("edges(M)").as_array().expect("bulks").iter().flat_map(numbers).map(|x| -x).collect();
        other.reverse();
        assert!(edges.iter().zip(&other).all(|(a, b)| near(*a, *b, 1e-12)), "{edges:?} {other:?}");
    }
}

/// Where the samples that count are as many as dimensions the density is infinite at 0: on one side, or on both.
#[test]
fn hard_edges() {
    let one_sided = answer("spectrum(label_covariance(2*sign(x) - 1, d_over_n = 1))");
    let ends: Vec<f64> = one_sided["edges"].as_array().expect("bulks").iter().flat_map(numbers).collect();
    assert!(ends.contains(&0.0), "{one_sided}");
    assert!(one_sided["edge_exponents"].to_string().contains("-0.5"), "{one_sided}");
    let both = answer("spectrum(label_covariance(sign(x), d_over_n = 1))");
    assert_eq!(both["edges"].as_array().map(Vec::len), Some(1), "{both}");
    assert_eq!(answer("density(label_covariance(sign(x), d_over_n = 1), 0)"), "inf");
    assert_eq!(answer("cdf(label_covariance(sign(x), d_over_n = 1), 0)"), 0.5);
}

/// A direction of larger variance among negative labels is seen below.
#[test]
fn outliers_below() {
    let up = answer("spikes(label_covariance(step(abs(x) - 2), d_over_n = 1/200))")[0].clone();
    let down = answer("spikes(label_covariance(-step(abs(x) - 2), d_over_n = 1/200))")[0].clone();
    assert_eq!([&up["survives"], &down["survives"]], [true, true]);
    assert!(near(number(&up["position"]), -number(&down["position"]), 1e-13));
    for field in ["alignment", "margin"] {
        assert!(near(number(&up[field]), number(&down[field]), 1e-13), "{up} {down}");
    }
    assert_eq!(answer("spikes(label_covariance(sign(x), d_over_n = 1/4))").as_array().map(Vec::len), Some(0));
}

/// The margin changes its sign where the outlier leaves the bulk.
#[test]
fn margins_tell_survival() {
    let mut seen = [0, 0];
    for teacher in ["sign(abs(x) - 2/3)", "step(abs(x) - 3/2)", "-step(abs(x) - 3/2)", "sign(1 - abs(x)) - 1/4"] {
        for ratio in ["1/100", "1/10", "1/4", "1/2", "3/5", "1", "2"] {
            let spikes = answer(&format!("spikes(label_covariance({teacher}, d_over_n = {ratio}))"));
            for spike in spikes.as_array().expect("a list") {
                let survives = spike["survives"] == true;
                assert_eq!(number(&spike["margin"]) > 0.0, survives, "{teacher} {ratio}: {spike}");
                seen[usize::from(survives)] += 1;
            }
        }
    }
    assert!(seen[0] > 3 && seen[1] > 3, "{seen:?}");
}

#[test]
fn distances_to_other_laws() {
    let same = answer("compare(label_covariance(1, d_over_n = 1/2), covariance([1], gamma = 1/2))");
    assert!(number(&same["kolmogorov"]) < 1e-9 && number(&same["wasserstein"]) < 1e-9, "{same}");
    // of means 0 and 1
    let other = answer("compare(label_covariance(sign(x), d_over_n = 1/2), covariance([1], gamma = 1/2))");
    assert_eq!(other["equal"], false);
    assert!(number(&other["wasserstein"]) >= 1.0, "{other}");
}

#[test]
fn what_is_refused() {
    for (teacher, reason) in [
        ("x^2 - 1", "are not bounded"),
        ("x", "are not bounded"),
        ("sign(sin(x))", "jump infinitely often"),
        ("abs(sin(x))", "infinitely many kinks"),
        ("0", "all labels are 0"),
    ] {
        let message = complaint(&format!("label_covariance({teacher}, d_over_n = 1/4)"));
        assert!(message.contains(reason), "{teacher}: {message}");
    }
    assert!(complaint("label_covariance(sign(x), d_over_n = 0)").contains("positive"));
    assert!(complaint("label_covariance(sign(x))").contains("needs d_over_n"));
    assert!(complaint("density(label_covariance(sign(x), d_over_n = 1/4))").contains("x"));
}

/// Simulations of both signs, of one sign below, with zeros among the labels, and with fewer samples than dimensions.
#[test]
fn simulations_agree() {
    for (model, rows) in [
        (
            format!("sign(abs(x) - {MEDIAN}), d_over_n = 1/10"),
            &["edges[0][0]", "moments[1]", "kolmogorov", "spikes[0].alignment"][..],
        ),
        ("step(abs(x) - 3/2), d_over_n = 1/50".to_owned(), &["kolmogorov", "spikes[0].position", "spikes[0].alignment"]),
        ("-step(abs(x) - 3/2), d_over_n = 1/50".to_owned(), &["kolmogorov", "spikes[0].position", "spikes[0].alignment"]),
        ("sign(x) + 1/3, d_over_n = 3/2".to_owned(), &["moments[0]", "kolmogorov", "atom"]),
        ("if x > 1 then 3 else if x > 0 then 0 else -1, d_over_n = 1/3".to_owned(), &["moments[0]", "kolmogorov", "atom"]),
        ("1, d_over_n = 1/2".to_owned(), &["moments[0]", "kolmogorov", "edges[0][0]", "edges[0][1]"]),
    ] {
        // a fiftieth of n is the dimension of the smallest size
        let n = if model.ends_with("1/50") { 4000 } else { 800 };
        let found = answer(&format!("check(label_covariance({model}), n = {n}, trials = 16)"));
        assert_ne!(found["verdict"], "disagree", "{model}: {found}");
        for name in rows {
            let row = found["rows"].as_array().expect("rows").iter().find(|row| row["quantity"] == *name);
            assert_eq!(row.unwrap_or_else(|| panic!("no row {name}: {found}"))["verdict"], "agree", "{model}: {found}");
        }
    }
}

/// The teacher's direction, an outlier of the wrong place, and the wrong ratio are seen.
#[test]
fn wrong_theories_of_labels_are_seen() {
    use resolvent::compare::{self, Plan, Verdict};
    use resolvent::model::{LabelCovariance, Model, Simulation};
    use resolvent::monte_carlo::{Run, SimulationError, ensemble};
    use resolvent::number::{Job, first_bits};
    use resolvent::theory::{self, Doubts, Work};
    let model = |teacher: &str, ratio: (u32, u32)| {
        let teacher = resolvent::activation::lower::read(teacher).expect("a function");
        Model::LabelCovariance(LabelCovariance { teacher, d_over_n: Rational::from(ratio) })
    };
    let right = model("sign(abs(x) - 2/3)", (1, 10));
    let (job, data, doubts) = (Job::unwatched(), theory::Cache::default(), Doubts::default());
    let work = Work { bits: first_bits(15), digits: 15, job: &job, data: &data, doubts: &doubts };
    let stop = std::sync::atomic::AtomicBool::new(false);
    let run = Run { threads: 2, cancel: &stop, progress: &|_, _| () };
    for (said, row, wanted) in [
        (&right, "spikes[0].alignment", Verdict::Agree),
        (&model("sign(abs(x) - 1)", (1, 10)), "moments[0]", Verdict::Disagree),
        (&model("sign(abs(x) - 2/3)", (1, 5)), "moments[1]", Verdict::Disagree),
        // the same law without a direction
        (&model("sign(x - 1/100)", (1, 10)), "moments[1]", Verdict::Agree),
    ] {
        let ensemble = ensemble(&right, &Simulation::default(), true).expect("can be drawn");
        let answers = theory::of(said, &work).expect("answers");
        let plan = Plan { n: 800, smaller: Vec::new(), trials: 8, seed: 1 };
        let report = compare::check::<SimulationError>(&*ensemble, &plan, &run, |sizes| {
            Ok(answers.prediction(&Simulation::default(), &sizes.dimensions).expect("a prediction"))
        });
        let rows = report.expect("draws").rows;
        let found = rows.iter().find(|found| found.quantity == row).expect("the row");
        assert_eq!(found.verdict, wanted, "{row}: {rows:?}");
    }
}

/// Labels of infinitely many values: the equation of the transform by the test's own midpoint rule, free cumulants, masses and
/// distribution function, and that nothing is said to be proved.
#[test]
fn continuous_labels() {
    type Teacher = fn(f64) -> f64;
    let cases: [(&str, Teacher, f64); 4] = [
        ("tanh(x)", f64::tanh, 0.5),
        ("tanh(x) + 1/3", |z| z.tanh() + 1.0 / 3.0, 2.0),
        ("clip(x, -1, 2)", |z| z.clamp(-1.0, 2.0), 0.3),
        ("if x > 0 then 2 + tanh(x) else -1", |z| if z > 0.0 { 2.0 + z.tanh() } else { -1.0 }, 0.05),
    ];
    for (teacher, g, ratio) in cases {
        let model = format!("label_covariance({teacher}, d_over_n = {ratio})");
        let count = 40_000;
        let nodes: Vec<[f64; 2]> = (0..count)
            .map(|k| -9.0 + 18.0 * (f64::from(k) + 0.5) / f64::from(count))
            .map(|z| [g(z), 18.0 / f64::from(count) * (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt()])
            .collect();
        for z in [[0.4, 0.1], [-0.3, 1e-2], [20.0, 0.0]] {
            let point = if z[1] == 0.0 { format!("{}", z[0]) } else { format!("{} + {}*i", z[0], z[1]) };
            let found = answer(&format!("stieltjes({model}, {point})"));
            let m = match found.as_array() {
                Some(parts) => -num_complex::Complex64::new(number(&parts[0]), number(&parts[1])),
                None => num_complex::Complex64::new(-number(&found), 0.0),
            };
            let sum = m.inv() + nodes.iter().map(|[y, w]| w * y / (1.0 - ratio * y * m)).sum::<num_complex::Complex64>();
            assert!((sum - num_complex::Complex64::new(z[0], z[1])).norm() < 2e-6, "{teacher} {point}: {sum}");
        }
        let spectrum = answer(&format!("spectrum({model})"));
        assert_eq!(spectrum["certified"], false, "{spectrum}");
        let masses: f64 = numbers(&spectrum["masses"]).iter().sum();
        assert!(near(masses + number(&spectrum["atom"]), 1.0, 1e-9), "{spectrum}");
        let mean = number(&answer(&format!("gaussian({teacher}).mean")));
        let square = number(&answer(&format!("gaussian({teacher}).second_moment")));
        let wanted = [mean, mean * mean + ratio * square];
        assert!(numbers(&spectrum["moments"]).iter().zip(wanted).all(|(a, b)| near(*a, b, 1e-9)), "{spectrum}");
        let ends = numbers(spectrum["edges"].as_array().and_then(|bulks| bulks.last()).expect("a bulk"));
        let (x, h) = (0.5 * (ends[0].max(0.0) + ends[1]), 1e-4);
        let cdf = |x: f64| number(&answer(&format!("cdf({model}, {x:.17})")));
        let density = number(&answer(&format!("density({model}, {x:.17})")));
        assert!(near((cdf(x + h) - cdf(x - h)) / (2.0 * h), density, 1e-5), "{teacher}: {spectrum}");
        assert!(near(cdf(ends[1] + 1e-6), 1.0, 1e-9), "{teacher}: {spectrum}");
    }
}

/// Two bulks where the labels have two intervals of values and samples are few, and one where many; a teacher of degree two is seen,
/// and an odd one is not.
#[test]
fn outliers_of_continuous_labels() {
    let bulks = |ratio: &str| {
        answer(&format!("edges(label_covariance(if x > 0 then 20 + tanh(x) else 1, d_over_n = {ratio}))"))
            .as_array()
            .map(Vec::len)
    };
    assert_eq!([bulks("1000"), bulks("1/10000")], [Some(2), Some(1)]);
    let spikes = answer("spikes(label_covariance(tanh(x^2 - 1), d_over_n = 1/10))");
    assert_eq!(spikes[0]["survives"], true, "{spikes}");
    // F at the outlier by the midpoint rule: psi = E y (z² − 1)/(τ − y), and z(τ) = τ (psi + E y/(τ − y))
    let nodes = |tau: f64| {
        let mut sums = [0.0; 2];
        for k in 0..100_000 {
            let z = -9.0 + 18.0 * (f64::from(k) + 0.5) / 1e5;
            let weight = 18e-5 * (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt();
            let y = (z * z - 1.0f64).tanh();
            sums[0] += weight * y * (z * z - 1.0) / (tau - y);
            sums[1] += weight * y / (tau - y);
        }
        sums
    };
    let (mut low, mut high) = (1.0 + 1e-9, 1e6);
    for _ in 0..80 {
        let middle = f64::sqrt(low * high);
        if nodes(middle)[0] > 0.1 { low = middle } else { high = middle }
    }
    assert!(near(number(&spikes[0]["position"]), low * (0.1 + nodes(low)[1]), 1e-7), "{spikes}");
    let odd = answer("spikes(label_covariance(tanh(x), d_over_n = 1/10))");
    assert!(odd.as_array().expect("a list").iter().all(|spike| spike["survives"] == false), "{odd}");
    let found = answer("check(label_covariance(tanh(x^2 - 1), d_over_n = 1/10), n = 800, trials = 8)");
    assert_eq!(found["verdict"], "agree", "{found}");
    let row = found["rows"].as_array().expect("rows").iter().find(|row| row["quantity"] == "spikes[0].alignment");
    assert_eq!(row.expect("a row")["verdict"], "agree", "{found}");
}
