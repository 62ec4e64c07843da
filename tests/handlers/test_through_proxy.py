"""Behind a proxy: every outgoing call goes through it, by whatever way, and none goes past."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from yarl import URL

from bot.config import read_settings
from bot.messages.blockkit.ids import KUDOS_UNDO
from bot.slack import outgoing
from tests.conftest import ROOT, running
from tests.handlers.forward_proxy import forward_proxy
from tests.handlers.people.test_own_data import exported
from tests.operations.packaged import OF_ONE
from tests.rows import each_row, none_of
from tests.watching import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.sandbox import Sandbox
    from tests.conftest import Clock

NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


async def test_calls_answers_files_and_socket_mode_go_through_the_proxy(
    slack: Sandbox, sqlite_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = slack.person("ada")
    async with forward_proxy() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        async with running(slack, sqlite_url, clock):
            reply = await ada.types("/kudos @bo for untangling the release")
            await ada.presses(KUDOS_UNDO, on=reply.message)

            async def has_answered() -> bool:
                return any("/response" in each for each in proxy.passed)

            await until(has_answered)
            await exported(slack, ada)
        kinds = {each.split("/")[1] for each in proxy.passed}
        # Every call that the sandbox got came by the proxy.
        asked = {call.method for call in slack.calls if "." in call.method}
        none_of(method for method in asked if not any(method in each for each in proxy.passed))
    assert proxy.turned_away == 0
    assert {"api", "response"} <= kinds
    assert any(each.startswith("GET /") for each in proxy.passed)  # the WebSocket
    assert len(kinds) >= 4, kinds  # and the place for a file


async def test_what_is_excepted_goes_past_the_proxy(
    slack: Sandbox, sqlite_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with forward_proxy() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "slack.example.com,127.0.0.1")
        async with running(slack, sqlite_url, clock):
            reply = await slack.person("ada").types("/kudos @bo for untangling the release")
            assert reply.is_ephemeral
    assert proxy.passed == []


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate of slack.test's own making, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "slack.test")])
    now = datetime.now(UTC)  # noqa: TID251 - TLS looks at the machine's clock
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("slack.test")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = tmp_path / "certificate.pem", tmp_path / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


async def test_what_is_encrypted_is_tunnelled_with_the_proxys_password(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def said(request: web.Request) -> web.StreamResponse:
        if request.path == "/socket":
            socket = web.WebSocketResponse()
            await socket.prepare(request)
            await socket.send_str("hello")
            await socket.close()
            return socket
        return web.json_response({"ok": True, "proxy": "proxy-authorization" in request.headers})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", said)
    runner = web.AppRunner(app)
    await runner.setup()
    of_server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    of_server.load_cert_chain(*certificate)
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=of_server)
    await site.start()
    port = runner.addresses[0][1]
    trusted = ssl.create_default_context(cafile=certificate[0])
    try:
        # Nobody but the proxy knows slack.test.
        async with forward_proxy(slack_test="127.0.0.1") as proxy:
            monkeypatch.setenv("https_proxy", proxy.url)
            url = f"slack.test:{port}"
            async with outgoing.session() as session:
                client = outgoing.Client(
                    token="xoxb-1", base_url=f"https://{url}/api/", session=session, ssl=trusted
                )
                assert (await client.api_call("auth.test"))["proxy"] is False
            async with (
                outgoing.session() as session,
                session.ws_connect(f"wss://{url}/socket", ssl=trusted) as socket,
            ):
                assert (await socket.receive()).data == "hello"
            assert proxy.passed == [f"CONNECT {url}"] * 2
            monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
            async with outgoing.session() as session:
                with pytest.raises(aiohttp.ClientHttpProxyError):
                    await session.post(f"https://{url}/api/auth.test", ssl=trusted)
    finally:
        await runner.cleanup()


@each_row("value", ["proxy.example.com:many", "socks5://proxy.example.com", "http://"])
def test_a_proxy_that_is_none_is_told_without_its_password(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    with monkeypatch.context() as environment:
        environment.setenv("HTTPS_PROXY", value)
        given = {name.lower(): token for name, token in OF_ONE.items()}
        settings = read_settings(_env_file=None, **given)
        for faults in (settings.faults_for_start(), settings.faults_for_sending()):
            assert faults == [
                "HTTPS_PROXY must be an address such as http://proxy.example.com:3128."
            ]


def test_a_proxy_that_is_never_used_keeps_nothing_from_starting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as environment:
        environment.setenv("HTTPS_PROXY", "http://proxy.example.com:3128")
        environment.setenv("ALL_PROXY", "socks5h://127.0.0.1:1080")
        assert list(outgoing.proxies().faults()) == []
        assert outgoing.proxies().of(URL("http://slack.test/")) is None


def product() -> Iterator[Path]:
    for folder in ("bot", "handlers", "storage"):
        yield from (ROOT / folder).rglob("*.py")


def test_nothing_calls_out_by_a_session_of_its_own() -> None:
    makes = ("ClientSession(", "AsyncWebClient(", "urlopen(", "trust_env")
    none_of(
        f"{path.relative_to(ROOT)}: {make}"
        for path in product()
        if "sandbox" not in path.parts and path.name != "outgoing.py"
        for make in makes
        if make in path.read_text(encoding="utf-8").replace("class WatchedClient(", "")
    )
