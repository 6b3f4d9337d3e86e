"""What every test shares: a log like the program's own, without secrets or anybody's words."""

from bot.adapters import logging

logging.configure(level="warning", form="console")
