#!lua flags=allow-oom
-- The attempt's money is taken, the units are sold.
-- KEYS: those of the sale
-- ARGV: now, order id, attempt id
-- Returns: a SettlementOutcome in JSON; not_found, recovering
-- @include settlement
local attempt_id = ARGV[3]

return settlement.settle(ARGV[2], function(order)
  if order.attemptId ~= attempt_id then return 'wrong_state', order end
  if order.state == 'paid' then return 'done', order end
  return settlement.change(order, 'order_paid', { payingUntilMs = null })
end)
