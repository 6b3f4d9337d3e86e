"""The bot as somebody sees it who can end it: for the sandbox, which shows that nothing is lost by that."""

from typing import Protocol


class Process(Protocol):
    """A bot that can be killed and started anew on its data."""

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        ...

    async def kill(self) -> None:
        """End it in the middle of whatever it does; nothing where it does not run."""
        ...

    async def start(self) -> None:
        """Start it on the data that there is; nothing where it runs."""
        ...
