//! The one face of a random-matrix model that can be drawn.

use super::{Draw, Run, SimulationError, Sizes, Trial};

/// A random-matrix model that can be drawn.
///
/// ```
/// use resolvent::monte_carlo::{Draw, Ensemble, Matrix, Run, Sampler, SimulationError, Sizes, Spectrum, Trial, eigenvalues, smaller_gram};
///
/// /// X Xᵀ/(2 n) with X of n rows and 2 n columns of random signs.
/// struct Signs;
///
/// impl Ensemble for Signs {
///     fn name(&self) -> &str {
///         "signs"
///     }
///     fn sizes(&self, n: usize) -> Result<Sizes, SimulationError> {
///         let dimensions = Sizes::rounded(n, &[("n", n as f64), ("columns", 2.0 * n as f64)])?;
///         Ok(Sizes { n, dimensions, entries: 2 * (n as u128).pow(2) })
///     }
///     fn draw(&self, sizes: &Sizes, trial: Trial<'_>, run: &Run<'_>) -> Result<Draw, SimulationError> {
///         let [rows, columns] = [sizes.of("n")?, sizes.of("columns")?];
///         let x = Sampler::Rademacher.matrix(rows, columns, &mut trial.stream(Matrix::Data));
///         run.check()?;
///         let spectrum = Spectrum::new(eigenvalues(&smaller_gram(&x, columns), rows, columns)?);
///         Ok(Draw { spectra: vec![spectrum], scalars: Vec::new() })
///     }
/// }
///
/// let stop = std::sync::atomic::AtomicBool::new(false);
/// let run = Run { threads: 1, cancel: &stop, progress: &|_, _| () };
/// let draw = Signs.draw(&Signs.sizes(50)?, Trial { seed: 1, experiment: "example", number: 0 }, &run)?;
/// let trace: f64 = draw.spectra[0].eigenvalues.iter().sum();
/// assert!((trace - 50.0).abs() < 1e-10);
/// # Ok::<(), SimulationError>(())
/// ```
pub trait Ensemble: Sync {
    /// The word with which the names of its experiments, and so its random streams, begin.
    fn name(&self) -> &str;

    /// Whole dimensions at size n.
    ///
    /// # Errors
    /// A model that cannot be simulated at this size.
    fn sizes(&self, n: usize) -> Result<Sizes, SimulationError>;

    /// One draw at sizes that this ensemble gave: the same data for the same trial, on any thread.
    ///
    /// # Errors
    /// A value that is not finite, a failed eigenvalue iteration, or a run that was stopped (looked at between stages).
    fn draw(&self, sizes: &Sizes, trial: Trial<'_>, run: &Run<'_>) -> Result<Draw, SimulationError>;
}
