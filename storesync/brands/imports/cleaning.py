"""One row of a file read as one location: what is kept, repaired, left blank, refused.

Rule L3 in one place. A row is refused only for a missing or doubtful number; every other fault leaves its
cell blank with a warning; a value is repaired only where one reading is possible, and every repair is
reported. Rows come by the million, so the readings of cells are kept per distinct value, and a clean row
costs a handful of dictionary look-ups.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple, TypeVar

from django.utils.translation import gettext as _
from uuid_utils import uuid7

from storesync.brands.imports.cells import (
    NOTHING,
    Place,
    read_closed_flag,
    read_currency,
    read_date,
    read_email,
    read_language,
    read_number,
    read_place,
    read_status,
)
from storesync.brands.imports.countries import read_country
from storesync.brands.imports.mapping import ATTRIBUTE_PREFIX, NUMBER, ColumnMap
from storesync.brands.imports.phones import read_phone
from storesync.brands.imports.postcodes import country_of_address, read_postcode
from storesync.brands.imports.values import BLANK, REFUSED, REPAIRED, WARNED, Read
from storesync.brands.imports.zones import read_zone

#: Most characters of each text, as the columns of Location have them.
TEXT_LENGTHS: Final[Mapping[str, int]] = {
    "name": 200, "street": 300, "street_2": 200, "city": 120, "state": 80, "opening_hours": 400,
}  # fmt: skip
#: Readings kept per kind of cell; when it is full it starts anew, so memory stays bounded.
_KEPT: Final = 20_000
#: Different unknown names of one file that are looked at for misspellings.
_GUESSES: Final = 300
_NULL: Final = "\\N"
#: Control characters that only wrongly decoded Windows text has.
_C1: Final = re.compile("[\x80-\x9f]")
_K = TypeVar("_K")
_V = TypeVar("_V")


class Finding(NamedTuple):
    """One thing to say about one cell (or a whole row: column "")."""

    row: int
    number: str
    column: str
    kind: str
    value: str
    reason: str


class _Kept(dict[_K, _V]):
    """Readings by cell; a miss reads and keeps."""

    def __init__(self, read: Callable[[_K], _V]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, key: _K) -> _V:
        if len(self) >= _KEPT:
            self.clear()
        value = self[key] = self._read(key)
        return value


class _Guesses:
    """Readings that may cost milliseconds, for so many faults of a file; a wrong column has a million."""

    def __init__(self) -> None:
        self._left = {"country": _GUESSES, "zone": _GUESSES}

    def country(self, text: str) -> Read:
        return self._counted("country", read_country(text, guess=self._left["country"] > 0))

    def zone(self, key: tuple[str, str]) -> Read:
        return self._counted("zone", read_zone(*key, guess=self._left["zone"] > 0))

    def _counted(self, kind: str, read: Read) -> Read:
        if read.kind is not None:
            self._left[kind] -= 1
        return read


def read_text(text: str, limit: int) -> Read:
    """A text on one line: control characters and runs of spaces become one space; the too long is cut."""
    plain = " ".join(
        "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", text)).split()
    )
    if plain in NOTHING:
        return BLANK
    if len(plain) > limit:
        return Read(plain[:limit].rstrip(), WARNED, _("longer than %(limit)s signs; cut") % {"limit": limit})
    if _C1.search(text):
        mended = _C1.sub(lambda sign: sign[0].encode("latin-1").decode("cp1252", "replace"), text)
        if "\ufffd" not in mended:
            read = read_text(mended, limit)
            return (
                read if read.kind else Read(read.value, REPAIRED, _("a Windows sign was written in Unicode"))
            )
    if "\ufffd" in plain:
        return Read(plain, WARNED, _("a sign was lost before this file was written"))
    return Read(plain)


class RowCleaner:
    """Turns the cells of one file's rows into lines for COPY and collects what there is to say.

    Args:
        columns: how the file's columns were matched.
        country: the brand's country, used where the file has no column for it.
        regions: name (casefolded) to id of the brand's regions, for a column mapped to `region`.

    `findings` grows with each row and is emptied by the caller. `repaired` and `warned` count rows.
    """

    def __init__(self, columns: ColumnMap, country: str, regions: Mapping[str, str]) -> None:
        fields = columns.fields
        self.findings: list[Finding] = []
        self.repaired = self.warned = self.refused = 0
        self._names = {field: columns.column(field) for field in fields}
        self._width = columns.width
        self._brand_country = country
        self._number = fields[NUMBER]
        self._country = fields.get("country")
        self._state = fields.get("state")
        self._postcode = fields.get("postcode")
        self._phone = fields.get("phone")
        self._zone = fields.get("time_zone")
        self._email = fields.get("email")
        self._latitude, self._longitude = fields.get("latitude"), fields.get("longitude")
        self._place = self._latitude is not None and self._longitude is not None
        self._texts = [
            (fields[field], field, limit) for field, limit in TEXT_LENGTHS.items() if field in fields
        ]
        self._plain: list[tuple[int, str, _Kept[str, Read]]] = [
            (fields[field], field, _Kept(read))
            for field, read in (
                ("language", read_language),
                ("currency", read_currency),
                ("region", lambda text: _read_region(text, regions)),
            )
            if field in fields
        ]
        self._status = [
            (fields[field], field, _Kept(read))
            for field, read in (("temporarily_closed", read_closed_flag), ("status", read_status))
            if field in fields
        ]
        self._dates = [(fields[field], field) for field in ("opened_on", "closed_on") if field in fields]
        self._attributes = [
            (index, field, field.removeprefix(ATTRIBUTE_PREFIX))
            for field, index in fields.items()
            if field.startswith(ATTRIBUTE_PREFIX)
        ]
        guesses = _Guesses()
        self._countries = _Kept(guesses.country)
        self._zones = _Kept(guesses.zone)
        self._postcodes: _Kept[tuple[str, str, str], Read] = _Kept(lambda key: read_postcode(*key))
        self._addresses: _Kept[tuple[str, str], str] = _Kept(lambda key: country_of_address(*key))
        self.columns = self._staged()

    def _staged(self) -> tuple[str, ...]:
        """Columns of the lines, in order; `fallback_country` is for new locations only."""
        columns = ["row", "id", NUMBER, "fallback_country"]
        columns += [
            name
            for name in ("country", "postcode", "phone", "time_zone")
            if getattr(self, _SLOTS[name]) is not None
        ]
        columns += ["latitude", "longitude"] if self._place else []
        columns += [field for _index, field, _limit in self._texts]
        columns += ["email"] if self._email is not None else []
        columns += ["region_id" if field == "region" else field for _index, field, _kept in self._plain]
        columns += ["status"] if self._status else []
        columns += [field for _index, field in self._dates]
        columns += ["attributes"] if self._attributes else []
        return tuple(columns)

    def line(self, row: int, cells: Sequence[str]) -> str | None:
        """The row as a line of COPY's text format, without its line end; None when it is empty or refused."""
        if len(cells) != self._width:
            fitted = self._fit(row, cells)
            if fitted is None:
                return None
            cells = fitted
        before = len(self.findings)
        number = cells[self._number]
        # Digits alone are the common number and need no reading.
        if not (number.isdecimal() and len(number) <= 40 and number.isascii()):
            if not any(map(str.strip, cells)):
                return None
            read = read_number(number)
            if read.kind is not None:
                self._say(row, read.value or number, NUMBER, number, read)
                if read.kind == REFUSED:
                    self.refused += 1
                    return None
            number = read.value
        say = self._say
        country, fallback = self._read_country(row, number, cells)
        there = country or fallback
        out = [str(row), str(uuid7()), _escaped(number), fallback or _NULL]
        if self._country is not None:
            out.append(country or _NULL)
        if self._postcode is not None:
            text = cells[self._postcode]
            if text and text not in NOTHING:
                state = cells[self._state] if self._state is not None else ""
                read = self._postcodes[text, there, state]
                if read.kind is not None:
                    say(row, number, "postcode", text, read)
                out.append(read.value or _NULL)
            else:
                out.append(_NULL)
        if self._phone is not None:
            text = cells[self._phone]
            if text and text not in NOTHING:
                read = read_phone(text, there)
                if read.kind is not None:
                    say(row, number, "phone", text, read)
                out.append(read.value or _NULL)
            else:
                out.append(_NULL)
        if self._zone is not None:
            text = cells[self._zone]
            if text and text not in NOTHING:
                read = self._zones[text, there]
                if read.kind is not None:
                    say(row, number, "time_zone", text, read)
                out.append(read.value or _NULL)
            else:
                out.append(_NULL)
        if self._place:
            out += self._read_place(row, number, cells)
        for index, field, limit in self._texts:
            text = cells[index]
            if not text:
                out.append(_NULL)
            elif (
                text.isprintable()
                and len(text) <= limit
                and "\\" not in text
                and "  " not in text
                and text[0] != " "
                and text[-1] != " "
                and text not in NOTHING
                and (text.isascii() or ("\ufffd" not in text and unicodedata.is_normalized("NFC", text)))
            ):
                out.append(text)
            else:
                read = read_text(text, limit)
                if read.kind is not None:
                    say(row, number, field, text, read)
                out.append(_escaped(read.value))
        if self._email is not None:
            text = cells[self._email]
            read = read_email(text) if text and text not in NOTHING else BLANK
            if read.kind is not None:
                say(row, number, "email", text, read)
            out.append(_escaped(read.value))
        for index, field, kept in self._plain:
            out.append(self._kept(row, number, field, cells[index], kept))
        if self._status:
            out.append(self._read_status(row, number, cells))
        for index, field in self._dates:
            text = cells[index]
            read = read_date(text, there) if text and text not in NOTHING else BLANK
            if read.kind is not None:
                say(row, number, field, text, read)
            out.append(read.value or _NULL)
        if self._attributes:
            out.append(self._read_attributes(cells))
        if len(self.findings) > before:
            kinds = {finding.kind for finding in self.findings[before:]}
            self.repaired += REPAIRED in kinds
            self.warned += WARNED in kinds
        return "\t".join(out)

    def _say(self, row: int, number: str, field: str, value: str, read: Read) -> None:
        reason = f"{read.reason}: {read.value}" if read.kind == REPAIRED else read.reason
        self.findings.append(
            Finding(row, number, self._names.get(field, field), read.kind or "", value[:200], reason)
        )

    def _fit(self, row: int, cells: Sequence[str]) -> list[str] | None:
        """The row with as many cells as the header, or None when that cannot be told."""
        filled = len(cells)
        while filled and not cells[filled - 1].strip():
            filled -= 1
        if not filled:
            return None
        if filled > self._width:
            self.refused += 1
            reason = _(
                "%(count)s cells for %(width)s columns, so it is doubtful which of them is the store number"
            )
            number = cells[self._number].strip()
            self.findings.append(
                Finding(row, number[:40], "", REFUSED, "", reason % {"count": filled, "width": self._width})
            )
            return None
        return [*cells[: self._width], *[""] * (self._width - len(cells))]

    def _read_country(self, row: int, number: str, cells: Sequence[str]) -> tuple[str, str]:
        """What the cell says, and what a new location gets where it says nothing."""
        text, read = "", BLANK
        if self._country is not None:
            text = cells[self._country]
            if text and text not in NOTHING:
                read = self._countries[text]
                if read.kind is None:
                    return read.value, ""
                if read.value:
                    self._say(row, number, "country", text, read)
                    return read.value, ""
        state = cells[self._state] if self._state is not None else ""
        postcode = cells[self._postcode] if self._postcode is not None else ""
        given = self._addresses[state, postcode] if postcode else ""
        if self._country is not None and (given or read.kind):
            if given:
                read = Read(given, REPAIRED, _("state and postcode are of one country"))
            self._say(row, number, "country", text, read)
        return "", given or (self._brand_country if self._country is None else "")

    def _read_place(self, row: int, number: str, cells: Sequence[str]) -> tuple[str, str]:
        assert self._latitude is not None and self._longitude is not None  # noqa: S101 - both are set
        latitude, longitude = cells[self._latitude], cells[self._longitude]
        if not latitude and not longitude:
            return _NULL, _NULL
        place: Place = read_place(
            "" if latitude in NOTHING else latitude, "" if longitude in NOTHING else longitude
        )
        if place.kind is not None:
            found = f"{place.latitude}, {place.longitude}" if place.latitude else ""
            self._say(
                row, number, "latitude", f"{latitude}, {longitude}", Read(found, place.kind, place.reason)
            )
        return place.latitude or _NULL, place.longitude or _NULL

    def _kept(self, row: int, number: str, field: str, text: str, kept: _Kept[str, Read]) -> str:
        if not text or text in NOTHING:
            return _NULL
        read = kept[text]
        if read.kind is not None:
            self._say(row, number, field, text, read)
        return _escaped(read.value)

    def _read_status(self, row: int, number: str, cells: Sequence[str]) -> str:
        """The status; where a file has both columns, closed wins over open."""
        values = [self._kept(row, number, field, cells[index], kept) for index, field, kept in self._status]
        told = [value for value in values if value != _NULL]
        return next((value for value in told if value != "open"), told[0] if told else _NULL)

    def _read_attributes(self, cells: Sequence[str]) -> str:
        """The cells as a JSON object; null for a blank one."""
        values: dict[str, str | None] = {}
        for index, _field, key in self._attributes:
            values[key] = read_text(cells[index], 1000).value or None
        return _escaped(json.dumps(values, ensure_ascii=False))


_SLOTS: Final = {"country": "_country", "postcode": "_postcode", "phone": "_phone", "time_zone": "_zone"}


def _read_region(text: str, regions: Mapping[str, str]) -> Read:
    known = regions.get(text.strip().casefold())
    return Read(known) if known else Read("", WARNED, _("the brand has no region of this name, or several"))


def _escaped(text: str) -> str:
    """A value for COPY's text format, `\\N` for blank."""
    return text.replace("\\", "\\\\") if text else _NULL
