-- What the server shows and no file holds: generated Rust, layout changes, the doctor's findings.

local M = {}

-- Shows text in a buffer of its own, the same each time for the same name.
local function show(name, text, filetype)
  local bufnr = vim.fn.bufadd('anvil://' .. name)
  vim.fn.bufload(bufnr)
  vim.bo[bufnr].buftype = 'nofile'
  vim.bo[bufnr].bufhidden = 'hide'
  vim.bo[bufnr].swapfile = false
  vim.bo[bufnr].modifiable = true
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, vim.split(text, '\n'))
  vim.bo[bufnr].modifiable = false
  vim.bo[bufnr].filetype = filetype
  local window = vim.fn.bufwinid(bufnr)
  if window == -1 then
    vim.cmd('split')
    vim.api.nvim_win_set_buf(0, bufnr)
  else
    vim.api.nvim_set_current_win(window)
  end
  return bufnr
end

M.show = show

function M.generated()
  local client = require('anvil.client')
  local params = { textDocument = vim.lsp.util.make_text_document_params() }
  client.ask('anvil/generatedRust', params, function(result)
    show(('generated/%s.rs'):format(result.view), result.text, 'rust')
  end)
end

function M.abi()
  require('anvil.client').ask('anvil/abiReport', vim.empty_dict(), function(result)
    show('abi', result.text, 'markdown')
  end)
end

return M
