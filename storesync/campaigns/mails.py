"""The mails that tell people about their campaigns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from storesync.accounts.models import User
from storesync.campaigns.models import CampaignNotice, LocationCampaign, NoticeKind

LISTED: Final = 20
"""Campaigns that a mail names; of more it says how many."""

_TEMPLATES: Final = {NoticeKind.START_NEAR: "campaign_start", NoticeKind.DEADLINE: "campaign_deadline"}


@dataclass(frozen=True, slots=True)
class Line:
    """One campaign in a mail: its store's own time, what it waits for, where it is read."""

    campaign: LocationCampaign
    when: str
    url: str


def mail_notices(person: User, kind: NoticeKind, notices: Sequence[CampaignNotice]) -> None:
    """Tell a person of campaigns of one brand, in their language."""
    brand, name = notices[0].brand, f"emails/{_TEMPLATES[kind]}"
    with translation.override(person.language):
        context = {
            "person": person,
            "brand": brand,
            "lines": [_line(one) for one in notices[:LISTED]],
            "count": len(notices),
            "more": max(len(notices) - LISTED, 0),
            "url": _absolute(reverse("campaigns:campaigns", args=[brand.slug])),
        }
        mail = EmailMultiAlternatives(
            subject=" ".join(render_to_string(f"{name}/subject.txt", context).split()),
            body=render_to_string(f"{name}/body.txt", context),
            to=[person.email],
            headers={"Auto-Submitted": "auto-generated"},
        )
        mail.attach_alternative(render_to_string(f"{name}/body.html", context), "text/html")
        mail.send()


def _line(notice: CampaignNotice) -> Line:
    campaign = notice.campaign
    zone = ZoneInfo(campaign.location.time_zone)
    return Line(
        campaign=campaign,
        when=date_format(notice.about.astimezone(zone), "SHORT_DATETIME_FORMAT"),
        url=_absolute(reverse("campaigns:campaign", args=[notice.brand.slug, campaign.pk])),
    )


def _absolute(path: str) -> str:
    return f"{settings.BASE_URL.rstrip('/')}{path}"
