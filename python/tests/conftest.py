"""Tests lie beside what they read, in the tree and in the folder that `make test-python` makes."""

import pathlib

import pytest

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent


@pytest.fixture
def beside():
    """The path of a document or a folder, wherever it lies."""

    def find(name: str) -> pathlib.Path:
        places = [HERE / name, HERE / "stubs" / name, ROOT / "docs" / name, ROOT / "python" / name, ROOT / "python" / "resolvent" / name]
        return next(place for place in places if place.exists())

    return find
