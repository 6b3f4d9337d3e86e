"""The table from Telegram's answers to outcomes, as a table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)

from bot.adapters.telegram.outcomes import outcome_of
from bot.adapters.telegram.request import FloodError, NotSentError
from bot.ports.messenger import (
    Ambiguous,
    Delayed,
    Done,
    Gone,
    Malformed,
    Migrated,
    NotSent,
    Outcome,
    TopicGone,
    Unauthorized,
    Unreachable,
)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (FloodError(7), Delayed(7)),
        (ChatMigrated(-1001), Migrated(-1001)),
        (InvalidToken("Unauthorized"), Unauthorized("the token is not accepted")),
        (Forbidden("Forbidden: bot was blocked by the user"), Unreachable("bot was blocked by the user")),
        (Forbidden("Forbidden: user is deactivated"), Unreachable("user is deactivated")),
        (
            Forbidden("Forbidden: bot can't initiate conversation with a user"),
            Unreachable("bot can't initiate conversation with a user"),
        ),
        (NotSentError("ClientConnectorError"), NotSent("ClientConnectorError")),
        (TimedOut("SocketTimeoutError"), Ambiguous("SocketTimeoutError")),
        (NetworkError("HTTP status 502"), Ambiguous("HTTP status 502")),
        (Conflict("Conflict"), Ambiguous("Conflict")),
        (TelegramError("Something new"), Ambiguous("Something new")),
    ],
)
def test_an_error_class_has_its_outcome(error: TelegramError, outcome: Outcome) -> None:
    assert outcome_of(error) == outcome


@pytest.mark.parametrize(
    ("description", "outcome"),
    [
        (
            "Bad Request: message is not modified: specified new message content and reply markup are exactly the same",
            Done,
        ),
        ("Bad Request: message to edit not found", Gone),
        ("Bad Request: message can't be edited", Gone),
        ("Bad Request: MESSAGE_ID_INVALID", Gone),
        ("Bad Request: message thread not found", TopicGone),
        ("Bad Request: TOPIC_CLOSED", TopicGone),
        ("Bad Request: message to be replied not found", Gone),
        ("Bad Request: there is no text in the message to edit", Gone),
        ("Bad Request: query is too old and response timeout expired or query ID is invalid", Gone),
        ("Bad Request: wrong file identifier/HTTP URL specified", Gone),
        ("Bad Request: chat not found", Unreachable),
        ("Bad Request: not enough rights to send text messages to the chat", Unreachable),
        ("Bad Request: need administrator rights in the channel chat", Unreachable),
        ("Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN", Unreachable),
        ("Bad Request: group chat was upgraded to a supergroup chat", Unreachable),
        ('Bad Request: can\'t parse entities: Unsupported start tag "secret" at byte offset 4', Malformed),
        ("Bad Request: message is too long", Malformed),
        ("Bad Request: message text is empty", Malformed),
        ("Bad Request: BUTTON_DATA_INVALID", Malformed),
        ("Bad Request: inline keyboard button URL 'secret' is invalid: Wrong HTTP URL", Malformed),
        ("Bad Request: something nobody has heard of", Malformed),
    ],
)
def test_a_description_of_telegram_has_its_outcome(description: str, outcome: type[Outcome]) -> None:
    result = outcome_of(BadRequest(description))
    assert type(result) is outcome
    assert "secret" not in repr(result)


@pytest.mark.parametrize(
    ("description", "reason"),
    [
        ('Bad Request: strange thing "a private word" happened', "Strange thing"),
        ("Bad Request: strange thing 'a private word' happened", "Strange thing"),
        ("Bad Request: can't do it: a private word", "Can't do it"),
        ("Bad Request: nobody at +85291234567", "Nobody at"),
        ('Bad Request: "a private word"', "no reason given"),
    ],
)
def test_a_reason_never_quotes(description: str, reason: str) -> None:
    assert outcome_of(BadRequest(description)) == Malformed(reason)


@given(st.text())
def test_every_description_has_an_outcome(description: str) -> None:
    for error in (BadRequest(description), Forbidden(description), NetworkError(description)):
        assert len(getattr(outcome_of(error), "reason", "")) <= 80
