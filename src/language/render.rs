//! A diagnostic drawn under the source, for a terminal.

use ariadne::{CharSet, Config, IndexType, Label, Report, ReportKind, Source};

use super::diagnostic::Diagnostic;
use super::syntax::Span;

/// The message, the line of `source` with the place marked, and the help.
/// The diagnostic's span counts bytes of `source`; `origin` is what `source` is called, a file name or `-e`.
pub fn render(diagnostic: &Diagnostic, source: &str, origin: &str, color: bool) -> String {
    let span = diagnostic.span.map(|span| visible(span, source));
    let range = span.map_or(0..0, |span| span.start..span.end);
    let config =
        Config::new().with_index_type(IndexType::Byte).with_char_set(CharSet::Ascii).with_color(color).with_compact(true);
    let mut report =
        Report::build(ReportKind::Error, (origin, range.clone())).with_config(config).with_message(&diagnostic.message);
    if span.is_some() {
        report = report.with_label(Label::new((origin, range)).with_message("here"));
    }
    if let Some(help) = &diagnostic.help {
        report = report.with_help(help);
    }
    let mut bytes = Vec::new();
    match report.finish().write((origin, Source::from(source)), &mut bytes) {
        Ok(()) => String::from_utf8_lossy(&bytes).lines().map(|line| format!("{}\n", line.trim_end())).collect(),
        Err(_) => format!("Error: {}\n", diagnostic.message),
    }
}

/// The span within the source and on character boundaries.
fn visible(span: Span, source: &str) -> Span {
    let start = floor(source, span.start);
    Span::new(start, floor(source, span.end).max(start))
}

fn floor(source: &str, mut position: usize) -> usize {
    position = position.min(source.len());
    while !source.is_char_boundary(position) {
        position -= 1;
    }
    position
}
