"""People: met once, kept up to date by Slack's events, and spoken to in their language."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from bot.sandbox import Sandbox
from tests.asking import answer_to
from tests.conftest import MANIFEST, Clock, running
from tests.patience import SLACKS_SECONDS, WAIT_SECONDS
from tests.watching import app_posts, balances, calls_of, live_kudos, on_sqlite, settled

if TYPE_CHECKING:
    from bot.app import KudosApp
    from storage.engine.store import Store

FOR = "for untangling the release"


async def test_somebody_whom_the_app_has_not_met_is_looked_up_once(
    database_url: str, clock: Clock
) -> None:
    manifest = deepcopy(MANIFEST)
    manifest["settings"]["event_subscriptions"]["bot_events"] = []
    async with (
        Sandbox(manifest, ack_seconds=WAIT_SECONDS) as slack,
        running(slack, database_url, clock),
    ):
        await slack.person("ada").types("/kudos help")
        nils, lotta = (slack.add_user({"handle": name, "name": name}) for name in ("nils", "lotta"))
        before = len(calls_of(slack, "users.info"))
        for number in range(3):
            reply = await slack.person("ada").types(f"/kudos @nils @lotta {FOR} {number}")
            assert reply.text.startswith("You thanked nils and lotta with 1 point each")
        asked = [arguments["user"] for arguments in calls_of(slack, "users.info")[before:]]
        assert sorted(asked) == sorted([nils.id, lotta.id])


async def test_a_reaction_to_somebody_of_whom_slack_does_not_tell_yet_counts_when_it_comes_again(
    database_url: str, store: Store, clock: Clock
) -> None:
    manifest = deepcopy(MANIFEST)
    manifest["settings"]["event_subscriptions"]["bot_events"] = ["reaction_added"]
    async with (
        Sandbox(manifest, ack_seconds=SLACKS_SECONDS, retry_delays=(0.0,)) as slack,
        running(slack, database_url, clock),
    ):
        await slack.person("ada").types("/kudos help")
        nils = slack.add_user({"handle": "nils", "name": "Nils"})
        slack.add_to_channel("general", "nils")
        message = await nils.types("The release is out")
        slack.faults.next("users.info", "error", error="internal_error")
        await slack.person("hana").reacts("trophy", to=message)
        await slack.pending()
        assert slack.deliveries[-1].attempts == 2
        assert slack.deliveries[-1].acked
        assert await balances(store, slack.team_id) == {nils.id: 1}


async def test_who_is_in_a_group_is_asked_once_in_ten_minutes(
    slack: Sandbox, app: KudosApp, clock: Clock
) -> None:
    ada = slack.person("ada")
    for number in range(3):
        await ada.types(f"/kudos @support {FOR} {number}")
    assert len(calls_of(slack, "usergroups.users.list")) == 1
    clock.advance(minutes=10, seconds=1)
    await ada.types(f"/kudos @support {FOR}")
    assert len(calls_of(slack, "usergroups.users.list")) == 2


async def test_somebody_who_joins_is_known_by_name(slack: Sandbox, app: KudosApp) -> None:
    slack.add_user({"handle": "nils", "name": "Nils"})
    await slack.pending()
    before = len(calls_of(slack, "users.info"))
    assert "Nils" in (await slack.person("ada").types(f"/kudos @nils {FOR}")).text
    assert len(calls_of(slack, "users.info")) == before


async def test_a_new_name_is_used_on_every_board(slack: Sandbox, app: KudosApp) -> None:
    await slack.person("ada").types(f"/kudos @bo {FOR}")
    slack.update_user("bo", profile={"display_name": "Bo the Builder"})
    await slack.pending()
    for command in ("leaderboard", "history"):
        assert "Bo the Builder" in (await slack.person("ada").types(f"/kudos {command}")).text


async def test_somebody_who_left_can_no_longer_be_thanked_and_keeps_what_they_have(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await ada.types(f"/kudos @bo {FOR}")
    slack.update_user("bo", deleted=True)
    await slack.pending()
    refused = await ada.types(f"/kudos @bo {FOR}")
    assert (await answer_to(ada, refused)).startswith("Bo is no longer active here")
    assert await balances(store, slack.team_id) == {bo.id: 1}


async def test_people_are_answered_in_their_own_writing_and_channels_in_the_workspaces(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    american = await ada.types(f"/kudos @bo {FOR}")
    assert "November 23, 2026 at" in american.text
    slack.update_user("ada", locale="en-GB")
    slack.update_user("bo", locale="en-GB")
    await slack.pending()
    british = await ada.types(f"/kudos @bo {FOR} too")
    assert "23 November 2026 at" in british.text
    await settled(store)
    assert len(app_posts(slack, "general")) == 2


async def test_a_change_that_does_not_tell_the_language_leaves_it(
    slack: Sandbox, app: KudosApp
) -> None:
    ada = slack.person("ada")
    slack.update_user("ada", locale="en-GB")
    await slack.pending()
    user = {"id": ada.id, "team_id": slack.team_id, "profile": {"display_name": "Ada L."}}
    await slack.deliver_event({"type": "user_change", "user": user})
    british = await ada.types(f"/kudos @bo {FOR}")
    assert "23 November 2026 at" in british.text


@on_sqlite
async def test_a_language_without_translations_is_answered_in_english(
    slack: Sandbox, app: KudosApp
) -> None:
    for name in ("mei", "omar", "hana", "dina"):
        reply = await slack.person(name).types("/kudos help")
        assert reply.text.startswith("How to give kudos")


async def test_new_aliases_of_emoji_are_read_when_slack_tells_of_a_change(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    before = len(calls_of(slack, "emoji.list"))
    await slack.deliver_event({"type": "emoji_changed", "subtype": "add", "event_ts": "1.1"})
    assert len(calls_of(slack, "emoji.list")) == before + 1
    message = await slack.person("bo").types("The release is out")
    await slack.person("hana").reacts("well-done", to=message)  # the alias of :kudos:
    await slack.pending()
    assert len(await live_kudos(store, slack.team_id)) == 1


async def test_when_slack_does_not_tell_the_aliases_the_old_ones_stay(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    slack.faults.next("emoji.list", "error", error="fatal_error")
    await slack.deliver_event({"type": "emoji_changed", "subtype": "add", "event_ts": "1.1"})
    message = await slack.person("bo").types("The release is out")
    await slack.person("hana").reacts("well-done", to=message)
    await slack.pending()
    assert len(await live_kudos(store, slack.team_id)) == 1
