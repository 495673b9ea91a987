"""Documents, their vectors, and finding them: on the real model, the real database and real sentences."""

import csv
from collections.abc import Sequence
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from storesync.brands.models import Brand
from storesync.core.models import new_id
from storesync.core.scoping import ScopeError, brand_scope
from storesync.core.sweeper import sweep_once
from storesync.meaning.actions import Document, remove_documents, set_documents
from storesync.meaning.embedders import LOCAL, EmbeddingFailed, Vectors, padded
from storesync.meaning.embedding import LEASE, embed_batch
from storesync.meaning.indexes import index_name, tend_indexes
from storesync.meaning.models import EmbeddedDocument
from storesync.meaning.searching import CANDIDATES, FUSION_K, Filters, search, similar
from storesync.meaning.tasks import embed_due
from tests.conftest import Cast, without_scope

KIND = "tests.text"


class Failing:
    """A model that is never reached."""

    name = LOCAL.name
    dimensions = 256

    def embed(self, texts: Sequence[str]) -> Vectors:
        raise EmbeddingFailed("no route")


def fill(brand: Brand, *texts: str, embed: bool = True, **facts: Any) -> list[EmbeddedDocument]:
    """Documents of a brand, in this order, with their vectors."""
    with brand_scope([brand.pk]):
        keys = [new_id() for _text in texts]
        rows = [Document(KIND, key, text, "en", **facts) for key, text in zip(keys, texts, strict=True)]
        assert set_documents(brand=brand, documents=rows) == len(texts)
        while embed and embed_batch(brand_id=brand.pk):
            pass
        found = {row.object_id: row for row in EmbeddedDocument.objects.filter(object_id__in=keys)}
    return [found[key] for key in keys]


def texts_of(rows: Sequence[Any]) -> list[str]:
    return [row.text for row in rows]


def test_the_same_again_writes_nothing(in_acme: Cast) -> None:
    (row,) = fill(in_acme.acme, "Summer sale on garden chairs")
    assert row.vector is not None and row.due_at is None
    same = Document(KIND, row.object_id, row.text, "en")
    assert set_documents(brand=in_acme.acme, documents=[same, same]) == 0
    sent = Document(KIND, row.object_id, row.text, "en", outcome="sent", score=0.7)
    assert set_documents(brand=in_acme.acme, documents=[sent]) == 1
    row.refresh_from_db()
    assert row.vector is not None, "another outcome is no other text"
    changed = Document(KIND, row.object_id, "Winter coats", "en", outcome="sent")
    assert set_documents(brand=in_acme.acme, documents=[changed]) == 1
    row.refresh_from_db()
    assert row.vector is None and row.due_at is not None, "an old vector says the old words"
    assert remove_documents(brand=in_acme.acme, kind=KIND, object_ids=[row.object_id]) == 1
    assert search(brand=in_acme.acme, text="winter coats") == []


def test_a_thousand_are_one_statement(in_acme: Cast, django_assert_num_queries: Any) -> None:
    rows = [Document(KIND, new_id(), f"Offer number {number}", "en") for number in range(1000)]
    with django_assert_num_queries(1), transaction.atomic(savepoint=False):
        assert set_documents(brand=in_acme.acme, documents=rows) == 1000


def test_another_brand_is_never_found(in_acme: Cast) -> None:
    (ours,) = fill(in_acme.acme, "Sofas and armchairs at half the price")
    (theirs,) = fill(in_acme.other, "Garden chairs for long summer evenings")
    assert texts_of(search(brand=in_acme.acme, text="garden chairs summer evenings")) == [ours.text]
    assert similar(document=ours) == []
    with pytest.raises(ScopeError):
        search(brand=in_acme.other, text="garden chairs")
    with pytest.raises(ScopeError):
        without_scope(search, brand=in_acme.acme, text="garden chairs")
    with pytest.raises(ScopeError):
        set_documents(brand=in_acme.other, documents=[Document(KIND, theirs.object_id, "x", "en")])
    # The same object under another brand is another row, whoever names it.
    set_documents(brand=in_acme.acme, documents=[Document(KIND, theirs.object_id, "Mine", "en")])
    with brand_scope([in_acme.other.pk]):
        assert EmbeddedDocument.objects.get().text == theirs.text


def test_vectors_of_two_models_are_never_compared(in_acme: Cast) -> None:
    near, other = fill(in_acme.acme, "Fresh bread every morning", "Rolls from the oven at dawn")
    EmbeddedDocument.objects.filter(pk=other.pk).update(model="text-embedding-3-small")
    assert texts_of(search(brand=in_acme.acme, text="bakery rolls oven dawn")) == [near.text]
    assert similar(document=near) == []
    without_scope(call_command, "rebuild_embeddings", "--brand", "acme", stdout=(told := StringIO()))
    assert told.getvalue() == "acme: 2\n"
    assert {row.vector for row in EmbeddedDocument.objects.all()} == {None}
    assert texts_of(search(brand=in_acme.acme, text="oven dawn")) == [other.text], "by words meanwhile"
    without_scope(embed_due.run, in_acme.acme.pk)
    assert texts_of(similar(document=EmbeddedDocument.objects.get(pk=near.pk))) == [other.text]


def test_rebuilding_leaves_one_row_an_object(in_acme: Cast) -> None:
    (row,) = fill(in_acme.acme, "Fresh bread")
    for model in ("another", "a third"):
        row.pk, row.model = new_id(), model
        row.save(force_insert=True)
    without_scope(call_command, "rebuild_embeddings", stdout=StringIO())
    assert [(found.model, found.vector) for found in EmbeddedDocument.objects.all()] == [(LOCAL.name, None)]


def test_what_a_dead_worker_or_a_failing_model_left(in_acme: Cast, huey_immediate: None) -> None:
    """A claim is a lease: when it ends, the next sweep embeds; a text changed meanwhile keeps its place."""
    (row,) = fill(in_acme.acme, "Two for one on jeans", embed=False)
    with pytest.raises(EmbeddingFailed):
        embed_batch(brand_id=in_acme.acme.pk, embedder=Failing())
    assert embed_batch(brand_id=in_acme.acme.pk) == 0, "under the lease of the one that died"
    assert texts_of(search(brand=in_acme.acme, text="jeans", embedder=Failing())) == [row.text]
    EmbeddedDocument.objects.update(due_at=timezone.now() - timedelta(seconds=1))

    class Slow:
        name = LOCAL.name
        dimensions = 256

        def embed(self, texts: Sequence[str]) -> Vectors:
            set_documents(brand=in_acme.acme, documents=[Document(KIND, row.object_id, "Shirts", "en")])
            return LOCAL.embed(texts)

    assert embed_batch(brand_id=in_acme.acme.pk, embedder=Slow()) == 1
    row.refresh_from_db()
    assert (row.text, row.vector) == ("Shirts", None)
    assert row.due_at is not None and row.due_at < timezone.now() + LEASE
    assert without_scope(sweep_once, "embeddings")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def test_words_and_meaning_are_fused_by_their_places(in_acme: Cast) -> None:
    rows = fill(
        in_acme.acme,
        "Cheap sofa",
        "A couch for less money",
        "Inexpensive settee and armchair",
        "Sofa, sofa, sofa: the word alone",
        "Dog food",
    )
    found = search(brand=in_acme.acme, text="cheap sofa")
    assert found[0].text == "Cheap sofa" and {row.id for row in found} == {row.pk for row in rows}
    for row in found:
        places = [place for place in (row.word_place, row.meaning_place) if place]
        assert row.fused == pytest.approx(sum(1 / (FUSION_K + place) for place in places))
    assert [row.fused for row in found] == sorted((row.fused for row in found), reverse=True)
    by_text = {row.text: row for row in found}
    assert by_text["A couch for less money"].word_place is None
    assert by_text["A couch for less money"].meaning_place < by_text["Dog food"].meaning_place
    for hostile in ("'", "\\", "a'b\\c & | ! :*", "\x00", " ", "🙂", "%s {narrowed} sofa"):
        search(brand=in_acme.acme, text=hostile)


def test_filters(in_acme: Cast) -> None:
    today = timezone.now().date()
    north = {"region_path": [in_acme.north.pk], "campaign_type": "flash_sale", "outcome": "sent"}
    fill(in_acme.acme, "Sale in the north", starts_on=today, **north)
    fill(in_acme.acme, "Sale in the south", region_path=[in_acme.south.pk], starts_on=today - timedelta(9))
    fill(in_acme.acme, "Sale in every store")

    def found(**facts: Any) -> set[str]:
        return set(texts_of(search(brand=in_acme.acme, text="sale", filters=Filters(**facts))))

    assert found(region_id=in_acme.north.pk) == {"Sale in the north", "Sale in every store"}
    assert found(campaign_types=["flash_sale"]) == found(outcomes=["sent"]) == {"Sale in the north"}
    assert found(starts_until=today - timedelta(1)) == {"Sale in the south"}
    assert found(starts_from=today) == {"Sale in the north"}
    assert search(brand=in_acme.acme, text="sale", kinds=["another"]) == []


def test_real_sentences_are_ranked_as_numpy_does(in_acme: Cast, real_data: Path) -> None:
    """Nothing is lost on the way: half precision, zeros and SQL give the order of the model's own numbers."""
    with (real_data / "text" / "stsb" / "stsb-en-dev.csv").open(encoding="utf-8") as file:
        sentences = list(dict.fromkeys(row[0] for row in csv.reader(file)))[:1500]
    rows = fill(in_acme.acme, *sentences)
    assert fill(in_acme.other, *sentences[:300])
    vectors = LOCAL.embed(sentences)
    recall = []
    for number in range(0, len(sentences), 75):
        cosines = vectors @ vectors[number]
        exact = [rows[index].pk for index in np.argsort(-cosines)[:11] if index != number][:10]
        near = sorted(
            (row for row in similar(document=rows[number], limit=CANDIDATES) if row.meaning_place),
            key=lambda row: row.meaning_place or 0,
        )
        recall.append(len({row.id for row in near[:10]} & set(exact)) / 10)
        assert near[0].similarity == pytest.approx(float(np.sort(cosines)[-2]), abs=0.002)
    assert np.mean(recall) > 0.98
    assert padded(vectors).shape == (len(sentences), 1536)


@pytest.mark.django_db(transaction=True)
def test_a_large_brand_has_an_index_of_its_own(in_acme: Cast) -> None:
    rows = fill(in_acme.acme, *(f"Offer {number} of this week" for number in range(40)))
    fill(in_acme.other, "One offer")
    name = index_name(in_acme.acme.pk, LOCAL.name)
    assert without_scope(tend_indexes, 30, 20) == (1, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name])
        (definition,) = cursor.fetchone()
        assert str(in_acme.acme.pk) in definition and "hnsw" in definition
    assert without_scope(tend_indexes, 30, 20) == (0, 0), "there already"
    assert len(search(brand=in_acme.acme, text="offer of the week", limit=40)) == 40
    remove_documents(brand=in_acme.acme, kind=KIND, object_ids=[row.object_id for row in rows[:25]])
    assert without_scope(tend_indexes, 30, 20) == (0, 1)
