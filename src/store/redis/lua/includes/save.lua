-- @include orders
-- Writes all that has changed. Nothing before it writes, and nothing after it can fail.
local function save()
  room.save()
  stock.save()
  orders.save()
  events.save()
  sale.save()
end
