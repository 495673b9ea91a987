"""Keys of brands: encrypted, per brand, renewed under a new SECRET_KEY, never shown."""

import logging
from typing import Any

import pytest
from django.db import connection

from storesync.ai.actions import remove_key, set_key
from storesync.ai.door import Answered, NotAnswered
from storesync.ai.keys import KeyUnreadable, renewed, seal, unseal
from storesync.ai.models import AiSettings
from storesync.ai.outcomes import Outcome
from storesync.ai.tasks import renew_keys
from tests.ai.asking import ask_for_a_word
from tests.conftest import Cast, without_scope
from tests.model_server import ModelServer, error

pytestmark = pytest.mark.django_db
KEY = "sk-brand-very-secret-9876"


def test_the_brands_key_comes_first_and_is_nowhere_to_be_read(
    in_acme: Cast, model_server: ModelServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in any table, history among them, nor in what the client logs at its loudest."""
    set_key(brand=in_acme.acme, actor=in_acme.manager, key=KEY)
    model_server.script(error(401, "invalid_api_key", f"Incorrect API key provided: {KEY}"))
    with caplog.at_level(logging.DEBUG):
        ask_for_a_word(in_acme.acme)
        assert isinstance(ask_for_a_word(in_acme.acme), Answered)
    assert {asked.key for asked in model_server.asked} == {KEY}
    assert KEY not in caplog.text
    assert everything_containing("very-secret") == []
    found = AiSettings.objects.get()
    assert found.key_ending == "9876"
    assert found.history.count() >= 2  # type: ignore[attr-defined]
    remove_key(brand=in_acme.acme, actor=in_acme.manager)
    ask_for_a_word(in_acme.acme)
    assert model_server.asked[-1].key == "sk-company-1234"
    assert everything_containing(found.encrypted_key[:40]) == []


def everything_containing(text: str) -> list[str]:
    """The tables in which a row has this text anywhere."""
    found = []
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT 1 FROM {name} t WHERE t::text LIKE %s LIMIT 1", [f"%{text}%"])  # noqa: S608
            if cursor.fetchone():
                found.append(table)
    return found


def test_a_new_secret_key(in_acme: Cast, model_server: ModelServer, settings: Any) -> None:
    """With its former value beside it keys still open, and are sealed anew; without, the words say so."""
    set_key(brand=in_acme.acme, actor=in_acme.manager, key=KEY)
    before = AiSettings.objects.get().encrypted_key
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = (
        "a new one, long enough to be one",
        [settings.SECRET_KEY],
    )
    assert isinstance(ask_for_a_word(in_acme.acme), Answered)
    without_scope(renew_keys)
    after = AiSettings.objects.get().encrypted_key
    assert after != before
    assert renewed(after, in_acme.acme.pk) is None
    settings.SECRET_KEY_FALLBACKS = []
    assert unseal(after, in_acme.acme.pk) == KEY
    settings.SECRET_KEY = "another one that nobody wrote down"
    answer = ask_for_a_word(in_acme.acme)
    assert isinstance(answer, NotAnswered)
    assert answer.outcome == Outcome.KEY_LOST


def test_a_row_copied_to_another_brand_opens_nothing(cast: Cast) -> None:
    with pytest.raises(KeyUnreadable):
        unseal(seal(KEY, cast.acme.pk), cast.other.pk)
