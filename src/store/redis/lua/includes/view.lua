-- @include stock
-- A sale as it stands, in JSON: its definition as it was prepared, and units by SKU as
-- [total, available, reserved, paying, sold, buffer].
local function units_in_json()
  local items = {}
  local records = redis.call('HGETALL', key.stock)
  for index = 1, #records, 2 do
    local sku = records[index]
    if sku ~= '' then
      local units = stock.of(sku)
      items[#items + 1] = string.format('%s:[%.0f,%.0f,%.0f,%.0f,%.0f,%.0f]', quoted(sku), units.total, units.available,
        units.reserved, units.paying, units.sold, units.buffer)
    end
  end
  return '{' .. table.concat(items, ',') .. '}'
end

local function view(is_recovering)
  return '{"sale":' .. redis.call('HGET', key.head, 'definition') .. ',"state":"' .. sale.state
    .. '","recovering":' .. tostring(is_recovering) .. ',"incarnation":' .. quoted(sale.incarnation)
    .. ',"epoch":' .. sale.epoch .. ',"units":' .. units_in_json() .. ',"room":' .. room.view(sale)
    .. ',"lastSeq":' .. sale.last_seq .. ',"trimmedSeq":' .. sale.trimmed_seq .. ',"takenAtMs":' .. clock.now .. '}'
end

-- What can be seen of a sale that is fenced off too: then the clock changes nothing. `not_found`, or the view.
local function look()
  local refusal = sale.open()
  if refusal == 'not_found' then return refusal end
  if refusal then sale.open_room() end
  local json = view(refusal == 'recovering')
  if not refusal then save() end
  return json
end
