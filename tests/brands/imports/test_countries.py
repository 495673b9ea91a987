"""Rule L3: a country is repaired only where one reading is possible."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storesync.brands.imports.countries import country_codes, read_country
from storesync.brands.imports.values import REPAIRED, WARNED


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("US", "US"), ("us", "US"), ("USA", "US"), ("U.S.A.", "US"), ("United States", "US"), ("UK", "GB"),
        ("GBR", "GB"), ("UAE", "AE"), ("Germany", "DE"), ("Deutschland", "DE"), ("Allemagne", "DE"),
        ("ドイツ", "DE"), ("中国", "CN"), ("Italia", "IT"), ("Salvador", "SV"),
        ("Turkey", "TR"), ("Holland", "NL"), ("Brunei Darussalam", "BN"), ("  France ", "FR"),
        ("Côte d’Ivoire", "CI"), ("South Korea", "KR"), ("Niger", "NE"), ("Nigeria", "NG"),
    ],
)  # fmt: skip
def test_names_and_codes(text: str, code: str) -> None:
    read = read_country(text)
    assert (read.value, read.kind) == (code, None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Great Britan", "GB"), ("Thiland", "TH"), ("Proto Rueico", "PR"), ("Lebnan", "LB"),
        ("Czech Repulic", "CZ"), ("Newzeland", "NZ"), ("Kazaksthan", "KZ"), ("Combodia", "KH"),
        ("Cura\ufffdao", "CW"),
    ],
)  # fmt: skip
def test_misspellings_of_the_real_file_are_repaired(text: str, code: str) -> None:
    read = read_country(text)
    assert (read.value, read.kind) == (code, REPAIRED)
    assert read.reason


@pytest.mark.parametrize(
    "text", ["Austrla", "Austrlia", "Nigera", "Texas", "Main Street", "XX", "?", "Nowhere"]
)
def test_what_may_mean_several_or_none_is_left_blank(text: str) -> None:
    read = read_country(text)
    assert (read.value, read.kind) == ("", WARNED)


@given(st.text(max_size=40))
def test_any_text_gives_a_code_or_nothing(text: str) -> None:
    read = read_country(text)
    assert read.value == "" or read.value in country_codes()
    assert read_country(read.value).value == read.value
