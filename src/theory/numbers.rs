//! Numbers of a theory to so many digits, for callers without a session: the one precision loop around [`Work`].

use super::cache::Cache;
use super::doubt::{Doubt, Doubts};
use super::error::TheoryError;
use super::work::Work;
use crate::number::{Attempt, Job, Real, Refined, refine};

/// Asks for numbers at growing bits until each has `digits` certain digits, and gives the doubts that were met.
///
/// Estimated numbers, ∞ and unknown ones are taken as they come; a number that cannot be told from zero stays an enclosure of it.
///
/// # Errors
/// Whatever `ask` fails with; [`TheoryError::Undecided`] when the bound of the precision is reached.
///
/// ```
/// use resolvent::activation::lower::read;
/// use resolvent::model::{Features, Model};
/// use resolvent::number::Job;
/// use resolvent::theory;
///
/// let f = read("tanh(x)").expect("a function of x");
/// let model = Model::Features(Box::new(Features::new(f, [(1, 2), (3, 4)].map(Into::into)))); // phi = n0/m, psi = n0/n1
/// let (edges, doubts) = theory::numbers(30, &Job::unwatched(), |work| {
///     let ends = theory::of(&model, work)?.law()?.ends()?;
///     Ok(ends.into_iter().flatten().map(|end| end.position).collect())
/// })?;
/// assert_eq!(edges[1].decimal(30).as_deref(), Some("2.51008631651980592973203011056"));
/// assert!(doubts.is_empty());
/// # Ok::<(), theory::TheoryError>(())
/// ```
pub fn numbers(
    digits: u32,
    job: &Job,
    ask: impl Fn(&Work) -> Result<Vec<Real>, TheoryError>,
) -> Result<(Vec<Real>, Vec<Doubt>), TheoryError> {
    let data = Cache::default();
    let mut undecided = None;
    let refined = refine(digits, |bits| {
        let doubts = Doubts::default();
        let found = match ask(&Work { bits, digits, job, data: &data, doubts: &doubts }) {
            Ok(found) => found,
            Err(error) if error.wants_bits() => {
                undecided = Some(error);
                return Ok(Attempt::Coarse(None));
            }
            Err(error) => return Err(error),
        };
        let is_open = |number: &&Real| matches!(number, Real::Proved(..)) && number.decimal(digits).is_none();
        let open: Vec<&Real> = found.iter().filter(is_open).collect();
        let near_zero = open.iter().all(|number| number.ball(bits).is_some_and(|ball| ball.contains_zero()));
        let all = open.is_empty();
        if !all && near_zero {
            doubts.leave(Doubt::NotSeparatedFromZero);
        }
        let answer = (found, doubts.take());
        Ok(match (all, near_zero) {
            (true, _) => Attempt::Settled(answer),
            (false, true) => Attempt::NearZero(answer),
            (false, false) => Attempt::Coarse(Some(answer)),
        })
    })?;
    match refined {
        Refined::Settled(answer) | Refined::NearZero(answer) => Ok(answer),
        Refined::OutOfReach(_, bits) => Err(undecided.unwrap_or_else(|| {
            TheoryError::Undecided(format!("{digits} digits were not reached with the bound of {bits} bits"))
        })),
    }
}
