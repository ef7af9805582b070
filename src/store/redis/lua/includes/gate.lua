-- @include gcra
-- @include pace
-- @include turnout
-- Calls and admits, as Gate has it.
local gate = {}

function gate.new(settings)
  return {
    settings = settings, now_serving = 0, admissions = 0, calls = gcra.new(), entries = gcra.new(),
    turnout = turnout.new(), pace = pace.new(),
  }
end

local function call_limit(state)
  return state.settings.rate_per_second / turnout.share(state.turnout)
end

-- How many may be called at this moment by the rate alone.
function gate.callable(state, now)
  return gcra.left(state.calls, call_limit(state), now)
end

-- Whole milliseconds until the rate lets another one in: 0 when it does now.
function gate.admissible_in_ms(state, now)
  return gcra.in_ms(state.entries, state.settings.rate_per_second, now)
end

function gate.change(state, settings)
  if settings.rate_per_second ~= state.settings.rate_per_second then pace.forget(state.pace) end
  state.settings = settings
end

-- `present`: who between the last position and this one can come at all.
function gate.call(state, now_serving, present, now)
  gcra.spend(state.calls, call_limit(state), now, present)
  turnout.call(state.turnout, now_serving, present, now)
  pace.move(state.pace, now_serving - state.now_serving, now)
  state.now_serving = now_serving
end

function gate.admit(state, now)
  gcra.spend(state.entries, state.settings.rate_per_second, now, 1)
  state.admissions = state.admissions + 1
end

-- Goes on where a gate that was lost had come to, without another burst at once.
function gate.go_on(state, now_serving, admissions, now)
  state.now_serving, state.admissions = now_serving, admissions
  state.turnout.settled_up_to = now_serving
  gcra.spend(state.entries, state.settings.rate_per_second, now, state.settings.rate_per_second)
end

-- For so long nobody was let in: whoever was called has had no chance to come.
function gate.postpone(state, by_ms)
  turnout.postpone(state.turnout, by_ms)
  pace.postpone(state.pace, by_ms)
end
