-- @include save
-- Is this the server on which the installation of that epoch was begun, and is it not finished?
local function is_installing(epoch)
  return sale.load() and sale.epoch == epoch and sale.incarnation == 'installing in ' .. run_id()
end
