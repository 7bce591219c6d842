//! Training from the first step to the last, over independent trials.

use super::super::abandon::abandonable;
use super::super::{Matrix, Run, SimulationError, Trial, replicates};
use super::optimizer;
use super::snapshot::mean_square;
use super::{Experiment, Gradient, Network, Pass, Samples, Snapshot, samples};
use faer::Mat;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The snapshots of one trial, one for each recorded step.
pub type Trained = Vec<Snapshot>;

/// Trains `trials` networks, each on data of its own; progress counts steps. The same bytes for any number of threads.
///
/// # Errors
/// A setting that makes no sense, values that are not finite, [`SimulationError::Diverged`], a run that was stopped.
pub fn train(experiment: &Arc<Experiment>, (seed, trials): (u64, usize), run: &Run<'_>) -> Result<Vec<Trained>, SimulationError> {
    experiment.check(trials)?;
    let steps = experiment.last().max(1);
    let done = Arc::new(AtomicUsize::new(0));
    let progress = |_: usize, _: usize| (run.progress)(done.load(Ordering::Relaxed), steps * trials);
    replicates(trials, &Run { progress: &progress, ..*run }, |number| {
        let (experiment, done) = (Arc::clone(experiment), Arc::clone(&done));
        abandonable(run, move |run| trained(&experiment, Trial { seed, experiment: "train", number }, run, &done))
    })
}

/// Steps that are timed for an estimate where one takes less than this: on a busy machine one alone says little.
const TIMED: usize = 20;
const SHORT: f64 = 0.1;

/// About how long the same training takes on the threads of this run, from a few steps of the first network.
///
/// # Errors
/// As [`train`].
pub fn estimate(experiment: &Arc<Experiment>, (seed, trials): (u64, usize), run: &Run<'_>) -> Result<Duration, SimulationError> {
    experiment.check(trials)?;
    let experiment = Arc::clone(experiment);
    let one = abandonable(run, move |run| {
        let seconds = |last: usize, record: &dyn Fn(usize) -> bool| {
            let started = Instant::now();
            let trial = Trial { seed, experiment: "train", number: 0 };
            course(&experiment, (last, record), trial, run, &AtomicUsize::new(0))?;
            Ok::<f64, SimulationError>(started.elapsed().as_secs_f64())
        };
        // what a network costs before it is trained, and what a measurement adds
        let start = seconds(0, &|_| false)?;
        let measurement = (seconds(0, &|_| true)? - start).max(0.0);
        let steps = experiment.last();
        let of_steps = |count: usize| {
            let begun = RefCell::new(Vec::new());
            let record = |_| {
                begun.borrow_mut().push(Instant::now());
                false
            };
            seconds(count.min(steps), &record)?;
            Ok::<f64, SimulationError>(median_gap(&begun.into_inner()))
        };
        let mut step = of_steps(1)?;
        if step < SHORT {
            step = of_steps(TIMED)?;
        }
        Ok(start + measurement * experiment.record.len() as f64 + step * steps as f64)
    })?;
    let rounds = trials.div_ceil(run.threads.max(1));
    Ok(Duration::try_from_secs_f64(one * rounds as f64).unwrap_or(Duration::MAX))
}

/// The median of the seconds between moments; 0 for fewer than two.
fn median_gap(moments: &[Instant]) -> f64 {
    let mut gaps: Vec<f64> = moments.windows(2).map(|pair| (pair[1] - pair[0]).as_secs_f64()).collect();
    gaps.sort_by(f64::total_cmp);
    gaps.get(gaps.len() / 2).copied().unwrap_or(0.0)
}

fn trained(experiment: &Experiment, trial: Trial<'_>, run: &Run<'_>, done: &AtomicUsize) -> Result<Trained, SimulationError> {
    let recorded = |step: usize| experiment.record.binary_search(&step).is_ok();
    course(experiment, (experiment.last(), &recorded), trial, run, done)
}

/// One network from its first step to this one, with a snapshot at every step that is recorded.
fn course(
    experiment: &Experiment,
    (last, recorded): (usize, &dyn Fn(usize) -> bool),
    trial: Trial<'_>,
    run: &Run<'_>,
    done: &AtomicUsize,
) -> Result<Trained, SimulationError> {
    let [train, test] = samples(experiment, trial)?;
    let mut network = Network::drawn(experiment, trial);
    let mut order = Order::new(experiment, trial);
    let mut gradient = Gradient::of(&network);
    let [mut on_train, mut on_test] = [&train, &test].map(|samples| Pass::new(&network, samples.labels.len()));
    let mut on_batch = experiment.batch.map(|batch| Pass::new(&network, batch));
    let mut found = Vec::with_capacity(experiment.record.len());
    for step in 0..=last {
        run.check()?;
        if recorded(step) {
            let passes = [&mut on_train, &mut on_test];
            found.push(finite_snapshot(experiment, &network, [&train, &test], passes, step)?);
        }
        if step == last {
            break;
        }
        match &mut on_batch {
            None => descend(experiment, &mut network, &train, &mut on_train, &mut gradient, step)?,
            Some(pass) => descend(experiment, &mut network, &order.next(&train), pass, &mut gradient, step)?,
        }
        done.fetch_add(1, Ordering::Relaxed);
    }
    Ok(found)
}

/// One step of the optimizer on these samples.
fn descend(
    experiment: &Experiment,
    network: &mut Network,
    samples: &Samples,
    pass: &mut Pass,
    gradient: &mut Gradient,
    step: usize,
) -> Result<(), SimulationError> {
    let x = samples.x.as_ref();
    pass.forward(network, [&experiment.activation, &experiment.derivative], x);
    let blame = |pass: &Pass, network: &Network| {
        let undefined = if step == 0 { pass.blame(network, x) } else { Ok(()) };
        undefined.err().unwrap_or(SimulationError::Diverged { step, eta: experiment.eta })
    };
    if !mean_square(pass, samples).is_finite() {
        return Err(blame(pass, network));
    }
    let count = samples.labels.len() as f64;
    let seeds: Vec<f64> = pass.outputs.iter().zip(&samples.labels).map(|(output, label)| (output - label) / count).collect();
    let spoilt = pass.slopes.iter().any(|slopes| !slopes.is_all_finite());
    if spoilt {
        return Err(blame(pass, network));
    }
    pass.backward(network, &seeds);
    pass.gradient(x, &seeds, gradient);
    let norms = gradient.norms();
    if norms.iter().any(|norm| !norm.is_finite()) {
        return Err(SimulationError::Diverged { step, eta: experiment.eta });
    }
    optimizer::step(experiment, network, gradient, &norms);
    Ok(())
}

/// A snapshot, if the loss is finite.
fn finite_snapshot(
    experiment: &Experiment,
    network: &Network,
    samples: [&Samples; 2],
    [on_train, on_test]: [&mut Pass; 2],
    step: usize,
) -> Result<Snapshot, SimulationError> {
    for (pass, samples) in [(&mut *on_train, samples[0]), (&mut *on_test, samples[1])] {
        pass.forward(network, [&experiment.activation, &experiment.derivative], samples.x.as_ref());
        let finite = mean_square(pass, samples).is_finite() && pass.slopes.iter().all(Mat::is_all_finite);
        if !finite {
            if step == 0 {
                pass.blame(network, samples.x.as_ref())?;
            }
            return Err(SimulationError::Diverged { step, eta: experiment.eta });
        }
    }
    Snapshot::of(experiment, network, samples, (on_train, on_test))
}

/// The samples of each step: in every round all are shuffled and handed out in batches; what does not fill one is left out.
struct Order {
    stream: ChaCha8Rng,
    rows: Vec<usize>,
    next: usize,
    batch: usize,
}

impl Order {
    fn new(experiment: &Experiment, trial: Trial<'_>) -> Self {
        let batch = experiment.batch.unwrap_or(experiment.n);
        Self { stream: trial.stream(Matrix::Order), rows: (0..experiment.n).collect(), next: experiment.n, batch }
    }

    fn next(&mut self, samples: &Samples) -> Samples {
        if self.next + self.batch > self.rows.len() {
            // Fisher and Yates
            for last in (1..self.rows.len()).rev() {
                let other = self.stream.random_range(0..=last as u64) as usize;
                self.rows.swap(last, other);
            }
            self.next = 0;
        }
        let rows = &self.rows[self.next..self.next + self.batch];
        self.next += self.batch;
        Samples {
            x: Mat::from_fn(rows.len(), samples.x.ncols(), |i, j| samples.x[(rows[i], j)]),
            labels: rows.iter().map(|row| samples.labels[*row]).collect(),
        }
    }
}
