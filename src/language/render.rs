//! A diagnostic drawn under the source, for a terminal.

use ariadne::{CharSet, Config, IndexType, Label, Report, ReportKind, Source};

use super::diagnostic::Diagnostic;
use super::syntax::Span;

/// Longest source line that is drawn; of a longer one only the piece at the place is quoted.
const LONGEST_LINE: usize = 200;
/// Most lines before a text that is drawn: each costs the drawing a step.
const MOST_BEFORE: usize = 10_000;

/// A text and where it came from.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// The text itself.
    pub text: &'a str,
    /// What it is called: a file name or `-e`.
    pub origin: &'a str,
    /// How many lines of its origin stand before it.
    pub lines_before: usize,
}

impl<'a> Text<'a> {
    /// The whole text of its origin.
    #[must_use]
    pub fn whole(text: &'a str, origin: &'a str) -> Self {
        Self { text, origin, lines_before: 0 }
    }
}

/// The message, the line of the source with the place marked, and the help. The diagnostic's span counts bytes of the source.
pub fn render(diagnostic: &Diagnostic, source: Text, color: bool) -> String {
    let span = diagnostic.span.map(|span| visible(span, source.text));
    match span {
        Some(span) if longest_line(source.text, span) <= LONGEST_LINE && source.lines_before <= MOST_BEFORE => {
            drawn(diagnostic, span, source, color).unwrap_or_else(|| plain(diagnostic, None, source))
        }
        _ => plain(diagnostic, span, source),
    }
}

fn drawn(diagnostic: &Diagnostic, span: Span, source: Text, color: bool) -> Option<String> {
    let Text { text, origin, lines_before } = source;
    // ariadne numbers the lines that it is given
    let lines = Source::from("\n".repeat(lines_before) + text);
    let range = lines_before + span.start..lines_before + span.end;
    let config =
        Config::new().with_index_type(IndexType::Byte).with_char_set(CharSet::Ascii).with_color(color).with_compact(true);
    let mut report = Report::build(ReportKind::Error, (origin, range.clone()))
        .with_config(config)
        .with_message(&diagnostic.message)
        .with_label(Label::new((origin, range)).with_message("here"));
    if let Some(help) = &diagnostic.help {
        report = report.with_help(help);
    }
    let mut bytes = Vec::new();
    report.finish().write((origin, lines), &mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).lines().map(|line| format!("{}\n", line.trim_end())).collect())
}

/// Without a drawing: the place in words.
fn plain(diagnostic: &Diagnostic, span: Option<Span>, source: Text) -> String {
    let mut text = format!("Error: {}\n", diagnostic.message);
    if let Some(span) = span {
        let Text { text: whole, origin, lines_before } = source;
        let before = &whole[..span.start];
        let line = lines_before + before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        let piece: String = whole[span.start..].chars().take_while(|c| *c != '\n').take(30).collect();
        text += &format!("   ,-[ {origin}:{line}:{column} ] at `{piece}`\n");
    }
    if let Some(help) = &diagnostic.help {
        text += &format!("   |Help: {help}\n");
    }
    text
}

/// The longest of the lines that the span touches.
fn longest_line(source: &str, span: Span) -> usize {
    let start = source[..span.start].rfind('\n').map_or(0, |newline| newline + 1);
    let end = source[span.end..].find('\n').map_or(source.len(), |length| span.end + length);
    source[start..end].lines().map(str::len).max().unwrap_or(0)
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
