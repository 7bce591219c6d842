"""Questions at many points: here, or on any executor of ``concurrent.futures``, with the same bytes.

What is asked is a text of the query language, or a function of the names that vary. A function is first called with names in the
place of values: if it makes one call of them, that is a statement, and the same as its text. A function that looks at values is
called at every point instead.
"""

from __future__ import annotations

import itertools
import json
from typing import Any, Callable, Mapping, Optional

from . import _native
from ._call import DIGITS, evaluated, warn, whole
from ._errors import StatementError
from ._expression import Expression, NotTraceable, name
from ._queries import TABLE
from ._values import Root, wrapped
from ._write import AnyText, _items, argument, expression, quoted, rendered


def sweep(
    asked: Any,
    grid: Optional[Mapping[str, Any]] = None,
    *,
    file: Optional[str] = None,
    restart: bool = False,
    executor: Any = None,
    digits: int = DIGITS,
    seed: int = 0,
    threads: Optional[int] = None,
    progress: Any = None,
    **names: Any,
) -> Any:
    """A query at every point of a range, or of a grid over two names: a list of records.

    ``rs.sweep(lambda a: rs.gaussian(rs.tanh(rs.x) - a*rs.x).theta2, a=rs.points(0, 1, count=11))``

    With ``executor`` each point is a task of its own; a task whose worker is lost is tried again three times, and then its point
    holds the error. With ``file`` finished points are added to it as they come, and the same call goes on from there, on
    another executor too: it is the file that ``sweep`` of the program writes.
    """
    from . import _tasks
    from ._engine import Lost, run
    from ._progress import shown

    varied = _varied(grid, names)
    traced = _traced(asked, varied)
    here = traced is not None and executor is None
    if traced is None:
        # a function takes any text
        varied = {own: [AnyText(item) if isinstance(item, str) else item for item in _items(values) or []] or values for own, values in varied.items()}
    statement = _statement("sweep", _call_of(asked, varied) if traced is None else traced, varied, file if here else None, restart)
    if here:
        return evaluated(statement, digits, seed, threads, progress)
    text, bound = rendered(statement)
    handles = [(own, root.handle) for own, root in bound]
    plan = json.loads(_native.plan(text, handles, whole(digits), seed))
    grid_values = list(itertools.product(*(_values(values) for values in varied.values())))
    ats = list(itertools.product(*plan["over"].values()))
    at = [dict(zip(varied, values)) for values in ats]
    checkpoint, known = None, {}
    if file is not None:
        checkpoint, lines = _native.Checkpoint.open(file, json.dumps(plan["head"], ensure_ascii=False), restart)
        known = {json.loads(line)["point"]: line for line in lines}
    lines_of: dict[int, str] = dict(known)

    def found(number: int, line: Any) -> None:
        if isinstance(line, Lost):
            line = _tasks.lost(number, at[number], line.message)
        lines_of[number] = line
        if checkpoint is not None:
            checkpoint.append(line)
        bar.report(len(lines_of), plan["points"])

    missing = [number for number in range(plan["points"]) if number not in known]
    try:
        with shown(progress) as bar:
            if traced is not None:
                # under names of their own the values are found once in a process, not in each task
                kept = {own: _kept(values, digits, seed) for own, values in varied.items()}
                job = _tasks.packed(*rendered(_statement("sweep", traced, kept, None, False)), digits, seed)
                run(executor, _tasks.piece, ((number, (job, number)) for number in missing), found)
            else:
                points = ((number, (asked, number, at[number], dict(zip(varied, grid_values[number])))) for number in missing)
                if executor is None:
                    for number, arguments in points:
                        found(number, _tasks.point(*arguments))
                else:
                    run(executor, _tasks.point, points, found)
        lines = [lines_of[number] for number in range(plan["points"])]
        if checkpoint is not None:
            checkpoint.finish(lines)
    finally:
        if checkpoint is not None:
            checkpoint.close()
    return _gathered(text, bound, lines, digits, seed)


def check(
    m: Any,
    n: Any = None,
    trials: Any = None,
    seed: Any = None,
    *,
    executor: Any = None,
    digits: int = DIGITS,
    threads: Optional[int] = None,
    progress: Any = None,
    **named: Any,
) -> Any:
    """Simulates the model and says for every predicted quantity whether the theory agrees.

    ``activation`` takes a Python function too, of an array of doubles. With ``executor`` each replicate is a task of its own; the
    answer is the same.
    """
    query = TABLE["check"]
    asked = query.written((m,), {"n": n, "trials": trials, "seed": seed, **named})
    if executor is None or asked.free:
        return asked if asked.free else evaluated(asked, digits, 0, threads, progress)
    from . import _tasks
    from ._engine import Lost, run
    from ._progress import shown

    text, bound = rendered(asked)
    plan = json.loads(_native.plan(text, [(own, root.handle) for own, root in bound], whole(digits), 0))
    job = _tasks.packed(text, bound, digits, 0)
    lines: dict[int, str] = {}

    def found(number: int, line: Any) -> None:
        if isinstance(line, Lost):
            from ._errors import SimulationError

            raise SimulationError(f"replicate {number}: {line.message}", "simulation")
        lines[number] = line
        bar.report(len(lines), plan["points"])

    with shown(progress) as bar:
        run(executor, _tasks.piece, ((number, (job, number)) for number in range(plan["points"])), found)
    return _gathered(text, bound, [lines[number] for number in range(plan["points"])], digits, 0)


def _gathered(text: str, bound: list[tuple[str, Root]], lines: list[str], digits: int, seed: int) -> Any:
    handle = _native.gather(text, [(own, root.handle) for own, root in bound], lines, digits, seed)
    said = {one for _, root in bound for one in root.handle.warnings}
    warn([one for one in handle.warnings if one not in said])
    return wrapped(Root(handle, text, bound, digits, seed))


def find(asked: Any, *, digits: int = DIGITS, threads: Optional[int] = None, progress: Any = None, **names: Any) -> Any:
    """Every value of a name in a range at which two quantities are equal.

    ``rs.find(lambda a: rs.gaussian(rs.tanh(rs.x) - a*rs.x).slope == 0, a=(0, 2))``
    """
    return _searched("find", asked, names, digits, threads, progress)


def minimize(asked: Any, *, digits: int = DIGITS, threads: Optional[int] = None, progress: Any = None, **names: Any) -> Any:
    """The value of a name in a range at which a quantity is smallest."""
    return _searched("minimize", asked, names, digits, threads, progress)


def maximize(asked: Any, *, digits: int = DIGITS, threads: Optional[int] = None, progress: Any = None, **names: Any) -> Any:
    """The value of a name in a range at which a quantity is largest."""
    return _searched("maximize", asked, names, digits, threads, progress)


def _searched(query: str, asked: Any, names: dict[str, Any], digits: int, threads: Optional[int], progress: Any) -> Any:
    traced = _traced(asked, names)
    if traced is None:
        raise StatementError(
            f"{query}: this function looks at values, and its argument has none while it is looked for",
            help='make one call of it, or give the text: "gaussian(tanh(x) - a*x).slope == 0"',
        )
    return evaluated(_statement(query, traced, names, None, False), digits, 0, threads, progress)


def _varied(grid: Optional[Mapping[str, Any]], names: dict[str, Any]) -> dict[str, Any]:
    varied = {**(grid or {}), **names}
    if not varied:
        raise StatementError(
            "sweep needs a name and its values", "missing_argument", "for example a = rs.points(0, 1, count=11), or a = [0, 1/4, 1/2]"
        )
    return varied


def _traced(asked: Any, varied: Mapping[str, Any]) -> Optional[Expression]:
    """What is asked as one call of the names; none for a function that looks at their values."""
    if isinstance(asked, Expression):
        return asked
    if isinstance(asked, str):
        return _operand(asked)
    if not callable(asked):
        raise StatementError(f"{asked!r} is no question: give a function of {', '.join(varied)}, or a text", "wrong_kind")
    try:
        found = asked(**{own: name(own) for own in varied})
    except (NotTraceable, TypeError, AttributeError, StatementError) as error:
        if isinstance(error, TypeError) and not isinstance(error, NotTraceable) and not _takes(asked, varied):
            raise
        return None
    return found if isinstance(found, Expression) and found.free else None


def _operand(text: str) -> Expression:
    """A text as an argument, which needs no brackets there."""
    found = expression(text)
    assert found is not None
    return found


def _takes(asked: Callable[..., Any], varied: Mapping[str, Any]) -> bool:
    import inspect

    try:
        inspect.signature(asked).bind(**varied)
    except (TypeError, ValueError):
        return False
    return True


def _call_of(asked: Any, varied: Mapping[str, Any]) -> Expression:
    """What a function that is called at every point stands for: a name that nothing else has."""
    own = f"{getattr(asked, '__qualname__', type(asked).__name__)} {_mark(getattr(asked, '__code__', None))}".strip()
    return Expression(("python(", *quoted(own).parts, *(part for one in varied for part in (", ", one)), ")"), free=frozenset(varied))


def _mark(code: Any) -> str:
    """What a function does, in short; not what it finds in its surroundings."""
    import hashlib

    if code is None:
        return ""

    def written(part: Any) -> str:
        inner = getattr(part, "co_consts", None)
        return repr(part) if inner is None else repr((part.co_code, part.co_names, [written(one) for one in inner]))

    return hashlib.sha256(written(code).encode()).hexdigest()[:16]


def _statement(query: str, asked: Expression, names: Mapping[str, Any], file: Optional[str], restart: bool) -> Expression:
    parts: list[Any] = [f"{query}("]
    free = asked.free | frozenset(names)
    for one, values in names.items():
        if isinstance(values, tuple) and len(values) == 2 and query != "sweep":
            there = argument(query, "x", "", values)
        else:
            there = argument(query, one, "", values if not isinstance(values, tuple) else list(values))
        parts.extend([f"{one} = ", *there.parts, ", "])
    parts.extend(asked.parts)
    if file is not None:
        parts.extend([", file = ", *quoted(file).parts, *([", restart = true"] * restart)])
    return Expression((*parts, ")"), free=free)


def _kept(values: Any, digits: int, seed: int) -> Any:
    """The values of a name, found."""
    there = argument("sweep", "values", "", list(values) if isinstance(values, tuple) else values)
    return evaluated(Expression(there.parts), digits, seed)


def _values(values: Any) -> list[Any]:
    """The values of a name as Python has them."""
    items = _items(values) if not isinstance(values, str) else None
    if items is not None:
        return list(items)
    there = argument("sweep", "values", "", values)
    found = evaluated(Expression(there.parts))
    return list(found)
