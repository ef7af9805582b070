-- @include gate
-- @include door
-- @include shop-floor
-- @include positions
-- @include json
-- The waiting room of a sale, as WaitingRoom has it. `exists` is false where nobody queues. `size`: the last number.
-- Its head is one field of a hash, with the numbers to the last bit (MessagePack).
local room = { exists = false, size = 0 }
local head, stored_head
-- Positions still to be called. Tickets, until the draw gives them positions.
local vacant, held, back = kept_positions(key.vacant), kept_positions(key.held), kept_positions(key.back)
-- Redis has no HMAC-SHA256: of a place that was drawn, the caller says the position.
local drawn_positions = {}

local DRAW_CLOSES_BEFORE_START_MS = 15000
local COME_BACK_MS = 20000
local CHECKPOINT_EVERY_MS = 5000

-- Reads the head of the room, once its sale is read.
function room.load(sale)
  stored_head = redis.call('HGET', key.room, 'head')
  room.exists = stored_head and true or false
  if not room.exists then return end
  head = cmsgpack.unpack(stored_head)
  room.size = head.size
end

local function settings_of(rules)
  return { rate_per_second = rules.ratePerSecond, max_active = rules.maxActive, paused = false }
end

local function begin(rules)
  room.exists, room.size = true, 0
  head = {
    rules = {}, gate = gate.new(settings_of(rules)), door = door.new(), floor = shop_floor.new(), lost_up_to = 0,
    calls_from_ms = 0, checkpoint = { tickets = 0, now_serving = 0, at_ms = 0 }, is_closed = false,
    violations = { out_of_turn = 0, over_rate = 0, over_cap = 0 },
  }
end

-- What was set at the gate stays unless its rule changes.
local function replace_rules(rules)
  local before, set = head.rules, head.gate.settings
  gate.change(head.gate, {
    rate_per_second = rules.ratePerSecond ~= before.rate_per_second and rules.ratePerSecond or set.rate_per_second,
    max_active = rules.maxActive ~= before.max_active and rules.maxActive or set.max_active,
    paused = set.paused,
  })
end

-- Why a room may not be defined anew by the rules (decoded WaitingRoomRules, or nil): 'draw_closed', 'places_given' or nil.
function room.prepare_refusal(rules)
  if not room.exists then return nil end
  if head.entrants then return 'draw_closed' end
  local places_stay = rules and rules.order == head.rules.order
  return room.size > 0 and not places_stay and 'places_given' or nil
end

-- Begins a room, replaces its rules, or takes it away (nil).
function room.prepare(rules)
  if not rules then
    room.exists = false
    return
  end
  if room.exists then replace_rules(rules) else begin(rules) end
  head.rules = {
    opens_at_ms = rules.opensAtMs, order = rules.order, rate_per_second = rules.ratePerSecond,
    max_active = rules.maxActive, admission_ms = rules.admissionSeconds * 1000,
  }
end

-- Ends what the time has ended. Whoever went away is let go of.
function room.lapse(now)
  if not room.exists then return end
  shop_floor.lapse(head.floor, now, head.rules.admission_ms, head.active_since_ms)
  if not head.shut_since_ms then door.lapse(head.door, now) end
end

-- Time stands still at a gate that is shut, for those who were called and those at the door.
local function open_or_shut(at)
  if not head.active_since_ms or head.gate.settings.paused then
    head.shut_since_ms = head.shut_since_ms or at
  elseif head.shut_since_ms then
    gate.postpone(head.gate, at - head.shut_since_ms)
    door.postpone(head.door, at - head.shut_since_ms)
    head.shut_since_ms = nil
  end
end

function room.follow_sale(is_active, at)
  if not room.exists then return end
  head.active_since_ms = is_active and (head.active_since_ms or at) or nil
  open_or_shut(at)
end

function room.settings()
  return head.gate.settings
end

function room.change_gate(settings, at)
  gate.change(head.gate, settings)
  open_or_shut(at)
end

-- Nobody has a place any longer. Who took part in a draw stays on record.
function room.close()
  if not room.exists then return end
  head.is_closed = true
  tickets.close(math.max(0, (head.entrants or 0) - head.lost_up_to))
  for _, positions in ipairs({ vacant, held, back }) do positions.clear() end
  door.clear(head.door)
  shop_floor.clear(head.floor)
end

-- What was asked of the gate, and what may be known of everybody.

function room.rules()
  return head.rules
end

-- Everyone up to this position has been called.
function room.now_serving()
  return head.gate.now_serving
end

-- How many of the called are still expected to come.
function room.expected(now)
  return turnout.expected(head.gate.turnout, now)
end

-- Share of the called who come.
function room.show_rate()
  return turnout.share(head.gate.turnout)
end

-- How many may be called at this moment by the rate alone.
function room.callable(now)
  return gate.callable(head.gate, now)
end

-- Whole milliseconds until the rate lets another one in.
function room.admissible_in_ms(now)
  return gate.admissible_in_ms(head.gate, now)
end

-- How fast positions have been called lately. Nil when nothing is known.
function room.called_per_second(now)
  return pace.per_second(head.gate.pace, now)
end

function room.at_door()
  return head.door.size
end

function room.inside()
  return shop_floor.inside(head.floor)
end

function room.browsing()
  return shop_floor.browsing(head.floor)
end

function room.is_full()
  return room.inside() >= head.gate.settings.max_active
end

-- Of the uncalled places up to this one, how many are lost and nobody's.
function room.missing_up_to(position)
  local after, last = head.gate.now_serving, math.min(position, head.lost_up_to)
  return math.max(0, last - after - back.between(after, last))
end

-- Those who have not been called.
function room.waiting()
  if head.is_closed then return 0 end
  local now_serving = head.gate.now_serving
  return room.size - now_serving - vacant.between(now_serving, math.huge) - room.missing_up_to(room.size)
end

-- The draw

-- The places of those who came early are still to be drawn. A draw of nobody is not waited for.
function room.awaits_draw()
  return head.rules.order == 'draw' and not head.drawn and head.entrants ~= 0
end

-- Is the list of the draw to be closed now?
function room.is_draw_due(sale)
  if not room.exists or head.entrants or sale.is_over() or not room.awaits_draw() then return false end
  return clock.now >= sale.starts_at_ms - DRAW_CLOSES_BEFORE_START_MS
end

function room.entrants()
  return head.entrants
end

function room.is_drawn()
  return head.drawn ~= nil
end

function room.close_draw(entrants)
  head.entrants = entrants
end

-- Those whose positions a draw moves, as [vacant, held, back] tickets.
function room.drawn_tickets()
  return { vacant.all(), held.all(), back.all() }
end

-- `moved`: the positions of `drawn_tickets`, in their order. A room in which nobody is known has none.
function room.make_draw(json, entrants, seed, moved)
  head.drawn, head.seed = entrants, seed
  room.draw = json
  for index, positions in ipairs({ vacant, held, back }) do
    positions.clear()
    for _, position in ipairs(moved[index] or {}) do positions.add(position) end
  end
end

-- The caller says where tickets were drawn to: `<seed of the draw> <ticket>:<position> ...`. Another draw says nothing.
function room.tell_positions(text)
  if not room.exists or not head.seed or string.sub(text, 1, #head.seed) ~= head.seed then return end
  for ticket, position in string.gmatch(text, '(%d+):(%d+)') do
    drawn_positions[tonumber(ticket)] = tonumber(position)
  end
end

-- Was this ticket drawn, and its position not told? Then the script answers `drawn <ticket>`, and is run again with it.
function room.lacks_position(ticket)
  return room.exists and head.drawn ~= nil and ticket <= head.drawn and not drawn_positions[ticket]
end

-- 1 is called first. Nil while the draw that decides it is still to be made.
function room.position_of(ticket)
  if head.drawn and ticket <= head.drawn then return drawn_positions[ticket] end
  local is_entrant = not head.entrants or ticket <= head.entrants
  if room.awaits_draw() and is_entrant then return nil end
  return ticket
end

-- Tickets

-- The newest ticket of a user, or nil.
function room.ticket_of(user_id)
  return tickets.of(user_id)
end

-- Reads the newest tickets of many users at once.
function room.read_users(user_ids)
  if room.exists then places.read(user_ids) end
end

-- Users by ticket, from the one behind `after`. A lost ticket that has not come back is nobody's: ''.
function room.holders(after, limit)
  local lost_up_to = math.min(head.lost_up_to, head.is_closed and (head.entrants or 0) or math.huge)
  local users = {}
  for ticket = after + 1, math.min(lost_up_to, after + limit) do users[#users + 1] = restored.get(ticket) or '' end
  local first = math.max(after, head.lost_up_to) - head.lost_up_to + 1
  local last = after + limit - head.lost_up_to
  local listed = last >= first and redis.call('LRANGE', key.tickets, first, last) or {}
  for _, user_id in ipairs(listed) do users[#users + 1] = user_id end
  return users
end

-- Reads at once what will be asked about these tickets.
function room.read_tickets(ticket_list)
  if not room.exists then return end
  local numbers = {}
  for index, ticket in ipairs(ticket_list) do numbers[index] = tonumber(ticket) end
  shop_floor.read(numbers)
end

-- Nil for a number that was not given out.
function room.holder_of(ticket)
  return tickets.holder_of(tonumber(ticket), head.lost_up_to)
end

-- Was the ticket given to this user? That of whoever has one place is found without a look at the list.
function room.was_given_to(user_id, ticket)
  return tickets.of(user_id) == ticket or room.holder_of(ticket) == user_id
end

-- A place that was given up is nobody's any longer, nor is any once the sale is over.
function room.is_place_of(user_id, ticket)
  return not head.is_closed and room.was_given_to(user_id, ticket) and not tickets.has_left(ticket)
end

room.has_left = tickets.has_left
room.is_held = tickets.is_held
room.times_idled = tickets.times_idled

function room.is_called(ticket)
  local position = room.position_of(ticket)
  return position ~= nil and position <= head.gate.now_serving
end

local function mark_ahead(positions, ticket)
  local position = room.position_of(ticket) or ticket
  if position > head.gate.now_serving then positions.add(position) end
end

-- Returns the ticket.
function room.join(user_id, is_held)
  room.size = room.size + 1
  tickets.give(room.size, user_id, is_held)
  if is_held then mark_ahead(held, room.size) end
  return room.size
end

function room.leave(user_id, ticket)
  tickets.drop(ticket, user_id)
  held.remove(room.position_of(ticket) or ticket)
  mark_ahead(vacant, ticket)
  door.remove(head.door, ticket)
  shop_floor.end_admission(head.floor, ticket)
end

-- Was the ticket lost, and has nobody come back with it?
function room.is_lost(ticket)
  return ticket >= 1 and ticket <= head.lost_up_to and not room.holder_of(ticket)
end

function room.restore(user_id, ticket)
  tickets.restore(ticket, user_id)
  back.add(room.position_of(ticket) or ticket)
end

function room.rebuild(lost_up_to, now_serving, admissions, at)
  room.size, head.lost_up_to = lost_up_to, lost_up_to
  head.calls_from_ms = at + COME_BACK_MS
  gate.go_on(head.gate, now_serving, admissions, at)
end

-- The gate

-- The gate is open, and knows whom to call.
function room.is_letting_in()
  return head.active_since_ms ~= nil and not head.gate.settings.paused and not room.awaits_draw()
end

-- Do those who wait have to be given time to come back?
function room.may_call(now)
  return room.is_letting_in() and now >= head.calls_from_ms
end

-- Who behind the last position that was called can come, up to this one.
local function present_up_to(position)
  local after = head.gate.now_serving
  return position - after - vacant.between(after, position) - held.between(after, position)
    - room.missing_up_to(position)
end

-- The last position at which anybody stands, or stood.
local function last_position()
  if room.size > head.lost_up_to then return room.size end
  return back.last() or head.gate.now_serving
end

-- How far the gate moves to call `count` who can come. Lost places at the end may still be somebody's: they wait.
function room.position_after(count)
  local now_serving, high = head.gate.now_serving, last_position()
  if count <= 0 or now_serving >= high then return now_serving end
  local low = math.min(now_serving + count, high)
  while low < high do
    local middle = math.floor((low + high) / 2)
    if present_up_to(middle) >= count then high = middle else low = middle + 1 end
  end
  return low
end

function room.advance(now_serving, now)
  gate.call(head.gate, now_serving, present_up_to(now_serving), now)
  vacant.remove_up_to(now_serving)
  held.remove_up_to(now_serving)
  if room.waiting() == 0 then pace.forget(head.gate.pace) end
end

-- Is it time to note how far the room has come, and does that say anything new?
function room.is_checkpoint_due(now_serving, now)
  local before = head.checkpoint
  if now - before.at_ms < CHECKPOINT_EVERY_MS then return false end
  return room.size ~= before.tickets or now_serving ~= before.now_serving
end

function room.note_checkpoint(now_serving, now)
  head.checkpoint = { tickets = room.size, now_serving = now_serving, at_ms = now }
end

local function come(ticket)
  local position = room.position_of(ticket)
  if not position or tickets.has_come(ticket) then return end
  tickets.mark_come(ticket)
  turnout.come(head.gate.turnout, position)
end

-- Is it worth noting that this ticket asks to come in, and finds no room?
function room.is_news_at_door(ticket, now)
  return door.is_news(head.door, ticket, now)
end

function room.stand_at_door(ticket, now)
  come(ticket)
  door.note(head.door, ticket, now)
end

local function count_violations(ticket, now)
  local violations = head.violations
  if not room.is_called(ticket) then violations.out_of_turn = violations.out_of_turn + 1 end
  if gate.admissible_in_ms(head.gate, now) > 0 then violations.over_rate = violations.over_rate + 1 end
  if room.is_full() and not room.is_inside(ticket) then violations.over_cap = violations.over_cap + 1 end
end

function room.admit(ticket, now)
  count_violations(ticket, now)
  gate.admit(head.gate, now)
  come(ticket)
  door.remove(head.door, ticket)
  shop_floor.admit(head.floor, ticket, room.expiry_of(now))
end

-- The shop floor

room.is_inside = shop_floor.is_inside

-- When an admission of that time would be over.
function room.expiry_of(admitted_at_ms)
  return admitted_at_ms + head.rules.admission_ms
end

-- { admitted_at_ms, expires_at_ms }, or nil.
function room.admission_of(ticket)
  local expires_at_ms = shop_floor.admitted_until(tonumber(ticket))
  return expires_at_ms and { admitted_at_ms = expires_at_ms - head.rules.admission_ms, expires_at_ms = expires_at_ms }
end

function room.order_opened(ticket, order_id)
  if room.exists then shop_floor.order_opened(head.floor, ticket, order_id) end
end

function room.order_closed(ticket, order_id)
  if room.exists then shop_floor.order_closed(head.floor, ticket, order_id) end
end

-- RoomView in JSON.
function room.view(sale)
  if not room.exists then return 'null' end
  local settings, violations = head.gate.settings, head.violations
  local per_second = pace.per_second(head.gate.pace, clock.now)
  return '{"settings":{"ratePerSecond":' .. settings.rate_per_second .. ',"maxActive":' .. settings.max_active
    .. ',"paused":' .. tostring(settings.paused) .. '},"tickets":' .. room.size .. ',"waiting":' .. room.waiting()
    .. ',"nowServing":' .. head.gate.now_serving .. ',"atDoor":' .. head.door.size .. ',"inside":' .. room.inside()
    .. ',"admissions":' .. head.gate.admissions
    .. ',"calledPerSecond":' .. (per_second and string.format('%.17g', per_second) or 'null')
    .. ',"entrants":' .. or_null(head.entrants)
    .. ',"draw":' .. (head.drawn and redis.call('HGET', key.room, 'draw') or 'null')
    .. ',"violations":{"outOfTurn":' .. violations.out_of_turn .. ',"overRate":' .. violations.over_rate
    .. ',"overCap":' .. violations.over_cap .. '}}'
end

local function save_head()
  if not room.exists then
    if stored_head then redis.call('HDEL', key.room, 'head', 'draw') end
    return
  end
  head.size = room.size
  local packed = cmsgpack.pack(head)
  if packed ~= stored_head then redis.call('HSET', key.room, 'head', packed) end
  if room.draw then redis.call('HSET', key.room, 'draw', room.draw) end
end

-- Writes what has changed.
function room.save()
  tickets.save()
  for _, positions in ipairs({ vacant, held, back }) do positions.save() end
  door.save()
  shop_floor.save()
  save_head()
end
