//! Jacobians of steep and of nearly linear activations: what a law owes to the shape of the slope alone, closed forms, and values by another
//! quadrature.

use proptest::prelude::*;
use serde_json::Value;

#[path = "common/asking.rs"]
mod asking;
#[path = "common/decimals.rs"]
mod decimals;

use asking::{answer, asked, complaint, number};
use decimals::agrees;

fn upper_end(jacobian: &str, digits: u32) -> Value {
    let edges = asked(&format!("edges({jacobian})"), digits)["value"].clone();
    edges[0][1].clone()
}

/// Functions of a·x over a, with the scale of the slope apart.
const SHAPES: [&str; 6] = [
    "tanh(A*x)/A",
    "gelu(A*x)/A",
    "tanh(A*x)/A + tanh(40*A*x)/(80*A)",
    "log(1 + A^2*x^2)/A",
    "elu(A*x)/A",
    "erf(90*A*x)/(9*A) + x/3",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 3, failure_persistence: None, ..ProptestConfig::default() })]

    /// f(ax)/a with q/a² has the law of f with q, steep or flat.
    #[test]
    fn only_the_shape_of_the_slope_counts(
        shape in 0..SHAPES.len(), a in prop_oneof![2u32..9, 100u32..2000], inverse: bool, exponent in -3..4i32, orthogonal: bool,
    ) {
        let a = if inverse { format!("(1/{a})") } else { a.to_string() };
        // between orthogonal matrices the point mass of elu is too near to what is beside it for some q
        let weights = if orthogonal && !SHAPES[shape].starts_with("elu") { ", weights = \"orthogonal\"" } else { "" };
        let model = |a: &str| {
            let f = SHAPES[shape].replace('A', a);
            format!("jacobian({f}, sigma_w2 = 3/2, q = [10^({exponent})/{a}^2, 3/{a}^2], depth = 2{weights})")
        };
        let [plain, scaled] = ["1", &a].map(&model);
        let [left, right] = [&plain, &scaled].map(|model| upper_end(model, 15));
        prop_assert!(agrees(&left, &right, 13), "{}: {} {}", scaled, left, right);
        let [x, y] = [0.4, 0.2].map(|share| share * number(&left));
        let transform = |model: &String| answer(&format!("stieltjes({model}, {x:e} + {y:e}*i)"));
        let [left, right] = [&plain, &scaled].map(transform);
        for part in 0..2 {
            let gap = number(&left[part]) - number(&right[part]);
            prop_assert!((gap * x).abs() < 1e-12, "{}: {} {}", scaled, left, right);
        }
    }
}

/// Upper ends by Gauss–Legendre panels of another program, that double away from the largest slope from 2^−40 on, and bisection in τ.
#[test]
fn upper_ends_of_steep_slopes() {
    let steep = "sigma_w2 = 3, q = [10, 3/10000, 2/10000]";
    let two = "tanh(x) + tanh(50*x)/100, sigma_w2 = 1, depth = 3";
    let narrow = "erf(200*x)/10 + x/3, sigma_w2 = 1, depth = 2";
    let haar = "weights = \"orthogonal\"";
    for (model, value) in [
        (format!("tanh(100*x)/100, {steep}, depth = 3"), "3.05882991333206"),
        (format!("tanh(100*x)/100, {steep}, depth = 3, {haar}"), "2.93354399989446"),
        (format!("tanh(100*x)/100, {steep}, widths = [2, 1, 3, 5]"), "14.4856613450891"),
        (format!("tanh(1000*x)/1000, {steep}, depth = 3"), "0.0340099353021683"),
        (format!("{two}, q = 1"), "1.75137236815384"),
        (format!("{two}, q = 1/100, {haar}"), "4.77169888137876"),
        (format!("{two}, q = 1000"), "0.00182587349507698"),
        (format!("{narrow}, q = 1"), "2268.32781716179"),
        (format!("{narrow}, q = 1/10^8, {haar}"), "275023.981997395"),
        (format!("{narrow}, q = 10^8"), "60.0332398002906"),
        ("tanh(1000*(x - 3/10))/1000, sigma_w2 = 1, depth = 2, q = 1".to_owned(), "0.00155809843602295"),
        (format!("silu(30*x)/30, sigma_w2 = 1, depth = 2, q = 1000, {haar}"), "1.03892018219511"),
    ] {
        let found = upper_end(&format!("jacobian({model})"), 15);
        assert!(agrees(&found, &Value::String(value.to_owned()), 14), "{model}: {found}");
    }
}

/// A nearly linear layer between orthogonal matrices is nearly an isometry, and ζ comes within 10⁻¹⁰ of the largest squared slope.
#[test]
fn upper_ends_of_nearly_linear_layers() {
    for (q, depth, value) in
        [("1/10^8", 3, "0.999999992177802"), ("[1, 1/10^4]", 2, "0.999828466669912"), ("[1, 1/10^8]", 2, "0.999999980149271")]
    {
        let found =
            upper_end(&format!("jacobian(tanh(x), sigma_w2 = 1, depth = {depth}, q = {q}, weights = \"orthogonal\")"), 15);
        let gap = 1.0 - value.parse::<f64>().expect("a number");
        assert!((1.0 - number(&found) - gap).abs() < 1e-13 + 1e-4 * gap, "{q}: {found}");
    }
}

/// f = b erf(ax): E d^k = (2ab/√π)^(2k)/√(1 + 4k a² q), which makes two moments for every steepness.
#[test]
fn moments_of_erf_are_closed_forms() {
    for (a, q) in [(1.0f64, 1.0f64), (300.0, 2.0), (300.0, 1e-6), (0.01, 1.0)] {
        for (weights, is_haar) in [("gaussian", false), ("orthogonal", true)] {
            let found = answer(&format!(
                "moments(jacobian(erf({a}*x)/{a}, sigma_w2 = 2, depth = 3, q = {q:e}, weights = \"{weights}\"), count = 2)"
            ));
            let mean = |k: i32| (4.0 / std::f64::consts::PI).powi(k) / (1.0 + 4.0 * f64::from(k) * a * a * q).sqrt();
            let rho = mean(2) / mean(1).powi(2);
            let first = (2.0 * mean(1)).powi(3);
            let spread = if is_haar { 3.0 * rho - 2.0 } else { 1.0 + 3.0 * rho };
            assert!((number(&found[0]) / first - 1.0).abs() < 1e-13, "{a} {q}: {found} {first}");
            assert!((number(&found[1]) / (spread * first * first) - 1.0).abs() < 1e-12, "{a} {q}: {found} {spread}");
        }
    }
}

/// gelu has its largest slope at √2: where a layer has no weight there ζ ends at that value, ψ = E d/(max d − d), and z with it.
#[test]
fn slopes_without_weight_bound_the_law() {
    for (depth, weights, value) in
        [(2, "gaussian", "0.50240147975643"), (3, "gaussian", "0.158713357884218"), (2, "orthogonal", "0.322628330891791")]
    {
        let law =
            answer(&format!("spectrum(jacobian(gelu(x), sigma_w2 = 1, depth = {depth}, q = 1/400, weights = \"{weights}\"))"));
        assert!(agrees(&law["edges"][0][1], &Value::String(value.to_owned()), 13), "{depth} {weights}: {law}");
        assert!(law["edge_exponents"][0][1].is_null() || law["edge_exponents"][0][1].is_string(), "{law}");
    }
}

/// log(1 + x²) has its largest slope at 1, which a layer with q = 1/n comes to with the density φ(√n): ζ ends above it at distances from 5·10⁻⁷
/// to 10⁻¹⁵, by Gauss–Legendre panels of another program that double away from there, and bisection in ln(ζ − 1).
#[test]
fn largest_slopes_with_hardly_any_weight() {
    for (n, value, digits) in [
        (50, "1.6925465998719", 13),
        (60, "1.6338341439408", 13),
        (80, "1.5658680833796", 13),
        (100, "1.5276707696031", 13),
        (110, "1.5142233694149", 11),
        (120, "1.5031899000665", 12),
    ] {
        let found = upper_end(&format!("jacobian(log(1 + x^2), sigma_w2 = 3/2, q = [1/{n}, 3], depth = 2)"), 15);
        assert!(agrees(&found, &Value::String(value.to_owned()), digits), "{n}: {found}");
    }
}

/// A narrow erf beside a line: between orthogonal matrices the law begins at σ^L Π inf d, next to which nearly all slopes are.
#[test]
fn lowest_slopes_with_nearly_all_weight() {
    for (q, digits) in [("10", 14), ("1", 14), ("1/10", 14), ("1/1000", 12)] {
        let model = format!("jacobian(erf(90*x)/9 + x/3, sigma_w2 = 3/2, q = [{q}, 3], depth = 2, weights = \"orthogonal\")");
        let lower = asked(&format!("edges({model})"), 15)["value"][0][0].clone();
        assert!((36.0 * number(&lower) - 1.0).abs() < 5.0 * 10f64.powi(-digits), "{q}: {lower}");
    }
}

/// F rises by the integral of the density, also where slopes come below all doubles.
#[test]
fn distribution_functions_are_integrals_of_densities() {
    const PARTS: u32 = 32;
    for model in ["gelu(x), sigma_w2 = 3/2, q = [10, 3], depth = 2", "silu(x), sigma_w2 = 1, q = [10^6, 1], depth = 2"] {
        let law = format!("jacobian({model})");
        let points: Vec<String> = (0..=PARTS).map(|k| format!("1/2 + {k}/{}", 2 * PARTS)).collect();
        let densities = answer(&format!("density({law}, [{}])", points.join(", ")));
        let weight = |k: u32| if k == 0 || k == PARTS { 1.0 } else { 2.0 + 2.0 * f64::from(k % 2) };
        let sum: f64 = (0..=PARTS).map(|k| weight(k) * number(&densities[k as usize])).sum();
        let ends = answer(&format!("cdf({law}, [1/2, 1])"));
        let rise = number(&ends[1]) - number(&ends[0]);
        let integral = sum / f64::from(PARTS) / 6.0;
        assert!((rise - integral).abs() < 1e-7, "{model}: {rise} {integral}");
    }
}

/// What the quadrature does not resolve is refused, however large the signal is.
#[test]
fn what_is_not_resolved_is_refused() {
    let oscillating = ["sin(x), sigma_w2 = 3, depth = 2, q = 1e8", "sin(1000*x)/1000, sigma_w2 = 3, depth = 2, q = 100"];
    // narrower than the places at which slopes are seen: missing from their mean square
    let unseen = [
        "tanh(10^6*(x - 3/10))/10^6, sigma_w2 = 1, depth = 2, q = 1",
        "x/3 + tanh(10^9*(x - 3/10))/10^9, sigma_w2 = 1, depth = 2, q = 1",
    ];
    for model in oscillating.into_iter().chain(unseen) {
        let said = complaint(&format!("edges(jacobian({model}))"));
        assert!(said.contains("signal is too large"), "{model}: {said}");
    }
}

/// A slope that is not square integrable is not said to be that of a jump.
#[test]
fn infinite_slopes_are_no_jumps() {
    let said = complaint("jacobian(sqrt(abs(x)), sigma_w2 = 1, depth = 2)");
    assert!(said.contains("is infinite") && !said.contains("jump") && said.contains("slope is bounded"), "{said}");
    assert!(complaint("jacobian(sign(x), sigma_w2 = 1, depth = 2)").contains("jumps"));
}

/// Slopes of the common activations are proved to be bounded; where that rests on places far out, the answer says so.
#[test]
fn bounds_of_slopes_are_proved_or_said_not_to_be() {
    let warnings = |f: &str| asked(&format!("edges(jacobian({f}, sigma_w2 = 1, depth = 2, q = 1))"), 15)["warnings"].to_string();
    for f in ["gelu(x)", "silu(x)", "mish(x)", "softplus(x)", "tanh(x) + sin(x)", "x*tanh(x)", "gelu(x/175)*175"] {
        assert!(!warnings(f).contains("bounded_slope"), "{f}: {}", warnings(f));
    }
    for f in ["x*sigmoid(x^3)", "500*silu(x/500)*sigmoid((x/500)^3)"] {
        assert!(warnings(f).contains("bounded_slope_not_proved"), "{f}: {}", warnings(f));
    }
    for f in ["x*log(log(3 + x^2))", "x*sqrt(log(2 + x^2))"] {
        assert!(
            complaint(&format!("edges(jacobian({f}, sigma_w2 = 1, depth = 2, q = 1))")).contains("grows without bound"),
            "{f}"
        );
    }
}

/// Laws that are point masses alone are compared with singular values.
#[test]
fn point_masses_alone_are_checked() {
    for f in ["x", "abs(x)", "2*x"] {
        let model = format!("jacobian({f}, sigma_w2 = 1, depth = 2, q = 1, weights = \"orthogonal\")");
        let report = answer(&format!("check({model}, n = 60, trials = 3)"));
        assert_eq!(report["verdict"], "agree", "{f}: {report}");
    }
}
