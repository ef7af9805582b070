-- @include save
-- What a sale begins with.

-- Longer than what Redis keeps in a list (`hash-max-listpack-value`), where it looks through all fields for each that is
-- asked for: the first 500 buyers would cost more than all who follow.
local FOR_A_TABLE = string.rep('-', 65)

-- All keys of the sale, each with a member that stands for nothing.
local function make_keys()
  for name, type in pairs(key_type) do
    if type == 'hash' then redis.call('HSET', key[name], '', FOR_A_TABLE) end
    if type == 'zset' then redis.call('ZADD', key[name], '+inf', '') end
    if type == 'list' then redis.call('RPUSH', key[name], '') end
    if type == 'stream' then
      redis.call('XADD', key[name], '0-1', 'event', '')
      redis.call('XDEL', key[name], '0-1')
    end
  end
end

-- Takes over a SaleDefinition, decoded, and all the units that it has.
local function define(definition)
  local rules = definition.waitingRoom ~= null and definition.waitingRoom or nil
  sale.starts_at_ms, sale.ends_at_ms = definition.startsAtMs, definition.endsAtMs
  sale.purchase_limit, sale.currency = definition.purchaseLimit, definition.currency
  sale.reservation_ms = definition.reservationSeconds * 1000
  sale.one_per_device = definition.antiBot ~= null and definition.antiBot.onePerDevice and 1 or 0
  sale.queues = rules and 1 or 0
  stock.fill(definition.items)
  if rules and not room.exists then room = waiting_room() end
  room.prepare(rules)
end
