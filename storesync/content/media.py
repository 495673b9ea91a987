"""Pictures of a brand's media library, as blocks name them.

A block's image address is either `https://…` or `media:<name>`. The name is made of the picture's content, so
it never means another picture and may stand in what was approved; where the bytes lie is not its business.
"""

import re
from typing import Final
from urllib.parse import urljoin

from django.conf import settings

MEDIA: Final = "media:"
MEDIA_PATH: Final = "/media/"
NAME: Final = r"[0-9a-f]{32}(?:-[0-9]{2,4})?\.(?:png|jpg|gif)"
"""128 bits of a hash, the width in pixels where it is not the full picture, and the format."""
SMALL: Final = 600
"""Width in pixels of the copy that every picture has; of a narrower one it is the picture itself."""
_ADDRESS: Final = re.compile(MEDIA + NAME)


def is_media(src: str) -> bool:
    """Whether a block's image address names a picture of the media library."""
    return _ADDRESS.fullmatch(src) is not None


def media_name(src: str) -> str:
    """The name in `media:<name>`; "" for every other image address."""
    return src.removeprefix(MEDIA) if is_media(src) else ""


def media_root() -> str:
    """Where mail programs find the pictures of all libraries: a complete address, ending in a slash."""
    return urljoin(settings.BASE_URL, MEDIA_PATH)


def media_url(src: str, *, width: int = 0) -> str:
    """The complete address of a block's image: of the library's public address, or as it is.

    Args:
        src: `media:<name>` or `https://…`.
        width: that of the smaller copy to take, in pixels (there is one of SMALL); 0 for the picture.
    """
    if not is_media(src):
        return src
    name = media_name(src)
    return media_root() + (sized_name(name, width) if width else name)


def sized_name(name: str, width: int) -> str:
    """The name of the copy with this width of the picture with this name."""
    stem, _dot, ending = name.rpartition(".")
    return f"{stem[:32]}-{width}.{ending}"
