-- Says that `*.forge.html` are Forge templates. Neovim's own rules take them for HTML otherwise.

if vim.fn.has('nvim-0.8') == 1 then
  vim.filetype.add({ pattern = { ['.*%.forge%.html'] = { 'forge', { priority = 10 } } } })
else
  vim.cmd([[autocmd BufRead,BufNewFile *.forge.html set filetype=forge]])
end
