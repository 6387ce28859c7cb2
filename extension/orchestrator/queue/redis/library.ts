import { ageingStepMilliseconds, highPriority } from '../../../contracts/tasks.ts';

/**
 * The queue's rules as Redis runs them, before each script. Every script is atomic, so that a task is in one place
 * whatever happens to its caller. All keys of a queue share one hash tag and with it a cluster's slot.
 *
 * What costs is each call out of a script, twice as much where it writes, as the append-only file gets it too, and
 * after that each string that is made. So what changes together is one field, numbers are fields of one hash that
 * is read and written once, and what can be put right when it is read is not kept right before. Numbers go into
 * calls as they are: the server writes up to 17 digits of them, Lua by itself only 14.
 *
 * KEYS[1] is the queue's prefix. ARGV[1] is the time in milliseconds; left empty it is the server's, which is the
 * rule: clocks of several machines differ, the server has one. ARGV[2] is the book's `made` as the caller knows it:
 * with another one the server has lost what it had, and nothing is done.
 *
 * Keys after the prefix:
 * - `task:ID` hash of a task: `about` what stays (see `load`), `state` what changes (see `keep`), `payload`, and
 *   where there are any `trace_id`, `idempotency_key`, `checkpoint`, `error`, `result`
 * - `all` sorted set of ids by seq
 * - `line:PRIORITY|TENANT|TYPE` sorted set of ready tasks by ready time; members are `SEQ:ID`, so that ties are
 *   first in, first out
 * - `turn:TYPE:BAND` sorted set of lines by a rank that is never above their own; members are
 *   `100-PRIORITY|TENANT`. Lines that are empty or of a tenant that may not run more are found out by the claim
 *   that comes upon them, and taken out.
 * - `lines:TENANT` set of `PRIORITY|TYPE` that there ever were
 * - `delayed`, `deadlines` sorted sets by time, `dead` by seq; `ended` list of `TIME|ID`, the first that ended first
 * - `book` hash: `made` when and by which form of these keys the queue was made, `paused` while it is, `seq` last
 *   one given to a task, `w` tasks that wait, `high` those of them in the high band, `delayed` those whose delay is
 *   not over, `line|PRIORITY|TENANT|TYPE` for each line there ever was, `c|PRIORITY|TENANT|TYPE|STATE` counts of all
 *   states but waiting, which are counted where they are asked for, `served` and `s|PRIORITY|TENANT` microseconds;
 *   limits: `l||w`, `l||r` of the queue, `l|*|w`, `l|*|r` of each tenant without its own, `l|TENANT|w`, `l|TENANT|r`;
 *   `limited` once any but the first was set, and from then on `w|TENANT`, `r|TENANT`, tasks that wait and run;
 *   `n|CONSUMER` the number of the last claim of a consumer that was given tasks
 * - `keys` hash of ids by `TENANT|KEY`; `owners` hash of processes by consumer
 * - `stream:high`, `stream:low`: streams of the tasks that run, with the consumer group `workers`. A claim adds an
 *   entry and makes it pending in one step; it stays pending until the task is settled, is never trimmed, and is what
 *   recovery looks through with XAUTOCLAIM.
 */
export const library = `
local call, format, match = redis.call, string.format, string.match
local P = KEYS[1]
local now = tonumber(ARGV[1])
if now == nil then
  local t = call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end

local function int(n) return format('%d', n) end
local function key(name) return P .. name end
-- Sets which line a task is of; names are made of texts, as to make one of a number takes long.
local function in_line(t, priority, tenant, type)
  t.priority, t.tenant, t.type = tonumber(priority), tenant, type
  t.level = 's|' .. priority .. '|' .. tenant
  t.line = priority .. '|' .. tenant .. '|' .. type
  t.band = t.priority >= ${highPriority} and 'high' or 'low'
  return t
end
local function stream(name) return P .. 'stream:' .. name end
local function line_key(t) return P .. 'line:' .. t.line end
local function turn_key(type, name) return P .. 'turn:' .. type .. ':' .. name end
local function turn_member(t) return format('%03d|%s', 100 - t.priority, t.tenant) end
local function member(t) return t.seq .. ':' .. t.id end
local function id_of(name) return string.sub(name, 18) end
local function is_pending(state) return state == 'waiting' or state == 'delayed' end

-- The book: read together as far as it is known what is needed, before anything is written, and written once, at
-- the end.
local book_key = P .. 'book'
local book, written = {}, {}
local function read(fields)
  local unknown = book.made == nil and {'made'} or {}
  for _, field in ipairs(fields) do
    if book[field] == nil then unknown[#unknown + 1] = field end
  end
  if #unknown == 0 then return end
  for i, value in ipairs(call('HMGET', book_key, unpack(unknown))) do book[unknown[i]] = tonumber(value) or value end
  if ARGV[2] ~= '' and book.made ~= ARGV[2] then error({err = 'GONE another queue'}) end
end
local function amount(field)
  if book[field] == nil then read({field}) end
  return book[field] or 0
end
local function put(field, value)
  if book[field] ~= value then book[field] = value; written[field] = true end
end
local function add(field, by) put(field, amount(field) + by) end
local function save()
  local set, n = {}, 0
  for field in pairs(written) do set[n + 1] = field; set[n + 2] = book[field]; n = n + 2 end
  for i = 1, n, 1000 do call('HSET', book_key, unpack(set, i, math.min(i + 999, n))) end
end
local function count_field(t, state) return 'c|' .. t.line .. '|' .. state end
local function count(t, state, by)
  if state ~= 'waiting' then add(count_field(t, state), by) end
end
local function add_amounts(tenant, waiting, running)
  if waiting ~= 0 then add('w', waiting) end
  if amount('limited') == 0 then return end
  if waiting ~= 0 then add('w|' .. tenant, waiting) end
  if running ~= 0 then add('r|' .. tenant, running) end
end
-- Nil where there is none.
local function limit(scope, what)
  if amount('limited') == 0 and (scope ~= '' or what ~= 'w') then return nil end
  local field = 'l|' .. scope .. '|' .. what
  if book[field] == nil then read({field}) end
  return book[field] or nil
end
local function tenant_limit(tenant, what)
  if amount('limited') == 0 then return nil end
  read({'l|' .. tenant .. '|' .. what, 'l|*|' .. what, 'r|' .. tenant})
  return limit(tenant, what) or limit('*', what)
end
local function is_blocked(tenant)
  local most = tenant_limit(tenant, 'r')
  return most ~= nil and amount('r|' .. tenant) >= most
end

-- The task, or nothing; and further fields of it.
local function load(id, ...)
  local values = call('HMGET', P .. 'task:' .. id, 'about', 'state', ...)
  if not values[1] then return nil end
  local t = {id = id}
  local tenant, type
  t.seq, tenant, type, t.maximum_attempts, t.backoff_initial, t.backoff_maximum =
    match(values[1], '^(%d+)|([^|]+)|([^|]+)|%d+|(%d+)|(%d+)|(%d+)$')
  local state, priority, ready, attempts, epoch, deadline, lease_expires, entry, consumer, finished, dead_reason,
    worker = match(values[2], '^(%l+)|(%d+)|(%d+)|(%d+)|(%d+)|(%d*)|(%d*)|([%d-]*)|([^|]*)|(%d*)|(%l*)|(.*)$')
  in_line(t, priority, tenant, type)
  t.state, t.ready, t.attempts, t.epoch = state, tonumber(ready), tonumber(attempts), tonumber(epoch)
  t.deadline, t.lease_expires, t.entry, t.consumer = tonumber(deadline), tonumber(lease_expires), entry, consumer
  t.finished, t.dead_reason, t.worker = tonumber(finished), dead_reason, worker
  return t, values
end
-- Writes what changed of a task, and further fields and values.
local function keep(t, ...)
  call('HSET', P .. 'task:' .. t.id, 'state', format('%s|%d|%d|%d|%d|%s|%s|%s|%s|%s|%s|%s', t.state, t.priority,
    t.ready, t.attempts, t.epoch, t.deadline and int(t.deadline) or '', t.lease_expires and int(t.lease_expires) or '',
    t.entry or '', t.consumer or '', t.finished and int(t.finished) or '', t.dead_reason or '', t.worker or ''), ...)
end

local function rank_of(t, ready)
  return math.max(1000 * ready, amount(t.level)) - t.priority * ${1000 * ageingStepMilliseconds}
end
-- Puts the lines of a tenant that may run again among those whose turn it may be.
local function refresh_tenant(tenant)
  for _, name in ipairs(call('SMEMBERS', key('lines:' .. tenant))) do
    local priority, type = match(name, '^(%d+)|(.*)$')
    local line = in_line({}, priority, tenant, type)
    local head = call('ZRANGE', line_key(line), 0, 0, 'WITHSCORES')
    if #head > 0 then
      call('ZADD', turn_key(type, line.band), rank_of(line, head[2]), turn_member(line))
    end
  end
end
local function all_lines()
  local lines = {}
  for _, name in ipairs(call('HKEYS', book_key)) do
    local priority, tenant, type = match(name, '^line|(%d+)|([^|]+)|(.*)$')
    if tenant then lines[#lines + 1] = in_line({}, priority, tenant, type) end
  end
  return lines
end
local function wake() call('PUBLISH', key('wake'), '') end

-- Takes a task out of the place of its state.
local settled = {}
local function leave(t)
  count(t, t.state, -1)
  if t.state == 'waiting' then
    call('ZREM', line_key(t), member(t))
    if t.band == 'high' then add('high', -1) end
  elseif t.state == 'delayed' then
    call('ZREM', key('delayed'), member(t))
    add('delayed', -1)
  elseif t.state == 'dead' then call('ZREM', key('dead'), t.id)
  elseif t.state == 'running' then
    local from = stream(t.band)
    settled[from] = settled[from] or {}
    table.insert(settled[from], t.entry)
  end
end
-- Ends the entries of the tasks that no longer run.
local function settle()
  for from, entries in pairs(settled) do
    for i = 1, #entries, 1000 do
      local last = math.min(i + 999, #entries)
      call('XACK', from, 'workers', unpack(entries, i, last))
      call('XDEL', from, unpack(entries, i, last))
    end
  end
end
local function note_line(t)
  if call('SADD', key('lines:' .. t.tenant), t.priority .. '|' .. t.type) == 1 then
    put('line|' .. t.line, 1)
  end
end
-- Puts it into the place of its state; into a stream puts deliver.
local function enter(t)
  count(t, t.state, 1)
  if t.state == 'waiting' then
    call('ZADD', line_key(t), t.ready, member(t))
    if t.band == 'high' then add('high', 1) end
    local turn, name, rank = turn_key(t.type, t.band), turn_member(t), rank_of(t, t.ready)
    local known = call('ZSCORE', turn, name)
    if not known then note_line(t) end
    if not known or tonumber(known) > rank then call('ZADD', turn, rank, name) end
  elseif t.state == 'delayed' then
    call('ZADD', key('delayed'), t.ready, member(t))
    add('delayed', 1)
    note_line(t)
  elseif t.state == 'dead' then call('ZADD', key('dead'), t.seq, t.id)
  elseif t.state ~= 'running' then call('RPUSH', key('ended'), int(now) .. '|' .. t.id) end
  if t.deadline ~= nil then
    if is_pending(t.state) then call('ZADD', key('deadlines'), t.deadline, t.id)
    else call('ZREM', key('deadlines'), t.id) end
  end
end
-- Adds the task's entry to the stream of its band, with the claim's number among those of its consumer; what was added is to be delivered in the same script.
local function add_entry(t, claim)
  t.entry = call('XADD', stream(t.band), '*', 'id', t.id, 'claim', claim)
end
-- From then on the entries, of which the last was added last, are pending. To read them as a group does would cost twice as much.
local function deliver(name, consumer, entries)
  for i = 1, #entries, 1000 do
    local ids = {unpack(entries, i, math.min(i + 999, #entries))}
    for _, word in ipairs({'FORCE', 'JUSTID', 'LASTID', ids[#ids]}) do ids[#ids + 1] = word end
    call('XCLAIM', stream(name), 'workers', consumer, 0, unpack(ids))
  end
end

-- From one state to another, with all that is counted and further fields and values; not to running.
local function change(t, state, ...)
  local before = t.state
  read({'limited', count_field(t, before), count_field(t, state)})
  local was_blocked = before == 'running' and is_blocked(t.tenant)
  leave(t)
  t.state = state
  enter(t)
  -- The consumer stays, as it may settle the task again when it did not hear the answer.
  t.worker, t.entry, t.lease_expires = nil, nil, nil
  t.finished = not is_pending(state) and now or nil
  if state ~= 'dead' then t.dead_reason = nil end
  keep(t, ...)
  local waiting = (is_pending(state) and 1 or 0) - (is_pending(before) and 1 or 0)
  add_amounts(t.tenant, waiting, before == 'running' and -1 or 0)
  if was_blocked then refresh_tenant(t.tenant) end
  if state == 'waiting' or was_blocked or limit('', 'r') ~= nil then wake() end
end
local function bury(t)
  t.dead_reason = 'deadline'
  change(t, 'dead', 'error', 'It was not started before its deadline.')
end
-- The task under a lease that still holds; else nothing, what to answer, and
-- whether it was the consumer's last. It must be the consumer's own: a server
-- that lost its last second gives a task out once more with the same epoch.
local function leased(id, epoch, consumer)
  local t = load(id)
  if t ~= nil and t.state == 'running' and t.epoch == tonumber(epoch) and t.consumer == consumer then return t, nil end
  read({})
  if t == nil then return nil, {'stale', 'gone', '0'} end
  return nil, {'stale', t.state, int(t.epoch)}, t.consumer == consumer and t.epoch == tonumber(epoch)
end
-- Lets those begin to wait in line whose delay is over.
local function promote()
  for _, name in ipairs(call('ZRANGEBYSCORE', key('delayed'), '-inf', now, 'LIMIT', 0, 1000)) do
    local t = load(id_of(name))
    if t == nil then call('ZREM', key('delayed'), name); add('delayed', -1) else change(t, 'waiting') end
  end
end
`;

/** How long an entry must be idle before recovery looks at it at all: the shortest lease. */
export const shortestLeaseMilliseconds = 100;
