"""What is not clear is asked in the form, above its field; what names nobody gets help."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.messages.blockkit import ids
from tests.asking import form_of
from tests.handlers.giving.test_mentions import says, told
from tests.rows import each_row
from tests.watching import all_kudos, choose, on_sqlite, settled

if TYPE_CHECKING:
    from bot.sandbox import Sandbox
    from storage.engine.store import Store

pytestmark = pytest.mark.usefixtures("app")

RELEASE = "untangling the release"


async def test_the_one_colleague_of_a_name_is_proposed_and_never_thanked_unasked(
    slack: Sandbox, store: Store
) -> None:
    chidi, bo = slack.person("chidi"), slack.person("bo")
    for line in ("bo for the calm on Friday", "@BO for the calm on Friday"):
        await chidi.types(f"/kudos {line}")
        form = await form_of(chidi)
        assert (form.field, form.question) == (ids.GIVE_PEOPLE, "Did you mean Bo?"), line
        assert (form.people, form.reason) == ([bo.id], "the calm on Friday")
        assert f"You typed: /kudos {line}" in form.text
        assert await all_kudos(store, slack.team_id) == []
        if line.startswith("@"):
            assert (await chidi.submits()).ok
        await chidi.closes()
    await settled(store)
    [kudos] = await all_kudos(store, slack.team_id)
    assert (kudos.receiver_ids, kudos.reason) == ((bo.id,), "the calm on Friday")


async def test_nobody_is_chosen_among_several_of_one_name(slack: Sandbox) -> None:
    slack.add_user({"handle": "bo2", "name": "Bo Andersen"})
    slack.add_user({"handle": "zoe", "name": "Zoë Ångström"})
    await slack.pending()
    chidi = slack.person("chidi")
    await chidi.types("/kudos bo for the calm on Friday")
    form = await form_of(chidi)
    assert (form.field, form.people) == (ids.GIVE_PEOPLE, [])
    assert form.question == (
        "Several people here are called “bo”: Bo and Bo Andersen. Pick the one you mean."
    )
    assert form.reason == "the calm on Friday"
    await chidi.closes()
    await chidi.types("/kudos zoë and dina for the calm on Friday")
    form = await form_of(chidi)
    assert form.question == "Did you mean Zoë Ångström and Dina?"
    assert form.people == [slack.person(name).id for name in ("zoe", "dina")]
    await chidi.closes()
    await chidi.types("/kudos ångström for the calm on Friday")
    assert (await form_of(chidi)).people == [slack.person("zoe").id]


@on_sqlite
async def test_a_name_that_is_nobodys_stays_in_the_words(slack: Sandbox) -> None:
    ada = slack.person("ada")
    await ada.types("/kudos friday for the calm of it all")
    form = await form_of(ada)
    assert (form.people, form.reason) == ([], "friday for the calm of it all")
    assert "I did not understand all of what you typed." in form.text


async def test_whom_the_rules_refuse_is_not_proposed(slack: Sandbox, store: Store) -> None:
    ada = slack.person("ada")
    slack.add_user({"handle": "ada2", "name": "Ada Berg"})
    await slack.pending()
    await ada.types("/kudos @ines +1 for the calm on Monday", in_channel="writing")
    await ada.types("/kudos @pixel +1 for the calm on Monday", in_channel="with-pixel")
    await settled(store)
    for name, is_proposed in (("inês", True), ("pixel", False), ("ada", True)):
        await ada.types(f"/kudos {name} for the calm on Friday")
        form = await form_of(ada)
        assert form.question.startswith("Did you mean") is is_proposed, name
        assert bool(form.people) is is_proposed, name
        assert ada.id not in form.people
        await ada.closes()
    await choose(store, slack.team_id, guests_take_part=False, externals_take_part=True)
    for name, is_proposed in (("inês", False), ("pixel", True)):
        await ada.types(f"/kudos {name} for the calm on Friday")
        assert bool((await form_of(ada)).people) is is_proposed, name
        await ada.closes()


@on_sqlite
async def test_apps_and_people_who_left_are_not_proposed(slack: Sandbox) -> None:
    ada = slack.person("ada")
    await ada.types("/kudos juri for the calm on Friday")
    form = await form_of(ada)
    assert (form.people, form.reason) == ([], "juri for the calm on Friday")


@each_row(
    ("line", "field", "question", "total"),
    [
        (
            f"@bo 1.5 for {RELEASE}",
            ids.GIVE_AMOUNT,
            "I am not sure what you mean by “1.5”. Did you mean 2 points? Please fill in a whole",
            "You have 25 points left to give until ",
        ),
        (
            f"@bo -- {RELEASE}",
            ids.GIVE_PEOPLE,
            "Is this meant as thanks?",
            "That is 1 point in all.",
        ),
    ],
)
@on_sqlite
async def test_what_is_not_clear_is_asked_above_its_field(
    slack: Sandbox, line: str, field: str, question: str, total: str
) -> None:
    ada = slack.person("ada")
    assert (await ada.types(f"/kudos {line}")).text == ""
    form = await form_of(ada)
    assert (form.field, form.amount) == (field, "")
    assert form.question.startswith(question)
    assert total in form.text
    assert form.people == [slack.person("bo").id]
    assert RELEASE in form.reason
    await ada.closes()


@on_sqlite
async def test_a_mention_that_is_not_clear_asks_in_its_note(slack: Sandbox) -> None:
    ada = slack.person("ada")
    await says(slack, ada, f"@bo 1.5 for {RELEASE}")
    [note] = told(ada)
    assert note.text.startswith("I am not sure what you mean by “1.5”.")
    await ada.presses(ids.KUDOS_CORRECT, on=note)
    assert (await form_of(ada)).question.startswith("I am not sure what you mean by “1.5”.")


@pytest.mark.parametrize("line", ["lunch", "nice work"])
@on_sqlite
async def test_a_word_or_two_that_name_nobody_get_help_with_two_buttons(
    slack: Sandbox, store: Store, line: str
) -> None:
    ada = slack.person("ada")
    reply = await ada.types(f"/kudos {line}")
    assert reply.is_ephemeral
    assert reply.text.startswith(f"I did not understand this: /kudos {line}\n")
    assert ada.open_view is None
    await ada.presses(ids.KUDOS_GIVE, on=reply.message)
    await form_of(ada)
    await ada.closes()
    await ada.presses(ids.BOARDS_OPEN, on=reply.message)
    await ada.sees_soon(lambda message: "This week" in message.all_text)
    assert await all_kudos(store, slack.team_id) == []


@pytest.mark.parametrize("line", ["settings", "config", "admin"])
@on_sqlite
async def test_settings_lead_to_the_home_tab(slack: Sandbox, line: str) -> None:
    reply = await slack.person("ada").types(f"/kudos {line}")
    assert reply.message is not None
    [button] = [
        element
        for block in reply.message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]
    assert button["url"] == f"slack://app?team={slack.team_id}&id={slack.app_id}&tab=home"
    assert button["text"]["text"] == "Open Kudos Home"
