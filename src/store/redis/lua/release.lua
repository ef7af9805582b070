#!lua flags=allow-oom
-- Gives an open order's units back. One that is paying is released only with the id of the attempt that holds it.
-- KEYS: those of the sale
-- ARGV: now, order id, ReleaseReason, attempt id or empty
-- Returns: a SettlementOutcome in JSON; not_found, recovering
-- @include settlement
return settlement.settle(ARGV[2], function(order)
  return settlement.release(order, ARGV[3], ARGV[4])
end)
