"""Forms of guidelines. They check what was typed; the rules' own schema says what is wrong, and where."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.brands.models import Brand, Location, Region
from storesync.content.campaign_types import CampaignType
from storesync.core.choices import currencies
from storesync.guidelines.clients import FAMILIES
from storesync.guidelines.describing import kind_help, language_name
from storesync.guidelines.rules import KINDS, BaseRule, RulesInvalid, dump_rules, read_rules
from storesync.guidelines.tryout import MOST

SCOPE: Final = ("regions", "languages", "campaign_types")


class Lines(forms.CharField):
    """A list, an entry a line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[str]:
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]


class WordLines(Lines):
    """Words, one a line; "gratis = included" says what to write instead."""

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return value
        return "\n".join(
            f"{one['text']} = {one['instead']}" if one["instead"] else one["text"] for one in value
        )

    def clean(self, value: Any) -> Any:
        parts = [line.partition("=") for line in super().clean(value)]
        return [{"text": text.strip(), "instead": instead.strip()} for text, _equals, instead in parts]


class RuleForm(forms.Form):
    """One rule of any kind: its own fields, how bad it is, why, and for which mails."""

    draft_number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self, *args: Any, kind: str, brand: Brand, rule: Mapping[str, Any] | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.rule = kind, rule
        given = rule or defaults_of(kind)
        self.own = list(_fields(kind))
        self.fields.update(self.own)
        self.fields["level"] = forms.ChoiceField(
            label=_("What happens"),
            choices=[
                ("error", _("Error: the mail cannot be submitted")),
                ("warning", _("Warning: it is told, and the mail may be submitted")),
            ],
            widget=forms.RadioSelect,
        )
        self.fields["why"] = forms.CharField(
            label=_("Why"),
            required=False,
            max_length=300,
            help_text=_("In your words; the store reads it beside the finding."),
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        self.fields.update(_scope_fields(brand, given))
        for name, field in self.fields.items():
            if name in given:
                field.initial = given[name]

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """The fields of the kind."""
        return [self[name] for name, _field in self.own]

    @property
    def scope_fields(self) -> list[forms.BoundField]:
        """For which mails the rule is."""
        return [self[name] for name in SCOPE]

    @property
    def has_scope(self) -> bool:
        """Whether the rule as it stands, or as it was typed, is not for all mails."""
        return any(self[name].value() for name in SCOPE)

    def changed_rule(self, rule_id: str, *, on: bool) -> dict[str, Any]:
        """The rule as it was typed."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "draft_number"}
        return {"id": rule_id, "kind": self.kind, "on": on} | {
            name: value for name, value in data.items() if value is not None
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            try:
                self.read: BaseRule = read_rules([self.changed_rule("rule", on=True)])[0]
            except RulesInvalid as invalid:
                self.take(invalid)
        return data

    def take(self, invalid: RulesInvalid) -> None:
        """Put each error of a rule at its field."""
        for error in invalid.errors:
            self.add_error(error.field if error.field in self.fields else None, error.message)

    def renew(self, draft_number: int) -> None:
        """Let the next save of this page stand on the draft as it is now."""
        data: Any = self.data
        self.data = data = data.copy()
        data[self.add_prefix("draft_number")] = str(draft_number)

    def as_rule(self, rule_id: str, *, on: bool) -> dict[str, Any]:
        """The valid rule as plain data."""
        return dump_rules(read_rules([self.changed_rule(rule_id, on=on)]))[0]


def defaults_of(kind: str) -> dict[str, Any]:
    """What a new rule of this kind begins with."""
    fields = KINDS[kind].model_fields
    return {
        name: str(field.default) if isinstance(field.default, Decimal) else field.default
        for name, field in fields.items()
        if not field.is_required()
    }


def _number(label: str, *, help_text: str = "", required: bool = True) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, help_text=help_text, required=required, min_value=0, max_value=10_000
    )


def _fields(kind: str) -> Iterable[tuple[str, forms.Field]]:
    """The fields that only this kind of rule has."""
    help_text = kind_help(kind)
    if kind in ("banned_words", "required_words"):
        instead = _("“gratis = included” says what to write instead.") if kind == "banned_words" else ""
        words = _("A word or phrase a line. A star at the end means any ending: gratis*")
        yield (
            "words",
            WordLines(
                label=_("Words"),
                help_text=f"{words} {instead}".strip(),
                widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
            ),
        )
    if kind == "required_words":
        yield (
            "need",
            forms.ChoiceField(
                label=_("How many of them"),
                choices=[("all", _("All of them")), ("one", _("One of them is enough"))],
                widget=forms.RadioSelect,
            ),
        )
    if kind == "disclaimer":
        widget = forms.Textarea(attrs={"rows": 5, "dir": "auto"})
        yield "text", forms.CharField(label=_("Text"), max_length=2_000, help_text=help_text, widget=widget)
    if kind == "largest_discount":
        yield "percent", forms.DecimalField(label=_("Percent off, at most"), help_text=help_text)
    if kind == "lowest_price":
        yield "amount", forms.DecimalField(label=_("Price, at least"), help_text=help_text)
        yield "currency", forms.ChoiceField(label=_("Currency"), choices=currencies())
    if kind in ("allowed_link_hosts", "allowed_image_hosts"):
        yield (
            "hosts",
            Lines(
                label=_("Hosts"),
                required=kind == "allowed_link_hosts",
                help_text=_("One a line, such as shop.example.") + f" {help_text}",
                widget=forms.Textarea(attrs={"rows": 5}),
            ),
        )
    if kind in ("subject_length", "preheader"):
        yield "minimum", _number(label=_("Characters, at least"), required=False)
        yield "maximum", _number(label=_("Characters, at most"), required=False)
    if kind in ("subject_emoji", "image_count", "alternative_text"):
        label = _("Characters, at most") if kind == "alternative_text" else _("At most")
        yield "maximum", _number(label=label, help_text=help_text)
    if kind == "shouting":
        yield (
            "capitals",
            _number(label=_("Percent of capitals, at most"), help_text=help_text),
        )
        yield "exclamations", _number(label=_("Exclamation marks in a row, at most"))
    if kind == "mail_size":
        yield "kilobytes", _number(label=_("Kilobytes, at most"), help_text=help_text)
    if kind == "contrast":
        words = _("4.5 is what WCAG asks for (AA), 7 is better (AAA).")
        yield "ratio", forms.DecimalField(label=_("Contrast, at least"), help_text=words)
    if kind == "mail_programs":
        yield (
            "families",
            forms.MultipleChoiceField(
                label=_("Mail programs"),
                choices=list(FAMILIES.items()),
                help_text=help_text,
                widget=forms.CheckboxSelectMultiple,
            ),
        )


def _scope_fields(brand: Brand, given: Mapping[str, Any]) -> Mapping[str, forms.Field]:
    regions = region_choices()
    return {
        "regions": forms.MultipleChoiceField(
            label=_("Regions"),
            required=False,
            choices=[*regions, *_gone(given.get("regions", ()), regions)],
            help_text=_("With everything below them. None: everywhere."),
            widget=forms.CheckboxSelectMultiple,
        ),
        "languages": forms.MultipleChoiceField(
            label=_("Languages"),
            required=False,
            choices=language_choices(brand, given.get("languages", ())),
            help_text=_("Of the store. None: all."),
            widget=forms.CheckboxSelectMultiple,
        ),
        "campaign_types": forms.MultipleChoiceField(
            label=_("Campaign types"),
            required=False,
            choices=CampaignType.choices,
            help_text=_("None: all."),
            widget=forms.CheckboxSelectMultiple,
        ),
    }


def _gone(chosen: Iterable[str], known: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Regions of the rule that are not there any more, so that they can be taken out."""
    ids = {pk for pk, _name in known}
    return [(str(pk), _("A region that is gone")) for pk in chosen if str(pk) not in ids]


def region_choices() -> list[tuple[str, str]]:
    """The brand's regions as a tree reads: "North / Yorkshire"."""
    rows = {pk: (name, path) for pk, name, path in Region.objects.values_list("pk", "name", "path")}
    named = {
        str(pk): " / ".join(rows[one][0] for one in path if one in rows) for pk, (_name, path) in rows.items()
    }
    return sorted(named.items(), key=lambda row: row[1].casefold())


def language_choices(brand: Brand, chosen: Iterable[str] = ()) -> list[tuple[str, str]]:
    """The languages that the brand's stores write, and those chosen already."""
    spoken = Location.objects.exclude(language="").order_by().values_list("language", flat=True).distinct()
    tags = {tag.lower().replace("_", "-").partition("-")[0] for tag in [brand.language, *spoken]}
    return sorted(
        ((tag, language_name(tag)) for tag in tags | set(chosen)), key=lambda row: row[1].casefold()
    )


class PublishForm(forms.Form):
    """Make the draft a version."""

    draft_number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    notes = forms.CharField(
        label=gettext_lazy("Notes"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("What changed, and why. Everybody who writes campaigns reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    switch_on = forms.BooleanField(
        label=gettext_lazy("Switch it on at once"),
        required=False,
        help_text=gettext_lazy("Drafts are held against it from then on. What is approved stays approved."),
    )


class TryOutForm(forms.Form):
    """Which campaigns the rules are tried on."""

    most = forms.IntegerField(
        label=gettext_lazy("Campaigns, the newest first"), min_value=1, max_value=MOST, initial=1_000
    )
    since = forms.DateField(
        label=gettext_lazy("Only since"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    version = forms.ChoiceField(label=gettext_lazy("What to try"), required=False)

    def __init__(self, *args: Any, versions: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        numbers = [(str(n), _("Version %(number)d") % {"number": n}) for n in versions]
        self.fields["version"].choices = [("", _("The draft")), *numbers]  # type: ignore[attr-defined]


class TextForm(forms.Form):
    """A sentence to try, and where it would stand."""

    words = forms.CharField(
        label=gettext_lazy("Text"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"})
    )
    part = forms.ChoiceField(
        label=gettext_lazy("It is a"),
        choices=[
            ("text", gettext_lazy("Text")),
            ("subject", gettext_lazy("Subject")),
            ("heading", gettext_lazy("Heading")),
        ],
    )
    store = forms.CharField(
        label=gettext_lazy("Store"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Name or number; its region and language count."),
        widget=forms.TextInput(attrs={"list": "guideline-stores", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    campaign_type = forms.ChoiceField(label=gettext_lazy("Campaign type"), required=False)
    against = forms.ChoiceField(
        label=gettext_lazy("Rules"),
        choices=[("draft", gettext_lazy("Of the draft")), ("force", gettext_lazy("In force"))],
    )

    def __init__(self, *args: Any, brand: Brand, may_write: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.location: Location | None = None
        any_of = _("Any")
        languages = [("", any_of), *language_choices(brand)]
        self.fields["language"].choices = languages  # type: ignore[attr-defined]
        types = [("", any_of), *CampaignType.choices]
        self.fields["campaign_type"].choices = types  # type: ignore[attr-defined]
        if not may_write:
            del self.fields["against"]

    def clean_store(self) -> str:
        """Find the store, by its number or the beginning of its name."""
        asked: str = self.cleaned_data["store"].strip()
        if asked:
            stores = Location.objects.select_related("region")
            self.location = (
                stores.filter(store_number=asked).first()
                or stores.filter(name__iexact=asked).first()
                or stores.matching(asked).order_by("name").first()
            )
            if self.location is None:
                raise forms.ValidationError(_("There is no such store."))
        return asked
