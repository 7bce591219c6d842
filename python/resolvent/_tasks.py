"""What a worker does: plain data in, plain data out, the same for the same task on any machine."""

from __future__ import annotations

import hashlib
import json
import pickle
import threading
from typing import Any

from . import _native
from ._values import Root, Value, root_of

# statements prepared in this process, the latest last
_PREPARED: dict[bytes, list[tuple[str, Root]]] = {}
_KEPT = 8
_LOCK = threading.Lock()


def packed(text: str, bound: list[tuple[str, Root]], digits: int, seed: int) -> tuple[Any, ...]:
    """A statement as plain data."""
    return text, pickle.dumps([(name, root.source()) for name, root in bound], protocol=4), digits, seed


def piece(job: tuple[Any, ...], number: int) -> str:
    """The line of one point of a sweep, or of one replicate of a check."""
    text, data, digits, seed = job
    key = hashlib.sha256(data).digest()
    bound = _PREPARED.get(key)
    if bound is None:
        bound = [(name, root_of(source)) for name, source in pickle.loads(data)]
        with _LOCK:
            while len(_PREPARED) >= _KEPT:
                _PREPARED.pop(next(iter(_PREPARED)))
            _PREPARED[key] = bound
    handles = [(name, root.handle) for name, root in bound]
    return str(_native.pieces(text, handles, [number], digits, seed, 1)[0])


def point(function: Any, number: int, at: dict[str, Any], values: dict[str, Any]) -> str:
    """The line of one point of a sweep over a Python function."""
    head = json.dumps({"point": number, "at": at}, separators=(",", ":"), ensure_ascii=False)[:-1]
    try:
        found = function(**values)
    except Exception as error:
        return f"{head},{failed(_message(error))}"
    if isinstance(found, Value) and found._root is not None and not found._path:
        line = found._root.handle.json("")
        disagrees = ',"disagrees":true}' if found._root.handle.disagrees else "}"
        return f"{head},{line[line.index(chr(34) + 'value' + chr(34)):-1]}{disagrees}"
    body = json.dumps({"value": _plain(found), "warnings": []}, separators=(",", ":"), ensure_ascii=False)
    return f"{head},{body[1:]}"


def failed(message: str) -> str:
    """The end of the line of a point without a value."""
    body = json.dumps({"value": None, "failed": message, "warnings": []}, separators=(",", ":"), ensure_ascii=False)
    return body[1:]


def lost(number: int, at: dict[str, Any], message: str) -> str:
    """The line of a point whose worker was lost again and again."""
    head = json.dumps({"point": number, "at": at}, separators=(",", ":"), ensure_ascii=False)[:-1]
    return f"{head},{failed(message)}"


def _message(error: BaseException) -> str:
    return str(getattr(error, "message", "") or f"{type(error).__name__}: {error}")


def _plain(found: Any) -> Any:
    from ._values import plain

    if hasattr(found, "tolist"):
        return found.tolist()
    if isinstance(found, dict):
        return {str(name): _plain(value) for name, value in found.items()}
    return plain(found, text=True)
