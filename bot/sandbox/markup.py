"""Keyboards as the Bot API takes them, checked as Telegram checks them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from bot.sandbox.refusal import bad_request

Markup = dict[str, Any]

_CALLBACK_DATA_BYTES: Final = 64
_MOST_BUTTONS: Final = 100
_STYLES: Final = ("danger", "success", "primary")
_INLINE_FIELDS: Final = frozenset({"text", "style", "callback_data", "url", "copy_text"})
_INLINE_ACTIONS: Final = frozenset({"callback_data", "url", "copy_text"})
_REPLY_FIELDS: Final = frozenset({"text", "style", "request_contact", "request_location"})
_FIELDS_BY_KIND: Final = {
    "inline_keyboard": frozenset({"inline_keyboard"}),
    "keyboard": frozenset(
        {"keyboard", "is_persistent", "resize_keyboard", "one_time_keyboard", "input_field_placeholder", "selective"}
    ),
    "remove_keyboard": frozenset({"remove_keyboard", "selective"}),
    "force_reply": frozenset({"force_reply", "input_field_placeholder", "selective"}),
}


@dataclass(frozen=True, slots=True)
class Keyboards:
    """What a message says about keyboards: at most one of the two is there."""

    inline: Markup | None = None
    """Under the message, part of it."""
    reply: Markup | None = None
    """In place of the phone's own keyboard, or its removal; not part of the message that the bot gets back."""


def check(value: object) -> Keyboards:
    """Return the keyboards in a `reply_markup` parameter that was given; an empty object means none.

    Raises:
        Refusal: it is none of the four kinds, or a button is wrong.
    """
    if not isinstance(value, dict):
        raise bad_request("object expected as reply markup")
    if not value:
        return Keyboards()
    kind = next((name for name in _FIELDS_BY_KIND if name in value), None)
    if kind is None:
        raise bad_request("a reply markup of none of the four kinds is not carried by the sandbox")
    _no_others(value, _FIELDS_BY_KIND[kind], "reply markup")
    if kind == "inline_keyboard":
        rows = _rows(value[kind], kind, _inline_button)
        return Keyboards(inline={"inline_keyboard": rows} if rows else None)
    if kind == "keyboard":
        return Keyboards(reply={**value, "keyboard": _rows(value[kind], kind, _reply_button)})
    if value[kind] is not True:
        raise bad_request(f'field "{kind}" must be of type Boolean')
    return Keyboards(reply=value)


def check_inline(value: object) -> Markup | None:
    """Return the inline keyboard given with an edit; no other kind of keyboard can be edited in."""
    keyboards = check(value)
    if keyboards.reply is not None:
        raise bad_request("inline keyboard expected")
    return keyboards.inline


def _no_others(value: Markup, known: frozenset[str], what: str) -> None:
    """Refuse fields that Telegram would ignore: they are a misspelling or something the sandbox can't show."""
    for name in value.keys() - known:
        raise bad_request(f'field "{name}" of a {what} is not carried by the sandbox')


def _rows(value: object, name: str, check_button: Callable[[object], Markup]) -> list[list[Markup]]:
    if not isinstance(value, list):
        raise bad_request(f'field "{name}" must be of type Array')
    if not all(isinstance(row, list) for row in value):
        of = " of the InlineKeyboardMarkup" if name == "inline_keyboard" else ""
        raise bad_request(f'field "{name}"{of} must be an Array of Arrays')
    rows = [[check_button(button) for button in row] for row in value if row]
    if sum(map(len, rows)) > _MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    return rows


def _style(button: Markup, problem: str) -> None:
    if button.get("style", "primary") not in _STYLES:
        raise bad_request(problem + "invalid button style specified")


def _inline_button(button: object) -> Markup:
    problem = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise bad_request(problem + "InlineKeyboardButton must be an Object")
    _no_others(button, _INLINE_FIELDS, "button")
    _label(button, problem)
    _style(button, problem)
    actions = {name for name in _INLINE_ACTIONS if button.get(name)}
    if not actions:
        raise bad_request(problem + "Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request("a button with more than one action is not carried by the sandbox")
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if "callback_data" in actions:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode("utf-8", "surrogatepass")) <= _CALLBACK_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    elif "url" in actions:
        url = button["url"]
        if not isinstance(url, str) or not url.lower().startswith(("https://", "http://", "tg://")):
            raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return button


def _reply_button(button: object) -> Markup:
    if isinstance(button, str):
        return {"text": button}
    problem = "can't parse keyboard button: "
    if not isinstance(button, dict):
        raise bad_request(problem + "KeyboardButton must be a String or an Object")
    _no_others(button, _REPLY_FIELDS, "button")
    _label(button, problem)
    _style(button, problem)
    if not button["text"].strip():
        raise bad_request("keyboard button text must be non-empty")
    return button


def _label(button: Markup, problem: str) -> None:
    if "text" not in button:
        raise bad_request(problem + 'Can\'t find field "text"')
    if not isinstance(button["text"], str):
        raise bad_request(problem + 'Field "text" must be of type String')
