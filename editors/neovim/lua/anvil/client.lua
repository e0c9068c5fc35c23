-- The parts of Neovim's client that differ between 0.7 and 0.11, under one name.

local M = {}

M.NAME = 'anvil_lsp'

local is_new = vim.fn.has('nvim-0.11') == 1

-- The server's clients, of a buffer or of all.
function M.all(bufnr)
  if vim.lsp.get_clients then
    return vim.lsp.get_clients({ name = M.NAME, bufnr = bufnr })
  end
  local clients = {}
  for _, client in ipairs(vim.lsp.get_active_clients()) do
    local is_here = bufnr == nil or vim.lsp.buf_is_attached(bufnr, client.id)
    if client.name == M.NAME and is_here then
      clients[#clients + 1] = client
    end
  end
  return clients
end

-- The client of the buffer, or the only one there is.
function M.of(bufnr)
  local here = M.all(bufnr)
  if here[1] then
    return here[1]
  end
  local all = M.all()
  return #all == 1 and all[1] or nil
end

function M.request(client, method, params, handler, bufnr)
  if is_new then
    return client:request(method, params, handler, bufnr)
  end
  return client.request(method, params, handler, bufnr)
end

function M.stop(client, force)
  if is_new then
    return client:stop(force)
  end
  return client.stop(force)
end

-- Asks the server, and calls `use` with the result. What goes wrong is said, once.
function M.ask(method, params, use)
  local bufnr = vim.api.nvim_get_current_buf()
  local client = M.of(bufnr)
  if not client then
    vim.notify('anvil: no server runs for this buffer; `:checkhealth anvil` says why', vim.log.levels.WARN)
    return
  end
  M.request(client, method, params, function(failure, result)
    if failure then
      vim.notify(('anvil: %s'):format(failure.message or vim.inspect(failure)), vim.log.levels.ERROR)
    else
      use(result)
    end
  end, bufnr)
end

return M
