#!lua
-- Adds units of one item, once for each restock id, while the sale runs.
-- KEYS: those of the sale
-- ARGV: now, restock id, SKU, quantity, correlation id
-- Returns: changed, unchanged, wrong_state, not_found, recovering
-- @include save
local restock_id, sku, quantity, correlation_id = ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]

local function refuse()
  if redis.call('HEXISTS', key.restocks, restock_id) == 1 then return 'unchanged' end
  if sale.state ~= 'active' and sale.state ~= 'paused' then return 'wrong_state' end
  if not stock.of(sku) then return 'not_found' end
end

local refusal = sale.open()
if refusal then return refusal end
local outcome = refuse()
if not outcome then
  stock.add(sku, quantity)
  events.add(sale, 'sale_restocked', correlation_id,
    '"restockId":' .. quoted(restock_id) .. ',"skuId":' .. quoted(sku) .. ',"quantity":' .. quantity)
end
save()
if outcome then return outcome end
redis.call('HSET', key.restocks, restock_id, '1')
return 'changed'
