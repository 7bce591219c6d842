//! Rust source as text: code without comments and literals, words, functions and their lengths.

/// A file: its path from the root of the repository, its text, and the text without comments and literals.
pub struct Source {
    pub path: String,
    pub text: String,
    pub code: String,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned(), code: code_of(text) }
    }

    /// The modules from the root of the crate down to this file; empty outside `src`.
    pub fn modules(&self) -> Vec<&str> {
        let Some(inside) = self.path.strip_prefix("src/") else { return Vec::new() };
        inside.trim_end_matches(".rs").trim_end_matches("/mod").split('/').collect()
    }
}

/// The text with comments turned into blanks and literals into quotation marks, line by line as before.
pub fn code_of(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        let (length, cover) = match hidden(rest) {
            Some(found) => found,
            None => (word.max(first.len_utf8()), None),
        };
        match cover {
            Some(cover) => code.extend(rest[..length].chars().map(|c| if c == '\n' { c } else { cover })),
            None => code.push_str(&rest[..length]),
        }
        rest = &rest[length..];
    }
    code
}

pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The length of the comment or literal at the beginning of `rest`, and what covers it.
fn hidden(rest: &str) -> Option<(usize, Option<char>)> {
    if rest.starts_with("//") {
        return Some((rest.find('\n').unwrap_or(rest.len()), Some(' ')));
    }
    if rest.starts_with("/*") {
        return Some((block_comment(rest), Some(' ')));
    }
    let literal = ["", "b", "c"].iter().find_map(|kind| {
        let body = rest.strip_prefix(kind)?;
        Some(kind.len() + string(body).or_else(|| character(body))?)
    });
    literal.map(|length| (length, Some('"')))
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        match &rest.as_bytes()[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// The length of a plain or raw string literal at the beginning.
fn string(rest: &str) -> Option<usize> {
    if let Some(raw) = rest.strip_prefix('r') {
        let hashes = raw.find(|c| c != '#')?;
        let body = raw[hashes..].strip_prefix('"')?;
        let close = format!("\"{}", "#".repeat(hashes));
        return Some(1 + hashes + 1 + body.find(&close).map_or(body.len(), |end| end + close.len()));
    }
    let mut escaped = false;
    let end = rest.strip_prefix('"')?.find(|c| {
        let closes = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        closes
    });
    Some(end.map_or(rest.len(), |end| end + 2))
}

/// The length of a character literal at the beginning; a lifetime is none.
fn character(rest: &str) -> Option<usize> {
    let body = rest.strip_prefix('\'')?;
    let first = body.chars().next()?;
    let least = if first == '\\' { 2 } else { first.len_utf8() };
    let end = least + body.get(least..)?.find('\'')?;
    (first == '\\' || end == least).then_some(end + 2)
}

/// Where `word` begins in `code` as a word of its own.
pub fn places<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let starts = word.starts_with(is_word);
    code.match_indices(word).map(|(at, _)| at).filter(move |at| !starts || !code[..*at].ends_with(is_word))
}

pub fn line_of(source: &Source, at: usize) -> String {
    format!("{}:{}", source.path, source.code[..at].matches('\n').count() + 1)
}

pub fn code_lines(code: &str) -> usize {
    code.lines().filter(|line| !line.trim().is_empty()).count()
}

/// The functions with a body: place, name and lines of code.
pub fn functions(code: &str) -> Vec<(usize, &str, usize)> {
    let named = places(code, "fn ").filter_map(|at| {
        let rest = &code[at + 3..];
        let name = &rest[..rest.find(|c| !is_word(c))?];
        let open = body(rest)?;
        let end = closing(&rest[open..])? + open;
        Some((at, name, code_lines(&rest[..end])))
    });
    named.collect()
}

/// Where the body of the function begins; a declaration has none.
fn body(signature: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in signature.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '{' if depth == 0 => return Some(at),
            ';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

fn closing(braces: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in braces.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}
