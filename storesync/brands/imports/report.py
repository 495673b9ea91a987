"""What an import found and did, with every row-level word kept on disk: a million of them cost no memory."""

import csv
import json
import resource
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from storesync.brands.imports.cleaning import Finding
from storesync.brands.imports.mapping import ColumnMap
from storesync.brands.imports.reading import Dialect
from storesync.core.exports import inert


class Writable(Protocol):
    """Where text goes: a file, the terminal."""

    def write(self, text: str, /) -> object: ...


class FindingLog:
    """Findings in the order in which they were said, in a temporary file that goes with the log."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8", errors="surrogatepass")  # noqa: SIM115
        self._count = 0
        self.by_column: Counter[tuple[str, str]] = Counter()

    def extend(self, findings: Iterable[Finding]) -> None:
        """Keep these; `by_column` counts them by kind and column."""
        for finding in findings:
            self._file.write(json.dumps(finding, ensure_ascii=False) + "\n")
            self.by_column[finding.kind, finding.column] += 1
            self._count += 1

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Finding]:
        self._file.flush()
        self._file.seek(0)
        for line in self._file:
            yield Finding(*json.loads(line))
        self._file.seek(0, 2)

    def close(self) -> None:
        self._file.close()


@dataclass(slots=True)
class ImportReport:
    """The outcome of one import, or of its dry run (the two are the same figures).

    `rows` = `new` + `changed` + `unchanged` + `refused`. `repaired` and `warned` count rows with at least one
    such finding, whatever else became of them. `gone` counts stores of the brand that are not closed and
    not in the file; `closed` those of them that this import closed. `seconds` of wall time; `peak_memory`
    in bytes, of the whole process so far.

    Use it as a context manager, or call `close()`: the findings lie in a temporary file.
    """

    brand: str
    dry_run: bool
    dialect: Dialect
    columns: ColumnMap
    findings: FindingLog
    notes: list[str] = field(default_factory=list)
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    repaired: int = 0
    warned: int = 0
    refused: int = 0
    gone: int = 0
    closed: int = 0
    seconds: float = 0.0
    peak_memory: int = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the findings go."""
        self.findings.close()

    @property
    def counts(self) -> dict[str, int]:
        """The figures by name, in the order in which they are shown."""
        names = ("rows", "new", "changed", "unchanged", "repaired", "warned", "refused", "gone", "closed")
        return {name: getattr(self, name) for name in names}

    def summary(self) -> dict[str, Any]:
        """Everything but the findings, JSON-able (what a Job keeps)."""
        return {
            "brand": self.brand,
            "dry_run": self.dry_run,
            "encoding": self.dialect.encoding,
            "delimiter": self.dialect.delimiter,
            "header_row": self.columns.header_row,
            "columns": {entry.column: entry.field for entry in self.columns.matched},
            "unmatched": list(self.columns.unmatched),
            "notes": self.notes,
            "counts": self.counts,
            "by_column": [
                {"kind": kind, "column": column, "count": count}
                for (kind, column), count in self.findings.by_column.most_common()
            ],
            "seconds": round(self.seconds, 3),
            "peak_memory_mb": round(self.peak_memory / 2**20, 1),
        }

    def write_json(self, out: Writable) -> None:
        """One JSON object: the summary and every finding, written as a stream."""
        out.write(json.dumps(self.summary(), ensure_ascii=False)[:-1] + ', "findings": [')
        for place, finding in enumerate(self.findings):
            out.write((",\n" if place else "\n") + json.dumps(finding._asdict(), ensure_ascii=False))
        out.write("]}\n")

    def write_errors(self, out: Writable) -> None:
        """Every finding as CSV; no cell is a live formula in a spreadsheet."""
        writer = csv.writer(out)
        writer.writerow(Finding._fields)
        for finding in self.findings:
            writer.writerow([inert(cell) for cell in finding])


def peak_memory() -> int:
    """The most memory this process has held at once, in bytes.

    Linux keeps it per program; getrusage would count what a parent process held before it started this one.
    """
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:"))
