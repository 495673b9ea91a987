"""Roll-outs made in one go, for tests of other apps, benchmarks and the walk of all addresses."""

from typing import Any, Final

from storesync.accounts.models import User
from storesync.brands.models import Brand, Location
from storesync.campaigns.actions.launch import continue_launch
from storesync.campaigns.actions.rollout import (
    choose_locations,
    create_rollout,
    launch_rollout,
    plan_rollout,
    set_recipients,
)
from storesync.campaigns.actions.template import create_template, publish_version
from storesync.campaigns.models import Rollout

DRAFT: Final[dict[str, Any]] = {
    "subject": "{{ discount_percentage }} off at {{ location_name }}",
    "preheader": "Only in {{ location_city }}",
    "blocks": [
        {"id": "head", "type": "heading", "text": "Winter at {{ location_name }}", "locked": True},
        {
            "id": "hello",
            "type": "text",
            "text": 'Hello {{ first_name|default("neighbour") }},\n\nsee you soon.',
            "rules": {"text": {"max_length": 200}},
        },
        {"id": "store", "type": "store_details", "locked": True},
    ],
    "variables": [
        {
            "name": "discount_percentage",
            "label": "Discount",
            "type": "percent",
            "minimum": "5",
            "maximum": "50",
        }
    ],
    "schedule": {"start": "approval"},
    "open_fields": ["schedule"],
}
"""A template draft with a locked block, one within limits, and a variable of the roll-out."""


def make_wave(brand: Brand, location: Location, actor: User) -> Rollout:
    """A launched roll-out to one location with one recipient."""
    template = create_template(
        brand=brand, name=f"Winter {brand.slug}", campaign_type="seasonal", actor=actor, draft=DRAFT
    )
    rollout = create_rollout(
        template_version=publish_version(template=template, actor=actor),
        actor=actor,
        name=f"Wave {brand.name}",
    )
    choose_locations(rollout=rollout, actor=actor, location_ids=[location.pk])
    set_recipients(rollout=rollout, actor=actor, text=f"guest@{brand.slug}.example,,,{location.store_number}")
    plan_rollout(rollout=rollout, actor=actor, values={"discount_percentage": "20"})
    launch_rollout(rollout=rollout, actor=actor)
    continue_launch(rollout=rollout)
    return Rollout.objects.select_related("template_version__template").get(pk=rollout.pk)
