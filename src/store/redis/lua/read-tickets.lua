#!lua
-- KEYS: those of the sale
-- ARGV: now, ticket behind which to read, limit
-- Returns: user ids by ticket, not_found, recovering
-- @include save
local after, limit = tonumber(ARGV[2]), tonumber(ARGV[3])
local refusal = sale.open()
if refusal then return refusal end
save()
return room.exists and room.holders(after, limit) or {}
