#!lua
-- Calls as many as rate, slots and units allow, as decideAdvance does.
-- KEYS: those of the sale
-- ARGV: now
-- Returns: the position now serving, not_found, recovering
-- @include save
-- @include queueing
-- While more than the rate lets in within this time stand at the door, nobody else is called.
local DOOR_SECONDS = 5

local function call_count()
  local settings = room.settings()
  local slots = settings.max_active - room.inside()
  local units = sale.available - room.browsing()
  local free = math.min(slots, units) - room.expected(clock.now)
  local wanted = math.min(free, settings.rate_per_second * DOOR_SECONDS) - room.at_door()
  return math.max(0, math.min(room.callable(clock.now), math.floor(wanted / room.show_rate())))
end

local function advance()
  if not room.exists then return 0 end
  local now_serving = room.position_after(room.may_call(clock.now) and call_count() or 0)
  if now_serving ~= room.now_serving() then
    room.advance(now_serving, clock.now)
    queueing.note_time()
  end
  if not sale.is_over() and room.is_checkpoint_due(now_serving, clock.now) then
    room.note_checkpoint(now_serving, clock.now)
    events.add(sale, 'room_checkpoint', 'clock', '"tickets":' .. room.size .. ',"nowServing":' .. now_serving)
  end
  return now_serving
end

local refusal = sale.open()
if refusal then return refusal end
local now_serving = advance()
save()
return now_serving
