#!lua flags=allow-oom
-- KEYS: those of the sale
-- ARGV: now, most orders to return
-- Returns: orders in JSON whose payment is under way beyond its time, earliest first; not_found, recovering
-- @include save
local refusal = sale.open()
if refusal then return refusal end
local found = {}
for index, order in ipairs(orders.due_payments(clock.now, tonumber(ARGV[2]))) do
  found[index] = orders.json[order.orderId]
end
save()
return found
