"""Nobody's words become markup: what people typed pings nobody, wherever it is shown."""

# ruff: noqa: RUF001 - brackets that only look like Slack's

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.messages.test_all_messages import ISOLATED, TURNS
from tests.watching import app_posts, choose, links, on_sqlite, pings, sends_command, settled

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.engine.store import Store
    from tests.conftest import Clock

HOSTILE = [
    "telling <!channel> and <!here|here> and <!everyone> about it",
    "telling @channel and @here and @everyone about it",
    "asking <!subteam^S0SUPPORT1|@support> and @support to help",
    "helping <@U0CHIDI003> and <@U0EMRE0005|emre> in the night",
    "&lt;!channel&gt; &lt;@U0CHIDI003&gt; &amp;lt;!here&amp;gt;",
    "<http://evil.example|your payslip> is <https://evil.example/login>",
    "<mailto:x@evil.example|write me> and <tel:123|call> and <slack://open>",
    "<!date^1392734382^{date}|<!channel>> and <<!channel>> and <!<!here>>",
    "```<!channel>``` and `<@U0CHIDI003>` and *<!here>* and ~<!everyone>~",
    "\u202e<!channel>\u202c and \u2066<@U0CHIDI003>\u2069 and \u200f@channel\u200e",
    "<\u200b!channel> and <!chan\u200bnel> and <! channel> and <@ U0CHIDI003>",
    "<#C0LEADS005|> and <#C0LEADS005|leads> and <#C0RANDOM02|random>",
    "ending in a bracket <!channel",
    "> quoted\n>>> <!channel>\n```\n<@U0CHIDI003>",
]
OURS = "https://"


async def test_hostile_reasons_ping_nobody_in_posts_direct_messages_and_answers(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, bo, dina = slack.person("ada"), slack.person("bo"), slack.person("dina")
    await choose(store, slack.team_id, allowance=1000)
    workspace_url = app.workspace.url if app.workspace else ""
    for number, reason in enumerate(HOSTILE, start=1):
        clock.advance(minutes=2)
        answer = await sends_command(slack, ada, f"<@{bo.id}> for {reason}")
        assert answer["text"].startswith("You thanked Bo"), answer["text"]
        await settled(store)
        assert len(app_posts(slack, "general")) == len(bo.direct_messages) == number
        post, told = app_posts(slack, "general")[-1], bo.direct_messages[-1]
        assert pings(post) == {ada.id, bo.id}, reason
        assert pings(told) == set(), reason
        assert links(post) == set(), reason
        assert all(link.startswith(workspace_url) for link in links(told)), reason
        for message in (post, told):
            assert not TURNS.search(ISOLATED.sub("", message.all_text))
    for line in ("/kudos history @ada", "/kudos history @bo", "/kudos me"):
        reader = bo if line.endswith("me") else dina
        reply = await reader.types(line)
        assert reply.text.count("\n") >= 3
        assert pings(reply.message) == set()
        assert all(link.startswith(workspace_url) for link in links(reply.message))


@on_sqlite
async def test_markup_typed_by_hand_is_shown_as_it_was_typed(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    reason = "teaching us that 1 < 2 && 3 > 2 <!channel> `code` *stars* &amp;"
    await slack.person("ada").types(f"/kudos @bo for {reason}")
    await settled(store)
    [post] = app_posts(slack, "general")
    escaped = reason.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    shown = escaped.replace("&lt;!channel&gt;", "‹!channel›")
    assert shown in post.text
    assert reason.replace("<!channel>", "‹!channel›") in post.all_text


@on_sqlite
async def test_a_mention_in_the_reason_is_a_name_and_no_ping(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await ada.types("/kudos @bo for helping @ada all day")
    await settled(store)
    [post] = app_posts(slack, "general")
    assert "helping @Ada all day" in post.text
    assert pings(post) == {ada.id, bo.id}


@on_sqlite
async def test_hostile_hashtags_and_unclear_words_ping_nobody_in_the_answer(
    slack: Sandbox, app: KudosApp
) -> None:
    ada = slack.person("ada")
    for text in (
        "<!channel>",
        "leaderboard <!here>",
        "history <!channel> <@U0CHIDI003>",
        "<@U0CHIDI003> for <!channel",
        "undo <@U0CHIDI003> <http://evil.example|x>",
        "@<!channel> for everything they did",
        "@&lt;!channel&gt; for everything they did",
    ):
        await sends_command(slack, ada, text)
        await ada.types("/kudos help")
    answers = [delivery.response or {} for delivery in slack.deliveries]
    for answer in answers:
        text = answer["text"]
        assert "<!channel" not in text
        assert "<!here" not in text
        assert "<@" not in text
        assert "<http" not in text


@on_sqlite
async def test_a_hostile_name_pings_nobody(slack: Sandbox, app: KudosApp, store: Store) -> None:
    slack.update_user("bo", profile={"display_name": "<!channel> <@U0CHIDI003> \u202e|x"})
    await slack.pending()
    ada, bo = slack.person("ada"), slack.person("bo")
    await bo.types("/kudos @ada for untangling the release")
    replies = [
        await ada.types("/kudos @bo for untangling the release"),
        await ada.types("/kudos leaderboard"),
        await ada.types("/kudos leaderboard givers"),
        await ada.types("/kudos history @bo"),
        await ada.types("/kudos me"),
        await ada.types("/kudos undo"),
    ]
    await settled(store)
    for message in [*(reply.message for reply in replies), *ada.direct_messages]:
        assert pings(message) == set()
        assert "&lt;!channel&gt;" in message.text
