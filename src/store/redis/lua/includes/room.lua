-- The waiting room of a sale. `exists` is false where nobody queues.
local room = { exists = false, size = 0 }

-- Reads the head of the room, once its sale is read.
function room.load(sale) end

-- Ends what the time has ended; as WaitingRoom.lapse.
function room.lapse(now) end

-- Why a room may not be defined anew by the rules (decoded WaitingRoomRules, or nil): 'draw_closed', 'places_given' or nil.
function room.prepare_refusal(rules) end

-- Begins a room, replaces its rules, or takes it away (nil).
function room.prepare(rules) end

-- Is the list of the draw to be closed now?
function room.is_draw_due(sale) return false end

function room.close_draw(entrants) end

function room.follow_sale(is_active, at) end

function room.close() end

-- Reads at once what will be asked about these tickets (strings of digits).
function room.read_tickets(tickets) end

-- Nil for a number that was not given out.
function room.holder_of(ticket) end

-- { admitted_at_ms, expires_at_ms }, or nil.
function room.admission_of(ticket) end

-- When an admission of that time would be over.
function room.expiry_of(admitted_at_ms) end

function room.order_opened(ticket, order_id) end

function room.order_closed(ticket, order_id) end

-- RoomView in JSON.
function room.view(sale) return 'null' end

-- Writes what has changed.
function room.save() end
