#!lua flags=allow-oom
-- KEYS: those of the sale
-- ARGV: now, where tickets were drawn to (see room.tell_positions), user id, ticket
-- Returns: Place in JSON, not_found, `drawn <ticket>`, recovering
-- @include save
-- @include queueing
local user_id, ticket = ARGV[3], tonumber(ARGV[4])

local function place()
  if not room.exists or not room.is_place_of(user_id, ticket) then return 'not_found' end
  return room.lacks_position(ticket) and 'drawn ' .. ticket or queueing.place(user_id, ticket)
end

local refusal = sale.open()
if refusal then return refusal end
room.tell_positions(ARGV[2])
local answer = place()
save()
return answer
