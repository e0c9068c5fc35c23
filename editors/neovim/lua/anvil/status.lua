-- What the server said about the running apps, by client and by project.

local M = {}

local by_client = {}

local function announce()
  vim.schedule(function()
    vim.cmd('redrawstatus!')
    if vim.fn.exists('#User#AnvilStatus') == 1 then
      vim.cmd('doautocmd <nomodeline> User AnvilStatus')
    end
  end)
end

local function keep(client_id, status)
  by_client[client_id] = by_client[client_id] or {}
  by_client[client_id][status.root or ''] = status
end

-- The handler of `anvil/reloadStatus`: what has changed, of one project.
function M.on_reload_status(_, status, context)
  keep(context.client_id, status)
  announce()
end

-- Takes the answer to `anvil/status`: that of the only project, or of each.
function M.take(client_id, answer)
  for _, status in ipairs(answer.projects or { answer }) do
    keep(client_id, status)
  end
  announce()
end

function M.forget(client_id)
  by_client[client_id] = nil
end

-- The status of the innermost project around `path`; of another one where it lies in none.
local function around(statuses, path)
  local roots = vim.tbl_keys(statuses)
  table.sort(roots, function(one, other)
    return #one > #other
  end)
  for _, root in ipairs(roots) do
    if root == '' or vim.startswith(path, root .. '/') then
      return statuses[root]
    end
  end
  return statuses[roots[1]]
end

-- The whole status of the buffer's project: state, generation, url and so on. Nothing where no server runs.
function M.get(bufnr)
  bufnr = bufnr or vim.api.nvim_get_current_buf()
  local client = require('anvil.client').of(bufnr)
  if not client then
    return nil
  end
  local statuses = by_client[client.id] or {}
  -- A server with no daemon to follow has nothing to say.
  return around(statuses, vim.api.nvim_buf_get_name(bufnr)) or { state = 'off', message = 'anvil: off' }
end

return M
