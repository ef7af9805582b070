#!lua flags=allow-oom
-- Holds a reservation for a payment attempt, at least for the grace, whatever its deadline.
-- KEYS: those of the sale
-- ARGV: now, order id, attempt id, grace in ms
-- Returns: a SettlementOutcome in JSON; not_found, recovering
-- @include settlement
local attempt_id, grace_ms = ARGV[3], tonumber(ARGV[4])

-- The reservation ended before anyone looked: it is released now, and the payment refused.
local function too_late(order, reason)
  return 'wrong_state', orders.release(order, reason)
end

return settlement.settle(ARGV[2], function(order)
  if settlement.is_held_by(order, attempt_id) then return 'done', order end
  if order.state == 'reserved' and sale.state == 'cancelled' then return too_late(order, 'sale_cancelled') end
  if order.state == 'reserved' and order.deadlineMs <= clock.now then return too_late(order, 'expired') end
  return settlement.change(order, 'payment_begun', {
    attemptId = attempt_id,
    payingUntilMs = math.max(order.deadlineMs, clock.now + grace_ms),
  })
end)
