import { ageingStepMilliseconds, highPriority } from '../../../contracts/tasks.ts';

/**
 * The queue's rules as Redis runs them, before each script. Every script is atomic, so that a task is in one place
 * whatever happens to its caller. All keys of a queue share one hash tag and with it a cluster's slot. What a
 * script writes goes into the append-only file command by command and costs five times what reading does: numbers
 * that change together are fields of one hash and written once.
 *
 * KEYS[1] is the queue's prefix, ARGV[1] the time in milliseconds; left empty it is the server's, which is the
 * rule: clocks of several machines differ, the server has one.
 *
 * Keys after the prefix:
 * - `task:ID` hash of a task; `all` sorted set of ids by seq
 * - `line:PRIORITY|TENANT|TYPE` sorted set of ready tasks by ready time; members are `SEQ:ID`, so that ties are
 *   first in, first out
 * - `turn:TYPE:BAND` sorted set of open lines by rank; members are `100-PRIORITY|TENANT`
 * - `lines:TENANT` set of `PRIORITY|TYPE` that there ever were
 * - `delayed`, `deadlines`, `ended` sorted sets by time, `dead` by seq
 * - `book` hash of numbers: `seq` last one given to a task, `w` tasks that wait, `w|TENANT`, `r|TENANT` those of a
 *   tenant that wait and run, `c|TENANT|PRIORITY|TYPE|STATE` counts, `served` and `s|PRIORITY|TENANT` microseconds
 * - `limits` hash: `|w`, `|r` of the queue, `*|w`, `*|r` of each tenant without its own, `TENANT|w`, `TENANT|r`, and
 *   `paused` while it is
 * - `keys` hash of ids by `TENANT|KEY`; `owners` hash of processes by consumer
 * - `stream:high`, `stream:low`: streams of the tasks that run, with the consumer group `workers`. A claim adds an
 *   entry and delivers it in one step; it stays pending until the task is settled, is never trimmed, and is what
 *   recovery looks through with XAUTOCLAIM.
 */
export const library = `
local P = KEYS[1]
local now = ARGV[1] ~= '' and tonumber(ARGV[1]) or nil
if now == nil then
  local t = redis.call('TIME')
  now = tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
end

local function int(n) return string.format('%.0f', n) end
local function key(name) return P .. name end
local function band(priority) return priority >= ${highPriority} and 'high' or 'low' end
local function stream(priority) return P .. 'stream:' .. band(priority) end
local function line_key(t) return P .. 'line:' .. int(t.priority) .. '|' .. t.tenant .. '|' .. t.type end
local function turn_key(type, name) return P .. 'turn:' .. type .. ':' .. name end
local function turn_member(t) return string.format('%03d', 100 - t.priority) .. '|' .. t.tenant end
local function member(t) return string.format('%016.0f', t.seq) .. ':' .. t.id end
local function id_of(name) return string.sub(name, 18) end
local function is_pending(state) return state == 'waiting' or state == 'delayed' end

-- The book: numbers that are read as they are needed and written once, at the end.
local book_key = P .. 'book'
local book, written = {}, {}
local function amount(field)
  local value = book[field]
  if value == nil then
    value = tonumber(redis.call('HGET', book_key, field) or 0)
    book[field] = value
  end
  return value
end
local function put(field, value)
  if book[field] ~= value then book[field] = value; written[field] = true end
end
local function add(field, by) put(field, amount(field) + by) end
local function save()
  local set = {}
  for field in pairs(written) do set[#set + 1] = field; set[#set + 1] = int(book[field]) end
  for i = 1, #set, 1000 do
    redis.call('HSET', book_key, unpack(set, i, math.min(i + 999, #set)))
  end
end
local function count(t, state, by)
  add('c|' .. t.tenant .. '|' .. int(t.priority) .. '|' .. t.type .. '|' .. state, by)
end
local function add_amounts(tenant, waiting, running)
  if waiting ~= 0 then add('w', waiting); add('w|' .. tenant, waiting) end
  if running ~= 0 then add('r|' .. tenant, running) end
end

local limits
local function limit(field)
  if limits == nil then
    limits = {}
    local all = redis.call('HGETALL', key('limits'))
    for i = 1, #all, 2 do limits[all[i]] = all[i + 1] end
  end
  return tonumber(limits[field])
end
local function tenant_limit(tenant, what) return limit(tenant .. '|' .. what) or limit('*|' .. what) end
local function is_blocked(tenant)
  local most = tenant_limit(tenant, 'r')
  return most ~= nil and amount('r|' .. tenant) >= most
end

local fields = {'seq', 'tenant', 'priority', 'type', 'state', 'ready', 'attempts', 'maximum_attempts',
  'backoff_initial', 'backoff_maximum', 'epoch', 'error', 'deadline', 'entry', 'lease_expires', 'consumer'}
local numeric = {seq = true, priority = true, ready = true, attempts = true, maximum_attempts = true,
  backoff_initial = true, backoff_maximum = true, epoch = true, deadline = true, lease_expires = true}
local function load(id)
  local values = redis.call('HMGET', P .. 'task:' .. id, unpack(fields))
  if not values[1] then return nil end
  local t = {id = id}
  for i, name in ipairs(fields) do
    local value = values[i]
    if value and value ~= '' then t[name] = numeric[name] and tonumber(value) or value end
  end
  return t
end

-- Looks for the head of a line again and gives the line its place among those whose turn it may be.
local function refresh(t, blocked)
  local head = not blocked and redis.call('ZRANGE', line_key(t), 0, 0, 'WITHSCORES') or {}
  local turn = turn_key(t.type, band(t.priority))
  if #head == 0 then
    redis.call('ZREM', turn, turn_member(t))
    return
  end
  local served = amount('s|' .. int(t.priority) .. '|' .. t.tenant)
  local rank = math.max(1000 * tonumber(head[2]), served) - t.priority * ${1000 * ageingStepMilliseconds}
  redis.call('ZADD', turn, int(rank), turn_member(t))
end
local function lines_of(tenant)
  local lines = {}
  for _, name in ipairs(redis.call('SMEMBERS', key('lines:' .. tenant))) do
    local at = string.find(name, '|', 1, true)
    lines[#lines + 1] = {
      tenant = tenant, priority = tonumber(string.sub(name, 1, at - 1)), type = string.sub(name, at + 1)
    }
  end
  return lines
end
local function refresh_tenant(tenant)
  local blocked = is_blocked(tenant)
  for _, line in ipairs(lines_of(tenant)) do refresh(line, blocked) end
end
local function wake() redis.call('PUBLISH', key('wake'), '') end

-- Takes a task out of the place of its state.
local function leave(t)
  count(t, t.state, -1)
  if t.state == 'waiting' then redis.call('ZREM', line_key(t), member(t))
  elseif t.state == 'delayed' then redis.call('ZREM', key('delayed'), member(t))
  elseif t.state == 'dead' then redis.call('ZREM', key('dead'), t.id)
  elseif t.state == 'running' then
    redis.call('XACK', stream(t.priority), 'workers', t.entry)
    redis.call('XDEL', stream(t.priority), t.entry)
  end
end
-- Puts it into the place of its state; into a stream puts deliver.
local function enter(t)
  count(t, t.state, 1)
  if t.state == 'waiting' then
    redis.call('ZADD', line_key(t), int(t.ready), member(t))
    local name = int(t.priority) .. '|' .. t.type
    local known = key('lines:' .. t.tenant)
    if redis.call('SISMEMBER', known, name) == 0 then redis.call('SADD', known, name) end
  elseif t.state == 'delayed' then redis.call('ZADD', key('delayed'), int(t.ready), member(t))
  elseif t.state == 'dead' then redis.call('ZADD', key('dead'), int(t.seq), t.id)
  elseif t.state ~= 'running' then redis.call('ZADD', key('ended'), int(now), t.id) end
  if t.deadline ~= nil then
    if is_pending(t.state) then redis.call('ZADD', key('deadlines'), int(t.deadline), t.id)
    else redis.call('ZREM', key('deadlines'), t.id) end
  end
end
-- Adds the task's entry to the stream of its band and has it delivered: from then on it is pending.
local function deliver(t, consumer)
  local to = stream(t.priority)
  if redis.call('EXISTS', to) == 0 then redis.call('XGROUP', 'CREATE', to, 'workers', '0', 'MKSTREAM') end
  local entry = redis.call('XADD', to, '*', 'id', t.id)
  redis.call('XREADGROUP', 'GROUP', 'workers', consumer, 'COUNT', 1, 'STREAMS', to, '>')
  return entry
end

-- From one state to another, with all that is counted; not to running.
local function change(t, state, with)
  local before = t.state
  local was_blocked = before == 'running' and is_blocked(t.tenant)
  leave(t)
  t.state = state
  t.ready = with.ready or t.ready
  enter(t)
  local has_ended = not is_pending(state)
  local set = {'state', state, 'ready', int(t.ready), 'epoch', int(t.epoch + (with.ends_lease and 1 or 0)),
    'attempts', int(with.attempts or t.attempts), 'worker', '', 'consumer', '', 'entry', '', 'lease_expires', '',
    'finished', has_ended and int(now) or '', 'dead_reason', with.dead_reason or ''}
  for _, name in ipairs({'error', 'checkpoint', 'result'}) do
    if with[name] then set[#set + 1] = name; set[#set + 1] = with[name] end
  end
  redis.call('HSET', key('task:' .. t.id), unpack(set))
  local waiting = (is_pending(state) and 1 or 0) - (is_pending(before) and 1 or 0)
  add_amounts(t.tenant, waiting, before == 'running' and -1 or 0)
  if was_blocked then refresh_tenant(t.tenant) end
  if state == 'waiting' or before == 'waiting' then refresh(t, is_blocked(t.tenant)) end
  if state == 'waiting' or was_blocked or limit('|r') ~= nil then wake() end
end
local function bury(t)
  change(t, 'dead', {error = 'It was not started before its deadline.', dead_reason = 'deadline'})
end
-- Ends a lease whose worker is lost.
local function end_lease(t)
  if t.attempts < t.maximum_attempts then change(t, 'waiting', {ends_lease = true})
  else
    change(t, 'dead', {ends_lease = true, error = 'The worker of the last attempt was lost.', dead_reason = 'lost'})
  end
end
-- The task under a lease that still holds; else nothing, and what to answer.
local function leased(id, epoch)
  local t = load(id)
  if t == nil then return nil, {'stale', 'gone', '0'} end
  if t.state ~= 'running' or t.epoch ~= tonumber(epoch) then return nil, {'stale', t.state, int(t.epoch)} end
  return t, nil
end
-- Lets those begin to wait in line whose delay is over.
local function promote()
  for _, name in ipairs(redis.call('ZRANGEBYSCORE', key('delayed'), '-inf', int(now), 'LIMIT', 0, 1000)) do
    change(load(id_of(name)), 'waiting', {})
  end
end
`;

/** How long an entry must be idle before recovery looks at it at all: the shortest lease. */
export const shortestLeaseMilliseconds = 100;
