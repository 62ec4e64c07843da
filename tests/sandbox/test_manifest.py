"""The app manifest: what Slack would not take, and names that there are not."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.manifest_checks import manifest_faults
from bot.slack.manifest import distributed, over_http, read_manifest, with_history
from handlers.giving.workflow_step import with_step
from tests.sandbox.manifest import MANIFEST

URL = "https://kudos.example.com"


def with_(path: str, value: Any) -> dict[str, Any]:
    manifest = copy.deepcopy(MANIFEST)
    place: Any = manifest
    *names, last = path.split(".")
    for name in names:
        place = place.setdefault(name, {})
    place[last] = value
    return manifest


STEP: dict[str, Any] = {
    "input_parameters": {"who": {"type": "slack#/types/user_id"}},
    "output_parameters": {},
}
NESTED: dict[str, Any] = STEP | {"input_parameters": {"properties": {}, "required": []}}


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        ("display_information.name", "x" * 36, "display_information.name has more than 35"),
        ("display_information.description", "x" * 141, "more than 140 characters"),
        ("settings.event_subscriptions.bot_events", ["reaction_add"], "no event 'reaction_add'"),
        ("oauth_config.scopes.bot", ["chat.write"], "no scope 'chat.write'"),
        ("oauth_config.scopes.bot", ["commands", "commands"], "asked for twice"),
        ("features.slash_commands", [{"command": "kudos"}], "'kudos' is no command"),
        (
            "features.shortcuts",
            [{"name": "x" * 25, "type": "message", "callback_id": "x"}],
            "name has more than 24 characters",
        ),
        ("functions", {"give": NESTED}, "functions.give.input_parameters is not of"),
    ],
)
def test_a_manifest_that_is_none_is_told(path: str, value: Any, fault: str) -> None:
    [told] = manifest_faults(with_(path, value))
    assert fault in told
    with pytest.raises(ValueError, match="Slack takes no such manifest"):
        Sandbox(with_(path, value))


def test_a_step_may_be_written_flat() -> None:
    assert manifest_faults(with_("functions", {"give": STEP})) == []


def test_every_manifest_of_the_product_is_one() -> None:
    plain = read_manifest()
    several = (plain, with_history(plain), over_http(plain, URL), distributed(plain, URL))
    for manifest in (*several, with_step(plain), with_step(with_history(plain))):
        assert manifest_faults(manifest) == []
