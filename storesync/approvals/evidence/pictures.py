"""Pictures of the library for the picture of a mail."""

import re
from urllib.parse import unquote

from storesync.content.media import MEDIA_PATH, NAME
from storesync.media import files


def library_picture(address: str) -> bytes | None:
    """The picture of the media library at this address; None for every other address.

    Whatever host it names: a name is made of the picture's bytes, and an old mail may name an older host.
    """
    name = unquote(address.partition(MEDIA_PATH)[2])
    stem, dash, rest = name.partition("-")
    plain = f"{stem}.{rest.rpartition('.')[2]}" if dash else name
    return files.read(name) if re.fullmatch(NAME, plain) else None
