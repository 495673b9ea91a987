"""Locations from files: reading, mapping, cleaning, staging, report. Wizard and command share it."""

from storesync.brands.imports.engine import ImportOptions, import_locations
from storesync.brands.imports.reading import UnreadableFile
from storesync.brands.imports.report import ImportReport

__all__ = ["ImportOptions", "ImportReport", "UnreadableFile", "import_locations"]
