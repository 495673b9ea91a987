"""Pictures of a brand's media library, as blocks name them.

A block's image address is either `https://…` or `media:<name>`. The name is made of the picture's content, so
it never means another picture and may stand in what was approved; where the bytes lie is not its business.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, Literal
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.templatetags.static import static

MEDIA: Final = "media:"
MEDIA_PATH: Final = "/media/"
FRESH_PICTURE: Final = "https://example.com/picture.jpg"
"""What a new block names until somebody chooses its picture; it blocks submission, and is never asked for."""
PLACEHOLDER: Final = "img/picture.png"
"""The drawing that stands there meanwhile, among the static files."""
NAME: Final = r"[0-9a-f]{32}\.(?:png|jpg|gif)"
"""128 bits of a hash, and the format."""
SMALL: Final = 600
"""Width in pixels of the copy that every picture has; of a narrower one it is the picture itself."""
_ADDRESS: Final = re.compile(MEDIA + NAME)


def is_media(src: str) -> bool:
    """Whether a block's image address names a picture of the media library."""
    return _ADDRESS.fullmatch(src) is not None


def media_name(src: str) -> str:
    """The name in `media:<name>`; "" for every other image address."""
    return src.removeprefix(MEDIA) if is_media(src) else ""


def media_names(blocks: Iterable[Any]) -> set[str]:
    """The names of all pictures of the library that blocks show, as models or as plain data."""
    found: set[str] = set()
    for block in blocks:
        data = block if isinstance(block, Mapping) else block.model_dump()
        shown = [data.get("src"), *(product.get("image") for product in data.get("products") or ())]
        found.update(media_name(src) for src in shown if isinstance(src, str) and is_media(src))
    return found


def media_root() -> str:
    """Where mail programs find the pictures of all libraries: a complete address, ending in a slash."""
    return _media_root(settings.BASE_URL)


@lru_cache(maxsize=4)
def _media_root(base: str) -> str:
    return urljoin(base, MEDIA_PATH)


def media_url(src: str, *, width: int = 0) -> str:
    """The complete address of a block's image: of the library's public address, or as it is.

    A picture that is still to be chosen is the placeholder.

    Args:
        src: `media:<name>` or `https://…`.
        width: that of the smaller copy to take, in pixels (there is one of SMALL); 0 for the picture.
    """
    if src == FRESH_PICTURE:
        return urljoin(settings.BASE_URL, static(PLACEHOLDER))
    if not is_media(src):
        return src
    name = media_name(src)
    return media_root() + (sized_name(name, width) if width else name)


def sized_name(name: str, width: int) -> str:
    """The name of the copy with this width of the picture with this name."""
    stem, _dot, ending = name.rpartition(".")
    return f"{stem}-{width}.{ending}"


class ShownPictures(models.Func):
    """All image addresses in a JSON column of blocks, as a JSON array: what "used by" asks.

    An index on exactly this expression (`media_use_index`) makes the question cheap.

    Args:
        expression: the column.
        within: "blocks" where the column holds an object with the blocks in it, "" where it is the list.
    """

    template = (
        "(jsonb_path_query_array(%(expressions)s, '$%(within)s[*].src')"
        " || jsonb_path_query_array(%(expressions)s, '$%(within)s[*].products[*].image'))"
    )
    output_field = models.JSONField()

    def __init__(self, expression: Any, *, within: Literal["", "blocks"] = "") -> None:
        super().__init__(expression, within=f".{within}" if within else "")


def media_use_index(column: str, name: str, *, within: Literal["", "blocks"] = "") -> GinIndex:
    """The index that answers which rows of a table show a picture; it holds addresses and nothing else."""
    return GinIndex(ShownPictures(column, within=within), name=name)
