"""Who may see what of a kudos: every combination of kudos, channel, reader and choices."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

from bot.domain.kudos import Audience, Kudos, Receipt, Source
from bot.domain.preferences import Preferences
from bot.domain.privacy import (
    AMOUNT_AND_DAY,
    NOTHING,
    Extent,
    Publicity,
    Shown,
    Viewer,
    as_shown,
    shown,
)
from tests.rows import each_row

SHY = Preferences(thanked_in_private=True)
KUDOS = Kudos(
    kudos_id="K1",
    team_id="T1",
    giver_id="UADA",
    receipts=(Receipt("UBO", 3), Receipt("UCHI", 3)),
    reason="for the release with <@UDEE>",
    value="#care",
    source=Source.COMMAND,
    audience=Audience.PUBLIC,
    channel_id="C1",
    message_ts="1.2",
    emoji=None,
    created_at=datetime(2026, 11, 18, 12, tzinfo=UTC),
    reversed_at=None,
    about_ts="1.1",
)
COLLEAGUE, ADMIN = Viewer("UDEE"), Viewer("UDEE", is_admin=True)
EXTERNAL, PRESENT = Viewer("UX", is_external=True), Viewer("UDEE", is_present=True)
ALL = Shown(Extent.FULL, ("UBO", "UCHI"), has_words=True, has_link=True)


@each_row(("audience", "publicity"), list(product(Audience, Publicity)))
def test_a_kudos_is_told_only_to_those_who_may_know(
    audience: Audience, publicity: Publicity
) -> None:
    kudos = replace(KUDOS, audience=audience)
    for involved in ("UADA", "UBO", "UCHI"):
        for viewer in (Viewer(involved), Viewer(involved, is_admin=True, is_external=True)):
            assert shown(kudos, viewer, publicity, {}) == ALL
    is_open = audience is Audience.PUBLIC and publicity is Publicity.PUBLIC
    assert shown(kudos, COLLEAGUE, publicity, {}) == (ALL if is_open else NOTHING)
    assert shown(kudos, ADMIN, publicity, {}) == (ALL if is_open else AMOUNT_AND_DAY)
    assert shown(kudos, EXTERNAL, publicity, {}) == NOTHING
    is_told_there = audience is not Audience.PRIVATE
    for viewer in (PRESENT, replace(EXTERNAL, is_present=True)):
        assert shown(kudos, viewer, publicity, {}) == (ALL if is_told_there else NOTHING)


def test_who_wants_privacy_is_seen_by_the_giver_and_themselves_alone() -> None:
    chosen = {"UBO": SHY}
    without_bo = replace(ALL, receiver_ids=("UCHI",))
    assert shown(KUDOS, Viewer("UADA"), Publicity.UNKNOWN, chosen) == ALL
    assert shown(KUDOS, Viewer("UBO"), Publicity.UNKNOWN, chosen) == ALL
    for viewer in (Viewer("UCHI"), COLLEAGUE, ADMIN, PRESENT):
        assert shown(KUDOS, viewer, Publicity.PUBLIC, chosen) == without_bo
    everybody = chosen | {"UCHI": SHY}
    assert shown(KUDOS, PRESENT, Publicity.PUBLIC, everybody) == NOTHING
    assert shown(KUDOS, ADMIN, Publicity.PUBLIC, everybody) == AMOUNT_AND_DAY


def test_words_that_name_who_was_left_out_stay_out_too() -> None:
    naming = replace(KUDOS, reason="for the release with <@UBO>")
    chosen = {"UBO": SHY}
    for viewer in (COLLEAGUE, PRESENT, ADMIN):
        assert not shown(naming, viewer, Publicity.PUBLIC, chosen).has_words
    for viewer in (Viewer("UADA"), Viewer("UBO"), Viewer("UCHI")):
        assert shown(naming, viewer, Publicity.PUBLIC, chosen).has_words


def test_what_is_not_shown_is_not_in_the_kudos_that_is_handed_on() -> None:
    assert as_shown(KUDOS, ALL) is KUDOS
    assert as_shown(KUDOS, AMOUNT_AND_DAY) is None
    assert as_shown(KUDOS, NOTHING) is None
    part = as_shown(KUDOS, Shown(Extent.FULL, ("UCHI",)))
    assert part is not None
    assert part.receiver_ids == ("UCHI",)
    assert (part.reason, part.message_ts, part.about_ts) == ("", None, None)
