"""The columns of a list as a person chose them: which, in which order, on every list of that table."""

import re

from django.test import Client

from storesync.accounts.models import User
from tests.approvals.test_queue import QUEUE, hand_in, sign_in
from tests.conftest import Cast

COLUMNS = "/b/acme/views/columns/"
TABLE = "approvals.QueueTable"
OFFERED = ["store_number", "location", "wave_id", "stage", "differs", "submitter", "created_at", "due_at"]


def heads(page: str) -> list[str]:
    """The words over the columns."""
    table = page.split("<thead", 1)[1].split("</thead>", 1)[0]
    texts = (" ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in table.split("<th")[1:])
    return [text.split(">", 1)[-1].strip() for text in texts]


def choose(client: Client, *shown: str, place: str = "", **more: str) -> None:
    """Post the chooser as the page has it; `place` is where it opens again."""
    given = {"table": TABLE, "column": OFFERED, "show": list(shown), "back": f"{QUEUE}?view=all"} | more
    answer = client.post(COLUMNS, given)
    assert answer.status_code == 302 and answer["Location"] == f"{QUEUE}?view=all{place}"


def test_which_and_in_which_order_is_kept_for_the_person(client: Client, cast: Cast) -> None:
    hand_in(cast, cast.leeds)
    sign_in(client, cast.approver)
    before = heads(client.get(QUEUE).content.decode())
    assert "Roll-out" in before and "Store number" not in before
    choose(client, "store_number", "due_at", "stage", up="due_at", place="#column-due_at-up")
    after = heads(client.get(QUEUE).content.decode())
    assert after[1] == "Campaign" and after[2:] == ["Store number", "Stage", "Due"]
    order = User.objects.get(pk=cast.approver.pk).list_columns[TABLE]["order"]
    assert order == [*OFFERED[:-2], "due_at", "created_at"]
    assert 'id="column-due_at-up"' in client.get(QUEUE).content.decode()
    choose(client, "store_number", "due_at", "stage", down="created_at", place="#column-created_at-up")
    choose(client, "store_number", "due_at", "stage", up="location", place="#column-location-down")
    assert heads(sign_in(client, cast.manager).get(QUEUE).content.decode()) == before, "one person's alone"
    sign_in(client, cast.approver)
    choose(client, reset="1")
    assert heads(client.get(QUEUE).content.decode()) == before


def test_a_page_with_other_columns_of_the_table_keeps_its_own(client: Client, cast: Cast) -> None:
    hand_in(cast, cast.leeds, by=cast.manager)
    sign_in(client, cast.manager)
    choose(client, "stage")
    found = heads(client.get(f"{QUEUE}submitted/").content.decode())
    assert "Stage" in found and "State" in found and "Due" not in found


def test_the_name_stays_and_a_file_has_all(client: Client, cast: Cast) -> None:
    hand_in(cast, cast.leeds)
    sign_in(client, cast.approver)
    choose(client)
    assert heads(client.get(QUEUE).content.decode())[1:] == ["Campaign"]
    file = client.get(f"{QUEUE}?export=csv").getvalue().decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "Store number" in file.splitlines()[0]


def test_what_is_no_table_column_or_page_of_ours_is_left_aside(client: Client, cast: Cast) -> None:
    sign_in(client, cast.approver)
    assert client.post(COLUMNS, {"table": "approvals.Nothing"}).status_code == 404
    away = client.post(COLUMNS, {"table": TABLE, "column": ["x"], "show": ["x"], "back": "//evil.example/"})
    assert away["Location"] == "/"
    assert User.objects.get(pk=cast.approver.pk).list_columns[TABLE] == {
        "order": [],
        "shown": [],
        "hidden": [],
    }
