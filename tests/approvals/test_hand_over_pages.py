"""Handing over on the pages: one item, and all that waits for a person, with a check first."""

from django.test import Client
from django.urls import reverse

from storesync.approvals.actions import submit
from storesync.approvals.models import SubmissionItem
from storesync.brands.actions.membership import grant_membership
from storesync.brands.models import Location
from storesync.brands.rights import Role
from tests.approvals.conftest import make_revision
from tests.conftest import Cast


def hand_in(cast: Cast, *places: Location) -> list[SubmissionItem]:
    """A leaflet of each of these stores, handed in by the manager of the north."""
    for place in places:
        submit(revisions=[make_revision(place, cast.north_manager).pk], actor=cast.north_manager)
    return list(SubmissionItem.objects.order_by("pk"))


def test_one_item_goes_to_somebody_else(as_approver: Client, in_acme: Cast) -> None:
    [item] = hand_in(in_acme, in_acme.leeds)
    url = f"{reverse('approvals:hand_over', args=['acme'])}?items={item.pk}"
    assert "Maya Okafor" in as_approver.get(url).content.decode()
    assert as_approver.post(url, {"to": in_acme.approver.pk}).status_code == 422
    assert as_approver.post(url, {"to": in_acme.viewer.pk}).status_code == 422
    done = as_approver.post(url, {"to": in_acme.manager.pk, "comment": "You know the store"})
    assert done.status_code == 302
    assert not SubmissionItem.objects.decidable_by(in_acme.approver).exists()
    assert SubmissionItem.objects.decidable_by(in_acme.manager).count() == 1
    again = as_approver.get(url)
    assert "You handed this over to Maya Okafor" in again.content.decode()
    assert as_approver.post(url, {"to": in_acme.admin.pk}).status_code == 409


def test_all_that_waits_goes_after_a_check_that_says_what_cannot(as_approver: Client, in_acme: Cast) -> None:
    """Three clicks: the page, "Check", "Hand over"."""
    grant_membership(
        brand=in_acme.acme,
        user=in_acme.viewer,
        role=Role.APPROVER,
        locations=[in_acme.leeds],
        actor=None,
    )
    _leeds, york = hand_in(in_acme, in_acme.leeds, in_acme.york)
    url = reverse("approvals:hand_over", args=["acme"])
    assert "2 items wait for you." in as_approver.get(url).content.decode()
    given = {"to": in_acme.viewer.pk, "comment": "Until Monday"}
    page = as_approver.post(url, given)
    check = page.content.decode()
    assert "1 item goes to Vera Viewer" in check
    assert "Vera Viewer may not decide for York Retail Park." in check
    assert SubmissionItem.objects.decidable_by(in_acme.approver).count() == 2, "nothing is done by a check"
    confirmed = given | {"confirmed": "1", "ready": page.context["ready_ids"]}
    assert as_approver.post(url, confirmed).status_code == 302
    assert list(SubmissionItem.objects.decidable_by(in_acme.approver)) == [york]
    assert as_approver.post(url, confirmed).status_code == 409, "a second click finds nothing"
    assert "Nothing can go to this person" in as_approver.post(url, given).content.decode()


def test_only_who_manages_people_hands_over_for_others(as_approver: Client, in_acme: Cast) -> None:
    [leeds] = hand_in(in_acme, in_acme.leeds)
    url = reverse("approvals:hand_over", args=["acme"])
    given = {"to": in_acme.admin.pk, "person": in_acme.manager.pk, "confirmed": "1"}
    given["ready"] = str(leeds.pk)
    as_approver.post(url, given)
    assert SubmissionItem.objects.decidable_by(in_acme.manager).exists(), "it was the approver's own"
    assert not SubmissionItem.objects.decidable_by(in_acme.approver).exists()
    maya = Client()
    maya.force_login(in_acme.manager, backend="django.contrib.auth.backends.ModelBackend")
    york = hand_in(in_acme, in_acme.york)[-1]
    theirs = {"person": in_acme.approver.pk, "ready": str(york.pk)}
    assert maya.post(url, given | theirs).status_code == 302
    assert not SubmissionItem.objects.decidable_by(in_acme.approver).exists()
