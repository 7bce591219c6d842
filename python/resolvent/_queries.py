"""Every query of the language as a function, and as a method of what it asks about: made from the program's own table."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Optional

from . import _native
from ._call import DIGITS, evaluated
from ._errors import StatementError
from ._expression import Expression, Part
from ._values import Answer, List, Model
from ._write import argument

if TYPE_CHECKING:
    import inspect

# arguments of every query, beside those of the language
OWN = ("digits", "threads", "progress")
# methods that take arrays past the language
ARRAYS = ("density", "cdf", "quantile", "stieltjes")


class Query:
    """A query of the language: a call makes its statement and gives its value."""

    def __init__(self, row: dict[str, Any]) -> None:
        self.row = row
        self.__name__: str = row["name"]
        self.__qualname__ = self.__name__
        self.__module__ = "resolvent"
        self.__doc__ = docstring(row)
        self.abouts = {name: about for name, _, _, _, about in row["parameters"]}
        for name, aliases, _, _, about in row["parameters"]:
            self.abouts.update({alias: about for alias in aliases})
        self.order = [name for name, *_ in row["parameters"]]

    def written(self, given: tuple[Any, ...], named: dict[str, Any]) -> Expression:
        """The call as the language writes it; what is None is not given."""
        parts: list[Part] = [f"{self.__name__}("]
        free: frozenset[str] = frozenset()
        places = [(None, self.order[min(place, len(self.order) - 1)], value) for place, value in enumerate(given)]
        all_given = places + [(name, name, value) for name, value in named.items() if value is not None]
        for count, (name, parameter, value) in enumerate(all_given):
            there = argument(self.__name__, parameter, self.abouts.get(parameter, ""), value)
            parts.extend([", "] * bool(count))
            parts.extend([f"{name} = "] * (name is not None))
            parts.extend(there.parts)
            free |= there.free
        return Expression((*parts, ")"), free=free, asks=True)

    def __call__(self, *given: Any, **named: Any) -> Any:
        digits, threads, progress = (named.pop(own, usual) for own, usual in zip(OWN, (DIGITS, None, None)))
        if self.__name__ in ARRAYS and len(given) + len(named) == 2 and isinstance(given[0] if given else None, Model):
            value = given[1] if len(given) == 2 else next(iter(named.values()))
            if type(value).__module__ == "numpy" and type(value).__name__ == "ndarray":
                return on_array(given[0], self.__name__, value)
        asked = self.written(given, named)
        return asked if asked.free else evaluated(asked, digits, 0, threads, progress)

    def __repr__(self) -> str:
        return f"<query {self.row['usage']}>"


def public(query: Query) -> Any:
    """A query as a plain function, which ``help`` explains and a class makes a method of."""

    def asked(*given: Any, **named: Any) -> Any:
        return query(*given, **named)

    asked.__name__ = asked.__qualname__ = query.__name__
    asked.__module__ = "resolvent"
    asked.__doc__ = query.__doc__
    # an interpreter that somebody sits at has it loaded; loading it costs more than the rest of the package
    if "inspect" in sys.modules:
        asked.__signature__ = signature(query.row)  # type: ignore[attr-defined]
    return asked


def on_array(model: Model, name: str, points: Any) -> Any:
    """A function of the law in doubles, in the shape of its points."""
    import numpy

    wanted = numpy.complex128 if name == "stieltjes" else numpy.float64
    flat = numpy.ascontiguousarray(points, dtype=wanted).reshape(-1)
    return getattr(model.law(), name)(flat).reshape(points.shape)


def signature(row: dict[str, Any]) -> "inspect.Signature":
    """The arguments as Python shows them."""
    import inspect

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters, optional = [], False
    for name, _, default, required, _ in row["parameters"]:
        # what must be given may stand behind what need not
        optional = optional or not required
        value = inspect.Parameter.empty if not optional else Shown(default) if default else None
        parameters.append(inspect.Parameter(name, kind, default=value))
    if row["varies"]:
        parameters.append(inspect.Parameter("names", inspect.Parameter.VAR_KEYWORD))
        parameters[1:-1] = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in parameters[1:-1]]
        return inspect.Signature(parameters)
    own = inspect.Parameter.KEYWORD_ONLY
    parameters.append(inspect.Parameter("digits", own, default=DIGITS))
    parameters.extend(inspect.Parameter(name, own, default=None) for name in OWN[1:])
    return inspect.Signature(parameters)


class Shown:
    """The default of the language as its help shows it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def docstring(row: dict[str, Any]) -> str:
    """The help text of a query."""
    lines = [row["about"][:1].upper() + row["about"][1:] + ".", "", row["usage"], ""]
    if row["parameters"]:
        lines.append("Parameters")
        lines.append("----------")
    for name, aliases, default, _, about in row["parameters"]:
        beside = [f"also {', '.join(aliases)}"] * bool(aliases) + [f"default {default}"] * bool(default)
        lines.append(f"{name}{f'  ({chr(59).join(beside)})' if beside else ''}")
        lines.append(f"    {about}")
    lines += ["digits, threads, progress", "    significant digits of the answer, simulation threads, whether progress is shown", ""]
    lines += ["Returns", "-------", row["result"], "", "In the query language", "---------------------", row["example"]]
    return "\n".join(lines)


TABLE: dict[str, Query] = {row["name"]: Query(row) for row in _native.queries()}

PUBLIC: dict[str, Any] = {name: public(query) for name, query in TABLE.items()}

# what need not be a method: it takes no object first
_FIRST = {"m": (Model,), "value": (Model, Answer, List)}

for _query in TABLE.values():
    _first: Optional[str] = _query.order[0] if _query.order else None
    for _class in _FIRST.get(_first or "", ()):
        setattr(_class, _query.__name__, PUBLIC[_query.__name__])


def unknown(name: str) -> StatementError:
    """A name that no query has."""
    return StatementError(f"there is no query {name}", "unknown_name")
