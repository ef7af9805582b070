#!lua
-- Opens a sale for business, or replaces the definition of one that is still scheduled.
-- KEYS: those of the sale
-- ARGV: now, epoch, correlation id, SaleDefinition in JSON
-- Returns: prepared, wrong_state, recovering
-- @include definition
local epoch, correlation_id, json = tonumber(ARGV[2]), ARGV[3], ARGV[4]
local definition = cjson.decode(json)

local function may_prepare()
  local rules = definition.waitingRoom ~= null and definition.waitingRoom or nil
  return sale.state == 'scheduled' and not room.prepare_refusal(rules)
end

local function begin()
  sale.sale_id, sale.state, sale.incarnation = definition.saleId, 'scheduled', run_id()
  sale.last_seq, sale.last_at_ms, sale.trimmed_seq, sale.epochs = 0, 0, 0, ''
  sale.begin_epoch(epoch)
  make_keys()
end

local refusal = sale.open()
if refusal == 'recovering' then return refusal end
if refusal ~= 'not_found' and not may_prepare() then
  save()
  return 'wrong_state'
end
if refusal == 'not_found' then begin() end
define(definition)
events.add(sale, 'sale_prepared', correlation_id, '"sale":', json)
redis.call('HSET', key.head, 'definition', json)
save()
return 'prepared'
