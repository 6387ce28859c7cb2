import type { Crisis } from '../../contracts/crisis.ts';

const minute = 60_000;
const day = 86_400_000;

/** UTC milliseconds of a time in the Gregorian calendar; the days by Hinnant's days_from_civil (2013). */
function utc(year: number, month: number, dayOfMonth: number, hour = 0, minutes = 0): number {
  // Years begin in March here, so that the leap day is the last.
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + dayOfMonth - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return (era * 146_097 + dayOfEra - 719_468) * day + (hour * 60 + minutes) * minute;
}

/**
 * Recorded crises, in order of time. Their ranges are the hours or days in which prices moved; prices are
 * rounded, of leading venues, and say how bad it was, no more.
 */
export const crises: readonly Crisis[] = [
  {
    id: 'black-monday-1987',
    name: 'Black Monday',
    markets: ['equities'],
    from: utc(1987, 10, 14),
    to: utc(1987, 10, 21),
    facts: 'The Dow Jones fell by 22.6 % on 19 October 1987, its largest fall in one day.',
  },
  {
    id: 'lehman-2008',
    name: 'Failure of Lehman Brothers',
    markets: ['equities', 'commodities'],
    from: utc(2008, 9, 15),
    to: utc(2008, 11, 21),
    facts: 'From the bankruptcy of 15 September to 20 November 2008 the S&P 500 lost about 40 %.',
  },
  {
    id: 'flash-crash-2010',
    name: 'Flash crash of United States shares',
    markets: ['equities'],
    from: utc(2010, 5, 6, 18, 32),
    to: utc(2010, 5, 6, 19, 8),
    facts:
      'The Dow Jones fell to nearly 1,000 points below the close before and won most of it back within 36 minutes; some shares traded at a cent.',
  },
  {
    id: 'downgrade-2011',
    name: 'Downgrade of the United States',
    markets: ['equities'],
    from: utc(2011, 8, 4),
    to: utc(2011, 8, 10),
    facts: 'The S&P 500 fell by 4.8 % on 4 August 2011 and by 6.7 % on 8 August.',
  },
  {
    id: 'bitcoin-2013',
    name: 'End of the first large rise of Bitcoin',
    markets: ['crypto'],
    from: utc(2013, 4, 10),
    to: utc(2013, 4, 13),
    facts: 'Bitcoin fell from 266 to about 105 dollars within hours, while its main exchange lagged behind.',
  },
  {
    id: 'swiss-franc-2015',
    name: 'End of the floor of the Swiss franc',
    markets: ['currencies'],
    from: utc(2015, 1, 15, 9, 30),
    to: utc(2015, 1, 15, 16),
    facts:
      'The Swiss National Bank gave up its floor of 1.20; within minutes a euro cost less than one franc, and many stop orders were filled far below their price.',
  },
  {
    id: 'august-2015',
    name: 'Opening of 24 August 2015',
    markets: ['equities'],
    from: utc(2015, 8, 24, 13, 30),
    to: utc(2015, 8, 24, 20),
    facts:
      'The Dow Jones fell by more than 1,000 points in the first minutes; trading in shares and funds was halted more than 1,200 times in a day.',
  },
  {
    id: 'brexit-2016',
    name: 'Vote of the United Kingdom to leave the European Union',
    markets: ['currencies', 'equities'],
    from: utc(2016, 6, 23, 21),
    to: utc(2016, 6, 24, 21),
    facts: 'In the night of the count the pound fell from about 1.50 to about 1.32 dollars.',
  },
  {
    id: 'sterling-2016',
    name: 'Flash crash of the pound',
    markets: ['currencies'],
    from: utc(2016, 10, 6, 23),
    to: utc(2016, 10, 6, 23, 30),
    facts: 'In early Asian trading the pound lost about 9 % within minutes and soon won most of it back.',
  },
  {
    id: 'bitcoin-2018',
    name: 'End of the rise of 2017',
    markets: ['crypto'],
    from: utc(2018, 1, 6),
    to: utc(2018, 2, 7),
    facts: 'Bitcoin fell from about 17,000 to about 6,000 dollars within a month, with a rout on 16 January.',
  },
  {
    id: 'volatility-2018',
    name: 'Rout of short volatility',
    markets: ['equities'],
    from: utc(2018, 2, 2),
    to: utc(2018, 2, 10),
    facts: 'On 5 February 2018 the S&P 500 fell by 4.1 % and the VIX more than doubled in a day.',
  },
  {
    id: 'bitcoin-cash-2018',
    name: 'Split of Bitcoin Cash',
    markets: ['crypto'],
    from: utc(2018, 11, 14),
    to: utc(2018, 12, 16),
    facts: 'After months of quiet around 6,400 dollars Bitcoin fell to about 3,200 within a month.',
  },
  {
    id: 'pandemic-2020-equities',
    name: 'Outbreak of the pandemic',
    markets: ['equities', 'commodities'],
    from: utc(2020, 2, 20),
    to: utc(2020, 3, 24),
    facts:
      'The S&P 500 lost 34 % in 33 days; trading was halted by circuit breakers on 9, 12, 16 and 18 March.',
  },
  {
    id: 'pandemic-2020-crypto',
    name: 'Crash of 12 March 2020',
    markets: ['crypto'],
    from: utc(2020, 3, 12),
    to: utc(2020, 3, 14),
    facts: 'Bitcoin lost about half of its price within a day, from near 8,000 to below 4,000 dollars.',
  },
  {
    id: 'oil-2020',
    name: 'Negative price of oil',
    markets: ['commodities'],
    from: utc(2020, 4, 20),
    to: utc(2020, 4, 22),
    facts: 'The expiring WTI future settled at -37.63 dollars a barrel.',
  },
  {
    id: 'crypto-may-2021',
    name: 'Crash of 19 May 2021',
    markets: ['crypto'],
    from: utc(2021, 5, 19),
    to: utc(2021, 5, 20),
    facts:
      'Bitcoin fell from about 43,000 to about 30,000 dollars within hours and won a good part of it back; several exchanges could not be reached for a time.',
  },
  {
    id: 'crypto-december-2021',
    name: 'Night of liquidations of 4 December 2021',
    markets: ['crypto'],
    from: utc(2021, 12, 4),
    to: utc(2021, 12, 5),
    facts: 'Bitcoin fell by about a fifth within hours, to about 42,000 dollars.',
  },
  {
    id: 'luna-2022',
    name: 'Failure of Terra and LUNA',
    markets: ['crypto'],
    from: utc(2022, 5, 7),
    to: utc(2022, 5, 14),
    facts:
      'The stablecoin UST lost its peg and LUNA nearly all of its value; Bitcoin fell from about 36,000 to below 27,000 dollars.',
  },
  {
    id: 'celsius-2022',
    name: 'Celsius stops withdrawals',
    markets: ['crypto'],
    from: utc(2022, 6, 12),
    to: utc(2022, 6, 20),
    facts: 'Within a week Bitcoin fell from about 28,000 to below 18,000 dollars.',
  },
  {
    id: 'ftx-2022',
    name: 'Failure of FTX',
    markets: ['crypto'],
    from: utc(2022, 11, 6),
    to: utc(2022, 11, 12),
    facts: 'Bitcoin fell from about 21,000 to below 16,000 dollars; FTX filed for bankruptcy on 11 November.',
  },
  {
    id: 'silicon-valley-bank-2023',
    name: 'Failure of Silicon Valley Bank',
    markets: ['crypto', 'equities'],
    from: utc(2023, 3, 9),
    to: utc(2023, 3, 14),
    facts:
      'The bank was closed on 10 March 2023; the stablecoin USDC fell to about 0.88 dollars for a night.',
  },
  {
    id: 'carry-trade-2024',
    name: 'Unwinding of carry trades in yen',
    markets: ['equities', 'crypto', 'currencies'],
    from: utc(2024, 8, 2),
    to: utc(2024, 8, 6),
    facts:
      'The Nikkei 225 fell by 12.4 % on 5 August 2024 and Bitcoin to about 49,000 dollars; most of it came back within days.',
  },
  {
    id: 'tariffs-2025',
    name: 'Tariffs of the United States',
    markets: ['equities', 'commodities', 'currencies'],
    from: utc(2025, 4, 3),
    to: utc(2025, 4, 10),
    facts: 'The S&P 500 lost more than 10 % on 3 and 4 April 2025 and rose by 9.5 % on 9 April.',
  },
  {
    id: 'liquidations-2025',
    name: 'Liquidations of 10 October 2025',
    markets: ['crypto'],
    from: utc(2025, 10, 10, 14),
    to: utc(2025, 10, 11),
    facts:
      'After news of tariffs positions of more than 19 billion dollars were liquidated within a day; many smaller coins lost more than half for minutes.',
  },
];
