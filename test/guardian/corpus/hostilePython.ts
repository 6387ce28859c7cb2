import { atPythonTop, inPythonNext, inSignals } from './buildPython.ts';

/** Python strategies that try to get out, each with the rules of which at least one must find it. */
export const hostilePython: Readonly<Record<string, { readonly source: string; readonly by: string }>> = {
  'import of os': { source: atPythonTop('import os'), by: 'SEC002' },
  'import of os under another name': { source: atPythonTop('import os as math2'), by: 'SEC002' },
  'import beside an allowed one': { source: atPythonTop('import math, sys'), by: 'SEC002' },
  'import in a function': { source: inPythonNext("import subprocess\nsubprocess.run(['id'])"), by: 'SEC002' },
  'import from os': { source: atPythonTop('from os import system as floor'), by: 'SEC002' },
  'import of a part of numpy': { source: atPythonTop('import numpy.ctypeslib'), by: 'SEC002' },
  'import of a star': { source: atPythonTop('from numpy import *'), by: 'SEC002' },
  'relative import': { source: atPythonTop('from . import engine'), by: 'SEC002' },
  'import of a module through another': { source: atPythonTop('from collections import _sys'), by: 'SEC002' },
  'import of the engine': { source: atPythonTop('from strategy_lab.engine import session'), by: 'SEC002' },
  'import of statistics by its import': {
    source: inPythonNext('import statistics\nstatistics.sys.exit()'),
    by: 'SEC001',
  },
  eval: { source: inPythonNext("eval('1')"), by: 'SEC007' },
  exec: { source: inPythonNext("exec('import os')"), by: 'SEC007' },
  compile: { source: inPythonNext("compile('1', 'a', 'eval')"), by: 'SEC007' },
  'eval under another name': { source: inPythonNext("run = eval\nrun('1')"), by: 'SEC007' },
  'eval in a list': { source: inPythonNext("[eval][0]('1')"), by: 'SEC007' },
  'eval by map': { source: inPythonNext("list(map(eval, ['1']))"), by: 'SEC007' },
  'eval as a default': {
    source: atPythonTop('def run(text, how=eval):\n    return how(text)'),
    by: 'SEC007',
  },
  'eval as a decorator': { source: atPythonTop('@eval\nclass Text:\n    pass'), by: 'SEC007' },
  'eval as a factory of fields': {
    source: atPythonTop(
      'from dataclasses import dataclass, field\n\n\n@dataclass\nclass Lot:\n    size: float = field(default_factory=eval)',
    ),
    by: 'SEC007',
  },
  'eval in an annotation': { source: atPythonTop("size: eval('1') = 2"), by: 'SEC007' },
  'eval in an f-string': { source: inPythonNext('lab.log(f"{eval(\'1\')}")'), by: 'SEC007' },
  'eval in a format': { source: inPythonNext('lab.log(f"{1:{eval(\'1\')}}")'), by: 'SEC007' },
  'eval in a comprehension': { source: inPythonNext("[text for text in ['1'] if eval(text)]"), by: 'SEC007' },
  'eval in wider letters': { source: inPythonNext("ｅｖａｌ('1')"), by: 'SEC007' },
  'eval after a variable that is never set': {
    source: atPythonTop("if False:\n    eval = abs\neval('1')"),
    by: 'SEC007',
  },
  'eval after a deleted variable': { source: atPythonTop("eval = abs\ndel eval\neval('1')"), by: 'SEC007' },
  'eval after a caught error': {
    source: atPythonTop("try:\n    pass\nexcept ValueError as eval:\n    pass\neval('1')"),
    by: 'SEC007',
  },
  'eval by a global that is never set': {
    source: atPythonTop("def never():\n    global eval\n    eval = abs\n\n\ndef run():\n    eval('1')"),
    by: 'SEC007',
  },
  'open in a class body': {
    source: atPythonTop("class Bar:\n    open: float\n    text = open('/etc/passwd')"),
    by: 'SEC007',
  },
  'eval by a loop that never runs': {
    source: atPythonTop("for eval in []:\n    pass\neval('1')"),
    by: 'SEC007',
  },
  'eval by a pattern': {
    source: atPythonTop("match 1:\n    case [eval]:\n        pass\neval('1')"),
    by: 'SEC007',
  },
  __import__: { source: inPythonNext("__import__('os').system('id')"), by: 'SEC007' },
  __builtins__: { source: inPythonNext("__builtins__['eval']('1')"), by: 'SEC007' },
  '__builtins__ of the module': { source: atPythonTop('__builtins__ = {}\n'), by: 'SEC007' },
  __loader__: { source: inPythonNext("__loader__.load_module('os')"), by: 'SEC007' },
  open: { source: inPythonNext("open('/etc/passwd')"), by: 'SEC007' },
  getattr: { source: inPythonNext("getattr(lab, '__cla' + 'ss__')"), by: 'SEC007' },
  setattr: { source: inPythonNext("setattr(lab, 'orders', None)"), by: 'SEC007' },
  globals: { source: inPythonNext("globals()['x'] = 1"), by: 'SEC007' },
  vars: { source: inPythonNext('vars(lab)'), by: 'SEC007' },
  'type with three arguments': { source: inPythonNext("type('X', (), {})"), by: 'SEC007' },
  'type as a value': { source: inPythonNext("make = type\nmake('X', (), {})"), by: 'SEC007' },
  'type with a spread': { source: inPythonNext("type(*['X', (), {}])"), by: 'SEC007' },
  memoryview: { source: inPythonNext("memoryview(b'x')"), by: 'SEC007' },
  breakpoint: { source: inPythonNext('breakpoint()'), by: 'SEC007' },
  'exit by an error': { source: inPythonNext('raise SystemExit(0)'), by: 'SEC007' },
  print: { source: inPythonNext("print('x')"), by: 'SEC001' },
  'classes of a text': { source: inPythonNext("''.__class__.__mro__[-1].__subclasses__()"), by: 'SEC007' },
  'globals of a method': { source: inPythonNext('self.setup.__globals__'), by: 'SEC007' },
  'code of a function': { source: inPythonNext('(lambda: 1).__code__'), by: 'SEC007' },
  'private member of the context': { source: inPythonNext('lab._session.portfolio'), by: 'SEC007' },
  'mangled name': { source: inPythonNext('self.__dict__.update(a=1)'), by: 'SEC007' },
  'frame of a generator': {
    source: inPythonNext('steps = (i for i in [1])\nsteps.gi_frame.f_back.f_globals'),
    by: 'SEC007',
  },
  'frame of a traceback': {
    source: inPythonNext(
      'try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    error.__traceback__.tb_frame',
    ),
    by: 'SEC007',
  },
  'frame through a member of its own': {
    source: inPythonNext('self.gi_frame = 1\nsteps = (i for i in [1])\nsteps.gi_frame'),
    by: 'SEC007',
  },
  'frame by a class pattern': {
    source: inPythonNext('match (i for i in [1]):\n    case object(gi_frame=frame):\n        pass'),
    by: 'SEC007',
  },
  'class by a class pattern': {
    source: inPythonNext('match lab:\n    case object(__class__=found):\n        pass'),
    by: 'SEC007',
  },
  'method by a class pattern': {
    source: inPythonNext("match pd.DataFrame():\n    case object(apply=run):\n        run('to_csv')"),
    by: 'SEC005',
  },
  'template by a class pattern': {
    source: inPythonNext("format = 1\nmatch '{0.x}':\n    case str(format=run):\n        run(lab)"),
    by: 'SEC001',
  },
  'members by the order of a pattern': {
    source: atPythonTop("class X:\n    __match_args__ = ('__getattribute__',)"),
    by: 'SEC007',
  },
  'method by its name in a member of self': {
    source: inSignals("self.how = 'to_csv'\nreturn frame.agg(self.how)"),
    by: 'SEC005',
  },
  'mro of a class': { source: inPythonNext('Example.mro()'), by: 'SEC007' },
  'template that asks for members': {
    source: inPythonNext("lab.log('{0.__class__}'.format(lab))"),
    by: 'SEC007',
  },
  'template with an index': { source: inPythonNext("lab.log('{0[__class__]}'.format(lab))"), by: 'SEC007' },
  'template that is put together': {
    source: inPythonNext("text = '{0.' + str(lab.params.lag) + '}'\nlab.log(text.format(lab))"),
    by: 'SEC007',
  },
  'format as a function': { source: inPythonNext("list(map('{0.x}'.format, [lab]))"), by: 'SEC007' },
  'format of the class of texts': { source: inPythonNext("str.format('{0.x}', lab)"), by: 'SEC007' },
  format_map: { source: inPythonNext("'{a}'.format_map({})"), by: 'SEC007' },
  'template with characters by name': {
    source: inPythonNext("lab.log('{0\\N{FULL STOP}x}'.format(lab))"),
    by: 'SEC007',
  },
  'class of a class that makes classes': { source: inPythonNext("type(type(1))('X', (), {})"), by: 'SEC007' },
  'class of a class under another name': {
    source: inPythonNext("make = type(Example)\nmake('X', (), {})"),
    by: 'SEC007',
  },
  'hook in a condition of a class': {
    source: atPythonTop('class X:\n    if True:\n        def __getattr__(self, name):\n            return 1'),
    by: 'SEC007',
  },
  'memory by an interface in a condition of a class': {
    source: atPythonTop("class X:\n    if True:\n        __array_interface__ = {'data': (1, False)}"),
    by: 'SEC007',
  },
  'memory by an interface in a loop of a class': {
    source: atPythonTop('class X:\n    for __array_interface__ in [{}]:\n        pass'),
    by: 'SEC007',
  },
  'memory by an interface of self': { source: inPythonNext('self.__array_interface__ = {}'), by: 'SEC007' },
  'memory that is given back too early': {
    source: inPythonNext('np.zeros(3).resize(9, refcheck=False)'),
    by: 'SEC009',
  },
  'strides of an array': { source: inPythonNext('x = np.zeros(3)\nx.strides = (1,)'), by: 'SEC009' },
  'method called off its class with another self': {
    source: inPythonNext(
      'Helper.write(np.zeros(3))',
      "class Helper:\n    def tofile(self):\n        pass\n\n    def write(self):\n        self.tofile('x')\n\n    def keep(self):\n        self._session = 1\n\n    def look(self):\n        return self._session\n",
    ),
    by: 'SEC005',
  },
  'private member of another self': {
    source: inPythonNext(
      'Helper.look(lab)',
      "class Helper:\n    def tofile(self):\n        pass\n\n    def write(self):\n        self.tofile('x')\n\n    def keep(self):\n        self._session = 1\n\n    def look(self):\n        return self._session\n",
    ),
    by: 'SEC005',
  },
  'method off a class in a list': {
    source: inPythonNext(
      '[Helper][0].look(lab)',
      "class Helper:\n    def tofile(self):\n        pass\n\n    def write(self):\n        self.tofile('x')\n\n    def keep(self):\n        self._session = 1\n\n    def look(self):\n        return self._session\n",
    ),
    by: 'SEC005',
  },
  'method off a class by another name': {
    source: inPythonNext(
      'Other = Helper\nOther.look(lab)',
      "class Helper:\n    def tofile(self):\n        pass\n\n    def write(self):\n        self.tofile('x')\n\n    def keep(self):\n        self._session = 1\n\n    def look(self):\n        return self._session\n",
    ),
    by: 'SEC005',
  },
  'method off a class by an argument': {
    source: inPythonNext(
      'run(Helper)',
      "class Helper:\n    def tofile(self):\n        pass\n\n    def write(self):\n        self.tofile('x')\n\n    def keep(self):\n        self._session = 1\n\n    def look(self):\n        return self._session\n\n\ndef run(kind):\n    kind.look(kind)",
    ),
    by: 'SEC005',
  },
  'method off cls': {
    source: inPythonNext(
      'Helper.make(lab)',
      "class Helper:\n    def tofile(self):\n        pass\n\n    def write(self):\n        self.tofile('x')\n\n    def keep(self):\n        self._session = 1\n\n    def look(self):\n        return self._session\n\n    @classmethod\n    def make(cls, lab):\n        return cls.look(lab)",
    ),
    by: 'SEC005',
  },
  'method as a static one': {
    source: inPythonNext(
      'Helper.other(lab)',
      "class Helper:\n    def tofile(self):\n        pass\n\n    def write(self):\n        self.tofile('x')\n\n    def keep(self):\n        self._session = 1\n\n    def look(self):\n        return self._session\n\n    other = staticmethod(look)",
    ),
    by: 'SEC005',
  },
  'method kept by a decorator': {
    source: inPythonNext(
      'pass',
      'kept = []\n\n\ndef keep(function):\n    kept.append(function)\n    return function\n\n\nclass Helper:\n    @keep\n    def look(self):\n        self._session = 1',
    ),
    by: 'SEC007',
  },
  'method mapped over others': {
    source: inPythonNext(
      'list(map(Helper.look, [lab]))',
      "class Helper:\n    def tofile(self):\n        pass\n\n    def write(self):\n        self.tofile('x')\n\n    def keep(self):\n        self._session = 1\n\n    def look(self):\n        return self._session\n",
    ),
    by: 'SEC005',
  },
  'method off a class in a table': {
    source: inPythonNext(
      'dict(a=Helper)',
      "class Helper:\n    def tofile(self):\n        pass\n\n    def write(self):\n        self.tofile('x')\n\n    def keep(self):\n        self._session = 1\n\n    def look(self):\n        return self._session\n",
    ),
    by: 'SEC005',
  },
  'class handed to a comparison': {
    source: inPythonNext(
      'Other() == Helper',
      'class Helper:\n    def keep(self):\n        self._session = 1\n\n    def look(self):\n        return self._session\n\n\nclass Other:\n    def __eq__(self, other):\n        return other.look(self)',
    ),
    by: 'SEC005',
  },
  'class handed through cast': {
    source: inPythonNext(
      'cast(int, Helper).look(lab)',
      'from typing import cast\n\n\nclass Helper:\n    def keep(self):\n        self._session = 1\n\n    def look(self):\n        return self._session\n',
    ),
    by: 'SEC005',
  },
  'class as the default of a field': {
    source: inPythonNext(
      'pass',
      'from dataclasses import dataclass, field\n\n\nclass Helper:\n    def keep(self):\n        self._session = 1\n\n    def look(self):\n        return self._session\n\n\n@dataclass\nclass Box:\n    kind: object = field(default=Helper)',
    ),
    by: 'SEC005',
  },
  'class handed to a decorator': {
    source: inPythonNext(
      'pass',
      'def keep(kind):\n    return kind\n\n\n@keep\nclass Helper:\n    def keep(self):\n        self._session = 1\n\n    def look(self):\n        return self._session\n',
    ),
    by: 'SEC005',
  },
  'class as the factory of a table': {
    source: inPythonNext(
      'table = defaultdict(Helper)\ntable.default_factory.look(lab)',
      'from collections import defaultdict\n\n\nclass Helper:\n    def keep(self):\n        self._session = 1\n\n    def look(self):\n        return self._session\n',
    ),
    by: 'SEC009',
  },
  'decorator under the name of another': {
    source: inPythonNext(
      'pass',
      'kept = []\n\n\ndef property(function):\n    kept.append(function)\n    return function\n\n\nclass Helper:\n    @property\n    def look(self):\n        self._session = 1',
    ),
    by: 'SEC007',
  },
  metaclass: { source: atPythonTop('class X(Strategy, metaclass=abs):\n    pass'), by: 'SEC007' },
  'metaclass by a spread': { source: atPythonTop("class X(**{'metaclass': abs}):\n    pass"), by: 'SEC007' },
  'base that is computed': { source: atPythonTop('class X([dict][0]):\n    pass'), by: 'SEC007' },
  __getattr__: {
    source: atPythonTop('class X:\n    def __getattr__(self, name):\n        return 1'),
    by: 'SEC007',
  },
  __class_getitem__: {
    source: atPythonTop('class X:\n    def __class_getitem__(cls, key):\n        return 1'),
    by: 'SEC007',
  },
  '__class_getitem__ by assignment': {
    source: atPythonTop('class X:\n    __class_getitem__ = abs'),
    by: 'SEC007',
  },
  __init_subclass__: {
    source: atPythonTop('class X:\n    def __init_subclass__(cls):\n        pass'),
    by: 'SEC007',
  },
  __set_name__: {
    source: atPythonTop('class X:\n    def __set_name__(self, owner, name):\n        pass'),
    by: 'SEC007',
  },
  '__del__ at the end': {
    source: atPythonTop('class X:\n    def __del__(self):\n        pass'),
    by: 'SEC007',
  },
  '__annotations__ of a class': {
    source: atPythonTop("class X:\n    __annotations__ = {'a b': 1}"),
    by: 'SEC007',
  },
  '__getattr__ of the module': { source: atPythonTop('def __getattr__(name):\n    return 1'), by: 'SEC007' },
  '__new__ of the base': { source: inPythonNext('object.__new__(Example)'), by: 'SEC007' },
  '__init__ of another': { source: inPythonNext('lab.__init__()'), by: 'SEC007' },
  'np.load': { source: inPythonNext("np.load('/etc/passwd', allow_pickle=True)"), by: 'SEC009' },
  'np.load under another name': { source: inPythonNext("load = np.load\nload('x')"), by: 'SEC009' },
  'np.load by another name of numpy': { source: inPythonNext("n = np\nn.load('x')"), by: 'SEC009' },
  'np.load from numpy': { source: atPythonTop('from numpy import load as mean'), by: 'SEC009' },
  'np.load by a tuple': { source: inPythonNext("a, b = np, 1\na.load('x')"), by: 'SEC005' },
  'np.load by a member of self': { source: inPythonNext("self.n = np\nself.n.load('x')"), by: 'SEC005' },
  'np.load by a default': { source: atPythonTop("def run(n=np):\n    return n.load('x')"), by: 'SEC005' },
  'np.load by an argument': {
    source: inPythonNext('run(np)', "def run(n):\n    return n.load('x')"),
    by: 'SEC005',
  },
  'np.load by a list': { source: inPythonNext("[np][0].load('x')"), by: 'SEC005' },
  'np.load by a conditional': { source: inPythonNext("(np if lab else pd).load('x')"), by: 'SEC005' },
  'np.load by walrus': { source: inPythonNext("(n := np).load('x')"), by: 'SEC005' },
  'np.load by a loop': { source: inPythonNext("for n in (np,):\n    n.load('x')"), by: 'SEC005' },
  'np.load by a lambda': { source: inPythonNext("(lambda: np)().load('x')"), by: 'SEC005' },
  'np under a name that is bound twice': {
    source: atPythonTop('class Fake:\n    load = 1\n\n\nif True:\n    np = Fake'),
    by: 'SEC005',
  },
  'os through numpy': { source: inPythonNext("np.f2py.os.system('id')"), by: 'SEC009' },
  'np.lib': { source: inPythonNext('np.lib.format.open_memmap'), by: 'SEC009' },
  'np.ctypeslib': { source: inPythonNext('np.ctypeslib.load_library'), by: 'SEC009' },
  'np.testing': { source: inPythonNext("np.testing.runstring('1', {})"), by: 'SEC009' },
  'np.fromfile': { source: inPythonNext("np.fromfile('/etc/passwd')"), by: 'SEC009' },
  'np.memmap': { source: inPythonNext("np.memmap('/tmp/x')"), by: 'SEC009' },
  'np.savetxt': { source: inPythonNext("np.savetxt('/tmp/x', [1])"), by: 'SEC009' },
  'np.bmat that reads names': { source: inPythonNext("np.bmat('a')"), by: 'SEC009' },
  as_strided: {
    source: inPythonNext('np.lib.stride_tricks.as_strided(np.zeros(3), (9,), (8,))'),
    by: 'SEC009',
  },
  'as_strided by import': {
    source: atPythonTop('from numpy.lib.stride_tricks import as_strided'),
    by: 'SEC009',
  },
  'memory of an array': { source: inPythonNext('np.zeros(3).ctypes.data'), by: 'SEC009' },
  'interface of an array': { source: inPythonNext('np.zeros(3).__array_interface__'), by: 'SEC007' },
  'array to a file': { source: inPythonNext("np.zeros(3).tofile('/tmp/x')"), by: 'SEC009' },
  'array dumped': { source: inPythonNext("np.zeros(3).dump('/tmp/x')"), by: 'SEC009' },
  'pd.read_csv': { source: inSignals("return pd.read_csv('http://example.com')"), by: 'SEC009' },
  'pd.read_pickle': { source: inSignals("return pd.read_pickle('/tmp/x')"), by: 'SEC009' },
  'pd.eval': { source: inSignals("return pd.eval('1')"), by: 'SEC009' },
  'pd.io': { source: inSignals("return pd.io.common.os.system('id')"), by: 'SEC009' },
  'frame to a file': { source: inSignals("frame.to_csv('/tmp/x')\nreturn frame['close']"), by: 'SEC009' },
  'frame to a file, a method of its own': {
    source: inSignals("self.to_csv = 1\nframe.to_csv('/tmp/x')\nreturn frame['close']"),
    by: 'SEC009',
  },
  'series pickled': { source: inSignals("frame['close'].to_pickle('/tmp/x')\nreturn 0"), by: 'SEC009' },
  'frame evaluated': { source: inSignals("return frame.eval('close * 2')"), by: 'SEC009' },
  'query with a name': { source: inSignals("return frame.query('@pd.io.common.os.getcwd()')"), by: 'SEC009' },
  'query that is put together': {
    source: inSignals("return frame.query('close > ' + str(params))"),
    by: 'SEC009',
  },
  'method by its name': {
    source: inSignals("return frame.agg('to_csv', path_or_buf='/tmp/x')"),
    by: 'SEC009',
  },
  'method by its name in a list': {
    source: inSignals("return frame.agg(['mean', 'to_pickle'])"),
    by: 'SEC009',
  },
  'method by its name in a table': {
    source: inSignals("return frame.agg({'close': 'to_pickle'})"),
    by: 'SEC009',
  },
  'method by its name by keyword': {
    source: inSignals("return frame.groupby('volume').agg(a=('close', 'to_pickle'))"),
    by: 'SEC009',
  },
  'method by a name that is computed': {
    source: inSignals("return frame.apply('to_' + str(params))"),
    by: 'SEC005',
  },
  'method by a name in a variable': {
    source: inSignals("for how in ['to_csv']:\n    frame.apply(how)\nreturn frame['close']"),
    by: 'SEC005',
  },
  'method by a spread': { source: inSignals("return frame.agg(*['to_csv'])"), by: 'SEC005' },
  'apply of the class': { source: inSignals("return pd.DataFrame.apply(frame, 'to_csv')"), by: 'SEC005' },
  'apply under another name': { source: inSignals("run = frame.apply\nreturn run('to_csv')"), by: 'SEC005' },
  'style of a frame': {
    source: inSignals("return frame.style.from_custom_template('/', 'x')"),
    by: 'SEC009',
  },
  'module changed': { source: inPythonNext('np.mean = abs'), by: 'SEC004' },
  'class of pandas changed': { source: inPythonNext('pd.DataFrame.mean = abs'), by: 'SEC004' },
  'base class changed': { source: inPythonNext('Strategy.next = abs'), by: 'SEC004' },
  'orders changed': { source: inPythonNext('lab.orders.buy = abs'), by: 'SEC004' },
  'context changed in a loop': { source: inPythonNext('for lab.orders in [1]:\n    pass'), by: 'SEC004' },
  'orders deleted': { source: inPythonNext('del lab.orders.close'), by: 'SEC004' },
  'param changed': { source: inPythonNext("lab.params['lag'] = 1"), by: 'SEC004' },
  'constant changed': { source: atPythonTop('import math\n\nmath.pi = 3'), by: 'SEC004' },
  'async function': { source: atPythonTop('async def run():\n    pass'), by: 'SEC011' },
  await: { source: atPythonTop('async def run():\n    await run()'), by: 'SEC011' },
  'unseeded numbers of numpy': {
    source: inPythonNext('if np.random.rand() > 1:\n    lab.orders.close()'),
    by: 'DET001',
  },
  'generator without a seed': { source: inPythonNext('np.random.default_rng().normal()'), by: 'DET001' },
  'module random': { source: atPythonTop('import random'), by: 'DET001' },
  'module time': { source: atPythonTop('import time'), by: 'DET002' },
  'clock of pandas': { source: inPythonNext('pd.Timestamp.now()'), by: 'DET002' },
  'clock by a text': { source: inPythonNext("pd.Timestamp('now')"), by: 'DET002' },
  'other encoding': { source: `# coding: utf-7\n${atPythonTop('')}`, by: 'SEC008' },
  'other encoding on the second line': {
    source: `\n# vim: set fileencoding=latin-1 :\n${atPythonTop('')}`,
    by: 'SEC008',
  },
  'form feed': { source: atPythonTop('if False:\n\f    eval'), by: 'SYN003' },
  'lone carriage return': { source: atPythonTop('# harmless\reval'), by: 'SYN003' },
  'null character': { source: atPythonTop('a = 1\0'), by: 'SYN001' },
  'tabs and spaces': { source: atPythonTop('if False:\n        a = 1\n\tb = 2'), by: 'SYN003' },
  'backslash before an empty line': { source: atPythonTop('a = 1\n\\\n\nb = 2'), by: 'SYN003' },
  'braces after a backslash': { source: inPythonNext("lab.log(f'\\{eval}')"), by: 'SYN003' },
  'quotes in a replacement': { source: inPythonNext("lab.log(f'{self.levels['a']}')"), by: 'SYN003' },
  'colon in a replacement': { source: inPythonNext("lab.log(f'{(eval):=10}')"), by: 'SYN001' },
  'name in wider letters': { source: atPythonTop('ｐrice = 1'), by: 'SEC006' },
  'bidirectional control': { source: inPythonNext("text = '\u202e'"), by: 'SEC006' },
  'letters of two scripts': { source: inPythonNext('сlose = 1'), by: 'SEC006' },
  'key in the source': { source: atPythonTop("key = 'AKIAABCDEFGHIJKLMNOP'"), by: 'SEC010' },
};
