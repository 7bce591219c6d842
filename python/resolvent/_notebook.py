"""Records, numbers and figures in a notebook: HTML that takes the colours of its page, LaTeX, light and dark."""

from __future__ import annotations

from html import escape
from typing import Any, Optional

from ._values import Complex, Formula, List, Measured, Model, Number, Record

_STYLE = (
    "border-collapse:collapse;font-variant-numeric:tabular-nums;text-align:left",
    "text-align:left;vertical-align:top;padding:2px 12px 2px 0;font-weight:600;border:0;background:none",
    "text-align:left;vertical-align:top;padding:2px 12px 2px 0;border:0;background:none",
)
# longest list on one line
_SHORT = 8


def html(value: Any) -> str:
    """A value as a table."""
    return f'<div class="resolvent" style="overflow-x:auto">{_html(value)}</div>'


def _html(value: Any, inner: bool = False) -> str:
    if isinstance(value, Record) and value._name == "equation" and "latex" in value:
        first = [[name, value[name]] for name in ("degree", "theta1", "theta2") if name in value]
        rest = [[name, value[name]] for name in value if name not in ("degree", "theta1", "theta2", "latex")]
        return f"$$ {escape(value['latex'])} = 0 $$" + _table(first, None) + _folded("more", _table(rest, None))
    if isinstance(value, (Record, Model)):
        return _table([[name, value._fields[name]] for name in value._fields], None)
    if isinstance(value, List) and value and all(isinstance(item, Record) for item in value):
        names = list(dict.fromkeys(name for item in value for name in item))
        table = _table([[item.get(name, "") for name in names] for item in value], names)
        # in a cell of another table it has no room
        return table if not inner else _folded(f"{len(value)} rows", table)
    if isinstance(value, list) and any(isinstance(item, (list, Record)) for item in value):
        return "<br>".join(_html(item) for item in value)
    if isinstance(value, list):
        return ("<br>" if len(value) > _SHORT else ", ").join(_html(item) for item in value)
    return _leaf(value)


def _table(rows: list[list[Any]], names: Optional[list[str]]) -> str:
    table, head, cell = _STYLE
    lines = []
    if names is not None:
        lines.append("".join(f'<th style="{head}">{escape(name)}</th>' for name in names))
        lines.extend("".join(f'<td style="{cell}">{_html(value, True)}</td>' for value in row) for row in rows)
    else:
        lines.extend(f'<th style="{head}">{escape(str(name))}</th><td style="{cell}">{_html(value)}</td>' for name, value in rows)
    body = "".join(f'<tr style="background:none">{line}</tr>' for line in lines)
    return f'<table style="{table}">{body}</table>'


def _folded(title: str, body: str) -> str:
    return f"<details><summary>{title}</summary>{body}</details>"


def _leaf(value: Any) -> str:
    if isinstance(value, Number):
        exact = value.exact
        beside = f' <span style="opacity:0.65">= {escape(exact)}</span>' if exact and exact != value.text else ""
        doubt = "" if value.certified else f' <span style="opacity:0.65">± {value.error:.1e}</span>'
        return escape(value.text) + beside + doubt
    if isinstance(value, Measured):
        return f'{escape(value._texts[0])} <span style="opacity:0.65">± {escape(value._texts[1])}</span>'
    if isinstance(value, Complex):
        return escape(f"{value.real} + {value.imag}i")
    if isinstance(value, Formula):
        return f"${value.latex}$"
    if value is None:
        return '<span style="opacity:0.65">undefined</span>'
    if isinstance(value, float) and value == float("inf"):
        return "∞"
    return escape(str(value)).replace("\n", "<br>")


def number(value: Number) -> str:
    """A number with its closed form."""
    digits = value.text
    if "e" in digits:
        mantissa, exponent = digits.split("e")
        digits = rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
    exact = value.exact
    if value._root is None or exact is None or exact == value.text:
        return f"${digits}$"
    return f"$\\displaystyle {digits} = {_exact(exact)}$"


def _exact(text: str) -> str:
    from ._call import evaluated
    from ._write import expression
    from ._queries import TABLE

    there = expression(text)
    assert there is not None
    return str(evaluated(TABLE["latex"].written((there,), {}))).strip("$").split("=")[-1]


def latex(value: Any) -> str:
    """An expression as the language writes it in LaTeX."""
    from ._call import evaluated
    from ._queries import TABLE

    text = str(evaluated(TABLE["latex"].written((value,), {})))
    return text if text.startswith(("$", "\\begin")) else f"$\\displaystyle {text}$"


def light_and_dark(light: str, dark: str) -> str:
    """Two pictures of which the page shows the one in its colours."""
    return (
        "<style>.resolvent-dark{display:none}"
        '[data-jp-theme-light="false"] .resolvent-dark,.theme-dark .resolvent-dark{display:block}'
        '[data-jp-theme-light="false"] .resolvent-light,.theme-dark .resolvent-light{display:none}'
        "@media (prefers-color-scheme: dark){:root:not(:has([data-jp-theme-light])) .resolvent-dark{display:block}"
        ":root:not(:has([data-jp-theme-light])) .resolvent-light{display:none}}</style>"
        f'<div class="resolvent-light">{light}</div><div class="resolvent-dark">{dark}</div>'
    )
