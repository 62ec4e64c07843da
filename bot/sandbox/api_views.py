"""views.*: modals and the Home tab."""

from bot.sandbox.api_arguments import Arguments, Method, get_user
from bot.sandbox.hub import Hub
from bot.sandbox.model import Json, SlackError


def _source(arguments: Arguments) -> Json:
    arguments.string("view")
    view = arguments.get("view")
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments")
    return view


async def open_view(hub: Hub, arguments: Arguments) -> Json:
    """views.open."""
    view = hub.modals.open(arguments.string("trigger_id"), _source(arguments))
    return {"view": view.raw}


async def push_view(hub: Hub, arguments: Arguments) -> Json:
    """views.push."""
    view = hub.modals.push(arguments.string("trigger_id"), _source(arguments))
    return {"view": view.raw}


async def update_view(hub: Hub, arguments: Arguments) -> Json:
    """views.update, by view id or external id."""
    view = hub.modals.find(arguments.optional("view_id"), arguments.optional("external_id"))
    return {"view": hub.modals.update(view, _source(arguments), arguments.optional("hash")).raw}


async def publish_view(hub: Hub, arguments: Arguments) -> Json:
    """views.publish: somebody's Home tab."""
    user = get_user(hub, arguments.string("user_id"))
    view = hub.modals.publish(user.id, _source(arguments), arguments.optional("hash"))
    return {"view": view.raw}


METHODS: dict[str, Method] = {
    "views.open": open_view,
    "views.push": push_view,
    "views.update": update_view,
    "views.publish": publish_view,
}
