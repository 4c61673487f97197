-- wrk's script: sends the prepared requests of a file, in rotation or once each.
-- Arguments: the file, where the counter starts, and the first and the last request to be sent once ("0 0": rotation).
local ffi = require("ffi")
ffi.cdef [[
typedef struct { long seconds; long nanoseconds; } bench_time;
int clock_gettime(int clock, bench_time *time);
]]
local MONOTONIC = 1
local COUNTER = "@@@@@@@@@@@@"

local requests, index, last, counter, once, verified = {}, 0, 0, 0, false, false
local threads = {}

local function milliseconds()
  local time = ffi.new("bench_time")
  ffi.C.clock_gettime(MONOTONIC, time)
  return tonumber(time.seconds) * 1000 + tonumber(time.nanoseconds) / 1e6
end

-- The parts of a request around the counter; a text as it is where it has none.
local function split(text)
  local parts, from = {}, 1
  while true do
    local start, stop = text:find(COUNTER, from, true)
    if not start then break end
    parts[#parts + 1] = text:sub(from, start - 1)
    from = stop + 1
  end
  if #parts == 0 then return text end
  parts[#parts + 1] = text:sub(from)
  return parts
end

function setup(thread)
  threads[#threads + 1] = thread
end

function init(args)
  local file = assert(io.open(args[1], "rb"))
  while true do
    local length = file:read("*n")
    if not length then break end
    file:read(1)
    requests[#requests + 1] = split(file:read(length))
  end
  file:close()
  counter, index, last = tonumber(args[2]), tonumber(args[3]), tonumber(args[4])
  once = last > 0
  if not once then index, last = 0, #requests end
  started = milliseconds()
end

local function text(prepared)
  if type(prepared) == "string" then return prepared end
  counter = counter + 1
  return table.concat(prepared, string.format("%012d", counter))
end

function request()
  -- wrk calls this once before it starts, and does not send the request.
  if not verified then
    verified = true
    return text(requests[index + 1])
  end
  if index >= last then
    if not once then
      index = 0
    else
      -- wrk cannot send nothing: connections that find no request left repeat the last one.
      if not elapsed then elapsed = milliseconds() - started end
      wrk.thread:stop()
      index = last - 1
    end
  end
  index = index + 1
  return text(requests[index])
end

function done(summary, latency)
  local duration = threads[1]:get("elapsed") or summary.duration / 1000
  local errors = summary.errors
  local format = '{"requests":%d,"milliseconds":%.3f,"p50":%.4f,"p99":%.4f,"connect":%d,"read":%d,"write":%d,'
    .. '"timeout":%d,"status":%d}\n'
  io.write("figures ", string.format(format, summary.requests, duration, latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, errors.connect, errors.read, errors.write, errors.timeout, errors.status))
end
