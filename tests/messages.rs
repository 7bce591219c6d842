//! What is said of names, arguments and fields that mean nothing where they stand, and what `help` knows of them.

use resolvent::number::Job;
use resolvent::session::value::Value;
use resolvent::session::{Outcome, Session, Settings, Warning};

fn session(digits: u32) -> Session {
    Session::new(Settings { digits, ..Settings::default() })
}

/// What is said and the mend.
#[track_caller]
fn says(source: &str, message: &str, help: &str) {
    let Err(failure) = session(15).last(source) else { panic!("{source} has a value") };
    let diagnostic = failure.diagnostic();
    assert_eq!((diagnostic.message.as_str(), diagnostic.help.as_deref().unwrap_or("")), (message, help), "{source}");
}

/// A row of a table is taken by its name too.
#[test]
fn rows_have_names() {
    let rows = "r = check(covariance([1], gamma = 1/2), n = 60, trials = 2).rows; ";
    let same = format!("{rows}[r[\"atom\"].quantity, r[\"moments[1]\"].theory, r[\"atom\"].verdict]");
    let Value::List(items) = session(15).last(&same).expect("three fields").value else { panic!("no list") };
    let shown: Vec<String> = items.iter().map(|item| format!("{item:?}")).collect();
    assert!(shown[0].contains("atom") && shown[1].contains("1.5") && shown[2].contains("agree"), "{shown:?}");
    says("[1, 2][\"a\"]", "the items of `[1, 2]` have no names", "take one by its number, from 0");
    let Err(failure) = session(15).last(&format!("{rows}r[\"atoms\"]")) else { panic!("there are no atoms") };
    let diagnostic = failure.diagnostic();
    assert_eq!(diagnostic.message, "`r` has no row \"atoms\"");
    assert!(diagnostic.help.as_deref().unwrap_or("").starts_with("did you mean atom? its rows are moments[0], "));
}

#[test]
fn a_name_in_the_wrong_place_is_said_to_be_what_it_is() {
    says("gaussian", "`gaussian` is a query, and stands with its arguments", "for example gaussian(relu(x))");
    says("f = gaussian", "`gaussian` is a query, and stands with its arguments", "for example gaussian(relu(x))");
    says("theta2(gelu(x))", "`theta2` is a field, and no function", "write gaussian(gelu(x)).theta2");
    says("s = gaussian(x); mean(s)", "`mean` is a field, and no function", "write s.mean");
    says(
        "theta2(features(x, phi = 1, psi = 1))",
        "`theta2` is a field, and no function",
        "write spectrum(features(x, phi = 1, psi = 1)).theta2",
    );
    says("m = features(x, phi = 1, psi = 1); m.edges", "`m` is a model, which has no fields", "write edges(m)");
    says("m = features(x, phi = 1, psi = 1); m.theta1", "`m` is a model, which has no fields", "write spectrum(m).theta1");
    says("tanh(x).theta1", "`tanh(x)` is an activation, which has no fields", "write gaussian(tanh(x)).theta1");
    says(
        "spectrum(tanh(x), phi = 1)",
        "spectrum has no argument `phi`",
        "it belongs to the model: spectrum(features(…, phi = …))",
    );
    says("diff(tanh(x), x)", "diff takes at most 1 argument", "its form is diff(f)");
    says("integrate(tanh(x))", "`integrate` is not known", "the mean under the standard normal law is `gaussian(f).mean`");
    says("m = features(x, phi = 1, psi = 1); masses(m)", "`masses` is a field, and no function", "write spectrum(m).masses");
    says("theta2", "`theta2` is not known", "it is a field of what gaussian answers: gaussian(…).theta2");
    says("phi", "`phi` is not known", "it is an argument: features(…, phi = …)");
    says("digits", "`digits` is a setting", "it is changed by set digits = …");
    says("digits = 30", "`digits` is a setting, and no name", "write set digits = 30");
    says("seed = 2 + 3", "`seed` is a setting, and no name", "write set seed = 2 + 3");
    says("tanh(t)", "`t` is not known", "functions are written in x; a name of your own is defined by name = …");
    says("I", "`I` is not known", "did you mean i?");
    says("np", "`np` is not known", "there are no modules; functions stand alone: `tanh(x)`");
    says("if(x > 0, x, x/10)", "`,` has no meaning in these brackets", "a condition is written `if c then p else q`");
    says("if x > 0: x else 0", "`:` has no meaning here", "a condition is written `if c then p else q`");
    says("gaussian(x)[\"theta1\"]", "`gaussian(x)` is the result of gaussian, not a list", "write gaussian(x).theta1");
    says(
        "find(a = 0..2, gaussian(tanh(x) - a*x).slope, 0)",
        "find takes one equation, and this is a second argument without a name",
        "write gaussian(tanh(x) - a*x).slope == 0",
    );
    says("sweep(a = [1, 2], a, file = \"a.txt\")", "\"a.txt\" must end in .jsonl", "");
    says("tanh[x]", "a function takes its argument in round brackets", "write tanh(x)");
}

/// x has no mean; under a bias each neuron has one.
#[test]
fn the_mean_that_is_split_off_is_said_to_come_with_the_bias() {
    for (arguments, subject) in [
        ("relu(x)", "max(x, 0)"),
        ("x, sigma_b = 1", "x given its bias"),
        ("x, sigma_b = 1, bias = \"averaged\"", "x given its bias"),
        ("relu(x), sigma_b = 1, bias = \"entry\"", "max(x, 0) with its bias"),
    ] {
        let answer = session(6).last(&format!("edges(features({arguments}, phi = 1, psi = 1))")).expect("a value");
        assert!(answer.warnings.contains(&Warning::MeanSplitOff(subject.to_owned())), "{arguments}: {:?}", answer.warnings);
    }
}

#[test]
fn arguments_say_what_they_must_be() {
    let model = "m = features(tanh(x), phi = 1, psi = 1); ";
    says(
        &format!("{model}stieltjes(m, [1 + i, 2 + i])"),
        "stieltjes: z must be one number, real or complex, and `[1 + i, 2 + i]` is a list",
        "ask at each point: [stieltjes(m, 1 + i), stieltjes(m, 2 + i)]",
    );
    says(
        &format!("{model}branches(m, \"1\")"),
        "branches: z must be one number, real or complex, and `\"1\"` is a text",
        "z: a point of the plane",
    );
    for (arguments, message) in [
        ("gamma = [1]", "gamma must list at least two numbers: n/d0, n/d1 and one for each further layer"),
        ("gamma = []", "gamma must list at least two numbers: n/d0, n/d1 and one for each further layer"),
        ("n = 2, d = [1]", "d must list at least two numbers: d0, d1 and one for each further layer"),
    ] {
        says(&format!("kernel(tanh(x), normalize = false, {arguments})"), message, "");
    }
    let many = format!("kernel(tanh(x), normalize = false, gamma = [1{}])", ", 1".repeat(21));
    says(&many, "the kernel has 21 layers, and the bound is 20", "");
}

/// Fields that messages and `help` name are fields.
#[test]
fn the_fields_that_a_query_lists_are_those_of_its_answer() {
    for query in resolvent::session::queries::all().filter(|query| query.fields().next().is_some()) {
        let Ok(answer) = session(6).last(query.example) else { panic!("{}", query.example) };
        let Value::Record(record) = &answer.value else { panic!("{} gives no record", query.example) };
        for field in query.fields() {
            assert!(record.field(field).is_some(), "{} has no field {field}", query.name);
        }
        let listed: Vec<&str> = query.fields().collect();
        // those of an estimate are no part of the description
        for (name, _) in record.fields.iter().filter(|(name, _)| !["certified", "error"].contains(&&**name)) {
            assert!(listed.contains(&&**name), "{} does not list its field {name}", query.name);
        }
    }
}

#[test]
fn help_knows_arguments_fields_forms_and_names() {
    let help = |topic: &str| {
        let mut session = session(15);
        session.last("f(x) = x^2; 1").expect("a value");
        let statement = resolvent::language::parse_statements(&format!("help {topic}")).remove(0).expect("a statement");
        match session.run(&statement, &Job::unwatched()) {
            Ok(Outcome::Help(text)) => text,
            other => panic!("{topic}: {other:?}"),
        }
    };
    for (topic, parts) in [
        ("phi", &["an argument of features", "n0/m"][..]),
        ("eta", &["an argument of features", "Var f"]),
        ("theta1", &["an argument of features", "a field of what these answer: gaussian, spectrum"]),
        ("if", &["if x > 0 then x else 0", "piecewise("]),
        ("piecewise", &["if x > 0 then x else 0", "piecewise("]),
        ("check", &["check(m, n = 600", "quartic_residual\n", "allowance\n", "z\n"]),
        ("quartic_residual", &["|P(z, m_n(z))|"]),
        ("allowance", &["a row of check"]),
        ("z", &["a row of check", "an argument of branches"]),
        ("step", &["1 for x > 0", "0..1 step 0.1"]),
        ("f", &["f(x) = x^2"]),
        ("relu", &["relu(x) = "]),
    ] {
        let text = help(topic);
        for part in parts {
            assert!(text.contains(part), "help {topic}: `{text}` does not say `{part}`");
        }
    }
}

/// Of a function that fills a page its beginning is named.
#[test]
fn a_long_function_is_cut_in_a_refusal() {
    for source in ["gaussian(exp(He(60, x)))", "gaussian(1/He(60, x))", "gaussian(log(He(80, x)))", "gaussian(sqrt(He(51, x)))"] {
        let message = session(15).last(source).expect_err(source).diagnostic().message;
        assert!(message.contains(" characters in all)") && message.chars().count() < 300, "{source}: {message}");
    }
    let short = session(15).last("gaussian(exp(x^3))").expect_err("it may diverge").diagnostic().message;
    assert!(short.starts_with("exp(x^3) may grow"), "{short}");
}
