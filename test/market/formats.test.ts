import { describe, expect, test } from 'vitest';
import { csvWith, header, hour, makeImporter, quietRows, start } from './candleFiles.ts';

const load = makeImporter();
const quietTimes = Array.from({ length: 6 }, (_, bar) => start + bar * hour);
const iso = (ms: number): string => new Date(ms).toISOString();
const plain = (ms: number): string => iso(ms).slice(0, 19).replace('T', ' ');

const cryptoDataDownload = [
  'https://www.CryptoDataDownload.com',
  'unix,date,symbol,open,high,low,close,Volume ETH,Volume USDT,tradecount',
  '1502985600000,2017-08-17 16:00:00,ETH/USDT,302.0,304.0,301.0,303.0,3.5,1060.5,17',
  '1502982000000,2017-08-17 15:00:00,ETH/USDT,301.0,303.0,300.0,302.0,2.5,755.0,11',
  '1502971200.0,2017-08-17 12-PM,ETH/USDT,299,301,298,301,1.5,451.5,NULL',
  '1502928000.0,2017-08-17 12-AM,ETH/USDT,298,300,297,299,0.5,149.5,NULL',
].join('\r\n');

describe('CryptoDataDownload', () => {
  test('is read with its address line, newest first, with mixed units and date formats', async () => {
    const { candles, report } = await load(cryptoDataDownload, 'Binance_ETHUSDT_1h.csv');
    const day = Date.UTC(2017, 7, 17);
    expect([...candles.time]).toEqual([0, 12, 15, 16].map((hours) => day + hours * hour));
    expect([...candles.close]).toEqual([299, 301, 302, 303]);
    expect([...candles.volume]).toEqual([0.5, 1.5, 2.5, 3.5]);
    expect(candles).toMatchObject({
      venue: 'binance',
      symbol: 'ETH/USDT',
      timeframe: '1h',
      synthetic: false,
    });
    expect(report).toMatchObject({
      format: 'CryptoDataDownload CSV',
      timeUnit: 'milliseconds and seconds',
      rows: 4,
      kept: 4,
      gaps: 2,
      missingBars: 13,
    });
    const kinds = report.problems.map(({ kind }) => kind);
    expect(kinds).toEqual(['gap', 'mixed-time-units', 'mixed-date-formats', 'null-row', 'order']);
  });

  test('says where the date contradicts the numeric time, and keeps the numeric one', async () => {
    const text = cryptoDataDownload.replace('2017-08-17 15:00:00', '2017-08-17 11:00:00');
    const { candles, report } = await load(text);
    expect(candles.time[2]).toBe(Date.UTC(2017, 7, 17, 15));
    const found = report.problems.find(({ kind }) => kind === 'time-disagreement');
    expect(found).toMatchObject({ count: 1, examples: [{ line: 4, time: Date.UTC(2017, 7, 17, 15) }] });
    expect(found?.message).toContain('-240 minutes');
  });
});

describe('Binance klines', () => {
  const kline = (open: number, close: number): string =>
    `${open},100.0,102.0,99.0,101.0,7.25,${close},732.25,42,3.5,353.5,0`;
  const rows = (factor: number): string =>
    [0, 1, 2].map((bar) => kline((start + bar * hour) * factor, (start + bar * hour) * factor)).join('\n');

  test.each([
    ['milliseconds', 1],
    ['microseconds', 1000],
  ])('are read without a header, in %s', async (unit, factor) => {
    const { candles, report } = await load(rows(factor), 'BTCUSDT-1h-2021-01.csv');
    expect([...candles.time]).toEqual(quietTimes.slice(0, 3));
    expect([...candles.volume]).toEqual([7.25, 7.25, 7.25]);
    expect(report).toMatchObject({ format: 'Binance klines', timeUnit: unit, symbol: 'BTC/USDT' });
  });

  test('are read with the header that futures files have', async () => {
    const names =
      'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore';
    const { candles } = await load(`${names}\n${rows(1)}`);
    expect([...candles.volume]).toEqual([7.25, 7.25, 7.25]);
  });
});

test('CoinMarketCap’s days open at timeOpen, whatever stands in timestamp', async () => {
  const days = ['2023-01-03', '2023-01-02', '2023-01-01'];
  const rows = days.map(
    (day) =>
      `"${day}T00:00:00.000Z";"${day}T23:59:59.999Z";"${day}T10:00:00.000Z";"${day}T02:00:00.000Z";"2781";10.5;12;9;11;7;99;"${day}T23:59:59.999Z"`,
  );
  const names = 'timeOpen;timeClose;timeHigh;timeLow;name;open;high;low;close;volume;marketCap;timestamp';
  const { candles, report } = await load([names, ...rows].join('\n'), 'BTCUSD.csv');
  expect([...candles.time]).toEqual([1, 2, 3].map((day) => Date.UTC(2023, 0, day)));
  expect(candles).toMatchObject({ timeframe: '1d', symbol: 'BTC/USD' });
  expect(report.problems.map(({ kind }) => kind)).toEqual(['order']);
});

describe('a headered file', () => {
  test.each([
    'ts,open,high,low,close,volume',
    'timestamp,Open,High,Low,Close,Volume',
    'UNIX,o,h,l,c,v',
    'time,o,h,l,c,vol',
    'Open Time,OPEN,HIGH,LOW,CLOSE,VOLUME',
    'open_time,open,high,low,close,Vol',
    '"Date","Open","High","Low","Close","Volume"',
    'datetime,open,high,low,close,Volume BTC',
    ',open,high,low,close,volume',
    '<DATE>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>',
  ])('is read by the usual names: %s', async (names) => {
    const { candles } = await load([names, ...quietRows(6)].join('\n'));
    expect([...candles.time]).toEqual(quietTimes);
    expect([...candles.open]).toEqual([100, 101, 102, 103, 104, 105]);
    expect([...candles.high]).toEqual([102, 103, 104, 105, 106, 107]);
    expect([...candles.low]).toEqual([99, 100, 101, 102, 103, 104]);
    expect([...candles.close]).toEqual([101, 102, 103, 104, 105, 106]);
    expect([...candles.volume]).toEqual([10, 11, 12, 13, 14, 15]);
  });

  test.each([
    ['semicolons', ';'],
    ['tabs', '\t'],
    ['quotes', '","'],
  ])('may be parted by %s, with a byte order mark, CRLF, comments and blank lines', async (_, sign) => {
    const lines = [header, ...quietRows(6)].map((line) => {
      const cells = line.split(',').join(sign);
      return sign === '","' ? `"${cells}"` : cells;
    });
    lines.splice(3, 0, '', '# exported by hand');
    const { candles } = await load(`\uFEFF${lines.join('\r\n')}\r\n`);
    expect([...candles.volume]).toEqual([10, 11, 12, 13, 14, 15]);
  });

  test.each([
    ['Volume USDT,Volume BTC', 'BTC/USDT', 2],
    ['Volume BTC,Volume USDT', 'BTC/USDT', 1],
    ['Volume BTC,Volume ETH', 'ETH/BTC', 2],
    ['Volume BTC,Volume SOL', 'SOL/BTC:BTC', 2],
    ['quote_volume,volume', undefined, 2],
    ['Volume USDT,Volume SOL', undefined, 2],
  ])('with the columns %s for %s gives the base asset’s volume', async (names, symbol, expected) => {
    const rows = quietRows(3).map((row) => row.replace(/[^,]+$/, '1,2'));
    const text = [`ts,open,high,low,close,${names}`, ...rows].join('\n');
    const { candles } = await load(text, 'x.csv', symbol === undefined ? {} : { symbol });
    expect([...candles.volume]).toEqual([expected, expected, expected]);
  });

  test('may end its lines with a carriage return alone', async () => {
    const { candles, report } = await load(
      csvWith({ 3: `${quietTimes[1]},1,1,1,1,NULL` }).replaceAll('\n', '\r'),
    );
    expect([...candles.time]).toEqual(quietTimes);
    expect(report.problems.find(({ severity }) => severity === 'warning')?.examples[0]?.line).toBe(3);
  });

  test('may write its days as 20210104', async () => {
    const rows = ['20210104', '20210105', '20210106'].map((day) => `${day},1,1,1,1,1`);
    const { candles, report } = await load(['Date,Open,High,Low,Close,Volume', ...rows].join('\n'));
    expect([...candles.time]).toEqual([0, 24, 48].map((hours) => start + hours * hour));
    expect(report).toMatchObject({ timeframe: '1d', timeUnit: 'YYYY-MM-DD', problems: [] });
  });

  test.each([
    ['093000', (ms: number) => iso(ms).slice(11, 19).replaceAll(':', '')],
    ['0930', (ms: number) => iso(ms).slice(11, 16).replaceAll(':', '')],
    ['09:30', (ms: number) => iso(ms).slice(11, 16)],
  ])('may write its days as 20210104 and its times of day as %s', async (_, write) => {
    const rows = quietRows(6, (ms) => `${iso(ms).slice(0, 10).replaceAll('-', '')},${write(ms)}`);
    const { candles } = await load(['<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>', ...rows].join('\n'));
    expect([...candles.time]).toEqual(quietTimes);
  });

  test('may have a wanted timeframe where its usual step is none', async () => {
    const rows = [0, 7, 14, 15].map((minutes) => `${start + minutes * 60_000},1,1,1,1,1`);
    const { candles } = await load([header, ...rows].join('\n'), 'x.csv', { timeframe: '1m' });
    expect(candles.timeframe).toBe('1m');
  });

  test('may hold the day and the time of day in two columns', async () => {
    const rows = quietRows(6, (ms) => plain(ms).replace(' ', ',').replaceAll('-', '.').slice(0, 16));
    const { candles } = await load(['Date,Time,Open,High,Low,Close,Volume', ...rows].join('\n'));
    expect([...candles.time]).toEqual(quietTimes);
  });
});

describe('a time', () => {
  test.each<[string, (ms: number) => string | number]>([
    ['seconds', (ms) => ms / 1000],
    ['seconds', (ms) => `${ms / 1000}.0`],
    ['milliseconds', (ms) => ms],
    ['microseconds', (ms) => ms * 1000],
    ['nanoseconds', (ms) => `${ms}000000`],
    ['YYYY-MM-DD HH:MM', plain],
    ['YYYY-MM-DD HH:MM', (ms) => plain(ms).slice(0, 16).replaceAll('-', '/')],
    ['YYYY-MM-DD HH:MM with zone', iso],
    ['YYYY-MM-DD HH:MM with zone', (ms) => `${plain(ms + 2 * hour)}+02:00`],
    ['YYYY-MM-DD HH:MM with zone', (ms) => `${plain(ms - 5.5 * hour)}-0530`],
    ['YYYY-MM-DD HH:MM with zone', (ms) => `${plain(ms)} UTC`],
  ])('is read in %s', async (form, write) => {
    const { candles, report } = await load([header, ...quietRows(6, write)].join('\n'));
    expect([...candles.time]).toEqual(quietTimes);
    expect(report.timeUnit).toBe(form);
  });

  test('of whole days makes daily candles', async () => {
    const rows = ['2021-03-01', '2021-02-28', '2021-02-27'].map((day) => `${day},1,1,1,1,1`);
    const { candles } = await load([header, ...rows].join('\n'));
    expect(candles.timeframe).toBe('1d');
    expect(candles.time[2]).toBe(Date.UTC(2021, 2, 1));
  });
});

describe('JSON arrays', () => {
  const rows = quietRows(6).map((row) => row.split(',').map(Number));

  test('are read as freqtrade writes them, symbol from the file name', async () => {
    const { candles, report } = await load(JSON.stringify(rows), 'UNITTEST_BTC-1h.json');
    expect([...candles.time]).toEqual(quietTimes);
    expect([...candles.volume]).toEqual([10, 11, 12, 13, 14, 15]);
    expect(report).toMatchObject({ format: 'JSON arrays', symbol: 'UNITTEST/BTC', rows: 6, kept: 6 });
  });

  test('are read as the exchange answers them, numbers in quotes', async () => {
    const klines = rows.map(([time, ...values]) => [time, ...values.map(String), 0, '1', 9, '1', '1', '0']);
    const { candles } = await load(JSON.stringify(klines), 'BTCUSDT.json');
    expect([...candles.close]).toEqual([101, 102, 103, 104, 105, 106]);
  });

  test.each([
    ['[[1,2,3]]', 0],
    [JSON.stringify([...rows, { time: 1 }]), 6],
    [JSON.stringify([...rows, [start + 6 * hour, 1, 1, null, 1, 1]]), 6],
  ])('that are no candles are refused with their entry: %s', async (text, entry) => {
    await expect(load(text, 'a.json')).rejects.toMatchObject({ name: 'LabError', place: { bar: entry } });
  });

  test.each(['{"data":[]}', '[', '[[NaN]]'])('%s is refused', async (text) => {
    await expect(load(text, 'a.json')).rejects.toMatchObject({ reason: 'data.format' });
  });
});

describe('venue and symbol', () => {
  test.each([
    ['Binance_BTCUSDT_1h.csv', 'binance', 'BTC/USDT'],
    ['BTCUSDT_Binance_futures_data_hour.csv', 'binance-futures', 'BTC/USDT'],
    ['kraken-ETH_EUR-1h.csv', 'kraken', 'ETH/EUR'],
    ['ETHBTC-1h-2021-06.csv', 'file', 'ETH/BTC'],
    ['my candles.csv', 'file', 'my candles'],
  ])('come from the name %s', async (name, venue, symbol) => {
    expect((await load(csvWith(), name)).candles).toMatchObject({ venue, symbol });
  });

  test.each([
    ['name', 'Bitcoin', 'BITCOIN'],
    ['coin', 'BTC', 'BTC'],
    ['Asset', 'btcusdt', 'BTC/USDT'],
    ['currency', 'ETH', 'ETH'],
    ['currency', 'USD', 'ETH/EUR'],
    ['name', '2781', 'ETH/EUR'],
    ['Name,Symbol', 'Bitcoin,BTC', 'BTC'],
  ])('come from the column %s that holds %s', async (names, cells, symbol) => {
    const text = [`${header},${names}`, ...quietRows(3).map((row) => `${row},${cells}`)].join('\n');
    expect((await load(text, 'ETHEUR.csv')).candles.symbol).toBe(symbol);
  });

  test('of the symbol column go before the name, the caller’s before both', async () => {
    const rows = quietRows(3).map((row) => `${row},ethusdt`);
    const text = [`${header},symbol`, ...rows].join('\n');
    expect((await load(text, 'Binance_BTCUSDT.csv')).candles.symbol).toBe('ETH/USDT');
    const chosen = await load(text, 'Binance_BTCUSDT.csv', {
      symbol: 'SOL/EUR',
      venue: 'mine',
      timeframe: '1h',
    });
    expect(chosen.report).toMatchObject({
      symbol: 'SOL/EUR',
      venue: 'mine',
      timeframe: '1h',
      missingBars: 0,
    });
  });
});
