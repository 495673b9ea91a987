"""From what somebody uploads to what may stand in a mail: checked, upright, small, written anew.

Nothing of the uploaded bytes survives: pixels are decoded and encoded again, so places, names and whatever
else hid in the file are gone, and a file that was two things at once is a picture only.
"""

import hashlib
import io
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any, Final

from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageSequence

from storesync.content.media import SMALL
from storesync.core.formats import number
from storesync.media.headers import Header, Unreadable, kind_of, read_header

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_WIDTH: Final = 1200
"""Twice the 600 px of a mail, for sharp screens."""
MAX_HEIGHT: Final = 2400
MAX_FRAMES: Final = 60
MAX_MEGAPIXELS: Final = {"jpeg": 40, "png": 16, "gif": 8, "webp": 6}
"""JPEGs are made smaller while they are decoded; the others have to be held whole (webp four times over)."""
MAX_MOVING: Final = 16
"""Megapixels of all frames together."""
MAX_HELD: Final = 64 * 1024 * 1024
MAX_PASSES: Final = 40
MAX_PROFILE: Final = 1024 * 1024
LIGHT: Final = 200_000
"""Bytes that a picture in a mail should stay under."""
MAX_ANIMATION: Final = 2_000_000
"""Bytes; an animation cannot be made light without being made ugly."""
_WIDTHS: Final = (MAX_WIDTH, 900, SMALL)
_STEPS_OF_A_PHOTO: Final = (
    (MAX_WIDTH, 84),
    (MAX_WIDTH, 76),
    (MAX_WIDTH, 68),
    (900, 76),
    (900, 68),
    (SMALL, 76),
)
"""Width and quality, tried in order until the picture is light."""
_COLOURS_OF_A_DRAWING: Final = 4096
_UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_LYING: Final = {
    Image.Transpose.TRANSPOSE,
    Image.Transpose.ROTATE_270,
    Image.Transpose.TRANSVERSE,
    Image.Transpose.ROTATE_90,
}
_ORIENTATION: Final = 0x0112
Encode = Callable[[Image.Image], bytes]
_SRGB: Final = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
# One at a time in each process: the memory of a large picture is needed once, not once a thread.
_decoding = threading.Lock()


class PictureRefused(Exception):
    """The file cannot become a picture of the library.

    Args:
        message: why and what to do, in words for people.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Copy:
    """One encoded copy of a picture; `width` and `height` in pixels."""

    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture ready for mails.

    Attributes:
        ending: "png", "jpg" or "gif".
        full: what a mail shows.
        small: the copy of SMALL pixels for lists and narrow columns; the full one where that is narrower.
        sha256: of the full one's bytes, in hexadecimal.
    """

    ending: str
    full: Copy
    small: Copy
    moving: bool = False

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.full.data).hexdigest()

    @property
    def name(self) -> str:
        """The name by content: 128 bits of the hash, and the format."""
        return f"{self.sha256[:32]}.{self.ending}"


def read_picture(file: IO[bytes]) -> Picture:
    """Check a file and make a picture of it.

    Args:
        file: read up to MAX_BYTES and not further, whatever its size is said to be.

    Raises:
        PictureRefused: with what is wrong.
    """
    data = file.read(MAX_BYTES + 1)
    header = _checked(data)
    with _decoding:
        try:
            return _moving(data, header) if header.frames > 1 else _still(data, header)
        except (OSError, SyntaxError, ValueError, EOFError, MemoryError, Image.DecompressionBombError):
            # What decoders say of a file that breaks off or contradicts itself.
            raise PictureRefused(_damaged()) from None


def _checked(data: bytes) -> Header:
    if not data:
        raise PictureRefused(_("This file is empty."))
    if len(data) > MAX_BYTES:
        words = _("This file is larger than %(limit)d MB. Save the picture smaller and try again.")
        raise PictureRefused(words % {"limit": MAX_BYTES // 1024**2})
    if kind_of(data) is None:
        if b"<svg" in data[:2000].lower():
            raise PictureRefused(
                _("SVG drawings are not shown by mail programs. Save the picture as PNG and try again.")
            )
        raise PictureRefused(_("This is no picture that mails can show. Use PNG, JPEG, GIF or WebP."))
    try:
        header = read_header(data)
    except Unreadable:
        raise PictureRefused(_damaged()) from None
    limit = MAX_MEGAPIXELS[header.kind]
    if header.pixels > limit * 1_000_000:
        words = _("This picture has %(width)s × %(height)s pixels; at most %(limit)d million are possible.")
        size = {"width": number(header.width), "height": number(header.height), "limit": limit}
        raise PictureRefused(words % size)
    if header.frames > MAX_FRAMES:
        words = _("This animation has %(frames)s pictures; at most %(limit)d are possible.")
        raise PictureRefused(words % {"frames": number(header.frames), "limit": MAX_FRAMES})
    if header.frames > 1 and header.frames * header.pixels > MAX_MOVING * 1_000_000:
        raise PictureRefused(_("This animation is too large. Make it smaller or shorter and try again."))
    if header.held > MAX_HELD or header.passes > MAX_PASSES:
        raise PictureRefused(
            _("This JPEG is stored in too many layers. Save it without “progressive” and try again.")
        )
    return header


def _damaged() -> str:
    return _("This file is damaged or breaks off. Open it, save it again, and try with the new file.")


def _opened(data: bytes, header: Header) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=[header.kind])
    if image.size != (header.width, header.height) and header.frames == 1 and header.kind != "gif":
        raise ValueError("the decoder sees another size than was checked")
    return image


# -- still pictures --


def _still(data: bytes, header: Header) -> Picture:
    with _opened(data, header) as opened:
        turn = _UPRIGHT.get(_orientation(opened))
        box = (MAX_HEIGHT, MAX_WIDTH) if turn in _LYING else (MAX_WIDTH, MAX_HEIGHT)
        profile = opened.info.get("icc_profile")
        image = _shrunk(opened, box)
    image = _in_srgb(image, profile)
    if turn is not None:
        image = image.transpose(turn)
    return _light(image, photo=header.kind == "jpeg")


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except (SyntaxError, ValueError, TypeError, OSError, KeyError, IndexError, OverflowError):
        return 1


def _shrunk(image: Image.Image, box: tuple[int, int]) -> Image.Image:
    """The picture within a box, in grey, colour, colour with transparency, or CMYK.

    Large pictures go through in bands: whatever their mode is, no second whole one is ever held.
    """
    scale = max(image.width / box[0], image.height / box[1], 1.0)
    size = max(1, round(image.width / scale)), max(1, round(image.height / scale))
    # JPEG alone: decoded at an eighth, a quarter or a half of its size.
    image.draft(None, (size[0] * 2, size[1] * 2))
    image.load()
    factor = int(min(image.width / size[0], image.height / size[1]))
    if factor < 2:
        plain = _plain(image)
        return plain if plain.size == size else plain.resize(size, Image.Resampling.LANCZOS)
    step = factor * max(1, 256 // factor)
    bands = [
        _plain(image.crop((0, top, image.width, min(top + step, image.height)))).reduce(factor)
        for top in range(0, image.height, step)
    ]
    whole = Image.new(bands[0].mode, (bands[0].width, sum(band.height for band in bands)))
    top = 0
    for band in bands:
        whole.paste(band, (0, top))
        top += band.height
    return whole.resize(size, Image.Resampling.LANCZOS)


def _plain(image: Image.Image) -> Image.Image:
    """The picture in a mode that can be made smaller."""
    if image.mode.startswith("I;16"):
        # Sixteen bits of grey: the upper eight.
        return image.convert("I").point(lambda value: value / 256, "L")
    if image.mode in ("L", "RGB", "CMYK"):
        return image.convert("RGBA") if "transparency" in image.info else image
    transparent = image.mode in ("RGBA", "PA", "LA", "La", "RGBa") or "transparency" in image.info
    return image.convert("RGBA" if transparent else "RGB")


def _in_srgb(image: Image.Image, profile: Any) -> Image.Image:
    """The colours as every screen shows them; a profile that cannot be read is left out."""
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    colour = image.convert("RGB") if alpha is not None else image
    if isinstance(profile, bytes) and 0 < len(profile) <= MAX_PROFILE:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            colour = ImageCms.profileToProfile(colour, source, _SRGB, outputMode="RGB") or colour
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass
    colour = colour.convert("RGB")
    if alpha is not None and alpha.getextrema() != (255, 255):
        colour.putalpha(alpha)
    colour.info = {}
    return colour


def _light(image: Image.Image, *, photo: bool) -> Picture:
    """The copies to keep: as wide as they may be, and light enough."""
    if image.mode != "RGBA":
        drawing = not photo and image.getcolors(_COLOURS_OF_A_DRAWING) is not None
        full = _copy(image, _png) if drawing else None
        if full is None or len(full.data) > LIGHT:
            return _picture("jpg", image, [(width, _jpeg(quality)) for width, quality in _STEPS_OF_A_PHOTO])
    few = [(width, _png_of_few_colours) for width in _WIDTHS]
    return _picture("png", image, [(MAX_WIDTH, _png), *few])


def _picture(ending: str, image: Image.Image, ways: list[tuple[int, Encode]]) -> Picture:
    """The first way that is light enough, else the last one."""
    for width, encode in ways:
        full = _copy(_at_width(image, width), encode)
        if len(full.data) <= LIGHT:
            break
    small = full if full.width <= SMALL else _copy(_at_width(image, SMALL), encode)
    return Picture(ending, full, small)


def _copy(image: Image.Image, encode: Encode) -> Copy:
    return Copy(image.width, image.height, encode(image))


def _at_width(image: Image.Image, width: int) -> Image.Image:
    if image.width <= width:
        return image
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _jpeg(quality: int) -> Encode:
    return lambda image: _saved(image, "JPEG", quality=quality, optimize=True, progressive=True)


def _png(image: Image.Image) -> bytes:
    return _saved(image, "PNG")


def _png_of_few_colours(image: Image.Image) -> bytes:
    method = Image.Quantize.FASTOCTREE if image.mode == "RGBA" else Image.Quantize.MEDIANCUT
    return _saved(image.quantize(256, method=method), "PNG", optimize=True)


def _saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


# -- moving pictures --


def _moving(data: bytes, header: Header) -> Picture:
    """An animation, no wider than a mail: there is no second size of it."""
    frames: list[Image.Image] = []
    durations: list[int] = []
    with _opened(data, header) as opened:
        loop = opened.info.get("loop", 0)
        for frame in ImageSequence.Iterator(opened):
            if len(frames) == MAX_FRAMES:
                raise ValueError("more frames than were counted")
            small = frame.convert("RGBA")
            # Some decoders know how long a frame stays only once it is decoded.
            durations.append(min(60_000, max(20, int(frame.info.get("duration", 100) or 100))))
            small.thumbnail((SMALL, MAX_HEIGHT), Image.Resampling.LANCZOS, reducing_gap=2.0)
            small.info = {}
            frames.append(small)
    if len(frames) == 1:
        return _light(_in_srgb(frames[0], None), photo=False)
    made = _saved(
        frames[0],
        "GIF",
        save_all=True,
        append_images=frames[1:],
        duration=durations,
        loop=loop if isinstance(loop, int) else 0,
        disposal=2,
        optimize=False,
    )
    if len(made) > MAX_ANIMATION:
        words = _("This animation would weigh %(size)s MB; at most %(limit)s are possible. Make it shorter.")
        size = {"size": number(round(len(made) / 1e6, 1)), "limit": MAX_ANIMATION // 1_000_000}
        raise PictureRefused(words % size)
    copy = Copy(frames[0].width, frames[0].height, made)
    return Picture("gif", copy, copy, moving=True)
