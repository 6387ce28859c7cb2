import { pythonApiNames } from './api.ts';

function words(...texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => text.split(' '));
}

/** Of texts, lists, dictionaries, sets, tuples, deques, counters, numbers, ranges, properties and errors. */
const ofBuiltins = words(
  'capitalize casefold center count endswith expandtabs find index isalnum isalpha isascii isdecimal isdigit ' +
    'isidentifier islower isnumeric isprintable isspace istitle isupper join ljust lower lstrip maketrans partition ' +
    'removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith strip ' +
    'swapcase title translate upper zfill encode hex',
  'append clear copy extend insert pop remove reverse sort appendleft extendleft popleft rotate maxlen',
  'fromkeys get items keys popitem setdefault update values move_to_end most_common elements subtract total ' +
    'new_child parents maps',
  'add difference difference_update discard intersection intersection_update isdisjoint issubset issuperset ' +
    'symmetric_difference symmetric_difference_update union',
  'as_integer_ratio bit_count bit_length conjugate denominator imag is_integer numerator real',
  'start stop step args setter getter deleter',
  'cdf pdf inv_cdf mean median mode stdev variance zscore overlap quantiles slope intercept',
);

/** Of arrays, frames, series, indexes, windows, groups and times; what writes, runs text or leads out is left out. */
const ofFrames = words(
  'T mT all any argmax argmin argpartition argsort astype choose clip compress cumprod cumsum diagonal dot dtype fill ' +
    'flat flatten item itemsize max mean min nbytes ndim nonzero prod ptp put ravel repeat reshape round ' +
    'searchsorted shape size squeeze std sum swapaxes take tolist trace transpose var ' +
    'accumulate reduce reduceat outer at eps tiny smallest_normal resolution',
  'abs add_prefix add_suffix agg aggregate align apply applymap asfreq asof assign at_time axes between_time bfill ' +
    'backfill columns combine combine_first convert_dtypes corr corrwith cov cummax cummin describe diff div divide ' +
    'drop drop_duplicates droplevel dropna dtypes duplicated empty eq equals ewm expanding explode ffill pad fillna ' +
    'filter first_valid_index floordiv ge groupby gt head iat idxmax idxmin iloc infer_objects interpolate isin isna ' +
    'isnull iterrows itertuples iteritems kurt kurtosis last_valid_index le loc lt map mask melt merge mod mul ' +
    'multiply ne nlargest notna notnull nsmallest nunique pct_change pipe pivot pivot_table pow product quantile query ' +
    'radd rank resample swaplevel from_dict from_records from_tuples from_product from_breaks from_arrays set_names ' +
    'levels start_time end_time ordinal get_dummies conj coef coeffs deriv integ roots eigenvalues eigenvectors ' +
    'astimezone fromisoformat rdiv reindex reindex_like rename rename_axis reset_index rfloordiv rmod rmul rolling rpow rsub rtruediv ' +
    'sample select_dtypes sem set_axis set_index shift skew sort_index sort_values stack sub tail to_dict to_frame ' +
    'to_list to_numpy to_period to_series to_timestamp to_pydatetime to_datetime64 to_pytimedelta to_timedelta64 ' +
    'transform truediv truncate tz_convert tz_localize unstack value_counts where xs',
  'autocorr between case_when divmod factorize hasnans is_monotonic_decreasing is_monotonic_increasing ' +
    'is_monotonic is_unique name unique names nlevels',
  'as_unit asi8 date day day_name day_of_week day_of_year dayofweek dayofyear days_in_month daysinmonth delete ceil ' +
    'floor freq freqstr get_indexer get_level_values get_loc has_duplicates hour indexer_at_time indexer_between_time ' +
    'inferred_freq is_leap_year is_month_end is_month_start is_quarter_end is_quarter_start is_year_end is_year_start ' +
    'isocalendar microsecond minute month month_name nanosecond normalize quarter second slice_indexer slice_locs ' +
    'strftime time timetz tz tzinfo unit weekday week weekofyear year',
  'isoformat isoweekday timestamp timetuple toordinal utcoffset value components days microseconds nanoseconds ' +
    'seconds total_seconds left right mid length',
  'first last nth ohlc cumcount get_group groups indices ngroup ngroups nearest size window',
  'Index str dt cat contains extract extractall findall fullmatch match len slice codes categories ordered',
);

/** Of seeded generators. */
const ofGenerators = words(
  'beta binomial chisquare choice exponential gamma geometric integers laplace logistic lognormal multinomial ' +
    'multivariate_normal normal permutation permuted poisson rand randint randn random random_sample shuffle ' +
    'standard_normal standard_t triangular uniform weibull',
);

/** The members of all harmless objects that a strategy meets. */
export const safeMembers: ReadonlySet<string> = new Set([
  ...ofBuiltins,
  ...ofFrames,
  ...ofGenerators,
  ...pythonApiNames,
]);

/**
 * Members that run text, write or read files, or lead to frames and modules. On anything but the strategy
 * itself they are refused even where the file has a member of that name of its own.
 */
export function isDangerous(name: string): boolean {
  return frameMember.test(name) || dangerous.has(name);
}

/** Of frames, code, generators, coroutines, tracebacks and functions. */
export const frameMember =
  /^(?:gi_\w+|cr_\w+|ag_\w+|tb_\w+|co_\w+|func_\w+|f_(?:back|builtins|code|globals|lasti|lineno|locals|trace\w*)|mro|with_traceback|fget|fset|fdel|format_map)$/;

const dangerous: ReadonlySet<string> = new Set(
  words(
    'to_clipboard to_csv to_excel to_feather to_gbq to_hdf to_html to_iceberg to_json to_latex to_markdown to_orc ' +
      'to_parquet to_pickle to_records to_sql to_stata to_string to_xarray to_xml to_arrow from_arrow',
    'tofile dump dumps load loads save savez savez_compressed savetxt loadtxt genfromtxt fromfile fromregex fromstring ' +
      'frombuffer from_dlpack memmap DataSource ctypes ctypeslib f2py lib testing distutils as_strided bmat ' +
      'from_custom_template style core compat io os sys util api plotting eval exec open setflags setfield getfield view strides resize flags default_factory',
    'read_clipboard read_csv read_excel read_feather read_fwf read_gbq read_hdf read_html read_iceberg read_json ' +
      'read_orc read_parquet read_pickle read_sas read_spss read_sql read_sql_query read_sql_table read_stata ' +
      'read_table read_xml HDFStore ExcelFile ExcelWriter',
  ),
);

/** Members of numpy and pandas that lead out of the data, for a message that says so. */
export const escapeHatches: ReadonlySet<string> = new Set([
  ...dangerous,
  ...words('base data data_ptr device style plot hist boxplot info flags attrs obj'),
]);
