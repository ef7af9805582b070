#!lua
-- Gives many buyers their places.
-- KEYS: those of the sale
-- ARGV: now, where tickets were drawn to (see room.tell_positions), then two for each buyer: join, hold or find; user id
--   hold: a suspected bot, never called. find: what joining would come to, and nothing is changed
-- Returns: JoinOutcome or FindOutcome in JSON for each, or `drawn <ticket>` where a position has to be told first;
--   not_found, recovering
-- @include save
-- @include queueing
local function joined(user_id, ticket)
  if room.lacks_position(ticket) then return 'drawn ' .. ticket end
  return '{"code":"joined","place":' .. queueing.place(user_id, ticket) .. '}'
end

local function join(how, user_id)
  local code, ticket = queueing.decide_join(user_id)
  if code == 'joined' then return joined(user_id, ticket) end
  if code ~= 'new' then return '{"code":"' .. code .. '"}' end
  if how == 'find' then return '{"code":"no_place"}' end
  queueing.note_time()
  return joined(user_id, room.join(user_id, how == 'hold'))
end

local function user_ids()
  local ids = {}
  for index = 4, #ARGV, 2 do ids[#ids + 1] = ARGV[index] end
  return ids
end

local refusal = sale.open()
if refusal then return refusal end
room.tell_positions(ARGV[2])
room.read_users(user_ids())
orders.read_buyers(user_ids())
local answers = {}
for index = 3, #ARGV, 2 do answers[#answers + 1] = join(ARGV[index], ARGV[index + 1]) end
save()
return answers
