"""Recipients as people paste and upload them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storesync.audience.addresses import AddressError, address_hash, read_address
from storesync.audience.parsing import RecipientRow, RowProblem, decode, parse_recipients


def read(text: str) -> list[tuple[str, str, str]]:
    return [
        (row.address.identity, row.first_name, row.last_name)
        if isinstance(row, RecipientRow)
        else ("!", "", "")
        for row in parse_recipients(text)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "ada@example.org, bob@example.org; cy@example.org\ndi@example.org",
        "ada@example.org\tbob@example.org\tcy@example.org\tdi@example.org",
        "<ada@example.org>,\n\n  'bob@example.org' ;;cy@example.org.\nmailto:di@example.org",
    ],
)
def test_addresses_in_any_separation(text: str) -> None:
    assert [row[0] for row in read(text)] == [f"{name}@example.org" for name in ("ada", "bob", "cy", "di")]


@pytest.mark.parametrize(
    "text",
    [
        "Ada Lovelace <ada@example.org>",
        '"Lovelace, Ada" <ada@example.org>',
        "Lovelace, Ada <ada@example.org>",
        "Lovelace, Ada <ada@example.org>;",
        "Ada Lovelace ada@example.org",
        "E-Mail;Vorname;Nachname\nada@example.org;Ada;Lovelace",
        "Prénom,Nom,Adresse e-mail\nAda,Lovelace,ada@example.org",
        "氏名\tメールアドレス\nAda Lovelace\tada@example.org",
        "Email Address | Full name\nada@example.org | Ada Lovelace",
        "ada@example.org,Ada,Lovelace",
    ],
)
def test_names_in_every_usual_shape(text: str) -> None:
    assert read(text) == [("ada@example.org", "Ada", "Lovelace")]


def test_a_table_with_stores_quotes_and_line_breaks_keeps_its_row_numbers() -> None:
    text = (
        'email,store number,first name\n\na@example.org,118,"Ann\nMarie"\nnobody,204,X\nb@example.org,204,B\n'
    )
    rows = list(parse_recipients(text))
    first, bad, last = rows
    assert isinstance(first, RecipientRow) and isinstance(bad, RowProblem) and isinstance(last, RecipientRow)
    assert (first.row, first.store_number, first.first_name) == (3, "118", "Ann Marie")
    assert (bad.row, bad.value) == (5, "nobody") and bad.reason
    assert (last.row, last.store_number) == (6, "204")


@pytest.mark.parametrize(
    "written",
    ["", "plain", "a@b@c.example", "@example.org", "a@", "a b@example.org", "a..b@example.org",
     "ü@example.org", "a@localhost", "a@1.2.3.4", "a@-x.example",
     f"{'x' * 65}@example.org", f"a@{'b.' * 130}example"],
)  # fmt: skip
def test_what_is_no_address_says_why(written: str) -> None:
    with pytest.raises(AddressError) as caught:
        read_address(written)
    assert str(caught.value.reason)


def test_identity_folds_case_and_scripts_and_the_mailbox_keeps_its_spelling() -> None:
    address = read_address("Ada.L+news@BÜCHER.example")
    assert address.identity == "ada.l+news@xn--bcher-kva.example"
    assert address.mailbox == "Ada.L+news@xn--bcher-kva.example"
    assert read_address("a@straße.example").identity == "a@xn--strae-oqa.example"


def test_hashes_are_keyed(settings: pytest.FixtureRequest) -> None:
    before = address_hash("ada@example.org")
    settings.ADDRESS_KEY = "another"  # type: ignore[attr-defined]
    assert address_hash("ada@example.org") != before


def test_files_in_other_encodings() -> None:
    text = "email;vorname\nj@example.org;Jürgen\n"
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        assert "Jürgen" in decode(text.encode(encoding))


@given(st.text(max_size=300))
def test_no_text_makes_it_fail_and_every_address_is_sane(text: str) -> None:
    for row in parse_recipients(text):
        if isinstance(row, RecipientRow):
            assert row.address.identity.count("@") == 1 and row.address.identity.isascii()
            assert not any(c in row.first_name + row.last_name for c in "\r\n\ue000\ue001\ue002")
        else:
            assert row.reason


def test_a_quote_that_is_never_closed_costs_its_cell_and_nothing_else() -> None:
    """A cell longer than the reader bears is named, in a table and without a header."""
    swallowed = '"' + "x" * 140_000
    found = list(parse_recipients(f"email,store\nann@h.example,118\n{swallowed}\nbob@h.example,118"))
    assert isinstance(found[0], RecipientRow)
    assert any(isinstance(one, RowProblem) for one in found[1:])
    loose = list(parse_recipients(f"ann@h.example,118\n{swallowed}"))
    assert any(isinstance(one, RecipientRow) for one in loose)
    assert list(parse_recipients(swallowed))
