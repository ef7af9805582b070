-- @include batches
-- Positions in a sorted set, each its own score. Read before they are changed, which is done at the end.
local function kept_positions(name)
  local positions = { writes = {} }

  -- How many lie behind `after`, up to `last`.
  function positions.between(after, last)
    if last <= after then return 0 end
    return redis.call('ZCOUNT', name, '(' .. after, last == math.huge and '(+inf' or last)
  end

  -- Nil where there is none.
  function positions.last()
    return tonumber(redis.call('ZREVRANGEBYSCORE', name, '(+inf', '-inf', 'LIMIT', 0, 1)[1])
  end

  function positions.all()
    local found = redis.call('ZRANGEBYSCORE', name, '-inf', '(+inf')
    for index, position in ipairs(found) do found[index] = tonumber(position) end
    return found
  end

  local function later(...)
    positions.writes[#positions.writes + 1] = { ... }
  end

  function positions.add(position)
    later('ZADD', name, position, position)
  end

  function positions.remove(position)
    later('ZREM', name, position)
  end

  -- No more at once than is done in passing: what is left over is passed already, and goes the next times.
  function positions.remove_up_to(position)
    local count = math.min(MOST_AT_ONCE, redis.call('ZCOUNT', name, '-inf', position))
    if count > 0 then later('ZREMRANGEBYRANK', name, 0, count - 1) end
  end

  -- All but what keeps the key there while a cluster moves its slot.
  function positions.clear()
    positions.writes = {}
    later('ZREMRANGEBYSCORE', name, '-inf', '(+inf')
  end

  function positions.save()
    for _, command in ipairs(positions.writes) do redis.call(unpack(command)) end
  end

  return positions
end
