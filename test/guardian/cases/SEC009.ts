import { inPythonNext, inSignals } from '../corpus/buildPython.ts';

export const python = {
  found: [
    inSignals("return pd.read_csv('x')"),
    inSignals(`frame.to_pickle('x')
return 0`),
    inSignals("return frame.eval('close')"),
    inSignals("return frame.query('@x')"),
    inSignals("return frame.agg('to_csv')"),
    inPythonNext("np.load('x')"),
    inPythonNext('np.ctypeslib'),
  ],
  clean: [
    inSignals("return frame.query('close > 1 and volume > 0')"),
    inSignals("return frame.agg({'close': 'last'})"),
    inSignals("return np.where(frame['close'] > 1, 1, 0)"),
  ],
};
