"""Files as they come: encodings, delimiters, quotes, and those that mean harm (fault 27)."""

import io
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storesync.brands.imports.reading import MAX_CELL, DelimitedFile, UnreadableFile, open_delimited

TABLE = [["number", "name", "city"], ["1", "Café", "Besançon"], ["2", "Müller, Söhne", "Köln"]]


def rows(content: bytes) -> list[list[str]]:
    return [cells for _number, cells in DelimitedFile(io.BytesIO(content)).cells()]


def written(delimiter: str = ",", end: str = "\n") -> str:
    quoted = [[f'"{cell}"' if delimiter in cell else cell for cell in row] for row in TABLE]
    return end.join(delimiter.join(row) for row in quoted) + end


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings(encoding: str) -> None:
    assert rows(written().encode(encoding)) == TABLE


def test_a_western_sign_far_behind_the_first_block_is_found() -> None:
    content = b"number,name\n" + b"1,plain\n" * 300_000 + "2,Café\n".encode("cp1252")
    assert rows(content)[-1] == ["2", "Café"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(delimiter: str, end: str) -> None:
    assert rows(written(delimiter, end).encode()) == TABLE


def test_single_quotes_where_no_others_are() -> None:
    assert rows(b"number,name\n1,'a, b'\n2,'c'\n") == [["number", "name"], ["1", "a, b"], ["2", "c"]]
    assert rows(b"number,tags\n1,\"['a', 'b']\"\n") == [["number", "tags"], ["1", "['a', 'b']"]]


def test_line_ends_and_quotes_inside_a_cell() -> None:
    assert rows(b'n,t\n1,"a ""b""\nc"\n\n2,d\n') == [["n", "t"], ["1", 'a "b"\nc'], ["2", "d"]]


def test_numbers_of_rows_are_those_of_a_spreadsheet() -> None:
    file = DelimitedFile(io.BytesIO(b'n,t\n1,"a\nb"\n\n2,d\n'))
    assert [number for number, _cells in file.cells()] == [1, 2, 4]


@given(
    st.lists(
        st.lists(st.text(st.characters(blacklist_characters="\0", codec="utf-8")), min_size=2, max_size=2),
        min_size=1,
    )
)
def test_what_a_csv_writer_wrote_is_read_back(table: list[list[str]]) -> None:
    lines = ['"' + '","'.join(cell.replace('"', '""') for cell in row) + '"' for row in [["a", "b"], *table]]
    assert rows("\r\n".join(lines).encode()) == [["a", "b"], *table]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"number,name\n1,a\x00b\n", "NUL"),
        (b"PK\x03\x04rest", "spreadsheet"),
        (b"\x1f\x8brest", "archive"),
        (b"number,name\n" + "é,ü,ö,ä,ß\n".encode() * 50 + b"1,\xff\n", "Byte 765"),
        (b'number,name\n1,a\n2,"never closed\n3,b\n', "Row 3 opens a quote"),
        (b'number,name\n1,"' + b"x\n" * MAX_CELL + b'"\n', "cell of over"),
        (b"number" + b",x" * 600 + b"\n", "columns"),
        (b"number,name\n1" + b",x" * 600 + b"\n", "columns"),
        (b"\xef\xbb\xbfnumber,name\n1,\xff\n", "Byte 18"),
    ],
)
def test_what_is_no_table_is_refused_with_a_word(content: bytes, word: str) -> None:
    with pytest.raises(UnreadableFile, match=word):
        rows(content)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        open_delimited(tmp_path / "none.csv")


HOSTILE = {
    "quotes": 'file.write(b"number,name\\n"); file.write(b\'"\' * (100 << 20))',
    "quoted lines": 'file.write(b"number,name\\n"); file.write(b\'"\\n\' * (50 << 20))',
    "columns": 'file.write(b"number" + b",x" * 1_000_000 + b"\\n")',
    "zeros": 'file.write(b"number,name\\n"); file.write(bytes(100 << 20))',
    "one line": 'file.write(b"a" * (100 << 20))',
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_files_are_refused_in_little_memory(kind: str, tmp_path: Path) -> None:
    """Faults 26, 27: +100 MB at most; 2 s of CPU is enforced by the kernel, not timed here."""
    path = tmp_path / "hostile.csv"
    with path.open("wb") as file:
        exec(HOSTILE[kind], {"file": file})  # noqa: S102 - our own text, above
    program = textwrap.dedent(
        """
        import resource, sys
        import django
        django.setup()
        from storesync.brands.imports.reading import DelimitedFile, UnreadableFile
        before = resource.getrusage(resource.RUSAGE_SELF)
        spent = int(before.ru_utime + before.ru_stime) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (spent + 2, spent + 2))
        try:
            for _row in DelimitedFile(open(sys.argv[1], "rb")).cells():
                pass
        except UnreadableFile as error:
            grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before.ru_maxrss
            print(grown // 1024, error)
            sys.exit(0)
        sys.exit("read to its end")
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        # Coverage would be counted too, and takes more than the reading itself.
        env={name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
        | {"DJANGO_SETTINGS_MODULE": "storesync.settings"},
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[0]) < 100


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("東京都渋谷区道玄坂二丁目\n大阪府大阪市北区梅田一丁目\n" * 20, "shift_jis"),
        ("Москва, улица Тверская, дом семь\nСанкт-Петербург, Невский проспект\n" * 20, "cp1251"),
        ("臺南市北門區北門里舊埕\n雲嘉南濱海國家風景區管理處\n" * 20, "big5"),
    ],
)
def test_other_scripts(text: str, encoding: str) -> None:
    content = "number,name\n" + "".join(
        f"{n},{line}\n" for n, line in enumerate(text.replace(", ", " ").split())
    )
    assert rows(content.encode(encoding))[1:] == [row.split(",") for row in content.split()[1:]]
