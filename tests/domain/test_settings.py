"""Settings: which there are, and what each takes."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.admin import may_administer
from bot.domain.errors import SettingsError
from bot.domain.members import Member
from bot.domain.settings.fields import Fault, FaultKind
from bot.domain.settings.settings import FIELDS, Section, settings_with
from bot.domain.workspaces import WeeklyPart, WorkspaceSettings
from storage.workspaces import settings_as_stored, settings_from
from tests.rows import each_row

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


@each_row(
    ("typed", "worth"),
    [
        ("", {}),
        (":taco: 2", {"taco": 2}),
        (":taco:", {"taco": 1}),
        (":taco:2\n\n  :trophy: = 3  ", {"taco": 2, "trophy": 3}),
        (":+1::skin-tone-3: 2", {"+1": 2}),
        (":salute: 2", {"saluting_face": 2}),
        (":TACO: 2", {"taco": 2}),
        ("🌮", {"taco": 1}),
        ("🌮 2", {"taco": 2}),
        ("🌮2\n🏆 = 3", {"taco": 2, "trophy": 3}),
        ("🌮 x2, 🏆x3; :kudos: x 4", {"taco": 2, "trophy": 3, "kudos": 4}),
        ("taco=2\ntrophy 3\nbox 4", {"taco": 2, "trophy": 3, "box": 4}),
        ("taco: 2\n:x: 3\n:100: 4", {"taco": 2, "x": 3, "100": 4}),
        ("👍🏽 2", {"+1": 2}),
        ("❤️ 2", {"heart": 2}),
        ("❤ 2", {"heart": 2}),
        ("🇩🇪 2\n🏴󠁧󠁢󠁥󠁮󠁧󠁿 3", {"de": 2, "flag-england": 3}),
        (
            "👩‍🚀 2\n👨‍👩‍👧‍👦 3\n🧑🏻‍🚒",
            {"female-astronaut": 2, "man-woman-girl-boy": 3, "firefighter": 1},
        ),
        ("1️⃣ 2\n#️⃣3", {"one": 2, "hash": 3}),
        ("🫡 2", {"saluting_face": 2}),
        ("salute 2", {"saluting_face": 2}),
        ("partyparrot 2", {"partyparrot": 2}),
        ("trophy", {"trophy": 1}),
    ],
)
def test_emoji_and_their_worth_are_read_line_by_line(typed: str, worth: dict[str, int]) -> None:
    aliases = {"salute": "saluting_face"}
    changed = settings_with(WorkspaceSettings(), {"reaction_worth": typed}, aliases)
    assert changed.reaction_worth == worth


@each_row(
    ("typed", "name"),
    [
        ("🌮", "taco"),
        (" 🌮 ", "taco"),
        ("taco", "taco"),
        (":taco:", "taco"),
        ("👏🏿", "clap"),
        (":clap::skin-tone-6:", "clap"),
        (":handshake::skin-tone-2-3:", "handshake"),
        ("🤝🏻", "handshake"),
        ("🏽", "skin-tone-4"),
        ("⭐️", "star"),
        ("salute", "saluting_face"),
        (":partyparrot:", "partyparrot"),
    ],
)
def test_the_emoji_for_amounts_is_read_as_a_character_or_a_name(typed: str, name: str) -> None:
    aliases = {"salute": "saluting_face"}
    changed = settings_with(WorkspaceSettings(), {"currency_emoji": typed}, aliases)
    assert changed.currency_emoji == name


def test_what_is_no_emoji_or_more_than_one_is_told_at_its_field() -> None:
    for typed in ("🌮🌮", "🌮 taco", "a b", "→", "\ufe0f"):
        with pytest.raises(SettingsError) as raised:
            settings_with(WorkspaceSettings(), {"currency_emoji": typed}, {})
        assert raised.value.faults["currency_emoji"].kind is FaultKind.NO_EMOJI, typed


def test_two_names_of_one_emoji_are_told() -> None:
    typed = {"reaction_worth": ":salute: 2\n:saluting_face: 1"}
    with pytest.raises(SettingsError) as raised:
        settings_with(WorkspaceSettings(), typed, {"salute": "saluting_face"})
    assert raised.value.faults["reaction_worth"].kind is FaultKind.SAID_TWICE


@each_row(
    ("typed", "values"),
    [
        ("", ()),
        ("#craft, teamwork\nCraft", ("craft", "teamwork")),
        ("  ownership ; team-work", ("ownership", "team-work")),
        ("გუნდურობა", ("გუნდურობა",)),
        ("e\u0301lan", ("\u00e9lan",)),
        ("our customers\nteamwork", ("our-customers", "teamwork")),
        ("our customers", ("our-customers",)),
        ("Our  Customers, own it ; care", ("Our-Customers", "own-it", "care")),
        ("#craft #teamwork\n#our customers", ("craft", "teamwork", "our-customers")),
        ("- craft\n• own it\n3. care", ("craft", "own-it", "care")),
        ("尊重 他人\n协作", ("尊重-他人", "协作")),
    ],
)
def test_values_are_read_as_people_type_them(typed: str, values: tuple[str, ...]) -> None:
    assert settings_with(WorkspaceSettings(), {"values": typed}, {}).values == values


@each_row(
    ("before", "changed", "kind"),
    [
        (WorkspaceSettings(reaction_worth={"taco": 20}), "points_max", FaultKind.WORTH_ABOVE_MOST),
        (WorkspaceSettings(points_default=20), "points_max", FaultKind.ABOVE_MOST),
        (WorkspaceSettings(points_max=9), "points_default", FaultKind.ABOVE_MOST),
    ],
)
def test_what_no_longer_fits_another_setting_is_told_where_it_was_changed(
    before: WorkspaceSettings, changed: str, kind: FaultKind
) -> None:
    with pytest.raises(SettingsError) as raised:
        settings_with(before, {changed: "10"}, {})
    assert {name: fault.kind for name, fault in raised.value.faults.items()} == {changed: kind}


@each_row(
    ("typed", "zone"),
    [
        (None, None),
        ("  ", None),
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        (" new york ", "America/New_York"),
        ("america/new york", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
        ("port-au-prince", "America/Port-au-Prince"),
        ("utc", "UTC"),
        ("Etc/GMT+2", "Etc/GMT+2"),
        ("Singapore", "Singapore"),
    ],
)
def test_a_time_zone_is_known_by_its_city(typed: str | None, zone: str | None) -> None:
    assert settings_with(WorkspaceSettings(), {"weekly_zone": typed}, {}).weekly_zone == zone


@each_row(
    ("typed", "kind", "close"),
    [
        ("Belrin", FaultKind.NO_ZONE, "Europe/Berlin"),
        ("Europe/Stokholm", FaultKind.NO_ZONE, "Europe/Stockholm"),
        ("Buenos Aires", FaultKind.SEVERAL_ZONES, "America/Argentina/Buenos_Aires"),
    ],
)
def test_names_that_may_have_been_meant_are_offered(
    typed: str, kind: FaultKind, close: str
) -> None:
    with pytest.raises(SettingsError) as raised:
        settings_with(WorkspaceSettings(), {"monthly_zone": typed}, {})
    fault = raised.value.faults["monthly_zone"]
    assert (fault.kind, fault.found) == (kind, typed)
    assert close in fault.close


@each_row("typed", ["EST", "CET", "GMT+2", "UTC+2", "../../etc/passwd", "Europe"])
def test_what_would_be_another_clock_than_people_mean_is_no_zone(typed: str) -> None:
    with pytest.raises(SettingsError) as raised:
        settings_with(WorkspaceSettings(), {"weekly_zone": typed}, {})
    assert raised.value.faults["weekly_zone"] == Fault(FaultKind.NO_ZONE, found=typed)


@given(st.sampled_from(sorted(available_timezones())))
def test_every_zone_that_is_taken_can_be_told_the_time_in(name: str) -> None:
    try:
        zone = settings_with(WorkspaceSettings(), {"weekly_zone": name}, {}).weekly_zone
    except SettingsError:
        is_place = not name.isupper() and name not in {"Factory", "localtime", "posixrules"}
        assert not is_place, "only abbreviations, and what is no place, are not taken"
    else:
        assert zone == name
        assert ZoneInfo(zone).key == name


TIMES = ("weekly_time", "monthly_time", "digest_time")


@each_row("typed", ["00:00", "09:05", "23:59"])
def test_a_time_is_one_of_a_clock_with_24_hours(typed: str) -> None:
    settings = settings_with(WorkspaceSettings(), dict.fromkeys(TIMES, typed), {})
    assert {getattr(settings, name) for name in TIMES} == {typed}


@each_row("typed", ["24:00", "9:00", "09:60", "\u0660\u0669:\u0660\u0660", "09:00\n", None, 9])
def test_what_no_clock_shows_is_no_time(typed: object) -> None:
    with pytest.raises(SettingsError) as raised:
        settings_with(WorkspaceSettings(), dict.fromkeys(TIMES, typed), {})
    assert raised.value.faults.keys() == set(TIMES)


@each_row("day", ["0", "29", "31", "first", "", None, "01", 1])
def test_a_day_that_not_every_month_has_cannot_be_chosen(day: object) -> None:
    with pytest.raises(SettingsError) as raised:
        settings_with(WorkspaceSettings(), {"monthly_day": day}, {})
    assert raised.value.faults["monthly_day"].kind is FaultKind.NO_CHOICE


def test_parts_stand_in_their_order_and_each_once() -> None:
    typed = ["coverage", "board", "coverage"]
    changed = settings_with(WorkspaceSettings(), {"weekly_parts": typed}, {})
    assert changed.weekly_parts == (WeeklyPart.BOARD, WeeklyPart.COVERAGE)


@each_row("kind", ["weekly", "monthly"])
def test_a_post_that_is_on_has_at_least_one_part(kind: str) -> None:
    with pytest.raises(SettingsError) as raised:
        settings_with(WorkspaceSettings(), {f"{kind}_parts": [], f"{kind}_on": "yes"}, {})
    assert raised.value.faults == {f"{kind}_parts": Fault(FaultKind.NO_PART)}
    off = settings_with(WorkspaceSettings(), {f"{kind}_parts": [], f"{kind}_on": "no"}, {})
    assert settings_with(off, {"allowance": "3"}, {}).allowance == 3
    with pytest.raises(SettingsError) as raised:
        settings_with(off, {f"{kind}_on": "yes"}, {})
    assert raised.value.faults == {f"{kind}_on": Fault(FaultKind.NO_PART)}


ADMIN = Member("T1", "U1", "Ada", is_admin=True)
PERSON = Member("T1", "U2", "Bo")


@each_row(
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
