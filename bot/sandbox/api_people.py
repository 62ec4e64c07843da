"""users.*, usergroups.*, bots.info, team.info and emoji.list: who there is."""

from bot.sandbox.api_arguments import Arguments, Method, get_user, page
from bot.sandbox.hub import Hub
from bot.sandbox.model import Json, SlackError, User
from bot.sandbox.payloads import group_object, user_object


async def list_users(hub: Hub, arguments: Arguments) -> Json:
    """users.list: everybody, deactivated people and bots included."""
    found, metadata = page(list(hub.workspace.users.values()), arguments, needs_limit=True)
    with_locale = arguments.flag("include_locale")
    members = [
        _with_email(hub, user, user_object(user, hub.workspace, with_locale=with_locale))
        for user in found
    ]
    return {"members": members, "response_metadata": metadata}


async def user_info(hub: Hub, arguments: Arguments) -> Json:
    """users.info."""
    user = get_user(hub, arguments.string("user"))
    shown = user_object(user, hub.workspace, with_locale=arguments.flag("include_locale"))
    return {"user": _with_email(hub, user, shown)}


def _with_email(hub: Hub, user: User, shown: Json) -> Json:
    """Addresses need a scope of their own, and those of another company never show."""
    if "users:read.email" in hub.manifest.scopes and not (user.is_stranger or user.is_bot):
        shown["profile"]["email"] = user.email
    return shown


async def list_groups(hub: Hub, arguments: Arguments) -> Json:
    """usergroups.list."""
    with_users = arguments.flag("include_users")
    groups = [
        group_object(group, hub.workspace, with_users=with_users)
        for group in hub.workspace.groups.values()
    ]
    return {"usergroups": groups}


async def list_group_users(hub: Hub, arguments: Arguments) -> Json:
    """usergroups.users.list: deactivated people are not in it."""
    group = hub.workspace.groups.get(arguments.string("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    users = [one for one in group.user_ids if not hub.workspace.users[one].deleted]
    return {"users": users}


async def bot_info(hub: Hub, arguments: Arguments) -> Json:
    """bots.info."""
    bot_id = arguments.optional("bot") or hub.workspace.app["bot_id"]
    for user in hub.workspace.users.values():
        if user.bot_id == bot_id:
            return {
                "bot": {
                    "id": bot_id,
                    "deleted": user.deleted,
                    "name": user.display_name,
                    "updated": user.updated,
                    "app_id": user.app_id,
                    "user_id": user.id,
                    "icons": {},
                }
            }
    raise SlackError("bot_not_found")


async def team_info(hub: Hub, _arguments: Arguments) -> Json:
    """team.info."""
    team = hub.workspace.team
    return {
        "team": {
            "id": team["id"],
            "name": team["name"],
            "domain": team["domain"],
            "email_domain": "",
            "url": f"{hub.workspace.app['base_url']}/",
            "icon": {},
        }
    }


async def list_emoji(hub: Hub, _arguments: Arguments) -> Json:
    """emoji.list: the workspace's own emoji; an alias says which one it stands for."""
    base = hub.workspace.app["base_url"]
    emoji = {
        name: f"alias:{value['alias']}" if "alias" in value else f"{base}/emoji/{name}.svg"
        for name, value in hub.workspace.emoji.items()
    }
    return {"emoji": emoji, "cache_ts": hub.workspace.stamps.next()}


METHODS: dict[str, Method] = {
    "users.list": list_users,
    "users.info": user_info,
    "usergroups.list": list_groups,
    "usergroups.users.list": list_group_users,
    "bots.info": bot_info,
    "team.info": team_info,
    "emoji.list": list_emoji,
}
