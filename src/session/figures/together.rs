//! Several things in one frame: what they have in common is said once, what tells them apart names them, and a law that stands
//! there twice, in a model and in its check, is drawn once.

use super::part::Part;
use crate::plot::{Curve, Figure, Style};

/// The parts in one frame, named by labels or, without any, by what tells them apart.
#[must_use]
pub fn together(parts: Vec<Part>, labels: &[String]) -> Figure {
    let common = common_fields(&parts);
    let own: Vec<String> = parts.iter().map(|part| own_fields(part, &common)).collect();
    let kinds: Vec<bool> = parts.iter().map(is_simulated).collect();
    let mut said = vec![common.join(", ")];
    let mut frame = Frame::default();
    for (number, part) in parts.into_iter().enumerate() {
        let one_of_its_kind = kinds.iter().filter(|kind| **kind == kinds[number]).count() == 1;
        let name = match (labels.get(number), own[number].as_str()) {
            (Some(label), _) => Name::Given(label.clone()),
            (None, "") if one_of_its_kind && kinds.contains(&true) => Name::Kind,
            (None, "") => Name::Told((number + 1).to_string()),
            (None, own) => Name::Told(own.to_owned()),
        };
        let own = if labels.is_empty() { "" } else { &own[number] };
        let details: Vec<&str> = std::iter::once(own)
            .chain(part.notes.iter().chain(&part.masses).map(String::as_str))
            .filter(|text| !text.is_empty())
            .collect();
        if !details.is_empty() {
            said.push(format!("{}: {}", name.of_part(kinds[number]), details.join(", ")));
        }
        frame.add(part, &name);
    }
    frame.whole.subtitle = said.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ");
    frame.whole
}

/// Whether a part is a simulation with its law.
fn is_simulated(part: &Part) -> bool {
    !part.figure.histograms.is_empty()
}

/// The fields that everything with fields has.
fn common_fields(parts: &[Part]) -> Vec<String> {
    let mut with_fields = parts.iter().map(|part| &part.fields).filter(|fields| !fields.is_empty());
    let Some(first) = with_fields.next() else { return Vec::new() };
    let rest: Vec<&Vec<String>> = with_fields.collect();
    first.iter().filter(|field| rest.iter().all(|fields| fields.contains(field))).cloned().collect()
}

fn own_fields(part: &Part, common: &[String]) -> String {
    let own: Vec<&str> = part.fields.iter().filter(|field| !common.contains(field)).map(String::as_str).collect();
    own.join(", ")
}

/// What a part is called.
enum Name {
    /// The label that was given.
    Given(String),
    /// What tells it from the others.
    Told(String),
    /// Nothing else but what it is.
    Kind,
}

impl Name {
    /// The name of a curve.
    fn of_curve(&self, simulated: bool) -> String {
        match self {
            Self::Given(name) | Self::Told(name) if simulated => format!("{name}, theory"),
            Self::Given(name) | Self::Told(name) => name.clone(),
            Self::Kind => "theory".to_owned(),
        }
    }

    /// The name of the bars of a simulation: a label that was given is theirs.
    fn of_bars(&self) -> String {
        match self {
            Self::Given(name) => name.clone(),
            Self::Told(name) => format!("{name}, simulation"),
            Self::Kind => "simulation".to_owned(),
        }
    }

    fn of_part(&self, simulated: bool) -> String {
        match self {
            Self::Given(name) | Self::Told(name) => name.clone(),
            Self::Kind => {
                if simulated {
                    self.of_bars()
                } else {
                    self.of_curve(false)
                }
            }
        }
    }
}

/// The frame that is filled.
#[derive(Default)]
struct Frame {
    whole: Figure,
    /// For each curve whether it is the law of a simulation alone.
    of_simulation: Vec<bool>,
    /// Whether the vertical axis is named by a curve; simulated points beside it are named otherwise, and are numbers of its kind.
    named_by_curve: bool,
}

impl Frame {
    fn add(&mut self, part: Part, name: &Name) {
        let simulated = is_simulated(&part);
        let mut figure = part.figure;
        if self.whole.x_label.is_empty() {
            let Figure { title, x_label, y_label, log_x, .. } = &figure;
            self.whole = Figure { log_x: *log_x, x_range: figure.x_range, ..Figure::new(title, x_label, y_label) };
        }
        let is_curve = figure.curves.iter().any(|curve| !matches!(curve.style, Style::Points | Style::Bars));
        if is_curve && !self.named_by_curve {
            self.whole.y_label.clone_from(&figure.y_label);
        } else if is_curve == self.named_by_curve && self.whole.y_label != figure.y_label {
            "value".clone_into(&mut self.whole.y_label);
        }
        self.named_by_curve |= is_curve;
        if simulated {
            self.whole.title.clone_from(&figure.title);
        }
        self.whole.x_range = union(self.whole.x_range, figure.x_range);
        let law = match self.known(&figure.curves, simulated) {
            Some(law) => {
                if !simulated {
                    self.whole.curves[law].label = name.of_curve(false);
                    self.of_simulation[law] = false;
                }
                law
            }
            None => self.add_law(&mut figure, name, simulated),
        };
        for mut histogram in figure.histograms {
            histogram.label = name.of_bars();
            histogram.curve = Some(law);
            self.whole.histograms.push(histogram);
        }
    }

    /// The curve that is the law of these, when it stands there and a simulation is among its owners.
    fn known(&self, curves: &[Curve], simulated: bool) -> Option<usize> {
        let bits = |curve: &Curve| curve.points.iter().map(|(x, y)| (x.to_bits(), y.to_bits())).collect::<Vec<_>>();
        let new = curves.first().map(bits)?;
        let known = self.whole.curves.iter().zip(&self.of_simulation);
        known.into_iter().position(|(curve, of_simulation)| (simulated || *of_simulation) && bits(curve) == new)
    }

    /// Adds curves, and what is marked in the colour of the first; gives its number.
    fn add_law(&mut self, figure: &mut Figure, name: &Name, simulated: bool) -> usize {
        let first = self.whole.curves.len();
        for (place, mut curve) in std::mem::take(&mut figure.curves).into_iter().enumerate() {
            curve.label = if place == 0 { name.of_curve(simulated) } else { String::new() };
            self.whole.curves.push(curve);
            self.of_simulation.push(simulated);
        }
        let owned = |curve: Option<usize>| Some(first + curve.unwrap_or(0));
        for mut mark in std::mem::take(&mut figure.marks) {
            mark.curve = owned(mark.curve);
            self.whole.marks.push(mark);
        }
        for mut atom in std::mem::take(&mut figure.atoms) {
            atom.curve = owned(atom.curve);
            self.whole.atoms.push(atom);
        }
        first
    }
}

/// The smallest range around both; none when one of them is to be found from the data.
fn union(one: Option<(f64, f64)>, other: Option<(f64, f64)>) -> Option<(f64, f64)> {
    one.zip(other).map(|(one, other)| (one.0.min(other.0), one.1.max(other.1)))
}
