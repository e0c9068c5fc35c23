-- What is wrong in the project, as a quickfix list.

local M = {}

local TYPES = { 'E', 'W', 'I', 'N' }

local function is_ours(diagnostic)
  local source = diagnostic.source or ''
  return source == 'forge' or source:match('^anvil') ~= nil
end

-- The diagnostics of the server as quickfix items, in the order of files and lines. `source` limits them to one source.
function M.items(source)
  local items = {}
  for _, diagnostic in ipairs(vim.diagnostic.get()) do
    if is_ours(diagnostic) and (source == nil or diagnostic.source == source) then
      local code = diagnostic.code or vim.tbl_get(diagnostic, 'user_data', 'lsp', 'code')
      items[#items + 1] = {
        bufnr = diagnostic.bufnr,
        lnum = diagnostic.lnum + 1,
        col = diagnostic.col + 1,
        end_lnum = diagnostic.end_lnum and diagnostic.end_lnum + 1 or nil,
        end_col = diagnostic.end_col and diagnostic.end_col + 1 or nil,
        type = TYPES[diagnostic.severity] or 'E',
        text = (code and code .. ': ' or '') .. diagnostic.message,
      }
    end
  end
  table.sort(items, function(one, other)
    local first, second = vim.fn.bufname(one.bufnr), vim.fn.bufname(other.bufnr)
    if first ~= second then
      return first < second
    end
    return one.lnum == other.lnum and one.col < other.col or one.lnum < other.lnum
  end)
  return items
end

function M.open(source)
  local items = M.items(source)
  vim.fn.setqflist({}, ' ', { title = 'anvil', items = items })
  if #items == 0 then
    vim.cmd('cclose')
    vim.notify('anvil: nothing is wrong', vim.log.levels.INFO)
  else
    vim.cmd('copen')
  end
end

return M
