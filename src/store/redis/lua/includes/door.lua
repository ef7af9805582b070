-- @include kept
-- The called who asked to come in and found no room, as Door has it. Scores: when each is taken for gone, less the time
-- that did not count (`state.shift_ms`).
local door = {}
local asking = kept_scores(key.door)

local GONE_AFTER_MS = 15000
local NOTED_FOR_MS = GONE_AFTER_MS / 2

function door.new()
  return { size = 0, shift_ms = 0 }
end

-- Is it worth noting that this ticket asks?
function door.is_news(state, ticket, now)
  local gone_at_ms = asking.get(ticket)
  return not gone_at_ms or gone_at_ms + state.shift_ms - now <= GONE_AFTER_MS - NOTED_FOR_MS
end

function door.note(state, ticket, now)
  if not asking.get(ticket) then state.size = state.size + 1 end
  asking.set(ticket, now + GONE_AFTER_MS - state.shift_ms)
end

function door.remove(state, ticket)
  if not asking.get(ticket) then return end
  state.size = state.size - 1
  asking.set(ticket, false)
end

function door.lapse(state, now)
  if state.size > 0 then state.size = state.size - #asking.take_up_to(now - state.shift_ms) end
end

-- So much time does not count.
function door.postpone(state, by_ms)
  state.shift_ms = state.shift_ms + by_ms
end

function door.clear(state)
  state.size = 0
  asking.clear()
end

door.save = asking.save
