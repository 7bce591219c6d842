//! The room of theory: who answers what, what is zero, and which doubts concern which field.

use resolvent::activation::Function;
use resolvent::activation::lower::read;
use resolvent::model::{
    Ansatz, Columns, ConjugateKernel, Covariance, Features, InputAtom, Inputs, Jacobian, JointAnsatz, Kernel, KernelInput,
    LabelCovariance, Labels, LayerData, Model, OneStep, Population, Readout, Regression, Residual, Signal, Simulation, Slopes,
    SpikedFeatures, Spread, Trained, Weights,
};
use resolvent::number::{Job, first_bits};
use resolvent::session::{Session, Settings, json};
use resolvent::theory::{self, Doubts, KINDS, Question, TheoryError, Work};
use rug::Rational;
use serde_json::Value;

fn answer(source: &str) -> Value {
    let answer = Session::new(Settings { threads: 2, ..Settings::default() }).last(source);
    let answer = answer.unwrap_or_else(|failure| panic!("{source}: {}", failure.diagnostic().message));
    json::answer(source, &answer)
}

fn regressions(f: &Function) -> [Model; 2] {
    let regression = Regression {
        activations: vec![f.clone()],
        teacher: f.clone(),
        samples: Rational::from(2),
        widths: vec![Some(Rational::from(1))],
        ridge: read("1").expect("a number"),
        noise: Function::rational(0),
        inputs: Inputs::Gaussian(vec![InputAtom { value: 1.into(), weight: 1.into(), share: 1.into() }]),
        biases: None,
    };
    let spiked = SpikedFeatures {
        activation: f.clone(),
        teacher: f.clone(),
        phi: Rational::from(1),
        psi: Rational::from(1),
        ridge: read("1").expect("a number"),
        noise: Function::rational(0),
        overlap: read("1/2").expect("a number"),
        strengths: vec![[Rational::from(1), Rational::from(1)]],
    };
    [Model::Regression(Box::new(regression)), Model::SpikedFeatures(Box::new(spiked))]
}

fn jacobian() -> Jacobian {
    Jacobian {
        f: read("relu(x)").expect("a function"),
        sigma_w2: read("2").expect("a number"),
        sigma_b2: Function::rational(0),
        widths: vec![Rational::from(1); 3],
        signal: Signal::Input(read("1").expect("a number")),
        weights: Weights::Gaussian,
    }
}

fn joint() -> JointAnsatz {
    let row = [(1, 1), (1, 1), (1, 1)].map(Rational::from);
    JointAnsatz { joint: vec![row], d_over_k: Rational::from(1), readout: Readout::Signs }
}

fn samples() -> [Model; 12] {
    let f = read("tanh(x)").expect("a function");
    let ratios = || [Rational::from((1, 2)), Rational::from((3, 4))];
    let kernel = Kernel { activations: vec![f.clone(); 2], gamma: vec![Rational::from(1); 3], sigma_b: Function::rational(0) };
    let [one, two] = [1, 2].map(Rational::from);
    let conjugate = ConjugateKernel {
        layers: vec![LayerData::Activation(f.clone()); 2],
        input: KernelInput::Isotropic(one.clone()),
        gamma: vec![one.clone(); 2],
        signal: vec![Rational::from(6)],
        overlap: Rational::new(),
        columns: Columns::Unit,
        kurtosis_x: Rational::from(3),
        skewness_x: Rational::new(),
    };
    let covariance =
        Covariance { population: Population::of_atoms(vec![[one.clone(), one.clone()]]), gamma: one.clone(), spikes: vec![two] };
    let trained = Trained {
        activation: f.clone(),
        teacher: f.clone(),
        eta: read("2").expect("a number"),
        gamma: [one.clone(), one.clone()],
        d_over_n: one.clone(),
        noise: Function::rational(0),
    };
    let step = OneStep {
        activation: f.clone(),
        teacher: f.clone(),
        phi: one.clone(),
        psi: one.clone(),
        phi_gradient: one,
        ridge: read("1").expect("a number"),
        noise: Function::rational(0),
        residual: Residual::Labels,
        intercept: false,
    };
    let ansatz = Ansatz {
        slopes: Slopes::Activation(f.clone()),
        n_over_d: Rational::from(2),
        n_over_k: Rational::from(1),
        labels: Labels::Signs,
        covariance: Spread::Moments(std::array::from_fn(|_| Rational::from(1))),
        readout: Readout::Signs,
        antisymmetric: false,
        initial_output: false,
    };
    let joint = joint();
    let labels = LabelCovariance { teacher: read("sign(abs(x) - 1)").expect("a function"), d_over_n: Rational::from((1, 4)) };
    let jacobian = jacobian();
    let [regression, spiked] = regressions(&f);
    [
        Model::Features(Box::new(Features::new(f, ratios()))),
        Model::Kernel(kernel),
        Model::Conjugate(Box::new(conjugate)),
        Model::Covariance(covariance),
        Model::Trained(Box::new(trained)),
        Model::OneStep(Box::new(step)),
        Model::Ansatz(Box::new(ansatz)),
        Model::JointAnsatz(Box::new(joint)),
        Model::LabelCovariance(labels),
        Model::Jacobian(Box::new(jacobian)),
        regression,
        spiked,
    ]
}

/// The refusals list the models that answer, and that list is what the models do.
#[test]
fn the_table_of_kinds_is_what_they_answer() {
    let (job, data, doubts) = (Job::unwatched(), theory::Cache::default(), Doubts::default());
    let work = Work { bits: first_bits(8), digits: 8, job: &job, data: &data, doubts: &doubts };
    let sizes: Vec<(String, usize)> =
        ["n1", "n0", "m", "n", "d0", "d1", "d2", "N", "d"].map(|name| (name.to_owned(), 100)).into_iter().collect();
    let mut asked = 0;
    for model in samples() {
        let answers = theory::of(&model, &work).expect("answers");
        assert_eq!(answers.kind().name, model.name());
        let ask = |question: Question| -> Result<(), TheoryError> {
            match question {
                Question::Law => answers.law().map(drop),
                Question::Spikes => answers.spikes().map(drop),
                Question::Check => answers.prediction(&Simulation::default(), &sizes).map(drop),
                Question::Isospectrality => answers.obstructions().map(drop),
                Question::Errors => answers.ridge_errors().map_or_else(|| answers.one_step().map(drop), |found| found.map(drop)),
                Question::BestRidge => answers.best_ridge().map(drop),
                Question::Alignment => answers.alignment().map(drop),
                Question::Cycles => answers.cumulants(100, &[2]).map(drop),
            }
        };
        for question in Question::ALL {
            let listed = question.kinds().contains(&model.name());
            match ask(question) {
                Ok(()) => assert!(listed, "{question:?}"),
                Err(TheoryError::Unanswered { .. }) => assert!(!listed, "{question:?}"),
                Err(error) => panic!("{question:?}: {error}"),
            }
            asked += 1;
        }
    }
    assert_eq!(asked, samples().len() * Question::ALL.len());
    assert!(KINDS.iter().all(|kind| samples().iter().any(|model| model.name() == kind.name)));
}

#[test]
fn a_refusal_names_the_models_that_answer() {
    let source = "cycle_cumulants(kernel(tanh(x), gamma = [1, 1], normalize = false))";
    let failure = Session::new(Settings::default()).last(source).expect_err("kernels have no feature matrix").diagnostic();
    assert!(failure.message.contains("cycle_cumulants does not answer on kernel"), "{}", failure.message);
    assert_eq!(failure.help.as_deref(), Some("it answers on features"));
}

/// E f(√(τ² + σ_b²) Z) = 0 for tanh(x) + x² − 5/4 at τ = 1, σ_b = 1/2: no outlier of order n, in the list and in a check.
#[test]
fn a_mean_that_is_zero_makes_no_outlier() {
    let model = "features(tanh(x) + x^2 - 5/4, phi = 1, psi = 1, sigma_b = 1/2, bias = \"entry\")";
    let spikes = answer(&format!("spikes({model})"))["value"].clone();
    assert!(spikes.as_array().expect("a list").iter().all(|spike| spike["origin"] != "mean"), "{spikes}");
    assert_eq!(answer(&format!("spectrum({model})"))["value"]["mean_outlier"], 0);
    let found = answer(&format!("check({model}, n = 120, trials = 2)"))["value"].clone();
    assert!(found["rows"].as_array().expect("rows").iter().all(|row| row["quantity"] != "mean_outlier"));
    assert_ne!(found["verdict"], "disagree");
    // and one that is not is found
    let shifted =
        answer("spikes(features(tanh(x) + x^2 - 1, phi = 1, psi = 1, sigma_b = 1/2, bias = \"entry\"))")["value"].clone();
    assert_eq!((&shifted[0]["origin"], shifted[0]["strength"].as_f64()), (&Value::from("mean"), Some(0.0625)));
}

/// A field of a record repeats the doubts that are about it, and no others.
#[test]
fn a_field_repeats_its_own_doubts() {
    let of = |field: &str| {
        let source = format!("s = spectrum(features(tanh(x), phi = 1/4, psi = 1/2, sigma_b = 1)); s.{field}");
        answer(&source)["warnings"].to_string()
    };
    assert_eq!(of("edges"), r#"["no_gap_at_zero"]"#);
    assert!(of("degree").starts_with(r#"["undefined: degree"#) && !of("degree").contains("no_gap"));
    assert!(of("outliers").contains("outliers of order one") && !of("outliers").contains("degree"));
    assert_eq!(of("atom"), "[]");
    assert_eq!(of("moments"), "[]");
}

/// E f⁴ is infinite for exp(x²/6), so that nothing is known of how even the second layer is: no row is held against it.
#[test]
fn an_infinite_sensitivity_is_not_evenness() {
    let kernel = "kernel([exp(x^2/6), tanh(x)], gamma = [1, 1, 1], normalize = false)";
    let found = answer(&format!("check({kernel}, n = 120, trials = 2)"))["value"].clone();
    let row = found["rows"].as_array().expect("rows").iter().find(|row| row["quantity"] == "layers[1].moments[0]").cloned();
    let row = row.unwrap_or_else(|| panic!("no row in {found}"));
    assert_eq!(row["verdict"], "inconclusive", "{row}");
    assert!(row["reason"].as_str().is_some_and(|reason| reason.contains("uneven")), "{row}");
}

/// What a mean is at the n simulated decides: one below the threshold at that size is no eigenvalue to be taken off.
#[test]
fn a_negligible_mean_is_no_outlier_of_order_n() {
    let verdict = |model: &str, rows: &str| {
        let found = answer(&format!("check(features({model}), n = 300, trials = 4, seed = 3)"))["value"].clone();
        let list = found["rows"].as_array().expect("rows");
        assert_eq!(list.iter().any(|row| row["quantity"] == "mean_outlier"), rows == "mean", "{model}");
        assert_ne!(found["verdict"], "disagree", "{model}: {found}");
    };
    verdict("selu(x), phi = 1/6, psi = 1/3", "none");
    verdict("tanh(x) + 10^(-15), phi = 1/2, psi = 1", "none");
    verdict("tanh(x) + 1, phi = 1/2, psi = 1", "mean");
    verdict("tanh(x) + 3/10, phi = 1/2, psi = 1", "mean");
    // the spikes of the norms are not swallowed by a mean that is not seen
    let found =
        answer("check(features(x/2 + 7/10*He(2, x) + 10^(-20), phi = 1/3, psi = 1/3), n = 300, trials = 4)")["value"].clone();
    let rows = found["rows"].as_array().expect("rows");
    assert!(rows.iter().any(|row| row["quantity"].as_str().is_some_and(|name| name.ends_with(".position"))), "{found}");
}

fn refusal(source: &str) -> (String, String) {
    let diagnostic = Session::new(Settings::default()).last(source).expect_err(source).diagnostic();
    (diagnostic.message, diagnostic.help.unwrap_or_default())
}

/// What is refused says why, at its place, and with a mend that mends.
#[test]
fn refusals_name_their_cause_and_a_mend() {
    let cycles = |model: &str| refusal(&format!("cycle_cumulants(features({model}, phi = 1, psi = 2), n = 60, trials = 3)"));
    let (message, help) = cycles("tanh(x), sigma_b = 1");
    assert!(message.contains("with a bias") && help == "leave sigma_b out", "{message} {help}");
    assert!(cycles("theta1 = 1, theta2 = 1/2").0.contains("give the model an activation"));
    let (message, help) = refusal("check(features(theta1 = 1, theta2 = 1/2, phi = 1, psi = 2), n = 100)");
    assert!(message.contains("needs an activation") && help.contains("activation = tanh(x)"), "{message} {help}");
    let (message, help) = refusal("equation(kernel(relu(x), gamma = [1, 2, 3], normalize = false))");
    assert!(message.contains("not algebraic") && help.contains("stieltjes"), "{message} {help}");
    let (message, help) = refusal("branches(kernel(tanh(x), gamma = [1, 2, 3]), 1 + i)");
    assert!(message.contains("one layer without bias") && help.contains("equation"), "{message} {help}");
}

/// m₂ of a covariance is m₁(H)² γ + m₂(H), so that laws over one population and two ratios differ although their means do not.
#[test]
fn estimated_moments_tell_laws_apart() {
    let source = "compare(covariance(powerlaw(2,1/2,8), gamma=1/2), covariance(powerlaw(2,1/2,8), gamma=1/3))";
    let found = answer(source);
    assert_eq!(found["value"]["equal"], false, "{found}");
}

/// An affine activation with a bias has the outlier of its mean, and no others, which is known.
#[test]
fn affine_activations_with_a_bias_have_no_outliers_of_order_one() {
    for bias in ["row", "column"] {
        let found = answer(&format!("spectrum(features(2*x + 1, phi = 1, psi = 2, sigma_b = 1, bias = \"{bias}\"))"));
        assert_eq!((&found["value"]["outliers"], &found["value"]["mean_outlier"]), (&serde_json::json!([]), &Value::from(5)));
        assert!(!found["warnings"].to_string().contains("outliers"), "{found}");
    }
}
