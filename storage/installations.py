"""Installations and their tokens, which come and go encrypted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, exists, func, or_, select

from bot.domain.installations import (
    REFRESH_AGAIN_AFTER,
    REFRESH_AT_ONCE,
    REFRESH_BEFORE,
    REFRESH_LEASE,
    EncryptedTokens,
    Installation,
    InstallationStatus,
    RefreshClaimed,
)
from bot.domain.outbox import LEASE, NO_TOKEN
from storage.engine.statements import Statement
from storage.outbox import SENDING, UNSETTLED, WAITING
from storage.tables.installations import deletions, installations
from storage.tables.schema import outbox, workspaces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from bot.domain.installations import Cover, Install, NotRefreshed, Refreshed
    from storage.engine.store import Connection

_ORG = installations.alias("org")
# A workspace has a token of its own, or its organization has one for it.
_HOLDER = case(
    (installations.c.bot_token.is_not(None), installations.c.team_id), else_=_ORG.c.team_id
)
_WITH_ORG = installations.outerjoin(
    _ORG,
    and_(installations.c.bot_token.is_(None), _ORG.c.team_id == installations.c.enterprise_id),
)
_IS_LIVE = and_(
    installations.c.ended_at.is_(None),
    or_(
        installations.c.bot_token.is_not(None),
        and_(_ORG.c.bot_token.is_not(None), _ORG.c.ended_at.is_(None)),
    ),
)
_IS_BEING_DELETED = exists().where(deletions.c.team_id == installations.c.team_id)
_FIND = (
    select(
        installations.c.team_id,
        _HOLDER.label("token_of"),
        installations.c.enterprise_id,
        installations.c.name,
        installations.c.is_org_wide,
        *(
            func.coalesce(installations.c[name], _ORG.c[name]).label(name)
            for name in ("bot_token", "token_expires_at")
        ),
        *(
            case(
                (installations.c.bot_token.is_not(None), installations.c[name]),
                else_=_ORG.c[name],
            ).label(name)
            for name in ("bot_user_id", "scopes", "token_number")
        ),
        exists().where(workspaces.c.team_id == installations.c.team_id).label("is_known"),
    )
    .select_from(_WITH_ORG)
    .where(installations.c.team_id == bindparam("of_team"), _IS_LIVE, ~_IS_BEING_DELETED)
)
_AWAY = select(installations.c.team_id).select_from(_WITH_ORG).where(~_IS_LIVE)
_DELETED = select(deletions.c.team_id)


def _install(insert: Any) -> Any:
    statement = insert(installations)
    kept = {"team_id", "token_number"}
    return statement.on_conflict_do_update(
        index_elements=["team_id"],
        set_={
            **{
                column.name: statement.excluded[column.name]
                for column in installations.c
                if column.name not in kept
            },
            "token_number": installations.c.token_number + 1,
        },
    )


_INSTALL = Statement(_install)


def save_installation(connection: Connection, request: Install, now: datetime) -> None:
    """Store an installation; one that was there before is replaced, its token above all."""
    _save(
        connection,
        team_id=request.team_id,
        enterprise_id=request.enterprise_id,
        is_org_wide=request.is_org_wide,
        name=request.name,
        app_id=request.app_id,
        bot_user_id=request.bot_user_id,
        installer_id=request.installer_id,
        scopes=list(request.scopes),
        bot_token=request.bot_token,
        refresh_token=request.refresh_token,
        token_expires_at=request.token_expires_at,
        installed_at=now,
    )


def save_cover(connection: Connection, request: Cover, now: datetime) -> None:
    """Store that a workspace is served by the token of its organization."""
    _save(
        connection,
        team_id=request.team_id,
        enterprise_id=request.enterprise_id,
        is_org_wide=False,
        name="",
        app_id="",
        bot_user_id="",
        scopes=[],
        installed_at=request.told_at or now,
    )


def _save(connection: Connection, **values: Any) -> None:
    empty = dict.fromkeys(column.name for column in installations.c)
    _INSTALL.run(connection, empty | {"token_number": 1} | values)


def find_workspaces_of(connection: Connection, enterprise_id: str) -> list[str]:
    """Returns the workspaces of an organization in which Kudos is installed."""
    found = connection.execute(
        select(installations.c.team_id)
        .where(installations.c.enterprise_id == enterprise_id)
        .where(installations.c.ended_at.is_(None), installations.c.is_org_wide.is_(False))
        .order_by(installations.c.team_id)
    )
    return list(found.scalars())


def find_bots(connection: Connection, user_ids: Iterable[str]) -> dict[str, str]:
    """Returns those of these users that are Kudos itself somewhere, with the workspace."""
    rows = connection.execute(
        select(installations.c.bot_user_id, installations.c.team_id)
        .where(installations.c.bot_user_id.in_(sorted(user_ids)))
        .where(installations.c.ended_at.is_(None))
    )
    return {row.bot_user_id: row.team_id for row in rows}


def find_installation(connection: Connection, team_id: str) -> Installation | None:
    """Return with which token to act in a workspace; None where there is none."""
    row = connection.execute(_FIND, {"of_team": team_id}).one_or_none()
    if row is None:
        return None
    return Installation(
        team_id=row.team_id,
        token_of=row.token_of,
        enterprise_id=row.enterprise_id,
        name=row.name,
        bot_user_id=row.bot_user_id,
        scopes=tuple(row.scopes),
        bot_token=row.bot_token,
        token_number=row.token_number,
        token_expires_at=row.token_expires_at,
        is_org_wide=row.is_org_wide,
        is_known=row.is_known,
    )


def find_row(connection: Connection, team_id: str) -> Any | None:
    """Return what is stored of an installation, ended or not, and keep others from changing it."""
    found = select(installations).where(installations.c.team_id == team_id).with_for_update()
    return connection.execute(found).one_or_none()


def find_installation_for_good(connection: Connection, team_id: str) -> Installation | None:
    """Return the same as `find_installation`, and keep it so until the transaction ends."""
    row = find_row(connection, team_id)
    if row is not None and row.bot_token is None and row.enterprise_id is not None:
        find_row(connection, row.enterprise_id)
    return find_installation(connection, team_id)


def find_covered(connection: Connection, enterprise_id: str) -> list[str]:
    """Return the workspaces that the token of an organization serves."""
    return list(
        connection.execute(
            select(installations.c.team_id)
            .where(installations.c.enterprise_id == enterprise_id)
            .where(installations.c.bot_token.is_(None), installations.c.ended_at.is_(None))
            .order_by(installations.c.team_id)
        ).scalars()
    )


def find_away(connection: Connection) -> set[str]:
    """Return the workspaces that Kudos has been taken from, or whose data is being deleted.

    A workspace whose token is in the settings has no row here, and so is not among them.
    """
    return {*connection.execute(_AWAY).scalars(), *connection.execute(_DELETED).scalars()}


def end(connection: Connection, team_ids: Iterable[str], at: datetime) -> None:
    """Store that Kudos has no access to these workspaces, or organizations, any more."""
    connection.execute(
        installations.update()
        .where(installations.c.team_id.in_(sorted(team_ids)), installations.c.ended_at.is_(None))
        .values(ended_at=at, refreshing_until=None)
    )


def forget_if_ended(connection: Connection, team_id: str) -> None:
    """Drop what is known of an installation that has ended: another token serves the workspace."""
    connection.execute(
        installations.delete().where(
            installations.c.team_id == team_id, installations.c.ended_at.is_not(None)
        )
    )


def set_name(connection: Connection, team_id: str, name: str) -> None:
    """Store what a workspace is called."""
    connection.execute(
        installations.update().where(installations.c.team_id == team_id).values(name=name)
    )


def wake_messages(connection: Connection, team_ids: Iterable[str], now: datetime) -> None:
    """Have what has waited for a token sent now."""
    # What is in doubt stays marked as being sent. No claim reaches further than a lease.
    waits_in_doubt = and_(outbox.c.last_error == NO_TOKEN, outbox.c.due_at > now + LEASE)
    # Found among what is to be sent; by the workspace alone, it would be all that ever was.
    of_teams = func.coalesce(outbox.c.team_id, "").in_(sorted(team_ids))
    connection.execute(
        outbox.update()
        .where(UNSETTLED, of_teams, outbox.c.due_at > now)
        .where(or_(outbox.c.state == WAITING, and_(outbox.c.state == SENDING, waits_in_doubt)))
        .values(due_at=now)
    )


# -- New tokens for old ones -------------------------------------------------------------------


def claim_refresh(connection: Connection, now: datetime) -> list[RefreshClaimed]:
    """Take on the tokens that end soon and that no other process is about to refresh."""
    until = now + REFRESH_LEASE
    due = (
        select(installations.c.team_id)
        .where(
            installations.c.refresh_token.is_not(None),
            installations.c.token_expires_at <= now + REFRESH_BEFORE,
            installations.c.ended_at.is_(None),
            installations.c.fault.is_(None),
            or_(
                installations.c.refreshing_until.is_(None), installations.c.refreshing_until <= now
            ),
        )
        .order_by(installations.c.token_expires_at)
        .limit(REFRESH_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    claimed = connection.execute(
        installations.update()
        .where(installations.c.team_id.in_(due))
        .values(refreshing_until=until)
        .returning(
            installations.c.team_id, installations.c.refresh_token, installations.c.token_number
        )
    )
    return [
        RefreshClaimed(row.team_id, row.refresh_token, row.token_number, until) for row in claimed
    ]


def settle_refreshed(connection: Connection, refreshed: Refreshed, now: datetime) -> bool:
    """Store new tokens; False where others were stored meanwhile, which are newer."""
    settled = connection.execute(
        installations.update()
        .where(_of_claim(refreshed.claimed))
        .values(
            bot_token=refreshed.bot_token,
            refresh_token=refreshed.refresh_token,
            token_expires_at=refreshed.token_expires_at,
            token_number=installations.c.token_number + 1,
            # However short the new one lives, nobody asks for the next one at once.
            refreshing_until=now + REFRESH_AGAIN_AFTER,
        )
    )
    return settled.rowcount == 1


def settle_not_refreshed(connection: Connection, request: NotRefreshed, now: datetime) -> bool:
    """Give the claim back for another try, or note that there will be no new token."""
    again_at = None if request.fault else now + REFRESH_AGAIN_AFTER
    settled = connection.execute(
        installations.update()
        .where(_of_claim(request.claimed))
        .values(refreshing_until=again_at, fault=request.fault)
    )
    return settled.rowcount == 1


def _of_claim(claimed: RefreshClaimed) -> Any:
    # Whoever has stored a token since, by refreshing or by a new installation, has the newer one.
    return and_(
        installations.c.team_id == claimed.team_id,
        installations.c.token_number == claimed.token_number,
        installations.c.ended_at.is_(None),
    )


# -- For the operator --------------------------------------------------------------------------


def find_statuses(connection: Connection) -> list[InstallationStatus]:
    """Return how every installation is."""
    rows = connection.execute(select(installations).order_by(installations.c.team_id))
    return [
        InstallationStatus(
            team_id=row.team_id,
            name=row.name,
            scopes=tuple(row.scopes),
            is_org_wide=row.is_org_wide,
            is_covered=row.bot_token is None,
            ended_at=row.ended_at,
            fault=row.fault,
            token_expires_at=row.token_expires_at,
            enterprise_id=row.enterprise_id,
        )
        for row in rows
    ]


def find_encrypted_tokens(connection: Connection) -> list[EncryptedTokens]:
    """Return every stored token; nobody changes one until the transaction ends."""
    rows = connection.execute(
        select(installations.c.team_id, installations.c.bot_token, installations.c.refresh_token)
        .where(installations.c.bot_token.is_not(None))
        .order_by(installations.c.team_id)
    )
    return [EncryptedTokens(*row) for row in rows]


def reencrypt(connection: Connection, anew: Callable[[str, str], str]) -> int:
    """Replace every stored token by what `anew` makes of it; return how many installations."""
    connection.execute(select(installations.c.team_id).with_for_update())
    encrypted = find_encrypted_tokens(connection)
    for each in encrypted:
        refresh = each.refresh_token
        connection.execute(
            installations.update()
            .where(installations.c.team_id == each.team_id)
            .values(
                bot_token=anew(each.team_id, each.bot_token),
                refresh_token=None if refresh is None else anew(each.team_id, refresh),
            )
        )
    return len(encrypted)
