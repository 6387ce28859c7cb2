"""The log of one run, which keeps its first letters."""

from .failure import text_of

MAXIMUM_LINES = 10_000


class RunLog:
    def __init__(self, room):
        self._room = room
        self.lines = []
        self.dropped = 0

    def add(self, message):
        line = text_of(message)
        # One more for the line's end, so that empty lines fill the log too.
        self._room -= len(line) + 1
        if self._room < 0 or len(self.lines) >= MAXIMUM_LINES:
            self.dropped += 1
        else:
            self.lines.append(line)
