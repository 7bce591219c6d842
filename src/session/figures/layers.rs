//! The panels of a kernel of several layers: the law of each layer with its outliers, and the alignment of each signal against the
//! layer, with what a simulation measured.

use super::law::{law, over_logarithm};
use super::part::{Part, Views};
use crate::compare::Report;
use crate::number::Real;
use crate::plot::{Curve, Figure, Style};
use crate::spectrum::{Law, LawError};

/// Most layers under the top one that have a panel.
const MOST: usize = 4;

/// The alignments of a signal with itself by layer, from the input; NaN where it does not survive.
pub type Alignments = Vec<f64>;

/// The law of a layer and its outliers.
pub struct Layer<'a> {
    /// Its number, 0 for the input.
    pub number: usize,
    /// Its law.
    pub law: Box<dyn Law + 'a>,
    /// The positions of its outliers.
    pub outliers: Vec<Real>,
}

/// The top layer's part with panels for the layers under it, as many as fit, and for the alignments.
///
/// # Errors
/// Whatever a law fails with.
pub fn with_layers(mut top: Part, under: Vec<Layer>, signals: &[Alignments]) -> Result<Part, LawError> {
    let depth = under.last().map_or(0, |layer| layer.number + 1);
    top.figure.title = format!("layer {depth}");
    let skipped = under.len().saturating_sub(MOST);
    if skipped > 0 {
        top.notes.push(format!("layers below {} are not drawn", under[skipped].number));
    }
    for layer in under.into_iter().skip(skipped) {
        let mut part = law(&*layer.law, &layer.outliers, Vec::new())?;
        part.figure.title = match layer.number {
            0 => "layer 0, the input".to_owned(),
            number => format!("layer {number}"),
        };
        let logarithmic = Some(over_logarithm(&part));
        top.above.push((layer.number, Views { plain: part, logarithmic, ..Views::default() }));
    }
    top.after = alignments(signals);
    Ok(top)
}

/// The alignment of each signal against the layer; none without signals.
fn alignments(signals: &[Alignments]) -> Option<Figure> {
    if signals.is_empty() {
        return None;
    }
    let mut figure = Figure::new("alignment with the signal", "layer", "squared cosine");
    let last = signals.iter().map(Vec::len).max().unwrap_or(1) as f64 - 1.0;
    figure.x_range = Some((-0.25, last + 0.25));
    figure.x_whole = true;
    figure.y_range = Some((0.0, 1.0));
    for (index, alignments) in signals.iter().enumerate() {
        let label = if signals.len() == 1 { "theory".to_owned() } else { format!("signal {index}, theory") };
        // absorbed signals have no alignment in the limit
        let points =
            alignments.iter().enumerate().map(|(layer, value)| (layer as f64, if value.is_nan() { 0.0 } else { *value }));
        figure.curves.push(Curve { label, points: points.collect(), style: Style::Line });
    }
    Some(figure)
}

/// The panels over what a check measured: eigenvalues layer by layer, alignments with their standard errors.
pub(super) fn measured(part: &mut Part, report: &Report) {
    for (number, panel) in &mut part.above {
        let prefix = format!("layers[{number}].");
        if let Some((_, eigenvalues)) = report.under.iter().find(|(name, _)| *name == prefix) {
            panel.simulated = eigenvalues.clone().into();
        }
    }
    let Some(figure) = &mut part.after else { return };
    let depth = part.above.last().map_or(0, |(number, _)| number + 1);
    let (mut points, mut bars) = (Vec::new(), Vec::new());
    // spikes after those of the signals are along other vectors
    let signals = figure.curves.len();
    for row in &report.rows {
        let Some((layer, _)) = place_of(&row.quantity, depth).filter(|(_, spike)| *spike < signals) else { continue };
        let x = layer as f64;
        points.push((x, row.measured));
        bars.extend([(x, row.measured - row.se), (x, row.measured + row.se), (x, f64::NAN)]);
    }
    if !points.is_empty() {
        figure.curves.push(Curve { label: "simulation, with its standard error".to_owned(), points, style: Style::Points });
        figure.curves.push(Curve { label: String::new(), points: bars, style: Style::Bars });
    }
}

/// The layer and the number of the spike of a row on its alignment.
fn place_of(quantity: &str, depth: usize) -> Option<(usize, usize)> {
    let (place, field) = quantity.rsplit_once('.')?;
    if field != "alignment" {
        return None;
    }
    let (layer, spike) = match place.strip_prefix("layers[").and_then(|rest| rest.split_once("].")) {
        Some((layer, rest)) => (layer.parse().ok()?, rest),
        None => (depth, place),
    };
    Some((layer, spike.strip_prefix("spikes[")?.strip_suffix(']')?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::place_of;

    #[test]
    fn rows_on_alignments_know_their_layer_and_their_spike() {
        assert_eq!(place_of("layers[1].spikes[0].alignment", 3), Some((1, 0)));
        assert_eq!(place_of("spikes[2].alignment", 3), Some((3, 2)));
        assert_eq!(place_of("spikes[2].position", 3), None);
        assert_eq!(place_of("weight.alignment", 3), None);
    }
}
