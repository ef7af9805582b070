-- @include exponential
-- How fast a queue has moved lately, as Pace has it: `since_ms` (nil: nothing is known), `at_ms`, and `moved`, faded to it.
local pace = {}
-- What lies so long back has lost most of its weight.
local MEMORY_MS = 60000
local STILL_AFTER_MS = 2 * MEMORY_MS
local LEAST_SPAN_MS = 1000

function pace.new()
  return { at_ms = 0, moved = 0 }
end

local function is_still(state, now)
  return now - state.at_ms >= STILL_AFTER_MS
end

local function faded_to(state, now)
  return state.moved * exponential((state.at_ms - now) / MEMORY_MS)
end

-- Places a second. Nil when nothing is known, or it has stood still for long.
function pace.per_second(state, now)
  if not state.since_ms or is_still(state, now) then return nil end
  local seen_ms = now - state.since_ms + LEAST_SPAN_MS
  local span_ms = MEMORY_MS * (1 - exponential(-seen_ms / MEMORY_MS))
  return faded_to(state, now) / span_ms * 1000
end

function pace.forget(state)
  state.since_ms, state.moved = nil, 0
end

function pace.move(state, places, now)
  if is_still(state, now) then pace.forget(state) end
  state.since_ms = state.since_ms or now
  state.moved = faded_to(state, now) + places
  state.at_ms = now
end

-- So much time does not count.
function pace.postpone(state, by_ms)
  if state.since_ms then state.since_ms = state.since_ms + by_ms end
  state.at_ms = state.at_ms + by_ms
end
