-- @include keys
-- The store's clock in epoch milliseconds: Redis' own, or the first argument where tests set it.
local clock = { now = tonumber(ARGV[1]) }

if not clock.now then
  local time = redis.call('TIME')
  clock.now = time[1] * 1000 + math.floor(time[2] / 1000)
end
