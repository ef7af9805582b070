#!lua
-- Opens a sale for business, or replaces the definition of one that is still scheduled.
-- KEYS: those of the sale
-- ARGV: now, epoch, correlation id, SaleDefinition in JSON
-- Returns: prepared, wrong_state, recovering
-- @include save
local epoch, correlation_id, json = ARGV[2], ARGV[3], ARGV[4]
local definition = cjson.decode(json)
local rules = definition.waitingRoom ~= null and definition.waitingRoom or nil

local function make_keys()
  for name, type in pairs(key_type) do
    if type == 'hash' then redis.call('HSET', key[name], '', '') end
    if type == 'zset' then redis.call('ZADD', key[name], '+inf', '') end
    if type == 'list' then redis.call('RPUSH', key[name], '') end
    if type == 'set' then redis.call('SADD', key[name], '') end
    if type == 'string' then redis.call('SET', key[name], '') end
  end
end

local function begin()
  sale.sale_id, sale.state, sale.epoch, sale.incarnation = definition.saleId, 'scheduled', tonumber(epoch), run_id()
  sale.last_seq, sale.last_at_ms, sale.trimmed_seq = 0, 0, 0
end

local function define()
  sale.starts_at_ms, sale.ends_at_ms = definition.startsAtMs, definition.endsAtMs
  sale.purchase_limit, sale.currency = definition.purchaseLimit, definition.currency
  sale.reservation_ms = definition.reservationSeconds * 1000
  sale.one_per_device = definition.antiBot ~= null and definition.antiBot.onePerDevice and 1 or 0
  sale.queues = rules and 1 or 0
  stock.fill(definition.items)
  room.prepare(rules)
end

local refusal = sale.open()
if refusal == 'recovering' then return refusal end
local is_new = refusal == 'not_found'
if not is_new and (sale.state ~= 'scheduled' or room.prepare_refusal(rules)) then
  save()
  return 'wrong_state'
end
if is_new then begin() end
define()
events.add(sale, 'sale_prepared', correlation_id, '"sale":' .. json)
if is_new then make_keys() end
redis.call('HSET', key.head, 'definition', json)
save()
return 'prepared'
