"""Every outgoing call: the one kind of session, and of Slack's client, by which it is made.

What HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY say holds for all of them. Slack's client would
take HTTPS_PROXY for every address and knows no NO_PROXY; aiohttp's own reading of the environment
costs each call a thread, and adds to it what `.netrc` has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import (  # type: ignore[attr-defined]
    getproxies_environment,
    proxy_bypass_environment,
)

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# By what environments call them.
SCHEMES = {"https": "https", "wss": "https", "http": "http", "ws": "http"}
EXAMPLE = "http://proxy.example.com:3128"


class Proxies:
    """Which addresses are reached through which proxy, by what an environment says."""

    def __init__(self, written: Mapping[str, str]) -> None:
        self._excepted = {"no": written.get("no", "")}
        named = {
            name: written[name].strip() for name in ("https", "http", "all") if name in written
        }
        if "https" in named and not named.get("all", "").startswith("http"):
            named.pop("all", None)  # often of another kind, and of no use beside that one
        # curl lets people leave the scheme out.
        self._of = {
            name: value if "://" in value else f"http://{value}"
            for name, value in named.items()
            if value
        }

    def __bool__(self) -> bool:
        """Returns whether there is one at all."""
        return bool(self._of)

    def of(self, url: URL) -> URL | None:
        """Returns the proxy for an address; None where it is reached without one."""
        proxy = self._of.get(SCHEMES.get(url.scheme, "")) or self._of.get("all")
        place = f"{url.host}:{url.port}"
        if proxy is None or proxy_bypass_environment(place, self._excepted):
            return None
        return URL(proxy)

    def faults(self) -> Iterator[str]:
        """Yields a sentence for each that is none; it repeats nothing, since it may be secret."""
        for name, value in self._of.items():
            try:
                parts = urlsplit(value)
                is_good = parts.scheme in {"http", "https"} and bool(parts.hostname)
                _ = parts.port  # raises ValueError for one that is no number
            except ValueError:
                is_good = False
            if not is_good:
                yield f"{name.upper()}_PROXY must be an address such as {EXAMPLE}."


def proxies() -> Proxies:
    """Returns what the environment of this process says."""
    return Proxies(getproxies_environment())


def session(**how: Any) -> aiohttp.ClientSession:
    """Returns a session, whose every call goes the way that the environment says."""
    known = proxies()

    async def directed(
        request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        if proxy := known.of(request.url):
            request.update_proxy(proxy, None, None)
        return await handler(request)

    return aiohttp.ClientSession(middlewares=(directed,) if known else (), **how)


class Client(AsyncWebClient):
    """Slack's client, which leaves the way to the session."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self.proxy = None
