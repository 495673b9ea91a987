"""What a model is asked for. Apps above register their own purposes, in words."""

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

TEST: Final = "test"
EMBEDDING: Final = "embedding"

_purposes: "dict[str, _StrPromise]" = {
    TEST: _("Test of the connection"),
    EMBEDDING: _("Search by meaning"),
}


def register_purpose(name: str, words: "_StrPromise") -> None:
    """Say how a purpose reads, from `AppConfig.ready`; a call for one that nobody registered is refused."""
    _purposes[name] = words


def is_purpose(name: str) -> bool:
    """Whether somebody has registered it."""
    return name in _purposes


def purpose_words(name: str) -> str:
    """A purpose in words; one of a former version is read as it is written."""
    return str(_purposes.get(name) or name.replace("_", " ").capitalize())


def purpose_choices() -> list[tuple[str, str]]:
    """Every purpose and its words."""
    return [(name, str(words)) for name, words in _purposes.items()]
