//! One bisection: what is not shown on a rectangle at once may be shown on its parts.

use crate::number::Stopped;

/// Whether `shown` holds on the rectangle [x0, x1] × [y0, y1], or else on both halves of its longer side, and so on, at most
/// `depth` times.
///
/// # Errors
/// Those of `shown`.
pub(super) fn in_parts(
    rectangle: [f64; 4],
    depth: u32,
    shown: &mut dyn FnMut([f64; 4]) -> Result<bool, Stopped>,
) -> Result<bool, Stopped> {
    if shown(rectangle)? {
        return Ok(true);
    }
    if depth == 0 {
        return Ok(false);
    }
    let [x0, x1, y0, y1] = rectangle;
    let halves = if x1 - x0 > y1 - y0 {
        let middle = 0.5 * (x0 + x1);
        [[x0, middle, y0, y1], [middle, x1, y0, y1]]
    } else {
        let middle = 0.5 * (y0 + y1);
        [[x0, x1, y0, middle], [x0, x1, middle, y1]]
    };
    Ok(in_parts(halves[0], depth - 1, shown)? && in_parts(halves[1], depth - 1, shown)?)
}
