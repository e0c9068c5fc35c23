-- `:checkhealth anvil`

local M = {}

local old = vim.fn.has('nvim-0.10') == 0 and require('health') or nil
local report = {
  start = old and old.report_start or vim.health.start,
  ok = old and old.report_ok or vim.health.ok,
  info = old and old.report_info or vim.health.info,
  warn = old and old.report_warn or vim.health.warn,
  error = old and old.report_error or vim.health.error,
}

-- The protocol of the server that this directory was written for.
M.PROTOCOL = 1

-- The server's version and protocol, from what `--version` prints.
function M.version(text)
  local version, protocol = text:match('^anvil%-lsp ([%w%.%-%+]+) %(protocol (%d+)%)')
  return version, tonumber(protocol)
end

local function check_editor()
  report.start('Neovim')
  if vim.fn.has('nvim-0.11') == 1 then
    report.ok('0.11 or later: the server is started by `vim.lsp.enable`')
  elseif vim.fn.has('nvim-0.7') == 1 then
    report.ok('before 0.11: the server is started by this plugin')
  else
    report.error('too old', { 'Install Neovim 0.7 or later.' })
  end
  local detected = vim.fn.exists('#filetypedetect#BufRead#*.forge.html') == 1
    or (vim.filetype and vim.filetype.match and vim.filetype.match({ filename = 'a.forge.html' }) == 'forge')
  if detected then
    report.ok('`*.forge.html` are Forge templates')
  else
    report.error('`*.forge.html` are not recognized', { 'Put the folder `editors/neovim` on the runtime path before `filetype on`.' })
  end
end

local function check_server()
  report.start('anvil-lsp')
  local cmd = require('anvil.settings').values.cmd
  local path = vim.fn.exepath(cmd[1])
  if path == '' then
    report.error(('`%s` is not on PATH'):format(cmd[1]), {
      'Build it: `cargo build -p anvil-lsp`, and put it on PATH.',
      "Or say where it is: `require('anvil').setup({ cmd = { '/path/to/anvil-lsp', '--stdio' } })`.",
    })
    return
  end
  local text = vim.fn.system({ path, '--version' })
  local version, protocol = M.version(text)
  if vim.v.shell_error ~= 0 or not version then
    report.error(('`%s --version` says nothing that is understood: %s'):format(path, vim.trim(text)), {
      'Is this `anvil-lsp`?',
    })
  elseif protocol ~= M.PROTOCOL then
    report.warn(('%s %s speaks protocol %d, this plugin %d'):format(path, version, protocol, M.PROTOCOL), {
      'Take plugin and server from the same version of Anvilforge.',
    })
  else
    report.ok(('%s %s'):format(path, version))
  end
end

local function check_clients()
  report.start('Projects')
  local clients = require('anvil.client').all()
  if #clients == 0 then
    report.info('no server runs; open a template')
  end
  for _, client in ipairs(clients) do
    local root = client.config.root_dir
    report.ok(('the server runs for %s'):format(root))
    if require('anvil.trust').is_trusted(root) then
      report.ok('it may be built and run')
    else
      report.info('it is only read, not built: `:LspAnvilTrust` in one of its buffers lets it')
    end
  end
end

local function check_parser()
  report.start('Tree-sitter')
  if #vim.api.nvim_get_runtime_file('parser/forge.so', true) == 0 then
    report.info('the parser `forge` is not installed; templates are highlighted by syntax/forge.vim')
    return
  end
  local ok, problem = pcall(function()
    local parse = vim.treesitter.query and vim.treesitter.query.parse or vim.treesitter.parse_query
    for _, name in ipairs({ 'highlights', 'injections', 'folds', 'indents', 'locals' }) do
      local files = vim.api.nvim_get_runtime_file(('queries/forge/%s.scm'):format(name), false)
      assert(files[1], ('queries/forge/%s.scm is missing'):format(name))
      parse('forge', table.concat(vim.fn.readfile(files[1]), '\n'))
    end
  end)
  if ok then
    report.ok('the parser `forge` is installed and fits the queries')
  else
    report.error(('the parser `forge` does not fit the queries: %s'):format(problem), {
      'Build it again from `editors/tree-sitter-forge`.',
    })
  end
end

function M.check()
  check_editor()
  check_server()
  check_clients()
  check_parser()
end

return M
