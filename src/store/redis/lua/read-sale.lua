#!lua flags=allow-oom
-- KEYS: those of the sale
-- ARGV: now
-- Returns: not_found, or the view of the sale in JSON
-- @include save
-- @include view
return look()
