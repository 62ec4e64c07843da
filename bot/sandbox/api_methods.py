"""What Slack's documentation says of each method: verb, arguments, whether it reads JSON.

See docs.slack.dev/reference/methods/<method> for each. A method that is documented as GET may be
called by POST as well; one that is documented as POST answers `insecure_request` to GET. Slack
leaves most arguments that it does not know unread; here they are refused, so that a misspelt one is
found.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class MethodFacts:
    """How one method may be called."""

    verb: str
    arguments: frozenset[str]
    reads_json: bool = False


# Any call may name the workspace; Slack's own SDKs add it to every one.
EVERYWHERE = frozenset({"team_id"})
PAGES = "cursor limit"


def _get(arguments: str = "") -> MethodFacts:
    return MethodFacts("GET", frozenset(arguments.split()) | EVERYWHERE)


def _post(arguments: str = "") -> MethodFacts:
    return MethodFacts("POST", frozenset(arguments.split()) | EVERYWHERE)


def _json(arguments: str = "") -> MethodFacts:
    return MethodFacts("POST", frozenset(arguments.split()) | EVERYWHERE, reads_json=True)


MESSAGE = "channel text blocks attachments markdown_text parse link_names thread_ts as_user"
LOOK = "username icon_emoji icon_url"

METHOD_FACTS: dict[str, MethodFacts] = {
    "api.test": _json("error foo"),
    "apps.connections.open": _json(),
    "apps.uninstall": _get("client_id client_secret"),
    "auth.revoke": _get("test"),
    "auth.teams.list": _post(f"{PAGES} include_icon"),
    "auth.test": _json(),
    "bots.info": _get("bot"),
    "chat.delete": _json("channel ts as_user"),
    "chat.getPermalink": _get("channel message_ts"),
    "chat.postEphemeral": _json(f"{MESSAGE} {LOOK} user"),
    "chat.postMessage": _json(
        f"{MESSAGE} {LOOK} metadata mrkdwn reply_broadcast unfurl_links unfurl_media"
    ),
    "chat.update": _json(
        "channel ts text blocks attachments markdown_text metadata parse link_names as_user "
        "reply_broadcast file_ids unfurl_links unfurl_media"
    ),
    "conversations.history": _get(f"channel {PAGES} oldest latest inclusive include_all_metadata"),
    "conversations.info": _get("channel include_locale include_num_members"),
    "conversations.join": _json("channel"),
    "conversations.list": _get(f"{PAGES} types exclude_archived"),
    "conversations.members": _get(f"channel {PAGES}"),
    "conversations.open": _json("channel users return_im prevent_creation"),
    "conversations.replies": _get(
        f"channel ts {PAGES} oldest latest inclusive include_all_metadata"
    ),
    "emoji.list": _get("include_categories"),
    "files.completeUploadExternal": _json(
        "files channel_id channels initial_comment blocks thread_ts"
    ),
    "files.getUploadURLExternal": _post("filename length alt_txt snippet_type"),
    "files.info": _get(f"file count page {PAGES}"),
    "functions.completeError": _json("function_execution_id error"),
    "functions.completeSuccess": _json("function_execution_id outputs"),
    "oauth.v2.access": _post(
        "client_id client_secret code code_verifier grant_type redirect_uri refresh_token"
    ),
    "reactions.add": _json("channel name timestamp"),
    "reactions.get": _get("channel timestamp file file_comment full"),
    "reactions.remove": _json("channel name timestamp file file_comment"),
    "team.info": _get("team domain"),
    "usergroups.list": _get("include_count include_disabled include_users"),
    "usergroups.users.list": _get("usergroup include_disabled"),
    "users.conversations": _get(f"{PAGES} types exclude_archived user"),
    "users.info": _get("user include_locale"),
    "users.list": _get(f"{PAGES} include_locale"),
    "views.open": _json("view trigger_id interactivity_pointer"),
    "views.publish": _json("view user_id hash"),
    "views.push": _json("view trigger_id interactivity_pointer"),
    "views.update": _json("view view_id external_id hash"),
}
