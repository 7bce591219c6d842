//! A quantity at many values of the names that it holds, each point a computation of its own, in parallel.
//!
//! A point has the digits asked, its doubts and its failure for itself, and does not depend on the others nor on who computes it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::attempts::attempts;
use super::evaluate::Scope;
use super::failure::Failure;
use super::run::{Answer, STACK_BYTES};
use super::settings::Settings;
use super::share::Share;
use super::value::Value;
use crate::language::syntax::{Expr, Span};
use crate::number::Job;
use crate::theory::Cache;

/// Points that are ready within this time are handed over together: a thread that is woken for each costs more than a fast one.
const TOGETHER: Duration = Duration::from_millis(2);

/// A quantity and where the names in it are looked up.
#[derive(Clone, Copy)]
pub struct Quantity<'a> {
    /// The quantity.
    pub expr: &'a Expr,
    /// Definitions, and values of names bound outside.
    pub scope: Scope<'a>,
    /// Digits, seed and threads.
    pub settings: &'a Settings,
    /// Cancel flag and progress.
    pub job: &'a Job<'a>,
    /// Gaussian data found before.
    pub gaussian: &'a Cache,
}

/// The names that vary, with the values of one point.
pub type Point = Vec<(String, Value)>;

impl Quantity<'_> {
    /// The quantity at a point.
    ///
    /// # Errors
    /// Why it has no value there.
    pub fn at(&self, point: Point, settings: &Settings) -> Result<Answer, Failure> {
        let locals: Vec<(String, Value)> = self.scope.locals.iter().cloned().chain(point).collect();
        let scope = Scope { names: self.scope.names, locals: &locals };
        // the progress is that of the whole
        let silent = Job::new(self.job.cancel(), None, &|_, _| ());
        let answer = attempts(settings, self.gaussian, &silent, |evaluation| evaluation.value(self.expr, scope), true);
        answer.map_err(|failure| failure.placed(self.expr.span))
    }

    /// Gives each of these points, by its number, with its answer to `found`, in the order in which they are ready, until it fails.
    ///
    /// # Errors
    /// That of `found`, or that no thread could be started, or that the work was interrupted.
    pub fn each(
        &self,
        numbers: &[usize],
        point: impl Fn(usize) -> Point + Sync,
        mut found: impl FnMut(usize, Result<Answer, Failure>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let settings = self.settings;
        let workers = settings.threads.min(numbers.len()).max(1);
        // what a point asks is whole
        let threads = (settings.threads / workers).max(1);
        let own = Settings { threads, share: Share::Whole, ..settings.clone() };
        let next = AtomicUsize::new(0);
        std::thread::scope(|threads| {
            let (send, receive) = mpsc::channel();
            for _ in 0..workers {
                let (send, next, own, point) = (send.clone(), &next, &own, &point);
                let work = move || {
                    let (mut ready, mut sent) = (Vec::new(), Instant::now());
                    while let Some(number) = numbers.get(next.fetch_add(1, Ordering::Relaxed)) {
                        ready.push((*number, self.at(point(*number), own)));
                        if sent.elapsed() < TOGETHER {
                            continue;
                        }
                        if send.send(std::mem::take(&mut ready)).is_err() {
                            return;
                        }
                        sent = Instant::now();
                    }
                    // nobody may be left to receive
                    let _ = send.send(ready);
                };
                let started = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(threads, work);
                started.map_err(|error| Failure::effort(Span::default(), format!("no thread could be started: {error}")))?;
            }
            drop(send);
            for (number, answer) in receive.into_iter().flatten() {
                let stopped = self.job.check().map_err(|why| Failure::stopped(why, self.expr.span));
                // the workers stop when nobody receives
                stopped.and_then(|()| found(number, answer))?;
            }
            Ok(())
        })
    }
}
