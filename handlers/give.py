"""The form by which people give: opened, kept up to date while it is filled in, and submitted."""

from __future__ import annotations

import asyncio
import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import structlog

from bot.domain.errors import (
    AmountNotWholeError,
    KudosError,
    PlaceMissingError,
    PlaceNotPublicError,
    StaleFormError,
)
from bot.domain.giving import Draft, Place, Total, ViewForm
from bot.domain.kudos import Audience, GiveKudos, Source
from bot.domain.typed import read_items, render
from bot.messages import ids
from bot.messages.give import (
    PRIVATE,
    done_view,
    form_not_opened,
    give_view,
    refilled,
    refusal_at,
    with_total,
)
from bot.messages.kudos import kudos_given
from bot.messages.message import Message
from bot.messages.notices import notice_view, still_saving
from bot.messages.words import words_for
from bot.services.giving import view_form
from bot.services.kudos import give
from bot.slack import SLACK_FAILED, RefusedError
from handlers.answers import ANSWER_WITHIN_SECONDS, Asked
from handlers.home import redraw
from handlers.places import audience_named, audience_of
from handlers.recognising import MalformedError
from handlers.screens import open_modal, person_of, told, view_of
from handlers.sealing import sealed, unsealed
from storage.store import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt.context.ack.async_ack import AsyncAck

    from bot.domain.workspaces import Workspace
    from bot.messages.view import View
    from handlers.edge import Edge, Payload

log = structlog.get_logger(__name__)

# An update that overtakes the acknowledgement would be replaced by what that shows.
UPDATE_AFTER_SECONDS = 0.5
_USER_ID = re.compile("[UW][A-Z0-9]+")
_NUMBER = re.compile(r"[+-]?[0-9]{1,100}")


async def handle_give_asked(edge: Edge, payload: Payload, ack: AsyncAck) -> None:
    """Open the empty form: by the shortcut that works everywhere, or by a button."""
    await ack()
    team_id, user_id = person_of(payload)
    await _open_or_tell(Asked(edge, team_id, user_id, ""), payload["trigger_id"], Draft())


async def handle_give_for_message(edge: Edge, payload: Payload, ack: AsyncAck) -> None:
    """Open the form for the author of a message."""
    await ack()
    team_id, user_id = person_of(payload)
    channel, message = payload["channel"], payload["message"]
    place = Place(
        channel["id"],
        audience_named(channel["id"], channel.get("name")),
        about_ts=payload["message_ts"],
        response_url=payload["response_url"],
    )
    author_id = message.get("user")
    is_thankable = author_id and author_id != user_id and not message.get("bot_id")
    draft = Draft(place, receiver_ids=(author_id,) if is_thankable else ())
    asked = Asked(edge, team_id, user_id, payload["response_url"])
    await _open_or_tell(asked, payload["trigger_id"], draft)


async def handle_total_changed(edge: Edge, payload: Payload, ack: AsyncAck) -> None:
    """Tell in the form what the people and the amount in it come to."""
    await ack()
    edge.start(_tell_total(edge, payload))


async def handle_give_submitted(edge: Edge, payload: Payload, ack: AsyncAck) -> None:
    """Give what the form says: it becomes the confirmation, or tells at its field what is wrong."""
    team_id, user_id = person_of(payload)
    shown = payload["view"]
    asked = Asked(edge, team_id, user_id, "", view_id=shown["id"])
    task = edge.start(_outcome(asked, shown))
    done, _ = await asyncio.wait({task}, timeout=ANSWER_WITHIN_SECONDS)
    if done:
        await ack(**task.result().acknowledgement())
        return
    words = words_for(asked.last_locale)
    view = notice_view(words, still_saving(words).text)
    await ack(response_action="update", view=view.payload())
    edge.start(_tell_outcome(asked, shown, task))


SHORTCUTS = {
    ids.KUDOS_GIVE: handle_give_asked,
    ids.KUDOS_GIVE_FOR: handle_give_for_message,
}
ACTIONS = {
    ids.KUDOS_GIVE: handle_give_asked,
    ids.GIVE_PEOPLE: handle_total_changed,
    ids.GIVE_AMOUNT: handle_total_changed,
}
VIEWS = {ids.GIVE_SUBMIT: handle_give_submitted}


async def open_form(asked: Asked, trigger_id: str, draft_in: Callable[[Workspace], Draft]) -> bool:
    """Open the form; return False where Slack does not, since the trigger is too old."""
    edge, team_id, user_id = asked.edge, asked.team_id, asked.user_id
    making = told(edge, team_id, user_id, _made(asked, draft_in))
    try:
        await open_modal(edge, team_id, user_id, trigger_id, making)
    except SLACK_FAILED as error:
        log.warning("form_not_opened", reason=str(error), team_id=team_id)
        return False
    return True


async def _open_or_tell(asked: Asked, trigger_id: str, draft: Draft) -> None:
    if not await open_form(asked, trigger_id, lambda _workspace: draft):
        sentence = form_not_opened(words_for(asked.last_locale))
        asked.edge.start(asked.tell(Message.of_lines(sentence)))


async def _made(asked: Asked, draft_in: Callable[[Workspace], Draft]) -> View:
    edge = asked.edge
    draft = draft_in(await edge.workspace(asked.team_id))
    request = ViewForm(asked.team_id, asked.user_id, draft.group_ids)
    # Only a group that the store does not know makes it necessary to ask Slack and store.
    form = await (edge.write if draft.group_ids else edge.store.read)(view_form, request)
    edge.locales[asked.team_id, asked.user_id] = form.reader.locale
    words = words_for(form.reader.locale).named(form.workspace.settings)
    return give_view(words, form, draft, _seal(asked, draft.place))


def _seal(asked: Asked, place: Place) -> str:
    return sealed(asked.edge.sealing_key, _owner(asked), asdict(place))


def _unseal(asked: Asked, text: object) -> Place:
    content = unsealed(asked.edge.sealing_key, _owner(asked), text)
    try:
        return Place(**content | {"audience": Audience(content["audience"])})
    except (TypeError, KeyError, ValueError) as error:  # sealed by another version
        raise StaleFormError from error


def _owner(asked: Asked) -> str:
    return f"{asked.team_id}:{asked.user_id}"


async def _tell_total(edge: Edge, payload: Payload) -> None:
    team_id, user_id = person_of(payload)
    shown, stamp = view_of(payload), payload["actions"][0]["action_ts"]
    if shown.get("callback_id") != ids.GIVE_SUBMIT:
        raise MalformedError("view")
    view_id = shown["id"]
    edge.newest[view_id] = max(stamp, edge.newest.get(view_id, ""))
    try:
        form = await edge.store.read(view_form, ViewForm(team_id, user_id))
        # Of several changes in a short time, only the last one is told.
        if edge.newest.get(view_id) != stamp:
            return
        filled = Filled.of(shown)
        each = filled.points or form.workspace.settings.points_default
        people_count = len(set(filled.receiver_ids) - {user_id})
        total = Total(people_count, each, form.allowance_left, form.renews_at)
        words = words_for(form.reader.locale).named(form.workspace.settings)
        view = with_total(words, shown, total)
        await edge.call(team_id, "views.update", {"view_id": view_id, "view": view.payload()})
    except (*SLACK_FAILED, StoreUnavailableError) as error:
        # The line stays as it was; what counts is checked when the form is submitted.
        log.info("total_not_told", reason=str(error), team_id=team_id)
    finally:
        if edge.newest.get(view_id) == stamp:
            del edge.newest[view_id]


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
        users = _state(shown, ids.GIVE_PEOPLE, "selected_users")
        typed = _state(shown, ids.GIVE_VALUE, "value")
        chosen = _option(shown, ids.GIVE_VALUE)
        return cls(
            receiver_ids=tuple(
                dict.fromkeys(each for each in _list(users) if _USER_ID.fullmatch(each))
            ),
            amount=_text(_state(shown, ids.GIVE_AMOUNT, "value")).strip(),
            value=chosen or _text(typed),
            reason=render(read_items(_text(_state(shown, ids.GIVE_REASON, "value")))),
            is_private=_option(shown, ids.GIVE_AUDIENCE) == PRIVATE,
            channel_id=_text(_state(shown, ids.GIVE_PLACE, "selected_channel")),
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


def _state(shown: Payload, field_id: str, key: str) -> Any:
    part: Any = shown
    for name in ("state", "values", field_id, field_id, key):
        part = part.get(name) if isinstance(part, dict) else None
    return part


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _list(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _option(shown: Payload, field_id: str) -> str:
    option = _state(shown, field_id, "selected_option")
    return _text(option.get("value")) if isinstance(option, dict) else ""


@dataclass(frozen=True)
class Outcome:
    """How a submission ended: with a message, or a sentence at a field."""

    view: View | None = None
    message: Message | None = None
    errors: dict[str, str] = field(default_factory=dict)

    def acknowledgement(self) -> dict[str, Any]:
        """Return what Slack takes as the answer to a submission."""
        if self.view is None:
            return {"response_action": "errors", "errors": self.errors}
        return {"response_action": "update", "view": self.view.payload()}


async def _outcome(asked: Asked, shown: Payload) -> Outcome:
    try:
        try:
            return await _given(asked, shown)
        except KudosError as error:
            reader = await asked.reader_of(error)
            words = words_for(reader.locale).named(await asked.settings())
            return Outcome(errors=refusal_at(words, error, reader.names, shown))
    except Exception as error:  # noqa: BLE001 - whatever it is, the form stays and says so
        return Outcome(errors={ids.GIVE_PEOPLE: asked.excuse(error).text})


async def _given(asked: Asked, shown: Payload) -> Outcome:
    edge = asked.edge
    place = _unseal(asked, shown.get("private_metadata"))
    given = await edge.write(give, await _asked_for(asked, shown, place))
    edge.locales[asked.team_id, asked.user_id] = given.reader.locale
    redraw(edge, asked.team_id, asked.user_id, *given.kudos.receiver_ids)
    words = words_for(given.reader.locale).named(await asked.settings())
    message = kudos_given(words, given, given.reader.names)
    return Outcome(done_view(words, message), message)


async def _asked_for(asked: Asked, shown: Payload, place: Place) -> GiveKudos:
    """Return the request; a form counts once, however often it is submitted."""
    filled = Filled.of(shown)
    if filled.amount and filled.points is None:
        raise AmountNotWholeError
    if filled.is_private:
        channel_id, audience = place.channel_id, Audience.PRIVATE
    elif place.channel_id:
        channel_id, audience = place.channel_id, place.audience
    else:
        channel_id, audience = await _chosen_place(asked, filled.channel_id)
    return GiveKudos(
        team_id=asked.team_id,
        natural_key=f"modal:{shown['id']}",
        giver_id=asked.user_id,
        receiver_ids=filled.receiver_ids,
        source=Source.MODAL,
        audience=audience,
        channel_id=channel_id,
        reason=filled.reason,
        hashtags=filled.hashtags,
        amounts=() if filled.points is None else (filled.points,),
        about_ts=place.about_ts,
        response_url=place.response_url,
    )


async def _chosen_place(asked: Asked, chosen_id: str) -> tuple[str, Audience]:
    settings = await asked.settings()
    announced_id = settings.announcement_channel_id
    if announced_id is not None:
        return announced_id, await audience_of(asked.edge, asked.team_id, announced_id)
    if not chosen_id:
        raise PlaceMissingError
    if await audience_of(asked.edge, asked.team_id, chosen_id) is not Audience.PUBLIC:
        raise PlaceNotPublicError(chosen_id)
    return chosen_id, Audience.PUBLIC


async def _tell_outcome(asked: Asked, shown: Payload, task: asyncio.Task[Outcome]) -> None:
    """Have the view that said "still being saved" say how it ended."""
    await asyncio.sleep(UPDATE_AFTER_SECONDS)
    outcome = await task
    sentence = " ".join(outcome.errors.values())
    view = outcome.view or refilled(shown, sentence)
    arguments = {"view_id": asked.view_id, "view": view.payload()}
    try:
        await asked.edge.call(asked.team_id, "views.update", arguments)
    except RefusedError:  # closed meanwhile
        message = outcome.message or Message.of_lines(sentence)
        direct = {"channel": asked.user_id} | message.payload()
        await asked.edge.call(asked.team_id, "chat.postMessage", direct)
