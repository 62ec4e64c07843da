"""The state of inputs: what stands in them at first, what people put in, what is missing."""

from collections.abc import Iterator
from secrets import token_hex
from typing import Any

from bot.sandbox.model import Json, SlackError
from bot.sandbox.rich_text_field import composed, names_somebody, typed_rich_text
from bot.sandbox.workspace import Workspace

# Where each kind of element keeps its value in view.state.values.
VALUE_NAMES: dict[str, str] = {
    "plain_text_input": "value",
    "number_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "rich_text_input": "rich_text_value",
    "file_input": "files",
    "checkboxes": "selected_options",
    "radio_buttons": "selected_option",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
}
LISTS = frozenset({name for name in VALUE_NAMES.values() if name.endswith("s")})

Values = dict[str, dict[str, Json]]


def elements_of(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Yield every interactive element with the block that it stands in."""
    for block in blocks:
        inside = [block.get("element"), block.get("accessory"), *block.get("elements", [])]
        for element in inside:
            if isinstance(element, dict) and "action_id" in element:
                yield block, element


def give_ids(blocks: list[Json]) -> list[Json]:
    """Return the blocks with the ids that Slack makes up where the app gave none."""
    named = []
    for block in blocks:
        copy = {**block, "block_id": block.get("block_id") or token_hex(3)}
        for name in ("element", "accessory"):
            if isinstance(copy.get(name), dict):
                copy[name] = _with_action_id(copy[name])
        if copy.get("type") == "actions":
            copy["elements"] = [_with_action_id(element) for element in copy["elements"]]
        named.append(copy)
    return named


def _with_action_id(element: Json) -> Json:
    if element.get("type") == "image" or element.get("action_id"):
        return element
    return {**element, "action_id": token_hex(3)}


def initial_values(blocks: list[Json], kept: Values | None = None) -> Values:
    """Return the state of fresh blocks; what is `kept` for the same ids wins."""
    values: Values = {}
    for block, element in elements_of(blocks):
        name = VALUE_NAMES.get(element["type"])
        if name is None:
            continue
        before = (kept or {}).get(block["block_id"], {}).get(element["action_id"])
        if before is None or before["type"] != element["type"]:
            initial = element.get(
                "initial_" + name.removeprefix("selected_").removeprefix("rich_text_")
            )
            before = {"type": element["type"], name: initial}
            if initial is None and name in LISTS:
                before[name] = []
        values.setdefault(block["block_id"], {})[element["action_id"]] = before
    return values


def to_state(element: Json, value: Any, workspace: Workspace) -> Json:
    """Return what Slack's client would send for a value as a test writes it.

    Options may be given by their value, people by handle, channels by name; lists for what
    takes several. Raises SlackError where there is no such option, person or channel.
    """
    type_ = element["type"]
    name = VALUE_NAMES[type_]
    if name in LISTS and name != "files":
        several = value if isinstance(value, list | tuple) else [value]
        return {"type": type_, name: [_one_value(element, item, workspace) for item in several]}
    return {"type": type_, name: None if value is None else _one_value(element, value, workspace)}


def _one_value(element: Json, value: Any, workspace: Workspace) -> Any:
    type_ = element["type"]
    if isinstance(value, dict):
        return value
    if "options" in element or "option_groups" in element or "external" in type_:
        return find_option(element, str(value))
    if "users_select" in type_:
        user = workspace.find_user(str(value))
        if user is None:
            raise SlackError("user_not_found", value=value)
        return user.id
    if "channels_select" in type_ or "conversations_select" in type_:
        channel = workspace.find_channel(str(value))
        if channel is None:
            raise SlackError("channel_not_found", value=value)
        return channel.id
    if type_ == "rich_text_input":
        return typed_rich_text(str(value), workspace)
    return value if type_ == "datetimepicker" else str(value)


def as_sent(blocks: list[Json], values: Values, workspace: Workspace) -> Values:
    """Return what people put in as Slack's client sends it, with references in rich text.

    Text that the app put there stays text, as long as nobody types in its field.
    """
    sent = {block_id: dict(inner) for block_id, inner in values.items()}
    for block, element in elements_of(blocks):
        state = sent.get(block["block_id"], {}).get(element["action_id"], {})
        value = state.get("rich_text_value")
        if value and value != element.get("initial_value"):
            state = {**state, "rich_text_value": composed(value, workspace)}
            sent[block["block_id"]][element["action_id"]] = state
    return sent


def find_option(element: Json, value: str) -> Json:
    """Return the option with this value; external selects make one of any value."""
    groups = element.get("option_groups") or []
    options = [*(element.get("options") or [])]
    options += [option for group in groups for option in group["options"]]
    for option in options:
        if value in {option["value"], option["text"]["text"]}:
            return dict(option)
    if "external" in element["type"]:
        return {"text": {"type": "plain_text", "text": value}, "value": value}
    raise SlackError("option_not_found", value=value, there_are=[one["value"] for one in options])


def complaints(blocks: list[Json], values: Values) -> dict[str, str]:
    """Return what Slack's client itself says before it sends a form, by block id."""
    found: dict[str, str] = {}
    for block, element in elements_of(blocks):
        if block["type"] != "input":
            continue
        state = values.get(block["block_id"], {}).get(element["action_id"], {})
        value = state.get(VALUE_NAMES.get(element["type"], "value"))
        if value in (None, "", []):
            if not block.get("optional"):
                found[block["block_id"]] = "Please complete this required field."
        elif complaint := _complaint(element, value):
            found[block["block_id"]] = complaint
    return found


def cannot_be_sent(blocks: list[Json], values: Values) -> bool:
    """Return whether Slack's client would fail to send a form.

    It misspells people, groups and channels (`userId`) in rich text that an app put there, until
    somebody types in the field: github.com/slackapi/bolt-js/issues/2138 and 2266, bolt-python 1003.
    """
    for block, element in elements_of(blocks):
        if element["type"] == "rich_text_input" and (begins := element.get("initial_value")):
            state = values.get(block["block_id"], {}).get(element["action_id"], {})
            if state.get("rich_text_value") == begins and names_somebody(begins):
                return True
    return False


def _complaint(element: Json, value: Any) -> str | None:
    if element["type"] == "plain_text_input":
        least, most = element.get("min_length", 0), element.get("max_length", 3000)
        if len(value) < least:
            return f"Please enter at least {least} characters."
        return f"Please enter at most {most} characters." if len(value) > most else None
    if element["type"] == "number_input":
        return _number_complaint(element, str(value))
    most_items = element.get("max_selected_items")
    if most_items and len(value) > most_items:
        return f"Please choose at most {most_items}."
    return None


def _number_complaint(element: Json, value: str) -> str | None:
    try:
        number = float(value) if element.get("is_decimal_allowed") else int(value)
    except ValueError:
        return "Please enter a number."
    if "min_value" in element and number < float(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if "max_value" in element and number > float(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return None
