"""The German catalogue: whole, its placeholders those of the English, and read by the pages."""

import os
import re
from pathlib import Path

import pytest
from babel.messages import Message
from babel.messages.pofile import read_po
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse

from tests.conftest import Cast

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"
GERMAN = Path(__file__).parents[2] / "locale/de/LC_MESSAGES/django.po"
# %(name)s of Python, %% before a sign, {name} of str.format, {{ name }} and {% tag %} of recipients' texts.
PLACEHOLDER = re.compile(r"%\(\w+\)[-#0-9.]*[a-zA-Z]|%%|\{\{.*?\}\}|\{\w*\}")


@pytest.fixture(scope="module")
def messages() -> list[Message]:
    with GERMAN.open("rb") as file:
        catalogue = read_po(file, locale="de", abort_invalid=True)
    return [message for message in catalogue if message.id]


def _forms(value: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _placeholders(text: str) -> list[str]:
    return sorted(set(PLACEHOLDER.findall(text)))


def test_every_message_is_translated_and_none_only_guessed(messages: list[Message]) -> None:
    assert len(messages) > 1000
    assert not [message.id for message in messages if message.fuzzy or not all(_forms(message.string))]


def test_a_plural_has_both_forms(messages: list[Message]) -> None:
    assert not [m.id for m in messages if len(_forms(m.string)) != len(_forms(m.id))]


def test_placeholders_are_those_of_the_english(messages: list[Message]) -> None:
    """The plural names all of them; the singular may spell its number out ("One campaign")."""
    wrong = []
    for message in messages:
        english, german = _forms(message.id), _forms(message.string)
        if _placeholders(english[-1]) != _placeholders(german[-1]):
            wrong.append(message.id)
        if set(_placeholders(german[0])) - {p for form in english for p in _placeholders(form)}:
            wrong.append(message.id)
    assert not wrong


def test_line_breaks_and_quotes_are_german(messages: list[Message]) -> None:
    pairs = [pair for m in messages for pair in zip(_forms(m.id), _forms(m.string), strict=True)]
    assert not [german for english, german in pairs if english.count("\n") != german.count("\n")]
    assert not [german for _, german in pairs if "”" in german or german.count("„") != german.count("“")]


def test_the_sign_in_page_speaks_the_language_of_the_browser(client: Client, db: None) -> None:
    page = client.get(
        reverse("account_login"), headers={"accept-language": "de-DE,de;q=0.9"}
    ).content.decode()
    assert '<html lang="de"' in page
    assert "Anmelden" in page
    assert "Sign in" not in page
    english = client.get(reverse("account_login"), headers={"accept-language": "fr"}).content.decode()
    assert "Sign in" in english


def test_the_home_page_speaks_the_language_of_the_person(cast: Cast, client: Client) -> None:
    cast.manager.language = "de"
    cast.manager.save(update_fields=["language"])
    client.force_login(cast.manager, backend=MODEL_BACKEND)
    page = client.get(
        reverse("brand_home", args=["acme"]), headers={"accept-language": "en"}
    ).content.decode()
    assert '<html lang="de"' in page
    for german, english in (("Kampagnen", "Campaigns"), ("Vorlagen", "Templates"), ("Guten ", "Good ")):
        assert german in page
        assert english not in page


def test_catalogues_are_built_once_and_again_after_an_edit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "de/LC_MESSAGES"
    folder.mkdir(parents=True)
    source, built = folder / "django.po", folder / "django.mo"
    source.write_bytes(GERMAN.read_bytes())
    with override_settings(LOCALE_PATHS=[tmp_path]):
        call_command("build_languages")
        assert capsys.readouterr().out.split() == [str(built)]
        first = built.read_bytes()
        call_command("build_languages")
        assert not capsys.readouterr().out

        source.write_text('msgid ""\nmsgstr ""\n\nmsgid "Sign in"\nmsgstr "Herein"\n', encoding="utf-8")
        later = built.stat().st_mtime + 1
        os.utime(source, (later, later))
        call_command("build_languages")
    assert built.read_bytes() != first
    assert sorted(folder.iterdir()) == [built, source]


@pytest.mark.parametrize(
    ("page", "headings"),
    [
        ("brands:location_list", ("Ort", "Bundesland oder Provinz", "Land")),
        ("brands:person_list", ("Rolle",)),
    ],
)
def test_headings_of_tables_are_german(
    cast: Cast, client: Client, page: str, headings: tuple[str, ...]
) -> None:
    cast.manager.language = "de"
    cast.manager.save(update_fields=["language"])
    client.force_login(cast.manager, backend=MODEL_BACKEND)
    shown = re.findall(r"<th\b.*?</th>", client.get(reverse(page, args=["acme"])).content.decode(), re.DOTALL)
    words = {re.sub(r"<[^>]+>", "", heading).strip() for heading in shown}
    assert set(headings) <= words
