"""Values as people type them: known, mistyped and new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.workspaces import ValueMode
from bot.messages.blockkit import ids
from tests.asking import form_of, lines_form_of
from tests.watching import all_kudos, choose, on_sqlite, opened

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.engine.store import Store

RELEASE = "untangling the release"


@on_sqlite
async def test_a_value_that_was_mistyped_is_proposed_in_its_right_form(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, values = slack.person("ada"), ("courage", "our-customers")
    for value, mode, near in (
        ("courge", ValueMode.REQUIRED, "#courage"),
        ("cuorage", ValueMode.FREE, "#courage"),
        ("our_customer", ValueMode.OPTIONAL, "#our-customers"),
        ("c-o-u-r-á-g-e", ValueMode.FREE, "#courage"),
    ):
        await choose(store, slack.team_id, value_mode=mode, values=values)
        await ada.types(f"/kudos @bo for {RELEASE} #{value}")
        assert f"Did you mean {near}?" in (await form_of(ada)).question, value
        await ada.closes()
    await choose(store, slack.team_id, value_mode=ValueMode.FREE, values=values)
    for value in ("luck", "Courage"):
        assert "You thanked Bo" in (await ada.types(f"/kudos @bo for {RELEASE} #{value}")).text
    given = [kudos.value for kudos in await all_kudos(store, slack.team_id)]
    assert given == ["luck", "courage"]


@on_sqlite
async def test_where_any_value_is_one_the_form_begins_with_the_one_that_is_proposed(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    await choose(store, slack.team_id, values=("courage",))
    await ada.types(f"/kudos @bo for {RELEASE} #Cuorage")
    form = await form_of(ada)
    assert (form.field, form.value) == (ids.GIVE_VALUE, "courage")
    assert "#Cuorage" in form.text
    assert (await ada.submits()).ok
    await ada.closes()
    await ada.types(f"/kudos @bo for {RELEASE} #Cuorage and more")
    await form_of(ada)
    assert (await ada.submits({ids.GIVE_VALUE: "cuorage"})).ok  # they mean it
    await ada.closes()
    await ada.types(f"/kudos @chidi for {RELEASE}\n@bo for reviewing all of it #Cuorage, #cuorages")
    lines = await lines_form_of(slack, ada)
    assert "Did you mean #courage?" in lines.question
    assert lines.lines == f"@chidi for {RELEASE}\n@bo for reviewing all of it #courage, #cuorages"
    assert (await ada.submits()).ok
    given = [kudos.value for kudos in await all_kudos(store, slack.team_id)]
    assert given == ["courage", "cuorage", None, "courage"]


@on_sqlite
async def test_the_form_takes_any_value_where_any_is_one(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await choose(store, slack.team_id, values=("Courage",))
    ada = slack.person("ada")
    for value in ("courge", "courage"):
        await ada.types("/kudos")
        await opened(ada)
        filled = {ids.GIVE_PEOPLE: ["bo"], ids.GIVE_REASON: RELEASE, ids.GIVE_VALUE: f"#{value}"}
        assert (await ada.submits(filled)).ok
        await ada.closes()
    given = [kudos.value for kudos in await all_kudos(store, slack.team_id)]
    assert given == ["courge", "Courage"]
