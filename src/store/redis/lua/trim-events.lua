#!lua flags=allow-oom
-- Notes how far the consumer is. The events right behind it stay: a consumer that is set back reads them again.
-- KEYS: those of the sale
-- ARGV: now, seq up to which events are durable elsewhere, events to keep behind it
-- Returns: trimmed, not_found
-- @include sale
local up_to, kept = tonumber(ARGV[2]), tonumber(ARGV[3])
if not sale.load() then return 'not_found' end
sale.trimmed_seq = math.max(sale.trimmed_seq, math.min(up_to, sale.last_seq))
if sale.trimmed_seq > kept then
  redis.call('XTRIM', key.events, 'MINID', '~', events.id_of(sale, sale.trimmed_seq - kept + 1))
end
sale.save()
return 'trimmed'
