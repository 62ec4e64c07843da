"""The same refusal by each way of giving: the same sentence, and nothing typed is lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.workspaces import PairCapMode, ValueMode, WorkspaceSettings
from bot.messages.blockkit import ids
from bot.sandbox import Sandbox
from handlers.giving.workflow_step import GIVE_KUDOS, with_step
from tests.asking import form_of
from tests.conftest import MANIFEST, running
from tests.handlers.giving.test_mentions import says, told
from tests.rows import Failures
from tests.watching import all_kudos, choose, on_sqlite, opened, settled

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.app import KudosApp
    from bot.sandbox.model import Message
    from bot.sandbox.people import Person
    from storage.engine.store import Store
    from tests.conftest import Clock

RELEASE = "untangling the release"


@dataclass(frozen=True)
class Case:
    """One thing that is refused, and how each way of giving says it; None where it can't come."""

    sentence: str
    line: str | None = None  # typed, as a command and to Kudos
    asks: str = ""  # the field above which the form asks; empty where no form would help
    form: dict[str, Any] | None = None  # filled in
    errors_at: str = ids.GIVE_PEOPLE
    form_says: str = ""  # where it is not the sentence
    step: dict[str, Any] | None = None  # what a workflow fills in
    reaction: str | None = None  # what whoever reacts is told; empty for nothing
    settings: dict[str, Any] = field(default_factory=dict)
    giver: str = "hana"
    channel: str = "general"


def filled(people: str, reason: str = RELEASE, amount: str | None = None) -> dict[str, Any]:
    """Return a form that somebody filled in."""
    return {ids.GIVE_PEOPLE: people.split(), ids.GIVE_REASON: reason, ids.GIVE_AMOUNT: amount}


def step(receiver: str = "bo", reason: str = RELEASE, **more: Any) -> dict[str, Any]:
    """Return what the builder of a workflow put into the step."""
    return {"receiver": receiver, "reason": reason} | more


CASES = {
    "SelfKudosError": Case(
        "You can't give kudos to yourself.",
        line=f"@hana for {RELEASE}",
        asks=ids.GIVE_PEOPLE,
        form=filled("hana"),
        step=step("hana"),
    ),
    "NotThankableError": Case(
        "Build Bot is an app and can't receive kudos.",
        line=f"@bo @build-bot for {RELEASE}",
        asks=ids.GIVE_PEOPLE,
        form=filled("bo build-bot"),
        step=step(more_receivers="<@U0BUILD014>"),
    ),
    "GiverNotAllowedError": Case(
        "Guests don't take part in kudos here.",
        line=f"@ada for {RELEASE}",
        form=filled("ada"),
        step=step("ada"),
        reaction="",
        settings={"guests_take_part": False},
        giver="ines",
        channel="writing",
    ),
    "ChannelNotAllowedError": Case(
        "Kudos can't be given here. Give them in ",
        line=f"@bo for {RELEASE}",
        asks=ids.GIVE_PLACE,
        form=filled("bo"),
        errors_at=ids.GIVE_AUDIENCE,
        form_says="Kudos can't be given in that channel. Choose another, or give in private.",
        step=step(),
        reaction="",
        settings={"channel_ids": ("C0THANKS04",)},
    ),
    "NotThereError": Case(
        "You are not in the channel in which this workflow would post your thanks.",
        step=step(channel="leads"),
        asks=ids.GIVE_PLACE,
    ),
    "EveryoneMentionError": Case(
        "Kudos can't go to a whole channel",
        line=f"@bo @here for {RELEASE}",
        asks=ids.GIVE_PEOPLE,
        step=step(more_receivers="<!here>"),
    ),
    "UnresolvedNameError": Case(
        "I can't tell who is meant by @nobody.",
        line=f"@bo @nobody for {RELEASE}",
        asks=ids.GIVE_PEOPLE,
        step=step(more_receivers="@nobody"),
    ),
    "ReasonTooShortError": Case(
        "The reason is too short.",
        line="@bo thx",
        asks=ids.GIVE_REASON,
        form=filled("bo", "thx"),
        errors_at=ids.GIVE_REASON,
        step=step(reason="thx"),
    ),
    "ReasonTooLongError": Case(
        "The reason is 2,001 characters long",
        line=f"@bo {'x' * 2_001}",
        asks=ids.GIVE_REASON,
        step=step(reason="x" * 2_001),
    ),
    "UnknownValueError": Case(
        "#zzz is not one of the values here.",
        line=f"@bo for {RELEASE} #zzz",
        asks=ids.GIVE_VALUE,
        step=step(value="zzz"),
        settings={"value_mode": ValueMode.OPTIONAL, "values": ("care",)},
    ),
    "ValueMissingError": Case(
        "A value is missing. Choose from #care.",
        line=f"@bo for {RELEASE}",
        asks=ids.GIVE_VALUE,
        step=step(),
        settings={"value_mode": ValueMode.REQUIRED, "values": ("care",)},
    ),
    "AmountOutOfRangeError": Case(
        "26 points for each person is too much at once.",
        line=f"@bo +26 for {RELEASE}",
        asks=ids.GIVE_AMOUNT,
        form=filled("bo", amount="26"),
        errors_at=ids.GIVE_AMOUNT,
        step=step(amount=26),
    ),
    "AmountNotWholeError": Case(
        "The amount for each person is a whole number",
        asks=ids.GIVE_AMOUNT,
        step=step(amount="2.5"),
    ),
    "AmbiguousAmountError": Case(
        "There are several amounts: +2 and +3.",
        line=f"@bo +2 +3 for {RELEASE}",
        asks=ids.GIVE_AMOUNT,
    ),
    "AllowanceExceededError": Case(
        "You have no points left to give.",
        line=f"@bo +1 for {RELEASE}",
        asks=ids.GIVE_AMOUNT,
        form=filled("bo", amount="1"),
        errors_at=ids.GIVE_AMOUNT,
        step=step(amount=1),
        reaction="Your reaction gave no kudos.\nYou have no points left to give.",
        settings={"allowance": 0, "thanks_go_on": False},
    ),
    "PairCapExceededError": Case(
        "You would give Bo more than 2 points before ",
        line=f"@bo +3 for {RELEASE}",
        asks=ids.GIVE_PEOPLE,
        form=filled("bo", amount="3"),
        step=step(amount=3),
        reaction="Your reaction gave no kudos.",
        settings={"pair_cap": 2, "pair_cap_mode": PairCapMode.BLOCK, "reaction_worth": {"tada": 3}},
    ),
}


@pytest.fixture
async def slack(patience: float) -> AsyncIterator[Sandbox]:
    """A workspace in which the app is installed with its step."""
    async with Sandbox(with_step(MANIFEST), ack_seconds=patience) as sandbox:
        yield sandbox


@pytest.fixture
async def app(slack: Sandbox, database_url: str, clock: Clock) -> AsyncIterator[KudosApp]:
    async with running(slack, database_url, clock) as kudos_app:
        yield kudos_app


@on_sqlite
async def test_each_way_says_the_same_and_keeps_what_was_typed(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    failures, usual = Failures(), WorkspaceSettings()
    for name, case in CASES.items():
        clock.advance(hours=1)  # a reaction that is refused is told once an hour
        await choose(store, slack.team_id, **case.settings)
        for way in (_typed, _said_to_kudos, _in_a_form, _by_a_workflow, _by_a_reaction):
            with failures.of(f"{name}, {way.__name__}"):
                await way(slack, slack.person(case.giver), case)
                await settled(store)
                assert await all_kudos(store, slack.team_id) == []
        await choose(store, slack.team_id, **{key: getattr(usual, key) for key in case.settings})
    failures.are_told(len(CASES) * 5)


async def _typed(slack: Sandbox, giver: Person, case: Case) -> None:
    if case.line is None:
        return
    reply = await giver.types(f"/kudos {case.line}", in_channel=case.channel)
    if case.asks:
        await _is_asked(giver, case)
        await giver.closes()
    else:
        assert reply.text.startswith(case.sentence)


async def _said_to_kudos(slack: Sandbox, giver: Person, case: Case) -> None:
    if case.line is None:
        return
    await says(slack, giver, case.line, channel=case.channel)
    note = told(giver, case.channel)[-1]
    assert note.text.startswith(case.sentence)
    await _is_corrected(giver, note, case)


async def _in_a_form(slack: Sandbox, giver: Person, case: Case) -> None:
    if case.form is None:
        return
    about = await slack.person("ada").types("The release is out", in_channel=case.channel)
    for opens in (
        giver.types("/kudos", in_channel=case.channel),
        giver.uses_shortcut(ids.KUDOS_GIVE_FOR, on=about),
    ):
        await opens
        await opened(giver)
        assert (await giver.submits(case.form)).error == "errors"
        view = await opened(giver)
        [(field_id, sentence)] = view.errors.items()
        assert (field_id, sentence.startswith(case.form_says or case.sentence)) == (
            case.errors_at,
            True,
        )
        typed = view.raw["state"]["values"][ids.GIVE_REASON][ids.GIVE_REASON]["value"]
        assert typed == case.form[ids.GIVE_REASON]
        await giver.closes()


async def _by_a_workflow(slack: Sandbox, giver: Person, case: Case) -> None:
    if case.step is None:
        return
    inputs = {"channel": case.channel} | case.step
    run = await slack.runs_step(GIVE_KUDOS, inputs, as_=giver)
    assert run.succeeded is False
    assert run.error.startswith(case.sentence)
    before = "The workflow that you ran gave no kudos for you: "
    note = await giver.sees_soon(
        lambda one: (
            one.text.startswith(before + case.sentence)
            and one.text[len(before) :][:20] == run.error[:20]
        ),
        where="app",
    )
    await _is_corrected(giver, note, case)


async def _by_a_reaction(slack: Sandbox, giver: Person, case: Case) -> None:
    if case.reaction is None:
        return
    before = len(told(giver, case.channel))
    author = slack.person("ada" if case.channel == "writing" else "bo")
    about = await author.types("The release is out", in_channel=case.channel)
    await giver.reacts("tada" if "reaction_worth" in case.settings else "trophy", to=about)
    await slack.pending()
    if case.reaction:
        await giver.sees_soon(lambda _: len(told(giver, case.channel)) > before, case.channel)
    texts = [one.text for one in told(giver, case.channel)[before:]]
    assert len(texts) == bool(case.reaction)
    assert "".join(texts).startswith(case.reaction)


async def _is_corrected(giver: Person, note: Message, case: Case) -> None:
    buttons = [each for block in note.blocks for each in block.get("elements", [])]
    corrects = [each for each in buttons if each.get("action_id") == ids.KUDOS_CORRECT]
    assert bool(corrects) == bool(case.asks)
    if case.asks:
        await giver.presses(ids.KUDOS_CORRECT, on=note)
        await _is_asked(giver, case)
        await giver.closes()


async def _is_asked(giver: Person, case: Case) -> None:
    form = await form_of(giver)
    assert form.field == case.asks
    assert form.question.startswith(case.sentence)
    assert form.reason
