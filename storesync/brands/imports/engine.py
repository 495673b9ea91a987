"""The action: locations of a brand from a delimited file, in one transaction (Rule L3)."""

import itertools
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final, Literal

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils.translation import gettext as _

from storesync.brands.events import LocationsChanged
from storesync.brands.imports.cleaning import Finding, RowCleaner
from storesync.brands.imports.mapping import ColumnMap, match_columns
from storesync.brands.imports.reading import SAMPLE_ROWS, DelimitedFile
from storesync.brands.imports.report import FindingLog, ImportReport, peak_memory
from storesync.brands.imports.staging import Blank, Duplicates, Staging
from storesync.brands.models import Brand, Region
from storesync.brands.permissions import can
from storesync.brands.rights import MANAGE_LOCATION
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.events import publish
from storesync.core.scoping import require_scope

if TYPE_CHECKING:
    from storesync.accounts.models import User

#: Lines handed to COPY at once.
_LINES: Final = 1_000
#: New rows after which the planner's picture of the table is out of date.
_MANY: Final = 1_000


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What a person is asked, with the answers that do the least harm.

    Args:
        blank: a blank cell leaves a location's value as it is, or clears it.
        duplicates: of rows with one number, refuse all, or take the first or the last.
        gone: stores that the file does not have are only reported, or closed.
        dry_run: find out everything, write nothing.
    """

    blank: Blank = "keep"
    duplicates: Duplicates = "fail"
    gone: Literal["report", "close"] = "report"
    dry_run: bool = False


def import_locations(
    *,
    brand: Brand,
    source: BinaryIO,
    mapping: Mapping[str, str],
    options: ImportOptions,
    actor: "User | None",
    name: str = "",
) -> ImportReport:
    """Bring the locations of a brand in line with a CSV or TSV file, all of it or nothing.

    Identity is (brand, store number); a row that changes nothing is not written, so running it again does
    nothing. The history names the actor, the verb `locations.imported` and the file.

    Args:
        source: the file, binary and seekable; it is not closed.
        mapping: column (or `#3`) to field where names do not tell, see `mapping.match_columns`.
        actor: who imports; None for the operator at the shell.
        name: the file's name, for the history.
    Returns:
        The report; close it, its findings lie in a temporary file.
    Raises:
        UnreadableFile: the file as a whole cannot be imported; nothing was written.
        PermissionDenied: the actor does not manage the locations of the whole brand.
        ActionRefused: another import of this brand is running, or `gone="close"` with rows whose number is
            doubtful: a store of theirs would be closed by mistake.
    """
    started = time.monotonic()
    require_scope(brand.pk)
    file = DelimitedFile(source)
    columns = match_columns(
        list(itertools.islice(file.cells(), SAMPLE_ROWS)), mapping, attributes=_attribute_keys(brand)
    )
    findings = FindingLog()
    report = ImportReport(brand.slug, options.dry_run, file.dialect, columns, findings)
    try:
        with audited("locations.imported", actor=actor, file=name):
            if actor is not None and not can(actor, MANAGE_LOCATION, brand):
                raise PermissionDenied
            _lock(brand)
            brand.refresh_from_db(fields=["country", "time_zone"])
            _import(report, brand, file, options)
    except BaseException:
        findings.close()
        raise
    report.seconds = time.monotonic() - started
    report.peak_memory = peak_memory()
    return report


def _attribute_keys(brand: Brand) -> list[str]:
    return [entry["key"] for entry in brand.attribute_schema if isinstance(entry, dict) and "key" in entry]


def _lock(brand: Brand) -> None:
    """One import of a brand at a time; the lock goes with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"location import {brand.pk}"]
        )
        if not cursor.fetchone()[0]:
            raise ActionRefused(_("Another import of this brand is running. Wait until it has ended."))


def _import(report: ImportReport, brand: Brand, file: DelimitedFile, options: ImportOptions) -> None:
    cleaner = RowCleaner(report.columns, brand.country, _regions(brand))
    staging = Staging(brand, report.columns, cleaner.columns, options.blank)
    staging.create()
    staged = _fill(staging, cleaner, file, report)
    doubtful = cleaner.refused
    twice = _log(report, staging.refuse_duplicates(options.duplicates))
    report.rows, report.refused = staged + doubtful, doubtful + twice
    report.repaired, report.warned = cleaner.repaired, cleaner.warned
    outcome = staging.compare()
    report.new, report.changed, report.unchanged = outcome.new, outcome.changed, outcome.unchanged
    if report.changed:
        _log(report, staging.changes())
    if report.new:
        report.repaired += _log(report, staging.names_built())
    report.gone = _log(report, staging.gone())
    report.notes += _notes(report.columns, brand)
    if options.gone == "close" and report.gone and doubtful:
        raise ActionRefused(
            _(
                "No store was closed and nothing imported: %(count)s rows have a missing or doubtful store "
                "number and may be stores that seem to be gone. Mend these rows, or import without closing."
            )
            % {"count": doubtful}
        )
    if not options.dry_run:
        _write(report, staging, brand)
        if options.gone == "close":
            report.closed = staging.close_gone()
    elif options.gone == "close":
        report.closed = report.gone
    staging.drop()


def _fill(staging: Staging, cleaner: RowCleaner, file: DelimitedFile, report: ImportReport) -> int:
    """Read, clean and COPY every row behind the header; the number of rows staged."""
    staged = 0
    with staging.filling() as copy:
        for lines in _batches(file, cleaner, report):
            staged += len(lines)
            lines.append("")
            copy.write("\n".join(lines).encode())
    return staged


def _batches(file: DelimitedFile, cleaner: RowCleaner, report: ImportReport) -> Iterator[list[str]]:
    header, clean, lines = report.columns.header_row, cleaner.line, list[str]()
    for number, cells in file.cells():
        if number <= header:
            continue
        line = clean(number, cells)
        if line is not None:
            lines.append(line)
        if len(lines) >= _LINES or len(cleaner.findings) >= _LINES:
            report.findings.extend(cleaner.findings)
            cleaner.findings.clear()
            yield lines
            lines = []
    report.findings.extend(cleaner.findings)
    cleaner.findings.clear()
    if lines:
        yield lines


def _write(report: ImportReport, staging: Staging, brand: Brand) -> None:
    """Change, then add. Whoever came in between with the same numbers was first, and is left as they are."""
    changed = 0
    if report.changed:
        changed = staging.update()
        for fields, ids in staging.changed_locations():
            publish(LocationsChanged(brand.pk, ids, fields))
    new = staging.insert() if report.new else 0
    report.unchanged += report.changed - changed + report.new - new
    report.changed, report.new = changed, new
    if new >= _MANY:
        staging.refresh_statistics()


def _log(report: ImportReport, findings: Iterator[Finding]) -> int:
    before = len(report.findings)
    report.findings.extend(findings)
    return len(report.findings) - before


def _regions(brand: Brand) -> dict[str, str]:
    """Regions of the brand by name; a name that occurs twice in the tree names none."""
    found: dict[str, list[str]] = {}
    for pk, name in Region.objects.filter(brand=brand).values_list("pk", "name"):
        found.setdefault(name.strip().casefold(), []).append(str(pk))
    return {name: ids[0] for name, ids in found.items() if len(ids) == 1}


def _notes(columns: ColumnMap, brand: Brand) -> list[str]:
    """What holds for the whole file and would be said of every row."""
    fields, notes = columns.fields, []
    if "name" not in fields:
        notes.append(
            _("No column holds the name: new locations are named after their city and store number.")
        )
    if "country" not in fields:
        notes.append(
            _(
                "No column holds the country: it is read from state and postcode where they leave no doubt, "
                "else the brand's is taken (%(country)s)."
            )
            % {"country": brand.country}
        )
    if "time_zone" not in fields:
        notes.append(
            _("No column holds the time zone: new locations get the brand's (%(zone)s).")
            % {"zone": brand.time_zone}
        )
    if ("latitude" in fields) != ("longitude" in fields):
        notes.append(_("Only one of latitude and longitude has a column: neither is imported."))
    return notes
