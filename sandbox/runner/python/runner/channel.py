"""Frames over the process's first two file descriptors, which nothing else keeps."""

import os
import sys

from .frames import HEADER_BYTES, ProtocolError, read_header

# What an honest host sends at most.
MAXIMUM_PAYLOAD = 256 * 1024 * 1024
PIECE = 1_048_576


class Channel:
    """Reads and writes frames; synchronous, for there is nothing else to do meanwhile."""

    def __init__(self, source, target):
        self._source = source
        self._target = target

    def read_frame(self):
        """(type, payload) of the next frame; None at the end of the input."""
        header = self._read(HEADER_BYTES)
        if header is None:
            return None
        length, kind = read_header(header)
        if length > MAXIMUM_PAYLOAD:
            raise ProtocolError(f'a frame of {length} bytes is too long')
        payload = self._read(length)
        return None if payload is None else (kind, payload)

    def write(self, data):
        rest = memoryview(data)
        while len(rest) > 0:
            rest = rest[os.write(self._target, rest[:PIECE]) :]

    def _read(self, length):
        data = bytearray()
        while len(data) < length:
            piece = os.read(self._source, min(PIECE, length - len(data)))
            if not piece:
                return None
            data += piece
        return data


def take_channel():
    """Moves the frames to descriptors of their own, and points 0, 1 and 2 at nothing: whatever prints
    says nothing to the host.
    """
    source = os.dup(0)
    target = os.dup(1)
    nothing = os.open('/dev/null', os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor, inheritable=False)
    os.close(nothing)
    sys.stdin = sys.stdout = sys.stderr = None
    sys.__stdin__ = sys.__stdout__ = sys.__stderr__ = None
    return Channel(source, target)
