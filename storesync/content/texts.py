"""The texts of one message, each checked once however often it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from storesync.content.language import MAX_LENGTH, CheckedText, check_text
from storesync.content.markup import check_address, check_markup
from storesync.content.variables import Variable


class MessageTexts:
    """Checks texts of a message and keeps what passed: what validation read, composing does not read again.

    Every method raises `TemplateTextError` with line and column (rule T2).
    """

    def __init__(self, variables: Mapping[str, Variable]) -> None:
        self.variables = variables
        self._lines: dict[str, CheckedText] = {}
        self._paragraphs: dict[str, CheckedText] = {}
        self._addresses: dict[str, CheckedText] = {}

    def line(self, source: str, max_length: int = MAX_LENGTH) -> CheckedText:
        """One line of template text."""
        found = self._lines.get(source)
        if found is None or len(found.source) > max_length:
            found = check_text(source, self.variables, multiline=False, max_length=max_length)
            self._lines[source] = found
        return found

    def paragraphs(self, source: str) -> CheckedText:
        """Paragraphs of template text with markup."""
        return _once(self._paragraphs, source, lambda: check_markup(source, self.variables))

    def address(self, source: str) -> CheckedText:
        """A link."""
        return _once(self._addresses, source, lambda: check_address(source, self.variables))


def _once(known: dict[str, CheckedText], source: str, check: Callable[[], CheckedText]) -> CheckedText:
    found = known.get(source)
    if found is None:
        found = known[source] = check()
    return found
