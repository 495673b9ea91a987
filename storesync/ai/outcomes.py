"""How a call of a model ends, and how that is said to people: the reason, and what to do about it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Outcome(models.TextChoices):
    """The end of a call, most of them failures (Rule T8). The first five call nothing and leave no row."""

    OFF = "off", _("Switched off")
    NO_KEY = "no_key", _("No key")
    KEY_LOST = "key_lost", _("Key not readable")
    CEILING = "ceiling", _("Ceiling reached")
    BUSY = "busy", _("Too many calls")
    RUNNING = "running", _("Running")
    ANSWERED = "answered", _("Answered")
    RATE_LIMITED = "rate_limited", _("Held back by the server")
    QUOTA = "quota", _("Account used up")
    KEY_REFUSED = "key_refused", _("Key refused")
    NO_MODEL = "no_model", _("No such model")
    REJECTED = "rejected", _("Request not accepted")
    SERVER_ERROR = "server_error", _("Fault of the server")
    UNREACHABLE = "unreachable", _("Not reachable")
    CUT_OFF = "cut_off", _("Connection lost")
    TIMEOUT = "timeout", _("Took too long")
    TOO_LARGE = "too_large", _("Answer too large")
    REFUSED = "refused", _("Declined by the model")
    FILTERED = "filtered", _("Stopped by the filter")
    TOO_LONG = "too_long", _("Answer cut short")
    UNREADABLE = "unreadable", _("Answer not readable")
    WRONG_SHAPE = "wrong_shape", _("Answer incomplete")
    LOST = "lost", _("Interrupted")


CALLED_NOTHING: Final = frozenset(
    {Outcome.OFF, Outcome.NO_KEY, Outcome.KEY_LOST, Outcome.CEILING, Outcome.BUSY}
)
"""Ends before anything was called: no row, no cost."""


@dataclass(frozen=True, slots=True)
class Words:
    """A failure in words."""

    reason: "_StrPromise"
    advice: "_StrPromise"


_LATER: Final = _("Try again in a few minutes.")
_MANAGER: Final = _("Ask a Brand Manager to look at the AI settings of the brand.")
_AGAIN: Final = _("Try again; if it happens again, ask for less at once.")

WORDS: Final[dict[str, Words]] = {
    Outcome.OFF: Words(
        _("AI is switched off for this brand."), _("A Brand Manager switches it on in the AI settings.")
    ),
    Outcome.NO_KEY: Words(
        _("No key for a model is set."),
        _("A Brand Manager sets one in the AI settings, or your Admin for the whole company."),
    ),
    Outcome.KEY_LOST: Words(
        _("The brand's key can no longer be read."), _("A Brand Manager enters it anew in the AI settings.")
    ),
    Outcome.CEILING: Words(
        _("This month's ceiling for AI is reached."),
        _("A Brand Manager raises it in the AI settings, or it begins anew next month."),
    ),
    Outcome.BUSY: Words(_("The brand asks the model too often just now."), _("Try again in a minute.")),
    Outcome.RATE_LIMITED: Words(_("The model's server is busy and asks to wait."), _LATER),
    Outcome.QUOTA: Words(
        _("The account at the model's provider is used up."),
        _("Whoever pays for it adds credit or raises its limit; trying again does not help."),
    ),
    Outcome.KEY_REFUSED: Words(_("The model's server does not accept the key."), _MANAGER),
    Outcome.NO_MODEL: Words(
        _("The model's server does not know the model."), _("Your Admin names another one in OPENAI_MODEL.")
    ),
    Outcome.REJECTED: Words(
        _("The model's server did not accept the request."),
        _("Ask for less at once; if that does not help, tell your Admin."),
    ),
    Outcome.SERVER_ERROR: Words(_("The model's server has a fault."), _LATER),
    Outcome.UNREACHABLE: Words(_("The model's server cannot be reached."), _LATER),
    Outcome.CUT_OFF: Words(_("The connection broke while the model was answering."), _AGAIN),
    Outcome.TIMEOUT: Words(_("The model took too long to answer."), _AGAIN),
    Outcome.TOO_LARGE: Words(_("The model's answer was far too large and was not read."), _AGAIN),
    Outcome.REFUSED: Words(
        _("The model declined to write this."),
        _("Say it in other words, or write it yourself; trying the same again does not help."),
    ),
    Outcome.FILTERED: Words(
        _("A filter of the model's provider stopped the answer."),
        _("Say it in other words, or write it yourself."),
    ),
    Outcome.TOO_LONG: Words(_("The answer became too long and was cut short."), _("Ask for less at once.")),
    Outcome.UNREADABLE: Words(_("The model's answer could not be read."), _AGAIN),
    Outcome.WRONG_SHAPE: Words(_("The model's answer lacked what was asked for."), _AGAIN),
    Outcome.LOST: Words(_("The work was interrupted before the answer came."), _("Try again.")),
}
"""What is said of each failure; docs/ai.md has the same as a table."""
