"""What the page is told while it is open: one line of news for each thing that changes in a chat."""

import asyncio
import json
from typing import Any, Final

_BACKLOG: Final = 1_000


class Hub:
    """Hands news to every open page; a page that stops reading is cut off and has to load anew."""

    def __init__(self) -> None:
        self._pages: set[asyncio.Queue[str | None]] = set()

    def join(self) -> asyncio.Queue[str | None]:
        """Return a queue of JSON texts; None is its end."""
        queue: asyncio.Queue[str | None] = asyncio.Queue(_BACKLOG)
        self._pages.add(queue)
        return queue

    def leave(self, queue: asyncio.Queue[str | None]) -> None:
        """Stop the news for one page."""
        self._pages.discard(queue)

    def tell(self, kind: str, **news: Any) -> None:
        """Publish one piece of news; costs next to nothing while no page is open."""
        if not self._pages:
            return
        line = json.dumps({"type": kind, **news})
        for queue in tuple(self._pages):
            if queue.full():
                self._pages.discard(queue)
                queue.get_nowait()
                queue.put_nowait(None)
            else:
                queue.put_nowait(line)

    def close(self) -> None:
        """End the news for all, so that the server can stop."""
        for queue in self._pages:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(None)
        self._pages.clear()
