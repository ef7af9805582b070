#!lua flags=allow-oom
-- Removes a sale that is over, or never began, and all that was kept of it.
-- KEYS: those of the sale
-- ARGV: now
-- Returns: forgotten, not_found, wrong_state, recovering
-- @include save
local function may_be_forgotten()
  local is_running = sale.state == 'active' or sale.state == 'paused'
  local open_orders = redis.call('ZCARD', key.reservation_deadlines) + redis.call('ZCARD', key.payment_deadlines) - 2
  return not is_running and sale.last_seq == sale.trimmed_seq and open_orders == 0
end

local refusal = sale.open()
if refusal then return refusal end
if may_be_forgotten() then
  redis.call('UNLINK', unpack(KEYS))
  return 'forgotten'
end
save()
return 'wrong_state'
