-- How much of a quota is spent, as SpentQuota has it: `used_ms` at `at_ms`. A limit is so many requests a second.
local gcra = {}
local WINDOW_MS = 1000
-- `WINDOW_MS / requests` is seldom a whole number, and sums of it are off by less than this.
local ROUNDING_MS = 1e-3

function gcra.new()
  return { used_ms = 0, at_ms = 0 }
end

-- Requests that would be let through at once.
function gcra.left(quota, requests, now)
  local used_ms = math.max(0, quota.used_ms - (now - quota.at_ms))
  return math.max(0, math.floor((WINDOW_MS - used_ms + ROUNDING_MS) / (WINDOW_MS / requests)))
end

-- Whole milliseconds until one more request would be let through: 0 when it is now.
function gcra.in_ms(quota, requests, now)
  if gcra.left(quota, requests, now) > 0 then return 0 end
  return math.ceil(math.max(0, quota.used_ms + WINDOW_MS / requests - WINDOW_MS - (now - quota.at_ms)))
end

function gcra.spend(quota, requests, now, count)
  local passed_ms = now - quota.at_ms
  quota.used_ms = math.max(quota.used_ms, passed_ms) + count * (WINDOW_MS / requests) - passed_ms
  quota.at_ms = now
end
