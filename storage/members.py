"""The people of a workspace, their groups, and the channels that Kudos has met."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, bindparam, case, cast, false, or_, select

from bot.domain.members import Member, Reader
from bot.domain.preferences import Preferences
from storage.engine.statements import Row, Statement
from storage.tables.schema import channels, members, notices, user_groups

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from storage.engine.store import Connection

_TOLD = [name for name in Member.__dataclass_fields__ if name != "preferences"]  # by Slack
_AMONG = (
    members.c.team_id == bindparam("team_id"),
    members.c.user_id.in_(bindparam("user_ids", expanding=True)),
)
_FIND = Statement(
    select(
        *(members.c[name] for name in _TOLD),
        cast(members.c.preferences, Text).label("preferences"),
    ).where(*_AMONG)
)
_NAMES = Statement(select(members.c.user_id, members.c.display_name).where(*_AMONG))
_GROUPS = Statement(
    select(user_groups).where(
        user_groups.c.team_id == bindparam("team_id"),
        user_groups.c.group_id.in_(bindparam("group_ids", expanding=True)),
    )
)
_CHANNEL = Statement(
    select(channels.c.is_public).where(
        channels.c.team_id == bindparam("team_id"), channels.c.channel_id == bindparam("channel_id")
    )
)


def _save_member(insert: Any) -> Any:
    statement = insert(members)
    key = ["team_id", "user_id"]
    told = {name: statement.excluded[name] for name in (*_TOLD, "updated_at") if name not in key}
    # What somebody had erased does not come back with the next thing that Slack tells.
    is_erased = members.c.erased_at.is_not(None)
    # Slack does not tell the language each time; what it told before still holds.
    told["locale"] = case((told["locale"] == "", members.c.locale), else_=told["locale"])
    for name in ("display_name", "locale", "time_zone"):
        told[name] = case((is_erased, members.c[name]), else_=told[name])
    return statement.on_conflict_do_update(index_elements=key, set_=told)


def _save_group(insert: Any) -> Any:
    statement = insert(user_groups)
    return statement.on_conflict_do_update(
        index_elements=["team_id", "group_id"],
        set_={name: statement.excluded[name] for name in ("user_ids", "updated_at")},
    )


def _save_channel(insert: Any) -> Any:
    statement = insert(channels)
    return statement.on_conflict_do_update(
        index_elements=["team_id", "channel_id"],
        set_={name: statement.excluded[name] for name in ("is_public", "updated_at")},
    )


def _notice(insert: Any) -> Any:
    statement = insert(notices)
    return statement.on_conflict_do_update(
        index_elements=["team_id", "user_id", "kind"],
        set_={"noticed_at": statement.excluded.noticed_at},
        where=notices.c.noticed_at <= bindparam("not_since", type_=notices.c.noticed_at.type),
    ).returning(notices.c.user_id)


_SAVE_MEMBER = Statement(_save_member)
_SAVE_GROUP = Statement(_save_group)
_SAVE_CHANNEL = Statement(_save_channel)
_NOTICE = Statement(_notice)


def find_members(
    connection: Connection, team_id: str, user_ids: Iterable[str]
) -> dict[str, Member]:
    """Return those of these people whom the store knows, by id."""
    rows = _FIND.all(connection, {"team_id": team_id, "user_ids": sorted(set(user_ids))})
    return {row.user_id: _found(row) for row in rows}


@lru_cache(maxsize=2048)  # the same people are looked up again and again
def _found(row: Row) -> Member:
    return member_of(row._replace(preferences=json.loads(row.preferences)))


def member_of(row: Row) -> Member:
    """Return a person from their row; the language that they chose goes before Slack's."""
    told = {name: getattr(row, name) for name in _TOLD}
    preferences = preferences_from(row.preferences)
    told["locale"] = preferences.locale or row.locale
    return Member(**told, preferences=preferences)


def preferences_from(stored: dict[str, Any]) -> Preferences:
    """Return choices from their stored form; names unknown to this version are passed over."""
    known = {name: stored[name] for name in Preferences.__dataclass_fields__ if name in stored}
    return Preferences(**known)


def find_preferences(
    connection: Connection, team_id: str, user_ids: Iterable[str]
) -> dict[str, Preferences]:
    """Return what those of these people chose whom the store knows, by id."""
    known = find_members(connection, team_id, user_ids)
    return {user_id: member.preferences for user_id, member in known.items()}


def names_of(connection: Connection, team_id: str, user_ids: Iterable[str]) -> dict[str, str]:
    """Return the names of those of these people whom the store knows, by id."""
    rows = _NAMES.all(connection, {"team_id": team_id, "user_ids": sorted(set(user_ids))})
    return {row.user_id: row.display_name for row in rows}


def find_all_names(connection: Connection, team_id: str) -> list[tuple[str, str]]:
    """Return everybody's id and name; who had theirs erased has an empty one."""
    shown = case((members.c.erased_at.is_(None), members.c.display_name), else_="")
    rows = connection.execute(select(members.c.user_id, shown).where(members.c.team_id == team_id))
    return [(user_id, name) for user_id, name in rows]


def find_called(connection: Connection, team_id: str, parts: Sequence[str]) -> list[Member]:
    """Returns those whose name has one of these parts; they have no preferences with them."""
    has_one = [members.c.display_name.icontains(part, autoescape=True) for part in parts]
    rows = connection.execute(
        select(*(members.c[name] for name in _TOLD))
        .where(members.c.team_id == team_id, or_(false(), *has_one))
        .where(members.c.erased_at.is_(None))
    )
    return [Member(**row) for row in rows.mappings()]


def find_reader(
    connection: Connection, team_id: str, user_id: str, others: Iterable[str] = ()
) -> Reader:
    """Return somebody's language, and the names of theirs and of others."""
    return reader_among(find_members(connection, team_id, [user_id, *others]), user_id)


def reader_among(known: Mapping[str, Member], user_id: str) -> Reader:
    """Return somebody's language, and the names of all these people."""
    return Reader(
        known[user_id].locale if user_id in known else None,
        {known_id: member.display_name for known_id, member in known.items()},
    )


def save_members(connection: Connection, people: Sequence[Member], now: datetime) -> None:
    """Store what Slack tells of people, sorted, so that no two of these block each other."""
    each = {(member.team_id, member.user_id): member for member in people}
    _SAVE_MEMBER.run_many(
        connection,
        [
            {name: getattr(member, name) for name in _TOLD}
            | {"first_seen_at": now, "updated_at": now}
            for _, member in sorted(each.items())
        ],
    )


def find_groups(
    connection: Connection, team_id: str, group_ids: Iterable[str], *, since: datetime
) -> dict[str, tuple[str, ...]]:
    """Return the members of those of these groups of which Slack has told since that moment."""
    rows = _GROUPS.all(connection, {"team_id": team_id, "group_ids": sorted(set(group_ids))})
    return {row.group_id: tuple(row.user_ids) for row in rows if row.updated_at >= since}


def save_group(
    connection: Connection, team_id: str, group_id: str, user_ids: Sequence[str], now: datetime
) -> None:
    """Store who is in a user group."""
    _SAVE_GROUP.run(
        connection,
        {"team_id": team_id, "group_id": group_id, "user_ids": list(user_ids), "updated_at": now},
    )


def forget_group(connection: Connection, team_id: str, group_id: str) -> None:
    """Have Slack asked again who is in a user group."""
    connection.execute(
        user_groups.delete().where(
            user_groups.c.team_id == team_id, user_groups.c.group_id == group_id
        )
    )


def find_channel_is_public(connection: Connection, team_id: str, channel_id: str) -> bool | None:
    """Return whether everybody in the workspace may read a channel; None if it is not known."""
    found: bool | None = _CHANNEL.scalar(connection, {"team_id": team_id, "channel_id": channel_id})
    return found


def save_channel(
    connection: Connection, team_id: str, channel_id: str, *, is_public: bool, now: datetime
) -> None:
    """Store whether everybody in the workspace may read a channel."""
    _SAVE_CHANNEL.run(
        connection,
        {"team_id": team_id, "channel_id": channel_id, "is_public": is_public, "updated_at": now},
    )


def may_notice(
    connection: Connection,
    team_id: str,
    user_id: str,
    kind: str,
    *,
    not_since: datetime,
    now: datetime,
) -> bool:
    """Return True, and remember it, unless the person was told of this kind since that moment."""
    told = _NOTICE.first(
        connection,
        {
            "team_id": team_id,
            "user_id": user_id,
            "kind": kind,
            "noticed_at": now,
            "not_since": not_since,
        },
    )
    return told is not None
