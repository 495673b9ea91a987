"""The translations as gettext reads them: .mo files, built from the .po files that people edit."""

import io
import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings


def build_catalogues() -> list[Path]:
    """Build each .mo file of ours that is missing or older than its .po file; those built.

    With Babel, because Django's `compilemessages` needs GNU gettext on the machine. A file appears whole or
    not at all, so any number of processes may do this at once.
    """
    return [_build(source) for source in _sources() if _is_stale(source)]


def _sources() -> list[Path]:
    return [
        path for folder in settings.LOCALE_PATHS for path in sorted(Path(folder).glob("*/LC_MESSAGES/*.po"))
    ]


def _is_stale(source: Path) -> bool:
    built = source.with_suffix(".mo")
    return not built.exists() or built.stat().st_mtime_ns < source.stat().st_mtime_ns


def _build(source: Path) -> Path:
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parent.parent.name)
    content = io.BytesIO()
    write_mo(content, catalogue)
    built = source.with_suffix(".mo")
    unfinished = built.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(content.getvalue())
    unfinished.replace(built)
    return built
