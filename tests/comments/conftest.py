"""A campaign at leeds to talk about."""

from collections.abc import Callable, Iterator

import pytest

from storesync.accounts.models import User
from storesync.campaigns.models import LocationCampaign
from storesync.comments.actions import add_comment
from storesync.comments.models import Comment
from storesync.core.scoping import brand_scope
from storesync.notifications.models import Announcement
from tests.campaigns.making import make_wave
from tests.conftest import Cast

KIND = "campaign"
Say = Callable[..., Comment]


@pytest.fixture
def campaign(in_acme: Cast) -> LocationCampaign:
    """A draft at leeds: a locked heading, a text ("hello"), the details of the store."""
    made = make_wave(in_acme.acme, in_acme.leeds, in_acme.manager).campaigns.get()
    # What the launch tells people is no matter of comments.
    Announcement.objects.all().delete()
    return made


@pytest.fixture
def say(in_acme: Cast, campaign: LocationCampaign) -> Say:
    """Begin a thread, as the manager of the store unless told otherwise."""

    def _say(
        body: str = "Please name the weekday.",
        *,
        actor: User | None = None,
        place: str = "hello.text",
        mentions: tuple[int, ...] = (),
    ) -> Comment:
        return add_comment(
            owner_kind=KIND,
            owner_id=campaign.pk,
            place=place,
            body=body,
            actor=actor or in_acme.leeds_manager,
            mentions=mentions,
        )

    return _say


@pytest.fixture
def in_other(cast: Cast) -> Iterator[LocationCampaign]:
    """A campaign of the other brand; its scope is closed again."""
    with brand_scope([cast.other.pk]):
        found = make_wave(cast.other, cast.elsewhere, cast.stranger).campaigns.get()
    yield found
