//! Pictures asked for in the query language: the data beside them say what was drawn.

use serde_json::Value;

#[path = "common/drawing.rs"]
mod drawing;

use drawing::{drawn, drawn_with_picture, labels, mass, numbers, points, printed, refused};

/// The mass under a curve, and the share of it inside the frame: x ρ over ln x on a logarithmic axis, by the trapezoidal rule.
fn mass_and_share(figure: &Value, curve: &Value) -> (f64, f64) {
    let log = figure["x"]["log"] == true;
    let [x, y] = ["x", "y"].map(|axis| numbers(&figure[axis]["range"]));
    let (mut mass, mut inside) = (0.0, 0.0);
    for pair in points(curve).windows(2) {
        let width = if log { (pair[1].0 / pair[0].0).ln() } else { pair[1].0 - pair[0].0 };
        let area = 0.5 * (pair[0].1 + pair[1].1) * width;
        let seen = |(at, height): (f64, f64)| x[0] <= at && at <= x[1] && height <= y[1];
        if area.is_finite() {
            mass += area;
            inside += if pair.iter().all(|point| seen(*point)) { area } else { 0.0 };
        }
    }
    (mass, inside / mass)
}

/// Simulation and theory are densities of the same variable on either axis.
#[test]
fn the_histogram_of_a_check_follows_the_axis() {
    let model = "c = check(features(tanh(x), phi = 1, psi = 1), n = 100, trials = 4); ";
    let plain = drawn("plain", &format!("{model}plot(c, log = \"none\", FILE)"));
    assert!((mass(&plain, |a, b| b - a) - 1.0).abs() < 1e-9);
    let over = drawn("over", &format!("{model}plot(c, log = \"x\", FILE)"));
    assert_eq!(over["x"]["log"], true);
    assert!((mass(&over, |a, b| (b / a).ln()) - 1.0).abs() < 1e-9);
    // ∫ x ρ d ln x = 1 for the theory too, by the trapezoidal rule
    let theory = points(&over["curves"][0]);
    let area: f64 = theory.windows(2).map(|p| 0.5 * (p[0].1 + p[1].1) * (p[1].0 / p[0].0).ln()).sum();
    assert!((area - 1.0).abs() < 2e-3, "{area}");
    let marks = over["marks"].as_array().expect("marks");
    assert!(marks.iter().any(|mark| mark["x"] == 0.0 && mark["label"] == "hard edge at 0: density like x^(-1/2)"), "{marks:?}");
}

/// f itself and partial sums of growing order, ever nearer in the mean square; at the last one the distance is the remainder.
#[test]
fn partial_sums_stand_under_the_coefficients() {
    let figure = drawn("hermite", "plot(hermite(relu(x), order = 12), FILE)");
    let sums = &figure["below"][0];
    assert_eq!(labels(sums), ["f", "order 1", "order 2", "order 4", "order 8", "order 12"]);
    let curve = |k: usize| points(&sums["curves"][k]);
    assert!(curve(0).iter().all(|(x, y)| (y - x.max(0.0)).abs() < 1e-14 && x.abs() <= 3.0));
    assert!(curve(1).iter().all(|(x, y)| (y - 0.5 * x - 0.398_942_280_401_432_7).abs() < 1e-12));
    let weight = |x: f64| (-0.5 * x * x).exp() * 0.01 / (2.0 * std::f64::consts::PI).sqrt();
    let distance =
        |k: usize| -> f64 { curve(k).iter().zip(curve(0)).map(|(sum, f)| (sum.1 - f.1).powi(2) * weight(f.0)).sum::<f64>() };
    let squares: f64 = points(&figure["curves"][0]).iter().map(|(_, a)| a * a).sum();
    let remainder = 0.5 - squares;
    assert!((distance(5) - remainder).abs() < 0.2 * remainder, "{} {remainder}", distance(5));
    assert!((1..5).all(|k| distance(k + 1) < distance(k)));
}

#[test]
fn one_picture_takes_a_label() {
    let model = "features(tanh(x), phi = 1, psi = 1)";
    assert_eq!(labels(&drawn("list", &format!("plot({model}, labels = [\"law\"], FILE)"))), ["law"]);
    assert_eq!(labels(&drawn("text", &format!("plot({model}, labels = \"law\", FILE)"))), ["law"]);
    let two = drawn("two", &format!("plot([{model}, {model}], labels = [\"a\", \"b\"], log = \"x\", FILE)"));
    assert_eq!(labels(&two), ["a", "b"]);
    assert_eq!(two["y"]["label"], "density of ln λ");
}

/// Laws that linear axes show and laws that they do not: soft edges near 0, hard edges, gaps, outliers far outside, biases, layers.
/// By default every curve is whole: all of the mass lies inside the frame, and nothing is cut.
#[test]
fn every_law_lies_inside_its_frame() {
    for (number, (model, log)) in [
        ("features(tanh(x), phi = 1/2, psi = 3/4)", true),
        ("features(tanh(x), phi = 1, psi = 1)", true),
        ("features(x, phi = 1, psi = 1)", true),
        ("features(relu(x), phi = 2, psi = 3)", false),
        ("features(sign(x), phi = 1/50, psi = 1/4)", true),
        ("features(theta1 = 1, theta2 = 1/2, phi = 4, psi = 1)", false),
        ("features(tanh(x)/10^100, phi = 1/2, psi = 3/4)", true),
        ("features(tanh(x), phi = 1, psi = 2, sigma_b = 1)", true),
        ("features(relu(x), phi = 1, psi = 1, kurtosis_w = 60)", true),
        ("kernel(tanh(x), gamma = [1/2, 1/2, 1/2], normalize = false)", true),
    ]
    .into_iter()
    .enumerate()
    {
        let figure = drawn(&format!("inside{number}"), &format!("plot({model}, FILE)"));
        assert_eq!(figure["x"]["log"], log, "{model}");
        assert_eq!(figure["cuts"], serde_json::json!([]), "{model}");
        for curve in figure["curves"].as_array().expect("curves") {
            let share = mass_and_share(&figure, curve).1;
            assert!(share > 0.98, "{model}: {share}");
        }
    }
}

/// Over linear axes that were asked for the curve is cut, and the cut says how high it goes: at the peak of the density itself, and
/// to infinity at a hard edge.
#[test]
fn a_cut_that_was_asked_for_says_how_far_the_curve_goes() {
    let model = "features(tanh(x), phi = 1/2, psi = 3/4)";
    let (figure, picture) = drawn_with_picture("linear", &format!("plot({model}, log = \"none\", FILE)"));
    let [cut] = &figure["cuts"].as_array().expect("cuts")[..] else { panic!("{}", figure["cuts"]) };
    let height = cut["y"].as_f64().expect("finite");
    let place = cut["x"].as_f64().expect("finite");
    let values = printed(None, &format!("density({model}, [{place} - 1/10^5, {place}, {place} + 1/10^5])"));
    let values: Vec<f64> =
        values.trim().trim_matches(['[', ']']).split(", ").map(|text| text.parse().expect("a number")).collect();
    assert!((values[1] / height - 1.0).abs() < 1e-9 && values[0] < values[1] && values[2] < values[1], "{values:?} {height}");
    assert!(height > 17.0 && mass_and_share(&figure, &figure["curves"][0]).1 < 0.8);
    assert!(picture.contains("up to 17.8"), "the height stands at the cut");
    let shown = printed(None, &format!("plot({model}, log = \"none\")"));
    assert!(shown.contains("\u{2248} theory up to 17.8"), "{shown}");

    let hard = drawn("hard", "plot(features(tanh(x), phi = 1, psi = 1), log = \"none\", FILE)");
    assert_eq!((&hard["cuts"][0]["x"], &hard["cuts"][0]["y"]), (&serde_json::json!(0.0), &Value::Null));
    let (figure, picture) = drawn_with_picture("asked", "plot(features(relu(x), phi = 2, psi = 3), y = 0..1/4, x = 0..1, FILE)");
    assert_eq!((numbers(&figure["x"]["range"]), numbers(&figure["y"]["range"])), (vec![0.0, 1.0], vec![0.0, 0.25]));
    let height = figure["cuts"][0]["y"].as_f64().expect("finite");
    assert!(height > 0.25 && picture.contains(&format!("up to {height:.3}")), "{height}");
    for (wrong, message) in
        [("y = 3..1", "the ends of y must grow"), ("x = 0..1, log = \"x\"", "both are positive"), ("x = 2", "a range")]
    {
        let text = refused(&format!("plot({model}, {wrong})"));
        assert!(text.contains(message), "{wrong}: {text}");
    }
}

/// A label of a check names its bars, and a law that stands there twice is drawn once, in the colour of its edges.
#[test]
fn a_check_beside_its_model_is_one_law_and_one_simulation() {
    let model = "m = features(relu(x), phi = 2, psi = 3); c = check(m, n = 100, trials = 2); ";
    let texts = |figure: &Value| -> Vec<String> {
        let series = ["curves", "histograms"].map(|kind| figure[kind].as_array().expect("a list").clone()).concat();
        series.iter().map(|series| series["label"].as_str().expect("a label").to_owned()).collect()
    };
    let both = drawn("both", &format!("{model}plot([m, c], labels = [\"theory\", \"simulation\"], FILE)"));
    assert_eq!(texts(&both), ["theory", "simulation"]);
    let turned = drawn("turned", &format!("{model}plot([c, m], labels = [\"drawn\", \"limit\"], FILE)"));
    assert_eq!(texts(&turned), ["limit", "drawn"]);
    assert_eq!(texts(&drawn("bare", &format!("{model}plot([m, c], FILE)"))), ["theory", "simulation"]);
    assert_eq!(texts(&drawn("named", &format!("{model}plot(c, labels = \"n = 100\", FILE)"))), ["theory", "n = 100"]);
    let other = "plot([features(relu(x), phi = 3, psi = 3), c], labels = [\"phi = 3\", \"phi = 2\"], FILE)";
    assert_eq!(texts(&drawn("other", &format!("{model}{other}"))), ["phi = 3", "phi = 2, theory", "phi = 2"]);
    let caption = both["subtitle"].as_str().expect("a caption");
    assert!(
        ["f = max(x, 0)", "phi = n0/m = 2", "simulation: ", "2 trials, seed 0"].iter().all(|part| caption.contains(part)),
        "{caption}"
    );
}

/// Each edge belongs to its law, parameters in common are said once, and what differs names the curves.
#[test]
fn several_laws_keep_their_edges_and_parameters() {
    let models = ["features(relu(x), phi = 2, psi = 3)", "features(relu(x), phi = 2, psi = 5)"];
    let figure = drawn("several", &format!("plot([{}], FILE)", models.join(", ")));
    assert_eq!(labels(&figure), ["psi = n0/n1 = 3", "psi = n0/n1 = 5"]);
    assert_eq!(figure["subtitle"], "f = max(x, 0), phi = n0/m = 2");
    for (number, model) in models.iter().enumerate() {
        let edges = printed(None, &format!("edges({model})"));
        let edges: Vec<f64> =
            edges.trim().trim_matches(['[', ']']).split(", ").map(|text| text.parse().expect("a number")).collect();
        let marks = figure["marks"].as_array().expect("marks").iter();
        let own = marks.filter(|mark| mark["kind"] == "edge" && mark["curve"] == number);
        let own: Vec<f64> = own.filter_map(|mark| mark["x"].as_f64()).collect();
        assert_eq!(own.len(), edges.len());
        assert!(own.iter().zip(&edges).all(|(own, edge)| (own / edge - 1.0).abs() < 1e-9), "{own:?} {edges:?}");
    }
    let given = drawn("given", &format!("plot([{}], labels = [\"a\", \"b\"], FILE)", models.join(", ")));
    assert_eq!(given["subtitle"], "f = max(x, 0), phi = n0/m = 2; a: psi = n0/n1 = 3; b: psi = n0/n1 = 5");
    let shown = printed(None, &format!("plot([{}], labels = [\"a\", \"b\"])", models.join(", ")));
    assert!(shown.contains("edges of a \u{250a}") && shown.contains("edges of b \u{250a}"), "{shown}");
}

#[test]
fn a_law_that_doubles_cannot_follow_is_refused() {
    for (scale, place) in [("/10^200", "below 1e-280"), ("*10^200", "above 1e280")] {
        let text = refused(&format!("plot(features(tanh(x){scale}, phi = 1/2, psi = 3/4))"));
        assert!(text.contains(place) && text.contains("multiply f by a constant"), "{text}");
    }
}

/// Pictures and tables in a terminal keep to its columns, 80 when it does not say; numbers are never broken.
#[test]
fn nothing_is_wider_than_the_terminal() {
    let model = "features(sign(x), phi = 1/50, psi = 1/4)";
    for statement in [
        format!("plot({model})"),
        format!("plot([{model}, features(tanh(x), phi = 1/2, psi = 3/4)])"),
        "plot(hermite(relu(x)))".to_owned(),
        "check(features(tanh(x), phi = 1/2, psi = 3/4), n = 200, trials = 2).rows".to_owned(),
        "spikes(features(relu(x), phi = 1, psi = 1, kurtosis_w = 60))".to_owned(),
    ] {
        for (said, columns) in [(None, 80), (Some("60"), 60), (Some("no number"), 80)] {
            let text = printed(said, &statement);
            let widest = text.lines().map(|line| line.chars().count()).max();
            assert!(widest.is_some_and(|widest| widest <= columns), "{statement} at {columns}: {widest:?}\n{text}");
            assert!(!text.contains('\u{1b}'), "{statement}");
        }
    }
}

/// Sizes of all texts of an SVG, in its own units.
fn text_sizes(svg: &str) -> Vec<f64> {
    let sizes = svg.split("font-size=\"").skip(1).filter_map(|rest| rest.split_once('"'));
    sizes.map(|(size, _)| size.parse().expect("a size")).collect()
}

/// A column of a journal: 8.6 cm wide and as high as its texts need, which at the ticks have 8 points there, or those asked for.
#[test]
fn a_picture_has_the_size_and_the_font_asked_for() {
    let model = "features(tanh(x), phi = 1/2, psi = 3/4)";
    for (options, size, points) in [
        ("size = \"column\"", [8.6, 5.375], 8.0),
        ("size = \"column\", font = 10", [8.6, 0.0], 10.0),
        ("size = [12, 15/2], font = 6", [12.0, 7.5], 6.0),
    ] {
        let svg = drawn_with_picture("sized", &format!("plot({model}, {options}, FILE)")).1;
        let height = if size[1] > 0.0 { format!("{}cm", size[1]) } else { String::new() };
        assert!(svg.contains(&format!("width=\"{}cm\" height=\"{height}", size[0])), "{options}");
        let viewed = svg.split_once("viewBox=\"0 0 ").expect("a view box").1.split_once(' ').expect("two lengths").0;
        let point = viewed.parse::<f64>().expect("a length") * 2.54 / 72.0 / size[0];
        let close = |size: &f64| (size / point - points).abs() < 0.02 * points;
        assert!(
            text_sizes(&svg).iter().any(close),
            "{options}: {:?}",
            text_sizes(&svg).iter().map(|size| size / point).collect::<Vec<_>>()
        );
    }
    let refused = |options: &str| refused(&format!("plot({model}, {options})"));
    for (options, message) in [
        ("size = [2, 2], file = \"a.svg\"", "no room for texts in this font"),
        ("size = [100, 80], font = 4, file = \"a.svg\"", "too small to be read"),
        ("size = \"row\", file = \"a.svg\"", "size must be \"column\" or [width, height] in centimetres"),
        ("font = 50, file = \"a.svg\"", "font must be from 4 to 24 points"),
        ("theme = \"blue\", file = \"a.svg\"", "theme must be \"light\" or \"dark\""),
        ("theme = \"dark\"", "theme is for pictures in a file"),
        ("bins = 5", "there is no histogram here"),
        ("over = 3", "over must be a list of numbers"),
        ("caption = 1", "caption must be true or false"),
        ("file = \"a.gif\"", ".pdf"),
    ] {
        assert!(refused(options).contains(message), "{options}: {}", refused(options));
    }
}

/// A column is as high as its texts need: sizes and seed are said there, and the frame is not flat.
#[test]
fn a_column_says_all_of_its_caption() {
    let model = "features(x*sigmoid(1.7*x) - 0.2*sin(x) + x^2/10, phi = 1/2, psi = 3/4)";
    let svg =
        drawn_with_picture("column", &format!("plot(check({model}, n = 120, trials = 2, seed = 7), size = \"column\", FILE)")).1;
    let words = |text: &str| svg.contains(text);
    assert!(words("seed 7") && words("trials") && words("eigenvalues beyond"), "{svg}");
    let height = svg.split_once("height=\"").expect("a height").1.split_once("cm").expect("centimetres").0;
    assert!(height.parse::<f64>().expect("a length") > 5.4, "{height}");
}

/// A line of a sweep ends where a list changes its length; the query stands under the title; axes have the names that are given.
#[test]
fn lists_that_change_break_their_lines() {
    let swept = "sweep(p = [1/4, 1/2, 1, 3/2], edges(features(tanh(x), phi = 1/8, psi = p)))";
    let (data, _) = drawn_with_picture("broken", &format!("plot({swept}, xlabel = \"psi\", ylabel = \"edges λ\", FILE)"));
    let top = data["curves"].as_array().expect("curves").iter().find(|curve| curve["label"] == "edges[0][1]").expect("a curve");
    let heights: Vec<bool> = top["y"].as_array().expect("numbers").iter().map(serde_json::Value::is_null).collect();
    assert_eq!(heights, [false, false, true, false, false], "{top}");
    assert_eq!(data["subtitle"], "edges(features(tanh(x), phi = 1/8, psi = p))");
    assert_eq!([&data["x"]["label"], &data["y"]["label"]], ["psi", "edges λ"]);
}

/// The page of a dark picture, and no white on it.
#[test]
fn a_dark_picture_has_a_dark_page() {
    let law = "features(sign(x), phi = 1/50, psi = 1/4)";
    let svg = |theme: &str| drawn_with_picture(&format!("page_{theme}"), &format!("plot({law}, theme = \"{theme}\", FILE)")).1;
    let page = |svg: &str| svg.split_once("fill=\"#").map(|(_, rest)| rest[..6].to_owned());
    assert_eq!([page(&svg("light")), page(&svg("dark"))], [Some("FFFFFF".to_owned()), Some("14161A".to_owned())]);
    assert!(!svg("dark").contains("#FFFFFF"));
}

#[test]
fn a_caption_can_be_left_out_and_bins_chosen() {
    let check = "c = check(features(sign(x), phi = 1/50, psi = 1/4), n = 800, trials = 2); ";
    let plain = drawn("bare", &format!("{check}plot(c, caption = false, bins = 7, FILE)"));
    assert_eq!((&plain["title"], &plain["subtitle"]), (&serde_json::json!(""), &serde_json::json!("")));
    // two bulks of seven bins, and the empty one over the gap
    assert_eq!(plain["histograms"][0]["heights"].as_array().map(Vec::len), Some(15));
    let titled = drawn("titled", &format!("{check}plot(c, caption = false, title = \"two bulks\", FILE)"));
    assert_eq!((&titled["title"], &titled["subtitle"]), (&serde_json::json!("two bulks"), &serde_json::json!("")));
}

/// Data over a law: heights are shares of all data, and what has no place is counted.
#[test]
fn data_stand_over_a_law() {
    let law = "features(x, phi = 1, psi = 1)";
    let figure = drawn("data", &format!("plot({law}, log = \"none\", over = [1, 3/2, 2, 5/2, 100], bins = 3, FILE)"));
    assert!((mass(&figure, |a, b| b - a) - 0.8).abs() < 1e-9);
    assert_eq!(figure["histograms"][0]["label"], "data");
    assert!(figure["subtitle"].as_str().is_some_and(|text| text.contains("1 of 5 data at 0 or far above")), "{figure}");
    let sampled = drawn("sampled", &format!("plot(density({law}, 1..2 count 9), over = [1, 3/2, 2], FILE)"));
    assert!((mass(&sampled, |a, b| b - a) - 1.0).abs() < 1e-9);
    let several = refused(&format!("plot([{law}, {law}], over = [1, 2])"));
    assert!(several.contains("data stand over one law, and several are drawn"), "{several}");
    let cdf = refused(&format!("plot(cdf({law}, 1..2 count 9), over = [1, 2])"));
    assert!(cdf.contains("data stand over a law or density(m, range)"), "{cdf}");
}
