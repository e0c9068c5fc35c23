-- Anvilforge in Neovim: templates and Rust with the language server `anvil-lsp`, and what is live in the status line.
--
--   require('anvil').setup({})
--   vim.o.statusline = '%f %m%= %{v:lua.require("anvil").status()}'

local M = {}

local settings = require('anvil.settings')

-- Sets what differs from the defaults in `anvil.settings`, and begins.
function M.setup(options)
  if vim.fn.has('nvim-0.7') == 0 then
    error('anvil: Neovim 0.7 or later is needed', 0)
  end
  settings.set(options)
  if vim.fn.has('nvim-0.11') == 1 then
    vim.lsp.config(require('anvil.client').NAME, require('anvil.server').config())
    vim.lsp.enable(require('anvil.client').NAME)
    return
  end
  local group = vim.api.nvim_create_augroup('anvil', { clear = true })
  vim.api.nvim_create_autocmd('FileType', {
    group = group,
    pattern = settings.values.filetypes,
    callback = function(event)
      require('anvil.server').attach(event.buf)
    end,
  })
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(bufnr) and vim.tbl_contains(settings.values.filetypes, vim.bo[bufnr].filetype) then
      require('anvil.server').attach(bufnr)
    end
  end
end

-- What the status line shows of the buffer's project: `anvil: live 7`. Empty where no server runs.
function M.status(bufnr)
  local status = require('anvil.status').get(bufnr)
  return status and status.message or ''
end

-- The whole of what the server says about the running app, or nothing.
function M.reload_status(bufnr)
  return require('anvil.status').get(bufnr)
end

-- What is wrong as a quickfix list; `source` may be one of `forge`, `anvil(build)`, `anvil(abi)`, `anvil(runtime)`.
function M.quickfix(source)
  require('anvil.quickfix').open(source)
end

return M
