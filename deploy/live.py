"""`python -m deploy.live PORT`: whether the process of this container lives, as health checks ask; exit code 0 or 1."""

import sys
from http.client import HTTPConnection, HTTPException

SECONDS = 3.0


def lives(port: int) -> bool:
    """Whether /live answers 200 on this machine."""
    connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", "/live")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(not lives(int(sys.argv[1])))
