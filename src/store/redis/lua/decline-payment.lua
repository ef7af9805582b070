#!lua flags=allow-oom
-- The attempt failed: the reservation is open again while time is left.
-- KEYS: those of the sale
-- ARGV: now, order id, attempt id
-- Returns: a SettlementOutcome in JSON; not_found, recovering
-- @include settlement
local attempt_id = ARGV[3]

return settlement.settle(ARGV[2], function(order)
  if order.state == 'reserved' then return 'done', order end
  if order.attemptId ~= attempt_id then return 'wrong_state', order end
  if sale.state == 'cancelled' then return settlement.release(order, 'sale_cancelled', attempt_id) end
  if order.deadlineMs <= clock.now then return settlement.release(order, 'expired', attempt_id) end
  return settlement.change(order, 'payment_declined', { attemptId = null, payingUntilMs = null })
end)
