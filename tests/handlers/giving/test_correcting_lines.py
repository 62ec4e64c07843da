"""Several thanks of which one is refused: all of them stand in a form, to be mended and given."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.domain.kudos import Audience
from bot.messages.blockkit import ids
from tests.asking import form_of, lines_form_of
from tests.handlers.giving.test_mentions import says, told
from tests.rows import Failures
from tests.watching import (
    all_kudos,
    app_posts,
    assert_books_agree,
    balances,
    choose,
    live_kudos,
    on_sqlite,
    opened,
    settled,
)

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.engine.store import Store
    from tests.conftest import Clock

FIRST = "@bo +2 for untangling the release"
SHORT = "@chidi +3 thx"
MENDED = "@chidi +3 for reviewing all of it"
THIRD = "@dina for the calm on Friday"


async def test_a_command_opens_all_lines_and_gives_them_once_they_are_mended(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo, chidi, dina = (slack.person(who) for who in ("ada", "bo", "chidi", "dina"))
    reply = await ada.types(f"/kudos {FIRST}\n{SHORT}\n{THIRD}")
    command = slack.deliveries[-1]
    assert reply.text == ""
    form = await lines_form_of(slack, ada)
    assert (form.field, form.lines) == (ids.GIVE_LINES, f"{FIRST}\n{SHORT}\n{THIRD}")
    assert form.question.startswith("Your thanks to Chidi: The reason is too short.")
    assert "You have 25 points left to give until " in form.text
    refused = await ada.submits({ids.GIVE_LINES: f"{FIRST}\n{MENDED}\n@dina thx"})
    assert refused.error == "errors"
    assert refused.text.startswith("Your thanks to Dina: The reason is too short.")
    assert await all_kudos(store, slack.team_id) == []
    assert (await ada.submits({ids.GIVE_LINES: f"{FIRST}\n{MENDED}\n{THIRD}"})).ok
    done = await ada.sees_view_soon(lambda view: "You thanked Bo with 2" in view.all_text)
    assert "You thanked Chidi with 3 points." in done.all_text
    assert await balances(store, slack.team_id) == {bo.id: 2, chidi.id: 3, dina.id: 1}
    # The form is of the command: delivered again, it is answered as what has become of it.
    await asyncio.gather(*(slack.deliver_again(command) for _ in range(2)))
    assert command.response is not None
    assert command.response["text"].startswith("You thanked Bo with 2 points.\nYou thanked Chidi")
    await settled(store)
    assert len(app_posts(slack, "general")) == len(await all_kudos(store, slack.team_id)) == 3
    await assert_books_agree(store, slack.team_id)


async def test_a_mention_has_a_note_with_the_button_and_stays_in_its_thread(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    root = await slack.person("bo").types("The release is out")
    await says(slack, ada, f"{FIRST}\nprivate {SHORT}", thread=root.ts)
    mention = slack.deliveries[-1]
    [note] = told(ada)
    assert note.text.startswith("Your thanks to Chidi: The reason is too short.")
    assert "You typed:\n@Kudos @Bo +2 for untangling the release" in note.text
    assert note.thread_ts == root.ts
    await ada.presses(ids.KUDOS_CORRECT, on=note)
    form = await lines_form_of(slack, ada)
    assert form.lines == f"{FIRST}\nprivate {SHORT}"
    assert note.text.startswith(form.question)
    assert (await ada.submits({ids.GIVE_LINES: f"{FIRST}\nprivate {MENDED}"})).ok
    await ada.closes()
    await settled(store)
    first, second = await all_kudos(store, slack.team_id)
    assert (first.thread_ts, first.audience) == (root.ts, Audience.PUBLIC)
    assert second.audience is Audience.PRIVATE
    assert app_posts(slack, "general") == []
    await slack.deliver_event(mention.payload["event"])
    await ada.presses(ids.KUDOS_CORRECT, on=note)
    assert "You have given these thanks already" in (await opened(ada)).all_text
    assert len(await all_kudos(store, slack.team_id)) == 2


ASKED = {
    "a number that is none": (
        f"{FIRST}\n@chidi 1.5 for the review of it",
        "I am not sure what you mean by “1.5”. Did you mean 2 points?",
        None,
        f"{FIRST}\n@chidi 2 for the review of it",
    ),
    "oneself": (
        f"{FIRST}\n@ada for the review of it",
        "Your thanks to Ada: You can't give kudos to yourself.",
        None,
        FIRST,
    ),
    "an app": (
        f"{FIRST}\n@build-bot for the review of it",
        "Your thanks to Build Bot: Build Bot is an app and can't receive kudos.",
        None,
        f"{FIRST}\n@chidi for the review of it",
    ),
    "a name that was not picked, with an @": (
        f"{FIRST}\n@Chidi for the review of it",
        "Did you mean Chidi?",
        f"{FIRST}\n@chidi for the review of it",
        "",
    ),
    "a bare name": (
        f"{FIRST}\n- Chidi for the review of it",
        "Did you mean Chidi?",
        f"{FIRST}\n- @chidi for the review of it",
        "",
    ),
    "what may be meant as thanks": (
        f"{FIRST}\n@chidi -- for the review of it",
        "Is this meant as thanks? If so, press Give.",
        None,
        "",
    ),
    "a word near private": (
        f"{FIRST}\nprivat @chidi for the review of it",
        "To thank in private, begin the line with “private”. If it can be public, leave out",
        None,
        f"{FIRST}\nprivate @chidi for the review of it",
    ),
    "that, and a number that is none": (
        "@bo -- for the release of it\n@chidi 1.5 for the review of it",
        "I am not sure what you mean by “1.5”.",
        None,
        "@bo -- for the release of it\n@chidi 2 for the review of it",
    ),
    "words above that are no opening": (
        f"what I said to Dina yesterday\n{FIRST}\n{MENDED}",
        "Please begin each line with the people whom you thank there.",
        None,
        f"{FIRST}\n{MENDED}",
    ),
    "a group, a link and an emoji": (
        "@support for https://example.com and :tada: & <more>\n@chidi thx",
        "Your thanks to Chidi: The reason is too short.",
        "@support for https://example.com and :tada: & <more>\n@chidi thx",
        "@support for https://example.com and :tada: & <more>\n@chidi thx for all of it",
    ),
    "too many": (
        "\n".join(f"@bo for the part {n} of it all" for n in range(11)),
        "You thanked 11 times in one message, and there is room for 10.",
        None,
        "\n".join(f"@bo for the part {n} of it all" for n in range(10)),
    ),
}


@on_sqlite
async def test_whatever_is_asked_stands_above_the_lines_and_a_mended_one_gives_all(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    await choose(store, slack.team_id, allowance=1_000)
    ada, failures, count = slack.person("ada"), Failures(), 0
    for name, (typed, question, lines, mended) in ASKED.items():
        with failures.of(name):
            assert (await ada.types(f"/kudos {typed}")).text == ""
            form = await lines_form_of(slack, ada)
            assert form.field == ids.GIVE_LINES
            assert form.question.startswith(question), form.question
            assert form.lines == (lines or typed)
            assert len(await all_kudos(store, slack.team_id)) == count
            reply = await ada.submits({ids.GIVE_LINES: mended} if mended else None)
            assert reply.ok, reply.text
            await ada.sees_view_soon(lambda view: "You thanked" in view.all_text)
            await ada.closes()
            count += len((mended or typed).split("\n"))
            assert len(await all_kudos(store, slack.team_id)) == count
        count = len(await all_kudos(store, slack.team_id))
        clock.advance(minutes=2)  # the first line is the same each time
    failures.are_told(len(ASKED))
    [group] = [
        kudos.reason
        for kudos in await all_kudos(store, slack.team_id)
        if "example.com" in kudos.reason
    ]
    assert group == "https://example.com and :tada: & <more>"


@on_sqlite
async def test_lines_that_say_nothing_clear_are_asked_about_at_their_field(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    await ada.types(f"/kudos {FIRST}\n{SHORT}")
    await lines_form_of(slack, ada)
    failures = Failures()
    rows = {
        "me": "Please begin each line with the people whom you thank there.",
        f"{FIRST}\nprivat @chidi for the review of it": "To thank in private, begin the line",
        f"{FIRST}\n@nobody for the review of it": "Thanks number 2: I can't tell who",
        f"{FIRST}\n@chidi 1.5 for the review of it": "I am not sure what you mean by",
    }
    for lines, sentence in rows.items():
        with failures.of(lines):
            refused = await ada.submits({ids.GIVE_LINES: lines})
            assert refused.error == "errors"
            assert refused.text.startswith(sentence), refused.text
    failures.are_told(len(rows))
    assert await all_kudos(store, slack.team_id) == []


@on_sqlite
async def test_where_the_channel_is_not_allowed_another_is_chosen_for_all(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    thanks = slack.channel("thanks").id
    await choose(store, slack.team_id, channel_ids=[thanks], announcement_channel_id=None)
    ada = slack.person("ada")
    await ada.types(f"/kudos {FIRST}\n{MENDED}")
    form = await lines_form_of(slack, ada)
    assert form.field == ids.GIVE_PLACE
    missing = await ada.submits()
    assert missing.error == "errors"
    assert (await ada.submits({ids.GIVE_PLACE: "thanks"})).ok
    assert {kudos.channel_id for kudos in await all_kudos(store, slack.team_id)} == {thanks}


@on_sqlite
@pytest.mark.parametrize("error", ["expired_trigger_id", "internal_error"])
async def test_a_command_whose_form_does_not_open_has_the_button_too(
    slack: Sandbox, app: KudosApp, store: Store, error: str
) -> None:
    ada = slack.person("ada")
    slack.faults.next("views.open", "error", error=error)
    reply = await ada.types(f"/kudos {FIRST}\n{SHORT}")
    assert reply.text.startswith("Your thanks to Chidi: The reason is too short.")
    await ada.presses(ids.KUDOS_CORRECT, on=reply.message)
    assert (await lines_form_of(slack, ada)).lines == f"{FIRST}\n{SHORT}"
    assert (await ada.submits({ids.GIVE_LINES: f"{FIRST}\n{MENDED}"})).ok
    first, second = await all_kudos(store, slack.team_id)
    view = await opened(ada)
    value = f"{first.kudos_id} {first.kudos_id} {second.kudos_id}"
    await ada.presses(ids.KUDOS_UNDO, on=view, value=value)
    await ada.sees_view_soon(lambda view: "You took back your thanks to Bo." in view.all_text)
    assert [kudos.receiver_ids for kudos in await live_kudos(store, slack.team_id)] == [
        second.receiver_ids
    ]


@on_sqlite
async def test_one_thanks_keeps_the_form_with_fields(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    await ada.types("/kudos @bo thx\nfor")
    assert (await form_of(ada)).reason == "thx\nfor"
