"""The frame protocol of sandbox/frames.ts: u32 length of the payload, u8 type, three zero bytes,
payload; all little-endian.
"""

import json
import struct

PROTOCOL_VERSION = 5
HEADER_BYTES = 8
NONCE_BYTES = 16

HELLO, SOURCE, START, BARS, END = 1, 2, 3, 4, 5
READY, STARTED, INTENTS, DONE, FAIL = 65, 66, 67, 68, 69


class ProtocolError(Exception):
    """The host does not keep to the protocol."""


def read_header(header):
    """(length of the payload, type)."""
    length, kind, *zeros = struct.unpack('<IBBBB', header)
    if any(zeros):
        raise ProtocolError('a frame header holds bytes that are not zero where zeros belong')
    return length, kind


def frame(kind, *parts):
    length = sum(len(part) for part in parts)
    return b''.join((struct.pack('<IBBBB', length, kind, 0, 0, 0), *parts))


def json_frame(kind, value):
    # JSON has no surrogates: what cannot be text is replaced.
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return frame(kind, text.encode('utf-8', 'replace'))


def intents_head(nonce, chunk, answers):
    """Head of an intents payload. `answers` has (intents, fills, hash high, hash low) of each set."""
    head = bytes.fromhex(nonce) + struct.pack('<II', chunk, len(answers))
    return head + b''.join(struct.pack('<IIII', *answer) for answer in answers)
