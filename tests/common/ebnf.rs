//! A reader of `grammar/resolvent.ebnf` and a writer of random sentences of it.
//!
//! Rules in capital letters are tokens, written without gaps; between the tokens of the others a blank is put where two
//! words would run together, and at random elsewhere.

use std::collections::HashMap;

/// What may stand on the right of a rule.
#[derive(Debug)]
enum Term {
    Literal(String),
    Range(char, char),
    Rule(String),
    Special,
    Except(Box<Term>, Box<Term>),
    Sequence(Vec<Term>),
    Either(Vec<Term>),
    Optional(Box<Term>),
    Repeated(Box<Term>),
}

/// The rules by name, and how deep the shallowest sentence of each is.
pub struct Grammar {
    rules: HashMap<String, Term>,
    depths: HashMap<String, usize>,
}

impl Grammar {
    pub fn read(text: &str) -> Grammar {
        let tokens = tokens(text);
        let mut reader = Reader { tokens: &tokens, position: 0 };
        let mut rules = HashMap::new();
        while reader.position < tokens.len() {
            let (name, term) = reader.rule();
            assert!(rules.insert(name.clone(), term).is_none(), "rule {name} is defined twice");
        }
        let mut grammar = Grammar { rules, depths: HashMap::new() };
        grammar.measure();
        grammar
    }

    /// Fixed point of "one more than the shallowest right-hand side"; a rule never reached has no finite sentence.
    fn measure(&mut self) {
        loop {
            let found: HashMap<String, usize> =
                self.rules.iter().filter_map(|(name, term)| Some((name.clone(), self.depth(term)? + 1))).collect();
            if found == self.depths {
                break;
            }
            self.depths = found;
        }
        for name in self.rules.keys() {
            assert!(self.depths.contains_key(name), "rule {name} has no finite sentence, or names a rule that is not there");
        }
    }

    fn depth(&self, term: &Term) -> Option<usize> {
        match term {
            Term::Literal(_) | Term::Range(..) | Term::Special | Term::Optional(_) | Term::Repeated(_) => Some(0),
            Term::Rule(name) => self.depths.get(name).copied(),
            Term::Except(term, _) => self.depth(term),
            Term::Sequence(terms) => terms.iter().map(|term| self.depth(term)).try_fold(0, |most, one| Some(most.max(one?))),
            Term::Either(terms) => terms.iter().filter_map(|term| self.depth(term)).min(),
        }
    }

    /// A random sentence of the rule; `random(n)` draws below n, and past `fuel` choices the shallowest way is taken.
    pub fn sentence(&self, rule: &str, fuel: usize, random: &mut dyn FnMut(usize) -> usize) -> String {
        let mut writer = Writer { grammar: self, fuel, text: String::new(), random };
        writer.write(&Term::Rule(rule.to_string()), false);
        writer.text
    }
}

struct Writer<'a> {
    grammar: &'a Grammar,
    fuel: usize,
    text: String,
    random: &'a mut dyn FnMut(usize) -> usize,
}

impl Writer<'_> {
    fn chance(&mut self, one_in: usize) -> bool {
        (self.random)(one_in) == 0
    }

    fn write(&mut self, term: &Term, inside_token: bool) {
        self.fuel = self.fuel.saturating_sub(1);
        match term {
            Term::Literal(text) => self.token(text, inside_token),
            Term::Range(first, last) => {
                let letter = *first as u32 + (self.random)((*last as u32 - *first as u32) as usize + 1) as u32;
                self.token(&char::from_u32(letter).unwrap().to_string(), inside_token);
            }
            Term::Special => {
                let samples = ['x', ' ', '#', ';', '(', ']', 'é', '²', '\'', '☃'];
                let chosen = samples[(self.random)(samples.len())];
                self.token(&chosen.to_string(), inside_token);
            }
            Term::Rule(name) => self.rule(name, inside_token),
            Term::Except(term, exception) => self.write_except(term, exception, inside_token),
            Term::Sequence(terms) => terms.iter().for_each(|term| self.write(term, inside_token)),
            Term::Either(terms) => {
                let chosen = if self.fuel == 0 {
                    terms.iter().min_by_key(|term| self.grammar.depth(term)).unwrap()
                } else {
                    &terms[(self.random)(terms.len())]
                };
                self.write(chosen, inside_token);
            }
            Term::Optional(term) => {
                if self.fuel > 0 && self.chance(2) {
                    self.write(term, inside_token);
                }
            }
            Term::Repeated(term) => {
                while self.fuel > 0 && self.chance(3) {
                    self.write(term, inside_token);
                }
            }
        }
    }

    fn rule(&mut self, name: &str, inside_token: bool) {
        let grammar = self.grammar;
        let term = &grammar.rules[name];
        if inside_token || !name.starts_with(|c: char| c.is_ascii_uppercase()) {
            return self.write(term, inside_token);
        }
        let before = std::mem::take(&mut self.text);
        self.write(term, true);
        let token = std::mem::replace(&mut self.text, before);
        self.token(&token, false);
    }

    fn write_except(&mut self, term: &Term, exception: &Term, inside_token: bool) {
        let start = self.text.len();
        loop {
            self.write(term, inside_token);
            if !self.spells(exception, &self.text[start..]) {
                return;
            }
            self.text.truncate(start);
        }
    }

    fn spells(&self, term: &Term, text: &str) -> bool {
        match term {
            Term::Literal(literal) => literal == text,
            Term::Rule(name) => self.spells(&self.grammar.rules[name], text),
            Term::Either(terms) => terms.iter().any(|term| self.spells(term, text)),
            _ => false,
        }
    }

    fn token(&mut self, token: &str, inside_token: bool) {
        let word = |c: char| c.is_alphanumeric() || c == '_' || c == '²' || c == '³';
        let last = self.text.chars().next_back();
        let joined = last.is_some_and(word) && token.chars().next().is_some_and(|c| word(c) || c == '.');
        if !inside_token && last.is_some() && (joined && token != ".." && token != "." || self.chance(3)) {
            self.text.push(' ');
        }
        self.text.push_str(token);
    }
}

struct Reader<'a> {
    tokens: &'a [String],
    position: usize,
}

impl Reader<'_> {
    fn peek(&self) -> &str {
        self.tokens.get(self.position).map_or("", String::as_str)
    }

    fn take(&mut self) -> String {
        self.position += 1;
        self.tokens[self.position - 1].clone()
    }

    fn expect(&mut self, token: &str) {
        let found = self.take();
        assert_eq!(found, token, "token {} of the grammar", self.position);
    }

    fn rule(&mut self) -> (String, Term) {
        let name = self.take();
        self.expect("=");
        let term = self.either();
        self.expect(";");
        (name, term)
    }

    fn either(&mut self) -> Term {
        let mut terms = vec![self.sequence()];
        while self.peek() == "|" {
            self.take();
            terms.push(self.sequence());
        }
        if terms.len() == 1 { terms.remove(0) } else { Term::Either(terms) }
    }

    fn sequence(&mut self) -> Term {
        let mut terms = Vec::new();
        while !["|", ";", ")", "]", "}", ""].contains(&self.peek()) {
            terms.push(self.factor());
        }
        if terms.len() == 1 { terms.remove(0) } else { Term::Sequence(terms) }
    }

    fn factor(&mut self) -> Term {
        let term = self.primary();
        match self.peek() {
            "-" => {
                self.take();
                Term::Except(Box::new(term), Box::new(self.primary()))
            }
            "…" => {
                self.take();
                let last = self.primary();
                let letter = |term: &Term| match term {
                    Term::Literal(text) => text.chars().next().unwrap(),
                    other => panic!("a range needs characters, found {other:?}"),
                };
                Term::Range(letter(&term), letter(&last))
            }
            _ => term,
        }
    }

    fn primary(&mut self) -> Term {
        let token = self.take();
        match token.as_str() {
            "(" => self.closed(")"),
            "[" => Term::Optional(Box::new(self.closed("]"))),
            "{" => Term::Repeated(Box::new(self.closed("}"))),
            special if special.starts_with('?') => Term::Special,
            literal if literal.starts_with(['"', '\'']) => Term::Literal(literal[1..literal.len() - 1].to_string()),
            name => Term::Rule(name.to_string()),
        }
    }

    fn closed(&mut self, closer: &str) -> Term {
        let term = self.either();
        self.expect(closer);
        term
    }
}

/// Names, quoted literals, special sequences and single signs; comments left out.
fn tokens(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '(' if rest.starts_with("(*") => rest.find("*)").expect("a comment is closed") + 2,
            '"' | '\'' | '?' => 1 + rest[1..].find(first).expect("a quotation is closed") + 1,
            c if c.is_alphabetic() => rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        if !rest.starts_with("(*") {
            found.push(rest[..length].to_string());
        }
        rest = rest[length..].trim_start();
    }
    found
}
