import { inNext } from '../corpus/build.ts';
import { inSignals } from '../corpus/buildPython.ts';

export const javascript = {
  found: [
    inNext("/(a+)+$/.test('a');"),
    inNext("/(a|a)*$/.test('a');"),
    inNext("new RegExp(`a#{bar.index}`).test('a');"),
  ],
  clean: [
    inNext("/^[^,]*,[^,]*$/.test('a');"),
    inNext("/(foo|bar)+/.test('a');"),
    inNext("new RegExp('a+').test('a');"),
  ],
};

export const python = {
  found: [
    inSignals("return pd.Series(['a']).str.contains('(a+)+$')"),
    inSignals("return pd.Series(['a']).str.replace('(a|a)*$', '', regex=True)"),
    inSignals(`names = pd.Series(['a'])
return names.str.fullmatch(pat=r'(\\w+\\s?)+')`),
  ],
  clean: [
    inSignals("return pd.Series(['a']).str.contains('(foo|bar)+')"),
    inSignals("return pd.Series(['a']).str.replace('(a+)+$', '')"),
    inSignals("return pd.Series(['a']).str.contains('(a+)+$', regex=False)"),
    inSignals("x = 'a'.count('(a+)+$')\nreturn frame['close'] * x"),
  ],
};
