"""After a rejection: its words where it is mended until it is handed in again; then what changed since."""

from django.test import Client

from storesync.approvals.actions import decide
from storesync.approvals.models import Decision, SubmissionItem
from storesync.campaigns.actions.edit import edit_campaign
from storesync.campaigns.models import LocationCampaign
from storesync.core.scoping import brand_scope
from tests.conftest import Cast
from tests.waves import campaigns_of, hand_in, launched_wave

BACKEND = "django.contrib.auth.backends.ModelBackend"
WORDS = "Name the opening hours of the store. " * 12 + "And the street."


def test_the_words_stay_until_it_is_handed_in_again(cast: Cast, client: Client) -> None:
    with brand_scope([cast.acme.pk]):
        wave = launched_wave(cast)
        items = hand_in(cast, wave)
        decide(items=[items[0].pk], decision=Decision.CHANGES_REQUESTED, actor=cast.approver, comment=WORDS)
        sent, _other = campaigns_of(wave)
    assert len(WORDS) > 400, "longer than the campaign's own line"
    client.force_login(cast.north_manager, backend=BACKEND)
    base = f"/b/acme/campaigns/{sent.pk}/"
    assert f'href="{base}edit/"' in client.get(items[0].get_absolute_url()).content.decode()
    for page in (client.get(base), client.get(f"{base}edit/")):
        text = page.content.decode()
        assert "And the street." in text and "Asked for changes: Priya Raman, Review" in text
        assert f'{items[0].get_absolute_url()}?part=comments"' in text
    with brand_scope([cast.acme.pk]):
        edit_campaign(
            campaign=sent,
            actor=cast.north_manager,
            version=sent.version,
            edits={"hello": {"text": "Open from nine."}},
        )
        assert LocationCampaign.objects.get(pk=sent.pk).status == "draft"
    assert "And the street." in client.get(f"{base}edit/").content.decode(), "while it is mended"
    answer = client.post("/b/acme/approvals/submit/", {"campaign": str(sent.pk), "confirmed": "1"})
    assert answer.status_code == 302
    assert "And the street." not in client.get(base).content.decode()
    assert f'href="{base}edit/"' not in client.get(items[0].get_absolute_url()).content.decode(), "waits anew"
    with brand_scope([cast.acme.pk]):
        again = SubmissionItem.objects.waiting().get(owner_id=sent.pk)
    client.force_login(cast.approver, backend=BACKEND)
    page = client.get(again.get_absolute_url()).content.decode()
    assert page.index("Since your comment on") < page.index("And the street.") < page.index("Open from nine.")
