"""What admins change in the Home tab: each form, and who may not."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.settings.settings import Section
from bot.domain.workspaces import ValueMode
from bot.messages.blockkit import ids
from tests.administering import (
    changes,
    everything,
    home_hides,
    home_says,
    opens,
    parts,
    said,
    sees_form,
    sees_title,
    sends,
    sent_by,
    settings_of,
    submission,
    with_values,
)
from tests.asking import form_of
from tests.watching import on_sqlite, settled

if TYPE_CHECKING:
    from bot.sandbox import Sandbox
    from storage.engine.store import Store

pytestmark = pytest.mark.usefixtures("app")

FOR = "for untangling the release"


async def test_an_admin_changes_the_allowance_and_sees_it_at_once(
    slack: Sandbox, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await opens(ada, Section.POINTS)
    reply = await ada.submits({"setting:allowance": "40"})
    assert reply.ok
    assert ada.open_view is None
    assert (await settings_of(store, slack)).allowance == 40
    assert await changes(store, slack) == [(ada.id, "allowance", 25, 40)]
    await home_says(ada, "Allowance: 40 points")
    given = await bo.types(f"/kudos @chidi +1 {FOR}")
    assert "You have 39 points left to give" in given.text


async def test_what_stands_at_the_end(slack: Sandbox, store: Store) -> None:
    """The story of the issue: an admin sets up a workspace, and people live by it at once."""
    ada, bo, dina, chidi = (slack.person(name) for name in ("ada", "bo", "dina", "chidi"))
    for section, values in (
        (Section.POINTS, {"setting:allowance": "10"}),
        (Section.REACTIONS, {"setting:reaction_worth": ":kudos: 1\n:taco: 2"}),
        (Section.VALUES, {"setting:values": "craft\nteamwork", "setting:reason_min_length": "20"}),
        (Section.CHANNELS, {"setting:announcement_channel_id": ["thanks"]}),
    ):
        await opens(ada, section)
        assert (await ada.submits(values)).ok, section

    home = await ada.opens_home()
    await ada.presses(ids.BUDGETS_OPEN, on=home or {})
    view = await sees_title(ada, "Budgets")
    await ada.presses(ids.OVERRIDE_OPEN, on=view)
    await sees_form(ada, ids.OVERRIDE_SAVE)
    assert (await ada.submits({ids.OVERRIDE_GROUP: "S0SUPPORT1", ids.OVERRIDE_ALLOWANCE: "30"})).ok
    view = await sees_title(ada, "Budgets")
    assert "@support: 30 points" in view.all_text
    await ada.presses(ids.BOOST_OPEN, on=view)
    await sees_form(ada, ids.BOOST_SAVE)
    boost = {
        ids.BOOST_PERSON: "bo",
        ids.BOOST_POINTS: "5",
        ids.BOOST_ENDS_ON: "2026-11-20",  # the Friday of that week
        ids.BOOST_REASON: "For the week of the release",
    }
    assert (await ada.submits(boost)).ok
    await ada.closes()

    assert (
        "You have 29 points left"
        in (await dina.types(f"/kudos @chidi +1 {FOR} of the week #craft")).text
    )
    await bo.types("/kudos @chidi +1 for being here")
    assert "20 characters" in (await form_of(bo)).question
    told = await bo.types(f"/kudos @chidi +1 {FOR} of the week #teamwork")
    assert "14 points left" in told.text, "10 and a boost of 5, less 1"
    message = await chidi.types("The release is out.", in_channel="general")
    await bo.reacts("taco", to=message)
    await slack.pending()
    await settled(store)
    announced = slack.channel("thanks").messages
    assert len([each for each in announced if "untangling the release" in each.all_text]) == 2
    assert len(await changes(store, slack)) == 7
    assert "You have 7 points left to give" in said(await bo.opens_home())
    assert "5 points extra" in said(bo.home)


async def test_an_untouched_form_changes_nothing(slack: Sandbox, store: Store) -> None:
    ada = slack.person("ada")
    before = await everything(store, slack)
    for section in Section:
        await opens(ada, section)
        assert (await ada.submits()).ok, section
    assert await everything(store, slack) == before


WRONG: tuple[tuple[Section, str, Any, str], ...] = (
    (Section.POINTS, "allowance", None, "Something is missing here."),
    (Section.POINTS, "allowance", "many", "This is not a whole number."),
    (Section.POINTS, "allowance", "2.5", "This is not a whole number."),
    (Section.POINTS, "allowance", "-1", "Type a number from 0 to 100,000."),
    (Section.POINTS, "allowance", "9" * 3_000, "This is not a whole number."),
    (Section.POINTS, "allowance_kind", {"value": "fortnight"}, "This can't be chosen."),
    (Section.POINTS, "allowance_kind", None, "This can't be chosen."),
    (Section.POINTS, "reset_weekday", {"value": "7"}, "Type a number from 0 to 6."),
    (Section.POINTS, "reset_hour", {"value": "24"}, "Type a number from 0 to 23."),
    (Section.POINTS, "points_default", "26", "can't be more than the largest amount, 25 points"),
    (Section.POINTS, "points_max", "0", "Type a number from 1 to 100,000."),
    (Section.POINTS, "undo_minutes", "1441", "Type a number from 0 to 1,440."),
    (Section.POINTS, "thanks_go_on", {"value": "maybe"}, "This can't be chosen."),
    (Section.REACTIONS, "reaction_worth", "taco two", "I don't understand this line: taco two."),
    (Section.REACTIONS, "reaction_worth", "hello", "I don't understand this line: hello."),
    (Section.REACTIONS, "reaction_worth", "🌮 2\n:taco: 1", "is there twice"),
    (Section.REACTIONS, "reaction_worth", ":taco: two", "I don't understand this line"),
    (Section.REACTIONS, "reaction_worth", ":taco: 0", "I don't understand this line"),
    (Section.REACTIONS, "reaction_worth", ":+1: 1\n:thumbsup: 2", "is there twice"),
    (Section.REACTIONS, "reaction_worth", ":taco: 26", ":taco: is worth 26 points"),
    (
        Section.REACTIONS,
        "reaction_worth",
        "\n".join(f":e{n}: 1" for n in range(51)),
        "There is room for 50.",
    ),
    (Section.REACTIONS, "reaction_worth", "<!channel>", "this line: <!channel>."),
    (Section.VALUES, "values", "team spirit!", "team spirit! can't be typed after #."),
    (Section.VALUES, "values", "<!here>", "<!here> can't be typed after #."),
    (Section.VALUES, "values", "123", "123 can't be typed after #."),
    (Section.VALUES, "values", "v" * 51, "There is room for 50 characters."),
    (Section.VALUES, "values", "\n".join(f"v{n}" for n in range(51)), "There is room for 50."),
    (Section.VALUES, "value_mode", {"value": "required"}, "no values to choose from"),
    (Section.VALUES, "reason_min_length", "2001", "Type a number from 0 to 2,000."),
    (Section.CHANNELS, "announcement_channel_id", ["C0OLDLAUN9"], "Kudos can't post there."),
    (Section.CHANNELS, "announcement_channel_id", ["<!here>"], "Kudos can't post there."),
    (Section.CHANNELS, "channel_ids", ["U0ADA00001"], "This can't be chosen."),
    (Section.WORDS, "points_name_one", " " * 3_000 + "t" * 31, "There is room for 30"),
    (Section.WORDS, "points_name_many", "t" * 31, "There is room for 30 characters."),
    (Section.WORDS, "currency_emoji", None, "Something is missing here."),
    (Section.WORDS, "currency_emoji", "a taco", "a taco is not an emoji."),
    (Section.WORDS, "locale", {"value": "../../etc"}, "This can't be chosen."),
    (Section.FAIRNESS, "pair_cap", "0", "Type a number from 1 to 100,000."),
    (Section.FAIRNESS, "pair_cap_thanks", "0", "Type a number from 1 to 100,000."),
    (Section.FAIRNESS, "amounts_hidden", {"value": "maybe"}, "This can't be chosen."),
    (Section.FAIRNESS, "boards_shown", None, "This can't be chosen."),
    (Section.ADMINS, "admin_ids", ["everybody"], "This can't be chosen."),
    (Section.ADMINS, "admin_ids", [f"U{n:09}" for n in range(51)], "There is room for 50."),
)


async def test_what_cannot_be_taken_is_told_at_its_field(slack: Sandbox, store: Store) -> None:
    ada = slack.person("ada")
    forms = {section: await submission(slack, ada, section) for section in Section}
    before = await everything(store, slack)
    for section, name, value, sentence in WRONG:
        answer = await sends(slack, with_values(forms[section], **{name: value}))
        assert answer["response_action"] == "errors", (name, value)
        assert sentence in answer["errors"][f"setting:{name}"], (name, value)
    assert await everything(store, slack) == before


async def test_a_name_for_one_needs_a_name_for_several(slack: Sandbox) -> None:
    ada = slack.person("ada")
    await opens(ada, Section.WORDS)
    reply = await ada.submits({"setting:points_name_one": "taco"})
    assert reply.view is not None
    assert reply.view.errors == {
        "setting:points_name_many": "Name both, for one and for several, or none."
    }


async def test_everything_wrong_is_told_at_once_and_nothing_is_stored(
    slack: Sandbox, store: Store
) -> None:
    ada = slack.person("ada")
    await opens(ada, Section.POINTS)
    reply = await ada.submits({"setting:allowance": "-3", "setting:points_max": "0"})
    assert reply.error == "errors"
    assert reply.view is not None
    assert reply.view.errors.keys() == {"setting:allowance", "setting:points_max"}
    assert await changes(store, slack) == []


@on_sqlite
async def test_the_longest_settings_can_be_seen_and_changed_again(
    slack: Sandbox, store: Store
) -> None:
    ada = slack.person("ada")
    longest: dict[Section, dict[str, Any]] = {
        Section.REACTIONS: {
            "setting:reaction_worth": "\n".join(f":{'e' * 40}{n:02}: 25" for n in range(50))
        },
        Section.VALUES: {"setting:values": "\n".join(f"{'ა' * 48}{n:02}" for n in range(50))},
        Section.WORDS: {
            "setting:points_name_one": "<!channel> <@U0BO000002> *&`12",
            "setting:points_name_many": "ა" * 30,
            "setting:currency_emoji": f":{'t' * 100}:",
        },
        Section.ADMINS: {
            "setting:admin_ids": ["bo", "chidi", "dina", "emre", "goran", "hana", "mei", "omar"]
        },
        Section.CHANNELS: {"setting:channel_ids": ["general", "random", "release", "thanks"]},
    }
    for section, values in longest.items():
        await opens(ada, section)
        assert (await ada.submits(values)).ok, section
    settings = await settings_of(store, slack)
    assert len(settings.reaction_worth) == 50
    assert len(settings.values) == 50
    for section in Section:
        await opens(ada, section)
        assert (await ada.submits()).ok, section
    assert await settings_of(store, slack) == settings
    live = [part["text"] for part in parts(await ada.opens_home()) if part.get("type") == "mrkdwn"]
    assert live
    assert "U0BO" not in "".join(live)


@on_sqlite
async def test_emoji_and_values_are_taken_as_people_type_them(slack: Sandbox, store: Store) -> None:
    ada = slack.person("ada")
    for section, values in (
        (Section.REACTIONS, {"setting:reaction_worth": "🌮 2\n🏆\n:kudos: x3"}),
        (Section.WORDS, {"setting:currency_emoji": "🌮"}),
        (Section.VALUES, {"setting:values": "our customers\nteamwork"}),
    ):
        await opens(ada, section)
        assert (await ada.submits(values)).ok, section
    settings = await settings_of(store, slack)
    assert settings.reaction_worth == {"taco": 2, "trophy": 1, "kudos": 3}
    assert settings.currency_emoji == "taco"
    assert settings.values == ("our-customers", "teamwork")
    told = await slack.person("bo").types(f"/kudos @chidi 🌮🌮 {FOR} #our-customers")
    assert "You thanked Chidi with 2 points" in told.text


async def test_a_form_that_is_sent_twice_counts_once(slack: Sandbox, store: Store) -> None:
    ada = slack.person("ada")
    form = with_values(await submission(slack, ada, Section.POINTS), allowance="30")
    assert await sends(slack, form) == {}
    assert await sends(slack, form) == {}
    assert await changes(store, slack) == [(ada.id, "allowance", 25, 30)]


async def test_two_admins_who_change_different_things_keep_both(
    slack: Sandbox, store: Store
) -> None:
    ada, fatima = slack.person("ada"), slack.person("fatima")
    await opens(ada, Section.POINTS)
    await opens(fatima, Section.VALUES)
    assert (await ada.submits({"setting:allowance": "31"})).ok
    assert (await fatima.submits({"setting:values": "craft"})).ok
    settings = await settings_of(store, slack)
    assert (settings.allowance, settings.values) == (31, ("craft",))


async def test_somebody_without_rights_gets_a_sentence_and_changes_nothing(
    slack: Sandbox, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    assert ids.ADMIN_OPEN not in str(await bo.opens_home())
    forms = {section: await submission(slack, ada, section) for section in Section}
    before = await everything(store, slack)
    for form in forms.values():
        answer = await sends(slack, sent_by(form, bo))
        assert answer["response_action"] == "update"
        assert "Only admins of Kudos can do this" in said(answer["view"])
    assert await everything(store, slack) == before


async def test_rights_that_were_lost_while_the_form_was_open_are_lost(
    slack: Sandbox, store: Store
) -> None:
    ada = slack.person("ada")
    await opens(ada, Section.POINTS)
    ada.user.is_admin = False  # and the app has heard of no event
    await ada.submits({"setting:allowance": "40"})
    view = ada.open_view
    assert view is not None
    assert "Only admins of Kudos can do this" in view.all_text
    assert await changes(store, slack) == []
    await ada.closes()
    assert ada.home is not None
    await ada.presses(ids.ADMIN_OPEN, on=ada.home, value=Section.POINTS)
    view = await ada.sees_view_soon(lambda view: "Only admins" in view.all_text)
    await home_hides(ada, "Set up Kudos")


async def test_who_is_appointed_may_do_the_same(slack: Sandbox, store: Store) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await opens(ada, Section.ADMINS)
    assert (await ada.submits({"setting:admin_ids": ["bo"]})).ok
    await opens(bo, Section.POINTS)
    assert (await bo.submits({"setting:undo_minutes": "5"})).ok
    assert (await settings_of(store, slack)).undo_minutes == 5
    await opens(bo, Section.ADMINS)
    assert (await bo.submits({"setting:admin_ids": []})).ok
    await home_hides(bo, "Set up Kudos")


async def test_a_form_that_was_tampered_with_changes_nothing(slack: Sandbox, store: Store) -> None:
    ada = slack.person("ada")
    form = with_values(await submission(slack, ada, Section.POINTS), allowance="99")
    before = await everything(store, slack)
    for metadata in ("", "nonsense", "[]", "{}", '{"section": "values"}', '{"section": "x"}'):
        forged = copy.deepcopy(form)
        forged["view"]["private_metadata"] = metadata
        answer = await sends(slack, forged)
        assert answer["response_action"] == "update", metadata
        assert "This form is out of date." in said(answer["view"]), metadata
    assert await everything(store, slack) == before


async def test_the_workspaces_second_name_of_an_emoji_is_the_same_emoji(
    slack: Sandbox, store: Store
) -> None:
    ada = slack.person("ada")
    await opens(ada, Section.REACTIONS)
    assert (await ada.submits({"setting:reaction_worth": ":thumbsup: 3\n\n  :taco:2 "})).ok
    assert (await settings_of(store, slack)).reaction_worth == {"+1": 3, "taco": 2}
    assert (await settings_of(store, slack)).value_mode is ValueMode.FREE


async def test_the_announcement_channel_can_be_chosen_and_left_out_again(
    slack: Sandbox, store: Store
) -> None:
    ada = slack.person("ada")
    await opens(ada, Section.CHANNELS)
    assert (await ada.submits({"setting:announcement_channel_id": ["thanks"]})).ok
    thanks = slack.channel("thanks").id
    assert (await settings_of(store, slack)).announcement_channel_id == thanks
    await opens(ada, Section.CHANNELS)
    assert (await ada.submits({"setting:announcement_channel_id": []})).ok
    assert (await settings_of(store, slack)).announcement_channel_id is None


async def test_the_checklist_tells_what_is_left_until_nothing_is(slack: Sandbox) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    home = said(await ada.opens_home())
    assert ":white_medium_square: Choose your values" in home
    assert ":white_check_mark: Invite me to your channels" in home
    await opens(ada, Section.VALUES)
    await ada.submits({"setting:values": "craft"})
    await home_says(ada, ":white_check_mark: Choose your values")
    await opens(ada, Section.CHANNELS)
    await ada.submits({"setting:announcement_channel_id": ["thanks"]})
    await bo.types(f"/kudos @chidi +1 {FOR}")
    await home_hides(ada, "Left to do")
