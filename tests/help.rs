//! Help on every query, field and row.

use resolvent::number::Job;
use resolvent::session::{Outcome, Session, Settings, json};

fn session() -> Session {
    Session::new(Settings { digits: 6, ..Settings::default() })
}

#[test]
fn every_query_has_an_example_that_runs_and_help() {
    for query in resolvent::session::queries::all() {
        let outcome = session().last(query.example);
        assert!(outcome.is_ok(), "{}: {:?}", query.example, outcome.err().map(|failure| failure.diagnostic().message));
        let statement = resolvent::language::parse_statements(&format!("help {}", query.name)).remove(0).expect("a statement");
        let Ok(Outcome::Help(text)) = session().run(&statement, &Job::unwatched()) else { panic!("no help on {}", query.name) };
        assert!(text.contains(query.about) && text.contains(query.example), "{text}");
    }
}

/// Every field that an answer shows, and every row of a check, has a line of help.
#[test]
fn every_field_and_row_has_help() {
    fn names(value: &serde_json::Value, list: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(fields) => {
                for (name, value) in fields {
                    list.push(name.clone());
                    if name == "quantity" {
                        list.push(value.as_str().expect("a name").split('(').next().expect("a name").to_owned());
                    }
                    names(value, list);
                }
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| names(item, list)),
            _ => {}
        }
    }
    let step = "one_step(relu(x), x, phi = 1/4, psi = 1/4, ridge = 1/10)";
    let kernel = "kernel(tanh(x), gamma = [1/2, 1/2], signal = [4])";
    let more = [
        format!("errors({step}, n = 10000, eta = 6)"),
        format!("errors({step}, eta = 6)"),
        format!("spikes({step})"),
        format!("spikes({step}, eta = 9)"),
        format!("spikes({step}, n = 10000, eta = 12)"),
        format!("check({step}, n = 160, trials = 1)"),
        format!("check({step}, n = 160, trials = 1, eta = 4)"),
        format!("spikes({kernel})"),
        format!("spectrum({kernel})"),
        format!("check({kernel}, n = 120, trials = 1)"),
        "check(features(x/2 + 7/10*He(2, x), phi = 1/6, psi = 1/6), n = [100, 150, 200], trials = 1)".to_owned(),
        "check(covariance([[1, 1/2], [2, 1/2]], gamma = 1/2, spikes = [8]), n = 160, trials = 1)".to_owned(),
    ];
    let examples = resolvent::session::queries::all().map(|query| query.example.to_owned());
    let mut list = Vec::new();
    for source in examples.chain(more) {
        let answer = session().last(&source).unwrap_or_else(|failure| panic!("{source}: {}", failure.diagnostic().message));
        names(&json::answer(&source, &answer)["value"], &mut list);
    }
    list.extend(["layers", "signal", "covariance"].map(str::to_owned));
    list.sort_unstable();
    list.dedup();
    // names of the user's own have one letter
    let missing: Vec<&String> = list
        .iter()
        .filter(|name| name.len() > 1)
        .filter(|name| {
            let statement = resolvent::language::parse_statements(&format!("help {name}")).remove(0).expect("a statement");
            !matches!(session().run(&statement, &Job::unwatched()), Ok(Outcome::Help(text)) if text.lines().count() > 1)
        })
        .collect();
    assert!(missing.is_empty(), "no help on {missing:?}");
}

/// Every warning that an answer may carry has help, and so has the row of what is not predicted.
#[test]
fn warnings_have_help() {
    let help = |name: &str| {
        let statement = resolvent::language::parse_statements(&format!("help {name}")).remove(0).expect("a statement");
        let Ok(Outcome::Help(text)) = session().run(&statement, &Job::unwatched()) else { panic!("no help on {name}") };
        text
    };
    let source = include_str!("../src/session/warning.rs").split("/// The name and what it means").next().expect("names");
    let names: Vec<&str> = source.split('"').skip(1).step_by(2).filter(|name| !name.contains(':')).collect();
    assert!(names.len() > 20, "{names:?}");
    for name in names {
        assert!(help(name).contains("a warning"), "{name}");
    }
    assert!(help("unpredicted").contains("a row of check"));
}
