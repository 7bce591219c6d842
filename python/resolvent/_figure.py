"""Figures: as SVG, in a notebook, as a file, and as an Axes of matplotlib to go on with."""

from __future__ import annotations

import json
from typing import Any, Optional

from ._values import Root, Value

# the colours of the program's figures
_COLOURS = ["#005aa0", "#d55e00", "#008a64", "#be5f96", "#282828", "#56b4e9", "#c88c00"]


class Figure(Value):
    """A picture: ``svg``, its ``data``, and the same as an Axes of matplotlib."""

    def __init__(self, root: Root) -> None:
        self._root, self._path = root, ""
        self._drawn: dict[bool, tuple[str, str]] = {}

    def _figure(self, dark: bool = False) -> tuple[str, str]:
        if dark not in self._drawn:
            self._drawn[dark] = self._place()[0].handle.figure(dark)
        return self._drawn[dark]

    @property
    def svg(self) -> str:
        """The picture as SVG."""
        return self._figure()[0]

    @property
    def data(self) -> dict[str, Any]:
        """What is plotted: title, axes, curves, histograms, marks, atoms; ``below`` are further panels."""
        found: dict[str, Any] = json.loads(self._figure()[1])
        return found

    def save(self, path: str) -> None:
        """Writes the SVG."""
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.svg)

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        from ._notebook import light_and_dark

        return light_and_dark(self.svg, self._figure(True)[0])

    def __repr__(self) -> str:
        return f"<figure {self.data['title'] or self.data['y']['label']}>"

    def matplotlib(self, ax: Any = None, panel: int = 0) -> Any:
        """The same picture, one panel of it, on an Axes of matplotlib."""
        data = [self.data, *self.data.get("below", [])][panel]
        if ax is None:
            import matplotlib.pyplot

            ax = matplotlib.pyplot.subplots()[1]
        for axis, act in (("x", ax.set_xscale), ("y", ax.set_yscale)):
            if data[axis]["log"]:
                act("log")
        if data["cells"]:
            cells = data["cells"]
            mesh = ax.pcolormesh(cells["x"], cells["y"], _numbers(cells["values"]), shading="nearest")
            ax.figure.colorbar(mesh, ax=ax, label=cells["label"])
        for place, histogram in enumerate(data["histograms"]):
            colour = _colour(histogram["curve"], place if len(data["histograms"]) > 1 else None)
            ax.stairs(histogram["heights"], histogram["edges"], fill=True, alpha=0.35, color=colour or "#96a5b4", label=histogram["label"] or None)
        drawn = 0
        last: Optional[str] = None
        for curve in data["curves"]:
            colour = last if curve["style"] in ("bars", "band") and last else _COLOURS[drawn % len(_COLOURS)]
            drawn += curve["style"] not in ("bars", "band")
            last = colour
            _curve(ax, curve, colour)
        for mark in data["marks"]:
            colour = _colour(mark["curve"], None) or ("#005aa0" if mark["kind"] == "edge" else "#be3c00")
            if mark["kind"] == "edge":
                ax.axvline(mark["x"], color=colour, linewidth=0.6, linestyle=(0, (3, 3)))
            else:
                ax.plot([mark["x"]], [data["y"]["range"][0]], marker="^", color=colour, clip_on=False, linestyle="none", label=mark["label"] or None)
        for atom in data["atoms"]:
            colour = _colour(atom["curve"], None) or "#781e6e"
            top = data["y"]["range"][1]
            ax.annotate("", (atom["x"], top), (atom["x"], data["y"]["range"][0]), arrowprops={"arrowstyle": "->", "color": colour})
            ax.annotate(atom["label"] or f"{atom['mass']:.4g}", (atom["x"], top), ha="center", va="bottom", color=colour, fontsize="small")
        ax.set_xlim(*data["x"]["range"])
        ax.set_ylim(*data["y"]["range"])
        ax.set_xlabel(data["x"]["label"])
        ax.set_ylabel(data["y"]["label"])
        ax.set_title(data["title"])
        if ax.get_legend_handles_labels()[1]:
            ax.legend(frameon=False)
        return ax


def _colour(curve: Optional[int], otherwise: Optional[int]) -> Optional[str]:
    place = curve if curve is not None else otherwise
    return None if place is None else _COLOURS[place % len(_COLOURS)]


def _curve(ax: Any, curve: dict[str, Any], colour: str) -> None:
    x, y, label = _numbers(curve["x"]), _numbers(curve["y"]), curve["label"] or None
    style = curve["style"]
    if style == "band":
        ax.fill_between(x[::2], y[::2], y[1::2], color=colour, alpha=0.2, linewidth=0, label=label)
    elif style == "stems":
        ax.vlines(x, 0, y, color=colour)
        ax.plot(x, y, marker="o", linestyle="none", color=colour, label=label)
    elif style == "points":
        ax.plot(x, y, marker="o", linestyle="none", color=colour, label=label)
    else:
        ax.plot(x, y, color=colour, linestyle="--" if style == "dashed" else "-", label=label)


def _numbers(values: Any) -> Any:
    if isinstance(values, list):
        return [_numbers(value) for value in values]
    return float("nan") if values is None else values
