"""Takes from the process and from a strategy's namespace what a strategy has no use for.

This is depth and no boundary: in Python `().__class__.__base__.__subclasses__()` leads to everything
that the process holds. The container has no network, no file of interest and no right, and what it
answers is checked and settled again by the host.
"""

import builtins
import gc
import importlib
import resource
import signal
import sys
import types

# The names of `builtins` that a strategy may use, besides the exceptions.
ALLOWED_BUILTINS = (
    'abs all any bin bool bytes callable chr classmethod complex dict divmod enumerate filter float format '
    'frozenset hasattr hex int isinstance issubclass iter len list map max min next object oct ord pow property '
    'range repr reversed round set slice sorted staticmethod str sum super tuple type zip '
    'True False None NotImplemented Ellipsis __build_class__ __debug__'
).split()

# What people reach for, each with what there is in its place.
REFUSED_BUILTINS = {
    'print': 'use lab.log',
    **dict.fromkeys(('id', 'hash'), 'it is another one in every run'),
    **dict.fromkeys(('open', 'input', 'exec', 'eval', 'compile', 'breakpoint', 'help', 'exit', 'quit'), None),
    **dict.fromkeys(('globals', 'locals', 'vars', 'dir', 'getattr', 'setattr', 'delattr', 'memoryview'), None),
}

# Ends of the process and of generators are no failures of a strategy.
REFUSED_EXCEPTIONS = ('BaseException', 'BaseExceptionGroup', 'SystemExit', 'KeyboardInterrupt', 'GeneratorExit')

# Modules that a strategy may import. Of the standard ones it gets what they publish; the first ones
# are its own, the last two bring files, processes and a clock that are taken out of what it gets.
STANDARD_MODULES = (
    'math',
    'statistics',
    'collections',
    'collections.abc',
    'dataclasses',
    'typing',
    '__future__',
)
NUMERIC_MODULES = ('numpy', 'numpy.linalg', 'pandas')
# What numpy's own code in C loads at its first use, by way of the builtins of whoever calls it.
NUMPY_PARTS = ('numpy.core.', 'numpy._core.')
IMPORTABLE = ('strategy_lab', *STANDARD_MODULES, *NUMERIC_MODULES)
PROMISED = 'strategy_lab, math, statistics, collections, dataclasses, typing, numpy and pandas'

# Ways of numpy and pandas to files, to the system and out of determinism.
REFUSED_NAMES = frozenset(
    (
        'os sys warnings ctypeslib f2py distutils testing test DataSource fromfile load loadtxt genfromtxt '
        'memmap save savetxt savez savez_compressed fromregex ExcelFile ExcelWriter HDFStore io'
    ).split()
)
REFUSED_BEGINNINGS = ('_', 'read_')


def import_refusal(name):
    return f'a strategy can import {PROMISED} only, not {name!r}'


def refusing(name, instead, refusals):
    """Stands where a strategy may look for a builtin that it has not."""

    def refuse(*_args, **_options):
        refusals.note(name)
        raise NameError(f'there is no {name} here' + (f': {instead}' if instead else ''))

    return refuse


def namespace_of(name, refusals):
    """A fresh namespace for one load of a strategy: its builtins, and what it can import."""
    shown = {}

    def import_module(wanted, globals=None, locals=None, fromlist=(), level=0):
        if level == 0 and type(wanted) is str and wanted.startswith(NUMPY_PARTS):
            importlib.import_module(wanted)
            # numpy takes it from where Python keeps its modules; a strategy gets nothing of it.
            return types.ModuleType(wanted)
        if level != 0 or wanted not in IMPORTABLE:
            refusals.note(f'import {wanted}')
            raise ImportError(import_refusal(wanted))
        module = shown_module(wanted, shown)
        root, _, rest = wanted.partition('.')
        return module if fromlist or rest == '' else shown_module(root, shown)

    allowed = {key: getattr(builtins, key) for key in ALLOWED_BUILTINS}
    for key, value in vars(builtins).items():
        if isinstance(value, type) and issubclass(value, Exception) and key not in REFUSED_EXCEPTIONS:
            allowed[key] = value
    for key, instead in REFUSED_BUILTINS.items():
        allowed[key] = refusing(key, instead, refusals)
    allowed['__import__'] = import_module
    module = types.ModuleType(name)
    module.__dict__['__builtins__'] = allowed
    # Where `dataclasses` looks for the names in annotations.
    sys.modules[name] = module
    return module.__dict__


def shown_module(name, shown):
    """What a strategy sees of a module: a copy, so that what it writes there reaches no other set."""
    if name in shown:
        return shown[name]
    try:
        real = importlib.import_module(name)
    except ImportError as error:
        if name in NUMERIC_MODULES:
            raise ImportError(f'{name} is not in this sandbox image') from error
        raise
    copy = types.ModuleType(name)
    public = getattr(real, '__all__', None) if name not in NUMERIC_MODULES else None
    for key in public if public is not None else dir(real):
        if key not in REFUSED_NAMES and not key.startswith(REFUSED_BEGINNINGS):
            copy.__dict__[key] = getattr(real, key)
    shown[name] = copy
    if name == 'pandas':
        still_clock(real)
    if name == 'collections':
        copy.__dict__['abc'] = shown_module('collections.abc', shown)
    return copy


def no_clock(*_args, **_options):
    raise RuntimeError('there is no clock here: use lab.bar.time, in UTC milliseconds')


def still_clock(pandas):
    for owner in (pandas.Timestamp, pandas.Period):
        for name in ('now', 'today', 'utcnow'):
            if hasattr(owner, name):
                setattr(owner, name, no_clock)


def harden_process():
    """Limits for what runs from now on; called before a strategy's source is compiled."""
    for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    for limit in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC):
        try:
            resource.setrlimit(limit, (0, 0))
        except (ValueError, OSError):
            # Where a sandbox knows no such limit its own hold.
            pass
    # What the runner holds stays as it is: each collection goes over the strategy's objects alone.
    gc.collect()
    gc.freeze()
