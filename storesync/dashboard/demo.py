"""The demo: two brands with their stores, people, templates and roll-outs, loaded through the actions.

Everything comes from `fixtures/demo/`; nothing is written past an action, so the demo has the history that a
real installation would have. Loaded in one transaction: a start that is killed leaves an empty database.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from storesync.accounts.models import User
from storesync.approvals.actions import decide, submit
from storesync.approvals.actions.digest import make_digest_now
from storesync.approvals.actions.group import create_group
from storesync.approvals.actions.policy import create_policy
from storesync.approvals.models import Decision, Reason, SubmissionItem
from storesync.approvals.stages import People, Stage
from storesync.brands.actions.brand import create_brand
from storesync.brands.actions.membership import grant_membership
from storesync.brands.actions.region import create_region
from storesync.brands.imports import ImportOptions, import_locations
from storesync.brands.models import Brand, Location, Membership, Region
from storesync.brands.rights import Role
from storesync.campaigns.actions.edit import edit_campaign
from storesync.campaigns.actions.launch import continue_launch
from storesync.campaigns.actions.rollout import (
    choose_locations,
    create_rollout,
    launch_rollout,
    plan_rollout,
    set_recipients,
)
from storesync.campaigns.actions.template import create_template, publish_version
from storesync.campaigns.models import LocationCampaign, Rollout, TemplateVersion
from storesync.campaigns.statuses import Status
from storesync.comments.actions import add_comment, reply, resolve
from storesync.content.media import MEDIA
from storesync.core.demo import DemoAccount
from storesync.core.scoping import brand_scope
from storesync.dashboard.demo_past import remember
from storesync.guidelines.actions import publish_version as publish_guidelines
from storesync.guidelines.actions import save_draft as save_guidelines
from storesync.guidelines.actions import switch_on
from storesync.media.actions import add_image

PASSWORD: Final = "a demo of storesync"  # noqa: S105 - printed by `make demo`, never used elsewhere
FIXTURES: Final = Path(settings.BASE_DIR) / "fixtures" / "demo"
_PICTURE: Final = re.compile(r"picture:([a-z-]+)")
_DAY: Final = re.compile(r"day:\+(\d+)")


def load() -> Sequence[DemoAccount]:
    """Load the demo when there is no brand yet; return its accounts either way."""
    people = _read("people")
    if not Brand.objects.exists():
        with transaction.atomic():
            _load(people)
    return [DemoAccount(person["shown"], person["email"], PASSWORD) for person in people]


def _load(people: list[dict[str, Any]]) -> None:
    users = {person["email"]: _make_person(person) for person in people}
    admin = next(user for user in users.values() if user.is_superuser)
    for row in _read("brands"):
        brand = create_brand(name=row.pop("name"), slug=row.pop("slug"), actor=admin, values=row)
        with brand_scope([brand.pk]):
            _load_places(brand, admin)
            _grant(brand, people, users, admin)
            _load_guidelines(brand, admin)
            _load_policies(brand, admin, users)
            versions = _load_templates(brand, admin, _load_pictures(brand, admin))
            _STORIES[brand.slug](brand, versions, users)
            remember(brand, versions, users)
            _mail_digests(brand)


def _mail_digests(brand: Brand) -> None:
    """What waits in the mailbox of those who approve, whatever the time of day is."""
    approvers = Membership.objects.active().filter(brand=brand, role=Role.APPROVER).select_related("user")
    for membership in approvers.order_by("pk"):
        make_digest_now(person=membership.user, brand=brand, now=timezone.now())


def _make_person(person: dict[str, Any]) -> User:
    make = User.objects.create_superuser if person.get("admin") else User.objects.create_user
    return make(
        person["email"],
        PASSWORD,
        name=person["name"],
        language=person["language"],
        time_zone=person["time_zone"],
    )


def _load_places(brand: Brand, admin: User) -> None:
    path = FIXTURES / f"{brand.slug}_locations.csv"
    with path.open(encoding="utf-8", newline="") as file:
        names = dict.fromkeys(row["region"] for row in csv.DictReader(file))
    for name in names:
        create_region(brand=brand, name=name, parent=None, actor=admin)
    with path.open("rb") as source:
        import_locations(
            brand=brand,
            source=source,
            mapping={"region": "region"},
            options=ImportOptions(),
            actor=admin,
            name=path.name,
        ).close()


def _grant(brand: Brand, people: list[dict[str, Any]], users: dict[str, User], admin: User) -> None:
    for person in people:
        if person.get("brand") == brand.slug:
            grant_membership(
                brand=brand,
                user=users[person["email"]],
                role=Role(person["role"]),
                actor=admin,
                regions=Region.objects.filter(name__in=person.get("regions", [])),
                locations=Location.objects.filter(store_number__in=person.get("locations", [])),
                power_user=person.get("power_user", False),
            )


def _load_pictures(brand: Brand, admin: User) -> dict[str, str]:
    """Put the brand's pictures into its library; their addresses in blocks, by the name of the file."""
    addresses = {}
    for row in _read("pictures"):
        if row["brand"] != brand.slug:
            continue
        path = FIXTURES / "media" / row["file"]
        with path.open("rb") as file:
            added = add_image(
                brand=brand,
                actor=admin,
                file=file,
                file_name=path.name,
                alt=row["alt"],
                title=row["title"],
                tags=row["tags"],
            )
        addresses[path.stem] = f"{MEDIA}{added.image.name}"
    return addresses


def _load_guidelines(brand: Brand, admin: User) -> None:
    """The brand's rules, in force: the demo's own templates and campaigns keep them."""
    places = dict(Region.objects.values_list("name", "pk"))
    for row in _read("guidelines"):
        if row["brand"] == brand.slug:
            rules = [
                rule | {"regions": [str(places[name]) for name in rule.get("regions", [])]}
                for rule in row["rules"]
            ]
            saved = save_guidelines(brand=brand, rules=rules, draft_number=0, actor=admin)
            version = publish_guidelines(
                brand=brand, draft_number=saved.draft_number, actor=admin, notes=row["notes"]
            )
            switch_on(version=version, actor=admin)


def _load_policies(brand: Brand, admin: User, users: dict[str, User]) -> None:
    """How the brand reviews: its groups, and the stages that name them."""
    for row in _read("policies"):
        if row["brand"] != brand.slug:
            continue
        groups = {
            group["name"]: create_group(
                brand=brand,
                name=group["name"],
                members=[users[email] for email in group["members"]],
                actor=admin,
            )
            for group in row["groups"]
        }
        for policy in row["policies"]:
            stages = []
            for stage in policy["stages"]:
                group = groups.get(stage.pop("group", ""))
                people = People(groups=(group.pk,)) if group else People()
                stages.append(Stage.model_validate(stage | {"people": people}))
            create_policy(brand=brand, name=policy["name"], stages=stages, actor=admin)


def _load_templates(brand: Brand, admin: User, pictures: dict[str, str]) -> dict[str, TemplateVersion]:
    versions = {}
    for row in demo_templates(pictures, timezone.localdate()):
        if row["brand"] == brand.slug:
            draft = {name: row[name] for name in ("subject", "preheader", "variables", "blocks")}
            template = create_template(
                brand=brand,
                name=row["name"],
                campaign_type=row["campaign_type"],
                description=row["description"],
                draft=draft | {"schedule": {"start": "approval"}, "open_fields": ["schedule"]},
                actor=admin,
            )
            versions[row["slug"]] = publish_version(template=template, actor=admin)
    return versions


def demo_templates(pictures: dict[str, str], today: date) -> list[dict[str, Any]]:
    """The templates of the demo, as plain data.

    Args:
        pictures: what stands for "picture:<name>"; those that are not named stay as they are.
        today: "day:+5" becomes the fifth day after it, so that offers of the demo do not run out.
    """
    text = (FIXTURES / "templates.json").read_text(encoding="utf-8")
    text = _PICTURE.sub(lambda found: pictures.get(found[1], found[0]), text)
    text = _DAY.sub(lambda found: (today + timedelta(days=int(found[1]))).isoformat(), text)
    rows: list[dict[str, Any]] = json.loads(text)
    return rows


def _roll_out(
    version: TemplateVersion, actor: User, *, region: str, discount: str, schedule: dict[str, str]
) -> Rollout:
    """Plan and launch a wave to one region, with the recipients of its stores."""
    brand = version.brand
    rollout = create_rollout(template_version=version, actor=actor)
    chosen = Region.objects.get(name=region)
    choose_locations(rollout=rollout, actor=actor, filters={"region": str(chosen.pk)})
    recipients = _recipients(brand, set(chosen.locations.values_list("store_number", flat=True)))
    set_recipients(rollout=rollout, actor=actor, text=recipients, source=f"{brand.slug}_recipients.csv")
    plan_rollout(rollout=rollout, actor=actor, values={"discount_percentage": discount}, schedule=schedule)
    rollout = launch_rollout(rollout=rollout, actor=actor)
    continue_launch(rollout=rollout)
    return rollout


def _tell_larkspur(brand: Brand, versions: dict[str, TemplateVersion], users: dict[str, User]) -> None:
    """A wave in the North in every stage of its life; another, planned for Saturday, in the South."""
    maya, priya = users["maya@larkspur.example"], users["priya@larkspur.example"]
    nora, jonas = users["nora@larkspur.example"], users["jonas@larkspur.example"]
    north = _roll_out(
        versions["winter-throws"], maya, region="North", discount="20", schedule={"start": "approval"}
    )
    campaigns = list(LocationCampaign.objects.filter(rollout=north).order_by("location__store_number"))
    leeds, drafts = campaigns[0], campaigns[1:]
    local = "The kettle is on: bring this e-mail to the till on Briggate and have a look at the wool corner."
    leeds = edit_campaign(
        campaign=leeds, actor=jonas, version=leeds.version, edits={"local": {"text": local}}
    )
    about = partial(add_comment, owner_kind="campaign", owner_id=leeds.pk)
    asked = about(
        place="local.text", body="@Jonas Lind, is the kettle on at the weekend too?", actor=maya
    ).thread
    reply(thread=asked, body="From ten to four. I will say so if there is room.", actor=jonas)
    praised = about(
        place="", body="The wool corner is a lovely idea. @Nora Whitfield, for York too?", actor=maya
    )
    resolve(thread=praised.thread, actor=nora)
    submit(revisions=[leeds.current_revision_id], actor=jonas, note="With our wool corner.")
    submit(revisions=[one.current_revision_id for one in drafts[:18]], actor=nora)
    waiting = SubmissionItem.objects.waiting().filter(submitter=nora).in_queue_order()
    ids = list(waiting.values_list("pk", flat=True))
    decide(items=ids[:12], decision=Decision.APPROVED, actor=priya)
    decide(
        items=ids[12:14],
        decision=Decision.CHANGES_REQUESTED,
        actor=priya,
        comment="Please name the opening hours of your store in the local lines.",
        reason=Reason.FACTS,
    )
    saturday = _next_saturday(timezone.localdate())
    south = _roll_out(
        versions["clearance-weekend"],
        maya,
        region="South",
        discount="40",
        schedule={"start": f"{saturday}T10:00", "end": f"{saturday + timedelta(days=1)}T18:00"},
    )
    drafts = list(LocationCampaign.objects.filter(rollout=south, status=Status.DRAFT).order_by("pk")[:10])
    submit(revisions=[one.current_revision_id for one in drafts], actor=maya, note="The ten largest first.")
    waiting = SubmissionItem.objects.waiting().filter(wave_id=south.pk)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:6])
    decide(items=ids, decision=Decision.APPROVED, actor=priya)
    # A clearance goes on to Legal, where half of it waits.
    decide(items=ids[:3], decision=Decision.APPROVED, actor=priya)


def _tell_morgenrot(brand: Brand, versions: dict[str, TemplateVersion], users: dict[str, User]) -> None:
    """A wave in Bayern, half of it handed in and waiting."""
    greta, emil = users["greta@morgenrot.example"], users["emil@morgenrot.example"]
    bayern = _roll_out(
        versions["stollenzeit"], greta, region="Bayern", discount="10", schedule={"start": "approval"}
    )
    drafts = LocationCampaign.objects.filter(rollout=bayern).order_by("location__store_number")[:7]
    submit(revisions=[one.current_revision_id for one in drafts], actor=emil)


_STORIES: Final[dict[str, Callable[[Brand, dict[str, TemplateVersion], dict[str, User]], None]]] = {
    "larkspur": _tell_larkspur,
    "morgenrot": _tell_morgenrot,
}


def _recipients(brand: Brand, store_numbers: set[str]) -> str:
    """The recipients of these stores, as the text of a file."""
    with (FIXTURES / f"{brand.slug}_recipients.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        kept = io.StringIO()
        writer = csv.DictWriter(kept, reader.fieldnames or [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(row for row in reader if row["store_number"] in store_numbers)
    return kept.getvalue()


def _next_saturday(today: date) -> date:
    """The Saturday after this one at the latest a week on, never today or tomorrow."""
    return today + timedelta(days=(5 - today.weekday() - 2) % 7 + 2)


def _read(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
