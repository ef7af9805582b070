#!lua
-- Puts some of its orders into a sale that is being installed. Those that are there stay.
-- KEYS: those of the sale
-- ARGV: now, epoch, number of the first order, orders in JSON
-- Returns: put, changed
-- @include install
local first = tonumber(ARGV[3])
if not is_installing(tonumber(ARGV[2])) then return 'changed' end
sale.open_room()
for index, order in ipairs(cjson.decode(ARGV[4])) do orders.restore(order, first + index - 1) end
save()
return 'put'
