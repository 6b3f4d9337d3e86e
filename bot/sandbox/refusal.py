"""How the emulator says no, in Telegram's own words.

A bot tells one failure from another by the code, the description and the parameters of the answer, so the
descriptions here and in the callers are Telegram's, letter by letter, wherever its wording is known.
"""


class Refusal(Exception):
    """A Bot API call that has no effect; it becomes an answer with `"ok": false`."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        """HTTP status and `error_code` of the answer."""
        self.description = description
        self.parameters = parameters
        """`ResponseParameters`: `retry_after` in seconds, or `migrate_to_chat_id`."""


def bad_request(description: str, **parameters: int) -> Refusal:
    """Return the refusal of a call that is wrong in itself (400)."""
    return Refusal(400, f"Bad Request: {description}", **parameters)


def forbidden(description: str) -> Refusal:
    """Return the refusal of a call that the other side does not want (403)."""
    return Refusal(403, f"Forbidden: {description}")


def too_many_requests(retry_after_s: int) -> Refusal:
    """Return the refusal of a call that came too soon (429)."""
    return Refusal(429, f"Too Many Requests: retry after {retry_after_s}", retry_after=retry_after_s)
