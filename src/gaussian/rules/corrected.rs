//! The pole-corrected trapezoid of a meromorphic function.

use super::poles::{self, Pole};
use super::request::Request;
use super::residues::corrections;
use super::strip::{self, Strip};
use super::sums::Sums;
use super::trapezoid::{by_sinh, trapezoid};
use crate::activation::derivative;
use crate::gaussian::analysis::Analysis;
use crate::gaussian::weight::short;
use crate::number::Stopped;

/// More poles than this are dearer than the sinh rule (tuned).
const MANY_POLES: usize = 40;

/// The trapezoid corrected at the poles; `None` when f is not meromorphic with known poles.
///
/// # Errors
/// When the job is stopped.
pub fn by_poles(request: &Request<'_>) -> Result<Option<Sums>, Stopped> {
    let form = poles::meromorphic_form(request.f.function());
    // beyond this height the Gaussian's own growth outweighs any gain
    let most = (2.0 * request.target()).sqrt() * 1.6 + 4.0;
    let bits = request.working() + 24;
    let Some(all) = poles::poles(&form, most, bits, request.job)? else { return Ok(None) };
    if all.is_empty() {
        return Ok(None);
    }
    let rewritten = form != *request.f.function();
    let bounds = rewritten.then(|| (Analysis::smooth(&form), Analysis::smooth(&derivative(&form))));
    let shown = bounds.as_ref().map_or(*request, |(f, slope)| Request { f, slope: request.slope.map(|_| slope), ..*request });
    let Some([left, right]) = shown.pointwise_cuts() else { return Ok(None) };
    let cut = left.max(right);
    if all.len() > MANY_POLES {
        let found = by_sinh(&shown, cut, Some(all[0].height), f64::INFINITY)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    let Some(best) = best_line(&shown, &all, most)? else { return Ok(None) };
    let step = short(strip::step(&best, request));
    let below: Vec<&Pole> = all.iter().filter(|pole| pole.height < best.height).collect();
    let Some(corrections) = corrections(&shown, &below, step, bits)? else { return Ok(None) };
    Ok(trapezoid(&shown, &best, cut)?.map(|sums| sums.plus(&corrections)))
}

/// The line between two layers of poles that allows the largest step: a climb from the line that would be best if |f| were 1.
fn best_line(request: &Request<'_>, all: &[Pole], most: f64) -> Result<Option<Strip>, Stopped> {
    let mut layers: Vec<f64> = all.iter().map(|pole| pole.height).collect();
    layers.dedup_by(|a, b| (*a - *b).abs() < 1e-6);
    let mut heights: Vec<f64> =
        layers.windows(2).filter(|pair| pair[1] - pair[0] > 1e-3).map(|pair| 0.5 * (pair[0] + pair[1])).collect();
    // above the last pole any line will do
    let last = layers.last().copied().unwrap_or(0.0);
    heights.extend((1..).map(|i| last + f64::from(i)).take_while(|height| *height < most));
    let step = |strip: &Strip| strip::step(strip, request);
    let guess = |height: &f64| step(&Strip { height: *height, ln_norm: 0.0, ln_slope_norm: 0.0 });
    let Some(start) = (0..heights.len()).max_by(|a, b| guess(&heights[*a]).total_cmp(&guess(&heights[*b]))) else {
        return Ok(None);
    };
    let measure = |index: usize| strip::line(request.f, request.slope, heights[index], request.job);
    let mut best = measure(start)?.map(|strip| (start, strip));
    for direction in [-1i64, 1] {
        let mut stride = 1;
        loop {
            let from = best.map_or(start, |(index, _)| index) as i64;
            let Some(index) = usize::try_from(from + direction * stride).ok().filter(|index| *index < heights.len()) else {
                break;
            };
            let better = measure(index)?.filter(|strip| best.as_ref().is_none_or(|(_, known)| step(strip) > step(known)));
            match better {
                Some(strip) => (best, stride) = (Some((index, strip)), stride * 2),
                None => break,
            }
        }
    }
    Ok(best.map(|(_, strip)| strip))
}
