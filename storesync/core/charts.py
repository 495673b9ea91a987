"""Charts as SVG made on the server, each beside the table of its numbers (`components/figures.html`).

Own code and no library: pygal puts `<style>` and `<script>` into its SVG, which our policy forbids; leather
fixes its colours, which the dark page needs to change; both scale the letters with the drawing, which nobody
reads at 390 px; svgwrite only writes tags. Here places are per cent of the width; letters keep their size.

`components/chart.html` draws; nothing in here knows what is counted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import floor, log10
from typing import TYPE_CHECKING, Final

from django.utils.translation import get_language_bidi

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

ROW: Final = 40
"""Height of one bar with its words, in pixels."""
PLOT: Final = 180
"""Height between the lowest and the highest line of a chart over time, in pixels."""
TOP: Final = 18
BOTTOM: Final = 22
LABELS: Final = 5
"""Words under a chart over time, at most: as many as fit a phone."""
LONGEST: Final = 36
"""Signs of a word over a bar; the table has all of them."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Attributes:
        words: the value as people read it.
        mark: a second value on the same scale, drawn as a stroke across; `mark_words` reads it.
    """

    label: str
    value: float
    words: str
    mark: float | None = None
    mark_words: str = ""


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars from the edge at which reading begins, one under the other, from zero.

    Attributes:
        title: what is shown. about: what it says, in a sentence, for those who do not see it.
        names: what the bar is, and what the mark is, for the legend; empty where the title says it.
    """

    title: "_StrOrPromise"
    about: "_StrOrPromise"
    bars: Sequence[Bar]
    names: tuple["_StrOrPromise", ...] = ()

    kind: str = field(default="bars", init=False)

    @property
    def height(self) -> int:
        """Of the drawing, in pixels."""
        return ROW * len(self.bars)

    def drawn(self) -> Iterator[dict[str, object]]:
        """Where everything stands."""
        most = max((max(bar.value, bar.mark or 0) for bar in self.bars), default=0) or 1
        start, end = _place(0), _place(100)
        for number, bar in enumerate(self.bars):
            width, top = 100 * bar.value / most, ROW * number
            mark = None if bar.mark is None else _place(100 * bar.mark / most)
            yield {
                "bar": bar,
                "label": bar.label if len(bar.label) <= LONGEST else f"{bar.label[: LONGEST - 1]}…",
                "start": start,
                "end": end,
                "text_y": top + 14,
                "x": _percent(100 - width) if get_language_bidi() else "0",
                "y": top + 20,
                "width": _percent(width),
                "mark": mark,
                "mark_y": top + 17,
                "mark_end": top + 33,
            }


@dataclass(frozen=True, slots=True)
class Series:
    """Values over time, one for each place; None where there is none."""

    name: "_StrOrPromise"
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class TimeChart:
    """What changed over time: lines, told apart by dash and point too, or columns.

    Attributes:
        labels: of the places in time, short; some of them are shown.
        series: up to three, all of one unit.
        ticks: the lines of the grid from zero up: each value, and how people read it.
        columns: columns of the first series instead of lines.
    """

    title: "_StrOrPromise"
    about: "_StrOrPromise"
    labels: Sequence[str]
    series: Sequence[Series]
    ticks: Sequence[tuple[float, str]]
    columns: bool = False

    kind: str = field(default="time", init=False)

    @property
    def height(self) -> int:
        """Of the drawing, in pixels."""
        return TOP + PLOT + BOTTOM

    @property
    def baseline(self) -> int:
        """Where zero is."""
        return TOP + PLOT

    @property
    def names(self) -> list["_StrOrPromise"]:
        """The legend; of one series the title says it."""
        return [one.name for one in self.series] if len(self.series) > 1 else []

    def grid(self) -> Iterator[dict[str, object]]:
        """The lines across, with their values."""
        for value, words in self.ticks:
            yield {"y": self._y(value), "text_y": self._y(value) - 4, "x": _place(0), "words": words}

    def below(self) -> Iterator[dict[str, object]]:
        """The words under it: the first, the last, and some between."""
        last = len(self.labels) - 1
        every = max(1, -(-last // (LABELS - 1)))
        shown = [n for n in range(0, last + 1, every) if n in (0, last) or last - n >= every / 2]
        for number in dict.fromkeys([*shown, last]):
            anchor = "start" if number == 0 < last else "end" if number == last > 0 else "middle"
            x = {"start": 0.0, "end": 100.0}.get(anchor, self._middle(number))
            yield {"x": _place(x), "y": TOP + PLOT + 16, "anchor": anchor, "words": self.labels[number]}

    def lines(self) -> Iterator[dict[str, object]]:
        """Each series as strokes from point to point, and its points."""
        for number, one in enumerate(self.series, start=1):
            points = [
                None if value is None else (_place(self._middle(place)), self._y(value))
                for place, value in enumerate(one.values)
            ]
            strokes = [(a, b) for a, b in zip(points, points[1:], strict=False) if a and b]
            yield {"number": number, "points": [point for point in points if point], "strokes": strokes}

    def drawn_columns(self) -> Iterator[dict[str, object]]:
        """The first series as columns."""
        width = 70 / max(1, len(self.labels))
        for place, value in enumerate(self.series[0].values):
            if value:
                middle, y = self._middle(place), self._y(value)
                x = (100 - middle if get_language_bidi() else middle) - width / 2
                yield {"x": _percent(x), "y": y, "width": _percent(width), "height": self.baseline - y}

    def _middle(self, place: int) -> float:
        return 100 * (place + 0.5) / max(1, len(self.labels))

    def _y(self, value: float) -> int:
        highest = self.ticks[-1][0] or 1
        return round(TOP + PLOT * (1 - value / highest))


def steps_of_scale(highest: float, most: int = 4) -> list[float]:
    """Round numbers from zero to at least `highest`: 0, 5, 10, 15."""
    if highest <= 0:
        return [0, 1]
    rough = highest / most
    size = 10 ** floor(log10(rough))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= rough)
    found = [0.0]
    while found[-1] < highest:
        found.append(round(found[-1] + step, 10))
    return found


def _place(along: float) -> str:
    """A place in per cent from the edge at which reading begins."""
    return _percent(100 - along if get_language_bidi() else along)


def _percent(value: float) -> str:
    """Text, so that no template writes it with the reader's comma."""
    return f"{value:.3f}".rstrip("0").rstrip(".") + "%"
