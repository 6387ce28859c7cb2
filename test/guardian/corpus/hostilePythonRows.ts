import { inSignals } from './buildPython.ts';

/** Targets that know rows still to come, or that come by chance, each with the rule that must find it. */
export const hostilePythonRows: Readonly<Record<string, { readonly source: string; readonly by: string }>> = {
  'lowest rows by sorting': {
    source: inSignals(`best = frame.sort_values('close').index[:20]
return frame.index.isin(best).astype(float)`),
    by: 'LA003',
  },
  'lowest rows by nsmallest': {
    source: inSignals('return frame.index.isin(frame.close.nsmallest(30).index) * 1.0'),
    by: 'LA003',
  },
  'next row by numpy.roll under where': {
    source: inSignals('return np.where(np.roll(frame.close.values, -1) > frame.close.values, 1.0, 0.0)'),
    by: 'LA001',
  },
  'gaps filled between rows': {
    source: inSignals(`sparse = frame.close.where(frame.index.hour == 0)
return (sparse.interpolate() > frame.close).astype(float)`),
    by: 'LA002',
  },
  'gaps filled from later rows': {
    source: inSignals(`noon = frame.close.where(frame.index.hour == 12).fillna(method='bfill')
return (noon > frame.close).astype(float)`),
    by: 'LA002',
  },
  'forward join': {
    source: inSignals(`later = frame[['close']].rename(columns={'close': 'later'})
joined = pd.merge_asof(frame[['close']], later, left_index=True, right_index=True, direction='forward', allow_exact_matches=False)
return (joined['later'] > joined['close']).astype(float)`),
    by: 'LA004',
  },
  'day by the label of its start': {
    source: inSignals(`day = frame.close.resample('1D', label='left', closed='left').last()
return (day.reindex(frame.index, method='ffill') > frame.close).astype(float)`),
    by: 'LA004',
  },
  'close of the day by transform': {
    source: inSignals(`day = frame.close.groupby(frame.index.date).transform('last')
return (day > frame.close).astype(float)`),
    by: 'LA004',
  },
  'curve through all rows': {
    source: inSignals(`x = np.arange(len(frame))
fit = np.polyval(np.polyfit(x, frame.close.values, 5), x)
return (frame.close.values < fit).astype(float)`),
    by: 'LA003',
  },
  'spectrum of all rows': {
    source: inSignals(`spectrum = np.fft.rfft(frame.close.values)
spectrum[20:] = 0
return (np.gradient(np.fft.irfft(spectrum, len(frame))) > 0).astype(float)`),
    by: 'LA003',
  },
  'centred convolution': {
    source: inSignals(`smooth = np.convolve(frame.close.values, np.ones(9) / 9, mode='same')
return (smooth > frame.close.values).astype(float)`),
    by: 'LA002',
  },
  'gradient of rows': {
    source: inSignals('return (np.gradient(frame.close.values) > 0) * 1.0'),
    by: 'LA002',
  },
  'classes of all rows': {
    source: inSignals('return (pd.qcut(frame.close, 5, labels=False) == 0).astype(float)'),
    by: 'LA003',
  },
  'negative periods under a name': {
    source: inSignals(`k = 1
return (frame.close.diff(periods=-k) < 0).astype(float)`),
    by: 'LA001',
  },
  'shift in an expression': {
    source: inSignals("return frame.eval('close.shift(-1) > close').astype(float)"),
    by: 'SEC009',
  },
  'times moved back by a frequency': {
    source: inSignals(`later = frame.close.shift(freq='-3h').reindex(frame.index)
return (later > frame.close).astype(float)`),
    by: 'LA001',
  },
  'window of rows to come': {
    source: inSignals(`indexer = pd.api.indexers.FixedForwardWindowIndexer(window_size=5)
return (frame.close.rolling(indexer).mean() > frame.close).astype(float)`),
    by: 'SEC009',
  },
  'sign of the correlation of all rows': {
    source: inSignals(`sign = 1.0 if frame.close.pct_change().autocorr(lag=1) > 0 else -1.0
return sign * (frame.close.diff() > 0).astype(float)`),
    by: 'LA003',
  },
  'description of all rows': {
    source: inSignals(`level = frame['close'].describe()['25%']
return (frame.close < level).astype(float)`),
    by: 'LA003',
  },
  'sorted by Python': {
    source: inSignals(`low = sorted(frame.close)[len(frame) // 5]
return [float(close < low) for close in frame.close]`),
    by: 'LA003',
  },
  'rows seen in pairs by strides': {
    source:
      inSignals(`pairs = np.lib.stride_tricks.as_strided(frame.close.to_numpy(), shape=(len(frame) - 1, 2), strides=(8, 8))
return np.append(pairs[:, 1] > pairs[:, 0], 0.0)`),
    by: 'SEC009',
  },
  'rows drawn by lot': {
    source: inSignals('return frame.index.isin(frame.sample(frac=0.1).index).astype(float)'),
    by: 'LA007',
  },
  'today by numpy': {
    source: inSignals(`today = np.datetime64('today')
return np.full(len(frame), float(int(today.astype('int64')) % 2))`),
    by: 'DET002',
  },
};
