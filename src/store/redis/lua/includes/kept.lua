-- @include batches
-- What is read once in a script is not read again, and what a script changes is written by `save`, at its end.

-- The fields of a hash.
local function kept_hash(name)
  local hash = { known = {}, changed = {}, is_cleared = false }

  -- Reads many fields at once.
  function hash.read(fields)
    local unknown = {}
    for _, field in ipairs(fields) do
      if hash.known[field] == nil and not hash.is_cleared then unknown[#unknown + 1] = field end
    end
    for index, value in ipairs(read_fields(name, unknown)) do hash.known[unknown[index]] = value end
  end

  -- False where there is none.
  function hash.get(field)
    if hash.known[field] == nil then
      hash.known[field] = not hash.is_cleared and redis.call('HGET', name, field)
    end
    return hash.known[field]
  end

  function hash.clear()
    hash.known, hash.changed, hash.is_cleared = {}, {}, true
  end

  -- False takes it away.
  function hash.set(field, value)
    hash.known[field] = value
    hash.changed[field] = true
  end

  function hash.save()
    if hash.is_cleared then
      redis.call('UNLINK', name)
      redis.call('HSET', name, '', '')
    end
    local written, removed = {}, {}
    for field in pairs(hash.changed) do
      local value = hash.known[field]
      if value then
        written[#written + 1] = field
        written[#written + 1] = value
      else
        removed[#removed + 1] = field
      end
    end
    call_in_batches(written, 'HSET', name)
    call_in_batches(removed, 'HDEL', name)
  end

  return hash
end

-- The scores of a sorted set of whole numbers.
local function kept_scores(name)
  local scores = { known = {}, changed = {}, is_cleared = false }

  -- False where it is not a member.
  function scores.get(member)
    if scores.known[member] == nil then
      local score = not scores.is_cleared and redis.call('ZSCORE', name, member)
      scores.known[member] = score and tonumber(score)
    end
    return scores.known[member]
  end

  function scores.clear()
    scores.known, scores.changed, scores.is_cleared = {}, {}, true
  end

  -- False takes it away.
  function scores.set(member, score)
    scores.known[member] = score
    scores.changed[member] = true
  end

  -- Takes away those whose score is at most this, and returns them with it: { member, score }.
  function scores.take_up_to(most)
    local taken = {}
    local found = redis.call('ZRANGEBYSCORE', name, '-inf', most, 'WITHSCORES')
    for index = 1, #found, 2 do
      local member, score = tonumber(found[index]), tonumber(found[index + 1])
      taken[#taken + 1] = { member = member, score = score }
      scores.set(member, false)
    end
    return taken
  end

  function scores.save()
    -- All but what keeps the key there while a cluster moves its slot.
    if scores.is_cleared then redis.call('ZREMRANGEBYSCORE', name, '-inf', '(+inf') end
    local written, removed = {}, {}
    for member in pairs(scores.changed) do
      local score = scores.known[member]
      if score then
        written[#written + 1] = score
        written[#written + 1] = member
      else
        removed[#removed + 1] = member
      end
    end
    call_in_batches(written, 'ZADD', name)
    call_in_batches(removed, 'ZREM', name)
  end

  return scores
end
