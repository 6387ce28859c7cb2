/** What may be used of a module: its names, each a value or another module. */
export interface AllowedModule {
  readonly names: ReadonlySet<string>;
  readonly modules: Readonly<Record<string, AllowedModule>>;
}

function module(names: string, modules: Readonly<Record<string, AllowedModule>> = {}): AllowedModule {
  return { names: new Set(names.split(' ').filter((name) => name !== '')), modules };
}

const numpy = module(
  'False_ True_ abs absolute acos acosh add all allclose amax amin angle any append apply_along_axis apply_over_axes ' +
    'arange arccos arccosh arcsin arcsinh arctan arctan2 arctanh argmax argmin argpartition argsort argwhere around ' +
    'array array_equal array_equiv array_split asanyarray asarray asarray_chkfinite ascontiguousarray asin asinh ' +
    'astype atan atan2 atanh atleast_1d atleast_2d atleast_3d average bartlett bincount bitwise_and bitwise_count ' +
    'bitwise_invert bitwise_not bitwise_or bitwise_xor blackman bool bool_ broadcast_arrays broadcast_to busday_count ' +
    'busday_offset c_ can_cast cbrt ceil choose clip column_stack complex128 complex64 compress concat concatenate ' +
    'conj conjugate convolve copy copysign corrcoef correlate cos cosh count_nonzero cov cross cumprod cumproduct ' +
    'cumsum cumulative_prod cumulative_sum datetime64 deg2rad degrees delete diag diag_indices diagflat diagonal diff ' +
    'digitize divide divmod dot double dsplit dstack dtype e ediff1d einsum empty empty_like equal errstate ' +
    'euler_gamma exp exp2 expand_dims expm1 extract eye fabs fill_diagonal finfo fix flatnonzero flip fliplr flipud ' +
    'float_ float16 float32 float64 float_power floating floor floor_divide fmax fmin fmod frexp fromfunction ' +
    'fromiter full full_like gcd generic geomspace gradient greater greater_equal hamming hanning heaviside histogram ' +
    'histogram2d histogram_bin_edges histogramdd hsplit hstack hypot i0 identity iinfo imag index_exp indices inexact ' +
    'inf Inf Infinity PINF NINF NaN NAN infty inner insert int16 int32 int64 int8 int_ integer interp intersect1d ' +
    'intp invert is_busday isclose iscomplex iscomplexobj isdtype isfinite isin in1d isinf isnan isnat isneginf ' +
    'isposinf isreal isrealobj isscalar issubdtype iterable ix_ kaiser kron lcm ldexp left_shift less less_equal ' +
    'lexsort linspace log log10 log1p log2 logaddexp logaddexp2 logical_and logical_not logical_or logical_xor ' +
    'logspace long longlong matmul matrix_transpose matvec max maximum mean median meshgrid mgrid min minimum mod ' +
    'modf moveaxis msort multiply nan nan_to_num nanargmax nanargmin nancumprod nancumsum nanmax nanmean nanmedian ' +
    'nanmin nanpercentile nanprod nanquantile nanstd nansum nanvar ndarray ndenumerate ndim ndindex negative newaxis ' +
    'nextafter nonzero not_equal number ogrid ones ones_like outer pad partition percentile permute_dims pi piecewise ' +
    'place poly poly1d polyadd polyder polydiv polyfit polyint polymul polysub polyval positive pow power prod ' +
    'product promote_types ptp put put_along_axis putmask quantile r_ rad2deg radians ravel ravel_multi_index real ' +
    'real_if_close reciprocal remainder repeat reshape resize result_type right_shift rint roll rollaxis roots rot90 ' +
    'round round_ row_stack s_ searchsorted select seterr setdiff1d setxor1d shape short sign signbit signedinteger ' +
    'sin sinc single sinh size sort sometrue alltrue spacing split sqrt square squeeze stack std str_ subtract sum ' +
    'swapaxes take take_along_axis tan tanh tensordot tile timedelta64 trace transpose trapezoid trapz tri tril ' +
    'tril_indices tril_indices_from trim_zeros triu triu_indices triu_indices_from true_divide trunc ufunc uint ' +
    'uint16 uint32 uint64 uint8 union1d unique unique_all unique_counts unique_inverse unique_values unravel_index ' +
    'unsignedinteger unstack unwrap vander var vdot vecdot vecmat vectorize vsplit vstack where zeros zeros_like',
  {
    linalg: module(
      'LinAlgError cholesky cond cross det diagonal eig eigh eigvals eigvalsh inv lstsq matmul matrix_norm ' +
        'matrix_power matrix_rank matrix_transpose multi_dot norm outer pinv qr slogdet solve svd svdvals tensordot ' +
        'tensorinv tensorsolve trace vecdot vector_norm',
    ),
    fft: module(
      'fft fft2 fftfreq fftn fftshift hfft ifft ifft2 ifftn ifftshift ihfft irfft irfftn rfft rfftfreq rfftn',
    ),
    // What draws without a seed is DET001.
    random: module('Generator RandomState default_rng'),
    lib: module('', { stride_tricks: module('sliding_window_view') }),
    typing: module('ArrayLike NDArray DTypeLike'),
  },
);

const pandas = module(
  'BooleanDtype DataFrame DateOffset DatetimeIndex Float32Dtype ' +
    'Float64Dtype Grouper Index Int16Dtype Int32Dtype Int64Dtype Int8Dtype Interval IntervalIndex NA NaT ' +
    'NamedAgg Period PeriodIndex RangeIndex Series StringDtype Timedelta TimedeltaIndex Timestamp IndexSlice ' +
    'bdate_range concat crosstab cut date_range factorize get_dummies infer_freq interval_range isna isnull lreshape ' +
    'melt merge merge_asof merge_ordered notna notnull period_range pivot pivot_table qcut timedelta_range ' +
    'to_datetime to_numeric to_timedelta unique wide_to_long value_counts',
  {
    offsets: module(
      'BDay BusinessDay BMonthEnd BusinessMonthEnd BQuarterEnd DateOffset Day Hour Minute MonthBegin MonthEnd ' +
        'QuarterBegin QuarterEnd Second Week YearBegin YearEnd',
    ),
  },
);

/** The modules that a strategy may import, and what it may use of them. */
export const allowedModules: Readonly<Record<string, AllowedModule>> = {
  strategy_lab: module('Strategy integer number cross_above cross_below'),
  math: module(
    'acos acosh asin asinh atan atan2 atanh cbrt ceil comb copysign cos cosh degrees dist e erf erfc exp exp2 expm1 ' +
      'fabs factorial floor fma fmod frexp fsum gamma gcd hypot inf isclose isfinite isinf isnan isqrt lcm ldexp ' +
      'lgamma log log10 log1p log2 modf nan nextafter perm pi pow prod radians remainder sin sinh sqrt sumprod tan ' +
      'tanh tau trunc ulp',
  ),
  statistics: module(
    'NormalDist StatisticsError correlation covariance fmean geometric_mean harmonic_mean linear_regression mean ' +
      'median median_grouped median_high median_low mode multimode pstdev pvariance quantiles stdev variance',
  ),
  collections: module('ChainMap Counter OrderedDict defaultdict deque namedtuple', {
    abc: module(
      'Callable Collection Container Generator Hashable Iterable Iterator Mapping MutableMapping MutableSequence ' +
        'MutableSet Reversible Sequence Set Sized',
    ),
  }),
  dataclasses: module(
    'KW_ONLY InitVar asdict astuple dataclass field fields is_dataclass replace FrozenInstanceError',
  ),
  typing: module(
    'AbstractSet Any AnyStr Annotated Callable ClassVar Collection Container Counter DefaultDict Deque Dict Final ' +
      'FrozenSet Generator Generic Hashable Iterable Iterator List Literal Mapping MutableMapping MutableSequence ' +
      'MutableSet NamedTuple NewType NoReturn Optional OrderedDict ParamSpec Protocol Reversible Self Sequence Set ' +
      'Sized SupportsAbs SupportsFloat SupportsIndex SupportsInt Text Tuple Type TypeAlias TypedDict TypeVar ' +
      'TYPE_CHECKING Union cast final overload override',
  ),
  numpy,
  pandas,
  __future__: module('annotations'),
};

/** What a dotted path stands for on the lists: a module, an allowed name, or nothing known. */
export function lookUp(path: readonly string[]): AllowedModule | 'name' | undefined {
  const [root = '', ...rest] = path;
  let found: AllowedModule | undefined = Object.hasOwn(allowedModules, root)
    ? allowedModules[root]
    : undefined;
  for (const [index, part] of rest.entries()) {
    if (found === undefined) return undefined;
    if (Object.hasOwn(found.modules, part)) found = found.modules[part];
    else return found.names.has(part) && index === rest.length - 1 ? 'name' : undefined;
  }
  return found;
}
