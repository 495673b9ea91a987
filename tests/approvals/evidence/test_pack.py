"""The evidence pack: whole, true, readable, and without anything of any recipient (Rule C3)."""

import json
import re
from http import HTTPStatus
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation

from storesync.approvals.evidence.canonical import STEP_COLUMNS
from storesync.approvals.evidence.checking import NoPack, check_against_database, check_pack, hash_of
from storesync.approvals.evidence.drawing import read
from storesync.approvals.evidence.pack import digest_of_pack, make_pack, write_pack
from storesync.approvals.evidence.pdf import pdf_of
from storesync.audience.models import Contact
from storesync.campaigns.models import LocationCampaign
from storesync.comments.actions import add_comment
from storesync.mailing.models import Delivery
from tests.approvals.evidence.making import past_triggers, sealed
from tests.conftest import Cast
from tests.waves import approved_wave


@pytest.fixture
def campaign(in_acme: Cast) -> LocationCampaign:
    """An approved and sealed campaign of leeds with two recipients, on its way."""
    found = approved_wave(in_acme)[0]
    sealed(in_acme)
    return LocationCampaign.objects.get(pk=found.pk)


def test_a_pack_holds_by_itself_and_against_the_database(campaign: LocationCampaign) -> None:
    pack = make_pack(campaign)
    assert check_pack(write_pack(pack)) == [] and check_against_database(pack) == []
    assert [step["person"] for step in pack["steps"]] == ["Nora North", "Priya Raman"]
    assert pack["approvals"][0]["approved_by"] == "Priya Raman"
    assert pack["seal"]["step_hash"] == pack["steps"][-1]["hash"]


def test_nothing_of_a_recipient_is_in_it(in_acme: Cast, campaign: LocationCampaign) -> None:
    """Rule C3: sums only."""
    text = write_pack(make_pack(campaign)).decode()
    people = Contact.objects.all()
    assert len(people) > 0
    told = {str(value) for one in people for value in (one.pk, one.address, one.first_name, one.last_name)}
    told |= {str(pk) for pk in Delivery.objects.values_list("pk", flat=True)}
    assert [one for one in told if one and one in text] == []


def test_one_byte_changed_anywhere_is_found(campaign: LocationCampaign) -> None:
    data = write_pack(make_pack(campaign))
    for place in range(0, len(data), max(1, len(data) // 60)):
        changed = bytearray(data)
        changed[place] = ord("7") if changed[place] != ord("7") else ord("8")
        try:
            problems = check_pack(bytes(changed))
        except NoPack:
            problems = ["no pack"]
        assert problems, f"byte {place} of {len(data)}"


def test_what_was_rewritten_with_its_digest_is_named(campaign: LocationCampaign) -> None:
    """Whoever computes the digest anew still has the chain against them, and then the database."""
    pack = json.loads(write_pack(make_pack(campaign)))
    pack["steps"][1]["values"][16] = "never said"
    pack["digest"] = digest_of_pack(pack)
    assert "step 2 was changed" in check_pack(write_pack(pack))[0]
    pack["steps"][1]["hash"] = hash_of(pack["steps"][1]["values"])
    pack["seal"]["step_hash"] = pack["steps"][1]["hash"]
    pack["digest"] = digest_of_pack(pack)
    assert check_pack(write_pack(pack)) == []
    assert "step 2 is another one in the database" in check_against_database(pack)[0]


def test_the_lines_of_the_documentation_verify_a_pack(
    campaign: LocationCampaign, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """docs/evidence.md gives an outsider twenty lines; they are run here."""
    page = (settings.BASE_DIR / "docs" / "evidence.md").read_text()
    [lines] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    path = tmp_path / "pack.json"
    path.write_bytes(write_pack(make_pack(campaign)))
    exec(compile(lines, "evidence.md", "exec"), {"PACK": str(path)})  # noqa: S102 - our own page
    assert capsys.readouterr().out.strip() == "holds"


def test_the_command_verifies_packs(campaign: LocationCampaign, tmp_path: Path) -> None:
    path, out, err = tmp_path / "pack.json", StringIO(), StringIO()
    path.write_bytes(write_pack(make_pack(campaign)))
    call_command("verify_evidence", str(path), stdout=out, stderr=err)
    assert "holds (2 steps" in out.getvalue()
    with past_triggers() as cursor:
        cursor.execute("DELETE FROM approvals_evidenceseal")
    with pytest.raises(CommandError):
        call_command("verify_evidence", str(path), stdout=out, stderr=err)
    assert "the seal of the pack is not in the database" in err.getvalue()


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_pdf_is_one(in_acme: Cast, campaign: LocationCampaign, language: str) -> None:
    """In every script, with signs that no single font has."""
    add_comment(
        owner_kind="campaign",
        owner_id=campaign.pk,
        place="",
        body="Žluťoučký кот 你 שלום مرحبا 🎄 ✓",
        actor=in_acme.manager,
    )
    with translation.override(language):
        data = pdf_of(make_pack(campaign), pictures=lambda address: None)
    assert data.startswith(b"%PDF-") and data.rstrip().endswith(b"%%EOF") and len(data) < 400_000


@pytest.mark.parametrize("said", ["x\n" * 1900, "A store's manager writes a lot. " * 120, "word" * 1000])
def test_the_longest_comment_goes_over_pages(campaign: LocationCampaign, said: str) -> None:
    pack = make_pack(campaign)
    short = pdf_of(pack, pictures=lambda address: None)
    pack["steps"][0]["values"][1 + STEP_COLUMNS.index("comment")] = said
    assert pdf_of(pack, pictures=lambda address: None).count(b"/Type /Page\n") > short.count(b"/Type /Page\n")


def test_the_picture_shows_what_a_reader_sees() -> None:
    html = (
        "<head><style>.x{}</style></head><body><div style='display:none'>hidden</div><h1>Hello</h1>"
        "<p>Two <b>bold</b> words</p><a style='background:#112233;color:#ffffff' href='x'>Buy</a>"
        "<img src='https://x/a.png' alt='A chair'></body>"
    )
    parts = list(read(html))
    assert [part.text.strip() for part in parts] == ["Hello", "Two bold words", "Buy", "A chair"]
    assert parts[2].fill == "#112233" and parts[3].source == "https://x/a.png"


@pytest.mark.parametrize("name", ["evidence", "evidence_json", "evidence_pdf"])
def test_who_may_see_the_campaign_may_see_its_evidence(
    cast: Cast, campaign: LocationCampaign, client: Client, name: str
) -> None:
    """A viewer too; another store's people and another brand's meet a 404 (Rule A10)."""
    url = reverse(f"approvals:{name}", args=["acme", campaign.pk])
    backend = "django.contrib.auth.backends.ModelBackend"
    answers: dict[str, Any] = {}
    for person in (cast.viewer, cast.stranger):
        client.force_login(person, backend=backend)
        answers[person.name] = client.get(url)
    assert [one.status_code for one in answers.values()] == [HTTPStatus.OK, HTTPStatus.NOT_FOUND]
    if name == "evidence":
        assert "The evidence holds" in answers["Vera Viewer"].content.decode()
