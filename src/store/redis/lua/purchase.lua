#!lua
-- Decides many purchases of one sale, one after the other, as src/domain/purchase.ts. All that any of them needs is
-- read at once, and what only some of them need is taken apart late: a refusal costs no command of its own.
-- KEYS: those of the sale
-- ARGV: now, most events in the outbox, what only some purchases need, then for each purchase its user id and what it
--   wants: `SKU quantity …`, each SKU once, and on a second line `ticket admitted_at_ms` where an admission is shown
--   What only some need, line by line: byte 1 and the number of the purchase, idempotency key, device id or empty,
--   order id, correlation id, traceparent or empty. In one word: a word for each would cost more than most purchases do.
-- Returns: for each purchase a PurchaseOutcome in JSON, or one with the code `order_id_in_use`; not_found, recovering
-- @include save
local ARGV = ARGV
-- Nobody queues, and no device is asked for.
local is_open_to_all
local OUTBOX_MAX, FIRST, PER_PURCHASE = tonumber(ARGV[2]), 4, 2
local EXPIRED_PER_PURCHASE = 16
local CODE_OF_STATE = {
  scheduled = 'sale_not_started', paused = 'sale_paused', ended = 'sale_ended', cancelled = 'sale_ended',
}

local function refusal_of(code)
  return '{"code":"' .. code .. '"}'
end

local wishes = {}

-- { lines, shown }: most ask for the same, and show nothing.
local function parse_wish(text)
  if wishes[text] then return wishes[text] end
  local basket, ticket, admitted_at_ms = string.match(text, '^([^\n]*)\n?(%d*) ?(%d*)$')
  local wish = { lines = {}, shown = nil }
  for sku, quantity in string.gmatch(basket, '(%S+) (%d+)') do
    wish.lines[#wish.lines + 1] = { skuId = sku, quantity = tonumber(quantity) }
  end
  if ticket ~= '' then wish.shown = { ticket = tonumber(ticket), admitted_at_ms = tonumber(admitted_at_ms) } end
  wishes[text] = wish
  return wish
end

-- idempotency key, device id or empty, order id, correlation id, traceparent or empty
local function others_of(index)
  local number = (index - FIRST) / PER_PURCHASE + 1
  local _, begun = string.find(ARGV[3], '\1' .. number .. '\n', 1, true)
  return string.match(ARGV[3], '^([^\n]*)\n([^\n]*)\n([^\n]*)\n([^\n]*)\n([^\n]*)\n', begun + 1)
end

local function same_lines(order, lines)
  if #order.lines ~= #lines then return false end
  local quantities = {}
  for _, line in ipairs(order.lines) do quantities[line.skuId] = line.quantity end
  for _, line in ipairs(lines) do
    if quantities[line.skuId] ~= line.quantity then return false end
  end
  return true
end

local function reserved(id, is_replay)
  return '{"code":"reserved","order":' .. orders.json[id] .. ',"replayed":' .. tostring(is_replay) .. '}'
end

-- Nil when the key has made no order.
local function outcome_of_repeat(user_id, lines, index)
  local before = orders.by_key(user_id, (others_of(index)))
  if not before then return nil end
  return same_lines(before, lines) and reserved(before.orderId, true) or refusal_of('idempotency_key_reused')
end

-- The window and the pause, and room in the outbox: the same for all, but for what the purchases themselves add to it.
local function refuse_all()
  local code = CODE_OF_STATE[sale.state]
  if code then return refusal_of(code) end
  if sale.last_seq - sale.trimmed_seq >= OUTBOX_MAX then return refusal_of('overloaded') end
end

-- By the store's clock, whatever time the token names. Where nobody queues, no admission is one.
local function refuse_by_admission(user_id, shown)
  if not room.exists then return shown and refusal_of('not_admitted') end
  if not shown or room.holder_of(shown.ticket) ~= user_id then return refusal_of('not_admitted') end
  local admission = room.admission_of(shown.ticket)
  if admission and admission.admitted_at_ms == shown.admitted_at_ms then return nil end
  return refusal_of(room.expiry_of(shown.admitted_at_ms) <= clock.now and 'admission_expired' or 'not_admitted')
end

local function refuse_by_device(index)
  if sale.one_per_device == 0 then return nil end
  local _, device_id = others_of(index)
  if device_id == '' then return refusal_of('device_unknown') end
  return orders.is_device_taken(device_id) and refusal_of('device_limit_exceeded')
end

-- The first SKU of which there is too little.
local function short_of(lines)
  for index = 1, #lines do
    if stock.of(lines[index].skuId).available < lines[index].quantity then return lines[index].skuId end
  end
end

local function sold_out(sku)
  return '{"code":"sold_out","skuId":' .. quoted(sku) .. ',"remaining":' .. stock.of(sku).available .. '}'
end

-- A purchase does not end the admission that it is made under: that ends with its last open order.
local function expire_overdue_of_others(ticket)
  for _, order in ipairs(orders.due_reservations(EXPIRED_PER_PURCHASE)) do
    if not ticket or order.ticket ~= ticket then orders.release(order, 'expired') end
  end
end

local function priced(requested)
  local lines, total = {}, 0
  for index, line in ipairs(requested) do
    local units = stock.of(line.skuId)
    lines[index] = {
      skuId = line.skuId, quantity = line.quantity, unitPriceMinor = units.price,
      remainingStock = units.available - line.quantity,
    }
    total = total + line.quantity * units.price
  end
  return lines, total
end

local function reserve(user_id, requested, ticket, index)
  local key, device_id, order_id, correlation_id, traceparent = others_of(index)
  if orders.exists(order_id) then return refusal_of('order_id_in_use') end
  local lines, total = priced(requested)
  orders.change('order_reserved', {
    orderId = order_id, saleId = sale.sale_id, userId = user_id, state = 'reserved', lines = lines,
    totalMinor = total, currency = sale.currency, idempotencyKey = key, reservedAtMs = clock.now,
    deadlineMs = clock.now + sale.reservation_ms, payingUntilMs = null, attemptId = null, releaseReason = null,
    ticket = room.exists and ticket or null, deviceId = device_id ~= '' and device_id or null,
    correlationId = correlation_id, traceparent = traceparent ~= '' and traceparent or nil,
    reservedInEpoch = sale.epoch,
  })
  return reserved(order_id, false)
end

local function take_stock(user_id, lines, ticket, index)
  if short_of(lines) then
    expire_overdue_of_others(ticket)
    local sku = short_of(lines)
    if sku then return sold_out(sku) end
  end
  return reserve(user_id, lines, ticket, index)
end

local function decide_in_full(user_id, wish, index)
  local lines, shown = wish.lines, wish.shown
  local ticket = shown and shown.ticket
  return orders.has_any(user_id) and outcome_of_repeat(user_id, lines, index)
    or refuse_all()
    or refuse_by_admission(user_id, shown)
    or refuse_by_device(index)
    or orders.refuse_by_limit(user_id, lines, ticket)
    or take_stock(user_id, lines, ticket, index)
end

-- What whoever comes for the first time hears of a wish, until something happens.
local function refuse_newcomer(wish)
  if wish.refused_at_seq == sale.last_seq then return wish.refusal end
  local refusal = refuse_all() or orders.refuse_by_limit(nil, wish.lines)
  local sku = not refusal and not orders.are_overdue() and short_of(wish.lines)
  wish.refusal = refusal or sku and sold_out(sku)
  wish.refused_at_seq = sale.last_seq
  return wish.refusal
end

-- Most of a crowd come for the first time, for the same, and too late: where nothing is asked about each of them, they
-- are told the same.
local function decide(user_id, wish, index)
  if not is_open_to_all or wish.shown or orders.has_any(user_id) then return decide_in_full(user_id, wish, index) end
  return refuse_newcomer(wish) or take_stock(user_id, wish.lines, nil, index)
end

local function read_rooms_and_devices()
  local tickets, device_ids = {}, {}
  for _, wish in pairs(wishes) do
    if wish.shown then tickets[#tickets + 1] = wish.shown.ticket end
  end
  if sale.one_per_device == 1 then
    for index = FIRST, #ARGV, PER_PURCHASE do device_ids[#device_ids + 1] = select(2, others_of(index)) end
  end
  room.read_tickets(tickets)
  orders.read_devices(device_ids)
end

local function read_at_once()
  local user_ids, skus = {}, {}
  for index = FIRST, #ARGV, PER_PURCHASE do
    user_ids[#user_ids + 1] = ARGV[index]
    parse_wish(ARGV[index + 1])
  end
  for _, wish in pairs(wishes) do
    for _, line in ipairs(wish.lines) do skus[#skus + 1] = line.skuId end
  end
  stock.read(skus)
  orders.read_buyers(user_ids)
  if not is_open_to_all then read_rooms_and_devices() end
end

local refusal = sale.open()
if refusal then return refusal end
is_open_to_all = not room.exists and sale.one_per_device == 0
read_at_once()
local outcomes = {}
for index = FIRST, #ARGV, PER_PURCHASE do
  outcomes[#outcomes + 1] = decide(ARGV[index], wishes[ARGV[index + 1]], index)
end
save()
return outcomes
