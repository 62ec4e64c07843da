"""The form by which people give: opened, and kept up to date while it is filled in."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import structlog

from bot.domain.errors import (
    JustGivenError,
    PlaceMissingError,
    PlaceNotPublicError,
    SlackSilentError,
    StaleFormError,
)
from bot.domain.give_form import Draft, FormField, FormQuestion, Place, Total, ViewForm
from bot.domain.kudos import Audience, mentioned_in, named_in
from bot.domain.parsing.tokenizer import read_items, render
from bot.domain.privacy import Publicity
from bot.domain.rich_text import by_name
from bot.messages.blockkit import ids
from bot.messages.blockkit.message import Message
from bot.messages.giving.give import (
    PRIVATE,
    form_not_opened,
    give_view,
    with_total,
)
from bot.messages.giving.mending import given_just_now, repeated_note
from bot.messages.giving.several_form import several_view
from bot.messages.text.words import words_for
from bot.services.giving.give_form import view_form
from bot.services.giving.kept import KeepLine, keep_line
from bot.slack.web_api import SLACK_FAILED
from handlers.interaction.audience import audience_from_name, audience_of
from handlers.interaction.latest import LatestActs
from handlers.interaction.modals import open_modal, view_of, view_or_error
from handlers.interaction.replies import Interaction
from handlers.interaction.rights import anybody
from handlers.interaction.signed_metadata import sign, verify
from handlers.payloads.classify import MalformedError
from handlers.payloads.origins import person_of
from storage.engine.store import StoreUnavailableError

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck

    from bot.domain.workspaces import Workspace
    from bot.messages.blockkit.view import View
    from handlers.interaction.context import HandlerContext, Payload

log = structlog.get_logger(__name__)

Drafting = Callable[["Workspace"], Awaitable[Draft]]

# What Slack says of a trigger that an earlier delivery of the same act has opened a form with.
ALREADY_OPENED = frozenset({"exchanged_trigger_id", "trigger_exchanged"})
MENTIONED = re.compile(r"<@([UW][A-Z0-9]+)")
MENTIONED_AT_MOST = 100  # people and groups in the words of one form, for which a view has room
_USER_ID = re.compile("[UW][A-Z0-9]+")
_NUMBER = re.compile(r"[+-]?[0-9]{1,100}")


async def handle_give_asked(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Open the empty form: by the shortcut that works everywhere, or by a button."""
    await ack()
    team_id, user_id = person_of(payload)
    await _open_or_tell(Interaction(context, team_id, user_id, ""), payload["trigger_id"], Draft())


async def handle_give_for_message(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Open the form for the author of a message."""
    await ack()
    team_id, user_id = person_of(payload)
    channel, message = payload["channel"], payload["message"]
    place = Place(
        channel["id"],
        audience_from_name(channel["id"], channel.get("name")),
        about_ts=payload["message_ts"],
        response_url=payload["response_url"],
    )
    author_id = message.get("user")
    is_thankable = author_id and author_id != user_id and not message.get("bot_id")
    draft = Draft(place, receiver_ids=(author_id,) if is_thankable else ())
    interaction = Interaction(context, team_id, user_id, payload["response_url"])
    await _open_or_tell(interaction, payload["trigger_id"], draft)


async def handle_total_changed(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Tell in the form what the people and the amount in it come to."""
    await ack()
    context.start(_tell_total(context, payload))


SHORTCUTS = {
    ids.KUDOS_GIVE: anybody(handle_give_asked),
    ids.KUDOS_GIVE_FOR: anybody(handle_give_for_message),
}
ACTIONS = {
    ids.KUDOS_GIVE: anybody(handle_give_asked),
    ids.GIVE_PEOPLE: anybody(handle_total_changed),
    ids.GIVE_AMOUNT: anybody(handle_total_changed),
}


async def open_form(interaction: Interaction, trigger_id: str, draft_in: Drafting | Draft) -> bool:
    """Open the form; return False where Slack does not, since the trigger is too old."""
    context, team_id, user_id = interaction.context, interaction.team_id, interaction.user_id
    making = view_or_error(context, team_id, user_id, _made(interaction, draft_in))
    try:
        await open_modal(context, team_id, user_id, trigger_id, making)
    except SLACK_FAILED as error:
        if str(error) in ALREADY_OPENED:
            return True
        log.warning("form_not_opened", reason=str(error), team_id=team_id)
        return False
    return True


async def _open_or_tell(interaction: Interaction, trigger_id: str, draft: Draft) -> None:
    if not await open_form(interaction, trigger_id, draft):
        sentence = form_not_opened(words_for(interaction.last_locale))
        interaction.context.start(interaction.tell(Message.of_lines(sentence)))


async def _made(interaction: Interaction, draft_in: Drafting | Draft) -> View:
    context = interaction.context
    workspace = await context.workspace(interaction.team_id)
    draft = draft_in if isinstance(draft_in, Draft) else await draft_in(workspace)
    if draft.lines:
        lines, mentioned_ids = await lines_by_name(interaction, draft.lines)
        draft = replace(draft, lines=lines)
    else:
        mentioned_ids = mentioned_in(draft.reason)[:MENTIONED_AT_MOST]
    named_ids = (*MENTIONED.findall(draft.typed), *mentioned_ids)
    request = ViewForm(interaction.team_id, interaction.user_id, draft.group_ids, named_ids)
    # Only a group that the store does not know makes it necessary to ask Slack and store.
    form = await (context.write if draft.group_ids else context.store.read)(view_form, request)
    context.locales[interaction.team_id, interaction.user_id] = form.reader.locale
    words = words_for(form.reader.locale).named(form.workspace.settings)
    place = replace(draft.place, mentioned_ids=mentioned_ids)
    made = several_view if draft.lines else give_view
    return made(words, form, draft, sign_place(interaction, place))


async def lines_by_name(interaction: Interaction, lines: str) -> tuple[str, tuple[str, ...]]:
    """Returns lines with people and groups by name, and the ids of those whom a name means."""
    mentioned_ids = named_in(lines)[:MENTIONED_AT_MOST]
    called = by_name(lines, await interaction.names_of(mentioned_ids))
    return called, mentioned_ids if called != lines else ()


def sign_place(interaction: Interaction, place: Place) -> str:
    """Returns where a form was opened, for the form to carry: only we read it."""
    return sign(interaction.context.signing_key, _owner(interaction), asdict(place))


def place_in_view(interaction: Interaction, text: object) -> Place:
    """Returns where a form was opened; raises `StaleFormError` if anybody has touched it."""
    content = verify(interaction.context.signing_key, _owner(interaction), text)
    try:
        mentioned_ids = tuple(content.get("mentioned_ids", ()))
        told = {"audience": Audience(content["audience"]), "mentioned_ids": mentioned_ids}
        return Place(**content | told)
    except (TypeError, KeyError, ValueError) as error:  # signed by another version
        raise StaleFormError from error


def _owner(interaction: Interaction) -> str:
    return f"{interaction.team_id}:{interaction.user_id}"


async def _tell_total(context: HandlerContext, payload: Payload) -> None:
    team_id, user_id = person_of(payload)
    shown, stamp = view_of(payload), payload["actions"][0]["action_ts"]
    if shown.get("callback_id") != ids.GIVE_SUBMIT:
        raise MalformedError("view")
    view_id = shown["id"]
    with context.state(LatestActs).answering(view_id, stamp) as is_last:
        try:
            form = await context.store.read(view_form, ViewForm(team_id, user_id))
            # Of several changes in a short time, only the last one is told.
            if not is_last():
                return
            filled = Filled.of(shown)
            settings = form.workspace.settings
            each = filled.points or settings.points_default
            people_count = len(set(filled.receiver_ids) - {user_id})
            may_be_free = settings.thanks_go_on and not filled.amount
            total = Total(
                people_count, each, form.allowance_left, form.renews_at, may_be_free=may_be_free
            )
            words = words_for(form.reader.locale).named(form.workspace.settings)
            view = with_total(words, shown, total)
            await context.call(
                team_id, "views.update", {"view_id": view_id, "view": view.payload()}
            )
        except (*SLACK_FAILED, StoreUnavailableError) as error:
            # The line stays as it was; what counts is checked when the form is submitted.
            log.info("total_not_told", reason=str(error), team_id=team_id)


@dataclass(frozen=True)
class Filled:
    """What somebody put into the form. Whatever is of the wrong kind counts as left out."""

    receiver_ids: tuple[str, ...]
    amount: str
    value: str
    reason: str
    is_private: bool
    channel_id: str

    @classmethod
    def of(cls, shown: Payload) -> Filled:
        """Return what is in a view, as Slack has it."""
        users = state_in(shown, ids.GIVE_PEOPLE, "selected_users")
        typed = state_in(shown, ids.GIVE_VALUE, "value")
        chosen = _option(shown, ids.GIVE_VALUE)
        return cls(
            receiver_ids=tuple(
                dict.fromkeys(each for each in _list(users) if _USER_ID.fullmatch(each))
            ),
            amount=_text(state_in(shown, ids.GIVE_AMOUNT, "value")).strip(),
            value=chosen or _text(typed),
            reason=render(read_items(_text(state_in(shown, ids.GIVE_REASON, "value")))),
            is_private=_option(shown, ids.GIVE_AUDIENCE) == PRIVATE,
            channel_id=_text(state_in(shown, ids.GIVE_PLACE, "selected_channel")),
        )

    @property
    def points(self) -> int | None:
        """What each would get; None where no whole number says so."""
        return int(self.amount) if _NUMBER.fullmatch(self.amount) else None

    @property
    def hashtags(self) -> tuple[str, ...]:
        """The value, as if it had been typed with a # before it."""
        word = "-".join(self.value.replace("#", " ").split())
        tags = [tag for item in read_items(f"#{word}") for tag in item.tags]
        return tuple(tags[:1]) or ((word,) if word else ())


def state_in(shown: Payload, field_id: str, key: str) -> Any:
    """Returns what somebody left in a field of a form; None where there is nothing."""
    part: Any = shown
    for name in ("state", "values", field_id, field_id, key):
        part = part.get(name) if isinstance(part, dict) else None
    return part


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _list(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _option(shown: Payload, field_id: str) -> str:
    option = state_in(shown, field_id, "selected_option")
    return _text(option.get("value")) if isinstance(option, dict) else ""


async def ask_if_repeated(interaction: Interaction, error: JustGivenError, draft: Draft) -> Message:
    """Returns the question whether somebody means it once more; it is kept meanwhile."""
    reader = await interaction.reader_of(error)
    words = words_for(reader.locale)
    question = given_just_now(words, error, reader.names)
    if draft.lines:
        draft = replace(draft, question=FormQuestion(FormField.LINES, question))
    request = KeepLine(interaction.team_id, interaction.user_id, draft)
    line_id = await interaction.context.store.write(keep_line, request)
    return repeated_note(words, question, line_id, may_correct=bool(error.user_ids))


async def chosen_place(interaction: Interaction, chosen_id: str) -> tuple[str, Audience]:
    """Returns the channel in which a form is posted that was opened in none, and who reads it."""
    settings = await interaction.settings()
    announced_id = settings.announcement_channel_id
    if announced_id is not None:
        return announced_id, await audience_of(
            interaction.context, interaction.team_id, announced_id
        )
    if not chosen_id:
        raise PlaceMissingError
    if await audience_of(interaction.context, interaction.team_id, chosen_id) is Audience.PUBLIC:
        return chosen_id, Audience.PUBLIC
    found = (await interaction.context.channels.look_up(interaction.team_id, [chosen_id]))[
        chosen_id
    ]
    if found is Publicity.UNKNOWN:
        raise SlackSilentError
    if found is Publicity.PRIVATE:
        raise PlaceNotPublicError(chosen_id)
    return chosen_id, Audience.PUBLIC
