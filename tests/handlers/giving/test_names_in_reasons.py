"""A mention in a reason reads as a name, wherever the reason is shown."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from bot.messages.blockkit import ids
from bot.sandbox import Sandbox
from tests.administering import opens_from_home, parts, sees_form, sees_title
from tests.asking import form_of
from tests.conftest import MANIFEST, running
from tests.handlers.people.test_own_data import exported
from tests.handlers.test_who_sees_what import Walk, _walked, home_with, time_passes
from tests.patience import WAIT_SECONDS
from tests.watching import all_kudos, app_posts, choose, on_sqlite, pings, sends_command, settled

if TYPE_CHECKING:
    from bot.app import KudosApp
    from storage.engine.store import Store
    from tests.conftest import Clock

HELPING = "for helping @goran with the importer all through the week"
NAMED = "helping @Goran with the importer"
QUOTING = {
    "action boards:open",
    "action data:export",
    "action home:given",
    "action home:received",
    "action people:remove",
    "command /kudos",
    "event app_home_opened",
    "message kudos_announced",
    "message kudos_posted",
    "message kudos_received",
    "message kudos_removed",
    "message monthly_post",
    "message personal_digest",
    "message weekly_post",
    "shortcut kudos:remove",
    "view people:show",
}


@on_sqlite
async def test_whoever_is_mentioned_in_a_reason_has_a_name_on_every_path(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    thanks = slack.channel("thanks").id
    await choose(store, slack.team_id, announcement_channel_id=thanks)
    walk = Walk(slack, store)
    await walk.types("ada", f"/kudos @bo +2 {HELPING}")
    [copy] = app_posts(slack, "thanks")
    await walk.person("mei").presses(ids.KUDOS_JOIN, on=copy)
    await walk.look()
    for line in ("history @ada", "history @bo", "history", "me"):
        await walk.types("bo", f"/kudos {line}")
    for who in ("ada", "bo"):
        person = walk.person(who)
        await person.opens_home()
        for action_id in (ids.HOME_GIVEN, ids.HOME_RECEIVED):
            await person.presses(action_id, on=await home_with(person, action_id))
            await walk.look()
        walk.note(who, "own data", [await exported(slack, person)])
        await person.closes()
    await time_passes(walk, app, clock)
    ada = walk.person("ada")
    await ada.uses_shortcut(ids.KUDOS_REMOVE, on=copy)
    await sees_form(ada, ids.KUDOS_REMOVE)
    await walk.look()
    await opens_from_home(ada, ids.PEOPLE_FIND, "Find somebody")
    assert (await ada.submits({ids.PEOPLE_PERSON: "bo"})).ok
    view = await sees_title(ada, "Ledger")
    await walk.look()
    buttons = [part for part in parts(view.raw) if part.get("action_id") == ids.PEOPLE_REMOVE]
    await ada.presses(ids.PEOPLE_REMOVE, on=view, value=buttons[-1]["value"])
    await sees_form(ada, ids.KUDOS_REMOVE)
    assert (await ada.submits()).ok
    await walk.look()

    assert await _walked(walk) >= QUOTING
    shown = [
        (name, where, words) for name, seen in walk.seen.items() for where, words in seen.items()
    ]
    goran = slack.person("goran").id
    quoted = [each for each in shown if "with the importer" in each[2]]
    assert [each for each in quoted if NAMED not in each[2]] == []
    assert [each for each in shown if "@someone" in each[2] or f"<@{goran}>" in each[2]] == []
    assert not any(goran in pings(message) for message in app_posts(slack, "general"))
    assert {"own data", "view None", "view home"} & {where for _, where, _ in quoted}
    assert len({where for _, where, _ in quoted}) >= 8, sorted({where for _, where, _ in quoted})


@on_sqlite
async def test_the_form_calls_whoever_is_mentioned_by_name_and_keeps_the_mention(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, goran = slack.person("ada"), slack.person("goran")
    await ada.types("/kudos @bo +2 +3 for helping @goran with the importer")
    assert (await form_of(ada)).reason == "helping @Goran with the importer"
    assert (await ada.submits({ids.GIVE_AMOUNT: "3"})).ok
    await settled(store)
    [kudos] = await all_kudos(store, slack.team_id)
    assert kudos.reason == f"helping <@{goran.id}> with the importer"
    [post] = app_posts(slack, "general")
    assert "helping @Goran with the importer" in post.text


@on_sqlite
async def test_the_form_keeps_apart_whose_names_are_alike(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    for handle, name in (("bo2", "Bo Andersen"), ("zoe", "Zoë"), ("zoe2", "Zoë")):
        slack.add_user({"handle": handle, "name": name})
    await slack.pending()
    ada, bo, other = (slack.person(who) for who in ("ada", "bo", "bo2"))
    await ada.types("/kudos @chidi +2 +3 for helping @bo2, @bo, @zoe and @zoe2 with it")
    assert (await form_of(ada)).reason == "helping @Bo Andersen, @Bo, @Zoë and @Zoë with it"
    assert (await ada.submits({ids.GIVE_AMOUNT: "3"})).ok
    [kudos] = await all_kudos(store, slack.team_id)
    # Of the two of one name nobody can tell any more which is which.
    assert kudos.reason == f"helping <@{other.id}>, <@{bo.id}>, @Zoë and @Zoë with it"


@on_sqlite
async def test_somebody_new_to_the_store_is_learned_of_before_the_thanks_are_posted(
    database_url: str, store: Store, clock: Clock
) -> None:
    manifest = deepcopy(MANIFEST)
    manifest["settings"]["event_subscriptions"]["bot_events"] = []
    async with (
        Sandbox(manifest, ack_seconds=WAIT_SECONDS) as slack,
        running(slack, database_url, clock),
    ):
        ada, bo = slack.person("ada"), slack.person("bo")
        await ada.types("/kudos help")
        slack.add_user({"handle": "zola", "name": "Zola"})
        await ada.types("/kudos @bo for helping @zola with the importer")
        await settled(store)
        for message in (*app_posts(slack, "general"), bo.direct_messages[-1]):
            assert "helping @Zola with the importer" in message.text
        assert "helping @Zola" in (await bo.types("/kudos history")).text


@on_sqlite
async def test_thanks_are_posted_though_slack_does_not_say_who_is_mentioned(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    slack.faults.next("users.info", "error", error="internal_error")
    for n in range(2):
        await sends_command(slack, ada, f"<@{bo.id}> for helping <@U0NOBODY9{n}> in the night")
        await settled(store)
    posts = app_posts(slack, "general")
    assert len(posts) == 2
    assert all("helping @someone in the night" in post.text for post in posts)
