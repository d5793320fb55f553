"""One group in one process: its clients, the last events, and their order."""

import asyncio
from collections import deque

from .envelopes import Envelope, encode, last_number
from .lines import Line

KEPT = 200
"""Events a client may have missed and still get one by one."""
PATIENCE = 0.5
"""Seconds that an event which overtook another one waits for it."""

ASK_AGAIN = encode({"type": "resync"})
"""Events were lost on the way: each client asks for everything again."""


class Hub:
    """Gives each event to its clients in the order of its number; whoever comes back gets what she missed."""

    def __init__(self, group: str) -> None:
        self.group = group
        self.lines: set[Line] = set()
        self._kept: deque[tuple[int, str]] | None = None  # most groups are one person's, and hear no numbered event
        self._last: int | None = None
        self._noted: int | None = None
        self._early: dict[int, str] = {}
        self._waiting: asyncio.TimerHandle | None = None

    def take(self, envelope: Envelope) -> None:
        if "close" in envelope:
            for line in self.lines:
                line.end(envelope["close"])
        elif (seq := envelope["seq"]) is None:
            self._tell_passing(envelope["text"], envelope.get("to"))
        elif self._last is None or seq == self._last + 1:
            self._tell(seq, envelope["text"])
            self._tell_early()
        elif seq > self._last:
            self._early[seq] = envelope["text"]
            if self._waiting is None:
                self._waiting = asyncio.get_running_loop().call_later(PATIENCE, self._stop_waiting)

    def number(self) -> int:
        """The number up to which nothing more will be heard here; read it before what a snapshot shows. Sync.

        Redis is asked once: whatever is published after this hub began to listen, it hears.
        """
        if self._last is not None:
            return self._last
        if self._noted is None:
            self._noted = last_number(self.group)
        return self._noted

    def since(self, seq: int) -> list[str] | None:
        """What followed event `seq`; None when that is no longer known here, and a snapshot must do."""
        known = seq == self._last or any(number == seq for number, _text in self._kept or ())
        return self.after(seq) if known else None

    def after(self, seq: int) -> list[str]:
        """The events kept here whose number is higher."""
        return [text for number, text in self._kept or () if number > seq]

    def lost(self) -> None:
        """Events may have passed unheard (the layer was away): everybody asks again."""
        self._kept = None
        self._last = self._noted = None
        for line in self.lines:
            line.put(ASK_AGAIN)

    def stop(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()

    def _tell(self, seq: int, text: str) -> None:
        # The number is set into the text that was encoded once: {"seq":7,"type":…}
        numbered = f'{{"seq":{seq},{text[1:]}'
        self._last = seq
        if self._kept is None:
            self._kept = deque(maxlen=KEPT)
        self._kept.append((seq, numbered))
        for line in self.lines:
            line.put(numbered)

    def _tell_passing(self, text: str, to: str | None) -> None:
        for line in self.lines:
            if to is None or line.name == to:
                # What is meant for one client (an offer, a candidate) is no noise: it may not be dropped in silence.
                line.put(text, passing=to is None)

    def _tell_early(self) -> None:
        while self._last is not None and (text := self._early.pop(self._last + 1, None)) is not None:
            self._tell(self._last + 1, text)
        if not self._early and self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _stop_waiting(self) -> None:
        self._waiting = None
        early, self._early = sorted(self._early.items()), {}
        self.lost()
        for seq, text in early:
            self._tell(seq, text)
