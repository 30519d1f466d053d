-- SPDX-License-Identifier: MIT
-- A route for memcached's own proxy that does what McHA does: writes go to all nodes at once and are answered when
-- all of them have answered, reads go to one node and, after a miss or an error, to the next.
-- BENCH_NODES: "host:port,host:port,...". The time limits are McHA's own, as for the other contenders.

function mcp_config_pools()
	mcp.backend_connect_timeout(0.2)
	mcp.backend_read_timeout(1)
	mcp.backend_failure_limit(1)
	mcp.backend_retry_waittime(30)
	local pools = {}
	for host, port in string.gmatch(os.getenv("BENCH_NODES"), "([^:,]+):(%d+)") do
		table.insert(pools, mcp.pool({ mcp.backend(host .. ":" .. port, host, tonumber(port)) }))
	end
	return pools
end

-- One node that acknowledged is enough, as for McHA; otherwise the last node's answer.
local function write_everywhere(rctx, nodes)
	return function(request)
		rctx:enqueue(request, nodes)
		rctx:wait_cond(#nodes, mcp.WAIT_ANY)
		local other
		for i = 1, #nodes do
			local result = rctx:result(nodes[i])
			if result and result:ok() then
				return result
			end
			other = other or result
		end
		return other
	end
end

local function read_in_order(rctx, nodes)
	return function(request)
		local miss, last
		for i = 1, #nodes do
			last = rctx:enqueue_and_wait(request, nodes[i])
			if last:hit() then
				return last
			elseif last:ok() then
				miss = last
			end
		end
		return miss or last
	end
end

local function route(pools, name, func)
	local generator = mcp.funcgen_new()
	local nodes = {}
	for _, pool in ipairs(pools) do
		table.insert(nodes, generator:new_handle(pool))
	end
	generator:ready({ f = func, a = nodes, n = name })
	return generator
end

function mcp_config_routes(pools)
	local read = route(pools, "read", read_in_order)
	mcp.attach(mcp.CMD_ANY_STORAGE, mcp.router_new({
		cmap = { [mcp.CMD_GET] = read, [mcp.CMD_GETS] = read, [mcp.CMD_MG] = read },
		default = route(pools, "write", write_everywhere),
	}))
end
