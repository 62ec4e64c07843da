"""The form by which people give, from its opening to the confirmation that takes its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.errors import ChannelNotAllowedError
from bot.domain.give_form import FormField, FormQuestion, Total
from bot.domain.kudos import Audience, with_names
from bot.domain.mending import field_of, unwrapped
from bot.domain.parsing.tokenizer import read_items, render
from bot.domain.values import known_among, nearest
from bot.domain.workspaces import REASON_MAX_LENGTH, ValueMode
from bot.messages.blockkit import ids, inputs
from bot.messages.blockkit.blocks import Block, context, paragraph, rich_text
from bot.messages.blockkit.view import View
from bot.messages.refusals.refusals import refusal
from bot.messages.text.markup import channel_link, link_to, plain, safe, shortened, spoken
from bot.messages.text.phrases import hashtag, is_channel, points, points_name, said

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.errors import KudosError
    from bot.domain.give_form import Draft, Form, Place
    from bot.domain.workspaces import WorkspaceSettings
    from bot.messages.blockkit.message import Message
    from bot.messages.text.words import Words

PUBLIC, PRIVATE = "public", "private"
VALUES_SHOWN = 100  # that a select of Slack's can have
TYPED_SHOWN = 2_800  # characters; with what stands before them, a text has room for 3,000
VALUE_MAX_LENGTH = 50
OPTION_VALUE_LIMIT = 150
REASON_FIELD_LENGTH = 3_000  # the most that a field of Slack's takes

_IDS: Mapping[FormField, str] = {
    FormField.PEOPLE: ids.GIVE_PEOPLE,
    FormField.AMOUNT: ids.GIVE_AMOUNT,
    FormField.VALUE: ids.GIVE_VALUE,
    FormField.REASON: ids.GIVE_REASON,
    FormField.PLACE: ids.GIVE_PLACE,
    FormField.LINES: ids.GIVE_LINES,
}
_INITIAL = {  # where Slack tells what is in a field, and where a field says what it begins with
    "value": "initial_value",
    "rich_text_value": "initial_value",
    "selected_users": "initial_users",
    "selected_option": "initial_option",
    "selected_channel": "initial_channel",
}


def give_view(words: Words, form: Form, draft: Draft, private_metadata: str = "") -> View:
    """Return the form with what is known already filled in."""
    settings = form.workspace.settings
    receiver_ids = tuple(dict.fromkeys([*draft.receiver_ids, *form.group_user_ids]))
    is_amount_open = _asks(draft, FormField.AMOUNT) and draft.points is None
    usual = 0 if is_amount_open else settings.points_default  # what is asked is no amount yet
    total = Total(
        len(receiver_ids),
        usual if draft.points is None else draft.points,
        form.allowance_left,
        form.renews_at,
        may_be_free=settings.thanks_go_on and draft.points is None,
    )
    blocks = [
        *_notes(words, form, draft),
        *question_above(draft, FormField.PEOPLE),
        inputs.field(
            words.text("Who would you like to thank?"),
            inputs.people_select(ids.GIVE_PEOPLE, initial=receiver_ids),
            tells_at_once=True,
        ),
        *question_above(draft, FormField.AMOUNT),
        inputs.field(
            words.text("How much for each person?"),
            _telling_each_key(
                inputs.number_input(
                    ids.GIVE_AMOUNT,
                    initial=draft.points,
                    placeholder=words.number(settings.points_default),
                )
            ),
            optional=not is_amount_open,
            tells_at_once=True,
        ),
        total_line(words, total),
        *question_above(draft, FormField.VALUE),
        _value_field(words, settings, draft),
        *question_above(draft, FormField.REASON),
        *_reason_field(words, form, draft),
        _audience_field(words, is_private=draft.is_private),
        *question_above(draft, FormField.PLACE),
        place_block(words, settings, draft.place),
    ]
    return View(
        title=words.text("Give kudos"),
        submit=words.text("Give"),
        close=words.text("Cancel"),
        callback_id=ids.GIVE_SUBMIT,
        private_metadata=private_metadata,
        blocks=tuple(blocks),
    )


def _notes(words: Words, form: Form, draft: Draft) -> list[Block]:
    notes = []
    if draft.typed:
        line = said(words, render(read_items(draft.typed)), form.reader.names)
        typed = words.text("You typed: {line}", line=shortened(line, TYPED_SHOWN))
        parts = [paragraph(typed)]
        if draft.question is None:
            unclear = words.text(
                "I did not understand all of what you typed. Please complete it here."
            )
            parts.insert(0, paragraph(unclear))
        notes.append(rich_text(*parts))
    if draft.place.about_ts is not None:
        link = form.workspace.link_to(draft.place.channel_id, draft.place.about_ts)
        notes.append(context(link_to(link, words.text("The message this is for"))))
    return notes


def _asks(draft: Draft, field: FormField) -> bool:
    return draft.question is not None and draft.question.field is field


def question_above(draft: Draft, field: FormField) -> list[Block]:
    """Returns what is asked about a field, to stand above it: Slack opens no view with errors."""
    if draft.question is None or draft.question.field is not field:
        return []
    return [rich_text(paragraph(draft.question.sentence, bold=True))]


def _reason_field(words: Words, form: Form, draft: Draft) -> Sequence[Block]:
    """Returns the field for the words; with room for more where more was typed, to be shortened."""
    typed = plain(safe(with_names(draft.reason, form.reader.names)))
    room = REASON_MAX_LENGTH if len(typed) <= REASON_MAX_LENGTH else REASON_FIELD_LENGTH
    field = inputs.field(
        words.text("What for?"),
        inputs.text_input(
            ids.GIVE_REASON,
            initial=typed,
            multiline=True,
            max_length=room,
        ),
        optional=form.workspace.settings.reason_min_length == 0,
    )
    if len(typed) <= REASON_FIELD_LENGTH:
        return [field]
    cut = words.text(
        "What you typed is longer than this field. It was cut after {most} characters.",
        most=words.number(REASON_FIELD_LENGTH),
    )
    return [rich_text(paragraph(cut)), field]


def _telling_each_key(element: Block) -> Block:
    """Have Slack tell of a field while somebody types, and not only when they leave it."""
    when = {"trigger_actions_on": ["on_character_entered"]}
    return element | {"dispatch_action_config": when}


def _value_field(words: Words, settings: WorkspaceSettings, draft: Draft) -> Block:
    value = known_among(draft.hashtags, settings.values) or next(iter(draft.hashtags), "")
    is_optional = settings.value_mode is not ValueMode.REQUIRED
    if settings.value_mode is ValueMode.FREE or not settings.values:
        if _asks(draft, FormField.VALUE):  # whether it is a slip: the known one is proposed
            value = nearest(value, settings.values) or value
        element = inputs.text_input(
            ids.GIVE_VALUE,
            initial=plain(safe(value)),
            placeholder=words.text("#teamwork"),
            max_length=VALUE_MAX_LENGTH,
        )
    else:
        options = {each: hashtag(each) for each in settings.values[:VALUES_SHOWN]}
        fitting = {each: text for each, text in options.items() if len(each) <= OPTION_VALUE_LIMIT}
        chosen = next((each for each in fitting if each.casefold() == value.casefold()), "")
        element = inputs.choice(ids.GIVE_VALUE, fitting, initial=chosen)
    return inputs.field(words.text("Value"), element, optional=is_optional)


def _audience_field(words: Words, *, is_private: bool) -> Block:
    options = {
        PUBLIC: words.text("In public"),
        PRIVATE: words.text("In private: only they and you see it"),
    }
    chosen = PRIVATE if is_private else PUBLIC
    element = inputs.choice(ids.GIVE_AUDIENCE, options, initial=chosen, as_radio=True)
    return inputs.field(words.text("Who may see it?"), element)


def place_block(words: Words, settings: WorkspaceSettings, place: Place) -> Block:
    """Return the sentence that says where it is posted, or the field that asks."""
    announced = settings.announcement_channel_id
    if place.channel_id and not is_channel(place.channel_id):
        return context(words.text("It is posted in this conversation, unless it is private."))
    if place.channel_id and place.audience is Audience.CHANNEL:
        return context(
            words.text(
                "It is posted in {place}, where only its members see it, unless it is private.",
                place=channel_link(place.channel_id),
            )
        )
    where = [place.channel_id or announced, announced]
    channel_ids = list(dict.fromkeys(channel_id for channel_id in where if channel_id))
    if channel_ids:
        places = words.join([channel_link(channel_id) for channel_id in channel_ids])
        return context(words.text("It is posted in {place}, unless it is private.", place=places))
    return inputs.field(
        words.text("Where is it posted?"),
        inputs.channel_select(ids.GIVE_PLACE),
        hint=words.text("Private thanks need no channel."),
        optional=True,
    )


def total_line(words: Words, total: Total) -> Block:
    """Return the line of the form that says what it costs and what is left."""
    values = {
        "total": points(words, total.points_total),
        "left": points(words, max(total.allowance_left - total.points_total, 0)),
        "when": words.moment(total.renews_at),
    }
    if total.people_count == 0 or total.points_each < 1:
        left = points(words, total.allowance_left)
        line = words.text(
            "You have {points} left to give until {when}.", points=left, when=values["when"]
        )
    elif total.is_free:
        line = _free_line(words, total)
    elif total.points_total <= total.allowance_left:
        line = words.text(
            "That is {total} in all. You will have {left} left until {when}.", **values
        )
    else:
        values["left"] = points(words, total.allowance_left)
        line = words.text(
            "That is {total} in all, but you have only {left} left until {when}.", **values
        )
    return rich_text(paragraph(line)) | {"block_id": ids.GIVE_TOTAL}


def _free_line(words: Words, total: Total) -> str:
    when = words.moment(total.renews_at)
    if not total.allowance_left:
        return words.text(
            "You have no {points} left to give until {when}. Your thanks go out without any.",
            points=points_name(words),
            when=when,
        )
    return words.text(
        "You have only {left} left until {when}, so your thanks go out without any.",
        left=points(words, total.allowance_left),
        when=when,
    )


def with_total(words: Words, shown: Mapping[str, Any], total: Total) -> View:
    """Return a form as Slack has it, with another line about the points.

    All ids stay, and so does what was put in.
    """
    line = total_line(words, total)
    blocks = shown["blocks"]
    return _again(
        shown, *(line if each.get("block_id") == ids.GIVE_TOTAL else each for each in blocks)
    )


def refilled(shown: Mapping[str, Any], sentence: str) -> View:
    """Return a form that was replaced meanwhile: with what was put in, and why it was refused."""
    state = shown.get("state")
    values = state.get("values") if isinstance(state, dict) else None
    fields = (_refilled(block, values) for block in shown["blocks"])
    return _again(shown, rich_text(paragraph(sentence)), *fields)


def _refilled(block: Block, values: object) -> Block:
    if block["type"] != "input":
        return block
    element = block["element"]
    state: object = values
    for name in (block["block_id"], element["action_id"]):
        state = state.get(name) if isinstance(state, dict) else None
    if not isinstance(state, dict):
        return block
    begins = {_INITIAL[key]: value for key, value in state.items() if key in _INITIAL and value}
    rest = {key: value for key, value in element.items() if key not in _INITIAL.values()}
    return block | {"element": rest | begins}


def _again(shown: Mapping[str, Any], *blocks: Block) -> View:
    return View(
        title=shown["title"]["text"],
        submit=shown["submit"]["text"],
        close=shown["close"]["text"],
        callback_id=shown["callback_id"],
        private_metadata=shown["private_metadata"],
        blocks=blocks,
    )


def asked(
    words: Words, error: KudosError, names: Mapping[str, str], *, is_several: bool = False
) -> FormQuestion:
    """Returns what the form asks of somebody whose thanks were refused."""
    field = field_of(error, is_several=is_several) or FormField.PEOPLE
    return FormQuestion(field, refusal(words, error, names))


def refusal_at(
    words: Words, error: KudosError, names: Mapping[str, str], shown: Mapping[str, Any]
) -> dict[str, str]:
    """Return the sentence for a refusal, at the field of the form which it is about.

    There is no markup in it, since Slack shows none there.
    """
    sentence = spoken(refusal(words, error, names))
    if isinstance(unwrapped(error), ChannelNotAllowedError):
        sentence = plain(
            words.text("Kudos can't be given in that channel. Choose another, or give in private.")
        )
    there = [block["block_id"] for block in shown["blocks"] if block["type"] == "input"]
    field = _IDS[field_of(error, is_several=ids.GIVE_LINES in there) or FormField.PEOPLE]
    if field == ids.GIVE_PLACE and field not in there:
        field = ids.GIVE_AUDIENCE
    return {field: sentence} if field in there else at_first_field(sentence, shown)


def at_first_field(sentence: str, shown: Mapping[str, Any]) -> dict[str, str]:
    """Returns a sentence that is about none of the fields of a form, at the first of them."""
    there = (block["block_id"] for block in shown["blocks"] if block["type"] == "input")
    return {next(there): sentence}


def done_view(words: Words, message: Message) -> View:
    """Return what takes the place of the form once it is decided: a message, with its buttons."""
    return View(title=words.text("Kudos"), close=words.text("Done"), blocks=message.blocks)


def form_not_opened(words: Words) -> str:
    """Return what is said where Slack does not open the form."""
    return words.text("The form could not be opened. Please try again, or type /kudos help.")
