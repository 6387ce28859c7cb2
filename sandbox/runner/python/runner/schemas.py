"""Checks of what crosses the frames, by hand: the sandbox has the standard library alone. They say the
same as the schemas of sandbox/frames.ts and extension/contracts/strategy.ts.
"""

import json
import math
import re

from .frames import PROTOCOL_VERSION, ProtocolError

NAME_LENGTH = 120
DESCRIPTION_LENGTH = 300
# Letters that a description may have, as JSON.
LONGEST_DESCRIPTION = 100_000
PARAMETER_NAME = re.compile('[A-Za-z][A-Za-z0-9_]{0,39}')
# Names that every object of the host's language has.
TAKEN_NAMES = frozenset(
    (
        'constructor',
        'hasOwnProperty',
        'isPrototypeOf',
        'propertyIsEnumerable',
        'toLocaleString',
        'toString',
        'valueOf',
    )
)


class DeclarationError(Exception):
    """The strategy declares something wrong of itself."""


def read_json(payload):
    try:
        value = json.loads(bytes(payload).decode('utf-8'))
    except ValueError as error:
        raise ProtocolError('a frame that is no JSON') from error
    if not isinstance(value, dict):
        raise ProtocolError('a frame that is no object')
    return value


def is_whole(value, least=0, most=None):
    """A whole number, which JSON may have written with a decimal point."""
    if not is_number(value):
        return False
    return value >= least and (most is None or value <= most) and value == int(value)


def read_hello(payload):
    hello = read_json(payload)
    if hello.get('protocol') != PROTOCOL_VERSION:
        raise ProtocolError(f'protocol {hello.get("protocol")} is not {PROTOCOL_VERSION}')
    nonce = hello.get('nonce')
    if not isinstance(nonce, str) or re.fullmatch('[0-9a-f]{32}', nonce) is None:
        raise ProtocolError('a hello without a nonce')
    if not is_whole(hello.get('logBytes'), 0, 1_048_576):
        raise ProtocolError('a hello without the room of the log')
    if not is_whole(hello.get('intentsPerBar'), 1, 1000):
        raise ProtocolError('a hello without the number of orders')
    return hello


def read_start(payload):
    start = read_json(payload)
    sets = start.get('sets')
    symbols = start.get('symbols')
    if not isinstance(sets, list) or not 1 <= len(sets) <= 4096 or not all(map(is_values, sets)):
        raise ProtocolError('a start without parameter sets')
    if not isinstance(symbols, list) or not symbols or not all(isinstance(name, str) for name in symbols):
        raise ProtocolError('a start without markets')
    if not isinstance(start.get('settings'), dict) or not isinstance(start.get('timeframe'), str):
        raise ProtocolError('a start without settings')
    if not is_whole(start.setdefault('firstBar', 0)):
        raise ProtocolError('a start with a wrong first bar')
    if not isinstance(start.get('plots'), bool):
        raise ProtocolError('a start that says nothing of plots')
    return start


def is_number(value):
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def is_values(values):
    return isinstance(values, dict) and all(map(is_number, values.values()))


def letters(text):
    """Length of a text as the host counts it."""
    return len(text.encode('utf-16-le', 'surrogatepass')) // 2


def check_description(name, params):
    """The description of a ready frame. Raises DeclarationError."""
    if not isinstance(name, str) or name.strip() == '':
        raise DeclarationError('the strategy has no name')
    if letters(name) > NAME_LENGTH:
        raise DeclarationError(f'the name of the strategy is longer than {NAME_LENGTH} letters')
    checked = {parameter: check_parameter(parameter, declared) for parameter, declared in params.items()}
    description = {'name': name, 'params': checked}
    if len(json.dumps(description)) > LONGEST_DESCRIPTION:
        raise DeclarationError('name and params of the strategy are too long')
    return description


def check_parameter(name, declared):
    if PARAMETER_NAME.fullmatch(name) is None or name in TAKEN_NAMES:
        raise DeclarationError(
            f'params: {name[:60]!r} is no name of a parameter: letters, digits and _, a letter first, 40 at most'
        )
    kind = declared.get('type')
    if kind not in ('integer', 'number'):
        raise DeclarationError(f'params.{name}: make it with integer(...) or number(...)')
    numbers = {key: declared.get(key) for key in ('default', 'min', 'max')}
    for key, value in numbers.items():
        if not is_number(value):
            raise DeclarationError(f'params.{name}.{key}: a number is needed')
        if kind == 'integer' and value != int(value):
            raise DeclarationError(f'params.{name}: an integer parameter needs integer default, min and max')
    if not numbers['min'] <= numbers['default'] <= numbers['max']:
        raise DeclarationError(f'params.{name}: min <= default <= max must hold')
    checked = {'type': kind, **numbers}
    step = declared.get('step')
    if step is not None:
        if not is_number(step) or step <= 0:
            raise DeclarationError(f'params.{name}.step: a number above 0 is needed')
        checked['step'] = step
    text = declared.get('description')
    if text is not None:
        if not isinstance(text, str) or letters(text) > DESCRIPTION_LENGTH:
            raise DeclarationError(f'params.{name}.description: a text of {DESCRIPTION_LENGTH} letters at most')
        checked['description'] = text
    return checked
