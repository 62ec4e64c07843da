"""How the product calls Slack, over whatever it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox import Delivery

if TYPE_CHECKING:
    import pytest

    from bot.app import KudosApp
    from bot.sandbox import Sandbox

ASKED = frozenset({"emoji.list", "usergroups.users.list", "users.list", "views.publish"})


async def test_slack_may_say_that_it_holds_events_back(
    slack: Sandbox, app: KudosApp, capsys: pytest.CaptureFixture[str]
) -> None:
    """That is a callback of its own kind, without an event in it."""
    payload = {
        "token": "x",
        "type": "app_rate_limited",
        "team_id": slack.team_id,
        "minute_rate_limited": 1_780_000_000,
        "api_app_id": slack.app_id,
    }
    delivery = Delivery("Ev0LIMITED", "events_api", payload)
    await slack.deliver_again(delivery)
    assert delivery.acked
    assert "events_held_back_by_slack" in capsys.readouterr().out
    assert app.workspace is not None


async def test_whatever_is_asked_of_slack_goes_by_post(slack: Sandbox, app: KudosApp) -> None:
    """Many methods refuse GET, and what stands in an address ends up in logs on the way."""
    ada = slack.person("ada")
    newcomer = slack.add_user({"handle": "nova", "name": "Nova", "real_name": "Nova Nine"})
    await slack.pending()
    for line in (
        f"/kudos @{newcomer.handle} for the calm release",
        "/kudos @platform for the calm release",
    ):
        await ada.types(line)
    await ada.opens_home()
    await slack.person("bo").sees_soon(lambda one: "calm release" in one.all_text)
    assert app is not None
    assert {call.verb for call in slack.calls} == {"POST"}
    assert {call.method for call in slack.calls} >= ASKED
