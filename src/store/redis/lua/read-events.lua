#!lua flags=no-writes
-- KEYS: those of the sale
-- ARGV: now, seq behind which to read, limit
-- Returns: events in JSON, oldest first
-- @include sale
local after, limit = tonumber(ARGV[2]), ARGV[3]
local found = {}
if not sale.load() then return found end
local entries = redis.call('XRANGE', key.events, events.id_of(sale, after + 1), '+', 'COUNT', limit)
for index, entry in ipairs(entries) do found[index] = entry[2][2] end
return found
