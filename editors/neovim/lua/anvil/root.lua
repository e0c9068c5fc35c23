-- Which project a file belongs to.

local M = {}

-- The folders above `path`, nearest first.
local function above(path)
  local folders = {}
  local folder = vim.fn.fnamemodify(path, ':p:h')
  while folder ~= folders[#folders] do
    folders[#folders + 1] = folder
    folder = vim.fn.fnamemodify(folder, ':h')
  end
  return folders
end

local function mentions_anvil(manifest)
  local ok, lines = pcall(vim.fn.readfile, manifest)
  return ok and table.concat(lines, '\n'):find('anvilforge', 1, true) ~= nil
end

-- The nearest folder with `config/anvil.toml`, else with a `Cargo.toml`; for Rust, one that names Anvilforge, since other
-- Rust projects are no business of this server.
function M.find(path, filetype)
  local folders = above(path)
  for _, folder in ipairs(folders) do
    if vim.fn.filereadable(folder .. '/config/anvil.toml') == 1 then
      return folder
    end
  end
  for _, folder in ipairs(folders) do
    local manifest = folder .. '/Cargo.toml'
    if vim.fn.filereadable(manifest) == 1 and (filetype ~= 'rust' or mentions_anvil(manifest)) then
      return folder
    end
  end
  return nil
end

return M
