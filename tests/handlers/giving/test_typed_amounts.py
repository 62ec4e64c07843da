"""Amounts as people type them: each receiver gets what was said for one, or it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.settings.settings import Section
from tests.administering import opens
from tests.asking import form_of
from tests.watching import balances, on_sqlite, settled

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.engine.store import Store

FOR = "for untangling the release"
NOT_SURE = "I am not sure what you mean by “+10 in total”. Did you mean 5 points?"


@on_sqlite
async def test_what_is_sure_is_each_receivers_and_all_else_is_asked(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    ids = {name: slack.person(name).id for name in ("ada", "chidi", "dina")}
    await opens(ada, Section.WORDS)
    assert (await ada.submits({"setting:currency_emoji": ":taco:"})).ok

    each = await bo.types(f"/kudos @chidi :taco: and @dina :taco: {FOR}")
    assert "You thanked Chidi and Dina with 1 point each" in each.text
    behind = await bo.types("/kudos @chidi for the salsa at noon :taco::taco::tada:")
    assert "You thanked Chidi with 2 points." in behind.text
    shared = await bo.types(f"/kudos +3\n@ada {FOR}\n@dina for reviewing all of it")
    assert "You thanked Ada with 3 points.\nYou thanked Dina with 3 points." in shared.text

    await bo.types(f"/kudos @chidi and @dina +10 in total {FOR}")
    form = await form_of(bo)
    assert form.question.startswith(NOT_SURE)
    assert (form.amount, form.reason) == ("", "untangling the release")
    await settled(store)
    given = {ids["ada"]: 3, ids["chidi"]: 3, ids["dina"]: 4}
    assert await balances(store, slack.team_id) == given
