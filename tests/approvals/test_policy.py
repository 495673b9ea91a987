"""Policies and groups: written by actions, edited on pages without script, told in words."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from storesync.approvals.actions import decide
from storesync.approvals.actions.group import change_group, create_group, remove_group
from storesync.approvals.actions.policy import change_policy, create_policy, remove_policy
from storesync.approvals.models import ApprovalPolicy, Decision, ReviewGroup
from storesync.approvals.policy_history import policy_changes
from storesync.approvals.reviewers import Deciders, doubts_about
from storesync.approvals.stages import Conditions, People, Stage
from storesync.approvals.sweeps import look_after_seats
from storesync.approvals.wording import stages_in_words
from storesync.brands.actions.membership import grant_membership
from storesync.brands.rights import Role
from storesync.core.errors import ActionRefused, StaleVersion
from tests.approvals.making import handed_in, make_group, waiting_for
from tests.conftest import Cast, without_scope

BRAND = Stage(key="brand", name="Brand", people=People(roles=(Role.APPROVER,)), due_hours=Decimal(8))


def make(cast: Cast, **others: Any) -> ApprovalPolicy:
    """A policy of one stage for every type."""
    values = {"brand": cast.acme, "name": "House", "stages": [BRAND], "actor": cast.manager}
    return create_policy(**values | others)


def test_stages_are_told_in_plain_words(in_acme: Cast) -> None:
    legal = create_group(
        brand=in_acme.acme, name="Legal", members=[in_acme.approver, in_acme.manager], actor=in_acme.manager
    )
    stages = [
        BRAND.model_copy(update={"warn_hours": Decimal(2), "escalate_hours": Decimal("1.5")}),
        Stage(
            name="Legal",
            people=People(groups=(legal.pk,), people=(in_acme.approver.pk,)),
            rule="count",
            count=2,
            conditions=Conditions(
                types=("clearance",), discount_over=Decimal(30), regions=(in_acme.north.pk,), differs=True
            ),
        ),
        Stage(rule="all", due_hours=Decimal(1)),
    ]
    assert [words.sentence for words in stages_in_words(stages)] == [
        "1 Brand: any Approver. Due in 8 working hours, a warning 2 working hours before; "
        "1.5 working hours later also to Brand Manager.",
        "2 Legal: 2 of these: the group Legal and Priya Raman. Only when the campaign is of the type "
        "Clearance, a discount is over 30%, the store is in North or the campaign differs from its template.",
        "3 Review: everybody who may decide. Due in 1 working hour.",
    ]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": " "}, "Give the policy a name"),
        ({"name": "House"}, "Another policy is called “House”"),
        ({"campaign_types": []}, "“House” is for every other type already"),
        ({"campaign_types": ["event"]}, "The type Event belongs to the policy “Fairs” already"),
        ({"campaign_types": ["party"]}, "There is no type party"),
        ({"stages": []}, "A policy needs a stage"),
        ({"stages": [Stage()] * 11}, "at most 10 stages"),
        ({"stages": [BRAND, BRAND]}, "Two stages are the same one"),
        ({"stages": [Stage(people=People(groups=("0" * 32,)))]}, "One of the groups is no longer there"),
        ({"stages": [Stage(conditions=Conditions(regions=("0" * 32,)))]}, "One of the regions is no longer"),
        ({"stages": [Stage(escalate_to=People(people=(10**6,)))]}, "One of the people approves nothing"),
    ],
)
def test_what_is_no_policy_is_refused(in_acme: Cast, values: dict[str, Any], words: str) -> None:
    make(in_acme)
    make(in_acme, name="Fairs", campaign_types=["event"])
    with pytest.raises(ActionRefused, match=words):
        make(in_acme, **{"name": "Letters", "campaign_types": ["newsletter"]} | values)
    assert ApprovalPolicy.objects.count() == 2


def test_only_who_manages_the_brand_writes_and_nobody_overwrites_unseen(in_acme: Cast) -> None:
    policy = make(in_acme)
    for act in (
        lambda: make(in_acme, name="Other", actor=in_acme.approver),
        lambda: change_policy(policy=policy, actor=in_acme.approver, values={"name": "Mine"}),
        lambda: remove_policy(policy=policy, actor=in_acme.viewer),
        lambda: create_group(brand=in_acme.acme, name="Mine", members=[], actor=in_acme.approver),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert policy.stages == [
        {"name": "Brand", "key": "brand", "people": {"roles": ["approver"]}, "due_hours": "8"}
    ]
    same = change_policy(policy=policy, actor=in_acme.manager, values={"stages": [BRAND]}, version=1)
    assert same.version == 1, "nothing changed"
    longer = BRAND.model_copy(update={"due_hours": Decimal(16)})
    assert (
        change_policy(policy=policy, actor=in_acme.manager, values={"stages": [longer]}, version=1).version
        == 2
    )
    with pytest.raises(StaleVersion) as stale:
        change_policy(policy=policy, actor=in_acme.admin, values={"pass_unchanged": True}, version=1)
    [change] = policy_changes(ApprovalPolicy.objects.get(), since=stale.value.since)
    assert [(field.name, field.before, field.after) for field in change.fields] == [
        (
            "stages",
            "1 Brand: any Approver. Due in 8 working hours.",
            "1 Brand: any Approver. Due in 16 working hours.",
        )
    ]
    with pytest.raises(StaleVersion):
        remove_policy(policy=policy, actor=in_acme.manager, version=1)
    remove_policy(policy=policy, actor=in_acme.manager, version=2)
    with pytest.raises(ActionRefused, match="has been removed"):
        change_policy(policy=policy, actor=in_acme.manager, values={"name": "Late"})


def test_a_group_that_is_needed_stays_and_who_lost_the_right_may_stay_in_it(in_acme: Cast) -> None:
    legal = create_group(brand=in_acme.acme, name="Legal", members=[in_acme.approver], actor=in_acme.manager)
    with pytest.raises(ActionRefused, match="Vera Viewer approves nothing"):
        change_group(group=legal, name="Legal", members=[in_acme.viewer], actor=in_acme.manager)
    with pytest.raises(ActionRefused, match="Another group is called"):
        create_group(brand=in_acme.acme, name="Legal ", members=[], actor=in_acme.manager)
    policy = make(in_acme, stages=[Stage(people=People(groups=(legal.pk,)))])
    with pytest.raises(ActionRefused, match="“House” names this group"):
        remove_group(group=legal, actor=in_acme.manager)
    remove_policy(policy=policy, actor=in_acme.manager)
    more = change_group(
        group=legal,
        name="Lawyers",
        members=[in_acme.approver, in_acme.manager],
        version=1,
        actor=in_acme.manager,
    )
    assert (more.version, more.members.count()) == (2, 2)
    with pytest.raises(StaleVersion):
        change_group(group=legal, name="Legal", members=[], version=1, actor=in_acme.manager)
    remove_group(group=legal, actor=in_acme.manager)
    assert not ReviewGroup.objects.exists()


def test_what_the_people_of_a_stage_are_not_enough_for_is_said(in_acme: Cast) -> None:
    """Rule A5: whatever leaves nobody goes on to the Admins, and the page says so before it happens."""
    deciders = Deciders.of_brand(in_acme.acme)
    alone = doubts_about(BRAND, deciders)
    assert alone == ["What Priya Raman submits or edits escalates at once: nobody else sits here."]
    assert doubts_about(Stage(), deciders) == []
    assert "3 have to approve, but only 2 people may." in doubts_about(Stage(rule="count", count=3), deciders)
    grant_membership(
        brand=in_acme.acme,
        user=in_acme.viewer,
        role=Role.APPROVER,
        regions=[in_acme.north],
        actor=None,
    )
    deciders = Deciders.of_brand(in_acme.acme)
    named = Stage(people=People(people=(in_acme.viewer.pk,)))
    assert doubts_about(named, deciders)[1].startswith("1 open store is out of their reach")
    assert doubts_about(Stage(people=People(people=(in_acme.clerk.pk,))), deciders) == [
        "Nobody can decide here now. What arrives escalates at once."
    ]


def form_of(response: Any) -> dict[str, Any]:
    """What a browser would send of the form of a policy."""
    data: dict[str, Any] = {}
    head, rows = response.context["form"], response.context["stages"]
    for form in (head, *rows.forms):
        for bound in form:
            value = bound.value()
            if value not in (None, "", False, []):
                data[bound.html_name] = value
    return data | {"stages": rows.count}


def test_the_form_works_by_its_buttons_alone(as_manager: Client, cast: Cast, in_acme: Cast) -> None:
    new = reverse("approvals:policy_new", args=["acme"])
    page = as_manager.get(new)
    data = form_of(page) | {"name": "House", "stage-0-name": "Brand", "stage-0-due_hours": "8"}
    page = as_manager.post(new, data | {"op": "add"})
    assert page.status_code == 200
    data = form_of(page) | {
        "stage-1-name": "Legal",
        "stage-1-add_person": "Priya Raman <priya@acme.example>",
        "stage-1-rule": "count",
        "stage-1-count": "3",
    }
    page = as_manager.post(new, data | {"op": "up:1"})
    data = form_of(page)
    assert [data["stage-0-name"], data["stage-1-name"]] == ["Legal", "Brand"]
    assert data["stage-0-people"] == [str(cast.approver.pk)], "whoever was typed is chosen"
    assert "3 have to approve, but only 1 person may." in page.content.decode()
    page = as_manager.post(new, data | {"op": "remove:1"})
    assert "Taken out: Brand" in page.content.decode()
    assert ApprovalPolicy.objects.count() == 0, "nothing is saved by these buttons"
    page = as_manager.post(new, form_of(page) | {"op": "back:1"})
    data = form_of(page)
    assert data["stage-1-due_hours"] == "8", "nothing typed is lost"

    wrong = data | {"stage-0-add_person": "Nobody at all", "stage-1-warn_hours": "9", "stage-1-name": ""}
    refused = as_manager.post(new, wrong)
    said = refused.content.decode()
    assert refused.status_code == 422
    assert "Nobody who approves in this brand is called “Nobody at all”." in said
    assert "Fewer hours than until it is due." in said
    saved = as_manager.post(new, data)
    policy = ApprovalPolicy.objects.get()
    assert saved.headers["Location"] == reverse("approvals:policy", args=["acme", policy.pk])
    first, second = policy.all_stages
    assert (first.people.people, first.rule, first.count) == ((cast.approver.pk,), "count", 3)
    assert (second.name, second.due_hours, second.people.anybody) == ("Brand", Decimal(8), True)
    assert first.key and first.key != second.key

    edit = reverse("approvals:policy_edit", args=["acme", policy.pk])
    data = form_of(as_manager.get(edit))
    change_policy(policy=policy, actor=cast.admin, values={"pass_unchanged": True})
    stale = as_manager.post(edit, data | {"name": "Mine"})
    assert stale.status_code == 409
    assert "Unchanged campaigns pass by themselves" in stale.content.decode()
    assert 'value="Mine"' in stale.content.decode()
    again = as_manager.post(
        edit, data | {"name": "Mine", "version": stale.context["form"]["version"].value()}
    )
    assert again.status_code == 302
    shown = as_manager.get(again.headers["Location"]).content.decode()
    assert "3 of these: Priya Raman" in shown
    assert "only 1 person may" in shown
    assert first.key == ApprovalPolicy.objects.get().all_stages[0].key, "a stage keeps its key"


def test_the_pages_of_policies_and_groups(as_manager: Client, cast: Cast, in_acme: Cast) -> None:
    policies = reverse("approvals:policies", args=["acme"])
    assert "anybody who may decide" in as_manager.get(policies).content.decode(), "what is built in is shown"
    made = as_manager.post(
        reverse("approvals:group_new", args=["acme"]), {"name": "Legal", "members": [cast.approver.pk]}
    )
    assert made.status_code == 302
    group = ReviewGroup.objects.get()
    policy = make(in_acme, stages=[Stage(name="Law", people=People(groups=(group.pk,)))])
    assert "anyone in the group Legal" in as_manager.get(policies).content.decode()
    url = reverse("approvals:group_remove", args=["acme", group.pk])
    refused = as_manager.post(url)
    assert (refused.status_code, "names this group" in refused.content.decode()) == (409, True)
    edit = reverse("approvals:group_edit", args=["acme", group.pk])
    change_group(group=group, name="Lawyers", members=[cast.approver], actor=cast.admin)
    stale = as_manager.post(edit, {"name": "Legal", "members": [cast.manager.pk], "version": 1})
    assert (stale.status_code, "Lawyers" in stale.content.decode()) == (409, True)
    assert (
        as_manager.post(edit, {"name": "Law", "members": [cast.manager.pk], "version": 2}).status_code == 302
    )
    assert "Maya Okafor" in as_manager.get(reverse("approvals:groups", args=["acme"])).content.decode()
    remove = reverse("approvals:policy_remove", args=["acme", policy.pk])
    assert "one plain review" in as_manager.get(remove).content.decode()
    assert as_manager.post(remove).headers["Location"] == policies
    assert not ApprovalPolicy.objects.exists()


@pytest.mark.parametrize("what", ["policy", "group"])
def test_a_stale_page_removes_nothing(as_manager: Client, cast: Cast, in_acme: Cast, what: str) -> None:
    """It says what changed since, and carries the newer version: removing again is then a decision."""
    if what == "policy":
        row: Any = make(in_acme)
    else:
        row = create_group(brand=in_acme.acme, name="Legal", members=[], actor=cast.manager)
    url = reverse(f"approvals:{what}_remove", args=["acme", row.pk])
    seen = as_manager.get(url).context["form"]["version"].value()
    if what == "policy":
        change_policy(policy=row, actor=cast.admin, values={"name": "Renamed"})
    else:
        change_group(group=row, name="Renamed", members=[], actor=cast.admin)
    stale = as_manager.post(url, {"version": seen})
    said = stale.content.decode()
    assert stale.status_code == 409 and "Renamed" in said and "Somebody has changed this" in said
    assert type(row).objects.filter(pk=row.pk).exists()
    again = as_manager.post(url, {"version": stale.context["form"]["version"].value()})
    assert again.status_code == 302 and not type(row).objects.filter(pk=row.pk).exists()


def test_a_group_that_is_emptied_says_what_becomes_of_what_waits(
    as_manager: Client, cast: Cast, in_acme: Cast
) -> None:
    """Rule A5: where all who may decide now have approved it goes on, everything else escalates."""
    group = make_group(in_acme.acme, cast.approver, cast.admin)
    make(in_acme, stages=[Stage(name="Law", rule="all", people=People(groups=(group.pk,)))])
    voted, [fresh] = handed_in(in_acme)[0], handed_in(in_acme, in_acme.york)
    decide(items=[voted.pk], decision=Decision.APPROVED, actor=cast.approver)
    edit = reverse("approvals:group_edit", args=["acme", group.pk])
    assert "2 submissions wait for this group" in as_manager.get(edit).content.decode()
    saved = as_manager.post(edit, {"name": "Legal", "version": 1}, follow=True)
    assert "Nobody is in the group now" in saved.content.decode()
    without_scope(look_after_seats)
    voted.refresh_from_db()
    assert voted.state == "approved" and waiting_for(cast.manager) == {fresh.revision_id}


def test_whoever_sees_campaigns_reads_who_decides_about_them(
    client: Client, cast: Cast, in_acme: Cast
) -> None:
    """And by when; nothing on that page changes anything."""
    policy = make(in_acme)
    client.force_login(cast.leeds_manager, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("approvals:policies", args=["acme"])).content.decode()
    assert "any Approver" in page and "Due in 8 working hours." in page and "Mo-Fr 09:00-17:00" in page
    own = reverse("approvals:policy", args=["acme", policy.pk])
    assert own not in page and reverse("approvals:policy_new", args=["acme"]) not in page
    assert client.get(own).status_code == 403
