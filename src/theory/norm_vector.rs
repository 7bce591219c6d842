//! The Gaussian data of the norms of hidden columns: E Z σ², E σ³, E σ⁴ and D = E Z σ σ′ of a normalised activation
//! σ = (f − E f)/√Var f. The squared norms of columns fluctuate from layer to layer by var_l = (E σ⁴ − 1)/d_l + D² var_(l−1).

use super::conjugate_data::LayerNumbers;
use super::error::TheoryError;
use super::work::Work;
use crate::activation::Function;
use crate::gaussian::Moment;
use crate::model::{ConjugateKernel, LayerData};
use crate::number::Ball;
use crate::spikes::NormVector;

/// The norm vector of the first layer as the second one knows it; none for a layer given by numbers.
///
/// # Errors
/// An activation whose third or fourth power has no mean.
pub(super) fn norm_vector(
    work: &Work,
    model: &ConjugateKernel,
    layers: &[LayerNumbers],
) -> Result<Option<NormVector>, TheoryError> {
    let (Some(LayerData::Activation(f)), [_, second, ..]) = (model.layers.first(), layers) else { return Ok(None) };
    let (Some(share), Some(curvature)) = (&second.share, &second.curvature) else { return Ok(None) };
    let unit = Function::one();
    let data = work.gaussian(f, &unit)?;
    let moments = data.moments(work.bits, work.job)?;
    let Moment::Finite(variance) = moments.variance.clone()? else {
        return Err(TheoryError::Divergent(format!("the variance of {f} is infinite")));
    };
    let (mean, deviation) = (&moments.mean.ball, variance.ball.sqrt());
    let raw = |power: i32, order: usize| -> Result<Ball, TheoryError> {
        let power = work.gaussian(&f.powi(power), &unit)?;
        Ok(power.hermite(order, work.bits, work.job)?[order].ball.clone())
    };
    let [second_moment, third, fourth] = [raw(2, 0)?, raw(3, 0)?, raw(4, 0)?];
    let whole = |value: i64| Ball::integer(value, work.bits);
    let square = mean.square();
    // central moments, and E Z (f − μ)² = E Z f² − 2 μ E Z f
    let central_third = &(&third - &(&whole(3) * &(mean * &second_moment))) + &(&whole(2) * &(mean * &square));
    let central_fourth = {
        let even = &(&whole(6) * &(&square * &second_moment)) - &(&whole(3) * &square.square());
        &(&fourth - &(&whole(4) * &(mean * &third))) + &even
    };
    let lean = &raw(2, 1)? - &(&whole(2) * &(mean * &moments.slope.ball));
    Ok(Some(NormVector {
        slope: &moments.slope.ball / &deviation,
        lean: &lean / &variance.ball,
        moments: [&central_third / &(&variance.ball * &deviation), &central_fourth / &variance.ball.square()],
        strength: &curvature.ball / &share.ball.shifted(1),
    }))
}

/// D = E Z σ σ′ = (E Z² σ² − 1)/2 of the normalised f, in double precision.
///
/// # Errors
/// An activation whose square has no second Hermite coefficient.
pub(super) fn norm_growth(work: &Work, f: &Function) -> Result<f64, TheoryError> {
    let unit = Function::one();
    let own = work.gaussian(f, &unit)?.hermite(2, work.bits, work.job)?;
    let square = work.gaussian(&f.powi(2), &unit)?.hermite(2, work.bits, work.job)?;
    let [mean, bent] = [0, 2].map(|order: usize| own[order].ball.to_f64());
    let [second, curved] = [0, 2].map(|order: usize| square[order].ball.to_f64());
    // E Z² g = E g He_2 + E g, of g = f² − 2 μ f + μ²
    let whole = curved + second - 2.0 * mean * (bent + mean) + mean * mean;
    Ok(0.5 * (whole / (second - mean * mean) - 1.0))
}
