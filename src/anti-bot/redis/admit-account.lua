-- Does a device bring no more accounts to a sale than it may?
--
-- KEYS  1  the accounts that came with it
-- ARGV  1  the account   2  how many may come   3  milliseconds to remember them after the last that came
-- Returns 1 or 0.

local known = redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 1
if not known and redis.call('SCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('SADD', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
