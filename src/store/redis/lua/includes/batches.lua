-- Lua hands over some thousands of values at once, and not more.
local MOST_AT_ONCE = 1000

-- One command for many values: `...` are its first words. As many times as it takes.
local function call_in_batches(values, ...)
  local first = { ... }
  for from = 1, #values, MOST_AT_ONCE do
    local words = { unpack(first) }
    for index = from, math.min(#values, from + MOST_AT_ONCE - 1) do words[#words + 1] = values[index] end
    redis.call(unpack(words))
  end
end

-- As HMGET, of any number of fields.
local function read_fields(hash, fields)
  if #fields == 0 then return {} end
  if #fields <= MOST_AT_ONCE then return redis.call('HMGET', hash, unpack(fields)) end
  local found = {}
  for from = 1, #fields, MOST_AT_ONCE do
    local to = math.min(#fields, from + MOST_AT_ONCE - 1)
    local values = redis.call('HMGET', hash, unpack(fields, from, to))
    for index = 1, #values do found[from + index - 1] = values[index] end
  end
  return found
end
