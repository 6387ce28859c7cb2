import { library, shortestLeaseMilliseconds } from './library.ts';

/** What each call of the queue runs; see `library` for KEYS[1] and ARGV[1]. */
const bodies = {
  /** ARGV[2]: how many tasks may wait until other limits are set. */
  open: `
-- No write where there is nothing to write: a server whose memory is full would refuse it.
if redis.call('EXISTS', key('made')) == 0 then
  redis.call('SET', key('made'), '1')
  redis.call('HSET', key('limits'), '|w', ARGV[2])
end
return {'ok'}`,

  /**
   * ARGV[2]: JSON array of arrays of tasks, each of which is taken in whole or not at all. Answers for each ok with id
   * and 1 or 0 of its tasks, or what is full: its scope and its limit.
   */
  enqueue: `
local has_new = false
local function enqueue(tasks)
  local added, seen = {}, {}
  local answers = {'ok'}
  for i, task in ipairs(tasks) do
    local by_key = task.idempotencyKey and task.tenant .. '|' .. task.idempotencyKey
    local known = by_key and (redis.call('HGET', key('keys'), by_key) or seen['key ' .. by_key]) or nil
    if not known and (seen['id ' .. task.id] or redis.call('EXISTS', key('task:' .. task.id)) == 1) then
      known = task.id
    end
    if known then answers[#answers + 1] = known; answers[#answers + 1] = 0
    else
      added[#added + 1] = task
      seen['id ' .. task.id] = true
      if by_key then seen['key ' .. by_key] = task.id end
      answers[#answers + 1] = task.id; answers[#answers + 1] = 1
    end
  end
  local more = {}
  for _, task in ipairs(added) do more[task.tenant] = (more[task.tenant] or 0) + 1 end
  for tenant, by in pairs(more) do
    local most = tenant_limit(tenant, 'w')
    if most ~= nil and amount('w|' .. tenant) + by > most then return {'full', tenant, int(most)} end
  end
  local most = limit('|w')
  if most ~= nil and amount('w') + #added > most then return {'full', '', int(most)} end
  for _, task in ipairs(added) do
    local ready = math.max(now, task.notBefore or 0)
    add('seq', 1)
    local t = {
      id = task.id, seq = amount('seq'), tenant = task.tenant, priority = task.priority,
      type = task.type, state = ready > now and 'delayed' or 'waiting', ready = ready, deadline = task.deadline
    }
    local set = {'seq', int(t.seq), 'tenant', t.tenant, 'priority', int(t.priority), 'type', t.type,
      'state', t.state, 'ready', int(ready), 'created', int(now), 'attempts', '0',
      'maximum_attempts', int(task.maximumAttempts), 'backoff_initial', int(task.backoff.initialMilliseconds),
      'backoff_maximum', int(task.backoff.maximumMilliseconds), 'epoch', '0', 'trace_id', task.traceId,
      'payload', task.payload}
    if task.deadline then set[#set + 1] = 'deadline'; set[#set + 1] = int(task.deadline) end
    if task.idempotencyKey then
      set[#set + 1] = 'idempotency_key'; set[#set + 1] = task.idempotencyKey
      redis.call('HSET', key('keys'), t.tenant .. '|' .. task.idempotencyKey, t.id)
    end
    redis.call('HSET', key('task:' .. t.id), unpack(set))
    redis.call('ZADD', key('all'), int(t.seq), t.id)
    enter(t)
    add_amounts(t.tenant, 1, 0)
    -- Behind others of its line it changes no turn.
    if t.state == 'waiting' and redis.call('ZRANGE', line_key(t), 0, 0)[1] == member(t) then
      refresh(t, is_blocked(t.tenant))
    end
    has_new = true
  end
  return answers
end
local answers = {}
for i, tasks in ipairs(cjson.decode(ARGV[2])) do answers[i] = enqueue(tasks) end
if has_new then wake() end
return answers`,

  /**
   * ARGV: consumer, worker, lease milliseconds, count, 1 for the high band alone, types ... Answers how soon
   * the next delay is over, and what a worker needs of each task.
   */
  claim: `
local consumer, worker, lease, wanted, only_high = ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6]
local claimed = {''}
local most = limit('|r')
if limits['paused'] then return claimed end
if most ~= nil then
  wanted = math.min(wanted, most - redis.call('XLEN', key('stream:high')) - redis.call('XLEN', key('stream:low')))
end
local due = redis.call('ZRANGE', key('delayed'), 0, 0, 'WITHSCORES')
if wanted > 0 and #due > 0 and tonumber(due[2]) <= now then
  promote()
  due = redis.call('ZRANGE', key('delayed'), 0, 0, 'WITHSCORES')
end
local function next_line()
  local best
  for i = 7, #ARGV do
    for _, name in ipairs(only_high == '1' and {'high'} or {'high', 'low'}) do
      local first = redis.call('ZRANGE', turn_key(ARGV[i], name), 0, 0, 'WITHSCORES')
      if #first > 0 then
        local at = string.find(first[1], '|', 1, true)
        local c = {member = first[1], rank = tonumber(first[2]), type = ARGV[i],
          priority = 100 - tonumber(string.sub(first[1], 1, at - 1)), tenant = string.sub(first[1], at + 1)}
        local head = redis.call('ZRANGE', line_key(c), 0, 0, 'WITHSCORES')
        c.head, c.ready = head[1], tonumber(head[2])
        if best == nil or c.rank < best.rank or (c.rank == best.rank and (c.member < best.member
          or (c.member == best.member and (c.ready < best.ready
          or (c.ready == best.ready and c.head < best.head))))) then best = c end
      end
    end
  end
  return best
end
while wanted > 0 do
  local line = next_line()
  if line == nil then break end
  local t = load(id_of(line.head))
  if t.deadline ~= nil and t.deadline < now then bury(t)
  else
    leave(t)
    t.state = 'running'
    enter(t)
    add_amounts(t.tenant, -1, 1)
    redis.call('HSET', key('task:' .. t.id), 'state', 'running', 'epoch', int(t.epoch + 1),
      'attempts', int(t.attempts + 1), 'worker', worker, 'consumer', consumer, 'entry', deliver(t, consumer),
      'lease_expires', int(now + lease))
    put('served', math.max(1000 * now, amount('served')) + 1)
    put('s|' .. int(t.priority) .. '|' .. t.tenant, amount('served'))
    local blocked = is_blocked(t.tenant)
    if blocked then refresh_tenant(t.tenant)
    else
      for _, other in ipairs(lines_of(t.tenant)) do
        if other.priority == t.priority and other.type ~= t.type then refresh(other, false) end
      end
    end
    refresh(t, blocked)
    local told = redis.call('HMGET', key('task:' .. t.id), 'created', 'trace_id', 'payload', 'checkpoint',
      'ready')
    claimed[#claimed + 1] = {t.id, t.tenant, int(t.priority), t.type, int(t.epoch + 1), int(t.attempts + 1),
      told[1], t.deadline and int(t.deadline) or '', told[2], told[3], told[4] or '',
      told[5]}
    wanted = wanted - 1
  end
end
if #due > 0 then claimed[1] = int(math.max(0, tonumber(due[2]) - now)) end
return claimed`,

  /** ARGV: consumer, lease milliseconds, id, epoch, id, epoch ... Answers 1 or 0 for each. */
  extend: `
local kept = {}
for i = 4, #ARGV, 2 do
  local t = leased(ARGV[i], ARGV[i + 1])
  if t ~= nil then
    redis.call('HSET', key('task:' .. t.id), 'lease_expires', int(now + tonumber(ARGV[3])), 'consumer', ARGV[2])
    redis.call('XCLAIM', stream(t.priority), 'workers', ARGV[2], 0, t.entry, 'JUSTID')
  end
  kept[#kept + 1] = t ~= nil and 1 or 0
end
return kept`,

  /** ARGV: id, epoch, result or '', and so on. */
  complete: `
local function complete(id, epoch, result)
  local t, stale = leased(id, epoch)
  if stale then
    -- Asked again by a worker that did not hear the answer.
    if stale[2] == 'done' and stale[3] == epoch then return {'ok'} end
    return stale
  end
  change(t, 'done', {result = result ~= '' and result or nil})
  return {'ok'}
end
local answers = {}
for i = 2, #ARGV, 3 do answers[#answers + 1] = complete(ARGV[i], ARGV[i + 1], ARGV[i + 2]) end
return answers`,

  /** ARGV: id, epoch, error, 1 to try again. */
  fail: `
local t, stale = leased(ARGV[2], ARGV[3])
if stale then
  local found = load(ARGV[2])
  if found and stale[3] == ARGV[3] and found.state ~= 'running' and found.error == ARGV[4] then
    return {found.state == 'dead' and 'dead' or 'retry'}
  end
  return stale
end
if ARGV[5] ~= '1' or t.attempts >= t.maximum_attempts then
  change(t, 'dead', {error = ARGV[4], dead_reason = 'failed'})
  return {'dead'}
end
local wait = math.min(t.backoff_maximum, t.backoff_initial * 2 ^ (t.attempts - 1))
change(t, wait > 0 and 'delayed' or 'waiting', {error = ARGV[4], ready = now + wait})
if wait > 0 then wake() end
return {'retry'}`,

  /** ARGV: id, epoch, checkpoint. */
  checkpoint: `
local t, stale = leased(ARGV[2], ARGV[3])
if stale then return stale end
redis.call('HSET', key('task:' .. t.id), 'checkpoint', ARGV[4])
return {'ok'}`,

  /** ARGV: id, epoch, checkpoint or ''. Named so because yield is a keyword elsewhere. */
  giveBack: `
local t, stale = leased(ARGV[2], ARGV[3])
if stale then return stale end
change(t, 'waiting', {checkpoint = ARGV[4] ~= '' and ARGV[4] or nil, attempts = t.attempts - 1})
return {'ok'}`,

  /** ARGV: id. */
  cancel: `
local t = load(ARGV[2])
if t == nil then return {'unknown'} end
if not is_pending(t.state) and t.state ~= 'running' then return {'ended'} end
if t.state == 'running' then redis.call('PUBLISH', key('wake'), t.id .. ' ' .. int(t.epoch)) end
change(t, 'cancelled', {ends_lease = true})
return {'ok'}`,

  /** ARGV: id, priority. */
  setPriority: `
local t = load(ARGV[2])
local priority = tonumber(ARGV[3])
if t == nil then return {'unknown'} end
if not is_pending(t.state) and t.state ~= 'running' then return {'state', t.state} end
if t.priority == priority then return {'ok'} end
local other = {}
for name, value in pairs(t) do other[name] = value end
other.priority = priority
if t.state == 'running' and band(priority) ~= band(t.priority) then
  -- Its entry goes on in the stream of its new band, with the same consumer.
  leave(t)
  redis.call('HSET', key('task:' .. t.id), 'entry', deliver(other, t.consumer))
elseif t.state == 'running' then count(t, 'running', -1)
else leave(t) end
redis.call('HSET', key('task:' .. t.id), 'priority', ARGV[3])
enter(other)
if t.state == 'waiting' then
  local blocked = is_blocked(t.tenant)
  refresh(t, blocked)
  refresh(other, blocked)
  wake()
end
return {'ok'}`,

  /** ARGV: id. */
  replay: `
local t = load(ARGV[2])
if t == nil then return {'unknown'} end
if t.state ~= 'dead' then return {'state', t.state} end
redis.call('HSET', key('task:' .. t.id), 'deadline', '')
t.deadline = nil
change(t, 'waiting', {ready = now, attempts = 0})
return {'ok'}`,

  /** ARGV: 1 or 0. */
  pause: `
if ARGV[2] == '1' then redis.call('HSET', key('limits'), 'paused', '1')
else redis.call('HDEL', key('limits'), 'paused'); wake() end
return {'ok'}`,

  /** ARGV: scope, most waiting or '', most running or ''. */
  limit: `
for i, what in ipairs({'w', 'r'}) do
  if ARGV[2 + i] == '' then redis.call('HDEL', key('limits'), ARGV[2] .. '|' .. what)
  else redis.call('HSET', key('limits'), ARGV[2] .. '|' .. what, ARGV[2 + i]) end
end
if ARGV[2] == '*' then
  for _, name in ipairs(redis.call('HKEYS', book_key)) do
    if string.sub(name, 1, 2) == 'w|' then refresh_tenant(string.sub(name, 3)) end
  end
elseif ARGV[2] ~= '' then refresh_tenant(ARGV[2]) end
wake()
return {'ok'}`,

  /** ARGV: the consumer that recovers, when to forget what ended before, consumers known to be dead ... */
  recover: `
promote()
local dead = {}
for i = 4, #ARGV do dead[ARGV[i]] = true end
local ended = 0
for _, name in ipairs({'high', 'low'}) do
  local from = key('stream:' .. name)
  local cursor = '0-0'
  -- A clock that is given is not the one by which entries are idle, and what a dead process had is over at once.
  local idle = ARGV[1] == '' and #ARGV < 4 and ${shortestLeaseMilliseconds} or 0
  repeat
    if redis.call('EXISTS', from) == 0 then break end
    local found = redis.call('XAUTOCLAIM', from, 'workers', ARGV[2], idle, cursor, 'COUNT', 100)
    cursor = found[1]
    for _, entry in ipairs(found[2]) do
      local t = load(entry[2][2])
      if t == nil or t.entry ~= entry[1] then
        redis.call('XACK', from, 'workers', entry[1])
        redis.call('XDEL', from, entry[1])
      elseif t.lease_expires <= now or dead[t.consumer] then
        end_lease(t)
        ended = ended + 1
      end
    end
  until cursor == '0-0'
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', key('deadlines'), '-inf', '(' .. int(now), 'LIMIT', 0, 1000)) do
  bury(load(id))
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', key('ended'), '-inf', '(' .. ARGV[3], 'LIMIT', 0, 1000)) do
  local known = redis.call('HMGET', key('task:' .. id), 'tenant', 'idempotency_key')
  if known[2] then redis.call('HDEL', key('keys'), known[1] .. '|' .. known[2]) end
  redis.call('ZREM', key('ended'), id)
  redis.call('ZREM', key('all'), id)
  redis.call('DEL', key('task:' .. id))
end
return ended`,
} as const;

export type ScriptName = keyof typeof bodies;

/** The whole text of each script. */
export const scripts: ReadonlyMap<ScriptName, string> = new Map(
  (Object.keys(bodies) as ScriptName[]).map((name) => [
    name,
    `${library}\nlocal function run()${bodies[name]}\nend\nlocal answer = run()\nsave()\nreturn answer`,
  ]),
);
