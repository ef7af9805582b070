-- Takes one from each quota of each request in turn, up to the first of a request that is spent: src/domain/gcra.ts.
--
-- KEYS  the quotas of all requests, one after the other; each holds the time at which it is whole again
-- ARGV  1  the time in epoch milliseconds; empty for Redis' own
--       then for each request: how many quotas it has, and for each of them: requests, window in milliseconds
-- Returns for each key the milliseconds that were used of its window; false for one that was not asked.

-- `window / requests` is seldom a whole number, and sums of it are off by less than this.
local ROUNDING_MS = 1e-3

local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + time[2] / 1000
end

-- The milliseconds used before, and whether one more may pass.
local function take(key, requests, window)
  local full = tonumber(redis.call('GET', key) or now)
  -- A clock that was set back must not lock anybody out for longer than a window.
  local used = math.min(math.max(0, full - now), window)
  local allowed = math.floor((window - used + ROUNDING_MS) / (window / requests)) > 0
  if allowed then
    local left = used + window / requests
    redis.call('SET', key, string.format('%.17g', now + left), 'PX', math.ceil(left))
  end
  return string.format('%.17g', used), allowed
end

local replies = {}
local at = 2
while at <= #ARGV do
  local quotas = tonumber(ARGV[at])
  local asking = true
  for _ = 1, quotas do
    local used = false
    if asking then
      used, asking = take(KEYS[#replies + 1], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]))
    end
    replies[#replies + 1] = used
    at = at + 2
  end
  at = at + 1
end
return replies
