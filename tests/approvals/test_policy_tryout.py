"""The try-out of a policy: which stages a campaign would pass, who would sit there, and by when."""

from datetime import UTC, datetime
from decimal import Decimal

from django.test import Client
from django.urls import reverse

from storesync.approvals.actions.policy import change_policy, create_policy
from storesync.approvals.policy_tryout import try_out
from storesync.approvals.stages import Conditions, People, Stage
from storesync.brands.rights import Role
from tests.campaigns.making import make_wave
from tests.conftest import Cast

FRIDAY = datetime(2030, 12, 20, 15, tzinfo=UTC)
STAGES = [
    Stage(key="brand", name="Brand", people=People(roles=(Role.APPROVER,)), due_hours=Decimal(8)),
    Stage(key="legal", name="Legal", conditions=Conditions(discount_over=Decimal(30))),
    Stage(
        key="last",
        name="Last look",
        people=People(roles=(Role.BRAND_MANAGER,)),
        due_hours=Decimal(2),
        conditions=Conditions(discount_over=Decimal(10)),
    ),
]


def test_a_campaign_is_led_through_the_stages_it_needs(as_manager: Client, in_acme: Cast) -> None:
    campaign = make_wave(in_acme.acme, in_acme.leeds, in_acme.manager).campaigns.get()
    policy = create_policy(
        brand=in_acme.acme,
        name="Winter",
        campaign_types=["seasonal"],
        stages=STAGES,
        actor=in_acme.manager,
    )
    tried = try_out(policy, campaign, now=FRIDAY)
    assert [(one.words.name, one.needed) for one in tried.stages] == [
        ("Brand", True),
        ("Legal", False),
        ("Last look", True),
    ]
    brand, _legal, last = tried.stages
    assert (brand.people, brand.escalates) == ([in_acme.approver], False)
    assert brand.due_at == datetime(2030, 12, 23, 15, tzinfo=UTC)
    assert last.due_at == datetime(2030, 12, 23, 17, tzinfo=UTC), "as if Brand took all its time"
    assert (last.people, last.escalates) == ([in_acme.admin], True), "who made it decides nothing (Rule A5)"
    assert not tried.passes
    passing = change_policy(
        policy=policy, actor=in_acme.manager, values={"pass_unchanged": True, "stages": STAGES[:1]}
    )
    assert try_out(passing, campaign).passes, "unchanged, and the policy lets it (Rule A13)"

    url = reverse("approvals:policy", args=["acme", policy.pk])
    assert campaign.name in as_manager.get(url, {"q": "leeds"}).content.decode()
    assert "No campaign fits" in as_manager.get(url, {"q": "nowhere"}).content.decode()
    page = as_manager.get(url, {"campaign": str(campaign.pk)}).content.decode()
    assert "It would pass by itself" in page
    other = create_policy(brand=in_acme.acme, name="Rest", stages=STAGES, actor=in_acme.manager)
    url = reverse("approvals:policy", args=["acme", other.pk])
    page = as_manager.get(url, {"campaign": str(campaign.pk)}).content.decode()
    assert "For its type “Winter” holds" in page
    assert "Its own people are not enough here" in page
