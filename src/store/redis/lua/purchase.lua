#!lua
-- Decides many purchases of one sale, one after the other, as src/domain/purchase.ts. All that any of them needs is
-- read at once, so that a refusal costs no command of its own.
-- KEYS: those of the sale
-- ARGV: now, most events in the outbox, then for each purchase: user id, idempotency key, lines (`SKU quantity …`, each
--   SKU once), `ticket admitted_at_ms` or empty, device id or empty, `order_id correlation_id`
-- Returns: for each purchase a PurchaseOutcome in JSON, or `order_id_in_use`; not_found, recovering
-- @include save
local OUTBOX_MAX, FIRST, PER_PURCHASE = tonumber(ARGV[2]), 3, 6
local EXPIRED_PER_PURCHASE = 16
local CODE_OF_STATE = {
  scheduled = 'sale_not_started', paused = 'sale_paused', ended = 'sale_ended', cancelled = 'sale_ended',
}

local function refusal_of(code)
  return '{"code":"' .. code .. '"}'
end

local parsed_lines = {}

local function parse_lines(text)
  local lines = parsed_lines[text]
  if lines then return lines end
  lines = {}
  for sku, quantity in string.gmatch(text, '(%S+) (%d+)') do
    lines[#lines + 1] = { skuId = sku, quantity = tonumber(quantity) }
  end
  parsed_lines[text] = lines
  return lines
end

local function purchase_at(index)
  local ticket, admitted_at_ms = string.match(ARGV[index + 3], '^(%d+) (%d+)$')
  return {
    user_id = ARGV[index], key = ARGV[index + 1], lines = parse_lines(ARGV[index + 2]), ticket = tonumber(ticket),
    admitted_at_ms = tonumber(admitted_at_ms), device_id = ARGV[index + 4], ids = ARGV[index + 5],
  }
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
local function outcome_of_repeat(purchase)
  local before = orders.by_key(purchase.user_id, purchase.key)
  if not before then return nil end
  return same_lines(before, purchase.lines) and reserved(before.orderId, true) or refusal_of('idempotency_key_reused')
end

local function refuse_by_state()
  local code = CODE_OF_STATE[sale.state]
  return code and refusal_of(code)
end

local function refuse_by_outbox()
  return sale.last_seq - sale.trimmed_seq >= OUTBOX_MAX and refusal_of('overloaded')
end

-- By the store's clock, whatever time the token names. Where nobody queues, no admission is one.
local function refuse_by_admission(purchase)
  if not room.exists then return purchase.ticket and refusal_of('not_admitted') end
  if not purchase.ticket or room.holder_of(purchase.ticket) ~= purchase.user_id then return refusal_of('not_admitted') end
  local admission = room.admission_of(purchase.ticket)
  if admission and admission.admitted_at_ms == purchase.admitted_at_ms then return nil end
  return refusal_of(room.expiry_of(purchase.admitted_at_ms) <= clock.now and 'admission_expired' or 'not_admitted')
end

local function refuse_by_device(purchase)
  if sale.one_per_device == 0 then return nil end
  if purchase.device_id == '' then return refusal_of('device_unknown') end
  return orders.is_device_taken(purchase.device_id) and refusal_of('device_limit_exceeded')
end

local function sold_out(sku, remaining)
  return '{"code":"sold_out","skuId":' .. quoted(sku) .. ',"remaining":' .. remaining .. '}'
end

local function is_short(lines)
  for _, line in ipairs(lines) do
    if stock.available(line.skuId) < line.quantity then return line.skuId end
  end
end

-- A purchase does not end the admission that it is made under: that ends with its last open order.
local function expire_overdue_of_others(purchase)
  for _, order in ipairs(orders.due_reservations(EXPIRED_PER_PURCHASE)) do
    if not purchase.ticket or order.ticket ~= purchase.ticket then orders.release(order, 'expired') end
  end
end

local function new_order(purchase, order_id, correlation_id)
  local lines, total = {}, 0
  for index, line in ipairs(purchase.lines) do
    local units = stock.of(line.skuId)
    lines[index] = {
      skuId = line.skuId, quantity = line.quantity, unitPriceMinor = units.price,
      remainingStock = units.available - line.quantity,
    }
    total = total + line.quantity * units.price
  end
  return {
    orderId = order_id, saleId = sale.sale_id, userId = purchase.user_id, state = 'reserved', lines = lines,
    totalMinor = total, currency = sale.currency, idempotencyKey = purchase.key, reservedAtMs = clock.now,
    deadlineMs = clock.now + sale.reservation_ms, payingUntilMs = null, attemptId = null, releaseReason = null,
    ticket = room.exists and purchase.ticket or null,
    deviceId = purchase.device_id ~= '' and purchase.device_id or null, correlationId = correlation_id,
  }
end

local function take_stock(purchase)
  if is_short(purchase.lines) then
    expire_overdue_of_others(purchase)
    local sku = is_short(purchase.lines)
    if sku then return sold_out(sku, stock.available(sku)) end
  end
  local order_id, correlation_id = string.match(purchase.ids, '^(%S+) (.*)$')
  if orders.get(order_id) then return 'order_id_in_use' end
  orders.change('order_reserved', new_order(purchase, order_id, correlation_id))
  return reserved(order_id, false)
end

local function decide(purchase)
  return outcome_of_repeat(purchase)
    or refuse_by_state()
    or refuse_by_outbox()
    or refuse_by_admission(purchase)
    or refuse_by_device(purchase)
    or orders.refuse_by_limit(purchase.user_id, purchase.lines, purchase.ticket)
    or take_stock(purchase)
end

local function read_at_once(purchases)
  local user_ids, tickets, device_ids, skus = {}, {}, {}, {}
  for _, purchase in ipairs(purchases) do
    user_ids[#user_ids + 1] = purchase.user_id
    tickets[#tickets + 1] = purchase.ticket
    if purchase.device_id ~= '' then device_ids[#device_ids + 1] = purchase.device_id end
  end
  for _, lines in pairs(parsed_lines) do
    for _, line in ipairs(lines) do skus[#skus + 1] = line.skuId end
  end
  stock.read(skus)
  orders.read_buyers(user_ids)
  if room.exists then room.read_tickets(tickets) end
  if sale.one_per_device == 1 then orders.read_devices(device_ids) end
end

local refusal = sale.open()
if refusal then return refusal end
local purchases, outcomes = {}, {}
for index = FIRST, #ARGV, PER_PURCHASE do purchases[#purchases + 1] = purchase_at(index) end
read_at_once(purchases)
for index, purchase in ipairs(purchases) do outcomes[index] = decide(purchase) end
save()
return outcomes
