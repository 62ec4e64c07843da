"""What people type, from Slack's payload to what they see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.kudos import Audience
from bot.domain.settings.settings import Section
from tests.administering import opens
from tests.asking import form_of
from tests.watching import all_kudos, app_posts, on_sqlite, opened, settled

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from bot.sandbox.people import Person
    from storage.engine.store import Store

RELEASE = "untangling the release"


async def says(slack: Sandbox, who: Person, text: str) -> None:
    await who.types(text, in_channel="general")
    await slack.pending()


def told(who: Person) -> list[str]:
    return [message.text for message in who.sees("general") if message.is_ephemeral]


async def test_who_follows_cc_is_not_thanked(slack: Sandbox, app: KudosApp, store: Store) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await ada.types(f"/kudos great work on {RELEASE} @bo cc @chidi")
    [kudos] = await all_kudos(store, slack.team_id)
    assert kudos.receiver_ids == (bo.id,)


@on_sqlite
async def test_points_are_counted_by_the_name_that_admins_gave_them(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await opens(ada, Section.WORDS)
    names = {"points_name_one": "taco", "points_name_many": "tacos"}
    answers = {f"setting:{name}": value for name, value in names.items()}
    assert (await ada.submits(answers | {"setting:currency_emoji": ":taco:"})).ok
    reply = await bo.types(f"/kudos @chidi 2 tacos for {RELEASE}")
    assert "You thanked Chidi with 2 tacos." in reply.text
    [kudos] = await all_kudos(store, slack.team_id)
    assert kudos.reason == RELEASE


@pytest.mark.parametrize(
    "line",
    [
        f"@bo 🏆🏆 for {RELEASE}",
        f"@bo 5 bugs fixed while {RELEASE}",
        f"@bo some points for {RELEASE}",
        f"@bo -- not for {RELEASE}",
        f"great work @bo on the review of @chidi for {RELEASE}",
    ],
)
@on_sqlite
async def test_what_may_be_meant_otherwise_opens_the_form(
    slack: Sandbox, app: KudosApp, store: Store, line: str
) -> None:
    ada = slack.person("ada")
    await ada.types(f"/kudos {line}")
    form = await opened(ada)
    assert RELEASE in str(form.raw)
    assert slack.person("bo").id in str(form.raw)
    assert await all_kudos(store, slack.team_id) == []


@on_sqlite
async def test_what_was_meant_in_private_is_asked_with_that_chosen(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    for line in ("privat thanks @bo +2", "kiitos yksityisesti @bo +2", "@bo +2 in private"):
        assert (await ada.types(f"/kudos {line} for {RELEASE}")).text == ""
        form = await form_of(ada)
        assert (form.is_private, form.people, form.amount) == (True, [bo.id], "2"), line
        assert form.question == "Is this meant to be in private? Please check before you give."
        assert form.reason.endswith(RELEASE)
        assert "rivat" not in form.reason
        await ada.closes()
    assert await all_kudos(store, slack.team_id) == []
    await ada.types(f"/kudos privately @bo for {RELEASE}")
    await form_of(ada)
    assert (await ada.submits()).ok
    await settled(store)
    [kudos] = await all_kudos(store, slack.team_id)
    assert kudos.audience is Audience.PRIVATE
    assert app_posts(slack, "general") == []


@on_sqlite
async def test_each_line_that_begins_with_people_is_thanks_of_its_own(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo, chidi = (slack.person(name) for name in ("ada", "bo", "chidi"))
    await ada.types(f"/kudos @bo +2 for {RELEASE}\n@chidi +3 for the review of it")
    given = await all_kudos(store, slack.team_id)
    assert {kudos.receiver_ids: kudos.reason for kudos in given} == {
        (bo.id,): RELEASE,
        (chidi.id,): "the review of it",
    }


@on_sqlite
async def test_of_several_lines_none_is_given_while_one_is_unclear(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    await ada.types(f"/kudos @bo +2 for {RELEASE}\n@chidi 1.5 for the review of it")
    form = await opened(ada)
    assert all(slack.person(name).id in str(form.raw) for name in ("bo", "chidi"))
    assert "the review of it" in str(form.raw)
    assert await all_kudos(store, slack.team_id) == []


@on_sqlite
async def test_a_word_or_two_get_help_and_no_form(slack: Sandbox, app: KudosApp) -> None:
    ada = slack.person("ada")
    for line in ("hello", "great work", "🎉"):
        reply = await ada.types(f"/kudos {line}")
        assert reply.text.startswith("I did not understand this: /kudos "), line
    assert "How to give kudos" in (await ada.types("/kudos ?")).text
    assert ada.open_view is None


@on_sqlite
async def test_other_words_for_commands_are_understood(slack: Sandbox, app: KudosApp) -> None:
    ada = slack.person("ada")
    for line, begins in (("balance", "Your kudos"), ("top month", "")):
        same = {"balance": "me", "top month": "leaderboard month"}[line]
        reply = await ada.types(f"/kudos {line}")
        assert reply.text == (await ada.types(f"/kudos {same}")).text
        assert reply.text.startswith(begins)
    assert "Rewards are not switched on here." in (await ada.types("/kudos redeem")).text


async def test_a_sentence_in_a_script_without_blanks_is_long_enough(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    reply = await slack.person("ada").types("/kudos @bo 谢谢你帮忙")
    assert "You thanked Bo" in reply.text
    refused = await slack.person("ada").types("/kudos @chidi 谢谢你")
    assert "You thanked" not in refused.text


async def test_a_quote_of_thanks_gives_nothing_in_the_name_of_who_quotes(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    for text in (
        f"> @kudos @bo +2 for {RELEASE}\nWell said!",
        f"`@kudos @bo +2 for {RELEASE}` is how it works",
    ):
        await says(slack, ada, text)
    await settled(store)
    assert await all_kudos(store, slack.team_id) == []
    assert told(ada) == []


async def test_words_about_kudos_are_asked_for_before_they_thank(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    await says(slack, ada, "I love how @kudos works, thanks @bo")
    await settled(store)
    assert await all_kudos(store, slack.team_id) == []
    [asked] = told(ada)
    assert "works, thanks" in asked


async def test_kudos_may_be_named_at_the_end_or_after_a_greeting(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await says(slack, ada, f"great work on {RELEASE} @bo @kudos")
    await says(slack, ada, f"hey @kudos, @bo +2 for {RELEASE} again")
    await settled(store)
    given = await all_kudos(store, slack.team_id)
    assert [kudos.receiver_ids for kudos in given] == [(bo.id,), (bo.id,)]


async def test_a_question_about_kudos_is_no_thanks_in_public(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    await says(slack, ada, "hey @bo have you seen the new @kudos?")
    await settled(store)
    assert await all_kudos(store, slack.team_id) == []
    assert app_posts(slack, "general") == []
    [asked] = told(ada)
    assert "Is this meant as thanks?" in asked


async def test_kudos_alone_on_the_last_line_ends_what_stands_above(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    await says(slack, ada, f"@bo for {RELEASE}\n@kudos +2")
    await settled(store)
    [kudos] = await all_kudos(store, slack.team_id)
    assert (kudos.reason, kudos.receipts[0].points) == (RELEASE, 2)
