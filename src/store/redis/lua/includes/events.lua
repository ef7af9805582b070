-- @include json
-- @include batches
-- The outbox: what happens to a sale, numbered without gaps, in the JSON of
-- domain/event-json.ts.
local events = { added = {} }

-- `fields`: the JSON fields of this type of event, without braces; none where it has none. `value`: what follows the
-- last of them, where that is long: this Lua looks at every byte of every string that it makes.
function events.add(sale, type, correlation_id, fields, value)
  sale.last_seq = sale.last_seq + 1
  sale.last_at_ms = math.max(sale.last_at_ms, clock.now)
  local id = sale.epoch .. '-' .. sale.last_seq
  local json = '{"v":1,"saleId":' .. quoted(sale.sale_id) .. ',"epoch":' .. sale.epoch .. ',"seq":' .. sale.last_seq
    .. ',"atMs":' .. clock.now .. ',"correlationId":' .. quoted(correlation_id) .. ',"type":"' .. type .. '"'
    .. (fields and ',' or '') .. (fields or '') .. (value or '') .. '}'
  events.added[#events.added + 1] = { id = id, json = json }
end

-- The entry of an event in the outbox: whatever its epoch was. A sale that is being installed has no events yet.
function events.id_of(sale, seq)
  local epoch
  for name, first in string.gmatch(sale.epochs, '(%d+)@(%d+)') do
    if not epoch or tonumber(first) <= seq then epoch = name end
  end
  return (epoch or sale.epoch) .. '-' .. string.format('%.0f', seq)
end

function events.save()
  for _, event in ipairs(events.added) do redis.call('XADD', key.events, event.id, 'event', event.json) end
end
