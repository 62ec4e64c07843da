"""What is not allowed, or not clear, gets a sentence that the giver alone sees, and no row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.workspaces import ValueMode
from bot.messages.blockkit.ids import GIVE_AMOUNT as AMOUNT
from bot.messages.blockkit.ids import GIVE_PEOPLE as PEOPLE
from bot.messages.blockkit.ids import GIVE_PLACE as PLACE
from bot.messages.blockkit.ids import GIVE_REASON as REASON
from bot.messages.blockkit.ids import GIVE_SUBMIT
from bot.messages.blockkit.ids import GIVE_VALUE as VALUE
from bot.sandbox import Sandbox
from tests.asking import form_of, types_exactly
from tests.conftest import MANIFEST, Clock, running
from tests.patience import WAIT_SECONDS
from tests.rows import each_row
from tests.watching import (
    all_kudos,
    calls_of,
    choose,
    entries,
    on_sqlite,
    opened,
    outbox_states,
    settled,
)

if TYPE_CHECKING:
    from bot.app import KudosApp
    from storage.engine.store import Store

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


# Whoever can't be thanked is left out of the form, which asks for somebody else; the words stay.
@each_row(
    ("line", "sentence"),
    [
        (f"@ada +5 for {RELEASE}", "You can't give kudos to yourself."),
        (f"@ada @ada for {RELEASE}", "You can't give kudos to yourself."),
        (f"@build-bot for {RELEASE}", "Build Bot is an app and can't receive kudos."),
        (f"@kudos for {RELEASE}", "Kudos is an app and can't receive kudos."),
        (f"@slackbot for {RELEASE}", "Slackbot is an app and can't receive kudos."),
        (f"@juri for {RELEASE}", "Juri is no longer active here and can't receive kudos."),
        (f"@pixel for {RELEASE}", "Pixel belongs to another company and can't receive kudos here."),
    ],
)
@on_sqlite
async def test_whoever_cannot_be_thanked_is_asked_for_and_the_words_are_kept(
    slack: Sandbox, line: str, sentence: str
) -> None:
    ada = slack.person("ada")
    reply = await ada.types(f"/kudos {line}")
    assert reply.text == ""
    asked = await form_of(ada)
    assert asked.question.startswith(sentence)
    assert (asked.field, asked.people) == (PEOPLE, [])
    assert asked.reason == RELEASE
    await ada.closes()


# Everything else is asked in the form, above its field, with all that was understood: whom, how
# much, which value, and the words.
@each_row(
    ("line", "field", "sentence", "filled"),
    [
        ("@bo", REASON, "The reason is missing. Say what it is for, in 10", ("bo", "", "", "")),
        ("@bo +3", REASON, "The reason is missing.", ("bo", "3", "", "")),
        ("@bo thx", REASON, "The reason is too short.", ("bo", "", "", "thx")),
        (
            "@bo @chidi 2 points for tea #care",
            REASON,
            "The reason is too short. Say what it is for, in 10 characters or more.",
            ("bo chidi", "2", "care", "tea"),
        ),
        (
            f"@bo for {'x' * 2001}",
            REASON,
            "The reason is 2,001 characters long, and there is room for 2,000. Please shorten it.",
            ("bo", "", "", "x" * 2001),
        ),
        (f"@bo +2 +3 for {RELEASE}", AMOUNT, "There are several amounts: +2 and +3.", ("bo", "")),
        (f"@bo +0 for {RELEASE}", AMOUNT, "The amount for each person starts at 1.", ("bo", "0")),
        (f"@bo -3 for {RELEASE}", AMOUNT, "The amount for each person starts at 1.", ("bo", "-3")),
        (f"@bo +26 for {RELEASE}", AMOUNT, "26 points for each person is too", ("bo", "26")),
        (f"@bo +{'9' * 400} for {RELEASE}", AMOUNT, "10,000,000,000,000,", ("bo", "")),
        (
            f"@bo @chidi +13 for {RELEASE} #teamwork",
            AMOUNT,
            "That takes 26 points, and you have 25 points left.",
            ("bo chidi", "13", "teamwork"),
        ),
        (f"@channel for {RELEASE}", PEOPLE, "Kudos can't go to a whole channel at once.", ("",)),
        (f"@here @bo for {RELEASE}", PEOPLE, "Kudos can't go to a whole channel", ("bo",)),
        (f"@everyone +2 for {RELEASE}", PEOPLE, "Kudos can't go to a whole", ("", "2")),
        (f"@adda for {RELEASE}", PEOPLE, "I can't tell who is meant by @adda.", ("",)),
        (f"@bo @adda +4 for {RELEASE}", PEOPLE, "I can't tell who is meant by", ("bo", "4")),
        (f"@bo @build-bot for {RELEASE}", PEOPLE, "Build Bot is an app and can't", ("bo",)),
        (f"@juri @bo +2 for {RELEASE}", PEOPLE, "Juri is no longer active", ("bo", "2")),
        (f"@support @pixel for {RELEASE}", PEOPLE, "Pixel belongs to", ("dina omar mei",)),
        ("private @bo thx", REASON, "The reason is too short.", ("bo", "", "", "thx")),
    ],
)
@on_sqlite
async def test_what_a_form_can_mend_is_asked_there_above_its_field(
    slack: Sandbox, line: str, field: str, sentence: str, filled: tuple[str, ...]
) -> None:
    ada = slack.person("ada")
    reply = await ada.types(f"/kudos {line}")
    assert (reply.ok, reply.text) == (True, "")
    form = await form_of(ada)
    assert (form.field, form.question[: len(sentence)]) == (field, sentence)
    people, amount, value, reason = filled + ("", "", "", RELEASE)[len(filled) :]
    assert form.people == [slack.person(name).id for name in people.split()]
    assert (form.amount, form.value, form.reason) == (amount, value, reason)
    assert form.is_private == line.startswith("private ")
    assert "You typed: /kudos " in form.text
    await ada.closes()


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
        ("@ada +9 x #luck", "You can't give kudos to"),
        ("@bo @nobody @build-bot +9 x #luck", "I can't tell who is meant by @nobody"),
        ("@bo @build-bot @channel +9 x #luck", "Build Bot is an app"),
        ("@bo @channel +9 x #luck", "Kudos can't go to a whole channel"),
        ("@bo +9 for x #luck", "The reason is too short"),
        (f"@bo +9 for {RELEASE} #luck", "#luck is not one of the values here"),
        (f"@bo +9 for {RELEASE}", "A value is missing. Choose from #teamwork."),
        (f"@bo +9 for {RELEASE} #teamwork", "9 points for each person is too much at once"),
        (f"@bo +5 for {RELEASE} #teamwork", "That takes 5 points, and you have 3 points left."),
    ]
    ada = slack.person("ada")
    for line, sentence in mistakes:
        await ada.types(f"/kudos {line}")
        assert sentence in (await form_of(ada)).question, line
        await ada.closes()


async def test_an_unknown_value_is_asked_about_with_the_nearest_known_one(
    slack: Sandbox, store: Store
) -> None:
    values = ("courage", "teamwork", "care")
    await choose(store, slack.team_id, value_mode=ValueMode.OPTIONAL, values=values)
    ada = slack.person("ada")
    await ada.types(f"/kudos @bo +2 for {RELEASE} #courge")
    form = await form_of(ada)
    assert form.field == VALUE
    assert form.question.startswith("#courge is not one of the values here. Did you mean #courage?")
    assert (form.value, form.amount, form.reason) == ("", "2", RELEASE)  # it is not chosen for them
    assert "#courge" in form.text
    await ada.closes()
    await ada.types(f"/kudos @bo for {RELEASE} #zzz")
    assert "Did you mean" not in (await form_of(ada)).question


async def test_where_kudos_cannot_be_given_the_form_asks_for_another_channel(
    slack: Sandbox, store: Store
) -> None:
    await choose(store, slack.team_id, channel_ids=(slack.channel("thanks").id,))
    ada = slack.person("ada")
    await ada.types(f"/kudos @bo +2 for {RELEASE}", in_channel="general")
    form = await form_of(ada)
    assert form.field == PLACE
    assert form.question.startswith("Kudos can't be given here. Give them in ")
    assert (form.amount, form.reason) == ("2", RELEASE)


async def test_two_amounts_leave_the_field_for_the_amount_to_be_filled_in(slack: Sandbox) -> None:
    ada = slack.person("ada")
    await ada.types(f"/kudos @bo +2 +3 for {RELEASE}")
    await form_of(ada)
    assert not (await ada.submits()).ok  # Slack's own word for a field that must not be empty


@on_sqlite
async def test_a_group_of_the_giver_alone_is_the_giver(slack: Sandbox, app: KudosApp) -> None:
    for name in ("dina", "mei"):
        slack.update_user(name, deleted=True)
    await slack.pending()
    omar = slack.person("omar")
    await omar.types("/kudos @support for answering every call")
    assert (await form_of(omar)).question == "You can't give kudos to yourself."


@pytest.mark.parametrize(
    ("line", "suggestion"),
    [
        ("hlep", "/kudos help"),
        ("leaderbord moth givers", "/kudos leaderboard month givers"),
        ("undo @bo", "/kudos undo"),
        ("history @bo please", "/kudos history @Bo"),
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


@pytest.mark.parametrize(
    "line",
    ["", "   ", f"for {RELEASE}", f"@bo +1.5 for {RELEASE}", f"privat @bo for {RELEASE}"],
)
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
async def test_a_person_or_a_group_whom_slack_does_not_know_is_asked_about(slack: Sandbox) -> None:
    ada = slack.person("ada")
    for unknown, sentence in (
        ("<@U0NOBODY01> ", "I can't find someone in this workspace."),
        ("<!subteam^S0NOGROUP1|@nobody> ", "I can't see who is in that group."),
    ):
        await types_exactly(slack, ada, f"{unknown}<@{slack.person('bo').id}> for {RELEASE}")
        form = await form_of(ada)
        assert form.field == PEOPLE
        assert form.question.startswith(sentence)
        assert form.people == [slack.person("bo").id]
        assert form.reason == RELEASE
        await ada.closes()


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
        ada = slack.person("ada")
        await ada.types("/kudos @crowd for being a great audience")
        form = await form_of(ada)
        assert form.field == PEOPLE
        assert form.question.startswith("That would thank 60 people, and one kudos can thank 50.")
        assert (form.people, form.reason) == ([], "being a great audience")
        assert calls_of(slack, "chat.postMessage") == []


@on_sqlite
async def test_a_refused_give_costs_nothing(slack: Sandbox, app: KudosApp, store: Store) -> None:
    ada = slack.person("ada")
    await ada.types(f"/kudos @bo @chidi +13 for {RELEASE}")
    await ada.closes()
    summary = await ada.types("/kudos me")
    assert "You have 25 points left to give, of 25" in summary.text
    await settled(store)
