#!lua
-- Goes on selling what is here, under a new epoch, as this server.
-- KEYS: those of the sale
-- ARGV: now, epoch, epoch and last event that are expected
-- Returns: adopted, changed
-- @include save
local epoch, expected_epoch, expected_seq = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
if not sale.load() or sale.epoch ~= expected_epoch or sale.last_seq ~= expected_seq then return 'changed' end
sale.open_room()
room.lapse(clock.now)
sale.incarnation = run_id()
sale.begin_epoch(epoch)
events.add(sale, 'sale_recovered', 'recovery', '"how":"adopted"')
save()
return 'adopted'
