//! Eigenvalues that stand clear of the predicted support and are none of the predicted outliers.
//!
//! At the distance s inside a soft edge, where the density is a √s/π, n eigenvalues have the counting function (2/3π)(s/δ)^(3/2), δ =
//! (n a)^(−2/3): the k-th eigenvalue is expected at s_k δ, s_k = (3π (k − 1/4)/2)^(2/3) (zeros of the Airy function), and the outermost
//! one is beyond the edge by s δ with a probability of about e^(−(2/3) s^(3/2)) (Tracy and Widom 1996, real matrices). δ is read off the
//! law: its [`WITHIN`]-th eigenvalue has WITHIN − 1/4 of them between it and the edge. A finite matrix has its edge elsewhere, and the
//! place of that eigenvalue tells where; a few outliers do not move it. So what counts is beyond the predicted edge, and beyond the one
//! that is seen, by [`CLEAR`] δ. Outliers that are predicted in a gap are taken off by their number.

use super::law::LawPrediction;
use super::points::significant;
use std::f64::consts::PI;

/// From which eigenvalue inside the place of an edge is seen.
const WITHIN: usize = 4;

/// Beyond by so many δ an eigenvalue of the bulk stands with a probability of about 10^−5.
const CLEAR: f64 = 6.7;

const NO_EDGE: &str = "the edges there are not soft, are too near each other, or have too few eigenvalues";

/// A component with fewer eigenvalues has no edges of its own.
const FEWEST: f64 = 4.0 * WITHIN as f64;

/// A soft edge of matrices of one size.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Border {
    edge: f64,
    /// The distance at which the [`WITHIN`]-th eigenvalue is expected inside.
    inside: f64,
    /// δ.
    scale: f64,
}

/// What lies between two components, or outside of all, at one size.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Gap {
    /// The upper edge of the component below.
    low: Option<Border>,
    /// The lower edge of the component above.
    high: Option<Border>,
    /// Where those that belong to the one end and those that belong to the other begin.
    middle: f64,
    /// The outliers that are predicted in it.
    outliers: usize,
}

/// Where an eigenvalue outside the support could be seen, and where it could not.
pub(super) struct Looked {
    pub gaps: Vec<Gap>,
    /// Why a place was not looked at, the highest one.
    pub unseen: Option<String>,
}

/// The gaps of matrices with `count` eigenvalues, those below and above the support with them.
pub(super) fn look(law: &LawPrediction, count: usize) -> Looked {
    let last = law.edges.len();
    let is_there = |region: &usize| match *region {
        0 => law.edges.first().is_some_and(|edge| edge[0] != 0.0 && edge[0].is_finite()),
        region => region < last || law.edges[last - 1][1].is_finite(),
    };
    let mut looked = Looked { gaps: Vec::new(), unseen: None };
    for region in (0..=last).filter(is_there) {
        match gap(law, region, count) {
            Some(gap) => looked.gaps.push(gap),
            None => looked.unseen = Some(why_unseen(law, region)),
        }
    }
    looked
}

/// Why this place is not looked at.
fn why_unseen(law: &LawPrediction, region: usize) -> String {
    let edge = |component: usize, side: usize| law.edges.get(component).map(|edge| significant(edge[side], 4));
    let place = match (region.checked_sub(1).and_then(|below| edge(below, 1)), edge(region, 0)) {
        (Some(low), Some(high)) => format!("between {low} and {high}"),
        (Some(low), None) => format!("above {low}"),
        (None, high) => format!("below {}", high.unwrap_or_default()),
    };
    let beside = region.checked_sub(1).into_iter().chain((region < law.edges.len()).then_some(region));
    let reason = beside.into_iter().find_map(|component| law.blurred(component)).unwrap_or_else(|| NO_EDGE.to_owned());
    format!("{place} an outlier could not be told from the bulk at this size: {reason}")
}

/// The gap over this many components, if an eigenvalue could be seen in it.
fn gap(law: &LawPrediction, region: usize, count: usize) -> Option<Gap> {
    let last = law.edges.len();
    let seen = |component: usize| component < last && law.blurred(component).is_none();
    let low = region.checked_sub(1).filter(|below| seen(*below)).and_then(|below| border(law, below, 1, count));
    let high = if seen(region) { border(law, region, 0, count) } else { None };
    let middle = match (low, high) {
        (Some(low), None) if region == last => low.edge.is_finite().then_some(f64::INFINITY)?,
        (None, Some(_)) if region == 0 => 0.0,
        (Some(low), Some(high)) => (low.edge * high.edge).sqrt(),
        _ => return None,
    };
    let is_wide = low.is_none_or(|low| low.edge + CLEAR * low.scale < middle)
        || high.is_none_or(|high| high.edge - CLEAR * high.scale > middle);
    is_wide.then(|| Gap { low, high, middle, outliers: law.outliers_in(region).len() })
}

/// The lower (0) or upper (1) edge of a component, where it is soft.
fn border(law: &LawPrediction, component: usize, side: usize, count: usize) -> Option<Border> {
    let soft = law.edge_soft.get(component).is_some_and(|soft| soft[side]);
    let [low, high] = law.edges[component];
    let [below, above] = [low, high].map(|edge| (law.cdf)(edge));
    let enough = (above - below) * count as f64 >= FEWEST;
    if !(soft && enough && high.is_finite()) {
        return None;
    }
    let share = (WITHIN as f64 - 0.25) / count as f64;
    let wanted = if side == 1 { above - share } else { below + share };
    let [mut left, mut right] = [low, high];
    for _ in 0..50 {
        let middle = f64::midpoint(left, right);
        if (law.cdf)(middle) < wanted {
            left = middle;
        } else {
            right = middle;
        }
    }
    let edge = law.edges[component][side];
    let inside = (f64::midpoint(left, right) - edge).abs();
    Some(Border { edge, inside, scale: inside / airy(WITHIN) })
}

/// s_k.
fn airy(k: usize) -> f64 {
    (1.5 * PI * (k as f64 - 0.25)).powf(2.0 / 3.0)
}

/// How many of these eigenvalues, ascending and without those of order n, stand clear of the support in the gaps, less those predicted.
pub(super) fn count(eigenvalues: &[f64], gaps: &[Gap]) -> usize {
    gaps.iter().map(|gap| gap.clear(eigenvalues).saturating_sub(gap.outliers)).sum()
}

impl Gap {
    fn clear(&self, eigenvalues: &[f64]) -> usize {
        let split = eigenvalues.partition_point(|value| *value <= self.middle);
        let (below, above) = eigenvalues.split_at(split);
        let beyond = |border: Option<Border>, outwards: f64, from_the_gap: &mut dyn Iterator<Item = f64>| {
            let Some(Border { edge, inside, scale }) = border else { return 0 };
            let list: Vec<f64> = from_the_gap.map(|value| outwards * (value - edge)).collect();
            let Some(within) = list.get(self.outliers + WITHIN - 1) else { return 0 };
            let moved = (within + inside).max(0.0);
            list.iter().filter(|distance| **distance > moved + CLEAR * scale).count()
        };
        beyond(self.low, 1.0, &mut below.iter().rev().copied().take(self.reach()))
            + beyond(self.high, -1.0, &mut above.iter().copied().take(self.reach()))
    }

    /// So many eigenvalues beside the gap are looked at.
    fn reach(&self) -> usize {
        self.outliers + WITHIN
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{FiniteSize, Judged};
    use crate::monte_carlo::{Matrix, Sampler, Trial, eigenvalues, smaller_gram};
    use num_complex::Complex64;

    /// The law of Marchenko and Pastur at ratio 1/4: (2 π)^(-1) 4 √((9/4 − x)(x − 1/4))/x, by the midpoint rule in the angle.
    fn quarter() -> LawPrediction {
        let cdf = |x: f64| {
            let top = ((x.clamp(0.25, 2.25) - 1.25) / 1.0).clamp(-1.0, 1.0).acos();
            let steps = 2000;
            let step = (PI - top) / f64::from(steps);
            let density = |angle: f64| 2.0 / PI * angle.sin().powi(2) / (1.25 + angle.cos());
            (0..steps).map(|k| density(top + (f64::from(k) + 0.5) * step) * step).sum()
        };
        LawPrediction {
            prefix: String::new(),
            moments: vec![1.0],
            stieltjes: Box::new(|_| Complex64::new(f64::NAN, 0.0)),
            cdf: Box::new(cdf),
            atom: 0.0,
            edges: vec![[0.25, 2.25]],
            edge_soft: vec![[true; 2]],
            edge_depth: [None, None],
            masses: Some(vec![1.0]),
            mean_outlier: None,
            absorbed: 0.0,
            mean_adds_rank: false,
            outliers: Vec::new(),
            equation: None,
            judged: Judged::All,
            uncounted: None,
            undecided: None,
            series: None,
            smallest: usize::MAX,
            rare_moment: usize::MAX,
            slow: false,
            sampled: false,
            reserved: None,
            unclear: None,
            finite: FiniteSize::default(),
            error: 0.0,
        }
    }

    /// δ of a Wishart matrix by Johnstone's formula (Ann. Stat. 29, 2001), (√N + √n)(1/√N + 1/√n)^(1/3)/N, to a few per cent at n = 200.
    #[test]
    fn the_scale_is_that_of_the_airy_function() {
        let count = 200;
        let border = border(&quarter(), 0, 1, count).expect("soft");
        let [root, other] = [count as f64, 4.0 * count as f64].map(f64::sqrt);
        let scale = (root + other) * (1.0 / root + 1.0 / other).cbrt() / (4.0 * count as f64);
        assert!((border.scale / scale - 1.0).abs() < 0.06, "{border:?} {scale}");
        // the fourth zero of the Airy function
        assert!((airy(4) - 6.786_708).abs() < 3e-3);
    }

    /// None of 60 white matrices has an eigenvalue that is clear of its support; an added one is counted, unless it is predicted; and so is
    /// one below.
    #[test]
    fn white_matrices_have_none_and_an_added_one_is_counted() {
        let (count, law) = (100, quarter());
        let white = look(&law, count).gaps;
        for number in 0..60 {
            let mut stream = Trial { seed: 11, experiment: "unpredicted", number }.stream(Matrix::Data);
            let drawn = Sampler::Gaussian.matrix(count, 4 * count, &mut stream);
            let mut found = eigenvalues(&smaller_gram(&drawn, 4 * count), count, 4 * count).expect("converges");
            assert_eq!(super::count(&found, &white), 0, "{number}");
            found.push(2.9);
            assert_eq!(super::count(&found, &white), 1, "{number}");
            let predicted: Vec<Gap> =
                white.iter().map(|gap| Gap { outliers: usize::from(gap.low.is_some()), ..gap.clone() }).collect();
            assert_eq!(super::count(&found, &predicted), 0, "{number}");
            found.insert(0, 0.05);
            assert_eq!(super::count(&found, &white), 2, "{number}");
        }
    }
}
