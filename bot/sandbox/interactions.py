"""What people do with the app: commands, buttons, shortcuts, forms. Each becomes a payload,
goes to the app, and the person sees what came of it (or that nothing came in time).
"""

import itertools

from bot.sandbox.answers import Answers
from bot.sandbox.api_reading import tell_misuse
from bot.sandbox.composer import EscapeStyle, compose_command
from bot.sandbox.delivery import Courier
from bot.sandbox.inputs import (
    Values,
    as_sent,
    cannot_be_sent,
    complaints,
    elements_of,
    initial_values,
)
from bot.sandbox.interaction_payloads import InteractionPayloads
from bot.sandbox.manifest import Manifest
from bot.sandbox.modals import Modals
from bot.sandbox.model import Channel, Delivery, Json, Message, Reply, SlackError, User, View
from bot.sandbox.posting import writing_refusal
from bot.sandbox.triggers import ResponseUrl, ResponseUrls
from bot.sandbox.workspace import Workspace

TROUBLE = "We had some trouble connecting. Try again?"


class Interactions:
    """One method for each thing that people can do with an app."""

    def __init__(
        self,
        workspace: Workspace,
        manifest: Manifest,
        courier: Courier,
        modals: Modals,
        answers: Answers,
        urls: ResponseUrls,
        payloads: InteractionPayloads,
    ) -> None:
        self._workspace = workspace
        self._manifest = manifest
        self._courier = courier
        self._modals = modals
        self._answers = answers
        self._urls = urls
        self._payloads = payloads

    async def run_command(
        self,
        user: User,
        channel: Channel,
        line: str,
        *,
        in_thread: bool = False,
        escape_style: EscapeStyle = "bare",
    ) -> Reply:
        """Send a slash command and return what the person sees of the answer."""
        command = self._manifest.find_command(line)
        word = line.split(maxsplit=1)[0]
        if command is None or user.is_stranger:
            return Reply(ok=False, error="not_a_command", text=f"{word} is not a valid command.")
        if in_thread:
            text = f"{word} is not supported in threads. Sorry!"
            return Reply(ok=False, error="not_supported_in_threads", text=text)
        if refusal := writing_refusal(user, channel):
            return Reply(ok=False, error=refusal, text=f"{word} can't be used here.")
        text = line.strip()[len(word) :].strip()
        if command.should_escape:
            text = compose_command(text, self._workspace, escape_style)
        url = self._urls.issue(user_id=user.id, channel_id=channel.id)
        seen = self._marker(user)
        payload = self._payloads.command(user, channel, command.command, text, url)
        delivery = await self._courier.ask("slash_commands", payload)
        if not delivery.acked:
            return _failed(delivery, word)
        try:
            message = self._answers.show_ack(url, delivery.response or {}, user, line)
        except SlackError as error:
            tell_misuse("the answer to a command", error)
            return Reply(ok=False, error=error.error, text=_command_failed(word, error.error))
        return self._reply(url, seen, message)

    async def act(
        self, user: User, on: Message | View, block_id: str, action_id: str, element: Json
    ) -> Reply:
        """Send what a person did to one element; `element` is its type and new value.

        Raises SlackError not_found where there is no such element (any more).
        """
        if isinstance(on, Message) and on.deleted:
            raise SlackError("message_not_found")
        block, source = _find_element(on.blocks, block_id, action_id)
        url = None
        if isinstance(on, View):
            values: Values = on.raw["state"]["values"]
            if action_id in values.get(block_id, {}):
                values[block_id][action_id] = {**element, "type": source["type"]}
                self._modals.set_values(on, values)
        else:
            values = initial_values(on.blocks)
            if action_id in values.get(block_id, {}):
                values[block_id][action_id] = {**element, "type": source["type"]}
            url = self._urls.issue(user_id=user.id, channel_id=on.channel_id, original=on)
        seen = self._marker(user)
        action = self._payloads.action(block, source, element)
        payload = self._payloads.block_actions(user, on, action, values, url)
        delivery = await self._courier.ask("interactive", payload)
        if not delivery.acked:
            return Reply(ok=False, error=_error_of(delivery), text=TROUBLE)
        return self._reply(url, seen, None)

    async def use_shortcut(self, user: User, callback_id: str, on: Message | None) -> Reply:
        """Send a message shortcut (with `on`) or a global one.

        Raises SlackError not_found where the manifest has none of this name.
        """
        type_ = "global" if on is None else "message"
        shortcut = self._manifest.find_shortcut(callback_id, type_)
        if shortcut is None or user.is_stranger:
            raise SlackError("not_found")
        url = None
        if on is not None:
            url = self._urls.issue(user_id=user.id, channel_id=on.channel_id)
        seen = self._marker(user)
        payload = self._payloads.shortcut(user, callback_id, on, url)
        delivery = await self._courier.ask("interactive", payload)
        if not delivery.acked:
            return Reply(ok=False, error=_error_of(delivery), text=TROUBLE)
        return self._reply(url, seen, None)

    async def suggest(
        self, user: User, on: Message | View, block_id: str, action_id: str, value: str
    ) -> Json:
        """Return the options (or option groups) that the app offers for what was typed."""
        _find_element(on.blocks, block_id, action_id)
        payload = self._payloads.suggestion(user, on, block_id, action_id, value)
        delivery = await self._courier.ask("interactive", payload)
        if not delivery.acked:
            raise SlackError(_error_of(delivery))
        answer = delivery.response or {}
        return {
            "options": answer.get("options") or [],
            "option_groups": answer.get("option_groups") or [],
        }

    async def submit(self, user: User, view: View, values: Values) -> Reply:
        """Send a form, after the checks that Slack's client makes by itself."""
        values = as_sent(view.blocks, values, self._workspace)
        self._modals.set_values(view, values)
        if cannot_be_sent(view.blocks, values):
            return Reply(ok=False, error="invalid_arguments", text=TROUBLE, view=view)
        if missing := complaints(view.blocks, values):
            self._modals.show_errors(view, missing)
            return Reply(
                ok=False, error="invalid_input", text="\n".join(missing.values()), view=view
            )
        seen = self._marker(user)
        urls = self._response_urls(user, view, values)
        self._modals.set_busy(view, is_busy=True)
        payload = self._payloads.submission(user, view, urls)
        delivery = await self._courier.ask("interactive", payload)
        self._modals.set_busy(view, is_busy=False)
        if not delivery.acked:
            return Reply(ok=False, error=_error_of(delivery), text=TROUBLE, view=view)
        try:
            errors = self._apply_answer(user, view, delivery.response or {})
        except SlackError as error:
            tell_misuse("the answer to a form", error)
            return Reply(ok=False, error=error.error, text=TROUBLE, view=view)
        if errors:
            text = "\n".join(errors.values())
            return Reply(ok=False, error="errors", text=text, view=view)
        return self._reply(None, seen, None)

    async def close(self, user: User, view: View, *, everything: bool = False) -> None:
        """Close a modal; the app hears of it where the view asked for that."""
        for closed in self._modals.close(view, everything=everything):
            if closed.raw["notify_on_close"]:
                payload = self._payloads.closed(user, closed, is_cleared=everything)
                await self._courier.ask("interactive", payload)

    def _apply_answer(self, user: User, view: View, answer: Json) -> dict[str, str]:
        """Do what the answer to a submission says and return its errors, if it has any."""
        action = answer.get("response_action")
        if action == "errors":
            inputs = {one["block_id"] for one in view.blocks if one["type"] == "input"}
            errors: dict[str, str] = answer.get("errors") or {}
            if not errors or not errors.keys() <= inputs:
                raise SlackError("invalid_errors")
            self._modals.show_errors(view, errors)
            return errors
        if action == "update":
            self._modals.update(view, answer.get("view") or {})
        elif action == "push":
            self._modals.push_answer(user.id, answer.get("view") or {})
        elif action in {None, "clear"}:
            self._modals.close(view, everything=action == "clear")
        else:
            raise SlackError("invalid_response_action")
        return {}

    def _response_urls(self, user: User, view: View, values: Values) -> list[Json]:
        """Return the URLs for conversations chosen in selects with response_url_enabled."""
        found = []
        for block, element in elements_of(view.blocks):
            state = values.get(block["block_id"], {}).get(element["action_id"], {})
            chosen = state.get("selected_conversation") or state.get("selected_channel")
            if element.get("response_url_enabled") and chosen:
                url = self._urls.issue(user_id=user.id, channel_id=chosen)
                found.append(
                    {
                        "block_id": block["block_id"],
                        "action_id": element["action_id"],
                        "channel_id": chosen,
                        "response_url": self._payloads.address_of(url),
                    }
                )
        return found

    def _marker(self, user: User) -> tuple[User, str, str | None]:
        """Remember the moment and the modal on top, to tell later what is new."""
        stack = self._workspace.stacks.get(user.id)
        return user, self._workspace.stamps.next(), stack[-1] if stack else None

    def _reply(
        self,
        url: ResponseUrl | None,
        seen: tuple[User, str, str | None],
        message: Message | None,
    ) -> Reply:
        """Return what is new: the answer, an ephemeral message, a modal."""
        user, since, top_before = seen
        if message is None and url and url.posted:
            message = url.posted[-1]
        is_own = message is not None
        if message is None:
            message = self._newest_ephemeral(user, since)
        stack = self._workspace.stack_of(user.id)
        view = stack[-1] if stack and stack[-1].id != top_before else None
        if message is None:
            return Reply(view=view)
        return Reply(
            text=message.text, blocks=message.blocks, message=message, view=view, is_own=is_own
        )

    def _newest_ephemeral(self, user: User, since: str) -> Message | None:
        fresh: list[Message] = []
        for history in self._workspace.messages.values():
            # Histories are in order, so this looks at the new end of each only.
            recent = itertools.takewhile(lambda one: one.ts > since, reversed(history.values()))
            fresh += [one for one in recent if one.seen_only_by == user.id and not one.deleted]
        return max(fresh, key=lambda one: one.ts, default=None)


def _find_element(blocks: list[Json], block_id: str, action_id: str) -> tuple[Json, Json]:
    for block, element in elements_of(blocks):
        if (block.get("block_id"), element["action_id"]) == (block_id, action_id):
            return block, element
    raise SlackError("not_found", block_id=block_id, action_id=action_id)


def _error_of(delivery: Delivery) -> str:
    return "operation_timeout" if "timeout" in (delivery.error or "") else "dispatch_failed"


def _failed(delivery: Delivery, word: str) -> Reply:
    error = _error_of(delivery)
    return Reply(ok=False, error=error, text=_command_failed(word, error))


def _command_failed(word: str, error: str) -> str:
    return f'{word} failed with the error "{error}"'
