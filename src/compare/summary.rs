//! What a check decided and what it did not, in one sentence.

use super::report::{Row, Verdict};

/// `agree: moments, atom; not decided at this n: edges[0][1]`. Rows of one kind that have one verdict are named once.
pub(super) fn summary(rows: &[Row]) -> String {
    let part = |verdict: Verdict, title: &str| {
        let names = named(rows, verdict);
        (!names.is_empty()).then(|| format!("{title}: {}", names.join(", ")))
    };
    let parts = [
        part(Verdict::Disagree, "disagree"),
        part(Verdict::Agree, "agree"),
        part(Verdict::Inconclusive, "not decided at this n"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "nothing was compared".to_owned() } else { parts.join("; ") }
}

fn named(rows: &[Row], verdict: Verdict) -> Vec<&str> {
    let mut names = Vec::new();
    for row in rows.iter().filter(|row| row.verdict == verdict) {
        let kind = kind(&row.quantity);
        let alike = rows.iter().filter(|other| self::kind(&other.quantity) == kind).all(|other| other.verdict == verdict);
        let name = if alike { kind } else { &row.quantity };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// A name without its last numbers: `moments` of `moments[2]`, `stieltjes` of `stieltjes(…).re`, `layers[0].edges`.
fn kind(quantity: &str) -> &str {
    let start = quantity.rfind("].").map_or(0, |at| at + 2);
    if quantity[start..].starts_with("position")
        || quantity[start..].starts_with("alignment")
        || quantity[start..].starts_with("left")
    {
        return quantity;
    }
    let end = quantity[start..].find(['[', '(']).map_or(quantity.len(), |at| start + at);
    &quantity[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(quantity: &str, verdict: Verdict) -> Row {
        let numbers = [0.0; 5];
        let [theory, measured, se, allowance, z] = numbers;
        Row { quantity: quantity.to_owned(), theory, measured, se, allowance, z, verdict, reason: String::new(), rates: None }
    }

    #[test]
    fn kinds_are_named_once_and_mixed_ones_row_by_row() {
        let rows = [
            row("moments[0]", Verdict::Agree),
            row("moments[1]", Verdict::Agree),
            row("stieltjes(1 + 2*i).re", Verdict::Disagree),
            row("layers[0].edges[0][1]", Verdict::Agree),
            row("layers[0].edges[1][0]", Verdict::Inconclusive),
            row("spikes[0].position", Verdict::Inconclusive),
        ];
        assert_eq!(
            summary(&rows),
            "disagree: stieltjes; agree: moments, layers[0].edges[0][1]; \
             not decided at this n: layers[0].edges[1][0], spikes[0].position"
        );
        assert_eq!(summary(&[]), "nothing was compared");
    }
}
