#!lua flags=allow-oom
-- Sets rate, cap and whether the gate is shut, while the sale is not over. What is empty stays.
-- KEYS: those of the sale
-- ARGV: now, rate a second, shoppers inside at a time, true or false, correlation id
-- Returns: changed, unchanged, wrong_state, not_found, recovering
-- @include save
local rate, most, paused, correlation_id = tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], ARGV[5]

local function next_settings(before)
  local after = { rate_per_second = rate or before.rate_per_second, max_active = most or before.max_active }
  if paused == '' then after.paused = before.paused else after.paused = paused == 'true' end
  return after
end

local function change()
  if sale.is_over() then return 'wrong_state' end
  if not room.exists then return 'not_found' end
  local before = room.settings()
  local after = next_settings(before)
  local is_same = after.rate_per_second == before.rate_per_second and after.max_active == before.max_active
    and after.paused == before.paused
  if is_same then return 'unchanged' end
  room.change_gate(after, clock.now)
  events.add(sale, 'gate_changed', correlation_id, '"settings":{"ratePerSecond":' .. after.rate_per_second
    .. ',"maxActive":' .. after.max_active .. ',"paused":' .. tostring(after.paused) .. '}')
  return 'changed'
end

local refusal = sale.open()
if refusal then return refusal end
local outcome = change()
save()
return outcome
