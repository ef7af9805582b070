-- How many of the called come, as Turnout has it. `awaited`: cohorts { called_at_ms, up_to, present, came }, oldest first.
local turnout = {}
local NO_SHOW_AFTER_MS = 15000
local MAX_CALLS_PER_SHOW = 5
local COHORT_MS = 1000
local ASSUMED_CALLS = 10
local REMEMBERED_CALLS = 100

function turnout.new()
  return { awaited = {}, settled_up_to = 0, called = ASSUMED_CALLS, came = ASSUMED_CALLS }
end

-- Share of the called who come.
function turnout.share(state)
  return math.max(1 / MAX_CALLS_PER_SHOW, state.came / state.called)
end

-- How many of the called are still expected to come.
function turnout.expected(state, now)
  local expected, share = 0, turnout.share(state)
  for _, cohort in ipairs(state.awaited) do
    if now - cohort.called_at_ms < NO_SHOW_AFTER_MS then
      expected = expected + math.max(0, cohort.present * share - cohort.came)
    end
  end
  return expected
end

-- Learns from the cohorts whose time to come is over.
local function learn(state, now)
  while state.awaited[1] and now - state.awaited[1].called_at_ms >= NO_SHOW_AFTER_MS do
    local oldest = table.remove(state.awaited, 1)
    state.settled_up_to = oldest.up_to
    local kept = REMEMBERED_CALLS / (REMEMBERED_CALLS + oldest.present)
    state.called = state.called * kept + oldest.present
    state.came = state.came * kept + oldest.came
  end
end

-- `present`: who between the last position and `up_to` can come at all.
function turnout.call(state, up_to, present, now)
  learn(state, now)
  local newest = state.awaited[#state.awaited]
  if newest and now - newest.called_at_ms < COHORT_MS then
    newest.up_to = up_to
    newest.present = newest.present + present
  else
    table.insert(state.awaited, { called_at_ms = now, up_to = up_to, present = present, came = 0 })
  end
end

-- Whoever has this position has come, for the first time.
function turnout.come(state, position)
  if position <= state.settled_up_to then
    state.came = math.min(state.called, state.came + 1)
    return
  end
  for _, cohort in ipairs(state.awaited) do
    if position <= cohort.up_to then
      cohort.came = cohort.came + 1
      return
    end
  end
end

-- The called have so much more time to come.
function turnout.postpone(state, by_ms)
  for _, cohort in ipairs(state.awaited) do cohort.called_at_ms = cohort.called_at_ms + by_ms end
end
