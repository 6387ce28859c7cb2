/*
 * What the log of events does on Redis in one step. KEYS[1] is the prefix. Keys after it: `events` the stream, one
 * entry an event, never trimmed; `times` sorted set of the entries at which the latest time so far grew, by that
 * time; `latest` that time; `groups` hash of positions, and in its field without a name when the log was made; `parked:GROUP` hash of set-aside events by position;
 * `hold:GROUP` who delivers; `paused` while deliveries are held back; `sent:ID` what was appended lately.
 */

/** ARGV: a name for the log if there is none yet. Answers the name that it has. */
export const openScript = `
redis.call('HSETNX', KEYS[1] .. 'groups', '', ARGV[1])
return redis.call('HGET', KEYS[1] .. 'groups', '')`;

/** ARGV[1]: the name of the log as the caller knows it; with another one the server has lost what it had. */
const sameLog = `
local P = KEYS[1]
if redis.call('HGET', P .. 'groups', '') ~= ARGV[1] then return redis.error_reply('GONE another log') end`;

/**
 * ARGV: the log's name, an id of the call, then time and text of each event. A call that is sent again after a cut connection finds
 * its id and appends nothing.
 */
export const appendScript = `${sameLog}
if not redis.call('SET', P .. 'sent:' .. ARGV[2], '1', 'NX', 'EX', '600') then return 0 end
local latest = tonumber(redis.call('GET', P .. 'latest') or '-inf')
for i = 3, #ARGV, 2 do
  local id = redis.call('XADD', P .. 'events', '*', 'event', ARGV[i + 1])
  local time = tonumber(ARGV[i])
  if time > latest then
    latest = time
    redis.call('ZADD', P .. 'times', ARGV[i], id)
    redis.call('SET', P .. 'latest', ARGV[i])
  end
end
return 1`;

/**
 * ARGV: the log's name, group, where it stands ('' for nowhere), where to, then position and text of each event set aside. A call
 * that is sent again after a cut connection finds the group where it wanted it.
 */
export const advanceScript = `${sameLog}
local now = redis.call('HGET', P .. 'groups', ARGV[2]) or ''
if now ~= ARGV[3] then return (ARGV[3] ~= '' and now == ARGV[4]) and 1 or 0 end
redis.call('HSET', P .. 'groups', ARGV[2], ARGV[4])
for i = 5, #ARGV, 2 do redis.call('HSET', P .. 'parked:' .. ARGV[2], ARGV[i], ARGV[i + 1]) end
return 1`;

/** ARGV: group, token, milliseconds. Renews a hold; 0 when another has it, or nobody any more. */
export const renewScript = `
local key = KEYS[1] .. 'hold:' .. ARGV[1]
if redis.call('GET', key) ~= ARGV[2] then return 0 end
return redis.call('PEXPIRE', key, ARGV[3])`;

/** ARGV: group, token. */
export const releaseScript = `
local key = KEYS[1] .. 'hold:' .. ARGV[1]
if redis.call('GET', key) == ARGV[2] then redis.call('DEL', key) end
return 1`;
