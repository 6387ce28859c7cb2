"""From a strategy's source to its class."""

import ast
import inspect

from .failure import SCRIPT_NAME, SourceFailure
from .harden import IMPORTABLE, import_refusal, namespace_of
from .refusals import Refusals
from .schemas import DeclarationError, check_description

MODULE_NAME = 'strategy'
METHODS = ('setup', 'next', 'signals')


def compile_source(payload):
    """The code of a strategy's file; nothing of it runs. Raises SourceFailure."""
    try:
        source = bytes(payload).decode('utf-8-sig')
    except UnicodeDecodeError as error:
        raise SourceFailure('the source is not UTF-8 text') from error
    try:
        tree = ast.parse(source, SCRIPT_NAME)
        refuse_imports(tree)
        return compile(tree, SCRIPT_NAME, 'exec', dont_inherit=True, optimize=0)
    except SyntaxError as error:
        message = (error.msg or 'it is no Python').splitlines()[0]
        raise SourceFailure(message, positive(error.lineno), positive(error.offset)) from error
    except (RecursionError, MemoryError) as error:
        raise SourceFailure('the source nests too deep to be parsed') from error
    except ValueError as error:
        raise SourceFailure(str(error)) from error


def positive(number):
    return number if isinstance(number, int) and number > 0 else None


def refuse_imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = ['.' * node.level + (node.module or '')]
        else:
            continue
        for name in names:
            if name not in IMPORTABLE:
                raise SourceFailure(import_refusal(name), node.lineno, node.col_offset + 1)


class LoadedStrategy:
    """One load of a strategy: a namespace and an instance of its own."""

    def __init__(self, code, base):
        self.refusals = Refusals()
        namespace = namespace_of(MODULE_NAME, self.refusals)
        exec(code, namespace)
        chosen = strategy_class(namespace, base)
        self.is_vectorised = check_methods(chosen, base)
        self.strategy = chosen()
        self.description = describe_strategy(chosen)


def strategy_class(namespace, base):
    """The one public subclass of Strategy that the file declares. Raises DeclarationError."""
    found = {
        value
        for value in list(namespace.values())
        if isinstance(value, type)
        and issubclass(value, base)
        and value.__module__ == MODULE_NAME
        and not value.__name__.startswith('_')
    }
    names = sorted(value.__name__ for value in found)
    if not names:
        raise DeclarationError('the file declares no public subclass of Strategy')
    if len(names) > 1:
        raise DeclarationError(
            f'the file declares {len(names)} strategies ({", ".join(names)[:200]}): '
            'keep one, or let the names of the others begin with _'
        )
    return found.pop()


def check_methods(chosen, base):
    """Whether the strategy is vectorised. Raises DeclarationError for methods that do not fit together."""
    own = {name for name in METHODS if method_of(chosen, name) is not method_of(base, name)}
    for name in own:
        method = method_of(chosen, name)
        if not callable(method):
            raise DeclarationError(f'{name} of the strategy is no method')
        if inspect.iscoroutinefunction(method) or inspect.isasyncgenfunction(method):
            raise DeclarationError(f'{name} must not be async')
        if inspect.isgeneratorfunction(method):
            raise DeclarationError(f'{name} must be a plain method: it has a yield')
    if 'signals' in own:
        if len(own) > 1:
            raise DeclarationError('declare signals, or setup and next, and not both')
        return True
    if 'next' not in own:
        raise DeclarationError('the strategy has neither next nor signals')
    return False


def method_of(owner, name):
    return inspect.getattr_static(owner, name, None)


def describe_strategy(chosen):
    params = inspect.getattr_static(chosen, 'params', None)
    if params is None:
        params = {}
    if not isinstance(params, dict) or not all(isinstance(name, str) for name in params):
        raise DeclarationError('params must be a dict of names to integer(...) or number(...)')
    declared = {name: fields_of(name, definition) for name, definition in params.items()}
    return check_description(inspect.getattr_static(chosen, 'name', None), declared)


def fields_of(name, definition):
    fields = definition if isinstance(definition, dict) else vars_of(definition)
    if 'type' not in fields:
        raise DeclarationError(f'params.{name[:60]}: make it with integer(...) or number(...)')
    return fields


def vars_of(definition):
    keys = ('type', 'default', 'min', 'max', 'step', 'description')
    return {key: getattr(definition, key) for key in keys if hasattr(definition, key)}
