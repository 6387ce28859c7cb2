import { ageingStepMilliseconds, highPriority, recoveryMilliseconds } from '../../../contracts/tasks.ts';

/**
 * The queue's rules as Redis runs them, before each script. Every script is atomic, so that a task is in one place
 * whatever happens to its caller. All keys of a queue share one hash tag and with it a cluster's slot.
 *
 * KEYS[1] is the queue's prefix, ARGV[1] the time in milliseconds; left empty it is the server's, which is the
 * rule: clocks of several machines differ, the server has one.
 *
 * Keys after the prefix:
 * - `task:ID` hash of a task; `seq` last number given to one
 * - `line:PRIORITY|TENANT|TYPE` sorted set of ready tasks by ready time; members are `SEQ:ID`, so that ties are
 *   first in, first out
 * - `turn:TYPE:BAND` sorted set of open lines by rank; members are `100-PRIORITY|TENANT`
 * - `lines:TENANT` set of `PRIORITY|TYPE` with ready tasks; `served` hash of microseconds by `PRIORITY|TENANT`
 * - `delayed`, `deadlines`, `ended` sorted sets by time; `state:STATE` sorted sets by seq
 * - `counts` hash by `TENANT|PRIORITY|TYPE|STATE`; `tenants` hash by `TENANT|w` and `TENANT|r`; `|w` and `|r` are
 *   those of the whole queue; `limits` hash by the same, and `*|w`, `*|r` for each tenant without its own
 * - `keys` hash of ids by `TENANT|KEY`; `paused` while the queue is
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
local ageing = ${1000 * ageingStepMilliseconds}

local function int(n) return string.format('%.0f', n) end
local function key(name) return P .. name end
local function band(priority) return priority >= ${highPriority} and 'high' or 'low' end
local function stream(priority) return key('stream:' .. band(priority)) end
local function line_key(t) return key('line:' .. int(t.priority) .. '|' .. t.tenant .. '|' .. t.type) end
local function turn_key(type, name) return key('turn:' .. type .. ':' .. name) end
local function turn_member(t) return string.format('%03d', 100 - t.priority) .. '|' .. t.tenant end
local function member(t) return string.format('%016.0f', t.seq) .. ':' .. t.id end
local function served_field(t) return int(t.priority) .. '|' .. t.tenant end

local fields = {'seq', 'tenant', 'priority', 'type', 'state', 'ready', 'attempts', 'maximum_attempts',
  'backoff_initial', 'backoff_maximum', 'epoch', 'error', 'deadline', 'entry', 'lease_expires', 'consumer'}
local numeric = {seq = true, priority = true, ready = true, attempts = true, maximum_attempts = true,
  backoff_initial = true, backoff_maximum = true, epoch = true, deadline = true, lease_expires = true}

local function load(id)
  local values = redis.call('HMGET', key('task:' .. id), unpack(fields))
  if not values[1] then return nil end
  local t = {id = id}
  for i, name in ipairs(fields) do
    local value = values[i]
    if value then t[name] = numeric[name] and tonumber(value) or value end
  end
  return t
end

local function tenant_limit(tenant, what)
  local own = redis.call('HMGET', key('limits'), tenant .. '|' .. what, '*|' .. what)
  return tonumber(own[1] or own[2] or nil)
end
local function amount(tenant, what)
  return tonumber(redis.call('HGET', key('tenants'), tenant .. '|' .. what) or '0')
end
local function is_blocked(tenant)
  local most = tenant_limit(tenant, 'r')
  return most ~= nil and amount(tenant, 'r') >= most
end

-- Looks for the head of a line again and gives the line its place among those whose turn it may be.
local function refresh(t, blocked)
  local head = redis.call('ZRANGE', line_key(t), 0, 0, 'WITHSCORES')
  local turn = turn_key(t.type, band(t.priority))
  local name = int(t.priority) .. '|' .. t.type
  if #head == 0 then redis.call('SREM', key('lines:' .. t.tenant), name)
  else redis.call('SADD', key('lines:' .. t.tenant), name) end
  if #head == 0 or blocked then
    redis.call('ZREM', turn, turn_member(t))
    return
  end
  local served = tonumber(redis.call('HGET', key('served'), served_field(t)) or '0')
  local rank = math.max(1000 * tonumber(head[2]), served) - t.priority * ageing
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
local function count(t, state, by)
  redis.call('HINCRBY', key('counts'), t.tenant .. '|' .. int(t.priority) .. '|' .. t.type .. '|' .. state, by)
end
local function add_amounts(tenant, waiting, running)
  for _, scope in ipairs({tenant, ''}) do
    if waiting ~= 0 then redis.call('HINCRBY', key('tenants'), scope .. '|w', waiting) end
    if running ~= 0 then redis.call('HINCRBY', key('tenants'), scope .. '|r', running) end
  end
end
local function is_pending(state) return state == 'waiting' or state == 'delayed' end

-- Takes a task out of the place of its state.
local function leave(t)
  count(t, t.state, -1)
  redis.call('ZREM', key('state:' .. t.state), t.id)
  if t.state == 'waiting' then redis.call('ZREM', line_key(t), member(t))
  elseif t.state == 'delayed' then redis.call('ZREM', key('delayed'), member(t))
  elseif t.state == 'running' then
    redis.call('XACK', stream(t.priority), 'workers', t.entry)
    redis.call('XDEL', stream(t.priority), t.entry)
  end
end

-- Puts it into the place of its state.
local function enter(t)
  count(t, t.state, 1)
  redis.call('ZADD', key('state:' .. t.state), int(t.seq), t.id)
  if t.state == 'waiting' then redis.call('ZADD', line_key(t), int(t.ready), member(t))
  elseif t.state == 'delayed' then redis.call('ZADD', key('delayed'), int(t.ready), member(t))
  elseif t.state == 'done' or t.state == 'cancelled' then redis.call('ZADD', key('ended'), int(now), t.id) end
  if t.deadline ~= nil then
    if is_pending(t.state) then redis.call('ZADD', key('deadlines'), int(t.deadline), t.id)
    else redis.call('ZREM', key('deadlines'), t.id) end
  end
end

-- From one state to another, with all that is counted; not to running.
local function change(t, state, with)
  local before = t.state
  local was_blocked = before == 'running' and is_blocked(t.tenant)
  leave(t)
  t.state = state
  t.ready = with.ready or t.ready
  enter(t)
  local set = {'state', state, 'ready', int(t.ready), 'epoch', int(t.epoch + (with.ends_lease and 1 or 0)),
    'attempts', int(with.attempts or t.attempts)}
  for _, name in ipairs({'error', 'checkpoint', 'result', 'dead_reason'}) do
    if with[name] then set[#set + 1] = name; set[#set + 1] = with[name] end
  end
  local gone = {'worker', 'lease_expires', 'entry', 'consumer'}
  if not with.dead_reason then gone[#gone + 1] = 'dead_reason' end
  if state == 'done' or state == 'dead' or state == 'cancelled' then
    set[#set + 1] = 'finished'; set[#set + 1] = int(now)
  else gone[#gone + 1] = 'finished' end
  redis.call('HDEL', key('task:' .. t.id), unpack(gone))
  redis.call('HSET', key('task:' .. t.id), unpack(set))
  local waiting = (is_pending(state) and 1 or 0) - (is_pending(before) and 1 or 0)
  add_amounts(t.tenant, waiting, before == 'running' and -1 or 0)
  if was_blocked then refresh_tenant(t.tenant) end
  if state == 'waiting' or before == 'waiting' then refresh(t, is_blocked(t.tenant)) end
  if state == 'waiting' or was_blocked or redis.call('HEXISTS', key('limits'), '|r') == 1 then wake() end
end

local function bury(t)
  change(t, 'dead', {error = 'It was not started before its deadline.', dead_reason = 'deadline'})
end

-- The task under a lease that still holds; else nothing, and what to answer.
local function leased(id, epoch)
  local t = load(id)
  if t == nil then return nil, {'stale', 'gone', '0'} end
  if t.state ~= 'running' or t.epoch ~= tonumber(epoch) then return nil, {'stale', t.state, int(t.epoch)} end
  return t, nil
end

-- Ends a lease whose worker is lost.
local function end_lease(t)
  if t.attempts < t.maximum_attempts then change(t, 'waiting', {ends_lease = true})
  else
    change(t, 'dead', {ends_lease = true, error = 'The worker of the last attempt was lost.', dead_reason = 'lost'})
  end
end

local function id_of(name) return string.sub(name, 18) end

local function promote()
  for _, name in ipairs(redis.call('ZRANGEBYSCORE', key('delayed'), '-inf', int(now), 'LIMIT', 0, 1000)) do
    change(load(id_of(name)), 'waiting', {})
  end
end
`;

/** How long an entry must be idle before recovery looks at it at all: the shortest lease. */
export const shortestLeaseMilliseconds = 100;
export const groupName = 'workers';
export const idleConsumerMilliseconds = 10 * recoveryMilliseconds.lease;
