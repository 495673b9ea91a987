"""Tools from outside Python that some tests need."""

import os
import shutil

import pytest


def require(*tools: str) -> str:
    """Path of the first of these programs that is installed; skip the test, loudly, when none is.

    With STORESYNC_REQUIRE_ALL=1 (the build server) a missing tool is a failure.
    """
    for tool in tools:
        if path := shutil.which(tool):
            return path
    reason = f"{' or '.join(tools)} is not installed"
    if os.environ.get("STORESYNC_REQUIRE_ALL") == "1":
        pytest.fail(f"{reason}, and STORESYNC_REQUIRE_ALL=1 allows no skipping")
    pytest.skip(reason)
