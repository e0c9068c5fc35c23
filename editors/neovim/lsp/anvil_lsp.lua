-- The language server's configuration for `vim.lsp.enable`, Neovim 0.11 and later. What users set, they set with
-- `require('anvil').setup`.

return require('anvil.server').config()
