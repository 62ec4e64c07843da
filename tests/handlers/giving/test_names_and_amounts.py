"""What points are called, and who sees how many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.settings.settings import Section
from tests.administering import opens, said
from tests.asking import answer_to
from tests.watching import settled

if TYPE_CHECKING:
    from bot.sandbox import Sandbox
    from storage.engine.store import Store

pytestmark = pytest.mark.usefixtures("app")

FOR = "for untangling the release"


async def test_points_are_called_what_the_workspace_calls_them(slack: Sandbox) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await opens(ada, Section.WORDS)
    names = {"points_name_one": "taco", "points_name_many": "tacos <!here>"}
    answers = {f"setting:{name}": value for name, value in names.items()}
    assert (await ada.submits(answers | {"setting:currency_emoji": ":taco:"})).ok
    reply = await bo.types(f"/kudos @chidi :taco: {FOR}")
    assert "You thanked Chidi with 1 taco." in reply.text
    assert "24 tacos &lt;!here&gt; left to give" in reply.text
    post = await bo.sees_soon(
        lambda message: "thanked" in message.text and not message.is_ephemeral
    )
    assert "+1 taco :taco:" in post.text
    refused = await answer_to(bo, await bo.types(f"/kudos @chidi +25 {FOR}"))
    assert "That takes 25 tacos <!here>" in refused  # in rich text, where nothing of it is live
    for words in ("me", "help", "leaderboard week", "history"):
        told = (await bo.types(f"/kudos {words}")).text
        assert "<!here>" not in told
        assert "taco" in told, words
    assert "tacos" in said(await bo.opens_home())


async def test_hidden_amounts_are_seen_by_giver_and_receiver_alone(
    slack: Sandbox, store: Store
) -> None:
    ada, bo, chidi, dina = (slack.person(name) for name in ("ada", "bo", "chidi", "dina"))
    await opens(ada, Section.FAIRNESS)
    assert (await ada.submits({"setting:amounts_hidden": "yes"})).ok
    given = await bo.types(f"/kudos @chidi +7 {FOR}")
    assert "7 points" in given.text
    received = await chidi.sees_soon(lambda message: "thanked you" in message.text, "app")
    assert "+7 points" in received.text
    post = await dina.sees_soon(lambda message: "thanked" in message.text)
    assert "7" not in post.text
    message = await chidi.types("It is out.", in_channel="general")
    await bo.reacts("trophy", to=message)
    await slack.pending()
    await settled(store)
    assert "+" not in slack.thread("general", message.ts)[-1].all_text
    assert "point" not in (await dina.types("/kudos leaderboard week")).text
    assert "point" not in (await dina.types("/kudos history @chidi")).text
    assert "+7 points" in (await chidi.types("/kudos history")).text


async def test_without_boards_there_is_no_rank_and_no_leaderboard(slack: Sandbox) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await bo.types(f"/kudos @ada +1 {FOR}")
    assert "leaderboard" in (await ada.types("/kudos me")).text
    await opens(ada, Section.FAIRNESS)
    assert (await ada.submits({"setting:boards_shown": "no"})).ok
    assert "There are no leaderboards here." in (await bo.types("/kudos leaderboard week")).text
    assert "leaderboard" not in (await ada.types("/kudos me")).text
