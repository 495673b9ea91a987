"""`.env.example` names every setting, and nothing that is none."""

import re

from django.conf import settings

READ = re.compile(r'(?:env\.\w+|needed)\(\s*"([A-Z_]+)"')
NAMED = re.compile(r"^#?([A-Z_]+)=", re.MULTILINE)
PROCESSES = re.compile(r"\$\{?([A-Z_]+)\b")


def test_every_setting_is_named() -> None:
    read = set(READ.findall((settings.BASE_DIR / "storesync" / "settings.py").read_text()))
    files = ("Procfile", "compose.yaml")
    processes = set().union(*(PROCESSES.findall((settings.BASE_DIR / name).read_text()) for name in files))
    assert "DATABASE_URL" in read
    assert "PORT" in processes
    assert set(NAMED.findall((settings.BASE_DIR / ".env.example").read_text())) == read | processes
