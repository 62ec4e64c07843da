"""A channel that another company hosts, its people, and people of an organization."""

from __future__ import annotations

from contextlib import asynccontextmanager
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from bot.messages.blockkit import ids
from bot.sandbox import Sandbox
from bot.sandbox.seed import default_workspace
from tests.asking import answer_to
from tests.conftest import MANIFEST, Clock, running
from tests.patience import WAIT_SECONDS
from tests.rows import Failures
from tests.watching import all_kudos, balances, choose, live_kudos, on_sqlite, settled

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.app import KudosApp
    from storage.engine.store import Store

FOR = "for untangling the release"
SHARED = "with-pixel"
OTHER_SHED = "T0OTHRSHED"
ORGANIZATION = {"id": "E0ENGINES1", "name": "Engines & Sons"}


async def test_what_happens_in_a_channel_that_another_company_hosts_is_ours(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    slack.add_to_channel(SHARED, "app")
    ada, bo, goran = (slack.person(name) for name in ("ada", "bo", "goran"))
    await ada.types(f"@kudos @bo +2 {FOR}", in_channel=SHARED)
    message = await goran.types("The drawings are done", in_channel=SHARED)
    await bo.reacts("trophy", to=message)
    await slack.pending()
    hosts = {one.payload["team_id"] for one in slack.deliveries if one.type == "events_api"}
    assert "T0PIXELWK1" in hosts
    assert await balances(store, slack.team_id) == {bo.id: 2, goran.id: 1}
    await bo.unreacts("trophy", to=message)
    await slack.pending()
    assert (await balances(store, slack.team_id))[goran.id] == 0
    assert {one.team_id for one in await all_kudos(store, slack.team_id)} == {slack.team_id}


async def test_a_form_that_somebody_of_another_company_sends_is_of_the_app_that_opened_it(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await choose(store, slack.team_id, externals_take_part=True)
    pixel, bo = slack.person("pixel"), slack.person("bo")
    home = await pixel.opens_home()
    assert home is not None
    await pixel.presses(ids.KUDOS_GIVE, on=home)
    await pixel.sees_view_soon(lambda view: view.callback_id == ids.GIVE_SUBMIT)
    await pixel.submits(
        {
            ids.GIVE_PEOPLE: ["bo"],
            ids.GIVE_REASON: "the drawings that came in time",
            ids.GIVE_PLACE: "general",
        }
    )
    sent = next(one for one in slack.deliveries if one.payload.get("type") == "view_submission")
    assert sent.payload["team"]["id"] == "T0PIXELWK1"
    [kudos] = await live_kudos(store, slack.team_id)
    assert (kudos.giver_id, kudos.receiver_ids) == (pixel.id, (bo.id,))


@on_sqlite
async def test_the_owner_of_another_company_is_not_taken_for_the_one_who_installed_the_app(
    database_url: str, clock: Clock
) -> None:
    source = default_workspace()
    for person in source["people"]:
        if person["handle"] == "pixel":
            person |= {"is_admin": True, "is_owner": True, "is_primary_owner": True}
    async with in_shed(source) as slack, running(slack, database_url, clock):
        welcomed = {
            call.arguments["channel"] for call in slack.calls if call.method == "chat.postMessage"
        }
        assert welcomed == {slack.person("fatima").id}


# -- People of an organization -----------------------------------------------------------------

GRID: dict[str, dict[str, Any]] = {
    "anna": {"team_id": OTHER_SHED, "teams": [OTHER_SHED, "T0ENGINES1"]},
    "otto": {"team_id": ORGANIZATION["id"], "teams": ["T0ENGINES1"]},
    "lena": {"team_id": "", "teams": ["T0ENGINES1"]},
    "vera": {"team_id": OTHER_SHED, "teams": [OTHER_SHED]},  # in the other workspace alone
}
COLLEAGUES = ("anna", "otto", "lena")


def shed() -> dict[str, Any]:
    """A workspace of an organization, with people who are at home elsewhere in it."""
    return {
        "team": {
            "id": "T0ENGINES1",
            "name": "Engine Shed",
            "domain": "shed",
            "enterprise": ORGANIZATION,
        },
        "people": [
            {"handle": "ada", "id": "U0ADA00001", "name": "Ada"},
            {"handle": "bo", "id": "U0BO000002", "name": "Bo"},
            {"handle": "fatima", "id": "U0FATIMA06", "is_owner": True, "is_primary_owner": True},
        ],
        "channels": [{"name": "general", "id": "C0GENERAL1", "app": True}],
    }


def described(name: str) -> dict[str, Any]:
    return {"handle": name, "id": f"U0{name.upper()}", "name": name.title()} | GRID[name]


@asynccontextmanager
async def in_shed(source: dict[str, Any] | None, *, hears: bool = True) -> AsyncIterator[Sandbox]:
    """The workspace; the app hears of no events where it is to look people up."""
    manifest = deepcopy(MANIFEST)
    if not hears:
        manifest["settings"]["event_subscriptions"]["bot_events"] = []
    async with Sandbox(manifest, source, ack_seconds=WAIT_SECONDS, retry_delays=(0.0,)) as sandbox:
        yield sandbox


async def takes_part(slack: Sandbox, name: str) -> None:
    """Assert that somebody gives, receives and looks at boards as everybody does."""
    person, ada = slack.person(name), slack.person("ada")
    given = await person.types(f"/kudos @bo {FOR}")
    assert given.text.startswith("You thanked Bo"), given.text
    received = await ada.types(f"/kudos @{name} {FOR}")
    assert received.text.startswith(f"You thanked {name.title()}"), received.text
    assert "1. Bo" in (await person.types("/kudos leaderboard")).text


async def stays_outside(slack: Sandbox, name: str) -> None:
    ada = slack.person("ada")
    refused = await answer_to(ada, await ada.types(f"/kudos @{name} {FOR}"))
    assert "belongs to another company" in refused, refused


async def everybody_is_where_they_belong(slack: Sandbox) -> None:
    failures = Failures()
    for name in COLLEAGUES:
        with failures.of(name):
            await takes_part(slack, name)
    with failures.of("vera"):
        await stays_outside(slack, "vera")
    failures.are_told(len(GRID))


async def test_who_is_in_one_of_an_organizations_workspaces_is_a_colleague_at_the_start(
    database_url: str, clock: Clock
) -> None:
    source = shed()
    source["people"] += [described(name) for name in GRID]
    async with in_shed(source) as slack, running(slack, database_url, clock):
        await everybody_is_where_they_belong(slack)


async def test_who_is_in_one_of_an_organizations_workspaces_is_a_colleague_when_they_join(
    database_url: str, clock: Clock
) -> None:
    async with in_shed(shed()) as slack, running(slack, database_url, clock):
        for name in GRID:
            slack.add_user(described(name))
        await slack.pending()
        await everybody_is_where_they_belong(slack)


@on_sqlite
async def test_who_is_in_one_of_an_organizations_workspaces_is_a_colleague_when_they_are_looked_up(
    database_url: str, clock: Clock
) -> None:
    async with in_shed(shed(), hears=False) as slack, running(slack, database_url, clock):
        await slack.person("ada").types("/kudos help")
        for name in GRID:
            slack.add_user(described(name))
        await everybody_is_where_they_belong(slack)


@on_sqlite
async def test_whoever_comes_into_the_workspace_later_is_a_colleague_from_then_on(
    database_url: str, clock: Clock
) -> None:
    source = shed()
    source["people"].append(described("vera"))
    async with in_shed(source) as slack, running(slack, database_url, clock):
        await stays_outside(slack, "vera")
        slack.update_user("vera", teams=[OTHER_SHED, "T0ENGINES1"])
        await slack.pending()
        await takes_part(slack, "vera")


async def test_a_change_that_names_no_team_is_taken_and_leaves_people_where_they_are(
    database_url: str, store: Store, clock: Clock
) -> None:
    async with in_shed(None) as slack, running(slack, database_url, clock):
        await a_change_is_taken(slack, store)


async def a_change_is_taken(slack: Sandbox, store: Store) -> None:
    ada, bo, pixel = (slack.person(name) for name in ("ada", "bo", "pixel"))
    await ada.types(f"/kudos @bo {FOR}")
    teams: tuple[dict[str, Any], ...] = ({"team_id": ""}, {"team_id": None}, {})
    for team in teams:
        for person, name in ((bo, "Bo the Builder"), (pixel, "Pixel the Partner")):
            user = {"id": person.id, "profile": {"display_name": name}} | team
            told = await slack.deliver_event({"type": "user_change", "user": user})
            assert told.acked
    assert "Bo the Builder" in (await ada.types("/kudos leaderboard")).text
    refused = await answer_to(ada, await ada.types(f"/kudos @pixel {FOR}"))
    assert refused.startswith("Pixel the Partner belongs to another company"), refused
    left = {"id": bo.id, "deleted": True, "team_id": ""}
    await slack.deliver_event({"type": "user_change", "user": left})
    await settled(store)
    refused = await answer_to(ada, await ada.types(f"/kudos @bo {FOR}"))
    assert "no longer active" in refused
