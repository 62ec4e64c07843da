"""Names without a mention in the form for several lines: whose they are, and which are nobody's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.asking import lines_form_of
from tests.watching import all_kudos, on_sqlite, settled

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.engine.store import Store

FIRST = "@bo +2 for untangling the release"
SECOND = "@dina for the calm on Friday"


@on_sqlite
async def test_lines_that_begin_with_nobodys_name_are_words_of_the_thanks_above_them(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    typed = f"{FIRST}\nResult: all tests green\n{SECOND}\nOutcome: nobody was paged"
    await ada.types(f"/kudos {typed}")
    assert (await lines_form_of(slack, ada)).lines == typed
    assert (await ada.submits()).ok
    await settled(store)
    first, second = await all_kudos(store, slack.team_id)
    assert first.reason == "untangling the release\nResult: all tests green"
    assert second.reason == "the calm on Friday\nOutcome: nobody was paged"


@on_sqlite
async def test_a_colleagues_name_is_asked_about_behind_one_that_is_nobodys(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    await ada.types(f"/kudos {FIRST}\nResult: all tests green\nChidi for the review of it")
    await lines_form_of(slack, ada)
    refused = await ada.submits()
    assert refused.error == "errors"
    assert "Chidi" in refused.text
    assert await all_kudos(store, slack.team_id) == []


@on_sqlite
async def test_all_names_with_which_a_line_begins_become_mentions(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    await ada.types(f"/kudos {FIRST}\nChidi and Dina for the review of it")
    form = await lines_form_of(slack, ada)
    assert form.question.startswith("Did you mean Chidi")
    assert form.lines == f"{FIRST}\n@chidi and @dina for the review of it"
    assert (await ada.submits()).ok
    await settled(store)
    assert len((await all_kudos(store, slack.team_id))[1].receiver_ids) == len(["chidi", "dina"])


@on_sqlite
async def test_a_name_becomes_a_mention_in_the_line_alone_that_was_asked_about(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    await ada.types(f"/kudos {FIRST}\nChidi for the review of it\nChidi because it was late")
    form = await lines_form_of(slack, ada)
    assert form.lines == f"{FIRST}\n@chidi for the review of it\nChidi because it was late"
