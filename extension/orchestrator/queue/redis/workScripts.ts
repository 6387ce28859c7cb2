/**
 * What putting in, taking and settling tasks runs on Redis; see `library` for KEYS[1], ARGV[1] and ARGV[2]. ARGV here
 * is what follows them.
 */
export const workScripts = {
  /** ARGV: how many tasks may wait until other limits are set, and what `made` is where there is no queue yet. */
  open: `
read({})
if book.made then return book.made end
call('HSET', book_key, 'l||w', ARGV[3], 'made', ARGV[4])
for _, name in ipairs({'high', 'low'}) do
  call('XGROUP', 'CREATE', key('stream:' .. name), 'workers', '0', 'MKSTREAM')
end
return ARGV[4]`,

  /**
   * ARGV: how many tasks a group has, which is taken in whole or not at all, and ten words of each of them; and so
   * on. Answers for each group ok with id and 1 or 0 of its tasks, or what is full: its scope and its limit.
   */
  enqueue: `
local groups, at = {}, 3
local fields, has_read = {'seq', 'w', 'l||w', 'limited'}, {}
while at <= #ARGV do
  local tasks = {}
  for i = 1, tonumber(ARGV[at]) do
    local from = at + 1 + (i - 1) * 10
    local t = in_line({id = ARGV[from], deadline = tonumber(ARGV[from + 5]), tries = ARGV[from + 6],
      key = ARGV[from + 7] ~= '' and ARGV[from + 1] .. '|' .. ARGV[from + 7] or nil, at = from},
      ARGV[from + 3], ARGV[from + 1], ARGV[from + 2])
    t.ready = math.max(now, tonumber(ARGV[from + 4]) or 0)
    t.state = t.ready > now and 'delayed' or 'waiting'
    if not has_read[t.level] and #fields < 1000 then
      has_read[t.level] = true
      fields[#fields + 1] = t.level
    end
    tasks[i] = t
  end
  groups[#groups + 1] = tasks
  at = at + 1 + #tasks * 10
end
read(fields)
local has_new = false
local function enqueue(tasks)
  local added, seen = {}, {}
  local answers = {'ok'}
  for _, t in ipairs(tasks) do
    local known = t.key and (call('HGET', key('keys'), t.key) or seen['key ' .. t.key]) or nil
    if not known and (seen['id ' .. t.id] or call('EXISTS', key('task:' .. t.id)) == 1) then known = t.id end
    if known then answers[#answers + 1] = known; answers[#answers + 1] = 0
    else
      added[#added + 1] = t
      seen['id ' .. t.id] = true
      if t.key then seen['key ' .. t.key] = t.id end
      answers[#answers + 1] = t.id; answers[#answers + 1] = 1
    end
  end
  local more = {}
  for _, t in ipairs(added) do more[t.tenant] = (more[t.tenant] or 0) + 1 end
  for tenant, by in pairs(more) do
    local most = tenant_limit(tenant, 'w')
    if most ~= nil and amount('w|' .. tenant) + by > most then return {'full', tenant, int(most)} end
  end
  local most = limit('', 'w')
  if most ~= nil and amount('w') + #added > most then return {'full', '', int(most)} end
  for _, t in ipairs(added) do
    add('seq', 1)
    t.seq, t.attempts, t.epoch = format('%016.0f', amount('seq')), 0, 0
    local more_fields = {'about', t.seq .. '|' .. t.tenant .. '|' .. t.type .. '|' .. int(now) .. '|' .. t.tries,
      'payload', ARGV[t.at + 9]}
    if ARGV[t.at + 8] ~= '' then more_fields[5] = 'trace_id'; more_fields[6] = ARGV[t.at + 8] end
    if t.key then
      more_fields[#more_fields + 1] = 'idempotency_key'
      more_fields[#more_fields + 1] = ARGV[t.at + 7]
      call('HSET', key('keys'), t.key, t.id)
    end
    keep(t, unpack(more_fields))
    call('ZADD', key('all'), t.seq, t.id)
    enter(t)
    add_amounts(t.tenant, 1, 0)
    has_new = true
  end
  return answers
end
local answers = {}
for i, tasks in ipairs(groups) do answers[i] = enqueue(tasks) end
if has_new then wake() end
return answers`,

  /**
   * ARGV: consumer, worker, lease milliseconds, count, 1 for the high band alone, the claim's number, types ...
   * Answers how soon the next delay is over, and what a worker needs of each task. A consumer's numbers grow from
   * claim to claim: one that is not above the last came again after a cut, and is told the same tasks again.
   */
  claim: `
local consumer, worker, lease, wanted, only_high = ARGV[3], ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7]
local number, last = ARGV[8], 'n|' .. consumer
local claimed = {''}
local function tell(t, values)
  claimed[#claimed + 1] = {t.id, values[1], t.priority, t.epoch, t.attempts, t.ready,
    t.deadline or '', values[3], values[4] or '', values[5] or ''}
end
-- Which line that will be most often, so that all is read at once.
local turn = turn_key(ARGV[9], only_high == '1' and 'high' or 'low')
local guess = call('ZRANGE', turn, 0, 1, 'WITHSCORES')
local function line_of(name, type)
  local above, tenant = match(name, '^(%d+)|(.*)$')
  return in_line({member = name}, 100 - above, tenant, type)
end
local fields = {'paused', 'limited', 'high', 'delayed', 'w', 'served', last}
if #guess > 0 then
  local line = line_of(guess[1], ARGV[9])
  fields[8], fields[9] = line.level, count_field(line, 'running')
end
read(fields)
local function tell_again(name)
  local from = '-'
  repeat
    local pending = call('XPENDING', stream(name), 'workers', from, '+', 100, consumer)
    for _, one in ipairs(pending) do
      from = '(' .. one[1]
      local entry = call('XRANGE', stream(name), one[1], one[1])[1]
      if entry and entry[2][4] == number then
        local t, values = load(entry[2][2], 'payload', 'trace_id', 'checkpoint')
        if t and t.state == 'running' and t.entry == entry[1] and t.consumer == consumer then
          t.lease_expires = now + lease
          keep(t)
          tell(t, values)
        end
      end
    end
  until #pending < 100
end
if tonumber(number) <= amount(last) then
  tell_again('high')
  tell_again('low')
  if #claimed > 1 then return claimed end
end
if book.paused then return claimed end
local most = limit('', 'r')
if most ~= nil then
  wanted = math.min(wanted, most - call('XLEN', key('stream:high')) - call('XLEN', key('stream:low')))
end
local function first_delayed()
  return amount('delayed') > 0 and call('ZRANGE', key('delayed'), 0, 0, 'WITHSCORES') or {}
end
local due = first_delayed()
-- Also where there is no room: who waits for a time that has come would ask again and again.
if #due > 0 and tonumber(due[2]) <= now then
  promote()
  guess = nil
  due = first_delayed()
end
-- The line of a type and band whose turn it is.
local function first_of(type, name)
  local turn_of = turn_key(type, name)
  while true do
    local two = turn_of == turn and guess or call('ZRANGE', turn_of, 0, 1, 'WITHSCORES')
    guess = nil
    if #two == 0 then return nil end
    local line = line_of(two[1], type)
    local head = is_blocked(line.tenant) and {} or call('ZRANGE', line_key(line), 0, 0, 'WITHSCORES')
    if #head == 0 then call('ZREM', turn_of, line.member)
    else
      line.head, line.ready = head[1], tonumber(head[2])
      line.rank = rank_of(line, line.ready)
      local next_rank = tonumber(two[4])
      if next_rank == nil or line.rank < next_rank or (line.rank == next_rank and line.member < two[3]) then
        return line
      end
      call('ZADD', turn_of, line.rank, line.member)
    end
  end
end
local function next_line()
  local best
  for i = 9, #ARGV do
    for _, name in ipairs(only_high == '1' and {'high'} or {'high', 'low'}) do
      local c = (name == 'low' or amount('high') > 0) and first_of(ARGV[i], name) or nil
      if c ~= nil and (best == nil or c.rank < best.rank or (c.rank == best.rank and (c.member < best.member
        or (c.member == best.member and (c.ready < best.ready
        or (c.ready == best.ready and c.head < best.head)))))) then best = c end
    end
  end
  return best
end
local taken, added = {}, {}
while wanted > 0 do
  local line = next_line()
  if line == nil then break end
  local t, values = load(id_of(line.head), 'payload', 'trace_id', 'checkpoint')
  if t == nil then call('ZREM', line_key(line), line.head)
  elseif t.deadline ~= nil and t.deadline < now then bury(t)
  else
    leave(t)
    t.state, t.epoch, t.attempts = 'running', t.epoch + 1, t.attempts + 1
    t.worker, t.consumer, t.lease_expires = worker, consumer, now + lease
    enter(t)
    add_amounts(t.tenant, -1, 1)
    add_entry(t, number)
    added[t.band] = added[t.band] or {}
    table.insert(added[t.band], t.entry)
    keep(t)
    put('served', math.max(1000 * now, amount('served')) + 1)
    put(t.level, amount('served'))
    tell(t, values)
    wanted = wanted - 1
  end
end
for name, entries in pairs(added) do deliver(name, consumer, entries) end
if #claimed > 1 then put(last, math.max(tonumber(number), amount(last))) end
if #due > 0 then claimed[1] = int(math.max(0, tonumber(due[2]) - now)) end
return claimed`,

  /** ARGV: consumer, lease milliseconds, id, epoch, id, epoch ... Answers 1 or 0 for each. */
  extend: `
read({})
local kept = {}
for i = 5, #ARGV, 2 do
  local t = leased(ARGV[i], ARGV[i + 1], ARGV[3])
  if t ~= nil then
    t.lease_expires = now + tonumber(ARGV[4])
    keep(t)
    call('XCLAIM', stream(t.band), 'workers', ARGV[3], 0, t.entry, 'JUSTID')
  end
  kept[#kept + 1] = t ~= nil and 1 or 0
end
return kept`,

  /** ARGV: consumer, then id, epoch, result or '', and so on. */
  complete: `
local function complete(id, epoch, result)
  local t, stale, was_own = leased(id, epoch, ARGV[3])
  if stale then
    -- Asked again by a worker that did not hear the answer.
    if was_own and stale[2] == 'done' then return {'ok'} end
    return stale
  end
  if result ~= '' then change(t, 'done', 'result', result) else change(t, 'done') end
  return {'ok'}
end
local answers = {}
for i = 4, #ARGV, 3 do answers[#answers + 1] = complete(ARGV[i], ARGV[i + 1], ARGV[i + 2]) end
return answers`,

  /** ARGV: consumer, id, epoch, error, 1 to try again. */
  fail: `
read({})
local t, stale, was_own = leased(ARGV[4], ARGV[5], ARGV[3])
if stale then
  local found, values = load(ARGV[4], 'error')
  if was_own and found.state ~= 'running' and values[3] == ARGV[6] then
    return {found.state == 'dead' and 'dead' or 'retry'}
  end
  return stale
end
if ARGV[7] ~= '1' or t.attempts >= tonumber(t.maximum_attempts) then
  t.dead_reason = 'failed'
  change(t, 'dead', 'error', ARGV[6])
  return {'dead'}
end
local wait = math.min(tonumber(t.backoff_maximum), t.backoff_initial * 2 ^ (t.attempts - 1))
t.ready = now + wait
change(t, wait > 0 and 'delayed' or 'waiting', 'error', ARGV[6])
if wait > 0 then wake() end
return {'retry'}`,

  /** ARGV: consumer, id, epoch, checkpoint. */
  checkpoint: `
read({})
local t, stale = leased(ARGV[4], ARGV[5], ARGV[3])
if stale then return stale end
call('HSET', key('task:' .. t.id), 'checkpoint', ARGV[6])
return {'ok'}`,

  /** ARGV: consumer, id, epoch, checkpoint or ''. Named so because yield is a keyword elsewhere. */
  giveBack: `
read({})
local t, stale = leased(ARGV[4], ARGV[5], ARGV[3])
if stale then return stale end
t.attempts = t.attempts - 1
if ARGV[6] ~= '' then change(t, 'waiting', 'checkpoint', ARGV[6]) else change(t, 'waiting') end
return {'ok'}`,
} as const;
