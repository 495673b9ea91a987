"""Where the bytes lie: files named by their content, written once, never changed."""

from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

FOLDER: Final = "library/"
"""Within the storage, apart from everything that is not meant for mail programs."""


def keep(name: str, data: bytes) -> None:
    """Write a file unless it is there; what a crash cut short is written again."""
    path = FOLDER + name
    known = _size(path)
    if known == len(data):
        return
    if known is not None:
        default_storage.delete(path)
    saved = default_storage.save(path, ContentFile(data))
    if saved != path:
        # Somebody else was quicker with the same bytes.
        default_storage.delete(saved)


def _size(path: str) -> int | None:
    """Bytes of a file; None when there is none, or somebody else takes it away at this moment."""
    try:
        return default_storage.size(path) if default_storage.exists(path) else None
    except FileNotFoundError:
        return None


def read(name: str) -> bytes | None:
    """The bytes of a file; None when there is none of this name."""
    try:
        with default_storage.open(FOLDER + name) as file:
            data: bytes = file.read()
            return data
    except FileNotFoundError:
        return None
