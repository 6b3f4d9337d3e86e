"""A contender for whoever has aiogram 3 installed: stock polling, an echo, and no storage."""

import argparse
import asyncio

from aiogram import Bot, Dispatcher  # type: ignore[import-not-found]
from aiogram.client.session.aiohttp import AiohttpSession  # type: ignore[import-not-found]
from aiogram.client.telegram import TelegramAPIServer  # type: ignore[import-not-found]
from aiogram.types import Message  # type: ignore[import-not-found]


async def echo(message: Message) -> None:
    """Send a message back to where it came from."""
    await message.answer(message.text or "")


async def main(url: str) -> None:
    """Poll with every setting at its default but where the Bot API is."""
    dispatcher = Dispatcher()
    dispatcher.message.register(echo)
    await dispatcher.start_polling(Bot("1:bench", AiohttpSession(api=TelegramAPIServer.from_base(url))))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="where the Bot API is")
    asyncio.run(main(parser.parse_args().url))
