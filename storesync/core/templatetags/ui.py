"""Template tags of the design system; a builtin of the template engine, so nothing needs `{% load ui %}`.

Each piece of the interface that has logic is a tag here; what is only markup is a file in
`templates/components/` or a class in `app.css`. `/styleguide/` shows all of them.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms, template
from django.db import models
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.template import Context
from django.utils.choices import flatten_choices
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from storesync.core import formats, icons, statuses
from storesync.core.models import new_id
from storesync.core.once import KEY
from storesync.core.toasts import UNDO
from storesync.core.words import word_changes

register = template.Library()


@register.simple_tag
def icon(meaning: str, label: str = "") -> SafeString:
    """`{% icon "approve" %}` beside a word; with `label=_("Approved")` where it stands alone."""
    return icons.icon(str(meaning), str(label))


@register.simple_tag
def form_key() -> SafeString:
    """The hidden key of a form that makes a row and is nothing but a button (`core.once`)."""
    return format_html('<input type="hidden" name="{}" value="{}">', KEY, new_id())


@register.filter
def undo_url(message: Any) -> str:
    """Where a message's "Undo" posts to; "" for a message without one (`core.toasts.success_with_undo`)."""
    tags = str(getattr(message, "extra_tags", "") or "")
    return tags.removeprefix(UNDO) if tags.startswith(UNDO) else ""


@register.simple_tag
def badge(label: Any, tone: str = "neutral", shape: str = "dot") -> SafeString:
    """`{% badge _("due in 2 h") tone="warning" shape="triangle" %}`; an empty shape leaves the drawing out.

    Raises:
        KeyError, ValueError: a tone or shape that the design does not know.
    """
    if tone not in statuses.TONES:
        raise ValueError(f"no tone {tone!r}; choose from {statuses.TONES}")
    drawing = mark_safe(statuses.SHAPES[shape]) if shape else ""  # noqa: S308 - constants of ours
    svg = (
        format_html('<svg class="badge__shape" viewBox="0 0 10 10" aria-hidden="true">{}</svg>', drawing)
        if shape
        else ""
    )
    return format_html('<span class="badge tone-{}">{}{}</span>', tone, svg, label)


@register.simple_tag
def status(value: Any, label: Any = "") -> SafeString:
    """`{% status campaign.status %}`: the badge of a state, by its machine name."""
    look = statuses.look_of(str(value), label)
    return badge(look.label, look.tone, look.shape)


@register.simple_tag
def severity(level: str | bool) -> SafeString:
    """`{% severity finding.level %}` or `{% severity problem.error %}`: whether a check blocks or warns."""
    if level in (True, "error"):
        return badge(gettext("Blocks"), "danger", "square")
    return badge(gettext("Warning"), "warning", "triangle")


@register.simple_tag
def when(value: datetime | date | None, zone: str = "", place: str = "", relative: bool = True) -> SafeString:
    """`{% when campaign.start zone=location.time_zone place=location.city %}`: a date, and how far it is.

    Args:
        value: a moment, or a day; None is a dash.
        zone: IANA name; without it the reader's own zone.
        place: whose clock that is, said behind the time.
        relative: also "2 hours ago" (never without the date).
    """
    if value is None:
        return mark_safe(formats.NOTHING)  # noqa: S308 - a constant of ours
    if not isinstance(value, datetime):
        return format_html(
            '<time class="nowrap" datetime="{}">{}</time>', value.isoformat(), formats.day(value)
        )
    text = formats.moment(value, zone)
    # With the name of a town behind it, it is too long for one line of a narrow column.
    wrap = "" if place else "nowrap"
    if place:
        text = gettext("%(moment)s %(place)s time") % {"moment": text, "place": place}
    shown = format_html('<time class="{}" datetime="{}">{}</time>', wrap, value.isoformat(), text)
    return (
        format_html('{} <small class="muted nowrap">({})</small>', shown, formats.ago(value))
        if relative
        else shown
    )


@register.filter
def number(value: int | float | Decimal | None) -> str:
    """`{{ 12480|number }}` is "12,480"."""
    return formats.number(value)


@register.filter
def percent(share: float | Decimal | None, digits: int = 1) -> str:
    """`{{ 0.418|percent }}` is "41.8%"."""
    return formats.percent(share, digits)


@register.filter
def money(amount: Decimal | int | None, currency: str) -> str:
    """`{{ amount|money:"GBP" }}`."""
    return formats.money(amount, currency)


@register.filter
def dash(value: Any) -> Any:
    """The value, or a dash where there is none (0 and False are values)."""
    return formats.NOTHING if value is None or value == "" else value


@register.simple_tag(takes_context=True)
def without(context: Context, name: str, value: Any = None, query: QueryDict | None = None) -> str:
    """The present query string without a parameter, or without one of its values, and from the first page.

    `<a href="{% without "region" region.pk %}">` is what a pill's cross does. Adding or replacing is
    Django's own `{% querystring %}`.
    """
    params = (query if query is not None else context["request"].GET).copy()
    kept = [] if value is None else [one for one in params.getlist(name) if one != str(value)]
    params.setlist(name, kept)
    if not kept:
        del params[name]
    params.pop("page", None)
    return f"?{params.urlencode()}" if params else "?"


@register.simple_tag(takes_context=True)
def filter_pills(context: Context, filterset: Any) -> list[dict[str, str]]:
    """`{% filter_pills filter as pills %}`: what a list is filtered by, each with the address without it.

    The search field `q` is no pill: it stands in sight already.
    """
    if filterset is None or not filterset.form.is_bound:
        return []
    form, query = filterset.form, context["request"].GET
    form.is_valid()
    pills = []
    for bound in form:
        value = form.cleaned_data.get(bound.name)
        if bound.name == "q" or _is_empty(value):
            continue
        rest = query.copy()
        for name in [
            bound.html_name,
            *(key for key in query if key.startswith(f"{bound.html_name}_")),
            "page",
        ]:
            if name == bound.html_name or name == "page" or name not in form.fields:
                rest.pop(name, None)
        url = f"?{rest.urlencode()}" if rest else context.get("clear_url") or context["request"].path
        pills.append({"label": str(bound.label), "value": _in_words(bound, value), "url": url})
    return pills


@register.filter
def error_links(form: BaseForm) -> list[tuple[str, str, str]]:
    """All errors of a form as (id of the field or "", label, message), in the order of the fields."""
    links = [("", "", str(message)) for message in form.non_field_errors()]
    for bound in form:
        target = _target(bound)
        links += [(target, str(bound.label), str(message)) for message in bound.errors]
    return links


@register.simple_tag
def word_diff(before: Any, after: Any) -> SafeString:
    """What changed between two texts, word by word, as `<del>` and `<ins>`."""
    tags = {"same": "{}", "del": "<del>{}</del>", "ins": "<ins>{}</ins>"}
    pieces = word_changes(str(before or ""), str(after or ""))
    return format_html_join("", "{}", [(format_html(tags[kind], text),) for kind, text in pieces])


@register.inclusion_tag("components/progress.html")
def progress(
    done: int, total: int, label: str, unit: str = "", state: str = "", detail: str = ""
) -> dict[str, Any]:
    """`{% progress job.done job.total _("Mails sent") unit=_("mails") %}`: bar and words.

    Args:
        done, total: counts; a total of 0 draws the bar of unknown length.
        state: "" while running, "done" or "failed".
        detail: words behind the counts ("about 18 min left").
    """
    share = done / total if total else None
    return {
        "done": done,
        "total": total,
        "share": share,
        "label": label,
        "unit": unit,
        "state": state,
        "detail": detail,
    }


@register.inclusion_tag("components/parts.html")
def parts(segments: Iterable[tuple[str, int, str]], label: str) -> dict[str, Any]:
    """`{% parts counts _("Recipients by state") %}`: one bar of (state, count, word) parts, with its legend.

    The tone of a part is that of its state; parts of the same tone that follow one another flow together.
    """
    rows = [(statuses.look_of(state, word), count) for state, count, word in segments]
    total = sum(count for _look, count in rows)
    drawn, x = [], 0.0
    for look, count in rows:
        width = 100 * count / total if total else 0
        drawn.append({"look": look, "count": count, "x": f"{x:.3f}", "width": f"{width:.3f}"})
        x += width
    return {"parts": drawn, "total": total, "label": label}


@register.filter
def shape(name: str) -> SafeString:
    """The SVG drawing of a state's shape, for legends."""
    return mark_safe(statuses.SHAPES[name])  # noqa: S308 - constants of ours


@register.filter
def widget_kind(field: BoundField) -> str:
    """How a field is laid out: "check", "choices", "file" or "plain"."""
    kind = getattr(field.field.widget, "input_type", "")
    if field.use_fieldset:
        return "choices"
    return kind if kind in {"file"} else "check" if kind == "checkbox" else "plain"


@register.filter
def page_gaps(numbers: Sequence[int | str]) -> list[int | None]:
    """The pages of a numbered pager with None where a gap is (Django's paginator says an ellipsis)."""
    return [one if isinstance(one, int) else None for one in numbers]


def _is_empty(value: Any) -> bool:
    if isinstance(value, slice):
        return value.start is None and value.stop is None
    if isinstance(value, models.QuerySet):
        return not value
    return value in (None, "", False) or value == []


def _in_words(bound: BoundField, value: Any) -> str:
    """What a person chose, as the form offered it."""
    if value is True:
        return ""
    if isinstance(value, slice):
        return " – ".join("…" if end is None else str(end) for end in (value.start, value.stop))
    if isinstance(bound.field, forms.ModelChoiceField):
        return ", ".join(str(one) for one in (value if isinstance(value, models.QuerySet) else [value]))
    # A list, since the iterator of django-filter cannot tell its length when its choices are made late.
    pairs: Iterable[tuple[Any, Any]] = flatten_choices(list(getattr(bound.field, "choices", [])))
    words = {str(key): str(word) for key, word in pairs}
    chosen = value if isinstance(value, list | tuple) else [value]
    return ", ".join(words.get(str(one), str(one)) for one in chosen)


def _target(bound: BoundField) -> str:
    return bound.id_for_label or str(bound.auto_id or "")
