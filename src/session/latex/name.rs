//! Names of the language in LaTeX: `theta1` is \theta_1, `sigma_w` is \sigma_w, `edges` a word.

/// Greek letters, and other names with a symbol of their own.
const SYMBOLS: [&str; 19] = [
    "alpha", "beta", "gamma", "delta", "zeta", "eta", "theta", "kappa", "lambda", "mu", "xi", "pi", "rho", "sigma", "tau", "phi",
    "psi", "omega", "chi",
];

/// A name in LaTeX.
pub(super) fn name(name: &str) -> String {
    symbol(name).unwrap_or_else(|| super::text(&name.replace('_', " ")))
}

/// A letter of either alphabet, with an index or without one.
pub(super) fn symbol(name: &str) -> Option<String> {
    let letters = name.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(name.len());
    let (letter, index) = name.split_at(letters);
    let index = index.strip_prefix('_').unwrap_or(index);
    let letter = match letter {
        _ if SYMBOLS.contains(&letter) => format!("\\{letter}"),
        "inf" => return Some("\\infty".to_owned()),
        _ if letter.len() == 1 => letter.to_owned(),
        _ => return None,
    };
    match index.len() {
        0 => Some(letter),
        1 => Some(format!("{letter}_{index}")),
        // b2_1: of layer 1
        _ if index.chars().all(|c| c.is_ascii_digit() || c == '_') => Some(format!("{letter}_{{{}}}", index.replace('_', ", "))),
        // d_over_n, a2_squared
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn names_are_symbols_or_words() {
        for (typed, shown) in [
            ("theta1", "\\theta_1"),
            ("sigma_w", "\\sigma_w"),
            ("n0", "n_0"),
            ("x12", "x_{12}"),
            ("b2_1", "b_{2, 1}"),
            ("phi", "\\phi"),
            ("R", "R"),
            ("edge_exponents", "\\text{edge exponents}"),
            ("d_over_n", "\\text{d over n}"),
            ("c_nfc", "\\text{c nfc}"),
        ] {
            assert_eq!(name(typed), shown);
        }
    }
}
