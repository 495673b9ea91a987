"""The form of one stage of a policy: who, how many of them, by when, and when it is needed."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import ValidationError as ShapeError

from storesync.accounts.models import User
from storesync.approvals.forms.policy import Directory
from storesync.approvals.reviewers import doubts_about
from storesync.approvals.stages import Conditions, People, Stage
from storesync.brands.rights import DECIDE, ROLE_RIGHTS, Role
from storesync.content.campaign_types import CampaignType

DECIDING_ROLES: Final = [(role.value, role.label) for role in Role if DECIDE in ROLE_RIGHTS[role]]


class _People(forms.MultipleChoiceField):
    """People chosen one by one; the page lists those who are, and a field beside it adds one more."""

    widget = forms.CheckboxSelectMultiple


def _hours(label: Any, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=0.25,
        max_value=2000,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.25", "inputmode": "decimal"}),
    )


_ADD: Final = gettext_lazy("Name or address; the list suggests who approves in this brand.")


class StageForm(forms.Form):
    """One stage: who, how many of them, by when, and when it is needed."""

    key = forms.RegexField(r"^[A-Za-z0-9]{0,20}$", required=False, widget=forms.HiddenInput)
    removed = forms.BooleanField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        help_text=gettext_lazy("As people call it: Brand, Legal, Regional manager."),
    )
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"),
        choices=DECIDING_ROLES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    groups = forms.MultipleChoiceField(
        label=gettext_lazy("Groups"), required=False, widget=forms.CheckboxSelectMultiple
    )
    people = _People(label=gettext_lazy("People"), required=False)
    add_person = forms.CharField(
        label=gettext_lazy("Add a person"), required=False, max_length=300, help_text=_ADD
    )
    rule = forms.ChoiceField(
        label=gettext_lazy("How many of them approve"),
        choices=[
            ("any", gettext_lazy("Any one of them")),
            ("all", gettext_lazy("All of them")),
            ("count", gettext_lazy("A number of them")),
        ],
        widget=forms.RadioSelect,
    )
    count = forms.IntegerField(
        label=gettext_lazy("That number"), required=False, min_value=1, max_value=100, initial=2
    )
    due_hours = _hours(
        gettext_lazy("Due after"), gettext_lazy("Working hours of the brand. Empty: no due time.")
    )
    warn_hours = _hours(gettext_lazy("Warn before"), gettext_lazy("Working hours before it is due."))
    escalate_hours = _hours(
        gettext_lazy("Escalate after"), gettext_lazy("Working hours after it was due. Empty: never.")
    )
    to_roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"),
        choices=DECIDING_ROLES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    to_groups = forms.MultipleChoiceField(
        label=gettext_lazy("Groups"), required=False, widget=forms.CheckboxSelectMultiple
    )
    to_people = _People(label=gettext_lazy("People"), required=False)
    add_to_person = forms.CharField(
        label=gettext_lazy("Add a person"), required=False, max_length=300, help_text=_ADD
    )
    types = forms.MultipleChoiceField(
        label=gettext_lazy("Types of campaigns"),
        choices=CampaignType.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    discount_over = forms.DecimalField(
        label=gettext_lazy("A discount over, in percent"),
        required=False,
        min_value=0,
        max_value=100,
        decimal_places=2,
    )
    warnings = forms.BooleanField(label=gettext_lazy("The checks warn"), required=False)
    regions = forms.MultipleChoiceField(
        label=gettext_lazy("Stores in these regions"), required=False, widget=forms.CheckboxSelectMultiple
    )
    differs = forms.BooleanField(label=gettext_lazy("The campaign differs from its template"), required=False)
    ai_written = forms.BooleanField(label=gettext_lazy("AI wrote part of the campaign"), required=False)

    WHEN: Final = ("types", "discount_over", "warnings", "regions", "differs", "ai_written")
    TIMERS: Final = ("due_hours", "warn_hours", "escalate_hours", "to_roles", "to_groups", "to_people")

    def __init__(self, *args: Any, directory: Directory, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.directory = directory
        people = [(str(pk), person.display_name) for pk, person in directory.known.items()]
        for name, choices in (
            ("groups", directory.groups),
            ("to_groups", directory.groups),
            ("people", people),
            ("to_people", people),
            ("regions", directory.regions),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        for name in ("add_person", "add_to_person"):
            self.fields[name].widget.attrs |= {"list": "deciders", "autocomplete": "off"}

    @property
    def is_removed(self) -> bool:
        """Whether it is taken out, and can still be put back."""
        return str(self["removed"].value() or "False") not in ("False", "0")

    @property
    def has_conditions(self) -> bool:
        """Whether it is not always needed, as it stands or was typed."""
        return any(self[name].value() for name in self.WHEN)

    MANY: Final = ("roles", "groups", "people", "to_roles", "to_groups", "to_people", "types", "regions")

    @property
    def opens_timers(self) -> bool:
        """Whether its due time is shown at once: it has one, or something is wrong there."""
        return any(self[name].value() or self[name].errors for name in (*self.TIMERS, "add_to_person"))

    @property
    def opens_conditions(self) -> bool:
        """Whether its conditions are shown at once."""
        return any(self[name].value() or self[name].errors for name in self.WHEN)

    @property
    def doubts(self) -> list[str]:
        """What its people would not be enough for, as it stands now."""
        try:
            roles, groups, people = (self[name].value() or [] for name in ("roles", "groups", "people"))
            rule = self["rule"].value() or "any"
            count = int(self["count"].value() or 1) if rule == "count" else 1
            stage = Stage(people=_seats(roles, groups, people, None), rule=rule, count=count)
        except ValueError:
            return []
        return doubts_about(stage, self.directory.deciders)

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """The people who are chosen, by id and name."""
        return self._chosen("people")

    @property
    def to_chosen(self) -> list[tuple[str, str]]:
        """The people to whom it escalates."""
        return self._chosen("to_people")

    def _chosen(self, name: str) -> list[tuple[str, str]]:
        known = dict(self.fields[name].choices)  # type: ignore[attr-defined]
        return [(str(key), known[str(key)]) for key in (self[name].value() or []) if str(key) in known]

    def clean_add_person(self) -> User | None:
        text = self.cleaned_data["add_person"]
        return self.directory.find(text) if text.strip() else None

    def clean_add_to_person(self) -> User | None:
        text = self.cleaned_data["add_to_person"]
        return self.directory.find(text) if text.strip() else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        due, warn = data.get("due_hours"), data.get("warn_hours")
        if due is None and "due_hours" not in self.errors:
            for name in ("warn_hours", "escalate_hours"):
                if data.get(name) is not None:
                    self.add_error(name, _("This needs a due time."))
        elif due is not None and warn is not None and warn >= due:
            self.add_error("warn_hours", _("Fewer hours than until it is due."))
        if data.get("rule") == "count" and data.get("count") is None and "count" not in self.errors:
            self.add_error("count", _("Say how many."))
        if not self.errors:
            try:
                self.stage = self._read(data)
            except ShapeError as error:
                for one in error.errors():
                    self.add_error(None, str((one.get("ctx") or {}).get("error") or one["msg"]))
        return data

    def _read(self, data: Mapping[str, Any]) -> Stage:
        return Stage(
            key=data["key"],
            name=data["name"].strip(),
            people=_seats(data["roles"], data["groups"], data["people"], data["add_person"]),
            rule=data["rule"],
            count=data["count"] if data["rule"] == "count" else 1,
            due_hours=data["due_hours"],
            warn_hours=data["warn_hours"],
            escalate_hours=data["escalate_hours"],
            escalate_to=_seats(data["to_roles"], data["to_groups"], data["to_people"], data["add_to_person"]),
            conditions=Conditions(
                types=data["types"],
                discount_over=data["discount_over"],
                warnings=data["warnings"],
                regions=data["regions"],
                differs=data["differs"],
                ai_written=data["ai_written"],
            ),
        )


def _seats(roles: list[str], groups: list[str], people: list[str], more: User | None) -> People:
    ids = dict.fromkeys([*(int(one) for one in people), *([more.pk] if more else [])])
    return People(
        roles=tuple(Role(one) for one in roles),
        groups=tuple(UUID(one) for one in groups),
        people=tuple(ids),
    )


def initial_of(stage: Stage) -> dict[str, Any]:
    """A stage as its form begins with it."""
    when = stage.conditions
    return {
        "key": stage.key,
        "name": stage.label,
        "roles": list(stage.people.roles),
        "groups": [str(one) for one in stage.people.groups],
        "people": [str(one) for one in stage.people.people],
        "rule": stage.rule,
        "count": stage.count if stage.rule == "count" else None,
        "due_hours": stage.due_hours,
        "warn_hours": stage.warn_hours,
        "escalate_hours": stage.escalate_hours,
        "to_roles": list(stage.escalate_to.roles),
        "to_groups": [str(one) for one in stage.escalate_to.groups],
        "to_people": [str(one) for one in stage.escalate_to.people],
        "types": list(when.types),
        "discount_over": when.discount_over,
        "warnings": when.warnings,
        "regions": [str(one) for one in when.regions],
        "differs": when.differs,
        "ai_written": when.ai_written,
    }
