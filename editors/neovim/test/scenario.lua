-- What somebody does with a template, step by step: open, break, complete, mend, look, leave. The first step that does not
-- go as expected is printed and ends Neovim with code 1.

local M = {}

local DEADLINE_MS = 60000
local BROKEN = '@if (comments.len() > 0)'

local function fail(step, expected, got)
  io.stdout:write(('FAILED %s\n  expected: %s\n  got:      %s\n'):format(step, expected, got))
  vim.cmd('cquit 1')
end

local function passed(step)
  io.stdout:write(('ok     %s\n'):format(step))
end

-- Waits until `get` gives something for which `is_right` holds.
local function await(step, expected, get, is_right)
  local value
  local ok = vim.wait(DEADLINE_MS, function()
    value = get()
    return is_right(value)
  end, 20)
  if not ok then
    fail(step, expected, vim.inspect(value))
  end
  passed(step)
  return value
end

local function equals(wanted)
  return function(value)
    return value == wanted
  end
end

local function line_of(text)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    if line:find(text, 1, true) then
      return number - 1
    end
  end
  fail('the template', ('a line with %s'):format(text), 'none')
end

local said = {}

-- What is said to the user, kept.
local function listen()
  vim.notify = function(message)
    said[#said + 1] = message
  end
end

local function heard(text)
  return function()
    for _, message in ipairs(said) do
      if message:find(text, 1, true) then
        return message
      end
    end
    return said
  end
end

local function is_string(value)
  return type(value) == 'string'
end

local function diagnostics()
  return vim.tbl_map(function(diagnostic)
    local code = diagnostic.code or vim.tbl_get(diagnostic, 'user_data', 'lsp', 'code')
    return ('%s %s %d'):format(diagnostic.source, code, diagnostic.lnum)
  end, vim.diagnostic.get(0))
end

local function open()
  vim.cmd('edit ' .. vim.fn.fnameescape(vim.env.ANVIL_TEST_PROJECT .. '/templates/posts/show.forge.html'))
  await('a template has the file type `forge`', 'forge', function()
    return vim.bo.filetype
  end, equals('forge'))
  await('the server attaches', 'one client', function()
    return #require('anvil.client').all(0)
  end, equals(1))
  await('it is told which project this is', vim.env.ANVIL_TEST_PROJECT, function()
    return require('anvil.client').all(0)[1].config.root_dir
  end, equals(vim.env.ANVIL_TEST_PROJECT))
  await('the buffer has the commands', '2', function()
    return vim.fn.exists(':LspAnvilRestartApp')
  end, equals(2))
  await('who did not trust the project is told so', 'a message', heard(':LspAnvilTrust'), is_string)
  await('the status line says what is live', 'anvil: off', function()
    return require('anvil').status()
  end, equals('anvil: off'))
end

local function break_and_mend()
  local at = line_of('<h2>')
  vim.api.nvim_buf_set_lines(0, at, at, false, { BROKEN })
  local expected = ('forge FRG0012 %d'):format(at)
  await('a block without end is marked', expected, diagnostics, function(found)
    return vim.tbl_contains(found, expected)
  end)
  require('anvil').quickfix()
  await('it is in the quickfix list', 'an item of that line', function()
    return vim.tbl_map(function(item)
      return ('%d %s'):format(item.lnum, item.text)
    end, vim.fn.getqflist())
  end, function(items)
    return items[1] and items[1]:find(('%d FRG0012'):format(at + 1), 1, true) ~= nil
  end)
  vim.cmd('cclose')
  vim.api.nvim_buf_set_lines(0, at, at + 1, false, {})
  await('the mark goes when the template is mended', 'no diagnostics', diagnostics, function(found)
    return #found == 0
  end)
end

local function labels(answers)
  local found = {}
  for _, answer in pairs(answers or {}) do
    local result = answer.result or {}
    for _, item in ipairs(result.items or result) do
      found[#found + 1] = item.label
    end
  end
  return found
end

local function complete()
  local at = line_of('<h2>')
  vim.api.nvim_buf_set_lines(0, at, at, false, { '@fore' })
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(),
    position = { line = at, character = #'@fore' },
  }
  await('a directive is completed', 'a label with `foreach`', function()
    return labels(vim.lsp.buf_request_sync(0, 'textDocument/completion', params, DEADLINE_MS))
  end, function(found)
    return vim.tbl_contains(
      vim.tbl_map(function(label)
        return label:find('foreach', 1, true) ~= nil
      end, found),
      true
    )
  end)
  vim.api.nvim_buf_set_lines(0, at, at + 1, false, {})
end

local function text_of(name)
  return function()
    local bufnr = vim.fn.bufnr(name)
    return bufnr ~= -1 and table.concat(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false), '\n') or nil
  end
end

local function is_filled(text)
  return text ~= nil and text ~= ''
end

local function look()
  local template = vim.api.nvim_get_current_buf()
  vim.cmd('LspAnvilGenerated')
  await('the generated Rust is shown', 'text', text_of('anvil://generated/posts.show.rs'), is_filled)
  vim.api.nvim_set_current_buf(template)
  vim.cmd('LspAnvilAbi')
  await('the layout changes are shown', 'text', text_of('anvil://abi'), is_filled)
  vim.api.nvim_set_current_buf(template)
end

-- Without trust there is no daemon, and what needs one says so.
local function look_in_vain()
  for name in pairs({ LspAnvilGenerated = 1, LspAnvilAbi = 1, LspAnvilRestartApp = 1 }) do
    said = {}
    vim.cmd(name)
    await(('`:%s` says that there is no daemon'):format(name), 'a message', heard('daemon'), is_string)
  end
end

-- What takes a server that says what it is asked to: changes of the status, and trust.
local function follow()
  local changes = 0
  vim.api.nvim_create_autocmd('User', {
    pattern = 'AnvilStatus',
    callback = function()
      changes = changes + 1
    end,
  })
  vim.cmd('LspAnvilRestartApp')
  await('the status line follows', 'anvil: live 7', function()
    return require('anvil').status()
  end, equals('anvil: live 7'))
  await('who wants to know of the status is told', '1', function()
    return changes
  end, equals(1))
  local template = vim.api.nvim_get_current_buf()
  local before = require('anvil.client').all(0)[1].id
  vim.cmd('LspAnvilTrust')
  await('trust starts another server', ('another client than %d'):format(before), function()
    local client = require('anvil.client').all(template)[1]
    return client and client.id
  end, function(id)
    return id ~= nil and id ~= before
  end)
  vim.cmd('LspAnvilDoctor')
  local expected = '"trusted": true'
  await('it is told of the trust, and the doctor is heard', expected, text_of('anvil://doctor'), function(text)
    return text ~= nil and text:find(expected, 1, true) ~= nil
  end)
  vim.api.nvim_set_current_buf(template)
end

local function parse()
  local tree = vim.treesitter.get_parser(0, 'forge'):parse()[1]
  await('tree-sitter reads the template', 'template, without errors', function()
    return ('%s%s'):format(tree:root():type(), tree:root():has_error() and ', with errors' or ', without errors')
  end, equals('template, without errors'))
end

-- What the letter at `column` of the line with `text` is highlighted as.
local function highlight_of(text, column)
  local row = line_of(text)
  if vim.fn.has('nvim-0.10') == 0 then
    return vim.fn.synIDattr(vim.fn.synID(row + 1, column + 1, 1), 'name')
  end
  local captures = vim.treesitter.get_captures_at_pos(0, row, column)
  return vim.treesitter.highlighter.active[vim.api.nvim_get_current_buf()] and captures[#captures].capture or 'nothing'
end

local function highlight()
  local is_new = vim.fn.has('nvim-0.10') == 1
  local expected = {
    { "@extends('layouts.app')", 0, is_new and 'keyword.directive' or 'forgeDirective' },
    { "@extends('layouts.app')", 10, is_new and 'string' or 'forgeText' },
    { '<article>', 1, is_new and 'tag.builtin' or 'htmlTagName' },
    { '  <h1>{{ post.title }}</h1>', 6, is_new and 'punctuation.special' or 'forgeDelimiter' },
  }
  for _, each in ipairs(expected) do
    local text, column, group = each[1], each[2], each[3]
    await(('`%s` is highlighted'):format(text:sub(column + 1, column + 8)), group, function()
      return highlight_of(text, column)
    end, equals(group))
  end
end

local function health()
  vim.cmd('checkhealth anvil')
  local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  await('nothing is wrong with the installation', 'no ERROR, the version, and queries that fit the parser', function()
    return text
  end, function(found)
    local fits = found:find('fits the queries', 1, true) ~= nil
    return not found:find('ERROR') and fits and found:find(vim.env.ANVIL_LSP, 1, true) ~= nil
  end)
end

function M.run()
  listen()
  open()
  parse()
  highlight()
  break_and_mend()
  complete()
  if vim.env.ANVIL_TEST_CONTRACT then
    look()
    follow()
  else
    look_in_vain()
  end
  health()
  vim.cmd('qall!')
end

return M
