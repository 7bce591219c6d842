//! What a theory predicts for one spectrum, as plain numbers.

use std::sync::Arc;

use num_complex::Complex64;

use crate::monte_carlo::Draw;

/// What the theory predicts for the eigenvalues of one symmetric matrix.
pub struct LawPrediction {
    /// What the names of its rows begin with: nothing, or `layers[0].`.
    pub prefix: String,
    /// Moments of the law, the first one first, without outliers.
    pub moments: Vec<f64>,
    /// E 1/(λ − z).
    pub stieltjes: Box<dyn Fn(Complex64) -> Complex64 + Sync>,
    /// P(λ ≤ x), the atom at zero included.
    pub cdf: Box<dyn Fn(f64) -> f64 + Sync>,
    /// The mass at zero.
    pub atom: f64,
    /// The components of the support without the atom, ascending; below zero too where the matrix is not positive.
    pub edges: Vec<[f64; 2]>,
    /// For each edge whether the density vanishes there like a square root.
    pub edge_soft: Vec<[bool; 2]>,
    /// How far the extreme eigenvalues may lie inside the lowest and the highest edge because rows draw parameters of their own;
    /// none where such edges are not to be compared.
    pub edge_depth: [Option<f64>; 2],
    /// The masses of the components.
    pub masses: Option<Vec<f64>>,
    /// The eigenvalue of order n, as a coefficient of the number of eigenvalues.
    pub mean_outlier: Option<f64>,
    /// What a mean that makes no outlier above the bulk, and is not taken off, moves the counting function by, at most one: where it
    /// begins to leave the bulk its effect on statistics is of order 1/n, but no power of n.
    pub absorbed: f64,
    /// Whether the mean adds to the rank, because the bulk leaves directions free: then there is one zero less than the law says.
    pub mean_adds_rank: bool,
    /// Outliers of order one, above the support or in its gaps.
    pub outliers: Vec<OutlierPrediction>,
    /// P(z, m), the polynomial that the Stieltjes transform satisfies, when there is one.
    pub equation: Option<Equation>,
    /// Which claims are made of the spectrum.
    pub judged: Judged,
    /// Why zeros are not counted at this size, where they are not those of the law yet.
    pub uncounted: Option<String>,
    /// Why the bulk cannot be judged at this size, where its law is not in sight.
    pub undecided: Option<String>,
    /// What draws themselves have against a judgement, if they have.
    pub reserved: Option<SharedReservation>,
    /// What draws have against a judgement of single places: edges, outliers, and what stands clear of the support.
    pub unclear: Option<SharedReservation>,
    /// By what factor each term of the series in 1/n of the errors of the bulk is smaller than the one before, at this size; none
    /// where that is not known.
    pub series: Option<f64>,
    /// The smallest dimension of the matrices.
    pub smallest: usize,
    /// From which order on the moments are decided by parameters that are rarer than the rows drawn.
    pub rare_moment: usize,
    /// Whether the bias of every statistic is of order n^(−1/2): where the entries of both W and X are skewed, so that the third
    /// cumulant of a pre-activation is, unless f is even or odd; and where they make a lattice on which f jumps.
    pub slow: bool,
    /// Whether rows (or columns) draw random parameters of their own, such as a bias: averages over them fluctuate like
    /// n^(−1/2), and with them every statistic of the spectrum.
    pub sampled: bool,
    /// What matrices of this size have otherwise than the law.
    pub finite: FiniteSize,
    /// Bound on the errors of all these numbers, relative to the scale of each.
    pub error: f64,
}

/// What matrices of one size have otherwise than the law, as far as the theory knows: whole numbers, and what hides a row. The
/// default is nothing (docs/mathematics.md, 'The check').
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FiniteSize {
    /// The least and the most zeros that these matrices have by their rank; none where that is what the law says.
    pub zeros: Option<[usize; 2]>,
    /// How many eigenvalues may be counted elsewhere than the masses of the components say, because of perturbations of finite rank
    /// and of weights rounded to whole numbers.
    pub loose: usize,
    /// The share by which signals lengthen the columns, with which all places shrink.
    pub lengthened: f64,
    /// The share that the squares of signals add to what makes an outlier that is not that of a signal.
    pub squared: f64,
    /// The mass from 0 on whose places are not seen, and why.
    pub blurred: Option<(f64, String)>,
    /// Why outliers may stand here that are not predicted.
    pub unlisted: Option<String>,
}

/// A reservation of every claim of a law.
pub type SharedReservation = Arc<dyn Fn(&[Draw]) -> Option<String> + Send + Sync>;

/// Which claims are made of a spectrum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// Those of the law and those on outliers of order one.
    All,
    /// Those of the law: the outliers are followed in a spectrum of other draws.
    Law,
    /// Those on outliers of order one.
    Outliers,
}

/// A polynomial in z and m.
pub type Equation = Box<dyn Fn(Complex64, Complex64) -> Complex64 + Sync>;

/// An outlier of order one.
#[derive(Debug, Clone, PartialEq)]
pub struct OutlierPrediction {
    /// What the names of its rows, `.position` and `.alignment`, begin with after the prefix of the law: `spikes[1]`.
    pub name: String,
    /// Its position.
    pub position: f64,
    /// The squared cosine of its eigenvector with the first of its references; for equal outliers that of their common space.
    pub alignment: Option<f64>,
    /// The squared cosine of the singular vector on the other side with a reference of this name.
    pub left: Option<(f64, String)>,
    /// Reference vectors that find its eigenvector; without them it is found by rank, which a gap does not allow.
    pub references: Vec<String>,
    /// Whether its bias is of order 1/n, as that of a population eigenvalue's; otherwise it may be of order n^(−1/2).
    pub smooth: bool,
    /// How far it is from merging with the bulk: strength over threshold, less 1.
    pub margin: f64,
}

impl OutlierPrediction {
    /// Whether the two stand in one place.
    pub(super) fn equals(&self, other: &Self) -> bool {
        (self.position - other.position).abs() <= 1e-9 * self.position.abs().max(other.position.abs())
    }
}

impl LawPrediction {
    /// Whether eigenvalues have both signs, or are negative.
    pub(super) fn is_indefinite(&self) -> bool {
        self.edges.first().is_some_and(|edge| edge[0] < 0.0)
    }

    /// The size of its eigenvalues: their mean, or where they have both signs the root of their mean square.
    pub(super) fn size(&self) -> Option<f64> {
        let size = if self.is_indefinite() { self.moments.get(1)?.sqrt() } else { *self.moments.first()? };
        Some(size).filter(|size| *size > 0.0 && size.is_finite())
    }

    pub(super) fn order_n_outliers(&self) -> usize {
        usize::from(self.mean_outlier.is_some())
    }

    /// How many of them take the place of a zero eigenvalue.
    pub(super) fn filled_zeros(&self) -> usize {
        if self.mean_adds_rank { self.order_n_outliers() } else { 0 }
    }

    /// The number of components below a place; all of them when it is above the support.
    pub(super) fn region(&self, place: f64) -> usize {
        self.edges.iter().filter(|edge| edge[1] < place).count()
    }

    /// The outliers of order one over this many components, the highest first.
    pub(super) fn outliers_in(&self, region: usize) -> Vec<usize> {
        let here = |index: &usize| self.region(self.outliers[*index].position) == region;
        let mut list: Vec<usize> = (0..self.outliers.len()).filter(here).collect();
        list.sort_by(|a, b| self.outliers[*b].position.total_cmp(&self.outliers[*a].position));
        list
    }

    /// How many of `count` eigenvalues are 0, at least and at most.
    pub(super) fn zeros(&self, count: usize) -> [usize; 2] {
        self.finite.zeros.unwrap_or([whole(self.atom, count).saturating_sub(self.filled_zeros()); 2])
    }

    /// Whether two outliers stand so near that they push each other apart: off-diagonal elements of about position/√d repel them by the
    /// powers of position²/(d distance²), d the smallest dimension, which at half of it is to be below 1/8.
    pub(super) fn are_close(&self, a: usize, b: usize) -> bool {
        let [a, b] = [a, b].map(|index| &self.outliers[index]);
        let reach = 4.0 * a.position.abs().max(b.position.abs()) / (self.smallest.max(1) as f64).sqrt();
        let apart = (a.position - b.position).abs();
        a.equals(b) || apart < reach && self.region(a.position) == self.region(b.position)
    }

    /// Whether a component, or what stands beside it, is where places are not seen: its masses, from 0 on, begin in that share.
    pub(super) fn blurred(&self, component: usize) -> Option<String> {
        let (share, reason) = self.finite.blurred.as_ref()?;
        let below: f64 = match &self.masses {
            Some(masses) if component < masses.len() => self.atom + masses[..component].iter().sum::<f64>(),
            _ => return (component == 0).then(|| reason.clone()),
        };
        (below < share - 1e-9).then(|| reason.clone())
    }

    /// Outliers of any order above the support.
    pub(super) fn outliers_above(&self) -> usize {
        self.order_n_outliers() + self.outliers_in(self.edges.len()).len()
    }

    /// The number of `count` eigenvalues that the components from this one up have; none where the masses are not known.
    pub(super) fn eigenvalues_from(&self, component: usize, count: usize) -> Option<usize> {
        if component == self.edges.len() {
            return Some(0);
        }
        let masses = self.masses.as_ref().filter(|masses| masses.len() == self.edges.len())?;
        let zeros = if self.edges[component][0] < 0.0 { self.atom } else { 0.0 };
        Some(whole(masses[component..].iter().sum::<f64>() + zeros, count))
    }
}

/// The number of eigenvalues that have this mass.
pub(super) fn whole(mass: f64, count: usize) -> usize {
    (mass * count as f64).round() as usize
}
