"""The PromQL client, on a real Prometheus for what it answers and on a local server for what goes wrong."""

from __future__ import annotations

import base64
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from controller.adapters.answer import (
    Content,
    MalformedError,
    OverloadedError,
    PrometheusError,
    QueryTimeoutError,
    RejectedError,
    UnreachableError,
)
from controller.adapters.prometheus import Prometheus
from controller.adapters.session import Connection
from controller.errors import ConfigError
from tests.controller.adapters.server import Reply, Server, failure, number, serving, success
from tests.prometheus import running_prometheus

SECRET = "hunter2-\u00fc\u20ac"
T0 = 1_699_999_200
STEP = 15
COUNT = 12_000


def _client(server: Server, scheme: str = "http", **more: Any) -> Prometheus:
    settings = {"timeout": 5.0, "retries": 0, "backoff": 0.001, **more}
    return Prometheus(Connection(f"{scheme}://127.0.0.1:{server.port}", **settings))


# --- a real Prometheus


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    ramp = "".join(f'ramp{{arm="a"}} {i} {T0 + STEP * i}\n' for i in range(COUNT))
    odd = "".join(f'odd{{is="{value}"}} {value} {T0}\n' for value in ("NaN", "+Inf", "-Inf", "2.5"))
    samples = f"# TYPE ramp gauge\n{ramp}# TYPE odd gauge\n{odd}"
    with running_prometheus(tmp_path_factory.mktemp("prometheus"), samples) as url:
        yield url


@pytest.fixture
def real(address: str) -> Iterator[Prometheus]:
    with Prometheus(Connection(address)) as client:
        yield client


@pytest.mark.stack
def test_a_query_is_evaluated_at_the_time_that_it_is_asked_for(real: Prometheus) -> None:
    for i in (0, 7, 300):
        (series,) = real.instant("ramp", T0 + STEP * i + 1.5).series
        assert (series.labels["arm"], series.times.tolist(), series.values.tolist()) == (
            "a",
            [T0 + STEP * i + 1.5],
            [i],
        )


@pytest.mark.stack
@pytest.mark.parametrize(
    ("query", "content", "value"),
    [
        ('odd{is="2.5"}', Content.NUMBER, 2.5),
        ('odd{is="NaN"}', Content.NAN, float("nan")),
        ('odd{is="+Inf"}', Content.INFINITE, float("inf")),
        ('odd{is="-Inf"}', Content.INFINITE, float("-inf")),
        ("nothing", Content.EMPTY, float("nan")),
        ("scalar(nothing)", Content.NAN, float("nan")),
        ("vector(1) / 0", Content.INFINITE, float("inf")),
        ("3", Content.NUMBER, 3.0),
    ],
)
def test_a_scalar_says_what_it_holds(real: Prometheus, query: str, content: Content, value: float) -> None:
    found = real.scalar(query, T0 + 1)
    assert found.content is content
    assert found.value == pytest.approx(value, nan_ok=True)


@pytest.mark.stack
def test_more_than_one_series_is_no_scalar(real: Prometheus) -> None:
    with pytest.raises(MalformedError, match="answers 4 series where one is wanted: aggregate it"):
        real.scalar("odd", T0 + 1)


@pytest.mark.stack
def test_a_range_beyond_what_prometheus_answers_at_once_comes_whole_and_without_repeats(real: Prometheus) -> None:
    (series,) = real.range("ramp", T0, T0 + STEP * (COUNT - 1), STEP).series
    assert series.times.tolist() == [T0 + STEP * i for i in range(COUNT)]
    assert series.values.tolist() == list(range(COUNT))


@pytest.mark.stack
def test_a_range_of_one_point_and_one_of_nothing(real: Prometheus) -> None:
    (series,) = real.range("ramp", T0, T0, STEP).series
    assert series.values.tolist() == [0]
    assert real.range("nothing", T0, T0 + 600, STEP).series == ()


@pytest.mark.stack
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("sum(", "bad_data: .*parse error"),
        ("rate(ramp)", "bad_data: .*expected type range vector"),
        ("odd * on(nothing) odd", "execution: .*many-to-many|execution: found duplicate series"),
    ],
)
def test_prometheus_own_words_are_kept_and_a_wrong_query_is_not_tried_again(
    address: str, query: str, said: str
) -> None:
    told: list[str | None] = []
    waits: list[float] = []
    with Prometheus(Connection(address), observe=lambda _, reason: told.append(reason), sleep=waits.append) as client:
        with pytest.raises(RejectedError, match=said) as caught:
            client.instant(query, T0 + 1)
        assert query in str(caught.value)
    assert (told, waits) == (["rejected"], [])


@pytest.mark.stack
def test_every_query_is_observed_once_with_its_time(address: str) -> None:
    told: list[tuple[float, str | None]] = []
    with Prometheus(Connection(address), observe=lambda seconds, reason: told.append((seconds, reason))) as client:
        client.instant("ramp", T0)
        client.range("ramp", T0, T0 + STEP * (COUNT - 1), STEP)
    assert [reason for _, reason in told] == [None] * 3  # one, and two parts
    assert all(0 < seconds < 10 for seconds, _ in told)


@pytest.mark.stack
def test_a_path_prefix_that_prometheus_does_not_have_is_told(address: str) -> None:
    with Prometheus(Connection(address + "/prefix")) as client, pytest.raises(RejectedError, match="answers 404"):
        client.instant("up", T0)


# --- what goes wrong on the way


def test_a_refused_connection_is_unreachable_and_says_where() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    waits: list[float] = []
    client = Prometheus(Connection(f"http://127.0.0.1:{port}", retries=3, backoff=0.5), sleep=waits.append)
    with (
        client,
        pytest.raises(UnreachableError, match=f"http://127.0.0.1:{port}: cannot connect .*refused.*running there"),
    ):
        client.instant("up", 0)
    assert waits == [0.5, 1.0, 2.0]


def test_a_name_that_is_not_found_is_unreachable() -> None:
    with (
        Prometheus(Connection("http://prometheus.invalid", retries=0)) as client,
        pytest.raises(UnreachableError) as caught,
    ):
        client.instant("up", 0)
    assert "object at 0x" not in str(caught.value)


@pytest.mark.parametrize("amid", [False, True], ids=["before the answer", "amid the answer"])
def test_a_slow_answer_is_a_timeout_that_names_the_setting(amid: bool) -> None:
    slow = Reply(number("1").body, pause=20.0, amid=amid)
    with serving(slow) as server, _client(server, timeout=0.1) as client:
        start = time.monotonic()
        with pytest.raises(
            QueryTimeoutError, match=r"no answer within 0\.1 s; overloaded\? Raise `prometheus.timeout`"
        ):
            client.instant("up", 0)
        assert time.monotonic() - start < 10


def test_prometheus_is_told_how_long_we_wait() -> None:
    with serving(number("1")) as server, _client(server, timeout=2.5) as client:
        client.instant("up", 12.3456)
        ((path, _, form),) = server.requests
    assert path == "/api/v1/query"
    assert form == {"query": ["up"], "time": ["12.346"], "timeout": ["2500ms"]}


@pytest.mark.parametrize(
    ("reply", "kind", "said"),
    [
        (
            failure(503, "timeout", "query timed out in expression evaluation"),
            QueryTimeoutError,
            "answers 503: timeout: q",
        ),
        (failure(503, "unavailable", "not ready"), OverloadedError, "answers 503: unavailable: not ready"),
        (failure(500, "internal", "disk"), OverloadedError, "answers 500: internal: disk"),
        (Reply(b"<html> <h1>Bad\n Gateway</h1>", 502), OverloadedError, "answers 502: <html> <h1>Bad Gateway</h1>"),
        (Reply(b"", 504), OverloadedError, "answers 504: no text"),
        (Reply(b"slow down", 429), OverloadedError, "answers 429: slow down"),
        (failure(422, "execution", "too many samples"), RejectedError, "answers 422: execution: too many samples"),
        (failure(400, "bad_data", "parse error"), RejectedError, r"answers 400: bad_data: parse error \(query: up\)"),
        (Reply(b"no", 401), RejectedError, "answers 401: no; check the credentials"),
        (Reply(b"no", 403), RejectedError, "answers 403: no; check the credentials"),
        (Reply(b"<html>log in</html>"), MalformedError, "not Prometheus' JSON: '<html>log in</html>'; check the URL"),
        (Reply(b'{"status": "succ'), MalformedError, "not Prometheus' JSON"),
        (Reply(b""), MalformedError, "not Prometheus' JSON: ''"),
        (Reply(b"[]"), MalformedError, "not Prometheus' JSON"),
        (Reply(b"null"), MalformedError, "not Prometheus' JSON"),
        (Reply(b"{}"), MalformedError, "not Prometheus' JSON"),
        (Reply(b'{"status": "success"}'), MalformedError, "not Prometheus' JSON"),
        (Reply(b'{"status": "success", "data": 5}'), MalformedError, "a result that cannot be read"),
        (Reply(b'{"status": "error", "errorType": "x", "error": "y"}'), RejectedError, "x: y"),
        (Reply(b'{"status": "succ', promise=1000), UnreachableError, "the answer broke off"),
    ],
)
def test_each_failure_is_what_it_is_and_keeps_what_was_said(
    reply: Reply, kind: type[PrometheusError], said: str
) -> None:
    with serving(reply) as server, _client(server) as client, pytest.raises(kind, match=said) as caught:
        client.instant("up", 0)
    assert type(caught.value) is kind
    assert f"http://127.0.0.1:{server.port}" in str(caught.value)


@pytest.mark.parametrize(
    "first",
    [Reply(b"", 429), failure(503, "timeout", "t"), Reply(b"", 502), Reply(b"{", promise=9), failure(500, "i", "x")],
)
def test_what_may_pass_is_tried_again(first: Reply) -> None:
    with serving(first, number("4")) as server, _client(server, retries=1) as client:
        assert client.scalar("up", 0).value == 4
        assert len(server.requests) == 2


@pytest.mark.parametrize("reply", [failure(400, "bad_data", "x"), Reply(b"", 401), Reply(b"<html>")])
def test_what_will_not_pass_is_not_tried_again(reply: Reply) -> None:
    with serving(reply) as server, _client(server, retries=3) as client:
        with pytest.raises(PrometheusError):
            client.instant("up", 0)
        assert len(server.requests) == 1


def test_an_answer_with_warnings_is_partial_and_keeps_them() -> None:
    replies = number("4", "shard 3 is missing"), success([], warnings=("all is missing",))
    with serving(*replies) as server, _client(server) as client:
        found, empty = client.scalar("up", 0), client.scalar("up", 0)
    assert (found.content, found.value, found.warnings) == (Content.PARTIAL, 4.0, ("shard 3 is missing",))
    assert (empty.content, empty.warnings) == (Content.PARTIAL, ("all is missing",))


def test_warnings_of_all_parts_of_a_range_are_kept_once() -> None:
    with serving(success([], "matrix", ("a",)), success([], "matrix", ("a", "b"))) as server, _client(server) as client:
        assert client.range("up", 0, 15_000, 1).warnings == ("a", "b")
        assert len(server.requests) == 2


# --- credentials


def _secret(folder: Path, text: str = SECRET + "\n") -> Path:
    path = folder / "secret"
    path.write_text(text, encoding="utf-8")
    return path


def test_basic_credentials_and_a_tenant_are_sent_as_utf8(tmp_path: Path) -> None:
    with serving(number("1")) as server:
        more: dict[str, Any] = {
            "username": "me",
            "password_file": _secret(tmp_path),
            "headers": {"X-Scope-OrgID": "team-\u00e9"},
        }
        with _client(server, **more) as client:
            client.instant("up", 0)
        ((_, headers, _),) = server.requests
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode() == f"me:{SECRET}"
    assert headers["X-Scope-OrgID"].encode("latin-1").decode() == "team-\u00e9"


def test_a_bearer_token_is_sent(tmp_path: Path) -> None:
    with serving(number("1")) as server:
        with _client(server, bearer_file=_secret(tmp_path, " abc.def \n")) as client:
            client.instant("up", 0)
        ((_, headers, _),) = server.requests
    assert headers["Authorization"] == "Bearer abc.def"


@pytest.mark.parametrize("way", ["basic", "bearer"])
@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"no", 401),
        Reply(b"<html>"),
        Reply(b"", 502),
        Reply(b"{", promise=50),
        Reply(b"", 302, {"Location": "http://127.0.0.1:9/x"}),
        Reply(number("1").body, pause=0.5),
    ],
)
def test_a_secret_stands_in_no_error(tmp_path: Path, way: str, reply: Reply) -> None:
    path = _secret(tmp_path)
    more = {"username": "me", "password_file": path} if way == "basic" else {"bearer_file": path}
    encoded = base64.b64encode(f"me:{SECRET}".encode()).decode()
    with serving(reply) as server, _client(server, timeout=0.2, **more) as client:
        with pytest.raises(PrometheusError) as caught:
            client.instant("up", 0)
        assert repr(caught.value.__cause__) == "None"
        for text in (str(caught.value), repr(client)):
            assert "hunter2" not in text
            assert encoded not in text


@pytest.mark.parametrize("text", ["", "\n", "two\nlines", "a\x00b", "tab\there"])
def test_a_secret_file_that_holds_no_single_line_is_a_config_error_without_the_secret(
    tmp_path: Path, text: str
) -> None:
    path = _secret(tmp_path, text)
    with pytest.raises(ConfigError, match=f"{path} must hold one line of text") as caught:
        Prometheus(Connection("http://127.0.0.1:9", bearer_file=path))
    assert not text.strip() or text.strip() not in str(caught.value)


def test_a_secret_file_that_cannot_be_read_is_a_config_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot read the secret file .*No such file"):
        Prometheus(Connection("http://127.0.0.1:9", bearer_file=tmp_path / "none"))
    (tmp_path / "latin").write_bytes(b"caf\xe9")
    with pytest.raises(ConfigError, match="cannot read the secret file"):
        Prometheus(Connection("http://127.0.0.1:9", username="me", password_file=tmp_path / "latin"))


def test_a_proxy_of_the_shell_does_not_come_between(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with serving(number("1")) as server, _client(server) as client:
        assert client.scalar("up", 0).value == 1


# --- TLS


def _openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a private CA, a server's certificate for 127.0.0.1, and a client's."""
    folder = tmp_path_factory.mktemp("tls")
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    _openssl(folder, "req", "-x509", *key, "-subj", "/CN=Test CA", "-days", "2", "-keyout", "ca.key", "-out", "ca.pem")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    for name in ("server", "client"):
        _openssl(folder, "req", *key, "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        signed = ("-req", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names")
        _openssl(folder, "x509", "-in", f"{name}.csr", *signed, "-out", f"{name}.pem")
    return folder


@pytest.fixture
def tls(certificates: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "server.pem", certificates / "server.key")
    context.load_verify_locations(certificates / "ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def test_a_private_ca_and_a_client_certificate_are_used(certificates: Path, tls: ssl.SSLContext) -> None:
    more = {
        name: certificates / file for name, file in (("ca", "ca.pem"), ("cert", "client.pem"), ("key", "client.key"))
    }
    with serving(number("1"), tls=tls) as server, _client(server, scheme="https", **more) as client:
        assert client.scalar("up", 0).value == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "certificate verify failed"),
        ({"ca": "ca.pem"}, "cannot connect|broke off"),
        ({"ca": "server.pem"}, "certificate verify failed"),
        ({"ca": "none.pem"}, "none.pem"),
        ({"ca": "ca.pem", "cert": "none.pem"}, "none.pem"),
    ],
)
def test_without_the_right_certificates_it_is_unreachable_and_says_why(
    certificates: Path, tls: ssl.SSLContext, given: dict[str, str], said: str
) -> None:
    more = {name: certificates / file for name, file in given.items()}
    with serving(number("1"), tls=tls) as server, _client(server, scheme="https", **more) as client:
        with pytest.raises(UnreachableError, match=said) as caught:
            client.instant("up", 0)
        assert server.requests == []
    assert "object at 0x" not in str(caught.value)


def test_plain_http_to_a_tls_port_is_unreachable(tls: ssl.SSLContext) -> None:
    with serving(number("1"), tls=tls) as server, _client(server) as client, pytest.raises(UnreachableError):
        client.instant("up", 0)


def test_a_range_of_series_that_come_and_go_is_joined_by_labels() -> None:
    one = {"metric": {"a": "1"}, "values": [[0, "1"]]}
    other = {"metric": {"a": "2"}, "values": [[12_000, "2"]]}
    again = {"metric": {"a": "1"}, "values": [[12_000, "3"]]}
    with serving(success([one], "matrix"), success([other, again], "matrix")) as server, _client(server) as client:
        found = {series.labels["a"]: series for series in client.range("up", 0, 15_000, 1).series}
    assert found["1"].times.tolist() == [0, 12_000]
    assert np.array_equal(found["2"].values, [2.0])
