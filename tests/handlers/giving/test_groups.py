"""User groups: who is in them is kept, and follows what Slack tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.asking import answer_to
from tests.watching import calls_of, live_kudos, on_sqlite

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.engine.store import Store

GIVE = "/kudos @support for staying late with the customer"
SUPPORT = "S0SUPPORT1"
ASK = "usergroups.users.list"


async def thanked(slack: Sandbox, store: Store) -> set[str]:
    """Have Ada thank the support group; return whom that reached, by handle."""
    before = {kudos.kudos_id for kudos in await live_kudos(store, slack.team_id)}
    await slack.person("ada").types(f"{GIVE} {len(before)}")
    [new] = [one for one in await live_kudos(store, slack.team_id) if one.kudos_id not in before]
    return {slack.person(user_id).handle for user_id in new.receiver_ids}


async def test_who_joins_a_group_is_thanked_with_it_at_once(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    assert await thanked(slack, store) == {"dina", "omar", "mei"}
    slack.set_group_members("support", ["dina", "bo"])
    await slack.pending()
    asked = len(calls_of(slack, ASK))
    assert await thanked(slack, store) == {"dina", "bo"}
    assert len(calls_of(slack, ASK)) == asked


async def test_of_a_large_group_slack_tells_only_that_it_changed_and_is_asked_who_is_in_it(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await thanked(slack, store)
    before = len(calls_of(slack, ASK))
    event = {"type": "subteam_members_changed", "subteam_id": SUPPORT, "event_ts": "1.1"}
    await slack.deliver_event(event)
    await slack.deliver_event(
        {"type": "subteam_updated", "subteam": {"id": SUPPORT, "date_delete": 0}}
    )
    assert len(calls_of(slack, ASK)) == before + 2
    await thanked(slack, store)
    assert len(calls_of(slack, ASK)) == before + 2


async def test_when_slack_does_not_tell_then_the_next_one_who_gives_has_it_asked_again(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await thanked(slack, store)
    slack.set_group_members("support", ["bo"])
    await slack.pending()  # one of its events names the members, and may be the last to be heard
    slack.faults.next(ASK, "error", error="internal_error", times=2)
    await slack.deliver_event({"type": "subteam_members_changed", "subteam_id": SUPPORT})
    await slack.pending()
    slack.faults.clear()
    before = len(calls_of(slack, ASK))
    assert await thanked(slack, store) == {"bo"}
    assert len(calls_of(slack, ASK)) == before + 1


async def test_nobody_is_thanked_with_a_group_that_was_disabled(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    subteam = {"id": SUPPORT, "date_delete": 1795003200, "users": [slack.person("dina").id]}
    await slack.deliver_event({"type": "subteam_updated", "subteam": subteam})
    ada = slack.person("ada")
    reply = await ada.types(GIVE)
    assert (await answer_to(ada, reply)).startswith("There is nobody to thank.")
    assert await live_kudos(store, slack.team_id) == []


async def test_who_left_the_company_is_left_out_of_a_group(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await thanked(slack, store)
    slack.update_user("omar", deleted=True)
    await slack.pending()
    assert await thanked(slack, store) == {"dina", "mei"}


@on_sqlite
@pytest.mark.parametrize(
    "event",
    [
        {"type": "subteam_updated", "subteam": {"id": "S0NEW00001", "users": []}},
        {"type": "subteam_members_changed", "subteam_id": "S0NEW00001"},
    ],
    ids=lambda event: event["type"],
)
async def test_a_group_that_nobody_has_named_before_is_no_trouble(
    slack: Sandbox, app: KudosApp, event: dict[str, Any]
) -> None:
    delivery = await slack.deliver_event(event)
    assert (delivery.acked, delivery.attempts) == (True, 1)
