"""Mails: compiling against MJML alone, rendering stores against compiling for each, the editor's preview.

Ten thousand mails of about ten blocks, no two with a text or a structure in common, so that no cache helps.
Compiling and rendering only compute: what counts is the time of this process. Subject and peer take turns,
mail by mail, and the best of ten rounds counts, whatever else the machine does. All that stores share is made
while compiling, the outlines of their texts among it.
"""

import secrets
import time
from collections.abc import Iterator
from typing import Any

from django.test import Client
from django.urls import reverse
from mjml import mjml2html

from storesync.accounts.models import User
from storesync.brands.actions.membership import grant_membership
from storesync.brands.models import Brand, Location
from storesync.brands.rights import Role
from storesync.campaigns.actions.template import create_template
from storesync.campaigns.messages import read_variables
from storesync.campaigns.selection import location_label, worst_location
from storesync.content.rendering import CompiledMessage, compile_message
from storesync.content.rendering.document import document
from storesync.core.scoping import brand_scope
from tests.benchmarks import Result
from tests.content.mails import mail
from tests.content.samples import DECLARED, FACTS, VALUES, VARIABLES

WARM_UP = 200
ROUNDS = 10
PEER_SHARE = 0.3
RENDER_FACTOR = 10
PREVIEW_FACTOR = 3


def run(scale: float) -> Iterator[Result]:
    """Compile and render, then preview; `scale` 1 is 10,000 mails, 10,000 stores and 1,000 previews."""
    each = max(int(10_000 * scale) // ROUNDS, 50)
    first = _compiled(mail(0))
    _round(first, range(1, WARM_UP))
    rounds = [
        _round(first, range(start, start + each)) for start in range(WARM_UP, WARM_UP + ROUNDS * each, each)
    ]
    compiling, alone, rendering = (min(taken) / each for taken in zip(*rounds, strict=True))
    count = ROUNDS * each
    peer = 1 / alone
    note = f"{count} mails, none alike; peer: mjml-python on the same MJML; limit: {PEER_SHARE} of it"
    yield Result("mail_compile", round(1 / compiling), round(peer), round(PEER_SHARE * peer), "mails/s", note)

    peer = 1 / (compiling + rendering)
    size = len(first.render(_facts(1), VALUES).html) // 1024
    note = (
        f"{count} stores, {size} KB each; peer: compiling and rendering for every store; "
        f"limit: {RENDER_FACTOR} times that"
    )
    yield Result(
        "mail_render", round(1 / rendering), round(peer), round(RENDER_FACTOR * peer), "mails/s", note
    )
    yield from _preview(max(count // 10, 20))


def _round(first: CompiledMessage, numbers: range) -> tuple[float, float, float]:
    """Seconds of compiling these mails, of MJML alone on them, of rendering one for as many stores."""
    compiling = alone = rendering = 0.0
    for number in numbers:
        content = mail(number)
        began = time.process_time()
        compiled = _compiled(content)
        compiling += time.process_time() - began
        mjml = document(compiled.theme, compiled.parts, "ltr")
        began = time.process_time()
        mjml2html(mjml, fonts={})
        alone += time.process_time() - began
        facts = _facts(number)
        began = time.process_time()
        first.render(facts, VALUES)
        rendering += time.process_time() - began
    return compiling, alone, rendering


def _compiled(content: dict[str, Any]) -> CompiledMessage:
    """All of it that stores share, the HTML among it."""
    message = compile_message(**content, variables=VARIABLES)
    message.edition(FACTS["location_language"], FACTS["currency"])
    return message


def _facts(number: int) -> dict[str, str]:
    return FACTS | {
        "location_name": f"Store {number}",
        "location_city": f"City {number}",
        "location_address": f"{number} High Street, City {number}",
        "location_phone": f"+49 211 {number:06}",
        "store_number": str(number),
    }


def _preview(count: int) -> Iterator[Result]:
    """The live preview by its address, as the editor asks for it: each time one block has other words.

    With the store that the editor's page opened on, which its form posts too.

    The way to the view is measured beside it: the same address asked for its methods does all that a page
    needs (session, person, brand, right, template) and nothing of the preview.
    """
    name = f"bench-{secrets.token_hex(4)}"
    brand = Brand.objects.create(
        name=name, slug=name, sender_email=f"news@{name}.example", postal_address="1 High Street, Leeds"
    )
    actor = User.objects.create_user(f"{name}@people.example", secrets.token_urlsafe(), name="Bea Bench")
    declared = [one.model_dump(mode="json", exclude_defaults=True) for one in DECLARED]
    content = mail(1)
    draft = {part: content[part] for part in ("subject", "preheader", "blocks")} | {"variables": declared}
    with brand_scope([brand.pk]):
        grant_membership(brand=brand, user=actor, role=Role.BRAND_MANAGER, actor=None)
        Location.objects.bulk_create(
            Location(brand=brand, store_number=str(n), name=f"Store {n}", city="Leeds", country="GB")
            for n in range(300)
        )
        template = create_template(
            brand=brand, name="Autumn", campaign_type="seasonal", actor=actor, draft=draft
        )
        opened_on = worst_location(Location.objects.all())
    store = location_label(opened_on) if opened_on else ""
    client = Client(SERVER_NAME="localhost")
    client.force_login(actor)
    address = reverse("campaigns:template_preview", args=[brand.slug, template.slug])
    block = content["blocks"][1]
    previewing = arriving = compiling = 0.0
    for number in range(-5, count):
        words = f"{block['text']} No. {number:06}"
        began = time.perf_counter()
        answer = client.post(address, {"block": block["id"], "block-text": words, "store": store})
        if number >= 0:
            previewing += time.perf_counter() - began
        if answer.status_code != 200 or f"No. {number:06}" not in answer.content.decode():
            raise RuntimeError(f"the preview answered {answer.status_code}")
        began = time.perf_counter()
        client.options(address)
        if number >= 0:
            arriving += time.perf_counter() - began
        other = mail(1_000_000 + number)
        variables = read_variables(declared)
        began = time.perf_counter()
        compile_message(**other, variables=variables).render(FACTS, VALUES)
        if number >= 0:
            compiling += time.perf_counter() - began
    note = (
        f"{count} previews through Django's test client; peer: compiling and rendering such a mail alone; "
        f"limit: a {PREVIEW_FACTOR}rd of it"
    )
    peer = count / compiling
    yield Result(
        "mail_preview",
        round(count / previewing),
        round(peer),
        round(peer / PREVIEW_FACTOR),
        "previews/s",
        note,
    )
    note = (
        f"{count} times the way to that view and back: session, person, brand, right and template; same peer"
    )
    yield Result("mail_preview_way", round(count / arriving), round(peer), None, "requests/s", note)
