"""A digest that stands in Slack: what was taken back or erased goes from it too."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.personal_data import ErasePerson
from bot.messages.blockkit import ids
from bot.services.people.erasure import erase
from tests.handlers.people.test_preferences import prefers
from tests.watching import calls_of, settled
from tests.workers.test_digest import FOR, IN_LONDON, WEEK, comes, on_button, weeks

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from bot.sandbox.people import Person
    from storage.engine.store import Store
    from tests.conftest import Clock


async def erased(app: KudosApp, store: Store, slack: Sandbox, who: Person) -> None:
    """Have somebody's data erased by the operator, and all of what follows done."""
    await store.write(erase, ErasePerson(slack.team_id, who.id))
    await app.look()
    await settled(store)


async def test_an_erased_person_is_quoted_and_named_no_more(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, bo, chidi = (slack.person(name) for name in ("ada", "bo", "chidi"))
    await bo.types("/kudos @ada @chidi +3 for words that are to go")
    await chidi.types(f"/kudos @ada {FOR}")
    await ada.types(f"/kudos @chidi {FOR}")
    await settled(store)
    await comes(app, store, clock, IN_LONDON)
    [week], [own] = weeks(ada), weeks(chidi)
    assert "words that are to go" in week.text
    assert "You work with Bo and have not thanked them lately." in week.text
    clock.advance(days=20)  # however old it is
    await erased(app, store, slack, bo)
    [after], [own_after] = weeks(ada), weeks(chidi)
    assert (after.ts, own_after.ts) == (week.ts, own.ts)
    for each in (after, own_after):
        assert "are to go" not in each.all_text
        assert "Bo" not in each.all_text
        assert "a former colleague thanked Ada and Chidi" in each.text
    assert on_button(after, ids.DIGEST_GIVE)["value"] == "anybody"
    assert "2 thank-yous received, from 2 people." in after.text
    assert "left to give" not in after.text  # of that time it is not known any more
    # Erased again, with nothing new to change, they are told of in the same words.
    await erased(app, store, slack, chidi)
    assert "Chidi" not in weeks(ada)[0].all_text
    assert "thanked Ada and a former colleague" in weeks(chidi)[0].text


async def test_who_was_only_named_as_a_colleague_is_named_no_more(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await bo.types(f"/kudos @ada {FOR}")
    await settled(store)
    await comes(app, store, clock, IN_LONDON)
    clock.advance(days=6)
    await slack.person("chidi").types(f"/kudos @ada {FOR}")
    await comes(app, store, clock, IN_LONDON + WEEK)
    second = weeks(ada)[1]
    assert "You work with Bo" in second.text or "You work with Chidi" in second.text
    named = bo if "You work with Bo" in second.text else slack.person("chidi")
    assert on_button(second, ids.DIGEST_GIVE)["value"] == named.id
    await erased(app, store, slack, named)
    assert "You work with" not in weeks(ada)[1].text
    assert on_button(weeks(ada)[1], ids.DIGEST_GIVE)["value"] == "anybody"


async def test_what_is_taken_back_goes_from_the_digests_that_told_of_it(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    clock.now = IN_LONDON - timedelta(minutes=2)
    await bo.types("/kudos @ada +1 for what was nothing in the end")
    await settled(store)
    await comes(app, store, clock, IN_LONDON)
    assert "1 thank-you received, from 1 person." in weeks(ada)[0].text
    await bo.types("/kudos undo")
    await settled(store)
    [received], [given] = weeks(ada), weeks(bo)
    assert "nothing in the end" not in received.all_text
    assert "A quiet week so far: no thanks received or given." in received.text
    assert "You work with Bo" in received.text  # as it was when it came
    assert "1 thank-you given." not in given.text
    # Another week's digest has nothing to do with it.
    await bo.types(f"/kudos @ada +1 {FOR}")
    await comes(app, store, clock, IN_LONDON + WEEK)
    before = len(calls_of(slack, "chat.update"))
    clock.now = IN_LONDON + WEEK
    await bo.types(f"/kudos @ada +1 {FOR}, again")
    await settled(store)
    await bo.types("/kudos undo")
    await settled(store)
    updated = {call["ts"] for call in calls_of(slack, "chat.update")[before:]}
    assert weeks(ada)[0].ts not in updated


async def test_the_answer_in_the_place_of_a_digest_stays(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, bo, chidi = (slack.person(name) for name in ("ada", "bo", "chidi"))
    await bo.types(f"/kudos @ada @chidi {FOR}")
    await settled(store)
    await comes(app, store, clock, IN_LONDON)
    [week] = weeks(ada)
    assert (await ada.presses(ids.DIGEST_STOP, on=week)).ok
    told = await ada.sees_soon(lambda one: one.text.startswith("Done."), "app")
    assert told.ts == week.ts
    # Without the button, the digest is still there, and is not to quote anybody for ever.
    await prefers(chidi, "on_boards")
    await erased(app, store, slack, bo)
    assert weeks(ada) == []
    assert "Bo" not in weeks(chidi)[0].all_text
