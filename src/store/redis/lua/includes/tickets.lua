-- @include kept
-- Who has which ticket, numbered from 1 as they came, as Tickets has it.
--   tickets: user ids, from the first ticket that was not lost; before them one that stands for nothing
--   places: the newest ticket by user
--   flags: by ticket, of those only of whom there is anything to say
--   restored: users by lost ticket that has come back
local places = kept_hash(key.places)
local flags = kept_hash(key.flags)
local restored = kept_hash(key.restored)
local tickets = { given = {} }

local LEFT, HELD, CAME, IDLED = 1, 2, 4, 8

local function flags_of(ticket)
  return tonumber(flags.get(ticket) or 0)
end

local function has(ticket, flag)
  return flags_of(ticket) % (2 * flag) >= flag
end

local function mark(ticket, flag)
  if not has(ticket, flag) then flags.set(ticket, flags_of(ticket) + flag) end
end

-- `size` and `lost_up_to` of the room are handed in, since they are kept in its head.
function tickets.give(ticket, user_id, held)
  tickets.given[#tickets.given + 1] = user_id
  places.set(user_id, ticket)
  if held then mark(ticket, HELD) end
end

function tickets.restore(ticket, user_id)
  restored.set(ticket, user_id)
  places.set(user_id, ticket)
end

-- The place is given up.
function tickets.drop(ticket, user_id)
  if tickets.of(user_id) == ticket then places.set(user_id, false) end
  mark(ticket, LEFT)
end

-- The newest ticket of a user. Nil for whoever has none, or has given it up.
function tickets.of(user_id)
  return tonumber(places.get(user_id) or nil)
end

-- Whoever was given the ticket. Nil for a number that was not given out.
function tickets.holder_of(ticket, lost_up_to)
  if ticket < 1 then return nil end
  if ticket <= lost_up_to then return restored.get(ticket) or nil end
  return redis.call('LINDEX', key.tickets, ticket - lost_up_to) or nil
end

function tickets.has_left(ticket)
  return has(ticket, LEFT)
end

function tickets.is_held(ticket)
  return has(ticket, HELD)
end

function tickets.has_come(ticket)
  return has(ticket, CAME)
end

function tickets.mark_come(ticket)
  mark(ticket, CAME)
end

-- How many admissions in a row ran out without an order.
function tickets.times_idled(ticket)
  return math.floor(flags_of(ticket) / IDLED)
end

function tickets.idle(ticket)
  flags.set(ticket, flags_of(ticket) + IDLED)
end

function tickets.forget_idling(ticket)
  if tickets.times_idled(ticket) > 0 then flags.set(ticket, flags_of(ticket) % IDLED) end
end

-- Nobody has a place any longer. The first `kept` holders in the list stay on record.
function tickets.close(kept)
  places.clear()
  flags.clear()
  tickets.kept = kept
end

function tickets.save()
  call_in_batches(tickets.given, 'RPUSH', key.tickets)
  if tickets.kept then redis.call('LTRIM', key.tickets, 0, tickets.kept) end
  places.save()
  flags.save()
  restored.save()
end
