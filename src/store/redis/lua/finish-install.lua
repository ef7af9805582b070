#!lua
-- Opens a sale whose orders are all installed, as this server.
-- KEYS: those of the sale
-- ARGV: now, RecoveredSale in JSON without orders and events, number of orders, DrawResult in JSON or empty, what
--   the waiting room goes on from (`room_rebuilt`) in JSON or empty, then its events in JSON
-- Returns: installed, changed
-- @include install
local FIRST_EVENT = 6
local recovered, order_count, draw, rebuilt = cjson.decode(ARGV[2]), tonumber(ARGV[3]), ARGV[4], ARGV[5]
local at = recovered.lastAtMs

local function restore_room()
  local settings, drawn = recovered.gate, recovered.draw
  if settings ~= null then
    room.change_gate(
      { rate_per_second = settings.ratePerSecond, max_active = settings.maxActive, paused = settings.paused }, at)
  end
  if drawn ~= null then room.close_draw(drawn.entrants) end
  if draw ~= '' then room.make_draw(draw, drawn.entrants, cjson.decode(draw).seed, { {}, {}, {} }) end
  room.follow_sale(sale.state == 'active', at)
  if sale.is_over() then room.close() end
  if rebuilt ~= '' then
    local change = cjson.decode(rebuilt)
    room.rebuild(change.lostUpTo, change.nowServing, change.admissions, at)
  end
end

local function hand_out_events()
  sale.last_seq = recovered.lastSeq - (#ARGV - FIRST_EVENT + 1)
  sale.trimmed_seq = sale.last_seq
  sale.begin_epoch(recovered.epoch)
  for index = FIRST_EVENT, #ARGV do
    sale.last_seq = sale.last_seq + 1
    events.added[#events.added + 1] = { id = events.id_of(sale, sale.last_seq), json = ARGV[index] }
  end
end

if not is_installing(recovered.epoch) or redis.call('HLEN', key.orders) - 1 ~= order_count then return 'changed' end
sale.open_room()
restore_room()
hand_out_events()
sale.incarnation = run_id()
save()
return 'installed'
