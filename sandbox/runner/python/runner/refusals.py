"""Counts what a strategy is refused, also where it catches the error: an honest one does not ask for what it
cannot have, or ends with its first try.
"""

import sys

from .failure import SCRIPT_NAME, column_of

# As sandbox/runner/refusals.ts has them.
MOST_REFUSALS = 20
MOST_STACKS = 1000
LONGEST = 60


class Refusals:
    def __init__(self):
        self.total = 0
        self._found = {}

    def note(self, what):
        self.total += 1
        if self.total > MOST_STACKS:
            return
        key = (what[:LONGEST], *self._place())
        if key in self._found:
            self._found[key] += 1
        elif len(self._found) < MOST_REFUSALS:
            self._found[key] = 1

    def as_list(self):
        return [
            {'what': what, 'line': line, 'column': column, 'count': count}
            for (what, line, column), count in self._found.items()
        ]

    def _place(self):
        """(line, column) of the strategy's file nearest to what was refused."""
        frame = sys._getframe(2)
        while frame is not None:
            if frame.f_code.co_filename == SCRIPT_NAME:
                return frame.f_lineno, column_of(frame.f_code, frame.f_lasti)
            frame = frame.f_back
        return None, None
