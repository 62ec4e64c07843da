"""`/kudos leaderboard`, `me` and `history`: fair ranks, names without pings, nothing secret."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.watching import choose, links, on_sqlite, pings, settled

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.engine.store import Store
    from tests.conftest import Clock

FOR = "for untangling the release"


async def lines_of(
    slack: Sandbox, who: str, command: str, in_channel: str = "general"
) -> list[str]:
    """Return the lines of the answer between its title and its small print."""
    reply = await slack.person(who).types(f"/kudos {command}", in_channel=in_channel)
    assert reply.is_ephemeral
    assert pings(reply.message) == set()
    lines: list[str] = reply.text.split("\n")
    return lines[1:-1]


async def test_different_people_come_before_points_and_ties_share_a_rank(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await choose(store, slack.team_id, allowance=100)
    gifts = [
        ("ada", "@bo +20"),  # many points, by one person
        ("ada", "@chidi +1"),
        ("bo", "@chidi +1"),
        ("ada", "@dina +1"),
        ("chidi", "@dina +1"),
        ("ada", "@emre +3"),
        ("goran", "@emre +3"),
        ("bo", "@goran +20"),
        ("bo", "@hana +2"),
    ]
    for giver, gift in gifts:
        await slack.person(giver).types(f"/kudos {gift} {FOR}")
    assert await lines_of(slack, "mei", "leaderboard") == [
        "1. Emre: thanked by 2 people, 6 points",
        "2. Chidi: thanked by 2 people, 2 points",
        "2. Dina: thanked by 2 people, 2 points",
        "4. Bo: thanked by 1 person, 20 points",
        "4. Goran: thanked by 1 person, 20 points",
        "6. Hana: thanked by 1 person, 2 points",
    ]
    assert await lines_of(slack, "mei", "leaderboard givers") == [
        "1. Ada: thanked 4 people, 25 points",
        "2. Bo: thanked 3 people, 23 points",
        "3. Goran: thanked 1 person, 3 points",
        "4. Chidi: thanked 1 person, 1 point",
    ]


async def test_thanking_somebody_again_adds_points_and_no_person(
    slack: Sandbox, app: KudosApp, clock: Clock
) -> None:
    for _ in range(3):
        clock.advance(minutes=2)
        await slack.person("ada").types(f"/kudos @bo +2 {FOR}")
    assert await lines_of(slack, "ada", "leaderboard") == ["1. Bo: thanked by 1 person, 6 points"]
    await slack.person("ada").types("/kudos undo")
    assert await lines_of(slack, "ada", "leaderboard") == ["1. Bo: thanked by 1 person, 4 points"]


async def test_each_period_counts_what_lies_in_it(
    slack: Sandbox, app: KudosApp, clock: Clock
) -> None:
    days = {
        "2025-12-30": "bo",  # the first ISO week of 2026, and the year before
        "2026-02-10": "chidi",
        "2026-10-05": "dina",
        "2026-11-02": "emre",
        "2026-11-16": "goran",
        "2026-11-18": "hana",
    }
    for day, name in days.items():
        clock.now = datetime.fromisoformat(f"{day}T12:00:00+00:00")
        await slack.person("ada").types(f"/kudos @{name} {FOR} #{name}")
    boards = {
        "leaderboard": ["Goran", "Hana"],
        "leaderboard week": ["Goran", "Hana"],
        "leaderboard month": ["Emre", "Goran", "Hana"],
        "leaderboard quarter": ["Dina", "Emre", "Goran", "Hana"],
        "leaderboard year": ["Chidi", "Dina", "Emre", "Goran", "Hana"],
        "leaderboard all": ["Bo", "Chidi", "Dina", "Emre", "Goran", "Hana"],
        "leaderboard year #dina": ["Dina"],
        "leaderboard #Hana week receivers": ["Hana"],
        "leaderboard givers year": ["Ada"],
        "leaderboard #goran givers": ["Ada"],
    }
    for command, names in boards.items():
        lines = await lines_of(slack, "mei", command)
        assert [line.split(": ")[0].split(". ")[1] for line in lines] == names, command
    for command in ("leaderboard #dina", "leaderboard week #chidi"):
        reply = await slack.person("mei").types(f"/kudos {command}")
        assert "No kudos here yet." in reply.text
    clock.now = datetime(2025, 12, 31, 12, tzinfo=UTC)
    assert "Bo" in (await slack.person("mei").types("/kudos leaderboard year")).text


@on_sqlite
async def test_a_board_shows_ten_and_ones_own_place(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await choose(store, slack.team_id, allowance=1000, points_max=100)
    names = ["ada", "bo", "chidi", "dina", "emre", "fatima", "goran", "hana", "mei", "omar"]
    for points, name in enumerate(names, start=10):
        await slack.person("ines").types(f"/kudos @{name} +{points} {FOR}", in_channel="writing")
    await slack.person("bo").types(f"/kudos @ines +1 {FOR}")
    lines = await lines_of(slack, "ines", "leaderboard", in_channel="writing")
    assert len(lines) == 11
    assert lines[0] == "1. عمر: thanked by 1 person, 19 points"
    assert lines[-1] == "Your place: 11. Inês: thanked by 1 person, 1 point"
    reply = await slack.person("ada").types("/kudos leaderboard")
    assert "Your place" not in reply.text
    assert "11 people are on this board." in reply.text


async def test_me_tells_what_is_left_and_what_came(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada = slack.person("ada")
    empty = await ada.types("/kudos me")
    assert empty.is_ephemeral
    assert "You have 25 points left to give, of 25, until <!date^" in empty.text
    assert "No thanks received this week yet." in empty.text
    assert "No thanks given this week yet." in empty.text
    for day in (4, 11, 18):
        clock.now = datetime(2026, 11, day, 12, tzinfo=UTC)
        await ada.types(f"/kudos @bo +2 {FOR}")
    for name in ("chidi", "dina", "chidi"):
        clock.advance(minutes=1)
        await slack.person(name).types(f"/kudos @ada +3 {FOR}")
    await settled(store)
    told = await ada.types("/kudos me")
    assert "You have 23 points left to give, of 25" in told.text
    assert "Your balance: 9 points." in told.text
    assert "3 thank-yous received this week, from 2 people." in told.text
    assert "1 thank-you given this week." in told.text
    assert "Your place on this week's leaderboard: 1." in told.text
    assert "You have thanked somebody 3 weeks in a row." in told.text
    assert told.text.count("Chidi thanked Ada") == 2
    assert len(links(told.message)) == 3
    assert pings(told.message) == set()
    clock.now = datetime(2026, 12, 2, 12, tzinfo=UTC)
    later = await ada.types("/kudos me")
    assert "in a row" not in later.text
    assert "Your balance: 9 points." in later.text


async def test_history_is_newest_first_and_ends_after_ten(
    slack: Sandbox, app: KudosApp, clock: Clock
) -> None:
    ada = slack.person("ada")
    for number in range(12):
        clock.advance(minutes=1)
        await ada.types(f"/kudos @bo for untangling release number {number}")
    shown = (await ada.types("/kudos history")).text.split("\n")
    assert shown[0] == "Your last kudos"
    assert [line.split("number ")[1].split(" ")[0] for line in shown[1:]] == [
        str(number) for number in range(11, 1, -1)
    ]
    assert (await ada.types("/kudos undo")).ok
    again = (await ada.types("/kudos history @bo")).text
    assert again.startswith("Last kudos of Bo\n")
    assert "number 11" not in again
    assert "number 1" in again


async def test_history_shows_nothing_that_the_viewer_could_not_see(
    slack: Sandbox, app: KudosApp
) -> None:
    dina = slack.person("dina")
    await dina.types("/kudos @bo for the public thing done")
    await dina.types("/kudos private @bo for the secret thing done")
    await dina.types("/kudos @ada for the leads thing done", in_channel="leads")
    await dina.types("/kudos @ada for the whispered thing", in_channel="@ada")
    sees = {
        ("dina", "history"): {"public", "secret", "leads", "whispered"},
        ("bo", "history"): {"public", "secret"},
        ("bo", "history @dina"): {"public", "secret"},
        ("ada", "history @dina"): {"public", "leads", "whispered"},
        ("fatima", "history @dina"): {"public"},  # a member of #leads, and an admin
        ("chidi", "history @dina"): {"public"},
        ("chidi", "history @bo"): {"public"},
        ("chidi", "history @ada"): set(),
    }
    for (viewer, command), expected in sees.items():
        reply = await slack.person(viewer).types(f"/kudos {command}")
        told = {word for word in ("public", "secret", "leads", "whispered") if word in reply.text}
        assert told == expected, (viewer, command)
        assert "C0LEADS005" not in reply.text or "leads" in expected
        assert pings(reply.message) == set()
    nothing = await slack.person("chidi").types("/kudos history @ada")
    assert "There are no kudos of Ada that you can see." in nothing.text


async def test_help_tells_the_rules_of_this_workspace(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await choose(store, slack.team_id, allowance=40, points_max=7, reaction_worth={"tada": 2})
    for word in ("help", "?", "HELP"):
        reply = await slack.person("ada").types(f"/kudos {word}")
        assert reply.is_ephemeral
        assert "You have 40 points a week to give." in reply.text
        assert "the most at once is 7" in reply.text
        assert ":tada: (2 points)" in reply.text
        for other in ("/kudos me", "/kudos leaderboard", "/kudos history", "/kudos undo"):
            assert other in reply.text
