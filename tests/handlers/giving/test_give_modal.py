"""The form for giving, from its opening to what everybody sees."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.kudos import Audience, Source
from bot.domain.workspaces import ValueMode
from bot.messages.blockkit import ids
from bot.sandbox.model import Delivery
from tests.asking import answer_to
from tests.conftest import running
from tests.watching import (
    all_kudos,
    app_posts,
    balances,
    choose,
    on_sqlite,
    opened,
    settled,
)

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from bot.sandbox.people import Person
    from storage.engine.store import Store
    from tests.conftest import Clock

RELEASE = "untangling the release"
FILLED: dict[str, Any] = {ids.GIVE_PEOPLE: ["bo"], ids.GIVE_AMOUNT: "3", ids.GIVE_REASON: RELEASE}


def block(person: Person, block_id: str) -> dict[str, Any]:
    assert person.open_view is not None
    return next(one for one in person.open_view.blocks if one["block_id"] == block_id)


def line(person: Person) -> str:
    [section] = block(person, ids.GIVE_TOTAL)["elements"]
    return "".join(part.get("text", "…") for part in section["elements"])


async def sends(slack: Sandbox, payload: dict[str, Any]) -> dict[str, Any]:
    """Submit a payload that no client of Slack's would have let through."""
    delivery = Delivery("by hand", "interactive", payload)
    await slack.deliver_again(delivery)
    assert delivery.acked
    return delivery.response or {}


async def submission(slack: Sandbox, who: Person, channel: str = "general") -> dict[str, Any]:
    """Return what Slack sends where somebody submits an empty form for the first time."""
    await who.types("/kudos", in_channel=channel)
    await who.submits({ids.GIVE_PEOPLE: [who.id], ids.GIVE_REASON: RELEASE})
    payload: dict[str, Any] = slack.deliveries[-1].payload
    assert payload["type"] == "view_submission"
    return payload


async def test_a_bare_command_opens_the_form_which_becomes_the_confirmation(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    reply = await ada.types("/kudos", in_channel="general")
    assert reply.ok
    assert reply.text == ""
    form = await opened(ada)
    assert form.raw["title"]["text"] == "Give kudos"
    assert "It is posted in <#C0GENERAL1>" in form.all_text
    values = FILLED | {ids.GIVE_VALUE: "#Teamwork"}
    assert (await ada.submits(values)).ok
    assert ada.open_view is not None
    assert "You thanked Bo with 3 points." in ada.open_view.all_text
    await settled(store)
    [post] = app_posts(slack, "general")
    assert post.text == f"<@{ada.id}> thanked <@{bo.id}>: {RELEASE}\n+3 points · #teamwork"
    [kudos] = await all_kudos(store, slack.team_id)
    assert (kudos.source, kudos.audience) == (Source.MODAL, Audience.PUBLIC)
    assert await balances(store, slack.team_id) == {bo.id: 3}


async def test_the_confirmation_takes_it_back_again(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await ada.types("/kudos")
    await ada.submits(FILLED)
    assert ada.open_view is not None
    await ada.presses(ids.KUDOS_UNDO, on=ada.open_view)
    await ada.sees_view_soon(lambda view: "You took back your thanks to Bo." in view.all_text)
    assert await balances(store, slack.team_id) == {bo.id: 0}


async def test_unclear_thanks_open_the_form_with_what_was_understood(
    slack: Sandbox, app: KudosApp
) -> None:
    ada = slack.person("ada")
    reply = await ada.types(f"/kudos +4 for {RELEASE} #teamwork")
    assert reply.text == ""
    assert "I did not understand all of what you typed." in (await opened(ada)).all_text
    assert block(ada, ids.GIVE_AMOUNT)["element"]["initial_value"] == "4"
    assert block(ada, ids.GIVE_REASON)["element"]["initial_value"] == RELEASE
    assert block(ada, ids.GIVE_VALUE)["element"]["initial_value"] == "teamwork"
    await ada.closes()
    await ada.types(f"/kudos private @bo @support 1.5 for {RELEASE}")
    await opened(ada)
    chosen = block(ada, ids.GIVE_PEOPLE)["element"]["initial_users"]
    expected = [slack.person(name).id for name in ("bo", "dina", "omar", "mei")]
    assert chosen == expected
    private = block(ada, ids.GIVE_AUDIENCE)["element"]["initial_option"]["value"]
    assert private == "private"
    await ada.types("/kudos private")
    await opened(ada)
    assert "initial_value" not in block(ada, ids.GIVE_REASON)["element"]


async def test_another_word_that_is_unclear_is_still_answered_in_words(
    slack: Sandbox, app: KudosApp
) -> None:
    ada = slack.person("ada")
    reply = await ada.types("/kudos leaderbord month")
    assert reply.text.startswith("I did not understand this: /kudos leaderbord month")
    assert ada.open_view is None


async def test_without_a_form_the_answer_is_in_words(slack: Sandbox, app: KudosApp) -> None:
    slack.faults.next("views.open", "error", error="expired_trigger_id")
    reply = await slack.person("ada").types("/kudos")
    assert reply.text.startswith("Type whom you would like to thank, and what for: /kudos @coll")
    slack.faults.next("views.open", "error", error="expired_trigger_id")
    reply = await slack.person("ada").types(f"/kudos +4 for {RELEASE}")
    assert f"/kudos @colleague +4 for {RELEASE}" in reply.text


async def test_the_line_about_points_follows_what_is_chosen(slack: Sandbox, app: KudosApp) -> None:
    ada = slack.person("ada")
    await ada.types("/kudos")
    form = await opened(ada)
    assert line(ada).startswith("You have 25 points left to give until ")
    # Somebody else's typing stays where it is.
    await ada.chooses(ids.GIVE_PEOPLE, ["ada", "bo", "chidi"], on=form)
    await ada.sees_view_soon(lambda _: line(ada).startswith("That is 2 points in all."))
    assert "You will have 23 points left until" in line(ada)
    assert ada.open_view is not None
    await ada.chooses(ids.GIVE_AMOUNT, "20", on=ada.open_view)
    await ada.sees_view_soon(lambda _: line(ada).startswith("That is 40 points in all, but you"))
    assert "you have only 25 points left until" in line(ada)
    people = ada.open_view.raw["state"]["values"][ids.GIVE_PEOPLE][ids.GIVE_PEOPLE]
    assert len(people["selected_users"]) == 3


async def test_a_refusal_stands_at_its_field_in_the_words_of_the_command(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await choose(
        store, slack.team_id, value_mode=ValueMode.REQUIRED, values=("care",), points_max=10
    )
    ada = slack.person("ada")
    good = FILLED | {ids.GIVE_VALUE: "care"}
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({ids.GIVE_PEOPLE: ["ada"]}, ids.GIVE_PEOPLE, f"@ada +3 for {RELEASE} #care"),
        ({ids.GIVE_PEOPLE: ["build-bot"]}, ids.GIVE_PEOPLE, f"@build-bot +3 for {RELEASE} #care"),
        ({ids.GIVE_PEOPLE: ["juri"]}, ids.GIVE_PEOPLE, f"<@{slack.person('juri').id}> {RELEASE}"),
        ({ids.GIVE_PEOPLE: ["pixel"]}, ids.GIVE_PEOPLE, f"@pixel +3 for {RELEASE} #care"),
        ({ids.GIVE_REASON: "thx"}, ids.GIVE_REASON, "@bo +3 for thx #care"),
        ({ids.GIVE_AMOUNT: "11"}, ids.GIVE_AMOUNT, f"@bo +11 for {RELEASE} #care"),
        ({ids.GIVE_AMOUNT: "0"}, ids.GIVE_AMOUNT, f"@bo +0 for {RELEASE} #care"),
        ({ids.GIVE_AMOUNT: "-3"}, ids.GIVE_AMOUNT, f"@bo -3 for {RELEASE} #care"),
    ]
    for wrong, field, words in cases:
        await ada.types("/kudos")
        reply = await ada.submits(good | wrong)
        assert reply.error == "errors", wrong
        assert ada.open_view is not None
        errors = ada.open_view.errors
        await ada.closes()
        said = await answer_to(ada, await ada.types(f"/kudos {words}"))
        assert errors == {field: said}
    assert await all_kudos(store, slack.team_id) == []


async def test_a_form_that_was_refused_can_be_mended(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    await ada.types("/kudos")
    assert (await ada.submits(FILLED | {ids.GIVE_REASON: "thx"})).error == "errors"
    assert (await ada.submits({ids.GIVE_REASON: RELEASE})).ok
    assert len(await all_kudos(store, slack.team_id)) == 1


async def test_points_that_are_not_there_are_refused_at_the_amount_in_plain_words(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    await ada.types("/kudos")
    await ada.submits(FILLED | {ids.GIVE_PEOPLE: ["bo", "chidi"], ids.GIVE_AMOUNT: "20"})
    assert ada.open_view is not None
    sentence = ada.open_view.errors[ids.GIVE_AMOUNT]
    assert sentence.startswith("That takes 40 points, and you have 25 points left.")
    assert "<" not in sentence
    assert await all_kudos(store, slack.team_id) == []


async def test_every_field_with_nothing_is_answered_by_a_sentence_at_a_field(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    payload = await submission(slack, ada)
    names = (ids.GIVE_PEOPLE, ids.GIVE_REASON)
    states: list[dict[str, Any]] = [
        {},
        {"values": {}},
        {"values": None},
        {"values": {name: {} for name in names}},
        {"values": dict.fromkeys(names)},
    ]
    for state in states:
        answer = await sends(slack, payload | {"view": payload["view"] | {"state": state}})
        assert list(answer["errors"]) == [ids.GIVE_PEOPLE]
        assert answer["errors"][ids.GIVE_PEOPLE].startswith("There is nobody to thank.")
    assert await all_kudos(store, slack.team_id) == []


@pytest.mark.parametrize(
    ("field", "state"),
    [
        (ids.GIVE_PEOPLE, {"selected_users": "U1"}),
        (ids.GIVE_PEOPLE, {"selected_users": [None, 5, {"id": "U1"}, "<!channel>", "C0GENERAL1"]}),
        (ids.GIVE_PEOPLE, {"selected_users": ["U0NOBODY99"]}),
        (ids.GIVE_AMOUNT, {"value": "many"}),
        (ids.GIVE_AMOUNT, {"value": "2.5"}),
        (ids.GIVE_AMOUNT, {"value": "9" * 5_000}),
        (ids.GIVE_AMOUNT, {"value": "9" * 90}),
        (ids.GIVE_REASON, {"value": 5}),
        (ids.GIVE_REASON, {"value": "x" * 2_001}),
        (ids.GIVE_REASON, {"value": "\0" * 50}),
        (ids.GIVE_VALUE, {"selected_option": {"value": "bravery"}}),
        (ids.GIVE_VALUE, {"value": "!!!"}),
    ],
)
@on_sqlite
async def test_a_field_of_the_wrong_kind_is_answered_by_a_sentence(
    slack: Sandbox, app: KudosApp, store: Store, field: str, state: dict[str, Any]
) -> None:
    await choose(store, slack.team_id, value_mode=ValueMode.OPTIONAL, values=("care",))
    ada = slack.person("ada")
    payload = await submission(slack, ada)
    values = payload["view"]["state"]["values"]
    values[ids.GIVE_PEOPLE][ids.GIVE_PEOPLE]["selected_users"] = [slack.person("bo").id]
    values[field][field] = state
    answer = await sends(slack, payload)
    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == [field]
    assert answer["errors"][field].endswith((".", "!"))
    assert await all_kudos(store, slack.team_id) == []


async def test_the_longest_of_everything_is_stored_as_it_was_typed(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await choose(store, slack.team_id, allowance=1_000)
    reason = "<!channel> <@U1|x> & `*_~ " + "ç" * 1_970
    ada = slack.person("ada")
    await ada.types("/kudos")
    await ada.submits(FILLED | {ids.GIVE_REASON: reason, ids.GIVE_VALUE: "t" * 50})
    [kudos] = await all_kudos(store, slack.team_id)
    assert kudos.reason.endswith("ç" * 1_970)
    assert kudos.value == "t" * 50
    await settled(store)
    [post] = app_posts(slack, "general")
    assert "<!channel>" not in post.text
    assert "<@U1" not in post.text


async def test_submitted_twice_it_counts_once(slack: Sandbox, app: KudosApp, store: Store) -> None:
    ada = slack.person("ada")
    await ada.types("/kudos")
    await ada.submits(FILLED)
    delivery = slack.deliveries[-1]
    await slack.deliver_again(delivery, times=2)
    assert delivery.response is not None
    assert delivery.response["response_action"] == "update"
    again = Delivery("again", "interactive", delivery.payload)
    await asyncio.gather(slack.deliver_again(again), slack.deliver_again(delivery))
    await settled(store)
    assert len(await all_kudos(store, slack.team_id)) == 1
    assert len(app_posts(slack, "general")) == 1


async def test_an_hour_late_and_after_a_restart_it_still_works(
    slack: Sandbox, database_url: str, store: Store, clock: Clock
) -> None:
    ada = slack.person("ada")
    async with running(slack, database_url, clock):
        await ada.types("/kudos")
    clock.advance(hours=1)
    async with running(slack, database_url, clock):
        await slack.connected()
        assert (await ada.submits(FILLED)).ok
        await settled(store)
    assert len(app_posts(slack, "general")) == 1


@pytest.mark.parametrize(
    "tampered",
    ["", "{}", "null", "[", "x" * 3_000, '{"channel_id":"C0LEADS005"}', "é\ud800", None, 5],
)
@on_sqlite
async def test_a_form_that_somebody_tampered_with_ends_in_a_sentence(
    slack: Sandbox, app: KudosApp, store: Store, tampered: object
) -> None:
    payload = await submission(slack, slack.person("ada"))
    values = payload["view"]["state"]["values"]
    values[ids.GIVE_PEOPLE][ids.GIVE_PEOPLE]["selected_users"] = [slack.person("bo").id]
    view = payload["view"] | {"private_metadata": tampered}
    answer = await sends(slack, payload | {"view": view})
    assert answer["errors"][ids.GIVE_PEOPLE].endswith(".")
    assert await all_kudos(store, slack.team_id) == []


async def test_a_form_of_one_place_or_person_is_nothing_for_another(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, chidi = slack.person("ada"), slack.person("chidi")
    payload = await submission(slack, ada, channel="leads")
    metadata: str = payload["view"]["private_metadata"]
    values = payload["view"]["state"]["values"]
    values[ids.GIVE_PEOPLE][ids.GIVE_PEOPLE]["selected_users"] = [slack.person("bo").id]
    assert "C0LEADS005" in metadata
    elsewhere = metadata.replace("C0LEADS005", "C0GENERAL1")
    for changed in (
        {"view": payload["view"] | {"private_metadata": elsewhere}},
        {"user": payload["user"] | {"id": chidi.id}},
    ):
        answer = await sends(slack, payload | changed)
        assert list(answer["errors"]) == [ids.GIVE_PEOPLE]
    assert await all_kudos(store, slack.team_id) == []


async def test_guests_and_people_of_other_companies_are_told_why_not(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await choose(store, slack.team_id, guests_take_part=False)
    ines, pixel = slack.person("ines"), slack.person("pixel")
    await ines.types("/kudos", in_channel="writing")
    await ines.submits(FILLED)
    assert ines.open_view is not None
    assert ines.open_view.errors == {
        ids.GIVE_PEOPLE: "Guests don't take part in kudos here. You can thank them in a message."
    }
    payload = await submission(slack, slack.person("ada"))
    # Slack offers them no way to a form, so this form was signed for somebody else.
    stranger = payload["user"] | {"id": pixel.id, "team_id": "T0PIXELWK1"}
    answer = await sends(slack, payload | {"user": stranger})
    assert answer["response_action"] == "errors"
    assert await all_kudos(store, slack.team_id) == []


async def test_private_thanks_are_seen_by_those_two_alone(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await ada.types("/kudos")
    await ada.submits(FILLED | {ids.GIVE_AUDIENCE: "private"})
    await settled(store)
    [kudos] = await all_kudos(store, slack.team_id)
    assert kudos.audience is Audience.PRIVATE
    assert app_posts(slack, "general") == []
    [told] = bo.direct_messages
    assert "Only Ada and those who were thanked see this." in told.text


async def test_in_a_private_channel_without_kudos_it_is_posted_by_the_command_itself(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    dina = slack.person("dina")
    await dina.types("/kudos", in_channel="leads")
    assert "where only its members see it" in (await opened(dina)).all_text
    await dina.submits(FILLED | {ids.GIVE_PEOPLE: ["ada"]})
    await settled(store)
    assert len(app_posts(slack, "leads")) == 1
    [kudos] = await all_kudos(store, slack.team_id)
    assert kudos.audience is Audience.CHANNEL
