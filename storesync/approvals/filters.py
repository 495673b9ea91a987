"""Filters of the queue."""

from datetime import timedelta
from typing import Any, Final, Literal
from uuid import UUID

import django_filters
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from storesync.approvals.models import ApprovalPolicy, Seat, Submission, SubmissionItem
from storesync.approvals.stages import Stage
from storesync.brands.models import Absence, Region
from storesync.content.campaign_types import CampaignType
from storesync.content.owners import describe

NEWEST: Final = 200
"""Roll-outs and templates that a filter offers, newest first; older ones are found by their name."""
NONE: Final = "none"


_DISTINCT: Final = """
WITH RECURSIVE seen AS (
    (SELECT {column} AS value, id FROM approvals_submissionitem
     WHERE brand_id = %(brand)s AND {column} IS NOT NULL ORDER BY {column} DESC LIMIT 1)
  UNION ALL
    SELECT further.value, further.id FROM seen CROSS JOIN LATERAL
    (SELECT {column} AS value, id FROM approvals_submissionitem
     WHERE brand_id = %(brand)s AND {column} < seen.value ORDER BY {column} DESC LIMIT 1) AS further
) SELECT id FROM seen LIMIT %(most)s
"""


def _examples(brand_id: UUID, column: Literal["wave_id", "template_id"]) -> list[UUID]:
    """An item of each of the newest roll-outs, or templates, of a brand.

    Walks from one value to the next in the index, so that it costs what their number costs and not that of
    the items (a "loose index scan", which PostgreSQL does not do by itself).
    """
    with connection.cursor() as cursor:
        cursor.execute(_DISTINCT.format(column=column), {"brand": brand_id, "most": NEWEST})
        return [pk for (pk,) in cursor.fetchall()]


def choices_of(
    items: "QuerySet[SubmissionItem]", brand_id: UUID
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The roll-outs and the templates that these items belong to, each by name, as their owners call them."""
    of_waves = _with_some(items, brand_id, "wave_id")
    of_templates = _with_some(items, brand_id, "template_id")
    owners = describe([item.revision for item in [*of_waves, *of_templates]])
    waves = {
        str(item.wave_id): owners[item.revision_id].wave_name
        for item in of_waves
        if item.revision_id in owners
    }
    templates = {
        str(item.template_id): owners[item.revision_id].template_name
        for item in of_templates
        if item.revision_id in owners
    }
    return _by_name(waves), _by_name(templates)


def _with_some(
    items: "QuerySet[SubmissionItem]", brand_id: UUID, column: Literal["wave_id", "template_id"]
) -> list[SubmissionItem]:
    """Of each roll-out or template the example, where these items have one of it."""
    # In the order of the index, or the planner goes through the items of all of them for each.
    one = items.filter(**{column: OuterRef(column)}).order_by("pk").values("pk")[:1]
    found = SubmissionItem.objects.filter(pk__in=_examples(brand_id, column)).alias(one=Subquery(one))
    return list(found.filter(one__isnull=False).with_people().order_by())


def _by_name(names: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(names.items(), key=lambda pair: pair[1].casefold())


def stage_names() -> list[tuple[str, str]]:
    """The stages of the brand's policies, as they are called; a review without one is simply the review."""
    names = {
        str(stage.get("name") or "") for policy in ApprovalPolicy.objects.all() for stage in policy.stages
    }
    return [(name or NONE, name or Stage().label) for name in sorted(names | {""})]


_STAGE_NAME: Final = Func(
    F("stages"),
    Cast(F("stage"), IntegerField()),
    arg_joiner=" -> ",
    template="((%(expressions)s) ->> 'name')",
    output_field=TextField(),
)
"""The name of the stage at which a submission is, read from its copy of the stages."""


class QueueFilter(django_filters.FilterSet):
    """Items by words and by everything that a reviewer sorts their day by."""

    q = django_filters.CharFilter(
        label=_("Search approvals"), help_text=_("Campaign, store number, name, city"), method="search"
    )
    wave = django_filters.MultipleChoiceFilter(label=_("Roll-out"), method="of_waves")
    template = django_filters.MultipleChoiceFilter(label=_("Template"), method="of_templates")
    type = django_filters.MultipleChoiceFilter(
        label=_("Campaign type"), choices=CampaignType.choices, method="of_types"
    )
    region = django_filters.ModelMultipleChoiceFilter(
        label=_("Region"), queryset=lambda request: Region.objects.order_by("name"), method="in_regions"
    )
    stage = django_filters.MultipleChoiceFilter(label=_("Stage"), method="at_stages")
    due = django_filters.ChoiceFilter(
        label=_("Due"),
        choices=[
            ("late", _("Overdue")),
            ("day", _("Within a day")),
            ("week", _("Within a week")),
            (NONE, _("Without a date")),
        ],
        method="due_within",
    )
    differs = django_filters.ChoiceFilter(
        label=_("Differences"),
        choices=[("yes", _("With differences")), ("no", _("Without differences"))],
        method="by_differences",
    )
    by = django_filters.CharFilter(label=_("Submitted by"), method="submitted_by")
    place = django_filters.ChoiceFilter(label=_("How it came to me"), method="in_place")

    class Meta:
        model = SubmissionItem
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waves, templates = choices_of(self.queryset, self.request.brand.pk)
        self.filters["wave"].extra["choices"] = [*waves, (NONE, _("Without a roll-out"))]
        self.filters["template"].extra["choices"] = [*templates, (NONE, _("Without a template"))]
        self.filters["stage"].extra["choices"] = stage_names()
        away = Absence.objects.on().delegated_to(self.request.user).select_related("person")
        self.filters["place"].extra["choices"] = [
            ("handed", _("Handed to me")),
            *(
                (str(one.person_id), _("In place of %(name)s") % {"name": one.person.display_name})
                for one in away
            ),
        ]

    def search(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.matching(value)

    def of_waves(self, queryset: Any, name: str, value: list[str]) -> Any:
        return queryset.filter(_among("wave_id", value)) if value else queryset

    def of_templates(self, queryset: Any, name: str, value: list[str]) -> Any:
        return queryset.filter(_among("template_id", value)) if value else queryset

    def of_types(self, queryset: Any, name: str, value: list[str]) -> Any:
        return queryset.filter(facts__campaign_type__in=value) if value else queryset

    def in_regions(self, queryset: Any, name: str, value: list[Region]) -> Any:
        if not value:
            return queryset
        below = Region.objects.below([region.pk for region in value])
        return queryset.filter(location__region__in=below.order_by().values("pk"))

    def at_stages(self, queryset: Any, name: str, value: list[str]) -> Any:
        if not value:
            return queryset
        names = ["" if one == NONE else one for one in value]
        there = Submission.objects.annotate(stage_called=_STAGE_NAME).filter(stage_called__in=names)
        return queryset.filter(submission__in=there.order_by().values("pk"))

    def due_within(self, queryset: Any, name: str, value: str) -> Any:
        if value == NONE:
            return queryset.filter(due_at__isnull=True)
        ahead = {"late": timedelta(0), "day": timedelta(days=1), "week": timedelta(days=7)}
        return queryset.filter(due_at__lte=timezone.now() + ahead[value])

    def by_differences(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(differs=value == "yes")

    def submitted_by(self, queryset: Any, name: str, value: str) -> Any:
        people = get_user_model()._default_manager.filter(
            Q(name__icontains=value) | Q(email__istartswith=value)
        )
        return queryset.filter(submitter__in=people.order_by().values("pk"))

    def in_place(self, queryset: Any, name: str, value: str) -> Any:
        """What was handed to the reader, or what somebody who is away would decide themselves."""
        if value == "handed":
            seats = Seat.objects.filter(person_id=self.request.user.pk, in_place_of__isnull=False)
            return queryset.filter(submission__in=seats.order_by().values("submission"))
        person = get_user_model()._default_manager.get(pk=int(value))
        theirs = SubmissionItem.objects.decidable_by(person).order_by().values("pk")
        return queryset.filter(pk__in=theirs)


def _among(field: str, chosen: list[str]) -> Q:
    """One of these ids, or none at all where that was chosen."""
    found = Q(**{f"{field}__in": [UUID(one) for one in chosen if one != NONE]})
    return found | Q(**{f"{field}__isnull": True}) if NONE in chosen else found
