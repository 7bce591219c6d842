//! What a terminal can show: colours and letters, from the environment as other programs read it.

use std::borrow::Cow;
use std::io::IsTerminal;

use crate::language::spelling;

/// What the terminal behind standard output or standard error can show; of what is no terminal nothing is known, and texts go
/// there as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Whether it is a terminal.
    pub terminal: bool,
    /// Colours: not with NO_COLOR, nor on a dumb terminal.
    pub color: bool,
    /// Letters beyond ASCII: by the locale, and not on a dumb terminal.
    pub letters: bool,
}

impl Screen {
    /// That of standard output or standard error.
    #[must_use]
    pub fn of(stream: &impl IsTerminal) -> Self {
        Self::read(stream.is_terminal(), |name| std::env::var(name).ok().filter(|value| !value.is_empty()))
    }

    fn read(terminal: bool, variable: impl Fn(&str) -> Option<String>) -> Self {
        let dumb = variable("TERM").is_some_and(|name| name == "dumb");
        // the first that is set decides, as in setlocale
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(&variable);
        let unicode = locale.is_some_and(|name| {
            let name = name.to_lowercase();
            name.contains("utf-8") || name.contains("utf8")
        });
        Self { terminal, color: terminal && !dumb && variable("NO_COLOR").is_none(), letters: terminal && !dumb && unicode }
    }

    /// A text as it is written there.
    #[must_use]
    pub fn spelt(self, text: &str) -> Cow<'_, str> {
        if self.terminal && !self.letters { spelling::plain(text).into() } else { text.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::Screen;

    #[test]
    fn the_environment_decides() {
        for (set, color, letters) in [
            (vec![("TERM", "xterm"), ("LANG", "de_DE.UTF-8")], true, true),
            (vec![("TERM", "xterm"), ("LANG", "de_DE.UTF-8"), ("LC_ALL", "C")], true, false),
            (vec![("TERM", "xterm"), ("LC_CTYPE", "C.utf8"), ("LANG", "C")], true, true),
            (vec![("TERM", "xterm")], true, false),
            (vec![("TERM", "dumb"), ("LANG", "C.UTF-8")], false, false),
            (vec![("TERM", "xterm"), ("NO_COLOR", "1"), ("LANG", "C.UTF-8")], false, true),
        ] {
            let variable = |name: &str| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
            assert_eq!(Screen::read(true, variable), Screen { terminal: true, color, letters }, "{set:?}");
            assert_eq!(Screen::read(false, variable), Screen { terminal: false, color: false, letters: false });
        }
        let pipe = Screen { terminal: false, color: false, letters: false };
        assert_eq!((pipe.spelt("π ± 1"), Screen { terminal: true, ..pipe }.spelt("π ± 1")), ("π ± 1".into(), "pi +/- 1".into()));
    }
}
