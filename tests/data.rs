//! The user's own data: files of numbers, what they are refused for, and laws and signals over them.

#[path = "common/near.rs"]
mod near;

use near::assert_near;
use std::fs;
use std::path::PathBuf;

use resolvent::session::{Failure, Session, Settings, json};
use serde_json::Value as Json;

fn session() -> Session {
    Session::new(Settings { threads: 1, ..Settings::default() })
}

/// The JSON line of the last statement.
fn ask(source: &str) -> Json {
    let answer = session().last(source).unwrap_or_else(|failure| panic!("{source}: {:?}", failure.diagnostic()));
    json::answer(source, &answer)
}

fn value(source: &str) -> Json {
    ask(source)["value"].clone()
}

fn refusal(source: &str) -> String {
    let failure: Failure = session().last(source).expect_err(source);
    assert_eq!(failure.status(), 1, "{source}");
    let diagnostic = failure.diagnostic();
    format!("{} / {}", diagnostic.message, diagnostic.help.unwrap_or_default())
}

fn numbers(value: &Json) -> Vec<f64> {
    value.as_array().unwrap_or_else(|| panic!("{value}")).iter().map(|item| item.as_f64().expect("a number")).collect()
}

/// A file of this name with this content, and its path.
fn file(name: &str, content: &[u8]) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("data").join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a temporary folder");
    fs::write(&path, content).expect("a file");
    path
}

fn load(name: &str, content: &[u8]) -> String {
    format!("load(\"{}\")", file(name, content).display())
}

/// A .npy file as numpy.lib.format describes version 1.
fn npy(descr: &str, fortran: bool, shape: &str, data: &[u8]) -> Vec<u8> {
    let order = if fortran { "True" } else { "False" };
    let mut header = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}");
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

/// [[1, 2], [3, 4], [5, −6]], row by row.
const ENTRIES: [f64; 6] = [1.0, 2.0, 3.0, 4.0, 5.0, -6.0];

/// The eigenvalues of XᵀX, 2 × 2: trace 91, determinant the sum of the squared minors.
fn gram_of_entries() -> [f64; 2] {
    // the minors are −2, −16 and −38
    let (trace, determinant) = (91.0f64, 4.0 + 256.0 + 1444.0);
    let root = (trace * trace - 4.0 * determinant).sqrt();
    [(trace + root) / 2.0, (trace - root) / 2.0]
}

#[test]
fn every_layout_of_npy_holds_the_same_matrix() {
    let wide = |entries: &[f64], big: bool| -> Vec<u8> {
        entries.iter().flat_map(|x| if big { x.to_be_bytes() } else { x.to_le_bytes() }).collect()
    };
    let by_column = [1.0, 3.0, 5.0, 2.0, 4.0, -6.0];
    let files = [
        ("c8", npy("<f8", false, "(3, 2)", &wide(&ENTRIES, false))),
        ("big8", npy(">f8", false, "(3, 2)", &wide(&ENTRIES, true))),
        ("fortran8", npy("<f8", true, "(3, 2)", &wide(&by_column, false))),
        ("f4", npy("<f4", false, "(3, 2)", &ENTRIES.iter().flat_map(|x| (*x as f32).to_le_bytes()).collect::<Vec<_>>())),
        ("i2", npy(">i2", false, "(3, 2)", &ENTRIES.iter().flat_map(|x| (*x as i16).to_be_bytes()).collect::<Vec<_>>())),
        ("i8", npy("<i8", true, "(3, 2)", &by_column.iter().flat_map(|x| (*x as i64).to_le_bytes()).collect::<Vec<_>>())),
        ("i1", npy("|i1", false, "(3, 2)", &ENTRIES.iter().map(|x| *x as i8 as u8).collect::<Vec<_>>())),
    ];
    for (name, bytes) in files {
        let load = load(&format!("{name}.npy"), &bytes);
        assert_eq!(value(&load), serde_json::json!({"rows": 3, "columns": 2}), "{name}");
        let found = numbers(&value(&format!("eigenvalues(gram({load}))")));
        for (found, right) in found.iter().zip(gram_of_entries()) {
            assert!((found - right).abs() < 1e-9, "{name}: {found} {right}");
        }
        assert_eq!(value(&format!("transpose({load}).rows")), 2, "{name}");
    }
    let column = load("one.npy", &npy("|u1", false, "(3,)", &[1, 2, 250]));
    assert_eq!(value(&column), serde_json::json!({"rows": 3, "columns": 1}));
}

#[test]
fn a_bad_npy_file_is_refused() {
    let eight = |count: usize| vec![0u8; 8 * count];
    let nan: Vec<u8> = [1.0, 2.0, f64::NAN, 4.0].iter().flat_map(|x: &f64| x.to_le_bytes()).collect();
    let cases = [
        ("magic", b"PK\x03\x04 an archive".to_vec(), "does not begin with \\x93NUMPY"),
        ("short", npy("<f8", false, "(3, 2)", &eight(5)), "cut short: 3 x 2 entries take 48 bytes, and there are 40"),
        ("long", npy("<f8", false, "(3, 2)", &eight(7)), "too long"),
        ("header", b"\x93NUMPY\x01\x00\xff\x00{'descr'".to_vec(), "cut short within its header"),
        ("objects", npy("|O", false, "(3, 2)", &eight(6)), "Python objects"),
        ("complex", npy("<c16", false, "(3, 2)", &eight(12)), "of the type '<c16'"),
        ("cube", npy("<f8", false, "(3, 2, 1)", &eight(6)), "3 dimensions"),
        ("scalar", npy("<f8", false, "()", &eight(1)), "0 dimensions"),
        ("empty", npy("<f8", false, "(0, 4)", &[]), "empty: 0 x 4"),
        ("huge", npy("<f8", false, "(100000, 10001)", &[]), "more than the bound 10^9"),
        ("overflow", npy("<f8", false, "(18446744073709551615, 2)", &[]), "more than the bound 10^9"),
        ("nan", npy("<f8", false, "(2, 2)", &nan), "row 2, column 1, counted from 1: NaN is no finite number"),
        ("large", npy("<u8", false, "(1, 1)", &u64::MAX.to_le_bytes()), "beyond 2^53"),
        ("version", b"\x93NUMPY\x09\x00\x00\x00".to_vec(), "version 9"),
    ];
    for (name, bytes, message) in cases {
        let said = refusal(&load(&format!("bad_{name}.npy"), &bytes));
        assert!(said.contains(message), "{name}: {said}");
    }
}

#[test]
fn a_csv_file_is_read_and_refused_by_line_and_column() {
    let good = [
        "1,2\n3,4\n5,-6\n",
        "a,b\n1,2\n3, 4e0\n5,-6",
        "# by numpy\r\n\r\n1.0,2\r\n+3,4\r\n5,-6\r\n",
        "\u{feff}\"x\",\"y\"\n1,2\n3,4\n5,-6\n",
    ];
    for (index, text) in good.iter().enumerate() {
        let load = load(&format!("good{index}.csv"), text.as_bytes());
        let found = numbers(&value(&format!("eigenvalues(gram({load}))")));
        assert!((found[0] - gram_of_entries()[0]).abs() < 1e-9, "{text}: {found:?}");
    }
    let cases = [
        ("1,2\n3,x\n", "line 2, column 2: `x` is no number"),
        ("a,b\n1,2\n3,nan\n", "line 3, column 2: nan is no finite number"),
        ("1,2\ninf,4\n", "line 2, column 1: inf is no finite number"),
        ("1,2\n3,1e999\n", "line 2, column 2: 1e999 is no finite number"),
        ("1,2\n3\n", "line 2 has 1 columns, and those before it 2"),
        ("a,b,c\n1,2\n", "line 2 has 2 columns, and those before it 3"),
        ("1,2\n3,\n", "line 2, column 2: the entry is empty"),
        ("1;2\n3;4\n5;6\n", "line 2, column 1: `3;4` is no number"),
        ("1,b\n2,3\n", "line 1, column 2: `b` is no number"),
        ("", "there is no row of numbers"),
        ("a,b\n", "there is no row of numbers"),
    ];
    for (index, (text, message)) in cases.iter().enumerate() {
        let said = refusal(&load(&format!("bad{index}.csv"), text.as_bytes()));
        assert!(said.contains(message), "{text:?}: {said}");
    }
    assert!(refusal(&load("latin.csv", b"1,2\n3,\xe9\n")).contains("line 2, column 2"));
}

#[test]
fn a_file_that_cannot_be_read_says_why() {
    let missing = refusal("load(\"no such file.npy\")");
    assert!(missing.contains("there is no file") && missing.contains("current folder"), "{missing}");
    assert!(refusal("load(\"X.txt\")").contains("must end in .npy or .csv"));
    assert!(refusal("load(\"~/X.npy\")").contains("the shell alone reads it so"));
    let folder = file("folder.npy/inner", b"");
    let folder = folder.parent().expect("a folder").display();
    assert!(refusal(&format!("load(\"{folder}\")")).contains("is a folder"));
}

#[test]
fn eigenvalues_are_those_of_a_symmetric_matrix() {
    // [[2, 1], [1, 2]]
    let symmetric = load("symmetric.csv", b"2,1\n1,2\n");
    let answer = ask(&format!("eigenvalues({symmetric})"));
    assert_eq!(answer["certified"], false);
    for (found, right) in numbers(&answer["value"]).iter().zip([3.0, 1.0]) {
        assert!((found - right).abs() < 1e-11, "{found}");
    }
    let said = refusal(&format!("eigenvalues({})", load("skew.csv", b"2,1\n0,2\n")));
    assert!(said.contains("row 2, column 1") && said.contains("data = X"), "{said}");
    let said = refusal(&format!("eigenvalues({})", load("wide.csv", b"2,1,3\n0,2,4\n")));
    assert!(said.contains("M is 2 x 3") && said.contains("gram(X)"), "{said}");
    assert!(refusal("eigenvalues(3)").contains("must be a matrix"));
    assert!(refusal(&format!("gram({})", load("huge.csv", b"1e200\n1e200\n"))).contains("overflow"));
}

/// A square matrix with these entries on the diagonal.
fn diagonal(name: &str, entries: &[f64]) -> String {
    let row = |at: usize| {
        let cells = (0..entries.len()).map(|column| if column == at { entries[at].to_string() } else { "0".to_owned() });
        cells.collect::<Vec<_>>().join(",")
    };
    let text = (0..entries.len()).map(|at| row(at) + "\n").collect::<String>();
    load(name, text.as_bytes())
}

/// Squares 1, 1, 4, 4, 1/4, 1/4, 9, 1/2, mean 20/8: K_0 is known, so that the law is that of a population typed exactly.
#[test]
fn data_make_the_law_of_their_own_gram_matrix() {
    let data = diagonal("diagonal.csv", &[1.0, 1.0, 2.0, 2.0, 0.5, 0.5, 3.0, 0.5f64.sqrt()]);
    let typed = "[[2/5, 1/4], [8/5, 1/4], [1/10, 1/4], [18/5, 1/8], [1/5, 1/8]]";
    for rest in ["b2 = [4/5], gamma = [1/20]", "b2 = [9/10, 4/5], gamma = [1/2, 1/3]", "f = tanh(x), gamma = [2]"] {
        let [of_data, of_atoms] =
            [format!("data = {data}"), format!("population = {typed}")].map(|input| format!("kernel({rest}, {input})"));
        for question in ["edges(MODEL)", "moments(MODEL, count = 4)", "density(MODEL, 3/2)", "stieltjes(MODEL, 1 + i)"] {
            let [found, right] = [&of_data, &of_atoms].map(|model| question.replace("MODEL", model));
            let answer = ask(&found);
            assert_near(&answer["value"], &value(&right), 1e-9, &found);
            assert_eq!(answer["certified"], false, "{found}");
            assert!(answer["warnings"].to_string().contains("data_scaled"), "{answer}");
        }
    }
    // the largest eigenvalue is followed in the law of the others
    let followed = format!("spikes(kernel(b2 = [4/5], gamma = [1/20], data = {data}, top = 1))[0]");
    let typed = "[[2/5, 2/7], [8/5, 2/7], [1/10, 2/7], [1/5, 1/7]]";
    let by_hand = covariance_spike(typed, "18/5");
    let found = value(&followed);
    for (field, right) in ["position", "alignment"].into_iter().zip(by_hand) {
        let found = found[field].as_f64().expect("a number");
        assert!((found - right).abs() < 1e-9, "{field}: {found} {right}");
    }
}

/// Position and alignment of a spike λ of K_0 in K_1 with b² = 4/5, γ = 1/20, from Σ = b² K_0 + 1 − b² as a covariance: its own
/// eigenvector is that of K_0.
fn covariance_spike(atoms: &str, spike: &str) -> [f64; 2] {
    let lifted: Vec<String> = atoms
        .trim_matches(['[', ']'])
        .split("], [")
        .map(|atom| {
            let (value, weight) = atom.split_once(", ").expect("a pair");
            format!("[4/5*({value}) + 1/5, {weight}]")
        })
        .collect();
    let lifted = lifted.join(", ");
    let source = format!("spikes(covariance([{lifted}], gamma = 1/20, spikes = [4/5*({spike}) + 1/5]))[0]");
    let found = value(&source);
    ["position", "alignment"].map(|field| found[field].as_f64().expect("a number"))
}

/// m solves m = ∫ dν(x)/(x (1 − γ − γ z m) − z) (Marchenko and Pastur), by iteration in the upper half plane.
fn fixed_point(atoms: &[[f64; 2]], gamma: f64, [re, im]: [f64; 2]) -> [f64; 2] {
    let times = |a: [f64; 2], b: [f64; 2]| [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]];
    let mut m = [0.0, 1.0];
    for _ in 0..20_000 {
        let zm = times([re, im], m);
        let factor = [1.0 - gamma - gamma * zm[0], -gamma * zm[1]];
        let mut next = [0.0, 0.0];
        for [value, weight] in atoms {
            let below = [value * factor[0] - re, value * factor[1] - im];
            let size = below[0] * below[0] + below[1] * below[1];
            next[0] += weight * below[0] / size;
            next[1] -= weight * below[1] / size;
        }
        m = [0.5 * (m[0] + next[0]), 0.5 * (m[1] + next[1])];
    }
    m
}

#[test]
fn hundreds_of_eigenvalues_make_a_law() {
    let count = 300;
    let values: Vec<String> = (1..=count).map(|k| format!("{}", f64::from(k * k) / 10_000.0)).collect();
    let atoms: Vec<[f64; 2]> = (1..=count).map(|k| [f64::from(k * k) / 10_000.0, 1.0 / f64::from(count)]).collect();
    let model = format!("covariance([{}], gamma = 1/2)", values.join(", "));
    let answer = ask(&format!("stieltjes({model}, 2 + i)"));
    assert_eq!(answer["certified"], false);
    let right = fixed_point(&atoms, 0.5, [2.0, 1.0]);
    assert_near(&answer["value"], &serde_json::json!(right), 1e-12, "stieltjes");
    // a law of many atoms close together has one bulk
    let apart: Vec<String> = (1..=count).map(|k| format!("{}", 1.0 + f64::from(k * k) / 10_000.0)).collect();
    let far_from_zero = format!("covariance([{}], gamma = 1/2)", apart.join(", "));
    assert_eq!(value(&format!("edges({far_from_zero})")).as_array().map(Vec::len), Some(1));
    let many = format!("covariance([{}], gamma = 1)", (1..=2001).map(|k| k.to_string()).collect::<Vec<_>>().join(", "));
    assert!(refusal(&many).contains("more than the bound 2000"));
}

/// ν with the law of a sample covariance, once more sampled: the linear kernel of one layer.
#[test]
fn a_sample_covariance_is_a_population() {
    for (ratio, gamma) in [("1/2", "1/4"), ("2", "1/3"), ("1", "1"), ("3/2", "4")] {
        let [over, kernel] =
            [format!("covariance(mp({ratio}), gamma = {gamma})"), format!("kernel(x, gamma = [{ratio}, {gamma}])")];
        for field in ["atom", "edges", "masses", "edge_exponents", "moments"] {
            let [found, right] = [&over, &kernel].map(|model| value(&format!("spectrum({model})"))[field].clone());
            assert_near(&found, &right, 1e-14, &over);
        }
        let [found, right] = [&over, &kernel].map(|model| value(&format!("quantile({model}, 9/10)")));
        assert_near(&found, &right, 1e-13, &over);
        let typed = format!("kernel(tanh(x), population = mp({ratio}), gamma = [{gamma}])");
        let isotropic = format!("kernel(tanh(x), gamma = [{ratio}, {gamma}])");
        let [found, right] = [&typed, &isotropic].map(|model| value(&format!("edges({model})")));
        assert_near(&found, &right, 1e-14, &typed);
    }
}

/// t = 3 over ratio 1/2: an eigenvalue (1 + t)(1 + 1/(2t)) = 14/3 of K_0; its eigenvector has φ_0 = 17/21 with the signal, which is
/// no part of what is asked of the eigenvalue of K_0.
#[test]
fn a_spike_of_a_sampled_population_is_its_own_eigenvalue() {
    let signal = value("spikes(kernel(tanh(x), gamma = [1/2, 1/4], signal = [3]))[0]");
    let given = value("spikes(kernel(tanh(x), population = mp(1/2), gamma = [1/4], signal = [14/3]))[0]");
    let spike = value("spikes(covariance(mp(1/2), gamma = 1/4, spikes = [14/3]))[0]");
    let linear = value("spikes(kernel(x, gamma = [1/2, 1/4], signal = [3]))[0]");
    assert_near(&given["position"], &signal["position"], 1e-13, "position");
    assert_near(&spike["position"], &linear["position"], 1e-13, "position");
    for (whole, of_eigenvalue) in [(&signal, &given), (&linear, &spike)] {
        let [whole, part] = [whole, of_eigenvalue].map(|spike| spike["alignment"].as_f64().expect("a number"));
        assert!((part * 17.0 / 21.0 - whole).abs() < 1e-13, "{part} {whole}");
    }
    // the threshold is z_0 of the t at which the signal's spike leaves the bulk
    let t = signal["threshold"].as_f64().expect("a number");
    let threshold = given["threshold"].as_f64().expect("a number");
    assert!(((1.0 + t) * (1.0 + 0.5 / t) - threshold).abs() < 1e-12, "{t} {threshold}");
    assert!(refusal("spikes(covariance(mp(1/2), gamma = 1/4, spikes = [2]))").contains("lies within the population"));
    assert!(refusal("mp(0)").contains("must be positive"));
}

/// Density ∝ 1/x on [a, b]: ∫ x/(λ − x) dν = ln((λ − a)/(λ − b))/ln(b/a), so that the edges are extrema of
/// z = λ (1 + γ ln((λ − a)/(λ − b))/ln(b/a)) beyond b and below a.
#[test]
fn a_power_law_has_the_edges_of_its_integral() {
    let (a, b, gamma) = (0.5f64, 8.0f64, 0.5f64);
    let z = |x: f64| x * (1.0 + gamma * ((x - a) / (x - b)).ln() / (b / a).ln());
    // golden section on a convex or concave function
    let extremum = |mut low: f64, mut high: f64, sign: f64| {
        for _ in 0..200 {
            let [left, right] = [low + (high - low) * 0.382, low + (high - low) * 0.618];
            if sign * z(left) < sign * z(right) { high = right } else { low = left }
        }
        z(0.5 * (low + high))
    };
    let right = [extremum(a * (1.0 - 40.0), a - 1e-9, -1.0), extremum(b + 1e-9, 40.0 * b, 1.0)];
    let answer = ask("edges(covariance(powerlaw(1, 1/2, 8), gamma = 1/2))");
    assert_near(&answer["value"], &serde_json::json!([right]), 1e-11, "edges");
    assert_eq!(answer["certified"], false);
    assert!(answer["error"].as_f64().is_some_and(|error| error < 1e-9), "{answer}");
    // mean (b − a)/ln(b/a), to which a kernel's population is scaled
    let moments = numbers(&value("moments(covariance(powerlaw(1, 1/2, 8), gamma = 1/2), count = 1)"));
    assert!((moments[0] - (b - a) / (b / a).ln()).abs() < 1e-12);
    let scaled = ask("moments(kernel(tanh(x), population = powerlaw(1, 1/2, 8), gamma = [1/2]), count = 1)");
    assert!(scaled["warnings"].to_string().contains("population_scaled"), "{scaled}");
    assert!((numbers(&scaled["value"])[0] - 1.0).abs() < 1e-12, "{scaled}");
    assert!(refusal("powerlaw(1, 2, 1)").contains("hi must be above lo = 2"));
    assert!(refusal("powerlaw(1, 0, 1)").contains("must be positive"));
}

#[test]
fn what_is_no_input_of_a_kernel_is_refused() {
    let data = diagonal("input.csv", &[1.0, 1.0, 2.0, 2.0, 0.5, 0.5, 3.0, 0.7]);
    let cases = [
        (format!("kernel(tanh(x), gamma = [1], data = {})", load("small.csv", b"1,2,3\n3,4,5\n")), "transpose(X)"),
        (format!("kernel(tanh(x), gamma = [1], data = {data}, population = [[1, 1]])"), "not both"),
        (format!("kernel(tanh(x), gamma = [1], data = {data}, top = 8)"), "whole number from 0 to 7"),
        (format!("kernel(tanh(x), gamma = [1], data = {data}, top = 2)"), "not off the others"),
        ("kernel(tanh(x), gamma = [1, 1], top = 2)".to_owned(), "give data = X"),
        (format!("kernel(tanh(x), gamma = [1], data = {data}, columns = \"raw\")"), "raw columns"),
        (format!("kernel(tanh(x), gamma = [1], data = {data}, separation = [2])"), "beside data give signal"),
        (format!("kernel(tanh(x), gamma = [1], data = {data}, normalize = false)"), "normalised activations"),
        (format!("covariance({data}, gamma = 1)"), "eigenvalues(M)"),
        (format!("check(kernel(tanh(x), gamma = [1], data = {data}), n = 9)"), "take n at least 16"),
        ("kernel(tanh(x), gamma = [1], data = 3)".to_owned(), "must be a matrix"),
        (format!("covariance(eigenvalues({}), gamma = 1)", load("negative.csv", b"1,2\n2,1\n")), "cannot be negative"),
    ];
    for (source, message) in cases {
        let said = refusal(&source);
        assert!(said.contains(message), "{source}: {said}");
    }
}
