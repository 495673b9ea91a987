"""Pictures to test with, drawn here."""

import io
from typing import Any

from PIL import Image

from storesync.accounts.models import User
from storesync.brands.models import Brand
from storesync.media.actions import add_image
from storesync.media.models import MediaImage


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """A picture as a file."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def photo(width: int = 1600, height: int = 900) -> Image.Image:
    """Something like a photo: many colours, none of them flat."""
    across, down = Image.linear_gradient("L").resize((width, height)), Image.radial_gradient("L")
    grain = Image.effect_noise((width, height), 12)
    return Image.merge("RGB", (across, down.resize((width, height)), grain))


def drawing(colour: str = "#0b6b62", width: int = 400, height: int = 300) -> Image.Image:
    """Something like a logo: two flat colours."""
    image = Image.new("RGB", (width, height), "#ffffff")
    image.paste(colour, (width // 4, height // 4, width // 2, height // 2))
    return image


def library_image(brand: Brand, actor: User, *, alt: str = "", colour: str = "") -> MediaImage:
    """A picture in a brand's library; another brand's is another picture."""
    data = encoded(drawing(colour or f"#{brand.pk.hex[-6:]}"))
    words = alt or f"Coat of {brand.name}"
    return add_image(brand=brand, actor=actor, alt=words, file=io.BytesIO(data), file_name="coat.png").image
