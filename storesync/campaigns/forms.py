"""Forms of templates, roll-outs and campaigns; each hands plain data to an action, which decides."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, Final, cast, get_args

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from storesync.brands.addresses import country_name
from storesync.brands.models import Brand, Location, Region
from storesync.campaigns.actions.template import OPEN_FIELDS
from storesync.campaigns.models import AtDeadline, CampaignType, TemplateVersion
from storesync.campaigns.schedule import (
    ON_APPROVAL,
    Schedule,
    ScheduleInvalid,
    read_wall_clock,
    to_utc,
)
from storesync.campaigns.selection import numbers_in
from storesync.content.blocks import BLOCK_TYPES, BlockError, block_type_name, field_name
from storesync.content.variables import NUMERIC, Variable

WALL_CLOCK: Final = "%Y-%m-%dT%H:%M"
PRODUCT_PARTS: Final = ("name", "price", "old_price", "note", "url", "image")
MAX_UPLOAD: Final = 10 * 1024 * 1024


class TemplateForm(forms.Form):
    """A new template."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    campaign_type = forms.ChoiceField(label=gettext_lazy("Campaign type"), choices=CampaignType.choices)
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PublishForm(forms.Form):
    """What changed, for those who use the template."""

    notes = forms.CharField(
        label=gettext_lazy("What is new in this version"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LinesForm(forms.Form):
    """Subject, preheader, and what else stores may change."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=200)
    preheader = forms.CharField(
        label=gettext_lazy("Preheader"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Shown in the inbox after the subject."),
    )
    open_fields = forms.MultipleChoiceField(
        label=gettext_lazy("Stores may change"),
        choices=[
            ("subject", gettext_lazy("Subject")),
            ("preheader", gettext_lazy("Preheader")),
            ("schedule", gettext_lazy("Dates")),
        ],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    assert OPEN_FIELDS == ("subject", "preheader", "schedule")  # noqa: S101 - the choices above say the same


class VariableForm(forms.Form):
    """One variable that a template declares."""

    name = forms.SlugField(
        label=gettext_lazy("Name"),
        max_length=63,
        help_text=gettext_lazy("Small letters and _; written as {{ name }}."),
    )
    label = forms.CharField(label=gettext_lazy("Label"), max_length=80)
    type = forms.ChoiceField(
        label=gettext_lazy("Type"),
        choices=[
            ("text", gettext_lazy("Text")),
            ("number", gettext_lazy("Number")),
            ("percent", gettext_lazy("Percentage")),
            ("money", gettext_lazy("Money")),
            ("date", gettext_lazy("Date")),
            ("choice", gettext_lazy("Choice")),
            ("url", gettext_lazy("Link")),
        ],
    )
    fallback = forms.CharField(label=gettext_lazy("Fallback"), max_length=200, required=False)
    minimum = forms.CharField(label=gettext_lazy("Smallest"), max_length=20, required=False)
    maximum = forms.CharField(label=gettext_lazy("Largest"), max_length=20, required=False)
    choices = forms.CharField(
        label=gettext_lazy("Choices"),
        max_length=1000,
        required=False,
        help_text=gettext_lazy("Separated by commas."),
    )
    required = forms.BooleanField(label=gettext_lazy("Needed"), required=False, initial=True)

    def declared(self) -> dict[str, Any]:
        """The declaration as the template stores it."""
        data = self.cleaned_data
        kept = {name: data[name] for name in ("minimum", "maximum") if data[name]}
        if data["choices"]:
            kept["choices"] = [one.strip() for one in data["choices"].split(",") if one.strip()]
        return {
            "name": data["name"],
            "label": data["label"],
            "type": data["type"],
            "fallback": data["fallback"],
            "required": data["required"],
            **kept,
        }

    @staticmethod
    def initial_of(declared: Mapping[str, Any]) -> dict[str, Any]:
        """What the form shows of a declaration."""
        return {**declared, "choices": ", ".join(declared.get("choices") or ())}


class ProductsField(forms.CharField):
    """Products as lines: name | price | old price | note | link | image."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return value
        lines = (" | ".join(str(one.get(part, "")) for part in PRODUCT_PARTS) for one in value)
        return "\n".join(line.rstrip(" |") for line in lines)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return [
            dict(zip(PRODUCT_PARTS, (part.strip() for part in line.split("|")), strict=False))
            for line in text.splitlines()
            if line.strip()
        ]


def block_fields(block: Mapping[str, Any]) -> Iterator[tuple[str, forms.Field]]:
    """A form field for each content field of a block, as its type and its rules want it."""
    kind = BLOCK_TYPES[block["type"]]
    rules = block.get("rules") or {}
    for name in kind.content_fields():
        info = kind.model_fields[name]
        rule = rules.get(name) or {}
        label = field_name(name)
        limit = rule.get("max_length")
        needed = info.is_required()
        if info.annotation is bool:
            yield name, forms.BooleanField(label=label, required=False)
        elif name == "products":
            yield (
                name,
                ProductsField(
                    label=label,
                    help_text=_("A line each: name | price | old price | note | link | image"),
                    widget=forms.Textarea(attrs={"rows": 4}),
                ),
            )
        elif rule.get("choices"):
            yield name, forms.ChoiceField(label=label, choices=[(one, one) for one in rule["choices"]])
        elif name in {"level", "unit"}:
            yield name, forms.ChoiceField(label=label, choices=_words_of(name, get_args(info.annotation)))
        elif name in {"starts_on", "ends_on"}:
            yield (
                name,
                forms.DateField(
                    label=label,
                    required=False,
                    widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
                ),
            )
        else:
            long = name in kind.marked_up
            yield (
                name,
                forms.CharField(
                    label=label,
                    required=needed,
                    max_length=limit,
                    strip=True,
                    widget=forms.Textarea(attrs={"rows": 6}) if long else forms.TextInput(),
                    help_text=_help(rule),
                ),
            )


def _words_of(name: str, values: Iterable[Any]) -> list[tuple[str, str]]:
    words = {
        "percent": _("per cent"),
        "money": _("money"),
        "text": _("words"),
        "1": _("large"),
        "2": _("small"),
    }
    return [(str(one), words.get(str(one), str(one))) for one in values]


def _help(rule: Mapping[str, Any]) -> str:
    """The limits of a field in words."""
    words = []
    if rule.get("max_length"):
        words.append(_("At most %(limit)d characters.") % {"limit": rule["max_length"]})
    if rule.get("minimum") is not None:
        words.append(_("At least %(minimum)s.") % {"minimum": rule["minimum"]})
    if rule.get("maximum") is not None:
        words.append(_("At most %(maximum)s.") % {"maximum": rule["maximum"]})
    return " ".join(words)


class BlockForm(forms.Form):
    """The fields of one block of a template, and whether stores may touch it."""

    def __init__(self, *args: Any, block: Mapping[str, Any], **kwargs: Any) -> None:
        self.block = block
        kwargs |= {"initial": dict(block), "prefix": "block"}
        super().__init__(*args, **kwargs)
        self.fields.update(block_fields(block))
        self.fields["locked"] = forms.BooleanField(label=_("Locked: stores cannot change it"), required=False)
        for name in BLOCK_TYPES[block["type"]].marked_up:
            self.fields[f"limit_{name}"] = forms.IntegerField(
                label=_("Most characters a store may write"),
                required=False,
                min_value=1,
                max_value=5000,
                initial=(block.get("rules") or {}).get(name, {}).get("max_length"),
            )

    def changed_block(self) -> dict[str, Any]:
        """The block with what was typed."""
        data = dict(self.cleaned_data)
        rules = {name: dict(rule) for name, rule in (self.block.get("rules") or {}).items()}
        for name in [one for one in data if one.startswith("limit_")]:
            field, limit = name.removeprefix("limit_"), data.pop(name)
            if limit:
                rules.setdefault(field, {})["max_length"] = limit
            elif field in rules:
                rules[field].pop("max_length", None)
        for name in ("starts_on", "ends_on"):
            if name in data:
                data[name] = data[name].isoformat() if data[name] else None
        if "level" in data:
            data["level"] = int(data["level"])
        return {**self.block, **data, "rules": rules}


class Part:
    """One block on the edit page of a store: its fields when it may be changed, else why not."""

    def __init__(self, block: Mapping[str, Any], fields: Sequence[BoundField]) -> None:
        self.block = block
        self.name = block_type_name(block["type"])
        self.fields = fields
        self.locked = bool(block.get("locked"))

    @property
    def shown(self) -> list[tuple[str, Any]]:
        """What a locked block holds, to read."""
        kind = BLOCK_TYPES[self.block["type"]]
        return [
            (field_name(name), self.block[name])
            for name in (*kind.texts, *kind.marked_up, *kind.addresses)
            if self.block.get(name)
        ]


class CampaignForm(forms.Form):
    """What a store may change of its campaign: unlocked fields of blocks, and what the template opens."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        blocks: Sequence[Mapping[str, Any]],
        template: TemplateVersion,
        subject: str,
        preheader: str,
        schedule: Mapping[str, str],
        version: int,
        everything: bool,
        **kwargs: Any,
    ) -> None:
        self.blocks = blocks
        initial: dict[str, Any] = {"version": version}
        self.open = [name for name in OPEN_FIELDS if everything or name in template.open_fields]
        # Subject and preheader stay the template's even for managers; dates are theirs to move.
        if everything:
            self.open = [name for name in self.open if name in (*template.open_fields, "schedule")]
        lines = {"subject": (subject, True), "preheader": (preheader, False)}
        fields: dict[str, forms.Field] = {}
        for name, (value, needed) in lines.items():
            if name in self.open:
                fields[name] = forms.CharField(label=field_name(name), max_length=200, required=needed)
                initial[name] = value
        self.names: dict[str, tuple[str, str]] = {}
        for block in blocks:
            if block.get("locked"):
                continue
            rules = block.get("rules") or {}
            for name, field in block_fields(block):
                if (rules.get(name) or {}).get("locked"):
                    continue
                key = f"block-{block['id']}-{name}"
                fields[key] = field
                self.names[key] = (block["id"], name)
                initial[key] = block.get(name)
        if "schedule" in self.open:
            fields |= _date_fields()
            initial |= dates_initial(schedule)
        super().__init__(*args, **(kwargs | {"initial": initial}))
        self.fields.update(fields)

    def parts(self) -> list[Part]:
        """The blocks in their order, each with its fields."""
        own: dict[str, list[BoundField]] = {}
        for key, (block_id, _name) in self.names.items():
            own.setdefault(block_id, []).append(self[key])
        return [Part(block, own.get(block["id"], [])) for block in self.blocks]

    def lines(self) -> list[BoundField]:
        """Subject and preheader where stores may change them."""
        return [self[name] for name in ("subject", "preheader") if name in self.fields]

    def dates(self) -> list[BoundField]:
        """The fields of the dates, where stores may change them."""
        return [self[name] for name in ("start_kind", "start", "end") if name in self.fields]

    def edits(self) -> dict[str, dict[str, Any]]:
        """What was typed, by block and field, as the action takes it."""
        found: dict[str, dict[str, Any]] = {}
        for key, (block_id, name) in self.names.items():
            value = self.cleaned_data.get(key)
            if name in {"starts_on", "ends_on"}:
                value = value.isoformat() if value else None
            elif name == "level":
                value = int(value or 1)
            found.setdefault(block_id, {})[name] = value
        return found

    def schedule(self) -> dict[str, str] | None:
        """The dates that were chosen; None where they are not the store's."""
        return chosen_dates(self.cleaned_data) if "start_kind" in self.fields else None

    def take_errors(self, errors: Iterable[BlockError]) -> None:
        """Put what content refuses at its field, with line and column (Rule T2)."""
        keys = {place: key for key, place in self.names.items()}
        for error in errors:
            key = keys.get((error.block_id, error.field.partition(".")[0])) or error.field
            self.add_error(key if key in self.fields else None, place_of(error))


def place_of(error: BlockError) -> str:
    """An error of content with its line and column, where it has them."""
    if error.line > 1 or error.column > 1:
        return _("Line %(line)d, column %(column)d: %(message)s") % {
            "line": error.line,
            "column": error.column,
            "message": error.message,
        }
    return error.message


class WallClockField(forms.CharField):
    """Date and time as a clock on the wall shows them, of no zone (Rule S5); Django's own would take one."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(format=WALL_CLOCK, attrs={"type": "datetime-local"})
        super().__init__(required=False, widget=widget, **kwargs)

    def clean(self, value: Any) -> datetime | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_wall_clock(text[:16])
        except ScheduleInvalid as invalid:
            raise forms.ValidationError(str(invalid)) from None


def _date_fields() -> dict[str, forms.Field]:
    return {
        "start_kind": forms.ChoiceField(
            label=_("Start"),
            choices=[(ON_APPROVAL, _("As soon as approved")), ("date", _("At a date"))],
            widget=forms.RadioSelect,
        ),
        "start": WallClockField(label=_("Start date"), help_text=_("In the store's own time.")),
        "end": WallClockField(label=_("End"), help_text=_("Left empty, it ends when everything is sent.")),
    }


def dates_initial(schedule: Mapping[str, str]) -> dict[str, Any]:
    """What the fields of the dates show of a schedule."""
    start = schedule.get("start") or ON_APPROVAL
    fixed = start != ON_APPROVAL
    return {
        "start_kind": "date" if fixed else ON_APPROVAL,
        "start": start if fixed else None,
        "end": schedule.get("end"),
    }


def chosen_dates(data: Mapping[str, Any]) -> dict[str, str]:
    """A schedule from the fields of the dates."""
    start = data.get("start") if data.get("start_kind") == "date" else None
    return Schedule(start, data.get("end")).as_json()


class RolloutStartForm(forms.Form):
    """Step 1: which template."""

    template = forms.ModelChoiceField(
        label=gettext_lazy("Template"),
        queryset=TemplateVersion.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the roll-out"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("The template's name, if left empty."),
    )

    def __init__(self, *args: Any, versions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(Any, self.fields["template"]).queryset = versions


class LocationsForm(forms.Form):
    """Step 2: everything that matches a filter, or a list of store numbers (Rule L1)."""

    mode = forms.ChoiceField(
        label=gettext_lazy("Choose by"),
        choices=[("filter", gettext_lazy("Filter")), ("list", gettext_lazy("List of store numbers"))],
        widget=forms.RadioSelect,
        initial="filter",
    )
    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100)
    region = forms.ModelChoiceField(
        label=gettext_lazy("Region"),
        queryset=Region.objects.none(),
        required=False,
        empty_label=gettext_lazy("All regions"),
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    state = forms.CharField(label=gettext_lazy("State or province"), required=False, max_length=80)
    city = forms.CharField(label=gettext_lazy("City"), required=False, max_length=120)
    numbers = forms.CharField(
        label=gettext_lazy("Store numbers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("One a line, or separated by commas."),
    )

    def __init__(self, *args: Any, brand: Brand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.brand = brand
        cast(Any, self.fields["region"]).queryset = Region.objects.filter(brand=brand)
        language = get_language() or "en"
        countries = (
            Location.objects.filter(brand=brand)
            .exclude(country="")
            .order_by("country")
            .values_list("country", flat=True)
            .distinct()
        )
        cast(Any, self.fields["country"]).choices = [
            ("", _("All countries")),
            *sorted(((one, country_name(one, language)) for one in countries), key=itemgetter(1)),
        ]

    def clean(self) -> dict[str, Any]:
        data = cast(dict[str, Any], super().clean())
        if data.get("mode") == "list":
            numbers = numbers_in(data.get("numbers", ""))
            known = dict(
                Location.objects.filter(brand=self.brand, store_number__in=numbers).values_list(
                    "store_number", "pk"
                )
            )
            unknown = [number for number in numbers if number not in known]
            if not numbers:
                self.add_error("numbers", _("Write at least one store number."))
            if unknown:
                self.add_error(
                    "numbers",
                    _("There is no store with the number %(numbers)s.")
                    % {"numbers": ", ".join(unknown[:10])},
                )
            data["location_ids"] = list(known.values())
        return data

    def filters(self) -> dict[str, str]:
        """The filters as selection.py reads them."""
        data = self.cleaned_data
        region = data.get("region")
        return {
            "q": data.get("q", ""),
            "region": str(region.pk) if region else "",
            "country": data.get("country", ""),
            "state": data.get("state", ""),
            "city": data.get("city", ""),
        }


class PlanForm(forms.Form):
    """Step 3: values, recipients, dates, and how free stores are."""

    recipients = forms.CharField(
        label=gettext_lazy("Recipients"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Paste lines: address, first name, last name, store number."),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file"),
        required=False,
        help_text=gettext_lazy("CSV with the same columns, up to 10 MB."),
    )
    edit_deadline = WallClockField(
        label=gettext_lazy("Edit deadline"),
        help_text=gettext_lazy("Until when stores may change their campaign, in the brand's time."),
    )
    at_deadline = forms.ChoiceField(
        label=gettext_lazy("Drafts that nobody touched by then"), choices=AtDeadline.choices, required=False
    )
    holdout = forms.DecimalField(
        label=gettext_lazy("Held out, per cent"),
        min_value=0,
        max_value=50,
        decimal_places=1,
        required=False,
        help_text=gettext_lazy("Recipients who get nothing, so that the lift can be measured."),
    )

    def __init__(
        self,
        *args: Any,
        variables: Iterable[Variable],
        values: Mapping[str, str],
        brand: Brand,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.brand = brand
        self.variables = [one for one in variables if one.source == "rollout"]
        own: dict[str, forms.Field] = {}
        for variable in self.variables:
            own[f"value-{variable.name}"] = _value_field(variable)
            self.initial.setdefault(f"value-{variable.name}", values.get(variable.name, ""))
        self.fields = {**own, **_date_fields(), **self.fields}

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > MAX_UPLOAD:
            raise forms.ValidationError(_("The file is larger than 10 MB."))
        return file

    def clean_edit_deadline(self) -> Any:
        """Typed in the brand's time, whatever zone the reader's pages are in."""
        value = self.cleaned_data["edit_deadline"]
        return to_utc(value, self.brand.time_zone) if value else None

    def values(self) -> dict[str, object]:
        """The values by the names of their variables."""
        return {one.name: self.cleaned_data.get(f"value-{one.name}") for one in self.variables}

    def value_fields(self) -> list[BoundField]:
        """The fields of the values."""
        return [self[f"value-{one.name}"] for one in self.variables]


def _value_field(variable: Variable) -> forms.Field:
    label, needed = _(variable.label), variable.required and not variable.fallback
    words = [_("Otherwise: %(fallback)s") % {"fallback": variable.fallback}] if variable.fallback else []
    if variable.minimum is not None or variable.maximum is not None:
        words.append(
            _("From %(minimum)s to %(maximum)s.")
            % {"minimum": variable.minimum or "…", "maximum": variable.maximum or "…"}
        )
    common: dict[str, Any] = {"label": label, "required": needed, "help_text": " ".join(words)}
    if variable.type == "choice":
        return forms.ChoiceField(choices=[("", "–"), *((one, one) for one in variable.choices)], **common)
    if variable.type == "date":
        return forms.CharField(widget=forms.DateInput(attrs={"type": "date"}), **common)
    if variable.type in NUMERIC:
        return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **common)
    return forms.CharField(max_length=variable.max_length or 2000, **common)


class ReasonForm(forms.Form):
    """Why a campaign is cancelled or paused, for the history."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300, required=False)
