#!lua
-- Draws the places of the list as it was closed, once. What was noted of tickets is moved to their positions, which the
-- caller works out: for the very tickets that it was told, or it is told them anew.
-- KEYS: those of the sale
-- ARGV: now, DrawResult in JSON, correlation id, tickets that move (empty at first), their positions
--   both are [vacant, held, back] in JSON
-- Returns: changed, unchanged, wrong_state, `move <tickets>`, not_found, recovering
-- @include save
local json, correlation_id, known, moved = ARGV[2], ARGV[3], ARGV[4], ARGV[5]

-- An empty list and an empty object look alike to cjson.
local function list_in_json(list)
  return '[' .. table.concat(list, ',') .. ']'
end

local function tickets_in_json()
  local lists = {}
  for index, list in ipairs(room.drawn_tickets()) do lists[index] = list_in_json(list) end
  return list_in_json(lists)
end

local function draw()
  if not room.exists then return 'not_found' end
  if room.is_drawn() then return 'unchanged' end
  local result = cjson.decode(json)
  if room.entrants() ~= result.entrants then return 'wrong_state' end
  local tickets_now = tickets_in_json()
  if tickets_now ~= known then return 'move ' .. tickets_now end
  room.make_draw(json, result.entrants, result.seed, cjson.decode(moved))
  events.add(sale, 'draw_made', correlation_id, '"draw":', json)
  return 'changed'
end

local refusal = sale.open()
if refusal then return refusal end
local outcome = draw()
save()
return outcome
