"""Which column of a file holds which field of a location: matched by name, corrected by a person."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _

from storesync.brands.imports.reading import UnreadableFile

NUMBER: Final = "store_number"
#: A column mapped to this is left alone.
IGNORED: Final = "-"
ATTRIBUTE_PREFIX: Final = "attributes."
#: Rows among which the header is looked for: files have titles above it.
HEADER_ROWS: Final = 25

#: Names that columns have in real files, the surest first: where two columns claim a field, the earlier wins.
ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    NUMBER: (
        "storenumber", "storenum", "storeno", "storenr", "locationnumber", "branchnumber", "shopnumber",
        "filialnummer", "marktnummer", "numeromagasin", "numeronegozio", "clientkey", "storecode", "shopcode",
        "branchcode", "locationcode", "storekey", "storeid", "shopid", "branchid", "locationid", "number",
        "nummer",
    ),
    "name": (
        "name", "storename", "locationname", "shopname", "branchname", "displayname", "title", "nombre",
        "nome",
        "nom", "bezeichnung",
    ),
    "street": (
        "street", "streetaddress", "address", "address1", "addressline1", "addressline", "street1", "addr",
        "direccion", "indirizzo", "adresse", "strasse", "straße",
    ),
    "street_2": ("street2", "address2", "addressline2", "streetaddress2", "suite", "unit"),
    "city": ("city", "town", "cityname", "locality", "municipality", "ciudad", "citta", "ville", "stadt",
    "ort"),
    "state": (
        "stateabbr", "statecode", "stateprovince", "state", "province", "provincecode", "provincename",
        "administrativearea", "county", "statename", "bundesland", "provincia",
    ),
    "postcode": (
        "postcode", "postalcode", "zip", "zipcode", "postal", "zippostalcode", "plz", "cap", "codepostal",
        "codigopostal", "cp",
    ),
    "country": ("country", "countrycode", "countryname", "pais", "paese", "pays", "land", "nation"),
    "latitude": ("latitude", "lat", "geolat", "breitengrad", "latitud", "latitudine"),
    "longitude": ("longitude", "lon", "lng", "long", "geolon", "geolng", "laengengrad", "longitud",
    "longitudine"),
    "time_zone": ("timezone", "tz", "timezonename", "tzname", "zeitzone", "zone", "ianatimezone"),
    "language": ("language", "lang", "languagecode", "locale", "sprache"),
    "currency": ("currency", "currencycode", "waehrung"),
    "phone": ("phone", "phonenumber", "telephone", "telephonenumber", "tel", "telefono", "telefon",
    "telefonnummer"),
    "email": ("email", "emailaddress", "mail", "storeemail"),
    "opening_hours": ("openinghours", "osmopeninghours"),
    "status": ("status", "storestatus"),
    "temporarily_closed": ("tempclosed", "temporarilyclosed", "temporaryclosed", "istempclosed"),
    "opened_on": ("openedon", "opendate", "openingdate", "dateopened", "opened"),
    "closed_on": ("closedon", "closedate", "closingdate", "dateclosed"),
    "region": (),  # by hand only: most columns of this name hold something else
}  # fmt: skip
FIELDS: Final = tuple(ALIASES)

_RANK: Final = {
    alias: (field, rank) for field, aliases in ALIASES.items() for rank, alias in enumerate(aliases)
}
_ATTRIBUTE_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True, slots=True)
class Matched:
    """A column and the field it was taken for; `index` counts from 0."""

    index: int
    column: str
    field: str


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """How the columns of one file were read.

    `header_row` is the number of the row that names the columns, 0 when there is none; `width` its cells.
    """

    header_row: int
    width: int
    matched: tuple[Matched, ...]
    unmatched: tuple[str, ...]

    @property
    def fields(self) -> dict[str, int]:
        """Field to index of its column."""
        return {entry.field: entry.index for entry in self.matched}

    def column(self, field: str) -> str:
        """The name of the field's column in the file, or the field itself where it has none."""
        return next((entry.column for entry in self.matched if entry.field == field), field)


def normalise(column: str) -> str:
    """A column's name without case, spaces and signs: `Store Number` and `storeNumber` are one."""
    return "".join(c for c in unicodedata.normalize("NFKC", column).casefold() if c.isalnum())


def field_named(name: str) -> str | None:
    """The field that a person means: its own name, a name columns have for it, or `attributes.KEY`."""
    name = name.strip()
    if name == IGNORED or name in ALIASES:
        return name
    if name.startswith(ATTRIBUTE_PREFIX):
        return name if _ATTRIBUTE_KEY.fullmatch(name.removeprefix(ATTRIBUTE_PREFIX)) else None
    found = _RANK.get(normalise(name))
    return found[0] if found else None


def match_columns(
    rows: Sequence[tuple[int, Sequence[str]]], chosen: Mapping[str, str], attributes: Sequence[str] = ()
) -> ColumnMap:
    """Find the header among the first rows and match its columns.

    Args:
        rows: the first rows of the file with their numbers; more of them tell a key from other numbers.
        chosen: what a person said: column name (or `#3` for the third) to field (or `-` to ignore it).
        attributes: keys of the brand's attribute schema; columns of these names are matched to them.
    Raises:
        UnreadableFile: no column holds the store number, or a chosen column or field does not exist.
    """
    wanted = _check_chosen(chosen)
    best: ColumnMap | None = None
    for number, cells in rows[:HEADER_ROWS]:
        candidate = _match(number, cells, wanted, attributes)
        if NUMBER in candidate.fields and (best is None or len(candidate.matched) > len(best.matched)):
            best = candidate
    positions = {int(column[1:]) - 1: field for column, field in wanted.items() if _is_position(column)}
    if positions and len(positions) == len(wanted) and (best is None or not _names_more(best, positions)):
        best = _by_position(rows, positions)
    elif best is not None and NUMBER not in wanted.values():
        best = _most_telling_number(best, rows)
    if best is None:
        seen = ", ".join(cell.strip() for cell in rows[0][1] if cell.strip())[:300] if rows else ""
        raise UnreadableFile(
            _(
                "No column holds the store number; name it with COLUMN=store_number. "
                "The first row reads: %(columns)s"
            )
            % {"columns": seen}
        )
    names = {normalise(column) for column in (entry.column for entry in best.matched)}
    names |= {normalise(column) for column in best.unmatched}
    for column in wanted:
        if not _is_position(column) and normalise(column) not in names:
            raise UnreadableFile(_("The file has no column “%(column)s”.") % {"column": column})
        if _is_position(column) and int(column[1:]) > best.width:
            raise UnreadableFile(
                _("The file has %(count)s columns, so none is %(column)s.")
                % {"count": best.width, "column": column}
            )
    return best


def _most_telling_number(found: ColumnMap, rows: Sequence[tuple[int, Sequence[str]]]) -> ColumnMap:
    """The same, with the store number in the column that tells the sample's rows apart.

    Some chains number their stores within a division (`store_no`) and have a key beside it (`store_id`).
    """
    header = next(cells for number, cells in rows if number == found.header_row)
    behind = [cells for number, cells in rows if number > found.header_row]

    def repeated(index: int) -> int:
        told = [cells[index].strip() for cells in behind if index < len(cells)]
        return len(behind) - len(set(told) - {""})

    claims = sorted(
        (_RANK[plain][1], index)
        for index, cell in enumerate(header)
        if (plain := normalise(cell)) in _RANK and _RANK[plain][0] == NUMBER
    )
    named = found.fields[NUMBER]
    # A repeated number here and there is a fault of the file; a tenth of the rows is another kind of number.
    if len(claims) < 2 or repeated(named) * 10 <= len(behind):
        return found
    _repeats, _rank, index = min((repeated(index), rank, index) for rank, index in claims)
    if index == named:
        return found
    matched = [entry for entry in found.matched if entry.field != NUMBER]
    matched.append(Matched(index, header[index].strip(), NUMBER))
    unmatched = [column for column in found.unmatched if column != header[index].strip()]
    return replace(
        found,
        matched=tuple(sorted(matched, key=lambda entry: entry.index)),
        unmatched=(*unmatched, header[named].strip()),
    )


def _check_chosen(chosen: Mapping[str, str]) -> dict[str, str]:
    wanted: dict[str, str] = {}
    for column, name in chosen.items():
        field = field_named(name)
        if field is None:
            raise UnreadableFile(
                _("“%(field)s” is no field; these are: %(fields)s.")
                % {"field": name, "fields": ", ".join((*FIELDS, ATTRIBUTE_PREFIX + "…"))}
            )
        if field != IGNORED and field in wanted.values():
            raise UnreadableFile(_("Two columns are mapped to %(field)s.") % {"field": field})
        wanted[column.strip()] = field
    return wanted


def _is_position(column: str) -> bool:
    return column.startswith("#") and column[1:].isdecimal() and int(column[1:]) > 0


def _names_more(found: ColumnMap, positions: Mapping[int, str]) -> bool:
    """Whether a header was recognised by more than what the person's positions alone put into it."""
    return any(entry.index not in positions for entry in found.matched)


def _match(
    number: int, cells: Sequence[str], wanted: Mapping[str, str], attributes: Sequence[str]
) -> ColumnMap:
    by_name = {normalise(column): field for column, field in wanted.items() if not _is_position(column)}
    own = {normalise(key): ATTRIBUTE_PREFIX + key for key in attributes}
    taken: dict[str, tuple[int, int]] = {}
    for index, cell in enumerate(cells):
        plain = normalise(cell)
        chosen = wanted.get(f"#{index + 1}") or (by_name.get(plain) if plain else None)
        if chosen:
            claim = (chosen, -1)
        elif plain in _RANK:
            claim = _RANK[plain]
        elif plain in own:
            claim = (own[plain], 0)
        else:
            continue
        field, rank = claim
        if field != IGNORED and (field not in taken or rank < taken[field][0]):
            taken[field] = (rank, index)
    chosen_fields = set(wanted.values())
    matched = tuple(
        sorted(
            (
                Matched(index, cells[index].strip(), field)
                for field, (rank, index) in taken.items()
                if rank < 0 or field not in chosen_fields
            ),
            key=lambda entry: entry.index,
        )
    )
    used = {entry.index for entry in matched}
    rest = tuple(cell.strip() or f"#{i + 1}" for i, cell in enumerate(cells) if i not in used)
    return ColumnMap(number, len(cells), matched, rest)


def _by_position(rows: Sequence[tuple[int, Sequence[str]]], positions: Mapping[int, str]) -> ColumnMap | None:
    width = max((len(cells) for _number, cells in rows), default=0)
    matched = tuple(
        Matched(index, f"#{index + 1}", field)
        for index, field in sorted(positions.items())
        if field != IGNORED
    )
    if NUMBER not in {entry.field for entry in matched}:
        return None
    rest = tuple(f"#{i + 1}" for i in range(width) if i not in positions)
    return ColumnMap(0, width, matched, rest)
