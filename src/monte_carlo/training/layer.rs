//! What is measured of one hidden layer: F = WᵀW beside G = WᵀKW, K = (1/n) Σ q_i q_iᵀ at the current weights.

use super::super::SimulationError;
use super::super::signals::{product, transposed_product};
use super::Network;
use super::correlation::{Parts, Undefined, cosine, inner, left_alignment, pearson, shares, span_overlap, trace_centred, unit};
use faer::{Mat, MatRef, Scale};

/// A gradient is the rounding of a sum that cancels when it is smaller than this, relative to the sum of the sizes.
const CANCELLED: f64 = 1e-9;
/// A product of matrices that is smaller than this, relative to their sizes, is the rounding of one that vanishes.
const ROUNDING: f64 = 1e-13;

/// A number, or why there is none.
pub type Measure = Result<f64, Undefined>;

/// What is measured of one hidden layer at one step.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerMeasures {
    /// The cosine of F and G.
    pub nfc: Measure,
    /// The cosine of F − (tr F/dim) I and G − (tr G/dim) I.
    pub nfc_trace_centred: Measure,
    /// Pearson's correlation of the entries of F and G.
    pub nfc_pearson: Measure,
    /// The cosine of W̄ᵀW̄ and W̄ᵀKW̄, W̄ = W − W_0.
    pub c_nfc: Measure,
    /// The share of the leading eigenspace of F in the span of the teacher's directions; first layer only.
    pub overlap_weights: Option<Measure>,
    /// The same for G.
    pub overlap_agop: Option<Measure>,
    /// ‖W̄‖/‖W_0‖.
    pub moved: Measure,
    /// See [`left_alignment`].
    pub left_alignment: [Measure; 2],
    /// tr(F_i F)/tr F² of W_0ᵀW_0, W_0ᵀW̄, W̄ᵀW_0, W̄ᵀW̄.
    pub weight_terms: [Measure; 4],
    /// tr(G_i G)/tr G² of W_0ᵀKW_0, W_0ᵀKW̄, W̄ᵀKW_0, W̄ᵀKW̄.
    pub agop_terms: [Measure; 4],
    /// tr(W̄ᵀW̄ W̄ᵀKW̄)/tr(FG).
    pub centred_share: Measure,
}

/// The measures of a layer of which the rows of q are the tangents ∂f/∂h, and G; with the coordinates of the teacher for the
/// first layer.
///
/// # Errors
/// A decomposition that does not converge.
pub fn measured(
    network: &Network,
    layer: usize,
    q: &Mat<f64>,
    directions: Option<&[usize]>,
) -> Result<(LayerMeasures, Mat<f64>), SimulationError> {
    let [initial, moved, weights] = [&network.initial, &network.moved, &network.weights].map(|list| &list[layer]);
    let k = transposed_product(q, q) * Scale((q.nrows() as f64).recip());
    let f_parts = parts([initial, moved], [initial, moved]);
    let g_parts = parts([initial, moved], [&product(&k, initial), &product(&k, moved)]);
    let f = transposed_product(weights, weights);
    let carries = carries_gradient(weights, q);
    let size = weights.ncols();
    let g = if carries { symmetric(&transposed_product(weights, &product(&k, weights))) } else { Mat::zeros(size, size) };
    let why = if weights.norm_max() == 0.0 { Undefined::NoWeights } else { Undefined::NoGradient };
    let of_both = |correlation: fn(MatRef<'_, f64>, MatRef<'_, f64>) -> Option<f64>, undefined: Undefined| {
        if carries { correlation(f.as_ref(), g.as_ref()).ok_or(undefined) } else { Err(why) }
    };
    let overlap = |matrix: &Mat<f64>| directions.map(|list| span_overlap(matrix.as_ref(), list)).transpose();
    let norm = initial.norm_l2();
    let measures = LayerMeasures {
        nfc: of_both(cosine, why),
        nfc_trace_centred: of_both(trace_centred, Undefined::Identity),
        nfc_pearson: of_both(pearson, Undefined::Constant),
        c_nfc: centred(moved, &k, q),
        overlap_weights: overlap(&f)?,
        overlap_agop: overlap(&g)?,
        moved: if norm > 0.0 { Ok(moved.norm_l2() / norm) } else { Err(Undefined::NoWeights) },
        left_alignment: if carries { left_alignment(weights.as_ref(), k.as_ref())? } else { [Err(why); 2] },
        weight_terms: spread(shares(&f_parts), Undefined::NoWeights),
        agop_terms: spread(shares(&g_parts).filter(|_| carries), why),
        // tr(FG) = tr(W Wᵀ K W Wᵀ) is positive where a gradient passes
        centred_share: if carries { Ok(traces(&f_parts[3], &g_parts[3]) / traces(&f, &g)) } else { Err(why) },
    };
    Ok((measures, g))
}

/// A_iᵀB_j, in the order 00, 01, 10, 11; one that cancels, as that of equal rows with opposite ones does, is 0.
fn parts(left: [&Mat<f64>; 2], right: [&Mat<f64>; 2]) -> Parts {
    [[0, 0], [0, 1], [1, 0], [1, 1]].map(|[i, j]| {
        let part = transposed_product(left[i], right[j]);
        let cancels = part.norm_l2() <= ROUNDING * left[i].norm_l2() * right[j].norm_l2();
        if cancels { Mat::zeros(part.nrows(), part.ncols()) } else { part }
    })
}

fn symmetric(a: &Mat<f64>) -> Mat<f64> {
    (a + a.transpose()) * Scale(0.5)
}

fn spread(shares: Option<[f64; 4]>, why: Undefined) -> [Measure; 4] {
    shares.map_or([Err(why); 4], |shares| shares.map(Ok))
}

/// Whether the gradients Wᵀq_i do not all cancel: Σ |Wᵀq_i|² against Σ (Σ_j |q_ij| |w_j|)².
fn carries_gradient(weights: &Mat<f64>, q: &Mat<f64>) -> bool {
    let norms: Vec<f64> = (0..weights.nrows()).map(|row| weights.row(row).norm_l2()).collect();
    let gradients = product(q, weights);
    let sizes: f64 =
        (0..q.nrows()).map(|row| q.row(row).iter().zip(&norms).map(|(q, norm)| q.abs() * norm).sum::<f64>().powi(2)).sum();
    gradients.squared_norm_l2() > CANCELLED * CANCELLED * sizes
}

/// The cosine of W̄ᵀW̄ and W̄ᵀKW̄, which does not depend on the size of W̄.
fn centred(moved: &Mat<f64>, k: &Mat<f64>, q: &Mat<f64>) -> Measure {
    let moved = unit(moved.as_ref()).ok_or(Undefined::NotMoved)?;
    if !carries_gradient(&moved, q) {
        return Err(Undefined::NoGradientOfChange);
    }
    let (f, g) = (transposed_product(&moved, &moved), transposed_product(&moved, &product(k, &moved)));
    cosine(f.as_ref(), g.as_ref()).ok_or(Undefined::NoGradientOfChange)
}

fn traces(a: &Mat<f64>, b: &Mat<f64>) -> f64 {
    inner(a.as_ref(), b.as_ref())
}
