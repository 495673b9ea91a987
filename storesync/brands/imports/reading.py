"""Reading a delimited text file as a stream: its encoding, delimiter and quote are found, its size is
bounded.

Nothing here knows of stores. A file that cannot be read whole is refused with a word that names the reason
(`UnreadableFile`), before or while its rows are read; nothing is guessed in silence and no row is lost.
"""

import codecs
import csv
import io
import itertools
import re
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from charset_normalizer import from_bytes
from django.utils.translation import gettext as _

#: Largest cell, in characters; a store's longest text is its opening hours.
MAX_CELL: Final = 32_768
#: Most columns a file may have.
MAX_COLUMNS: Final = 512
#: Most rows a file may have.
MAX_ROWS: Final = 2_000_000
#: Bytes without a line end after which a file is no table.
BLOCK: Final = 1 << 20
#: Bytes looked at to find the encoding of a file that is not Unicode, and the delimiter of any file.
SAMPLE: Final = 1 << 18
#: Rows read to recognise the columns.
SAMPLE_ROWS: Final = 2_000

_DELIMITERS: Final = (",", "\t", ";", "|")
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Languages of cp1250.
_CENTRAL: Final = frozenset({"Polish", "Czech", "Slovak", "Hungarian", "Slovene", "Croatian", "Romanian"})


class UnreadableFile(ValueError):
    """The file as a whole cannot be imported; the message says why, for people."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written."""

    encoding: str
    delimiter: str
    quote: str


class DelimitedFile:
    """A CSV or TSV file that has been looked through once and can be read row by row.

    Args:
        stream: a seekable binary stream; it is read from its beginning and never closed here.
    Raises:
        UnreadableFile: NUL bytes, an unknown encoding, a line of over a MiB, nothing in it.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        encoding = _find_encoding(stream)
        sample = list(_sample_lines(stream, encoding))
        if not any(line.strip() for line in sample):
            raise UnreadableFile(_("The file is empty."))
        quote = _find_quote(sample)
        self.dialect = Dialect(encoding, _find_delimiter(sample, quote), quote)

    def cells(self) -> Iterator[tuple[int, list[str]]]:
        """The cells of every row behind its number, which counts from 1, header and empty rows included.

        Empty rows are left out.

        Raises:
            UnreadableFile: a byte outside the encoding (its place is named), a cell, a row or the file too
                large, a quote that is never closed.
        """
        self._stream.seek(0)
        text = io.TextIOWrapper(self._stream, self.dialect.encoding, errors="strict", newline="")
        number = 0
        # Put behind the last line: it arrives as a row of its own unless a quote was left open.
        end = secrets.token_hex(16)
        try:
            reader = _reader(itertools.chain(text, (end,)), self.dialect.delimiter, self.dialect.quote)
            ended = False
            for number, cells in enumerate(reader, 1):  # noqa: B007 the number names the place of an error
                if len(cells) > MAX_COLUMNS:
                    raise UnreadableFile(_too_many_columns(number, len(cells)))
                if number > MAX_ROWS:
                    raise UnreadableFile(
                        _("The file has more than %(limit)s rows.") % {"limit": f"{MAX_ROWS:,}"}
                    )
                if cells and cells[-1].endswith(end):
                    ended = cells == [end]
                    break
                if cells:
                    yield number, cells
            if not ended:
                raise UnreadableFile(
                    _("Row %(row)s opens a quote that is never closed.") % {"row": max(number, 1)}
                )
        except UnicodeDecodeError as error:
            raise UnreadableFile(self._undecodable(error)) from error
        except csv.Error as error:
            raise UnreadableFile(_csv_reason(error, number + 1)) from error
        finally:
            text.detach()

    def _undecodable(self, error: UnicodeDecodeError) -> str:
        """The place of the first byte that does not fit, found by decoding once more from the start."""
        place = _first_undecodable(self._stream, self.dialect.encoding)
        return _("Byte %(place)s (0x%(byte)s) is no %(encoding)s; save the file as UTF-8 and try again.") % {
            "place": f"{place + 1:,}",
            "byte": f"{error.object[error.start]:02X}",
            "encoding": self.dialect.encoding,
        }


def open_delimited(path: Path) -> tuple[BinaryIO, DelimitedFile]:
    """Open a file by its path; the caller closes the stream.

    Raises:
        UnreadableFile: there is no such file, or it is no delimited text.
    """
    try:
        stream = path.open("rb")
    except OSError as error:
        raise UnreadableFile(
            _("%(path)s cannot be opened: %(reason)s.") % {"path": path, "reason": error.strerror}
        ) from error
    try:
        return stream, DelimitedFile(stream)
    except BaseException:
        stream.close()
        raise


def _reader(lines: Iterable[str], delimiter: str, quote: str) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_CELL)
    return csv.reader(lines, delimiter=delimiter, quotechar=quote, skipinitialspace=True)


def _find_encoding(stream: BinaryIO) -> str:
    """Look through the whole file once, in blocks: bounded lines, no NUL, and UTF-8 where it can be."""
    stream.seek(0)
    head = stream.read(4096)
    if not head:
        raise UnreadableFile(_("The file is empty."))
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b")):
        raise UnreadableFile(
            _("This is not a text file (a spreadsheet, PDF or archive); export it as CSV and try again.")
        )
    named = next((name for mark, name in _BOMS if head.startswith(mark)), None) or _unmarked_utf16(head)
    wide = named is not None and named.startswith(("utf-16", "utf-32"))
    decoder = None if wide else codecs.getincrementaldecoder("utf-8")()
    suspicious = b""
    stream.seek(0)
    place = 0
    while block := stream.read(BLOCK):
        if len(block) == BLOCK and b"\n" not in block and b"\r" not in block:
            raise UnreadableFile(
                _("A line near byte %(place)s is longer than %(limit)s bytes; this is no table.")
                % {"place": f"{place + 1:,}", "limit": f"{BLOCK:,}"}
            )
        if not wide and (nul := block.find(b"\0")) >= 0:
            raise UnreadableFile(
                _("Byte %(place)s is NUL; this is no text file.") % {"place": f"{place + nul + 1:,}"}
            )
        if decoder is not None:
            try:
                decoder.decode(block, final=len(block) < BLOCK)
            except UnicodeDecodeError as error:
                if named is not None:
                    return named  # it says it is UTF-8: reading it names the byte
                decoder, start = None, max(0, error.start - SAMPLE // 2)
                suspicious = block[start : start + SAMPLE]
        place += len(block)
    if named is not None:
        return named
    return "utf-8" if decoder is not None else _guess_legacy(suspicious)


def _unmarked_utf16(head: bytes) -> str | None:
    """UTF-16 without a byte order mark: every other byte of mostly Latin text is NUL."""
    pairs = len(head) // 2
    if pairs < 4:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > pairs * 0.6 and even < pairs * 0.1:
        return "utf-16-le"
    if even > pairs * 0.6 and odd < pairs * 0.1:
        return "utf-16-be"
    return None


def _guess_legacy(sample: bytes) -> str:
    """The likeliest encoding of text that is not Unicode, from the part where it shows."""
    sample = sample[sample.find(b"\n") + 1 : sample.rfind(b"\n") + 1] or sample  # cut at no character
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if sum(not sign.isascii() for sign in text) - broken > 8 * broken:
        return "utf-8"  # nearly all of it is UTF-8: reading it names the broken byte
    # Tables are no prose: where nothing looks like a language, less is asked.
    best = (
        from_bytes(sample, enable_fallback=False).best()
        or from_bytes(sample, enable_fallback=False, threshold=0.4).best()
    )
    if _is_western(sample) and _fits(sample, "cp1252"):
        # Few signs tell too little for statistics; only a language it is sure of outweighs the usual one.
        return "cp1250" if best and best.encoding == "cp1250" and best.language in _CENTRAL else "cp1252"
    if best is None:
        raise UnreadableFile(_("The encoding of the file is not known; save it as UTF-8 and try again."))
    return best.encoding


def _is_western(sample: bytes) -> bool:
    """Whether signs beyond ASCII stand alone among Latin letters, as they do in no other script."""
    high = re.findall(rb"[\x80-\xff]+", sample)
    return sum(len(run) for run in high if len(run) < 3) * 2 > sum(map(len, high))


def _fits(sample: bytes, encoding: str) -> bool:
    try:
        sample.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _first_undecodable(stream: BinaryIO, encoding: str) -> int:
    stream.seek(0)
    # utf-8-sig would not count the bytes of its mark.
    decoder = codecs.getincrementaldecoder("utf-8" if encoding == "utf-8-sig" else encoding)()
    place = 0
    while True:
        block = stream.read(BLOCK)
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            return place - pending + error.start
        if not block:
            return place
        place += len(block)


def _sample_lines(stream: BinaryIO, encoding: str) -> Iterator[str]:
    stream.seek(0)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(stream.read(SAMPLE))
    lines = io.StringIO(text, newline="").readlines()
    # The last line may have been cut by the end of the sample.
    return iter(lines[:-1] if len(lines) > 1 and len(text) * 4 >= SAMPLE else lines)


def _find_quote(lines: Sequence[str]) -> str:
    """The character that encloses cells: the usual one unless only the other stands where quotes stand."""
    cells = [cell.strip() for line in lines[:200] for cell in _split_any(line)]
    usual = any(cell.startswith('"') for cell in cells)
    other = any(len(cell) > 1 and cell[0] == "'" == cell[-1] for cell in cells)
    return "'" if other and not usual else '"'


def _split_any(line: str) -> list[str]:
    for delimiter in _DELIMITERS[1:]:
        line = line.replace(delimiter, ",")
    return line.split(",")


def _find_delimiter(lines: Sequence[str], quote: str) -> str:
    """The delimiter that cuts most of the first rows into the same number of cells, more than one."""

    def steadiness(delimiter: str) -> tuple[float, int]:
        widths: Counter[int] = Counter()
        try:
            for cells in itertools.islice(_reader(lines, delimiter, quote), 200):
                if any(cells):
                    widths[len(cells)] += 1
        except csv.Error:  # what was read until here is enough to tell
            pass
        if not widths:
            return 0.0, 0
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
        if width > MAX_COLUMNS:
            raise UnreadableFile(_too_many_columns(1, width))
        return (count / widths.total() if width > 1 else 0.0), width

    return max(_DELIMITERS, key=steadiness)


def _too_many_columns(row: int, count: int) -> str:
    return _("Row %(row)s has %(count)s columns; at most %(limit)s are read.") % {
        "row": row,
        "count": f"{count:,}",
        "limit": MAX_COLUMNS,
    }


def _csv_reason(error: csv.Error, row: int) -> str:
    if "field larger" in str(error):
        return _("Row %(row)s has a cell of over %(limit)s characters, or a quote that is never closed.") % {
            "row": row,
            "limit": f"{MAX_CELL:,}",
        }
    return _("Row %(row)s cannot be read: %(reason)s.") % {"row": row, "reason": error}
