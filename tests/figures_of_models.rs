//! Pictures of single kinds of model asked for in the query language: errors of one step, the ansatz, labels, training, layers.

use serde_json::Value;

#[path = "common/drawing.rs"]
mod drawing;

use drawing::{drawn, labels, mass, numbers, points, printed, ran, refused};

/// What the curves of the errors of one step say at the model's own ridge, step and exponent is what `errors` says.
#[test]
fn the_errors_of_one_step_are_drawn_as_they_are_answered() {
    let model = "m = one_step(relu(x), relu(x), phi = 1/4, psi = 1/3, ridge = 1/10, noise = 1/5)";
    let value = |query: &str| {
        let output = ran(None, &format!("{model}; {query}"));
        let text = String::from_utf8(output.stdout).expect("text");
        text.split_whitespace().next().and_then(|word| word.parse::<f64>().ok()).expect("a number")
    };
    let at = |curve: &Value, x: f64| {
        let points = points(curve);
        let pair = points.windows(2).find(|pair| pair[0].0 <= x && x <= pair[1].0).expect("a place of the curve");
        let share = (x - pair[0].0) / (pair[1].0 - pair[0].0);
        pair[0].1 + share * (pair[1].1 - pair[0].1)
    };
    let close = |one: f64, other: f64| assert!((one - other).abs() < 2e-4 * other, "{one} {other}");

    let figure = drawn("degrees", &format!("{model}; plot(errors(m, degree = 4), FILE)"));
    let panels = figure["below"].as_array().expect("panels");
    // relu has no third component: degrees 2 and 3 are one curve
    assert_eq!(labels(&panels[0]), ["degree 0", "degree 1", "degrees 2 to 3", "degree 4"]);
    for (panel, field) in panels.iter().zip(["test", "train"]) {
        for (curve, degree) in panel["curves"].as_array().expect("curves").iter().zip([0, 1, 2, 4]) {
            close(at(curve, 0.1), value(&format!("errors(m, degree = 4).by_degree[{degree}].{field}")));
        }
    }
    let learned = &figure["histograms"][1]["heights"];
    close(learned[0].as_f64().expect("a height"), value("l = errors(m, degree = 4).by_degree[4].learned[0]; l.energy*l.share"));
    for (alpha, degree) in [(0.2, 1), (0.3, 2), (0.39, 4)] {
        close(at(&panels[2]["curves"][0], alpha), value(&format!("errors(m, degree = 4).by_degree[{degree}].test")));
    }

    let figure = drawn("constant", &format!("{model}; plot(errors(m, eta = 8), FILE)"));
    close(at(&figure["below"][0]["curves"][0], 8.0), value("errors(m, eta = 8).test"));
    close(at(&figure["below"][1]["curves"][0], 8.0), value("spikes(m, eta = 8)[0].position").sqrt());
    close(at(&figure["below"][1]["curves"][1], 8.0), value("spikes(m, eta = 8)[0].weight.position").sqrt());

    let figure = drawn("finite", &format!("{model}; plot(errors(m, n = 1000, alpha = 1/3), FILE)"));
    let curves = &figure["below"][0]["curves"];
    // an estimate has few digits, and is right to one unit of the last
    let rounds_to = |one: f64, other: f64| assert!((one - other).abs() < 1e-2 && other > 1e-2, "{one} {other}");
    rounds_to(at(&curves[2], 1.0 / 3.0), value("errors(m, n = 1000, alpha = 1/3).test"));
    rounds_to(at(&curves[4], 1.0 / 3.0), value("errors(m, n = 1000, alpha = 1/3).train"));
    // what the estimate may be off by, under its curve and over it, to the end; where n is refused there is no upper end
    let band = &curves[3];
    assert_eq!((&band["style"], &curves[5]["style"]), (&"band".into(), &"band".into()));
    let heights: Vec<Option<f64>> = band["y"].as_array().expect("heights").iter().map(Value::as_f64).collect();
    let stands = |ends: &[Option<f64>]| ends[1].is_none() || ends[0] < ends[1];
    assert!(heights.len() == 34 && heights.chunks(2).all(stands), "{heights:?}");
}

/// The parts of the test error of a regression stand one on the other and reach what `errors` says at the model's own sizes; with a check its
/// points stand there.
#[test]
fn the_parts_of_the_errors_of_a_regression_are_stacked() {
    let model = "m = regression([erf(x), tanh(x)], x, n = 8/5, widths = [3/2, 1], ridge = 1/20, noise = 1/2)";
    let value = |query: &str| {
        let text = String::from_utf8(ran(None, &format!("{model}; {query}")).stdout).expect("text");
        text.split_whitespace().next().and_then(|word| word.parse::<f64>().ok()).expect("a number")
    };
    let figure = drawn("parts", &format!("{model}; plot([errors(m), check(m, n = 80, trials = 2)], FILE)"));
    let below = figure["below"].as_array().expect("panels");
    assert_eq!(below.len(), 3);
    let heights = ["1/4", "1/4 + r.bias", "1/4 + r.bias + r.variance.weights", "r.test - r.variance.interaction", "r.test"];
    for (panel, x) in [(&figure, 1.6), (&below[0], 1.0), (&below[1], 0.05)] {
        let curves = panel["curves"].as_array().expect("curves");
        for (number, height) in heights.iter().enumerate() {
            let list = points(&curves[2 * number]);
            let here = list.iter().min_by(|a, b| (a.0 / x).ln().abs().total_cmp(&(b.0 / x).ln().abs())).expect("a point");
            assert!((here.0 - x).abs() < 1e-9 * x, "{here:?} is not at {x}");
            let wanted = value(&format!("r = errors(m); {height}"));
            assert!((here.1 - wanted).abs() < 1e-9, "{height}: {} against {wanted}", here.1);
        }
        assert!(labels(panel).iter().any(|label| label.starts_with("test, simulation")), "{:?}", labels(panel));
    }
    let marks = below[1]["marks"].as_array().expect("marks").iter().find(|mark| mark["label"] == "best").expect("the best ridge");
    let best = value("optimal_ridge(m).ridge");
    assert!((marks["x"].as_f64().expect("a place") - best).abs() < 1e-9 * best);
    let levels = points(&below[2]["curves"][0]);
    assert!((levels[0].1 - value("errors(m).layers[0].same_data")).abs() < 1e-9, "{levels:?}");
    assert!(refused(&format!("{model}; plot([errors(m), errors(m)])")).contains("one at a time"));
}

/// A curve that hides another is dashed over it, a simulated outlier stands for itself, and what makes an outlier is said.
#[test]
fn nothing_hides_in_the_pictures_of_a_step() {
    let model = "m = one_step(tanh(x), x, phi = 1/4, psi = 1/4, ridge = 1/10, noise = 1/5)";
    let figure = drawn("hidden", &format!("{model}; plot(errors(m, degree = 4), FILE)"));
    let styles: Vec<&Value> =
        figure["below"][0]["curves"].as_array().expect("curves").iter().map(|curve| &curve["style"]).collect();
    assert_eq!(styles, ["line", "line", "dashed"], "the teacher is linear: degrees 1 and 3 have one error");
    let norms = "m = one_step(x + x^2/3, x, phi = 1/4, psi = 1/4, ridge = 1/10, noise = 1/5)";
    let figure = drawn("named", &format!("{norms}; plot(check(m, n = 200, trials = 2, eta = 8, update = \"rank_one\"), FILE)"));
    let marks = figure["marks"].as_array().expect("marks").iter();
    let outliers: Vec<&str> = marks.filter(|mark| mark["kind"] == "outlier").filter_map(|mark| mark["label"].as_str()).collect();
    assert!(outliers.iter().any(|label| label.starts_with("norms ")), "{outliers:?}");
    assert!(outliers.iter().any(|label| label.starts_with("spike ")), "{outliers:?}");
    let stems = figure["curves"].as_array().expect("curves").iter().find(|curve| curve["style"] == "stems").expect("stems");
    let largest = figure["histograms"][0]["edges"].as_array().and_then(|edges| edges.last()?.as_f64()).expect("edges");
    let outside: Vec<f64> = stems["x"].as_array().expect("places").iter().filter_map(Value::as_f64).collect();
    assert!(!outside.is_empty() && outside.iter().all(|x| *x > largest), "{outside:?} {largest}");
}

/// A curve against samples, width and spread, and a simulated point where the model stands.
#[test]
fn an_ansatz_is_drawn_against_its_ratios() {
    let data = drawn("ansatz", "plot(ansatz(abs(x), n_over_d = 2, n_over_k = 2, labels = \"signs\"), FILE)");
    assert_eq!(data["below"].as_array().map(Vec::len), Some(1), "{data}");
    let model = "m = ansatz(x^2/2, n_over_d = 2, n_over_k = 2, labels = \"signs\", covariance = [[3, 1/4], [1/3, 3/4]])";
    let value = |source: &str| {
        let output = printed(None, &format!("{model}; {source}"));
        output.split_whitespace().next().and_then(|word| word.parse::<f64>().ok()).expect("a number")
    };
    let limit = value("alignment(m).limit");
    let identity = value("alignment(ansatz(x^2/2, n_over_d = 2, n_over_k = 2, labels = \"signs\")).limit");
    let data = drawn("checked", &format!("{model}; plot([m, check(m, n = 100, trials = 4)], FILE)"));
    let panels: Vec<&Value> = std::iter::once(&data).chain(data["below"].as_array().expect("panels")).collect();
    assert_eq!(panels.len(), 3);
    for panel in &panels {
        assert_eq!(panel["curves"][1]["label"], "simulation, n = 100", "{panel}");
    }
    let at = |panel: &Value, x: f64| {
        let points = points(&panel["curves"][0]);
        points.iter().min_by(|a, b| (a.0 - x).abs().total_cmp(&(b.0 - x).abs())).expect("points").1
    };
    // n/d = 2, k/d = 1, and the spread from the identity to the covariance
    assert!((at(panels[0], 2.0) - limit).abs() < 1e-12 && (at(panels[1], 1.0) - limit).abs() < 1e-12);
    assert!((at(panels[2], 1.0) - limit).abs() < 1e-12 && (at(panels[2], 0.0) - identity).abs() < 1e-12);
    // alone a check has its point too, and in regime A it is the deficit
    let data =
        drawn("deficit", "plot(check(ansatz(relu(x), n_over_d = 2, n_over_k = 2, labels = x), n = 100, trials = 4), FILE)");
    assert!(data["title"].as_str().is_some_and(|title| title.starts_with("n (1 - correlation)")), "{data}");
    assert_eq!(data["curves"][1]["x"].as_array().map(Vec::len), Some(1));
    let mixed = "m = ansatz(abs(x), n_over_d = 2, n_over_k = 2, labels = \"signs\"); plot([m, features(x, phi = 1, psi = 1)])";
    assert!(refused(mixed).contains("models of the ansatz are drawn alone"));
}

/// Several models of the ansatz share their panels, named by labels or by what tells them apart, each with its own checks; those of
/// another regime have panels of their own.
#[test]
fn several_models_of_the_ansatz_stand_in_one_picture() {
    let set = "a = ansatz(abs(x), n_over_d = 2, n_over_k = 2, labels = \"signs\"); b = ansatz(x^2/2, n_over_d = 2, n_over_k = 2, labels = \"signs\")";
    let panels = |data: &Value| -> Vec<Value> {
        std::iter::once(data.clone()).chain(data["below"].as_array().expect("panels").iter().cloned()).collect()
    };
    let data = drawn("models", &format!("{set}; plot([a, b], FILE, labels = [\"abs\", \"square\"])"));
    let alone = drawn("second", &format!("{set}; plot(b, FILE)"));
    assert_eq!(panels(&data).len(), 2);
    for (panel, single) in panels(&data).iter().zip(panels(&alone)) {
        assert_eq!(labels(panel), ["abs", "square"], "{panel}");
        assert_eq!(panel["curves"][1]["y"], single["curves"][0]["y"]);
    }
    let data = drawn("measured", &format!("{set}; plot([a, b, check(b, n = 100, trials = 4)], FILE)"));
    // the bars have no name of their own
    let named: Vec<&str> = labels(&data).into_iter().filter(|label| !label.is_empty()).collect();
    assert_eq!(named, ["f = abs(x)", "f = x^2/2", "f = x^2/2, simulation, n = 100"]);
    let regimes = "ansatz(relu(x), n_over_d = 2, n_over_k = 2, labels = x)";
    let joint = "ansatz(joint = [[1, 1, 1/2], [2, 1, 1/2]], d_over_k = 1)";
    let data = drawn("regimes", &format!("{set}; plot([a, {regimes}, {joint}], FILE)"));
    let counts: Vec<usize> = panels(&data).iter().map(|panel| labels(panel).len()).collect();
    assert_eq!(counts, [1, 1, 1, 1, 1, 1], "{data}");
}

/// Laws with their atom inside a bulk: on either side of 0 the density falls away from it.
#[test]
fn labels_that_come_near_zero_are_drawn() {
    for (name, model) in [("through", "tanh(x), d_over_n = 3"), ("touching", "sin(x)^2, d_over_n = 3")] {
        let data = drawn(name, &format!("plot(label_covariance({model}), FILE, log = \"none\")"));
        let all = points(&data["curves"][0]);
        let positive: Vec<(f64, f64)> = all.into_iter().filter(|(x, y)| *x > 0.0 && y.is_finite()).collect();
        assert!(positive.len() > 50, "{data}");
        for pair in positive.windows(2) {
            assert!(pair[1].1 <= pair[0].1 * (1.0 + 1e-9), "{model}: {pair:?}");
        }
    }
}

/// Runs on one chart, named by how they were trained or by labels.
#[test]
fn training_runs_stand_on_one_chart() {
    let run = |more: &str| format!("train(relu(x), x, d = 8, n = 40, widths = [8, 8], eta = 1/10, steps = 10, test = 20{more})");
    let limited = run(", optimizer = \"slo\", speeds = [1, 1/100, 1/100]");
    let data = drawn("runs", &format!("plot([{}, {limited}], FILE)", run("")));
    let panels: Vec<&Value> = std::iter::once(&data).chain(data["below"].as_array().expect("panels")).collect();
    let titles: Vec<&str> = panels.iter().filter_map(|panel| panel["title"].as_str()).collect();
    assert_eq!(titles.len(), 6, "{titles:?}");
    for panel in &panels {
        let names: Vec<&Value> = panel["curves"].as_array().expect("curves").iter().map(|curve| &curve["label"]).collect();
        assert_eq!(names, ["gradient descent, eta = 0.1", "speed limits [1, 0.01, 0.01], eta = 0.1"], "{panel}");
    }
    let data =
        drawn("labelled", &format!("plot([{}, {limited}], FILE, labels = [\"descent\", \"limits\"])", run(", trials = 3")));
    assert_eq!(data["curves"][0]["label"], "descent");
    let lengths = [0, 1].map(|curve: usize| data["curves"][curve]["x"].as_array().map(Vec::len));
    assert_eq!(lengths, [Some(16), Some(4)], "the bars of three networks follow their line at 0, 1, 3, 10");
    let alone = drawn("run", &format!("plot({}, FILE)", run("")));
    assert_eq!(alone["title"], "correlations of layer 1");
    assert!(refused(&format!("plot([{}, x])", run(""))).contains("a chart of their own"));
}

/// A check of a kernel has the eigenvalues of every layer under its law, and each panel says the mass that has no place in it.
#[test]
fn every_layer_has_its_simulation() {
    let check = "check(kernel(tanh(x), gamma = [2, 1/3, 3], signal = [9]), n = 120, trials = 2)";
    let figure = drawn("layers", &format!("plot({check}, bins = 7, FILE)"));
    let panels: Vec<&Value> = std::iter::once(&figure).chain(figure["below"].as_array().expect("panels")).collect();
    assert_eq!(panels.len(), 4);
    for (layer, panel) in panels[..3].iter().enumerate() {
        let logarithmic = panel["x"]["log"] == true;
        let mass = mass(panel, |low, high| if logarithmic { (high / low).ln() } else { high - low });
        // n − d of n are zeros: half of the input, none of the first layer, two thirds of the second
        let wanted = [0.5, 1.0, 1.0 / 3.0][layer];
        assert!((mass - wanted).abs() < 0.02, "layer {layer}: {mass}");
        let said = panel["subtitle"].as_str().expect("a text");
        assert_eq!(logarithmic && wanted < 1.0, said.contains("at 0"), "layer {layer}: {said}");
    }
}

/// A row of a check stands on the axis of the quantity that it measures.
#[test]
fn simulated_points_share_the_axis_of_the_theory() {
    let model = "m(s) = covariance([1], gamma = 1/2, spikes = [s])";
    let theory = "sweep(s = [4, 6, 9], spikes(m(s))[0].alignment)";
    let drawn_points = "sweep(s = [4, 9], check(m(s), n = 60, trials = 2).rows[\"spikes[0].alignment\"].measured)";
    let data = drawn("shared", &format!("{model}; plot([{theory}, {drawn_points}], labels = [\"theory\", \"draws\"], FILE)"));
    assert_eq!(data["y"]["label"], "alignment", "{data}");
    assert_eq!(labels(&data)[..2], ["theory", "draws"]);
}

/// The colours of a table over two names bear the label that was given; points without a value are counted, and lines break at them.
#[test]
fn tables_name_their_colours_and_their_gaps() {
    let plane = "sweep(a = 1/4..2 count 8, b = 1/4..2 count 8, gaussian(tanh(a*x) + b).theta1)";
    let data = drawn("colours", &format!("plot({plane}, labels = [\"slope\"], FILE)"));
    assert_eq!(data["cells"]["label"], "slope", "{}", data["cells"]["label"]);
    let data = drawn("gaps", "plot(sweep(s = -1..1 count 5, gaussian(relu(x), sigma = s).theta2), FILE)");
    assert!(data["subtitle"].as_str().is_some_and(|text| text.contains("3 of 5 points have no value")), "{data}");
    let points = data["curves"][0]["y"].as_array().expect("points");
    assert_eq!(points.iter().filter(|y| y.is_null()).count(), 3, "{data}");
    let data =
        drawn("empty", "plot(sweep(a = 1/4..2 count 8, b = -1/2..2 count 14, gaussian(tanh(a*x), sigma = b).theta1), FILE)");
    assert_eq!(data["subtitle"], "gaussian(tanh(a*x), sigma = b).theta1; empty cells have no value");
}

/// Simulated points do not name the axis that they share with a curve, from whichever side they come.
#[test]
fn the_axis_is_named_by_the_curve() {
    let model = "m(r) = regression(relu(x), x, n = 2, widths = [3], ridge = r)
        t = sweep(r = [1/10, 1], errors(m(r)).test)
        s = sweep(r = [1/10, 1], check(m(r), n = 40, trials = 3).rows[0].measured)
        plot(";
    for order in ["[t, s]", "[s, t]"] {
        let figure = drawn("axis", &format!("{model}{order}, labels = [\"a\", \"b\"], FILE)"));
        assert_eq!(figure["y"]["label"], "test", "{order}");
    }
    let other = "u = sweep(r = [1/10, 1], errors(m(r)).train)\n        plot(";
    let figure = drawn("axes", &format!("{}[t, u], labels = [\"a\", \"b\"], FILE)", model.replace("plot(", other)));
    assert_eq!(figure["y"]["label"], "value");
}

/// Point masses stand at their places, also over a logarithm, and a density that is infinite at its upper end is drawn over the decades it fills.
#[test]
fn masses_of_jacobians_are_drawn() {
    let atoms = |figure: &Value| -> Vec<(f64, f64)> {
        let list = figure["atoms"].as_array().expect("atoms").iter();
        list.map(|atom| (atom["x"].as_f64().expect("a place"), atom["mass"].as_f64().expect("a mass"))).collect()
    };
    let model = |f: &str, depth: u32, q: &str| {
        format!("plot(jacobian({f}, sigma_w2 = 2, depth = {depth}{q}, weights = \"orthogonal\"), FILE)")
    };
    let figure = drawn("one_layer", &model("relu(x)", 1, ""));
    assert_eq!(atoms(&figure), [(0.0, 0.5), (2.0, 0.5)]);
    // P(|Z| < 2√2) is the share of slopes 1 in each of two layers, and 2P − 1 goes through both
    let figure = drawn("two_layers", &model("hard_tanh(x)", 2, ", q = 1/8"));
    let share = libm::erf(2.0);
    let top = atoms(&figure).last().copied().expect("a mass at the top");
    assert!(top.0 == 4.0 && (top.1 - (2.0 * share - 1.0)).abs() < 1e-9, "{top:?}");
    let figure = drawn("arcsine", &model("relu(x)", 2, ""));
    let range = figure["x"]["range"][0].as_f64().expect("a range");
    assert!(range < 0.05, "{range}");
}

/// What is drawn of a signal is named; over one layer the level of its limit is a line too, as wide as the layer.
#[test]
fn signals_name_their_parameters() {
    let network = "tanh(x), sigma_w2 = 9/4, sigma_b2 = 1/10, q0 = 1, c0 = 1/2";
    let data = drawn("signal", &format!("plot(propagation({network}, depth = 5, n = 20, trials = 3, seed = 4), FILE)"));
    assert_eq!(data["subtitle"], format!("f = {network}, depth = 5, 3 trials, seed 4"));
    let source = format!("p = propagation({network}, depth = 1); plot(p, FILE)");
    let data = drawn("layer", &source);
    assert_eq!(data["subtitle"], format!("f = {network}, depth = 1"));
    for (panel, limit) in [(&data, "q*"), (&data["below"][0], "c*")] {
        assert_eq!(labels(panel), ["theory", limit]);
        let level = points(&panel["curves"][1]);
        assert!(level[0].0 < 1.0 && level[1].0 > 1.0 && level[0].1 == level[1].1, "{panel}");
    }
    let unbiased = drawn("unbiased", "plot(propagation(relu(x), sigma_w2 = 1, q0 = 1, depth = 2), FILE)");
    assert_eq!(unbiased["subtitle"], "f = max(x, 0), sigma_w2 = 1, q0 = 1, depth = 2");
}

/// Under a diagram with a curve it is said what both are.
#[test]
fn diagrams_name_what_their_curves_are() {
    let depth = "sweep(b = 1/50..3/10 count 9, w = 1..2 count 9, 1/propagation(tanh(x), sigma_w2 = w, sigma_b2 = b).xi_gradient)";
    let edge = "sweep(b = 1/50..3/10 count 3, edge_of_chaos(tanh(x), sigma_b2 = b).sigma_w2)";
    let data = drawn("diagram", &format!("plot([{depth}, {edge}], labels = [\"rate\", \"edge\"], FILE)"));
    let said =
        "1/propagation(tanh(x), sigma_w2 = w, sigma_b2 = b).xi_gradient; edge: edge_of_chaos(tanh(x), sigma_b2 = b).sigma_w2";
    assert_eq!(data["subtitle"], said);
}

/// Eigenvalues that a point mass holds stand beside its arrow, neither beyond the law nor in a bar; so do data.
#[test]
fn point_masses_hold_their_eigenvalues() {
    let model = "jacobian(hard_tanh(x), sigma_w2 = 1, q = 1/4, depth = 2, weights = \"orthogonal\")";
    let data = drawn("held", &format!("plot(check({model}, n = 60, trials = 3, seed = 2), FILE)"));
    let said = data["subtitle"].as_str().expect("a text");
    let (before, after) = said.split_once(" of 180 eigenvalues at 1").expect(said);
    assert!(!after.contains("beyond"), "{said}");
    let held: f64 = before.rsplit(' ').next().and_then(|count| count.parse().ok()).expect(said);
    // a unit of each of two layers is cut off with probability P(|Z| > 2) = 0.0455
    assert!((held / 180.0 - 0.909).abs() < 0.05, "{said}");
    let bars = numbers(&data["histograms"][0]["edges"]);
    assert!(bars.iter().all(|edge| *edge < 0.9), "{bars:?}");
    let data = drawn("given", &format!("plot({model}, over = [1/100, 1/10, 1, 1, 0, 5], FILE)"));
    let said = data["subtitle"].as_str().expect("a text");
    assert!(said.contains("2 of 6 data at 1") && said.contains("2 of 6 data at 0 or far above"), "{said}");
}
