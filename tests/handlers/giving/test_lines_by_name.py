"""The form for several thanks calls people by name, and knows whom it meant when it comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.messages.blockkit import ids
from tests.asking import lines_form_of
from tests.rows import Failures
from tests.watching import all_kudos, balances, on_sqlite, opened

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.engine.store import Store

UNCHANGED = {
    "people of whom the store has not heard": (
        "@bo -- for the release of it\n@chidi 2 for reviewing it with @dina",
        {"bo": 1, "chidi": 2},
    ),
    "a group": (
        "@support -- for the calm on Friday\n@emre 3 for the plan of it",
        {"bo": 1, "chidi": 1, "emre": 3},
    ),
}


@on_sqlite
async def test_a_form_that_only_has_to_be_sent_can_be_sent(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, failures = slack.person("ada"), Failures()
    slack.set_group_members("support", ["bo", "chidi"])
    await slack.pending()
    before: dict[str, int] = {}
    for name, (typed, points) in UNCHANGED.items():
        with failures.of(name):
            await ada.types(f"/kudos {typed}")
            assert (await lines_form_of(slack, ada)).lines == typed
            reply = await ada.submits()
            assert reply.ok, reply.text
            await ada.closes()
            now = await balances(store, slack.team_id)
            given = {who: now[slack.person(who).id] for who in points}
            assert given == {who: before.get(who, 0) + many for who, many in points.items()}
            before = given
    failures.are_told(len(UNCHANGED))
    [words] = [one.reason for one in await all_kudos(store, slack.team_id) if "with" in one.reason]
    assert words == f"reviewing it with <@{slack.person('dina').id}>"


@on_sqlite
async def test_two_who_are_called_the_same_are_never_taken_for_each_other(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo, chidi = (slack.person(who) for who in ("ada", "bo", "chidi"))
    slack.update_user("chidi", profile={"display_name": "Bo"})
    await slack.pending()
    await ada.types("/kudos @bo -- for the release of it\n@chidi 2 for the review of it")
    view = await opened(ada)
    [field] = [one for one in view.blocks if one["block_id"] == ids.GIVE_LINES]
    [section] = field["element"]["initial_value"]["elements"]
    people = [part["user_id"] for part in section["elements"] if part["type"] == "user"]
    assert people == [bo.id, chidi.id]
    refused = await ada.submits(
        {ids.GIVE_LINES: "@Bo for the release of it\n@chidi for the review"}
    )
    assert refused.error == "errors"
    assert (await ada.submits({ids.GIVE_LINES: "@bo for the release\n@chidi 2 for the review"})).ok
    assert await balances(store, slack.team_id) == {bo.id: 1, chidi.id: 2}


@on_sqlite
async def test_whoever_was_renamed_while_the_form_was_open_is_asked_about(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    await ada.types("/kudos @bo for the release of it\n@chidi thx")
    assert "@bo for the release" in (await lines_form_of(slack, ada)).lines
    slack.update_user("bo", profile={"display_name": "Boris"})
    await slack.pending()
    refused = await ada.submits({ids.GIVE_LINES: "@Bo for the release\n@emre for the plan of it"})
    assert refused.error == "errors", refused.text
    assert await balances(store, slack.team_id) == {}
