//! The panels of training runs: correlations of every layer, overlaps with the teacher and errors against the steps. One run has all
//! its correlations in a panel a layer; of several, the same number of each stands on one chart.

use super::step::panel;
use crate::plot::Figure;

/// Means and standard errors at the recorded steps; NaN where undefined, and for the error of one network.
pub type Course = Vec<[f64; 2]>;

/// What a run recorded.
#[derive(Clone, Debug, Default)]
pub struct Training {
    /// How it was trained.
    pub name: String,
    /// The recorded steps.
    pub steps: Vec<usize>,
    /// Test and training error.
    pub errors: [Course; 2],
    /// Raw and trace-centred correlation and that of the change, of each layer.
    pub layers: Vec<[Course; 3]>,
    /// Of the leading eigenvectors of weights and of gradients with the teacher's directions, first layer.
    pub overlaps: [Course; 2],
}

const ERRORS: [&str; 2] = ["test error", "training error"];
const CORRELATIONS: [&str; 3] = ["raw", "trace-centred", "centred (of the change)"];
const OVERLAPS: [&str; 2] = ["weights", "gradients"];
/// Errors that span more than this are drawn over a logarithmic axis.
const WIDE: f64 = 100.0;
/// The share of the width that is left free on either side.
const BESIDE: f64 = 0.03;
/// The first step on a logarithmic axis.
const STEPS: &str = "1 + step";

/// The panels of runs.
#[must_use]
pub fn training(runs: &[Training]) -> Vec<Figure> {
    let mut panels = match runs {
        [run] => alone(run),
        _ => compared(runs),
    };
    panels.retain(|figure| !figure.curves.is_empty());
    // what is undefined at first begins later, over the same axis
    let last = 1.0 + runs.iter().flat_map(|run| &run.steps).max().map_or(0.0, |step| *step as f64);
    let beside = last.powf(BESIDE);
    panels.iter_mut().for_each(|figure| figure.x_range = (last > 1.0).then_some((beside.recip(), last * beside)));
    panels
}

fn alone(run: &Training) -> Vec<Figure> {
    let of = |title: String, y: &str, names: &[&str], courses: &[Course]| {
        let list = names.iter().zip(courses).map(|(name, course)| ((*name).to_owned(), run, course));
        courses_panel(&title, y, list.collect())
    };
    let layers = run.layers.iter().zip(1..);
    let layers =
        layers.map(|(courses, layer)| of(format!("correlations of layer {layer}"), "correlation", &CORRELATIONS, courses));
    let overlaps = of("overlap with the teacher's directions, layer 1".to_owned(), "overlap", &OVERLAPS, &run.overlaps);
    let errors = of("mean square errors".to_owned(), "error", &["test", "training"], &run.errors);
    layers.chain([overlaps, with_wide_errors(errors)]).collect()
}

fn compared(runs: &[Training]) -> Vec<Figure> {
    let of = |title: String, y: &str, get: &dyn Fn(&Training) -> Option<&Course>| {
        let list = runs.iter().filter_map(|run| Some((run.name.clone(), run, get(run)?)));
        courses_panel(&title, y, list.collect())
    };
    let layers = runs.iter().map(|run| run.layers.len()).max().unwrap_or(0);
    let mut list = Vec::new();
    for (index, name) in [(1, "trace-centred correlation"), (2, "centred correlation (of the change)")] {
        for layer in 0..layers {
            let title = format!("{name}, layer {}", layer + 1);
            list.push(of(title, "correlation", &|run| run.layers.get(layer).map(|courses| &courses[index])));
        }
    }
    for (index, name) in ERRORS.into_iter().enumerate() {
        list.push(of(name.to_owned(), "error", &|run| Some(&run.errors[index])));
    }
    list.into_iter().map(with_wide_errors).collect()
}

/// Lines through the means; where there are standard errors each line goes on, after a break, as their bars.
fn courses_panel(title: &str, y: &str, list: Vec<(String, &Training, &Course)>) -> Figure {
    let is_drawn = |course: &Course| course.iter().any(|[mean, _]| mean.is_finite());
    let some = list.iter().any(|(.., course)| is_drawn(course));
    // what is undefined keeps its place among the colours, without an entry
    let drawn = list
        .into_iter()
        .filter(|_| some)
        .map(|(name, run, course)| (if is_drawn(course) { name } else { String::new() }, run, course));
    let line = |(name, run, course): (String, &Training, &Course)| {
        let places = || run.steps.iter().map(|step| 1.0 + *step as f64).zip(course);
        let means = places().map(|(x, [mean, _])| (x, *mean));
        let known = places().filter(|(_, [mean, se])| mean.is_finite() && se.is_finite());
        let bars = known.flat_map(|(x, [mean, se])| [(x, f64::NAN), (x, mean - se), (x, mean + se)]);
        (name, false, means.chain(bars).collect())
    };
    panel(title, [STEPS, y], true, drawn.map(line).collect())
}

/// Over a logarithmic axis where positive errors span decades.
fn with_wide_errors(figure: Figure) -> Figure {
    let heights = || figure.curves.iter().flat_map(|curve| &curve.points).map(|(_, y)| *y).filter(|y| y.is_finite());
    let [low, high] = [heights().fold(f64::INFINITY, f64::min), heights().fold(0.0, f64::max)];
    let wide = figure.y_label == "error" && low > 0.0 && high > WIDE * low;
    Figure { log_y: wide, ..figure }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(name: &str, test: [f64; 3]) -> Training {
        let course = |values: [f64; 3]| values.map(|mean| [mean, f64::NAN]).to_vec();
        let undefined = course([f64::NAN; 3]);
        Training {
            name: name.to_owned(),
            steps: vec![0, 1, 10],
            errors: [course(test), course([1.0, 0.5, 1e-4])],
            layers: vec![[course([0.5; 3]), course([0.1, 0.2, 0.3]), course([f64::NAN, 1.0, 0.9])]],
            overlaps: [undefined.clone(), undefined],
        }
    }

    #[test]
    fn a_number_of_several_runs_stands_on_one_chart() {
        let panels = training(&[run("gd", [1.0, 0.9, 0.8]), run("slo", [1.0, 0.7, 0.3])]);
        let titles: Vec<&str> = panels.iter().map(|figure| figure.title.as_str()).collect();
        let layers = ["trace-centred correlation, layer 1", "centred correlation (of the change), layer 1"];
        assert_eq!(titles, [layers[0], layers[1], "test error", "training error"]);
        assert!(panels.iter().all(|figure| figure.log_x && figure.curves.len() == 2));
        assert_eq!(panels[2].curves[1].points, [(1.0, 1.0), (2.0, 0.7), (11.0, 0.3)]);
        assert!(panels[3].log_y && !panels[2].log_y, "training errors span four decades");
    }

    #[test]
    fn a_run_has_one_colour_in_every_panel() {
        let mut first = run("gd", [1.0, 0.9, 0.8]);
        first.layers[0][2].iter_mut().for_each(|pair| *pair = [f64::NAN; 2]);
        let panels = training(&[first, run("slo", [1.0, 0.7, 0.3])]);
        for panel in &panels {
            assert_eq!(panel.curves.len(), 2, "{}", panel.title);
            assert_eq!(panel.curves[1].label, "slo", "{}", panel.title);
        }
        assert_eq!(panels[1].curves[0].label, "");
    }

    #[test]
    fn one_run_has_a_panel_a_layer_and_none_for_what_is_undefined() {
        let panels = training(&[run("gd", [1.0, 0.9, 0.8])]);
        let titles: Vec<&str> = panels.iter().map(|figure| figure.title.as_str()).collect();
        assert_eq!(titles, ["correlations of layer 1", "mean square errors"]);
        assert_eq!(panels[0].curves.len(), 3);
    }
}
