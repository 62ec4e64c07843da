"""Every way in and every message, walked with a private, a private channel's and a public kudos.

Whatever somebody gets to see on the way must hold no more than they may know. A handler or a kind
of message that is new is neither walked nor said to show no kudos, and fails here.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.domain.outbox import OutboxKind
from bot.domain.schedules import ScheduleKind
from bot.messages.blockkit import ids
from handlers import dispatch
from tests.administering import opens_from_home, parts, sees_form, sees_title
from tests.handlers.people.test_own_data import exported
from tests.handlers.posts.test_posts_admin import presses
from tests.watching import app_posts, choose, kinds_in_outbox, on_sqlite, settled, until

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from bot.sandbox.model import Delivery, Message
    from bot.sandbox.people import Person
    from storage.engine.store import Store
    from tests.conftest import Clock

FRIDAY, MONDAY, DECEMBER = (
    datetime(2026, 11, 20, 14, 0, tzinfo=UTC),
    datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
    datetime(2026, 12, 1, 10, 0, tzinfo=UTC),
)

LIKE = "shows what {} shows, of another page or for another choice"
FORM = "a form that holds settings, amounts and names, and tells of no kudos"
SHOWS_NONE = {
    "action activity:newer": LIKE.format("activity:open"),
    "action activity:older": LIKE.format("activity:open"),
    "action adjust:open": FORM,
    "action admin:open": FORM,
    "action boards:next": LIKE.format("boards:side"),
    "action boards:previous": LIKE.format("boards:side"),
    "action boards:value": LIKE.format("boards:side"),
    "action boost:end": FORM,
    "action boost:open": FORM,
    "action budgets:open": FORM,
    "action data:erase": FORM,
    "action digest:give": "opens the form for giving",
    "action digest:start": "says that weeks come again",
    "action digest:stop": "says that no week comes any more",
    "action give:amount": "counts what is being given",
    "action give:people": "counts what is being given",
    "action home:help": "what can be typed",
    "action home:newer": LIKE.format("home:received"),
    "action home:older": LIKE.format("home:received"),
    "action home:link": "shows nothing: Slack's client has opened the Home tab",
    "action kudos:again": "gives, and is told like what was typed",
    "action kudos:correct": "opens the form with what its person typed",
    "action kudos:give": "opens the form for giving",
    "action override:end": FORM,
    "action override:open": FORM,
    "action people:newer": LIKE.format("people:show"),
    "action people:older": LIKE.format("people:show"),
    "action preferences:open": FORM,
    "shortcut kudos:give": "opens the form for giving",
    "shortcut kudos:give_for": "opens the form for giving",
    "view adjust:save": LIKE.format("people:show"),
    "view admin:save": FORM,
    "view boost:save": FORM,
    "view data:erase_sure": "says that somebody's data is gone",
    "view give:submit": "gives, and is told like what was typed",
    "view give:lines_submit": "gives, and is told like what was typed",
    "view override:save": FORM,
    "view preferences:save": FORM,
    "function give_kudos": "gives, and is told like what was typed",
    "event channel_archive": "changes a setting",
    "event channel_id_changed": "changes ids",
    "event emoji_changed": "changes names of emoji",
    "event group_archive": "changes a setting",
    "event subteam_members_changed": "changes who is in a group",
    "event subteam_updated": "changes who is in a group",
    "event team_join": "learns of a person",
    "event user_change": "learns of a person",
    "message reaction_refused": "tells somebody what they cannot give",
    "message balance_adjusted": "tells somebody of their balance",
    "message scheduled_post_failed": "tells an admin of a channel",
    "message post_failed": "tells the giver of their own",
}
WALKED = {
    "command /kudos",
    "action activity:open",
    "action boards:open",
    "action boards:period",
    "action boards:side",
    "action data:export",
    "action home:given",
    "action home:received",
    "action kudos:join",
    "action kudos:undo",
    "action people:find",
    "action people:remove",
    "action posts:now",
    "action posts:preview",
    "shortcut kudos:remove",
    "view kudos:remove",
    "view people:show",
    "event app_home_opened",
    "event app_mention",
    "event reaction_added",
    "event reaction_removed",
    "message admin_welcome",
    "message kudos_announced",
    "message kudos_given",
    "message kudos_posted",
    "message kudos_received",
    "message kudos_removed",
    "message monthly_post",
    "message pair_cap_reached",
    "message personal_digest",
    "message reaction_given",
    "message reaction_thanks",
    "message weekly_post",
}
# The file that an operator takes out of the store has everything, and is theirs alone.

PRIVATE = ("crimson heron", "hush", "Emre", "U0EMRE0005")
OF_LEADS = ("brown otter", "drawer", "C0LEADS005")
PUBLIC = ("striped badger",)
MAY_SEE: dict[tuple[str, ...], set[str]] = {
    PRIVATE: {"chidi", "emre"},
    OF_LEADS: {"dina", "goran", "fatima"},
    PUBLIC: {"ada", "bo", "chidi", "dina", "emre", "fatima", "goran", "mei"},
}
NOTHING_THERE = ("There are no kudos of", "No kudos here yet", "Nobody is on this board")
READERS = ("ada", "bo", "chidi", "dina", "emre", "fatima", "goran", "mei", "pixel")


def everything() -> set[str]:
    """Return the names of all ways in and of all messages."""
    of_kind = {
        "command": dispatch.COMMANDS,
        "action": dispatch.ACTIONS,
        "shortcut": dispatch.SHORTCUTS,
        "view": dispatch.VIEWS,
        "function": dispatch.FUNCTIONS,
        "event": dispatch.EVENTS,
        "message": [str(kind) for kind in OutboxKind],
    }
    return {f"{kind} {name}" for kind, names in of_kind.items() for name in names}


def test_every_path_is_walked_or_said_to_show_no_kudos() -> None:
    assert WALKED.isdisjoint(SHOWS_NONE)
    assert everything() == WALKED | SHOWS_NONE.keys()


@dataclass
class Walk:
    """What people do, and everything that each of them has seen so far."""

    slack: Sandbox
    store: Store
    seen: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))

    def person(self, name: str) -> Person:
        return self.slack.person(name)

    async def types(self, who: str, line: str, channel: str = "general") -> Any:
        """Type a line; what answers it is seen by that person alone."""
        reply = await self.person(who).types(line, in_channel=channel)
        self.note(who, f"{who} typed {line}", [reply.text, reply.blocks])
        await self.look()
        return reply

    async def look(self) -> None:
        """Let everybody look at their channels, their Home tab and what is open."""
        await self.slack.pending()
        await settled(self.store)
        channels = ("general", "thanks", "leads", "with-pixel", "random")
        for name in READERS:
            who = self.person(name)
            own = [one for one in channels if who.id in self.slack.channel(one).members]
            for where in (*own, "app"):
                for message in who.sees(where):
                    if message.user_id == self.slack.bot_user_id:
                        shown = [message.text, message.blocks]
                        self.note(name, f"{where}: {message.text[:60]}", shown)
            for view in (who.open_view.raw if who.open_view else None, who.home):
                if view is not None:
                    self.note(name, f"view {view.get('callback_id')}", [view["blocks"]])

    def note(self, who: str, where: str, shown: Iterable[object], known: str = "") -> None:
        """Remember what somebody sees; `known` is what they said themselves.

        An answer that there is nothing repeats the question, and tells nothing.
        """
        words = json.dumps(list(shown), ensure_ascii=False)
        if any(sentence in words for sentence in NOTHING_THERE):
            return
        words = words.replace(known, "") if known else words
        self.seen[who][where] = self.seen[who].get(where, "") + words


async def gives(walk: Walk) -> Message:
    """Give in private, in a private channel and in public; return the copy of the last."""
    slack = walk.slack
    await walk.types("chidi", "/kudos private @emre +2 for the crimson heron #hush")
    await slack.person("dina").types(
        "@kudos @goran +2 for the brown otter #drawer", in_channel="leads"
    )
    await walk.look()
    message = await slack.person("goran").types("Done", in_channel="leads")
    await slack.person("dina").reacts("trophy", to=message)
    await walk.look()
    await slack.person("dina").unreacts("trophy", to=message)
    await walk.types("chidi", "/kudos @bo +2 for the striped badger #open")
    [copy] = app_posts(slack, "thanks")
    mei = slack.person("mei")
    await mei.presses(ids.KUDOS_JOIN, on=copy)
    told = await mei.sees_soon(lambda one: "You thanked" in one.text, where="thanks")
    await mei.presses(ids.KUDOS_UNDO, on=told)
    await walk.look()
    return copy


async def home_with(person: Person, action_id: str) -> dict[str, Any]:
    """Return somebody's Home tab once it has that button."""

    async def is_there() -> bool:
        return any(part.get("action_id") == action_id for part in parts(person.home))

    await until(is_there)
    assert person.home is not None
    return person.home


async def looks_back(walk: Walk) -> None:
    """Ask for everything that can be asked for, as everybody who can type commands."""
    names = [name for name in READERS if name != "pixel"]
    for who in names:
        for line in ("me", "history", "leaderboard", "leaderboard #hush", "leaderboard #drawer"):
            await walk.types(who, f"/kudos {line}")
        for other in ("chidi", "emre", "dina", "goran", "bo"):
            await walk.types(who, f"/kudos history @{other}")
        person = walk.person(who)
        await person.opens_home()
        for action_id in (ids.HOME_GIVEN, ids.HOME_RECEIVED):
            await person.presses(action_id, on=await home_with(person, action_id))
            await walk.look()
        records = await exported(walk.slack, person)
        walk.note(who, "own data", [records])
        await person.closes()
    mei = walk.person("mei")
    board = (await walk.types("mei", "/kudos leaderboard")).message
    for action_id in (ids.BOARDS_PERIOD, ids.BOARDS_SIDE):
        [choice] = [part for part in parts(board.blocks) if part.get("action_id") == action_id]
        await mei.chooses(action_id, choice["options"][-1]["value"], on=board)
        await walk.look()
    for what in ("history @bo", "history @emre", "leaderboard", "me"):
        await walk.person("pixel").types(f"@kudos {what}", in_channel="with-pixel")
        await walk.look()


async def time_passes(walk: Walk, app: KudosApp, clock: Clock) -> None:
    """Let the week and the month be told, and look at what is below."""
    for moment in (FRIDAY, MONDAY, DECEMBER):
        clock.now = moment
        await app.look()
        await walk.look()
    weekly = next(one for one in app_posts(walk.slack, "thanks") if "Most thanked" in one.text)
    await walk.person("mei").presses(ids.BOARDS_OPEN, on=weekly)
    await walk.look()
    for action_id in (ids.POSTS_PREVIEW, ids.POSTS_NOW):
        await presses(walk.person("ada"), action_id, ScheduleKind.MONTHLY)
        await walk.look()


async def administers(walk: Walk, copy: Message) -> None:
    """Look at ledgers, take a private kudos back, and look at who did what."""
    ada = walk.person("ada")
    await ada.uses_shortcut(ids.KUDOS_REMOVE, on=copy)
    await sees_form(ada, ids.KUDOS_REMOVE)
    await walk.look()
    for name in ("goran", "bo", "chidi", "emre"):
        await opens_from_home(ada, ids.PEOPLE_FIND, "Find somebody")
        assert (await ada.submits({ids.PEOPLE_PERSON: name})).ok
        view = await sees_title(ada, "Ledger")
        shown = view.raw["blocks"]
        # Whom they looked for is no news to them.
        walk.note("ada", f"ledger of {name}", [shown[1:]], known=walk.person(name).id)
        buttons = [part for part in parts(shown) if part.get("action_id") == ids.PEOPLE_REMOVE]
        await ada.presses(ids.PEOPLE_REMOVE, on=view, value=buttons[0]["value"])
        await sees_form(ada, ids.KUDOS_REMOVE)
        await walk.look()
    assert (await ada.submits()).ok  # the one to Emre
    await walk.look()
    view = await opens_from_home(ada, ids.ACTIVITY_OPEN, "Activity")
    lines = [part for part in parts(view.raw["blocks"]) if part["type"] == "rich_text_section"]
    walk.note("ada", "activity", [one for one in lines if "Looked at" not in json.dumps(one)])


@on_sqlite
async def test_nobody_sees_more_of_a_kudos_than_they_may(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    thanks = slack.channel("thanks").id
    slack.remove_from_channel("leads", "ada")
    for who in ("goran", "app"):
        slack.add_to_channel("leads", who)
    slack.add_to_channel("with-pixel", "app")
    await choose(
        store,
        slack.team_id,
        announcement_channel_id=thanks,
        weekly_channel_id=thanks,
        monthly_channel_id=thanks,
        pair_cap=1,
    )
    walk = Walk(slack, store)
    copy = await gives(walk)
    await looks_back(walk)
    await time_passes(walk, app, clock)
    await administers(walk, copy)
    assert {name for name in WALKED if name not in await _walked(walk)} == set()
    leaks = [
        (name, where, marker)
        for name in READERS
        for where, words in walk.seen[name].items()
        for markers, allowed in MAY_SEE.items()
        for marker in markers
        if name not in allowed and marker in words
    ]
    assert leaks == []
    for markers, allowed in MAY_SEE.items():
        for name in allowed - {"fatima"}:
            assert any(markers[0] in words for words in walk.seen[name].values()), (name, markers)


async def _walked(walk: Walk) -> set[str]:
    found = {_name_of(delivery) for delivery in walk.slack.deliveries}
    found |= {f"message {kind}" for kind in await kinds_in_outbox(walk.store, walk.slack.team_id)}
    return found | {"message admin_welcome"}  # it is waited for at the start


def _name_of(delivery: Delivery) -> str:
    payload = delivery.payload
    if delivery.type == "slash_commands":
        return f"command {payload['command']}"
    if delivery.type == "events_api":
        return f"event {payload['event']['type']}"
    if payload["type"] == "block_actions":
        return f"action {payload['actions'][0]['action_id']}"
    if payload["type"] == "view_submission":
        return f"view {payload['view']['callback_id']}"
    return f"shortcut {payload.get('callback_id')}"
