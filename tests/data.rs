//! The user's own data: files of numbers, what they are refused for, and laws and signals over them.

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
