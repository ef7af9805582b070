#!lua flags=allow-oom
-- Gives a place up, and the slot inside unless an order made there is open.
-- KEYS: those of the sale
-- ARGV: now, where tickets were drawn to (see room.tell_positions), user id, ticket
-- Returns: left, not_found, `drawn <ticket>`, recovering
-- @include save
-- @include queueing
local user_id, ticket = ARGV[3], tonumber(ARGV[4])

local function leave()
  if not room.exists or sale.is_over() or room.holder_of(ticket) ~= user_id then return 'not_found' end
  if room.has_left(ticket) then return 'left' end
  if room.lacks_position(ticket) then return 'drawn ' .. ticket end
  room.leave(user_id, ticket)
  queueing.note_time()
  return 'left'
end

local refusal = sale.open()
if refusal then return refusal end
room.tell_positions(ARGV[2])
local outcome = leave()
save()
return outcome
