//! Reference values of kernels of normalised activations, spiked covariances and trained layers, asked through the language.

use resolvent::session::{Session, Settings, json};
use rug::Float;
use serde_json::Value;

fn asked(source: &str, digits: u32) -> Value {
    let answer = Session::new(Settings { digits, ..Settings::default() }).last(source);
    let answer = answer.unwrap_or_else(|failure| panic!("{source}: {}", failure.diagnostic().message));
    json::answer(source, &answer)
}

/// Agreement of a printed number with a decimal to 22 digits.
fn agrees(found: &Value, wanted: &Value) -> bool {
    let [found, wanted] = [found, wanted].map(|value| {
        let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        Float::with_val(200, Float::parse(&text).unwrap_or_else(|_| panic!("{text} is no decimal")))
    });
    let scale = Float::with_val(200, wanted.abs_ref()) + 1e-30;
    (found - wanted).abs() < scale * 1e-22
}

const ACTIVATIONS: [(&str, &str); 9] = [
    ("erf", "erf(x)"),
    ("sin", "sin(x)"),
    ("relu", "relu(x)"),
    ("tanh", "tanh(x)"),
    ("identity", "x"),
    ("he3mix", "x + 1/2*(x^3 - 3*x)/sqrt(6)"),
    ("he2mix", "x + 2*(x^2 - 1)/sqrt(2)"),
    ("leaky_-0.5", "if x > 0 then x else -x/2"),
    ("exp_half", "exp(x/2)"),
];

fn activation(name: &Value) -> &'static str {
    ACTIVATIONS.iter().find(|(known, _)| name == known).map_or_else(|| panic!("{name} is not known"), |(_, f)| f)
}

fn list(values: &Value) -> String {
    let texts: Vec<&str> = values.as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    format!("[{}]", texts.join(", "))
}

fn activations(input: &Value) -> String {
    match input["activations"].as_array() {
        Some(names) => format!("[{}]", names.iter().map(activation).collect::<Vec<_>>().join(", ")),
        None => activation(&input["activation"]).to_owned(),
    }
}

/// The candidates of this origin.
fn of(spikes: &Value, origin: &str) -> Vec<Value> {
    spikes.as_array().expect("a list").iter().filter(|spike| spike["origin"] == origin).cloned().collect()
}

#[test]
fn reference_values_through_the_language() {
    let data: Value = serde_json::from_str(include_str!("reference/spikes.json")).expect("valid JSON");
    let mut compared = 0;
    for case in data["cases"].as_array().expect("cases") {
        let (input, expected) = (&case["input"], &case["expected"]);
        let same = |found: &Value, wanted: &Value| assert!(agrees(found, wanted), "{}: {found} against {wanted}", case["id"]);
        let kernel = |more: &str| format!("kernel({}, gamma = {}{more})", activations(input), list(&input["gamma"]));
        let spikes = |model: String| asked(&format!("spikes({model})"), 25)["value"].clone();
        compared += 1;
        match case["kind"].as_str().expect("a kind") {
            "network" => {
                let found = spikes(kernel(&format!(", signal = {}", list(&input["spike_strength_t"]))));
                for (signal, wanted) in of(&found, "signal").iter().zip(expected["spikes"].as_array().expect("spikes")) {
                    let layers = signal["layers"].as_array().expect("layers").iter();
                    for (layer, wanted) in layers.zip(wanted["layers"].as_array().expect("layers")) {
                        assert_eq!(layer["survives"], wanted["outlier"], "{}", case["id"]);
                        if wanted["outlier"] == true {
                            same(&layer["position"], &wanted["position"]);
                            same(&layer["alignment"], &wanted["cumulative_alignment"]);
                        }
                    }
                }
            }
            kind @ ("uninformative_spike" | "norm_spike_layer2") => {
                let norms = kind != "uninformative_spike" || input["direction"] != "e";
                let more = match (kind, norms) {
                    ("norm_spike_layer2", _) => ", columns = \"unit_inputs\"",
                    (_, true) => ", columns = \"raw\", kurtosis_x = 6",
                    (_, false) => "",
                };
                let direction = if norms { "column_norms" } else { "ones" };
                let found: Vec<Value> = of(&spikes(kernel(more)), "uninformative")
                    .into_iter()
                    .filter(|spike| spike["direction"] == direction)
                    .collect();
                assert_eq!(found.len(), 1, "{}", case["id"]);
                assert_eq!(found[0]["survives"], expected["outlier"]);
                if expected["outlier"] == true {
                    same(&found[0]["position"], &expected["position"]);
                    let alignment = expected.get("alignment_with_e").or(expected.get("alignment_with_norm_vector"));
                    same(&found[0]["alignment"], alignment.expect("an alignment"));
                }
            }
            "uninformative_spike_deep" => {
                let last = expected["layers"].as_array().and_then(|layers| layers.last()).expect("layers");
                let found = of(&spikes(kernel("")), "uninformative");
                let survivors: Vec<&Value> = found.iter().filter(|spike| spike["survives"] == true).collect();
                assert_eq!(survivors.len(), usize::from(last["outlier"] == true), "{}", case["id"]);
                for spike in survivors {
                    same(&spike["position"], &last["position"]);
                    same(&spike["alignment"], &last["alignment_with_e"]);
                    same(&spike["strength"], &last["t"]);
                }
            }
            "signal_correlated_with_e" => {
                let more = format!(
                    ", signal = [{}], overlap = {}",
                    input["signal_t"].as_str().unwrap(),
                    input["overlap_c_of_v_with_e"].as_str().unwrap()
                );
                let found = spikes(kernel(&more));
                let alive: Vec<&Value> =
                    found.as_array().expect("a list").iter().filter(|spike| spike["survives"] == true).collect();
                let wanted: Vec<&Value> = expected["outliers"]
                    .as_array()
                    .expect("a list")
                    .iter()
                    .filter(|outlier| outlier["outlier"] == true)
                    .collect();
                assert_eq!(alive.len(), wanted.len());
                for (spike, wanted) in alive.iter().zip(wanted) {
                    same(&spike["position"], &wanted["position"]);
                    same(&spike["alignment_ones"], &wanted["alignment_with_e"]);
                }
            }
            "one_gradient_step" => {
                let field = |name: &str| input[name].as_str().expect("a number").to_owned();
                let model = format!(
                    "trained({}, normalize({}), eta = {}, gamma = [{}, {}], d_over_n = {}, noise = {})",
                    activation(&input["student"]),
                    activation(&input["teacher"]),
                    field("eta"),
                    field("gamma0_N_over_d"),
                    field("gamma1_N_over_m"),
                    field("psi_d_over_ntrain"),
                    field("label_noise_sd")
                );
                let found = of(&spikes(model), "signal").swap_remove(0);
                assert_eq!(found["survives"], expected["outlier"]);
                same(&found["threshold"], &expected["eta_critical"]);
                if expected["outlier"] == true {
                    same(&found["position"], &expected["position_K"]);
                    same(&found["alignment"], &expected["label_alignment"]);
                }
            }
            "population" => {
                let pairs: Vec<String> = input["population_value_weight"].as_array().expect("pairs").iter().map(list).collect();
                let model = format!(
                    "covariance([{}], gamma = {}, spikes = {})",
                    pairs.join(", "),
                    input["gamma"].as_str().expect("a number"),
                    list(&input["population_spikes"])
                );
                for (spike, wanted) in
                    spikes(model).as_array().expect("a list").iter().zip(expected["spikes"].as_array().expect("spikes"))
                {
                    assert_eq!(spike["survives"], wanted["outlier"], "{}", case["id"]);
                    if wanted["outlier"] == true {
                        same(&spike["position"], &wanted["position"]);
                        same(&spike["left_factor"], &wanted["left_factor_s2zprime"]);
                    }
                }
            }
            _ => compared -= 1,
        }
    }
    assert!(compared >= 16, "{compared}");
}
