//! Pictures through the public interface: files whole or absent, data exact, nothing outside the page, no input that panics.

use proptest::prelude::*;
use resolvent::plot::{Atom, Cells, Curve, Figure, Histogram, Look, Mark, MarkKind, PlotError, Style, Theme, terminal, write};
use std::fs;
use std::path::{Path, PathBuf};

/// A folder of its own for one test, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("resolvent-plot-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Numbers with a bias to what breaks pictures.
fn number() -> impl Strategy<Value = f64> {
    let corners = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        1e-300,
        1e300,
        -1e300,
        f64::MIN_POSITIVE,
        5e-324,
        f64::MAX,
        f64::MIN,
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        1.0 + f64::EPSILON,
    ];
    prop_oneof![prop::sample::select(corners.to_vec()), -3.0..3.0, any::<f64>()]
}

fn label() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), Just("ρ(λ) <&\"'> \u{0}\n\u{1b}[1m".to_string()), "[a-z ]{0,60}"]
}

fn curve() -> impl Strategy<Value = Curve> {
    let style = prop::sample::select(vec![Style::Line, Style::Dashed, Style::Points, Style::Stems]);
    (label(), prop::collection::vec((number(), number()), 0..40), style).prop_map(|(label, points, style)| Curve {
        label,
        points,
        style,
    })
}

fn histogram() -> impl Strategy<Value = Histogram> {
    let numbers = || prop::collection::vec(number(), 0..20);
    (label(), numbers(), numbers()).prop_map(|(label, edges, heights)| Histogram { label, edges, heights, curve: None })
}

fn mark() -> impl Strategy<Value = Mark> {
    let kind = prop::sample::select(vec![MarkKind::Edge, MarkKind::Outlier]);
    (number(), label(), kind).prop_map(|(x, label, kind)| Mark { x, label, kind, curve: None })
}

fn atom() -> impl Strategy<Value = Atom> {
    (number(), number(), label()).prop_map(|(x, mass, label)| Atom { x, mass, label, curve: None })
}

fn cells() -> impl Strategy<Value = Cells> {
    let numbers = || prop::collection::vec(number(), 0..5);
    let values = prop::collection::vec(prop::collection::vec(number(), 0..5), 0..5);
    (label(), numbers(), numbers(), values).prop_map(|(label, x, y, values)| Cells { label, x, y, values })
}

fn figure() -> impl Strategy<Value = Figure> {
    let range = || prop::option::of((number(), number()));
    let texts = (label(), label(), label(), label());
    let axes = (any::<bool>(), any::<bool>(), range(), range());
    let data = (
        prop::collection::vec(curve(), 0..4),
        prop::collection::vec(histogram(), 0..3),
        prop::collection::vec(mark(), 0..6),
        prop::collection::vec(atom(), 0..3),
        prop::option::weighted(0.2, cells()),
    );
    (texts, axes, data).prop_map(|(texts, axes, data)| Figure {
        x_whole: false,
        title: texts.0,
        subtitle: texts.1,
        x_label: texts.2,
        y_label: texts.3,
        log_x: axes.0,
        log_y: axes.1,
        x_range: axes.2,
        y_range: axes.3,
        cells: data.4,
        curves: data.0,
        histograms: data.1,
        marks: data.2,
        atoms: data.3,
        below: Vec::new(),
        look: Look::default(),
    })
}

/// Looks that are allowed.
fn look() -> impl Strategy<Value = Look> {
    let size = prop::option::of((4.0..30.0, 4.0..30.0)).prop_map(|size| size.map(|(width, height)| [width, height]));
    let look = (any::<bool>(), size, prop::option::of(4.0..24.0)).prop_map(|(dark, size, font)| Look {
        theme: if dark { Theme::Dark } else { Theme::Light },
        size,
        font,
    });
    look.prop_filter("a size and font that go together", |look| look.refusal(1).is_none())
}

/// Width and height that the first `name="… …"` of an SVG gives.
fn pair(svg: &str, name: &str) -> (f64, f64) {
    let list = svg.split_once(&format!("{name}=\"")).and_then(|(_, rest)| rest.split_once('"')).expect("the attribute").0;
    let numbers: Vec<f64> = list.split(' ').map(|number| number.parse().expect("a number")).collect();
    (numbers[numbers.len() - 2], numbers[numbers.len() - 1])
}

/// Every coordinate pair of the lines and polygons of an SVG.
fn vertices(svg: &str) -> Vec<(f64, f64)> {
    let lists = svg.split(" points=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let pairs = lists.flat_map(|list| list.split_whitespace()).filter_map(|pair| pair.split_once(','));
    pairs.map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap())).collect()
}

fn same(value: &serde_json::Value, number: f64) -> bool {
    if number.is_finite() { value.as_f64() == Some(number) } else { value.is_null() }
}

fn semicircle() -> Figure {
    let mut figure = Figure::new("semicircle law", "λ", "ρ(λ)");
    let grid = (0..=200).map(|i| -2.0 + f64::from(i) / 50.0);
    let points = grid.map(|x: f64| (x, (4.0 - x * x).max(0.0).sqrt() / std::f64::consts::TAU)).collect();
    figure.curves.push(Curve { label: "theory".into(), points, style: Style::Line });
    figure.marks.push(Mark { x: 2.0, label: String::new(), kind: MarkKind::Edge, curve: None });
    figure.atoms.push(Atom { x: 0.0, mass: 0.5, label: String::new(), curve: None });
    figure
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_figure_is_drawn_inside_the_page_and_its_data_are_exact(figure in figure()) {
        let folder = Folder::new("any");
        let path = folder.0.join("any.svg");
        write(&figure, &path).unwrap();
        let svg = fs::read_to_string(&path).unwrap();
        prop_assert!(svg.contains("width=\"800\" height=\"500\""));
        prop_assert!(!svg.chars().any(|c| c.is_control() && c != '\n'), "XML forbids control characters");
        for (x, y) in vertices(&svg) {
            prop_assert!((0.0..=3200.0).contains(&x) && (0.0..=2000.0).contains(&y), "({}, {})", x, y);
        }
        let text = fs::read_to_string(path.with_extension("json")).unwrap();
        let data: serde_json::Value = serde_json::from_str(&text).unwrap();
        for (curve, stored) in figure.curves.iter().zip(data["curves"].as_array().unwrap()) {
            for (i, point) in curve.points.iter().enumerate() {
                prop_assert!(same(&stored["x"][i], point.0) && same(&stored["y"][i], point.1), "{:?}", point);
            }
        }
        for (histogram, stored) in figure.histograms.iter().zip(data["histograms"].as_array().unwrap()) {
            for (i, height) in histogram.heights.iter().enumerate() {
                prop_assert!(same(&stored["heights"][i], *height), "{}", height);
            }
        }
    }

    /// The page has the proportions asked for, and nothing leaves it.
    #[test]
    fn any_look_is_kept_and_holds_the_figure(figure in figure(), look in look()) {
        let folder = Folder::new("look");
        let path = folder.0.join("look.svg");
        write(&Figure { look, ..figure }, &path).unwrap();
        let svg = fs::read_to_string(&path).unwrap();
        let (width, height) = pair(&svg, "viewBox");
        for (x, y) in vertices(&svg) {
            prop_assert!((0.0..=width).contains(&x) && (0.0..=height).contains(&y), "({}, {}) of {} by {}", x, y, width, height);
        }
        let [wide, high] = look.size.unwrap_or([800.0, 500.0]);
        prop_assert!((width / height / (wide / high) - 1.0).abs() < 0.01, "{} by {}", width, height);
        let unit = if look.size.is_some() { "cm" } else { "" };
        let lengths = format!("width=\"{wide}{unit}\" height=\"{high}{unit}\"");
        prop_assert!(svg.contains(&lengths), "{}", lengths);
    }

    #[test]
    fn any_figure_fits_the_terminal(figure in figure(), columns in 0_usize..200, rows in 0_usize..80) {
        let text = terminal(&figure, columns, rows);
        prop_assert!(!text.contains('\x1b'));
        for line in text.lines() {
            prop_assert!(line.chars().count() <= columns.clamp(24, 400), "{line}");
        }
    }
}

#[test]
fn both_kinds_of_picture_are_written_with_their_data_and_nothing_else() {
    let folder = Folder::new("kinds");
    for name in ["law.svg", "law.PNG"] {
        let path = folder.0.join(name);
        let written = write(&semicircle(), &path).unwrap();
        assert_eq!(written, [path, folder.0.join("law.json")]);
    }
    assert_eq!(folder.names(), ["law.PNG", "law.json", "law.svg"]);
    let png = fs::read(folder.0.join("law.PNG")).unwrap();
    assert_eq!(png[..8], *b"\x89PNG\r\n\x1a\n");
    assert_eq!(png[16..24], [0, 0, 6, 64, 0, 0, 3, 232], "1600 by 1000 pixels");
}

#[test]
fn the_same_figure_gives_the_same_bytes() {
    let folder = Folder::new("bytes");
    for kind in ["svg", "pdf", "png"] {
        let [one, two] = ["one", "two"].map(|name| folder.0.join(format!("{name}.{kind}")));
        write(&semicircle(), &one).unwrap();
        write(&semicircle(), &two).unwrap();
        assert!(fs::read(one).unwrap() == fs::read(two).unwrap(), "{kind}");
    }
}

#[test]
fn another_extension_is_an_error_that_names_the_kinds() {
    let error = write(&semicircle(), Path::new("law.gif")).unwrap_err();
    assert!(matches!(error, PlotError::Extension { .. }));
    let text = error.to_string();
    assert!(["law.gif", ".svg", ".pdf", ".png"].iter().all(|part| text.contains(part)), "{text}");
}

#[test]
fn a_path_that_cannot_be_written_is_named_and_nothing_is_left() {
    let folder = Folder::new("unwritable");
    for kind in ["svg", "pdf", "png"] {
        let missing = folder.0.join("no such folder").join(format!("law.{kind}"));
        let text = write(&semicircle(), &missing).unwrap_err().to_string();
        assert!(text.contains("no such folder"), "{text}");
        let occupied = folder.0.join(format!("folder.{kind}"));
        fs::create_dir(&occupied).unwrap();
        let text = write(&semicircle(), &occupied).unwrap_err().to_string();
        assert!(text.contains(&format!("folder.{kind}")), "{text}");
    }
    assert_eq!(folder.names(), ["folder.pdf", "folder.png", "folder.svg"]);
}

#[test]
fn a_terminal_plot_names_what_the_picture_names() {
    let text = terminal(&semicircle(), 80, 24);
    for part in ["semicircle law", "ρ(λ)", "λ", "edges ┊ 2", "mass 0.5 at 0", "theory", "↑"] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    assert_eq!(text.lines().count(), 24);
}

/// Two panels are twice as high, keep all their shapes on their own half, and both stand in the data and in the terminal.
#[test]
fn panels_stand_under_each_other() {
    let folder = Folder::new("panels");
    let below = Figure { title: "second panel".into(), ..semicircle() };
    let figure = Figure { below: vec![below], ..semicircle() };
    let path = folder.0.join("two.svg");
    write(&figure, &path).unwrap();
    let svg = fs::read_to_string(&path).unwrap();
    assert!(svg.contains("height=\"1000\""), "{}", &svg[..200]);
    let (single, both) = (folder.0.join("one.svg"), vertices(&svg));
    write(&semicircle(), &single).unwrap();
    let one = vertices(&fs::read_to_string(&single).unwrap());
    assert_eq!(both.len(), 2 * one.len());
    assert!(one.iter().zip(&both[one.len()..]).all(|(a, b)| a.0 == b.0 && (b.1 - a.1 - 2000.0).abs() < 2.0));
    let data: serde_json::Value = serde_json::from_str(&fs::read_to_string(folder.0.join("two.json")).unwrap()).unwrap();
    assert_eq!(data["below"][0]["title"], "second panel");
    assert!(data["below"][0]["curves"][0]["x"] == data["curves"][0]["x"]);
    let text = terminal(&figure, 80, 24);
    assert_eq!(text.lines().count(), 24 + 1 + 24);
    assert!(text.contains("second panel"));
}

/// An edge at 0 has no place on a logarithmic axis: it stands at its beginning, with its text.
#[test]
fn an_edge_at_zero_is_named_over_a_logarithmic_axis() {
    let mut figure = semicircle();
    figure.log_x = true;
    figure.atoms.clear();
    figure.marks = vec![Mark { x: 0.0, label: "hard edge at 0".into(), kind: MarkKind::Edge, curve: None }];
    assert!(terminal(&figure, 80, 24).contains("hard edge at 0"));
    let folder = Folder::new("hard");
    let path = folder.0.join("hard.svg");
    write(&figure, &path).unwrap();
    assert!(fs::read_to_string(&path).unwrap().contains("hard edge at 0"));
    figure.marks[0].kind = MarkKind::Outlier;
    assert!(!terminal(&figure, 80, 24).contains("hard edge at 0"), "an outlier at 0 is not shown");
}
