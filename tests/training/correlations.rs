//! The three correlations and the overlap of spans, where they are known by hand and where they are undefined.

use faer::{Mat, MatRef, Scale};
use resolvent::monte_carlo::training::{
    Network, Undefined, cosine, left_alignment, measured, pearson, shares, span_overlap, trace_centred,
};

use crate::small::{close, gaussian};

fn diagonal(values: &[f64]) -> Mat<f64> {
    Mat::from_fn(values.len(), values.len(), |i, j| if i == j { values[i] } else { 0.0 })
}

#[test]
fn known_by_hand() {
    let (a, b) = (diagonal(&[1.0, 2.0]), diagonal(&[2.0, 1.0]));
    close(cosine(a.as_ref(), b.as_ref()).unwrap(), 0.8, 1e-14, "cosine");
    close(trace_centred(a.as_ref(), b.as_ref()).unwrap(), -1.0, 1e-14, "trace-centred");
    // entries less their mean 3/4: (1, −3, −3, 5)/4 and (5, −3, −3, 1)/4
    close(pearson(a.as_ref(), b.as_ref()).unwrap(), 7.0 / 11.0, 1e-14, "Pearson");
}

/// Neither the size of the matrices nor the basis matters, but for Pearson's correlation the basis.
#[test]
fn bases_and_sizes() {
    let square = |number| {
        let a = gaussian(5, 4, number);
        a.transpose() * &a
    };
    let (a, b) = (square(1), square(2));
    let rotation = gaussian(4, 4, 3).qr().compute_Q();
    let rotated = |a: &Mat<f64>| rotation.transpose() * a * &rotation;
    type Correlation = fn(MatRef<'_, f64>, MatRef<'_, f64>) -> Option<f64>;
    let correlations: [(&str, Correlation); 2] = [("cosine", cosine), ("trace-centred", trace_centred)];
    for (name, correlation) in correlations {
        let plain = correlation(a.as_ref(), b.as_ref()).unwrap();
        close(correlation(rotated(&a).as_ref(), rotated(&b).as_ref()).unwrap(), plain, 1e-12, name);
        // sizes whose squares are no doubles
        let (large, small) = (&a * Scale(1e200), &b * Scale(1e-200));
        close(correlation(large.as_ref(), small.as_ref()).unwrap(), plain, 1e-12, name);
    }
    let plain = pearson(a.as_ref(), b.as_ref()).unwrap();
    assert!((pearson(rotated(&a).as_ref(), rotated(&b).as_ref()).unwrap() - plain).abs() > 1e-3);
    // with the background of the identity taken off
    let shifted = &a + diagonal(&[7.0; 4]);
    let expected = trace_centred(a.as_ref(), b.as_ref()).unwrap();
    close(trace_centred(shifted.as_ref(), b.as_ref()).unwrap(), expected, 1e-12, "a background");
}

#[test]
fn what_vanishes_is_undefined() {
    let (zero, one, all) = (Mat::<f64>::zeros(3, 3), Mat::<f64>::identity(3, 3), Mat::full(3, 3, 2.0));
    let plain = diagonal(&[1.0, 2.0, 4.0]);
    assert_eq!(cosine(zero.as_ref(), plain.as_ref()), None);
    assert_eq!(trace_centred(one.as_ref(), plain.as_ref()), None);
    assert_eq!(pearson(all.as_ref(), plain.as_ref()), None);
    assert_eq!(trace_centred(Mat::full(1, 1, 3.0).as_ref(), Mat::full(1, 1, 2.0).as_ref()), None);
    assert_eq!(shares(&[0, 1, 2, 3].map(|_| zero.clone())), None);
    assert_eq!(left_alignment(zero.as_ref(), plain.as_ref()), Ok([Err(Undefined::NoWeights); 2]));
    assert_eq!(left_alignment(plain.as_ref(), zero.as_ref()), Ok([Err(Undefined::NoGradient); 2]));
}

#[test]
fn overlaps_of_spans() {
    let a = diagonal(&[1.0, 5.0, 3.0, 2.0]);
    assert_eq!(span_overlap(a.as_ref(), &[1]), Ok(Ok(1.0)));
    assert_eq!(span_overlap(a.as_ref(), &[0]), Ok(Ok(0.0)));
    assert_eq!(span_overlap(a.as_ref(), &[0, 1]), Ok(Ok(0.5)));
    assert_eq!(span_overlap(a.as_ref(), &[0, 1, 2, 3]), Ok(Ok(1.0)));
    // v = (3, 4)/5 is the leading vector
    let b = Mat::from_fn(2, 2, |i, j| [3.0, 4.0][i] * [3.0, 4.0][j]);
    close(span_overlap(b.as_ref(), &[0]).unwrap().unwrap(), 9.0 / 25.0, 1e-14, "a plane vector");
    assert_eq!(span_overlap(diagonal(&[2.0, 2.0, 1.0]).as_ref(), &[0]), Ok(Err(Undefined::Tie)));
    assert_eq!(span_overlap(Mat::zeros(2, 2).as_ref(), &[0]), Ok(Err(Undefined::NoGradient)));
    assert_eq!(span_overlap(a.as_ref(), &[]), Ok(Err(Undefined::NoDirection)));
}

/// Neurons in pairs of opposite readout: the gradient cancels, up to rounding, and no number is made of that.
#[test]
fn a_gradient_that_cancels() {
    let half = gaussian(4, 3, 5);
    let weights = Mat::from_fn(8, 3, |i, j| half[(i % 4, j)]);
    let readout: Vec<f64> = [0.3, -0.7, 1.1, 0.2, -0.3, 0.7, -1.1, -0.2].into();
    let slopes = gaussian(6, 4, 6);
    let q = Mat::from_fn(6, 8, |i, j| slopes[(i, j % 4)] * readout[j]);
    let (measures, g) = measured(&Network::new(vec![weights], readout), 0, &q, Some(&[0])).unwrap();
    assert_eq!(g.norm_max(), 0.0);
    let why = Err(Undefined::NoGradient);
    assert_eq!([measures.nfc, measures.nfc_trace_centred, measures.nfc_pearson], [why; 3]);
    assert_eq!((measures.left_alignment, measures.agop_terms), ([why; 2], [why; 4]));
    assert_eq!((measures.c_nfc, measures.overlap_agop), (Err(Undefined::NotMoved), Some(why)));
    assert_eq!((measures.moved, measures.weight_terms), (Ok(0.0), [Ok(1.0), Ok(0.0), Ok(0.0), Ok(0.0)]));
    assert_eq!(measures.centred_share, why);
}
