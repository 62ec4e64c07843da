"""Brings payloads to the app, over Socket Mode or signed HTTP, and repeats lost events."""

import asyncio
import copy
import hashlib
import hmac
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_hex
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout, TooManyRedirects

from bot.sandbox.clock import machine_time
from bot.sandbox.model import Delivery, Json
from bot.sandbox.sockets import ConnectionLostError, Sockets

MOST_REDIRECTS = 2


@dataclass(frozen=True)
class Outcome:
    """How one attempt ended; `reason` is Slack's word for the failure."""

    acked: bool
    response: Json | None = None
    reason: str = ""
    may_retry: bool = True


class Courier:
    """Sends everything that the app is to hear of. All deliveries are kept in `deliveries`."""

    def __init__(
        self,
        sockets: Sockets,
        signing_secret: str,
        event_url: str | None,
        retry_delays: tuple[float, ...],
        ack_seconds: float,
    ) -> None:
        self._sockets = sockets
        self._signing_secret = signing_secret
        self._verified_url: str | None = None
        self._session: ClientSession | None = None
        self._running: dict[asyncio.Task[None], Delivery] = {}
        self.event_url = event_url
        self.retry_delays = retry_delays
        self.ack_seconds = ack_seconds
        self.event_delay = 0.0  # how long an event is under way at most; so they overtake another
        self.deliveries: list[Delivery] = []

    async def ask(self, type_: str, payload: Json) -> Delivery:
        """Deliver a command or an interaction, once, and return how it went."""
        delivery = Delivery(token_hex(16), type_, copy.deepcopy(payload))
        self.deliveries.append(delivery)
        await self.repeat(delivery)
        return delivery

    async def repeat(self, delivery: Delivery) -> None:
        """Deliver the very same payload (again), once; events are marked as a retry."""
        retry = (delivery.attempts, "timeout") if delivery.attempts else None
        self._note(delivery, await self._attempt(delivery, retry))

    def send_event(self, payload: Json) -> Delivery:
        """Deliver an event in the background, with Slack's retries."""
        delivery = Delivery(str(payload["event_id"]), "events_api", copy.deepcopy(payload))
        self.deliveries.append(delivery)
        task = asyncio.create_task(self._send_with_retries(delivery))
        self._running[task] = delivery
        task.add_done_callback(self._running.pop)
        return delivery

    async def wait_for(self, delivery: Delivery) -> None:
        """Return when one event is acknowledged or given up."""
        if tasks := [task for task, one in self._running.items() if one is delivery]:
            await asyncio.wait(tasks)

    async def settle(self) -> None:
        """Return when every event sent so far, and whatever follows, is acked or given up."""
        while self._running:
            await asyncio.wait(list(self._running))

    @property
    def waiting(self) -> int:
        """How many events are not acknowledged yet."""
        return len(self._running)

    async def close(self) -> None:
        """Give up what is on its way."""
        tasks = list(self._running)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session:
            await self._session.close()

    async def _send_with_retries(self, delivery: Delivery) -> None:
        if self.event_delay:
            await asyncio.sleep(random.uniform(0, self.event_delay))  # noqa: S311
        outcome = await self._attempt(delivery, None)
        self._note(delivery, outcome)
        for number, delay in enumerate(self.retry_delays, start=1):
            if outcome.acked or not outcome.may_retry:
                return
            await asyncio.sleep(delay)
            outcome = await self._attempt(delivery, (number, outcome.reason))
            self._note(delivery, outcome)

    def _note(self, delivery: Delivery, outcome: Outcome) -> None:
        delivery.attempts += 1
        delivery.acked = outcome.acked
        delivery.response = outcome.response
        delivery.error = None if outcome.acked else outcome.reason

    async def _attempt(self, delivery: Delivery, retry: tuple[int, str] | None) -> Outcome:
        if self.event_url:
            return await self._over_http(self.event_url, delivery, retry)
        return await self._over_socket(delivery, retry)

    async def _over_socket(self, delivery: Delivery, retry: tuple[int, str] | None) -> Outcome:
        extra: Json = {}
        if delivery.type == "events_api":
            attempt, reason = retry or (0, "")
            extra = {"retry_attempt": attempt, "retry_reason": reason}
        try:
            acked = await self._sockets.send(delivery.type, delivery.payload, **extra)
        except ConnectionLostError:
            return Outcome(acked=False, reason="connection_failed")
        try:
            async with asyncio.timeout(self.ack_seconds):
                return Outcome(acked=True, response=await acked)
        except (TimeoutError, ConnectionLostError):
            return Outcome(acked=False, reason="timeout")

    async def _over_http(
        self, url: str, delivery: Delivery, retry: tuple[int, str] | None
    ) -> Outcome:
        if self._verified_url != url and not await self._verify(url):
            return Outcome(acked=False, reason="connection_failed")
        headers = {}
        if retry and delivery.type == "events_api":
            headers = {"X-Slack-Retry-Num": str(retry[0]), "X-Slack-Retry-Reason": retry[1]}
        content_type, body = ENCODERS[delivery.type](delivery.payload)
        return await self._post(url, content_type, body, headers)

    async def _verify(self, url: str) -> bool:
        """Ask the URL to echo a challenge, which Slack does before it sends anything there."""
        challenge = token_hex(16)
        payload = {"type": "url_verification", "challenge": challenge}
        outcome = await self._post(url, *_encode_event(payload), {})
        answer = (outcome.response or {}).values()
        if outcome.acked and challenge in answer:
            self._verified_url = url
        return self._verified_url == url

    async def _post(
        self, url: str, content_type: str, body: bytes, headers: dict[str, str]
    ) -> Outcome:
        if self._session is None:
            self._session = ClientSession()
        # The machine's time, wherever the workspace's has moved to: the app refuses what is old.
        timestamp = str(int(machine_time()))
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (sandbox)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self._signing_secret, timestamp, body),
            **headers,
        }
        timeout = ClientTimeout(total=self.ack_seconds)
        try:
            async with self._session.post(
                url, data=body, headers=headers, timeout=timeout, max_redirects=MOST_REDIRECTS
            ) as answer:
                text = await answer.text()
                if answer.ok:
                    return Outcome(acked=True, response=_read_answer(text))
                may_retry = answer.headers.get("X-Slack-No-Retry") != "1"
                return Outcome(acked=False, reason="http_error", may_retry=may_retry)
        except TimeoutError:
            return Outcome(acked=False, reason="http_timeout")
        except TooManyRedirects:
            return Outcome(acked=False, reason="too_many_redirects")
        except ClientError:
            return Outcome(acked=False, reason="connection_failed")


def sign(signing_secret: str, timestamp: str, body: bytes) -> str:
    """Return the value of X-Slack-Signature for a request."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(signing_secret.encode(), base, hashlib.sha256).hexdigest()


def _encode_event(payload: Json) -> tuple[str, bytes]:
    return "application/json", json.dumps(payload).encode()


def _encode_command(payload: Json) -> tuple[str, bytes]:
    return "application/x-www-form-urlencoded", urlencode(payload).encode()


def _encode_interaction(payload: Json) -> tuple[str, bytes]:
    body = urlencode({"payload": json.dumps(payload)})
    return "application/x-www-form-urlencoded", body.encode()


ENCODERS: dict[str, Callable[[Json], tuple[str, bytes]]] = {
    "events_api": _encode_event,
    "slash_commands": _encode_command,
    "interactive": _encode_interaction,
}


def _read_answer(text: str) -> Json | None:
    """Return what the app answered: plain words are as good as {"text": …}."""
    if not text.strip():
        return None
    try:
        answer = json.loads(text)
    except ValueError:
        return {"text": text}
    return answer if isinstance(answer, dict) else {"text": text}
