//! Timing, and one line a figure.

use std::time::{Duration, Instant};

/// Repetitions stop after this much time, but not before the second one of a short run.
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

/// The least seconds of a few runs, and what the last one gave; a failure ends it.
pub fn least<T, E>(mut run: impl FnMut() -> Result<T, E>) -> Result<(f64, T), E> {
    let began = Instant::now();
    let mut seconds = f64::INFINITY;
    for repetition in 1.. {
        let start = Instant::now();
        let result = run()?;
        seconds = seconds.min(start.elapsed().as_secs_f64());
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
