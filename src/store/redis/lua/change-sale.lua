#!lua flags=allow-oom
-- What an operator does to a sale. Asking for the state that it is in already changes nothing.
-- KEYS: those of the sale
-- ARGV: now, pause | resume | end | cancel, correlation id
-- Returns: changed, unchanged, wrong_state, not_found, recovering
-- @include save
local STATE_OF_ACTION = { pause = 'paused', resume = 'active', ['end'] = 'ended', cancel = 'cancelled' }
local action, correlation_id = ARGV[2], ARGV[3]

local function change()
  if sale.state == STATE_OF_ACTION[action] then return 'unchanged' end
  if not SALE_TRANSITIONS[sale.state][action] then return 'wrong_state' end
  sale.enter(action, correlation_id)
  return 'changed'
end

local refusal = sale.open()
if refusal then return refusal end
local outcome = change()
save()
return outcome
