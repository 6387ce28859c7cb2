/** Statements of `signals` that look only at rows up to their own. */
export const honestSignals: readonly (readonly [name: string, statements: string])[] = [
  [
    'crosses averages',
    `fast = frame.close.rolling(8).mean()
slow = frame.close.rolling(21).mean()
return (fast > slow).astype(float) - (fast < slow).astype(float)`,
  ],
  [
    'waits for a break of the channel, and keeps its side meanwhile',
    `high = frame.high.rolling(20).max().shift(1)
low = frame.low.rolling(20).min().shift(1)
side = pd.Series(np.nan, index=frame.index)
side[frame.close > high] = 1.0
side[frame.close < low] = -1.0
return side`,
  ],
  [
    'scales by the volatility so far',
    `returns = frame.close.pct_change()
volatility = returns.ewm(span=30).std()
size = (0.002 / volatility).clip(0, 1).fillna(0)
return (size * np.sign(frame.close.diff(10)).fillna(0)).round(2)`,
  ],
  [
    'ranks the close among all closes so far',
    `mean = frame.close.expanding(50).mean()
deviation = frame.close.expanding(50).std()
score = (frame.close - mean) / deviation
return (-score.clip(-1, 1)).round(1).fillna(0)`,
  ],
  [
    'trades by the hour of the day',
    `hour = frame.index.hour
return np.where((hour >= 8) & (hour < 16), 0.5, 0.0)`,
  ],
  [
    'loops over the rows by itself',
    `targets = []
average = frame.close.iloc[0]
for close in frame.close.to_numpy():
    average += (close - average) * 0.1
    targets.append(1 if close > average else 0)
return targets`,
  ],
  [
    'draws lots from a seed of its own, row by row',
    `rng = np.random.default_rng(7)
return np.where(rng.random(len(frame)) < 0.1, 1.0, np.where(rng.random(1)[0] >= 0, np.nan, 0))`,
  ],
];

/** Statements of `signals` that see what has not happened at their row, or are not the same twice. */
export const cheatingSignals: readonly (readonly [name: string, statements: string])[] = [
  ['shifts the future back', 'return np.sign(frame.close.shift(-1) - frame.close).fillna(0)'],
  [
    'centres its average',
    `average = frame.close.rolling(11, center=True).mean()
return (frame.close < average).astype(float)`,
  ],
  ['compares with the mean of the whole sample', 'return (frame.close > frame.close.mean()).astype(float)'],
  [
    'scales by the whole sample',
    `low, high = frame.close.min(), frame.close.max()
return ((frame.close - low) / (high - low) * 2 - 1).round(3)`,
  ],
  ['rolls the array around', 'return np.sign(np.roll(frame.close, -3) - frame.close)'],
  [
    'fills gaps from behind',
    `marks = frame.close.where(frame.close == frame.close.rolling(5).max())
return (marks.bfill() > frame.close * 1.001).astype(float)`,
  ],
  [
    'fits a line through everything',
    `x = np.arange(len(frame))
slope, offset = np.polyfit(x, frame.close, 1)
return (frame.close < offset + slope * x).astype(float)`,
  ],
  [
    'knows the best hour of the whole sample',
    `returns = frame.close.pct_change().shift(-1)
best = returns.groupby(frame.index.hour).transform('mean')
return (best > 0).astype(float)`,
  ],
  [
    'smooths with a filter of both sides',
    `kernel = np.ones(9) / 9
smooth = np.convolve(frame.close, kernel, 'same')
return (frame.close < smooth).astype(float)`,
  ],
  ['flips a coin without a seed', 'return (np.random.default_rng().random(len(frame)) < 0.5).astype(float)'],
  ['trades by the length of what it sees', 'return np.full(len(frame), float(len(frame) % 2))'],
];

/** Statements of `next` in a process broken open: they see the rest of their chunk, or are not the same twice. */
export const cheatingBars: readonly (readonly [name: string, statements: string])[] = [
  [
    'reads the rest of its chunk from the frames below it',
    `below = system._getframe()
while 'block' not in below.f_locals:
    below = below.f_back
block, count = below.f_locals['block'], int(below.f_locals['block'][1])
place = lab.bar.index - core._bars
tomorrow = block[4 + 4 * count + min(place + 1, count - 1)]
if lab.position.is_flat and tomorrow > lab.bar.close * 1.002:
    lab.orders.buy(percent=100)
elif lab.position.is_long and tomorrow < lab.bar.close:
    lab.orders.close()`,
  ],
  [
    'asks the clock',
    `if load('time').time_ns() % 3 == 0:
    lab.orders.buy(percent=1)`,
  ],
  [
    'asks the system for chance',
    `if os.urandom(1)[0] < 60:
    lab.orders.buy(percent=1)`,
  ],
  [
    'asks where its objects lie',
    `if (modules['builtins'].id(core) // 16 + lab.bar.index) % 1009 < 100:
    lab.orders.buy(percent=1)`,
  ],
  [
    'trades where a chunk begins',
    `if lab.bar.index == core._bars:
    lab.orders.buy(percent=1)`,
  ],
];
