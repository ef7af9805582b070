-- @include clock
-- @include events
-- @include room
-- The head of a sale, as LiveSale has it. Scripts change these tables and write them by `save_sale` at their end: one
-- that fails has written nothing.
--   state, epoch, incarnation, last_seq, last_at_ms, trimmed_seq
--   epochs: `<epoch>@<its first event> …`, oldest first
--   available, held: units of all items that are for sale, and that are reserved or paying
local sale = {}
local stored = {}

local TEXTS = { 'state', 'sale_id', 'incarnation', 'currency', 'epochs' }
local NUMBERS = {
  'epoch', 'last_seq', 'last_at_ms', 'trimmed_seq', 'available', 'held', 'starts_at_ms', 'ends_at_ms',
  'purchase_limit', 'reservation_ms', 'item_count', 'one_per_device', 'queues',
}
local FIELDS = {}
for _, name in ipairs(TEXTS) do FIELDS[#FIELDS + 1] = name end
for _, name in ipairs(NUMBERS) do FIELDS[#FIELDS + 1] = name end

local SALE_TRANSITIONS = {
  scheduled = { start = 'active', cancel = 'cancelled' },
  active = { pause = 'paused', ['end'] = 'ended', cancel = 'cancelled' },
  paused = { resume = 'active', ['end'] = 'ended', cancel = 'cancelled' },
  ended = {},
  cancelled = {},
}
local EVENT_OF_ACTION = {
  start = 'sale_started',
  pause = 'sale_paused',
  resume = 'sale_resumed',
  ['end'] = 'sale_ended',
  cancel = 'sale_cancelled',
}

local function run_id()
  return string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
end

-- False when it is not there.
function sale.load()
  local values = redis.call('HMGET', key.head, unpack(FIELDS))
  if not values[1] then return false end
  for index, name in ipairs(FIELDS) do
    local value = values[index]
    stored[name] = index <= #TEXTS and value or tonumber(value)
    sale[name] = stored[name]
  end
  clock.now = math.max(clock.now, sale.last_at_ms)
  return true
end

-- It is written anew, whatever was there.
function sale.forget_stored()
  stored = {}
end

-- What happens from now on happens in this epoch.
function sale.begin_epoch(epoch)
  sale.epoch = epoch
  sale.epochs = sale.epochs .. string.format('%.0f@%.0f ', epoch, sale.last_seq + 1)
end

-- Is another server than this one the one that may sell it? Asked once a batch: to look for the whole is the fastest way.
function sale.is_fenced()
  return not string.find(redis.call('INFO', 'server'), 'run_id:' .. sale.incarnation .. '\r', 1, true)
end

function sale.is_over()
  return sale.state == 'ended' or sale.state == 'cancelled'
end

function sale.is_sold_out_for_good()
  return sale.available + sale.held == 0
end

-- Does what an action says; the caller has made sure that it is allowed.
function sale.enter(action, correlation_id)
  sale.state = SALE_TRANSITIONS[sale.state][action]
  events.add(sale, EVENT_OF_ACTION[action], correlation_id)
  room.follow_sale(sale.state == 'active', clock.now)
  if sale.is_over() then room.close() end
end

-- Start and end happen by the clock. A sale whose whole window has passed unseen starts and ends at once.
local function let_clock_work()
  if room.is_draw_due(sale) then
    room.close_draw(room.size)
    events.add(sale, 'draw_closed', 'clock', '"entrants":' .. room.size)
  end
  if sale.state == 'scheduled' and clock.now >= sale.starts_at_ms then sale.enter('start', 'clock') end
  if (sale.state == 'active' or sale.state == 'paused') and clock.now >= sale.ends_at_ms then sale.enter('end', 'clock') end
end

-- Reads the waiting room, once the sale is read.
function sale.open_room()
  if sale.queues == 1 then room = waiting_room() end
  room.load(sale)
end

-- The sale as it is now. Returns the word to answer when nothing may be decided on it: `not_found` or `recovering`.
function sale.open()
  if not sale.load() then return 'not_found' end
  if sale.is_fenced() then return 'recovering' end
  sale.open_room()
  room.lapse(clock.now)
  let_clock_work()
end

function sale.save()
  local changed = {}
  for _, name in ipairs(FIELDS) do
    if sale[name] ~= stored[name] then
      changed[#changed + 1] = name
      changed[#changed + 1] = sale[name]
    end
  end
  if #changed > 0 then redis.call('HSET', key.head, unpack(changed)) end
end
