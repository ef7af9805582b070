#!lua flags=allow-oom
-- Lets the clock do its work: start, end, expiry of overdue reservations. Those of a cancelled sale are all overdue.
-- KEYS: those of the sale
-- ARGV: now, most reservations to expire
-- Returns: how many expired; not_found, recovering
-- @include save
local refusal = sale.open()
if refusal then return refusal end
local reason = sale.state == 'cancelled' and 'sale_cancelled' or 'expired'
local due = orders.due_reservations(tonumber(ARGV[2]))
for _, order in ipairs(due) do orders.release(order, reason) end
save()
return #due
