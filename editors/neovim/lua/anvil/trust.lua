-- Which projects may be built and run. To build a project is to run its code, so that a folder which was only opened to be
-- read is not trusted before its user says so.

local M = {}

local function file()
  return vim.fn.stdpath('data') .. '/anvil/trusted'
end

local function remembered()
  local ok, lines = pcall(vim.fn.readfile, file())
  return ok and lines or {}
end

function M.is_trusted(root)
  local trusted = require('anvil.settings').values.trusted
  if type(trusted) == 'function' then
    return trusted(root) == true
  end
  if trusted ~= 'remembered' then
    return trusted == true
  end
  return root ~= nil and vim.tbl_contains(remembered(), root)
end

-- Remembers the folder, for later sessions too.
function M.trust(root)
  local lines = remembered()
  if vim.tbl_contains(lines, root) then
    return
  end
  vim.fn.mkdir(vim.fn.fnamemodify(file(), ':h'), 'p')
  lines[#lines + 1] = root
  vim.fn.writefile(lines, file())
end

return M
