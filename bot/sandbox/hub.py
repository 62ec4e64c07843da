"""The parts of a running sandbox, put together."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.answers import Answers
from bot.sandbox.delivery import Courier
from bot.sandbox.events import Events
from bot.sandbox.faults import Faults
from bot.sandbox.interaction_payloads import InteractionPayloads
from bot.sandbox.interactions import Interactions
from bot.sandbox.manifest import Manifest
from bot.sandbox.modals import Modals
from bot.sandbox.model import ApiCall
from bot.sandbox.oauth import OAuth
from bot.sandbox.posting import Posting
from bot.sandbox.sockets import Sockets
from bot.sandbox.steps import Steps
from bot.sandbox.triggers import ResponseUrls, Triggers
from bot.sandbox.upkeep import Upkeep
from bot.sandbox.workspace import Workspace

FILE_SECONDS = 0.5


@dataclass
class Hub:
    """What the Web API, the control API and the people in tests all work on."""

    workspace: Workspace
    manifest: Manifest
    sockets: Sockets
    courier: Courier
    events: Events
    posting: Posting
    modals: Modals
    answers: Answers
    interactions: Interactions
    steps: Steps
    upkeep: Upkeep
    oauth: OAuth
    faults: Faults = field(default_factory=Faults)
    calls: list[ApiCall] = field(default_factory=list)
    is_down: bool = False
    holds_sockets: bool = False
    file_seconds: float = FILE_SECONDS  # that Slack takes to look at a file


def build_hub(
    workspace: Workspace,
    manifest: Manifest,
    make_courier: Callable[[Sockets, str], Courier],
) -> Hub:
    """Put the parts together; `make_courier` gets the sockets and the signing secret."""
    sockets = Sockets(workspace.app["id"])
    courier = make_courier(sockets, workspace.app["signing_secret"])
    events = Events(workspace, manifest, courier)
    posting = Posting(workspace, events)
    triggers = Triggers()
    urls = ResponseUrls()
    modals = Modals(workspace, manifest, triggers)
    answers = Answers(workspace, posting, urls)
    payloads = InteractionPayloads(workspace, triggers)
    interactions = Interactions(workspace, manifest, courier, modals, answers, urls, payloads)
    return Hub(
        workspace=workspace,
        manifest=manifest,
        sockets=sockets,
        courier=courier,
        events=events,
        posting=posting,
        modals=modals,
        answers=answers,
        interactions=interactions,
        steps=Steps(workspace, manifest, events),
        upkeep=Upkeep(workspace, events),
        oauth=OAuth(workspace, manifest, events),
    )
