"""`manage.py import_locations FILE --brand SLUG`: a brand's locations from a CSV or TSV file."""

import itertools
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from storesync.brands.imports import ImportOptions, ImportReport, UnreadableFile, import_locations
from storesync.brands.models import Brand
from storesync.core.errors import ActionRefused
from storesync.core.scoping import brand_scope

#: Findings shown on the terminal; all of them are in --errors and --json.
SHOWN = 50


class Command(BaseCommand):
    """Reads the arguments, calls the action `brands.imports.import_locations`, prints its report."""

    help = "Import a brand's locations from a CSV or TSV file; run it again with the next file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV or TSV in any usual encoding")
        parser.add_argument("--brand", required=True, metavar="SLUG")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="COLUMN=FIELD",
            help="take this column (its name, or #3 for the third) for this field; FIELD - leaves it out",
        )
        parser.add_argument("--dry-run", action="store_true", help="find out everything, write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object, with every finding")
        parser.add_argument(
            "--blank", choices=["keep", "clear"], default="keep", help="what a blank cell does"
        )
        parser.add_argument(
            "--duplicates",
            choices=["fail", "first", "last"],
            default="fail",
            help="of rows with one store number: refuse all, or take the first or the last",
        )
        parser.add_argument(
            "--gone", choices=["report", "close"], default="report", help="stores that are not in the file"
        )
        parser.add_argument(
            "--errors", type=Path, metavar="FILE", help="write every finding to this CSV file"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        brand = Brand.objects.filter(slug=options["brand"]).first()
        if brand is None:
            raise CommandError(_("There is no brand “%(slug)s”.") % {"slug": options["brand"]})
        path: Path = options["file"]
        chosen = ImportOptions(
            blank=options["blank"],
            duplicates=options["duplicates"],
            gone=options["gone"],
            dry_run=options["dry_run"],
        )
        try:
            with (
                brand_scope([brand.pk]),
                path.open("rb") as source,
                import_locations(
                    brand=brand,
                    source=source,
                    mapping=_mapping(options["map"]),
                    options=chosen,
                    actor=None,
                    name=path.name,
                ) as report,
            ):
                if options["errors"]:
                    with options["errors"].open("w", encoding="utf-8", newline="") as errors:
                        report.write_errors(errors)
                if options["json"]:
                    report.write_json(self.stdout)
                else:
                    self._print(report)
        except OSError as error:
            raise CommandError(f"{error.filename or path}: {error.strerror}") from error
        except UnreadableFile as error:
            raise CommandError(f"{path}: {error}") from error
        except ActionRefused as error:
            raise CommandError(error.message) from error

    def _print(self, report: ImportReport) -> None:
        say = self.stdout.write
        say(
            _("%(encoding)s, cells divided by %(delimiter)r, header in row %(row)s")
            % {
                "encoding": report.dialect.encoding,
                "delimiter": report.dialect.delimiter,
                "row": report.columns.header_row or "-",
            }
        )
        for entry in report.columns.matched:
            say(f"  {entry.column} -> {entry.field}")
        if report.columns.unmatched:
            say(_("Columns left out: %(columns)s") % {"columns": ", ".join(report.columns.unmatched)})
        for note in report.notes:
            say(note)
        for finding in itertools.islice(report.findings, SHOWN):
            place = _("row %(row)s") % {"row": finding.row} if finding.row else finding.number
            cell = f"{finding.column}: {finding.value!r}: " if finding.column else ""
            say(f"  {finding.kind:<9} {place}: {cell}{finding.reason}")
        if len(report.findings) > SHOWN:
            say(
                _("  … and %(count)s more; --errors FILE has them all")
                % {"count": f"{len(report.findings) - SHOWN:,}"}
            )
        say(", ".join(f"{name} {count:,}" for name, count in report.counts.items()))
        say(
            _("%(seconds).1f s, at most %(memory).0f MB of memory")
            % {"seconds": report.seconds, "memory": report.peak_memory / 2**20}
        )
        if report.dry_run:
            say(self.style.WARNING(_("This was a dry run: nothing was written.")))


def _mapping(pairs: list[str]) -> dict[str, str]:
    mapping: dict[str, str] = {}
    for pair in pairs:
        column, found, field = pair.rpartition("=")
        if not found or not column.strip() or not field.strip():
            raise CommandError(_("--map wants COLUMN=FIELD, not “%(pair)s”.") % {"pair": pair})
        mapping[column.strip()] = field.strip()
    return mapping
