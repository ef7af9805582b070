#!lua
-- Gives a place that was lost back to whoever shows it. A later one that they took meanwhile is given up for it, unless
-- it has been called.
-- KEYS: those of the sale
-- ARGV: now, where tickets were drawn to (see room.tell_positions), user id, ticket
-- Returns: Place in JSON, not_found, `drawn <ticket>`, recovering
-- @include save
-- @include queueing
local user_id, ticket = ARGV[3], tonumber(ARGV[4])

-- The ticket whose position has to be told first, if there is one.
local function drawn(other)
  if room.lacks_position(ticket) then return ticket end
  return other and room.lacks_position(other) and other or nil
end

-- Returns not_found or `drawn <ticket>` where it is not given back.
local function restore()
  if not room.exists or sale.is_over() then return 'not_found' end
  local other, is_theirs = room.ticket_of(user_id), room.is_place_of(user_id, ticket)
  if not is_theirs and not room.is_lost(ticket) then return 'not_found' end
  if drawn(other) then return 'drawn ' .. drawn(other) end
  if is_theirs then return nil end
  if other and not orders.is_used_up(user_id, other) then
    if other < ticket or room.is_called(other) then return 'not_found' end
    room.leave(user_id, other)
  end
  room.restore(user_id, ticket)
  queueing.note_time()
end

local refusal = sale.open()
if refusal then return refusal end
room.tell_positions(ARGV[2])
refusal = restore()
save()
return refusal or queueing.place(user_id, ticket)
