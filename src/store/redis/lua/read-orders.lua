#!lua flags=no-writes
-- KEYS: those of the sale
-- ARGV: now, user id
-- Returns: the buyer's orders in JSON, oldest first
-- @include orders
local found = {}
for index, id in ipairs(orders.of(ARGV[2])) do
  orders.get(id)
  found[index] = orders.json[id]
end
return found
