"""`/styleguide/`: every component in every state, for who builds pages and for the tests that look at it.

What it shows is made up here and belongs to nobody; it reads no business data.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from storesync.core import icons, statuses
from storesync.core.frames import MailFrameResponse
from storesync.core.paging import Page
from storesync.core.permissions import SIGNED_IN
from storesync.core.tables import (
    NumberColumn,
    PrimaryColumn,
    SelectColumn,
    StatusColumn,
    Table,
    TextColumn,
    WhenColumn,
)
from storesync.core.views import GuardedView

MAIL = """<!doctype html>
<html lang="en">
<head><title>Sample</title><style>
body { margin: 0; font: 15px Arial, sans-serif; color: #222; background: #f2f2f2 }
.w { max-width: 560px; margin: auto; background: #fff }
.h { padding: 28px; font-size: 26px; font-weight: bold; color: #fff; background: #0b6b62 }
.p { padding: 20px }
.b { display: inline-block; padding: 12px 22px; color: #fff; background: #3552d0; border-radius: 4px }
.s { font-size: 12px; color: #595959 }
</style></head>
<body><div class="w">
<div class="h">Double points until Sunday</div>
<div class="p"><p>Hello Anna, this week only at Leeds Arcade.</p>
<p>Show this e-mail at the till and earn twice the points on everything in store.</p>
<p><span class="b">Find your store</span></p>
<p class="s">Offer valid in participating stores. Terms apply. Unsubscribe</p></div>
</div></body></html>"""


@dataclass(frozen=True)
class SampleRow:
    """A campaign that does not exist."""

    pk: int
    name: str
    where: str
    status: str
    start: date
    recipients: int

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return "#table"


@dataclass(frozen=True)
class SamplePerson:
    """Somebody who does not exist."""

    display_name: str
    initials: str


class SampleTable(Table):
    """The columns that lists are made of."""

    select = SelectColumn()
    name = PrimaryColumn(verbose_name=_("Campaign"), linkify=True, second=lambda row: _("from a template"))
    where = TextColumn(verbose_name=_("Where"), p=3)
    status = StatusColumn(verbose_name=_("Status"))
    start = WhenColumn(verbose_name=_("Start"))
    recipients = NumberColumn(verbose_name=_("Recipients"))

    class Meta(Table.Meta):
        sequence: tuple[str, ...] = ("select", "name", "where", "status", "start", "recipients")


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(label=_("Title"), help_text=_("Shown in lists, not to customers."), max_length=60)
    subject = forms.CharField(label=_("Subject"), initial="Double points until Sunday")
    greeting = forms.CharField(label=_("Greeting"), widget=forms.Textarea, required=False)
    start = forms.DateField(label=_("Start"), widget=forms.DateInput(attrs={"type": "date"}), required=False)
    discount = forms.DecimalField(label=_("Discount in per cent"), required=False, min_value=0, max_value=100)
    region = forms.ChoiceField(label=_("Region"), choices=[("n", "North"), ("s", "South")], required=False)
    channel = forms.ChoiceField(
        label=_("Channel"), choices=[("e", _("E-mail")), ("t", _("Text message"))], widget=forms.RadioSelect
    )
    days = forms.MultipleChoiceField(
        label=_("Days"),
        choices=[("mo", _("Monday")), ("tu", _("Tuesday"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    colour = forms.CharField(
        label=_("Colour"), widget=forms.TextInput(attrs={"type": "color"}), initial="#3552d0"
    )
    consent = forms.BooleanField(
        label=_("Recipients have agreed"), help_text=_("Needed before the first send.")
    )
    upload = forms.FileField(label=_("Recipients"), help_text=_("CSV or Excel."), required=False)
    footer = forms.CharField(
        label=_("Legal footer"),
        initial="Offer valid in participating stores.",
        widget=forms.TextInput(attrs={"readonly": True}),
        required=False,
    )
    closed = forms.CharField(label=_("Not for your role"), initial="–", disabled=True, required=False)


class Styleguide(GuardedView, TemplateView):
    """All components on one page."""

    permission = SIGNED_IN
    template_name = "core/styleguide.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = [
            SampleRow(1, "Spring loyalty boost", "Leeds Arcade", "draft", date(2026, 11, 10), 0),
            SampleRow(2, "Summer sale", "Hull Station", "pending_review", date(2026, 11, 11), 1335),
            SampleRow(3, "Back to school", "York Retail Park", "rejected", date(2026, 11, 12), 420),
            SampleRow(4, "Opening weekend", "Dover Quay", "scheduled", date(2026, 11, 14), 12480),
            SampleRow(5, "Click & collect launch", "Bath Spa Road", "active", date(2026, 11, 15), 30200),
        ]
        maya = SamplePerson("Maya Okafor", "MO")
        at = datetime(2026, 11, 18, 9, 12, tzinfo=UTC)
        changes = [
            {
                "label": _("Subject"),
                "before": "Spring loyalty boost – extra points all week",
                "after": "Spring loyalty boost – double points until Sunday",
            },
            {"label": _("Discount"), "before": "10 %", "after": "20 %", "note": _("store text")},
        ]
        return super().get_context_data(**kwargs) | {
            "page_title": _("Style guide"),
            "icons": sorted(icons.ICONS),
            "statuses": statuses.STATUSES,
            "tones": statuses.TONES,
            "form": SampleForm(),
            "bad_form": SampleForm({"title": "", "channel": "", "discount": "140"}, prefix="bad"),
            "table": SampleTable(rows, order_by=self.request.GET.get("sort", "-start"), request=self.request),
            "page": Page(
                rows=[], start=26, total=248, more_than_total=False, previous="a", next="b", size=25
            ),
            "pills": [
                {"label": _("Region"), "value": "North, East", "url": "?"},
                {"label": _("Channel"), "value": _("E-mail"), "url": "?"},
            ],
            "tabs": [
                {"label": _("All"), "url": "?", "current": True, "count": 248},
                {"label": _("Waiting for me"), "url": "?", "current": False, "count": 12},
                {"label": _("History"), "url": "?", "current": False, "count": None},
            ],
            "steps": [
                {"title": _("Submitted"), "who": "Jonas Lind", "when": at, "state": "done"},
                {
                    "title": _("Brand check"),
                    "who": "Maya Okafor",
                    "when": at,
                    "state": "done",
                    "comment": "Logo and colours fine.",
                },
                {"title": _("Legal review"), "note": _("Waiting for Legal"), "state": "now"},
                {"title": _("Scheduled"), "state": ""},
            ],
            "changes": changes,
            "facts": [
                {"label": _("Store number"), "value": "118"},
                {"label": _("Location"), "value": "Leeds Arcade", "url": "#facts"},
                {"label": _("Phone"), "value": ""},
            ],
            "events": [
                {"icon": "approve", "title": _("Approved"), "who": "Maya Okafor", "at": at},
                {"icon": "edit", "title": _("Edited"), "who": "Jonas Lind", "at": at, "changes": changes},
            ],
            "menu": [
                {"label": _("Copy"), "url": "#menu-sample", "icon": "copy"},
                {"label": _("Archive"), "url": "#menu-sample", "icon": "archive", "danger": True},
            ],
            "segments": [("delivered", 11902, ""), ("failed", 214, ""), ("pending", 18084, "")],
            "author": maya,
            "at": at,
            "day": date(2026, 11, 23),
            "amount": Decimal("1250"),
            "sender": "Leeds Arcade <leeds@acme.example>",
            "mail_url": reverse("core:styleguide-mail"),
        }


class StyleguideMail(GuardedView):
    """The sample message inside the e-mail frames."""

    permission = SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponse:
        """The message, with its own policy."""
        return MailFrameResponse(MAIL)
