"""One's own data: all of it in a file, and gone on request, while every sum stays true."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from bot.domain.boards import ShowLeaderboard, ViewLeaderboard
from bot.messages.blockkit import ids
from bot.services.boards.boards import view_leaderboard
from tests.handlers.giving.test_give_slowly import locked
from tests.handlers.people.test_preferences import prefers
from tests.patience import in_slacks_time
from tests.storage.test_erasure import bytes_of
from tests.telling import ALL_OPEN
from tests.watching import (
    all_kudos,
    app_posts,
    assert_books_agree,
    balances,
    entries,
    on_sqlite,
    settled,
)

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from bot.sandbox.people import Person
    from storage.engine.store import Store
    from tests.conftest import Clock

FOR = "for untangling the release"
FORMER = "a former colleague"


async def erases_own_data(who: Person, typed: str = "erase") -> Any:
    home = await who.opens_home()
    await who.presses(ids.DATA_ERASE, on=home or {})
    await who.sees_view_soon(lambda view: view.raw["callback_id"] == ids.DATA_ERASE_SURE)
    return await who.submits({ids.DATA_ERASE_TYPED: typed})


async def exported(slack: Sandbox, who: Person) -> dict[str, Any]:
    """Press the button, and open the file that comes as a direct message."""
    home = await who.opens_home()
    await who.presses(ids.DATA_EXPORT, on=home or {})
    await who.sees_view_soon(lambda view: "as a direct message" in view.all_text)
    message = await who.sees_soon(lambda message: message.files, where="app")
    url = f"{slack.url}/files/{message.files[0]}/data.json"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert response.status == 200
        records: dict[str, Any] = json.loads(await response.read())
    return records


async def test_the_file_has_everything_about_a_person_and_nothing_private_of_others(
    slack: Sandbox, app: KudosApp, clock: Clock
) -> None:
    ada, bo, chidi = (slack.person(name) for name in ("ada", "bo", "chidi"))
    await prefers(chidi, "on_boards", "thanked_in_private")
    await prefers(bo, "on_boards", "weekly_nudge")
    await ada.types(f"/kudos @bo @chidi +2 {FOR} #teamwork")
    await ada.types("/kudos private @chidi +1 for a secret of theirs")
    clock.advance(seconds=1)
    await bo.types("/kudos @ada for the quick review")
    await bo.types("/kudos undo")
    records = await exported(slack, bo)
    assert records["profile"]["display_name"] == "Bo"
    assert records["profile"]["preferences"] == {"direct_messages": False}
    (given,) = records["kudos_given"]
    assert (given["reason"], given["receivers"][0]["name"]) == ("the quick review", "Ada")
    assert given["reversed_at"].startswith("2026-11-18T12:00:01")
    (received,) = records["kudos_received"]
    assert received["giver"] == {"user_id": ada.id, "name": "Ada"}
    assert received["receivers"] == [{"user_id": bo.id, "name": "Bo", "points": 2}]
    assert [entry["points"] for entry in records["ledger_entries"] if entry["account"] == "giving"]
    assert [row["points"] for row in records["balances"]] == [2]
    everything = json.dumps(records)
    assert "secret" not in everything
    assert chidi.id not in everything
    assert {message.channel_id for message in bo.direct_messages} == {
        bo.direct_messages[0].channel_id
    }


@on_sqlite
@pytest.mark.parametrize(
    "method",
    ["files.getUploadURLExternal", "chat.postMessage", "files.completeUploadExternal"],
)
async def test_when_slack_takes_no_file_the_person_is_told(
    slack: Sandbox, app: KudosApp, method: str
) -> None:
    bo = slack.person("bo")
    home = await bo.opens_home()
    slack.faults.next(method, "http_500", times=3)
    await bo.presses(ids.DATA_EXPORT, on=home or {})
    await bo.sees_view_soon(lambda view: "Slack does not take the file" in view.all_text)


async def test_an_erased_person_is_a_former_colleague_and_every_sum_stays(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo, chidi = (slack.person(name) for name in ("ada", "bo", "chidi"))
    await ada.types(f"/kudos @bo +3 {FOR}")
    await bo.types("/kudos @chidi +2 for words that shall go #care")
    message = await chidi.types("The release is out")
    await bo.reacts("trophy", to=message)
    await slack.pending()
    await settled(store)
    before = [await read(store, slack.team_id) for read in (entries, balances)]
    posts = app_posts(slack, "general")
    reply = await erases_own_data(bo)
    assert reply.ok
    assert "erased" in (bo.open_view.all_text if bo.open_view else "")
    await settled(store)

    assert [await read(store, slack.team_id) for read in (entries, balances)] == before
    await assert_books_agree(store, slack.team_id)
    assert app_posts(slack, "general") == posts
    in_slack = [
        *posts,
        *slack.thread("general", message.ts),
        *chidi.direct_messages,
        *ada.direct_messages,
    ]
    for one in in_slack:
        assert "words that shall go" not in one.all_text
        assert "Bo" not in one.all_text.split()
        assert bo.id not in one.all_text
    assert FORMER in posts[0].all_text
    assert "untangling the release" in posts[0].all_text
    assert FORMER in posts[1].all_text
    assert f"thanked by {FORMER}" in slack.thread("general", message.ts)[0].all_text
    for command in ("leaderboard", "history", f"history <@{bo.id}>"):
        text = (await ada.types(f"/kudos {command}")).text
        assert "Bo" not in text.split()
        assert (FORMER in text) == (command != "leaderboard")  # boards are of those who are here
    assert "care" in {kudos.value for kudos in await all_kudos(store, slack.team_id)}
    board = await store.read(
        view_leaderboard, ViewLeaderboard(slack.team_id, ada.id, ShowLeaderboard(), ALL_OPEN)
    )
    assert {standing.user_id for standing in board.standings} == {chidi.id}


@on_sqlite
async def test_no_byte_of_ones_words_and_name_is_left_in_the_files(
    slack: Sandbox, app: KudosApp, store: Store, database_url: str
) -> None:
    slack.update_user("bo", profile={"display_name": "Unverwechselbar"})
    await slack.pending()
    bo = slack.person("bo")
    await bo.types("/kudos @chidi +2 for words that shall go")
    await settled(store)
    for text in (b"words that shall go", b"Unverwechselbar"):
        assert text in bytes_of(database_url)
    assert (await erases_own_data(bo)).ok
    assert bo.open_view is not None
    assert "erased" in bo.open_view.all_text
    for text in (b"words that shall go", b"Unverwechselbar"):
        assert text not in bytes_of(database_url)


async def test_what_slack_tells_does_not_bring_the_name_back_and_using_kudos_does(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await prefers(bo, "thanked_in_private")
    await prefers(bo)
    await ada.types(f"/kudos @bo +3 {FOR}")
    await erases_own_data(bo)
    slack.update_user("bo", tz="Asia/Tokyo", profile={"display_name": "Bobby"})
    await slack.pending()
    assert FORMER in (await ada.types("/kudos history")).text
    clock.advance(seconds=1)
    reply = await bo.types("/kudos @ada +1 for being back")
    assert reply.text.startswith("You thanked Ada")
    history = (await ada.types("/kudos history")).text
    assert FORMER not in history
    assert "Bobby" in history
    assert "Bobby" in (await ada.types("/kudos leaderboard")).text


async def test_erasing_needs_the_word_and_erasing_twice_does_no_harm(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    bo = slack.person("bo")
    await bo.types(f"/kudos @ada +3 {FOR}")
    for typed in ("no", "erase it", "x" * 100):
        reply = await erases_own_data(bo, typed)
        assert reply.error == "errors"
        assert bo.open_view is not None
        assert "erase" in bo.open_view.errors[ids.DATA_ERASE_TYPED]
        await bo.closes()
    assert [kudos.reason for kudos in await all_kudos(store, slack.team_id)] == [
        "untangling the release"
    ]
    assert (await erases_own_data(bo, " Erase ")).ok
    await slack.deliver_again(slack.deliveries[-1])
    assert slack.deliveries[-1].acked
    assert [kudos.reason for kudos in await all_kudos(store, slack.team_id)] == [""]


@in_slacks_time
async def test_what_takes_long_to_erase_is_shown_in_the_end(
    slack: Sandbox, app: KudosApp, store: Store, database_url: str
) -> None:
    bo = slack.person("bo")
    await bo.types(f"/kudos @ada +1 {FOR}")
    await settled(store)
    home = await bo.opens_home()
    await bo.presses(ids.DATA_ERASE, on=home or {})
    await bo.sees_view_soon(lambda view: view.raw["callback_id"] == ids.DATA_ERASE_SURE)
    with locked(database_url):
        assert (await bo.submits({ids.DATA_ERASE_TYPED: "erase"})).ok
        assert "One moment" in (bo.open_view.all_text if bo.open_view else "")
    await bo.sees_view_soon(lambda view: "erased" in view.all_text)
    assert [kudos.reason for kudos in await all_kudos(store, slack.team_id)] == [""]
