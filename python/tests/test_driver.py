"""The package in the place of the program: the same lines and the same exit status."""

import json
import pathlib
import subprocess
import sys

DRIVER = pathlib.Path(__file__).with_name("driver.py")


def run(*arguments):
    done = subprocess.run([sys.executable, str(DRIVER), "--json", *arguments], capture_output=True, text=True, timeout=120)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_values_failures_and_warnings_are_lines_of_the_program():
    status, lines, _ = run("-e", "f = tanh(x); -2^2; gaussian(f).theta1", "--digits", "20")
    assert status == 0 and [line["value"] for line in lines] == [-4, 0.39429449039784117442]
    status, lines, said = run("-e", "1; taanh(x)", "-e", "3")
    assert status == 1 and [line.get("value") for line in lines] == [1, None]
    assert lines[1]["error"]["kind"] == "unknown_name" and lines[1]["error"]["span"] == [0, 5]
    assert "`taanh` is not known" in said and "-e:1:4" in said


def test_what_is_wrong_after_the_first_failure_is_said_too():
    status, lines, _ = run("-e", "1/0; 2; sperctum(1)")
    assert status == 1 and [line["error"]["kind"] for line in lines] == ["undefined", "unknown_name"]


def test_files_and_statuses(tmp_path):
    script = tmp_path / "script.rsv"
    script.write_text('plot(features(tanh(x), phi = 1, psi = 1), file = "law.svg")\nset digits = 7\nfeatures(tanh(x), phi = 1, psi = 1)\n')
    status, lines, _ = run(str(script), "--out", str(tmp_path))
    assert status == 0 and (tmp_path / "law.svg").exists() and len(lines) == 2
    status, _, _ = run("-e", "check(features(theta1 = 5, theta2 = 1, phi = 1, psi = 1), activation = tanh(x), n = 100, trials = 3)")
    assert status == 3
