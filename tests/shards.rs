//! Sweeps in shards of a job array: the merged file has the bytes of one run, and what does not belong together is refused.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const SCRIPT: &str = "f(a) = tanh(x) - a*x\nt = sweep(a = 0..1 count 7, g = [1/2, 2], edges(features(f(a), phi = g, psi = 1))[0][1], file = \"points.jsonl\")\nt\nsave(t, \"table.csv\")\n";

/// An empty folder with the script in it.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("resolvent-shards-{name}-{}", std::process::id()));
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("script.rsv"), SCRIPT).expect("a script");
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_resolvent"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null()).output().expect("the program runs")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).replace('\n', " ")
}

/// The shards of the script, and the names of their files.
fn shards(folder: &Path, of: usize) -> Vec<String> {
    let shard = |number: usize| {
        let output = run(folder, &["--shard", &format!("{number}/{of}"), "script.rsv"]);
        assert!(output.status.success(), "{}", said(&output));
        format!("points.{number}-of-{of}.jsonl")
    };
    (1..=of).map(shard).collect()
}

fn merge(folder: &Path, parts: &[&str]) -> Output {
    run(folder, &[&["merge"], parts].concat())
}

#[test]
fn merged_shards_have_the_bytes_of_one_run() {
    let (whole, parts) = (folder("whole"), folder("parts"));
    assert!(run(&whole, &["script.rsv"]).status.success());
    let mut names = shards(&parts, 3);
    // more shards than points are empty ones
    names.swap(0, 2);
    assert!(!parts.join("table.csv").exists(), "a shard has no whole table to write");
    let merged = merge(&parts, &names.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(String::from_utf8_lossy(&merged.stdout), "14 points in points.jsonl\n", "{}", said(&merged));
    let [one, other] = [&whole, &parts].map(|folder| fs::read(folder.join("points.jsonl")).expect("points"));
    assert_eq!(one, other);
    // the script itself goes on from the merged file, and writes its table
    assert!(run(&parts, &["script.rsv"]).status.success());
    let [one, other] = [&whole, &parts].map(|folder| fs::read(folder.join("table.csv")).expect("a table"));
    assert_eq!(one, other);
}

#[test]
fn more_shards_than_points_are_empty_ones() {
    let (whole, parts) = (folder("few"), folder("many"));
    for place in [&whole, &parts] {
        fs::write(place.join("script.rsv"), "sweep(a = [1, 2], a^2, file = \"points.jsonl\")\n").expect("a script");
    }
    assert!(run(&whole, &["script.rsv"]).status.success());
    let names = shards(&parts, 4);
    assert!(merge(&parts, &names.iter().map(String::as_str).collect::<Vec<_>>()).status.success());
    let [one, other] = [&whole, &parts].map(|folder| fs::read(folder.join("points.jsonl")).expect("points"));
    assert_eq!(one, other);
}

#[test]
fn gaps_overlaps_and_strangers_are_refused() {
    let parts = folder("refused");
    shards(&parts, 3);
    let refused = |names: &[&str], wanted: &str| {
        let output = merge(&parts, names);
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains(wanted), "{} and not {wanted}", said(&output));
        assert!(!parts.join("points.jsonl").exists());
    };
    let [first, second, third] = ["points.1-of-3.jsonl", "points.2-of-3.jsonl", "points.3-of-3.jsonl"];
    refused(&[first, third], "shard 2 of 3 is missing; run --shard 2/3");
    fs::copy(parts.join(first), parts.join("copy.jsonl")).expect("a copy");
    refused(&[first, "copy.jsonl", second, third], "are the same shard");
    let text = fs::read_to_string(parts.join(second)).expect("points");
    // a run that was stopped
    let cut: Vec<&str> = text.lines().collect();
    fs::write(parts.join(second), cut[..cut.len() - 1].join("\n") + "\n").expect("a file");
    refused(&[first, second, third], "is not finished: point 13 is missing");
    // a point twice
    fs::write(parts.join(second), format!("{text}{}\n", cut[2])).expect("a file");
    refused(&[first, second, third], "holds point 4 twice");
    // a point of another shard
    fs::write(parts.join(second), text.replacen("\"point\":4", "\"point\":5", 1)).expect("a file");
    refused(&[first, second, third], "holds point 5, which belongs to another shard");
    // another statement
    fs::write(parts.join(second), text.replacen("tanh(x)", "erf(x)", 1)).expect("a file");
    refused(&[first, second, third], "hold different sweeps: names differs");
    fs::write(parts.join(second), &text).expect("a file");
    // a file of another sweep in the place of the result
    assert!(run(&parts, &["-e", "sweep(a = [1, 2], a, file = \"points.jsonl\")"]).status.success());
    let before = fs::read(parts.join("points.jsonl")).expect("points");
    assert!(said(&merge(&parts, &[first, second, third])).contains("holds the points of another sweep"));
    assert_eq!(fs::read(parts.join("points.jsonl")).expect("points"), before);
}

#[test]
fn a_shard_needs_a_file_and_a_number() {
    let place = folder("numbers");
    let refused = |arguments: &[&str], wanted: &str| {
        let output = run(&place, arguments);
        assert!(!output.status.success());
        assert!(said(&output).contains(wanted), "{}", said(&output));
    };
    refused(&["--shard", "4/3", "script.rsv"], "shards are counted from 1 to 3");
    refused(&["--shard", "three", "script.rsv"], "a shard is given as 3/16");
    refused(&["--shard", "1/2", "-e", "sweep(a = [1, 2], a)"], "a shard of a sweep needs a file");
}
