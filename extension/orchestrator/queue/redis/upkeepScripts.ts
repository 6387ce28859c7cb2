import { shortestLeaseMilliseconds } from './library.ts';

/** What looking after a queue runs on Redis, as in `workScripts`. */
export const upkeepScripts = {
  /** ARGV: id. */
  cancel: `
read({})
local t = load(ARGV[3])
if t == nil then return {'unknown'} end
if not is_pending(t.state) and t.state ~= 'running' then return {'ended'} end
if t.state == 'running' then call('PUBLISH', key('wake'), t.id .. ' ' .. int(t.epoch)) end
t.epoch = t.epoch + 1
change(t, 'cancelled')
return {'ok'}`,

  /** ARGV: id, priority. */
  setPriority: `
read({})
local t = load(ARGV[3])
if t == nil then return {'unknown'} end
if not is_pending(t.state) and t.state ~= 'running' then return {'state', t.state} end
if t.priority == tonumber(ARGV[4]) then return {'ok'} end
local before = t.band
local after = in_line({}, ARGV[4], t.tenant, t.type).band
if t.state == 'running' and after == before then count(t, 'running', -1) else leave(t) end
in_line(t, ARGV[4], t.tenant, t.type)
if t.state == 'running' and after ~= before then
  -- Its entry goes on in the stream of its new band, with the same consumer.
  add_entry(t, '')
  deliver(t.band, t.consumer, {t.entry})
end
enter(t)
note_line(t)
keep(t)
if t.state == 'waiting' then wake() end
return {'ok'}`,

  /** ARGV: id. */
  replay: `
read({})
local t = load(ARGV[3])
if t == nil then return {'unknown'} end
if t.state ~= 'dead' then return {'state', t.state} end
t.deadline, t.ready, t.attempts = nil, now, 0
change(t, 'waiting')
return {'ok'}`,

  /** ARGV: 1 or 0. */
  pause: `
read({})
if ARGV[3] == '1' then call('HSET', book_key, 'paused', '1')
else call('HDEL', book_key, 'paused'); wake() end
return {'ok'}`,

  /** ARGV: scope, most waiting or '', most running or ''. */
  limit: `
read({'limited'})
local function tenants()
  local found = {}
  for _, line in ipairs(all_lines()) do
    local amounts = found[line.tenant] or {w = 0, r = 0}
    found[line.tenant] = amounts
    amounts.w = amounts.w + call('ZCARD', line_key(line)) + amount(count_field(line, 'delayed'))
    amounts.r = amounts.r + amount(count_field(line, 'running'))
  end
  return found
end
for i, what in ipairs({'w', 'r'}) do
  local field = 'l|' .. ARGV[3] .. '|' .. what
  if ARGV[3 + i] == '' then call('HDEL', book_key, field) else call('HSET', book_key, field, ARGV[3 + i]) end
end
if amount('limited') == 0 then
  put('limited', 1)
  for tenant, amounts in pairs(tenants()) do
    put('w|' .. tenant, amounts.w)
    put('r|' .. tenant, amounts.r)
  end
end
if ARGV[3] == '*' then
  for tenant in pairs(tenants()) do refresh_tenant(tenant) end
elseif ARGV[3] ~= '' then refresh_tenant(ARGV[3]) end
wake()
return {'ok'}`,

  /** Answers tenant, priority, type, how many tasks wait and when the first could have been started, of each line. */
  lines: `
read({})
local answer = {}
for _, line in ipairs(all_lines()) do
  local head = call('ZRANGE', line_key(line), 0, 0, 'WITHSCORES')
  answer[#answer + 1] = {line.tenant, line.priority, line.type, call('ZCARD', line_key(line)), head[2] or '',
    amount(count_field(line, 'delayed')), amount(count_field(line, 'running')), amount(count_field(line, 'done')),
    amount(count_field(line, 'dead')), amount(count_field(line, 'cancelled'))}
end
return answer`,

  /** ARGV: the consumer that recovers, 1 when the clock tells whether a lease is over, consumers known to be dead ... */
  recover: `
read({})
promote()
local dead = {}
for i = 5, #ARGV do dead[ARGV[i]] = true end
local ended = 0
for _, name in ipairs({'high', 'low'}) do
  local from = key('stream:' .. name)
  local cursor = '0-0'
  -- A clock that is given is not the one by which entries are idle, and what a dead process had is over at once.
  local idle = ARGV[1] == '' and #ARGV < 5 and ${shortestLeaseMilliseconds} or 0
  repeat
    local found = call('XAUTOCLAIM', from, 'workers', ARGV[3], idle, cursor, 'COUNT', 100)
    cursor = found[1]
    for _, entry in ipairs(found[2]) do
      local t = load(entry[2][2])
      if t == nil or t.entry ~= entry[1] then
        call('XACK', from, 'workers', entry[1])
        call('XDEL', from, entry[1])
      elseif dead[t.consumer] or (ARGV[4] == '1' and t.lease_expires <= now) then
        t.epoch = t.epoch + 1
        if t.attempts < tonumber(t.maximum_attempts) then change(t, 'waiting')
        else
          t.dead_reason = 'lost'
          change(t, 'dead', 'error', 'The worker of the last attempt was lost.')
        end
        ended = ended + 1
      end
    end
  until cursor == '0-0'
end
return ended`,

  /**
   * ARGV: for how many milliseconds what ended is kept, and how many tasks are enough for one call: others wait
   * while it runs. Buries what missed its deadline and forgets what ended long ago; answers 1 where there is more.
   */
  tidy: `
read({})
local most = tonumber(ARGV[4])
local late = call('ZRANGEBYSCORE', key('deadlines'), '-inf', '(' .. int(now), 'LIMIT', 0, most)
for _, id in ipairs(late) do
  local t = load(id)
  if t == nil then call('ZREM', key('deadlines'), id) else bury(t) end
end
local forgotten, names = {}, {}
for _, entry in ipairs(call('LRANGE', key('ended'), 0, most - 1)) do
  local time, id = match(entry, '^(%d+)|(.*)$')
  if tonumber(time) >= now - tonumber(ARGV[3]) then break end
  local known = call('HMGET', key('task:' .. id), 'about', 'idempotency_key')
  if known[2] then call('HDEL', key('keys'), match(known[1], '^%d+|([^|]+)') .. '|' .. known[2]) end
  forgotten[#forgotten + 1] = id
  names[#names + 1] = key('task:' .. id)
end
if #forgotten > 0 then
  call('LTRIM', key('ended'), #forgotten, -1)
  call('ZREM', key('all'), unpack(forgotten))
  call('DEL', unpack(names))
end
return (#late == most or #forgotten == most) and 1 or 0`,

  /** ARGV: consumers ... Takes those out that have nothing pending, whose processes are gone. */
  dismiss: `
read({})
for i = 3, #ARGV do
  local is_free = true
  for _, name in ipairs({'high', 'low'}) do
    if #call('XPENDING', key('stream:' .. name), 'workers', '-', '+', 1, ARGV[i]) > 0 then is_free = false end
  end
  if is_free then
    for _, name in ipairs({'high', 'low'}) do
      call('XGROUP', 'DELCONSUMER', key('stream:' .. name), 'workers', ARGV[i])
    end
    call('HDEL', key('owners'), ARGV[i])
    call('HDEL', book_key, 'n|' .. ARGV[i])
  end
end
return {'ok'}`,
} as const;
