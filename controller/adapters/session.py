"""How a Prometheus is reached, and an HTTP session with its credentials."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import requests

from controller.errors import ConfigError


@dataclass(frozen=True)
class Connection:
    """How to reach a Prometheus. Secrets come from files and are read at each connection, never logged.

    Attributes:
        url: base address, with a path prefix if there is one.
        timeout: seconds for one attempt to begin its answer; the whole of it may take twice as long.
        retries: further attempts after a failure that may pass; waits double from `backoff` seconds. None begins later
            than `timeout` after the first: whoever hangs is not waited for again, so that a step of the controller ends
            and an operator's word is heard; it asks again by itself.
        ca, cert, key: files for TLS.
        username, password_file: basic authentication.
        bearer_file: bearer token.
        headers: further headers, e.g. a tenant.
    """

    url: str
    timeout: float = 10.0
    retries: int = 2
    backoff: float = 0.2
    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None
    username: str | None = None
    password_file: Path | None = None
    bearer_file: Path | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def secret(path: Path) -> str:
    """Return the one line of text that a secret file holds. Raises ConfigError."""
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read the secret file {path}: {error}; check the path and its permissions") from None
    if not secret or not secret.isprintable():
        raise ConfigError(f"the secret file {path} must hold one line of text, and nothing else")
    return secret


def session_of(connection: Connection) -> requests.Session:
    """Return a session with the connection's credentials. Raises ConfigError for a secret that cannot be read."""
    session = requests.Session()
    session.trust_env = False  # a proxy or .netrc of the shell must not come between
    session.headers.update({name: value.encode() for name, value in connection.headers.items()})
    if connection.ca is not None:
        session.verify = str(connection.ca)
    if connection.cert is not None:
        session.cert = (str(connection.cert), str(connection.key)) if connection.key else str(connection.cert)
    if connection.username is not None and connection.password_file is not None:
        # as UTF-8 (RFC 7617): requests' own Latin-1 knows few passwords
        pair = f"{connection.username}:{secret(connection.password_file)}".encode()
        session.headers["Authorization"] = b"Basic " + base64.b64encode(pair)
    if connection.bearer_file is not None:
        session.headers["Authorization"] = b"Bearer " + secret(connection.bearer_file).encode()
    return session
