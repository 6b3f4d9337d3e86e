"""The commands that the menu offers, in the order people need them, with what each does."""

from collections.abc import Mapping

from bot.flows.screen import Text, text

COMMANDS: Mapping[str, Text] = {
    "new": text("Report something"),
    "my": text("My matters and how they stand"),
    "contact": text("How to reach us"),
    "who": text("Who does what here"),
    "help": text("What you can do here"),
    "settings": text("Language and your home"),
    "rules": text("What you can count on"),
    "privacy": text("What we keep, and how you can have it erased"),
    "cancel": text("Drop what you have begun"),
}
