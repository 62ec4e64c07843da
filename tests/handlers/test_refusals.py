"""What is not allowed, or not clear, gets a sentence that the giver alone sees, and no row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.workspaces import ValueMode
from bot.messages.ids import GIVE_SUBMIT
from bot.sandbox import Sandbox
from tests.conftest import MANIFEST, Clock, running
from tests.patience import WAIT_SECONDS
from tests.watching import (
    all_kudos,
    calls_of,
    choose,
    entries,
    on_sqlite,
    opened,
    outbox_states,
    sends_command,
    settled,
)

if TYPE_CHECKING:
    from bot.app import KudosApp
    from storage.store import Store

RELEASE = "untangling the release"


@pytest.fixture(autouse=True)
async def nothing_is_left(slack: Sandbox, app: KudosApp, store: Store) -> Any:
    """Every test of this module ends with a store that nothing was written to, and no message."""
    before = len(slack.calls)
    yield
    assert await all_kudos(store, slack.team_id) == []
    assert await entries(store, slack.team_id) == []
    assert await outbox_states(store, slack.team_id) == {}
    methods = {call.method for call in slack.calls[before:]}
    assert not methods & {"chat.postMessage", "chat.postEphemeral"}


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (f"@ada +5 for {RELEASE}", "You can't give kudos to yourself."),
        (f"@ada @ada for {RELEASE}", "You can't give kudos to yourself."),
        (f"@build-bot for {RELEASE}", "Build Bot is an app and can't receive kudos."),
        (f"@bo @build-bot for {RELEASE}", "Build Bot is an app and can't receive kudos."),
        (f"@kudos for {RELEASE}", "Kudos is an app and can't receive kudos."),
        (f"@slackbot for {RELEASE}", "Slackbot is an app and can't receive kudos."),
        (f"@juri for {RELEASE}", "Juri is no longer active here and can't receive kudos."),
        (f"@pixel for {RELEASE}", "Pixel belongs to another company and can't receive kudos here."),
        (f"@channel for {RELEASE}", "Kudos can't go to a whole channel at once."),
        (f"@here @bo for {RELEASE}", "Kudos can't go to a whole channel at once."),
        (f"@everyone for {RELEASE}", "Kudos can't go to a whole channel at once."),
        (f"@adda for {RELEASE}", "I can't tell who is meant by @adda."),
        (f"@bo @adda for {RELEASE}", "I can't tell who is meant by @adda."),
        ("@bo", "The reason is missing. Say what it is for, in 10 characters or more."),
        ("@bo +3", "The reason is missing."),
        ("@bo for tea", "The reason is too short. Say what it is for, in 10 characters or more."),
        (f"@bo for {'x' * 2001}", "The reason is 2,001 characters long, and there is room for"),
        (f"@bo +0 for {RELEASE}", "The amount for each person starts at 1."),
        (f"@bo -3 for {RELEASE}", "The amount for each person starts at 1."),
        (f"@bo +26 for {RELEASE}", "26 points for each person is too much at once. Give 25 points"),
        (f"@bo +{'9' * 400} for {RELEASE}", "for each person is too much at once."),
        (f"@bo +2 +3 for {RELEASE}", "There are several amounts: +2 and +3."),
        (f"@bo @chidi +13 for {RELEASE}", "That takes 26 points, and you have 25 points left."),
    ],
)
@on_sqlite
async def test_a_refusal_is_one_sentence_for_the_giver(
    slack: Sandbox, line: str, sentence: str
) -> None:
    reply = await slack.person("ada").types(f"/kudos {line}")
    assert reply.is_ephemeral
    assert sentence in reply.text


async def test_refusals_come_in_the_order_of_the_rules(slack: Sandbox, store: Store) -> None:
    await choose(
        store,
        slack.team_id,
        value_mode=ValueMode.REQUIRED,
        values=("teamwork",),
        allowance=3,
        points_max=5,
    )
    mistakes = [  # what is wrong first is told first: each line mends one thing more
        ("@ada @nobody @build-bot +9 x #luck", "I can't tell who is meant by @nobody"),
        ("@ada +9 x #luck", "You can't give kudos to yourself."),
        ("@build-bot @channel +9 x #luck", "Build Bot is an app"),
        ("@bo @channel +9 x #luck", "Kudos can't go to a whole channel"),
        ("@bo +9 for x #luck", "The reason is too short"),
        (f"@bo +9 for {RELEASE} #luck", "#luck is not one of the values here"),
        (f"@bo +9 for {RELEASE}", "A value is missing. Choose from #teamwork."),
        (f"@bo +9 for {RELEASE} #teamwork", "9 points for each person is too much at once"),
        (f"@bo +5 for {RELEASE} #teamwork", "That takes 5 points, and you have 3 points left."),
    ]
    for line, sentence in mistakes:
        reply = await slack.person("ada").types(f"/kudos {line}")
        assert sentence in reply.text, line


@on_sqlite
async def test_a_group_of_the_giver_alone_is_the_giver(slack: Sandbox, app: KudosApp) -> None:
    for name in ("dina", "mei"):
        slack.update_user(name, deleted=True)
    await slack.pending()
    reply = await slack.person("omar").types("/kudos @support for answering every call")
    assert reply.text == "You can't give kudos to yourself."


@pytest.mark.parametrize(
    ("line", "suggestion"),
    [
        ("hlep", "/kudos help"),
        ("leaderbord moth givers", "/kudos leaderboard month givers"),
        ("undo @bo", "/kudos undo"),
        ("history @bo please", "/kudos history @Bo"),
        (f"privat @bo for {RELEASE}", f"/kudos private @Bo for {RELEASE}"),
    ],
)
@on_sqlite
async def test_what_is_not_clear_is_answered_with_what_would_work(
    slack: Sandbox, line: str, suggestion: str
) -> None:
    reply = await slack.person("ada").types(f"/kudos {line}")
    assert reply.is_ephemeral
    assert f"This would work: {suggestion}\n" in reply.text
    assert "Type /kudos help" in reply.text


@pytest.mark.parametrize("line", ["", "   ", "🎉", f"for {RELEASE}", f"@bo +1.5 for {RELEASE}"])
@on_sqlite
async def test_thanks_that_are_not_clear_open_the_form(slack: Sandbox, line: str) -> None:
    ada = slack.person("ada")
    reply = await ada.types(f"/kudos {line}")
    assert reply.ok
    form = await opened(ada)
    assert form.callback_id == GIVE_SUBMIT
    assert (RELEASE in str(form.raw)) == (RELEASE in line)


@on_sqlite
@pytest.mark.parametrize("piece", ["x", "x ", "@nobody ", "#tag ", "+1 ", "<", "&", "🎉", "\u202e"])
async def test_ten_thousand_characters_of_anything_are_answered(slack: Sandbox, piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    for line in (text, f"@bo {text}"):
        ada = slack.person("ada")
        reply = await ada.types(f"/kudos {line}")
        assert reply.ok
        assert 0 < len(reply.text) <= 4_000 or ada.open_view is not None


@on_sqlite
async def test_a_person_whom_slack_does_not_know_is_not_found(slack: Sandbox) -> None:
    answer = await sends_command(slack, slack.person("ada"), f"<@U0NOBODY01> for {RELEASE}")
    assert answer["text"].startswith("I can't find someone in this workspace.")


@on_sqlite
async def test_a_group_that_slack_does_not_tell_of_is_named_as_the_reason(slack: Sandbox) -> None:
    line = f"<!subteam^S0NOGROUP1|@nobody> for {RELEASE}"
    answer = await sends_command(slack, slack.person("ada"), line)
    assert answer["text"].startswith("I can't see who is in that group.")


@on_sqlite
async def test_more_than_fifty_receivers_are_too_many(clock: Clock, database_url: str) -> None:
    crowd = [{"handle": f"person{number}"} for number in range(60)]
    workspace = {
        "people": [{"handle": "ada", "name": "Ada"}, *crowd],
        "groups": [{"handle": "crowd", "members": [one["handle"] for one in crowd]}],
        "channels": [{"name": "general", "app": True}],
    }
    async with (
        Sandbox(MANIFEST, workspace, ack_seconds=WAIT_SECONDS) as slack,
        running(slack, database_url, clock, welcomes=False),
    ):
        reply = await slack.person("ada").types("/kudos @crowd for being a great audience")
        assert "That would thank 60 people, and one kudos can thank 50." in reply.text
        assert calls_of(slack, "chat.postMessage") == []


@on_sqlite
async def test_a_refused_give_costs_nothing(slack: Sandbox, app: KudosApp, store: Store) -> None:
    ada = slack.person("ada")
    await ada.types(f"/kudos @bo @chidi +13 for {RELEASE}")
    summary = await ada.types("/kudos me")
    assert "You have 25 points left to give, of 25" in summary.text
    await settled(store)
