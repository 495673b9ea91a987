"""Differences between two contents in words: revision against template, against the one approved last.

For people who decide: "Discount: 10 % → 20 %", "Legal text removed", "Button: link changed to …". Texts
come with word-level segments, so that a page can mark what was put in and what was taken out.
"""

from storesync.content.differences.comparing import differences, most_telling
from storesync.content.differences.content import Content, Difference, Kind, Segment, content_of
from storesync.content.differences.settings import moment_in_words, value_in_words
from storesync.content.differences.texts import word_segments

__all__ = [
    "Content",
    "Difference",
    "Kind",
    "Segment",
    "content_of",
    "differences",
    "moment_in_words",
    "most_telling",
    "value_in_words",
    "word_segments",
]
