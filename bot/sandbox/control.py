"""The control API: what the page (and anything else on this machine) does as a person."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.sandbox.control_objects import (
    conversation_object,
    conversations_of,
    home_for_page,
    message_for_page,
    messages_for,
    stack_for_page,
    workspace_object,
)
from bot.sandbox.hub import Hub
from bot.sandbox.model import Channel, Json, Message, Reply, SlackError, User, View
from bot.sandbox.moments import moment_named, moments_ahead
from bot.sandbox.stream import Stream

DEFAULT_LIMIT = 100
RECENT = 20

Answer = Callable[[Json], Awaitable[Json]]


class Control:
    """One method for each address below `/control/`."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._stream = Stream(hub)

    def routes(self) -> list[web.RouteDef]:
        """Return all addresses; a GET's parameters are its query, a POST's its JSON body."""
        reads: dict[str, Answer] = {
            "workspace": self._workspace,
            "conversations": self._conversations,
            "messages": self._messages,
            "views": self._views,
            "home": self._home,
            "state": self._state,
            "clock": self._clock,
        }
        writes: dict[str, Answer] = {
            "read": self._read,
            "say": self._say,
            "react": self._react,
            "unreact": self._unreact,
            "edit": self._edit,
            "delete": self._delete,
            "dismiss": self._dismiss,
            "join": self._join,
            "act": self._act,
            "shortcut": self._shortcut,
            "options": self._options,
            "submit": self._submit,
            "close": self._close,
            "open-home": self._open_home,
            "step": self._step,
            "group": self._group,
            "clock": self._move_clock,
        }
        return [
            web.get("/control/stream", self._serve_stream),
            *(web.get(f"/control/{name}", _answering(answer)) for name, answer in reads.items()),
            *(web.post(f"/control/{name}", _answering(answer)) for name, answer in writes.items()),
        ]

    # -- Reading ---------------------------------------------------------------------------

    async def _workspace(self, _asked: Json) -> Json:
        return workspace_object(self._hub)

    async def _conversations(self, asked: Json) -> Json:
        return {"conversations": conversations_of(self._hub, self._user(asked))}

    async def _messages(self, asked: Json) -> Json:
        user = self._user(asked)
        return messages_for(
            self._hub,
            user,
            self._channel(asked, user),
            asked.get("thread"),
            asked.get("before"),
            int(asked.get("limit") or DEFAULT_LIMIT),
        )

    async def _views(self, asked: Json) -> Json:
        return stack_for_page(self._hub.workspace, self._user(asked).id)

    async def _home(self, asked: Json) -> Json:
        return home_for_page(self._hub.workspace, self._user(asked).id)

    async def _state(self, _asked: Json) -> Json:
        courier = self._hub.courier
        return {
            "app_connected": self._hub.sockets.count > 0 or courier.event_url is not None,
            "sockets": self._hub.sockets.count,
            "waiting": courier.waiting,
            "deliveries": [
                {"type": one.type, "attempts": one.attempts, "acked": one.acked, "error": one.error}
                for one in courier.deliveries[-RECENT:]
            ],
            "calls": [
                {"method": one.method, "status": one.status, "error": one.error}
                for one in self._hub.calls[-RECENT:]
            ],
        }

    async def _clock(self, asked: Json) -> Json:
        """Say what time it is, and what the person may move it to."""
        return self._time_for(self._user(asked))

    async def _serve_stream(self, request: web.Request) -> web.StreamResponse:
        try:
            user = self._user(dict(request.query))
        except SlackError as error:
            return _refused(error)
        return await self._stream.serve(request, user)

    # -- Writing ---------------------------------------------------------------------------

    async def _read(self, asked: Json) -> Json:
        user = self._user(asked)
        channel = self._channel(asked, user)
        workspace = self._hub.workspace
        workspace.read_until.setdefault(user.id, {})[channel.id] = workspace.stamps.next()
        workspace.save_screen(user.id)
        workspace.changes.tell("conversation", channel_id=channel.id, user_id=user.id)
        return {"conversation": conversation_object(channel, workspace, user)}

    async def _say(self, asked: Json) -> Json:
        user = self._user(asked)
        channel = self._channel(asked, user)
        text, thread_ts = str(asked.get("text") or ""), asked.get("thread_ts")
        if text.startswith("/"):
            reply = await self._hub.interactions.run_command(
                user, channel, text, in_thread=bool(thread_ts)
            )
            return {"kind": "command", **_outcome(reply)}
        if not text.strip():
            raise SlackError("no_text")
        is_app_dm = channel.kind == "dm" and self._hub.workspace.bot_user_id in channel.member_ids
        if is_app_dm and not self._hub.manifest.can_be_written_to:
            raise SlackError("messages_tab_read_only")
        message = self._hub.posting.say(channel, user, text, thread_ts)
        return {"kind": "message", "message": message_for_page(message, self._hub.workspace)}

    async def _react(self, asked: Json) -> Json:
        user, message = self._message(asked)
        self._hub.posting.react(message, user, str(asked.get("name")))
        return {"ok": True}

    async def _unreact(self, asked: Json) -> Json:
        user, message = self._message(asked)
        self._hub.posting.unreact(message, user, str(asked.get("name")))
        return {"ok": True}

    async def _edit(self, asked: Json) -> Json:
        user, message = self._message(asked)
        self._hub.posting.rewrite(message, user, str(asked.get("text") or ""))
        return {"message": message_for_page(message, self._hub.workspace)}

    async def _delete(self, asked: Json) -> Json:
        user, message = self._message(asked)
        self._hub.posting.take_back(message, user)
        return {"ok": True}

    async def _dismiss(self, asked: Json) -> Json:
        _, message = self._message(asked)
        if not message.is_ephemeral:
            raise SlackError("cant_dismiss_message")
        self._hub.posting.delete(message)
        return {"ok": True}

    async def _join(self, asked: Json) -> Json:
        user = self._user(asked)
        channel = self._channel(asked, user)
        if channel.kind != "channel" or user.is_restricted or user.is_stranger:
            raise SlackError("restricted_action")
        self._hub.posting.join(channel, user)
        return {"conversation": conversation_object(channel, self._hub.workspace, user)}

    async def _act(self, asked: Json) -> Json:
        user, target = self._target(asked)
        if isinstance(target, View) and asked.get("values"):
            # What was typed in the other inputs goes along, as Slack sends the whole state.
            self._hub.modals.set_values(
                target, {**target.raw["state"]["values"], **asked["values"]}
            )
        reply = await self._hub.interactions.act(
            user, target, asked["block_id"], asked["action_id"], asked.get("element") or {}
        )
        return _outcome(reply)

    async def _shortcut(self, asked: Json) -> Json:
        user = self._user(asked)
        message = self._message(asked)[1] if asked.get("ts") else None
        callback_id = str(asked.get("callback_id"))
        return _outcome(await self._hub.interactions.use_shortcut(user, callback_id, message))

    async def _options(self, asked: Json) -> Json:
        user, target = self._target(asked)
        return await self._hub.interactions.suggest(
            user, target, asked["block_id"], asked["action_id"], str(asked.get("value") or "")
        )

    async def _submit(self, asked: Json) -> Json:
        user = self._user(asked)
        view = self._view(asked, user)
        # Inputs that the page does not mention keep what they had.
        values = {**view.raw["state"]["values"], **(asked.get("values") or {})}
        reply = await self._hub.interactions.submit(user, view, values)
        body = _outcome(reply)
        if view.errors:
            body["errors"] = view.errors
        return {**body, **stack_for_page(self._hub.workspace, user.id)}

    async def _close(self, asked: Json) -> Json:
        user = self._user(asked)
        view = self._view(asked, user)
        await self._hub.interactions.close(user, view, everything=bool(asked.get("all")))
        return stack_for_page(self._hub.workspace, user.id)

    async def _step(self, asked: Json) -> Json:
        """Run a workflow step; the answer waits for its end."""
        user, inputs = self._user(asked), asked.get("inputs") or {}
        run = await self._hub.steps.run(user, str(asked.get("callback_id")), inputs)
        return {"ok": bool(run.succeeded), "outputs": run.outputs, "error": run.error}

    async def _group(self, asked: Json) -> Json:
        """Say who is in a user group; only people of the workspace can be."""
        self._user(asked)
        group = self._hub.workspace.find_group(str(asked.get("group")))
        users = [self._hub.workspace.find_user(str(one)) for one in asked["user_ids"]]
        if group is None:
            raise SlackError("group_not_found")
        self._hub.upkeep.set_group_members(group, [one.id for one in users if one])
        return {"ok": True}

    async def _move_clock(self, asked: Json) -> Json:
        """Move the time forward for everybody; it never goes back."""
        user, workspace = self._user(asked), self._hub.workspace
        workspace.move_clock(moment_named(workspace, user, asked.get("to")))
        return self._time_for(user)

    def _time_for(self, user: User) -> Json:
        workspace = self._hub.workspace
        return {"now": workspace.clock.now(), "offers": moments_ahead(workspace, user)}

    async def _open_home(self, asked: Json) -> Json:
        if not self._hub.manifest.has_home:
            raise SlackError("not_enabled")
        self._hub.events.open_home(self._user(asked))
        return await self._home(asked)

    # -- Finding what is meant -------------------------------------------------------------

    def _user(self, asked: Json) -> User:
        user = self._hub.workspace.users.get(str(asked.get("as")))
        if user is None:
            raise SlackError("user_not_found")
        return user

    def _channel(self, asked: Json, user: User) -> Channel:
        where = str(asked.get("channel"))
        channel = self._hub.workspace.conversation(where, user.id)
        if channel is None or (channel.is_private and user.id not in channel.member_ids):
            raise SlackError("channel_not_found")
        return channel

    def _message(self, asked: Json) -> tuple[User, Message]:
        user = self._user(asked)
        channel = self._channel(asked, user)
        message = self._hub.workspace.find_message(channel.id, str(asked.get("ts")))
        if message is None or message.seen_only_by not in {"", user.id}:
            raise SlackError("message_not_found")
        return user, message

    def _view(self, asked: Json, user: User) -> View:
        view = self._hub.workspace.views.get(str(asked.get("view_id")))
        if view is None or view.user_id != user.id:
            raise SlackError("view_not_found")
        return view

    def _target(self, asked: Json) -> tuple[User, Message | View]:
        if asked.get("view_id"):
            user = self._user(asked)
            return user, self._view(asked, user)
        return self._message(asked)


def _answering(answer: Answer) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            if request.method == "GET":
                asked = dict(request.query)
            elif request.content_type == "application/json":
                asked = await request.json()
            else:
                # A page of somebody else's can send a form here, but not JSON.
                return _refused(SlackError("invalid_content_type"))
            return web.json_response(await answer(asked))
        except SlackError as error:
            return _refused(error)
        except (KeyError, ValueError):
            return _refused(SlackError("invalid_arguments"))

    return handle


def _refused(error: SlackError) -> web.Response:
    status = 404 if error.error.endswith("not_found") else 400
    return web.json_response({"error": error.error}, status=status)


def _outcome(reply: Reply) -> Json:
    body: Json = {"ok": reply.ok}
    if reply.error:
        body["error"] = reply.error
    if reply.text:
        body["text"] = reply.text
    return body
