"""A picture of a mail for the evidence pack, drawn from its HTML into a PDF.

A browser would draw it as mail programs do, but a server needs none for anything else; so this reads the HTML
that was sent in its order and lays its words, buttons and pictures out in one column. What was sent to the
last byte is in the pack's JSON; this is for people to recognise it by.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from typing import Final

from fpdf import FPDF
from PIL import Image, UnidentifiedImageError

_BLOCKS: Final = frozenset(
    {"p", "div", "td", "tr", "table", "li", "h1", "h2", "h3", "body", "br", "ul", "ol"}
)
_SILENT: Final = frozenset({"style", "script", "title", "head"})
_VOID: Final = frozenset({"br", "img", "hr", "meta", "link", "input"})
_SIZE: Final = re.compile(r"font-size:\s*([\d.]+)px")
_FILL: Final = re.compile(r"background(?:-color)?:\s*(#[0-9a-fA-F]{6})")
_COLOUR: Final = re.compile(r"(?<!-)color:\s*(#[0-9a-fA-F]{6})")
_WIDTH: Final = 112.0
"""Millimetres of the column."""
_MAIL: Final = 600.0
"""Pixels of the mail that the column stands for."""

Pictures = Callable[[str], bytes | None]
"""Finds a picture of the library by its address; None for any other, which is drawn as its words."""


@dataclass(slots=True)
class _Part:
    """One paragraph, button or picture."""

    text: str = ""
    size: float = 16
    bold: bool = False
    colour: str = "#222222"
    fill: str = ""
    source: str = ""
    width: float = 0
    """Of a picture in the mail, in pixels; 0 where the mail does not say."""


@dataclass(slots=True)
class _Style:
    tag: str
    hidden: bool = False
    size: float = 16
    bold: bool = False
    colour: str = "#222222"
    fill: str = ""


@dataclass
class _Reader(HTMLParser):
    """The parts of a mail in the order in which they are read."""

    parts: list[_Part] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open = [_Style("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        above, css = self._open[-1], given.get("style", "")
        if tag in _BLOCKS:
            self._end()
        if tag == "img" and not above.hidden:
            picture = _Part(text=given.get("alt", ""), source=given.get("src", ""))
            picture.width = float(given["width"]) if given.get("width", "").isdecimal() else 0
            self.parts += [picture, _Part()]
        if tag in _VOID:
            return
        is_button = tag == "a" and bool(_FILL.search(css))
        self._open.append(
            _Style(
                tag,
                hidden=above.hidden or tag in _SILENT or "display:none" in css.replace(" ", ""),
                size=float(found[1]) if (found := _SIZE.search(css)) else above.size,
                bold=above.bold or tag in {"b", "strong", "h1", "h2", "h3"} or "font-weight:bold" in css,
                colour=found[1] if (found := _COLOUR.search(css)) else above.colour,
                fill=found[1] if is_button and (found := _FILL.search(css)) else above.fill,
            )
        )
        if is_button:
            self._end()

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or all(one.tag != tag for one in self._open):
            return
        while self._open[-1].tag != tag:
            self._open.pop()
        ended = self._open.pop()
        if tag in _BLOCKS or ended.fill != self._open[-1].fill:
            self._end()

    def handle_data(self, data: str) -> None:
        style = self._open[-1]
        if style.hidden or not data.strip():
            return
        if not self.parts or self.parts[-1].source:
            self._end()
        part = self.parts[-1]
        if not part.text:
            part.size, part.bold, part.colour, part.fill = style.size, style.bold, style.colour, style.fill
        part.text += re.sub(r"\s+", " ", data)

    def _end(self) -> None:
        if not self.parts or self.parts[-1].text or self.parts[-1].source:
            self.parts.append(_Part())


def read(html: str) -> Iterator[_Part]:
    """What a mail says, part by part; nothing that it hides."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    yield from (part for part in reader.parts if part.text.strip() or part.source)


def draw(pdf: FPDF, html: str, pictures: Pictures) -> None:
    """Draw the mail where the PDF is now, in one framed column over as many pages as it takes."""
    left = pdf.l_margin + 4
    scale = _WIDTH / _MAIL
    for part in read(html):
        if part.source:
            _picture(pdf, part, pictures, left)
            continue
        points = max(6.5, min(part.size * scale * 2.835 * 1.15, 20))
        pdf.set_font("sans", "B" if part.bold or part.fill else "", points)
        pdf.set_text_color(part.colour if part.fill else _readable(part.colour))
        if part.fill:
            pdf.set_fill_color(part.fill)
        pdf.set_x(left)
        width = min(_WIDTH, pdf.get_string_width(part.text.strip()) + 8) if part.fill else _WIDTH
        pdf.multi_cell(
            width,
            points * 0.5,
            part.text.strip(),
            fill=bool(part.fill),
            align="L",
            new_x="LMARGIN",
            new_y="NEXT",
        )
        pdf.ln(1.2)
    pdf.set_text_color("#222222")


def _readable(colour: str) -> str:
    """White words of a coloured field, drawn on paper."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#222222" if red + green + blue > 540 else colour


def _picture(pdf: FPDF, part: _Part, pictures: Pictures, left: float) -> None:
    data = pictures(part.source)
    try:
        image = Image.open(BytesIO(data)) if data else None
        if image is not None:
            image.load()
    except (UnidentifiedImageError, OSError):
        image = None
    if image is None:
        if part.text:
            pdf.set_font("sans", "", 7)
            pdf.set_text_color("#666666")
            pdf.set_x(left)
            pdf.multi_cell(_WIDTH, 5, f"[ {part.text} ]", border=1, new_x="LMARGIN", new_y="NEXT")
            pdf.ln(1.2)
        return
    width = min(_WIDTH, part.width * _WIDTH / _MAIL if part.width else image.width * 25.4 / 144)
    height = width * image.height / image.width
    if pdf.will_page_break(height):
        pdf.add_page()
    image.thumbnail((900, 1800))
    pdf.image(image.convert("RGB"), x=left, w=width, alt_text=part.text or None)
    pdf.ln(1.5)
