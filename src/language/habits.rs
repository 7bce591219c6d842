//! Words of other languages, and what takes their place here.

/// Words that begin a definition elsewhere.
const DECLARING: [&str; 10] = ["let", "def", "function", "fn", "func", "var", "const", "val", "define", "auto"];

/// Other words, each with its mend.
const MENDS: [(&str, &str); 41] = [
    ("lambda", FUNCTION),
    ("fun", FUNCTION),
    ("return", FUNCTION),
    ("for", LISTS),
    ("while", LISTS),
    ("map", LISTS),
    ("range", RANGES),
    ("linspace", RANGES),
    ("arange", RANGES),
    ("import", MODULES),
    ("from", MODULES),
    ("using", MODULES),
    ("np", MODULES),
    ("numpy", MODULES),
    ("torch", MODULES),
    ("math", MODULES),
    ("print", PRINTED),
    ("println", PRINTED),
    ("show", PRINTED),
    ("display", PRINTED),
    ("open", UNREAD),
    ("read", UNREAD),
    ("and", JOINED),
    ("or", JOINED),
    ("not", JOINED),
    ("integrate", EXPECTATION),
    ("expect", EXPECTATION),
    ("E", EXPECTATION),
    ("expectation", EXPECTATION),
    ("D", DERIVATIVE),
    ("derivative", DERIVATIVE),
    ("grad", DERIVATIVE),
    ("N", "`set digits = 30` asks for more digits"),
    ("None", "leave out what has no value"),
    ("ans", "`last` is the last value; `a = …` names one"),
    ("models", LISTED),
    ("examples", LISTED),
    ("tour", "it is a command of the prompt; elsewhere run examples/tour.rsv"),
    ("timing", "it is a command of the prompt alone"),
    ("quit", "it ends the prompt alone; a script ends with its last line"),
    ("exit", "it ends the prompt alone; a script ends with its last line"),
];

/// What arguments are called elsewhere, the argument that takes their place, and how it is written.
const ARGUMENTS: [(&str, &str, &str); 18] = [
    ("lambda", "ridge", "the penalty is called ridge: `ridge = 1/10`"),
    ("penalty", "ridge", "the penalty is called ridge: `ridge = 1/10`"),
    ("lr", "eta", STEP),
    ("learning_rate", "eta", STEP),
    ("step", "eta", STEP),
    ("gamma", "psi", "gamma = n1/m is phi/psi: give phi = n0/m and psi = n0/n1"),
    ("layers", "gamma", LAYERS),
    ("depth", "gamma", LAYERS),
    ("width", "widths", WIDTHS),
    ("hidden", "widths", WIDTHS),
    ("sigma", "sigma_w", "the deviation of the weights is sigma_w, that of the inputs sigma_x, that of a bias sigma_b"),
    ("t", "signal", "signals are a list of their strengths: `signal = [6]`"),
    ("theta", "signal", "signals are a list of their strengths: `signal = [6]`"),
    ("samples", "trials", "the size is `n`, and `trials` says how many matrices are drawn"),
    ("repeats", "trials", "`trials` says how many matrices are drawn"),
    ("batch_size", "batch", "the size of a batch is `batch`"),
    ("epochs", "steps", "`steps` counts updates of the weights"),
    ("y", "labels", "labels are a function of x1 … x9: `labels = x1*x2`"),
];

const STEP: &str = "a step size is `eta`, and where it grows like n^alpha its exponent is `alpha`";
const LAYERS: &str = "gamma lists n/d0, n/d1, …: one number more than there are layers";
const WIDTHS: &str = "the widths of the hidden layers are a list: `widths = [64, 64]`";
const FUNCTION: &str = "a function is one expression in x: `f(x) = x^2`";
const LISTS: &str = "there are no loops: a list `[a, b]` or a range `0..1 count 11` holds all points at once";
const RANGES: &str = "a range is written `0..1 count 11` or `0..1 step 0.1`";
const MODULES: &str = "there are no modules; functions stand alone: `tanh(x)`";
const PRINTED: &str = "write the value alone: a statement prints its value";
const UNREAD: &str = "`load(\"X.npy\")` and `load(\"X.csv\")` read data; lists are written `[1, 2, 3]`";
const LISTED: &str = "it is a command of the prompt; elsewhere write `help models`, `help examples`";
const EXPECTATION: &str = "the mean under the standard normal law is `gaussian(f).mean`";
const DERIVATIVE: &str = "a derivative is `f'` or `diff(f)`";
/// Conditions within conditions.
pub(super) const JOINED: &str = "put one condition inside the other: `if 0 < x then (if x < 1 then p else q) else q`";

/// Whether the word begins a definition elsewhere.
#[must_use]
pub fn declares(word: &str) -> bool {
    DECLARING.contains(&word)
}

/// How the argument is written that has another name elsewhere, when it is one of these.
#[must_use]
pub fn argument(name: &str, known: &[&str]) -> Option<&'static str> {
    ARGUMENTS.iter().find(|(foreign, own, _)| *foreign == name && known.contains(own)).map(|(.., mend)| *mend)
}

/// What to write in place of a word of another language.
#[must_use]
pub fn mend(word: &str) -> Option<&'static str> {
    MENDS.iter().find(|(known, _)| *known == word).map(|(_, mend)| *mend)
}
