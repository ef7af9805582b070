-- @include keys
-- @include clock
-- @include events
-- The waiting room of a sale. Where nobody queues, `nobody` stands in its place, and the functions of a room are not
-- even made: making them costs as much as deciding some thirty purchases.
local function nothing() end

local nobody = {
  exists = false, size = 0, load = nothing, prepare_refusal = nothing, prepare = nothing, lapse = nothing,
  follow_sale = nothing, close = nothing, is_draw_due = nothing, tell_positions = nothing, lacks_position = nothing,
  read_users = nothing, read_tickets = nothing, order_opened = nothing, order_closed = nothing, save = nothing,
  view = function() return 'null' end,
}

local function waiting_room()
-- @include waiting-room
  return room
end

local room = nobody
