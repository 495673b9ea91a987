"""Filters of lists, where what they find is acted on."""

from typing import Any

import django_filters


def all_matching(filterset: "django_filters.FilterSet") -> Any:
    """The rows that "all that match" means (Rule L1): none when the filters cannot be read.

    django-filter leaves out what it cannot read, which is right for a list that is looked at and wrong for
    rows that are cancelled.
    """
    found = filterset.qs
    return found if not filterset.is_bound or filterset.form.is_valid() else found.none()
