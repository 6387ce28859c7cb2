"""What went wrong in a strategy, as a fail frame tells it."""

from .schemas import DeclarationError

# The name under which a strategy is compiled: lines in tracebacks carry it.
SCRIPT_NAME = 'strategy.py'
MAXIMUM_MESSAGE = 1000


def empty_fail(phase, message, **changes):
    return {
        'phase': phase,
        'isOrder': False,
        'message': message[:MAXIMUM_MESSAGE],
        'set': None,
        'bar': None,
        'time': None,
        'line': None,
        'column': None,
        **changes,
    }


class SourceFailure(Exception):
    """The source cannot be taken; raised before anything of it runs."""

    def __init__(self, message, line=None, column=None):
        super().__init__(message)
        self.line = line
        self.column = column


def text_of(value):
    """What a strategy raised or logged may be anything, hostile methods included."""
    try:
        text = str(value)
        return text[:MAXIMUM_MESSAGE] if type(text) is str else 'a value that cannot be shown'
    except BaseException:
        return 'a value that cannot be shown'


def message_of(error):
    """The error's text; with its type where that says more than the text does."""
    kind = type(error)
    message = text_of(error)
    if kind.__module__ != 'builtins' or issubclass(kind, (ImportError, SyntaxError)):
        return message or text_of(kind.__name__)
    name = text_of(kind.__name__)
    return f'{name}: {message}' if message else name


def place_of(error):
    """(line, column) where the strategy's own file was last on the way to the error; from 1."""
    place = (None, None)
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename == SCRIPT_NAME:
            place = (trace.tb_lineno, column_of(code, trace.tb_lasti))
        trace = trace.tb_next
    return place


def column_of(code, instruction):
    # Python knows columns from 3.11 on.
    positions = getattr(code, 'co_positions', tuple)()
    for index, (_line, _end, column, _last) in enumerate(positions):
        if index == instruction // 2:
            return None if column is None else column + 1
    return None


def describe(phase, error, bar=None, time=None, number=None):
    """The fail frame of an error that a strategy raised."""
    try:
        line, column = place_of(error)
        is_order = type(error).__name__ == 'OrderError'
        message = message_of(error)
    except BaseException:
        line, column, is_order, message = None, None, False, 'the strategy failed unreadably'
    if isinstance(error, DeclarationError):
        line = column = None
    return empty_fail(
        phase, message, isOrder=is_order, set=number, bar=bar, time=time, line=line, column=column
    )
