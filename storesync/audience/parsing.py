"""Reading recipients from what people paste or upload: addresses in any separation, or a table with a header.

Nothing is refused as a whole: each row is read or named with its reason.
"""

import csv
import dataclasses
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import charset_normalizer
from django.utils.translation import gettext as _

from storesync.audience.addresses import Address, AddressError, read_address

_DELIMITERS: Final = "\t;,|"
_LONGEST_NAME: Final = 100
_LONGEST_FIELD: Final = 200
_MOST_FIELDS: Final = 40
_SHOWN: Final = 120
# Scripts other than Latin come in runs; a lone high byte among ASCII is an accented letter of Western Europe.
_MULTIBYTE: Final = re.compile(rb"[\x80-\xff]{3}")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\ue000-\uf8ff]+")
_ANGLE: Final = re.compile(r"^(?P<name>.*?)<(?P<address>[^<>]*)>\s*$", re.DOTALL)
# A separator that stands neither in quotes nor in angle brackets.
_PIECES: Final = r'(?:"[^"]*"|<[^<>]*>|[^%s"<]|["<])+'

# Column names as exports of mail tools, tills and spreadsheets write them, without case, accents and signs.
_NAMES: Final = {
    "address": (
        "email mail emailaddress mailaddress address emailadresse mailadresse adresseemail adressemail "
        "adresseelectronique courriel mel correo correoelectronico direccionemail indirizzoemail "
        "postaelettronica emailadres epost epostadress epostadresse eposta epostaadresi sahkoposti "
        "sahkopostiosoite adresemail adrespocztyelektronicznej endereconeemail enderecodeemail "
        "メール メールアドレス 邮箱 电子邮件 이메일 почта электроннаяпочта emailcim emailadresa "
        "adresadeemail recipient subscriber to"
    ),
    "first_name": (
        "firstname first givenname forename vorname prenom nombre nome primeironome primonome voornaam "
        "fornamn fornavn etunimi imie jmeno ad isim adi имя 名 keresztnev prenume fname"
    ),
    "last_name": (
        "lastname last surname familyname nachname familienname nom nomdefamille apellido apellidos cognome "
        "sobrenome apelido achternaam efternamn etternavn efternavn sukunimi nazwisko prijmeni soyad soyadi "
        "фамилия 姓 vezeteknev numedefamilie lname"
    ),
    "name": (
        "name fullname contactname customername vollername nomcomplet nombrecompleto nomecompleto "
        "naam namn navn nimi 氏名 姓名"
    ),
    "store_number": (
        "store storenumber storeno storeid shop shopnumber shopid location locationnumber locationid branch "
        "branchnumber filiale filialnummer filialnr filialnumber markt marktnummer magasin numeromagasin "
        "numerodemagasin tienda numerodetienda negozio numeronegozio loja numerodaloja winkel winkelnummer "
        "butik butiksnummer sklep numersklepu magaza 店舗 店舗番号 门店 магазин"
    ),
    "language": (
        "language lang locale sprache langue idioma lingua taal sprak spraak kieli jezyk jazyk dil 言語 语言 "
        "язык"
    ),
}


def _plain(cell: str) -> str:
    """A column's name without case, accents and signs."""
    folded = unicodedata.normalize("NFKD", cell.replace("ß", "ss").replace("ł", "l")).casefold()
    return "".join(c for c in folded if c.isalnum())


_COLUMNS: Final = {field: frozenset(map(_plain, names.split())) for field, names in _NAMES.items()}


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """One recipient as handed in; `row` is the line it stands on, counted from 1."""

    row: int
    address: Address
    first_name: str = ""
    last_name: str = ""
    store_number: str = ""
    language: str = ""
    fields: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Cells of the columns that are none of the above, by `field_name` of their heading."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that could not be taken: where, what stood there, and why (translated)."""

    row: int
    value: str
    reason: str


def decode(data: bytes) -> str:
    """The text of an uploaded file, whatever its encoding."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if not _MULTIBYTE.search(data):
            return data.decode("cp1252", errors="replace")
        best = charset_normalizer.from_bytes(data).best()
        return str(best) if best is not None else data.decode("cp1252", errors="replace")


def parse_recipients(text: str) -> Iterator[RecipientRow | RowProblem]:
    """Read a paste or the text of a file, row by row.

    Understood: addresses separated by commas, semicolons or lines; `Name <address>`; tables separated by
    comma, semicolon, tab or bar, with a header in any usual language, or without one where every line has
    one address.
    """
    lines = text.lstrip("\ufeff").splitlines()
    header = _find_header(lines)
    if header is not None:
        yield from _table(lines, *header)
        return
    delimiter = _headless_delimiter(lines)
    if delimiter:
        yield from _headless(lines, delimiter)
        return
    for number, line in enumerate(lines, start=1):
        for piece in _split(line):
            yield _read(number, piece)


def field_name(heading: str) -> str:
    """The heading of a column as templates name its value: "Loyalty tier" is loyalty_tier."""
    folded = unicodedata.normalize("NFKD", heading.replace("ß", "ss").replace("ł", "l")).casefold()
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:63]


def _find_header(lines: Sequence[str]) -> tuple[int, str, dict[str, int], dict[str, int]] | None:
    """Where the header stands, what separates its columns, which column is what, and which are others."""
    first = next((i for i, line in enumerate(lines) if line.strip()), None)
    if first is None or "@" in lines[first]:
        return None
    for delimiter in sorted(_DELIMITERS, key=lambda sign: -lines[first].count(sign)):
        columns: dict[str, int] = {}
        for index, cell in enumerate(_cells(lines[first], delimiter)):
            for field, names in _COLUMNS.items():
                if _plain(cell) in names:
                    columns.setdefault(field, index)
        if "address" in columns:
            return first, delimiter, columns, _others(_cells(lines[first], delimiter), columns)
    return None


def _others(headings: Sequence[str], columns: Mapping[str, int]) -> dict[str, int]:
    """The columns that are not known, by the names that templates have for them."""
    found: dict[str, int] = {}
    for index, heading in enumerate(headings):
        name = field_name(heading)
        if name and index not in columns.values() and len(found) < _MOST_FIELDS:
            found.setdefault(name, index)
    return found


def _cells(line: str, delimiter: str) -> list[str]:
    """The cells of one line; none where it cannot be read as a line of a table."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _table(
    lines: Sequence[str], start: int, delimiter: str, columns: dict[str, int], others: dict[str, int]
) -> Iterator[RecipientRow | RowProblem]:
    reader = csv.reader((f"{line}\n" for line in lines[start + 1 :]), delimiter=delimiter)
    before = start + 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            before = start + 1 + reader.line_num
            yield RowProblem(before, "", _("A cell is too long, or a quote before it is never closed."))
            continue
        number, before = before + 1, start + 1 + reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        values = {
            field: _clean(cells[index]) if index < len(cells) else "" for field, index in columns.items()
        }
        first, last = values.get("first_name", ""), values.get("last_name", "")
        if not first and not last:
            first, last = split_name(values.get("name", ""))
        yield _read(
            number,
            values["address"],
            first_name=first,
            last_name=last,
            store_number=values.get("store_number", "")[:40],
            language=values.get("language", "")[:10],
            shown=values["address"] or delimiter.join(cells),
            fields={
                name: cell[:_LONGEST_FIELD]
                for name, index in others.items()
                if index < len(cells) and (cell := _clean(cells[index]))
            },
        )


def _headless_delimiter(lines: Sequence[str]) -> str:
    """What separates columns where every line has exactly one address beside other cells."""
    filled = [line for line in lines if line.strip()]
    for delimiter in _DELIMITERS:
        rows = [_cells(line, delimiter) for line in filled]
        if rows and all(
            len(cells) > 1
            and cells[0].count("@") == 1
            and "<" not in cells[0]
            and not any("@" in cell for cell in cells[1:])
            and any(cell.strip() for cell in cells[1:])
            for cells in rows
        ):
            return delimiter
    return ""


def _headless(lines: Sequence[str], delimiter: str) -> Iterator[RecipientRow | RowProblem]:
    """Address, first name, last name, store number, language: the order that the form names."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            cells = [_clean(cell) for cell in _cells(line, delimiter)]
            address, first, last, store, language = (*cells, "", "", "", "")[:5]
            yield _read(
                number,
                address,
                first_name=first,
                last_name=last,
                store_number=store[:40],
                language=language[:10],
            )


def _split(line: str) -> Iterator[str]:
    """The pieces of a line that hold one recipient each."""
    if ";" in line or "\t" in line:
        for part in re.findall(_PIECES % ";\t", line):
            # Outlook writes "Last, First <address>; ..." without quotes.
            if part.count("@") > 1:
                yield from _split_commas(part)
            elif part.strip():
                yield part.strip()
    else:
        yield from _split_commas(line)


def _split_commas(line: str) -> Iterator[str]:
    held = ""
    for part in re.findall(_PIECES % ",", line):
        piece = part.strip()
        if held and _ANGLE.match(piece):
            piece, held = f"{held}, {piece}", ""
        if held:
            yield held
        held = piece if piece and "@" not in piece else ""
        if piece and not held:
            yield piece
    if held:
        yield held


def _read(
    row: int,
    piece: str,
    *,
    first_name: str = "",
    last_name: str = "",
    store_number: str = "",
    language: str = "",
    shown: str = "",
    fields: Mapping[str, str] | None = None,
) -> RecipientRow | RowProblem:
    angle = _ANGLE.match(piece)
    if angle:
        piece = angle["address"]
        if not first_name and not last_name:
            first_name, last_name = split_name(_clean(angle["name"]).strip("\"' "))
    elif " " in piece.strip() and piece.count("@") == 1:
        # "Ada Lovelace ada@example.org": the word with the @ is the address.
        words = piece.split()
        address = next(word for word in words if "@" in word)
        if not first_name and not last_name:
            first_name, last_name = split_name(_clean(" ".join(word for word in words if word != address)))
        piece = address
    try:
        address_read = read_address(piece)
    except AddressError as error:
        return RowProblem(row, (shown or piece)[:_SHOWN], str(error.reason))
    return RecipientRow(
        row,
        address_read,
        first_name[:_LONGEST_NAME],
        last_name[:_LONGEST_NAME],
        store_number,
        language,
        fields or {},
    )


def split_name(name: str) -> tuple[str, str]:
    """First and last name of "Ada Lovelace" or "Lovelace, Ada"."""
    if "," in name:
        last, _comma, first = name.partition(",")
        return first.strip(), last.strip()
    first, _space, last = name.strip().rpartition(" ")
    return (first.strip(), last) if first else (last, "")


def _clean(cell: str) -> str:
    """Without control signs and private-use signs (those mark placeholders in messages)."""
    return " ".join(_CONTROL.sub(" ", cell).split())
