"""Whatever may come instead of what Slack sends: payloads with something wrong in them."""

from __future__ import annotations

import json
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from bot.messages.blockkit.ids import KUDOS_GIVE, KUDOS_GIVE_FOR, KUDOS_REMOVE
from bot.messages.text.words import words_for
from bot.sandbox.inputs import initial_values
from handlers.dispatch import ACTIONS, VIEWS
from tests.messages.made_up import SHORT
from tests.messages.view_examples import VIEW_EXAMPLES

if TYPE_CHECKING:
    import random

    from bot.sandbox import Sandbox

PLANTED = "planted words that no log may hold"
MISSING = object()
DEEP: Any = "x"
for _ in range(200):
    DEEP = [DEEP]
# Of another type, of the right type and nonsense, huge, and what databases and UTF-8 do not take.
WRONG: tuple[Any, ...] = (
    MISSING,
    None,
    True,
    5,
    -1.5,
    10**400,
    float("nan"),
    "",
    " ",
    "\x00",
    "\ud800",
    "U1\n",
    "U0NOBODY99' OR 1=1 --",
    "<!channel>",
    "💥" * 40,
    PLANTED,
    "x" * 20_000,
    [],
    {},
    [5],
    ["U0NOBODY99", None],
    {"id": 5},
    {"value": []},
    [[]],
    DEEP,
)
Path = tuple[str | int, ...]


@dataclass
class Sample:
    """A payload as Slack sends it, which changes nothing, and what in it must be there."""

    way: str  # as Socket Mode calls it: events_api, slash_commands or interactive
    payload: dict[str, Any]
    required: tuple[Path, ...] = ()

    @cached_property
    def text(self) -> str:
        """The payload as JSON: read again, it is a copy."""
        return json.dumps(self.payload)

    @cached_property
    def paths(self) -> tuple[Path, ...]:
        """The way to each thing in the payload."""
        return tuple(_paths(self.payload))


def samples(slack: Sandbox) -> list[Sample]:
    """Return a payload of every kind and for every name that the app listens to."""
    return [*_commands(slack), *_events(slack), *_interactions(slack)]


def _commands(slack: Sandbox) -> list[Sample]:
    fields = {
        "team_id": slack.team_id,
        "channel_id": "C0GENERAL1",
        "channel_name": "general",
        "user_id": slack.person("bo").id,
        "command": "/kudos",
        "response_url": f"{slack.url}/response/none",
        "trigger_id": "1.2.3",
    }
    names = ("team_id", "channel_id", "user_id", "command", "response_url", "trigger_id")
    required = tuple((name,) for name in names)
    texts = ("help", "me", "history", "leaderboard", "undo", PLANTED)
    return [Sample("slash_commands", fields | {"text": text}, required) for text in texts]


def _events(slack: Sandbox) -> list[Sample]:
    person = {"id": "U0NILS0001", "team_id": slack.team_id, "profile": {"display_name": "Nils"}}
    # An emoji that stands for nothing here.
    reaction = {
        "user": slack.person("hana").id,
        "item_user": slack.person("bo").id,
        "reaction": "eyes",
        "item": {"type": "message", "channel": "C0GENERAL1", "ts": "1795003100.000100"},
        "event_ts": "1795003200.000100",
    }
    of_reaction = (("user",), ("reaction",), ("item",), ("item", "type"), ("event_ts",))
    archived = {"channel": "C0OLDLNCH6", "user": slack.person("ada").id}
    function = {"callback_id": "give_kudos"}
    mention = {
        "user": slack.person("bo").id,
        "text": f"<@{slack.bot_user_id}> help",
        "channel": "C0GENERAL1",
        "ts": "1795003100.000200",
        "event_ts": "1795003100.000200",
    }
    ids = {"old_channel_id": "G0OLD00001", "new_channel_id": "C0NEW00001"}
    step = {"function": function, "function_execution_id": "Fx1", "inputs": {"reason": PLANTED}}
    group = {"id": "S0SUPPORT1", "users": [slack.person("bo").id]}
    events: list[tuple[str, dict[str, Any], tuple[Path, ...]]] = [
        ("reaction_added", reaction, of_reaction),
        ("reaction_removed", reaction, of_reaction),
        ("team_join", {"user": person}, (("user",), ("user", "id"))),
        ("user_change", {"user": person}, (("user",), ("user", "id"))),
        ("app_home_opened", {"user": slack.person("bo").id, "tab": "home"}, (("user",),)),
        ("app_mention", mention, (("channel",), ("ts",))),
        ("subteam_updated", {"subteam": group}, (("subteam",), ("subteam", "id"))),
        ("subteam_members_changed", {"subteam_id": "S0SUPPORT1"}, (("subteam_id",),)),
        ("channel_id_changed", ids, (("old_channel_id",), ("new_channel_id",))),
        ("channel_archive", archived, (("channel",),)),
        ("group_archive", archived, (("channel",),)),
        ("emoji_changed", {"subtype": "add", "name": "yay"}, ()),
        ("function_executed", step, (("function",), ("function_execution_id",))),
        ("message", {"text": PLANTED}, ()),
    ]
    envelope = {"type": "event_callback", "team_id": slack.team_id, "event_id": "Ev1"}
    always: tuple[Path, ...] = (("type",), ("team_id",), ("event",), ("event", "type"))
    return [
        Sample(
            "events_api",
            envelope | {"event": {"type": name} | event},
            (*always, *(("event", *path) for path in required)),
        )
        for name, event, required in events
    ]


def _interactions(slack: Sandbox) -> list[Sample]:
    # Somebody who is no admin and has given nothing, so that nothing of this is allowed to them.
    bo = slack.person("bo")
    who = {
        "user": {"id": bo.id, "team_id": slack.team_id},
        "team": {"id": slack.team_id},
        "trigger_id": "1.2.3",
        "enterprise": None,
        "is_enterprise_install": False,
    }
    always: tuple[Path, ...] = (("type",), ("user",), ("user", "id"))
    words = words_for(None)
    views = {
        view.callback_id: view.payload()
        for examples in VIEW_EXAMPLES.values()
        for view in examples(words, SHORT)
    }
    forms = {
        name: view | {"id": "V1", "state": {"values": initial_values(view["blocks"])}}
        for name, view in views.items()
        if name in VIEWS
    }
    form = next(iter(forms.values()))
    of_form = ("id", "type", "callback_id", "blocks")
    pressed = {"block_id": "b", "value": "K0NOTHING", "action_ts": "1795003100.000100"}
    found = [
        Sample(
            "interactive",
            {"type": "view_submission", **who, "view": view},
            (*always, ("view",), *(("view", name) for name in of_form)),
        )
        for view in forms.values()
    ]
    for name in ACTIONS:
        action = {
            "type": "block_actions",
            **who,
            "actions": [pressed | {"action_id": name}],
            "container": {"type": "view", "view_id": "V1"},
            "view": form,
        }
        required: tuple[Path, ...] = (
            ("trigger_id",),
            ("actions",),
            ("actions", 0),
            ("actions", 0, "action_id"),
            ("actions", 0, "action_ts"),
        )
        found.append(Sample("interactive", action, (*always, *required)))
    shortcut = {"type": "shortcut", **who, "callback_id": KUDOS_GIVE}
    of_shortcut: tuple[Path, ...] = (*always, ("trigger_id",), ("callback_id",))
    found.append(Sample("interactive", shortcut, of_shortcut))
    for name in (KUDOS_GIVE_FOR, KUDOS_REMOVE):
        on_message = {
            "type": "message_action",
            **who,
            "callback_id": name,
            "channel": {"id": "C0GENERAL1", "name": "general"},
            "message": {"user": slack.person("ada").id, "text": PLANTED},
            "message_ts": "1795003100.000100",
            "response_url": f"{slack.url}/response/none",
        }
        of_message = (("channel",), ("channel", "id"), ("message_ts",))
        found.append(Sample("interactive", on_message, (*of_shortcut, *of_message)))
    return found


def broken(sample: Sample, chance: random.Random) -> tuple[str, dict[str, Any]]:
    """Return the payload with something that must be there missing or of another type, and what."""
    payload = _fresh(sample)
    path = chance.choice(sample.required)
    # A button may have any name, also none.
    wrong = [each for each in WRONG if not isinstance(each, str)]
    wrong = [*wrong, *([""] if path[-1] != "action_id" else [])]
    what = chance.choice([each for each in wrong if each != [] or path[-1] != "blocks"])
    _put(payload, path, what)
    name = ".".join(str(part) for part in path)
    return f"{name} {'missing' if what is MISSING else repr(what)[:40]}", payload


def odd(sample: Sample, chance: random.Random) -> dict[str, Any]:
    """Return the payload with one to three things in it that Slack never puts there."""
    payload = _fresh(sample)
    for _ in range(chance.randint(1, 3)):
        with suppress(KeyError, IndexError, TypeError):  # it went with an earlier change
            _put(payload, chance.choice(sample.paths), chance.choice(WRONG))
    return payload


def of_nowhere(sample: Sample) -> dict[str, Any]:
    """Return the payload as another workspace would send it."""
    payload = _fresh(sample)
    if "team" in payload:
        payload |= {"team": {"id": "T0NOWHERE9"}, "user": payload["user"] | {"team_id": "T0"}}
    else:
        payload["team_id"] = "T0NOWHERE9"
    return payload


def _fresh(sample: Sample) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(sample.text)
    if "trigger_id" in payload:
        payload["trigger_id"] = uuid4().hex
    return payload


def _paths(value: object, before: Path = ()) -> list[Path]:
    items: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list) and len(before) < 20:
        items = list(enumerate(value))
    return [
        path for name, each in items for path in ((*before, name), *_paths(each, (*before, name)))
    ]


def _put(payload: Any, path: Path, what: Any) -> None:
    *way, last = path
    for name in way:
        payload = payload[name]
    if what is not MISSING:
        payload[last] = deepcopy(what)
    elif isinstance(payload, list):
        payload.clear()
    else:
        del payload[last]


def as_json(payload: object) -> bytes:
    """Return what a careless sender would make of it: NaN, halves of characters and all."""
    return json.dumps(payload).encode()
