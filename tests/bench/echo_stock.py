"""The contender to beat: stock python-telegram-bot, polling, an echo, and no storage at all."""

import argparse

from telegram import Update
from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler, filters


async def echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    """Send a message back to where it came from."""
    assert update.message is not None
    await update.message.reply_text(update.message.text or "")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="where the Bot API is")
    parser.add_argument("--concurrent-updates", type=int, default=0, help="0: one update at a time, the default")
    options = parser.parse_args()
    # Every setting at its default but where the Bot API is.
    builder = ApplicationBuilder().token("1:bench").base_url(f"{options.url}/bot")
    application = builder.concurrent_updates(options.concurrent_updates or False).build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling()
