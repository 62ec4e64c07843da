"""The sandbox itself: starts the server, and gives tests their hands on it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bot.sandbox import seed
from bot.sandbox.changes import Change
from bot.sandbox.delivery import Courier
from bot.sandbox.faults import Faults
from bot.sandbox.history import add_past
from bot.sandbox.hub import Hub, build_hub
from bot.sandbox.manifest import Manifest
from bot.sandbox.model import (
    ApiCall,
    Channel,
    Delivery,
    Json,
    Message,
    SlackError,
    StepRun,
    User,
)
from bot.sandbox.oauth import OAuth
from bot.sandbox.people import Person
from bot.sandbox.routes import make_application
from bot.sandbox.sockets import Sockets
from bot.sandbox.store import Store
from bot.sandbox.workspace import Workspace

# How long connections that are still busy get when the server stops.
SHUTDOWN_SECONDS = 0.2


@dataclass(frozen=True)
class ObservedChannel:
    """A channel as a test looks at it; `messages` are those that everybody sees."""

    id: str
    name: str
    is_private: bool
    members: list[str]
    messages: list[Message]


class Sandbox:
    """A Slack workspace in a box, on 127.0.0.1. The app gets at it by `api_url` alone."""

    def __init__(  # noqa: PLR0913 - all but one of them have a default
        self,
        manifest: Json,
        workspace: Json | None = None,
        state_path: Path | None = None,
        *,
        app: Json | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        event_url: str | None = None,
        retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0),
        ack_seconds: float = 3.0,
    ) -> None:
        self._host = host
        self._port = port
        self._store = Store(state_path)
        self._workspace = Workspace(self._store)
        read = Manifest.read(manifest)
        if not self._workspace.load():
            seed.fill(self._workspace, workspace or seed.default_workspace(), read, app)

        def make_courier(sockets: Sockets, signing_secret: str) -> Courier:
            return Courier(sockets, signing_secret, event_url, retry_delays, ack_seconds)

        self._hub: Hub = build_hub(self._workspace, read, make_courier)
        self._runner: web.AppRunner | None = None

    # -- Running ---------------------------------------------------------------------------

    async def start(self) -> None:
        """Listen. Raises OSError where the port is taken."""
        app = make_application(self._hub, self._host)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        self._port = self._runner.addresses[0][1]
        self._workspace.app["base_url"] = self.url

    async def stop(self) -> None:
        """Let go of the port, the connections and the state file."""
        self._hub.faults.clear()
        await self._hub.sockets.close()
        await self._hub.courier.close()
        if self._runner:
            await self._runner.cleanup()
        self._store.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    # -- What the app needs to know --------------------------------------------------------

    @property
    def url(self) -> str:
        """Where the page is; the port is known after the start."""
        return f"http://{self._host}:{self._port}"

    @property
    def api_url(self) -> str:
        """The value for SLACK_API_URL."""
        return f"{self.url}/api/"

    @property
    def bot_token(self) -> str:
        """The app's bot token; it stays the same for one state file."""
        return str(self._workspace.app["bot_token"])

    @property
    def app_token(self) -> str:
        """The app-level token for Socket Mode."""
        return str(self._workspace.app["app_token"])

    @property
    def signing_secret(self) -> str:
        """What HTTP requests are signed with."""
        return str(self._workspace.app["signing_secret"])

    @property
    def client_id(self) -> str:
        """What the app is known by where it is installed."""
        return str(self._workspace.app["client_id"])

    @property
    def client_secret(self) -> str:
        """What the app proves by that it is that one."""
        return str(self._workspace.app["client_secret"])

    @property
    def team_id(self) -> str:
        """The workspace's id."""
        return str(self._workspace.team["id"])

    @property
    def app_id(self) -> str:
        """The app's id."""
        return str(self._workspace.app["id"])

    @property
    def bot_user_id(self) -> str:
        """The user id of the app's bot."""
        return self._workspace.bot_user_id

    @property
    def bot_id(self) -> str:
        """The bot id of the app's bot."""
        return str(self._workspace.app["bot_id"])

    @property
    def oauth(self) -> OAuth:
        """How the app is installed, and what its tokens are good for."""
        return self._hub.oauth

    @property
    def event_url(self) -> str | None:
        """Where signed requests go; None means Socket Mode."""
        return self._hub.courier.event_url

    @event_url.setter
    def event_url(self, url: str | None) -> None:
        self._hub.courier.event_url = url

    # -- Looking ---------------------------------------------------------------------------

    def person(self, handle_or_id: str) -> Person:
        """Return somebody to act as. Raises SlackError user_not_found."""
        return Person(self._hub, self._user(handle_or_id))

    def channel(self, name_or_id: str) -> ObservedChannel:
        """Return a channel as it is now. Raises SlackError channel_not_found."""
        channel = self._channel(name_or_id)
        return ObservedChannel(
            id=channel.id,
            name=channel.name,
            is_private=channel.is_private,
            members=list(channel.member_ids),
            messages=self._workspace.posted_in(channel.id),
        )

    def thread(self, name_or_id: str, ts: str) -> list[Message]:
        """Return the replies below a message, without the message itself."""
        return self._workspace.replies_to(self._channel(name_or_id).id, ts)

    @property
    def faults(self) -> Faults:
        """What goes wrong next in the Web API."""
        return self._hub.faults

    @property
    def calls(self) -> list[ApiCall]:
        """Every Web API call so far, without its token."""
        return self._hub.calls

    @property
    def deliveries(self) -> list[Delivery]:
        """Everything that was sent to the app so far."""
        return self._hub.courier.deliveries

    # -- The clock -------------------------------------------------------------------------

    def now(self) -> datetime:
        """Return the time in the workspace, in UTC."""
        return datetime.fromtimestamp(self._workspace.clock.now(), UTC)

    async def move_clock(self, to: datetime) -> None:
        """Let it be this moment in the workspace. Raises SlackError for one that is over."""
        self._workspace.move_clock(to.timestamp())

    def on_clock(self, callback: Callable[[datetime], None]) -> Callable[[], None]:
        """Call back with the new time whenever the clock was moved; what is returned ends that."""

        def tell(change: Change) -> None:
            if change.kind == "clock":
                callback(self.now())

        return self._workspace.changes.subscribe(tell)

    # -- Sending ---------------------------------------------------------------------------

    async def deliver_again(self, delivery: Delivery, times: int = 1) -> None:
        """Send the very same payload once more (or several times), one after another."""
        for _ in range(times):
            await self._hub.courier.repeat(delivery)

    async def deliver_event(
        self, event: Json, event_id: str | None = None, *, wait: bool = True
    ) -> Delivery:
        """Send a hand-made inner event, subscribed to or not, properly wrapped."""
        delivery = self._hub.courier.send_event(self._hub.events.wrap(event, event_id=event_id))
        if wait:
            await self._hub.courier.wait_for(delivery)
        return delivery

    async def pending(self) -> None:
        """Return when every event sent so far was acknowledged or given up."""
        await self._hub.courier.settle()

    def delay_events(self, seconds: float) -> None:
        """Have each event be under way for up to so long, so that they overtake each other."""
        self._hub.courier.event_delay = seconds

    # -- Connections -----------------------------------------------------------------------

    @property
    def sockets(self) -> int:
        """How many Socket Mode connections are open."""
        return self._hub.sockets.count

    async def connected(self, count: int = 1, within: float | None = None) -> None:
        """Return when the app has opened this many connections. Raises TimeoutError."""
        await self._hub.sockets.wait_for_connections(count, within=within)

    async def say_over_sockets(self, text: str) -> None:
        """Send these very words over every connection, as Slack never does."""
        await self._hub.sockets.say(text)

    async def refresh_sockets(self, notice_seconds: float = 0.2) -> None:
        """Replace every connection as Slack does every few hours: a warning, then the end."""
        await self._hub.sockets.refresh(notice_seconds)

    async def drop_sockets(self) -> None:
        """Cut every connection without a word."""
        self._hub.sockets.drop()

    @property
    def hold_sockets(self) -> bool:
        """Whether apps.connections.open is refused."""
        return self._hub.holds_sockets

    @hold_sockets.setter
    def hold_sockets(self, hold: bool) -> None:
        self._hub.holds_sockets = hold

    @property
    def file_seconds(self) -> float:
        """How long a new file is looked at, before a message can show it."""
        return self._hub.file_seconds

    @file_seconds.setter
    def file_seconds(self, seconds: float) -> None:
        self._hub.file_seconds = seconds

    @property
    def down(self) -> bool:
        """Whether every API call is cut without an answer."""
        return self._hub.is_down

    @down.setter
    def down(self, down: bool) -> None:
        self._hub.is_down = down

    # -- Changing the workspace ------------------------------------------------------------

    def update_user(self, handle_or_id: str, **changes: Any) -> None:
        """Change facts about a person (fields of `User`, or `profile={…}`) and tell the app."""
        user = self._user(handle_or_id)
        profile = changes.pop("profile", {})
        if "display_name" in profile:
            changes["name"] = profile["display_name"]
        changes |= {key: profile[key] for key in ("real_name", "title") if key in profile}
        for name, value in changes.items():
            if name not in User.__dataclass_fields__:
                raise ValueError(f"A person has no {name!r}.")
            setattr(user, name, value)
        user.updated = int(self._workspace.clock.now())
        self._workspace.save_user(user)
        self._hub.events.user_changed("user_change", user)

    def add_user(self, item: Json) -> Person:
        """Let somebody join, described as in a workspace file, and tell the app.

        Members find themselves in #general at once; guests and others in no channel.
        """
        user = seed.make_user(self._workspace, item)
        self._workspace.save_user(user)
        self._hub.events.user_changed("team_join", user)
        if not (user.is_restricted or user.is_stranger or user.is_bot):
            for channel in self._workspace.channels.values():
                if channel.is_general:
                    self._hub.posting.join(channel, user)
        return Person(self._hub, user)

    def add_to_channel(self, name_or_id: str, who: str) -> None:
        """Make a person, or "app", a member."""
        self._hub.posting.join(self._channel(name_or_id), self._user(who))

    def remove_from_channel(self, name_or_id: str, who: str) -> None:
        """End the membership of a person or of "app"."""
        self._hub.posting.leave(self._channel(name_or_id), self._user(who))

    def archive(self, name_or_id: str) -> None:
        """Close a channel, and tell the app."""
        self._hub.upkeep.archive(self._channel(name_or_id))

    def unarchive(self, name_or_id: str) -> None:
        """Open a closed channel again, and tell the app."""
        self._hub.upkeep.archive(self._channel(name_or_id), is_archived=False)

    def make_private(self, name_or_id: str, *, is_private: bool = True) -> None:
        """Make a public channel private, or a private one public; the app is not told."""
        self._hub.upkeep.make_private(self._channel(name_or_id), is_private=is_private)

    def change_channel_id(self, name_or_id: str, new_id: str) -> None:
        """Give a channel another id, as when it is shared with a company, and tell the app."""
        self._hub.upkeep.change_id(self._channel(name_or_id), new_id)

    @property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """Who is in which user group: ids of people by ids of groups."""
        return {one.id: tuple(one.user_ids) for one in self._workspace.groups.values()}

    def messages_with_app(self, handle_or_id: str) -> str:
        """Return the id of somebody's direct messages with the app."""
        return self._workspace.dm_between(self._user(handle_or_id).id, self.bot_user_id).id

    def add_past(self, messages: Iterable[Message]) -> None:
        """Put messages where they would stand if they had been written at their `ts`.

        The app hears of none of them, and everybody has read them. Raises SlackError for blocks of
        the app that Slack would not take.
        """
        add_past(self._workspace, messages)

    def set_group_members(self, handle_or_id: str, members: list[str]) -> None:
        """Say who is in a user group, by handle or id, and tell the app.

        Raises SlackError no_such_subteam or user_not_found.
        """
        group = self._workspace.find_group(handle_or_id)
        if group is None:
            raise SlackError("no_such_subteam", usergroup=handle_or_id)
        self._hub.upkeep.set_group_members(group, [self._user(one).id for one in members])

    async def runs_step(
        self, callback_id: str, inputs: Json, *, as_: Person | None, within: float | None = None
    ) -> StepRun:
        """Run one of the app's workflow steps and return how it ended; see `Steps.run`."""
        user = None if as_ is None else as_.user
        return await self._hub.steps.run(user, callback_id, inputs, within=within)

    def _user(self, handle_or_id: str) -> User:
        wanted = self.bot_user_id if handle_or_id == "app" else handle_or_id
        user = self._workspace.find_user(wanted)
        if user is None:
            raise SlackError("user_not_found", user=handle_or_id)
        return user

    def _channel(self, name_or_id: str) -> Channel:
        channel = self._workspace.find_channel(name_or_id)
        if channel is None:
            raise SlackError("channel_not_found", channel=name_or_id)
        return channel
