//! Forward passes of two inputs through random networks: the mean square of the pre-activations of each layer and their correlation.
//!
//! h = W x + b, x = f(h): W n × n with independent normal entries of variance `variances[0]`/n, b of variance `variances[1]`, shared by the
//! two inputs, new in every layer. The inputs have |x|² = n·`mean_square` and the given cosine, exactly.

use super::{ENTRIES_BOUND, Matrix, Run, Sampler, SimulationError, Trial, replicates};
use crate::activation::Program;
use rand::Rng;

/// Rows of W that are drawn at a time.
const ROWS: usize = 64;

/// Networks to be drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forward {
    /// Neurons of every layer.
    pub width: usize,
    /// Layers.
    pub depth: usize,
    /// Of the weights times the width, and of the biases.
    pub variances: [f64; 2],
    /// |x|²/n of the inputs.
    pub mean_square: f64,
    /// Their cosine.
    pub cosine: f64,
}

/// What was measured in a layer: mean and standard error over the networks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measurement {
    /// Of |h|²/n of the first input.
    pub mean_square: [f64; 2],
    /// Of the cosine of the two h.
    pub cosine: [f64; 2],
}

impl Forward {
    /// Layer by layer, over independent networks.
    ///
    /// # Errors
    /// [`SimulationError::TooLarge`], or [`SimulationError::Cancelled`].
    pub fn measure(&self, f: &Program, (seed, trials): (u64, usize), run: &Run<'_>) -> Result<Vec<Measurement>, SimulationError> {
        let entries = (self.width as u128).pow(2) * self.depth as u128 * trials as u128;
        if entries > u128::from(ENTRIES_BOUND) {
            return Err(SimulationError::TooLarge { entries, bound: ENTRIES_BOUND });
        }
        let drawn = replicates(trials, run, |number| self.pass(f, Trial { seed, experiment: "forward", number }, run))?;
        let statistics = |layer: usize, which: usize| {
            let count = drawn.len() as f64;
            let mean = drawn.iter().map(|layers| layers[layer][which]).sum::<f64>() / count;
            let squares = drawn.iter().map(|layers| (layers[layer][which] - mean).powi(2)).sum::<f64>();
            [mean, (squares / (count - 1.0).max(1.0) / count).sqrt()]
        };
        let layers = 0..self.depth;
        Ok(layers.map(|layer| Measurement { mean_square: statistics(layer, 0), cosine: statistics(layer, 1) }).collect())
    }

    /// |h|²/n and the cosine, of each layer of one network.
    fn pass(&self, f: &Program, trial: Trial<'_>, run: &Run<'_>) -> Result<Vec<[f64; 2]>, SimulationError> {
        let n = self.width;
        let mut signals = self.inputs(&mut trial.stream(Matrix::Data));
        let mut found = Vec::with_capacity(self.depth);
        let mut rows = vec![0.0; ROWS.min(n) * n];
        for layer in 0..self.depth {
            let mut stream = trial.layer_stream(layer, Matrix::Weights);
            let mut biases = vec![0.0; n];
            Sampler::Gaussian.fill(&mut biases, &mut trial.layer_stream(layer, Matrix::Bias));
            let scale = (self.variances[0] / n as f64).sqrt();
            let mut next = [vec![0.0; n], vec![0.0; n]];
            for start in (0..n).step_by(ROWS) {
                run.check()?;
                let count = ROWS.min(n - start);
                Sampler::Gaussian.fill(&mut rows[..count * n], &mut stream);
                for (offset, row) in rows[..count * n].chunks_exact(n).enumerate() {
                    let i = start + offset;
                    for (h, x) in next.iter_mut().zip(&signals) {
                        h[i] = scale * dot(row, x) + self.variances[1].sqrt() * biases[i];
                    }
                }
            }
            let [a, b] = &next;
            let squares = [dot(a, a), dot(b, b)];
            found.push([squares[0] / n as f64, dot(a, b) / (squares[0] * squares[1]).sqrt()]);
            next.iter_mut().for_each(|h| f.apply(h));
            signals = next;
        }
        Ok(found)
    }

    /// Two inputs with these norms and this cosine.
    fn inputs(&self, stream: &mut impl Rng) -> [Vec<f64>; 2] {
        let mut pair = [vec![0.0; self.width], vec![0.0; self.width]];
        pair.iter_mut().for_each(|x| Sampler::Gaussian.fill(x, stream));
        let [x, y] = &mut pair;
        let unit = |x: &mut Vec<f64>| {
            let norm = dot(x, x).sqrt();
            x.iter_mut().for_each(|value| *value /= norm);
        };
        unit(x);
        let along = dot(x, y);
        y.iter_mut().zip(x.iter()).for_each(|(y, x)| *y -= along * x);
        unit(y);
        let (size, sine) = ((self.mean_square * self.width as f64).sqrt(), (1.0 - self.cosine.powi(2)).max(0.0).sqrt());
        y.iter_mut().zip(x.iter()).for_each(|(y, x)| *y = size * (self.cosine * x + sine * *y));
        x.iter_mut().for_each(|value| *value *= size);
        pair
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
