"""How a message begins: its words, and nothing of what the plain text draws around them."""

from storesync.content.excerpts import excerpt
from tests.demo_mails import demo_mails

DRAWN = ("===", "---", "[", "http", "Larkspur Home", "Morgenrot Bäckerei")


def test_the_first_words_of_every_mail_of_the_demo() -> None:
    for mail in demo_mails():
        store = mail.stores()[0]
        rendered = mail.render(store)
        brand = rendered.text.splitlines()[0]
        words = excerpt(rendered.text, brand=brand, most=220)
        assert 100 < len(words) <= 222, (mail.slug, words)
        assert not [mark for mark in DRAWN if mark in words], (mail.slug, words)


def test_lines_are_told_apart_and_cut_between_words() -> None:
    text = "Acme\n\n[A sofa]\n\nSaturday\n\nAll must go\n===\n\n* 40% off *\nCome early. See you.\n\nMap: https://x.example/\n"
    assert excerpt(text, brand="Acme", most=200) == "Saturday · All must go · 40% off · Come early. See you."
    assert excerpt(text, brand="Acme", most=20) == "Saturday · All must …"
    assert excerpt("", brand="Acme", most=20) == ""
