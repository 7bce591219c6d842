//! The crate as a library: the example runs, and its numbers are those of an independent computation.

#[path = "../examples/library.rs"]
mod library;

use resolvent::compare::Verdict;

/// Edges by mpmath: theta1 and theta2 by quadrature at 45 digits, the curve, its critical points.
#[test]
fn the_example_runs() {
    library::main().unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn the_example_finds_the_law_of_tanh() {
    let picture = std::env::temp_dir().join(format!("library-{}.svg", std::process::id()));
    let found = library::run(&picture).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(found.edges, ["0.00209826786111623109062722162204", "2.51008631651980592973203011056"]);
    assert!(found.density > 0.0 && found.verdict == Verdict::Agree);
    assert!(std::fs::read_to_string(&picture).is_ok_and(|text| text.contains("tanh")));
    for file in [picture.clone(), picture.with_extension("json")] {
        std::fs::remove_file(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
}
