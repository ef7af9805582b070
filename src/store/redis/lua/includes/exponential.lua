-- e^x for x <= 0, to the last bit as JavaScript engines have it: the C library's differs in the last place now and then,
-- and a room must not come out differently here. Source: e_exp.c of FreeBSD's msun (Sun Microsystems 1993).
local HALF_LN2 = 0.3465735912322998
local THREE_HALVES_LN2 = 1.0397205352783203
local TINY = 2 ^ -28
local LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
local TERMS = {
  4.13813679705723846039e-08, -1.65339022054652515390e-06, 6.61375632143793436117e-05, -2.77777777770155933842e-03,
  1.66666666666666019037e-01,
}

local function truncated(x)
  return x < 0 and math.ceil(x) or math.floor(x)
end

-- x as hi - lo + k * ln 2, with a small rest.
local function reduced(x)
  if -x < HALF_LN2 then return 0, x, 0 end
  local k = -x < THREE_HALVES_LN2 and -1 or truncated(1.44269504088896338700e+00 * x - 0.5)
  return k, x - k * LN2_HIGH, k * LN2_LOW
end

local function exponential(x)
  if x < -700 then return 0 end
  if -x < TINY then return 1 + x end
  local k, hi, lo = reduced(x)
  local rest = k == 0 and x or hi - lo
  local square, sum = rest * rest, 0
  for _, term in ipairs(TERMS) do sum = term + square * sum end
  local c = rest - square * sum
  if k == 0 then return 1 - ((rest * c) / (c - 2) - rest) end
  return math.ldexp(1 - ((lo - (rest * c) / (2 - c)) - hi), k)
end
