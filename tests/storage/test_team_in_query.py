"""The suite's watch over queries sees what the product asks, and bites."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import and_, bindparam, delete, exists, func, or_, select, tuple_, update

from bot.services.settings.workspaces import view_workspace
from storage.engine.statements import Statement
from storage.tables.installations import installations
from storage.tables.schema import kudos, members, outbox, standings
from tests.team_in_query import ALLOWED, ROOT, TABLES, tables_in_words, tables_without_team

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import BindParameter
    from sqlalchemy.sql.elements import ClauseElement

    from storage.engine.store import Connection, Store
    from tests.team_in_query import Watch
    from tests.walks import WalksWatched

TEAM: BindParameter[str] = bindparam("of_team")
ORG = installations.alias()
OF_TEAM = kudos.c.team_id == TEAM
SAME_TEAM = members.c.team_id == kudos.c.team_id
OTHER = kudos.alias()
OURS = select(kudos.c.team_id, kudos.c.kudos_id).where(OF_TEAM).subquery()
ALL = select(kudos.c.team_id, kudos.c.kudos_id).subquery()

TAKES_IT = [
    select(kudos).where(OF_TEAM),
    select(kudos).where(OF_TEAM, exists(select(1).where(SAME_TEAM))),
    select(kudos).where(tuple_(kudos.c.team_id, kudos.c.kudos_id).in_([("T1", "1")])),
    select(kudos, members).join(members, and_(SAME_TEAM, members.c.is_bot)).where(OF_TEAM),
    select(members).join(OURS, OURS.c.team_id == members.c.team_id),
    select(kudos).where(tuple_(kudos.c.team_id, kudos.c.kudos_id).in_(select(OURS))),
    select(ORG)
    .join(installations, installations.c.enterprise_id == ORG.c.team_id)
    .where(installations.c.team_id == TEAM),
    update(kudos).where(OF_TEAM).values(reason=""),
    update(kudos).where(OF_TEAM, SAME_TEAM).values(reason=""),
    kudos.insert().values(team_id="T1"),
]
LACKS_IT = [
    select(func.count()).select_from(kudos),
    select(kudos).where(kudos.c.kudos_id == "1"),
    select(kudos).where(kudos.c.team_id != TEAM),
    select(kudos).where(or_(OF_TEAM, kudos.c.reason == "")),
    select(kudos, members).where(OF_TEAM),
    select(kudos).where(OF_TEAM, exists(select(1).where(members.c.user_id == kudos.c.giver_id))),
    select(kudos).where(OF_TEAM, kudos.c.kudos_id.in_(select(kudos.c.joins_id))),
    select(kudos).join(OTHER, OTHER.c.kudos_id == kudos.c.joins_id).where(OF_TEAM),
    select(kudos).where(tuple_(kudos.c.team_id, kudos.c.kudos_id).in_(select(ALL))),
    select(members).join(ALL, ALL.c.team_id == members.c.team_id),
    select(kudos.c.kudos_id).where(OF_TEAM).union_all(select(kudos.c.kudos_id)),
    update(kudos).where(kudos.c.kudos_id == "1").values(reason=""),
    update(kudos).where(OF_TEAM, kudos.c.giver_id == members.c.user_id).values(reason=""),
    delete(kudos),
    members.insert().from_select(["team_id"], select(kudos.c.team_id)),
]

# Put where the product's own code is, so that the watch takes it for a part of it.
PLANTED = """
def find_everything(connection, statement, now):
    return connection.execute(statement).all()
def find_in_words(connection, words, now):
    return connection.exec_driver_sql(words).all()
def find_straight(connection, statement, now):
    return Statement(statement).all(connection, {})
"""


@pytest.mark.parametrize("statement", TAKES_IT)
def test_a_query_that_says_whose_rows_it_wants_is_right(statement: ClauseElement) -> None:
    assert tables_without_team(statement) == frozenset()


@pytest.mark.parametrize("statement", LACKS_IT)
def test_a_query_that_does_not_is_found(statement: ClauseElement) -> None:
    assert tables_without_team(statement) != frozenset()


def test_words_that_name_a_table_and_no_workspace_are_found() -> None:
    assert tables_in_words('SELECT count(*) FROM "kudos"') == {"kudos"}
    assert tables_in_words("DELETE FROM kudos WHERE team_id = 'T1'") == frozenset()
    assert tables_in_words("SELECT version_num FROM alembic_version") == frozenset()


def test_every_table_is_watched() -> None:
    assert {
        kudos.name,
        members.name,
        outbox.name,
        standings.name,
        "workspaces",
        "installations",
    } <= TABLES


@pytest.mark.parametrize("name", ALLOWED)
def test_what_may_ask_for_all_workspaces_exists(name: str) -> None:
    module, _, function = name.rpartition(".")
    source = (ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")
    assert f"def {function}(" in source


async def test_a_planted_query_is_found_and_a_right_one_is_only_seen(
    store: Store,
    every_query_takes_the_workspace: Watch,
    no_query_walks_through_a_workspace: WalksWatched,
) -> None:
    watch = every_query_takes_the_workspace
    planted: dict[str, object] = {"Statement": Statement}
    exec(compile(PLANTED, str(ROOT / "storage" / "planted.py"), "exec"), planted)  # noqa: S102
    for service, question in (
        ("find_everything", select(kudos.c.kudos_id, kudos.c.reason)),
        ("find_in_words", "SELECT reason, kudos_id FROM kudos"),
        ("find_straight", select(kudos.c.kudos_id, kudos.c.giver_id)),
    ):
        await store.read(planted[service], question)  # type: ignore[arg-type]
        assert len(watch.found) == 1
        assert watch.found[0].startswith(f"storage.planted.{service} asks kudos of all workspaces")
        watch.found.clear()
    seen = watch.seen
    with pytest.raises(LookupError):
        await store.read(view_workspace, "T0NOBODY")
    await store.read(_of_a_test, None)
    assert watch.seen > seen
    assert watch.found == []
    no_query_walks_through_a_workspace.found.clear()  # which has seen them too, on SQLite


def _of_a_test(connection: Connection, _request: None, _now: datetime) -> None:
    """Ask for everything, as a test may."""
    connection.execute(select(kudos.c.reason, kudos.c.kudos_id, kudos.c.giver_id))
