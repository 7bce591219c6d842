"""What is written runs: recipes, notebooks, stubs, the names of the package."""

import doctest
import json
import pathlib
import re
import warnings

import pytest

import resolvent as rs

NOTEBOOKS = ["nonlinear_random_matrices", "spikes_through_layers", "one_gradient_step", "feature_alignment"]


def test_recipes_give_what_they_show(beside):
    import matplotlib

    matplotlib.use("Agg")
    path = beside("python.md")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        failed, tried = doctest.testfile(str(path), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert tried > 30 and failed == 0
    assert len(re.findall(r"^### \d+\. ", path.read_text(encoding="utf-8"), re.MULTILINE)) == 10


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebooks_run(beside, name):
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    notebook = nbformat.read(beside("notebooks") / f"{name}.ipynb", as_version=4)
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    shown = [kind for output in outputs for kind in output.get("data", {})]
    assert "image/svg+xml" in shown and "text/html" in shown
    assert not [output for output in outputs if output.output_type == "error"]
    # notebooks are kept without their outputs
    kept = json.loads((beside("notebooks") / f"{name}.ipynb").read_text(encoding="utf-8"))
    assert all(not cell.get("outputs") for cell in kept["cells"])


def test_stubs_are_those_of_the_table(beside):
    from resolvent import _stubs

    text = _stubs.text()
    assert beside("__init__.pyi").read_text(encoding="utf-8") == text, "make stubs"
    compile(text, "__init__.pyi", "exec")
    installed = pathlib.Path(rs.__file__).with_name("__init__.pyi")
    assert installed.read_text(encoding="utf-8") == text and installed.with_name("py.typed").exists()


def test_every_public_name_has_a_stub_and_the_other_way(beside):
    text = beside("__init__.pyi").read_text(encoding="utf-8")
    stubbed = set(re.findall(r"^(?:def|class) (\w+)", text, re.MULTILINE)) | set(re.findall(r"^(\w+): ", text, re.MULTILINE))
    for name in rs.__all__:
        assert name in stubbed, name
    for name in stubbed - {"Real", "Function", "Array"}:
        assert hasattr(rs, name) or name in ("Figure",), name


def test_values_show_themselves_in_a_notebook():
    m = rs.features("relu(x)", phi="1/2", psi="3/4")
    table = rs.gaussian("relu(x)")._repr_html_()
    assert "theta1" in table and "1/2 - 1/(2*pi)" in table and "<table" in table
    assert rs.gaussian("relu(x)").theta1._repr_latex_().startswith("$")
    assert "frac" in rs.gaussian("relu(x)").theta1._repr_latex_()
    own = rs.features(rs.where(rs.x > 0, rs.x, rs.exp(rs.x) - 1) * rs.sigmoid(2 * rs.x), phi=1, psi=0.5)
    assert "sigmoid" in own._repr_html_() and "sigmoid" in own.json and own.to_dict()["psi"] == 0.5
    page = rs.plot(m)._repr_html_()
    assert page.count("<svg") == 2 and "prefers-color-scheme: dark" in page
    assert "<script" not in page
    assert rs.tanh(rs.x / 2)._repr_latex_().startswith("$")
