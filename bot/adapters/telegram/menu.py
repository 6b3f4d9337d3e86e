"""The menu of commands beside the input field for whoever has none of their own yet (Bot API setMyCommands)."""

from typing import Final

import structlog
import telegram
from telegram.error import TelegramError

from bot.adapters.i18n import catalogue
from bot.domain.people import Language
from bot.flows.commands import offered

log = structlog.get_logger()

#: Telegram tells clients' languages apart by two letters only: which of the Chinese catalogues "zh" gets, the estate's
#: own language decides.
_CHINESE: Final = "zh"


async def publish_menu(bot: telegram.Bot, estate_language: Language) -> None:
    """Set the menu for every language; a menu that could not be set is no reason not to start."""
    chinese = Language.SIMPLIFIED if estate_language is Language.SIMPLIFIED else Language.TRADITIONAL
    try:
        await bot.set_my_commands(_menu(Language.ENGLISH))
        await bot.set_my_commands(_menu(chinese), language_code=_CHINESE)
    except TelegramError as error:
        log.warning("menu_not_set", error=type(error).__name__)


def _menu(language: Language) -> list[telegram.BotCommand]:
    translated = catalogue(language).gettext
    return [telegram.BotCommand(command, translated(does.message)) for command, does in offered(None)]
