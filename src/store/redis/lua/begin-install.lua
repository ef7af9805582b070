#!lua
-- Puts the beginning of a recovered sale in place of what is here. It is fenced off until `finish-install`, and at no
-- event: nobody takes it for whole.
-- KEYS: those of the sale
-- ARGV: now, RecoveredSale in JSON without orders and events, SaleDefinition in JSON
-- Returns: begun, changed
-- @include definition
local recovered, json = cjson.decode(ARGV[2]), ARGV[3]

local function is_expected()
  local is_there, replaced = sale.load(), recovered.replaces
  if replaced == null then return not is_there end
  return is_there and sale.epoch == replaced.epoch and sale.last_seq == replaced.lastSeq
end

if not is_expected() then return 'changed' end
redis.call('UNLINK', unpack(KEYS))
sale.forget_stored()
sale.sale_id, sale.state, sale.incarnation = recovered.sale.saleId, recovered.state, 'installing in ' .. run_id()
sale.last_seq, sale.last_at_ms, sale.trimmed_seq, sale.epochs = 0, recovered.lastAtMs, 0, ''
sale.epoch = recovered.epoch
make_keys()
define(recovered.sale)
for _, restock_id in ipairs(recovered.restockIds) do redis.call('HSET', key.restocks, restock_id, '1') end
redis.call('HSET', key.head, 'definition', json)
save()
return 'begun'
