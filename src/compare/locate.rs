//! Which eigenvalues of a simulated spectrum are the predicted outliers, and which sit at the predicted edges.
//!
//! A region is what lies between two components of the support, or above all. The masses of the components above it say at
//! which rank it begins, up to the outliers that may have come from a component or passed the region on their way up. Among
//! the ranks left open an outlier is the eigenvalue whose eigenvector has most weight on the outlier's reference vectors.
//! Outliers that share a reference or a place are found together. Places are indices of the ascending list.

use super::law::LawPrediction;
use crate::monte_carlo::Spectrum;

/// The places of the predicted outliers of order one, in their order; none where nothing tells.
pub(super) fn outliers(spectrum: &Spectrum, law: &LawPrediction) -> Vec<Option<usize>> {
    let mut places = vec![None; law.outliers.len()];
    for region in 0..=law.edges.len() {
        let members = law.outliers_in(region);
        let Some(mut open) = open_places(law, region, members.len(), spectrum.eigenvalues.len()) else { continue };
        let (followed, by_rank): (Vec<_>, Vec<_>) =
            together(law, &members).into_iter().partition(|group| !references(law, group).is_empty());
        for group in followed {
            let vectors = references(law, &group);
            let weight = |place: usize| -> f64 {
                let weights = vectors.iter().map(|reference| spectrum.weight(reference, place));
                weights.filter(|weight| weight.is_finite()).sum()
            };
            let mut best = open.clone();
            best.sort_by(|a, b| weight(*b).total_cmp(&weight(*a)));
            best.truncate(group.len());
            if region < law.edges.len() && best.iter().any(|place| weight(*place) <= 0.0) {
                continue;
            }
            best.sort_unstable_by(|a, b| b.cmp(a));
            open.retain(|place| !best.contains(place));
            group.iter().zip(best).for_each(|(outlier, place)| places[*outlier] = Some(place));
        }
        if region == law.edges.len() {
            by_rank.concat().into_iter().zip(open).for_each(|(outlier, place)| places[outlier] = Some(place));
        }
    }
    places
}

/// The places that the outliers of a region may have, from the highest; none where the masses do not tell.
fn open_places(law: &LawPrediction, region: usize, members: usize, count: usize) -> Option<Vec<usize>> {
    let (first, loose) = (law.order_n_outliers(), law.finite.loose);
    let base = first + law.eigenvalues_from(region, count)?;
    let ranks = if region == law.edges.len() {
        base..base + members + 1
    } else {
        base.saturating_sub(members + loose).max(first)..base + above(law, region) + members + loose
    };
    Some(ranks.filter(|rank| *rank < count).map(|rank| count - 1 - rank).collect())
}

/// Outliers of order one in the regions above one.
fn above(law: &LawPrediction, region: usize) -> usize {
    law.outliers.iter().filter(|outlier| law.region(outlier.position) > region).count()
}

/// Groups of outliers, each from the highest, that share no reference and no place with other groups.
fn together(law: &LawPrediction, members: &[usize]) -> Vec<Vec<usize>> {
    let share = |a: usize, b: usize| {
        let [a, b] = [a, b].map(|index| &law.outliers[index]);
        a.equals(b) || a.references.iter().any(|reference| b.references.contains(reference))
    };
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for member in members {
        let (met, apart): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|group| group.iter().any(|other| share(*member, *other)));
        groups = apart;
        groups.push(met.into_iter().flatten().chain([*member]).collect());
    }
    for group in &mut groups {
        group.sort_by_key(|member| members.iter().position(|other| other == member));
    }
    groups
}

/// The reference vectors of a group, each once.
fn references<'a>(law: &'a LawPrediction, group: &[usize]) -> Vec<&'a str> {
    let mut list: Vec<&str> = group.iter().flat_map(|index| &law.outliers[*index].references).map(String::as_str).collect();
    list.sort_unstable();
    list.dedup();
    list
}

/// The eigenvalue at an edge, the lower (0) or the upper (1) one of a component. The lowest edge is counted from the bottom,
/// above the zeros where they lie there, the highest one from the top, below the outliers. Beside a gap with outliers an edge is next to
/// them; in a gap without any, through which outliers above may have passed, it is beside the widest spacing among the ranks that are
/// possible.
pub(super) fn edge(spectrum: &Spectrum, law: &LawPrediction, component: usize, side: usize) -> Option<usize> {
    let (count, region) = (spectrum.eigenvalues.len(), component + side);
    let beside = law.outliers_in(region);
    if region == 0 && beside.is_empty() {
        if law.is_indefinite() {
            return Some(0).filter(|_| count > 0);
        }
        let [least, most] = law.zeros(count);
        return Some(spectrum.eigenvalues.partition_point(|value| *value == 0.0).clamp(least, most));
    }
    if region == law.edges.len() {
        return count.checked_sub(1 + law.outliers_above());
    }
    if !beside.is_empty() {
        let all = outliers(spectrum, law);
        let found = beside.iter().map(|index| all[*index]).collect::<Option<Vec<usize>>>()?;
        return if side == 0 { found.iter().max().map(|place| place + 1) } else { found.iter().min()?.checked_sub(1) };
    }
    let base = law.order_n_outliers() + law.eigenvalues_from(region, count)?;
    let spacing = |place: usize| {
        let [low, high] = [place, place + 1].map(|index| spectrum.eigenvalues.get(index).copied().unwrap_or(f64::NAN));
        high - low
    };
    let loose = law.finite.loose;
    let ranks = base.saturating_sub(loose)..=base + above(law, region) + loose;
    let lower = ranks.filter_map(|rank| count.checked_sub(1 + rank));
    let lower = lower.max_by(|a, b| spacing(*a).total_cmp(&spacing(*b)))?;
    Some(lower + 1 - side)
}
