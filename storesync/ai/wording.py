"""Costs as people read them."""

from decimal import Decimal

from babel.numbers import format_currency
from django.utils.translation import gettext as _

from storesync.ai.models import CURRENCY
from storesync.core import formats


def cost_words(amount: Decimal, *, assumed: bool = False) -> str:
    """An amount in US dollars; below ten cents to a hundredth of a cent, as calls cost little.

    Args:
        assumed: whether it, or part of it, is not known: said so.
    """
    if amount and abs(amount) < Decimal("0.1"):
        pattern = formats.active_locale().currency_formats["standard"].pattern.replace("0.00", "0.0000")
        told = format_currency(
            amount, CURRENCY, format=pattern, locale=formats.active_locale(), currency_digits=False
        )
    else:
        told = formats.money(amount, CURRENCY)
    return _("%(cost)s (assumed)") % {"cost": told} if assumed else str(told)
