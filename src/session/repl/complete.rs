//! Completion: names, the arguments of the query whose brackets are open, fields, topics of help, settings, files, letters.

use rustyline::completion::{FilenameCompleter, Pair};

use super::known::{COMMANDS, Known, Vocabulary};
use super::place::{OpenCall, Place, Role};
use crate::language::spelling;
use crate::session::settings;

/// What may stand at the end of a text that is typed, and where it begins.
pub(super) fn complete(text: &str, after: &str, vocabulary: &Vocabulary, letters: bool) -> (usize, Vec<Pair>) {
    let place = Place::new(text);
    let start = place.word_start();
    let typed = &text[start..];
    match place.role() {
        Role::Field(of) => (start, beginning_with(typed, vocabulary.fields(of).iter().map(String::as_str))),
        Role::Topic => (start, beginning_with(typed, vocabulary.topics())),
        Role::Setting => (start, settings::KEYS.iter().filter(|key| key.starts_with(typed)).map(|key| assigned(key)).collect()),
        Role::Letter if letters => {
            (start - 1, beginning_with(typed, spelling::NAMED.map(|(_, name)| name)).into_iter().map(letter).collect())
        }
        Role::Text => FilenameCompleter::new().complete_path(text, text.len()).unwrap_or((start, Vec::new())),
        Role::Letter | Role::Nothing => (start, Vec::new()),
        Role::Name { first } => {
            let mut found = place.open_call().map_or_else(Vec::new, |call| arguments(&call, typed, vocabulary));
            // nothing is offered where nothing is typed but arguments
            if !typed.is_empty() {
                let names = vocabulary.all().into_iter().filter(|name| name.starts_with(typed));
                found.extend(names.map(|name| called(name, after, vocabulary)));
                if first {
                    found.extend(beginning_with(typed, COMMANDS));
                }
            }
            (start, found)
        }
    }
}

/// The arguments that the call at the cursor has not been given yet.
fn arguments(call: &OpenCall, typed: &str, vocabulary: &Vocabulary) -> Vec<Pair> {
    if call.own.is_some() || call.typed != typed {
        return Vec::new();
    }
    match vocabulary.find(call.name) {
        Some(Known::Query(query)) => {
            let free = query.parameters.iter().skip(call.unnamed).filter(|parameter| {
                parameter.name.starts_with(typed)
                    && !call.named.iter().any(|name| query.parameter(name).is_some_and(|given| given.name == parameter.name))
            });
            free.map(|parameter| assigned(parameter.name)).collect()
        }
        Some(Known::Own(definition)) => {
            let free = definition.parameters.iter().skip(call.unnamed);
            free.filter(|name| *name != "x" && name.starts_with(typed)).map(|name| assigned(name)).collect()
        }
        _ => Vec::new(),
    }
}

fn beginning_with<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<Pair> {
    let pair = |name: &str| Pair { display: name.to_owned(), replacement: name.to_owned() };
    names.into_iter().filter(|name| name.starts_with(typed)).map(pair).collect()
}

fn assigned(name: &str) -> Pair {
    Pair { display: format!("{name} ="), replacement: format!("{name} = ") }
}

/// A name with the bracket that follows it, when it is called and none stands there.
fn called(name: &str, after: &str, vocabulary: &Vocabulary) -> Pair {
    let calls = match vocabulary.find(name) {
        Some(Known::Query(_) | Known::Function) => true,
        Some(Known::Own(definition)) => !definition.parameters.is_empty(),
        _ => false,
    };
    let bracket = if calls && !after.starts_with('(') { "(" } else { "" };
    Pair { display: name.to_owned(), replacement: format!("{name}{bracket}") }
}

/// The letter in place of its name.
fn letter(named: Pair) -> Pair {
    let letter = spelling::NAMED.iter().find(|(_, name)| *name == named.replacement).map(|(letter, _)| letter.to_string());
    Pair {
        display: format!("{} {}", letter.as_deref().unwrap_or(""), named.display),
        replacement: letter.unwrap_or(named.replacement),
    }
}

#[cfg(test)]
mod tests {
    use super::complete;
    use crate::language::parse_statements;
    use crate::number::Job;
    use crate::session::repl::known::Vocabulary;
    use crate::session::{Session, Settings};

    fn offered(lines: &str, text: &str) -> Vec<String> {
        let mut session = Session::new(Settings::default());
        for statement in parse_statements(lines) {
            session.run(&statement.unwrap(), &Job::unwatched()).unwrap();
        }
        let vocabulary = Vocabulary { names: session.names.clone() };
        let (start, found) = complete(text, "", &vocabulary, true);
        found.into_iter().map(|pair| format!("{}{}", &text[..start], pair.replacement)).collect()
    }

    #[test]
    fn names_are_completed_with_their_brackets() {
        assert_eq!(offered("", "spectr"), ["spectrum("]);
        assert_eq!(offered("spectral(a) = a + x", "spectra"), ["spectral("]);
        assert_eq!(offered("speed = 3", "1 + spee"), ["1 + speed"]);
        assert_eq!(offered("", "help spectr"), ["help spectrum"]);
        assert_eq!(offered("", "?kurtosis_"), ["?kurtosis_w", "?kurtosis_x"]);
        assert_eq!(offered("", "set di"), ["set digits = "]);
        assert_eq!(offered("", "tou"), ["tour"]);
        assert!(offered("", "1 + tou").is_empty() && offered("", "# spectr").is_empty() && offered("", "1.5").is_empty());
    }

    #[test]
    fn arguments_of_the_open_query_are_completed_once() {
        assert_eq!(offered("", "features(tanh(x), ph"), ["features(tanh(x), phi = "]);
        assert!(offered("", "features(tanh(x), phi = 1/2, ph").iter().all(|line| !line.ends_with("phi = ")));
        // an alias is the argument too
        let after = offered("", "features(tanh(x), phi = 1, psi = 1, ");
        assert!(after.contains(&"features(tanh(x), phi = 1, psi = 1, sigma_w = ".to_owned()), "{after:?}");
        assert!(!after.iter().any(|line| line.ends_with("psi = ") || line.ends_with(" f = ")), "{after:?}");
        assert!(offered("", "features(tanh(x), phi = ").is_empty());
        assert_eq!(offered("rule(alpha, beta) = alpha*beta", "rule(1, be"), ["rule(1, beta = "]);
    }

    #[test]
    fn fields_are_those_of_the_value() {
        let lines = "s = gaussian(x^2); t = spikes(covariance([1], gamma = 1/2, spikes = [3]))";
        assert_eq!(offered(lines, "s.theta"), ["s.theta1", "s.theta2"]);
        assert_eq!(offered(lines, "1 + t[0].posi"), ["1 + t[0].position"]);
        assert_eq!(
            offered("", "spectrum(features(x, phi = 1, psi = 1)).edge"),
            ["spectrum(features(x, phi = 1, psi = 1)).edges", "spectrum(features(x, phi = 1, psi = 1)).edge_exponents",]
        );
        assert!(offered("f = tanh(x)", "f.").is_empty() && offered("", "unknown.").is_empty());
    }

    #[test]
    fn letters_have_names() {
        assert_eq!(offered("", "1/\\p"), ["1/π", "1/φ", "1/ψ"]);
        assert_eq!(offered("", "\\sq"), ["√"]);
    }
}
