//! "Did you mean": the known name nearest to a mistyped one, by insertions, deletions, replacements and swaps.

/// The candidate within a third of `name`'s length in edits (at least one), letter case ignored; among the nearest the first of
/// the same length, since letters are swapped or replaced more often than lost. A single letter has no near name but itself in
/// the other case.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower: Vec<char> = name.to_lowercase().chars().collect();
    let allowed = if lower.len() < 2 { 0 } else { (lower.len() / 3).max(1) };
    candidates
        .into_iter()
        .filter(|candidate| candidate.chars().count().abs_diff(lower.len()) <= allowed)
        .map(|candidate| (distance(&lower, &candidate.to_lowercase().chars().collect::<Vec<_>>()), candidate))
        .filter(|(edits, _)| *edits <= allowed)
        .min_by_key(|(edits, candidate)| (*edits, candidate.chars().count() != lower.len()))
        .map(|(_, candidate)| candidate)
}

/// Optimal string alignment distance.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let replaced = last[j] + usize::from(a[i] != b[j]);
            let mut best = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    const NAMES: [&str; 6] = ["spectrum", "spikes", "sweep", "tanh", "tan", "phi"];

    #[test]
    fn near_names_are_found() {
        for (typed, meant) in [
            ("spectrm", "spectrum"),
            ("Spectrum", "spectrum"),
            ("spiks", "spikes"),
            ("tnah", "tanh"),
            ("tahn", "tanh"),
            ("pih", "phi"),
        ] {
            assert_eq!(nearest(typed, NAMES), Some(meant), "{typed}");
        }
    }

    #[test]
    fn far_names_are_not() {
        for typed in ["spectral_density", "x", "quantile", "ab"] {
            assert_eq!(nearest(typed, NAMES), None, "{typed}");
        }
    }
}
