-- What the server said about the running app, by client.

local M = {}

local by_client = {}

-- The handler of `anvil/reloadStatus`.
function M.on_reload_status(_, status, context)
  by_client[context.client_id] = status
  vim.schedule(function()
    vim.cmd('redrawstatus!')
    if vim.fn.exists('#User#AnvilStatus') == 1 then
      vim.cmd('doautocmd <nomodeline> User AnvilStatus')
    end
  end)
end

function M.forget(client_id)
  by_client[client_id] = nil
end

-- The whole status of the buffer's project: state, generation, url and so on. Nothing before the server has said it.
function M.get(bufnr)
  local client = require('anvil.client').of(bufnr or vim.api.nvim_get_current_buf())
  return client and by_client[client.id] or nil
end

return M
