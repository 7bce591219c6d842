//! The precision loop of a statement, and of each point of a sweep or a search.

use std::cell::RefCell;
use std::collections::HashMap;

use super::evaluate::{Context, Evaluation};
use super::failure::Failure;
use super::run::Answer;
use super::settings::Settings;
use super::shown::{Certainty, Shown, show};
use super::value::Value;
use crate::language::syntax::Span;
use crate::number::{Attempt, Job, Refined, first_bits, refine};
use crate::theory::Cache;

/// The precision loop around `evaluate`; with `certain`, until every number has its digits.
///
/// # Errors
/// Why there is no value.
pub fn attempts(
    settings: &Settings,
    gaussian: &Cache,
    job: &Job,
    evaluate: impl Fn(&Evaluation) -> Result<Value, Failure>,
    certain: bool,
) -> Result<Answer, Failure> {
    let once = RefCell::new(HashMap::new());
    let digits = settings.digits;
    let mut undefined = false;
    let mut large = None;
    let mut undecided = None;
    let refined = refine(digits, |bits| {
        job.check().map_err(|why| Failure::stopped(why, Span::default()))?;
        let job = &job.within(allowance(digits, bits));
        let context = Context { bits, settings, job, gaussian, once: &once };
        let evaluation = Evaluation::new(&context);
        let value = match evaluate(&evaluation) {
            Ok(value) => value,
            Err(Failure::MoreBits(reason)) => {
                undecided = reason;
                return Ok(Attempt::Coarse(None));
            }
            Err(failure @ Failure::Effort(_)) if job.check().is_ok() => return Ok(Attempt::Exhausted(failure)),
            Err(failure) => return Err(failure),
        };
        let mut warnings = evaluation.doubts.take();
        let disagrees = evaluation.disagrees.get();
        if !certain {
            return Ok(Attempt::Settled(Answer { value, shown: Shown::Undefined, warnings, disagrees, unfolded: false }));
        }
        let (shown, showing) = show(&value, digits, bits);
        let seen = warnings.clone();
        warnings.extend(showing.warnings.into_iter().filter(|doubt| !seen.contains(doubt)));
        undefined = showing.certainty == Certainty::Nothing;
        large = showing.too_large;
        let answer = Answer { value, shown, warnings, disagrees, unfolded: false };
        Ok(match showing.certainty {
            Certainty::Settled => Attempt::Settled(answer),
            Certainty::NearZero => Attempt::NearZero(answer),
            Certainty::Coarse | Certainty::Nothing => Attempt::Coarse(Some(answer)),
        })
    })?;
    match refined {
        Refined::Settled(answer) | Refined::NearZero(answer) => Ok(answer),
        Refined::OutOfReach(Some(_), _) if let Some(part) = large.filter(|_| undefined) => {
            Err(Failure::wrong("bound", Span::default(), format!("{part} is beyond 2^(2^30) in size, the bound of numbers")))
        }
        Refined::OutOfReach(Some(_), _) if undefined => Err(Failure::wrong(
            "undefined",
            Span::default(),
            "a number in the value is undefined: outside the domain of a function, or a division by 0",
        )),
        Refined::OutOfReach(None, _) if let Some(reason) = undecided => Err(Failure::Wrong(*reason)),
        Refined::OutOfReach(_, bits) => {
            Err(Failure::effort(Span::default(), format!("{digits} digits were not reached with the bound of {bits} bits"))
                .with_help("ask for fewer digits, or give the parameters exactly"))
        }
    }
}

/// Steps that one Gaussian computation may take: a second or so at 15 digits, in proportion to digits² up to a hundred, where it
/// is a minute, no more beyond, and less when it is repeated for what is left open.
fn allowance(digits: u32, bits: u32) -> u64 {
    const STEPS: u64 = 34_000_000;
    let all = STEPS * u64::from(digits.clamp(15, 100)).pow(2) / 225;
    if bits > first_bits(digits) { all / 3 } else { all }
}
