//! Reference values of kernels of normalised activations, spiked covariances and trained layers, asked through the language.

use resolvent::session::{Session, Settings, json};
use serde_json::Value;

fn asked(source: &str, digits: u32) -> Value {
    let answer = Session::new(Settings { digits, ..Settings::default() }).last(source);
    let answer = answer.unwrap_or_else(|failure| panic!("{source}: {}", failure.diagnostic().message));
    json::answer(source, &answer)
}

#[path = "common/decimals.rs"]
mod decimals;

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

/// A case asked through the language, and its numbers compared.
struct Case<'a>(&'a Value);

impl Case<'_> {
    fn input(&self, name: &str) -> &Value {
        &self.0["input"][name]
    }

    fn expected(&self, name: &str) -> &Value {
        &self.0["expected"][name]
    }

    fn same(&self, found: &Value, wanted: &Value) {
        assert!(decimals::agrees(found, wanted, 22), "{}: {found} against {wanted}", self.0["id"]);
    }

    fn spikes(&self, model: &str) -> Value {
        asked(&format!("spikes({model})"), 25)["value"].clone()
    }

    fn kernel(&self, more: &str) -> Value {
        self.spikes(&format!("kernel({}, gamma = {}{more})", activations(&self.0["input"]), list(self.input("gamma"))))
    }

    fn network(&self) {
        let found = self.kernel(&format!(", signal = {}", list(self.input("spike_strength_t"))));
        for (signal, wanted) in of(&found, "signal").iter().zip(self.expected("spikes").as_array().expect("spikes")) {
            let layers = signal["layers"].as_array().expect("layers").iter();
            for (layer, wanted) in layers.zip(wanted["layers"].as_array().expect("layers")) {
                assert_eq!(layer["survives"], wanted["outlier"], "{}", self.0["id"]);
                if wanted["outlier"] == true {
                    self.same(&layer["position"], &wanted["position"]);
                    self.same(&layer["alignment"], &wanted["cumulative_alignment"]);
                }
            }
        }
    }

    fn uninformative(&self) {
        let hidden = self.0["kind"] == "norm_spike_layer2";
        let norms = hidden || *self.input("direction") != "e";
        let more = match (hidden, norms) {
            (true, _) => ", columns = \"unit_inputs\"",
            (_, true) => ", columns = \"raw\", kurtosis_x = 6",
            (_, false) => "",
        };
        let direction = if norms { "column_norms" } else { "ones" };
        let found = of(&self.kernel(more), "uninformative");
        let found: Vec<&Value> = found.iter().filter(|spike| spike["direction"] == direction).collect();
        assert_eq!(found.len(), 1, "{}", self.0["id"]);
        assert_eq!(found[0]["survives"], *self.expected("outlier"));
        if *self.expected("outlier") == true {
            self.same(&found[0]["position"], self.expected("position"));
            let name = if hidden { "alignment_with_norm_vector" } else { "alignment_with_e" };
            self.same(&found[0]["alignment"], self.expected(name));
        }
    }

    fn deep(&self) {
        let last = self.expected("layers").as_array().and_then(|layers| layers.last()).expect("layers");
        let found = of(&self.kernel(""), "uninformative");
        let survivors: Vec<&Value> = found.iter().filter(|spike| spike["survives"] == true).collect();
        assert_eq!(survivors.len(), usize::from(last["outlier"] == true), "{}", self.0["id"]);
        for spike in survivors {
            self.same(&spike["position"], &last["position"]);
            self.same(&spike["alignment"], &last["alignment_with_e"]);
            self.same(&spike["strength"], &last["t"]);
        }
    }

    fn correlated(&self) {
        let [signal, overlap] = ["signal_t", "overlap_c_of_v_with_e"].map(|name| self.input(name).as_str().expect("a number"));
        let found = self.kernel(&format!(", signal = [{signal}], overlap = {overlap}"));
        let alive: Vec<&Value> = found.as_array().expect("a list").iter().filter(|spike| spike["survives"] == true).collect();
        let wanted = self.expected("outliers").as_array().expect("a list").iter();
        let wanted: Vec<&Value> = wanted.filter(|outlier| outlier["outlier"] == true).collect();
        assert_eq!(alive.len(), wanted.len());
        for (spike, wanted) in alive.iter().zip(wanted) {
            self.same(&spike["position"], &wanted["position"]);
            self.same(&spike["alignment_ones"], &wanted["alignment_with_e"]);
        }
    }

    fn trained(&self) {
        let field = |name: &str| self.input(name).as_str().expect("a number").to_owned();
        let found = self.spikes(&format!(
            "trained({}, normalize({}), eta = {}, gamma = [{}, {}], d_over_n = {}, noise = {})",
            activation(self.input("student")),
            activation(self.input("teacher")),
            field("eta"),
            field("gamma0_N_over_d"),
            field("gamma1_N_over_m"),
            field("psi_d_over_ntrain"),
            field("label_noise_sd")
        ));
        let found = of(&found, "signal").swap_remove(0);
        assert_eq!(found["survives"], *self.expected("outlier"));
        self.same(&found["threshold"], self.expected("eta_critical"));
        if *self.expected("outlier") == true {
            self.same(&found["position"], self.expected("position_K"));
            self.same(&found["alignment"], self.expected("label_alignment"));
        }
    }

    fn population(&self) {
        let pairs: Vec<String> = self.input("population_value_weight").as_array().expect("pairs").iter().map(list).collect();
        let found = self.spikes(&format!(
            "covariance([{}], gamma = {}, spikes = {})",
            pairs.join(", "),
            self.input("gamma").as_str().expect("a number"),
            list(self.input("population_spikes"))
        ));
        for (spike, wanted) in found.as_array().expect("a list").iter().zip(self.expected("spikes").as_array().expect("spikes")) {
            assert_eq!(spike["survives"], wanted["outlier"], "{}", self.0["id"]);
            if wanted["outlier"] == true {
                self.same(&spike["position"], &wanted["position"]);
                self.same(&spike["left_factor"], &wanted["left_factor_s2zprime"]);
            }
        }
    }
}

#[test]
fn reference_values_through_the_language() {
    let data: Value = serde_json::from_str(include_str!("reference/spikes.json")).expect("valid JSON");
    let mut compared = 0;
    for case in data["cases"].as_array().expect("cases") {
        compared += 1;
        match case["kind"].as_str().expect("a kind") {
            "network" => Case(case).network(),
            "uninformative_spike" | "norm_spike_layer2" => Case(case).uninformative(),
            "uninformative_spike_deep" => Case(case).deep(),
            "signal_correlated_with_e" => Case(case).correlated(),
            "one_gradient_step" => Case(case).trained(),
            "population" => Case(case).population(),
            _ => compared -= 1,
        }
    }
    assert!(compared >= 16, "{compared}");
}
