"""Whose a payload is: for which installation of Kudos it was sent, and who acts from where.

Only this module reads workspaces and organizations from what Slack sends. In a channel of two
companies Slack names the host's workspace where one would look first, and that of the installation
elsewhere; for an organization it leaves names out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.slack.users import id_in, part_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    Payload = Mapping[str, Any]

ORIGIN = "kudos_origin"  # where the reception notes it in a payload; Slack has no such field
_ORGANIZATION = "E"  # what ids of organizations begin with


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a payload comes from."""

    team_id: str  # the workspace whose store has it; empty where Slack names none
    installed_team_id: str  # the workspace for whose installation Slack has sent it
    enterprise_id: str | None = None  # the organization of the installation
    is_org_wide: bool = False  # installed by the organization, for all its workspaces
    actor_id: str = ""  # empty where nobody acts
    actor_team_id: str = ""  # where the one who acts is at home, as far as the payload says
    is_shared: bool = False  # people of another company see it too, or do it
    workspace_of: Mapping[str, str] = field(default_factory=dict)  # of organizations, as named

    @property
    def holder_id(self) -> str:
        """Whose token it is: the workspace's, or that of its organization."""
        return self.organization_id if self.is_org_wide else self.installed_team_id

    @property
    def organization_id(self) -> str:
        """Who gives the app to workspaces and takes it away."""
        return self.enterprise_id or self.installed_team_id


def origin_of(payload: Payload) -> Origin:
    """Return what the reception has found out about a payload."""
    found: Origin = payload[ORIGIN]
    return found


def team_of(payload: Payload) -> str:
    """Return the workspace whose store has what comes of a payload."""
    return origin_of(payload).team_id


def person_of(payload: Payload) -> tuple[str, str]:
    """Return the workspace and the person of a payload with which somebody acts."""
    origin = origin_of(payload)
    return origin.team_id, origin.actor_id


def read_origin(payload: Payload) -> Origin:
    """Return where a payload comes from, by what it says; nothing in it is trusted to be an id."""
    if isinstance(payload.get("event"), dict):
        return _of_event(payload, payload["event"])
    if "command" in payload and "type" not in payload:
        return _of_command(payload)
    return _of_interaction(payload)


def is_organization(team_id: str) -> bool:
    """Returns whether an id is that of an organization, and of no workspace."""
    return team_id.startswith(_ORGANIZATION)


def _of_command(payload: Payload) -> Origin:
    team_id = id_in(payload.get("team_id"))
    return Origin(
        team_id,
        team_id,
        enterprise_id=id_in(payload.get("enterprise_id")) or None,
        is_org_wide=payload.get("is_enterprise_install") == "true",
        actor_id=id_in(payload.get("user_id")),
        actor_team_id=team_id,  # people of another company can't use commands
    )


def _of_event(payload: Payload, event: Payload) -> Origin:
    """Return the installation: of `authorizations`, else the context, else where it happened.

    With an installation for an organization the first of them is empty, and of the others the one
    counts that is of this organization.
    """
    listed = payload.get("authorizations")
    first = listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], dict) else {}
    team_id, enterprise_id = id_in(first.get("team_id")), id_in(first.get("enterprise_id"))
    outer_team_id = id_in(payload.get("team_id"))
    if not team_id or is_organization(team_id) or "enterprise_id" not in first:
        team_id, enterprise_id = _in_context(payload, team_id, enterprise_id)
    user = event.get("user")
    is_shared = payload.get("is_ext_shared_channel") is True
    is_shared = is_shared or outer_team_id not in {"", team_id, enterprise_id}
    return Origin(
        team_id,
        team_id,
        enterprise_id=enterprise_id or None,
        is_org_wide=first.get("is_enterprise_install") is True,
        actor_id=id_in(user.get("id")) if isinstance(user, dict) else id_in(user),
        # Of reactions Slack does not say it.
        actor_team_id=id_in(event.get("user_team")) or id_in(event.get("team")),
        is_shared=is_shared,
        workspace_of=_workspaces_named(payload) if is_shared else {},
    )


def _in_context(payload: Payload, team_id: str, enterprise_id: str) -> tuple[str, str]:
    """Return the workspace and the organization of what no authorization names in full."""
    places = _places(payload)
    found = _workspace(
        team_id,
        *(team for team, organization in places if enterprise_id and organization == enterprise_id),
        *(team for team, _ in places),
    )
    named = (organization for team, organization in places if organization and found in {"", team})
    enterprise_id = enterprise_id or next(named, "")
    return found or enterprise_id, enterprise_id  # an organization tells something of itself


def _places(payload: Payload) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return the workspace and the organization of the context, and of where it happened."""
    return (
        (id_in(payload.get("context_team_id")), id_in(payload.get("context_enterprise_id"))),
        (id_in(payload.get("team_id")), id_in(payload.get("enterprise_id"))),
    )


def _workspaces_named(payload: Payload) -> Mapping[str, str]:
    return {organization: team for team, organization in _places(payload) if team and organization}


def _of_interaction(payload: Payload) -> Origin:
    """Return the installation: of the view, else `team`, which is null for an organization's.

    In a form `team` is where the one who sends it is at home.
    """
    view, team, user = part_of(payload, "view"), part_of(payload, "team"), part_of(payload, "user")
    actor_team_id = id_in(user.get("team_id"))
    team_id = id_in(view.get("app_installed_team_id")) or id_in(team.get("id"))
    if not team_id or is_organization(team_id):
        pressed_on = part_of(payload, "message") if payload.get("type") == "block_actions" else {}
        team_id = _workspace(
            team_id,
            id_in(team.get("id")),
            id_in(view.get("team_id")),
            id_in(pressed_on.get("team")),  # one of ours
            actor_team_id,
            id_in(payload.get("team_id")),  # as when Slack holds events back
        )
    enterprise_id = id_in(part_of(payload, "enterprise").get("id")) or id_in(
        team.get("enterprise_id")
    )
    return Origin(
        team_id,
        team_id,
        enterprise_id=enterprise_id or None,
        is_org_wide=payload.get("is_enterprise_install") is True,
        actor_id=id_in(user.get("id")),
        actor_team_id=actor_team_id,
        is_shared=actor_team_id not in {"", team_id},
    )


def _workspace(*candidates: str) -> str:
    """Return the first that is a workspace; else the first of all, else an empty text."""
    named = [each for each in candidates if each]
    workspaces = (each for each in named if not is_organization(each))
    return next(workspaces, next(iter(named), ""))
