-- @include tickets
-- Who is inside, by ticket, as ShopFloor has it: those with an admission, and those who hold an open order without one
-- any longer (`checking_out`). Of those with an admission, `idling` let the one before run out unused.
--   admissions: when each is over
--   open_orders: the ids of the open orders, with a space between
local shop_floor = {}
local admissions = kept_scores(key.admissions)
local open_orders = kept_hash(key.open_orders)

function shop_floor.new()
  return { admitted = 0, checking_out = 0, with_orders = 0, idling = 0 }
end

function shop_floor.inside(state)
  return state.admitted + state.checking_out
end

-- Shoppers who hold nothing yet and may well buy.
function shop_floor.browsing(state)
  return shop_floor.inside(state) - state.with_orders - state.idling
end

-- When the admission of a ticket is over. Nil when there is none.
function shop_floor.admitted_until(ticket)
  return admissions.get(ticket) or nil
end

function shop_floor.is_inside(ticket)
  return (admissions.get(ticket) or open_orders.get(ticket)) and true or false
end

function shop_floor.admit(state, ticket, expires_at_ms)
  if open_orders.get(ticket) then state.checking_out = state.checking_out - 1 end
  if tickets.times_idled(ticket) > 0 then state.idling = state.idling + 1 end
  state.admitted = state.admitted + 1
  admissions.set(ticket, expires_at_ms)
end

-- An admission is over: its slot is held while an order is open.
local function vacate(state, ticket)
  state.admitted = state.admitted - 1
  if tickets.times_idled(ticket) > 0 then state.idling = state.idling - 1 end
  if open_orders.get(ticket) then state.checking_out = state.checking_out + 1 end
end

function shop_floor.end_admission(state, ticket)
  if not admissions.get(ticket) then return end
  admissions.set(ticket, false)
  vacate(state, ticket)
end

-- Ends the admissions whose time is over. One that met a pause is not held against its holder: the sale has been active
-- without a break since `active_since_ms`, nil while it is not.
function shop_floor.lapse(state, now, admission_ms, active_since_ms)
  if state.admitted == 0 then return end
  local lapsed, lapsed_tickets = admissions.take_up_to(now), {}
  for index, admission in ipairs(lapsed) do lapsed_tickets[index] = admission.member end
  flags.read(lapsed_tickets)
  open_orders.read(lapsed_tickets)
  for _, admission in ipairs(lapsed) do
    local ticket = admission.member
    local met_pause = not active_since_ms or admission.score - admission_ms < active_since_ms
    vacate(state, ticket)
    if not open_orders.get(ticket) and not met_pause then tickets.idle(ticket) end
  end
end

function shop_floor.order_opened(state, ticket, order_id)
  local is_admitted, open = admissions.get(ticket), open_orders.get(ticket)
  if is_admitted and tickets.times_idled(ticket) > 0 then state.idling = state.idling - 1 end
  tickets.forget_idling(ticket)
  if not open then
    state.with_orders = state.with_orders + 1
    if not is_admitted then state.checking_out = state.checking_out + 1 end
  end
  open_orders.set(ticket, open and open .. ' ' .. order_id or order_id)
end

-- Of an order that was not opened here, nothing is to be done. An admission ends with its last open order.
function shop_floor.order_closed(state, ticket, order_id)
  local others, was_open = {}, false
  for id in string.gmatch(open_orders.get(ticket) or '', '%S+') do
    if id == order_id then was_open = true else others[#others + 1] = id end
  end
  if not was_open then return end
  open_orders.set(ticket, #others > 0 and table.concat(others, ' '))
  if #others > 0 then return end
  state.with_orders = state.with_orders - 1
  if admissions.get(ticket) then shop_floor.end_admission(state, ticket)
  else state.checking_out = state.checking_out - 1 end
end

function shop_floor.clear(state)
  state.admitted, state.checking_out, state.with_orders, state.idling = 0, 0, 0, 0
  admissions.clear()
  open_orders.clear()
end

-- Reads at once what will be asked about these tickets.
function shop_floor.read(ticket_list)
  flags.read(ticket_list)
  open_orders.read(ticket_list)
end

function shop_floor.save()
  admissions.save()
  open_orders.save()
end
