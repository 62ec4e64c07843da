"""How long tests wait: one limit for all, so long that a busy machine is no fault of the app.

Whoever waits goes on as soon as what they wait for is there. The product answers Slack within three
seconds, and says that something takes long before that; on a machine that does much else, a test
would meet those sentences at random. So Slack and the app are patient, but in the tests that are
about answers in time: these are marked `in_slacks_time`, and `make` runs them alone.
"""

from __future__ import annotations

import os

import pytest

from bot.sandbox import changes, triggers
from handlers.giving import slash_command, submitting
from handlers.interaction import modals, replies, rights

WAIT_SECONDS = float(
    os.environ.get("KUDOS_TEST_WAIT_SECONDS", "90")  # noqa: TID251 - a setting of the tests
)
SLACKS_SECONDS = 3.0
PATIENT = (
    (replies, "ANSWER_WITHIN_SECONDS"),
    (slash_command, "ANSWER_WITHIN_SECONDS"),
    (rights, "ASK_WITHIN_SECONDS"),
    (modals, "OPEN_WITHIN_SECONDS"),
    (submitting, "ANSWER_WITHIN_SECONDS"),
    (triggers, "TRIGGER_SECONDS"),
)

in_slacks_time = pytest.mark.in_slacks_time
"""For what is about answers in time: nobody is more patient than in earnest, and it runs alone.

The times are Slack's three seconds, and those after which a load balancer or a supervisor acts.
"""

never_answered = pytest.mark.parametrize("patience", [0.5], ids=["soon"])
"""For tests of what is not acknowledged: Slack gives up soon. Nothing else is to be answered."""

changes.PATIENCE_SECONDS = WAIT_SECONDS


def is_in_slacks_time(request: pytest.FixtureRequest) -> bool:
    """Return whether a test is marked so."""
    return request.node.get_closest_marker("in_slacks_time") is not None


def be_patient(patch: pytest.MonkeyPatch) -> None:
    """Have the app and its Slack wait for as long as tests do."""
    for module, name in PATIENT:
        patch.setattr(module, name, WAIT_SECONDS)
