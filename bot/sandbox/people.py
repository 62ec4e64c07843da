"""People of the workspace, as tests move them: they type, react, press and look."""

from collections.abc import Callable
from typing import Any

from bot.sandbox.composer import EscapeStyle
from bot.sandbox.hub import Hub
from bot.sandbox.inputs import VALUE_NAMES, Values, elements_of, find_option, to_state
from bot.sandbox.model import Channel, Json, Message, Reply, SlackError, User, View

# What can be acted upon: a message, a view, or a view as Slack's object.
Target = Message | View | Json


class Person:
    """One member. What they do returns once the app has acknowledged it (or failed to)."""

    def __init__(self, hub: Hub, user: User) -> None:
        self._hub = hub
        self.user = user

    @property
    def id(self) -> str:
        """The user id."""
        return self.user.id

    @property
    def handle(self) -> str:
        """What others type after the @."""
        return self.user.handle

    @property
    def name(self) -> str:
        """The name that others see."""
        return self.user.display_name

    async def types(
        self,
        text: str,
        in_channel: str = "general",
        *,
        in_thread: str | None = None,
        escape_style: EscapeStyle = "bare",
    ) -> Any:
        """Type a line and press return.

        A line that begins with a command of the app is a slash command and returns a Reply;
        anything else is a message and returns the Message. (The type is Any so that a test
        need not say which of the two it knows it gets.) `in_channel` takes a channel's name,
        "app" for the app's DM, "@bo" for a person's, or an id.

        Raises SlackError where a message can't be written.
        """
        channel = self._channel(in_channel)
        if text.startswith("/"):
            return await self._hub.interactions.run_command(
                self.user,
                channel,
                text,
                in_thread=in_thread is not None,
                escape_style=escape_style,
            )
        return self._hub.posting.say(channel, self.user, text, in_thread)

    def opens_group(
        self, *others: str, with_app: bool = False, channel_id: str | None = None
    ) -> str:
        """Open a group direct message with others, by handle, and return its id.

        Slack gives newer ones an id that begins like a channel's; `channel_id` asks for that.
        """
        workspace = self._hub.workspace
        found = [workspace.find_user(one) for one in others]
        user_ids = [self.id, *(user.id for user in found if user)]
        app = [workspace.bot_user_id] if with_app else []
        return workspace.group_of([*user_ids, *app], channel_id).id

    async def reacts(self, name: str, *, to: Message | tuple[str, str]) -> None:
        """Add a reaction. Raises SlackError already_reacted and the like."""
        self._hub.posting.react(self._message(to), self.user, name)

    async def unreacts(self, name: str, *, to: Message | tuple[str, str]) -> None:
        """Take a reaction away. Raises SlackError no_reaction."""
        self._hub.posting.unreact(self._message(to), self.user, name)

    async def edits(self, message: Message, text: str) -> None:
        """Change one of their own messages."""
        self._hub.posting.rewrite(message, self.user, text)

    async def deletes(self, message: Message) -> None:
        """Take back one of their own messages."""
        self._hub.posting.take_back(message, self.user)

    async def presses(self, action_id: str, on: Target, value: str | None = None) -> Reply:
        """Press a button; `value` chooses between several with this action id."""
        target = self._target(on)
        block, element = _find(target, action_id, value)
        pressed = {"type": element["type"]}
        if "value" in element:
            pressed["value"] = element["value"]
        return await self._hub.interactions.act(
            self.user, target, block["block_id"], action_id, pressed
        )

    async def chooses(self, action_id: str, value: Any, on: Target) -> Reply:
        """Choose in a select, a picker, checkboxes or an overflow menu.

        Options are given by value or words, people by handle, channels by name; a list for
        what takes several.
        """
        target = self._target(on)
        block, element = _find(target, action_id, None)
        if element["type"] in VALUE_NAMES:
            chosen = to_state(element, value, self._hub.workspace)
        else:
            chosen = {"type": element["type"], "selected_option": find_option(element, str(value))}
        return await self._hub.interactions.act(
            self.user, target, block["block_id"], action_id, chosen
        )

    async def is_offered(self, action_id: str, typed: str, on: Target) -> Json:
        """Return what an external select offers for what was typed."""
        target = self._target(on)
        block, _ = _find(target, action_id, None)
        return await self._hub.interactions.suggest(
            self.user, target, block["block_id"], action_id, typed
        )

    async def uses_shortcut(self, callback_id: str, on: Message | None = None) -> Reply:
        """Use a message shortcut on a message, or a global one."""
        return await self._hub.interactions.use_shortcut(self.user, callback_id, on)

    @property
    def open_view(self) -> View | None:
        """The modal on top, if one is open."""
        stack = self._hub.workspace.stack_of(self.id)
        return stack[-1] if stack else None

    async def submits(self, values: Json | None = None) -> Reply:
        """Fill in the modal on top and send it, once it can be sent and has these inputs.

        `values` are keyed by action id, or by block id and then by action id. What is not
        named keeps its value. Raises AssertionError where such an input never comes, and
        SlackError where it has no such option.
        """
        wanted = values or {}

        def find() -> View | None:
            view = self.open_view
            is_ready = view and view.raw["submit"] is not None and not _unknown(view, wanted)
            return view if is_ready else None

        view = await self._hub.workspace.changes.until(find)
        if view is None:
            view = self._view_on_top()
            there = view.raw["state"]["values"]
            raise AssertionError(
                f"There is no button to send it, or no input for {_unknown(view, wanted)}; "
                f"there are {there}."
            )
        return await self._hub.interactions.submit(self.user, view, self._filled(view, wanted))

    async def closes(self) -> None:
        """Close the modal on top."""
        await self._hub.interactions.close(self.user, self._view_on_top())

    async def opens_home(self, within: float | None = None) -> Json | None:
        """Open the app's Home tab and return it.

        Waits until the app has heard of it and, up to `within` seconds, for it to publish.
        """
        before = self.home["hash"] if self.home else None
        delivery = self._hub.events.open_home(self.user)
        if delivery is not None:
            await self._hub.courier.wait_for(delivery)
        fresh = await self._hub.workspace.changes.until(
            lambda: self.home if self.home and self.home["hash"] != before else None,
            within=within,
        )
        return fresh or self.home

    @property
    def home(self) -> Json | None:
        """The Home tab that was last published for this person."""
        view = self._hub.workspace.home_of(self.id)
        return view.raw if view else None

    def sees(self, where: str = "general") -> list[Message]:
        """Return everything that this person sees there, ephemeral messages included."""
        return self._hub.workspace.seen_by(self.id, self._channel(where).id)

    @property
    def direct_messages(self) -> list[Message]:
        """The messages of the DM with the app."""
        return self.sees("app")

    async def sees_soon(
        self,
        predicate: Callable[[Message], object],
        where: str = "general",
        within: float | None = None,
    ) -> Message:
        """Return the first message for which `predicate` is true, waiting for it.

        Raises AssertionError with what is there instead.
        """

        def find() -> Message | None:
            return next((one for one in self.sees(where) if predicate(one)), None)

        found = await self._hub.workspace.changes.until(find, within=within)
        if found is None:
            there = "\n".join(f"- {one.all_text.strip()}" for one in self.sees(where))
            raise AssertionError(f"{self.name} never saw it in {where}. There is:\n{there}")
        return found

    async def sees_view_soon(
        self, predicate: Callable[[View], object], within: float | None = None
    ) -> View:
        """Return the modal on top once `predicate` is true of it.

        Raises AssertionError with what is open instead.
        """

        def find() -> View | None:
            view = self.open_view
            return view if view and predicate(view) else None

        found = await self._hub.workspace.changes.until(find, within=within)
        if found is None:
            there = self.open_view.all_text if self.open_view else "nothing"
            raise AssertionError(f"{self.name} never saw it. There is open:\n{there}")
        return found

    def _channel(self, where: str) -> Channel:
        channel = self._hub.workspace.conversation(where, self.id)
        if channel is None:
            raise SlackError("channel_not_found", channel=where)
        return channel

    def _message(self, to: Message | tuple[str, str]) -> Message:
        if isinstance(to, Message):
            return to
        where, ts = to
        message = self._hub.workspace.find_message(self._channel(where).id, ts)
        if message is None:
            raise SlackError("message_not_found")
        return message

    def _target(self, on: Target) -> Message | View:
        if isinstance(on, dict):
            return self._hub.workspace.views[on["id"]]
        return on

    def _view_on_top(self) -> View:
        view = self.open_view
        if view is None:
            raise AssertionError(f"{self.name} has no modal open.")
        return view

    def _filled(self, view: View, values: Json) -> Values:
        state: Values = {key: dict(inner) for key, inner in view.raw["state"]["values"].items()}
        for block, element in elements_of(view.blocks):
            block_id, action_id = block["block_id"], element["action_id"]
            inner = values.get(block_id)
            if isinstance(inner, dict) and action_id in inner:
                value = inner[action_id]
            elif action_id in values:
                value = values[action_id]
            else:
                continue
            state[block_id][action_id] = to_state(element, value, self._hub.workspace)
        return state


def _unknown(view: View, values: Json) -> list[str]:
    """Return which of these keys name no input of the view."""
    known = set()
    for block, element in elements_of(view.blocks):
        inner = values.get(block["block_id"])
        is_in_block = isinstance(inner, dict) and element["action_id"] in inner
        known.add(block["block_id"] if is_in_block else element["action_id"])
    return sorted(set(values) - known)


def _find(target: Message | View, action_id: str, value: str | None) -> tuple[Json, Json]:
    there = list(elements_of(target.blocks))
    for block, element in there:
        if element["action_id"] == action_id and value in {None, element.get("value")}:
            return block, element
    names = [(element["action_id"], element.get("value")) for _, element in there]
    raise AssertionError(f"There is no {action_id!r} with value {value!r}; there are {names}.")
