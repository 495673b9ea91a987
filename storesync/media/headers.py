"""What a file says it is, read from its first bytes and its structure alone: nothing is decoded here.

A few hundred bytes can claim a picture of gigapixels, a hundred thousand frames or a thousand passes over
them. So size, frames and passes are read by hand, counted, and held against the limits before any decoder
sees the file (fault 27).
"""

import re
import struct
import zlib
from dataclasses import dataclass, replace
from typing import Final, Literal

Kind = Literal["png", "jpeg", "gif", "webp"]

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PIECES: Final = 60_000
"""Chunks, segments or sub-blocks that an honest file of 10 MB can have; more only cost time."""
_NO_LENGTH: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_FRAMES_OF_JPEG: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE: Final = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_END_OF_SCAN: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


class Unreadable(Exception):
    """The file is no picture of a known kind, or breaks off, or contradicts itself."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a picture claims to be.

    Attributes:
        width, height: in pixels, the largest that any part of the file claims.
        frames: pictures in it; more than one moves.
        passes: how often a decoder goes over the whole picture (progressive JPEG).
        held: bytes that a decoder must keep at once beside the picture itself.
    """

    kind: Kind
    width: int
    height: int
    frames: int = 1
    passes: int = 1
    held: int = 0

    @property
    def pixels(self) -> int:
        return self.width * self.height


def kind_of(data: bytes) -> Kind | None:
    """The kind of picture by its first bytes; names and types that browsers send say nothing."""
    if data.startswith(_PNG):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    return None


def read_header(data: bytes) -> Header:
    """The claims of a picture.

    Raises:
        Unreadable: no PNG, JPEG, GIF or WebP, or damaged.
    """
    kind = kind_of(data)
    if kind is None:
        raise Unreadable
    try:
        found = {"png": _png, "jpeg": _jpeg, "gif": _gif, "webp": _webp}[kind](data)
    except (IndexError, struct.error) as error:
        raise Unreadable from error
    if not (found.width > 0 and found.height > 0):
        raise Unreadable
    return found


def _png(data: bytes) -> Header:
    if data[12:16] != b"IHDR":
        raise Unreadable
    width, height = struct.unpack_from(">II", data, 16)
    at, pieces, frames = 8, 0, 1
    while at < len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        pieces += 1
        if pieces > _PIECES or length > len(data) or (name == b"IHDR" and at != 8):
            raise Unreadable
        told = struct.unpack_from(">I", data, at + 8 + length)[0]
        if zlib.crc32(memoryview(data)[at + 4 : at + 8 + length]) != told:
            raise Unreadable
        if name == b"acTL":
            frames = max(1, struct.unpack_from(">I", data, at + 8)[0])
        if name == b"IEND":
            return Header("png", width, height, frames)
        at += 12 + length
    raise Unreadable


def _jpeg(data: bytes) -> Header:
    at, pieces, passes = 2, 0, 0
    frame: Header | None = None
    while True:
        if data[at] != 0xFF:
            raise Unreadable
        marker = data[at + 1]
        if marker == 0xFF or marker in _NO_LENGTH:
            at += 1 if marker == 0xFF else 2
            continue
        pieces += 1
        if pieces > _PIECES or marker == 0xD8:
            raise Unreadable
        if marker == 0xD9:
            if frame is None or not passes:
                raise Unreadable
            several = passes > 1 or frame.passes > 1
            return replace(frame, passes=passes, held=frame.held if several else 0)
        after = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        if marker in _FRAMES_OF_JPEG:
            # A second header would be the one that the decoder believes.
            if frame is not None:
                raise Unreadable
            frame = _jpeg_frame(data, at + 4, marker)
        if marker == 0xDA:
            passes += 1
            ended = _END_OF_SCAN.search(data, after)
            if ended is None:
                raise Unreadable
            after = ended.start()
        at = after


def _jpeg_frame(data: bytes, at: int, marker: int) -> Header:
    _bits, height, width, count = struct.unpack_from(">BHHB", data, at)
    factors = [(data[at + 7 + 3 * n] >> 4, data[at + 7 + 3 * n] & 15) for n in range(count)]
    if not factors or any(not (0 < across < 5 and 0 < down < 5) for across, down in factors):
        raise Unreadable
    most = max(across for across, _ in factors) * max(down for _, down in factors)
    share = sum(across * down for across, down in factors) / most
    # What comes in several passes is whole only at the end: two bytes a coefficient until then.
    held = int(width * height * share * 2)
    return Header("jpeg", width, height, passes=2 if marker in _PROGRESSIVE else 1, held=held)


def _gif(data: bytes) -> Header:
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at, pieces, frames = 13 + _palette(flags), 0, 0
    while data[at] != 0x3B:
        if data[at] == 0x21:
            at += 2
        elif data[at] == 0x2C:
            left, top, across, down, flags = struct.unpack_from("<HHHHB", data, at + 1)
            # A frame may lie outside of the screen that the file names; decoders make room for it.
            width, height, frames = max(width, left + across), max(height, top + down), frames + 1
            at += 11 + _palette(flags)
        else:
            raise Unreadable
        while length := data[at]:
            at += length + 1
            pieces += 1
            if pieces > _PIECES:
                raise Unreadable
        at += 1
        pieces += 1
    if not frames:
        raise Unreadable
    return Header("gif", width, height, frames)


def _palette(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _webp(data: bytes) -> Header:
    end = 8 + struct.unpack_from("<I", data, 4)[0]
    if end > len(data) + 1:
        raise Unreadable
    at, pieces, frames, width, height = 12, 0, 0, 0, 0
    while at + 8 <= min(end, len(data)):
        name, length = struct.unpack_from("<4sI", data, at)
        body = at + 8
        pieces += 1
        if pieces > _PIECES or body + length > len(data):
            raise Unreadable
        across = down = 0
        if name == b"VP8 ":
            across, down = (side & 0x3FFF for side in struct.unpack_from("<HH", data, body + 6))
        elif name == b"VP8L":
            bits = struct.unpack_from("<I", data, body + 1)[0]
            across, down = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        elif name == b"VP8X":
            across, down = _three(data, body + 4) + 1, _three(data, body + 7) + 1
        elif name == b"ANMF":
            frames += 1
            across = 2 * _three(data, body) + _three(data, body + 6) + 1
            down = 2 * _three(data, body + 3) + _three(data, body + 9) + 1
        width, height = max(width, across), max(height, down)
        at = body + length + length % 2
    return Header("webp", width, height, max(1, frames))


def _three(data: bytes, at: int) -> int:
    if at + 3 > len(data):
        raise Unreadable
    return int.from_bytes(data[at : at + 3], "little")
