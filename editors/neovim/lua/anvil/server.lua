-- How the server is started and what is done with what it sends. Neovim 0.11 starts it from lsp/anvil_lsp.lua; before, this
-- file does, when a buffer gets its file type.

local M = {}

local client = require('anvil.client')
local settings = require('anvil.settings')
local status = require('anvil.status')

local function capabilities()
  local own = vim.lsp.protocol.make_client_capabilities()
  own.experimental = vim.tbl_extend('force', own.experimental or {}, { serverStatusNotification = true })
  return vim.tbl_deep_extend('force', own, settings.values.capabilities or {})
end

local warned = {}

local function warn_of_mistrust(root)
  if warned[root] or require('anvil.trust').is_trusted(root) then
    return
  end
  warned[root] = true
  vim.schedule(function()
    vim.notify(('anvil: %s is only read, not built: `:LspAnvilTrust` lets it'):format(root), vim.log.levels.INFO)
  end)
end

local function on_attach(attached, bufnr)
  require('anvil.commands').define(bufnr)
  if settings.values.on_attach then
    settings.values.on_attach(attached, bufnr)
  end
end

-- What Neovim 0.7 and 0.11 have in common.
local function shared(root)
  return {
    name = client.NAME,
    cmd = settings.values.cmd,
    capabilities = capabilities(),
    init_options = settings.for_server(root),
    settings = { anvil = settings.for_server(root) },
    handlers = {
      ['anvil/reloadStatus'] = status.on_reload_status,
      -- Known from rust-analyzer; what it says is in `anvil/reloadStatus` too.
      ['experimental/serverStatus'] = function() end,
    },
    on_attach = on_attach,
    -- What comes by itself are changes; the first status is asked for.
    on_init = function(begun)
      client.request(begun, 'anvil/status', vim.empty_dict(), function(failure, result)
        if not failure then
          status.take(begun.id, result)
        end
      end)
    end,
    on_exit = function(_, _, client_id)
      status.forget(client_id)
    end,
  }
end

-- For `vim.lsp.config`. The root is known only later, and so is whether it is trusted.
function M.config()
  local config = shared(nil)
  config.filetypes = settings.values.filetypes
  config.root_dir = function(bufnr, on_dir)
    local root = require('anvil.root').find(vim.api.nvim_buf_get_name(bufnr), vim.bo[bufnr].filetype)
    if root then
      on_dir(root)
    end
  end
  config.before_init = function(params, resolved)
    params.initializationOptions = settings.for_server(resolved.root_dir)
    -- The client has the same table, and sends it.
    resolved.settings.anvil = settings.for_server(resolved.root_dir)
    warn_of_mistrust(resolved.root_dir)
  end
  return config
end

-- Before 0.11: the client of a project, one for all its buffers.
local by_root = {}

local function start(root)
  local config = shared(root)
  config.root_dir = root
  config.workspace_folders = { { uri = vim.uri_from_fname(root), name = vim.fn.fnamemodify(root, ':t') } }
  local on_exit = config.on_exit
  config.on_exit = function(code, signal, client_id)
    if by_root[root] == client_id then
      by_root[root] = nil
    end
    on_exit(code, signal, client_id)
  end
  warn_of_mistrust(root)
  return vim.lsp.start_client(config)
end

-- Tells the server of a buffer, starting it for the first one of a project.
function M.attach(bufnr)
  local path = vim.api.nvim_buf_get_name(bufnr)
  if path == '' or vim.bo[bufnr].buftype ~= '' then
    return
  end
  local root = require('anvil.root').find(path, vim.bo[bufnr].filetype)
  if not root then
    return
  end
  if vim.fn.executable(settings.values.cmd[1]) == 0 then
    if not warned[settings.values.cmd[1]] then
      warned[settings.values.cmd[1]] = true
      vim.notify(('anvil: `%s` is not on PATH; `:checkhealth anvil` says more'):format(settings.values.cmd[1]), vim.log.levels.WARN)
    end
    return
  end
  by_root[root] = by_root[root] or start(root)
  if by_root[root] then
    vim.lsp.buf_attach_client(bufnr, by_root[root])
  end
end

-- Stops the client and starts another one for the same buffers.
function M.restart(stopped)
  local buffers = vim.lsp.get_buffers_by_client_id and vim.lsp.get_buffers_by_client_id(stopped.id)
    or vim.tbl_keys(stopped.attached_buffers or {})
  local root = stopped.config.root_dir
  client.stop(stopped)
  vim.wait(5000, function()
    return vim.lsp.get_client_by_id(stopped.id) == nil
  end, 20)
  by_root[root] = nil
  for _, bufnr in ipairs(buffers) do
    if vim.fn.has('nvim-0.11') == 1 then
      vim.api.nvim_exec_autocmds('FileType', { group = 'nvim.lsp.enable', buffer = bufnr, modeline = false })
    else
      M.attach(bufnr)
    end
  end
end

return M
