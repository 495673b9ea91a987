"""Ask this container's own web server for its health; the exit code is the answer.

Standard library only, so that asking every half minute costs next to nothing.
"""

import http.client
import os
import sys

HEALTHY = 200


def status(port: int, host: str) -> int:
    """HTTP status of `/healthz`, 0 when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


if __name__ == "__main__":
    allowed = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].lstrip(".*") or "localhost"
    sys.exit(status(int(os.environ.get("PORT", "8000")), allowed) != HEALTHY)
