-- @include sale
-- The units of every item. No count is ever below zero: a change that would take it there fails the script.
-- A record is `total available reserved paying sold buffer price`, as numbers with a space between.
local stock = { units = {}, changed = {} }

local COUNTS = '^(%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d+)$'
local UNITS_OF_STATE = {
  reserved = 'reserved', paying = 'paying', paid = 'sold', refunded = 'sold', cancelled = 'available', expired = 'available',
}

local function unpacked(record)
  if not record then return false end
  local total, available, reserved, paying, sold, buffer, price = string.match(record, COUNTS)
  return {
    total = tonumber(total), available = tonumber(available), reserved = tonumber(reserved), paying = tonumber(paying),
    sold = tonumber(sold), buffer = tonumber(buffer), price = tonumber(price),
  }
end

-- Reads many items at once.
function stock.read(skus)
  local unknown = {}
  for _, sku in ipairs(skus) do
    if stock.units[sku] == nil then unknown[#unknown + 1] = sku end
  end
  local records = read_fields(key.stock, unknown)
  for index, sku in ipairs(unknown) do stock.units[sku] = unpacked(records[index]) end
end

-- False for a SKU that is not in this sale.
function stock.of(sku)
  if stock.units[sku] == nil then stock.read({ sku }) end
  return stock.units[sku]
end

function stock.available(sku)
  local units = stock.of(sku)
  return units and units.available or 0
end

-- Begins with all the units that the items (of SaleDefinition) have.
function stock.fill(items)
  stock.is_refilled = true
  sale.available, sale.held, sale.item_count = 0, 0, #items
  for _, item in ipairs(items) do
    local available = item.totalStock - item.safetyBuffer
    stock.units[item.skuId] = {
      total = item.totalStock, available = available, reserved = 0, paying = 0, sold = 0,
      buffer = item.safetyBuffer, price = item.flashPriceMinor,
    }
    stock.changed[item.skuId] = true
    sale.available = sale.available + available
  end
end

function stock.add(sku, quantity)
  local units = stock.of(sku)
  units.total = units.total + quantity
  units.available = units.available + quantity
  stock.changed[sku] = true
  sale.available = sale.available + quantity
end

local function count_in_head(count, by)
  if count == 'available' then sale.available = sale.available + by end
  if count == 'reserved' or count == 'paying' then sale.held = sale.held + by end
end

-- Units of an order go where its state says. `before` is nil for one that is new.
function stock.move(lines, before, after)
  local from = before and UNITS_OF_STATE[before] or 'available'
  local to = UNITS_OF_STATE[after]
  if from == to then return end
  for _, line in ipairs(lines) do
    local units = stock.of(line.skuId)
    if not units then error('no item ' .. line.skuId) end
    units[from] = units[from] - line.quantity
    units[to] = units[to] + line.quantity
    if units[from] < 0 then error(line.skuId .. ' would have ' .. units[from] .. ' units ' .. from) end
    count_in_head(from, -line.quantity)
    count_in_head(to, line.quantity)
    stock.changed[line.skuId] = true
  end
end

-- The key stays: one that is deleted while a cluster moves its slot cannot be written again.
local function remove_items_before()
  local removed = {}
  for _, sku in ipairs(redis.call('HKEYS', key.stock)) do
    if sku ~= '' and not stock.changed[sku] then removed[#removed + 1] = sku end
  end
  call_in_batches(removed, 'HDEL', key.stock)
end

function stock.save()
  if stock.is_refilled then remove_items_before() end
  local records = {}
  for sku in pairs(stock.changed) do
    local units = stock.units[sku]
    records[#records + 1] = sku
    records[#records + 1] = string.format('%.0f %.0f %.0f %.0f %.0f %.0f %.0f', units.total, units.available,
      units.reserved, units.paying, units.sold, units.buffer, units.price)
  end
  call_in_batches(records, 'HSET', key.stock)
end
