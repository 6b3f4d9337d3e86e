"""A thread that ends the process when the event loop is blocked.

Nothing on a blocked loop can notice that it is blocked, and a bot that hangs looks alive from outside while nobody is
answered. So the loop pats the watchdog, and the watchdog bites: all threads' tracebacks to standard error, then
`os._exit`, because a regular exit would wait for the very threads that hang.
"""

import faulthandler
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Final

EXIT_CODE: Final = 70  # EX_SOFTWARE of sysexits.h; whoever supervises the process starts it again
LIMIT_S: Final = 60.0
INTERVAL_S: Final = 5.0


def _dump() -> None:
    faulthandler.dump_traceback(file=sys.stderr, all_threads=True)


class Watchdog:
    """Ends the process with `EXIT_CODE` when `pat` has not been called for `limit_s` seconds."""

    def __init__(
        self,
        *,
        limit_s: float = LIMIT_S,
        monotonic: Callable[[], float] = time.monotonic,
        dump: Callable[[], None] = _dump,
        leave: Callable[[int], None] = os._exit,
    ) -> None:
        self._limit_s = limit_s
        self._monotonic = monotonic
        self._dump = dump
        self._leave = leave
        self._patted = self._looked = monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self.pat()
        self._thread.start()

    def stop(self) -> None:
        """Cease to watch; the thread has ended when this returns."""
        self._ended.set()
        self._thread.join()

    def pat(self) -> None:
        """Show that the event loop turns."""
        self._patted = self._monotonic()

    def look(self) -> None:
        """Compare once; called by the thread every `INTERVAL_S`."""
        now = self._monotonic()
        if now - self._looked > 3 * INTERVAL_S:
            # This thread did not run either: the whole process was held (SIGSTOP, a frozen container), not the loop.
            self._patted = now
        self._looked = now
        if now - self._patted >= self._limit_s:
            self._dump()
            self._leave(EXIT_CODE)

    def _watch(self) -> None:
        while not self._ended.wait(INTERVAL_S):
            self.look()
