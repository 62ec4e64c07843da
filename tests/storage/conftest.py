"""Workspaces that no Slack has told of: services are run on the store directly."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from bot.domain.kudos import Audience, GiveKudos, Source
from bot.domain.members import Member
from bot.domain.workspaces import Workspace, WorkspaceSettings
from bot.services.people.members import SeePeople, see_people
from bot.services.settings.workspaces import see_workspace

if TYPE_CHECKING:
    from storage.engine.store import Store

PEOPLE = tuple(f"U0PERSON{number:02}" for number in range(8))
GENERAL = "C0GENERAL1"


Found = Callable[..., Coroutine[Any, Any, "Team"]]


@dataclass
class Team:
    """A workspace with a few people, all of whom every workspace has: ids are the same."""

    store: Store
    team_id: str = field(default_factory=lambda: f"T{uuid4().hex[:12].upper()}")
    time_zone: str = "UTC"
    settings: WorkspaceSettings = field(default_factory=WorkspaceSettings)

    async def founded(self) -> Team:
        """Store the workspace and its people."""
        workspace = Workspace(
            team_id=self.team_id,
            name=self.team_id,
            url=f"https://{self.team_id.lower()}.slack.example/",
            bot_user_id="U0BOT00001",
            time_zone=self.time_zone,
            settings=self.settings,
        )
        people = tuple(
            Member(self.team_id, user_id, f"{user_id} of {self.team_id}") for user_id in PEOPLE
        )
        await self.store.write(see_workspace, workspace)
        await self.store.write(see_people, SeePeople(self.team_id, people))
        return self

    def gift(
        self,
        giver: int = 0,
        receivers: tuple[int, ...] = (1,),
        *,
        points: int = 1,
        value: str | None = None,
        audience: Audience = Audience.PUBLIC,
        natural_key: str | None = None,
    ) -> GiveKudos:
        """Return a request to give; people are named by their number."""
        return GiveKudos(
            team_id=self.team_id,
            natural_key=natural_key or f"command:{uuid4().hex}",
            giver_id=PEOPLE[giver],
            receiver_ids=tuple(PEOPLE[receiver] for receiver in receivers),
            source=Source.COMMAND,
            audience=audience,
            channel_id=GENERAL,
            reason="untangling the release",
            hashtags=() if value is None else (value,),
            amounts=(points,),
        )


@pytest.fixture
def found(store: Store) -> Found:
    """Makes workspaces, each as told."""

    async def make(**facts: Any) -> Team:
        return await Team(store, **facts).founded()

    return make
