-- Starts Neovim with this plugin alone, and the server that `ANVIL_LSP` names.

local here = vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h')
vim.opt.runtimepath:prepend(vim.fn.fnamemodify(here, ':h'))
vim.opt.runtimepath:append(vim.env.ANVIL_TEST_RUNTIME)
package.path = here .. '/?.lua;' .. package.path
vim.opt.swapfile = false
vim.cmd('filetype plugin on | syntax on')
require('anvil').setup({ cmd = { vim.env.ANVIL_LSP, '--stdio' } })
