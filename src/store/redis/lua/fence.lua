#!lua flags=allow-oom
-- Stops deciding about a sale: no server runs as nobody.
-- KEYS: those of the sale
-- ARGV: now
-- Returns: fenced, not_found
-- @include sale
if not sale.load() then return 'not_found' end
sale.incarnation = ''
sale.save()
return 'fenced'
