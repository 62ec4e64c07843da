"""What was typed is never lost: a private note keeps it, with a button that opens the form."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from bot.domain.kudos import Audience
from bot.domain.personal_data import ErasePerson
from bot.messages.blockkit import ids
from bot.sandbox.model import Delivery
from bot.services.giving.kept import prune_lines
from bot.services.people.erasure import erase
from storage.tables.kept import kept_lines
from tests.asking import form_of
from tests.handlers.giving.test_mentions import says, told
from tests.watching import all_kudos, app_posts, choose, on_sqlite, opened, settled

if TYPE_CHECKING:
    from datetime import datetime

    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.engine.store import Connection, Store
    from tests.conftest import Clock

RELEASE = "untangling the release"


def _kept(connection: Connection, team_id: str, _now: datetime) -> list[dict[str, Any]]:
    rows = connection.execute(select(kept_lines).where(kept_lines.c.team_id == team_id))
    return [dict(row) for row in rows.mappings()]


async def test_a_refused_mention_can_be_corrected_and_stays_in_its_thread(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    root = await bo.types("The release is out")
    await says(slack, ada, "@bo +2 thx #care", thread=root.ts)
    [note] = told(ada)
    assert note.text == "The reason is too short. Say what it is for, in 10 characters or more."
    assert note.thread_ts == root.ts
    await ada.presses(ids.KUDOS_CORRECT, on=note)
    form = await form_of(ada)
    assert (form.field, form.question) == (ids.GIVE_REASON, note.text)
    assert (form.people, form.amount, form.value, form.reason) == ([bo.id], "2", "care", "thx")
    assert "You typed: @Kudos @Bo +2 thx #care" in form.text
    assert (await ada.submits({ids.GIVE_REASON: f"thx for {RELEASE}"})).ok
    await settled(store)
    [kudos] = await all_kudos(store, slack.team_id)
    assert (kudos.thread_ts, kudos.audience) == (root.ts, Audience.PUBLIC)
    assert app_posts(slack, "general") == []
    [post] = [
        one
        for one in slack.thread("general", root.ts)
        if one.user_id == slack.bot_user_id and not one.is_ephemeral
    ]
    assert post.text.startswith(f"<@{ada.id}> thanked <@{bo.id}>: thx for {RELEASE}")


async def test_what_was_corrected_counts_once(slack: Sandbox, app: KudosApp, store: Store) -> None:
    ada = slack.person("ada")
    await says(slack, ada, "@bo thx")
    mention = slack.deliveries[-1]
    [note] = told(ada)
    await ada.presses(ids.KUDOS_CORRECT, on=note)
    await form_of(ada)
    assert (await ada.submits({ids.GIVE_REASON: RELEASE})).ok
    await ada.closes()
    await slack.deliver_event(mention.payload["event"])
    await ada.presses(ids.KUDOS_CORRECT, on=note)
    assert "You have given these thanks already" in (await opened(ada)).all_text
    assert len(await all_kudos(store, slack.team_id)) == 1


@on_sqlite
async def test_unclear_words_to_kudos_can_be_corrected_too(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    await says(slack, ada, f"+2 for {RELEASE}")
    [note] = told(ada)
    await ada.presses(ids.KUDOS_CORRECT, on=note)
    form = await form_of(ada)
    assert (form.people, form.amount, form.reason) == ([], "2", RELEASE)


@on_sqlite
@pytest.mark.parametrize("error", ["expired_trigger_id", "internal_error"])
@pytest.mark.parametrize("line", ["@bo +2 thx", "+2 thx for the tea"])
async def test_a_command_whose_form_does_not_open_has_the_button_too(
    slack: Sandbox, app: KudosApp, store: Store, error: str, line: str
) -> None:
    ada = slack.person("ada")
    slack.faults.next("views.open", "error", error=error)
    reply = await ada.types(f"/kudos {line}")
    assert reply.is_ephemeral
    await ada.presses(ids.KUDOS_CORRECT, on=reply.message)
    form = await form_of(ada)
    assert form.amount == "2"
    values = {ids.GIVE_PEOPLE: ["bo"], ids.GIVE_REASON: RELEASE}
    assert (await ada.submits(values)).ok
    await settled(store)
    [kudos] = await all_kudos(store, slack.team_id)
    assert kudos.channel_id == slack.channel("general").id


async def test_in_a_private_channel_without_kudos_it_still_stays_there(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    dina = slack.person("dina")
    slack.faults.next("views.open", "error", error="expired_trigger_id")
    reply = await dina.types("/kudos @ada thx", in_channel="leads")
    await dina.presses(ids.KUDOS_CORRECT, on=reply.message)
    await form_of(dina)
    assert (await dina.submits({ids.GIVE_REASON: RELEASE})).ok
    await settled(store)
    assert len(app_posts(slack, "leads")) == 1
    assert app_posts(slack, "thanks") == app_posts(slack, "general") == []
    [kudos] = await all_kudos(store, slack.team_id)
    assert kudos.audience is Audience.CHANNEL


@on_sqlite
async def test_thanks_in_private_are_corrected_in_private(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    await says(slack, ada, "private @bo thx")
    await ada.presses(ids.KUDOS_CORRECT, on=told(ada)[0])
    assert (await form_of(ada)).is_private
    assert (await ada.submits({ids.GIVE_REASON: RELEASE})).ok
    [kudos] = await all_kudos(store, slack.team_id)
    assert kudos.audience is Audience.PRIVATE


async def test_what_is_kept_is_there_for_an_hour_and_then_it_is_gone(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada = slack.person("ada")
    await says(slack, ada, "@bo thx")
    [note] = told(ada)
    clock.advance(minutes=59)
    await ada.presses(ids.KUDOS_CORRECT, on=note)
    assert (await form_of(ada)).reason == "thx"
    await ada.closes()
    clock.advance(minutes=1)
    await ada.presses(ids.KUDOS_CORRECT, on=note)
    assert "These words are not here any more" in (await opened(ada)).all_text
    await app.look()
    assert await store.read(_kept, slack.team_id) == []


async def test_what_is_kept_is_for_the_one_who_typed_it_alone(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, chidi = slack.person("ada"), slack.person("chidi")
    await says(slack, ada, "@bo thx for the tea")
    await says(slack, ada, "@bo thx")
    await ada.presses(ids.KUDOS_CORRECT, on=told(ada)[-1])
    await form_of(ada)
    await chidi.types("/kudos help")
    theirs = slack.deliveries[-1].payload["trigger_id"]
    pressed = next(one for one in reversed(slack.deliveries) if one.payload.get("actions"))
    forged = pressed.payload | {
        "user": pressed.payload["user"] | {"id": chidi.id},
        "trigger_id": theirs,
    }
    await slack.deliver_again(Delivery("forged", "interactive", forged))
    shown = (await opened(chidi)).all_text
    assert "These words are not here any more" in shown
    assert "thx" not in shown


async def test_erasure_takes_what_is_kept_too(slack: Sandbox, app: KudosApp, store: Store) -> None:
    ada = slack.person("ada")
    slack.faults.next("views.open", "error", error="expired_trigger_id")
    await ada.types("/kudos @bo thx")
    [row] = await store.read(_kept, slack.team_id)
    assert row["user_id"] == ada.id
    assert row["draft"]["place"]["response_url"] is None
    await store.write(erase, ErasePerson(slack.team_id, ada.id))
    assert await store.read(_kept, slack.team_id) == []


async def test_pruning_takes_what_is_over_and_nothing_else(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada = slack.person("ada")
    await says(slack, ada, "@bo thx")
    clock.advance(minutes=30)
    await says(slack, ada, "@chidi thx")
    clock.advance(minutes=30)
    assert await store.write(prune_lines, None) == 1
    [row] = await store.read(_kept, slack.team_id)
    assert row["expires_at"] - clock() == timedelta(minutes=30)


@on_sqlite
async def test_whoever_can_only_be_told_directly_corrects_it_there(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    slack.faults.next("chat.postEphemeral", "error", error="user_not_in_channel")
    await says(slack, ada, "@bo thx")
    [note] = ada.direct_messages
    await ada.presses(ids.KUDOS_CORRECT, on=note)
    await form_of(ada)
    assert (await ada.submits({ids.GIVE_REASON: RELEASE})).ok
    await settled(store)
    assert len(app_posts(slack, "general")) == 1


@on_sqlite
async def test_ten_thousand_characters_are_kept_as_far_as_a_field_of_slacks_takes_them(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await choose(store, slack.team_id, allowance=1_000)
    ada = slack.person("ada")
    words = " ".join(f"word{number}" for number in range(2_000))[:10_000]
    await ada.types(f"/kudos @bo {words}")
    form = await form_of(ada)
    assert form.field == ids.GIVE_REASON
    assert form.question.startswith("The reason is 10,000 characters long")
    assert form.reason == words[:3_000]
    assert "What you typed is longer than this field. It was cut after 3,000" in form.text
    assert (await ada.submits()).error == "errors"  # it has to be shortened, and stays as it is
    assert (await ada.submits({ids.GIVE_REASON: words[:2_000].strip()})).ok
    [kudos] = await all_kudos(store, slack.team_id)
    assert kudos.reason == words[:2_000].strip()
    await ada.types(f"/kudos @bo {words[:2_500]}")
    form = await form_of(ada)
    assert form.reason == words[:2_500].strip()
    assert "It was cut" not in form.text
