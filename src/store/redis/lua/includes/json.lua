local null = cjson.null

local function quoted(text)
  return cjson.encode(text)
end

-- Null, where a table has nothing.
local function or_null(value)
  if value == nil or value == null then return 'null' end
  return type(value) == 'string' and quoted(value) or tostring(value)
end
