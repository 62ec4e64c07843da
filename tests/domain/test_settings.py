"""Settings: which there are, and what each takes."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.admin import may_administer
from bot.domain.errors import SettingsError
from bot.domain.members import Member
from bot.domain.settings import FIELDS, Fault, FaultKind, Section, settings_with
from bot.domain.workspaces import WorkspaceSettings
from storage.workspaces import settings_as_stored, settings_from

NAMES = [name for section in Section for name in FIELDS[section]]


def test_every_setting_stands_in_one_form() -> None:
    assert sorted(NAMES) == sorted(field.name for field in fields(WorkspaceSettings))


@given(
    st.sampled_from(NAMES),
    st.one_of(
        st.none(),
        st.text(),
        st.integers(),
        st.lists(st.one_of(st.text(), st.none(), st.integers())),
        st.from_regex(r"(:[a-z]{1,5}: ?[0-9]{0,3}\n){0,4}", fullmatch=True),
    ),
)
def test_whatever_is_entered_is_stored_as_it_reads_or_refused_at_its_field(
    name: str, typed: Any
) -> None:
    faults: dict[str, Fault] = {}
    settings = WorkspaceSettings()
    try:
        settings = settings_with(settings, {name: typed}, {})
    except SettingsError as error:
        faults = error.faults
    assert faults.keys() <= {name}
    if not faults:
        assert settings_from(settings_as_stored(settings)) == settings
        others = {key: value for key, value in asdict(settings).items() if key != name}
        defaults = asdict(WorkspaceSettings())
        assert others == {key: value for key, value in defaults.items() if key != name}


@pytest.mark.parametrize(
    ("typed", "worth"),
    [
        ("", {}),
        (":taco: 2", {"taco": 2}),
        (":taco:", {"taco": 1}),
        (":taco:2\n\n  :trophy: = 3  ", {"taco": 2, "trophy": 3}),
        (":+1::skin-tone-3: 2", {"+1": 2}),
        (":salute: 2", {"saluting_face": 2}),
        (":TACO: 2", {"taco": 2}),
    ],
)
def test_emoji_and_their_worth_are_read_line_by_line(typed: str, worth: dict[str, int]) -> None:
    aliases = {"salute": "saluting_face"}
    changed = settings_with(WorkspaceSettings(), {"reaction_worth": typed}, aliases)
    assert changed.reaction_worth == worth


def test_two_names_of_one_emoji_are_told() -> None:
    typed = {"reaction_worth": ":salute: 2\n:saluting_face: 1"}
    with pytest.raises(SettingsError) as raised:
        settings_with(WorkspaceSettings(), typed, {"salute": "saluting_face"})
    assert raised.value.faults["reaction_worth"].kind is FaultKind.SAID_TWICE


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("", ()),
        ("#craft, teamwork\nCraft", ("craft", "teamwork")),
        ("  ownership ; team-work", ("ownership", "team-work")),
        ("გუნდურობა", ("გუნდურობა",)),
        ("e\u0301lan", ("\u00e9lan",)),
    ],
)
def test_values_are_read_as_people_type_them(typed: str, values: tuple[str, ...]) -> None:
    assert settings_with(WorkspaceSettings(), {"values": typed}, {}).values == values


def test_what_no_longer_fits_another_setting_is_told_where_it_was_changed() -> None:
    settings = WorkspaceSettings(reaction_worth={"taco": 20})
    with pytest.raises(SettingsError) as raised:
        settings_with(settings, {"points_max": "10"}, {})
    assert raised.value.faults["points_max"].kind is FaultKind.WORTH_ABOVE_MOST


ADMIN = Member("T1", "U1", "Ada", is_admin=True)
PERSON = Member("T1", "U2", "Bo")


@pytest.mark.parametrize(
    ("member", "may"),
    [
        (None, False),
        (ADMIN, True),
        (PERSON, False),
        (Member("T1", "U3", "Appointed"), True),
        (Member("T1", "U3", "Gone", is_deactivated=True), False),
        (Member("T1", "U3", "Elsewhere", is_external=True), False),
        (Member("T1", "U4", "Bot", is_admin=True, is_bot=True), False),
    ],
)
def test_admins_and_those_whom_they_appoint_may_administer(
    member: Member | None, *, may: bool
) -> None:
    assert may_administer(member, WorkspaceSettings(admin_ids=("U3",))) is may
