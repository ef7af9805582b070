#!lua flags=allow-oom
-- KEYS: those of the sale
-- ARGV: now
-- Returns: not_found, or the view of the sale in JSON and behind it all orders as they are kept
-- @include save
-- @include view
local json = look()
if json == 'not_found' then return json end
return { json, redis.call('HVALS', key.orders) }
