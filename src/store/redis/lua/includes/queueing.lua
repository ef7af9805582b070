-- @include orders
-- What a buyer is told of a place; as queueing.ts and wait-estimate.ts have it.
local queueing = {}

-- At the rate until all slots are taken, and then as fast as they come free if each is used for one admission's time.
local function seconds_as_set(ahead)
  local settings = room.settings()
  local free_slots = math.max(0, settings.max_active - room.inside())
  local into_free_slots = math.min(ahead + 1, free_slots)
  local into_used_slots = ahead + 1 - into_free_slots
  local admission_seconds = room.rules().admission_ms / 1000
  return into_free_slots / settings.rate_per_second
    + into_used_slots / math.min(settings.rate_per_second, settings.max_active / admission_seconds)
end

-- Seconds until the gate calls whoever has so many in front of them. Nil while nothing honest can be said.
local function estimated_seconds(ahead)
  if room.settings().paused then return nil end
  if sale.state == 'scheduled' then
    return math.ceil(math.max(0, sale.starts_at_ms - clock.now) / 1000 + seconds_as_set(ahead))
  end
  if not room.is_letting_in() or sale.available == 0 then return nil end
  local per_second = room.called_per_second(clock.now)
  return math.ceil(per_second and (ahead + 1) / per_second or seconds_as_set(ahead))
end

local function state_of(user_id, ticket, admission)
  if admission then return 'admitted' end
  if orders.is_used_up(user_id, ticket) then return 'done' end
  if sale.is_sold_out_for_good() then return 'sold_out' end
  return room.is_called(ticket) and 'ready' or 'waiting'
end

local function wait_seconds(state, ahead)
  if state == 'ready' or state == 'admitted' then return 0 end
  if state == 'waiting' and ahead then return estimated_seconds(ahead) end
end

-- Lost places that nobody has come back to are in nobody's way.
local function places_ahead(position)
  return math.max(0, position - room.now_serving() - 1 - room.missing_up_to(position))
end

-- Admission in JSON.
function queueing.admission(ticket, admission)
  return string.format('{"ticket":%.0f,"admittedAtMs":%.0f,"expiresAtMs":%.0f}', ticket, admission.admitted_at_ms,
    admission.expires_at_ms)
end

-- Place in JSON.
function queueing.place(user_id, ticket)
  local admission, position = room.admission_of(ticket), room.position_of(ticket)
  local state = state_of(user_id, ticket, admission)
  local ahead = position and places_ahead(position)
  return '{"ticket":' .. ticket .. ',"state":"' .. state .. '","position":' .. or_null(position)
    .. ',"ahead":' .. or_null(ahead) .. ',"estimatedWaitSeconds":' .. or_null(wait_seconds(state, ahead))
    .. ',"admission":' .. (admission and queueing.admission(ticket, admission) or 'null') .. '}'
end

-- `joined` and the ticket, `new` where a ticket would be given, or why none is.
function queueing.decide_join(user_id)
  if not room.exists then return 'no_waiting_room' end
  if sale.is_over() then return 'sale_ended' end
  local ticket = room.ticket_of(user_id)
  if ticket and not orders.is_used_up(user_id, ticket) then return 'joined', ticket end
  if sale.state == 'scheduled' and clock.now < room.rules().opens_at_ms then return 'sale_not_started' end
  return sale.is_sold_out_for_good() and 'sold_out' or 'new'
end

-- What happens in a room is no event of the order log, and time does not run back behind it all the same.
function queueing.note_time()
  sale.last_at_ms = math.max(sale.last_at_ms, clock.now)
end
