"""Random-matrix theory of neural networks from a typed activation function, with certain digits, and the simulation beside it.

>>> import resolvent as rs
>>> m = rs.features("tanh(x)", phi="1/2", psi="3/4")
>>> m.edges()
[[0.00209826786111623, 2.51008631651981]]

Every constructor and query of the query language is here under its own name; ``help(rs.spectrum)`` is its help text.
"""

from __future__ import annotations

from typing import Any

from . import _native
from ._call import Session, evaluate
from ._errors import DomainError, EffortError, Error, FileError, SimulationError, StatementError, Warning
from ._expression import Expression, e, i, inf, pi, piecewise, where, x
from ._parallel import check, find, maximize, minimize, sweep
from ._queries import PUBLIC as _PUBLIC
from ._values import Complex, Formula, List, Measured, Model, Number, Record
from ._write import Points as points

__version__ = _native.version()


def _functions() -> dict[str, Any]:
    from . import _expression

    def function(name: str, parameters: list[str], about: str) -> Any:
        def act(*arguments: Any) -> Expression:
            return _expression.call(name, arguments)

        act.__name__ = act.__qualname__ = name
        act.__doc__ = f"{name}({', '.join(parameters)}): {about}."
        return act

    return {name: function(name, parameters, about) for name, parameters, about in _native.functions()}


def He(k: int, argument: Any = x) -> Expression:
    """The Hermite polynomial He_k of N(0, 1): ``rs.He(2)`` is ``x^2 - 1``."""
    from . import _expression

    return _expression.call("He", [k, argument])


def maximum(*arguments: Any) -> Expression:
    """The largest of two or more functions; ``max`` of the language."""
    from . import _expression

    return _expression.call("max", arguments)


def minimum(*arguments: Any) -> Expression:
    """The smallest of two or more functions; ``min`` of the language."""
    from . import _expression

    return _expression.call("min", arguments)


def function(text: str) -> Expression:
    """A function of x, or a number, from its text in the query language: ``rs.function("tanh(x) - x/3")``."""
    from ._write import expression

    found = expression(text)
    assert found is not None
    return found


def explain(topic: str = "help") -> str:
    """The help of the program on a query, an argument, a field or a function: ``print(rs.explain("phi"))``."""
    return str(_native.help(topic))


_own = set(globals())
for _name, _function in _functions().items():
    if _name not in _own:
        globals()[_name] = _function
for _name, _query in _PUBLIC.items():
    if _name not in _own:
        globals()[_name] = _query

__all__ = sorted(
    name
    for name in globals()
    # what is Python's own stays so where everything is imported
    if not name.startswith("_") and name not in ("annotations", "Any", "abs", "max", "min", "all", "Warning")
)
