import { inSignals } from '../corpus/buildPython.ts';

export const python = {
  found: [
    inSignals(`d = frame.resample('1D').agg({'close': 'last'})
return d['close'].reindex(frame.index).ffill()`),
    inSignals(`frame = frame.copy()
frame['day'] = frame['close'].resample('1D').max()
return frame['day']`),
    inSignals(`d = frame['close'].resample('4h').last().to_frame()
return frame.join(d)`),
    inSignals(`d = frame.resample('1W').last()
return pd.merge_asof(frame, d, left_index=True, right_index=True)`),
    inSignals("return pd.merge_asof(frame, frame, left_index=True, right_index=True, direction='nearest')"),
    inSignals("return frame['close'].groupby(frame.index.date).transform('max')"),
    inSignals("return frame['close'].resample('1D').transform('last')"),
    inSignals(`d = frame['close'].resample('1D').last().to_frame('day')
d.index = d.index - pd.Timedelta(hours=1)
return pd.merge_asof(frame[['close']], d, left_index=True, right_index=True)['day']`),
    inSignals(`d = frame['close'].resample('1D').last().to_frame('day')
d.index = frame.index[:len(d)] + pd.Timedelta(days=1)
return pd.merge_asof(frame[['close']], d, left_index=True, right_index=True)['day']`),
  ],
  clean: [
    // Bars that carry the time at which they have closed.
    inSignals(`d = frame['close'].resample('1D').last().to_frame('day')
d.index = d.index + pd.Timedelta(days=1)
return pd.merge_asof(frame[['close']], d, left_index=True, right_index=True)['day']`),
    inSignals(`d = frame['close'].resample('1D').last()
d.index += pd.Timedelta('1D')
return d.reindex(frame.index, method='ffill')`),
    inSignals(`d = frame['close'].resample('1D').last().shift(1)
return d.reindex(frame.index, method='ffill')`),
    inSignals(`d = frame['close'].resample('1D', label='right').last()
return d.reindex(frame.index, method='ffill')`),
    inSignals("return frame['close'].resample('1D').first().reindex(frame.index, method='ffill')"),
    inSignals("return frame['high'].groupby(frame.index.date).cummax()"),
    inSignals("return frame['close'].groupby(frame.index.date).transform('first')"),
    inSignals("return frame['close'].resample('1D').transform('first')"),
  ],
};
