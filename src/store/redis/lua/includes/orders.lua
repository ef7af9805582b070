-- @include stock
-- The orders of a sale, in the shape of Order, by id, buyer, device and deadline. An order in a table is never changed:
-- `orders.with` makes the next one. Kept as `<number of the event that made it> <Order in JSON>`.
local orders = { first_seq = {}, json = {}, changed = {}, ids_by_buyer = {}, ids_by_device = {} }
local known = {}
local changed_buyers, changed_devices = {}, {}
local reservation_deadlines, payment_deadlines = {}, {}

function orders.is_open(state)
  return state == 'reserved' or state == 'paying'
end

function orders.counts_against_limit(state)
  return state == 'reserved' or state == 'paying' or state == 'paid'
end

local function keep(id, record)
  if not record then
    known[id] = false
    return
  end
  local first_seq, json = string.match(record, '^(%d+) (.*)$')
  orders.first_seq[id] = first_seq
  orders.json[id] = json
  known[id] = cjson.decode(json)
end

-- Reads many orders at once.
function orders.read(ids)
  local unknown = {}
  for _, id in ipairs(ids) do
    if known[id] == nil then unknown[#unknown + 1] = id end
  end
  local records = read_fields(key.orders, unknown)
  for index, id in ipairs(unknown) do keep(id, records[index]) end
end

-- False where there is none.
function orders.get(id)
  if known[id] == nil then orders.read({ id }) end
  return known[id]
end

-- Is the id in use? Asks for less than the order.
function orders.exists(id)
  if known[id] == nil and redis.call('HEXISTS', key.orders, id) == 0 then known[id] = false end
  return known[id] ~= false
end

local function split(text)
  local words = {}
  for word in string.gmatch(text or '', '%S+') do words[#words + 1] = word end
  return words
end

local function read_ids(hash, index, names)
  local unknown = {}
  for position = 1, #names do
    local name = names[position]
    if index[name] == nil then
      unknown[#unknown + 1] = name
      index[name] = false
    end
  end
  local ids, records = {}, read_fields(hash, unknown)
  for position = 1, #unknown do
    if records[position] then
      index[unknown[position]] = split(records[position])
      for _, id in ipairs(index[unknown[position]]) do ids[#ids + 1] = id end
    end
  end
  orders.read(ids)
end

-- Reads the orders of many buyers at once.
function orders.read_buyers(user_ids)
  read_ids(key.buyers, orders.ids_by_buyer, user_ids)
end

-- Reads the orders of many devices at once.
function orders.read_devices(device_ids)
  read_ids(key.devices, orders.ids_by_device, device_ids)
end

local NONE = {}

-- Ids of a buyer's orders, oldest first.
function orders.of(user_id)
  if orders.ids_by_buyer[user_id] == nil then orders.read_buyers({ user_id }) end
  return orders.ids_by_buyer[user_id] or NONE
end

-- Has this buyer ever ordered? Most of a crowd have not.
function orders.has_any(user_id)
  if orders.ids_by_buyer[user_id] == nil then orders.read_buyers({ user_id }) end
  return orders.ids_by_buyer[user_id]
end

-- The order that this buyer's key made, or nil.
function orders.by_key(user_id, idempotency_key)
  for _, id in ipairs(orders.of(user_id)) do
    local order = orders.get(id)
    if order.idempotencyKey == idempotency_key then return order end
  end
end

local function units_in(order, sku)
  local units = 0
  for _, line in ipairs(order.lines) do
    if line.skuId == sku then units = units + line.quantity end
  end
  return units
end

-- Units of a SKU that a buyer holds or owns.
function orders.held_units(user_id, sku)
  local units = 0
  for _, id in ipairs(orders.of(user_id)) do
    local order = orders.get(id)
    if orders.counts_against_limit(order.state) then units = units + units_in(order, sku) end
  end
  return units
end

-- Units of a SKU that were ever taken with a ticket, whatever became of them.
function orders.units_taken_with(user_id, ticket, sku)
  local units = 0
  for _, id in ipairs(orders.of(user_id)) do
    local order = orders.get(id)
    if order.ticket == ticket then units = units + units_in(order, sku) end
  end
  return units
end

-- Everything that the limit allows has been taken with this ticket.
function orders.is_used_up(user_id, ticket)
  local taken = {}
  for _, id in ipairs(orders.of(user_id)) do
    local order = orders.get(id)
    for _, line in ipairs(order.ticket == ticket and order.lines or NONE) do
      taken[line.skuId] = (taken[line.skuId] or 0) + line.quantity
    end
  end
  local used_up = 0
  for sku, units in pairs(taken) do
    if stock.of(sku) and units >= sale.purchase_limit then used_up = used_up + 1 end
  end
  return used_up == sale.item_count
end

-- The first line that would give the buyer (nil: one who has no order) more units of a SKU than the limit, or names a SKU that is not for sale, as
-- a PurchaseRefusal in JSON. With a ticket, what was taken with it and given back counts too.
function orders.refuse_by_limit(user_id, lines, ticket)
  local has_any = user_id and orders.has_any(user_id)
  for index = 1, #lines do
    local line = lines[index]
    local sku = line.skuId
    if not stock.of(sku) then return '{"code":"unknown_sku","skuId":' .. quoted(sku) .. '}' end
    local taken = has_any and ticket and orders.units_taken_with(user_id, ticket, sku) or 0
    local held = has_any and math.max(orders.held_units(user_id, sku), taken) or 0
    if held + line.quantity > sale.purchase_limit then
      return '{"code":"limit_exceeded","skuId":' .. quoted(sku) .. ',"limit":' .. sale.purchase_limit
        .. ',"held":' .. held .. '}'
    end
  end
end

-- Has another order that counts been made with this device?
function orders.is_device_taken(device_id, by_other_than)
  if orders.ids_by_device[device_id] == nil then orders.read_devices({ device_id }) end
  for _, id in ipairs(orders.ids_by_device[device_id] or NONE) do
    if id ~= by_other_than and orders.counts_against_limit(orders.get(id).state) then return true end
  end
  return false
end

-- Ids by deadline, earliest first, as many as are asked for and count. What is read once is not read again.
local function due_reader(zset, counts)
  local ids, is_all = {}, false
  local function read_more(until_ms, count)
    local more = redis.call('ZRANGEBYSCORE', zset, '-inf', until_ms, 'LIMIT', #ids, count)
    is_all = #more < count
    orders.read(more)
    for _, id in ipairs(more) do ids[#ids + 1] = id end
  end
  return function(until_ms, limit)
    if is_all and #ids == 0 then return ids end
    local due, next_one = {}, 1
    while #due < limit do
      if next_one > #ids then
        if is_all then break end
        read_more(until_ms, limit)
      end
      local order = ids[next_one] and orders.get(ids[next_one])
      if order and counts(order) then due[#due + 1] = order end
      next_one = next_one + 1
    end
    return due
  end
end

local overdue = due_reader(key.reservation_deadlines, function(order) return order.state == 'reserved' end)

-- Reservations whose deadline has passed, earliest first. A cancelled sale holds none any longer.
function orders.due_reservations(limit)
  return overdue(sale.state == 'cancelled' and '(+inf' or clock.now, limit)
end

function orders.are_overdue()
  return #orders.due_reservations(1) > 0
end

-- Payments that are still under way after their time, earliest first.
orders.due_payments = due_reader(key.payment_deadlines, function(order) return order.state == 'paying' end)

function orders.with(order, fields)
  local next_one = {}
  for name, value in pairs(order) do next_one[name] = value end
  for name, value in pairs(fields) do next_one[name] = value end
  return next_one
end

local EVENT_OF_RELEASE = { expired = 'order_expired', cancelled = 'order_cancelled' }

-- An open order ends without goods; its units are free again.
function orders.released(order, reason)
  local state = reason == 'expired' and 'expired' or 'cancelled'
  return orders.with(order, { state = state, payingUntilMs = null, releaseReason = reason })
end

local function append(hash, index, changed, name, id)
  local ids = index[name]
  if ids == nil then
    read_ids(hash, index, { name })
    ids = index[name]
  end
  if not ids then
    ids = {}
    index[name] = ids
  end
  ids[#ids + 1] = id
  changed[name] = true
end

-- A late payment reopens an order, and not the stay inside that it was made in.
local function tell_room(order, is_new)
  if order.ticket == null then return end
  if is_new and orders.is_open(order.state) then room.order_opened(order.ticket, order.orderId)
  elseif not orders.is_open(order.state) then room.order_closed(order.ticket, order.orderId) end
end

-- False: the order waits for that no longer.
local function note_deadlines(order, before)
  local is_paying, was_paying = order.payingUntilMs ~= null, before and before.payingUntilMs ~= null
  reservation_deadlines[order.orderId] = order.state == 'reserved' and order.deadlineMs
  if is_paying or was_paying then payment_deadlines[order.orderId] = is_paying and order.payingUntilMs end
end

local function put(order, before)
  local id = order.orderId
  stock.move(order.lines, before and before.state, order.state)
  known[id] = order
  orders.json[id] = cjson.encode(order)
  orders.changed[id] = true
  if not before then
    append(key.buyers, orders.ids_by_buyer, changed_buyers, order.userId, id)
    if order.deviceId ~= null then append(key.devices, orders.ids_by_device, changed_devices, order.deviceId, id) end
  end
  tell_room(order, not before)
  note_deadlines(order, before)
end

-- An order that was made before, in a store that is gone: `number` says which one it was.
function orders.restore(order, number)
  if orders.exists(order.orderId) then return end
  orders.first_seq[order.orderId] = number
  put(order, nil)
end

-- What happens to an order belongs to the request that made it, whoever's request brings it about.
function orders.change(type, order)
  local before = orders.get(order.orderId)
  if not before then orders.first_seq[order.orderId] = sale.last_seq + 1 end
  put(order, before)
  events.add(sale, type, order.correlationId, '"order":', orders.json[order.orderId])
end

function orders.release(order, reason)
  local after = orders.released(order, reason)
  orders.change(EVENT_OF_RELEASE[after.state], after)
  return after
end

local function save_deadlines(zset, deadlines)
  local kept, removed = {}, {}
  for id, at_ms in pairs(deadlines) do
    if at_ms then
      kept[#kept + 1] = at_ms
      kept[#kept + 1] = id
    else
      removed[#removed + 1] = id
    end
  end
  call_in_batches(kept, 'ZADD', zset)
  call_in_batches(removed, 'ZREM', zset)
end

local function save_ids(hash, index, changed)
  local records = {}
  for name in pairs(changed) do
    records[#records + 1] = name
    records[#records + 1] = table.concat(index[name], ' ')
  end
  call_in_batches(records, 'HSET', hash)
end

function orders.save()
  local records = {}
  for id in pairs(orders.changed) do
    records[#records + 1] = id
    records[#records + 1] = orders.first_seq[id] .. ' ' .. orders.json[id]
  end
  call_in_batches(records, 'HSET', key.orders)
  save_ids(key.buyers, orders.ids_by_buyer, changed_buyers)
  save_ids(key.devices, orders.ids_by_device, changed_devices)
  save_deadlines(key.reservation_deadlines, reservation_deadlines)
  save_deadlines(key.payment_deadlines, payment_deadlines)
end
