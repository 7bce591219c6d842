//! Hints behind the cursor: what the query whose brackets are open still takes, and what the argument at the cursor means.

use super::known::{Known, Vocabulary};
use super::place::{OpenCall, Place};
use crate::session::queries::{Default, Parameter, Query};

/// The hint at the end of a text, in at most so many characters; none where there is nothing to say.
pub(super) fn hint(text: &str, vocabulary: &Vocabulary, room: usize) -> Option<String> {
    if text.rsplit_once('\n').is_some_and(|(_, line)| line.trim().is_empty()) {
        return shortened("the statement goes on here: close its bracket, or Ctrl-C", room);
    }
    let place = Place::new(text);
    let call = place.open_call()?;
    let said = match vocabulary.find(call.name)? {
        Known::Query(query) => of_query(query, &call)?,
        Known::Own(definition) if call.typed.is_empty() && call.own.is_none() => {
            definition.parameters.get(call.unnamed..).filter(|rest| !rest.is_empty())?.join(", ") + ")"
        }
        _ => return None,
    };
    // after a sign a hint stands as if it were typed
    let space = if text.ends_with(['(', ' ']) { "" } else { " " };
    shortened(&format!("{space}{said}"), room)
}

fn of_query(query: &'static Query, call: &OpenCall) -> Option<String> {
    if !call.typed.is_empty() {
        return None;
    }
    if let Some(name) = call.own {
        return query.parameter(name).map(|parameter| parameter.about.to_owned());
    }
    let given = |parameter: &Parameter| call.named.iter().any(|name| parameter.name == *name || parameter.aliases.contains(name));
    let rest: Vec<String> =
        query.parameters.iter().skip(call.unnamed).filter(|parameter| !given(parameter)).map(written).collect();
    (!rest.is_empty()).then(|| rest.join(", ") + ")")
}

fn written(parameter: &Parameter) -> String {
    match parameter.default {
        Default::Required => parameter.name.to_owned(),
        Default::Optional => format!("[{}]", parameter.name),
        Default::Is(value) => format!("{} = {value}", parameter.name),
    }
}

/// The beginning of a hint that is too long; none where there is hardly any room.
fn shortened(hint: &str, room: usize) -> Option<String> {
    const LEAST: usize = 12;
    if hint.chars().count() <= room {
        return Some(hint.to_owned());
    }
    (room >= LEAST).then(|| hint.chars().take(room - 3).chain("...".chars()).collect())
}

#[cfg(test)]
mod tests {
    use super::hint;
    use crate::session::definition::Names;
    use crate::session::repl::known::Vocabulary;

    #[test]
    fn a_hint_says_what_is_missing() {
        let vocabulary = Vocabulary { names: Names::new() };
        for (text, said) in [
            ("moments(", Some("m, count = 6)")),
            ("moments(m,", Some(" count = 6)")),
            ("moments(m, ", Some("count = 6)")),
            ("moments(m, count = ", Some("how many, from the first")),
            ("1 + dual(", Some("f, r)")),
            ("moments(m, count = 3", None),
            ("moments(m", None),
            ("moments(m, count = 3, ", None),
            ("moments(m,\n", Some("the statement goes on here: close its bracket, or Ctrl-C")),
            ("tanh(", None),
            ("nothing(", None),
            ("moments(m)", None),
        ] {
            let found = hint(text, &vocabulary, 60);
            if text.starts_with("1 + dual") {
                assert!(found.is_some_and(|found| found.starts_with("f, ")));
                continue;
            }
            assert_eq!(found.as_deref(), said, "{text}");
        }
        assert_eq!(hint("moments(", &vocabulary, 12).as_deref(), Some("m, count ..."));
        assert_eq!(hint("moments(", &vocabulary, 5), None);
    }
}
