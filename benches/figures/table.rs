//! Timing, and one line a figure.
//!
//! Short runs are timed by the clock on the wall, where the least of a few is that of an undisturbed one. Runs that a busy
//! machine certainly disturbs are timed by the processor time that Linux counts for the whole process, which is 10 ms coarse.

use std::time::{Duration, Instant};

/// No repetition begins after this much time.
const PATIENCE: Duration = Duration::from_millis(1500);
const REPETITIONS: usize = 15;

/// What a figure is compared with.
pub enum Limit {
    /// None that is known.
    Unknown,
    /// A least time or a greatest rate, in the unit of the figure, and what sets it.
    Is(f64, &'static str),
}

/// One figure.
pub struct Line {
    /// What was done; in tabs the first column, a stable key.
    pub what: String,
    /// The figure.
    pub value: f64,
    /// Its unit; a rate is written with "/s".
    pub unit: &'static str,
    /// The physical limit.
    pub limit: Limit,
    /// What else is to be known.
    pub note: String,
}

/// Where lines go.
pub struct Table {
    /// Tabs instead of aligned columns.
    pub tabs: bool,
}

impl Table {
    /// A heading; nothing in tabs.
    pub fn heading(&self, text: &str) {
        if !self.tabs {
            println!("\n{text}");
        }
    }

    /// Prints one line.
    pub fn line(&self, line: &Line) {
        let Line { what, value, unit, note, .. } = line;
        if self.tabs {
            println!("{what}\t{value:e}\t{unit}\t{note}");
            return;
        }
        let limit = match line.limit {
            Limit::Unknown => String::new(),
            Limit::Is(limit, reason) => {
                let away = if unit.ends_with("/s") { limit / value } else { value / limit };
                format!("{away:.1}x from {} ({reason})", figure(limit, unit))
            }
        };
        let comment = [limit.as_str(), note].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ");
        println!("  {what:<44} {:>12}  {comment}", figure(*value, unit));
    }

    /// Prints why there is no figure.
    pub fn failure(&self, what: &str, error: &str) {
        if self.tabs {
            println!("{what}\t\t\t{error}");
        } else {
            println!("  {what:<44} {:>12}  {error}", "none");
        }
    }
}

/// Three significant digits and the unit, seconds scaled.
fn figure(value: f64, unit: &str) -> String {
    let (scaled, unit) = match unit {
        "s" if value < 1e-6 => (value * 1e9, "ns"),
        "s" if value < 1e-3 => (value * 1e6, "us"),
        "s" if value < 1.0 => (value * 1e3, "ms"),
        "points/s" if value >= 1e6 => (value / 1e6, "Mpoints/s"),
        _ => (value, unit),
    };
    let decimals = if scaled < 10.0 { 2 } else { usize::from(scaled < 100.0) };
    format!("{scaled:.decimals$} {unit}")
}

/// Runs longer than this are timed by processor time.
const LONG: Duration = Duration::from_millis(300);

/// Measures this process.
pub struct Stopwatch {
    wall: Instant,
    scheduled: Option<f64>,
}

impl Stopwatch {
    /// Starts it.
    pub fn start() -> Self {
        Self { wall: Instant::now(), scheduled: scheduled() }
    }

    /// Seconds on the wall.
    pub fn wall(&self) -> f64 {
        self.wall.elapsed().as_secs_f64()
    }

    /// Seconds of work: of the processor for a long run, on the wall for a short one.
    pub fn seconds(&self) -> f64 {
        let wall = self.wall.elapsed();
        let counted = self.scheduled.zip(scheduled()).map(|(before, now)| now - before);
        counted.filter(|_| wall > LONG).unwrap_or(wall.as_secs_f64())
    }
}

/// Seconds that one count of processor time means, on every Linux.
const TICK: f64 = 0.01;

/// Processor seconds of all threads so far, where the system tells: the 14th and 15th fields, the second being in brackets.
fn scheduled() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    let mut fields = text.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<f64>().ok();
    Some((next()? + next()?) * TICK)
}

/// The least seconds of a few runs, and what the last one gave; a failure ends it.
pub fn least<T, E>(run: impl FnMut() -> Result<T, E>) -> Result<(f64, T), E> {
    least_by(Stopwatch::seconds, run)
}

/// The same by a clock of choice.
pub fn least_by<T, E>(clock: fn(&Stopwatch) -> f64, mut run: impl FnMut() -> Result<T, E>) -> Result<(f64, T), E> {
    let began = Instant::now();
    let mut seconds = f64::INFINITY;
    for repetition in 1.. {
        let watch = Stopwatch::start();
        let result = run()?;
        seconds = seconds.min(clock(&watch));
        if repetition >= REPETITIONS || began.elapsed() > PATIENCE {
            return Ok((seconds, result));
        }
    }
    unreachable!("the loop ends by its count")
}

/// The least seconds of one call, from batches of `calls`.
pub fn least_of_batch(calls: u32, mut call: impl FnMut()) -> f64 {
    let batch = least(|| {
        (0..calls).for_each(|_| call());
        Ok::<(), std::convert::Infallible>(())
    });
    match batch {
        Ok((seconds, ())) => seconds / f64::from(calls),
        Err(never) => match never {},
    }
}
