-- @include save
-- What becomes of an order, as src/domain/settlement.ts. A decision is the code of a SettlementOutcome, and the order
-- as it then is.
local settlement = {}

local STATE_AFTER = { payment_begun = 'paying', payment_declined = 'reserved', order_paid = 'paid', order_reserved_again = 'paying' }
local STATE_BEFORE = { payment_begun = 'reserved', payment_declined = 'paying', order_paid = 'paying', order_reserved_again = 'expired' }

function settlement.is_held_by(order, attempt_id)
  return order.attemptId == attempt_id and (order.state == 'paying' or order.state == 'paid')
end

function settlement.change(order, type, fields)
  if order.state ~= STATE_BEFORE[type] then return 'wrong_state', order end
  fields.state = STATE_AFTER[type]
  local after = orders.with(order, fields)
  orders.change(type, after)
  return 'done', after
end

-- Gives the units back. A payment under way is ended only by who holds it.
function settlement.release(order, reason, attempt_id)
  if order.state == 'cancelled' or order.state == 'expired' then return 'done', order end
  if order.state == 'paying' and order.attemptId ~= attempt_id then return 'wrong_state', order end
  if not orders.is_open(order.state) then return 'wrong_state', order end
  return 'done', orders.release(order, reason)
end

-- Opens the sale and decides about one of its orders. Returns a SettlementOutcome in JSON, or what `sale.open` says.
function settlement.settle(order_id, decide)
  local refusal = sale.open()
  if refusal then return refusal end
  local order = orders.get(order_id)
  local code, after = 'not_found', nil
  if order then code, after = decide(order) end
  save()
  if not after then return code end
  return '{"code":"' .. code .. '","order":' .. orders.json[after.orderId] .. '}'
end
