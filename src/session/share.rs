//! Which of the independent pieces of a statement a session works on: the points of a sweep, the draws of a check.
//!
//! A piece is a pure function of the statement and of its number, so that pieces may be found anywhere and in any order, more than
//! once too: what is gathered from them has the same bytes. Whoever hands pieces out starts a session for each step: what pieces
//! there are ([`Share::Plan`]), some of them ([`Share::Pieces`]), and the answer from all of them ([`Share::Found`]).

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value as Json;

/// Which pieces a session works on.
#[derive(Clone, Debug, Default)]
pub enum Share {
    /// All of them.
    #[default]
    Whole,
    /// Of every sweep those whose number leaves the remainder `number − 1` by `of`; they go to a file of their own.
    Shard {
        /// From 1.
        number: usize,
        /// How many shards there are.
        of: usize,
    },
    /// None: what is handed over says what is computed and how many pieces there are.
    Plan(Handed),
    /// Those with these numbers; the line of each is handed over.
    Pieces(Arc<Vec<usize>>, Handed),
    /// None: the lines of all of them, by number, were found before.
    Found(Arc<Vec<Json>>),
}

/// What a session hands over.
#[derive(Clone, Debug, Default)]
pub struct Handed(Arc<Mutex<Vec<Json>>>);

impl Handed {
    /// Hands over these lines in place of what was there.
    pub(super) fn put(&self, lines: Vec<Json>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = lines;
    }

    /// Takes what was handed over.
    #[must_use]
    pub fn take(&self) -> Vec<Json> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Share {
    /// Whether a point with this number belongs to it.
    pub(super) fn holds(&self, point: usize) -> bool {
        match self {
            Self::Shard { number, of } => point % of == number - 1,
            Self::Whole | Self::Plan(_) | Self::Pieces(..) | Self::Found(_) => true,
        }
    }
}
