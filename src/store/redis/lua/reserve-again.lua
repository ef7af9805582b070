#!lua
-- Takes the units of an expired order again, under the rules of a purchase: window, pause, limit, stock.
-- KEYS: those of the sale
-- ARGV: now, order id, attempt id, grace in ms
-- Returns: a SettlementOutcome in JSON; not_found, recovering
-- @include settlement
local attempt_id, grace_ms = ARGV[3], tonumber(ARGV[4])

local function is_short(order)
  for _, line in ipairs(order.lines) do
    if stock.available(line.skuId) < line.quantity then return true end
  end
end

local function is_device_taken(order)
  return sale.one_per_device == 1 and order.deviceId ~= null and orders.is_device_taken(order.deviceId, order.orderId)
end

return settlement.settle(ARGV[2], function(order)
  if settlement.is_held_by(order, attempt_id) then return 'done', order end
  if order.state ~= 'expired' or sale.state ~= 'active' then return 'wrong_state', order end
  if is_short(order) or is_device_taken(order) or orders.refuse_by_limit(order.userId, order.lines) then
    return 'sold_out', order
  end
  return settlement.change(order, 'order_reserved_again', {
    attemptId = attempt_id, payingUntilMs = clock.now + grace_ms, releaseReason = null,
  })
end)
