"""Which time zones a machine knows, whatever Slack and other machines call them."""

from __future__ import annotations

from bot.domain.members import Member
from bot.domain.zones import known_zone, zone_named, zone_of_most
from tests.rows import each_row

NO_ZONES = ("Mars/Phobos", "", "../../etc/passwd", "\0", "America", "localtime", "Factory")


@each_row("name", NO_ZONES)
def test_a_zone_that_this_machine_does_not_know_is_the_workspaces(name: str) -> None:
    assert known_zone(name) is None
    assert zone_named(name, "Europe/Berlin").key == "Europe/Berlin"
    assert zone_named(name, name).key == "UTC"


@each_row(
    ("told", "known"),
    [
        ("Asia/Tokyo", "Asia/Tokyo"),
        ("US/Pacific-New", "America/Los_Angeles"),
        ("right/Europe/Berlin", "Europe/Berlin"),
        ("Etc/GMT+2", "Etc/GMT+2"),
        ("EST5EDT", "EST5EDT"),
    ],
)
def test_a_zone_is_known_under_a_former_name_too(told: str, known: str) -> None:
    assert known_zone(told) == known
    assert zone_named(told, "Europe/Berlin").key == known


@each_row(
    ("zones", "most"),
    [
        (["localtime", "localtime", "Asia/Tokyo"], "Asia/Tokyo"),
        (["US/Pacific-New", "America/Los_Angeles", "UTC", "UTC", "UTC"], "America/Los_Angeles"),
        (["Mars/Phobos", "Factory"], None),
        ([], None),
    ],
)
def test_a_workspace_has_the_most_common_of_the_zones_that_are_known(
    zones: list[str], most: str | None
) -> None:
    people = [Member("T1", f"U{n}", "Ada", time_zone=zone) for n, zone in enumerate(zones)]
    assert zone_of_most(people) == most
