"""Which address is answered by what."""

from aiohttp import web

from bot.sandbox.api import WebApi
from bot.sandbox.api_files import FileServer
from bot.sandbox.api_reading import tell_misuse
from bot.sandbox.control import Control
from bot.sandbox.doors import answered
from bot.sandbox.guard import guard
from bot.sandbox.hub import Hub
from bot.sandbox.model import SlackError
from bot.sandbox.page_files import serve_index, serve_static

RESPONSE_URL = "response_url"  # by this name a post to one is found among calls, and meets faults
MOST_BODY_BYTES = 32 * 1024 * 1024


def make_application(hub: Hub, host: str) -> web.Application:
    """Return the server, which listens at `host`: Slack's doors, the control API, the page."""
    application = web.Application(client_max_size=MOST_BODY_BYTES)
    guard(application, host)
    api, files = WebApi(hub), FileServer(hub)

    async def respond(request: web.Request) -> web.StreamResponse:
        try:
            body = await request.json()
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)

        async def take() -> web.Response:
            try:
                hub.answers.respond(request.match_info["id"], body)
            except SlackError as error:
                tell_misuse("a post to a response URL", error)
                refused = {"ok": False, "error": error.error, **error.details}
                return web.json_response(refused, status=404)
            return web.Response(text="ok")

        return await answered(hub, request, RESPONSE_URL, body, take)

    application.add_routes(
        [
            web.route("*", "/api/{method}", api.handle),
            web.get("/oauth/v2/authorize", hub.oauth.show),
            web.post("/oauth/v2/authorize", hub.oauth.answer),
            web.get("/link/", hub.sockets.connect),
            web.post("/response/{id}", respond),
            web.post("/upload/{file_id}", files.upload),
            web.get("/files/{file_id}/{name}", files.download),
            web.get("/emoji/{name}.svg", files.emoji),
            *Control(hub).routes(),
            web.get("/", serve_index),
            web.get("/archives/{where:.*}", serve_index),
            web.get("/static/{path:.*}", serve_static),
        ]
    )
    return application
