"""Slack's limits on the elements inside blocks: buttons, inputs, selects, options."""

from bot.sandbox.block_checks import Checker
from bot.sandbox.model import Json

MOST_OPTIONS = 100
MOST_CHOICES = 10
MOST_OVERFLOW = 5
MOST_INPUT_CHARACTERS = 3000

SELECTS = frozenset(
    f"{many}{kind}_select"
    for many in ("", "multi_")
    for kind in ("static", "external", "users", "conversations", "channels")
)
CHOICES = frozenset({"checkboxes", "radio_buttons"})
PICKERS = frozenset({"datepicker", "timepicker", "datetimepicker"})
TYPED = frozenset({"plain_text_input", "number_input", "email_text_input", "url_text_input"})

ALLOWED: dict[str, frozenset[str]] = {
    "section": SELECTS | CHOICES | PICKERS | {"button", "overflow", "image", "workflow_button"},
    "actions": SELECTS | CHOICES | PICKERS | {"button", "overflow", "workflow_button"},
    "context": frozenset({"image"}),
    "input": SELECTS | CHOICES | PICKERS | TYPED | {"rich_text_input", "file_input"},
}


def check_element(checker: Checker, element: object, here: str, place: str) -> None:
    """Check one element; `place` is the kind of block that it stands in."""
    if not isinstance(element, dict):
        checker.fail(here, "must be an object")
        return
    type_ = str(element.get("type"))
    if type_ not in ALLOWED[place] or (type_ == "number_input" and checker.surface == "home"):
        checker.fail(f"{here}/type", f"unsupported type: {type_}")
        return
    if type_ == "image":
        checker.image(element, here)
        return
    checker.string(element, here, "action_id", most=255)
    if "confirm" in element:
        _check_confirm(checker, element["confirm"], f"{here}/confirm")
    if type_ == "button":
        _check_button(checker, element, here)
    elif type_ in SELECTS:
        _check_select(checker, element, here, type_)
    elif type_ in CHOICES or type_ == "overflow":
        _check_choices(checker, element, here, type_)
    elif type_ in TYPED:
        _check_typed(checker, element, here, type_)


def _check_button(checker: Checker, element: Json, here: str) -> None:
    checker.text(element, here, "text", most=75, plain=True, required=True)
    checker.string(element, here, "value", most=2000, least=0)
    checker.string(element, here, "url", most=3000)
    checker.string(element, here, "accessibility_label", most=75)
    if element.get("style") not in {None, "primary", "danger"}:
        checker.fail(f"{here}/style", "must be one of: primary, danger")


def _check_select(checker: Checker, element: Json, here: str, type_: str) -> None:
    checker.text(element, here, "placeholder", most=150, plain=True)
    if type_.startswith("multi_") and int(element.get("max_selected_items", 1)) < 1:
        checker.fail(f"{here}/max_selected_items", "must be at least 1")
    if not type_.endswith("static_select"):
        return
    if ("options" in element) == ("option_groups" in element):
        checker.fail(here, "must have exactly one of options and option_groups")
    if "options" in element:
        options = checker.items(element, here, "options", most=MOST_OPTIONS)
        _check_options(checker, options, f"{here}/options")
    groups = checker.items(element, here, "option_groups", most=MOST_OPTIONS, required=False)
    for number, group in enumerate(groups):
        place = f"{here}/option_groups/{number}"
        if not isinstance(group, dict):
            checker.fail(place, "must be an object")
            continue
        checker.text(group, place, "label", most=75, plain=True, required=True)
        options = checker.items(group, place, "options", most=MOST_OPTIONS)
        _check_options(checker, options, f"{place}/options")
    _check_initial(checker, element, here)


def _check_choices(checker: Checker, element: Json, here: str, type_: str) -> None:
    most = MOST_OVERFLOW if type_ == "overflow" else MOST_CHOICES
    options = checker.items(element, here, "options", most=most)
    _check_options(checker, options, f"{here}/options")
    _check_initial(checker, element, here)


def _check_options(checker: Checker, options: list[object], here: str) -> None:
    for number, option in enumerate(options):
        place = f"{here}/{number}"
        if not isinstance(option, dict):
            checker.fail(place, "must be an object")
            continue
        checker.text(option, place, "text", most=75, required=True)
        checker.text(option, place, "description", most=75)
        checker.string(option, place, "value", most=150, required=True)


def _check_initial(checker: Checker, element: Json, here: str) -> None:
    """What is chosen at first must be among the options, to the letter."""
    groups = element.get("option_groups") or []
    options = [*(element.get("options") or [])]
    options += [one for group in groups if isinstance(group, dict) for one in group["options"]]
    initial = element.get("initial_options") or []
    if "initial_options" in element and not initial:
        checker.fail(f"{here}/initial_options", "no fewer than 1 items allowed")
    chosen = [*initial, *([element["initial_option"]] if element.get("initial_option") else [])]
    if any(one not in options for one in chosen):
        checker.fail(here, "initial option was not found in the options")


def _check_typed(checker: Checker, element: Json, here: str, type_: str) -> None:
    checker.text(element, here, "placeholder", most=150, plain=True)
    if type_ == "number_input":
        if not isinstance(element.get("is_decimal_allowed"), bool):
            checker.fail(here, "missing required field: is_decimal_allowed")
        for name in ("min_value", "max_value", "initial_value"):
            checker.string(element, here, name, most=MOST_INPUT_CHARACTERS)
        return
    checker.string(element, here, "initial_value", most=MOST_INPUT_CHARACTERS, least=0)
    for name, least in (("min_length", 0), ("max_length", 1)):
        value = element.get(name)
        if value is not None and not least <= int(value) <= MOST_INPUT_CHARACTERS:
            checker.fail(f"{here}/{name}", f"must be from {least} to {MOST_INPUT_CHARACTERS}")


def _check_confirm(checker: Checker, confirm: object, here: str) -> None:
    if not isinstance(confirm, dict):
        checker.fail(here, "must be an object")
        return
    for name, most in (("title", 100), ("confirm", 30), ("deny", 30)):
        checker.text(confirm, here, name, most=most, plain=True)
    checker.text(confirm, here, "text", most=300, required=True)
