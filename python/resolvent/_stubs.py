"""The type stubs of the package, from the program's own table: ``python -m resolvent._stubs resolvent/__init__.pyi``."""

from __future__ import annotations

import keyword
import sys
from typing import Any

from . import _native
from ._queries import ARRAYS, docstring

HEAD = '''# Made by `python -m resolvent._stubs`: a query of the language has one row here, as it has one in the program.
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from decimal import Decimal
from fractions import Fraction
from typing import Any, Optional, TypeAlias, Union, overload

import numpy
from numpy.typing import NDArray

Real: TypeAlias = Union[int, float, Fraction, Decimal, str, "Number", "Expression"]
Function: TypeAlias = Union[str, "Expression", Real]
Array: TypeAlias = NDArray[numpy.float64]

__version__: str

class Error(Exception):
    message: str
    kind: str
    help: Optional[str]
    span: Optional[tuple[int, int]]
    statement: str

class StatementError(Error, ValueError): ...
class DomainError(Error, ArithmeticError): ...
class EffortError(Error, RuntimeError): ...
class FileError(Error, OSError): ...
class SimulationError(Error, RuntimeError): ...

class Warning(UserWarning):
    name: str

class Expression:
    def __add__(self, other: Real) -> Expression: ...
    def __radd__(self, other: Real) -> Expression: ...
    def __sub__(self, other: Real) -> Expression: ...
    def __rsub__(self, other: Real) -> Expression: ...
    def __mul__(self, other: Real) -> Expression: ...
    def __rmul__(self, other: Real) -> Expression: ...
    def __truediv__(self, other: Real) -> Expression: ...
    def __rtruediv__(self, other: Real) -> Expression: ...
    def __pow__(self, other: Real) -> Expression: ...
    def __rpow__(self, other: Real) -> Expression: ...
    def __neg__(self) -> Expression: ...
    def __pos__(self) -> Expression: ...
    def __abs__(self) -> Expression: ...
    def __lt__(self, other: Real) -> Expression: ...
    def __le__(self, other: Real) -> Expression: ...
    def __gt__(self, other: Real) -> Expression: ...
    def __ge__(self, other: Real) -> Expression: ...
    def __eq__(self, other: object) -> Any: ...
    def __call__(self, value: Real) -> Expression: ...
    def __getitem__(self, index: Union[int, str]) -> Any: ...
    def __getattr__(self, name: str) -> Any: ...

class Number:
    text: str
    exact: Optional[str]
    fraction: Optional[Fraction]
    decimal: Decimal
    error: float
    certified: bool
    statement: Optional[str]
    json: str
    def mpmath(self) -> Any: ...
    def __float__(self) -> float: ...
    def __int__(self) -> int: ...
    def __index__(self) -> int: ...
    def __complex__(self) -> complex: ...
    def __lt__(self, other: Union[float, Number]) -> bool: ...
    def __le__(self, other: Union[float, Number]) -> bool: ...
    def __gt__(self, other: Union[float, Number]) -> bool: ...
    def __ge__(self, other: Union[float, Number]) -> bool: ...
    def __add__(self, other: Union[float, Number]) -> float: ...
    def __radd__(self, other: Union[float, Number]) -> float: ...
    def __sub__(self, other: Union[float, Number]) -> float: ...
    def __rsub__(self, other: Union[float, Number]) -> float: ...
    def __mul__(self, other: Union[float, Number]) -> float: ...
    def __rmul__(self, other: Union[float, Number]) -> float: ...
    def __truediv__(self, other: Union[float, Number]) -> float: ...
    def __rtruediv__(self, other: Union[float, Number]) -> float: ...
    def __pow__(self, other: Union[float, Number]) -> float: ...
    def __rpow__(self, other: Union[float, Number]) -> float: ...
    def __neg__(self) -> float: ...
    def __abs__(self) -> float: ...

class Measured:
    mean: float
    se: float
    def __float__(self) -> float: ...

class Complex:
    real: Number
    imag: Number
    def __complex__(self) -> complex: ...

class Formula:
    text: str
    latex: str

class Figure:
    svg: str
    data: dict[str, Any]
    def save(self, path: str) -> None: ...
    def matplotlib(self, ax: Any = None, panel: int = 0) -> Any: ...

class Session:
    def __init__(self, digits: int = 15, seed: int = 0, threads: Optional[int] = None, out: Optional[str] = None) -> None: ...
    def run(self, text: str, progress: Any = None) -> Any: ...
    def statements(self, text: str, origin: str = "statement", progress: Any = None) -> list[dict[str, Any]]: ...

class points:
    def __init__(self, low: Real, high: Real, count: Optional[int] = None, step: Optional[Real] = None, log: bool = False) -> None: ...

x: Expression
pi: Expression
e: Expression
i: Expression
inf: Expression

def evaluate(text: str, *, digits: int = 15, seed: int = 0, threads: Optional[int] = None, progress: Any = None) -> Any: ...
def where(condition: Expression, then: Real, otherwise: Real) -> Expression: ...
def piecewise(*arms: Any) -> Expression: ...
def He(k: int, argument: Real = ...) -> Expression: ...
def maximum(*arguments: Real) -> Expression: ...
def minimum(*arguments: Real) -> Expression: ...
def function(text: str) -> Expression: ...
def explain(topic: str = "help") -> str: ...
def sweep(
    asked: Union[str, Expression, Callable[..., Any]],
    grid: Optional[Mapping[str, Any]] = None,
    *,
    file: Optional[str] = None,
    restart: bool = False,
    executor: Optional[Executor] = None,
    digits: int = 15,
    seed: int = 0,
    threads: Optional[int] = None,
    progress: Any = None,
    **names: Any,
) -> List: ...
def find(asked: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None, **names: Any) -> List: ...
def minimize(asked: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None, **names: Any) -> Record: ...
def maximize(asked: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None, **names: Any) -> Record: ...
'''

OWN = {"sweep", "find", "minimize", "maximize"}
EXTRA = {"check": ", executor: Optional[Executor] = None"}


def result(row: dict[str, Any]) -> str:
    """The Python type of what a query gives."""
    text = row["result"]
    if row["makes_a_model"]:
        return "Model"
    if row["name"] == "plot":
        return "Figure"
    if row["name"] == "latex":
        return "str"
    if text.startswith("a record"):
        return "Record"
    if text.startswith("a list"):
        return "List"
    if text.startswith("a rational number"):
        return "Number"
    return "Any"


def arguments(row: dict[str, Any], method: bool) -> str:
    """The arguments of a query in a stub."""
    shown, optional = [], False
    for name, _, default, required, _ in row["parameters"]:
        optional = optional or not required
        kind = "Function" if name in ("f", "teacher") else "Any"
        shown.append(f"{name}: {kind} = ..." if optional else f"{name}: {kind}")
    if method:
        shown[0] = "self"
    names = f"{', '.join(shown)}, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None"
    return names + EXTRA.get(row["name"], "")


def stub(row: dict[str, Any], method: bool = False) -> list[str]:
    """The lines of one query."""
    pad = "    " if method else ""
    name = row["name"]
    given = arguments(row, method)
    lines = []
    if name in ARRAYS:
        point = row["parameters"][1][0]
        first = "self" if method else "m: Model"
        array = "NDArray[numpy.complex128]" if name == "stieltjes" else "Array"
        lines += [f"{pad}@overload", f"{pad}def {name}({first}, {point}: {array}) -> {array}: ...", f"{pad}@overload"]
    text = docstring(row).replace("\\", "\\\\").replace('"""', "'''")
    if method:
        text = text.splitlines()[0]
    body = "\n".join(f"{pad}    {line}".rstrip() for line in text.splitlines())
    lines.append(f'{pad}def {name}({given}) -> {result(row)}:\n{pad}    """{body.lstrip()}\n{pad}    """' if not method else f'{pad}def {name}({given}) -> {result(row)}:\n{pad}    """{text}"""')
    return lines


def methods(first: str) -> list[str]:
    """The queries that are methods of what they ask about."""
    rows = [row for row in _native.queries() if row["parameters"] and row["parameters"][0][0] == first and row["name"] not in OWN]
    return [line for row in rows for line in stub(row, True)]


def text() -> str:
    """The whole file."""
    lines = [HEAD]
    lines += ["class Record(Mapping[str, Any]):", "    json: str", "    statement: Optional[str]"]
    lines += ["    def __getitem__(self, name: str) -> Any: ...", "    def __iter__(self) -> Iterator[str]: ...", "    def __len__(self) -> int: ..."]
    lines += ["    def __getattr__(self, name: str) -> Any: ...", "    def to_dict(self) -> dict[str, Any]: ...", *methods("value"), ""]
    lines += ["class List(list[Any]):", "    json: str", "    statement: Optional[str]"]
    lines += ["    def __getitem__(self, index: Any) -> Any: ...", *methods("value"), ""]
    lines += ["class Model:", "    json: str", "    statement: Optional[str]", "    def __getattr__(self, name: str) -> Any: ..."]
    lines += ["    def to_dict(self) -> dict[str, Any]: ...", "    def law(self) -> Any: ...", "    def sample(self, n: int, seed: int = 0) -> Array: ..."]
    lines += [*methods("m"), *methods("value"), ""]
    taken = {row["name"] for row in _native.queries()}
    for name, parameters, about in _native.functions():
        if name not in taken and not keyword.iskeyword(name) and f"def {name}(" not in "\n".join(lines[-60:]):
            given = ", ".join(f"{parameter}: Real = ..." if place else f"{parameter}: Real" for place, parameter in enumerate(parameters))
            lines += [f"def {name}({given}) -> Expression:", f'    """{about}"""']
            taken.add(name)
    for row in _native.queries():
        if row["name"] not in OWN:
            lines += stub(row)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        file.write(text())
