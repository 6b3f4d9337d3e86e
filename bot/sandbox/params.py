"""The parameters of one Bot API call, however they were sent.

Forms and query strings carry text, JSON bodies carry values; Telegram takes either for any parameter, and text
that is JSON for a structured one. Unlike Telegram, which ignores what it doesn't know, a parameter that a method
doesn't have is refused here: it is a mistake in the bot. So is one that the sandbox doesn't carry, and a number that is
none, which Telegram takes for 0. What Telegram refuses itself is refused in its words.
"""

import json
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bot.sandbox.refusal import bad_request

if TYPE_CHECKING:
    from bot.sandbox.emulator import Emulator


#: What Telegram calls a structured parameter that it can't parse, where that is not its name with spaces.
_CALLED: Final = {"reply_markup": "reply keyboard markup", "scope": "BotCommandScope", "reaction": "reaction types"}
#: The items of each parameter that is an array.
_ITEMS: Final = {
    "allowed_updates": "String", "commands": "BotCommand", "media": "InputMedia", "reaction": "ReactionType",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a multipart body."""

    content: bytes
    file_name: str
    mime_type: str


class Params:
    """Typed access to the parameters."""

    __slots__ = ("_files", "_values")

    def __init__(self, values: Mapping[str, Any], files: Mapping[str, Upload]) -> None:
        self._values = values
        self._files = files

    def names(self) -> set[str]:
        """Return the names of the parameters that were given; files named by `attach://` are none."""
        return self._values.keys() | {name for name in self._files if not self._attached(name)}

    def _attached(self, name: str) -> bool:
        reference = f"attach://{name}"
        return any(isinstance(value, str) and reference in value for value in self._values.values())

    def file(self, name: str) -> Upload | None:
        """Return the upload in a parameter, given directly or as `attach://`."""
        if name in self._files:
            return self._files[name]
        return self.attachment(self.string(name))

    def attachment(self, reference: str) -> Upload | None:
        """Return the upload that `attach://<name>` speaks of, or None for anything else."""
        if not reference.startswith("attach://"):
            return None
        upload = self._files.get(reference.removeprefix("attach://"))
        if upload is None:
            raise bad_request("file must be non-empty")
        return upload

    def string(self, name: str) -> str:
        """Return a text, empty when absent."""
        value = self._values.get(name, "")
        if isinstance(value, str):
            return value
        return str(value).lower() if isinstance(value, bool) else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        """Return a whole number."""
        value = self._values.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError, OverflowError):
            raise bad_request(f'parameter "{name}" is no Integer, which the sandbox does not pass over') from None

    def number(self, name: str) -> float:
        """Return a number."""
        try:
            return float(self._values.get(name, ""))
        except (TypeError, ValueError):
            raise bad_request(f'parameter "{name}" is no Number, which the sandbox does not pass over') from None

    def boolean(self, name: str) -> bool:
        """Return whether a flag is set."""
        return self.string(name).lower() in {"true", "yes", "1"}

    def structure(self, name: str) -> Any:
        """Return a JSON value, None when absent."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {_CALLED.get(name, name.replace('_', ' '))} JSON object") from None

    def items(self, name: str) -> list[Any]:
        """Return a JSON array, empty when absent."""
        value = self.structure(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise bad_request(f"expected an Array of {_ITEMS[name]}")
        return value


Handler = Callable[["Emulator", Params], Coroutine[Any, Any, Any]]


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the Bot API, as far as the sandbox carries it."""

    name: str
    required: frozenset[str]
    optional: frozenset[str]
    run: Handler

    def check_names(self, given: set[str]) -> None:
        """Refuse parameters that the method doesn't have; what is missing is refused where it is missed."""
        if strange := given - self.required - self.optional:
            raise bad_request(f'parameter "{min(strange)}" of {self.name} is unknown or not carried by the sandbox')


METHODS: Final[dict[str, Method]] = {}
"""Every method by its name in lower case: Telegram doesn't mind the case."""


def method(name: str, *, required: str = "", optional: str = "") -> Callable[[Handler], Handler]:
    """Register the handler of a Bot API method with the names of its parameters, separated by spaces."""

    def register(run: Handler) -> Handler:
        METHODS[name.lower()] = Method(name, frozenset(required.split()), frozenset(optional.split()), run)
        return run

    return register
