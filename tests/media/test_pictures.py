"""From a file to a picture: what is refused, and what becomes of what is taken (fault 27)."""

import io
import resource
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageCms

from storesync.media.headers import Unreadable, kind_of, read_header
from storesync.media.pictures import (
    LIGHT,
    MAX_BYTES,
    MAX_FRAMES,
    MAX_HEIGHT,
    MAX_WIDTH,
    Picture,
    PictureRefused,
    read_picture,
)
from tests.media.making import drawing, encoded, photo


def read(data: bytes) -> Picture:
    return read_picture(io.BytesIO(data))


def shown(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(picture.full.data))


def frames(count: int, side: int = 8) -> list[Image.Image]:
    return [drawing(f"#{n * 7 % 256:02x}40a0", side, side) for n in range(count)]


# -- what is taken --


@pytest.mark.parametrize(
    ("data", "ending"),
    [
        (encoded(photo(), "JPEG"), "jpg"),
        (encoded(photo(), "PNG"), "jpg"),
        (encoded(photo(), "WEBP"), "jpg"),
        (encoded(drawing(), "PNG"), "png"),
        (encoded(drawing(), "GIF"), "png"),
        (encoded(drawing(), "WEBP", lossless=True), "png"),
        (encoded(drawing().convert("1"), "PNG"), "png"),
        (encoded(photo().convert("CMYK"), "JPEG"), "jpg"),
        (encoded(photo().convert("L"), "JPEG", progressive=True), "jpg"),
        (encoded(Image.new("I;16", (40, 40), 30_000), "PNG"), "png"),
        (encoded(drawing().convert("LA"), "PNG"), "png"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_kind_becomes_what_mail_programs_show(data: bytes, ending: str) -> None:
    picture = read(data)
    assert picture.ending == ending
    assert shown(picture).format == {"jpg": "JPEG", "png": "PNG"}[ending]
    assert shown(picture).mode in ("RGB", "RGBA", "P")
    assert len(picture.full.data) <= LIGHT
    assert picture.name == f"{picture.sha256[:32]}.{ending}"


def test_the_same_file_gives_the_same_name_and_another_gives_another() -> None:
    data = encoded(photo(), "JPEG")
    assert read(data).name == read(data).name
    assert read(encoded(drawing("#112233"))).name != read(encoded(drawing("#112234"))).name


@pytest.mark.parametrize(
    ("size", "full", "small"),
    [
        ((3000, 2000), (1200, 800), (600, 400)),
        ((800, 400), (800, 400), (600, 300)),
        ((500, 400), (500, 400), (500, 400)),
        ((300, 9000), (80, 2400), (80, 2400)),
        ((4000, 1), (1200, 1), (600, 1)),
    ],
)
def test_sizes(size: tuple[int, int], full: tuple[int, int], small: tuple[int, int]) -> None:
    picture = read(encoded(Image.new("RGB", size, "#335577")))
    assert (picture.full.width, picture.full.height) == full == shown(picture).size
    assert (picture.small.width, picture.small.height) == small
    assert picture.full.width <= MAX_WIDTH and picture.full.height <= MAX_HEIGHT


def test_a_large_photo_keeps_its_look() -> None:
    """Bands, drafts and steps of quality end in the picture that went in."""
    for kind in ("JPEG", "PNG"):
        given = photo(3100, 2300)
        made = shown(read(encoded(given, kind))).convert("RGB")
        wanted = given.resize(made.size, Image.Resampling.LANCZOS)
        for place in [(30, 30), (made.width // 2, made.height // 2), (made.width - 30, made.height - 30)]:
            near = made.crop((place[0] - 9, place[1] - 9, place[0] + 9, place[1] + 9)).resize((1, 1), 4)
            there = wanted.crop((place[0] - 9, place[1] - 9, place[0] + 9, place[1] + 9)).resize((1, 1), 4)
            differences = [
                abs(a - b) for a, b in zip(near.getpixel((0, 0)), there.getpixel((0, 0)), strict=True)
            ]
            assert max(differences) < 12


def test_transparency_stays() -> None:
    given = Image.new("RGBA", (900, 600), (255, 0, 0, 0))
    given.paste((0, 90, 200, 255), (100, 100, 500, 400))
    made = shown(read(encoded(given))).convert("RGBA")
    assert made.getpixel((10, 10))[3] == 0
    assert made.getpixel((300, 200)) == (0, 90, 200, 255)
    heavy = photo(1200, 900).convert("RGBA")
    heavy.putalpha(Image.radial_gradient("L").resize(heavy.size))
    light = read(encoded(heavy))
    assert light.ending == "png"
    assert len(light.full.data) <= LIGHT
    least, most = shown(light).convert("RGBA").getchannel("A").getextrema()
    assert least == 0 and most > 240


@pytest.mark.parametrize("turn", range(2, 9))
def test_pictures_stand_upright(turn: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    lying = turn >= 5
    given = Image.new("RGB", (2000, 1000), "#ffffff")
    made = shown(read(encoded(given, "JPEG", exif=exif)))
    assert made.size == ((1000, 2000) if lying else (1200, 600))


def test_places_names_and_comments_are_gone() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SECRET-CAMERA"
    exif.get_ifd(0x8825)[1] = "N"
    data = encoded(photo(), "JPEG", exif=exif, comment=b"SECRET-COMMENT")
    assert b"SECRET-CAMERA" in data and b"SECRET-COMMENT" in data
    for source in (data, encoded(Image.open(io.BytesIO(data)), "PNG", exif=exif)):
        picture = read(source)
        for copy in (picture.full, picture.small):
            assert b"SECRET" not in copy.data
            assert not Image.open(io.BytesIO(copy.data)).getexif()
            assert "icc_profile" not in Image.open(io.BytesIO(copy.data)).info


def red_for_green() -> bytes:
    """The profile of a screen whose red is green and whose green is red."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"temp", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"temp", b"gXYZ", 1)


def test_colours_are_those_of_every_screen() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    given = Image.new("RGB", (60, 60), (120, 80, 40))
    plain = shown(read(encoded(given))).convert("RGB").getpixel((9, 9))
    assert plain == (120, 80, 40)
    turned = shown(read(encoded(given, icc_profile=red_for_green()))).convert("RGB").getpixel((9, 9))
    assert turned[0] < turned[1]
    # A profile of another kind of picture, or none at all, is left out.
    for unfit in (lab.tobytes(), b"no profile"):
        assert shown(read(encoded(given, icc_profile=unfit))).convert("RGB").getpixel((9, 9)) == plain


def test_a_file_that_is_two_things_is_a_picture_only() -> None:
    script = b"<script>alert(1)</script><?php system('id') ?>PK\x03\x04"
    for data in (encoded(photo(), "JPEG") + script, encoded(drawing()) + script):
        picture = read(data)
        assert b"script" not in picture.full.data + picture.small.data
        assert not picture.full.data.endswith(script)


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_animations_go_on_moving(kind: str) -> None:
    given = frames(5, 900)
    picture = read(encoded(given[0], kind, save_all=True, append_images=given[1:], duration=200))
    made = shown(picture)
    assert (picture.ending, picture.moving, getattr(made, "n_frames", 1)) == ("gif", True, 5)
    assert made.size == (600, 600)
    assert made.info["duration"] == 200
    assert picture.small == picture.full


def test_an_animation_of_one_picture_is_a_still_one() -> None:
    given = drawing()
    data = encoded(given, "GIF", save_all=True, append_images=[])
    assert not read(data).moving


# -- what is refused --


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *more: bytes, data: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = [chunk(b"IHDR", head), *more, chunk(b"IDAT", data), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


def jpeg_frame(width: int, height: int, marker: int = 0xC0) -> bytes:
    parts = b"".join(bytes([n, 0x11, 0]) for n in (1, 2, 3))
    return struct.pack(">BBHBHHB", 0xFF, marker, 17, 8, height, width, 3) + parts


def jpeg_with(width: int, height: int, *, marker: int = 0xC0, scans: int = 1, twice: bool = False) -> bytes:
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x00" * 20
    again = jpeg_frame(width, height) if twice else b""
    return b"\xff\xd8" + jpeg_frame(width, height, marker) + again + scan * scans + b"\xff\xd9"


def gif_with(width: int, height: int, *descriptors: tuple[int, int, int, int], blocks: int = 1) -> bytes:
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\x00\x00\x00\xff\xff\xff"
    body = b"".join(
        b"\x2c" + struct.pack("<HHHHB", *place, 0) + b"\x02" + b"\x01\x00" * blocks + b"\x00"
        for place in descriptors
    )
    return head + body + b";"


def webp(*chunks: bytes) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def vp8x(width: int, height: int) -> bytes:
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"VP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + sides


def anmf(width: int, height: int) -> bytes:
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"ANMF" + struct.pack("<I", 16) + b"\0" * 6 + sides + b"\0" * 4


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "empty"),
    "too heavy": (lambda: encoded(drawing()) + b"\0" * MAX_BYTES, "larger than 10 MB"),
    "text": (lambda: b"hello", "no picture"),
    "html": (lambda: b"<html><img src=x onerror=alert(1)>", "no picture"),
    "svg": (lambda: b'<?xml version="1.0"?><svg onload="alert(1)"/>', "SVG"),
    "pdf": (lambda: b"%PDF-1.7", "no picture"),
    "tiff": (lambda: encoded(drawing(), "TIFF"), "no picture"),
    "bmp": (lambda: encoded(drawing(), "BMP"), "no picture"),
    "only a signature": (lambda: b"\x89PNG\r\n\x1a\n", "damaged"),
    "flood png": (lambda: png(60_000, 60_000), "60,000 × 60,000"),
    "flood jpeg": (lambda: jpeg_with(65_000, 65_000), "65,000 × 65,000"),
    "flood gif": (lambda: gif_with(65_000, 65_000, (0, 0, 1, 1)), "65,000 × 65,000"),
    "flood webp": (lambda: webp(vp8x(16_000_000, 16_000_000)), "16,000,000 × 16,000,000"),
    "gif frame beyond its screen": (lambda: gif_with(10, 10, (60_000, 60_000, 5_000, 5_000)), "65,000 ×"),
    "webp frame beyond its canvas": (lambda: webp(vp8x(9, 9), anmf(16_000, 16_000)), "16,000 × 16,000"),
    "no width": (lambda: png(0, 10), "damaged"),
    "no height": (lambda: jpeg_with(10, 0), "damaged"),
    "png that promises more": (lambda: png(3000, 3000, data=zlib.compress(b"\0" * 50)), "damaged"),
    "png with two headers": (
        lambda: png(9, 9, chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))),
        "damaged",
    ),
    "png of too many chunks": (lambda: png(9, 9, chunk(b"tEXt", b"") * 70_000), "damaged"),
    "jpeg with two headers": (lambda: jpeg_with(9, 9, twice=True), "damaged"),
    "jpeg of a thousand layers": (lambda: jpeg_with(3000, 3000, marker=0xC2, scans=1000), "layers"),
    "jpeg held whole": (lambda: jpeg_with(6000, 6000, marker=0xC2, scans=2), "layers"),
    "frames gif": (lambda: gif_with(9, 9, *[(0, 0, 9, 9)] * (MAX_FRAMES + 1)), "61 pictures"),
    "frames webp": (lambda: webp(vp8x(9, 9), *[anmf(9, 9)] * 61), "61 pictures"),
    "frames png": (lambda: png(9, 9, chunk(b"acTL", struct.pack(">II", 1_000_000, 0))), "1,000,000 pictures"),
    "animation too large": (lambda: gif_with(2000, 2000, *[(0, 0, 2000, 2000)] * 9), "too large"),
    "gif of tiny blocks": (lambda: gif_with(9, 9, (0, 0, 9, 9), blocks=100_000), "damaged"),
    "cut png": (lambda: encoded(photo())[:-3000], "damaged"),
    "cut jpeg": (lambda: encoded(photo(), "JPEG")[:-3000], "damaged"),
    "cut gif": (lambda: encoded(drawing(), "GIF")[:-40], "damaged"),
    "cut webp": (lambda: encoded(photo(), "WEBP")[:-3000], "damaged"),
    "broken png": (lambda: broken(encoded(photo())), "damaged"),
}


def broken(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes(255 - byte for byte in data[middle : middle + 400]) + data[middle + 400 :]


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_picture_for_mails_is_refused_in_words(case: str) -> None:
    make, words = REFUSED[case]
    with pytest.raises(PictureRefused) as refused:
        read(make())
    assert words in refused.value.message


def test_a_file_is_read_up_to_the_limit_and_no_further() -> None:
    class Endless(io.RawIOBase):
        taken = 0

        def read(self, size: int = -1) -> bytes:
            assert size >= 0
            self.taken += size
            return b"\x89PNG\r\n\x1a\n" + b"\0" * (size - 8)

    file: Any = Endless()
    with pytest.raises(PictureRefused):
        read_picture(file)
    assert file.taken == MAX_BYTES + 1


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_whatever_is_cut_or_flipped_ends_in_words(kind: str) -> None:
    """Wherever a file breaks off, and whichever bit flips: refused or read, never an error."""
    data = encoded(drawing(width=40, height=30), kind)
    cut = [data[:end] for end in range(0, len(data), max(1, len(data) // 150))]
    flipped = []
    for place in range(0, min(len(data), 600), 3):
        changed = bytearray(data)
        changed[place] ^= 1 << place % 8
        flipped.append(bytes(changed))
    refused = 0
    for given in [*cut, *flipped]:
        try:
            read(given)
        except PictureRefused as refusal:
            assert refusal.message
            refused += 1
    assert refused > len(cut) // 2


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP", b"\x89PNG\r\n\x1a\n"])
def test_a_header_alone_says_nothing(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read_header(data)


def test_kinds_are_told_by_their_first_bytes() -> None:
    assert [kind_of(encoded(drawing(), kind)) for kind in ("PNG", "JPEG", "GIF", "WEBP", "BMP")] == [
        "png",
        "jpeg",
        "gif",
        "webp",
        None,
    ]


_CHILD = """
import io, resource, sys, time
import django
django.setup()
from storesync.media.pictures import PictureRefused, read_picture
data = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
started = time.process_time()
try:
    read_picture(io.BytesIO(data))
except PictureRefused:
    pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, time.process_time() - started)
"""
LARGEST: dict[str, Callable[[], bytes]] = {
    "photo of 40 megapixels": lambda: encoded(Image.new("RGB", (8000, 5000), "#335577"), "JPEG"),
    "flat png of 16 megapixels": lambda: encoded(Image.new("RGBA", (4000, 4000), (1, 2, 3, 4))),
    "palette of 16 megapixels": lambda: encoded(Image.new("P", (4000, 4000)), transparency=0),
    "webp of 6 megapixels": lambda: encoded(Image.new("RGBA", (3000, 2000), (9, 8, 7, 6)), "WEBP"),
    "layers of 21 megapixels": lambda: encoded(Image.new("RGB", (5600, 3800)), "JPEG", progressive=True),
    "tiny blocks": REFUSED["gif of tiny blocks"][0],
    "many chunks": REFUSED["png of too many chunks"][0],
}


@pytest.mark.parametrize("case", LARGEST)
def test_the_worst_that_is_let_in_stays_within_100_mb(case: str) -> None:
    """In a process of its own, whose memory is measured by the system; the CPU time is bounded there too."""
    ended = subprocess.run(
        [sys.executable, "-c", _CHILD],
        input=LARGEST[case](),
        capture_output=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (20, 20)),
    )
    grown = int(ended.stdout.split()[0])
    assert grown < 100 * 1024, f"{grown // 1024} MB"
