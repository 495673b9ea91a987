"""The evidence pack as a PDF that people read: the same data as the JSON, in the reader's language."""

import itertools
import logging
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, cast

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from fpdf import FPDF
from fpdf.enums import MethodReturnValue, TableCellFillMode
from fpdf.fonts import FontFace
from pymupdf_fonts import fontbuffers

from storesync.approvals.evidence.canonical import step_told
from storesync.approvals.evidence.drawing import Pictures, draw
from storesync.approvals.models import Decision, ItemState, Reason, ReviewStatus, Way
from storesync.approvals.stages import read_stages
from storesync.content.language import show_recipient_fields
from storesync.core import formats

# It tells of every glyph that it leaves out of a font.
logging.getLogger("fontTools").setLevel(logging.ERROR)

_FONTS: Final = (
    ("sans", "", "notos"),
    ("sans", "B", "notosbo"),
    ("mono", "", "fimo"),
    ("more", "", "figo"),
    ("signs", "", "symbol2"),
)
"""Latin, Greek, Cyrillic; then Arabic, Hebrew, Thai, Georgian, Devanagari; signs and most emoji."""
_FALLBACK: Final = ("more", "signs")
_INK, _MUTED, _LINE = "#222222", "#666666", "#d5d5d0"
_PADDING: Final = 0.8
"""Millimetres around the words of a cell."""
_LINES_AT_ONCE: Final = 30
"""Lines of a cell that stand in one row; what is longer goes on in the next."""


class _Document(FPDF):
    """Pages with a foot: which campaign, the digest, which of how many pages."""

    foot = ""

    def footer(self) -> None:
        self.set_y(-13)
        self.set_font("sans", "", 7)
        self.set_text_color(_MUTED)
        self.cell(0, 4, self.foot)
        self.cell(0, 4, f"{self.page_no()} / {{nb}}", align="R")


def pdf_of(pack: Mapping[str, Any], *, pictures: Pictures) -> bytes:
    """The pack as a PDF, in the active language, with times in the active zone.

    Args:
        pictures: finds the pictures of the library that the mail shows.
    """
    pdf = _Document(format="A4")
    pdf.set_margins(16, 16)
    pdf.set_auto_page_break(True, margin=18)
    with tempfile.TemporaryDirectory() as folder:
        for family, style, name in _FONTS:
            path = Path(folder) / f"{name}.ttf"
            path.write_bytes(fontbuffers[name]())
            pdf.add_font(family, style, path)
        pdf.set_fallback_fonts(list(_FALLBACK), exact_match=False)
        pdf.set_text_shaping(True)
        campaign = pack["campaign"]
        title = _("Evidence: %(name)s") % {"name": campaign["name"]}
        pdf.set_title(title)
        pdf.set_creator("StoreSync")
        pdf.set_creation_date(datetime.fromisoformat(pack["made_at"]))
        pdf.foot = f"{pack['brand']['name']} · {campaign['name']} · {pack['digest'][:16]}"
        pdf.add_page()
        _Writer(pdf).write(pack, title, pictures)
        return bytes(pdf.output())


class _Writer:
    def __init__(self, pdf: FPDF) -> None:
        self.pdf = pdf

    def write(self, pack: Mapping[str, Any], title: str, pictures: Pictures) -> None:
        self._text(title, size=19, bold=True)
        campaign, content = pack["campaign"], pack["content"]
        self._text(f"{pack['brand']['name']} · {campaign['location']}", colour=_MUTED)
        self.pdf.ln(3)
        self._facts(
            [
                (_("Made"), _moment(pack["made_at"])),
                (_("Campaign"), campaign["id"]),
                (_("Template"), campaign["template"]),
                (_("Start"), _moment(campaign["start_at"])),
                (_("End"), _moment(campaign["end_at"])),
                (_("Digest of the file with the data"), pack["digest"]),
            ]
        )
        self._heading(_("The content"))
        self._content(content)
        self._heading(_("Who approved it"))
        self._approvals(pack)
        self._heading(_("The way through the stages"))
        for one in pack["submissions"]:
            self._submission(one)
        self._heading(_("Every step"))
        self._text(
            _(
                "Each step carries the SHA-256 of the one before it: none can be changed, put in or taken"
                " out unseen."
            ),
            colour=_MUTED,
        )
        self._steps(pack["steps"])
        self._heading(_("What became of the mail"))
        self._deliveries(pack["deliveries"])
        self._heading(_("Comments"))
        self._comments(pack["comments"])
        self._heading(_("The seal"))
        self._seal(pack["seal"])
        self.pdf.add_page()
        self._heading(_("Picture of the mail"))
        self._text(
            _(
                "Drawn from the HTML that was approved, with the words that stand where a recipient’s own"
                " are not known. The file with the data holds it to the last byte."
            ),
            colour=_MUTED,
        )
        self.pdf.ln(2)
        draw(self.pdf, show_recipient_fields(content["parts"]["html"]), pictures)
        self._heading(_("Its plain text"))
        self._text(show_recipient_fields(content["parts"]["text"]), size=8)

    def _heading(self, words: str) -> None:
        self.pdf.ln(5)
        if self.pdf.will_page_break(24):
            self.pdf.add_page()
        self.pdf.start_section(words)
        self._text(words, size=12.5, bold=True)
        self.pdf.ln(1)

    def _text(
        self, words: str, *, size: float = 9, bold: bool = False, colour: str = _INK, mono: bool = False
    ) -> None:
        self.pdf.set_font("mono" if mono else "sans", "B" if bold else "", size)
        self.pdf.set_text_color(colour)
        self.pdf.multi_cell(0, size * 0.52, words, new_x="LMARGIN", new_y="NEXT", align="L")

    def _facts(self, rows: Iterable[tuple[str, str]]) -> None:
        self._table([], [[label, value] for label, value in rows if value], (34, 66))

    def _table(self, head: list[str], rows: list[list[str]], widths: tuple[int, ...]) -> None:
        self.pdf.set_font("sans", "", 8)
        self.pdf.set_text_color(_INK)
        self.pdf.set_draw_color(_LINE)
        with self.pdf.table(
            col_widths=widths,
            borders_layout="HORIZONTAL_LINES",
            line_height=4.4,
            padding=_PADDING,
            text_align="LEFT",
            headings_style=FontFace(emphasis="BOLD"),
            first_row_as_headings=bool(head),
            cell_fill_mode=TableCellFillMode.NONE,
        ) as table:
            parted = (part for row in rows for part in self._parted(row, widths))
            for row in itertools.chain([head] if head else [], parted):
                cells = table.row()
                for cell in row:
                    is_hash = len(cell) == 64 and cell.isalnum() and cell.isascii()
                    face = FontFace(family="mono", size_pt=6.4) if is_hash else None
                    cells.cell(cell, style=face)

    def _parted(self, row: list[str], widths: tuple[int, ...]) -> Iterator[Sequence[str]]:
        """A row in parts that each fit on a page: a table cannot break inside of one."""
        wide = [self.pdf.epw * width / sum(widths) - 2 * _PADDING for width in widths]
        cells = [self._pieces(cell, width) for cell, width in zip(row, wide, strict=True)]
        yield from itertools.zip_longest(*cells, fillvalue="")

    def _pieces(self, cell: str, width: float) -> list[str]:
        if len(cell) + 50 * cell.count("\n") < 50 * _LINES_AT_ONCE // 3:
            return [cell]
        wrapped = self.pdf.multi_cell(width, text=cell, dry_run=True, output=MethodReturnValue.LINES)
        lines = cast(list[str], wrapped)
        starts = range(0, len(lines), _LINES_AT_ONCE)
        return ["\n".join(lines[start : start + _LINES_AT_ONCE]) for start in starts]

    def _content(self, content: Mapping[str, Any]) -> None:
        parts = content["parts"]
        self._facts(
            [
                (_("Subject"), show_recipient_fields(parts["rendered_subject"])),
                (_("Preheader"), show_recipient_fields(parts["rendered_preheader"])),
                (_("Sender"), f"{parts['sender'].get('name', '')} <{parts['sender'].get('address', '')}>"),
                (_("Recipients"), formats.number(parts["audience"].get("count", 0))),
                (_("Revision"), formats.number(content["number"])),
                (_("Last edited by"), content["author"]),
                (_("Hash of the content"), content["content_hash"]),
                (_("Hash of the HTML"), content["html_sha256"]),
            ]
        )
        self._text(
            _(
                "The hash of the content is the SHA-256 over message, blocks, values, facts of the store,"
                " recipients, schedule, sender and every byte of the mail; docs/evidence.md says how to"
                " compute it."
            ),
            size=7.5,
            colour=_MUTED,
        )

    def _approvals(self, pack: Mapping[str, Any]) -> None:
        rows = [
            [
                one["approved_by"] or _("A rule of the brand"),
                _moment(one["approved_at"]),
                formats.number(one["revision_number"]),
                one["content_hash"],
                f"{_moment(one['revoked_at'])} {one['revoked_by']}" if one["revoked_at"] else "",
            ]
            for one in pack["approvals"]
        ]
        if rows:
            head = [_("Who"), _("When"), _("Revision"), _("Hash of the content"), _("Revoked")]
            self._table(head, rows, (20, 19, 10, 36, 15))
        else:
            self._text(_("Nothing of this campaign was approved."))

    def _submission(self, one: Mapping[str, Any]) -> None:
        stages = " → ".join(stage.label for stage in read_stages(one["stages"]))
        version = _("version %(version)s") % {"version": one["policy_version"]}
        policy = f"{one['policy']}, {version}" if one["policy"] else _("No policy: anybody who may decide")
        warnings = int(one["checked"].get("warnings") or 0)
        checks = ngettext("%(n)d warning", "%(n)d warnings", warnings) % {"n": warnings}
        guidelines = one["guidelines_version"]
        self._facts(
            [
                (_("Handed in"), f"{_moment(one['submitted_at'])}, {one['submitted_by']}"),
                (_("Revision"), formats.number(one["revision_number"])),
                (_("Policy"), policy),
                (_("Stages"), stages),
                (_("Checks then"), checks),
                (_("Guidelines"), _("version %(version)s") % {"version": guidelines} if guidelines else ""),
                (_("State"), str(ItemState(one["state"]).label)),
                (_("Note"), one["note"]),
            ]
        )
        self.pdf.ln(2)

    def _steps(self, steps: Iterable[Mapping[str, Any]]) -> None:
        rows = []
        for step in steps:
            told = step_told(step["values"])
            who = step["person"] or _("A rule of the brand")
            if step["in_place_of"]:
                who += " " + _("in place of %(name)s") % {"name": step["in_place_of"]}
            if step["handed_to"]:
                who += " " + _("to %(name)s") % {"name": step["handed_to"]}
            moves = (
                f"{ReviewStatus(told['previous_status']).label} → {ReviewStatus(told['new_status']).label}"
            )
            words = [
                str(Decision(told["decision"]).label),
                told["stage_name"],
                str(Reason(told["reason"]).label) if told["reason"] else "",
                str(Way(told["way"]).label),
                told["rule"],
            ]
            said = " · ".join(word for word in words if word)
            rows.append(
                [
                    str(told["number"]),
                    f"{who}\n{_moment(told['created_at'])}",
                    f"{said}\n{moves}\n{told['comment']}".strip(),
                    step["hash"],
                ]
            )
        self._table([_("No."), _("Who and when"), _("What"), _("Hash")], rows, (6, 26, 33, 35))

    def _deliveries(self, sums: Mapping[str, Any]) -> None:
        if not sums["batches"]:
            self._text(_("Nothing was sent yet."))
            return
        rows = [
            (_("Intended"), "intended"),
            (_("Accepted by mail servers"), "accepted_by_mail_servers"),
            (_("of these bounced"), "bounced"),
            (_("of these reported as spam"), "complained"),
            (_("Failed"), "failed"),
            (_("Suppressed"), "suppressed"),
            (_("Held out"), "held_out"),
            (_("Cancelled"), "cancelled"),
            (_("Expired"), "expired"),
            (_("Unknown"), "unknown"),
            (_("Still waiting"), "waiting"),
        ]
        self._facts([(label, formats.number(sums[name])) for label, name in rows])
        self._text(
            _("The sums add up to all intended.") if sums["adds_up"] else _("THE SUMS DO NOT ADD UP."), size=8
        )

    def _comments(self, threads: Iterable[Mapping[str, Any]]) -> None:
        rows = [
            [f"{one['author']}\n{_moment(one['at'])}", thread["quote"], one["text"]]
            for thread in threads
            for one in thread["comments"]
        ]
        if rows:
            self._table([_("Who and when"), _("About"), _("Comment")], rows, (28, 28, 44))
        else:
            self._text(_("Nobody said anything about it."))

    def _seal(self, seal: Mapping[str, Any] | None) -> None:
        if seal is None:
            self._text(_("These steps are not sealed yet: the seal of a day is made in the night after it."))
            return
        _form, _id, _brand, number, day, steps, _chains, _heads, made_at, *_rest = seal["values"]
        self._facts(
            [
                (_("Day"), formats.day(date.fromisoformat(day))),
                (_("Sealed"), _moment(made_at)),
                (_("Seal"), formats.number(number)),
                (_("Steps of the brand so far"), formats.number(steps)),
                (_("Covers up to step"), formats.number(seal["step_number"])),
                (_("Hash"), seal["hash"]),
            ]
        )


def _moment(value: str | None) -> str:
    return f"{formats.moment(moment := datetime.fromisoformat(value))} {_zone(moment)}" if value else ""


def _zone(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Z")
