"""A process that uses an embedded database until its input ends; run by test_embedded.py."""

import sys
from pathlib import Path

from django.conf import settings

settings.configure(USE_I18N=False)

from storesync.core.embedded import EmbeddedError, ensure  # noqa: E402

try:
    sys.stdout.write(f"{ensure(Path(sys.argv[1]))}\n")
except EmbeddedError as error:
    sys.stdout.write(f"refused: {error}\n")
sys.stdout.flush()
sys.stdin.read()
