"""The Web API's front door: tokens, scopes, faults, the form of answers."""

import asyncio
import time
from contextlib import suppress

from aiohttp import web

from bot.sandbox import api_chat, api_conversations, api_files, api_people, api_views
from bot.sandbox.api_arguments import Arguments, Method, check_scopes
from bot.sandbox.api_reading import check_arguments, read_call, tell_misuse
from bot.sandbox.doors import cut
from bot.sandbox.faults import Fault
from bot.sandbox.hub import Hub
from bot.sandbox.model import ApiCall, Json, SlackError
from bot.sandbox.scopes import METHOD_SCOPES


async def _api_test(_hub: Hub, arguments: Arguments) -> Json:
    if "error" in arguments:
        raise SlackError(arguments.string("error"))
    return {"args": dict(arguments.values)}


async def _auth_test(hub: Hub, arguments: Arguments) -> Json:
    workspace = hub.workspace
    return {
        "url": f"{workspace.app['base_url']}/",
        "team": workspace.team["name"],
        "user": workspace.users[workspace.bot_user_id].handle,
        "team_id": workspace.team["id"],
        "user_id": workspace.bot_user_id,
        "bot_id": workspace.app["bot_id"],
        "is_enterprise_install": False,
        **hub.oauth.identity(arguments.token),
    }


async def _auth_teams(hub: Hub, _arguments: Arguments) -> Json:
    return {"teams": hub.oauth.teams(), "response_metadata": {"next_cursor": ""}}


async def _auth_revoke(hub: Hub, arguments: Arguments) -> Json:
    hub.oauth.revoke(arguments.token)
    return {"revoked": True}


async def _oauth_access(hub: Hub, arguments: Arguments) -> Json:
    # The credentials of the app stand where otherwise a token does, or among the arguments.
    client_id, _, client_secret = arguments.token.partition(":")
    return hub.oauth.exchange(
        arguments.values,
        client_id or str(arguments.get("client_id") or ""),
        client_secret or str(arguments.get("client_secret") or ""),
    )


async def _apps_uninstall(hub: Hub, arguments: Arguments) -> Json:
    given = [str(arguments.get(name) or "") for name in ("client_id", "client_secret")]
    hub.oauth.check_credentials(*given)
    await hub.oauth.uninstall()
    return {}


async def _connections_open(hub: Hub, _arguments: Arguments) -> Json:
    if hub.holds_sockets:
        raise SlackError("internal_error")
    base = hub.workspace.app["base_url"].replace("http", "ws", 1)
    return {"url": f"{base}/link/?ticket={hub.sockets.issue_ticket()}&app_id=sandbox"}


async def _complete_step(hub: Hub, arguments: Arguments) -> Json:
    outputs = arguments.get("outputs")
    if not isinstance(outputs, dict):
        raise SlackError("invalid_arguments")
    hub.steps.complete(arguments.string("function_execution_id"), outputs)
    return {}


async def _fail_step(hub: Hub, arguments: Arguments) -> Json:
    error = arguments.string("error")
    hub.steps.fail(arguments.string("function_execution_id"), error)
    return {}


METHODS: dict[str, Method] = {
    "api.test": _api_test,
    "auth.revoke": _auth_revoke,
    "apps.uninstall": _apps_uninstall,
    "auth.teams.list": _auth_teams,
    "auth.test": _auth_test,
    "oauth.v2.access": _oauth_access,
    "apps.connections.open": _connections_open,
    "functions.completeSuccess": _complete_step,
    "functions.completeError": _fail_step,
    **api_chat.METHODS,
    **api_conversations.METHODS,
    **api_people.METHODS,
    **api_views.METHODS,
    **api_files.METHODS,
}


class WebApi:
    """Answers `/api/<method>` as Slack does."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call, or misbehave as a fault says."""
        if self._hub.is_down:
            return cut(request)
        name = request.match_info["method"]
        refused: SlackError | None = None
        try:
            values, token = await read_call(request, name)
        except SlackError as error:
            values, token, refused = {}, "", error
        call = ApiCall(name, time.monotonic(), values, request.method)
        self._hub.calls.append(call)
        if refused is not None:
            return self._answer(call, _refusal(name, refused))
        fault = self._take_fault(call)
        if fault is None:
            return self._answer(call, await self._run(call, token))
        return await self._misbehave(request, call, token, fault)

    def _take_fault(self, call: ApiCall) -> Fault | None:
        if not self._hub.faults.are_waiting:
            return None
        channel = str(call.arguments.get("channel", ""))
        names = {channel}
        if found := self._hub.workspace.find_channel(channel):
            names |= {found.id, found.name}
        if user := self._hub.workspace.find_user(channel):
            names |= {user.id, user.handle, f"@{user.handle}"}
        return self._hub.faults.take(call.method, names)

    async def _misbehave(
        self, request: web.Request, call: ApiCall, token: str, fault: Fault
    ) -> web.StreamResponse:
        if fault.kind == "slow":
            await self._hub.faults.report(call.method)
            with suppress(TimeoutError):
                async with asyncio.timeout(fault.seconds):
                    await self._hub.faults.hang()
            return self._answer(call, await self._run(call, token))
        if fault.kind in {"hang_after", "drop_after"}:
            await self._run(call, token)
        call.error = fault.kind
        await self._hub.faults.report(call.method)
        if fault.kind.startswith("hang"):
            await self._hub.faults.hang()
        if fault.kind.startswith(("hang", "drop")):
            return cut(request)
        if fault.kind == "http_500":
            call.status = web.HTTPInternalServerError.status_code
            return web.Response(status=call.status, text="Internal Server Error")
        if fault.kind == "ratelimited":
            call.status = web.HTTPTooManyRequests.status_code
            call.error = "ratelimited"
            return web.json_response(
                {"ok": False, "error": "ratelimited"},
                status=call.status,
                headers={"Retry-After": str(fault.retry_after)},
            )
        return self._answer(call, {"ok": False, "error": fault.error, **fault.details})

    async def _run(self, call: ApiCall, token: str) -> Json:
        try:
            arguments = Arguments(call.arguments, token)
            self._check_token(call.method, token, arguments.optional("team_id"))
            check_arguments(call.method, call.arguments)
            result = await METHODS[call.method](self._hub, arguments)
        except SlackError as error:
            return _refusal(call.method, error)
        return {"ok": True, **result}

    def _check_token(self, method: str, token: str, team_id: str | None) -> None:
        if method in {"api.test", "oauth.v2.access"}:
            return
        if not token:
            raise SlackError("not_authed")
        app = self._hub.workspace.app
        is_ours = token in {app["bot_token"], app["app_token"]} or self._hub.oauth.check(
            token, method, team_id
        )
        if not is_ours and not self._hub.steps.allows(token):
            raise SlackError("invalid_auth")
        needs_app_token = method == "apps.connections.open"
        if needs_app_token != (token == app["app_token"]):
            raise SlackError("not_allowed_token_type")
        check_scopes(self._hub, METHOD_SCOPES.get(method, ()))

    def _answer(self, call: ApiCall, body: Json) -> web.Response:
        call.status = web.HTTPOk.status_code
        call.error = body.get("error")
        scopes = ",".join(sorted(self._hub.manifest.scopes))
        headers = {"X-OAuth-Scopes": scopes, "X-Slack-Req-Id": "sandbox"}
        return web.json_response(body, headers=headers)


def _refusal(method: str, error: SlackError) -> Json:
    tell_misuse(method, error)
    return {"ok": False, "error": error.error, **error.details}
