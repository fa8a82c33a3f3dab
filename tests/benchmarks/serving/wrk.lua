-- What wrk asks for, and what it tells. The first argument names a file with a path a line, in the order in which they
-- are asked for; an entity tag may stand behind a tab. The second says behind how many of them to begin.

local requests, place = {}, 0

function init(args)
    place = tonumber(args[2])
    for line in io.lines(args[1]) do
        local path, tag = line:match("^([^\t]+)\t?(.*)$")
        local headers = tag ~= "" and { ["If-None-Match"] = tag } or nil
        requests[#requests + 1] = wrk.format("GET", path, headers)
    end
end

function request()
    place = place % #requests + 1
    return requests[place]
end

function done(summary, latency)
    local errors = summary.errors
    local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    io.write(string.format(
        '{"rate": %f, "median": %f, "p99": %f, "failed": %d}\n',
        summary.requests / summary.duration * 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, failed
    ))
end
