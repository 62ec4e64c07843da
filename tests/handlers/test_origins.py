"""Whose a payload is: one function decides, and nothing else looks into payloads for it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.slack.users import is_colleague
from handlers.payloads.classify import MalformedError, parse_payload
from handlers.payloads.origins import read_origin
from tests.rows import each_row, none_of

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent.parent
OURS, THEIRS, OUR_ORG, THEIR_ORG = "T0OURS", "T0THEIRS", "E0OURS", "E0THEIRS"
NAMES = frozenset(
    {
        "app_installed_team_id",
        "authorizations",
        "context_enterprise_id",
        "context_team_id",
        "enterprise",
        "enterprise_id",
        "enterprise_user",
        "is_enterprise_install",
        "is_ext_shared_channel",
        "source_team",
        "team",
        "team_id",
        "user_team",
    }
)
"""Fields in which Slack names workspaces and organizations."""
READ_THEM = {"handlers/payloads/origins.py", "bot/slack/users.py"}
NEVER_SEE_PAYLOADS = {"domain", "messages", "sandbox", "services"}
NO_PAYLOADS = {
    "bot/slack/clients.py": "what auth.test answers",
    "bot/operations/delete_workspace.py": "what auth.test answers",
    "bot/operations/doctor.py": "what auth.test answers",
    "bot/operations/init_env.py": "what auth.test answers",
    "bot/tenancy/oauth_pages.py": "what oauth.v2.access answers",
    "bot/tenancy/onboarding.py": "what auth.test answers",
    "bot/tenancy/tenancy.py": "what auth.test answers",
}


def event(inner: dict[str, Any] | None = None, **outer: Any) -> dict[str, Any]:
    happened = {"type": "app_mention", "user": "U1", "channel": "C1", "ts": "1.1"} | (inner or {})
    return {"type": "event_callback", "event_id": "Ev1", "event": happened} | outer


def installed(team_id: Any = OURS, enterprise_id: Any = None, *, org: Any = False) -> list[Any]:
    return [
        {"team_id": team_id, "enterprise_id": enterprise_id, "is_enterprise_install": org},
    ]


def command(**more: Any) -> dict[str, Any]:
    return {
        "command": "/kudos",
        "text": "",
        "user_id": "U1",
        "channel_id": "C1",
        "trigger_id": "1.2",
        "response_url": "https://slack.example/1",
    } | more


def acted(type_: str, **more: Any) -> dict[str, Any]:
    body: dict[str, Any] = {"type": type_, "user": {"id": "U1"}, "trigger_id": "1.2"}
    if type_ == "block_actions":
        body["actions"] = [{"action_id": "kudos:join", "action_ts": "1.1"}]
    elif type_.startswith("view"):
        body["view"] = {"id": "V1", "type": "modal", "callback_id": "x", "blocks": []}
    else:
        body["callback_id"] = "x"
    if type_ == "message_action":
        body |= {
            "channel": {"id": "C1"},
            "message": {},
            "message_ts": "1.1",
            "response_url": "https://slack.example/1",
        }
    return body | more


def view(**more: Any) -> dict[str, Any]:
    return {"id": "V1", "type": "modal", "callback_id": "x", "blocks": []} | more


REACTION = {
    "type": "reaction_added",
    "user": "U1",
    "reaction": "trophy",
    "item": {"type": "message", "channel": "C1", "ts": "1.1"},
    "event_ts": "1.1",
}
ORG_WIDE = {"is_enterprise_install": True, "enterprise": {"id": OUR_ORG}, "team": None}
CASES: dict[str, tuple[dict[str, Any], str, str | None]] = {
    # -- Events: authorizations, then the context, then where it happened
    "host ours": (event(team_id=OURS, authorizations=installed()), OURS, None),
    "host theirs": (event(team_id=THEIRS, authorizations=installed()), OURS, None),
    "host theirs, their context": (
        event(team_id=THEIRS, context_team_id=THEIRS, authorizations=installed()),
        OURS,
        None,
    ),
    "host theirs, their organization": (
        event(
            team_id=THEIRS,
            enterprise_id=THEIR_ORG,
            context_team_id=OURS,
            context_enterprise_id=None,
            authorizations=installed(),
        ),
        OURS,
        None,
    ),
    "host theirs, an event without authorizations": (
        event(team_id=THEIRS, enterprise_id=THEIR_ORG, context_team_id=OURS),
        OURS,
        None,
    ),
    "reaction, host theirs": (
        event(REACTION, team_id=THEIRS, authorizations=installed()),
        OURS,
        None,
    ),
    "enterprise": (
        event(team_id=OURS, enterprise_id=OUR_ORG, authorizations=installed(OURS, OUR_ORG)),
        OURS,
        OUR_ORG,
    ),
    "enterprise, host theirs": (
        event(team_id=THEIRS, enterprise_id=THEIR_ORG, authorizations=installed(OURS, OUR_ORG)),
        OURS,
        OUR_ORG,
    ),
    "org-wide": (
        event(
            team_id=OURS,
            enterprise_id=OUR_ORG,
            context_team_id=OURS,
            context_enterprise_id=OUR_ORG,
            authorizations=installed(None, OUR_ORG, org=True),
        ),
        OURS,
        OUR_ORG,
    ),
    "org-wide, host theirs": (
        event(
            team_id=THEIRS,
            enterprise_id=THEIR_ORG,
            context_team_id=OURS,
            context_enterprise_id=OUR_ORG,
            authorizations=installed(None, OUR_ORG, org=True),
        ),
        OURS,
        OUR_ORG,
    ),
    "org-wide, host ours, their context": (
        event(
            team_id=OURS,
            enterprise_id=OUR_ORG,
            context_team_id=THEIRS,
            context_enterprise_id=THEIR_ORG,
            authorizations=installed(None, OUR_ORG, org=True),
        ),
        OURS,
        OUR_ORG,
    ),
    "org-wide, of the organization itself": (
        event(
            {"type": "team_access_granted", "team_ids": [OURS]},
            team_id=None,
            enterprise_id=OUR_ORG,
            authorizations=installed(None, OUR_ORG, org=True),
        ),
        OUR_ORG,
        OUR_ORG,
    ),
    "nobody but the outer one": (event(team_id=OURS), OURS, None),
    "authorizations of nobody": (event(team_id=OURS, authorizations=[]), OURS, None),
    "authorizations null": (event(team_id=OURS, authorizations=None), OURS, None),
    "a step, host theirs": (
        event(
            {
                "type": "function_executed",
                "function": {"callback_id": "x"},
                "function_execution_id": "Fx1",
            },
            team_id=THEIRS,
            authorizations=installed(),
        ),
        OURS,
        None,
    ),
    # -- Commands
    "command": (command(team_id=OURS), OURS, None),
    "command, enterprise": (command(team_id=OURS, enterprise_id=OUR_ORG), OURS, OUR_ORG),
    "command, org-wide": (
        command(team_id=OURS, enterprise_id=OUR_ORG, is_enterprise_install="true"),
        OURS,
        OUR_ORG,
    ),
    # -- What is pressed, and shortcuts
    "button": (
        acted("block_actions", team={"id": OURS}, user={"id": "U1", "team_id": OURS}),
        OURS,
        None,
    ),
    "button, pressed by somebody of theirs": (
        acted("block_actions", team={"id": OURS}, user={"id": "U1", "team_id": THEIRS}),
        OURS,
        None,
    ),
    "button, org-wide": (
        acted("block_actions", **ORG_WIDE, user={"id": "U1", "team_id": OURS}),
        OURS,
        OUR_ORG,
    ),
    "button, org-wide, on a post, pressed by somebody of theirs": (
        acted(
            "block_actions",
            **ORG_WIDE,
            user={"id": "U1", "team_id": THEIRS},
            message={"team": OURS},
        ),
        OURS,
        OUR_ORG,
    ),
    "button, org-wide, in a view, by somebody at home in another workspace": (
        acted(
            "block_actions",
            **ORG_WIDE,
            user={"id": "U1", "team_id": "T0OTHER"},
            view=view(team_id=OURS, app_installed_team_id=OUR_ORG),
        ),
        OURS,
        OUR_ORG,
    ),
    "button, org-wide, by somebody of the organization": (
        acted(
            "block_actions",
            **ORG_WIDE,
            user={"id": "U1", "team_id": OUR_ORG},
            view=view(team_id=OURS),
        ),
        OURS,
        OUR_ORG,
    ),
    "button, by somebody without a team": (
        acted("block_actions", team={"id": OURS}, user={"id": "U1", "team_id": ""}),
        OURS,
        None,
    ),
    "shortcut": (acted("shortcut", team={"id": OURS}), OURS, None),
    "shortcut, org-wide": (
        acted("shortcut", **ORG_WIDE, user={"id": "U1", "team_id": OURS}),
        OURS,
        OUR_ORG,
    ),
    "shortcut on a message of theirs": (
        acted("message_action", team={"id": OURS}, message={"user": "U2", "team": THEIRS}),
        OURS,
        None,
    ),
    "shortcut on a message of theirs, org-wide": (
        acted(
            "message_action",
            **ORG_WIDE,
            user={"id": "U1", "team_id": OURS},
            message={"user": "U2", "team": THEIRS},
        ),
        OURS,
        OUR_ORG,
    ),
    # -- Forms
    "form": (acted("view_submission", team={"id": OURS}), OURS, None),
    "form, sent by somebody of theirs": (
        acted(
            "view_submission",
            team={"id": THEIRS},
            user={"id": "U1", "team_id": THEIRS},
            view=view(team_id=THEIRS, app_installed_team_id=OURS),
        ),
        OURS,
        None,
    ),
    "form, closed by somebody of theirs": (
        acted("view_closed", team={"id": THEIRS}, view=view(app_installed_team_id=OURS)),
        OURS,
        None,
    ),
    "form, org-wide": (
        acted(
            "view_submission",
            **ORG_WIDE,
            user={"id": "U1", "team_id": OURS},
            view=view(team_id=OURS, app_installed_team_id=OURS),
        ),
        OURS,
        OUR_ORG,
    ),
    "form, org-wide, that names the organization": (
        acted(
            "view_submission",
            **ORG_WIDE,
            user={"id": "U1", "team_id": OURS},
            view=view(app_installed_team_id=OUR_ORG),
        ),
        OURS,
        OUR_ORG,
    ),
}
HOSTILE = {
    "event without any team": event(),
    "event with null for a team": event(team_id=None, authorizations=[{"team_id": None}]),
    "event with a list for a team": event(team_id=[OURS]),
    "event with an object for a team": event(team_id={"id": OURS}),
    "event with markup for a team": event(team_id="<!channel>"),
    "event with a long team": event(team_id="T" * 33),
    "event authorized by a text": event(team_id=OURS, authorizations=OURS),
    "event authorized by an object": event(team_id=OURS, authorizations={"team_id": OURS}),
    "event authorized by nulls": event(team_id=OURS, authorizations=[None]),
    "event authorized by a list of lists": event(team_id=OURS, authorizations=[[OURS]]),
    "event authorized by a number": event(team_id=OURS, authorizations=installed(7)),
    "event authorized by markup": event(team_id=OURS, authorizations=installed("<@U1>")),
    "event in the context of a list": event(team_id=OURS, context_team_id=[OURS]),
    "command without a team": command(),
    "command with a list for a team": command(team_id=[OURS]),
    "command of nothing": command(team_id=""),
    "button without a team": acted("block_actions"),
    "button with a list for a team": acted("block_actions", team=[OURS]),
    "button with a text for a team": acted("block_actions", team=OURS),
    "button by a list": acted("block_actions", team={"id": OURS}, user=[{"id": "U1"}]),
    "button by somebody of a list": acted("block_actions", user={"id": "U1", "team_id": [OURS]}),
    "form installed by a list": acted("view_submission", view=view(app_installed_team_id=[OURS])),
    "form of a list": acted("view_submission", view=[view()]),
}


@each_row(("payload", "team_id", "enterprise_id"), CASES)
def test_the_installation_decides_whose_a_payload_is(
    payload: dict[str, Any], team_id: str, enterprise_id: str | None
) -> None:
    origin = read_origin(payload)
    assert (origin.team_id, origin.enterprise_id) == (team_id, enterprise_id)
    assert origin.actor_id in {"U1", ""}
    _, content = parse_payload(payload)
    assert read_origin(content) == origin


@each_row("payload", HOSTILE)
def test_what_names_no_workspace_is_turned_away(payload: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        parse_payload(payload)


def test_nobody_can_say_for_the_reception_where_a_payload_comes_from() -> None:
    mine = {"kudos_origin": {"team_id": THEIRS}}
    for payload in (
        event(team_id=OURS),
        command(team_id=OURS),
        acted("shortcut", team={"id": OURS}),
    ):
        _, content = parse_payload(payload | mine)
        assert content["kudos_origin"] == read_origin(payload)


@each_row(
    ("user", "is_ours"),
    {
        "ours": ({"team_id": OURS}, True),
        "theirs": ({"team_id": THEIRS}, False),
        "a stranger": ({"team_id": THEIRS, "is_stranger": True}, False),
        "a stranger who names no team": ({"is_stranger": True}, False),
        "nobody says": ({}, True),
        "an empty team": ({"team_id": ""}, True),
        "an empty team, and theirs in the profile": (
            {"team_id": "", "profile": {"team": THEIRS}},
            False,
        ),
        "at home in another workspace": (
            {"team_id": "T0OTHER", "enterprise_user": {"teams": ["T0OTHER", OURS]}},
            True,
        ),
        "at home in the organization": (
            {"team_id": OUR_ORG, "enterprise_user": {"teams": [OURS]}},
            True,
        ),
        "of the organization, in other workspaces alone": (
            {"team_id": OUR_ORG, "enterprise_user": {"teams": ["T0OTHER"]}},
            False,
        ),
        "without a team, in other workspaces alone": (
            {"team_id": "", "enterprise_user": {"teams": ["T0OTHER"]}},
            False,
        ),
        "teams that are no list": ({"team_id": THEIRS, "enterprise_user": {"teams": OURS}}, False),
        "an organization that is none": ({"team_id": THEIRS, "enterprise_user": [OURS]}, False),
    },
)
def test_who_is_in_one_of_the_workspaces_is_a_colleague(
    user: dict[str, Any], *, is_ours: bool
) -> None:
    assert is_colleague({"id": "U1"} | user, OURS) is is_ours


def test_no_other_module_reads_workspaces_out_of_payloads() -> None:
    rooms = {path for path in (ROOT / "bot").iterdir() if path.name not in NEVER_SEE_PAYLOADS}
    modules = [module for room in {*rooms, ROOT / "handlers"} for module in room.rglob("*.py")]
    assert len(modules) > 100
    read = {}
    for module in modules:
        name = module.relative_to(ROOT).as_posix()
        if name not in READ_THEM:
            read[name] = list(fields_read(ast.parse(module.read_text(encoding="utf-8"))))
    none_of(
        f"{name}:{line} reads {field!r}: ask handlers.payloads.origins"
        for name, found in read.items()
        if name not in NO_PAYLOADS
        for line, field in found
    )


def fields_read(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield where a field that names a workspace is read: `body["team"]`, `body.get("team")`."""
    for node in ast.walk(tree):
        key: ast.AST | None = None
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            key = node.slice
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            is_read = node.func.attr in {"get", "pop"} and node.args
            key = node.args[0] if is_read else None
        if isinstance(key, ast.Constant) and key.value in NAMES:
            yield key.lineno, str(key.value)
