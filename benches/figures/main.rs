//! The figures of the program: how long each kind of question takes, beside the least that this machine could take.
//!
//! `make bench` prints a table; `cargo bench --bench figures -- hermite law` prints only some sections, and `--tsv` prints
//! key, value, unit and note with tabs between them, for other programs. A time is the least of a few repetitions.

mod hermite;
mod jacobian;
mod law;
mod layers;
mod limits;
mod one_step;
mod process;
mod propagation;
mod regression;
mod spikes;
mod table;
mod training;
mod witness;

use table::Table;

type Section = (&'static str, fn(&Table));

const SECTIONS: [Section; 11] = [
    ("hermite", hermite::section),
    ("law", law::section),
    ("jacobian", jacobian::section),
    ("layers", layers::section),
    ("spikes", spikes::section),
    ("one_step", one_step::section),
    ("propagation", propagation::section),
    ("regression", regression::section),
    ("witness", witness::section),
    ("training", training::section),
    ("process", process::section),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let wanted: Vec<&str> = arguments.iter().map(String::as_str).filter(|argument| !argument.starts_with("--")).collect();
    if let Some(unknown) = wanted.iter().find(|name| !SECTIONS.iter().any(|(known, _)| known == *name)) {
        eprintln!("no section `{unknown}`: there are {}", SECTIONS.map(|(name, _)| name).join(", "));
        std::process::exit(1);
    }
    let table = Table { tabs: arguments.iter().any(|argument| argument == "--tsv") };
    for (name, section) in SECTIONS {
        if wanted.is_empty() || wanted.contains(&name) {
            section(&table);
        }
    }
}
