//! Input-output Jacobians: limits that are known otherwise, closed forms of moments, point masses, independent values, and networks.

use num_complex::Complex64;
use resolvent::activation::lower::read;
use resolvent::compare::{Report, Verdict};
use resolvent::model::{Jacobian, Model, Signal, Weights};
use resolvent::number::Job;
use resolvent::theory::{self, Cache, Doubts, Work};
use rug::Rational;
use serde_json::Value;

#[path = "common/asking.rs"]
mod asking;
#[path = "common/decimals.rs"]
mod decimals;
#[path = "common/judging.rs"]
mod judging;

use asking::{answer, asked, complaint, number};
use decimals::agrees;
use judging::judged;

fn at(source: &str, digits: u32) -> Value {
    asked(source, digits)["value"].clone()
}

fn decimal(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn flat(value: &Value) -> Vec<Value> {
    value.as_array().map_or_else(|| vec![value.clone()], |list| list.iter().flat_map(flat).collect())
}

/// Numbers of two statements, to so many digits.
fn same(a: &str, b: &str, digits: i32) {
    let [left, right] = [a, b].map(|source| flat(&at(source, 20)));
    assert_eq!(left.len(), right.len(), "{a}: {left:?}, {b}: {right:?}");
    for (x, y) in left.iter().zip(&right) {
        assert!(agrees(x, y, digits), "{a}: {left:?}, {b}: {right:?}");
    }
}

/// f = x: the upper end is σ^L (L + 1)^(L+1)/L^L, and with one layer everything is that of Marchenko and Pastur.
#[test]
fn slopes_of_one_make_fuss_catalan_laws() {
    for depth in 1..=4 {
        same(
            &format!("edges(jacobian(x, sigma_w2 = 3/2, depth = {depth}))[0][1]"),
            &format!("(3/2)^{depth}*({depth} + 1)^({depth} + 1)/{depth}^{depth} + 0*pi"),
            19,
        );
    }
    same("moments(jacobian(x, sigma_w2 = 1, depth = 2), count = 4)", "[1, 3, 12, 55]", 30);
    for (jacobian, covariance) in [
        ("jacobian(x, sigma_w2 = 1, widths = [2, 3])", "covariance([[1, 1]], gamma = 2/3)"),
        ("jacobian(relu(x), sigma_w2 = 2, depth = 1)", "covariance([[1, 1]], gamma = 2)"),
    ] {
        let scale = if jacobian.contains("relu") { "1" } else { "3/2" };
        for (query, a, b) in [
            ("edges", String::new(), String::new()),
            ("atom", String::new(), String::new()),
            ("cdf", format!(", 3/2*{scale}"), ", 3/2".to_owned()),
            ("cdf", ", -1".to_owned(), ", -1".to_owned()),
        ] {
            let factor = if query == "edges" { scale } else { "1" };
            let [left, right] = [at(&format!("{query}({jacobian}{a})"), 20), at(&format!("{query}({covariance}{b})"), 20)];
            let factor = if factor == "1" { 1.0 } else { 1.5 };
            for (x, y) in flat(&left).iter().zip(&flat(&right)) {
                assert!((number(x) - factor * number(y)).abs() < 1e-14, "{jacobian} {query}: {left} {right}");
            }
        }
    }
    for query in
        ["density(M, 3/2)", "stieltjes(M, 1 + i/2)", "stieltjes(M, -1/3)", "stieltjes(M, 9)", "quantile(M, 4/5)", "moments(M)"]
    {
        let of = |model: &str| query.replace('M', model);
        same(&of("jacobian(relu(x), sigma_w2 = 2, depth = 1)"), &of("covariance([[1, 1]], gamma = 2)"), 18);
    }
}

/// Slopes of one between layers of different widths: the kernel of a linear network, which is a stack of sample covariances.
#[test]
fn slopes_of_one_between_unequal_layers_are_products() {
    for (jacobian, kernel, scale) in [
        ("jacobian(x, sigma_w2 = 1, widths = [1, 2, 3])", "kernel(x, gamma = [1/2, 1/3])", 3.0f64),
        ("jacobian(x, sigma_w2 = 1, widths = [4, 5, 3, 7])", "kernel(x, gamma = [4/5, 4/3, 4/7])", 1.75),
    ] {
        for (query, power) in [("edges", 1.0), ("atom", 0.0), ("spectrum(M).masses", 0.0), ("quantile(M, 3/4)", 1.0)] {
            let source = |model: &str| if query.contains('M') { query.replace('M', model) } else { format!("{query}({model})") };
            let [left, right] = [jacobian, kernel].map(|model| flat(&at(&source(model), 18)));
            assert_eq!(left.len(), right.len(), "{jacobian} {query}");
            for (x, y) in left.iter().zip(&right) {
                assert!((number(x) - scale.powf(power) * number(y)).abs() < 1e-13, "{jacobian} {query}: {left:?} {right:?}");
            }
        }
    }
}

/// Orthogonal matrices and slopes of one: all singular values are the same.
#[test]
fn orthogonal_linear_networks_are_isometries() {
    let law = answer("spectrum(jacobian(x, sigma_w2 = 3/2, depth = 3, weights = \"orthogonal\"))");
    assert_eq!(flat(&law["atoms"]).iter().map(number).collect::<Vec<_>>(), [3.375, 1.0], "{law}");
    assert_eq!((law["edges"].to_string(), law["atom"].to_string()), ("[]".to_owned(), "0".to_owned()));
    assert_eq!(number(&law["moments"][1]), 3.375 * 3.375);
    assert_eq!(answer("cdf(jacobian(x, sigma_w2 = 1, depth = 3, weights = \"orthogonal\"), [1/2, 1, 2])").to_string(), "[0,1,1]");
    // and layers that only scale leave the law of the others
    same(
        "moments(jacobian(2*x, sigma_w2 = 1/2, depth = 3, weights = \"orthogonal\"))",
        "moments(jacobian(x, sigma_w2 = 2, depth = 3, weights = \"orthogonal\"))",
        19,
    );
}

/// relu between orthogonal matrices: two layers make the arcsine law on [0, σ²] with half the mass, four end at 256/27.
#[test]
fn relu_between_orthogonal_matrices() {
    let model = |depth: u32| format!("jacobian(relu(x), sigma_w2 = 2, depth = {depth}, weights = \"orthogonal\")");
    same(&format!("edges({})[0][1]", model(4)), "256/27 + 0*pi", 19);
    same(&format!("edges({})", model(2)), "[[0, 4]]", 19);
    for x in ["1", "2", "7/2"] {
        same(&format!("density({}, {x})", model(2)), &format!("1/(2*pi*sqrt({x}*(4 - {x})))"), 18);
        same(&format!("cdf({}, {x})", model(2)), &format!("1/2 + asin(sqrt({x})/2)/pi"), 18);
    }
    let law = answer(&format!("spectrum({})", model(2)));
    assert_eq!(law["edge_exponents"].to_string(), "[[-0.5,-0.5]]");
    assert_eq!(number(&law["masses"][0]), 0.5);
}

/// hard_tanh between orthogonal matrices: directions that every layer keeps are a point mass at the top.
#[test]
fn directions_that_are_kept_are_a_point_mass() {
    let model = "jacobian(hard_tanh(x), sigma_w2 = 11/10, depth = 3, q = 3/10, weights = \"orthogonal\")";
    let law = at(&format!("spectrum({model})"), 20);
    let p = at("gaussian(hard_tanh(x), sigma = sqrt(3/10)).derivative_energy", 24);
    let atoms = law["atoms"].as_array().expect("a list");
    assert_eq!(atoms.len(), 2, "{law}");
    assert!(agrees(&atoms[1][0], &decimal("1.331"), 19), "{law}");
    let [p, zero, top] = [&p, &atoms[0][1], &atoms[1][1]].map(number);
    assert!((zero - (1.0 - p)).abs() < 1e-15 && (top - (1.0 - 3.0 * (1.0 - p))).abs() < 1e-15, "{law} {p}");
    assert!((number(&law["masses"][0]) + zero + top - 1.0).abs() < 1e-15, "{law}");
    // the stationary point of z below tau = -1
    let tau = p / (3.0 * (1.0 - p) - 1.0);
    let end = 1.331 * (tau + p).powi(3) * (1.0 + tau).powi(-2) / tau;
    assert!((number(&law["edges"][0][1]) - end).abs() < 1e-12, "{law} {end}");
    assert!((number(&answer(&format!("cdf({model}, 1.3)"))) - (1.0 - top)).abs() < 1e-13);
}

/// E λ = r_L Π σ μ₁ and E λ²/(E λ)² = 1 + Σ ρ_l/r_l, or 1 + Σ (ρ_l − 1) between orthogonal matrices.
#[test]
fn the_first_two_moments_have_closed_forms() {
    for (f, q, widths, weights) in [
        ("tanh(x)", [0.75, 0.5], [1.0, 2.0, 1.5], "gaussian"),
        ("gelu(x)", [0.75, 0.5], [1.0, 1.0, 1.0], "orthogonal"),
        ("leaky_relu(x, 1/5)", [1.0, 2.0], [2.0, 1.0, 3.0], "gaussian"),
        ("hard_tanh(x)", [1.0, 2.0], [2.0, 1.0, 3.0], "gaussian"),
    ] {
        let given =
            format!("q = [{}, {}], widths = [{}, {}, {}], weights = \"{weights}\"", q[0], q[1], widths[0], widths[1], widths[2]);
        let found = answer(&format!("moments(jacobian({f}, sigma_w2 = 3/2, {given}), count = 2)"));
        let mu = |q: f64, power: u32| number(&answer(&format!("f = {f}; gaussian(f'^{power}, sigma = sqrt({q})).second_moment")));
        let rho: Vec<f64> = q.iter().map(|q| mu(*q, 2) / mu(*q, 1).powi(2)).collect();
        let ratios = [widths[1] / widths[0], widths[2] / widths[0]];
        let mean = ratios[1] * 2.25 * mu(q[0], 1) * mu(q[1], 1);
        let spread = match weights {
            "gaussian" => 1.0 + rho[0] / ratios[0] + rho[1] / ratios[1],
            _ => rho[0] + rho[1] - 1.0,
        };
        assert!((number(&found[0]) / mean - 1.0).abs() < 1e-12, "{f}: {found} {mean}");
        assert!((number(&found[1]) / (spread * mean * mean) - 1.0).abs() < 1e-12, "{f}: {found} {spread}");
    }
}

fn model(f: &str, [sigma_w2, sigma_b2]: [&str; 2], widths: &[u32], q0: &str, weights: Weights) -> Jacobian {
    let read = |text: &str| read(text).expect("a function");
    let widths = widths.iter().map(|width| Rational::from(*width)).collect();
    let signal = Signal::Input(read(q0));
    Jacobian { f: read(f), sigma_w2: read(sigma_w2), sigma_b2: read(sigma_b2), widths, signal, weights }
}

fn with_answers<T>(model: &Model, ask: impl Fn(&dyn theory::Answers) -> T) -> T {
    let (data, doubts, job) = (Cache::default(), Doubts::default(), Job::unwatched());
    let work = Work { bits: 100, digits: 12, job: &job, data: &data, doubts: &doubts };
    ask(&*theory::of(model, &work).unwrap_or_else(|error| panic!("{error}")))
}

/// Values of theory and simulation by another program (G = −m at z over the upper end, with the standard error of eight networks).
#[test]
fn transforms_that_were_found_elsewhere() {
    let gaussian = Weights::Gaussian;
    for (jacobian, edge, values) in [
        (
            model("tanh(x)", ["3/2", "1/10"], &[1; 5], "1", gaussian),
            5.331_377_018_023_762,
            [(0.31655, -0.17915), (1.15728, -0.96303), (0.16739, -0.01612)],
        ),
        (
            model("tanh(x)", ["121/100", "1/20"], &[1; 7], "1/2", Weights::Orthogonal),
            f64::NAN,
            [(1.26764, -1.55557), (1.73988, -5.28866), (1.03975, -0.14009)],
        ),
    ] {
        let name = format!("{jacobian:?}");
        with_answers(&Model::Jacobian(Box::new(jacobian)), |answers| {
            let law = answers.law().expect("a law");
            let end = law.ends().expect("ends").last().expect("a bulk")[1].position.to_f64();
            assert!(edge.is_nan() || (end / edge - 1.0).abs() < 1e-11, "{name}: {end}");
            let table = law.table().expect("a table");
            for ((re, im), (wanted_re, wanted_im)) in [(0.5, 0.2), (0.1, 0.05), (1.2, 0.1)].into_iter().zip(values) {
                let found = -table.stieltjes(Complex64::new(re * end, im * end)).expect("a value");
                let wanted = Complex64::new(wanted_re, wanted_im);
                assert!((found - wanted).norm() < 1.2e-5 * (1.0 + wanted.norm()), "{name}: {found} {wanted}");
            }
        });
    }
}

/// Lower ends where the two smallest shares of the input dimension differ, and 0 where a layer of smooth slopes is the smallest.
#[test]
fn lower_ends() {
    for (model, low) in [
        ("hard_tanh(x), sigma_w2 = 2, sigma_b2 = 1/10, depth = 2, q0 = 2", "0.0431038109519709696"),
        ("tanh(x), sigma_w2 = 3/2, sigma_b2 = 1/10, depth = 2, q0 = 1, widths = [1, 2, 2]", "0.00481956937778849957"),
        ("tanh(x), sigma_w2 = 3/2, sigma_b2 = 1/10, depth = 2, q0 = 1", "0"),
    ] {
        let found = at(&format!("edges(jacobian({model}))"), 20);
        assert!(agrees(&found[0][0], &decimal(low), 16), "{model}: {found}");
    }
}

/// The density between the ends has the mass of the bulk, by the rule of tanh and sinh.
#[test]
fn densities_have_the_mass_that_is_left() {
    for jacobian in [
        model("relu(x)", ["2", "0"], &[1; 4], "1", Weights::Gaussian),
        model("hard_tanh(x)", ["11/10", "1/20"], &[1; 4], "1/5", Weights::Orthogonal),
        model("tanh(x)", ["3/2", "1/10"], &[2, 3, 4], "1", Weights::Gaussian),
        model("erf(x)", ["1", "1/20"], &[1; 4], "1", Weights::Orthogonal),
    ] {
        let name = format!("{jacobian:?}");
        with_answers(&Model::Jacobian(Box::new(jacobian)), |answers| {
            let law = answers.law().expect("a law");
            let ends = law.ends().expect("ends")[0].each_ref().map(|end| end.position.to_f64());
            let mass = law.masses().expect("masses")[0].to_f64();
            // far below the mean doubles do not follow slopes that come near 0
            let low = ends[0].max(1e-4 * ends[1]);
            let table = law.table().expect("a table");
            let mass = if low > ends[0] { mass - table.cdf(low).expect("a value") + table.atom() } else { mass };
            let half = 0.5 * (ends[1] - low);
            let step = 1.0 / 32.0;
            let sum: f64 = (-112..=112)
                .map(|k| {
                    let t = step * f64::from(k);
                    let stretched = std::f64::consts::FRAC_PI_2 * t.sinh();
                    let share = 1.0 / (1.0 + (2.0 * stretched.abs()).exp());
                    let x = if t < 0.0 { low + 2.0 * half * share } else { ends[1] - 2.0 * half * share };
                    let weight = step * half * std::f64::consts::FRAC_PI_2 * t.cosh() / stretched.cosh().powi(2);
                    let density = table.density(x);
                    if density.is_nan() { 0.0 } else { weight * density }
                })
                .sum();
            assert!((sum - mass).abs() < 2e-5, "{name}: {sum} {mass}");
            let middle = table.cdf(0.5 * (ends[0] + ends[1])).expect("a value");
            let p = table.quantile(middle).expect("a place");
            assert!((p - 0.5 * (ends[0] + ends[1])).abs() < 1e-9 * ends[1], "{name}: {p}");
        });
    }
}

/// The transform far out is the series of the moments, and on both sides of the real line outside the support it goes through real values.
#[test]
fn transforms_are_those_of_the_moments() {
    for model in [
        "jacobian(leaky_relu(x, 1/2), sigma_w2 = 1, depth = 3)",
        "jacobian(leaky_relu(x, 1/2), sigma_w2 = 1, depth = 3, weights = \"orthogonal\")",
        "jacobian(hard_tanh(x), sigma_w2 = 1, q = [1/2, 1/3], widths = [2, 3, 1])",
    ] {
        let z = 1000.0f64;
        let moments: Vec<f64> = flat(&answer(&format!("moments({model})"))).iter().map(number).collect();
        let series = moments.iter().enumerate().fold(1.0, |sum, (k, m)| sum + m / z.powi(k as i32 + 1)) / -z;
        for point in ["1000", "1000 + i/10^20"] {
            let found = number(&flat(&at(&format!("stieltjes({model}, {point})"), 16))[0]);
            assert!((found / series - 1.0).abs() < 1e-13, "{model}: {found} {series}");
        }
    }
}

fn disagreeing(report: &Report) -> Vec<&str> {
    report.rows.iter().filter(|row| row.verdict == Verdict::Disagree).map(|row| row.quantity.as_str()).collect()
}

/// Networks agree with the law of their own model.
#[test]
fn networks_agree() {
    let long = std::env::var_os("RESOLVENT_LONG").is_some();
    let (n, trials) = if long { (750, 8) } else { (160, 4) };
    for jacobian in [
        model("tanh(x)", ["3/2", "1/10"], &[1; 5], "1", Weights::Gaussian),
        model("relu(x)", ["2", "0"], &[1; 4], "1", Weights::Gaussian),
        model("tanh(x)", ["121/100", "1/20"], &[1; 7], "1", Weights::Orthogonal),
        model("erf(x)", ["13/10", "1/20"], &[4, 6, 3, 5], "1", Weights::Gaussian),
        model("hard_tanh(x)", ["11/10", "1/100"], &[1; 4], "3/10", Weights::Orthogonal),
        model("gelu(x)", ["2", "1/10"], &[2, 1, 1, 1], "1", Weights::Gaussian),
        // an atom at the top, none, and two slopes
        model("elu(x + 1)", ["1", "1/20"], &[1; 4], "1/5", Weights::Orthogonal),
        model("selu(x)", ["1", "1/10"], &[1; 4], "1", Weights::Orthogonal),
        model("leaky_relu(x, 1/5)", ["3/2", "1/10"], &[1; 4], "1", Weights::Orthogonal),
    ] {
        let model = Model::Jacobian(Box::new(jacobian));
        let report = judged(&model, &model, n, trials);
        assert_eq!(report.verdict, Verdict::Agree, "{model:?}: {:?}", disagreeing(&report));
        let rows: Vec<&str> = report.rows.iter().map(|row| row.quantity.as_str()).collect();
        assert!(rows.iter().any(|row| row.starts_with("conditional[")) && rows.contains(&"q[1]"), "{rows:?}");
    }
}

/// Transforms by another program to thirty digits: the rational curve of relu, and smooth slopes between layers of different widths.
#[test]
fn transforms_to_many_digits() {
    for (model, point, value) in [
        (
            "jacobian(relu(x), sigma_w2 = 2, depth = 3)",
            "4 + i",
            ["-0.20899682889401349181774226195273", "0.10620983295438278550632112316584"],
        ),
        (
            "jacobian(erf(x), sigma_w2 = 13/10, sigma_b2 = 1/20, q0 = 1, widths = [4, 6, 3, 5])",
            "2 + i",
            ["-0.32872181772416284822523701647823", "0.28474612745149868712817837605452"],
        ),
    ] {
        let found = at(&format!("stieltjes({model}, {point})"), 20);
        for (found, value) in flat(&found).iter().zip(value) {
            assert!(agrees(found, &decimal(value), 19), "{model}: {found}");
        }
    }
}

/// Wrong theories do not: the law of Gaussian weights for orthogonal ones, and the fixed point in place of the layers' own variances.
#[test]
fn wrong_theories_disagree() {
    let orthogonal = model("tanh(x)", ["121/100", "1/20"], &[1; 5], "1", Weights::Orthogonal);
    let gaussian = Jacobian { weights: Weights::Gaussian, ..orthogonal.clone() };
    let [drawn, claimed] = [orthogonal, gaussian].map(|jacobian| Model::Jacobian(Box::new(jacobian)));
    let report = judged(&drawn, &claimed, 240, 8);
    assert_eq!(report.verdict, Verdict::Disagree);
    let rows = report.rows.iter().filter(|row| row.quantity.starts_with("conditional["));
    let rows: Vec<String> = rows.map(|row| format!("{row:?}")).collect();
    assert!(disagreeing(&report).iter().any(|row| row.starts_with("conditional[")), "{rows:#?}");
    let own = model("tanh(x)", ["3/2", "1/10"], &[1; 5], "4", Weights::Gaussian);
    let fixed = Jacobian { signal: Signal::FixedPoint, ..own.clone() };
    let [drawn, claimed] = [own, fixed].map(|jacobian| Model::Jacobian(Box::new(jacobian)));
    let report = judged(&drawn, &claimed, 160, 4);
    assert_eq!(report.verdict, Verdict::Disagree);
}

/// Slopes that are bounded are seen to be, however they are written.
#[test]
fn bounded_slopes_are_not_refused() {
    let written = "tanh(x) gelu(x) silu(x) softplus(x) log(1+exp(x)) exp(x)/(1+exp(x)) x*tanh(softplus(x)) x^3/(1+x^2) x/(1+abs(x)) \
        sqrt(1+x^2) log(cosh(x)) sin(x) atan(x) elu(x) selu(x) hard_tanh(x) x*exp(-x^2) relu(x)*tanh(x) log(1+x^2)";
    for f in written.split(' ') {
        let law = answer(&format!("moments(jacobian({f}, sigma_w2 = 1, depth = 2, q = 1), count = 1)"));
        assert!(number(&law[0]) > 0.0, "{f}: {law}");
    }
    // one orthogonal layer of slopes 0 and 1 is a projection
    let law = answer("spectrum(jacobian(relu(x), sigma_w2 = 2, depth = 1, q = 1, weights = \"orthogonal\"))");
    assert_eq!(flat(&law["atoms"]).iter().map(number).collect::<Vec<_>>(), [0.0, 0.5, 2.0, 0.5], "{law}");
}

/// A large signal sees the slope near its maximum alone; the law does not change when f is stretched and scaled with it. Values by another program.
#[test]
fn large_signals_are_resolved() {
    let edge = |f: &str, q: &str| format!("edges(jacobian({f}, sigma_w2 = 3, sigma_b2 = 1/10, depth = 3, q = [{q}]))[0][1]");
    for (q, stretched, value) in
        [("1e5, 3, 2", "4e5, 12, 8", "3.05882991333206"), ("3e6, 3, 2", "12e6, 12, 8", "2.85474646385679")]
    {
        let found = [edge("tanh(x)", q), edge("2*tanh(x/2)", stretched)].map(|source| at(&source, 15));
        for found in &found {
            assert!(agrees(found, &decimal(value), 13), "{q}: {found}");
        }
    }
    let said = complaint("edges(jacobian(sin(x), sigma_w2 = 3, depth = 2, q = 1e8))");
    assert!(said.contains("signal is too large"), "{said}");
}

/// A zero of f′ of order a leaves 1 + ψ ~ ζ^(1/2a): z falls like the power 1 + 2a L of 1 + τ, 2a L − L + 1 between orthogonal matrices.
#[test]
fn zeros_of_the_slope_set_the_power_at_zero() {
    let [gaussian, orthogonal] = ["", ", weights = \"orthogonal\""];
    for (f, depth, weights, order) in [
        ("tanh(x) + x", 2, gaussian, Some(3.0)),
        ("x + sin(x)/2", 2, gaussian, Some(3.0)),
        ("x*tanh(x)", 1, gaussian, Some(3.0)),
        ("x*tanh(x)", 2, gaussian, Some(5.0)),
        ("x^3/(1 + x^2)", 2, gaussian, Some(9.0)),
        ("x*tanh(x)", 3, orthogonal, Some(4.0)),
        ("x^3/(1 + x^2)", 2, orthogonal, Some(7.0)),
        // alive on one side: the input is not the least
        ("relu(x)*tanh(x)", 2, gaussian, Some(4.0)),
        // a zero that is not rational
        ("sqrt(1 + x^2) - x/3", 2, gaussian, Some(5.0)),
        // slopes that fade far out, and such that touch 0 elsewhere
        ("tanh(x)", 2, gaussian, None),
        ("gelu(x)", 2, gaussian, None),
        ("sqrt(sqrt(1 + x^2))", 2, gaussian, None),
        ("x + sin(x)", 2, gaussian, None),
    ] {
        let law = answer(&format!("spectrum(jacobian({f}, sigma_w2 = 1/2, depth = {depth}, q = 2{weights}))"));
        assert_eq!(number(&law["edges"][0][0]), 0.0, "{f}: {law}");
        let power = law["edge_exponents"][0][0].as_f64();
        let wanted = order.map(|order: f64| order.recip() - 1.0);
        let agree = power.zip(wanted).map_or(power.is_none() && wanted.is_none(), |(a, b)| (a - b).abs() < 1e-12);
        assert!(agree, "{f} {depth} {weights}: {law}");
    }
}

/// What is wrong is said with its mend.
#[test]
fn refusals() {
    for (statement, says) in [
        ("jacobian(tanh(x), sigma_w2 = 0, depth = 2)", "sigma_w2 is a variance and must be positive"),
        ("jacobian(tanh(x), sigma_w2 = 1, sigma_b2 = -1, depth = 2)", "sigma_b2 is a variance and cannot be negative"),
        ("jacobian(tanh(x), sigma_w2 = 1)", "needs depth"),
        ("jacobian(tanh(x), depth = 2)", "needs sigma_w2"),
        ("jacobian(tanh(x), sigma_w2 = 1, depth = 2, q0 = 0)", "stays 0 without biases"),
        ("jacobian(tanh(x), sigma_w2 = 1, depth = 2, q0 = -1)", "q0 is a variance and cannot be negative"),
        ("jacobian(tanh(x), sigma_w2 = 1, depth = 2, q0 = 1, q = 1)", "not both"),
        ("jacobian(tanh(x), sigma_w2 = 1, depth = 2, q = [1, 2, 3])", "one for each of the 2 layers"),
        ("jacobian(tanh(x), sigma_w2 = 1, depth = 2, q = 0)", "q is a mean square and must be positive"),
        (
            "jacobian(tanh(x), sigma_w2 = 1, depth = 2, widths = [1, 2, 1], weights = \"orthogonal\")",
            "all widths must be the same",
        ),
        ("jacobian(tanh(x), sigma_w2 = 1, depth = 2, widths = [1, 2])", "needs 3 widths"),
        ("jacobian(tanh(x), sigma_w2 = 1, widths = [1, -2])", "widths must be positive"),
        ("jacobian(tanh(x), sigma_w2 = 1, depth = 2, weights = \"haar\")", "\"gaussian\" or \"orthogonal\""),
        ("jacobian(sign(x), sigma_w2 = 1, depth = 2)", "jumps"),
        ("jacobian(x^3, sigma_w2 = 1, depth = 2, q0 = 1)", "grows without bound"),
        ("jacobian(x^2, sigma_w2 = 1, depth = 2, q0 = 1)", "grows without bound"),
        ("jacobian(exp(x), sigma_w2 = 1/10, depth = 2, q0 = 1)", "grows without bound"),
        ("jacobian(exp(x), sigma_w2 = 1/10, depth = 2, q = 1, weights = \"orthogonal\")", "grows without bound"),
        ("jacobian(sinh(x), sigma_w2 = 1/10, depth = 2, q = 1)", "grows without bound"),
        ("jacobian(x*log(1 + x^2), sigma_w2 = 1/10, depth = 2, q = 1)", "grows without bound"),
        ("jacobian(abs(x)^(7/8), sigma_w2 = 1/10, depth = 2, q = 1)", "without bound"),
        ("jacobian(tanh(x), sigma_w2 = 1, depth = 1, q = 1, weights = \"orthogonal\")", "depth = 2"),
        ("jacobian(elu(x), sigma_w2 = 1, depth = 1, q = 1, weights = \"orthogonal\")", "depth = 2"),
        ("jacobian(1 + 0*x, sigma_w2 = 1, depth = 2, q0 = 1)", "constant"),
    ] {
        let said = complaint(statement);
        assert!(said.contains(says), "{statement}: {said}");
    }
}
