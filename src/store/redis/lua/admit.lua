#!lua
-- Lets in whoever has been called, as rate and cap allow; as decideAdmit does.
-- KEYS: those of the sale
-- ARGV: now, where tickets were drawn to (see room.tell_positions), user id, ticket
-- Returns: AdmitOutcome in JSON, not_found, `drawn <ticket>`, recovering
-- @include save
-- @include queueing
local user_id, ticket = ARGV[3], tonumber(ARGV[4])

-- When something other than the rate has to give way first.
local RETRY_MS = 2000
local DOOR_SECONDS = 5
-- Whoever let so many admissions in a row run out unused comes in when nobody else wants to.
local IDLED_TOO_OFTEN = 2

local function comes_last()
  return room.times_idled(ticket) >= IDLED_TOO_OFTEN
end

local function others_want_in()
  local settings = room.settings()
  local free = settings.max_active - room.inside() - room.expected(clock.now)
  return room.at_door() > 0 or (room.waiting() > 0 and free <= settings.rate_per_second * DOOR_SECONDS)
end

-- Held ones hear what everybody hears who is not let in yet.
local function may_come()
  if not room.is_letting_in() or not room.is_called(ticket) or room.is_held(ticket) then return false end
  return not comes_last() or not others_want_in()
end

-- 0: there is room now.
local function wait_at_door_ms()
  local needs_slot = not room.is_inside(ticket)
  if (needs_slot and room.is_full()) or sale.available == 0 then return RETRY_MS end
  return room.admissible_in_ms(clock.now)
end

local function not_your_turn(retry_after_ms)
  return '{"code":"not_your_turn","retryAfterMs":' .. retry_after_ms .. '}'
end

local function admitted(replayed)
  local admission = queueing.admission(ticket, room.admission_of(ticket))
  return '{"code":"admitted","admission":' .. admission .. ',"replayed":' .. tostring(replayed) .. '}'
end

-- The code of whoever is not to come in, or nil.
local function refuse()
  if sale.is_over() then return 'sale_ended' end
  if not room.exists or not room.is_place_of(user_id, ticket) then return 'not_found' end
  if sale.state == 'scheduled' then return 'sale_not_started' end
  if sale.state == 'paused' then return 'sale_paused' end
  if room.admission_of(ticket) then return nil end
  if orders.is_used_up(user_id, ticket) then return 'used_up' end
  if sale.is_sold_out_for_good() then return 'sold_out' end
end

local function admit()
  local code = refuse()
  if code then return '{"code":"' .. code .. '"}' end
  if room.admission_of(ticket) then return admitted(true) end
  if room.lacks_position(ticket) then return 'drawn ' .. ticket end
  if not may_come() then return not_your_turn(RETRY_MS) end
  local retry_after_ms = wait_at_door_ms()
  if retry_after_ms == 0 then
    room.admit(ticket, clock.now)
    queueing.note_time()
    return admitted(false)
  end
  if not comes_last() and room.is_news_at_door(ticket, clock.now) then
    room.stand_at_door(ticket, clock.now)
    queueing.note_time()
  end
  return not_your_turn(retry_after_ms)
end

local refusal = sale.open()
if refusal then return refusal end
room.tell_positions(ARGV[2])
local outcome = admit()
save()
return outcome
