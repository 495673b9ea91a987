"""From blocks to a message: MJML compiled once per structure, filled per store (rule T7).

Nothing people write ever reaches the MJML compiler: the composer puts numbered slots where words go, the
compiled HTML is cut at the slots, and rendering a store joins the pieces with its escaped words. So one
compiled message serves ten thousand stores, and all messages of the same structure share one run of the
compiler.
"""

from storesync.content.rendering.message import (
    GMAIL_CLIPS_AT,
    MAX_PREHEADER,
    MAX_SUBJECT,
    CompiledMessage,
    ContentInvalid,
    RenderedMessage,
    compile_message,
    line_errors,
)
from storesync.content.rendering.styles import dark_preview, light_preview

__all__ = [
    "GMAIL_CLIPS_AT",
    "MAX_PREHEADER",
    "MAX_SUBJECT",
    "CompiledMessage",
    "ContentInvalid",
    "RenderedMessage",
    "compile_message",
    "dark_preview",
    "light_preview",
    "line_errors",
]
